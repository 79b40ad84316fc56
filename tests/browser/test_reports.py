"""Báo cáo in a browser: from a card to a record, files opened again, and a seal from its click to its difference."""

import csv
import datetime as dt
import io
import re

import docx
import openpyxl
import pytest
from attrs import evolve
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pages import demo_ledger
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, READY, go

from coopkit.access import Actor
from coopkit.cooperative import Membership
from coopkit.ledger import Batch, Change
from coopkit.workspace import Sealing, Workspace

SEALED = 240_000
"""Milliseconds that a seal, or running it again, may take on a slow machine."""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    found, _ = demo_ledger(tmp_path_factory.mktemp("reports"))
    return found


def press(tab, table, row, until, x=30):
    """Click a cell of a table until the address says that something came of it: it is drawn some time after."""
    for _ in range(20):
        if re.search(until, tab.url):
            return
        if table.count():
            box = table.bounding_box()
            tab.mouse.click(box["x"] + x, box["y"] + 36 + 35 * row + 17)
        tab.wait_for_timeout(1_500)
    raise AssertionError(tab.url)


def test_a_card_leads_to_its_figure_and_that_to_a_record(address, tab):
    """The figure is open at once, how it is counted told; a row leads to the unit; and back to the whole report."""
    go(tab, address)
    tab.get_by_role("link", name="96").click()
    expect(tab).to_have_url(re.compile("/bao-cao[?]ky=2023&chi-tieu=fairs.turns"), timeout=LONG)
    expect(tab.get_by_role("heading", name="96 lượt")).to_be_visible(timeout=LONG)
    expect(tab.get_by_text("«Lượt tham gia»")).to_be_visible()
    picture(tab, "bao-cao-con-so", MAIN)
    table = tab.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    press(tab, table, 0, "/htx-ho-so")
    expect(tab).to_have_url(re.compile("/htx-ho-so[?]ma="), timeout=LONG)


def test_a_row_of_the_report_opens_a_figure_and_the_way_back_closes_it(address, tab):
    """The number of records is the way; F5 keeps the figure open."""
    go(tab, address, "bao-cao?ky=2023&chon=members.total")
    table = tab.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible(timeout=LONG)
    press(tab, table, 0, "chi-tieu=members.total", x=table.bounding_box()["width"] - 40)
    expect(tab.get_by_role("heading", name="274 đơn vị")).to_be_visible(timeout=LONG)
    tab.reload()
    expect(tab.get_by_role("heading", name="274 đơn vị")).to_be_visible(timeout=LONG)
    tab.get_by_role("button", name="Về báo cáo").click()
    expect(tab.get_by_role("button", name="Tải báo cáo")).to_be_visible(timeout=LONG)
    assert "chi-tieu" not in tab.url


def test_a_figure_of_a_district_is_opened_by_a_click(address, tab):
    """The table split by districts: the second column of figures is the first district."""
    go(tab, address, "bao-cao?ky=2023&chon=members.total&theo=huyen")
    table = tab.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible(timeout=LONG)
    press(tab, table, 0, "nhom=", x=400)
    expect(tab.get_by_text("Quận Hồng Bàng").first).to_be_visible(timeout=LONG)
    expect(tab.get_by_role("heading", name=re.compile("^10 đơn vị"))).to_be_visible(timeout=LONG)


def download(tab, name):
    tab.get_by_role("button", name=re.compile("Tải (báo cáo|các bản ghi)")).first.click()
    with tab.expect_download(timeout=LONG) as got:
        tab.get_by_test_id("stDownloadButton").get_by_role("button", name=name).first.click()
    file = got.value
    tab.keyboard.press("Escape")
    return file.suggested_filename, file.path().read_bytes()


def test_the_files_of_a_report_are_opened_again(address, tab):
    """As Word, Excel and CSV, each with the figures as they are published, and named after the period."""
    go(tab, address, "bao-cao?ky=2023")
    expect(tab.get_by_test_id("stDataFrame").first).to_be_visible(timeout=LONG)
    picture(tab, "huong-dan/bao-cao", MAIN)
    name, data = download(tab, re.compile("Word"))
    assert name == "bao-cao-2023.docx"
    paper = docx.Document(io.BytesIO(data))
    words = " ".join([*(one.text for one in paper.paragraphs), *(c.text for t in paper.tables for c in t._cells)])
    assert "274" in words
    name, data = download(tab, re.compile("Excel"))
    assert name == "bao-cao-2023.xlsx"
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data))["Báo cáo"].values for cell in row]
    assert {"274 đơn vị", "hơn 200 học viên"} <= set(cells)
    name, data = download(tab, re.compile("CSV"))
    assert name == "bao-cao-2023.csv"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row[3] for row in rows if row[1] == "members.total"] == ["274 đơn vị"]


def test_the_records_of_a_figure_are_taken_along(address, tab):
    """All of them, not only the page that is shown."""
    go(tab, address, "bao-cao?ky=2023&chi-tieu=members.total")
    expect(tab.get_by_test_id("stDataFrame").first).to_be_visible(timeout=LONG)
    name, data = download(tab, re.compile("Excel"))
    assert name == "members-total-2023.xlsx"
    rows = [row for row in openpyxl.load_workbook(io.BytesIO(data)).active.values if row[-1]]
    assert len(rows) == 1 + 274


def test_a_report_is_printed_in_a_tab_of_its_own(address, tab):
    """Of what is chosen, and nothing else."""
    go(tab, address, "bao-cao?ky=2023&chon=members.total")
    with tab.context.expect_page(timeout=LONG) as opened:
        tab.get_by_role("link", name="In báo cáo").click()
    paper = opened.value
    expect(paper.get_by_text("274 đơn vị")).to_be_visible(timeout=LONG)
    assert paper.get_by_text("hội chợ").count() == 0
    paper.close()


def test_a_seal_is_made_once_runs_again_and_tells_what_changed(address, url, tab):
    """Three fast clicks make one seal; it is identical when it is run again; an edit is told with its record."""
    with Workspace.open(url) as office:
        before = len(Sealing(office.as_(Actor.office("an"))).listed())
    go(tab, address, "bao-cao?ky=2023&phan=da-chot")
    tab.get_by_role("button", name="Chốt số liệu của kỳ này").click()
    boxes = tab.get_by_placeholder("Lý do bỏ qua")
    expect(tab.get_by_label("Tên lần chốt")).to_be_visible(timeout=LONG)
    tab.wait_for_selector(READY, timeout=LONG)
    for at in range(boxes.count()):
        boxes.nth(at).fill("Đơn vị toàn thành phố")
    picture(tab, "huong-dan/chot-so-lieu", MAIN, height=640)
    button = tab.get_by_role("button", name="Chốt", exact=True)
    button.evaluate("b => { b.click(); setTimeout(() => b.click(), 60); setTimeout(() => b.click(), 120) }")
    expect(tab.get_by_text("Đã chốt bao-cao-2023")).to_be_visible(timeout=SEALED)
    with Workspace.open(url) as office:
        assert len(Sealing(office.as_(Actor.office("an"))).listed()) == before + 1
    tab.get_by_role("button", name="Chạy lại và so từng byte").click()
    expect(tab.get_by_text("Giống hệt lúc chốt")).to_be_visible(timeout=SEALED)
    with Workspace.open(url) as office:
        chosen = next(one for one in office.ledger.snapshot().records(Membership) if one.left is None)
        base = office.ledger.revisions("membership", [chosen.id])[chosen.id]
        change = Change(evolve(chosen, left=dt.date(2023, 11, 30)), base=base)
        office.ledger.write(Batch("an", "sửa", dt.datetime(2024, 1, 5, tzinfo=dt.UTC), changes=(change,)))
    tab.get_by_role("button", name="Vì sao số liệu khác nhau?").click()
    expect(tab.get_by_text("Bản ghi được sửa").first).to_be_visible(timeout=SEALED)
    told = tab.get_by_test_id("stMarkdownContainer").filter(
        has_text="Tổng số thành viên cuối kỳ: 274 đơn vị → 273 đơn vị"
    )
    expect(told.first).to_be_visible()
    picture(tab, "huong-dan/chot-vi-sao", MAIN, height=640)
    tab.get_by_test_id("stMain").get_by_test_id("stPageLink").first.click()
    expect(tab).to_have_url(re.compile("/htx-ho-so[?]ma="), timeout=LONG)


@pytest.mark.parametrize("query", ["ky=2023", "ky=2023&chi-tieu=members.total", "phan=da-chot"])
def test_everybody_can_use_it(address, tab, query):
    """axe finds nothing serious."""
    go(tab, address, f"bao-cao?{query}")
    expect(tab.get_by_role("heading", name="Báo cáo", exact=True)).to_be_visible(timeout=LONG)
    tab.wait_for_timeout(1_500)
    assert findings(tab) == []
