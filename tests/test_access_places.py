"""Grants become actors, places bound what is written, and personal data is shown for a purpose that is journalled."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from tests.access_ledgers import BEGAN, NOW, VINH_BAO, opened, register

from coopkit.access import CITY, ROLES, Action, Actor, actor_of, can, role_of
from coopkit.account import Account, AccountState, Grant
from coopkit.cooperative import Contact, ContactRole, Cooperative, CooperativeKind, Person
from coopkit.disclosure import Disclosure, Manner, Purpose, Why
from coopkit.errors import AccessDenied, BadText, CannotUndo, NotFound
from coopkit.event import Participation
from coopkit.ledger import Batch, Change, Removal
from coopkit.place import shipped
from coopkit.scope import Owner, within
from coopkit.snapshot import Snapshot
from coopkit.workspace import Editing, Workspace
from coopkit.workspace.drafts import Drafts
from coopkit.workspace.events import Events
from coopkit.workspace.people import People

MAPS = Snapshot.of([*shipped().places, *shipped().successions])
TODAY = dt.date(2026, 1, 5)
FIRST, SECOND = "t1", "t2"
AN = Account.of("an", "An")


def grant(
    role: str, edits: tuple[str, ...] | None = None, views: tuple[str, ...] | None = None, **more: object
) -> Grant:
    """A grant to An, from 2026 on."""
    return evolve(Grant.of("an", role, dt.date(2026, 1, 1), edits=edits, views=views), **more)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The marked register of the leak matrix, without its seal."""
    with opened(tmp_path) as office:
        office.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, register(frozenset())))))
        yield office


def officer(role: str = "district_officer", *places: Owner) -> Actor:
    """Somebody of that role in Vĩnh Bảo, or in these places."""
    return Actor("can-bo", role_of(role), edits=places or (VINH_BAO,), views=places or (VINH_BAO,))


def test_a_grant_makes_the_actor_of_its_days():
    """Role and places from the first day to the last; before, after, or locked, nobody."""
    given = [grant("district_officer", ("11824",), ("316",), until=dt.date(2026, 1, 31))]
    actor = actor_of(AN, given, TODAY, MAPS.places)
    assert (actor.role.key, actor.edits, actor.views) == (
        "district_officer",
        (Owner("11824", dt.date(2026, 1, 1)),),
        (Owner("316"),),
    )
    nobody = Actor("an", ROLES["nobody"], edits=(), views=())
    for on in (dt.date(2025, 12, 31), dt.date(2026, 2, 1)):
        assert actor_of(AN, given, on, MAPS.places) == nobody
    assert actor_of(evolve(AN, state=AccountState.LOCKED), given, TODAY, MAPS.places) == nobody
    assert actor_of(Account.of("binh", "Bình"), given, TODAY, MAPS.places).role.key == "nobody"


def test_what_one_grant_allows_is_not_carried_to_the_places_of_another():
    """An officer of a district who sits on the council sees the city, but nobody's phone, and edits the district."""
    both = [grant("district_officer", ("316",), ("316",)), grant("council", (), None)]
    actor = actor_of(AN, both, TODAY, MAPS.places)
    assert (actor.edits, actor.views) == ((Owner("316"),), None)
    assert {Action.WRITE, Action.VIEW, Action.SEE_SCORES} <= actor.role.allows
    assert not {Action.VIEW_PERSONAL, Action.EXPORT} & actor.role.allows


def test_no_account_is_given_what_may_not_be_granted():
    """Everything is the library's and the command line's; an account that was written it is nobody."""
    assert actor_of(AN, [grant("office")], TODAY, MAPS.places).role.allows == frozenset()
    with pytest.raises(NotFound, match="viewer"):
        role_of("chu-tich")


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("key", [key for key, role in ROLES.items() if role.grantable])
def test_the_page_of_the_roles_says_what_they_allow(key: str, action: Action):
    """The table of docs/access.md is that of roles.toml."""
    table = (Path(__file__).parents[1] / "docs/access.md").read_text("utf-8")
    [heads] = re.findall(r"^\| \| (viewer .*) \|$", table, re.MULTILINE)
    [cells] = re.findall(rf"^\| {action.value} \|(.*)\|$", table, re.MULTILINE)
    told = dict(zip(heads.split(" | "), (one.strip() for one in cells.split("|")), strict=True))
    assert bool(told[key]) is (action in ROLES[key].allows)


@pytest.mark.parametrize("on", [None, dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2026, 1, 1)])
def test_a_place_that_is_no_more_is_looked_for_on_its_last_day(on: dt.date | None):
    """A huyện that ended in 2025 keeps its units on every map."""
    seen = within(Snapshot.of([*shipped().places, *shipped().successions, *register(frozenset())]), (VINH_BAO,), on)
    assert seen.table("cooperative").column("id").to_pylist() == ["v1", "v2"]


@pytest.mark.parametrize(
    "owner", [Owner("303"), Owner("303", dt.date(2023, 12, 31)), Owner("303", dt.date(2025, 3, 1))]
)
@pytest.mark.parametrize(("year", "seen"), [(2023, 0), (2025, 1)])
def test_what_a_place_was_on_a_day_is_what_is_seen_of_that_day(year: int, seen: int, owner: Owner):
    """A commune that Hồng Bàng was given in 2025 is not its own in what is shown of 2023, however it was named."""
    unit = Cooperative("u", "HTX", CooperativeKind.COOPERATIVE, place="11587@1900-01-01")
    held = Snapshot.of([*shipped().places, *shipped().successions, unit])
    assert within(held, (owner,), dt.date(year, 3, 1)).table("cooperative").num_rows == seen


def test_a_unit_is_edited_by_the_officer_of_its_place(workspace: Workspace):
    """It may be changed, but not moved out, nor another's moved in; and the refusal says whom to ask."""
    desk = workspace.as_(officer())
    editing = Editing(desk)
    form = editing.form("cooperative", "v1")
    assert editing.save(form, {"address": "Số 1"}, token=FIRST, reason="sửa").updated == 1
    form = editing.form("cooperative", "v1")
    with pytest.raises(AccessDenied, match="có phần nằm ngoài địa bàn được giao: hãy nhờ cán bộ Liên minh"):
        editing.save(form, {"place": "11473@1900-01-01"}, token=SECOND, reason="chuyển")
    with pytest.raises(AccessDenied):
        editing.form("cooperative", "t1")


def test_an_event_is_of_the_places_it_covers(workspace: Workspace):
    """One's own is removed with its parts; not one with a turn of elsewhere, nor one without a place."""
    desk = workspace.as_(officer())
    assert Events(desk).remove("e-v1", token=FIRST, reason="thử", turns=1).deleted == 4
    with pytest.raises(AccessDenied):
        Editing(desk).form("event", "f")
    workspace.ledger.write(Batch("an", "thử", NOW, changes=(Change(Participation("khac", "e-v2", "t1")),)))
    with pytest.raises(AccessDenied):
        Events(desk).remove("e-v2", token=SECOND, reason="thử", turns=1)


def test_nobody_reaches_a_stranger_by_naming_it(workspace: Workspace):
    """A contact of one's own unit may not name a person of elsewhere, whose phone it would show."""
    desk = workspace.as_(officer())
    made = Contact("k-moi", "v1", "p-t1", ContactRole.REPRESENTATIVE, BEGAN)
    with pytest.raises(AccessDenied):
        desk.write(Batch("can-bo", "thử", NOW, changes=(Change(made),)))
    with pytest.raises(AccessDenied):
        desk.write(Batch("can-bo", "thử", NOW, changes=(Removal("cooperative", "v1", 1),)))


def test_taking_back_needs_the_right_to_write_it(workspace: Workspace):
    """A batch of points is taken back by who runs campaigns; one of the whole city not by an officer of a district."""
    with pytest.raises(AccessDenied, match="điều hành phong trào"):
        workspace.as_(evolve(officer(), edits=None, views=None)).undo(2)
    with pytest.raises(AccessDenied):
        workspace.as_(officer()).undo(1)


@pytest.mark.parametrize("action", [Action.HISTORY, Action.VIEW, Action.UNDO])
def test_what_is_of_the_city_is_for_who_has_all_of_it(action: Action):
    """The journal as a whole, and whatever else is of the whole city."""
    assert not can(officer(), action, CITY).allowed
    assert can(evolve(officer(), edits=None, views=None), action, CITY).allowed


def test_personal_data_is_shown_for_a_purpose_that_is_journalled(workspace: Workspace):
    """Once a day for the same; who may not see it gets nothing, and nothing is journalled."""
    desk = workspace.as_(officer())
    assert "0911222333" not in repr(desk.unit("v1"))
    for _ in range(2):
        assert "0911222333" in repr(desk.unit("v1", why=Why(Purpose.CONTACT)))
    [told] = workspace.ledger.accounts(Disclosure)
    [entry] = workspace.ledger.history("disclosure", told.id)
    assert (told.table, told.record, told.manner) == ("cooperative", "v1", Manner.SHOWN)
    assert (entry.actor, entry.reason) == ("can-bo", "Liên hệ công việc với đơn vị")
    with pytest.raises(AccessDenied):
        workspace.as_(officer("viewer")).unit("v1", why=Why(Purpose.CONTACT))
    with pytest.raises(CannotUndo):
        workspace.as_(Actor.office("goc")).undo(entry.batch)
    assert len(workspace.ledger.accounts(Disclosure)) == 1


def test_opening_a_form_with_personal_data_is_journalled(workspace: Workspace):
    """A contact's form shows the phone; a unit's does not."""
    drafts = Drafts(workspace.as_(officer()))
    drafts.open("cooperative", "v1")
    assert workspace.ledger.accounts(Disclosure) == []
    drafts.open("contact", "k-v1")
    assert [one.manner for one in workspace.ledger.accounts(Disclosure)] == [Manner.EDITED]


def test_all_that_is_held_of_a_person_is_handed_out(workspace: Workspace):
    """The record, what refers to it, its past and who looked; as JSON and as text."""
    office = workspace.as_(Actor.office("goc"))
    office.unit("v1", why=Why(Purpose.AWARD, "cờ thi đua"))
    [(of, told)] = People(office).find("vàng anh kim v1")
    assert (of, "KIMCHU" in told, "Vàng" in told) == ("p-v1", True, False)
    held = People(office).export(of, Why(Purpose.SUBJECT))
    data = json.loads(held.json())
    assert data["record"]["Điện thoại"] == "0911222333"
    assert [one["kind"] for one in data["parts"]] == ["Đầu mối liên hệ"]
    assert [one["purpose"] for one in data["seen"]] == ["Lập hồ sơ khen thưởng"]
    text = held.text()
    for part in ("0911222333", "HTX KIMCHU v1", "cờ thi đua", "91/2025/QH15"):
        assert part in text
    with pytest.raises(NotFound):
        People(workspace.as_(officer())).export("p-t1", Why(Purpose.SUBJECT))


def test_a_person_is_erased_for_good(workspace: Workspace):
    """Record, journal and drafts; what stays says nothing. It needs a reason, and the right."""
    office = workspace.as_(Actor.office("goc"))
    Drafts(office).open("contact", "k-v1")
    with pytest.raises(BadText):
        People(office).erase("p-v1", " ")
    with pytest.raises(AccessDenied):
        People(workspace.as_(officer())).erase("p-v1", "theo yêu cầu")
    People(office).erase("p-v1", "theo yêu cầu")
    held = People(office).export("p-v1", Why(Purpose.SUBJECT))
    assert "0911222333" not in held.text()
    assert "đã xóa" in held.text()
    assert "p-v1" not in {one.id for one in office.snapshot().records(Person)}
    assert office.verify() == []


def test_a_purpose_in_ones_own_words_is_told():
    """Another purpose than those of the list needs words."""
    assert Why(Purpose.OTHER, "đoàn kiểm tra của Sở").note
    with pytest.raises(BadText, match="ghi xem dữ liệu cá nhân để làm gì"):
        Why(Purpose.OTHER, " ")
