"""`Scoring`: points given in the open stage, and how far each block is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from attrs import frozen

from coopkit.access import Action, Matter, can
from coopkit.campaign import SCORING, Criterion, Score, ScorePair, Stage, StageKind, format_points
from coopkit.emulation import Fed, barred, by_unit, entrants, feed, tensions
from coopkit.errors import CampaignError
from coopkit.ledger import Receipt
from coopkit.metrics import Cell, Evaluation
from coopkit.record import make_id
from coopkit.snapshot import Snapshot
from coopkit.text import Label, fold, sort_key
from coopkit.workspace.campaign_desk import CampaignDesk

Feeds: TypeAlias = Mapping[str, Mapping[str, Fed]]
"""What the register gives, by criterion and unit."""


@frozen
class Entry:
    """Points to be given: to which unit, for which criterion, by whom (the actor, or the one unit they speak for).

    `points` in hundredths; None takes what the criterion's rule gives. Points that differ from the rule's need a
    `reason`.

    >>> Entry("c1", "1.1", 750).scorer
    ''
    """

    unit: str
    criterion: str
    points: int | None = None
    scorer: str = ""
    reason: str = ""
    evidence: str = ""


@frozen
class Turn:
    """What one scorer is to do for one unit in the open stage: `done` of the criteria `asked`, `given` of all.

    `block` is the block's name. In the check and in a block's meeting only what is still open is asked.

    >>> Turn("Khối 1", "c1", "HTX Mẫu 01", "c2", "HTX Mẫu 02", done=3, asked=5, given=3).left
    2
    """

    block: str
    unit: str
    name: str
    scorer: str
    scorer_name: str
    done: int = 0
    asked: int = 0
    given: int = 0

    @property
    def left(self) -> int:
        """How many criteria are asked and not scored yet."""
        return self.asked - self.done


@frozen
class Turns:
    """The turns of a stage, by block, unit and scorer.

    >>> one = Turn("Khối 1", "c1", "HTX Đông Á", "c1", "HTX Đông Á", done=1, asked=5)
    >>> Turns((one,)).find("", "dong a").all == (one,), Turns((one,)).by_block
    (True, {'Khối 1': (1, 5)})
    """

    all: tuple[Turn, ...] = ()

    def find(self, block: str = "", text: str = "", *, left: bool = False) -> Turns:
        """The turns of a block whose unit or scorer is called so, with marks or without; `left`: those not done."""
        asked = fold(text)
        return Turns(
            tuple(
                one
                for one in self.all
                if block in ("", one.block)
                and (asked in fold(one.name) or asked in fold(one.scorer_name))
                and (one.left or not left)
            )
        )

    def of(self, unit: str) -> list[Turn]:
        """The turns of a unit, one a scorer."""
        return [one for one in self.all if one.unit == unit]

    def following(self, turn: Turn | None = None) -> Turn | None:
        """The next turn that is not done, after one and round; None where all are done."""
        at = self.all.index(turn) + 1 if turn in self.all else 0
        return next((one for one in (*self.all[at:], *self.all[:at]) if one.left), None)

    @property
    def by_block(self) -> dict[str, tuple[int, int]]:
        """Of each block how many criteria are scored, and how many are asked."""
        found: dict[str, tuple[int, int]] = {}
        for one in self.all:
            done, asked = found.get(one.block, (0, 0))
            found[one.block] = done + one.done, asked + one.asked
        return found


@frozen
class Recorded:
    """A score as it was given: for which criterion, by whom and when; both "" where that may not be told.

    >>> score = Score("s", "p", "self", "1", "c", "c", 750)
    >>> Recorded(score, Criterion("1", Label("Họp", "Meetings"))).scorer
    ''
    """

    score: Score
    criterion: Criterion
    scorer: str = ""
    time: str = ""


@frozen
class Scoring:
    """Give points, and see how far each scorer is.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Scoring, Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     Scoring(at).seen("c1")
    []
    """

    at: CampaignDesk

    def give(self, entries: Iterable[Entry], reason: str = "", *, token: str = "") -> Receipt:
        """Give points in the open stage: all of them in one batch, or none.

        `token` names the sheet they come from: handed in again it writes nothing more and gives the first receipt.

        Raises `AccessDenied` where the actor may not, and `CampaignError` that names unit and criterion for points out
        of bounds or between steps, an overrule without a reason, missing evidence, or a conflict of interest.
        """
        at, whole, rules, matter = self.at, self.at.whole, self.at.rules, self.at.matter
        if token and (written := at.desk.workspace.ledger.receipt(token)):
            return written
        at.not_published()
        stage = at.open_stage(*SCORING)
        told = list(entries)
        fed = self.feeds(one.criterion for one in told)
        units, out = at.units(), barred(tensions(whole, at.campaign, rules.span.end))
        made = []
        for one in told:
            scorer = one.scorer or self._scorer(stage, one.unit, matter)
            if one.unit not in units:
                raise CampaignError(f"{one.unit}: không tham gia phong trào (does not take part in the campaign)")
            if (scorer, one.unit) in out and stage.kind is not StageKind.SELF:
                raise CampaignError(f"{scorer} và {one.unit}: có xung đột lợi ích (there is a conflict of interest)")
            can(at.desk.actor, Action.SCORE, matter.score(stage.key, one.unit, scorer)).require()
            leaf = rules.leaf(one.criterion)
            made.append(self._score(stage, leaf, one, scorer, fed.get(leaf.key, {}).get(one.unit)))
        if not made:
            raise CampaignError("Không có điểm nào để ghi (there are no points to be written)")
        return at.write(reason or f"{stage.name.vi}: {len(made)} điểm", *made, token=token)

    def _scorer(self, stage: Stage, unit: str, matter: Matter) -> str:
        """In whose name the actor gives points."""
        actor = self.at.desk.actor
        if stage.kind is StageKind.SELF:
            return unit
        own = sorted(actor.units)
        if stage.kind is StageKind.CROSS:
            mine = [pair.scorer for pair in self.pairs(stage) if pair.cooperative == unit and pair.scorer in own]
            return mine[0] if mine else (own[0] if own else actor.name)
        lead = matter.lead_of.get(unit, "")
        return lead if stage.kind is StageKind.BLOCK and lead in own else actor.name

    def pairs(self, stage: Stage) -> list[ScorePair]:
        """Who scores whom in a stage, as far as the actor may see it."""
        found = self.at.desk.snapshot().records(ScorePair)
        return [one for one in found if one.campaign == self.at.campaign and one.stage == stage.key]

    def _score(self, stage: Stage, leaf: Criterion, one: Entry, scorer: str, fed: Fed | None) -> Score:
        for _, told in troubles(leaf, stage, one, fed):
            raise CampaignError(f"{one.unit}, tiêu chí {leaf.key}: {told.vi} ({told.en})")
        computed = fed.points if fed else None
        points = one.points if one.points is not None else computed or 0  # what is missing is among the troubles
        ident = make_id("score", self.at.campaign, stage.key, leaf.key, one.unit, scorer)
        return Score(
            ident,
            self.at.campaign,
            stage.key,
            leaf.key,
            one.unit,
            scorer,
            points,
            computed,
            one.reason or None,
            one.evidence or None,
        )

    def progress(self) -> dict[str, tuple[int, int]]:
        """How many criteria each block has scored in the open stage, and how many there are to score.

        Counts only, no points: a blind stage tells no more. For who runs the campaign.
        """
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        return self.turns().by_block

    def turns(self) -> Turns:
        """The turns of the open stage that the actor may take, whether for themselves or from paper.

        Counts only, as `progress`. Raises `CampaignError` where no points are given now.
        """
        at, whole, matter = self.at, self.at.whole, self.at.matter
        stage = at.open_stage(*SCORING)
        asked, given = self._asked(stage, whole), self._given(stage, whole)
        out, names = barred(tensions(whole, at.campaign, at.rules.span.end)), at.names
        made = []
        for block in entrants(whole, at.rules, at.campaign, at.rules.span.end):
            for unit in sorted(block.units, key=lambda one: (sort_key(names[one]), one)):
                for scorer in sorted(self._scorers(stage, unit, matter), key=lambda one: names.get(one, one)):
                    subject = matter.score(stage.key, unit, scorer)
                    conflict = stage.kind is not StageKind.SELF and (scorer, unit) in out
                    if conflict or not can(at.desk.actor, Action.SCORE, subject).allowed:
                        continue
                    told = given.get((unit, scorer if stage.kind in _OWN else ""), frozenset())
                    counts = len(told & asked[unit]), len(asked[unit]), len(told)
                    made.append(Turn(block.name, unit, names[unit], scorer, names.get(scorer, scorer), *counts))
        return Turns(tuple(made))

    def _scorers(self, stage: Stage, unit: str, matter: Matter) -> list[str]:
        """Who scores a unit in a stage: itself, those drawn, or the actor, in a block's name where they lead it."""
        if stage.kind is StageKind.SELF:
            return [unit]
        if stage.kind is StageKind.CROSS:
            return [scorer for key, scorer, scored in matter.pairs if (key, scored) == (stage.key, unit)]
        return [self._scorer(stage, unit, matter)]

    def _asked(self, stage: Stage, whole: Snapshot) -> dict[str, frozenset[str]]:
        """The criteria of each unit that people must score in a stage: what neither the register nor anybody told yet.

        In a cross-scoring stage that is every criterion without a rule.
        """
        at, rules = self.at, self.at.rules
        leaves = [leaf for leaf in rules.leaves if leaf.is_counted]
        if stage.kind is StageKind.CROSS:
            return dict.fromkeys(at.units(), frozenset(leaf.key for leaf in leaves if leaf.rule is None))
        told: dict[str, set[str]] = {unit: set() for unit in at.units()}
        for one in at.standing.closed(*SCORING):
            for (unit, _), keys in self._given(one, whole).items():
                told.setdefault(unit, set()).update(keys)
        for key, units in self.feeds().items():
            for unit, fed in units.items():
                if fed.points is not None:
                    told.setdefault(unit, set()).add(key)
        return {unit: frozenset(leaf.key for leaf in leaves if leaf.key not in known) for unit, known in told.items()}

    def _given(self, stage: Stage, whole: Snapshot) -> dict[tuple[str, str], frozenset[str]]:
        """The criteria scored in a stage, by unit and scorer, and under the scorer "" by whomever."""
        found: dict[tuple[str, str], set[str]] = {}
        for row in (
            whole.tables["score"].select(["campaign", "stage", "cooperative", "scorer", "criterion"]).to_pylist()
        ):
            if (row["campaign"], row["stage"]) == (self.at.campaign, stage.key):
                for scorer in (row["scorer"], ""):
                    found.setdefault((row["cooperative"], scorer), set()).add(row["criterion"])
        return {key: frozenset(told) for key, told in found.items()}

    def given(self, stage: Stage, unit: str, scorer: str) -> frozenset[str]:
        """The criteria that a scorer has scored for a unit in a stage; no points, which may not be seen yet."""
        return self._given(stage, self.at.whole).get((unit, scorer), frozenset())

    def feeds(self, criteria: Iterable[str] | None = None) -> Feeds:
        """What the register gives every unit for the criteria that have a rule, or those of `criteria`."""
        at, office = self.at, self.at.desk.workspace
        asked = None if criteria is None else set(criteria)
        return feed(at.whole, at.rules, at.campaign, office.registry.metrics(), office.regulation, asked)

    def scored(self, stage: Stage) -> Turns:
        """Who has scored whom in a stage, as far as the actor may see it; the scorer is "" where that is not told."""
        at, names = self.at, self.at.names
        blocks = entrants(at.whole, at.rules, at.campaign, at.rules.span.end)
        block_of = {unit: block.name for block in blocks for unit in block.units}
        counts = Counter(
            (one.cooperative, one.scorer)
            for one in at.desk.snapshot().records(Score)
            if (one.campaign, one.stage) == (at.campaign, stage.key)
        )
        made = [
            Turn(block_of.get(unit, ""), unit, names.get(unit, unit), scorer, names.get(scorer, scorer), given=given)
            for (unit, scorer), given in counts.items()
        ]
        return Turns(tuple(sorted(made, key=lambda one: (sort_key(one.block), sort_key(one.name), one.scorer_name))))

    def recorded(self, stage: Stage, unit: str) -> list[Recorded]:
        """The points of a unit in a stage that the actor may see, by criterion, with who gave them and when."""
        order = {leaf.key: n for n, leaf in enumerate(self.at.rules.leaves)}
        own = [one for one in self.seen(unit) if one.stage == stage.key and one.criterion in order]
        names, ledger, found = self.at.names, self.at.desk.workspace.ledger, []
        for one in sorted(own, key=lambda one: (order[one.criterion], one.scorer)):
            last = ledger.history("score", one.id)[-1:] if one.scorer else []
            when = last[0].time if last else ""
            leaf = self.at.rules.leaf(one.criterion)
            found.append(Recorded(one, leaf, names.get(one.scorer, one.scorer), when))
        return found

    def seen(self, unit: str) -> list[Score]:
        """The scores of a unit that the actor may see, by stage and criterion."""
        own = [one for one in self.at.desk.snapshot().records(Score) if one.campaign == self.at.campaign]
        order = {stage.key: n for n, stage in enumerate(self.at.rules.stages)}
        return sorted(
            (one for one in own if one.cooperative == unit), key=lambda one: (order.get(one.stage, 0), one.criterion)
        )


_OWN = (StageKind.SELF, StageKind.CROSS)
"""Stages in which each scorer gives points of their own; in the others one score holds, whoever gave it."""


def troubles(leaf: Criterion, stage: Stage, one: Entry, fed: Fed | None) -> Iterator[tuple[str, Label]]:
    """What is wrong with points to be given for a criterion, each with its box: "points", "reason" or "evidence"."""
    computed = fed.points if fed else None
    points = computed if one.points is None else one.points
    if points is None:
        yield "points", Label("thiếu điểm, số liệu chưa có", "no points, and the figure is unavailable")
        return
    if told := wrong_points(leaf, points):
        yield "points", told
    if not one.reason.strip():
        if computed is not None and points != computed:
            yield (
                "reason",
                Label(
                    f"số liệu cho {format_points(computed)} điểm; chấm khác cần một lý do",
                    f"the figure gives {format_points(computed, 'en')}; other points need a reason",
                ),
            )
        elif stage.kind in (StageKind.CHECK, StageKind.BLOCK):
            yield "reason", Label("điểm ở giai đoạn này cần một lý do", "points in this stage need a reason")
    if leaf.evidence and points and stage.kind is StageKind.SELF and fed is None and not one.evidence.strip():
        yield "evidence", Label(f"cần minh chứng: {leaf.evidence}", f"evidence is needed: {leaf.evidence}")


def figures_of(at: CampaignDesk, snapshot: Snapshot, unit: str) -> tuple[Evaluation, dict[str, Cell]]:
    """The figures of a unit in a snapshot that feed the campaign's criteria, by criterion, and what they came from."""
    office = at.desk.workspace
    evaluation = by_unit(snapshot, at.rules, office.registry.metrics(), office.regulation)
    found = {}
    for leaf in at.rules.leaves:
        if leaf.rule and (leaf.rule.metric, evaluation.periods[0], (unit,)) in evaluation.cells:
            found[leaf.key] = evaluation.cell(leaf.rule.metric, None, unit)
    return evaluation, found


def wrong_points(leaf: Criterion, points: int) -> Label | None:
    """What is wrong with so many points for a criterion; None where nothing is."""
    if not 0 <= points <= leaf.most:
        most, in_english = format_points(leaf.most), format_points(leaf.most, "en")
        return Label(f"điểm phải từ 0 đến {most}", f"points lie between 0 and {in_english}")
    if not leaf.disqualifies and points % leaf.step:
        step, in_english = format_points(leaf.step), format_points(leaf.step, "en")
        return Label(f"điểm phải là bội của {step}", f"points are multiples of {in_english}")
    return None
