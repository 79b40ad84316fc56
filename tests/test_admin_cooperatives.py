"""The page Hợp tác xã: what is asked for stands in the URL, pages are turned, and each row leads to its own unit."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest
from tests.admin_pages import example_ledger

from coopkit.access import NOBODY, Actor
from coopkit.admin.jobs import jobs
from coopkit.cooperative import Cooperative, CooperativeKind, LegalState, OperatingState, Sector
from coopkit.errors import AccessDenied
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.workspace import NOWHERE, Filter, Order, Standing, Workspace
from coopkit.workspace.listing import conditions, export_units
from coopkit.workspace.register import Lack

SCRIPT = """
import datetime as dt
from coopkit.admin import cooperatives
from tests.admin_pages import context
cooperatives.show(context("{lang}", {on_map}), print)
"""
OLD_MAP = "dt.date(2023, 12, 31)"
NOW = dt.datetime(2024, 3, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return example_ledger(tmp_path_factory.mktemp("htx"))


@pytest.fixture
def page(url, monkeypatch):
    """Run the page; its `open_unit` prints the unit's id."""
    monkeypatch.setenv("COOPKIT_LEDGER", url)

    def run(lang="vi", on_map=None, **query):
        shown = AppTest.from_string(SCRIPT.format(lang=lang, on_map=on_map), default_timeout=60)
        for key, value in query.items():
            shown.query_params[key.replace("_", "-")] = value
        shown.run()
        assert not shown.exception
        return shown

    return run


@pytest.fixture
def desk(url):
    with Workspace.open(url, registry=Registry.load()) as workspace:
        yield workspace.as_(Actor.office("an"))


def count(shown):
    return int(shown.caption[0].value.split()[0])


def asked(shown, key):
    """What the URL says under a key, "" for nothing."""
    return "".join(shown.query_params.get(key, ""))


def test_the_register_is_searched_without_marks(page):
    """A search typed without marks finds the name, and the list says how many."""
    shown = page()
    assert count(shown) == 307
    shown.text_input(key="url:q").set_value("sao").run()
    assert not shown.exception
    assert 0 < count(shown) < 307
    assert asked(shown, "q") == "sao"
    shown.text_input(key="url:q").set_value("không có ai tên thế").run()
    assert "bớt điều kiện" in shown.info[0].value
    assert not shown.dataframe


def test_the_register_is_narrowed_by_what_stands_in_the_url(page):
    """Place and membership are kept by their codes, so that a reload and a link show the same list."""
    shown = page(on_map=OLD_MAP, dia_ban="316", thanh_vien="member")
    assert shown.caption[0].value == "43 đơn vị, trong đó 43 thành viên"
    assert shown.selectbox(key="url:dia-ban:vi").value == "316"
    shown.selectbox(key="url:thanh-vien:vi").set_value("known").run()
    assert asked(shown, "thanh-vien") == "known"
    assert shown.caption[0].value.endswith("trong đó 0 thành viên")
    shown.selectbox(key="url:thanh-vien:vi").set_value("").run()
    assert "thanh-vien" not in shown.query_params


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"dia_ban": NOWHERE}, Filter(area=NOWHERE)),
        ({"loai_hinh": "credit_fund"}, Filter(kind=CooperativeKind.CREDIT_FUND)),
        ({"linh_vuc": "finance"}, Filter(sector=Sector.FINANCE)),
        ({"thanh_vien": "left"}, Filter(standing=Standing.LEFT)),
        ({"phap_ly": "active"}, Filter(legal=LegalState.ACTIVE)),
        ({"hoat_dong": "stopped"}, Filter(operating=OperatingState.STOPPED)),
        ({"thieu": "tax_code"}, Filter(lacking=Lack.TAX_CODE)),
        ({"q": "rau", "linh_vuc": "agriculture"}, Filter("rau", sector=Sector.AGRICULTURE)),
        ({"linh_vuc": "không có", "thieu": "x"}, Filter()),
    ],
)
def test_every_condition_stands_in_the_url(page, desk, query, wanted):
    """Each finds what the library finds, is told as a chip, and goes with it; what means nothing narrows nothing."""
    shown, found = page(**query), desk.units().search(wanted)
    assert len(found) > 0
    assert count(shown) == len(found)
    told = conditions(found.units, wanted)
    chips = [button for button in shown.button if button.key and button.key.startswith("chip:")]
    assert len(chips) == len(told) + bool(told)
    if told:
        shown.button(key="chip:all").click().run()
        assert count(shown) == 307
        assert not set(shown.query_params) & {key.replace("_", "-") for key in query}


def test_a_chip_takes_one_condition_away(page, desk):
    """The other conditions stay, in the URL and in their boxes."""
    shown = page(q="hop tac xa", linh_vuc="services")
    shown.button(key="chip:linh-vuc").click().run()
    assert not shown.exception
    assert shown.selectbox(key="url:linh-vuc:vi").value == ""
    assert (asked(shown, "q"), asked(shown, "linh-vuc")) == ("hop tac xa", "")
    assert count(shown) == len(desk.units().search(Filter("hop tac xa")))


@pytest.mark.parametrize(("by", "down"), [(Order.NAME, True), (Order.TAX_CODE, False), (Order.OPERATING, True)])
def test_the_list_is_sorted_by_any_column(page, desk, by, down):
    """Both ways; the order stands in the URL."""
    shown = page(sap_xep=f"-{by.value}" if down else by.value)
    names = shown.dataframe[0].value["Tên đơn vị"].tolist()
    assert names == [one.name for one in desk.units().search(by=by, descending=down)[:50]]


def test_pages_are_turned_and_begin_anew_with_another_question(page, desk):
    """The page stands in the URL; a number beyond is the last page; another filter shows its first."""
    units = desk.units().search()
    shown = page(trang="2")
    assert shown.dataframe[0].value["Tên đơn vị"].tolist() == [one.name for one in units[50:100]]
    shown.selectbox(key="url:linh-vuc:vi").set_value("agriculture").run()
    assert "trang" not in shown.query_params
    first = desk.units().search(Filter(sector=Sector.AGRICULTURE))[:50]
    assert shown.dataframe[0].value["Tên đơn vị"].tolist() == [one.name for one in first]
    assert page(trang="99").dataframe[0].value["Tên đơn vị"].tolist() == [one.name for one in units[300:]]
    assert len(page(trang="x").dataframe[0].value) == 50


def test_a_click_reaches_the_unit_of_its_row(page, desk, capsys):
    """What was clicked is opened before anything is drawn; Sửa opens the drawer over a draft of that unit."""
    unit = desk.units().search()[60]
    shown = page(trang="2")
    shown.session_state["htx:act"] = (unit.id, "open")
    shown.run()
    assert unit.id in capsys.readouterr().out
    shown.session_state["htx:act"] = (unit.id, "edit")
    shown.run()
    assert not shown.exception
    assert asked(shown, "sua")
    assert unit.name in [box.value for box in shown.text_input]


def test_a_new_unit_begins_with_an_empty_form(page):
    """The primary button opens the drawer; the filter stays in the URL."""
    shown = page(linh_vuc="finance")
    shown.button(key="htx:new").click().run()
    assert not shown.exception
    assert asked(shown, "sua")
    assert asked(shown, "linh-vuc") == "finance"


def test_an_empty_register_says_what_to_do_next(page, tmp_path, monkeypatch):
    """Without a cooperative the page says how to bring them in, and lets one be added."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/leer.db")
    shown = page()
    assert shown.info
    assert shown.button(key="htx:new").label == "Thêm đơn vị"


# ── the list as a workbook ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def few(tmp_path):
    units = (
        Cooperative(
            "c1", "=HTX 1+1", CooperativeKind.COOPERATIVE, tax_code="0299000035", charter_capital=1_500_000_000
        ),
        Cooperative("c2", "HTX Xưa", CooperativeKind.UNION, founded=dt.date(1899, 5, 4), sector=Sector.SERVICES),
        Cooperative("c3", "HTX Nay", CooperativeKind.UNION, founded=dt.date(2015, 5, 4), sector=Sector.SERVICES),
    )
    with Workspace.open(f"sqlite:///{tmp_path}/few.db", registry=Registry.load(), clock=lambda: NOW) as workspace:
        workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, units))))
        yield workspace.as_(Actor.office("an"))


def exported(desk, wanted, lang="vi"):
    """The sheet of an export, and its rows under the header by their headings."""
    data = export_units(desk, desk.units().search(wanted), wanted, lang)
    [sheet] = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    heads, *rows = sheet.iter_rows(min_row=5)
    return sheet, [dict(zip([one.value for one in heads], row, strict=True)) for row in rows]


def test_an_export_keeps_its_types(few):
    """Numbers are numbers, days days, codes and what looks like a formula texts; what is empty stays empty."""
    sheet, [first, third, second] = exported(few, Filter())
    assert (first["Tên đơn vị"].value, first["Tên đơn vị"].data_type) == ("=HTX 1+1", "s")
    assert (first["Mã số thuế"].value, first["Mã số thuế"].data_type) == ("0299000035", "s")
    assert first["Vốn điều lệ"].value == 1_500_000_000
    assert first["Ngày thành lập"].value is None
    assert third["Ngày thành lập"].value == dt.datetime(2015, 5, 4)  # noqa: DTZ001 - as openpyxl reads it
    assert second["Ngày thành lập"].value == "04/05/1899"
    assert second["Loại hình"].value == "Liên hiệp hợp tác xã"
    assert sheet.freeze_panes == "B6"
    assert "Mã bản ghi" not in first


def test_an_export_tells_its_filter(few):
    """Above the table stands what the list was narrowed to, in the reader's language."""
    sheet, rows = exported(few, Filter("htx", sector=Sector.SERVICES))
    assert [sheet.cell(row, 1).value for row in (1, 2, 3)] == [
        "Danh sách hợp tác xã",
        "2 đơn vị · ngày 01/03/2024",
        "Lọc theo: Tìm: htx; Lĩnh vực: Dịch vụ và lĩnh vực khác",
    ]
    assert len(rows) == 2
    english, _ = exported(few, Filter(), "en")
    assert english.cell(3, 1).value == "Filtered by: everything"


def test_an_export_holds_all_that_was_found(desk):
    """Every page of it, in the order of the list; another reader of workbooks sees the same."""
    found = desk.units().search(by=Order.TAX_CODE, descending=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(export_units(desk, found, Filter())))
    _, *rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)[4:]
    assert [row[0] for row in rows] == [one.name for one in found]
    assert {one.label.vi for one in Standing} <= {cell for row in rows for cell in row}


def test_who_may_not_export_gets_nothing(desk):
    """The right is asked in the library, not only at the button."""
    found = desk.units().search()
    with pytest.raises(AccessDenied):
        export_units(desk.workspace.as_(Actor("khách", NOBODY)), found, Filter())


def test_a_large_list_becomes_a_workbook_beside_the_page(page, monkeypatch):
    """The button begins a job that the URL names; once it is done the file is handed out, also after a reload."""
    monkeypatch.setattr("coopkit.admin.cooperatives.MANY", 3)
    shown = page(q="Thủy sản")
    button = next(one for one in shown.button if one.label == "Xuất Excel")
    button.click().run()
    assert not shown.exception
    job = jobs().wait(asked(shown, "tep"), 60)
    assert CalamineWorkbook.from_filelike(io.BytesIO(job.result.data)).sheet_names
    again = page(q="Thủy sản", tep=job.id)
    assert "hop-tac-xa" in " ".join(one.value for one in again.markdown)
    assert "Tải tệp" in [one.label for one in again.get("download_button")]
    assert "Xuất Excel" in [one.label for one in again.button]
