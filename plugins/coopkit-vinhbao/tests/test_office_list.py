"""Reading the district's own list: whatever its layout, what is wrong in it is told at its own row."""

import datetime as dt
import io
import runpy
import unicodedata
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from coopkit import Actor, Period, Registry, WorkbookError, Workspace, load_demo
from coopkit_vinhbao.office_list import read_list

EXAMPLE = Path(__file__).parents[3] / "examples" / "vinhbao"
MAKE = runpy.run_path(str(EXAMPLE / "make.py"))
IMPORTER = "vinhbao.danh_sach_ocop"
HEAD = ["TT", "Tên chủ thể", "Tên sản phẩm", "Số sao", "Quyết định", "Ngày công nhận"]
DAY = dt.date(2023, 6, 15)
ONE = "Hợp tác xã Chăn nuôi Sương Ca"
OTHER = "Hợp tác xã Nông nghiệp Cánh Sớm"


def workbook(*sheets, merged=()):
    """A workbook with these sheets of rows; `merged` are (first row, last row, column, text) of the first one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)
            for top, bottom, column, text in merged if rows is sheets[0] else ():
                sheet.merge_range(top, column, bottom, column, text)
    return out.getvalue()


def told(data):
    """What a list says, by row of the file: owner, product, stars, decision, from, to."""
    [rows] = read_list(data).values()
    head = next(row for row in rows if row)
    keys = ["Tên đơn vị", "Tên sản phẩm", "Số sao", "Quyết định công nhận", "Từ ngày", "Công nhận có giá trị đến"]
    columns = [head.index(key) for key in keys]
    numbered = list(enumerate(rows, 1))[rows.index(head) + 1 :]
    return {number: tuple(row[at] for at in columns) for number, row in numbered if row and row[columns[1]]}


# ── What the list says ──────────────────────────────────────────────────────────────────────────────────────────────

names = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxy ộẽ"), min_size=1, max_size=20).map(
    lambda one: f"HTX {one.strip()}".strip()
)
decisions = st.integers(1, 999).map(lambda one: f"{one}/QĐ-UBND")
dates = st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31))


@given(st.lists(st.tuples(names, names, st.integers(0, 9), decisions, dates), max_size=12))
def test_round_trip(lines):
    """A list that the office wrote says the same when it is read, each line at its own row of the file."""
    found = told(MAKE["write_list"](lines))
    found.pop(6 + len(lines))  # the line of totals, which coopkit passes over
    assert [(number, line[:5]) for number, line in found.items()] == [
        (number, (owner, product, f"{stars} sao", decision, recognised))
        for number, (owner, product, stars, decision, recognised) in enumerate(lines, 6)
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([HEAD, [1, ONE, "Mật ong", 3, "1/QĐ", DAY]], {2: (ONE, 3.0, DAY, dt.date(2026, 6, 15))}),
        ([HEAD, [1, ONE, "Mật ong", 3, "1/QĐ", "15/6/2023"]], {2: (ONE, 3.0, "15/6/2023", dt.date(2026, 6, 15))}),
        ([HEAD, [1, ONE, "Mật ong", 3, "1/QĐ", "hôm qua"]], {2: (ONE, 3.0, "hôm qua", "")}),
        (
            [["Tiêu đề"], [], HEAD, [1, 2, 3, 4, 5, 6], [1, ONE, "Mật ong", 3, "1/QĐ", DAY]],
            {5: (ONE, 3.0, DAY, dt.date(2026, 6, 15))},
        ),
        (
            [HEAD, [1, ONE, "Mật ong", 3, "1/QĐ", DAY], [2, "nt", "Trứng", 4, '"', "như trên"]],
            {2: (ONE, 3.0, DAY, dt.date(2026, 6, 15)), 3: (ONE, 4.0, DAY, dt.date(2026, 6, 15))},
        ),
        (
            [[unicodedata.normalize("NFD", one.upper()) for one in HEAD], [1, ONE, "Mật ong", 3, "1/QĐ", DAY]],
            {2: (ONE, 3.0, DAY, dt.date(2026, 6, 15))},
        ),
        (
            [
                [*HEAD, "Có giá trị đến"],
                [1, ONE, "Mật ong", 3, "1/QĐ", DAY, dt.date(2024, 1, 1)],
                [2, ONE, "Trứng", 3, "1/QĐ", DAY],
            ],
            {2: (ONE, 3.0, DAY, dt.date(2024, 1, 1)), 3: (ONE, 3.0, DAY, dt.date(2026, 6, 15))},
        ),
        ([HEAD[::-1], [45092, "1/QĐ", 3, "Mật ong", ONE, 1]], {2: (ONE, 3.0, 45092.0, dt.date(2026, 6, 15))}),
    ],
)
def test_layouts(rows, expected):
    """Titles, numbered columns, "nt", other spellings, another order, dates as text or numbers, an end or none."""
    found = told(workbook(rows))
    assert {number: (line[0], line[2], line[4], line[5]) for number, line in found.items()} == expected


def test_merged_owner():
    """A cooperative's name merged over its products stands for each of them."""
    rows = [HEAD, [1, "", "Mật ong", 3, "1/QĐ", DAY], [2, "", "Trứng", 3, "1/QĐ", DAY]]
    assert [line[0] for line in told(workbook(rows, merged=[(1, 2, 1, ONE)])).values()] == [ONE, ONE]


def test_code_follows_what_is_meant():
    """The same product has the same code however it is spelt; another product, owner or decision has another."""
    spelt = [[ONE, "Mật ong", "1/QĐ"], [ONE.upper(), "mật  ong", "1/QĐ"], [ONE, "Trứng", "1/QĐ"], [ONE, "Mật ong", "2"]]
    rows = [HEAD, *([n, owner, product, 3, decision, DAY] for n, (owner, product, decision) in enumerate(spelt))]
    [read] = read_list(workbook(rows)).values()
    codes = [row[read[0].index("Mã hoạt động")] for row in read[1:]]
    assert codes[0] == codes[1]
    assert len(set(codes)) == 3


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"khong phai Excel", "không phải là tệp Excel"),
        (workbook([["TT", "Tên"], [1, ONE]]), "tệp này có 0"),
        (workbook([HEAD], [HEAD]), "tệp này có 2"),
    ],
)
def test_no_list(data, what):
    """What is no list of that office is refused in words."""
    with pytest.raises(WorkbookError, match=what):
        read_list(data)


# ── Into the register ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """The example's register with the plugin on."""
    folder = tmp_path_factory.mktemp("vinhbao")
    loaded = Registry.load(modules={"vinhbao": "coopkit_vinhbao"})
    with Workspace.open(f"sqlite:///{folder}/so.db", registry=loaded) as opened:
        load_demo(opened.as_(Actor.office("an")))
        yield opened


@pytest.fixture(scope="module")
def stranger(workspace):
    """A cooperative of another district."""
    rows = workspace.as_(Actor.office("an")).snapshot().table("cooperative").to_pylist()
    return next(row["name"] for row in rows if row["place"] and row["place"].startswith("11341"))


def imported(workspace, rows, *, dry_run=True):
    desk = workspace.as_(Actor.office("an"))
    return desk.import_files({"ds.xlsx": workbook(rows)}, importer=IMPORTER, dry_run=dry_run)


@pytest.mark.parametrize(
    ("line", "code", "cell", "what"),
    [
        ([2, OTHER, "Dưa", 6, "1/QĐ", DAY], "vinhbao.sao", "A4", "số sao phải là 3, 4 hoặc 5, ở đây là 6"),
        ([2, OTHER, "Dưa", "2 sao", "1/QĐ", DAY], "vinhbao.sao", "A4", "ở đây là 2"),
        ([2, OTHER, "Dưa", 3, "1/QĐ", DAY, dt.date(2023, 6, 14)], "vinhbao.sao", "A4", "trước ngày công nhận"),
        ([2, OTHER, "Dưa", "ba sao", "1/QĐ", DAY], "", "D4", "không đọc được"),
        ([2, OTHER, "Dưa", 3, "1/QĐ", "31/2/2023"], "", "F4", "ngày"),
        ([2, "", "Dưa", 3, "1/QĐ", DAY], "", "B4", "thiếu"),
        ([2, OTHER, "", 3, "1/QĐ", DAY], "", "C4", "thiếu"),
        ([2, OTHER, "Dưa", "", "1/QĐ", DAY], "", "D4", "thiếu"),
        ([2, OTHER, "Dưa", 3, "1/QĐ", ""], "", "G4", "không có ngày công nhận"),
        ([2, "Hợp tác xã Không Có", "Dưa", 3, "1/QĐ", DAY], "", "B4", "không có"),
    ],
)
def test_a_bad_line_is_refused(workspace, line, code, cell, what):
    """A bad line is refused with its row of the file, and the good ones around it are kept."""
    rows = [[*HEAD, "Có giá trị đến"], [1, ONE, "Mật ong", 3, "1/QĐ", DAY], [], line, [3, ONE, "Trứng", 4, "1/QĐ", DAY]]
    seen = imported(workspace, rows)
    errors = [one for one in seen.problems if one.severity == "error"]
    assert errors[0].file == "ds.xlsx"
    assert errors[0].cell == cell
    assert code in errors[0].code
    assert what in str(errors[0])
    kept = {row.found.origin.rpartition(" ")[2] for row in seen.rows if row.table == "event"}
    assert kept == {"2", "5"}


def test_a_stranger_is_refused(workspace, stranger):
    """A cooperative that does not lie in Vĩnh Bảo cannot come in by its list."""
    seen = imported(workspace, [HEAD, [1, ONE, "Mật ong", 3, "1/QĐ", DAY], [2, stranger, "Dưa", 3, "1/QĐ", DAY]])
    assert {(one.code, one.cell) for one in seen.problems} == {("plugin.place", "A3"), ("check.depends", "A3")}
    assert [row.found.record.details["product"] for row in seen.rows if row.table == "event"] == ["Mật ong"]


def test_totals_and_signatures_are_passed_over(workspace):
    """Below the products may stand totals, the place and date, and who signs."""
    rows = [
        HEAD,
        [1, ONE, "Mật ong", 3, "1/QĐ", DAY],
        ["Tổng cộng", "", "1 sản phẩm"],
        [],
        ["", "", "", "", "Vĩnh Bảo, ngày 20 tháng 12 năm 2023"],
        ["", "Người lập biểu", "", "", "Chủ tịch"],
    ]
    seen = imported(workspace, rows)
    assert seen.problems == ()
    assert sum(row.table == "event" for row in seen.rows) == 1


def test_an_imported_product_opens_from_its_figure(workspace):
    """What came in by the list stands behind the figure, with where it came from."""
    imported(workspace, [HEAD, [1, ONE, "Mật ong", 4, "1/QĐ", DAY]], dry_run=False)
    desk = workspace.as_(Actor.office("an"))
    assert desk.evaluate(Period.parse("2023")).cell("vinhbao.ocop_4_stars").value.low == 1
    source = desk.records("vinhbao.ocop_4_stars", Period.parse("2023"))
    assert any(ONE in row for row in source.rows)
