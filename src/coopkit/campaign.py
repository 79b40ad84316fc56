"""The emulation campaign of a year: its launch, and the targets set for the year to come."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from attrs import frozen

from coopkit.field import amount, day, identifier, period, text
from coopkit.quantity import Quantity
from coopkit.record import record


@record("campaign", "Phong trào thi đua", "Emulation campaign", identity=("period", "name"))
@frozen
class Campaign:
    """An emulation campaign: the period it runs for and the day it was launched, often at the end of the year before.

    >>> Campaign(id="p", name="Phong trào thi đua năm 2024", period="2024", launched=dt.date(2023, 12, 20)).period
    '2024'
    """

    id: Annotated[str, identifier()]
    name: Annotated[str, text("Tên phong trào", "Name of the campaign")]
    period: Annotated[str, period("Kỳ thi đua", "Period")]
    launched: Annotated[dt.date, day("Ngày phát động", "Launched")]
    theme: Annotated[str | None, text("Chủ đề", "Theme")] = None


@record("target", "Chỉ tiêu phấn đấu", "Target", identity=("metric", "period"))
@frozen
class Target:
    """What a metric is to reach in a period ("từ 20 đến 30 HTX"), and the day it was set.

    >>> from coopkit.quantity import UNITS, between
    >>> target = Target(id="t", metric="cooperatives.founded", period="2024", goal=between(20, 30, UNITS),
    ...                 set_on=dt.date(2023, 12, 20))
    >>> target.goal.high
    30
    """

    id: Annotated[str, identifier()]
    metric: Annotated[str, text("Chỉ tiêu", "Metric", aliases=("Mã chỉ tiêu",))]
    period: Annotated[str, period("Kỳ phấn đấu", "Target period", aliases=("Năm phấn đấu",))]
    goal: Annotated[Quantity, amount("Mức phấn đấu", "Goal")]
    set_on: Annotated[dt.date, day("Ngày đề ra", "Set on")]
