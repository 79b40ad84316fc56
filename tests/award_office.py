"""The small campaign at the stages of its awards, for the tests of Khen thưởng."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns import launched, office, self_scores

from coopkit.campaign import ScorePair
from coopkit.event import RecipientKind
from coopkit.workspace import Awarding, Ballot, CampaignDesk, Desk, Entry, Scoring, Stages

SEATS = {"Chủ tịch": None, "Thư ký": None, "Ủy viên": "a1"}


def to_block(desk: Desk) -> CampaignDesk:
    """The campaign with its scores closed, the blocks meeting."""
    at = launched(desk)
    self_scores(at)
    Stages(at).advance()
    pairs = [(one.scorer, one.cooperative) for one in desk.snapshot().records(ScorePair)]
    Scoring(at).give([Entry(scored, "2", 450, scorer) for scorer, scored in pairs])
    Stages(at).advance()
    Scoring(at).give([Entry(unit, "2", 500, reason="đủ minh chứng") for unit in ("a1", "b1")])
    Stages(at).advance()
    return at


def to_council(desk: Desk) -> CampaignDesk:
    """The flags and two certificates proposed, the council seated and there."""
    at = to_block(desk)
    awarding = Awarding(at)
    awarding.nominate("flag", [line.unit for line in awarding.suggest("flag")], "Dẫn đầu")
    awarding.nominate_others("paper", RecipientKind.UNSPLIT, 2)
    Stages(at).advance()
    awarding.seat(SEATS)
    awarding.attend(SEATS)
    return at


def to_decision(desk: Desk) -> CampaignDesk:
    """The council has passed everything but the last."""
    at = to_council(desk)
    awarding = Awarding(at)
    known = [one.id for one in awarding.nominations()]
    awarding.vote([*(Ballot(one, 2, 0) for one in known[:-1]), Ballot(known[-1], 0, 2)])
    Stages(at).advance()
    return at


@cache
def _made(stage: str) -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="coopkit-awards-")
    with office(Path(folder.name)) as desk:
        {"block": to_block, "council": to_council, "decision": to_decision}[stage](desk)
    return folder


def campaign_at(folder: Path, stage: str) -> str:
    """A ledger of its own in the folder, whose campaign stands at "block", "council" or "decision": its url."""
    shutil.copytree(_made(stage).name, folder, dirs_exist_ok=True)
    return f"sqlite:///{folder}/so.db"
