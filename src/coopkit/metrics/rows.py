"""Which rows of a fact count in a period: the one condition that counting and opening a figure share."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import narwhals as nw

from coopkit.errors import NotFound
from coopkit.metrics.facts import PLACE, fact, own_columns, with_place
from coopkit.metrics.parts import Flow, Row, Stock, Where, condition
from coopkit.place import Place, PlaceIndex

if TYPE_CHECKING:
    import pyarrow as pa

    from coopkit.period import Period
    from coopkit.snapshot import Snapshot


def counted_rows(where: Where | None, timing: Flow | Stock, period: Period, row: Row) -> nw.Expr:
    """The condition under which a row counts: the metric's own, and its days against the period."""
    conditions = [] if where is None else [condition(where, row)]
    if isinstance(timing, Flow):
        conditions += [row[timing.day] >= nw.lit(period.start), row[timing.day] <= nw.lit(period.end)]
    else:
        conditions += _in_force(timing, period, row)
    counted: nw.Expr = reduce(and_, conditions).fill_null(value=False)
    return counted


def _in_force(timing: Stock, period: Period, row: Row) -> list[nw.Expr]:
    since, until, day = row[timing.since], row[timing.until], nw.lit(period.end)
    still = until >= day if timing.until_is_last else until > day
    return [(since <= day) | since.is_null(), still | until.is_null()]


def pick(
    snapshot: Snapshot, table: str, where: Where | None, timing: Flow | Stock, period: Period, place: str | None = None
) -> pa.Table:
    """The rows that count in the period, with all the fact's columns, sorted by id; with `place`, only that place's."""
    frame = fact(snapshot, table, own_columns(snapshot, table))
    if place is not None:
        level = _level_of(snapshot, place, period)
        frame = with_place(frame, table, snapshot, level, period.end).filter(nw.col(PLACE) == place)
    kept = frame.filter(counted_rows(where, timing, period, Row())).sort("id")
    opened: pa.Table = kept.collect(backend="pyarrow").to_native()
    return opened


def _level_of(snapshot: Snapshot, place: str, period: Period) -> str:
    found = PlaceIndex(snapshot.records(Place)).get(place, period.end)
    if found is None:
        raise NotFound(f"Không có địa bàn mã {place!r} ngày {period.end:%d/%m/%Y} (no such place on that day)")
    return found.level
