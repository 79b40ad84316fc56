"""Workbooks read: sheets, headers and cells in, typed values and problems out; each fault is told with its cell."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.papers import AN_BINH, DAY, EMPTY, HOA_SEN, HTX, SHEETS, A, B, every, load, only, read, told, workbook

from coopkit.cooperative import (
    Cooperative,
    CooperativeKind,
    LegalStatus,
    Sector,
    YearFigures,
)
from coopkit.errors import WorkbookError
from coopkit.event import OWN_KINDS, Event, EventKind
from coopkit.field import count, flag, percent
from coopkit.group import Alliance
from coopkit.importers import Imported, Register, assemble
from coopkit.problem import Severity
from coopkit.quantity import UNITS, VND, between, exact
from coopkit.record import make_id
from coopkit.sheet import register_sheets
from coopkit.snapshot import Snapshot
from coopkit.text import Label

# ── Sheets and headers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_good_row_gives_its_record():
    """A table's row becomes a record, and says where it came from."""
    imported = load(Hợp_tác_xã=[HTX, A])
    assert told(imported) == []
    [found] = imported.found
    assert found.origin == "a.xlsx · Hợp tác xã · dòng 2"
    assert found.record == Cooperative(
        id=make_id("cooperative", AN_BINH),
        name="HTX An Bình",
        kind=CooperativeKind.COOPERATIVE,
        tax_code=AN_BINH,
        place="305@1900-01-01",
    )


@pytest.mark.parametrize("title", ["hop tac xa", "HTX", "2. HTX năm 2023", "COOPERATIVES", "DS HTX"])
def test_titles_are_recognised(title: str):
    """Case, marks, numbering and the year of a sheet's title do not matter."""
    assert len(every(load(**{title: [HTX, A]}), Cooperative)) == 1


@pytest.mark.parametrize(
    "header",
    [
        ("TÊN HTX", " loại  hình", "MST", "Huyện"),
        ("Name", "Kind", "Tax code", "District"),
        tuple(unicodedata.normalize("NFD", head) for head in HTX),
        ("Tên đơn vị (*)", "Loại hình *", "Mã số thuế (nếu có)", "Quận/ huyện"),
    ],
)
def test_headers_are_recognised(header: tuple[str, ...]):
    """Aliases, English, decomposed letters, remarks in brackets: the header is the same."""
    assert told(load(Hợp_tác_xã=[header, A])) == []


def test_columns_may_stand_in_any_order():
    """The header says what a column is, not its place."""
    backwards = load(Hợp_tác_xã=[HTX[::-1], A[::-1]])
    assert every(backwards, Cooperative) == every(load(Hợp_tác_xã=[HTX, A]), Cooperative)


def test_what_stands_around_the_table_is_passed_over():
    """Titles, numbering of columns, STT, blank rows, totals and signatures are no data."""
    rows = [
        ["DANH SÁCH HỢP TÁC XÃ"],
        [],
        ["STT", *HTX],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [1, *A],
        [],
        [2],
        ["", "Tổng cộng: 2 đơn vị", None, None, None],
        [3, *B],
        ["Cộng", 2],
        [],
        ["", "", "", "Hải Phòng, ngày 15 tháng 12 năm 2023"],
        ["", "NGƯỜI LẬP BIỂU", "", "GIÁM ĐỐC"],
    ]
    imported = load(Hợp_tác_xã=rows)
    assert told(imported) == []
    assert [found.origin[-6:] for found in imported.found] == ["dòng 5", "dòng 9"]


def test_a_header_may_have_two_lines_and_merged_cells():
    """The upper line and the one below it are read together; a unit may stand in the lower."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("Hợp tác xã")
        page.merge_range("A1:H1", "DANH SÁCH")
        for at, head in enumerate(HTX):
            page.merge_range(1, at, 2, at, head)
        page.merge_range("E2:G2", "Tình trạng pháp lý")
        page.write_row("E3", ["Tình trạng", "Từ ngày", "Đến ngày"])
        page.write_row("H2", ["Vốn điều lệ"])
        page.write_row("H3", ["(triệu đồng)"])
        page.write_row("A4", [*A, "Đang hoạt động", "1/2/2015", "", 1500.5])
    imported = assemble([read(out.getvalue())], EMPTY, on=DAY)
    assert told(imported) == []
    assert only(imported, LegalStatus).since == dt.date(2015, 2, 1)
    assert only(imported, Cooperative).charter_capital == 1_500_500_000


def test_what_is_not_known_is_told_and_passed_over():
    """An unknown sheet, an unknown header and a header that comes twice are doubts; the rest is read."""
    imported = load(Hợp_tác_xã=[(*HTX, "Màu cờ", "MST"), (*A, "đỏ", "1")], Nháp=[["x"]], Hướng_dẫn=[["x"]])
    assert sorted(told(imported)) == [
        ("Hợp tác xã", "E1", "header.unknown"),
        ("Hợp tác xã", "F1", "header.twice"),
        ("Nháp", "", "sheet.unknown"),
    ]
    assert all(one.severity is Severity.WARNING for one in imported.problems)
    assert len(every(imported, Cooperative)) == 1


def test_a_missing_column_is_a_fault_of_the_sheet():
    """Without a required column nothing of the sheet is read; of a code and a name either is enough."""
    assert told(load(Hợp_tác_xã=[HTX[:1], A[:1]])) == [("Hợp tác xã", "", "header.missing")]
    assert told(load(Hợp_tác_xã=[("Tên đơn vị", "MST"), A[::2]])) == [("Hợp tác xã", "A1", "column.missing")]
    assert told(load(Số_liệu_năm=[("Doanh thu", "Kỳ số liệu"), (1, 2023)])) == [("Số liệu năm", "A1", "column.missing")]
    assert told(load(Hợp_tác_xã=[HTX, A], Số_liệu_năm=[("MST", "Kỳ số liệu"), (AN_BINH, 2023)])) == []


def test_what_is_no_workbook_is_refused():
    """Bytes of another format are misuse, and so is nothing at all."""
    for data in (b"", b"xin chao", b"PK\x03\x04 broken"):
        with pytest.raises(WorkbookError, match=r"a\.xlsx"):
            read(data)


def test_an_empty_workbook_gives_nothing():
    """No row is no fault."""
    imported = load(Hợp_tác_xã=[HTX], Tham_gia=[])
    assert (imported.found, imported.problems) == ((), ())


def test_the_paper_says_its_date_and_alliance():
    """Label and value, side by side, whatever else stands there."""
    paper = read(
        workbook(
            Thông_tin=[
                ["BÁO CÁO"],
                [None, "Đơn vị gửi", "Huyện An Lão"],
                [None, "Ngày số liệu", "31/12/2023"],
                [None, "Tên Liên minh", "Liên minh HTX thành phố"],
                [None, "Địa bàn phụ trách", "TP Hải Phòng"],
                [None, "Lưu ý", "số liệu giả"],
            ]
        )
    )
    assert (paper.paper_date, paper.info["Lưu ý"]) == (DAY, "số liệu giả")
    assert only(assemble([paper], EMPTY, on=DAY), Alliance).place == "31@1900-01-01"
    wrong = read(workbook(Thông_tin=[["Ngày số liệu", "31/13/2023"]]))
    assert [(one.cell, one.code) for one in wrong.problems] == [("B1", "date.unreadable")]


# ── Cells ───────────────────────────────────────────────────────────────────────────────────────────────────────────

YEAR = ("Mã số thuế", "Kỳ số liệu")


def figure(head: str, cell: Any, key: str) -> tuple[Any, list[str]]:
    """One cell of the yearly figures: what it was read as, and the codes of what was said of it."""
    imported = load(Hợp_tác_xã=[HTX, A], Số_liệu_năm=[(*YEAR, head), (AN_BINH, "2023", cell)])
    assert all((one.sheet, one.cell) == ("Số liệu năm", "C2") for one in imported.problems)
    found = every(imported, YearFigures)
    return getattr(found[0], key) if found else "left out", [one.code for one in imported.problems]


@pytest.mark.parametrize(
    ("head", "cell", "value"),
    [
        ("Doanh thu", "1.234.500.000", 1_234_500_000),
        ("Doanh thu", "1.234,5 triệu", 1_234_500_000),
        ("Doanh thu", "2,5 tỷ đồng", 2_500_000_000),
        ("Doanh thu", 1_234_500_000.0, 1_234_500_000),
        ("Doanh thu (triệu đồng)", 1234.5, 1_234_500_000),
        ("Doanh thu (triệu đồng)", "1.234,5", 1_234_500_000),
        ("Doanh thu (triệu đồng)", "2 tỷ", 2_000_000_000),
        ("Doanh thu, ĐVT: tỷ đồng", 2.5, 2_500_000_000),
        ("Doanh thu (đồng)", 900, 900),
        ("Doanh thu", "-", None),
    ],
)
def test_money_is_read_in_its_unit(head: str, cell: Any, value: int | None):
    """The unit of money stands in the cell or in the header, and the cell goes first."""
    assert figure(head, cell, "revenue") == (value, [])


@pytest.mark.parametrize("cell", ["(20)", "-20", -20])
def test_a_loss_is_below_zero(cell: Any):
    """A profit may be a loss, written with a minus or in brackets."""
    assert figure("Lợi nhuận trước thuế (triệu đồng)", cell, "profit") == (-20_000_000, [])


def test_money_without_a_unit_is_doubted():
    """1.200 đồng of revenue is most likely 1.200 triệu: it is read as written, and told."""
    assert figure("Doanh thu", 1200, "revenue") == (1200, ["money.unit"])


@pytest.mark.parametrize("cell", ["nhiều", "hơn 5 tỷ", -5, True, dt.date(2023, 1, 1), "1.5", 1e300])
def test_money_that_is_none_is_a_fault(cell: Any):
    """A word, a bound, a loss where none can be, a flag, a date: the row is left out."""
    assert figure("Doanh thu", cell, "revenue") == ("left out", ["money.unreadable"])


@pytest.mark.parametrize(("cell", "value"), [(12, 12), ("12", 12), ("1.050", 1050), ("12 người", 12), ("", None)])
def test_counts_are_read(cell: Any, value: int | None):
    """A count is a whole number, with its noun or without."""
    assert figure("Thành viên chính thức", cell, "members_official") == (value, [])


@pytest.mark.parametrize("cell", [12.5, "hơn 200", -1, "-1", "12 triệu", "1,5"])
def test_counts_that_are_none_are_faults(cell: Any):
    """A count is never part of one, a bound, below zero or money."""
    assert figure("Thành viên chính thức", cell, "members_official") == ("left out", ["count.unreadable"])


def day_of(cell: Any) -> tuple[Any, list[str]]:
    imported = load(Hợp_tác_xã=[(*HTX, "Ngày thành lập"), (*A, cell)])
    found = every(imported, Cooperative)
    return found[0].founded if found else None, [one.code for one in imported.problems]


@pytest.mark.parametrize(
    "cell", ["5/3/2015", "05-03-2015", "2015-03-05", dt.date(2015, 3, 5), " ngày 5 tháng 3 năm 2015"]
)
def test_dates_are_read(cell: Any):
    """Dates as text, day first, and as Excel keeps them."""
    assert day_of(cell) == (dt.date(2015, 3, 5), [])


def test_dates_that_are_doubtful_or_none():
    """A bare number of days is a doubt; a year alone, and a day no calendar has, are faults."""
    assert day_of(42068) == (dt.date(2015, 3, 5), ["date.serial"])
    for cell in (2015, "2015", "31/2/2015", "1/1/15", 12.5, True):
        assert day_of(cell) == (None, ["date.unreadable"]), cell


def code_of(cell: Any) -> tuple[Any, list[str]]:
    imported = load(Hợp_tác_xã=[HTX, (*A[:2], cell, A[3])])
    found = every(imported, Cooperative)
    return found[0].tax_code if found else "left out", [one.code for one in imported.problems]


def test_tax_codes_are_checked():
    """Ten or thirteen digits with their check digit; a zero lost to Excel is put back and told."""
    assert code_of("0100 233 488") == (AN_BINH, [])
    assert code_of("0314409058-002") == ("0314409058002", [])
    assert code_of(100233488) == (AN_BINH, ["tax_code.leading_zero"])
    assert code_of("100233488") == (AN_BINH, ["tax_code.leading_zero"])
    assert code_of("") == (None, [])
    for wrong in ("0100233489", 123456, "AB00233488", "314409059", "đang làm"):
        assert code_of(wrong) == ("left out", ["tax_code.unreadable"]), wrong


@pytest.mark.parametrize("cell", ["agriculture", "nong, lam, ngu, diem nghiep", "Agriculture, forestry, fishery, salt"])
def test_choices_are_read_in_either_language(cell: str):
    """A choice is told by its value or a label, with marks or without."""
    imported = load(Hợp_tác_xã=[(*HTX, "Lĩnh vực"), (*A, cell)])
    assert only(imported, Cooperative).sector is Sector.AGRICULTURE


def test_a_choice_that_is_none_names_those_there_are():
    """The problem says what was seen and what may be written."""
    [problem] = load(Hợp_tác_xã=[(*HTX, "Lĩnh vực"), (*A, "Vũ trụ")]).problems
    assert (problem.code, problem.cell, problem.seen) == ("choice.unreadable", "E2", "Vũ trụ")
    assert "Công nghiệp – xây dựng" in problem.mend.vi
    assert "Industry and construction" in problem.mend.en


def test_ditto_takes_the_value_above():
    """'nt', '"' and 'như trên' repeat the cell above, across blank rows; with nothing above they are faults."""
    rows = [HTX, A, (B[0], "nt", B[2], '"'), (), ("HTX Hoa Sen", "như trên", HOA_SEN, " NT ")]
    imported = load(Hợp_tác_xã=rows)
    assert told(imported) == []
    assert {one.place for one in every(imported, Cooperative)} == {"305@1900-01-01"}
    assert told(load(Hợp_tác_xã=[HTX, (*A[:3], "nt")])) == [("Hợp tác xã", "D2", "ditto.nothing_above")]


def test_a_required_cell_that_is_empty_is_a_fault():
    """The cell to fill in is named."""
    assert told(load(Hợp_tác_xã=[HTX, (None, *A[1:])])) == [("Hợp tác xã", "A2", "value.missing")]
    rows = [(*HTX, "Tình trạng pháp lý từ ngày"), (*A, "1/1/2020")]
    assert [code for _, _, code in told(load(Hợp_tác_xã=rows))] == ["value.missing"]


def test_own_fields_of_a_plugin_kind():
    """A plugin's kind brings its own columns: flags, percents, required counts; its values become details."""
    kind = EventKind(
        "survey",
        Label("Khảo sát", "Survey"),
        (
            count("Số phiếu", "Forms").named("forms"),
            percent("Tỷ lệ trả lời", "Answered").named("answered", required=False),
            flag("Có báo cáo", "Reported").named("reported", required=False),
        ),
    )
    sheets = register_sheets((*OWN_KINDS, kind))
    head = ("Mã hoạt động", "Tên hoạt động", "Từ ngày", "Số phiếu", "Tỷ lệ trả lời", "Có báo cáo")
    rows = [
        head,
        ("KS-1", "Khảo sát", "1/3/2023", 40, "62,5%", "có"),
        ("KS-2", "Khảo sát", "2/3/2023", None, 0.5, "nửa"),
    ]
    rows.append(("KS-3", "Khảo sát", "3/3/2023", None, 0.5, "x"))
    paper = read(workbook(Khảo_sát=rows), sheets=sheets)
    imported = assemble([paper], EMPTY, on=DAY)
    assert only(imported, Event).details == {"forms": 40, "answered": 6250, "reported": True}
    assert only(imported, Event).kind_version == "1"
    assert kind.stored() in imported.records
    assert [(one.cell, one.code) for one in imported.problems] == [
        ("E3", "percent.small"),
        ("F3", "flag.unreadable"),
        ("D4", "value.missing"),
        ("E4", "percent.small"),
    ]


def goals(*rows: tuple[Any, ...], head: str = "Mức phấn đấu") -> Imported:
    header = ("Mã chỉ tiêu", "Kỳ phấn đấu", "Ngày đề ra", head, "ĐVT")
    return load(Chỉ_tiêu_phấn_đấu=[header, *((f"m{at}", 2024, "20/12/2023", *row) for at, row in enumerate(rows))])


def test_a_goal_has_its_unit_beside_it_or_in_its_words():
    """The unit stands in its own cell, or is the noun of the quantity; without either the row is left out."""
    imported = goals(("từ 20-30", "HTX"), ("20-30 HTX", ""), (5, "tỷ đồng"), ("2 tỷ", None), (20, ""), (3, "con voi"))
    assert [one.goal for one in imported.records] == [
        between(20, 30, UNITS),
        between(20, 30, UNITS),
        exact(5_000_000_000, VND),
        exact(2_000_000_000, VND),
    ]
    assert told(imported) == [("Chỉ tiêu phấn đấu", f"D{row}", "quantity.unreadable") for row in (6, 7)]
    assert only(goals((7, None), head="Mức phấn đấu (tỷ đồng)"), type(imported.records[0])).period == "2024"


# ── Anything ────────────────────────────────────────────────────────────────────────────────────────────────────────

NASTY = st.one_of(
    st.sampled_from(
        [
            "",
            None,
            "nt",
            '"',
            "Cộng",
            "-",
            "x",
            "(1)",
            "HTX An Bình",
            AN_BINH,
            "HC-01",
            "Quận Lê Chân",
            "1/2/2023",
            "2023",
        ]
    ),
    st.sampled_from(
        ["hơn 200", "20-30 HTX", "5 tỷ", "%", "@", "999@1900-01-01", "a@2023-99-99", "9" * 40, "(", "\n;", "\u0300"]
    ),
    st.floats(-1e15, 1e15),
    st.booleans(),
    st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
)
ROWS = st.lists(st.lists(NASTY, min_size=30, max_size=30), min_size=1, max_size=4)


@settings(max_examples=60)
@given(st.sampled_from(SHEETS), ROWS)
def test_no_cell_breaks_the_reading(sheet: Any, rows: list[list[Any]]):
    """Whatever stands in the cells, nothing is raised, and every problem has its place, its words and its mend."""
    heads = [column.label.vi for column in sheet.columns]
    table: list[Any] = (
        [[head, row[0]] for head, row in zip(heads, rows * 30, strict=False)] if sheet.paper else [heads, *rows]
    )
    pages = {sheet.title.vi: table, "Tham gia 2023": [("Mã hoạt động", "MST"), ("HC-01", AN_BINH)]}
    imported = load(EMPTY, **pages)
    for one in imported.problems:
        assert all((one.file, one.sheet, one.code, one.what.vi, one.what.en, one.mend.vi, one.mend.en)), one
    assert assemble([], Register.of(Snapshot.of(imported.records)), on=DAY).found == ()
