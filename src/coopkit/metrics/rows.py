"""Which rows of a fact count in a period: the one condition that counting and opening a figure share."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import narwhals as nw

from coopkit.errors import NotFound
from coopkit.metrics.dimensions import place_dimension
from coopkit.metrics.facts import COVERED, Facts
from coopkit.metrics.parts import At, Flow, Row, Stock, Where, condition

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa

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


def pick(
    snapshot: Snapshot, table: str, where: Where | None, timing: Flow | Stock, period: Period, at: At | None = None
) -> pa.Table:
    """The rows that count in the period, with all the fact's columns, sorted by id; with `at`, only those there."""
    facts, columns = Facts(snapshot), Facts(snapshot).names(table)
    covered = {name for name in columns if name.startswith(COVERED)}
    reads, kept = columns - covered, None
    if at is not None:
        on = at.on_map or period.end
        dim = place_dimension(at.level or _level_of(snapshot, at.place, on))
        column = dim.column(table)
        facts = Facts(snapshot, columns=dim.make(snapshot, on))
        there = nw.lit(value=False) if column is None else nw.col(column) == at.place
        kept = nw.col(column).is_null() if column and at.place == "" else there
        reads |= {column} if column else set()
    frame = facts.frame(table, reads)
    frame = frame if kept is None else frame.filter(kept)
    frame = frame.filter(counted_rows(where, timing, period, Row())).sort("id")
    opened = facts.engine.collect_table(frame)
    return opened.select([name for name in opened.column_names if not name.rpartition(".")[2].startswith("@")])


def _level_of(snapshot: Snapshot, place: str, on: dt.date) -> str:
    found = snapshot.places.get(place, on)
    if found is None:
        raise NotFound(f"Không có địa bàn mã {place!r} ngày {on:%d/%m/%Y} (no such place on that day)")
    return found.level
