"""A small campaign for tests: two blocks of four units, a criterion fed by fairs, one scored by people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coopkit.access import Actor
from coopkit.campaign import Definition
from coopkit.cooperative import Contact, ContactRole, Cooperative, CooperativeKind, Membership, Person
from coopkit.event import Event, Participation
from coopkit.group import Alliance, Group, GroupKind, GroupMembership, GroupRole
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.workspace import CampaignDesk, Desk, Entry, Scoring, Stages, Workspace

NOW = dt.datetime(2024, 12, 1, 8, 0, tzinfo=dt.UTC)
BEGAN = dt.date(2020, 1, 1)
UNITS = ("a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4")
RULES: dict[str, Any] = {
    "name": "Phong trào thử",
    "period": "2024",
    "launched": "2023-12-20",
    "organiser": "Liên minh thử",
    "maximum": 20,
    "seed": "thử",
    "ties": ["base", "criterion:1"],
    "criteria": [
        {
            "key": "I",
            "name": "Hoạt động",
            "maximum": 20,
            "criteria": [
                {
                    "key": "1",
                    "name": "Hội chợ",
                    "maximum": 10,
                    "step": 0.5,
                    "rule": {"metric": "fairs.turns", "how": "ratio", "target": 4},
                },
                {"key": "2", "name": "Họp khối", "maximum": 5, "step": 0.5, "bonus": 1.5},
                {
                    "key": "3",
                    "name": "Vay vốn",
                    "maximum": 5,
                    "rule": {"metric": "loans.average", "how": "yes_no"},
                },
            ],
        },
        {"key": "P", "name": "Điểm trừ", "maximum": 2, "step": 0.5, "penalty": True},
        {"key": "L", "name": "Vi phạm", "disqualifies": True},
    ],
    "stages": [
        {"key": "pledge", "kind": "pledge", "name": "Giao ước"},
        {"key": "self", "kind": "self", "name": "Tự chấm", "blind": True},
        {"key": "cross", "kind": "cross", "name": "Chấm chéo", "blind": True, "names_hidden": True, "scorers": 1},
        {"key": "check", "kind": "check", "name": "Thẩm định"},
        {"key": "block", "kind": "block", "name": "Họp khối"},
        {"key": "council", "kind": "council", "name": "Hội đồng", "threshold": "2/3", "base": "members"},
        {"key": "decision", "kind": "decision", "name": "Quyết định"},
        {"key": "published", "kind": "published", "name": "Công bố"},
    ],
    "grades": [{"key": "good", "name": "Tốt", "least": 10}],
    "awards": [
        {"key": "flag", "form": "flag", "giver": "city", "name": "Cờ", "quota": 2, "per_block": 1, "place": 1},
        {"key": "model", "form": "model_cooperative", "giver": "alliance", "name": "HTX tiêu biểu", "quota": 3},
        {
            "key": "paper",
            "form": "certificate",
            "giver": "alliance",
            "name": "Giấy khen",
            "recipient": "unsplit",
            "coefficient": "0.3",
        },
        {
            "key": "merit",
            "form": "merit",
            "giver": "city",
            "name": "Bằng khen",
            "recipient": "unsplit",
            "outside": True,
        },
    ],
    "targets": [{"metric": "cooperatives.founded", "low": 2, "high": 3}],
}


def rules(**more: Any) -> Definition:
    return Definition.of({**RULES, **more})


def register() -> list[Any]:
    """Eight members in two blocks led by a1 and b1; a2 and a3 share their representative; fairs for some."""
    made: list[Any] = [
        Alliance("lm", "Liên minh thử", "31@1900-01-01"),
        Event("f", "HC-1", "fair", "Hội chợ", dt.date(2024, 5, 1)),
        Event("g", "HC-2", "fair", "Hội chợ", dt.date(2024, 6, 1)),
        Person("p", "Người mẫu 001"),
        Contact("k2", "a2", "p", ContactRole.REPRESENTATIVE, BEGAN),
        Contact("k3", "a3", "p", ContactRole.CHAIR, BEGAN),
    ]
    made += [Group(letter, GroupKind.BLOCK, f"Khối {letter.upper()}", BEGAN) for letter in "ab"]
    for unit in UNITS:
        role = GroupRole.LEAD if unit.endswith("1") else GroupRole.MEMBER
        made.append(Cooperative(unit, f"HTX {unit.upper()}", CooperativeKind.COOPERATIVE, founded=BEGAN))
        made.append(Membership(f"m{unit}", unit, BEGAN))
        made.append(GroupMembership(f"g{unit}", unit[0], unit, role, BEGAN))
    made += [Participation(f"{event}{unit}", event, unit) for event in "fg" for unit in ("a1", "a2", "b1")]
    made += [Participation("fb2", "f", "b2")]
    return made


@contextmanager
def office(folder: Path, records: list[Any] | None = None) -> Iterator[Desk]:
    """An officer at a ledger that holds the register."""
    with Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load(), clock=lambda: NOW) as workspace:
        changes = tuple(Change(one) for one in (records or register()))
        workspace.ledger.write(Batch("an", "nhập", NOW, changes=changes))
        yield workspace.as_(Actor.office("thu-ky"))


@contextmanager
def reopened(folder: Path) -> Iterator[Desk]:
    """An officer at the ledger that is there already."""
    with Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load(), clock=lambda: NOW) as workspace:
        yield workspace.as_(Actor.office("thu-ky"))


def launched(desk: Desk, **more: Any) -> CampaignDesk:
    """The campaign, applied, pledged by all, its self-scores open."""
    stages = Stages.new(desk, rules(**more))
    stages.apply()
    stages.advance()
    stages.pledge(UNITS, dt.date(2024, 1, 10))
    stages.advance()
    return stages.at


def self_scores(at: CampaignDesk, **points: int) -> None:
    """Everybody's own points for the criterion that people score; 400 unless told."""
    entries = [Entry(unit, "2", points.get(unit, 400)) for unit in UNITS]
    entries += [Entry(unit, "3", 0, reason="không vay") for unit in UNITS]
    Scoring(at).give(entries)
