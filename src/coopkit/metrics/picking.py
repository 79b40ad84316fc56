"""Which rows of a fact count in a period: the one condition that counting and opening a figure share."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from coopkit.errors import MetricError, NotFound
from coopkit.metrics.dimensions import Columns, Dimension, place_dimension
from coopkit.metrics.facts import COVERED, Facts
from coopkit.metrics.parts import At, Counts, Flow, How, LeftOut, Row, Stock, Where, col, condition
from coopkit.regulation import Regulation, shipped_regulation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from coopkit.period import Period
    from coopkit.snapshot import Snapshot


def counted_rows(own: nw.Expr | None, timing: Flow | Stock, period: Period, row: Row) -> nw.Expr:
    """The condition under which a row counts: the metric's own, and its days against the period."""
    timed = in_time(timing, period, row)
    return timed if own is None else own & timed


def check_conditions(frame: nw.LazyFrame[Any], conditions: Iterable[nw.Expr | None]) -> None:
    """Raises `MetricError` for a condition that is neither true nor false: some engines would take a number for one."""
    told = {f"@{n}": one for n, one in enumerate(conditions) if one is not None}
    if not told:
        return
    for dtype in frame.select(**told).collect_schema().values():
        if dtype != nw.Boolean:
            raise MetricError(
                f"where phải trả về điều kiện đúng hay sai, không phải {dtype} (must give a boolean): so sánh, như "
                "row['people'] > 0"
            )


def condition_of(where: Where | None, row: Row) -> nw.Expr | None:
    """The metric's own condition; None where it has none. Where it is null, the row does not count."""
    if where is None:
        return None
    met: nw.Expr = condition(where, row)
    return met


def in_time(timing: Flow | Stock, period: Period, row: Row) -> nw.Expr:
    """The condition that a row falls into the period (a flow), or holds on its last day (a stock)."""
    if isinstance(timing, Flow):
        conditions = [row[timing.day] >= nw.lit(period.start), row[timing.day] <= nw.lit(period.end)]
    else:
        conditions = _in_force(timing, period, row)
    met: nw.Expr = reduce(and_, conditions)
    return met


def _in_force(timing: Stock, period: Period, row: Row) -> list[nw.Expr]:
    since, until, day = row[timing.since], row[timing.until], nw.lit(period.end)
    still = until >= day if timing.until_is_last else until > day
    return [(since <= day) | since.is_null(), still | until.is_null()]


@frozen
class Within:
    """The group whose rows are asked for: its value in each dimension, "" where a row has none, on the map of a day."""

    dims: tuple[Dimension, ...]
    values: tuple[str, ...]
    on: dt.date

    @staticmethod
    def of(at: At, snapshot: Snapshot, period: Period) -> Within:
        """The group that is one place. Raises `NotFound` for a code that is on no map of that day."""
        on = at.on_map or period.end
        return Within((place_dimension(at.level or _level_of(snapshot, at.place, on)),), (at.place,), on)

    def columns(self, snapshot: Snapshot) -> Columns:
        """What the dimensions put onto the small tables."""
        made: Columns = {}
        for one in self.dims:
            made |= one.make(snapshot, self.on)
        return made

    def condition(self, table: str) -> nw.Expr:
        """The condition that a row of the table is of the group."""
        met = nw.lit(value=True)
        for one, value in zip(self.dims, self.values, strict=True):
            key = one.column(table)
            if key is None:
                met = met & nw.lit(value=not value)
            else:
                met = met & (col(key) == value if value else col(key).is_null())
        return met


@frozen
class Picked:
    """The rows of a fact table that were counted, and those that were not, with the reason in the column `left_out`.

    Arrow tables of the fact's columns, sorted by `id`; reasons are values of `LeftOut`. Of a distinct count, a row
    whose value was counted already stands on both sides.

    >>> Picked(pa.table({"id": ["a"]}), pa.table({"id": ["b"], "left_out": ["period"]})).others.num_rows
    1
    """

    counted: pa.Table
    others: pa.Table


def pick(
    snapshot: Snapshot,
    metric: Counts,
    period: Period,
    within: Within | None = None,
    regulation: Regulation | None = None,
) -> pa.Table:
    """The rows that count in the period, with all the fact's columns, sorted by id; with `within`, those of a group."""
    facts, reads, there = _asked(snapshot, metric.table, within, regulation)
    row = Row()
    own = condition_of(metric.where, row)
    frame = facts.frame(metric.table, reads)
    check_conditions(frame, [own])
    frame = frame if there is None else frame.filter(there)
    frame = frame.filter(counted_rows(own, metric.timing, period, row)).sort("id")
    return _bare(_named(facts.engine.collect_table(frame)))


def pick_apart(
    snapshot: Snapshot,
    metric: Counts,
    period: Period,
    within: Within | None = None,
    regulation: Regulation | None = None,
) -> Picked:
    """Every row of the metric's fact table: counted, or left out and why; both sorted by id."""
    facts, reads, there = _asked(snapshot, metric.table, within, regulation)
    row = Row()
    own = condition_of(metric.where, row)
    frame = facts.frame(metric.table, reads)
    check_conditions(frame, [own])
    frame = frame.with_columns(
        (nw.lit(value=True) if own is None else own.fill_null(value=False)).alias(_OWN),
        in_time(metric.timing, period, row).fill_null(value=False).alias(_TIMED),
        (nw.lit(value=True) if there is None else there.fill_null(value=False)).alias(_THERE),
    )
    table = _named(facts.engine.collect_table(frame.sort("id")))
    flags = zip(*(table.column(name).to_pylist() for name in (_OWN, _TIMED, _THERE)), strict=True)
    column = metric.measure.column if metric.measure.how is How.DISTINCT else ""
    values = table.column(column).to_pylist() if column else [None] * table.num_rows
    untimely = LeftOut.PERIOD if isinstance(metric.timing, Flow) else LeftOut.NOT_IN_FORCE
    reasons: list[str | None] = []
    known: set[object] = set()
    for (is_own, is_timed, is_there), value in zip(flags, values, strict=True):
        checks = ((is_own, LeftOut.CONDITION), (is_timed, untimely), (is_there, LeftOut.ELSEWHERE))
        reason = next((why for met, why in checks if not met), None)
        if reason is None and column and value in known:
            reason = LeftOut.DUPLICATE
        known |= {value} if reason is None else set()
        reasons.append(reason)
    told = pa.array(reasons, pa.string())
    counted = table.filter(pc.or_kleene(pc.is_null(told), pc.equal(told, LeftOut.DUPLICATE.value)))
    others = table.append_column("left_out", told).filter(pc.is_valid(told))
    return Picked(_bare(counted), _bare(others))


_OWN, _TIMED, _THERE = "@own", "@timed", "@there"


def _asked(
    snapshot: Snapshot, table: str, within: Within | None, regulation: Regulation | None
) -> tuple[Facts, set[str], nw.Expr | None]:
    """The facts, the columns to read, and the condition that a row is of the group asked for."""
    facts = Facts(snapshot, regulation=regulation or shipped_regulation())
    columns = facts.names(table)
    reads = columns - {name for name in columns if name.startswith(COVERED)}
    if within is None:
        return facts, reads, None
    facts = evolve(facts, columns=within.columns(snapshot))
    keys = {key for one in within.dims if (key := one.column(table)) is not None}
    return facts, reads | keys, within.condition(table)


def _named(table: pa.Table) -> pa.Table:
    """Under the names that columns have outside an engine."""
    return table.rename_columns([name.replace(":", ".") for name in table.column_names])


def _bare(table: pa.Table) -> pa.Table:
    """Without the columns that only the engine needs."""
    return table.select([name for name in table.column_names if not name.rpartition(".")[2].startswith("@")])


def _level_of(snapshot: Snapshot, place: str, on: dt.date) -> str:
    found = snapshot.places.get(place, on)
    if found is None:
        raise NotFound(f"Không có địa bàn mã {place!r} ngày {on:%d/%m/%Y} (no such place on that day)")
    return found.level
