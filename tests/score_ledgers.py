"""The small campaign of tests/campaigns.py at the stages in which points are given, each built once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns import launched, office, reopened, self_scores

from coopkit.access import UNIT, Actor
from coopkit.campaign import ScorePair
from coopkit.workspace import CampaignDesk, Entry, Scoring, Stages


@cache
def _built(stage: str) -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="coopkit-scores-")
    with office(Path(folder.name)) as desk:
        at = launched(desk)
        if stage == "check":
            self_scores(at)
            Stages(at).advance("không vay")
            pairs = at.whole.records(ScorePair)
            Scoring(at).give([Entry(pair.cooperative, "2", 450, pair.scorer) for pair in pairs])
            Stages(at).advance()
    return folder


def ledger_at(stage: str, folder: Path) -> str:
    """A ledger of one's own in this folder, whose campaign is in its "self" or "check" stage: its url."""
    shutil.copytree(_built(stage).name, folder, dirs_exist_ok=True)
    return f"sqlite:///{folder}/so.db"


@contextmanager
def campaign_at(stage: str, folder: Path) -> Iterator[CampaignDesk]:
    """The campaign of such a ledger, at the office's desk."""
    ledger_at(stage, folder)
    with reopened(folder) as desk:
        yield CampaignDesk.of(desk, "2024")


def of(at: CampaignDesk, *units: str) -> CampaignDesk:
    """The same campaign at the desk of who speaks for these units."""
    return CampaignDesk(at.desk.workspace.as_(Actor("đd", UNIT, frozenset(units))), at.campaign)
