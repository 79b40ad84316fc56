"""Papers assembled: places, references, duplicates, and what the ledger already holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.papers import AN_BINH, DAY, EMPTY, HOA_SEN, HTX, A, B, every, load, only, read, told, workbook

from coopkit.cooperative import (
    Contact,
    ContactRole,
    Cooperative,
    CooperativeKind,
    Membership,
    Person,
    Sector,
)
from coopkit.event import OWN_KINDS, Event, EventOrganiser, EventPlace, Participation
from coopkit.group import Group, GroupMembership
from coopkit.importers import Imported, Register, assemble
from coopkit.quantity import PEOPLE, VND, between, more_than
from coopkit.record import make_id
from coopkit.snapshot import Snapshot

# ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def placed(district: str, commune: str = "") -> tuple[Any, list[tuple[str, str]]]:
    head = ("Tên đơn vị", "Loại hình", "Quận/huyện", "Xã/phường/thị trấn")
    imported = load(Hợp_tác_xã=[head, (*A[:2], district, commune)])
    found = every(imported, Cooperative)
    return found[0].place if found else None, [(one.cell, one.code) for one in imported.problems]


def test_a_place_is_the_commune_in_its_district():
    """The commune is looked up within its district; where none is told the district stands."""
    assert placed("Huyện Vĩnh Bảo", "Hoà Bình") == ("11890@1900-01-01", [])
    assert placed("Huyện Bạch Long Vĩ") == ("318@1900-01-01", [])
    assert placed("", "Phường Lạc Viên") == ("11341@1900-01-01", [])
    assert placed("11890@1900-01-01") == ("11890@1900-01-01", [])


def test_a_place_that_is_none_or_several_is_a_fault():
    """The problem names what is near, or all that are meant."""
    assert placed("Huyện Vĩnh Bão Bảo") == (None, [("C2", "place.unknown")])
    assert placed("Quận Lê Chân", "Xã Hòa Bình") == (None, [("D2", "place.unknown")])
    assert placed("", "Xã Hòa Bình") == (None, [("D2", "place.several")])
    assert placed("999@1900-01-01") == (None, [("C2", "place.unknown")])
    [problem] = load(Hợp_tác_xã=[HTX, (*A[:3], "huyện Vĩn Bảo")]).problems
    assert "Huyện Vĩnh Bảo" in problem.mend.vi
    assert problem.seen == "huyện Vĩn Bảo"


def test_a_place_written_otherwise_is_a_doubt():
    """Without marks, or with another type of the same level, the place is taken and told."""
    assert placed("huyen vinh bao") == ("316@1900-01-01", [("C2", "place.inexact")])
    assert placed("TP Thuỷ Nguyên")[1] == [("C2", "place.inexact")]


def test_a_place_of_an_earlier_map_is_a_doubt():
    """A paper of today that still names a district is understood on the newest map that has it."""
    paper = read(
        workbook(Hợp_tác_xã=[(*HTX[:2], "Quận/huyện", "Xã/phường/thị trấn"), (*A[:2], "Huyện An Dương", "Đại Bản")])
    )
    imported = assemble([paper], EMPTY, on=dt.date(2026, 1, 1))
    assert only(imported, Cooperative).place == "11587@1900-01-01"
    [problem] = imported.problems
    assert (problem.code, problem.cell) == ("place.former", "D2")
    assert "31/12/2024" in problem.what.vi
    now = read(workbook(Hợp_tác_xã=[(*HTX[:2], "Xã/phường/thị trấn"), (*A[:2], "Xã Vĩnh Bảo")]))
    assert only(assemble([now], EMPTY, on=dt.date(2026, 1, 1)), Cooperative).place == "11824@2025-07-01"


def test_an_event_covers_several_places():
    """Several in one cell, between semicolons, on lines of their own or between commas."""
    head = ("Mã hoạt động", "Loại hoạt động", "Tên hoạt động", "Từ ngày", "Địa bàn", "Đơn vị phối hợp")
    row = ("HN-1", "Hội nghị, hội thảo khác", "Hội nghị", "1/3/2023")
    for cell in ("Quận Lê Chân; Huyện Vĩnh Bảo", "Quận Lê Chân\nHuyện Vĩnh Bảo", "Quận Lê Chân, Huyện Vĩnh Bảo"):
        imported = load(Hoạt_động=[head, (*row, cell, "Sở A; Hội B")])
        assert {one.place for one in every(imported, EventPlace)} == {"305@1900-01-01", "316@1900-01-01"}
        assert {one.name for one in every(imported, EventOrganiser)} == {"Sở A", "Hội B"}
    commune = load(Hoạt_động=[head, (*row, "Xã Hòa Bình, huyện Vĩnh Bảo", "")])
    assert only(commune, EventPlace).place == "11890@1900-01-01"
    assert told(load(Hoạt_động=[head, (*row, "Quận Lê Chân; Huyện Mây", "")])) == [("Hoạt động", "E2", "place.unknown")]


# ── Records and what they refer to ──────────────────────────────────────────────────────────────────────────────────

EVENTS = [
    ("Mã hoạt động", "Loại hoạt động", "Tên hoạt động", "Từ ngày"),
    ("HC-01", "fair", "Hội chợ", dt.date(2023, 5, 1)),
]


def turns(*rows: tuple[Any, ...], register: Register = EMPTY, units: tuple[Any, ...] = (A, B)) -> Imported:
    head = ("Mã hoạt động", "Mã số thuế", "Tên đơn vị", "Số người")
    return load(register, Hợp_tác_xã=[HTX, *units], Hoạt_động=EVENTS, Tham_gia=[head, *rows])


def test_a_turn_finds_its_cooperative_by_code_or_by_name():
    """The code decides; a name is enough where it is one cooperative's, abbreviated or without marks."""
    imported = turns(("HC-01", AN_BINH, "", 2), ("hc-01", "", "Hợp tác xã SAO MAI", 1))
    assert told(imported) == [("Tham gia", "A3", "event.inexact")]
    assert [one.people for one in every(imported, Participation)] == [2, 1]
    assert told(turns(("HC-01", "", "htx an binh", 1))) == [("Tham gia", "C2", "cooperative.inexact")]
    assert told(turns(("HC-01", AN_BINH, "HTX Sao Mai", 1))) == [("Tham gia", "C2", "cooperative.name_differs")]


def test_what_a_turn_refers_to_must_be_known():
    """An unknown cooperative or event is a fault that names those near."""
    imported = turns(
        ("HC-1", AN_BINH, "", 1), ("HC-01", HOA_SEN, "", 1), ("HC-01", "", "HTX An Bìnhh", 1), ("HC-01", "", "", 1)
    )
    assert told(imported) == [
        ("Tham gia", "A2", "event.unknown"),
        ("Tham gia", "B3", "cooperative.unknown"),
        ("Tham gia", "C4", "cooperative.unknown"),
        ("Tham gia", "B5", "value.missing"),
    ]
    assert "HC-01" in imported.problems[0].mend.vi
    assert f"HTX An Bình ({AN_BINH})" in imported.problems[2].mend.vi
    assert every(imported, Participation) == []


def test_a_name_of_several_must_be_told_apart():
    """Two cooperatives of one name: the row says which by its code."""
    other = ("HTX An Bình", "HTX", HOA_SEN, "Quận Hải An")
    assert told(turns(("HC-01", "", "HTX An Bình", 1), units=(A, other))) == [("Tham gia", "C2", "cooperative.several")]


def test_what_refers_to_a_row_left_out_says_so():
    """The fault to mend is the other row's."""
    bad = (*A[:3], "Huyện Mây")
    imported = turns(("HC-01", AN_BINH, "", 1), ("HC-01", "", A[0], 1), units=(bad, B))
    assert told(imported)[1:] == [
        ("Tham gia", "B2", "cooperative.rejected"),
        ("Tham gia", "C3", "cooperative.rejected"),
    ]
    assert "dòng 2" in imported.problems[1].what.vi


def test_papers_are_assembled_together():
    """A district's turns name an event of the city's workbook, whichever comes first."""
    head = ("Mã hoạt động", "Mã số thuế")
    district = read(workbook(HTX=[HTX, A], Tham_gia=[head, ("HC-01", AN_BINH)]), file="b.xlsx")
    city = read(workbook(Hoạt_động=EVENTS), file="city.xlsx")
    for papers in ([district, city], [city, district]):
        imported = assemble(papers, EMPTY, on=DAY)
        assert imported.problems == ()
        assert len(every(imported, Participation)) == 1


def test_a_record_said_twice_alike_is_kept_once():
    """The same again is no fault, in one file or in two; what one row leaves empty the other fills."""
    first = read(workbook(HTX=[(*HTX, "Địa chỉ"), (*A, ""), (*A, "Thôn 1")]), file="a.xlsx")
    again = read(workbook(HTX=[HTX, A]), file="b.xlsx")
    imported = assemble([first, again], EMPTY, on=DAY)
    assert imported.problems == ()
    assert only(imported, Cooperative).address == "Thôn 1"


def test_a_record_said_twice_differently_is_a_fault_with_both_cells():
    """The first row stands, the second is left out; the problem names both cells."""
    first = read(workbook(HTX=[(*HTX, "Địa chỉ"), (*A, "Thôn 1")]), file="a.xlsx")
    second = read(workbook(HTX=[(*HTX, "Địa chỉ"), (*A, "Thôn 2")]), file="b.xlsx")
    imported = assemble([first, second], EMPTY, on=DAY)
    [problem] = imported.problems
    assert (problem.code, problem.file, problem.cell, problem.seen) == ("record.duplicate", "b.xlsx", "E2", "Thôn 2")
    assert "a.xlsx · HTX · E2" in problem.what.vi
    assert only(imported, Cooperative).address == "Thôn 1"


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (("Hợp tác xã AN BÌNH", "HTX", "", "Quận Lê Chân"), "cooperative.two_spellings"),
        (("Hợp tác xã AN BÌNH", "HTX", AN_BINH, "Quận Lê Chân"), "cooperative.two_spellings"),
        (("HTX An Binh", "HTX", "", "Quận Lê Chân"), "cooperative.two_spellings"),
        (("HTX An Bình", "HTX", HOA_SEN, "Quận Lê Chân"), "cooperative.alike_names"),
        (("HTX An Bình 2", "HTX", "", "Quận Lê Chân"), "cooperative.alike_names"),
        (("HTX Tân An Bình", "HTX", HOA_SEN, "Quận Lê Chân"), "cooperative.alike_names"),
        (("HTX An Bình", "HTX", HOA_SEN, "Quận Hải An"), None),
        (("Tổ hợp tác An Bình", "THT", "", "Quận Lê Chân"), None),
    ],
)
def test_one_cooperative_under_two_spellings(second: tuple[str, ...], code: str | None):
    """Without a code of its own a second spelling is a fault; with one, or a number more, it is a doubt."""
    imported = load(Hợp_tác_xã=[HTX, A, second])
    assert told(imported) == ([("Hợp tác xã", "A3", code)] if code else [])
    left_out = code == "cooperative.two_spellings"
    assert len(every(imported, Cooperative)) == (1 if left_out else 2)


def test_a_row_carries_all_that_is_known_of_a_cooperative():
    """Membership, statuses and a contact stand on the same row; a row with a fault gives none of them."""
    head = (*HTX, "Ngày kết nạp", "Tình trạng pháp lý", "Họ và tên", "Điện thoại", "Chức vụ")
    row = (*A, "1/2/2020", "Đang hoạt động", "Nguyễn Văn Mẫu", 225123456, "Giám đốc")
    imported = load(Hợp_tác_xã=[head, row, (*B, "40/2/2020", "Đang hoạt động", "Trần Thị Mẫu", "", "Giám đốc")])
    of = make_id("cooperative", AN_BINH)
    contact = only(imported, Contact)
    assert (contact.cooperative, contact.role) == (of, ContactRole.DIRECTOR)
    assert only(imported, Person) == Person(make_id("person", of, "director", None), "Nguyễn Văn Mẫu", "225123456")
    assert contact.person == only(imported, Person).id
    assert only(imported, Membership).joined == dt.date(2020, 2, 1)
    assert told(imported) == [("Hợp tác xã", "E3", "date.unreadable")]
    assert len(every(imported, Cooperative)) == 1


def test_a_person_without_a_role_is_a_fault():
    """Whom nobody says anything of is not kept as an orphan; nor is a role without a name."""
    head = (*HTX, "Họ và tên", "Chức vụ")
    assert told(load(Hợp_tác_xã=[head, (*A, "Nguyễn Văn Mẫu", "")])) == [("Hợp tác xã", "F2", "value.missing")]
    faults = told(load(Hợp_tác_xã=[head, (*A, "", "Giám đốc")]))
    assert set(faults) == {("Hợp tác xã", "E2", "value.missing")}


def test_loans_and_groups():
    """A loan file names its cooperative on its own row; members name their club."""
    imported = load(
        Hợp_tác_xã=[HTX, A],
        Vay_vốn=[
            ("Số hồ sơ", "Tên hoạt động", "Ngày nhận hồ sơ", "MST", "Mức vay", "Nguồn vốn", "Ngày phê duyệt"),
            ("VV-1", "Hồ sơ vay", "1/3/2023", AN_BINH, "500-700 triệu", "Ngân hàng", "1/4/2023"),
        ],
        Nhóm=[("Loại nhóm", "Tên nhóm"), ("Câu lạc bộ", "CLB OCOP")],
        Thành_viên_nhóm=[
            ("Tên nhóm", "MST", "Vai trò"),
            ("CLB OCOP", AN_BINH, "Thành viên"),
            ("CLB X", AN_BINH, "member"),
        ],
        Đào_tạo=[("Mã hoạt động", "Tên hoạt động", "Từ ngày", "Số học viên"), ("DT", "Lớp", "1/5/2023", "hơn 200")],
    )
    assert told(imported) == [("Thành viên nhóm", "A3", "group.unknown")]
    assert only(imported, Participation).amount == between(500_000_000, 700_000_000, VND)
    assert only(imported, GroupMembership).group == only(imported, Group).id
    details = {one.kind: one.details for one in every(imported, Event)}
    assert details["loan_support"] == {"source": "bank", "approved": "2023-04-01"}
    [training] = [kind for kind in OWN_KINDS if kind.key == "training"]
    assert training.values(details["training"])["trainees"] == more_than(200, PEOPLE)


# ── On top of the ledger ────────────────────────────────────────────────────────────────────────────────────────────

HELD = Cooperative(
    "c-old", "HTX An Bình", CooperativeKind.COOPERATIVE, AN_BINH, "305@1900-01-01", "Thôn 1", Sector.SERVICES
)


def test_a_known_cooperative_keeps_its_id_and_what_is_not_told():
    """It is found by its code, or by name and place; an empty cell never erases; a new name is a new name."""
    register = Register.of(Snapshot.of([HELD]))
    imported = load(register, Hợp_tác_xã=[HTX, ("HTX An Bình Mới", *A[1:])])
    found = only(imported, Cooperative)
    assert (found.id, found.name, found.address, found.sector) == (
        "c-old",
        "HTX An Bình Mới",
        "Thôn 1",
        Sector.SERVICES,
    )
    by_name = load(register, Hợp_tác_xã=[HTX, ("Hợp tác xã An Bình", "", "", "Lê Chân")])
    assert (only(by_name, Cooperative).id, only(by_name, Cooperative).tax_code) == ("c-old", AN_BINH)
    assert by_name.problems == ()


def test_a_cooperative_that_gets_its_code_stays_the_same():
    """A held one without a code is found by name and place, and takes the code."""
    held = Cooperative("c-old", "HTX An Bình", CooperativeKind.COOPERATIVE, None, "305@1900-01-01")
    found = only(load(Register.of(Snapshot.of([held])), Hợp_tác_xã=[HTX, A]), Cooperative)
    assert (found.id, found.tax_code) == ("c-old", AN_BINH)


def test_references_reach_the_ledger():
    """A turn may name a cooperative and an event that only the ledger holds; details that a row leaves out stay."""
    held = Event("e-old", "DT-1", "training", "Lớp", DAY, kind_version="1", details={"subject": "may"})
    register = Register.of(Snapshot.of([HELD, held, *(kind.stored() for kind in OWN_KINDS)]))
    imported = load(
        register,
        Tham_gia=[("Mã hoạt động", "Tên đơn vị"), ("DT-1", "HTX An Bình")],
        Đào_tạo=[("Mã hoạt động", "Tên hoạt động", "Từ ngày", "Số học viên"), ("DT-1", "", "", 20)],
    )
    assert imported.problems == ()
    assert (only(imported, Participation).event, only(imported, Participation).cooperative) == ("e-old", "c-old")
    event = only(imported, Event)
    assert (event.id, event.name, event.details["subject"], event.details["trainees_low"]) == (
        "e-old",
        "Lớp",
        "may",
        20,
    )


def test_reading_again_changes_nothing():
    """The same papers on top of their own records give the same records; a Read may be assembled twice."""
    paper = read(workbook(HTX=[HTX, A, ("HTX Lẻ", "HTX", "", "Mây")], Hoạt_động=EVENTS))
    first = assemble([paper], EMPTY, on=DAY)
    assert assemble([paper], EMPTY, on=DAY) == first
    again = assemble([paper], Register.of(Snapshot.of(first.records)), on=DAY)
    assert (again.records, again.problems) == (first.records, first.problems)
