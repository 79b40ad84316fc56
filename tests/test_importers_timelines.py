"""Statuses and memberships over time: one at a time, and a state ends as the next begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.papers import AN_BINH, DAY, EMPTY, HTX, A, every, load, only, told

from coopkit.cooperative import LegalState, Membership, OperatingState, OperatingStatus
from coopkit.event import Honour
from coopkit.group import GroupMembership
from coopkit.importers import Imported, Register
from coopkit.record import make_id
from coopkit.snapshot import Snapshot

OF = make_id("cooperative", AN_BINH)
HEAD = (*HTX, "Tình trạng hoạt động", "Tình trạng hoạt động từ ngày", "Tình trạng hoạt động đến ngày")
RUNS, STOPPED = "Đang hoạt động", "Ngừng hoạt động"
LATE, EARLY, MAY = dt.date(2023, 6, 30), dt.date(2015, 1, 1), dt.date(2023, 5, 1)


def states(*rows: tuple[Any, ...], held: tuple[Any, ...] = ()) -> Imported:
    register = Register.of(Snapshot.of(held)) if held else EMPTY
    return load(register, Hợp_tác_xã=[HEAD, *((*A, *row) for row in rows)])


def spans(imported: Imported) -> list[tuple[OperatingState, dt.date | None, dt.date | None]]:
    return sorted(((one.state, one.since, one.until) for one in every(imported, OperatingStatus)), key=str)


def test_a_state_ends_as_the_next_begins():
    """In one paper, in any order of rows, the earlier state gets its last day; the later one still holds."""
    ended = [
        (OperatingState.OPERATING, EARLY, dt.date(2023, 4, 30)),
        (OperatingState.STOPPED, MAY, None),
    ]
    first, second = (RUNS, EARLY), (STOPPED, MAY)
    assert spans(states(first, second)) == spans(states(second, first)) == ended


def test_a_state_that_only_the_ledger_holds_ends_too():
    """It comes through as changed, told by the row that begins the next; said again it changes nothing."""
    held = states((RUNS, EARLY)).records
    imported = states((STOPPED, MAY), held=tuple(held))
    assert spans(imported)[0] == (OperatingState.OPERATING, EARLY, dt.date(2023, 4, 30))
    [origin] = {one.origin for one in imported.found if isinstance(one.record, OperatingStatus)}
    assert origin.endswith("dòng 2")
    after = {one.id: one for one in (*held, *imported.records)}
    again = states((STOPPED, MAY), held=tuple(after.values()))
    assert all(after[one.id] == one for one in again.records)
    assert states((RUNS, EARLY), held=tuple(after.values())).problems == ()


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        pytest.param([(RUNS, MAY, EARLY)], ("G2", "dates.reversed"), id="ends before it begins"),
        pytest.param([(RUNS, EARLY, LATE), (STOPPED, MAY)], ("F3", "dates.overlap"), id="the second within the first"),
        pytest.param([(STOPPED, MAY), (RUNS, EARLY, LATE)], ("F3", "dates.overlap"), id="the second runs into it"),
        pytest.param([(RUNS, EARLY, MAY), (STOPPED, MAY)], ("F3", "dates.overlap"), id="the last day counts"),
    ],
)
def test_states_may_not_overlap(rows: list[tuple[Any, ...]], fault: tuple[str, str]):
    """The first day, or a last day before it, is the cell to mend; the earlier row stays."""
    imported = states(*rows)
    assert told(imported) == [("Hợp tác xã", *fault)]
    assert len(every(imported, OperatingStatus)) == len(rows) - 1


def test_a_state_without_days_says_what_holds_on_the_papers_day():
    """It confirms what the ledger holds; another state needs its first day, for it would rewrite the years before."""
    held = tuple(states((RUNS, EARLY)).records)
    confirmed = states((RUNS,), held=held)
    assert (confirmed.problems, spans(confirmed)) == ((), [(OperatingState.OPERATING, EARLY, None)])
    other = states((STOPPED,), held=held)
    assert told(other) == [("Hợp tác xã", "E2", "state.undated")]
    assert RUNS in other.problems[0].what.vi
    assert spans(states((STOPPED,))) == [(OperatingState.STOPPED, None, None)]


def test_a_state_without_days_stays_when_a_later_one_is_known():
    """The same bare list, loaded again after the change, speaks of the time before it."""
    first = states((RUNS,))
    changed = states((STOPPED, MAY), held=tuple(first.records))
    after = {one.id: one for one in (*first.records, *changed.records)}
    again = states((RUNS,), held=tuple(after.values()))
    assert again.problems == ()
    assert all(after[one.id] == one for one in again.records)


JOINED = (*HTX, "Ngày kết nạp", "Ngày ra khỏi Liên minh")


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        pytest.param([("1/1/2015", "1/5/2023"), ("1/5/2023", "")], [], id="joins again the day it left"),
        pytest.param([("1/1/2015", ""), ("1/5/2023", "")], ["E3"], id="joins without having left"),
        pytest.param([("1/1/2015", "2/5/2023"), ("1/5/2023", "")], ["E3"], id="joins before it left"),
        pytest.param([("1/5/2023", "1/5/2015")], ["F2"], id="left before it joined"),
    ],
)
def test_a_unit_is_a_member_once_at_a_time(rows: list[tuple[str, str]], faults: list[str]):
    """A second membership needs the day the first ended; the day it left is no day of membership."""
    imported = load(Hợp_tác_xã=[JOINED, *((*A, *row) for row in rows)])
    assert [one.cell for one in imported.problems] == faults
    assert len(every(imported, Membership)) == len(rows) - len(faults)


def test_a_corrected_day_of_joining_is_not_a_second_membership():
    """The ledger's membership still holds, so a paper with another first day is refused, with both told."""
    held = load(Hợp_tác_xã=[JOINED, (*A, "1/1/2015", "")]).records
    imported = load(Register.of(Snapshot.of(held)), Hợp_tác_xã=[JOINED, (*A, "2/1/2015", "")])
    [problem] = imported.problems
    assert (problem.code, problem.seen) == ("dates.overlap", "02/01/2015")
    assert "01/01/2015 – …" in problem.what.vi


def test_an_empty_cell_does_not_reopen_a_membership():
    """A paper that leaves out the day a unit left does not make it a member again."""
    held = load(Hợp_tác_xã=[JOINED, (*A, "1/1/2015", "1/1/2020")]).records
    register = Register.of(Snapshot.of(held))
    imported = load(register, Hợp_tác_xã=[JOINED, (*A, "1/1/2015", ""), (*A, "1/1/2021", "")])
    assert imported.problems == ()
    assert [one.left for one in every(imported, Membership)] == [dt.date(2020, 1, 1), None]


def test_a_unit_is_in_several_groups_but_once_in_each():
    """Each group has its own members' time."""
    head = ("Tên nhóm", "MST", "Vai trò", "Tham gia từ ngày")
    row = (AN_BINH, "member", "1/1/2020")
    imported = load(
        Hợp_tác_xã=[HTX, A],
        Nhóm=[("Loại nhóm", "Tên nhóm"), ("Câu lạc bộ", "CLB A"), ("Câu lạc bộ", "CLB B")],
        Thành_viên_nhóm=[head, ("CLB A", *row), ("CLB B", *row), ("CLB A", AN_BINH, "lead", "1/1/2023")],
    )
    assert told(imported) == [("Thành viên nhóm", "D4", "dates.overlap")]
    assert len(every(imported, GroupMembership)) == 2


def test_a_legal_state_is_a_sequence_of_its_own():
    """Legal and operating statuses do not disturb each other."""
    head = (*HEAD[:6], "Tình trạng pháp lý", "Tình trạng pháp lý từ ngày")
    row = (*A, RUNS, EARLY, "Tạm ngừng kinh doanh", MAY)
    imported = load(Hợp_tác_xã=[head, row])
    assert imported.problems == ()
    assert {one.state for one in imported.records if hasattr(one, "state")} == {
        OperatingState.OPERATING,
        LegalState.SUSPENDED,
    }


def test_an_honoured_person_stands_beside_the_honour():
    """The person's id comes from the honour, never from the name; the ledger's id is kept; no name, no person."""
    head = ("Số quyết định", "STT", "Hình thức khen thưởng", "Cấp khen thưởng", "Đối tượng", "Ngày quyết định")
    row = ("01/QĐ", 1, "Kỷ niệm chương", "Liên minh HTX Việt Nam", "Cá nhân", DAY)
    named = load(Khen_thưởng=[(*head, "Người được khen"), (*row, "Người mẫu 1")])
    honour, person = only(named, Honour), named.records[0]
    assert (person.name, person.id) == ("Người mẫu 1", honour.person)
    bare = load(Khen_thưởng=[head, row])
    assert [type(one) for one in bare.records] == [Honour]
    assert only(bare, Honour).person is None
    held = Register.of(Snapshot.of(named.records))
    renamed = load(held, Khen_thưởng=[(*head, "Người được khen"), (*row, "Người mẫu 2")])
    assert {one.id for one in renamed.records} == {one.id for one in named.records}
    assert only(load(held, Khen_thưởng=[head, row]), Honour) == honour


def test_a_period_is_kept_by_its_key():
    """However the year is written, one window is one window; what is no period is a fault."""
    head = (*HTX[2:3], "Kỳ số liệu", "Lao động thường xuyên")
    rows = [(AN_BINH, "Năm 2022", 5), (AN_BINH, 2021, 5), (AN_BINH, "2023-HTX", 5), (AN_BINH, "năm nay", 5)]
    imported = load(Hợp_tác_xã=[HTX, A], Số_liệu_năm=[head, *rows])
    assert [one.window for one in imported.records if hasattr(one, "window")] == ["2022", "2021", "2023-HTX"]
    assert told(imported) == [("Số liệu năm", "B5", "period.unreadable")]
