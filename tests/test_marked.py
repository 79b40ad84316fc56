"""Workbooks for senders: the one handed back with its faults marked, and the empty one to fill in."""

import datetime as dt
import io

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from tests.papers import AN_BINH, DAY, EMPTY, HTX, SHEETS, A, only, workbook

from coopkit.cooperative import Cooperative
from coopkit.exporters.marked import MARKED_ROWS, marked_workbook
from coopkit.exporters.template import template_workbook
from coopkit.field import FieldKind
from coopkit.importers import assemble, read_file
from coopkit.importers.book import sheets_of
from coopkit.problem import Problem, Severity
from coopkit.sheet import Role
from coopkit.text import Label

RED, AMBER = "FFF4B6B6", "FFFFE3A3"
DOUBTFUL = (*A[:3], "le chan")
BAD = ("=HTX Sao Mai", "Trại", AN_BINH[:-1] + "9", "Quận Hải An")


def imported(data, file="a.xlsx"):
    return assemble([read_file(data, file=file, sheets=SHEETS)], EMPTY, on=DAY)


def marked(data, file="a.xlsx", lang="vi"):
    name, made = marked_workbook(data, file, imported(data, file).problems, lang)
    return name, openpyxl.load_workbook(io.BytesIO(made))


def theirs(**cells):
    """A sender's workbook with faults, their own looks and a comment."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(Hợp_tác_xã=[HTX, DOUBTFUL, BAD], Tờ_riêng=[["của họ"]])))
    page = book["Hợp tác xã"]
    page["A2"].font = Font(name="Times New Roman", italic=True)
    page["B3"].comment = Comment("hỏi chị An", "chị An")
    page["A1"].fill = PatternFill("solid", start_color="FF00FF00")
    page.column_dimensions["A"].width = 55
    for cell, value in cells.items():
        page[cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ── Handed back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_faulty_cells_are_filled_and_told():
    """Red for an error, amber for a doubt; the comment says what is wrong and how to mend it, under it their own."""
    _, book = marked(theirs())
    page = book["Hợp tác xã"]
    fills = {cell.coordinate: cell.fill.start_color.rgb for row in page for cell in row if cell.comment}
    assert fills == {"B3": RED, "C3": RED, "D2": AMBER}
    assert "Lỗi: không có trong danh sách" in page["B3"].comment.text
    assert "Cách sửa: chọn: Hợp tác xã;" in page["B3"].comment.text
    assert page["B3"].comment.text.endswith("hỏi chị An")
    assert page["D2"].comment.text.startswith("Cần xem: được hiểu là Quận Lê Chân")


def test_what_was_theirs_stays():
    """Looks, widths and sheets that coopkit does not know are as they were; a text that begins like a formula too."""
    _, book = marked(theirs())
    page = book["Hợp tác xã"]
    assert (page["A2"].font.name, page["A2"].font.italic) == ("Times New Roman", True)
    assert page["A1"].fill.start_color.rgb == "FF00FF00"
    assert page.column_dimensions["A"].width == 55
    assert book.sheetnames == ["Lỗi cần sửa", "Hợp tác xã", "Tờ riêng"]
    assert (page["A3"].value, page["A3"].data_type) == ("=HTX Sao Mai", "s")


def test_the_first_sheet_lists_the_faults():
    """One line for each, in order, with a link to its cell; it is the sheet that opens."""
    _, book = marked(theirs())
    page = book["Lỗi cần sửa"]
    assert book.active is page
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == ["STT", "Trang", "Ô", "Giá trị", "Mức độ", "Vấn đề", "Cách sửa"]
    assert [row[:5] for row in rows[1:]] == [
        [1, "Tờ riêng", None, "Tờ riêng", "Cần xem"],
        [2, "Hợp tác xã", "D2", "le chan", "Cần xem"],
        [3, "Hợp tác xã", "B3", "Trại", "Lỗi"],
        [4, "Hợp tác xã", "C3", BAD[2], "Lỗi"],
    ]
    links = {cell.coordinate: cell.hyperlink.location for row in page for cell in row if cell.hyperlink}
    assert links == {"B2": "'Tờ riêng'!A1", "C3": "'Hợp tác xã'!D2", "C4": "'Hợp tác xã'!B3", "C5": "'Hợp tác xã'!C3"}


@pytest.mark.parametrize(
    "seen", ["=cmd|' /C calc'!A0", "+84 225", "-1", "@sum", "\t=1", "#N/A", "a\x01b", "=" * 40_000]
)
@pytest.mark.parametrize("data", [workbook(Hợp_tác_xã=[HTX, A]), b""])
def test_no_text_becomes_a_formula(seen, data):
    """What a sender wrote stays text in the list, marked as such, whatever it begins with."""
    problem = Problem("x", Label("sai", "wrong"), Label("sửa", "mend"), sheet="Hợp tác xã", cell="A2", seen=seen)
    book = openpyxl.load_workbook(io.BytesIO(marked_workbook(data, "a.xlsx", [problem])[1]))
    cell = book["Lỗi cần sửa"]["D2"]
    assert cell.data_type == "s"
    assert str(cell.value) == seen.replace("\x01", "")[:32_767]
    assert bool(cell.quotePrefix) == (seen[0] in "=+-@\t")


def test_a_marked_workbook_is_sent_again():
    """Its list is no sheet to read; once its faults are mended, their marks go, and the sender's own comment stays."""
    _, book = marked(theirs())
    for cell, value in {"A3": "HTX Sao Mai", "B3": "HTX", "C3": None, "D2": "Quận Lê Chân"}.items():
        book["Hợp tác xã"][cell] = value
    out = io.BytesIO()
    book.save(out)
    again = imported(out.getvalue())
    assert [problem.sheet for problem in again.problems] == ["Tờ riêng"]
    _, clean = marked(out.getvalue())
    page = clean["Hợp tác xã"]
    assert {cell.fill.fill_type for row in page["A2:D3"] for cell in row} == {None}
    assert [(cell.coordinate, cell.comment.text) for row in page for cell in row if cell.comment] == [
        ("B3", "hỏi chị An")
    ]
    assert clean.sheetnames == ["Lỗi cần sửa", "Hợp tác xã", "Tờ riêng"]


def test_a_merged_cell_is_marked_where_it_is_seen():
    """A fault within a merged range is marked at its first cell."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(Hợp_tác_xã=[HTX, A])))
    book["Hợp tác xã"].merge_cells("A2:B3")
    out = io.BytesIO()
    book.save(out)
    problem = Problem("x", Label("sai", "wrong"), Label("sửa", "mend"), sheet="Hợp tác xã", cell="B3")
    book = openpyxl.load_workbook(io.BytesIO(marked_workbook(out.getvalue(), "a.xlsx", [problem])[1]))
    assert book["Hợp tác xã"]["A2"].comment.text == "Lỗi: sai.\nCách sửa: sửa."


def test_the_same_faults_give_the_same_bytes():
    """No clock is in it, neither in a marked workbook nor in a list."""
    data = theirs()
    for given in (data, b""):
        made = [marked_workbook(given, "a.xlsx", imported(data).problems)[1] for _ in range(2)]
        assert made[0] == made[1]


def test_only_the_file_s_own_faults_are_told_in_its_sender_s_language():
    """Of several files each sender gets their own."""
    problems = [Problem("x", Label("sai", "wrong"), Label("sửa", "mend"), file=file) for file in ("a.csv", "b.csv")]
    name, data = marked_workbook(b"a,b", "b.csv", problems, "en")
    [grid] = sheets_of(data, name)
    assert (name, grid.title) == ("b - faults to mend.xlsx", "Faults to mend")
    assert grid.rows()[1:] == [[1.0, "", "", "", "Error", "wrong", "mend"]]


def test_a_large_workbook_gets_the_list():
    """Above the limit the workbook is not written again; calamine reads the list."""
    rows = [("HTX", "Trại", "", "")] * (MARKED_ROWS + 1)
    data = workbook(Hợp_tác_xã=[HTX, *rows])
    _, made = marked_workbook(data, "a.xlsx", imported(data).problems)
    [grid] = sheets_of(made, "a.xlsx")
    told = grid.rows()
    assert (grid.title, told[1][1:5]) == ("Lỗi cần sửa", ["Hợp tác xã", "B2", "Trại", "Lỗi"])
    assert len(told) == 1 + MARKED_ROWS + 1


# ── To fill in ──────────────────────────────────────────────────────────────────────────────────────────────────────


def template(sheets=SHEETS, lang="vi"):
    data = template_workbook(sheets, created=DAY, lang=lang)
    return data, openpyxl.load_workbook(io.BytesIO(data))


def test_an_empty_template_is_read_without_a_problem():
    """All sheets are found with all their columns, and the lists behind the dropdowns are no sheet."""
    read = read_file(template()[0], file="mẫu.xlsx", sheets=SHEETS)
    assert read.problems == ()
    assert [table.sheet.key for table in read.tables] == [sheet.key for sheet in SHEETS]
    assert all(table.numbers == [] for table in read.tables if not table.upright)
    for table in read.tables[1:]:
        assert set(table.letters) == {column.key for column in table.sheet.columns}


@pytest.mark.parametrize("sheets", [SHEETS[:1], SHEETS[1:2], SHEETS[3:6], SHEETS[-1:]])
def test_a_template_has_just_the_sheets_asked_for(sheets):
    """A district fills in what it answers for, no more."""
    book = template(sheets)[1]
    shown = [page.title for page in book.worksheets if page.sheet_state == "visible"]
    assert shown == [sheet.title.vi for sheet in sheets]


def test_what_is_filled_in_is_read():
    """From row 3 on, as the line of guidance says."""
    book = template()[1]
    page = book["Hợp tác xã"]
    at = {cell.value.removesuffix(" *"): cell.column for cell in page[2]}
    for title, value in {
        "Tên đơn vị": "HTX An Bình",
        "Loại hình": "Hợp tác xã",
        "Ngày thành lập": dt.date(2012, 5, 7),
        "Mã số thuế": AN_BINH,
    }.items():
        page.cell(3, at[title], value)
    out = io.BytesIO()
    book.save(out)
    found = imported(out.getvalue())
    assert found.problems == ()
    assert (only(found, Cooperative).founded, only(found, Cooperative).tax_code) == (dt.date(2012, 5, 7), AN_BINH)


@pytest.mark.parametrize("sheet", SHEETS[1:], ids=lambda sheet: sheet.key)
def test_each_column_says_what_it_asks(sheet):
    """Required ones have a star and a colour, choices a dropdown of every label, dates their format; all a hint."""
    book = template()[1]
    page = book[sheet.title.vi]
    asked = {next(iter(one.sqref.ranges)).min_col: one for one in page.data_validations.dataValidation}
    for at, column in enumerate(sheet.columns, 1):
        head = page.cell(2, at)
        assert head.value.endswith(" *") == column.required
        assert head.fill.start_color.rgb == ("FFFCE8C8" if column.required else "FFE7EEF7")
        kind = column.field.kind
        if kind is FieldKind.DATE:
            [look] = (one for one in page.column_dimensions.values() if one.min <= at <= one.max)
            assert look.number_format == "dd/mm/yyyy"
            assert asked[at].type == "date"
        elif kind in {FieldKind.CHOICE, FieldKind.FLAG} and column.role is Role.VALUE:
            title, _, area = asked[at].formula1.rpartition("!")
            offered = [row[0].value for row in book[title.strip("'")][area.replace("$", "")]]
            assert offered == [option.label.vi for option in column.field.options] or offered == ["Có", "Không"]
        if kind is not FieldKind.TEXT or column.role is not Role.VALUE:
            assert asked[at].prompt
    assert page.freeze_panes == "B3"


def test_a_template_speaks_either_language():
    """The guidance does; headers are as the papers have them. No clock is in it."""
    assert "dd/mm/yyyy" in template(lang="en")[1]["Hợp tác xã"]["A1"].value
    assert template(lang="en")[1]["Hợp tác xã"]["A1"].value.startswith("One record a row")
    assert template()[0] == template()[0]


def test_severities_all_have_a_look():
    """A new severity cannot be forgotten here."""
    for severity in Severity:
        problem = Problem("x", Label("a", "a"), Label("b", "b"), severity=severity, sheet="Hợp tác xã", cell="A2")
        made = marked_workbook(workbook(Hợp_tác_xã=[HTX, A]), "a.xlsx", [problem])[1]
        assert openpyxl.load_workbook(io.BytesIO(made))["Hợp tác xã"]["A2"].fill.fill_type == "solid"
