"""Forms: what is typed is read as an import reads it, once; what others wrote meanwhile is shown beside it."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.ledgers import by_hand

from coopkit.access import SECRETARY, Action, Actor, Role
from coopkit.cooperative import Contact, Cooperative, CooperativeKind, LegalStatus, Person, Sector, YearFigures
from coopkit.errors import AccessDenied, BadForm, NotFound, StaleBase
from coopkit.event import Event
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.text import Label
from coopkit.workspace import Editing, Workspace

NOW = dt.datetime(2024, 3, 1, 8, 0, tzinfo=dt.UTC)
HELD = Cooperative(
    "c1",
    "HTX Rau An Bình",
    CooperativeKind.COOPERATIVE,
    tax_code="0299000035",
    founded=dt.date(2015, 5, 4),
    charter_capital=1_234_567_891,
)
MINE, OTHER, THIRD, FOURTH = "f1", "f2", "f3", "f4"
WHY = "theo giấy chứng nhận mới"


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=lambda: NOW) as opened:
        place = opened.ledger.snapshot().table("place").column("id").to_pylist()[20]
        figures = YearFigures("y1", "c1", "2023", workers=12)
        changes = (Change(HELD), Change(Cooperative("c2", "HTX Muối", CooperativeKind.COOPERATIVE, place=place)))
        opened.ledger.write(Batch("an", "nhập", NOW, changes=(*changes, Change(figures))))
        yield opened


@pytest.fixture
def editing(workspace):
    return Editing(workspace.as_(Actor.office("an")))


def test_a_form_holds_what_the_register_says(editing):
    """Lists hold values, everything else the text that people read; a field that nobody types has no box."""
    texts = {box.field.key: box.text for box in editing.form("cooperative", "c1").boxes}
    assert (texts["kind"], texts["founded"], texts["sector"]) == ("cooperative", "04/05/2015", "")
    assert "id" not in texts
    assert not any(box.text for box in editing.form("cooperative").boxes)


def test_only_what_was_typed_changes(workspace, editing):
    """Boxes left alone keep their value to the đồng, although the box shows it rounded."""
    form = editing.form("cooperative", "c1")
    typed = {box.field.key: box.text for box in form.boxes} | {"sector": "agriculture", "founded": "5/6/2016"}
    editing.save(form, typed, token=MINE, reason=WHY)
    made, revision = workspace.ledger.get(Cooperative, "c1")
    assert (made.sector, made.founded, revision) == (Sector.AGRICULTURE, dt.date(2016, 6, 5), 2)
    assert made.charter_capital == HELD.charter_capital
    last = workspace.ledger.batches()[-1]
    assert (last.actor, last.reason, last.records) == ("an", WHY, 1)


@pytest.mark.parametrize(
    ("of", "typed", "where", "says"),
    [
        (("cooperative", "c1"), {"name": " "}, "name", "cần điền"),
        (("cooperative", "c1"), {"founded": "31/2/2020"}, "founded", "ngày"),
        (("cooperative", "c1"), {"tax_code": "0299000036"}, "tax_code", "chữ số kiểm tra"),
        (("cooperative", "c2"), {"tax_code": "0299000035"}, "tax_code", "đã có trong sổ"),
        (("cooperative", "c1"), {"kind": "công ty"}, "kind", "danh sách"),
        (("cooperative", "c1"), {"place": "nơi khác"}, "place", "chọn trong danh sách"),
        (("cooperative", "c1"), {"charter_capital": "nhiều"}, "charter_capital", ""),
        (("cooperative", ""), {"kind": "cooperative"}, "name", "cần điền"),
        (("year_figures", ""), {"cooperative": "c9", "window": "2023"}, "cooperative", "chọn trong danh sách"),
        (("year_figures", ""), {"cooperative": "c1", "window": "xưa"}, "window", "kỳ"),
    ],
)
def test_what_cannot_be_is_told_at_its_box(workspace, editing, of, typed, where, says):
    """Each fault names its field, and nothing is written."""
    before = len(workspace.ledger.batches())
    with pytest.raises(BadForm) as refused:
        editing.save(editing.form(*of), typed, token=MINE, reason="")
    assert says in refused.value.faults[where][0]
    assert len(workspace.ledger.batches()) == before


def test_a_form_handed_in_again_writes_once(workspace, editing):
    """Three clicks make one record, whose receipt each of them gets; another form of the same unit is refused."""
    form, typed = editing.form("cooperative"), {"name": "HTX Muối Mới", "kind": "cooperative"}
    first, *others = [editing.save(form, typed, token=MINE, reason=WHY) for _ in range(3)]
    assert [one.number for one in others] == [first.number] * 2
    assert [one.again for one in (first, *others)] == [False, True, True]
    assert workspace.ledger.snapshot().table("cooperative").num_rows == 3
    with pytest.raises(BadForm, match="đã có trong sổ"):
        editing.save(form, typed, token=OTHER, reason=WHY)


def test_a_name_stands_once_in_a_place(editing):
    """However it is abbreviated; elsewhere, and under a tax code of its own, the name may stand again."""
    [place] = [box.text for box in editing.form("cooperative", "c2").boxes if box.field.key == "place"]
    typed = {"name": "Hợp tác xã muối", "kind": "cooperative", "tax_code": "0299000042"}
    with pytest.raises(BadForm) as refused:
        editing.save(editing.form("cooperative"), {**typed, "place": place, "tax_code": ""}, token=MINE, reason="")
    assert list(refused.value.faults) == ["name"]
    assert editing.save(editing.form("cooperative"), {**typed, "tax_code": ""}, token=MINE, reason="").inserted == 1


def test_what_others_wrote_meanwhile_is_shown_beside(workspace, editing):
    """The later of two is refused with both versions of each field that the earlier one changed; then it may save."""
    mine = editing.form("cooperative", "c1")
    theirs = Editing(workspace.as_(Actor.office("bình")))
    theirs.save(theirs.form("cooperative", "c1"), {"sector": "services", "address": "Số 1"}, token=MINE, reason=WHY)
    typed = {"sector": "agriculture"}
    with pytest.raises(StaleBase):
        editing.save(mine, typed, token=OTHER, reason=WHY)
    seen = {one.label.vi: (one.opened, one.theirs, one.yours) for one in editing.clashes(mine, typed)}
    labels = ("", "Dịch vụ và lĩnh vực khác", "Nông, lâm, ngư, diêm nghiệp")
    assert seen == {"Lĩnh vực": labels, "Địa chỉ": ("", "Số 1", "")}
    again = editing.form("cooperative", "c1")
    editing.save(again, typed, token=OTHER, reason=WHY)
    made, _ = workspace.ledger.get(Cooperative, "c1")
    assert (made.sector, made.address) == (Sector.AGRICULTURE, "Số 1")


def test_figures_of_a_year_are_written_for_their_unit(workspace, editing):
    """Another kind of record goes the same way; its id is made of what names it."""
    typed = {"cooperative": "c2", "window": "Năm 2023", "workers": "1.234"}
    assert editing.save(editing.form("year_figures"), typed, token=MINE, reason="").inserted == 1
    [made] = [one for one in workspace.ledger.snapshot().records(YearFigures) if one.cooperative == "c2"]
    assert (made.window, made.workers) == ("2023", 1234)


def test_who_may_not_write_is_given_no_form(workspace):
    """The secretary of the council reads; and a record there is not has no form."""
    with pytest.raises(AccessDenied):
        Editing(workspace.as_(Actor("chi", SECRETARY))).form("cooperative", "c1")
    with pytest.raises(NotFound):
        Editing(workspace.as_(Actor.office("an"))).form("cooperative", "c9")


def boxes_of(form):
    """What stands in each box, by its key."""
    return {box.key: box.text for box in form.boxes}


def test_a_contact_is_one_form_with_its_person(workspace, editing):
    """A new one is two records in one batch; a changed telephone is the person's alone; a changed day the contact's."""
    typed = {"cooperative": "c1", "role": "director", "person.name": "Người mẫu 001", "person.phone": "0900000001"}
    assert editing.save(editing.form("contact"), typed, token=MINE, reason="").inserted == 2
    [held] = workspace.ledger.snapshot().records(Contact)
    form = editing.form("contact", held.id)
    assert boxes_of(form)["person.phone"] == "0900000001"
    assert editing.save(form, {"person.phone": "0900000002"}, token=OTHER, reason="").updated == 1
    assert workspace.ledger.get(Person, held.person)[0].phone == "0900000002"
    assert editing.save(editing.form("contact", held.id), {"until": "1/2/2024"}, token=THIRD, reason="").updated == 1
    assert workspace.ledger.get(Contact, held.id)[0].until == dt.date(2024, 2, 1)


def test_who_may_not_see_people_is_not_shown_them(workspace, editing):
    """Neither whose contact it is nor a new contact's form; the office's own form of it goes on having both."""
    editing.save(
        editing.form("contact"), {"cooperative": "c1", "role": "chair", "person.name": "A"}, token=MINE, reason=""
    )
    [held] = workspace.ledger.snapshot().records(Contact)
    clerk = Editing(workspace.as_(Actor("chi", Role("clerk", Label("", ""), frozenset({Action.VIEW, Action.WRITE})))))
    assert [key for key in boxes_of(clerk.form("contact", held.id)) if "person" in key] == []
    for table, record in (("contact", ""), ("person", held.person)):
        with pytest.raises(AccessDenied):
            clerk.form(table, record)


def test_an_event_has_the_boxes_of_its_kind(workspace, editing):
    """Typed as in a workbook, kept as its details; another kind told has other boxes."""
    form = editing.form("event", kind="training")
    assert {"kind", "code", "details.trainees", "details.subject"} <= set(boxes_of(form))
    typed = {"kind": "training", "code": "ĐT-1", "name": "Lớp mẫu", "start": "1/3/2024", "details.trainees": "hơn 200"}
    editing.save(form, typed, token=MINE, reason="")
    [made] = workspace.ledger.snapshot().records(Event)
    assert (made.details["trainees_low"], made.details["trainees_strict"], made.kind_version) == (200, True, "1")
    again = editing.form("event", made.id)
    assert boxes_of(again)["details.trainees"] == "hơn 200 người"
    assert set(boxes_of(editing.form("event", made.id, kind="loan_support"))) >= {"details.approved"}
    editing.save(again, {"venue": "Nhà văn hóa"}, token=OTHER, reason="")
    assert workspace.ledger.get(Event, made.id)[0].details == made.details


def test_a_state_ends_as_the_next_begins(workspace, editing):
    """In the same batch; a day on which another membership holds is told at its box."""
    first, second = {"state": "active", "since": "1/1/2020"}, {"state": "suspended", "since": "1/3/2024"}
    editing.save(editing.form("legal_status"), {"cooperative": "c1", **first}, token=MINE, reason="")
    receipt = editing.save(editing.form("legal_status"), {"cooperative": "c1", **second}, token=OTHER, reason="")
    assert (receipt.inserted, receipt.updated) == (1, 1)
    days = {one.state.value: one.until for one in workspace.ledger.snapshot().records(LegalStatus)}
    assert days == {"active": dt.date(2024, 2, 29), "suspended": None}
    joined = {"cooperative": "c1", "joined": "1/1/2021"}
    editing.save(editing.form("membership"), joined, token=THIRD, reason="")
    with pytest.raises(BadForm, match="chồng lên"):
        editing.save(editing.form("membership"), {**joined, "joined": "1/1/2022"}, token=FOURTH, reason="")


def test_a_choice_that_is_offered_no_more_is_asked_for_again(workspace, editing):
    """The form opens and shows it; it must be chosen anew before anything else is saved."""
    with by_hand(workspace.ledger.file) as held:
        held.execute('UPDATE journal SET after = replace(after, \'"cooperative","name\', \'"xưa","name\')')
    form = editing.form("cooperative", "c1")
    assert boxes_of(form)["kind"] == "xưa"
    with pytest.raises(BadForm, match="không còn trong danh sách"):
        editing.save(form, {"address": "Số 1"}, token=MINE, reason="")
    assert editing.save(form, {"kind": "union"}, token=MINE, reason="").updated == 1


def test_what_may_be_chosen_reads_differently(editing):
    """Two records of one name are told apart, and a place of another map says until when it was."""
    boxes = editing.boxes
    place = next(box for box in editing.form("cooperative", "c2").boxes if box.key == "place")
    options = boxes.options(place, place.text, dt.date(2025, 7, 1))
    assert len(set(options.values())) == len(options) > 100
    assert "(đến " in options[place.text]
    unit = next(box for box in editing.form("year_figures").boxes if box.key == "cooperative")
    assert list(boxes.hits(unit, "muoi")) == ["c2"]
