"""`import coopkit` against the three libraries beneath it, each in a fresh process, in turns."""

from __future__ import annotations

import statistics
import subprocess
import sys

BUDGET, TURNS = 1.30, 15
OURS, BARE = "import coopkit", "import pluggy, attrs, pyarrow"
# The public names that a plugin's module takes while it is imported.
WITH_NAMES = "from coopkit import Metric, Exporter, EventKind, hookimpl"
MEASURE = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def seconds(statement: str) -> float:
    """How long the statement takes in a process of its own, which has imported nothing yet."""
    command = [sys.executable, "-c", MEASURE.format(statement)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    """Print the ratios; 1 when the budget is missed."""
    times: dict[str, list[float]] = {OURS: [], WITH_NAMES: [], BARE: []}
    for _ in range(TURNS):
        for statement, taken in times.items():
            taken.append(seconds(statement))
    typical = {statement: statistics.median(taken) for statement, taken in times.items()}
    ratio = typical[OURS] / typical[BARE]
    print(f"import coopkit: {typical[OURS] * 1000:.0f} ms; {BARE}: {typical[BARE] * 1000:.0f} ms")
    print(f"  ratio {ratio:.2f} (budget {BUDGET:.2f})")
    print(f"  {WITH_NAMES}: {typical[WITH_NAMES] / typical[BARE]:.2f} of the same")
    return int(ratio > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
