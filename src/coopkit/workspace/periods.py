"""`Periods`: which periods there are to choose from, and which is meant by what an address says."""

from __future__ import annotations

import datetime as dt
from typing import Final

from attrs import frozen

from coopkit.errors import BadText
from coopkit.period import Period, PeriodKind
from coopkit.workspace.workspace import Desk

KINDS: Final[tuple[PeriodKind, ...]] = ("year", "half", "quarter", "month")
"""The kinds of periods of the calendar."""

ALL_KINDS: Final[tuple[PeriodKind, ...]] = (*KINDS, "cooperative_year")
"""Every kind: the reporting year of cooperatives, too (TT 09/2024/TT-BKHĐT Điều 6)."""


@frozen
class Periods:
    """The periods of some kinds that figures are asked of, up to today.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     len(Periods(workspace.as_(Actor.office("an"))).of("half")) in (1, 2)
    True
    """

    desk: Desk
    kinds: tuple[PeriodKind, ...] = KINDS

    @property
    def today(self) -> dt.date:
        """The clock's day."""
        return self.desk.workspace.clock().date()

    def of(self, kind: PeriodKind) -> list[Period]:
        """The periods of a kind to choose from, the newest first; one that is not over is cut short at today."""
        known, today = self.desk.years(), self.today
        years = range(max(*known, today.year) + 1, min(known) - 1, -1)
        wholes = [part for year in years for part in _within(year, kind)]
        return [one.to_date(today) if one.contains(today) else one for one in wholes if one.start <= today]

    def asked(self, told: str) -> Period:
        """The period on offer of that key; the one to begin with where there is none such.

        A key that is cut at a day (2023@2023-09-30) gives the period up to that day, if that is no later than today.
        """
        try:
            wanted = Period.parse(told) if told else None
        except BadText:  # somebody wrote the address by hand
            wanted = None
        offered = self.of(wanted.kind) if wanted and wanted.kind in self.kinds else []
        found = next((one for one in offered if wanted and one.whole == wanted.whole), None)
        if found is None or wanted is None:
            return self.first("year")
        return wanted if wanted.until and wanted.until < found.end else found

    def first(self, kind: PeriodKind) -> Period:
        """The period to begin with: of the year with the most events, the last; a year just begun tells little."""
        known = self.desk.years()
        fullest = max(known, key=lambda year: known[year])
        offered = self.of(kind)
        return next((one for one in offered if one.year == fullest), offered[0])

    def is_running(self, period: Period) -> bool:
        """Whether a period is not over: it then ends today by itself, and its key need not say so."""
        return period.whole.contains(self.today) and period.end == self.today

    def key(self, period: Period) -> str:
        """What an address calls the period; one that is not over by its whole, so that it is told up to date later."""
        return period.whole.key if self.is_running(period) else period.key


def _within(year: int, kind: PeriodKind) -> list[Period]:
    if kind == "cooperative_year":
        return [Period(kind, year)]
    return list(reversed(Period("year", year).parts(kind)))
