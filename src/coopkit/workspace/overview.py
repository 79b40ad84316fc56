"""`Overview`: a period's main figures beside those of the year before, over the years, by sector and by place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from coopkit.access import Action, can
from coopkit.metrics import Cell, Evaluation, Unavailable
from coopkit.metrics.dimensions import DIMENSIONS
from coopkit.period import Period
from coopkit.place import State
from coopkit.report import Figure, figure_of
from coopkit.text import Label, sort_key
from coopkit.workspace import todo
from coopkit.workspace.figures import Card, card_of, figure_in
from coopkit.workspace.todo import Task
from coopkit.workspace.workspace import Desk

SHOWN: Final = (
    "members.total",
    "members.admitted",
    "meetings.districts",
    "classes.trainees",
    "fairs.turns",
    "loans.turns",
    "loans.average",
    "honours.model_cooperatives",
)
"""The metrics of the cards, in their order."""

_NO_SECTOR: Final = Label("Chưa ghi lĩnh vực", "Sector not recorded")
_NO_PLACE: Final = Label("Chưa xác định địa bàn", "Place undecided")


@frozen
class Point:
    """A figure of a year, a sector or a place: the key and the name of which, and how a place was found.

    `low` is the number a chart draws: what "hơn 200" begins with; None where there is none.
    """

    key: str
    name: Label
    figure: Figure
    state: str = "exact"

    @property
    def way(self) -> Label | None:
        """How the place was found; None where nothing could be counted."""
        return State(self.state).label if self.state in list(State) else None

    @property
    def low(self) -> float | None:
        """The number as a chart draws it; money in đồng."""
        return None if isinstance(self.figure.value, Unavailable) else float(self.figure.value.low)


@frozen
class Spread:
    """A figure by the places of a map: those of a level in Vietnamese order, and apart what nobody has placed on it."""

    level: str
    on: dt.date
    points: tuple[Point, ...]
    undecided: Point | None


@frozen
class Overview:
    """What the first page shows of a period; each figure is the engine's, counted once while the register stays.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     shown = Overview(workspace.as_(Actor.office("an")))
    ...     [card.figure.text() for card in shown.cards(Period.parse("2023"))][:2]
    ['0 đơn vị', '0 đơn vị']
    """

    desk: Desk

    @property
    def today(self) -> dt.date:
        """The clock's day."""
        return self.desk.workspace.clock().date()

    def cards(self, period: Period) -> list[Card]:
        """The figures of a period, each with the one of the same period of the year before."""
        evaluation = self._over_years(period)
        return [card_of(evaluation, key, period, min(self.desk.years())) for key in SHOWN]

    def over_years(self, metric: str, period: Period) -> list[Point]:
        """A figure in the same period of every year there are events of, the oldest first.

        A period cut short is set beside others cut at the same place; else the running year is left out.
        """
        evaluation = self._over_years(period)
        named = ((one, str(one.year)) for one in self._years(period))
        return [Point(one.key, Label(name, name), figure_in(evaluation, metric, one)) for one, name in named]

    def by_sector(self, metric: str, period: Period) -> list[Point]:
        """A figure by the sectors of the cooperatives, the largest first; without a sector last.

        Empty for a figure of records that have none, like meetings.
        """
        evaluation = self.desk.evaluate(period, by="sector", only=[metric])
        names = DIMENSIONS["sector"].names(evaluation.snapshot, period.end)
        points = _points(evaluation, metric, period, {**names, "": _NO_SECTOR})
        ordered = sorted(points, key=lambda one: (one.key == "", -(one.low or 0)))
        return ordered if any(one.key for one in ordered) else []

    def by_place(self, metric: str, period: Period, on_map: dt.date | None = None) -> Spread:
        """A figure by the places right below the province on the map of a day, or on that of the period's last day."""
        index, on = self.desk.snapshot().places, on_map or period.end
        level = index.levels(on)[1]
        evaluation = self.desk.evaluate(period, by=f"place:{level}", on_map=on, only=[metric])
        short = {place.code: Label(place.name, place.name) for place in index.level(on, level)}
        points = _points(evaluation, metric, period, {**short, "": _NO_PLACE})
        placed = sorted((one for one in points if one.key), key=lambda one: (sort_key(one.name.vi), one.key))
        return Spread(level, on, tuple(placed), next((one for one in points if not one.key), None))

    def tasks(self, period: Period) -> list[Task]:
        """What waits for the office today, and what could not be counted of a period; the most pressing first.

        An actor is told of what they may do something about: who writes, of gaps in the register; who runs campaigns,
        of who has not handed in scores; who switches plugins, of those that failed.
        """
        desk, evaluation = self.desk, self.desk.evaluate(period)
        figures = [figure_in(evaluation, key, period, with_beside=False) for key in evaluation.metrics]
        plugins = desk.plugins() if can(desk.actor, Action.PLUGIN).allowed else ()
        found = [*todo.deadlines(self.today), *todo.failures(plugins, figures, period)]
        if can(desk.actor, Action.WRITE).allowed:
            found += todo.gaps(desk.snapshot(), self.today)
        if can(desk.actor, Action.CAMPAIGN).allowed:
            found += todo.campaigns(desk.workspace.ledger.snapshot(), self.today)
        return todo.in_order(found)

    def _years(self, period: Period) -> list[Period]:
        first = min(self.desk.years())
        if period.until:
            last = period
        else:
            newest = evolve(period, year=max(*self.desk.years(), period.year))
            last = newest if newest.end < self.today else newest.year_before()
        found = [last]
        while found[-1].year > first:
            found.append(found[-1].year_before())
        return found[::-1]

    def _over_years(self, period: Period) -> Evaluation:
        """One evaluation for the cards and the trend: the period, the one a year before, and those of every year."""
        return self.desk.evaluate(*sorted({period, period.year_before(), *self._years(period)}), only=SHOWN)


def _points(evaluation: Evaluation, metric: str, period: Period, names: Mapping[str, Label]) -> list[Point]:
    if metric not in evaluation.metrics:
        return []

    def point(cell: Cell) -> Point:
        key = cell.place or ""
        return Point(key, names.get(key, Label(key, key)), figure_of(evaluation.metric(cell), cell), cell.state)

    return [point(cell) for cell in evaluation.places(metric, period)]
