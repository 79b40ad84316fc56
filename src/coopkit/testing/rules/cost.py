"""The rule that a plugin is quick and small, beside what coopkit's own figures take in the same process."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from attrs import evolve

from coopkit.metrics.engine import evaluate
from coopkit.registry import OWN
from coopkit.scope import limited
from coopkit.testing.case import REPORT_OF, Case, quietly
from coopkit.testing.finding import Finding

SECONDS: Final = 2.0
"""What one item may always take on the made-up register, which is small."""

MEGABYTES: Final = 64
TIMES: Final = 10
"""Beyond that: so many times what all of coopkit's own metrics take together."""


def budget(case: Case) -> Iterator[Finding]:
    """Each item answers within 2 seconds and 64 MB, or 10 times what all of coopkit's own metrics take."""
    own = [one for one in case.registry.metrics().values() if one.plugin == OWN]
    plain = partial(evaluate, own, case.world, [REPORT_OF], regulation=case.regulation)
    least, most_memory = _seconds(plain), _megabytes(plain)
    seconds, memory = max(SECONDS, TIMES * least), max(MEGABYTES, TIMES * most_memory)
    for key, ask in _asked(case):
        took = _seconds(ask, seconds)
        if took > seconds:
            what = f"mất {took:.1f} giây, nhiều nhất {seconds:.1f}; mọi chỉ tiêu của coopkit mất {least:.2f}"
            yield Finding("budget", key, f"{what} (too slow)")
        elif (used := _megabytes(ask)) > memory:
            yield Finding("budget", key, f"dùng {used:.0f} MB, nhiều nhất {memory:.0f} (too much memory)")


def _asked(case: Case) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each item of the plugin with what it is asked."""
    for metric in case.metrics:
        alone = evolve(case, registry=case.registry)
        alone.__dict__["metrics"] = [metric]
        yield metric.key, partial(evaluate, alone.counted, case.world, [REPORT_OF], regulation=case.regulation)
    for exporter in case.exporters:
        yield exporter.key, partial(quietly, exporter.write, case.report(exporter, case.world))
    for check in case.checks:
        yield check.key, partial(_all_records, case, check)
    for importer in case.importers:
        if importer.key in case.samples:
            yield importer.key, partial(quietly, importer.read, case.samples[importer.key].read_bytes())


def _all_records(case: Case, check: Any) -> None:
    seen = limited(case.world, case.scope)
    for record in case.records(case.world, check.table):
        quietly(check.check, record, seen)


def _seconds(ask: Callable[[], object], enough: float = 0) -> float:
    """How long it takes: the shorter of two times, as the first may load a library; once where that is quick."""
    times: list[float] = []
    while len(times) < 2 and not (times and times[-1] < enough):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return min(times)


def _megabytes(ask: Callable[[], object]) -> float:
    """The most that Python's own objects take while it runs."""
    tracemalloc.start()
    try:
        ask()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
