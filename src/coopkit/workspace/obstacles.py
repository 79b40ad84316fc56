"""What keeps a stage of a campaign from being closed, told in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopkit.campaign import SCORING, Nomination, NominationState, Score, ScorePair, Stage, StageKind, VoteCount
from coopkit.emulation import entrants, verdict
from coopkit.text import Label
from coopkit.workspace.campaign_desk import CampaignDesk

_ALIVE: Final = (NominationState.PROPOSED, NominationState.PASSED)


def obstacles_of(at: CampaignDesk, stage: Stage) -> Iterator[Label]:
    """What keeps this stage from being closed; nothing where nothing does."""
    if stage.kind is StageKind.PLEDGE:
        for block in entrants(at.whole, at.rules, at.campaign, at.rules.span.end):
            if not block.units:
                yield Label(f"{block.name}: chưa đơn vị nào ký giao ước", f"{block.name}: nobody has pledged")
            if not block.lead:
                yield Label(f"{block.name}: chưa có khối trưởng", f"{block.name}: it has no lead")
    elif stage.kind in SCORING:
        yield from _unscored(at, stage)
    elif stage.kind is StageKind.COUNCIL:
        yield from _uncounted(at, stage)
    elif stage.kind is StageKind.DECISION:
        names = at.names
        for one in nominations_of(at, *_ALIVE):
            award, whom = at.rules.award(one.award).name, names.get(one.cooperative or "", f"#{one.number}")
            yield Label(f"{award.vi}: chưa quyết định ({whom})", f"{award.en}: undecided ({whom})")


def nominations_of(at: CampaignDesk, *states: NominationState) -> list[Nomination]:
    """The campaign's nominations that are in one of these states."""
    own = [one for one in at.whole.records(Nomination) if one.campaign == at.campaign]
    return [one for one in own if one.state in states]


def pairs_of(at: CampaignDesk, stage: Stage) -> list[ScorePair]:
    """Who scores whom in a stage."""
    found = at.whole.records(ScorePair)
    return [one for one in found if (one.campaign, one.stage) == (at.campaign, stage.key)]


def told_by_pairs(at: CampaignDesk, stage: Stage) -> dict[tuple[str, str], set[str]]:
    """The criteria that each scorer has given a unit points for in a stage, by scorer and unit."""
    told: dict[tuple[str, str], set[str]] = {}
    for one in at.whole.records(Score):
        if (one.campaign, one.stage) == (at.campaign, stage.key):
            told.setdefault((one.scorer, one.cooperative), set()).add(one.criterion)
    return told


def asked_of_people(at: CampaignDesk) -> list[str]:
    """The criteria that people have to give points for, as no metric feeds them."""
    return [leaf.key for leaf in at.rules.leaves if leaf.rule is None and leaf.is_counted]


def _unscored(at: CampaignDesk, stage: Stage) -> Iterator[Label]:
    upto = [*(one.key for one in at.standing.closed(*SCORING)), stage.key]
    board, sealed = at.whole_board(upto), at.sealed_board()
    passed = {line.unit: set(line.open) for line in sealed.lines} if sealed else {}
    for line in board.lines:
        if not line.unrated and (still := [key for key in line.open if key not in passed.get(line.unit, ())]):
            told = ", ".join(still)
            yield Label(f"{line.name}: chưa chấm tiêu chí {told}", f"{line.name}: not scored: {told}")
    if stage.kind is StageKind.CROSS:
        yield from _unpaired(at, stage)


def _unpaired(at: CampaignDesk, stage: Stage) -> Iterator[Label]:
    """The pairs whose scorer has not given points for every criterion that people score."""
    asked, told, names = set(asked_of_people(at)), told_by_pairs(at, stage), at.names
    for pair in pairs_of(at, stage):
        if missing := sorted(asked - told.get((pair.scorer, pair.cooperative), set())):
            who, whom = names[pair.scorer], names[pair.cooperative]
            keys = ", ".join(missing)
            yield Label(f"{who} chưa chấm {whom}: {keys}", f"{who} has not scored {whom}: {keys}")


def _uncounted(at: CampaignDesk, stage: Stage) -> Iterator[Label]:
    counted = {one.nomination: one for one in at.whole.records(VoteCount) if one.stage == stage.key}
    names = at.names
    for one in nominations_of(at, NominationState.PROPOSED):
        rule = at.rules.award(one.award)
        if rule.outside:
            continue
        if one.id not in counted:
            award, whom = rule.name, names.get(one.cooperative or "", f"#{one.number}")
            yield Label(f"{award.vi}: chưa có kết quả phiếu ({whom})", f"{award.en}: not counted ({whom})")
        elif "quorum" in verdict(counted[one.id], stage).why.en:
            yield verdict(counted[one.id], stage).why
