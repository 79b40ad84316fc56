"""Ask the public databases of vulnerabilities about the pinned requirements: `python -m scripts.audit`.

Exit code 1 where one of the packages has a known vulnerability, with what mends it. Where no database answers (a
machine without a way out), it says so and passes: there is nothing to tell. Python's own advisory database is asked
first, then OSV; what neither knows is told.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

FILES = ("requirements/run.txt", "requirements/dev.txt")
SECONDS = 300


def main() -> int:
    """Ask, tell, and give the exit code."""
    reasons = []
    for service in ("pypi", "osv"):
        found, why = _asked(service)
        if found is not None:
            break
        reasons.append(why)
    else:
        sys.stdout.write(f"pip-audit skipped: no database answered ({'; '.join(reasons)})\n")
        return 0
    faults = [(one["name"], one["version"], each) for one in found for each in one.get("vulns", ())]
    for name, version, each in faults:
        mended = ", ".join(each["fix_versions"]) or "no version yet"
        sys.stdout.write(f"{name} {version}: {each['id']}, mended in {mended}\n")
    unknown = sum(1 for one in found if "skip_reason" in one)
    sys.stdout.write(f"pip-audit: {len(found) - unknown} packages asked after, {len(faults)} vulnerabilities\n")
    return 1 if faults else 0


def _asked(service: str) -> tuple[list[dict[str, Any]] | None, str]:
    """What a database knows of each package; None, and why, where it answers nothing."""
    files = [part for file in FILES for part in ("--requirement", file)]
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service, "--disable-pip", *files]
    options = ["--require-hashes", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"{service}: no answer in {SECONDS} s"
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None, f"{service}: {(done.stderr.strip().splitlines() or ['no answer'])[-1][:80]}"
    known = any("vulns" in one for one in found)
    return (found, "") if known else (None, f"{service}: it knows none of the packages")


if __name__ == "__main__":
    sys.exit(main())
