"""`Overview`: a period's main figures beside those of the year before, over the years, by sector and by place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from coopkit.access import Action, can
from coopkit.errors import BadText, CoopkitError
from coopkit.field import Choice
from coopkit.metrics import Cell, Evaluation, RatioForm, Stock, Unavailable
from coopkit.metrics.combine import NO_DENOMINATOR
from coopkit.metrics.dimensions import DIMENSIONS
from coopkit.metrics.evaluation import leaves_of
from coopkit.period import Period, PeriodKind
from coopkit.place import State
from coopkit.quantity import exact
from coopkit.report import Figure, figure_of
from coopkit.text import Label, sort_key
from coopkit.workspace import todo
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

KINDS: Final[tuple[PeriodKind, ...]] = ("year", "half", "quarter", "month")
"""The kinds of periods that an overview is given for."""

_NO_SECTOR: Final = Label("Chưa ghi lĩnh vực", "Sector not recorded")
_NO_PLACE: Final = Label("Chưa xác định địa bàn", "Place undecided")


class Trend(Choice):
    """Which way a figure went since the year before.

    >>> Trend.UP.label.vi
    'tăng'
    """

    UP = "up", "tăng", "up"
    DOWN = "down", "giảm", "down"
    SAME = "same", "không đổi", "unchanged"


@frozen
class Change:
    """How a figure differs from that of the year before: which way, by how much, and by what share of the former.

    `by` is never negative; `share` is None where the former was 0.
    """

    trend: Trend
    by: Figure
    share: Fraction | None


@frozen
class Card:
    """A figure, the one of the same period of the year before, and the difference where both are exact numbers.

    `before` is None where the register had nothing yet to be counted. `holds` tells a stock, which holds on the
    period's last day, from what happened in it.
    """

    figure: Figure
    before: Figure | None
    change: Change | None
    holds: bool

    @property
    def is_empty(self) -> bool:
        """Whether the period has nothing that the figure could be made of: nothing is wrong, nothing was recorded."""
        return _lacks(self.figure)


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

    def periods(self, kind: PeriodKind) -> list[Period]:
        """The periods of a kind to choose from, the newest first; one that is not over is cut short at today."""
        known, today = self.desk.years(), self.today
        years = range(max(*known, today.year), min(known) - 1, -1)
        wholes = [part for year in years for part in reversed(Period("year", year).parts(kind))]
        return [one.to_date(today) if one.contains(today) else one for one in wholes if one.start <= today]

    def asked(self, told: str) -> Period:
        """The period on offer of that key, whole or cut short; the one to begin with where there is none such."""
        try:
            wanted = Period.parse(told).whole if told else None
        except BadText:  # somebody wrote the address by hand
            wanted = None
        offered = self.periods(wanted.kind) if wanted and wanted.kind in KINDS else []
        return next((one for one in offered if one.whole == wanted), None) or self.first("year")

    def first(self, kind: PeriodKind) -> Period:
        """The period to begin with: of the year with the most events, the last; a year just begun tells little."""
        known = self.desk.years()
        fullest = max(known, key=lambda year: known[year])
        offered = self.periods(kind)
        return next((one for one in offered if one.year == fullest), offered[0])

    def cards(self, period: Period) -> list[Card]:
        """The figures of a period, each with the one of the same period of the year before."""
        evaluation = self._over_years(period)
        return [self._card(evaluation, key, period) for key in SHOWN]

    def over_years(self, metric: str, period: Period) -> list[Point]:
        """A figure in the same period of every year there are events of, the oldest first.

        A period cut short is set beside others cut at the same place; else the running year is left out.
        """
        evaluation = self._over_years(period)
        named = ((one, str(one.year)) for one in self._years(period))
        return [Point(one.key, Label(name, name), _figure(evaluation, metric, one)) for one, name in named]

    def by_sector(self, metric: str, period: Period) -> list[Point]:
        """A figure by the sectors of the cooperatives, the largest first; without a sector last.

        Empty for a figure of records that have none, like meetings.
        """
        evaluation = self.desk.evaluate(period, by="sector")
        names = DIMENSIONS["sector"].names(evaluation.snapshot, period.end)
        points = _points(evaluation, metric, period, {**names, "": _NO_SECTOR})
        ordered = sorted(points, key=lambda one: (one.key == "", -(one.low or 0)))
        return ordered if any(one.key for one in ordered) else []

    def by_place(self, metric: str, period: Period, on_map: dt.date | None = None) -> Spread:
        """A figure by the places right below the province on the map of a day, or on that of the period's last day."""
        index, on = self.desk.snapshot().places, on_map or period.end
        level = index.levels(on)[1]
        evaluation = self.desk.evaluate(period, by=f"place:{level}", on_map=on)
        short = {place.code: Label(place.name, place.name) for place in index.level(on, level)}
        points = _points(evaluation, metric, period, {**short, "": _NO_PLACE})
        placed = sorted((one for one in points if one.key), key=lambda one: (sort_key(one.name.vi), one.key))
        return Spread(level, on, tuple(placed), next((one for one in points if not one.key), None))

    def tasks(self, period: Period) -> list[Task]:
        """What waits for the office today, and what could not be counted of a period; the most pressing first.

        An actor is told of what they may do something about: who writes, of gaps in the register; who runs campaigns,
        of who has not handed in scores; who switches plugins, of those that failed.
        """
        desk, evaluation = self.desk, self._over_years(period)
        figures = [_figure(evaluation, key, period, with_beside=False) for key in evaluation.metrics]
        plugins = desk.plugins() if can(desk.actor, Action.PLUGIN).allowed else ()
        found = [*todo.deadlines(self.today), *todo.failures(plugins, figures, period)]
        if can(desk.actor, Action.WRITE).allowed:
            found += todo.gaps(desk.snapshot(), self.today)
        if can(desk.actor, Action.CAMPAIGN).allowed:
            found += todo.campaigns(desk.workspace.ledger.snapshot(), self.today)
        return todo.in_order(found)

    def _card(self, evaluation: Evaluation, key: str, period: Period) -> Card:
        earlier = period.year_before()
        figure, before = (_figure(evaluation, key, one) for one in (period, earlier))
        holds = _holds(evaluation, key)
        nothing_yet = not holds and earlier.year < min(self.desk.years()) and not before.rows
        shown = None if nothing_yet or _lacks(before) else before
        return Card(figure, shown, change(figure, before) if shown else None, holds)

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
        return self.desk.evaluate(*sorted({period, period.year_before(), *self._years(period)}))


def change(figure: Figure, before: Figure) -> Change | None:
    """How a figure differs from a former one; None where one of them is no exact number, or a ratio given as n/d.

    >>> from coopkit.quantity import TURNS, more_than
    >>> def turns(value):
    ...     return Figure("fairs.turns", TURNS.label, TURNS.label, value, noun=TURNS.label, rows=0)
    >>> found = change(turns(exact(96, TURNS)), turns(exact(58, TURNS)))
    >>> found.trend.label.vi, found.by.text(), found.share
    ('tăng', '38 lượt', Fraction(19, 29))
    >>> change(turns(more_than(200, TURNS)), turns(exact(58, TURNS))) is None
    True
    """
    now, then = figure.value, before.value
    if isinstance(now, Unavailable) or isinstance(then, Unavailable) or figure.form is RatioForm.PAIR:
        return None
    if not (now.is_exact and then.is_exact):
        return None
    by = Fraction(now.low) - Fraction(then.low)
    trend = Trend.UP if by > 0 else Trend.DOWN if by < 0 else Trend.SAME
    share = abs(by) / abs(Fraction(then.low)) if then.low else None
    return Change(trend, evolve(figure, value=exact(abs(by), now.unit), beside=None), share)


def _figure(evaluation: Evaluation, key: str, period: Period, *, with_beside: bool = True) -> Figure:
    """The figure of a metric; one that nobody offers is a gap that says so."""
    if key not in evaluation.metrics:
        gone = Unavailable("coopkit", f"không có chỉ tiêu {key} (no such metric)")
        return Figure(key, Label(key, key), Label("", ""), gone, noun=Label("", ""), rows=0)
    cell = evaluation.cell(key, period)
    metric = evaluation.metric(cell)
    beside = metric.beside if with_beside and metric.beside in evaluation.metrics else ""
    return figure_of(metric, cell, _figure(evaluation, beside, period, with_beside=False) if beside else None)


def _points(evaluation: Evaluation, metric: str, period: Period, names: Mapping[str, Label]) -> list[Point]:
    if metric not in evaluation.metrics:
        return []

    def point(cell: Cell) -> Point:
        key = cell.place or ""
        return Point(key, names.get(key, Label(key, key)), figure_of(evaluation.metric(cell), cell), cell.state)

    return [point(cell) for cell in evaluation.places(metric, period)]


def _holds(evaluation: Evaluation, key: str) -> bool:
    """Whether a figure is a stock: all that it is made of is counted on the period's last day."""
    try:
        return all(isinstance(one.timing, Stock) for one in leaves_of(key, evaluation.metrics))
    except CoopkitError:  # it is a gap, which says itself what is missing
        return False


def _lacks(figure: Figure) -> bool:
    """Whether a figure is divided by nothing."""
    return isinstance(figure.value, Unavailable) and figure.value.reason == NO_DENOMINATOR
