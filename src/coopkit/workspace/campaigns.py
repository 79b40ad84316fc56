"""Every campaign at a glance, and one campaign's way through its stages: what a page about campaigns shows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from coopkit.access import Action
from coopkit.campaign import (
    SCORING,
    Campaign,
    CampaignVersion,
    Move,
    Pledge,
    Stage,
    StageKind,
    StageState,
    StageStep,
    Standing,
)
from coopkit.emulation import blocks_on, entrants, standing_of
from coopkit.regulation.calendar import due_between
from coopkit.text import Label, sort_key
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.obstacles import asked_of_people, pairs_of, told_by_pairs
from coopkit.workspace.todo import PASSED, Leads, Task, Topic, deadline, in_order
from coopkit.workspace.workspace import Desk


@frozen
class Overall:
    """A campaign in a list: its record, and how far it is; `standing` is None for one that is recorded only.

    >>> record = Campaign("p", "Thử", "2024", dt.date(2023, 12, 20))
    >>> (Overall(record).closed, Overall(record).total)
    (0, 0)
    """

    record: Campaign
    standing: Standing | None = None
    applied: bool = False

    @property
    def closed(self) -> int:
        """How many of its stages are closed; a published campaign's all are."""
        if self.standing is None:
            return 0
        return self.total if self.standing.published else len(self.standing.closed(*StageKind))

    @property
    def total(self) -> int:
        """How many stages it has."""
        return len(self.standing.stages) if self.standing else 0


def every_campaign(desk: Desk) -> list[Overall]:
    """Every campaign there is a record of, the latest first.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.workspace import Workspace
    >>> listed = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{listed.name}/so.db") as workspace:
    ...     every_campaign(workspace.as_(Actor.office("an")))
    []
    """
    snapshot = desk.snapshot()
    applied: dict[str, bool] = {}
    for one in snapshot.records(CampaignVersion):
        applied[one.campaign] = applied.get(one.campaign, False) or one.applied is not None
    found = sorted(snapshot.records(Campaign), key=lambda one: (one.launched, one.id), reverse=True)
    return [
        Overall(one, standing_of(snapshot, one.id), applied[one.id]) if one.id in applied else Overall(one)
        for one in found
    ]


@frozen
class Taken:
    """A step a campaign took: what, when, why, who wrote it down, and the sealed run of a closed stage."""

    move: Move
    on: dt.date
    who: str
    reason: str = ""
    run: str = ""


@frozen
class Reached:
    """A stage, whether it is open, and the steps it was in, in order."""

    stage: Stage
    state: StageState
    steps: tuple[Taken, ...] = ()

    @property
    def opened(self) -> dt.date | None:
        """The day it was last opened, or sent back to."""
        return next((one.on for one in reversed(self.steps) if one.move is not Move.CLOSE), None)

    @property
    def closed(self) -> dt.date | None:
        """The day it was closed, where it is."""
        return self.steps[-1].on if self.steps and self.state is StageState.CLOSED else None


def way(at: CampaignDesk) -> list[Reached]:
    """The stages of a campaign in order, each with what was done of it and by whom."""
    standing, steps = at.standing, dict[str, list[Taken]]()
    own = [one for one in at.desk.snapshot().records(StageStep) if one.campaign == at.campaign]
    for one in sorted(own, key=lambda one: one.number):
        [entry, *_] = at.desk.workspace.ledger.history("stage_step", one.id)
        told = Taken(one.move, one.on, entry.actor, one.reason or "", one.run or "")
        steps.setdefault(one.stage, []).append(told)
    return [Reached(one, standing.states[one.key], tuple(steps.get(one.key, ()))) for one in standing.stages]


STATISTICS: Final = "emulation"
"""The report on emulation of a year (Circular 02/2023/TT-BNV)."""


def days_ahead(at: CampaignDesk) -> list[Task]:
    """The days that a campaign has to keep, the earliest first: when each stage that is not closed is to be closed, and
    when the statistics of its year are due; these are told until 30 days after, as the register cannot know of them.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder, day = tempfile.TemporaryDirectory(), dt.datetime(2024, 12, 1, tzinfo=dt.UTC)
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", clock=lambda: day) as workspace:
    ...     [told] = days_ahead(Stages.new(workspace.as_(Actor.office("an")), rules).at)
    ...     told.due, told.days, told.source
    (datetime.date(2024, 12, 15), 14, 'TT 02/2023/TT-BNV')
    """
    today, standing = at.today(), at.standing
    found = [
        Task(
            Topic.CAMPAIGN,
            one.name,
            Label("Chốt giai đoạn", "Close the stage"),
            Leads.CAMPAIGN,
            at.campaign,
            one.closes,
            (one.closes - today).days,
        )
        for one in standing.stages
        if one.closes and standing.states[one.key] is not StageState.CLOSED and not standing.published
    ]
    year = at.rules.span.end.year
    due = due_between(max(today - PASSED, dt.date(year, 1, 1)), dt.date(year + 1, 12, 31))
    found += [deadline(one, today) for one in due if one.deadline.key == STATISTICS and one.period.year == year]
    return in_order(found)


@frozen
class Tally:
    """How many points of a scorer, or of a block, are given, and how many there are to give."""

    block: str
    name: str
    done: int
    asked: int

    @property
    def share(self) -> float:
        """The part that is given, from 0 to 1."""
        return min(self.done / self.asked, 1.0) if self.asked else 1.0


def by_scorer(at: CampaignDesk) -> list[Tally]:
    """How far each unit is that has to score in the open stage, who is furthest behind first; for who runs it.

    Counts only, as `Scoring.progress`; none where the open stage is scored by the office and the meetings.
    """
    at.may(Action.CAMPAIGN, at.campaign)
    stage = at.standing.current
    if stage is None or stage.kind not in (StageKind.SELF, StageKind.CROSS):
        return []
    names, keys, told = at.names, asked_of_people(at), told_by_pairs(at, stage)
    block_of = {
        unit: one.name for one in entrants(at.whole, at.rules, at.campaign, at.rules.span.end) for unit in one.units
    }
    if stage.kind is StageKind.CROSS:
        whom = [(pair.scorer, pair.cooperative) for pair in pairs_of(at, stage)]
    else:
        whom = [(unit, unit) for unit in block_of]
    done, asked = Counter[str](), Counter[str]()
    for scorer, unit in whom:
        asked[scorer] += len(keys)
        done[scorer] += len(told.get((scorer, unit), set()) & set(keys))
    found = [Tally(block_of.get(one, ""), names[one], done[one], asked[one]) for one in asked]
    return sorted(found, key=lambda one: (one.share, sort_key(one.block), sort_key(one.name)))


@frozen
class Entry:
    """A block's units by name: how many signed the pledge, and those that did not yet, by id."""

    block: str
    lead: str
    signed: int
    missing: Mapping[str, str] = field(factory=dict)

    @property
    def size(self) -> int:
        """How many units the block has."""
        return self.signed + len(self.missing)


def pledges(at: CampaignDesk) -> list[Entry]:
    """Who signed the pledge and who may yet, by block, in Vietnamese order; for who runs the campaign."""
    at.may(Action.CAMPAIGN, at.campaign)
    whole, rules, names = at.whole, at.rules, at.names
    signed = {one.cooperative for one in whole.records(Pledge) if one.campaign == at.campaign}
    made = []
    for block in blocks_on(whole, rules, rules.span.end):
        missing = sorted((unit for unit in block.units if unit not in signed), key=lambda one: sort_key(names[one]))
        here = len(block.units) - len(missing)
        made.append(Entry(block.name, names.get(block.lead, ""), here, {unit: names[unit] for unit in missing}))
    return made


@frozen
class Paired:
    """Who scores whom, by name, and how many of the criteria that people score have been given points for."""

    scorer: str
    unit: str
    done: int
    asked: int


def paired(at: CampaignDesk) -> list[Paired]:
    """The pairs of the campaign's cross-scoring, by scorer's name; for who runs the campaign. None before it opens."""
    at.may(Action.CAMPAIGN, at.campaign)
    stage = next((one for one in at.rules.stages if one.kind is StageKind.CROSS), None)
    if stage is None:
        return []
    names, keys, told = at.names, set(asked_of_people(at)), told_by_pairs(at, stage)
    found = [
        Paired(
            names[one.scorer],
            names[one.cooperative],
            len(told.get((one.scorer, one.cooperative), set()) & keys),
            len(keys),
        )
        for one in pairs_of(at, stage)
    ]
    return sorted(found, key=lambda one: (sort_key(one.scorer), sort_key(one.unit)))


def scores_are_open(standing: Standing) -> bool:
    """Whether a stage that scores was ever opened and not sent back from."""
    return any(one.kind in SCORING and standing.states[one.key] is not StageState.WAITING for one in standing.stages)
