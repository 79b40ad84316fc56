"""`Reporting`: a period's figures as asked for: which, on which map, by what; and the report of just these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from coopkit.metrics import AnyMetric, Cell, Evaluation, Unavailable
from coopkit.metrics.combine import NO_DENOMINATOR
from coopkit.metrics.dimensions import DIMENSIONS, dimensions
from coopkit.period import Period
from coopkit.place import LEVEL_LABELS
from coopkit.registry import OWN
from coopkit.report import Figure, Report, figure_of
from coopkit.text import Label, fold
from coopkit.workspace.asked import asked_of
from coopkit.workspace.figures import Card, card_of
from coopkit.workspace.workspace import Desk

_WAYS: Final[Mapping[str, str]] = {
    "linh-vuc": "sector",
    "loai-hinh": "unit_kind",
    "loai-hoat-dong": "kind",
    "khoi": "block",
}
"""What figures are split by besides places, as an address says it."""

_LEVELS: Final[Mapping[str, str]] = {"huyen": "district", "xa": "commune"}
NOBODY: Final = Label("Chưa xác định", "Not determined")
MANY: Final = 20_000
"""The report of so many records takes longer than a reader waits for a click."""


@frozen
class Wanted:
    """What figures are wanted: of a period, on the map of a day (None: the period's own), `only` these (None: all).

    >>> Wanted(Period.parse("2023")).on.isoformat()
    '2023-12-31'
    """

    period: Period
    on_map: dt.date | None = None
    only: tuple[str, ...] | None = None

    @property
    def on(self) -> dt.date:
        """The day whose map places are shown on."""
        return self.on_map or self.period.end


@frozen
class Part:
    """The figures of one topic."""

    title: Label
    cards: tuple[Card, ...]


@frozen
class Split:
    """Figures by group: the metrics that can be split so, a line for each group, and what cannot be split.

    A line has the group's key, its name, and a figure for each of `metrics`, None where nothing was counted. The whole
    comes first under the key "*", what belongs to no group last under "".
    """

    metrics: tuple[AnyMetric, ...]
    lines: tuple[tuple[str, Label, tuple[Figure | None, ...]], ...]
    aside: tuple[AnyMetric, ...]


@frozen
class Reporting:
    """The figures of a period, as the page and its files show them; counted once while the register stays the same.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     reporting = Reporting(workspace.as_(Actor.office("an")))
    ...     parts = reporting.parts(Wanted(Period.parse("2023"), only=("fairs.turns",)))
    ...     [(part.title.vi, [card.figure.text() for card in part.cards]) for part in parts]
    [('Xúc tiến thương mại', ['0 lượt'])]
    """

    desk: Desk

    def choices(self) -> dict[str, Label]:
        """What may be chosen, by the words of an address: each section and, below it, each of its metrics.

        A section is called by its title without marks (`dao-tao-boi-duong`), a metric by its key.
        """
        found: dict[str, Label] = {}
        for topic, metrics in self._topics().items():
            found[_slug(topic)] = Label(f"Mục: {topic.vi}", f"Section: {topic.en}")
            found |= {one.key: one.label for one in metrics}
        return found

    def chosen(self, words: Iterable[str]) -> tuple[str, ...] | None:
        """The metrics meant by these words of an address, in a report's order; None, which is all, where none is."""
        wanted = set(words)
        found = [
            one.key
            for topic, metrics in self._topics().items()
            for one in metrics
            if one.key in wanted or _slug(topic) in wanted
        ]
        return tuple(key for key in self.desk.metrics() if key in found) or None

    def _topics(self) -> dict[Label, list[AnyMetric]]:
        topics: dict[Label, list[AnyMetric]] = {}
        for metric in self.desk.metrics().values():
            topics.setdefault(metric.topic, []).append(metric)
        return topics

    def parts(self, wanted: Wanted) -> list[Part]:
        """The figures by topic, each beside the one of the same period a year before."""
        evaluation, first = self._beside(wanted, wanted.only), min(self.desk.years())
        topics: dict[Label, list[Card]] = {}
        for key in self._keys(wanted):
            card = card_of(evaluation, key, wanted.period, first)
            topics.setdefault(card.figure.topic, []).append(card)
        return [Part(title, tuple(cards)) for title, cards in topics.items()]

    def card(self, wanted: Wanted, metric: str) -> Card:
        """One figure, beside the one a year before; of a metric that nobody offers a gap that says so."""
        among = wanted.only if wanted.only is None or metric in wanted.only else (metric,)
        return card_of(self._beside(wanted, among), metric, wanted.period, min(self.desk.years()))

    def _beside(self, wanted: Wanted, only: tuple[str, ...] | None) -> Evaluation:
        return self.desk.evaluate(wanted.period.year_before(), wanted.period, on_map=wanted.on_map, only=only)

    def _keys(self, wanted: Wanted) -> tuple[str, ...]:
        return wanted.only or tuple(self.desk.metrics())

    def ways(self, wanted: Wanted) -> dict[str, Label]:
        """What figures may be split by, by the words of an address: the levels of the map's places, and what else."""
        levels = self.desk.snapshot().places.levels(wanted.on)
        places = {word: LEVEL_LABELS[level] for word, level in _LEVELS.items() if level in levels[1:]}
        return {**places, **{word: DIMENSIONS[key].label for word, key in _WAYS.items()}}

    def dimension(self, way: str) -> str:
        """What the engine calls a way to split figures."""
        return f"place:{_LEVELS[way]}" if way in _LEVELS else _WAYS[way]

    def split(self, wanted: Wanted, way: str) -> Split:
        """The figures by group."""
        keys, by = self._keys(wanted), self.dimension(way)
        evaluation = self.desk.evaluate(wanted.period, by=by, on_map=wanted.on_map, only=wanted.only)
        cells = {(one.metric, one.at): one for one in evaluation.cells.values() if one.metric in keys}
        placed = {key for key, at in cells if at and at[0]}
        metrics = [evaluation.metrics[key] for key in keys if key in evaluation.metrics]
        shown = tuple(one for one in metrics if one.key in placed)
        groups = self._groups(by, wanted, {at[0] for key, at in cells if at and key in placed})
        lines = [
            (key, name, tuple(_figure(evaluation, cells.get((one.key, at))) for one in shown))
            for key, name, at in (("*", Label("Toàn bộ", "All"), None), *((key, name, (key,)) for key, name in groups))
        ]
        return Split(shown, tuple(lines), tuple(one for one in metrics if one.key not in placed))

    def group(self, wanted: Wanted, way: str, group: str) -> Label | None:
        """What a group is called; None for one there is not."""
        if group == "":
            return NOBODY
        return self.desk.groups(self.dimension(way), wanted.on).get(group)

    def _groups(self, by: str, wanted: Wanted, told: set[str]) -> list[tuple[str, Label]]:
        """The groups that something was counted of, in their order; what belongs to none last."""
        [dimension] = dimensions(by)
        names = dimension.names(self.desk.snapshot(), wanted.on)
        known = [(key, name) for key, name in names.items() if key in told]
        unknown = [(key, Label(key, key)) for key in sorted(told - {"", *names})]
        return [*known, *unknown, *([("", NOBODY)] if "" in told else [])]

    def size(self, wanted: Wanted) -> int:
        """How many records a report opens to: what decides how long its files take."""
        evaluation = self._beside(wanted, wanted.only)
        return sum(evaluation.cell(key, wanted.period).rows for key in evaluation.metrics)

    def is_long(self, wanted: Wanted, exporter: str) -> bool:
        """Whether a file takes longer than a click: it holds many records, or a plugin makes it."""
        return self.desk.exporter(exporter).plugin != OWN or self.size(wanted) > MANY

    def report(self, wanted: Wanted) -> Report:
        """The report of just these figures."""
        return self.desk.report(wanted.period, on_map=wanted.on_map, only=wanted.only)

    def file(self, wanted: Wanted, exporter: str) -> bytes:
        """The report as a file. Raises `AccessDenied`, `NotFound`, `PluginError` where a plugin's exporter fails."""
        report = self.report(wanted)
        asked = asked_of(self.desk.snapshot(), self.desk.actor, wanted.period, report.date, wanted.on_map, wanted.only)
        return self.desk.export(report, exporter, asked)


def _figure(evaluation: Evaluation, cell: Cell | None) -> Figure | None:
    """A cell of a table; none where there was nothing to be divided by."""
    if cell is None or (isinstance(cell.value, Unavailable) and cell.value.reason == NO_DENOMINATOR):
        return None
    return figure_of(evaluation.metric(cell), cell)


def _slug(topic: Label) -> str:
    return fold(topic.vi).replace(" ", "-")
