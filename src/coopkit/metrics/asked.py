"""What the engine is asked, checked before it runs: plain mistakes get a clear `MetricError`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from coopkit.errors import MetricError
from coopkit.metrics.metric import AnyMetric, Derived, Metric, Ratio
from coopkit.period import Period


def offered_by_key(metrics: Iterable[AnyMetric]) -> dict[str, AnyMetric]:
    """The metrics by key. Raises `MetricError` for what is no metric, and for a key that is there twice."""
    if not isinstance(metrics, Iterable):
        raise MetricError(
            f"Cần một danh sách chỉ tiêu, không phải {_kind(metrics)} (a list of metrics is needed): viết [chỉ_tiêu]"
        )
    found: dict[str, AnyMetric] = {}
    for metric in metrics:
        if not isinstance(metric, Metric | Ratio | Derived):
            raise MetricError(f"{metric!r} không phải là chỉ tiêu (is no metric): Metric, Ratio, Derived")
        if metric.key in found:
            raise MetricError(f"Chỉ tiêu {metric.key!r} có hai lần (the metric is there twice): mỗi khóa một chỉ tiêu")
        found[metric.key] = metric
    return found


def asked_periods(periods: Iterable[Period], as_of: dt.date | None) -> tuple[Period, ...]:
    """The periods, each cut at `as_of` where it lies within. Raises `MetricError` for none, or what is no period."""
    if isinstance(periods, Period | str) or not isinstance(periods, Iterable):
        raise MetricError(
            f"periods phải là danh sách kỳ, không phải {periods!r} (a list of periods is needed): viết [kỳ]"
        )
    asked = [asked_period(one) for one in periods]
    if not asked:
        raise MetricError("Cần ít nhất một kỳ (at least one period is needed): [Period.parse('2023')]")
    day = asked_day("as_of", as_of)
    return tuple(one.to_date(day) if day and one.start <= day < one.end else one for one in asked)


def asked_period(period: Any) -> Period:
    """The period. Raises `MetricError` for what is none: a text is read by `Period.parse`."""
    if not isinstance(period, Period):
        raise MetricError(f"{period!r} không phải là Period (is no Period): dùng Period.parse('2023')")
    return period


def asked_day(name: str, day: Any) -> dt.date | None:
    """The day, or None for none. Raises `MetricError`, naming the argument, for what is no date."""
    if day is not None and (not isinstance(day, dt.date) or isinstance(day, dt.datetime)):
        raise MetricError(f"{name} phải là dt.date, không phải {day!r} ({name} must be a dt.date)")
    return day


def _kind(value: object) -> str:
    return type(value).__name__
