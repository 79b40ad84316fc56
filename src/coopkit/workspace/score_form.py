"""`ScoreForms`: a scorer's sheet for one unit on the screen: what stands in its boxes, was typed, and is wrong."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Final, Self

import numpy as np
from attrs import evolve, field, frozen

from coopkit.access import Action, can
from coopkit.campaign import SCORING, Criterion, Definition, Score, Stage, StageKind, format_points, parse_points
from coopkit.emulation import Fed, rule_words
from coopkit.emulation.scores import Rubric, totals
from coopkit.errors import BadForm, BadText, NotFound
from coopkit.ledger import Receipt, StoredDraft
from coopkit.metrics import AnyMetric, Cell, Unavailable
from coopkit.quantity import format_quantity
from coopkit.text import Label
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.evidence import Told
from coopkit.workspace.scoring import Entry, Scoring, figures_of, troubles, wrong_points

BOXES: Final = ("points", "reason", "words", "files")
"""The boxes of a criterion; a box is named BOX:CRITERION. `words` and `files` are its evidence."""

_NOTHING: Final = Label("", "")


@frozen
class Item:
    """A line of the sheet: a group of criteria, or a criterion with what is known of it.

    `figure` is the register's figure in words, `rule` how it becomes points; `fed` the points of it. `held` is the
    score given before, `hidden`: one is given that may not be seen yet. `before` tells what earlier stages gave,
    `counts` what counts without this sheet. Points are hundredths.

    >>> Item(Criterion("1", Label("Họp", "Meetings"))).texts["points:1"]
    ''
    """

    criterion: Criterion
    depth: int = 0
    fed: Fed | None = None
    figure: Label = _NOTHING
    rule: Label = _NOTHING
    held: Score | None = None
    hidden: bool = False
    before: tuple[tuple[Label, tuple[int, ...]], ...] = ()
    counts: int | None = None

    @property
    def is_group(self) -> bool:
        """Whether nothing is typed in it."""
        return bool(self.criterion.criteria)

    @property
    def texts(self) -> dict[str, str]:
        """What stands in its boxes at first, by their names."""
        held, key = self.held, self.criterion.key
        told = Told.read(held.evidence or "") if held else Told()
        points, reason = (format_points(held.points), held.reason or "") if held else ("", "")
        boxes = (points, reason, told.words, evolve(told, words="").text)
        return {f"{box}:{key}": text for box, text in zip(BOXES, boxes, strict=True)}


@frozen
class Sums:
    """What a sheet comes to: points, bonus, penalty and their total in hundredths; how many criteria have no points."""

    base: int
    bonus: int
    penalty: int
    total: int
    open: int


@frozen
class ScoreForm:
    """The sheet of one scorer for one unit in the open stage.

    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20", "maximum": 10,
    ...     "criteria": [{"key": "1", "name": "Họp", "maximum": 10, "step": 0.5}]})
    >>> stage = Stage("self", StageKind.SELF, Label("Tự chấm", "Self-score"))
    >>> form = ScoreForm(rules, stage, "c", "HTX Mẫu", "c", "HTX Mẫu", (Item(rules.leaf("1")),))
    >>> form.read({"points:1": "7,5"})[0].points, form.sums({"points:1": "7,5"}).total
    (750, 750)
    >>> form.read({"points:1": "7,3"})
    Traceback (most recent call last):
        ...
    coopkit.errors.BadForm: points:1: điểm phải là bội của 0,5 (points are multiples of 0.5)
    """

    rules: Definition = field(repr=False)
    stage: Stage
    unit: str
    name: str
    scorer: str
    scorer_name: str
    items: tuple[Item, ...] = ()

    @property
    def leaves(self) -> list[Item]:
        """The criteria that are scored."""
        return [one for one in self.items if not one.is_group]

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the boxes at first, by their names."""
        return {name: text for item in self.leaves for name, text in item.texts.items()}

    @property
    def hides(self) -> bool:
        """Whether points are given that may not be seen yet: the sheet's sum would tell too little."""
        return any(one.hidden for one in self.leaves)

    def asks_reason(self, item: Item, typed: Mapping[str, str]) -> bool:
        """Whether the points that stand in the box need a reason."""
        points = self._points(item, typed)
        if points is None:
            return False
        computed = item.fed.points if item.fed else None
        return self.stage.kind in (StageKind.CHECK, StageKind.BLOCK) or points != (
            points if computed is None else computed
        )

    def sums(self, typed: Mapping[str, str]) -> Sums:
        """What the sheet comes to with what was typed; where a box holds no points, what counts without it."""
        told = [self._points(one, typed) for one in self.leaves]
        counted = [one.counts if points is None else points for points, one in zip(told, self.leaves, strict=True)]
        given = np.array([[points is not None for points in counted]])
        found = totals(np.array([[points or 0 for points in counted]], np.int64), given, Rubric.of(self.rules))
        parts = (found.base, found.bonus, found.penalty, found.total, found.open)
        return Sums(*(int(part[0]) for part in parts))

    def faults(self, typed: Mapping[str, str]) -> dict[str, Label]:
        """What is wrong with what was typed so far, by the names of the boxes."""
        found: dict[str, Label] = {}
        for item in self.leaves:
            for box, told in self._faults(item, typed):
                found.setdefault(f"{box}:{item.criterion.key}", told)
        return found

    def read(self, typed: Mapping[str, str]) -> list[Entry]:
        """The points of the boxes that differ from what stood there. Raises `BadForm` with a fault for each box."""
        if faults := self.faults(typed):
            raise BadForm({name: (told.vi, told.en) for name, told in faults.items()})
        entries = [entry for item in self.leaves if (entry := self._entry(item, typed))]
        if not entries:
            raise BadForm({"": ("chưa có điểm nào mới để ghi", "there are no new points to be written")})
        return entries

    def _faults(self, item: Item, typed: Mapping[str, str]) -> Iterator[tuple[str, Label]]:
        text = self._text(item, typed, "points")
        try:
            entry = self._entry(item, typed)
        except BadText as bad:
            yield "points", Label(*map(": ".join, zip(bad.what, bad.mend, strict=True)))
            return
        if entry is None:
            return
        if not text and item.held:
            yield (
                "points",
                Label("điểm đã ghi thì không để trống: ghi 0 nếu không có", "given points stay: write 0 for none"),
            )
            return
        for box, told in troubles(item.criterion, self.stage, entry, item.fed):
            yield ("words" if box == "evidence" else box), told

    def _entry(self, item: Item, typed: Mapping[str, str]) -> Entry | None:
        """The points of one criterion; None where its boxes were left as they stood. Raises `BadText`."""
        texts = {box: self._text(item, typed, box) for box in BOXES}
        if all(texts[box] == item.texts[f"{box}:{item.criterion.key}"] for box in BOXES):
            return None
        evidence = Told(texts["words"], Told.read(texts["files"]).files).text
        points = parse_points(texts["points"]) if texts["points"] else None
        return Entry(self.unit, item.criterion.key, points, self.scorer, texts["reason"], evidence)

    def _points(self, item: Item, typed: Mapping[str, str]) -> int | None:
        """The points that stand in the box; None where there are none, or none that can be."""
        try:
            points = parse_points(self._text(item, typed, "points"))
        except BadText:
            return None
        return None if wrong_points(item.criterion, points) else points

    @staticmethod
    def _text(item: Item, typed: Mapping[str, str], box: str) -> str:
        name = f"{box}:{item.criterion.key}"
        return typed.get(name, item.texts[name]).strip()


@frozen
class SheetDraft:
    """What was typed into a sheet and not given yet, by the names of its boxes; its token makes the batch once only."""

    token: str
    stage: str
    unit: str
    scorer: str
    typed: Mapping[str, str]


@frozen
class ScoreForms:
    """The sheets on the screen of one campaign, at one actor's desk.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     ScoreForms(at).draft("no such") is None
    True
    """

    at: CampaignDesk

    def form(self, unit: str, scorer: str) -> ScoreForm:
        """The sheet of a scorer for a unit. Raises `CampaignError`, `NotFound` and `AccessDenied`."""
        at, matter, scoring = self.at, self.at.matter, Scoring(self.at)
        stage = at.open_stage(*SCORING)
        can(at.desk.actor, Action.SCORE, matter.score(stage.key, unit, scorer)).require()
        if unit not in at.units():
            raise NotFound(f"{unit}: không tham gia phong trào (does not take part in the campaign)")
        told = _Told.of(scoring, stage, unit, scorer)
        items = tuple(told.items(at.rules.criteria))
        names = at.names
        return ScoreForm(at.rules, stage, unit, names[unit], scorer, names.get(scorer, scorer), items)

    def save(self, form: ScoreForm, typed: Mapping[str, str], *, token: str) -> Receipt:
        """Give what was typed, once for a token; its draft goes with it. Raises `BadForm` and as `Scoring.give`."""
        if written := self.at.desk.workspace.ledger.receipt(token):
            return written
        entries = form.read(typed)
        return Scoring(self.at).give(entries, f"{form.stage.name.vi}: {form.name}", token=token)

    def draft(self, token: str) -> SheetDraft | None:
        """What was typed under a token; None where there is nothing, or it is another's or of another campaign."""
        found = self.at.desk.workspace.ledger.drafts.find(self.at.desk.actor.name, token) if token else None
        if found is None or found.told.get("sheet", {}).get("campaign") != self.at.campaign:
            return None
        sheet = found.told["sheet"]
        return SheetDraft(token, sheet["stage"], sheet["unit"], sheet["scorer"], found.told["typed"])

    def waiting(self, form: ScoreForm) -> list[SheetDraft]:
        """The actor's drafts of a sheet into which something was typed, the last one first."""
        drafts = (self.draft(one.token) for one in self.at.desk.workspace.ledger.drafts.of(self.at.desk.actor.name))
        whose = form.stage.key, form.unit, form.scorer
        return [one for one in drafts if one and one.typed and (one.stage, one.unit, one.scorer) == whose]

    def begin(self, form: ScoreForm) -> SheetDraft:
        """A new draft of a sheet, with nothing typed yet."""
        draft = SheetDraft(secrets.token_urlsafe(9), form.stage.key, form.unit, form.scorer, {})
        self.at.desk.workspace.ledger.drafts.add(self._stored(draft))
        return draft

    def keep(self, draft: SheetDraft) -> bool:
        """Keep what is typed now; whether the draft was still there."""
        return self.at.desk.workspace.ledger.drafts.keep(self._stored(draft))

    def drop(self, token: str) -> None:
        """Let a draft go."""
        self.at.desk.workspace.ledger.drafts.drop(self.at.desk.actor.name, token)

    def _stored(self, draft: SheetDraft) -> StoredDraft:
        office = self.at.desk.workspace
        sheet = {"campaign": self.at.campaign, "stage": draft.stage, "unit": draft.unit, "scorer": draft.scorer}
        return StoredDraft(
            draft.token, self.at.desk.actor.name, {"sheet": sheet, "typed": dict(draft.typed)}, office.clock()
        )


@frozen
class _Told:
    """All that a sheet shows of one unit, by criterion."""

    metrics: Mapping[str, AnyMetric]
    fed: Mapping[str, Fed]
    figures: Mapping[str, Label]
    held: Mapping[str, Score]
    given: frozenset[str]
    before: Mapping[str, tuple[tuple[Label, tuple[int, ...]], ...]]
    counts: Mapping[str, int]

    @classmethod
    def of(cls, scoring: Scoring, stage: Stage, unit: str, scorer: str) -> Self:
        at, seen = scoring.at, scoring.seen(unit)
        fed = {key: by_unit[unit] for key, by_unit in scoring.feeds().items() if unit in by_unit}
        _, cells = figures_of(at, at.whole, unit)
        figures = said_figures(cells)
        held = {one.criterion: one for one in seen if (one.stage, one.scorer) == (stage.key, scorer)}
        counts = {key: one.points for key, one in fed.items() if one.points is not None}
        before: dict[str, dict[str, list[int]]] = {}
        names = {one.key: one.name for one in at.standing.closed(*SCORING)}
        for one in seen:
            if one.stage in names:
                before.setdefault(one.criterion, {}).setdefault(one.stage, []).append(one.points)
        told = {
            key: tuple((names[of], tuple(points)) for of, points in stages.items()) for key, stages in before.items()
        }
        if stage.kind in (StageKind.CHECK, StageKind.BLOCK):
            marks = at.board().marks.get(unit, {})
            counts |= {key: mark.points for key, mark in marks.items() if mark.points is not None}
        given = scoring.given(stage, unit, scorer)
        return cls(at.desk.workspace.registry.metrics(), fed, figures, held, given, told, counts)

    def items(self, criteria: tuple[Criterion, ...], depth: int = 0) -> Iterator[Item]:
        """The lines, each group before what it holds."""
        for one in criteria:
            if one.criteria:
                yield Item(one, depth)
                yield from self.items(one.criteria, depth + 1)
                continue
            key = one.key
            yield Item(
                one,
                depth,
                self.fed.get(key),
                self.figures.get(key, _zero(self.fed.get(key))),
                said_rule(one, self.metrics),
                self.held.get(key),
                key in self.given and key not in self.held,
                self.before.get(key, ()),
                self.counts.get(key),
            )


def _zero(fed: Fed | None) -> Label:
    """The figure of a unit of which nothing was counted."""
    return Label(fed.value, fed.value.split(" ")[0]) if fed else _NOTHING


def said_figures(cells: Mapping[str, Cell]) -> dict[str, Label]:
    """The figures of a unit in words, by criterion; without those that are unavailable.

    >>> said_figures({})
    {}
    """
    return {
        key: Label(format_quantity(cell.value), format_quantity(cell.value, "en"))
        for key, cell in cells.items()
        if not isinstance(cell.value, Unavailable)
    }


def said_rule(leaf: Criterion, metrics: Mapping[str, AnyMetric]) -> Label:
    """A criterion's rule in words, its metric called by its name.

    >>> said_rule(Criterion("1", Label("Họp", "Meetings")), {}).vi
    'chấm từ 0 đến 0'
    """
    words = rule_words(leaf)
    metric = metrics.get(leaf.rule.metric) if leaf.rule else None
    if leaf.rule is None or metric is None:
        return words
    vi, en = (told.removeprefix(leaf.rule.metric).strip() for told in (words.vi, words.en))
    return Label(f"{metric.label.vi} {vi}", f"{metric.label.en} {en}")
