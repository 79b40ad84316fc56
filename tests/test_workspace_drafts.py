"""Drafts at a desk: a form that is filled in piece by piece, survives, is saved once, and meets what others wrote."""

from __future__ import annotations

import datetime as dt

import pytest

from coopkit.access import SECRETARY, Actor
from coopkit.cooperative import Contact, ContactRole, Cooperative, CooperativeKind, Person, Sector
from coopkit.errors import AccessDenied, BadForm, NotFound, StaleBase
from coopkit.ledger import Batch, Change, StoredDraft
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.drafts import Drafts

NOW = dt.datetime(2024, 3, 1, 8, 0, tzinfo=dt.UTC)
HELD = Cooperative("c1", "HTX Rau An Bình", CooperativeKind.COOPERATIVE, address="Số 9")
WHO = Person("p1", "Người mẫu 001", phone="0900000001")
ROLE = Contact("k1", "c1", "p1", ContactRole.DIRECTOR)


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=lambda: NOW) as opened:
        opened.ledger.write(Batch("an", "nhập", NOW, changes=(Change(HELD), Change(WHO), Change(ROLE))))
        yield opened


@pytest.fixture
def drafts(workspace):
    return Drafts(workspace.as_(Actor.office("an")))


def test_a_draft_is_kept_box_by_box(workspace, drafts):
    """Each change adds to what was typed; another desk of the same user finds all of it."""
    token = drafts.open("cooperative", "c1").token
    drafts.keep(token, {"address": "Số 1"})
    drafts.keep(token, {"sector": "services"}, "theo đơn")
    found = Drafts(workspace.as_(Actor.office("an"))).find(token)
    assert (found.text("address"), found.text("sector"), found.text("name")) == ("Số 1", "services", HELD.name)
    assert (found.reason, found.touched, found.form.base) == ("theo đơn", True, 1)


def test_nobody_else_sees_a_draft(workspace, drafts):
    """Not by its token either; and who may not write has none."""
    token = drafts.open("cooperative", "c1").token
    drafts.keep(token, {"address": "Số 1"})
    theirs = Drafts(workspace.as_(Actor.office("bình")))
    assert theirs.mine() == []
    for refused in (theirs.find, theirs.clashes, lambda one: theirs.keep(one, {}), lambda one: theirs.save(one, {})):
        with pytest.raises(NotFound):
            refused(token)
    theirs.drop(token)
    assert len(drafts.mine()) == 1
    with pytest.raises(AccessDenied):
        Drafts(workspace.as_(Actor("chi", SECRETARY))).find(token)


def test_only_what_was_typed_into_is_listed(drafts):
    """A form that was opened and left is no draft; nor is one with what stood in it from the start."""
    opened = drafts.open("year_figures", preset={"cooperative": "c1"})
    assert (drafts.mine(), opened.touched) == ([], False)
    drafts.keep(opened.token, {"workers": "12"})
    drafts.keep(drafts.open("cooperative").token, {"name": "HTX Mới"})
    assert {drafts.title(one) for one in drafts.mine()} == {"Số liệu năm", "HTX Mới"}
    assert [one.form.table for one in drafts.mine("cooperative", "event")] == ["cooperative"]


def test_drafts_of_other_sheets_are_left_alone(workspace, drafts):
    """What scores and votes keep beside these is neither listed nor opened."""
    workspace.ledger.drafts.add(StoredDraft("s1", "an", {"typed": {"1": 5}}, NOW))
    assert drafts.mine() == []
    with pytest.raises(NotFound):
        drafts.find("s1")


def test_a_draft_is_saved_once(workspace, drafts):
    """Three clicks are one batch, told three times; the draft is gone, and a late change of a box keeps nothing."""
    token = drafts.open("cooperative").token
    saved = [drafts.save(token, {"name": "HTX Mới", "kind": "cooperative"}, "lập mới") for _ in range(3)]
    assert {one.receipt.number for one in saved} == {workspace.ledger.batches()[-1].number}
    assert (saved[0].table, drafts.name(saved[0]), drafts.saved(token)) == ("cooperative", "HTX Mới", saved[1])
    assert workspace.ledger.batches()[-1].reason == "lập mới"
    with pytest.raises(NotFound):
        drafts.keep(token, {"name": "HTX Khác"})
    assert workspace.ledger.drafts.of("an") == []


def test_what_cannot_be_saved_stays_a_draft(drafts):
    """With what was typed last, too."""
    token = drafts.open("cooperative", "c1").token
    with pytest.raises(BadForm) as refused:
        drafts.save(token, {"founded": "31/2/2020"})
    assert set(refused.value.faults) == {"founded"}
    assert drafts.find(token).text("founded") == "31/2/2020"


def test_a_form_nobody_changed_is_not_written(workspace, drafts):
    """The form as a whole says so."""
    before = len(workspace.ledger.batches())
    with pytest.raises(BadForm, match="chưa sửa ô nào"):
        drafts.save(drafts.open("cooperative", "c1").token, {"address": " Số 9 "})
    assert len(workspace.ledger.batches()) == before


@pytest.mark.parametrize(("theirs", "address"), [((), "Số 1"), (("address",), "Số 2")])
def test_both_ways_out_of_a_clash(workspace, drafts, theirs, address):
    """Mine over theirs, or theirs in that box; what only one of the two changed is kept either way."""
    token = drafts.open("cooperative", "c1").token
    other = Drafts(workspace.as_(Actor.office("bình")))
    other.save(other.open("cooperative", "c1").token, {"address": "Số 2", "sector": "services"})
    with pytest.raises(StaleBase):
        drafts.save(token, {"address": "Số 1", "founded": "1/6/2024"})
    assert [(one.key, one.opened, one.theirs, one.yours) for one in drafts.clashes(token)] == [
        ("address", "Số 9", "Số 2", "Số 1"),
        ("sector", "", "Dịch vụ và lĩnh vực khác", ""),
    ]
    drafts.anew(token, theirs)
    drafts.save(token, {})
    made, revision = workspace.ledger.get(Cooperative, "c1")
    assert (made.address, made.sector, made.founded, revision) == (address, Sector.SERVICES, dt.date(2024, 6, 1), 3)


def test_a_person_in_a_draft_goes_with_their_erasure(workspace, drafts):
    """A number typed into the form of a contact is kept until it is saved, dropped, or the person is erased."""
    token = drafts.open("contact", "k1").token
    drafts.keep(token, {"person.phone": "0900000002"})
    workspace.as_(Actor.office("bình")).erase("p1", reason="theo yêu cầu")
    with pytest.raises(NotFound):
        drafts.find(token)
    assert drafts.open("contact", "k1").text("person.name") == ""
