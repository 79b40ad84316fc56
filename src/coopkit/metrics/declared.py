"""What a metric reads, against what its plugin declared."""

from __future__ import annotations

from coopkit.metrics.dimensions import references
from coopkit.metrics.facts import COVERED
from coopkit.metrics.parts import Counts, Flow, How, Row, condition
from coopkit.scope import Scope


def require_declared(scope: Scope | None, metric: Counts) -> None:
    """Raises `PluginError`, naming table and column, where a plugin's metric reads what it did not declare."""
    if scope is not None:
        scope.require(_reads(metric))


def _reads(metric: Counts) -> set[tuple[str, str]]:
    """The tables and columns that a metric reads: its own table's, and those of what that refers to."""
    row = Row()
    condition(metric.where, row)
    timing = metric.timing
    row.read += [timing.day] if isinstance(timing, Flow) else [timing.since, timing.until]
    row.read += [] if metric.measure.how is How.ROWS else [metric.measure.column]
    linked = references(metric.table)
    found = {(metric.table, "id")}
    for name in row.read:
        reference, dot, column = name.partition(".")
        if name.startswith(COVERED):
            found.add(("event_place", name.removeprefix(COVERED)))
        elif dot and reference in linked:
            found.add((linked[reference], column))
        else:
            found.add((metric.table, name))
    return found
