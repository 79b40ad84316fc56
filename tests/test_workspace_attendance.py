"""Who took part: pasted, picked, taken as a group; matched to the register, counted, written once."""

from __future__ import annotations

import datetime as dt
import shutil
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopkit.access import SECRETARY, Actor
from coopkit.cooperative import Cooperative, CooperativeKind
from coopkit.errors import AccessDenied, BadForm, NotFound
from coopkit.event import Event, Participation
from coopkit.group import Group, GroupKind, GroupMembership, GroupRole
from coopkit.ledger import Batch, Change
from coopkit.period import Period
from coopkit.record import identify
from coopkit.registry import Registry
from coopkit.text import Label
from coopkit.workspace import Workspace
from coopkit.workspace.attendance import MOST, Attendance
from coopkit.workspace.event_list import Asked
from coopkit.workspace.events import Events
from coopkit.workspace.pasted import Entry, is_code, pasted
from coopkit.workspace.staged import State

NOW = dt.datetime(2024, 3, 1, 8, 0, tzinfo=dt.UTC)
FAIR = Event("e1", "HC-01", "fair", "Hội chợ", dt.date(2023, 5, 1))
LATER = Event("e2", "HC-02", "fair", "Hội chợ thu", dt.date(2023, 9, 1))
AN_LAO, VINH_BAO = "313@1900-01-01", "316@1900-01-01"
UNITS = [
    Cooperative("c1", "HTX Rau An Bình", CooperativeKind.COOPERATIVE, tax_code="0299000035", place=AN_LAO),
    Cooperative("c2", "Hợp tác xã Muối Đồ Sơn", CooperativeKind.COOPERATIVE, place=AN_LAO),
    Cooperative("c3", "HTX Đồng Tâm", CooperativeKind.COOPERATIVE, place=AN_LAO),
    Cooperative("c4", "HTX Đồng Tâm", CooperativeKind.COOPERATIVE, place=VINH_BAO),
    Cooperative("c5", "HTX Sao Mai", CooperativeKind.COOPERATIVE),
]
CLUB = Group("g1", GroupKind.CLUB, "Câu lạc bộ OCOP")
MEMBERS = [
    GroupMembership("m1", "g1", "c1", GroupRole.LEAD, dt.date(2023, 1, 1), None),
    GroupMembership("m2", "g1", "c5", GroupRole.MEMBER, dt.date(2023, 6, 1), None),
    GroupMembership("m3", "g1", "c2", GroupRole.MEMBER, None, dt.date(2023, 5, 1)),
]
THERE = Participation(identify(Participation, {"event": "e1", "cooperative": "c5"}), "e1", "c5")


def fill(workspace, *more):
    records = (*UNITS, FAIR, LATER, CLUB, *MEMBERS, *more)
    workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, records))))


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=lambda: NOW) as opened:
        fill(opened, THERE)
        yield opened


@pytest.fixture
def attendance(workspace):
    return Attendance(workspace.as_(Actor.office("an")))


@pytest.fixture
def token(attendance):
    return attendance.open("e1")


def states(attendance, token):
    return [line.state for line in attendance.staged(token).lines]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("HTX A\nHTX B\n\n", [Entry("HTX A"), Entry("HTX B")]),
        ("1\tHTX A\t3\n2.\tHTX B", [Entry("HTX A", people="3"), Entry("HTX B")]),
        ("HTX A\t3\t50 triệu\tGiải nhất", [Entry("HTX A", people="3", amount="50 triệu", result="Giải nhất")]),
        ("HTX A\t500.000.000", [Entry("HTX A", amount="500.000.000")]),
        ("0299000035", [Entry(tax_code="0299000035")]),
        ("299000035\tHTX A\t2", [Entry("HTX A", "299000035", people="2")]),
        ("HTX A\t0299000035\t2", [Entry("HTX A", "0299000035", people="2")]),
        ("Tên đơn vị\nHTX A", [Entry("HTX A")]),
        (
            "DANH SÁCH\nSTT\tSố tiền (triệu đồng)\tTên đơn vị\tSố người\tHuyện\n1\t50\tHTX A\t2\tAn Lão\nTổng cộng\t50",
            [Entry("HTX A", place="An Lão", people="2", amount="50 triệu đồng")],
        ),
        ('"HTX ""Sao"" Mai"\t1', [Entry('HTX "Sao" Mai', people="1")]),
        ("Tên đơn vị\tSố người\nHTX A\t2\n\t3", [Entry("HTX A", people="2")]),
        ("\t\n  \n", []),
    ],
)
def test_what_is_pasted_is_read_by_header_or_by_order(text, entries):
    """With a header by its columns, without one in their usual order; numbering, titles and totals are no units."""
    assert pasted(text) == entries


def test_money_does_not_pass_for_a_tax_code():
    """A round sum has no valid check digit; a tax code may have lost its leading zero."""
    assert [is_code(one) for one in ("0299000035", "299000035", "500000000", "1.500.000.000", "HTX A")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("told", "state", "unit"),
    [
        ("HTX Rau An Bình", State.READY, "c1"),
        ("hop tac xa rau an binh", State.READY, "c1"),
        ("299000035", State.READY, "c1"),
        ("HTX Muối Đồ Sơn", State.READY, "c2"),
        ("HTX Sao Mai", State.THERE, "c5"),
        ("HTX Đồng Tâm", State.SEVERAL, None),
        ("HTX Đồng Tăm Xa", State.UNKNOWN, None),
        ("0299999996", State.UNKNOWN, None),
        ("HTX Rau An Bình\tba người", State.FAULTY, "c1"),
        ("Tên đơn vị\tHuyện\nHTX Đồng Tâm\tHuyện Vĩnh Bảo", State.READY, "c4"),
    ],
)
def test_each_line_is_matched_to_the_register(attendance, token, told, state, unit):
    """By tax code, by name written out or without marks, told apart by place; else somebody must say."""
    attendance.paste(token, told)
    [line] = attendance.staged(token).lines
    assert (line.state, line.unit.id if line.unit else None) == (state, unit)
    assert line.state.mend == (state in (State.SEVERAL, State.UNKNOWN, State.FAULTY))


def test_an_unknown_name_is_mended_by_those_like_it(attendance, token):
    """Its neighbours are offered; one is chosen, or the name written otherwise, and the line is sound."""
    attendance.paste(token, "HTX Rau An Bính\nHTX Đồng Tâm\nHTX Zzz Qqq")
    unknown, several, lost = attendance.staged(token).lines
    assert unknown.unit.id == "c1"  # the same without marks
    assert attendance.staged(token).to_mend == [several, lost]
    assert {one.id for one in several.candidates} == {"c3", "c4"}
    assert lost.candidates == ()
    attendance.change(token, 2, unit="c4")
    attendance.change(token, 3, name="0299000035")
    assert states(attendance, token) == [State.READY, State.READY, State.DOUBLE]


def test_a_unit_is_one_turn_however_often_it_is_told(attendance, token):
    """What is told twice, or is there already, is said and counts for nothing."""
    attendance.paste(token, "HTX Rau An Bình\t2\nHTX Muối Đồ Sơn\n0299000035\t5\nHTX Sao Mai")
    staged = attendance.staged(token)
    assert [one.state for one in staged.lines] == [State.READY, State.READY, State.DOUBLE, State.THERE]
    assert (staged.turns, staged.units, staged.before, staged.after) == (2, 2, (1, 1), (3, 3))
    assert staged.lines[2].note == Label(
        "đã có ở dòng 1: một đơn vị chỉ tính một lượt trong một sự kiện",
        "stands in line 1: a unit is one turn of an event",
    )
    assert staged.counts == {State.READY: 2, State.DOUBLE: 1, State.THERE: 1}


def test_cells_are_read_as_an_import_reads_them(attendance, token):
    """Money with its unit, or with a doubt; a name that is not the tax code's is a doubt; a fault names its cell."""
    attendance.paste(token, "HTX Lạ\t0299000035\t2\t50\nHTX Muối Đồ Sơn\t1,5\t2 triệu")
    first, second = attendance.staged(token).lines
    assert first.texts == ("2 người", "50 đồng", "")
    assert "HTX Rau An Bình" in first.note.vi
    assert "50 đồng" in first.note.vi
    assert list(second.faults) == ["people"]
    attendance.change(token, 2, people="2")
    assert attendance.staged(token).lines[1].texts == ("2 người", "2 triệu đồng", "")


def test_a_list_is_a_draft_that_is_found_again(workspace, attendance, token):
    """Opened again it is the same; another's it is not; thrown away it is no more."""
    attendance.paste(token, "HTX Rau An Bình")
    assert attendance.open("e1") == token
    assert attendance.open("e2") != token
    other = Attendance(workspace.as_(Actor.office("bình")))
    with pytest.raises(NotFound):
        other.staged(token)
    attendance.close(token)
    with pytest.raises(NotFound):
        attendance.staged(token)
    assert attendance.saved(token) is None


def test_units_are_picked_and_taken_as_groups(attendance, token):
    """Found without marks; members of a group and units of a place are those of the event's day."""
    assert [one.id for one in attendance.search("muoi")] == ["c2"]
    assert attendance.search(" ") == []
    assert attendance.groups() == {"g1": "Câu lạc bộ OCOP"}
    assert attendance.members_of("g1", "e1") == ["c1"]
    assert sorted(attendance.members_of("g1", "e2")) == ["c1", "c5"]
    assert attendance.areas("e1")["313"] == "Huyện An Lão"
    assert sorted(attendance.units_of("313", "e1", members=False)) == ["c1", "c2", "c3"]
    assert attendance.units_of("313", "e1", members=True) == []
    assert attendance.pick(token, ["c1", "c2", "không có"]) == 3
    assert states(attendance, token) == [State.READY, State.READY, State.UNKNOWN]
    attendance.drop(token, 1, 3)
    assert [line.unit.id for line in attendance.staged(token).lines] == ["c2"]


def test_a_list_is_written_once(workspace, attendance, token):
    """One batch with a line's origin, whatever is clicked; the draft is gone, and the event has its turns."""
    attendance.paste(token, "HTX Rau An Bình\t2\nHTX Sao Mai\nHTX Rau An Bình")
    before = len(workspace.ledger.batches())
    first, second = attendance.save(token, "điểm danh"), attendance.save(token, "điểm danh")
    assert (first.inserted, second.again, second.number) == (1, True, first.number)
    assert len(workspace.ledger.batches()) == before + 1
    assert workspace.ledger.lines(first.number)[0].origin == "danh sách tham gia · dòng 1"
    assert attendance.saved(token).number == first.number
    told = Events(attendance.desk).event("e1")
    assert (told.turns, told.units) == (2, 2)
    with pytest.raises(NotFound):
        attendance.staged(token)


def test_what_must_be_mended_keeps_the_list_from_being_written(workspace, attendance, token):
    """Each such line is named; a list that adds nothing is refused too; nothing is lost."""
    attendance.paste(token, "HTX Rau An Bình\nHTX Đồng Tâm\nHTX Zzz")
    before = len(workspace.ledger.batches())
    with pytest.raises(BadForm) as refused:
        attendance.save(token, "")
    assert list(refused.value.faults) == ["2", "3"]
    attendance.drop(token, 1, 2, 3)
    with pytest.raises(BadForm) as empty:
        attendance.save(token, "")
    assert list(empty.value.faults) == [""]
    with pytest.raises(BadForm, match=str(MOST)):
        attendance.pick(token, ["c1"] * (MOST + 1))
    assert len(workspace.ledger.batches()) == before


def test_who_may_not_write_has_no_list(workspace, token):
    """A secretary can neither open one, nor look into it, nor save it."""
    looking = Attendance(workspace.as_(Actor("hoa", SECRETARY)))
    for act in (lambda: looking.open("e1"), lambda: looking.staged(token), lambda: looking.save(token, "")):
        with pytest.raises(AccessDenied):
            act()


LINES = st.lists(st.tuples(st.sampled_from(["e1", "e2"]), st.integers(0, len(UNITS) - 1), st.booleans()), max_size=14)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The file of a ledger with the units, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    with Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load(), clock=lambda: NOW) as opened:
        fill(opened, THERE)
    return folder / "so.db"


@settings(max_examples=25)
@given(told=LINES)
def test_what_was_shown_is_what_the_metrics_count(prepared, told):
    """Turns and units shown before saving, and of both events together, are those of the metrics after it."""
    with (
        TemporaryDirectory() as folder,
        Workspace.open(f"sqlite:///{shutil.copy(prepared, folder)}", registry=Registry.load()) as workspace,
    ):
        desk = workspace.as_(Actor.office("an"))
        attendance, shown = Attendance(desk), {}
        for event in ("e1", "e2"):
            token = attendance.open(event)
            for of, at, by_name in told:
                if of == event and by_name and UNITS[at].name != "HTX Đồng Tâm":
                    attendance.paste(token, UNITS[at].name)
                elif of == event:
                    attendance.pick(token, [UNITS[at].id])
            staged = attendance.staged(token)
            shown[event] = staged.after
            if staged.turns:
                attendance.save(token, "")
            assert (Events(desk).event(event).turns, Events(desk).event(event).units) == shown[event]
        found, year = Events(desk).find(Asked(kind="fair", year=2023)), Period.parse("2023")
        counted = desk.evaluate(year)
        assert found.turns == counted.cell("fairs.turns", year).value.low == sum(turns for turns, _ in shown.values())
        assert found.units == counted.cell("fairs.cooperatives", year).value.low
