"""A member of staff opens the page, reads the figures, finds a cooperative, and takes the report home as a workbook."""

import io

import openpyxl
import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser.served import served

from coopkit.access import Actor
from coopkit.demo import load_demo
from coopkit.registry import Registry
from coopkit.workspace import Workspace

READY = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page, served by a process of its own over the example."""
    url = f"sqlite:///{tmp_path_factory.mktemp('journey')}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))
    with served(url) as found:
        yield found


@pytest.fixture
def tab(chromium):
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=str(chromium), args=arguments)
        yield browser.new_page(viewport={"width": 1360, "height": 900}, accept_downloads=True)
        browser.close()


def test_figures_register_and_report(address, tab):
    """The three pages show the example; the downloaded workbook opens elsewhere and says the same."""
    tab.goto(address)
    tab.wait_for_selector(READY, timeout=60_000)
    expect(tab.get_by_text("274 đơn vị")).to_be_visible(timeout=60_000)
    expect(tab.get_by_text("hơn 200 học viên")).to_be_visible()

    tab.get_by_role("link", name="Hợp tác xã").click()
    expect(tab.get_by_text("307 đơn vị")).to_be_visible(timeout=60_000)
    tab.get_by_label("Tìm theo tên").fill("truc biec")
    tab.get_by_label("Tìm theo tên").press("Enter")
    expect(tab.get_by_text("307 đơn vị")).to_be_hidden(timeout=60_000)
    grid = tab.locator("[data-testid=stDataFrame]").bounding_box()
    found = tab.get_by_role("heading", name="Trúc Biếc")
    for _ in range(20):  # the grid is drawn some time after it is placed
        tab.mouse.click(grid["x"] + 30, grid["y"] + 36 + 17)
        tab.wait_for_timeout(3_000)
        if found.is_visible():
            break
    expect(found).to_be_visible(timeout=60_000)
    tab.reload()  # the unit stands in the address
    expect(tab.get_by_role("heading", name="Trúc Biếc")).to_be_visible(timeout=60_000)
    tab.get_by_role("tab", name="Lịch sử").click()
    expect(tab.get_by_text("dòng").first).to_be_visible()

    tab.get_by_role("link", name="Báo cáo").click()
    # A grid is painted; what it says stands in a table beneath it, for those who do not see.
    expect(tab.get_by_role("gridcell", name="15/15 huyện, quận", include_hidden=True)).to_have_count(1, timeout=60_000)
    tab.get_by_role("button", name="Tải báo cáo").first.click()
    with tab.expect_download(timeout=60_000) as waiting:
        tab.get_by_test_id("stDownloadButton").get_by_role("button", name="Excel").first.click()
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    figures = {row[0].value: row[2].value for row in book["Báo cáo"].iter_rows(min_row=5)}
    assert figures["fairs.turns"] == "96 lượt"


def test_english_switch(address, tab):
    """The switch turns the page English."""
    tab.goto(address)
    tab.wait_for_selector(READY, timeout=60_000)
    tab.get_by_text("English", exact=True).click()
    expect(tab.get_by_role("heading", name="Overview")).to_be_visible(timeout=60_000)
    expect(tab.get_by_text("more than 200 trainees")).to_be_visible()
