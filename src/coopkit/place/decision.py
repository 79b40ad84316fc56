"""`PlaceDecision`: where an officer found, once, a record to lie whose place was split."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from attrs import frozen

from coopkit.field import day, identifier, place, text
from coopkit.record import record


@record("place_decision", "Quyết định địa bàn", "Decision on a place", identity=("table", "record", "since"))
@frozen
class PlaceDecision:
    """That a record lies in `chosen` by its own address, on the maps since that place's first day.

    The record keeps the place it was recorded with; the decision is used wherever that place leads to several, `chosen`
    or what it leads to being one of them. There is one decision for each record and first day.

    >>> decision = PlaceDecision(id="d", table="cooperative", record="c", since=dt.date(2025, 7, 1),
    ...                          chosen="11593@2025-07-01")
    >>> decision.chosen
    '11593@2025-07-01'
    """

    id: Annotated[str, identifier()]
    table: Annotated[str, text("Bảng", "Table")]
    record: Annotated[str, text("Bản ghi", "Record")]
    since: Annotated[dt.date, day("Trên bản đồ từ", "On the maps since")]
    chosen: Annotated[str, place("Thuộc đơn vị", "Lies in")]
    reason: Annotated[str | None, text("Căn cứ", "Why")] = None
