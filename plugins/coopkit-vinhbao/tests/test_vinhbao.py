"""Vĩnh Bảo's plugin: its figures over hand-made records, its form cell by cell, and what it offers when installed."""

import datetime as dt
import io
import runpy
import subprocess
import tomllib
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coopkit_vinhbao
from coopkit import (
    Actor,
    Batch,
    Change,
    Cooperative,
    CooperativeKind,
    CoopkitError,
    Event,
    Participation,
    Period,
    PluginError,
    Plugins,
    PluginSetting,
    Registry,
    Snapshot,
    TemplateError,
    Workspace,
    evaluate,
    load_demo,
    parse_date,
    shipped_atlas,
    shipped_places,
)
from coopkit.testing import assert_conforms
from coopkit_vinhbao.form import form
from coopkit_vinhbao.recognition import KIND, RECOGNITION, refusal, valid_until

HERE = Path(__file__).parents[1]
EXAMPLE = HERE.parents[1] / "examples" / "vinhbao"
FORM, OFFICE_LIST = "vinhbao.bieu_ocop", "vinhbao.danh_sach_ocop"
AN, BINH, NEW, FAR = "an", "binh", "new", "far"
# Two communes of the huyện, one of the seven that followed, and one of Thủy Nguyên.
PLACES = {AN: "11824@1900-01-01", BINH: "11890@1900-01-01", NEW: "11836@2025-07-01", FAR: "11473@1900-01-01"}
SEVEN = {"11824", "11836", "11842", "11848", "11875", "11887", "11911"}
GROUND = [*shipped_places(), *shipped_atlas().successions, RECOGNITION.stored()]
UNITS = [Cooperative(key, f"HTX {key}", CooperativeKind.COOPERATIVE, place=place) for key, place in PLACES.items()]


def day(text):
    return parse_date(text)


def recognised(number, unit, stars, start, until=None):
    """A product's recognition, and whose it is."""
    last = until or valid_until(start)
    told = RECOGNITION.details({"product": f"Gạo {number}", "stars": stars, "valid_until": last})
    yield Event(f"e{number}", f"OCOP-{number}", KIND, f"Gạo {number}", start, details=told)
    yield Participation(f"t{number}", f"e{number}", unit)


def records(*told):
    """The records of these recognitions: (unit, stars, from[, to])."""
    return [one for number, line in enumerate(told) for one in recognised(number, *line)]


def registry(min_stars=None):
    """The plugin with its manifest, as it was set."""
    told = [] if min_stars is None else [PluginSetting("s", "vinhbao", "min_stars", str(min_stars))]
    return Registry.load(modules={"vinhbao": "coopkit_vinhbao"}, settings=told)


def figures(made, period, min_stars=None):
    """The plugin's figures of a period, by the last part of their keys."""
    snapshot = Snapshot.of([*GROUND, *UNITS, *made])
    offered = [one for one in registry(min_stars).metrics().values() if one.plugin == "vinhbao"]
    found = evaluate(offered, snapshot, [Period.parse(period)])
    return {one.key.removeprefix("vinhbao.ocop_"): found.cell(one.key).value for one in offered}


def counted(made, period, min_stars=None):
    """Products in all, of 3, 4 and 5 stars, their cooperatives and their stars."""
    told = figures(made, period, min_stars)
    return [told[name].low for name in ("products", "3_stars", "4_stars", "5_stars", "cooperatives", "stars")]


MADE = records(
    (AN, 3, day("10/01/2021")),  # holds to 10/01/2024
    (AN, 4, day("31/12/2023")),
    (BINH, 5, day("01/06/2022"), day("31/12/2023")),
    (BINH, 3, day("01/01/2024")),
    (NEW, 4, day("01/08/2025")),
    (FAR, 5, day("01/06/2022")),
)


@pytest.mark.parametrize(
    ("period", "min_stars", "expected"),
    [
        ("2020", 3, [0, 0, 0, 0, 0, 0]),
        ("2021", 3, [1, 1, 0, 0, 1, 3]),
        ("2022", 3, [2, 1, 0, 1, 2, 8]),
        ("2023", 3, [3, 1, 1, 1, 2, 12]),  # first and last days count
        ("2023", 4, [2, 0, 1, 1, 2, 9]),
        ("2023", 5, [1, 0, 0, 1, 1, 5]),
        ("2024-Q1", 3, [2, 1, 1, 0, 2, 7]),
        ("2025-H1", 3, [2, 1, 1, 0, 2, 7]),
        ("2025", 3, [3, 1, 2, 0, 3, 11]),  # the huyện is no more, its cooperatives and the new commune's are counted
        ("2026", 3, [3, 1, 2, 0, 3, 11]),
        ("2027", 3, [1, 0, 1, 0, 1, 4]),
    ],
)
def test_figures(period, min_stars, expected):
    """Products that hold on the period's last day, of Vĩnh Bảo alone, from so many stars, before and after 2025."""
    assert counted(MADE, period, min_stars) == expected


def test_average_is_divided_once():
    """The average is stars over products; without a product there is none, and that is not 0."""
    assert figures(MADE[:6], "2023")["average_stars"].low == Fraction(12, 3)
    assert "mẫu số" in str(figures([], "2023")["average_stars"])


dates = st.dates(dt.date(2019, 1, 1), dt.date(2025, 12, 31))


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from([*PLACES]), st.integers(3, 5), dates), max_size=8), st.integers(3, 5))
def test_classes_add_up(told, min_stars):
    """Whatever was recognised: the three classes are all products, and their stars all stars."""
    whole, three, four, five, units, stars = counted(records(*told), "2023", min_stars)
    assert three + four + five == whole >= units
    assert 3 * three + 4 * four + 5 * five == stars


def test_the_seven_communes():
    """On the map of 2025 the products lie in communes that were the huyện, and nowhere else."""
    snapshot = Snapshot.of([*GROUND, *UNITS, *MADE])
    found = evaluate(registry().metrics().values(), snapshot, [Period.parse("2025")], by="place:commune")
    by_place = {cell.place: cell.value.low for cell in found.places("vinhbao.ocop_products") if cell.rows}
    assert by_place == {"11824": 1, "11911": 1, "11836": 1}
    assert set(by_place) <= SEVEN


@pytest.mark.parametrize(
    ("stars", "last", "told"),
    [
        (3, "15/06/2026", ""),
        (5, "15/06/2023", ""),
        (2, "15/06/2026", "số sao phải là 3, 4 hoặc 5, ở đây là 2"),
        (6, "15/06/2026", "số sao phải là 3, 4 hoặc 5, ở đây là 6"),
        (4, "14/06/2023", "công nhận hết giá trị ngày 14/06/2023, trước ngày công nhận 15/06/2023"),
    ],
)
def test_check(stars, last, told):
    """Only 3 to 5 stars, and no end before the beginning; other kinds of events are not looked at."""
    event, _ = recognised(1, AN, stars, day("15/06/2023"), day(last))
    found = refusal(event, Snapshot.of([]))
    assert (found.vi if found else "") == told
    assert refusal(Event("e", "HC", "fair", "Hội chợ", day("15/06/2023")), Snapshot.of([])) is None


# ── The form ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def office(tmp_path):
    """A ledger with the hand-made cooperatives and their products."""
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=registry()) as workspace:
        changes = tuple(Change(one) for one in [*UNITS, *MADE])
        workspace.ledger.write(Batch("an", "Thử", dt.datetime(2024, 1, 5, tzinfo=dt.UTC), changes=changes))
        yield workspace.as_(Actor.office("an"))


def exported(office, year="2023", date="05/01/2024"):
    return office.export(office.report(Period.parse(year), date=day(date)), FORM)


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def cells(sheet, row):
    return [cell.value for cell in sheet[row]]


def test_form_cells(office):
    """Every cell of the form: who sends it, the title, the merged header, the cooperatives, the totals, who signs."""
    sheet = opened(exported(office))
    filled = {cell.coordinate: cell.value for row in sheet["A1:H9"] for cell in row if cell.value is not None}
    assert filled == {
        "A1": "ỦY BAN NHÂN DÂN",
        "C1": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "A2": "HUYỆN VĨNH BẢO",
        "C2": "Độc lập - Tự do - Hạnh phúc",
        "C4": "Vĩnh Bảo, ngày 05 tháng 01 năm 2024",
        "A6": "BIỂU TỔNG HỢP SẢN PHẨM OCOP CỦA CÁC HỢP TÁC XÃ",
        "A7": "(Sản phẩm còn hiệu lực đến hết ngày 31/12/2023)",
        "G8": "Đơn vị tính: sản phẩm",
        "A9": "TT",
        "B9": "Tên hợp tác xã",
        "C9": "Chia theo hạng sao",
        "F9": "Tổng số\nsản phẩm",
        "G9": "Số sao\nbình quân",
        "H9": "Ghi chú",
    }
    assert cells(sheet, 10)[2:5] == ["3 sao", "4 sao", "5 sao"]
    assert cells(sheet, 11) == ["A", "B", "1", "2", "3", "4 = 1 + 2 + 3", "5", "C"]
    assert cells(sheet, 12) == [1, "HTX an", 1, 1, 0, 2, 3.5, None]
    assert cells(sheet, 13) == [2, "HTX binh", 0, 0, 1, 1, 5, None]
    assert cells(sheet, 14) == ["Tổng cộng (2 hợp tác xã)", None, 1, 1, 1, 3, 4, None]
    assert (sheet["A16"].value, sheet["E16"].value) == ("NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ")
    assert sheet.max_row == 17
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert {"A9:A10", "B9:B10", "C9:E9", "F9:F10", "G9:G10", "H9:H10", "A14:B14", "A6:H6"} <= merged


def test_form_page(office):
    """A4 across, one page wide, the header on every page, all of it in Times New Roman; the date is the report's."""
    book = openpyxl.load_workbook(io.BytesIO(exported(office)))
    sheet = book.active
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$9:$11"
    fonts = {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert fonts == {"Times New Roman"}
    assert {cell.border.left.style for row in sheet["A12:H13"] for cell in row} == {"thin"}
    assert book.properties.created.date() == day("05/01/2024")


def test_form_is_the_same_again(office):
    """The same report gives the same bytes."""
    assert exported(office) == exported(office)


def test_form_after_the_reform(office):
    """From 1/7/2025 the huyện signs nothing: the alliance does, for the seven communes."""
    sheet = opened(exported(office, "2025", "31/12/2025"))
    assert sheet["A2"].value == "ĐỊA BÀN 07 XÃ THUỘC HUYỆN VĨNH BẢO CŨ"
    assert [cells(sheet, row)[1] for row in (12, 13, 14)] == ["HTX an", "HTX binh", "HTX new"]
    assert opened(exported(office, "2025-H1", "30/06/2025"))["A2"].value == "HUYỆN VĨNH BẢO"


def test_form_without_products(office):
    """A period without a product has a row of totals with dashes, and no average."""
    sheet = opened(exported(office, "2019"))
    assert cells(sheet, 12) == ["Tổng cộng (0 hợp tác xã)", None, 0, 0, 0, 0, "–", None]


def test_form_refuses_what_it_cannot_fill(office, tmp_path):
    """Without figures by unit there is no form; a figure that could not be computed is no 0."""
    with pytest.raises(TemplateError, match="theo từng đơn vị"):
        form(3).write(office.report(Period.parse("2023")))
    bare = Registry.load(coopkit_vinhbao_without_kind())
    with Workspace.open(f"sqlite:///{tmp_path}/khac.db", registry=bare) as workspace:
        desk = workspace.as_(Actor.office("an"))
        with pytest.raises(PluginError, match="không tính được"):
            desk.export(desk.report(Period.parse("2023")), FORM)


def coopkit_vinhbao_without_kind():
    """The plugin without its kind of event, so that no figure can be computed."""
    from types import ModuleType

    from coopkit import hookimpl
    from coopkit_vinhbao.figures import figures as offered

    module = ModuleType("vinhbao_thieu")
    module.coopkit_metrics = hookimpl(named("coopkit_metrics", list(offered(3))))
    module.coopkit_exporters = hookimpl(named("coopkit_exporters", [form(3)]))
    return module


def named(hook, offers):
    def implementation():
        return offers

    implementation.__name__ = hook
    return implementation


@pytest.mark.needs("soffice", "pdftotext")
def test_form_opens_in_libreoffice(office, tmp_path):
    """LibreOffice opens the form and prints it on one page, decimals after a comma, 0 as a dash."""
    file = tmp_path / "bieu.xlsx"
    file.write_bytes(exported(office))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    printed = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "bieu.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split() for line in printed.splitlines()]
    assert ["1", "HTX", "an", "1", "1", "–", "2", "3,50"] in rows
    assert "Trang 1/1" in printed


# ── The setting, the whole way, and the package ─────────────────────────────────────────────────────────────────────


def test_from_list_to_form(tmp_path):
    """The example's list: switched on, imported, counted; from four stars after the setting, and the form says so."""
    with Workspace.open(f"sqlite:///{tmp_path}/so.db") as workspace:
        desk = workspace.as_(Actor.office("vinh-bao"))
        load_demo(desk)
        Plugins(desk).on("vinhbao")
        data = (EXAMPLE / "danh-sach-ocop.xlsx").read_bytes()
        seen = desk.import_files({"ds.xlsx": data}, importer=OFFICE_LIST)
        assert (seen.problems, len(seen.rows)) == ((), 73)
        assert desk.import_files({"ds.xlsx": data}, importer=OFFICE_LIST).receipts == ()

        held = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(min_row=6, values_only=True)
        dated = [(row[3], row[5].date()) for row in held if isinstance(row[0], int)]
        stars = [int(told[0]) for told, of in dated if valid_until(of) >= dt.date(2023, 12, 31)]
        period = Period.parse("2023")
        assert desk.evaluate(period).cell("vinhbao.ocop_products").value.low == len(stars) == 28
        assert desk.evaluate(period).cell("vinhbao.ocop_stars").value.low == sum(stars)

        Plugins(desk).set("vinhbao", "min_stars", 4)
        many = [one for one in stars if one >= 4]
        assert desk.evaluate(period).cell("vinhbao.ocop_products").value.low == len(many)
        sheet = opened(desk.export(desk.report(period, date=day("31/12/2023")), FORM))
        assert sheet["A7"].value == "(Sản phẩm còn hiệu lực đến hết ngày 31/12/2023; chỉ tính sản phẩm từ 4 sao)"
        assert cells(sheet, sheet.max_row - 3)[5] == len(many)
        with pytest.raises(CoopkitError, match="nhiều nhất 5"):
            Plugins(desk).set("vinhbao", "min_stars", 6)


def test_example_list_is_what_its_script_makes():
    """The list in examples/ is the one that make.py writes."""
    made = runpy.run_path(str(EXAMPLE / "make.py"))
    assert (
        made["write_list"]([*made["lines"](made["cooperatives"]())]) == (EXAMPLE / "danh-sach-ocop.xlsx").read_bytes()
    )


def test_package():
    """The manifest, the distribution and the offers agree; the plugin belongs to the huyện as it was in 2023."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    manifest = tomllib.loads((HERE / "src/coopkit_vinhbao/coopkit_plugin.toml").read_text(encoding="utf-8"))
    assert project["version"] == manifest["version"]
    assert project["entry-points"]["coopkit"] == {manifest["id"]: coopkit_vinhbao.__name__}
    [state] = [one for one in registry().plugins() if one.name == "vinhbao"]
    assert state.problem == ""
    assert registry().scope("vinhbao").owners[0].place == "316"


def test_conforms():
    """The conformance suite finds nothing: reads what it declared, the same on every engine, quiet, of its places."""
    assert_conforms("vinhbao", samples={OFFICE_LIST: EXAMPLE / "danh-sach-ocop.xlsx"})


def test_imports_only_the_facade():
    """Of coopkit, the plugin's code imports only its public names."""
    lines = [line for file in (HERE / "src").rglob("*.py") for line in file.read_text(encoding="utf-8").splitlines()]
    assert not [line for line in lines if line.strip().startswith(("from coopkit.", "import coopkit."))]
