"""An officer looks through the journal, opens a batch, and takes it back, clicking faster than the page answers."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from attrs import evolve
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, PAINTED, browsing, go, in_english, settled
from tests.ledgers import CLUB, COOPERATIVE

from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.workspace import Workspace

NOON = dt.datetime(2024, 3, 1, 5, tzinfo=dt.UTC)
BATCHES = 120


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Batch 1 is the shipped map, 2 a cooperative, then 120 groups one by one, and 123 renames the cooperative."""
    url = f"sqlite:///{tmp_path_factory.mktemp('journal')}/so.db"
    groups = [
        Batch("an", f"Thêm nhóm số {n}", NOON, "nhom.xlsx", (Change(evolve(CLUB, id=f"g{n}", name=f"Nhóm số {n}")),))
        for n in range(BATCHES)
    ]
    renamed = Change(evolve(COOPERATIVE, name="HTX Mới"), 1)
    with Workspace.open(url, registry=Registry.load()) as workspace:
        first = Batch("binh", "Nhập", NOON, "htx.xlsx", (Change(COOPERATIVE),))
        workspace.ledger.write(first, *groups, Batch("binh", "Đổi tên", NOON, "", (renamed,)))
    return url


@pytest.fixture
def tab(chromium):
    with browsing(str(chromium)) as browser:
        yield browser.new_page(viewport={"width": 1440, "height": 900}, locale="vi-VN")


def test_the_filters_survive_a_reload_and_the_way_back(address, tab):
    """What is typed stands in the URL; the second page too; an opened batch leads back to the same list."""
    go(tab, address, "nhat-ky")
    expect(tab.get_by_text("123 lô")).to_be_visible(timeout=LONG)
    tab.get_by_label("Lý do có chữ").fill("them nhom")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("120 lô")).to_be_visible(timeout=LONG)
    tab.get_by_role("button", name="Trang 2", exact=True).click()
    expect(tab).to_have_url(re.compile("trang=2"), timeout=LONG)
    settled(tab)
    tab.reload()
    expect(tab.get_by_label("Lý do có chữ")).to_have_value("them nhom", timeout=LONG)
    expect(tab.get_by_text("120 lô")).to_be_visible(timeout=LONG)
    expect(tab).to_have_url(re.compile("trang=2"))
    grid = tab.get_by_test_id("stDataFrame").first
    expect(grid.locator("canvas").first).to_be_visible(timeout=LONG)
    tab.wait_for_timeout(PAINTED)
    box = grid.bounding_box()
    tab.mouse.click(box["x"] + 25, box["y"] + 36 + 17)  # the first row's button: batch 72, the 51st of those found
    expect(tab.get_by_role("heading", name="Lô 72", exact=True)).to_be_visible(timeout=LONG)
    tab.get_by_role("button", name="Về danh sách").click()
    expect(tab.get_by_label("Lý do có chữ")).to_have_value("them nhom", timeout=LONG)
    expect(tab).to_have_url(re.compile("trang=2"))


def test_three_fast_clicks_undo_once(address, url, tab):
    """The reason is typed and the button clicked at once, three times: one batch takes the last one back."""
    go(tab, address, "nhat-ky?lo=123")
    tab.get_by_role("button", name="Hoàn tác lô 123").click()
    expect(tab.get_by_text("trả 1 bản ghi về như trước")).to_be_visible(timeout=LONG)
    tab.get_by_label("Lý do hoàn tác").fill("Nhầm đơn vị")
    picture(tab, "huong-dan/hoan-tac", MAIN, height=640)
    go_on = tab.get_by_role("button", name="Xác nhận hoàn tác")
    go_on.evaluate("button => { for (const _ of [1, 2, 3]) button.click() }")
    expect(tab.get_by_text("Đã được hoàn tác bởi lô 124", exact=True)).to_be_visible(timeout=LONG)
    settled(tab)
    expect(go_on).to_have_count(0)
    with Workspace.open(url, registry=Registry.load()) as workspace:
        total, [last, *_] = workspace.ledger.trail()
    assert (total, last.undoes, last.reason) == (124, 123, "Nhầm đơn vị")


@pytest.mark.parametrize("path", ["nhat-ky", "nhat-ky?lo=2"])
def test_anybody_can_use_it_in_both_languages(address, tab, path):
    """Nothing serious for a keyboard or a screen reader, and nothing Vietnamese is left in English but the data."""
    go(tab, address, path)
    tab.wait_for_timeout(PAINTED)
    assert findings(tab) == []
    in_english(tab)
    expect(tab.get_by_role("heading", name=re.compile("Journal|Batch 2"))).to_be_visible(timeout=LONG)
    assert findings(tab) == []
