"""Ledgers for the leak matrix: marked records that some may not see, and the same ledger without them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import evolve
from tests.campaigns import rules

from coopkit.access import ROLES, Action, Actor
from coopkit.campaign import (
    Attendance,
    Campaign,
    CampaignVersion,
    Conflict,
    ConflictKind,
    ConflictState,
    CouncilSeat,
    Initiative,
    InitiativeKind,
    Move,
    Nomination,
    Pledge,
    Score,
    ScorePair,
    StageStep,
    VoteCount,
)
from coopkit.cooperative import Contact, ContactRole, Cooperative, CooperativeKind, Membership, Person, YearFigures
from coopkit.event import (
    Award,
    Event,
    EventOrganiser,
    EventPlace,
    Giver,
    Honour,
    Participation,
    RecipientKind,
)
from coopkit.group import Alliance, Group, GroupKind, GroupMembership, GroupRole
from coopkit.ledger import Batch, Change, StoredDraft
from coopkit.period import Period
from coopkit.quantity import VND, exact
from coopkit.registry import Registry
from coopkit.scope import Owner
from coopkit.workspace import Sealing, Workspace

NOW: Final = dt.datetime(2024, 12, 1, 8, tzinfo=dt.UTC)
BEGAN: Final = dt.date(2020, 1, 1)
DAY: Final = dt.date(2024, 5, 10)
IN_2023: Final = dt.date(2023, 12, 31)
VINH_BAO: Final = Owner("316", IN_2023)
GROUPS: Final = {"own": ("v1",), "near": ("v2",), "outside": ("t1", "t2", "x1")}
MARKS: Final = {"own": "CHU", "near": "GAN", "outside": "XA"}
HOMES: Final = {
    "v1": "11824@1900-01-01",
    "v2": "11827@1900-01-01",
    "t1": "11473@1900-01-01",
    "t2": "11470@1900-01-01",
    "x1": None,
}
"""Two in Vĩnh Bảo, for the first of which somebody speaks; two in Thủy Nguyên; and one that nobody has placed."""

CANARIES: Final = {
    "outside": ("KIMXA", "0209999", "MINHCHUNGXA", "9876543"),
    "near": ("KIMGAN", "0208888", "MINHCHUNGGAN"),
    "own": ("KIMCHU", "0207777", "MINHCHUNGCHU"),
    "people": ("0911222333", "vang.anh@example.org", "Vàng Anh Kim"),
    "votes": ("KIMPHIEU",),
    "points": ("KIMDIEM",),
}
"""Words that stand in what is kept from some: they may be in nothing that is given to these."""


def person(of: str, *, other: bool) -> Person:
    """Somebody of a unit; or, under the same id, somebody else."""
    if other:
        return Person(f"p-{of}", "Người Khác Hẳn", "0900000000", "khac@example.org")
    return Person(f"p-{of}", f"Vàng Anh Kim {of}", "0911222333", "vang.anh@example.org")


def register(hidden: frozenset[str]) -> Iterator[Any]:
    """The register without what is hidden; of people and of points that are still blind there are others instead."""
    yield Alliance("lm", "Liên minh thử", "31@1900-01-01")
    yield Group("a", GroupKind.BLOCK, "Khối A", BEGAN)
    yield Event("f", "HC-1", "fair", "Hội chợ chung", DAY)
    yield Campaign("p", "Phong trào thử", "2024", DAY)
    yield CampaignVersion("v", "p", 1, rules().declaration, DAY)
    steps = (("pledge", Move.OPEN), ("pledge", Move.CLOSE), ("self", Move.OPEN), ("self", Move.CLOSE))
    steps = (*steps, ("cross", Move.OPEN))
    yield from (StageStep(f"s{n}", "p", n, stage, move, DAY) for n, (stage, move) in enumerate(steps, 1))
    for where, units in GROUPS.items():
        if where not in hidden:
            yield from _units(units, MARKS[where], hidden)
    for where, units in (("near", ("v1", "v2")), ("outside", GROUPS["outside"])):
        if where not in hidden:
            yield from _between(units, MARKS[where], hidden)
    if "votes" not in hidden:
        yield CouncilSeat("seat", "p", "Ủy viên KIMPHIEU")
        yield Attendance("at", "p", "council", "Ủy viên KIMPHIEU")


def _units(units: tuple[str, ...], mark: str, hidden: frozenset[str]) -> Iterator[Any]:
    for n, of in enumerate(units):
        code = {"XA": "020999900", "GAN": "020888800", "CHU": "020777700"}[mark]
        place = HOMES[of]
        yield Cooperative(
            of, f"HTX KIM{mark} {of}", CooperativeKind.COOPERATIVE, f"{code}{n}", place=place, founded=BEGAN
        )
        yield Membership(f"m-{of}", of, BEGAN, source=f"KIM{mark}")
        yield GroupMembership(f"g-{of}", "a", of, GroupRole.LEAD if of == "t1" else GroupRole.MEMBER, BEGAN)
        yield YearFigures(f"y-{of}", of, "2024-HTX", workers=10 + n, revenue=9_876_543 if mark == "XA" else 1_000_000)
        yield person(of, other="people" in hidden)
        yield Contact(f"k-{of}", of, f"p-{of}", ContactRole.CHAIR, BEGAN)
        yield Event(f"e-{of}", f"KIM{mark}-{of}", "fair", f"Hội chợ KIM{mark} {of}", DAY, venue=f"KIM{mark}")
        yield EventOrganiser(f"o-{of}", f"e-{of}", f"Sở KIM{mark}")
        if place:
            yield EventPlace(f"ep-{of}", f"e-{of}", place)
        yield Participation(f"t-{of}", f"e-{of}", of, 3, exact(50_000_000, VND), f"KIM{mark}")
        yield Participation(f"f-{of}", "f", of, 2, None, f"KIM{mark}")
        yield Honour(
            f"h-{of}", f"{of}/QĐ", 1, Award.FLAG, Giver.CITY, RecipientKind.COLLECTIVE, DAY, of, reason=f"KIM{mark}"
        )
        yield Pledge(f"pl-{of}", "p", of, DAY, f"KIM{mark}")
        yield Score(
            f"sc-{of}", "p", "self", "2", of, of, 300 + 50 * n, reason=f"KIM{mark}", evidence=f"MINHCHUNG{mark}"
        )
        if "votes" not in hidden:
            yield Nomination(f"n-{of}", "p", "flag", RecipientKind.COLLECTIVE, of, achievement=f"KIM{mark} KIMPHIEU")
            yield VoteCount(f"vc-{of}", "p", "council", f"n-{of}", 3, 3, 2, 1)
        if of == "v1" or "votes" not in hidden:  # whoever speaks for a unit sees its own
            word = "" if of == "v1" else " KIMPHIEU"
            yield Initiative(f"i-{of}", "p", InitiativeKind.INITIATIVE, f"Sáng kiến KIM{mark}{word} {of}", of)


def _between(units: tuple[str, ...], mark: str, hidden: frozenset[str]) -> Iterator[Any]:
    """Who scores whom, still blind, and a conflict; each unit is scored by the one after it."""
    for scored, scorer in itertools.pairwise(units):
        told = 500 if "points" not in hidden else 50
        reason = f"KIM{mark} KIMDIEM" if "points" not in hidden else "lý do khác"
        yield ScorePair(f"pr-{scored}", "p", "cross", scorer, scored)
        yield Score(f"cr-{scored}", "p", "cross", "2", scored, scorer, told, reason=reason)
    yield Conflict(f"c{mark}", "p", units[0], units[1], ConflictKind.DECLARED, ConflictState.DECLARED, f"KIM{mark}")


def build(folder: Path, hidden: frozenset[str]) -> Workspace:
    """The ledger without what is hidden: as many batches as with it, so that its position tells nothing."""
    workspace = opened(folder)
    ledger, records = workspace.ledger, list(register(hidden))
    ledger.write(Batch("an", "nhập", NOW, "tep.xlsx", tuple(map(Change, records))))
    club = Group("z", GroupKind.CLUB, "Câu lạc bộ", BEGAN)
    ledger.write(Batch("an", "lập", NOW, changes=(Change(club),)))
    held = {getattr(one, "id") for one in records}  # noqa: B009 - records of every type
    for n, (of, mark) in enumerate((("t1", "XA"), ("v2", "GAN")), 1):
        changes: list[Change] = [Change(Group("z", GroupKind.CLUB, f"Câu lạc bộ {n}", BEGAN), n)]
        if of in held:
            unit = next(one for one in records if isinstance(one, Cooperative) and one.id == of)
            changes.append(Change(evolve(unit, address=f"Số 1 KIM{mark}"), 1, f"KIM{mark}"))
        source = f"KIM{mark}.xlsx" if of in held else "tep.xlsx"
        ledger.write(
            Batch(f"nguoi-{mark.lower()}", f"sửa KIM{mark}" if of in held else "sửa", NOW, source, tuple(changes))
        )
    told = {"table": "cooperative", "record": "", "base": None, "beside": None, "typed": {"name": "HTX KIMXA nháp"}}
    ledger.drafts.add(StoredDraft("nhap", "nguoi-khac", {**told, "preset": {}, "reason": ""}, NOW))
    _seal(workspace)
    return workspace


def _seal(workspace: Workspace) -> None:
    sealing = Sealing(workspace.as_(Actor.office("an")))
    question = sealing.question(Period.parse("2024"))
    waived = {one.key: "thử" for one in sealing.obstacles(question)}
    sealing.seal(question, "chot-2024", waive=waived)


def opened(folder: Path) -> Workspace:
    """The ledger of a folder, open."""
    return Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load(), clock=lambda: NOW)


SCOPES: Final[dict[str, tuple[Owner, ...] | None]] = {"city": None, "district": (VINH_BAO,), "nowhere": ()}


def actors() -> dict[str, Actor]:
    """Every role in the whole city, in one district, and nowhere; a unit's representative sees that unit besides."""
    made = {}
    for role in ROLES.values():
        for scope, places in SCOPES.items():
            units = {"v1"} if role.key == "unit" else set()
            made[f"{role.key}-{scope}"] = Actor(f"nguoi-{role.key}", role, units, places, places)
    return made


def hidden_from(actor: Actor) -> frozenset[str]:
    """The kinds of records that an actor may not see, told anew and plainly."""
    allows, views = actor.role.allows, actor.views
    if Action.VIEW not in allows:
        return frozenset(CANARIES)
    hidden = {"points"}
    if views is not None:
        hidden |= (
            {"outside"} | ({"near"} if views == () else set()) | ({"own"} if not (views or actor.units) else set())
        )
    if Action.VIEW_PERSONAL not in allows:
        hidden.add("people")
    if Action.SEE_VOTES not in allows or views is not None:
        hidden.add("votes")
    return frozenset(hidden)
