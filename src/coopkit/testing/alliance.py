"""`TinyAlliance`: a small made-up alliance in a ledger of its own, with the things that make registers hard."""

from __future__ import annotations

import datetime as dt
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from attrs import frozen

from coopkit.access import Actor
from coopkit.campaign import Definition, Pledge
from coopkit.cooperative import Cooperative, CooperativeKind, Membership
from coopkit.event import OWN_KINDS, Event, EventPlace, Participation
from coopkit.exporters.workbook import write_workbook
from coopkit.ledger import Batch, Change
from coopkit.record import make_id, to_row
from coopkit.registry import Modes, Registry
from coopkit.sheet import register_sheets
from coopkit.snapshot import Snapshot
from coopkit.testing.register import BEGAN, CLOSED, UNITS_OF_THE_TOWN, register
from coopkit.workspace import CampaignDesk, Desk, Entry, Scoring, Stages, Workspace

FILE: Final = "so.db"
IN_TIME: Final = dt.datetime(2025, 10, 1, 8, tzinfo=dt.UTC)
LATE: Final = dt.datetime(2025, 12, 1, 8, tzinfo=dt.UTC)
LATE_FILE: Final = "gui-muon.xlsx"
RULES: Final[Mapping[str, Any]] = {
    "name": "Phong trào mẫu",
    "period": "2024",
    "launched": "2023-12-20",
    "organiser": "Liên minh HTX mẫu",
    "maximum": 10,
    "seed": "mẫu",
    "criteria": [
        {
            "key": "1",
            "name": "Hội chợ",
            "maximum": 6,
            "step": 0.5,
            "rule": {"metric": "fairs.turns", "how": "ratio", "target": 4},
        },
        {"key": "2", "name": "Sinh hoạt khối", "maximum": 4, "step": 0.5},
    ],
    "stages": [
        {"key": "self", "kind": "self", "name": "Tự chấm"},
        {"key": "published", "kind": "published", "name": "Công bố"},
    ],
}
_KINDS: Final = tuple(one for one in OWN_KINDS if one.key in {"fair", "training", "loan_support", "member_meeting"})


@frozen
class TinyAlliance:
    """The made-up alliance, open at an officer's desk, and which of its units are what.

    `before` and `after` are events on either side of the reforms of 1/1/2025 and 1/7/2025, `split` a unit whose commune
    was divided then, `fresh` one that was recorded on the new map. `late` came with a workbook months after its day,
    typed in NFD. `tied` have the same points in `campaign`, `conflicted` the same chair. `closed` is a unit that left.
    Of the districts, the one of code `lone_place` has one unit, `empty_place` none.
    """

    workspace: Workspace
    campaign: str
    before: str = "member_meeting-202408"
    after: str = "member_meeting-202508"
    split: str = "t2"
    fresh: str = "n1"
    late: str = make_id("event", "NFD-01")
    tied: tuple[str, str] = ("v3", "t1")
    conflicted: tuple[str, str] = ("v2", "v3")
    closed: str = CLOSED
    lone_place: str = "317"
    empty_place: str = "318"

    @property
    def desk(self) -> Desk:
        """The desk of an officer of the alliance."""
        return self.workspace.as_(Actor.office("van-phong"))

    @property
    def board(self) -> CampaignDesk:
        """The campaign's desk, in its self-scoring stage."""
        return CampaignDesk(self.desk, self.campaign)

    def load(self, *plugins: ModuleType, **modules: str) -> Desk:
        """Load plugins beside coopkit's offers: modules without a manifest, or `id="module"` with theirs."""
        self.workspace.registry = Registry.load(*plugins, modules=modules, modes=Modes())
        self.workspace.as_(Actor.office("coopkit")).prepare()
        return self.desk


def build(folder: Path) -> Path:
    """Make the ledger in a folder; gives its file."""
    with _workspace(folder) as workspace:
        records = list(register(UNITS_OF_THE_TOWN, _KINDS))
        changes = tuple(Change(one) for one in records)
        workspace.ledger.write(Batch("van-phong", "Dữ liệu mẫu", IN_TIME, changes=changes))
        _campaign(workspace.as_(Actor.office("thu-ky")))
        workspace.clock = lambda: LATE
        desk = workspace.as_(Actor.office("van-phong"))
        desk.import_files({LATE_FILE: _late(desk.snapshot())}, reason="Tệp gửi muộn")
    return folder / FILE


@contextmanager
def opened(file: Path, folder: Path) -> Iterator[TinyAlliance]:
    """A copy of the ledger in another folder, open."""
    shutil.copytree(file.parent, folder)
    with _workspace(folder) as workspace:
        yield TinyAlliance(workspace, make_id("campaign", RULES["period"], RULES["name"]))


def _workspace(folder: Path) -> Workspace:
    url = f"sqlite:///{(folder / FILE).as_posix()}"
    return Workspace.open(url, registry=Registry.load(modes=Modes()), clock=lambda: IN_TIME)


def _campaign(desk: Desk) -> None:
    """Applied, its self-scores given: the same turns at fairs leave units with the same points."""
    stages = Stages.new(desk, Definition.of(RULES))
    stages.apply()
    units, at = [one.id for one in UNITS_OF_THE_TOWN if one.id != CLOSED and one.founded == BEGAN], stages.at
    signed = dt.date(2024, 1, 10)
    # Written straight away: a stage of pledges would be sealed when it is closed, and take a second to run.
    at.write("Ký giao ước", *(Pledge(make_id("pledge", at.campaign, one), at.campaign, one, signed) for one in units))
    stages.advance()
    Scoring(stages.at).give([Entry(unit, "2", 300) for unit in units])


def _late(snapshot: Snapshot) -> bytes:
    """A workbook of a fair of 2024 and a new unit, its texts in NFD as a Mac types them."""
    place, day = "11917@1900-01-01", dt.date(2024, 12, 10)
    unit = make_id("cooperative", "late")
    made = [
        Event("late", "NFD-01", "fair", _nfd("Hội chợ cuối năm ở Hải Phòng"), day, day),
        EventPlace("late-place", "late", place),
        Participation("late-turn", "late", "v1", 4),
        Cooperative(
            unit, _nfd("HTX mẫu Đồng Bằng"), CooperativeKind.COOPERATIVE, place="11836@1900-01-01", founded=day
        ),
        Membership("late-member", unit, day),
    ]
    others = [one for one in snapshot.records(Cooperative) if one.id == "v1"]
    ground = {name: snapshot.tables[name] for name in ("place", "succession", "event_kind")}
    told = Snapshot.of([*others, *made]).replace(**ground)
    sheets = register_sheets(list(snapshot.kinds.values()))
    ids = {str(to_row(one)["id"]) for one in made}
    info = {"sender": "HTX mẫu", "paper_date": "31/12/2024"}
    return write_workbook(told, sheets, info=info, created=day, only=ids)


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)
