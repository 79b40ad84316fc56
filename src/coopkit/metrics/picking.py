"""Which rows of a fact count in a period: the one condition that counting and opening a figure share."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.errors import NotFound
from coopkit.metrics.dimensions import place_dimension
from coopkit.metrics.facts import COVERED, Facts
from coopkit.metrics.parts import At, Counts, Flow, How, LeftOut, Row, Stock, Where, col, condition

if TYPE_CHECKING:
    import datetime as dt

    from coopkit.period import Period
    from coopkit.snapshot import Snapshot


def counted_rows(where: Where | None, timing: Flow | Stock, period: Period, row: Row) -> nw.Expr:
    """The condition under which a row counts: the metric's own, and its days against the period."""
    own, timed = condition_of(where, row), in_time(timing, period, row)
    return timed if own is None else own & timed


def condition_of(where: Where | None, row: Row) -> nw.Expr | None:
    """The metric's own condition; what is null does not meet it. None where it has none."""
    if where is None:
        return None
    met: nw.Expr = condition(where, row).fill_null(value=False)
    return met


def in_time(timing: Flow | Stock, period: Period, row: Row) -> nw.Expr:
    """The condition that a row falls into the period (a flow), or holds on its last day (a stock)."""
    if isinstance(timing, Flow):
        conditions = [row[timing.day] >= nw.lit(period.start), row[timing.day] <= nw.lit(period.end)]
    else:
        conditions = _in_force(timing, period, row)
    met: nw.Expr = reduce(and_, conditions).fill_null(value=False)
    return met


def _in_force(timing: Stock, period: Period, row: Row) -> list[nw.Expr]:
    since, until, day = row[timing.since], row[timing.until], nw.lit(period.end)
    still = until >= day if timing.until_is_last else until > day
    return [(since <= day) | since.is_null(), still | until.is_null()]


@frozen
class Picked:
    """The rows of a fact table that were counted, and those that were not, with the reason in the column `left_out`."""

    counted: pa.Table
    others: pa.Table


def pick(snapshot: Snapshot, metric: Counts, period: Period, at: At | None = None) -> pa.Table:
    """The rows that count in the period, with all the fact's columns, sorted by id; with `at`, only those there."""
    facts, reads, there = _asked(snapshot, metric.table, period, at)
    frame = facts.frame(metric.table, reads)
    frame = frame if there is None else frame.filter(there)
    frame = frame.filter(counted_rows(metric.where, metric.timing, period, Row())).sort("id")
    return _bare(_named(facts.engine.collect_table(frame)))


def pick_apart(snapshot: Snapshot, metric: Counts, period: Period, at: At | None = None) -> Picked:
    """Every row of the metric's fact table: counted, or left out and why; both sorted by id."""
    facts, reads, there = _asked(snapshot, metric.table, period, at)
    row = Row()
    own = condition_of(metric.where, row)
    frame = facts.frame(metric.table, reads).with_columns(
        (nw.lit(value=True) if own is None else own).alias(_OWN),
        in_time(metric.timing, period, row).alias(_TIMED),
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


def _asked(snapshot: Snapshot, table: str, period: Period, at: At | None) -> tuple[Facts, set[str], nw.Expr | None]:
    """The facts, the columns to read, and the condition that a row lies in the place asked for."""
    facts, columns = Facts(snapshot), Facts(snapshot).names(table)
    reads = columns - {name for name in columns if name.startswith(COVERED)}
    if at is None:
        return facts, reads, None
    on = at.on_map or period.end
    dim = place_dimension(at.level or _level_of(snapshot, at.place, on))
    column = dim.column(table)
    facts = Facts(snapshot, columns=dim.make(snapshot, on))
    if column is None:
        return facts, reads, nw.lit(value=False)
    return facts, reads | {column}, col(column) == at.place if at.place else col(column).is_null()


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
