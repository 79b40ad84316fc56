"""When reports are due by law: dated data with citations, and what is due between two days."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from attrs import frozen

from coopkit.period import Period, PeriodKind
from coopkit.text import Label

_DAY: Final = dt.timedelta(days=1)
_LATEST: Final = 2
"""Years after its window's that a report may be due, at the most."""


@frozen
class Deadline:
    """A report that is due every year: about which days, until when, and which text says so; from whom and to whom.

    >>> [audit] = [one for one in shipped_calendar() if one.key == "fund_audit"]
    >>> audit.last_day(2023), audit.source
    (datetime.date(2024, 4, 29), 'NĐ 45/2021/NĐ-CP Điều 44')
    """

    key: str
    label: Label
    source: str
    window: PeriodKind
    since: int
    who: Label | None = None
    whom: Label | None = None
    number: int = 1
    by: str = ""
    before: str = ""
    within: int = 0
    later: int = 0
    until: dt.date | None = None

    @staticmethod
    def of(told: Mapping[str, Any]) -> Deadline:
        """A deadline as a file states it. Raises `ValueError` where it tells none, or several ways to find its day."""
        if sum(map(bool, (told.get(one) for one in ("by", "before", "within")))) != 1:
            raise ValueError(f"{told['key']}: ghi một trong by, before, within (tell one of these)")
        labels = {name: Label(**told[name]) for name in ("label", "who", "whom") if name in told}
        return Deadline(**{**told, **labels})

    def period(self, year: int) -> Period:
        """The days that the report of a year is about."""
        return Period(self.window, year, self.number)

    def last_day(self, year: int) -> dt.date:
        """The last day on which the report of a year is in time."""
        if self.within:
            return self.period(year).end + dt.timedelta(days=self.within)
        month, day = map(int, (self.by or self.before).split("-"))
        return dt.date(year + self.later, month, day) - (_DAY if self.before else dt.timedelta())

    def asked(self, day: dt.date) -> bool:
        """Whether the text asks for a report that is due on that day."""
        return self.since <= day.year and (self.until is None or day <= self.until)


@frozen
class Due:
    """A report that is due: which, about which period, and the last day."""

    deadline: Deadline
    period: Period
    day: dt.date


def due_between(first: dt.date, last: dt.date) -> list[Due]:
    """The reports whose last day lies between two days, both counted; the earliest first.

    >>> [(one.deadline.key, one.day.day) for one in due_between(dt.date(2025, 12, 16), dt.date(2025, 12, 31))]
    [('support', 19), ('province_data', 21)]
    """
    found = [
        Due(one, one.period(year), day)
        for one in shipped_calendar()
        for year in range(first.year - _LATEST, last.year + 1)
        if first <= (day := one.last_day(year)) <= last and one.asked(day)
    ]
    return sorted(found, key=lambda one: one.day)


@cache
def shipped_calendar() -> tuple[Deadline, ...]:
    """The deadlines coopkit ships, in the order of their file; a further one is a further paragraph, no code."""
    from importlib.resources import files

    text = (files("coopkit.regulation") / "calendar.toml").read_text("utf-8")
    return tuple(map(Deadline.of, tomllib.loads(text)["deadline"]))
