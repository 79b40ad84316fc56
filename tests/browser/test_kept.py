"""What a browser does by itself, the reload and the way back, loses nothing and takes no step too many."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.served import LONG, PAINTED, READY, go, settled
from tests.campaigns import launched, office, rules

from coopkit.workspace import Stages

ROW, HEAD = 35, 36
"""How high a row of a grid and its head are, in pixels."""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A ledger with a campaign that is in force, before any of its stages is open."""
    made = tmp_path_factory.mktemp("kept")
    with office(made) as desk:
        launched(desk)
        Stages.new(desk, rules(name="Phong trào sau", period="2025", launched="2024-12-20", targets=[])).apply()
    return f"sqlite:///{made}/so.db"


def first_cell(tab, x):
    """Where the first row of the page's first grid is, so many pixels from its left."""
    grid = tab.get_by_test_id("stDataFrame").first
    expect(grid.locator("canvas").first).to_be_visible(timeout=LONG)
    tab.wait_for_timeout(PAINTED)
    box = grid.bounding_box()
    return box["x"] + x, box["y"] + HEAD + ROW / 2


def test_one_step_back_from_a_unit_to_the_list(address, tab):
    """What a page shows by itself is no step of the browser's way; a tab that was chosen is one."""
    go(tab, address, "htx")
    tab.mouse.click(*first_cell(tab, 30))
    expect(tab).to_have_url(re.compile("htx-ho-so[?]ma="), timeout=LONG)
    settled(tab)
    tab.go_back()
    expect(tab.get_by_role("heading", name="Hợp tác xã", level=1)).to_be_visible(timeout=LONG)
    settled(tab)
    assert "/htx-ho-so" not in tab.url


def test_half_edited_criteria_stand_there_after_a_reload(address, tab):
    """A cell that was typed over and not put in force is told after F5, and dropped by its button."""
    go(tab, address, "thi-dua-tieu-chi")
    expect(tab.get_by_text("Tổng 20/20")).to_be_visible(timeout=LONG)
    settled(tab)
    tab.mouse.dblclick(*first_cell(tab, 400))
    cell = tab.locator("#portal textarea")
    expect(cell).to_be_focused(timeout=LONG)
    cell.fill("Hoạt động hội")
    tab.wait_for_timeout(300)  # until the cell has what was typed
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("1 thay đổi so với bản hiện có")).to_be_visible(timeout=LONG)
    settled(tab)
    tab.reload()
    tab.wait_for_selector(READY, timeout=LONG)
    expect(tab.get_by_text("1 thay đổi so với bản hiện có")).to_be_visible(timeout=LONG)
    expect(tab.get_by_test_id("stTable").get_by_text("Hoạt động hội", exact=True)).to_be_visible(timeout=LONG)
    tab.get_by_role("button", name="Bỏ những gì đã sửa").click()
    expect(tab.get_by_text("thay đổi so với bản hiện có")).to_have_count(0, timeout=LONG)
