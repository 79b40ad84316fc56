"""`Scoring`: points given in the open stage, and how far each block is."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from coopkit.access import Action, Matter, can
from coopkit.campaign import Criterion, Score, ScorePair, Stage, StageKind, format_points
from coopkit.emulation import Fed, barred, entrants, feed, tensions
from coopkit.errors import CampaignError
from coopkit.ledger import Receipt
from coopkit.record import make_id
from coopkit.text import Label
from coopkit.workspace.campaign_desk import CampaignDesk


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

    def give(self, entries: Iterable[Entry], reason: str = "") -> Receipt:
        """Give points in the open stage: all of them in one batch, or none.

        Raises `AccessDenied` where the actor may not, and `CampaignError` that names unit and criterion for points out
        of bounds or between steps, an overrule without a reason, missing evidence, or a conflict of interest.
        """
        at, whole, rules, matter = self.at, self.at.whole, self.at.rules, self.at.matter
        at.not_published()
        stage = at.open_stage(StageKind.SELF, StageKind.CROSS, StageKind.CHECK, StageKind.BLOCK)
        told, office = list(entries), at.desk.workspace
        asked = {one.criterion for one in told}
        fed = feed(whole, rules, at.campaign, office.registry.metrics(), office.regulation, asked)
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
        return at.write(reason or f"{stage.name.vi}: {len(made)} điểm", *made)

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
        computed = fed.points if fed else None
        points = computed if one.points is None else one.points
        where = f"{one.unit}, tiêu chí {leaf.key}"
        if points is None:
            raise CampaignError(f"{where}: thiếu điểm, số liệu chưa có (no points, and the figure is unavailable)")
        if told := wrong_points(leaf, points):
            raise CampaignError(f"{where}: {told.vi} ({told.en})")
        if computed is not None and points != computed and not one.reason.strip():
            raise CampaignError(
                f"{where}: số liệu cho {format_points(computed)} điểm; chấm khác cần một lý do "
                "(other points than the figure gives need a reason)"
            )
        if stage.kind in (StageKind.CHECK, StageKind.BLOCK) and not one.reason.strip():
            raise CampaignError(f"{where}: điểm ở giai đoạn này cần một lý do (points in this stage need a reason)")
        if leaf.evidence and points and stage.kind is StageKind.SELF and fed is None and not one.evidence.strip():
            raise CampaignError(f"{where}: cần minh chứng: {leaf.evidence} (evidence is needed)")
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
        """How many of its criteria each block has scored in the open stage, and how many there are to score.

        Counts only, no points: a blind stage tells no more. For who runs the campaign.
        """
        at = self.at
        at.may(Action.CAMPAIGN, at.campaign)
        stage = at.open_stage(StageKind.SELF, StageKind.CROSS, StageKind.CHECK, StageKind.BLOCK)
        leaves = [leaf.key for leaf in at.rules.leaves if not leaf.penalty and not leaf.disqualifies]
        blocks = entrants(at.whole, at.rules, at.campaign, at.rules.span.end)
        block_of = {unit: block.name for block in blocks for unit in block.units}
        done: dict[str, int] = dict.fromkeys(block_of.values(), 0)
        for one in at.whole.records(Score):
            here = (one.campaign, one.stage) == (at.campaign, stage.key) and one.cooperative in block_of
            if here and one.criterion in leaves:
                done[block_of[one.cooperative]] += 1
        turns = stage.scorers if stage.kind is StageKind.CROSS else 1
        size = {name: sum(of == name for of in block_of.values()) for name in done}
        return {name: (done[name], size[name] * len(leaves) * turns) for name in done}

    def seen(self, unit: str) -> list[Score]:
        """The scores of a unit that the actor may see, by stage and criterion."""
        own = [one for one in self.at.desk.snapshot().records(Score) if one.campaign == self.at.campaign]
        order = {stage.key: n for n, stage in enumerate(self.at.rules.stages)}
        return sorted(
            (one for one in own if one.cooperative == unit), key=lambda one: (order.get(one.stage, 0), one.criterion)
        )


def wrong_points(leaf: Criterion, points: int) -> Label | None:
    """What is wrong with so many points for a criterion; None where nothing is."""
    if not 0 <= points <= leaf.most:
        most = format_points(leaf.most)
        return Label(f"điểm phải từ 0 đến {most}", f"points lie between 0 and {most}")
    if not leaf.disqualifies and points % leaf.step:
        step = format_points(leaf.step)
        return Label(f"điểm phải là bội của {step}", f"points are multiples of {step}")
    return None
