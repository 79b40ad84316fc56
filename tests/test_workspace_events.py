"""Events: found, told, copied to other days, taken out; turns and units as the metrics count them."""

from __future__ import annotations

import datetime as dt

import pytest

from coopkit.access import SECRETARY, Actor
from coopkit.cooperative import Cooperative, CooperativeKind
from coopkit.errors import AccessDenied, BadForm, NotFound
from coopkit.event import Event, EventOrganiser, EventPlace, Participation
from coopkit.ledger import Batch, Change
from coopkit.place import PlaceDecision
from coopkit.quantity import VND, between
from coopkit.record import identify
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.event_copy import CopyAsked, Move, Moving
from coopkit.workspace.event_list import Asked, list_events
from coopkit.workspace.events import Events

NOW = dt.datetime(2024, 3, 1, 8, 0, tzinfo=dt.UTC)
PLACE, OTHER_PLACE = "316@1900-01-01", "313@1900-01-01"
WHY = "theo kế hoạch"
ONE, TWO, THREE, FOUR = "f1", "f2", "f3", "f4"


def day(text):
    return dt.date.fromisoformat(text)


def turn(event, unit, **told):
    named = {"event": event, "cooperative": unit}
    return Participation(identify(Participation, named), event, unit, **told)


def event(code, kind, name, start, end=None, **told):
    made = identify(Event, {"code": code})
    return Event(made, code, kind, name, day(start), day(end) if end else None, **told)


SPRING = event("HC-2023-01", "fair", "Hội chợ Xuân 2023", "2023-02-01", "2023-02-05", venue="Cung Việt Tiệp")
CLASS = event("DT-01", "training", "Lớp kế toán", "2023-02-01", details={"subject": "Kế toán"})
LOAN = event("VV-01", "loan_support", "Vay mua máy", "2024-02-29", details={"approved": "2024-03-02"})
UNITS = [Cooperative(f"c{n}", f"HTX Số {n}", CooperativeKind.COOPERATIVE) for n in range(1, 4)]
FAIR = SPRING.id
RECORDS = [
    *UNITS,
    SPRING,
    CLASS,
    LOAN,
    EventPlace("p1", FAIR, PLACE),
    EventPlace("p2", CLASS.id, OTHER_PLACE),
    EventOrganiser("o1", FAIR, "Sở Công Thương"),
    turn(FAIR, "c1", people=3, result="Giải nhất"),
    turn(FAIR, "c2", people=2),
    turn(CLASS.id, "c1"),
    turn(LOAN.id, "c1", amount=between(300_000_000, 500_000_000, VND)),
    PlaceDecision("d1", "event_place", "p1", day("2025-07-01"), "11512@2025-07-01"),
]


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=lambda: NOW) as opened:
        opened.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, RECORDS))))
        yield opened


@pytest.fixture
def events(workspace):
    return Events(workspace.as_(Actor.office("an")))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), ["VV-01", "HC-2023-01", "DT-01"]),
        (Asked(oldest_first=True), ["DT-01", "HC-2023-01", "VV-01"]),
        (Asked("hoi cho"), ["HC-2023-01"]),
        (Asked("viet tiep"), ["HC-2023-01"]),
        (Asked("vv 01"), ["VV-01"]),
        (Asked(kind="training"), ["DT-01"]),
        (Asked(year=2024), ["VV-01"]),
        (Asked(first=dt.date(2023, 2, 4), last=dt.date(2023, 12, 31)), ["HC-2023-01"]),
        (Asked(last=dt.date(2023, 1, 31)), []),
        (Asked(area="313"), ["DT-01"]),
        (Asked("hoi cho", kind="training"), []),
    ],
)
def test_events_are_narrowed(events, asked, found):
    """By words without marks, kind, year, day and place; of several days by each of them."""
    assert [one.code for one in events.find(asked).page(1)] == found


def test_turns_are_not_units(events):
    """Of several events together: each participation is a turn, each cooperative one unit."""
    found = events.find(Asked())
    assert (len(found), found.turns, found.units) == (3, 4, 2)
    assert (events.find(Asked(kind="meeting")).turns, events.find(Asked(kind="meeting")).units) == (0, 0)


def test_the_list_tells_each_event(events):
    """Its days, kind, place, turns, units, and what else is counted of it, with its name and unit."""
    fair = next(one for one in events.find(Asked()).page(1) if one.code == SPRING.code)
    assert (fair.days, fair.place, fair.turns, fair.units) == ("01/02/2023 – 05/02/2023", "Cung Việt Tiệp", 2, 2)
    assert fair.more == "Số người: 5 người"
    loan = events.find(Asked(kind="loan_support")).page(9, "en")[0]
    assert (loan.kind, loan.more) == ("Loan support", "Amount: from 300 to 500 million VND")


def test_an_event_is_told_with_all_that_hangs_on_it(events):
    """Its fields with those of its kind, its places and organisers, and in how many turns each field stands."""
    told = events.event(FAIR)
    assert {label.vi: text for label, text in told.facts}["Mã hoạt động"] == "HC-2023-01"
    assert [one.texts for one in told.places] == [("Huyện Vĩnh Bảo",)]
    assert [one.texts for one in told.organisers] == [("Sở Công Thương",)]
    assert [(one.label.vi, one.filled, one.of) for one in told.asked] == [
        ("Số người", 2, 2),
        ("Số tiền", 0, 2),
        ("Kết quả", 1, 2),
    ]
    assert [(one.name, one.people, one.result) for one in events.turns(FAIR)] == [
        ("HTX Số 1", "3 người", "Giải nhất"),
        ("HTX Số 2", "2 người", ""),
    ]
    assert ("Nghề, nội dung đào tạo", "Kế toán") in [(label.vi, text) for label, text in events.event(CLASS.id).facts]
    with pytest.raises(NotFound):
        events.event("không có")


@pytest.mark.parametrize(
    ("move", "start", "end"),
    [
        (Move(Moving.SAME_DATE), "2024-02-01", "2024-02-05"),
        (Move(Moving.SAME_WEEKDAY), "2024-01-31", "2024-02-04"),
        (Move(Moving.DAYS, 7), "2023-02-08", "2023-02-12"),
        (Move(Moving.DAYS, -1), "2023-01-31", "2023-02-04"),
    ],
)
def test_the_days_of_a_copy_move_together(events, move, start, end):
    """To the same date, to the same weekday, or by days; the event stays as long."""
    made = events.copied(CopyAsked(FAIR, move)).event
    assert (made.start, made.end) == (day(start), day(end))
    if move.how is Moving.SAME_WEEKDAY:
        assert made.start.weekday() == SPRING.start.weekday()


def test_a_copy_of_a_leap_day_and_of_the_days_of_its_kind(events):
    """The 29th of February becomes the 28th; the kind's own days move too, and are shown before and after."""
    copy = events.copied(CopyAsked(LOAN.id))
    assert (copy.event.start, copy.event.details) == (day("2025-02-28"), {"approved": "2025-03-02"})
    assert [(label.vi, was.vi, now.vi) for label, was, now in copy.dates] == [
        ("Từ ngày", "Thứ năm 29/02/2024", "Thứ sáu 28/02/2025"),
        ("Ngày phê duyệt", "Thứ bảy 02/03/2024", "Chủ nhật 02/03/2025"),
    ]
    with pytest.raises(BadForm, match="calendar"):
        events.copied(CopyAsked(LOAN.id, Move(Moving.DAYS, 10_000_000)))


def test_a_copy_is_one_batch_whatever_is_clicked(workspace, events):
    """Places, organisers and units go along, amounts and results do not; the second click writes nothing more."""
    asked = CopyAsked(FAIR, with_turns=True)
    before = len(workspace.ledger.batches())
    made, first = events.clone(asked, token=ONE, reason=WHY)
    again, second = events.clone(asked, token=ONE, reason=WHY)
    assert (made, first.number, second.again) == (again, second.number, True)
    assert len(workspace.ledger.batches()) == before + 1
    told = events.event(made)
    assert (told.name, told.turns, told.units) == ("Hội chợ Xuân 2024", 2, 2)
    assert [one.texts for one in told.organisers] == [("Sở Công Thương",)]
    assert [(one.people, one.result) for one in events.turns(made)] == [("3 người", ""), ("2 người", "")]


def test_a_copy_has_a_code_of_its_own(events):
    """A free one is proposed; one that is taken, or none, is refused at its box."""
    events.clone(CopyAsked(FAIR), token=ONE, reason="")
    assert events.copied(CopyAsked(FAIR)).event.code == "HC-2024-01-2"
    for code in ("HC-2024-01", " "):
        with pytest.raises(BadForm) as refused:
            events.clone(CopyAsked(FAIR, code=code), token=TWO, reason="")
        assert list(refused.value.faults) == ["code"]


def test_a_copy_tells_the_places_that_are_no_more(events):
    """On a day after the reform a district is no place any more; the copy still says where it was."""
    assert events.copied(CopyAsked(FAIR, Move(Moving.DAYS, 900))).former == ("Huyện Vĩnh Bảo",)
    assert events.copied(CopyAsked(FAIR)).former == ()


def test_an_event_with_turns_goes_only_with_them(workspace, events):
    """What would go is told; without a word on its turns it is refused, and nothing is written."""
    going = events.going(FAIR)
    assert (going.turns, going.parts, going.held_by) == (2, 3, ())
    with pytest.raises(BadForm, match="2 lượt"):
        events.remove(FAIR, token=ONE, reason=WHY)
    first = events.remove(FAIR, token=ONE, reason=WHY, turns=2)
    assert (first.deleted, events.remove(FAIR, token=ONE, reason=WHY, turns=2).again) == (6, True)
    with pytest.raises(NotFound):
        events.event(FAIR)
    assert workspace.ledger.snapshot().table("place_decision").num_rows == 0
    workspace.as_(Actor.office("an")).undo(first.number)
    assert events.event(FAIR).turns == 2


def test_a_part_of_an_event_goes_alone(events):
    """A turn, a place with what was decided of it, an organiser; nothing else, and once."""
    one = events.turns(FAIR)[0].id
    receipt = events.remove_part("participation", one, token=ONE, reason="")
    assert (receipt.deleted, events.remove_part("participation", one, token=ONE, reason="").again) == (1, True)
    assert events.event(FAIR).turns == 1
    assert events.remove_part("event_place", "p1", token=TWO, reason="").deleted == 2
    with pytest.raises(NotFound):
        events.remove_part("participation", one, token=THREE, reason="")
    with pytest.raises(NotFound):
        events.remove_part("cooperative", "c1", token=FOUR, reason="")


def test_who_may_not_write_only_looks(workspace):
    """A secretary sees the events and changes none."""
    looking = Events(workspace.as_(Actor("hoa", SECRETARY)))
    assert (looking.may_write, looking.event(FAIR).turns) == (False, 2)
    for act in (
        lambda: looking.clone(CopyAsked(FAIR), token=ONE, reason=""),
        lambda: looking.remove(FAIR, token=ONE, reason="", turns=2),
        lambda: looking.remove_part("event_place", "p1", token=ONE, reason=""),
    ):
        with pytest.raises(AccessDenied):
            act()


def test_the_list_is_made_once_while_the_register_stays(events):
    """Two questions to one Snapshot share what was counted; a write makes another list."""
    first = list_events(events.desk.snapshot())
    assert events.all is first
    events.remove_part("event_organiser", "o1", token=ONE, reason="")
    assert events.all is not first


def test_the_kinds_on_offer_are_in_the_order_of_the_language(events):
    """coopkit's own, by their names as the reader reads them."""
    assert list(events.kinds())[:2] == ["technology_transfer", "contest"]
    assert next(iter(Events(events.desk, "en").kinds())) == "consultation"
