"""Score sheets: what is written is read back, also through LibreOffice, and each bad cell is named with its place."""

import datetime as dt
import io
import subprocess

import openpyxl
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.campaigns import launched, office, register

from coopkit.campaign import Criterion, Points, Score
from coopkit.errors import CampaignError, WorkbookError
from coopkit.exporters.score_sheet import ScoreLine, ScoreSheet, score_lines, write_score_sheets
from coopkit.importers.score_sheet import read_score_sheets
from coopkit.problem import Severity
from coopkit.text import Label, nfc
from coopkit.workspace import ScoreSheets

DAY = dt.date(2024, 11, 1)
LINES = (
    ScoreLine("I", "Tổ chức sản xuất", group=True, maximum=2000),
    ScoreLine("1", "Doanh thu", depth=1, maximum=750, bonus=150, step=50, computed=700, points=750, reason="Số mới"),
    ScoreLine("2", "Thành viên", depth=1, maximum=1000, step=100, points=0, evidence="Biên bản số 01"),
    ScoreLine("1.10", "Họp đúng kỳ", depth=1, maximum=200, step=25),
    ScoreLine("II", "Trừ điểm, loại trừ", group=True),
    ScoreLine("t", "Nộp báo cáo chậm", depth=1, maximum=300, step=100, penalty=True, points=200),
    ScoreLine("v", "Vi phạm pháp luật", depth=1, disqualifies=True, points=0),
)
SHEET = ScoreSheet(
    "p24", "Phong trào thi đua năm 2024", "self", "Tự chấm điểm", "u1", "HTX Mẫu 01", "u1", "HTX Mẫu 01", LINES
)
OTHER = evolve(SHEET, unit="u2", unit_name="HTX Mẫu 02")
# Where the lines stand: I is row 9, then 10, 11, 12, II is 13, 14, 15; G is the column of points.


def read(data):
    return read_score_sheets("phieu.xlsx", data)


def told(sheets):
    """What reading must give for these sheets."""
    return [
        (*(sheet.campaign, sheet.stage, sheet.scorer, sheet.unit, line.criterion, line.points), *texts)
        for sheet in sheets
        for line in sheet.lines
        for texts in [(nfc(line.reason), nfc(line.evidence))]
        if not line.group
    ]


def got(scores):
    return [
        (one.campaign, one.stage, one.scorer, one.unit, one.criterion, one.points, one.reason, one.evidence)
        for one in scores.cells
    ]


def changed(cells, sheets=(SHEET, OTHER), title="HTX Mẫu 01"):
    """The sheets after somebody changed these cells in the first."""
    book = openpyxl.load_workbook(io.BytesIO(write_score_sheets(sheets, created=DAY)))
    for cell, value in cells.items():
        book[title][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_is_written_is_read_back():
    """Points, what is empty, what is 0, reasons and evidence; the same bytes twice."""
    data = write_score_sheets([SHEET, OTHER], created=DAY)
    assert data == write_score_sheets([SHEET, OTHER], created=DAY)
    scores = read(data)
    assert scores.problems == ()
    assert got(scores) == told([SHEET, OTHER])
    assert scores.cells[0].where == "phieu.xlsx · HTX Mẫu 01 · G10"


def test_no_sheets():
    """Nothing to score is an empty workbook."""
    assert read(write_score_sheets([], created=DAY)).cells == ()


KEYS = st.text("abcđê12.-", min_size=1, max_size=6)
TEXTS = st.text("aăâđêôơưạảấ Đ=+-@'\"<&;0,5\n", max_size=20)
IDS = st.text("abcđ-0123 =", min_size=1, max_size=12)


@st.composite
def lines(draw):
    made = []
    for key in draw(st.lists(KEYS, max_size=8, unique=True)):
        step = draw(st.sampled_from((5, 10, 25, 50, 100)))
        most, bonus = draw(st.integers(1, 20)) * step, draw(st.integers(0, 4)) * step
        kind = draw(st.sampled_from(("group", "penalty", "disqualifies", "", "")))
        points = st.integers(0, 1) if kind == "disqualifies" else st.integers(0, (most + bonus) // step)
        given = draw(st.none() | points)
        given = given if given is None or kind == "disqualifies" else given * step
        line = ScoreLine(key, draw(TEXTS), depth=draw(st.integers(0, 3)), maximum=most, bonus=bonus, step=step)
        line = evolve(line, points=given, reason=draw(TEXTS), evidence=draw(TEXTS))
        is_group, is_penalty = kind == "group", kind == "penalty"
        made.append(evolve(line, group=is_group, penalty=is_penalty, disqualifies=kind == "disqualifies"))
    return tuple(made)


@given(st.lists(st.tuples(IDS, TEXTS, lines()), max_size=3, unique_by=lambda one: one[0]), IDS)
def test_any_sheets_are_read_back(units, scorer):
    """Whatever the definition and the texts, what is written is what is read."""
    sheets = [ScoreSheet("p", "P", "self", "S", scorer, "N", unit, name, lines) for unit, name, lines in units]
    scores = read(write_score_sheets(sheets, created=DAY))
    assert [str(problem) for problem in scores.problems] == []
    assert got(scores) == [
        (*one[:6], *(("" if text in {"-", "–"} else text) for text in one[6:])) for one in told(sheets)
    ]


@pytest.mark.parametrize("value", ["7,5", "7.5", 7.5, " 7,50 ", "7,5 điểm", "+7.5"])
def test_points_as_people_write_them(value):
    """Comma and dot, a number and a text, are one score."""
    scores = read(changed({"G10": value}))
    assert scores.problems == ()
    assert next(one for one in scores.cells if one.criterion == "1").points == 750


@pytest.mark.parametrize(
    ("cell", "value", "code", "said"),
    [
        ("G10", "mười", "points.unreadable", "7,5"),
        ("G10", "7.5.1", "points.unreadable", "7,5"),
        ("G10", "7,505", "points.unreadable", "hai chữ số"),
        ("G10", 7.505, "points.unreadable", "hai chữ số"),
        ("G10", True, "points.unreadable", "chữ số"),
        ("G10", "1/2", "points.unreadable", "chữ số"),
        ("G10", "1e2", "points.unreadable", "chữ số"),
        ("G10", dt.datetime(2024, 5, 7), "points.unreadable", "định dạng ô là số"),  # noqa: DTZ001 - cells have no zone
        ("G10", 9.5, "points.above", "từ 0 đến 9"),
        ("G10", 7.25, "points.step", "7 hoặc 7,5"),
        ("G11", "9,5", "points.step", "9 hoặc 10"),
        ("G10", -1, "points.negative", "từ 0"),
        ("G10", "−1", "points.negative", "từ 0"),
        ("G14", -1, "points.negative", "điểm trừ"),
        ("G14", 4, "points.above", "từ 0 đến 3"),
        ("G15", 2, "points.flag", "Có hoặc Không"),
        ("G15", "có lẽ", "points.flag", "Có hoặc Không"),
        ("G10", "#REF!", "cell.formula", "xóa công thức"),
        ("G10", "#DIV/0!", "cell.formula", "xóa công thức"),
        ("A10", "9.9", "criterion.unknown", "1.10"),
        ("A10", None, "criterion.unknown", "thiếu mã"),
        ("A11", "1", "criterion.twice", "A10"),
    ],
)
def test_a_bad_cell_is_named(cell, value, code, said):
    """File, sheet, cell, what is wrong and how to mend it; all other cells are read."""
    scores = read(changed({cell: value}))
    [problem] = scores.problems
    assert (problem.file, problem.sheet, problem.cell, problem.code) == ("phieu.xlsx", "HTX Mẫu 01", cell, code)
    assert said in str(problem)
    assert problem.mend.en
    assert len(scores.cells) == 9


def test_an_empty_cell_is_not_scored_and_0_is():
    """None and 0 are two things."""
    scores = read(changed({"G10": None, "G11": 0, "G12": " "}))
    assert scores.problems == ()
    assert [one.points for one in scores.cells[:3]] == [None, 0, None]


def test_yes_and_no():
    """What disqualifies is found with 1 point."""
    assert [read(changed({"G15": value})).cells[4].points for value in ("Có", "không", "x", 1, None)] == [
        1,
        0,
        1,
        1,
        None,
    ]


def test_a_formula_counts_with_what_it_gives():
    """A program that computes leaves its value beside the formula, with the noise of its arithmetic."""
    assert read(changed({"G10": 0.1 + 0.2 + 7.2})).cells[0].points == 750


def test_evidence_that_is_an_error_leaves_the_score():
    """A warning: the points are kept."""
    scores = read(changed({"I10": "#REF!"}))
    [problem] = scores.problems
    assert (problem.cell, problem.severity) == ("I10", Severity.WARNING)
    assert (scores.cells[0].points, scores.cells[0].evidence) == (750, "")


def test_a_row_that_was_added():
    """A criterion that the sheet does not know, under the table."""
    scores = read(changed({"A20": "9.9", "G20": 5}))
    assert [(one.cell, one.code, one.seen) for one in scores.problems] == [("A20", "criterion.unknown", "9.9")]
    assert len(scores.cells) == 10


def edited(change):
    """The sheets after somebody did something to the workbook."""
    book = openpyxl.load_workbook(io.BytesIO(write_score_sheets([SHEET, OTHER], created=DAY)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return read(out.getvalue())


def test_the_key_block_is_missing():
    """Nobody knows whose the sheet is: told, and the other sheet is read."""
    scores = edited(lambda book: book["HTX Mẫu 01"].delete_cols(11, 4))
    assert [(one.sheet, one.code) for one in scores.problems] == [("HTX Mẫu 01", "sheet.key_missing")]
    assert {one.unit for one in scores.cells} == {"u2"}


@pytest.mark.parametrize("cell", ["L2", "L3", "L4", "L5"])
def test_a_key_is_missing(cell):
    """Campaign, stage, scorer, unit: each is needed."""
    scores = read(changed({cell: None}))
    assert [(one.sheet, one.code) for one in scores.problems] == [("HTX Mẫu 01", "sheet.key_missing")]


def test_the_headers_are_missing():
    """Without the header of the points nothing can be read."""
    scores = read(changed({"G8": "Số"}))
    assert [(one.sheet, one.code) for one in scores.problems] == [("HTX Mẫu 01", "header.missing")]


def test_a_sheet_that_somebody_added():
    """Told as a doubt; an empty one is nothing."""

    def change(book):
        book.create_sheet("Ghi chép")["A1"] = "Điểm của tôi"
        book.create_sheet("Sheet1")

    scores = edited(change)
    [problem] = scores.problems
    assert (problem.sheet, problem.code, problem.severity) == ("Ghi chép", "sheet.unknown", Severity.WARNING)
    assert len(scores.cells) == 10


def test_a_sheet_that_somebody_copied():
    """The first is read, the copy is told."""
    scores = edited(lambda book: book.copy_worksheet(book["HTX Mẫu 01"]))
    assert [(one.sheet, one.code) for one in scores.problems] == [("HTX Mẫu 01 Copy", "sheet.twice")]
    assert len(scores.cells) == 10


def test_rows_and_columns_that_moved():
    """Rows that were sorted, and lines put above the table, move nothing."""

    def change(book):
        book["HTX Mẫu 01"].insert_rows(1, 2)

    scores = edited(change)
    assert scores.problems == ()
    assert got(scores) == told([SHEET, OTHER])
    assert scores.cells[0].cell == "G12"


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04 broken"])
def test_no_workbook(data):
    """What is no workbook is refused as one."""
    with pytest.raises(WorkbookError, match=r"phieu\.xlsx"):
        read(data)


def test_the_sheet_guards_itself():
    """Only what is to be filled in is open; points are checked as they are typed; the total is a formula."""
    page = openpyxl.load_workbook(io.BytesIO(write_score_sheets([SHEET], created=DAY)))["HTX Mẫu 01"]
    assert page.protection.sheet
    assert [row[0].row for row in page["G9:G16"] if not row[0].protection.locked] == [10, 11, 12, 14, 15]
    assert page["B10"].protection.locked
    assert page.freeze_panes == "C9"
    assert page.column_dimensions["K"].hidden
    checked = {str(one.sqref): (one.type, one.formula1, one.formula2) for one in page.data_validations.dataValidation}
    assert checked["G10"] == ("decimal", "0", "9.0")
    assert checked["G15"] == ("list", '"Có,Không"', None)
    assert page["G16"].value.startswith("=SUMIF")
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")


def test_titles_of_sheets():
    """Units of one name, or of a name that Excel does not allow, have a sheet each."""
    names = ["HTX Mẫu", "htx mẫu", "A/B: [C]*?'", "", "H" * 40, "H" * 41, "History", "𝒳" * 20]
    sheets = [evolve(SHEET, unit=str(at), unit_name=name) for at, name in enumerate(names)]
    scores = read(write_score_sheets(sheets, created=DAY))
    assert scores.problems == ()
    assert len({one.sheet for one in scores.cells}) == len(names)
    assert {one.unit for one in scores.cells} == set(map(str, range(len(names))))


def test_lines_of_a_definition():
    """Each group before its criteria, with their measures."""
    leaf = Criterion("1.1", Label("Họp", "Meet"), Points(750), step=Points(50), bonus=Points(150))
    group = Criterion("1", Label("Nhóm", "Group"), Points(1000), criteria=(leaf,))
    assert list(score_lines([group])) == [
        ScoreLine("1", "Nhóm", group=True, maximum=1000),
        ScoreLine("1.1", "Họp", depth=1, maximum=750, bonus=150, step=50),
    ]


@pytest.mark.needs("soffice")
def test_through_libreoffice(soffice, tmp_path):
    """A sheet that was opened and saved elsewhere says the same; totals are computed, errors of formulas named."""
    bad = changed({"G10": "mười", "G11": "=1/0", "G12": "7.5.1"}, sheets=(SHEET,))
    for name, data in (("good.xlsx", write_score_sheets([SHEET, OTHER], created=DAY)), ("bad.xlsx", bad)):
        (tmp_path / name).write_bytes(data)
    profile, out = f"-env:UserInstallation=file://{tmp_path}/profile", tmp_path / "out"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    files = [str(tmp_path / "good.xlsx"), str(tmp_path / "bad.xlsx")]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=180)
    scores = read((out / "good.xlsx").read_bytes())
    assert scores.problems == ()
    assert got(scores) == told([SHEET, OTHER])
    page = openpyxl.load_workbook(out / "good.xlsx", data_only=True)["HTX Mẫu 01"]
    assert (page["G9"].value, page["G13"].value, page["G16"].value) == (7.5, -2, 5.5)
    scores = read((out / "bad.xlsx").read_bytes())
    assert [(one.cell, one.code) for one in scores.problems] == [
        ("G10", "points.unreadable"),
        ("G11", "cell.formula"),
        ("G12", "points.unreadable"),
    ]
    assert len(scores.cells) == 2


@pytest.fixture
def at(tmp_path):
    """A campaign with its self-scores open, where two units have one name."""
    records = [evolve(one, name="HTX A1") if getattr(one, "id", "") == "a2" else one for one in register()]
    with office(tmp_path, records) as desk:
        yield launched(desk)


def scored(at, unit, points=400, **more):
    """A workbook in which a unit gives itself points."""
    line = ScoreLine("2", "Họp khối", maximum=500, bonus=150, step=50, points=points)
    told = {"campaign": at.campaign, "stage": "self", **more}
    sheet = evolve(SHEET, **told, scorer=unit, unit=unit, unit_name=unit, lines=(line,))
    return write_score_sheets([sheet], created=DAY)


def test_units_of_one_name_have_a_file_each(at):
    """Their tax code or id is in its name."""
    files = ScoreSheets(at).write(DAY)
    assert len(files) == 8
    assert {"self-HTX A1-a1.xlsx", "self-HTX A1-a2.xlsx", "self-HTX A3.xlsx"} <= set(files)


@pytest.mark.parametrize(
    ("more", "said"),
    [({"stage": "cross"}, "giai đoạn Chấm chéo, đang mở Tự chấm"), ({"campaign": "x"}, "phong trào khác")],
)
def test_a_foreign_sheet_stops_all_before_anything_is_written(at, more, said):
    """It is told by file and sheet."""
    with pytest.raises(CampaignError, match=rf"b\.xlsx · b1: là phiếu của {said}"):
        ScoreSheets(at).read({"a.xlsx": scored(at, "a1"), "b.xlsx": scored(at, "b1", **more)})
    assert not list(at.whole.records(Score))


def test_points_that_are_refused_are_told_with_their_file(at):
    """What the files before wrote is told, too."""
    with pytest.raises(CampaignError, match=r"^b\.xlsx: zz.*đã nhập 1 điểm"):
        ScoreSheets(at).read({"a.xlsx": scored(at, "a1"), "b.xlsx": scored(at, "zz")})
    assert [one.cooperative for one in at.whole.records(Score)] == ["a1"]
