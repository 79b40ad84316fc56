"""The first page in a browser: cards that lead to their records, tasks that lead to where they are done, tiles."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pages import demo_ledger
from tests.browser.served import LONG, READY, go, in_english, served


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    url, _ = demo_ledger(tmp_path_factory.mktemp("overview"))
    with served(url) as found:
        yield found


def test_a_card_leads_to_its_records(address, tab):
    """The link names the period and the figure; it is followed within the page, so that the language stays."""
    go(tab, address)
    expect(tab.get_by_text("274 đơn vị", exact=True).first).to_be_visible(timeout=LONG)
    in_english(tab)
    tab.get_by_role("link", name="96").click()
    expect(tab).to_have_url(re.compile("/bao-cao[?]ky=2023&chi-tieu=fairs.turns"), timeout=LONG)
    expect(tab.get_by_role("heading", name="Reports", exact=True)).to_be_visible(timeout=LONG)


def test_the_period_and_the_figure_survive_a_reload(address, tab):
    """A quarter and another figure are chosen by hand, and are there again after F5."""
    go(tab, address)
    tab.get_by_text("Quý", exact=True).click()
    expect(tab).to_have_url(re.compile("ky=2023-Q4"), timeout=LONG)
    tab.get_by_role("combobox", name="Chỉ tiêu").click()
    tab.keyboard.type("hội chợ")
    tab.get_by_text("Lượt HTX dự hội chợ", exact=False).last.wait_for(timeout=LONG)
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile("chi-tieu=fairs.turns"), timeout=LONG)
    tab.reload()
    tab.wait_for_selector(READY, timeout=LONG)
    period = tab.get_by_role("combobox", name="Kỳ", exact=True)
    expect(period).to_have_value("Quý IV năm 2023", timeout=LONG)
    expect(tab.get_by_text("(lượt)").first).to_be_visible(timeout=LONG)


@pytest.mark.parametrize(("width", "columns"), [(1360, 4), (390, 1)])
def test_cards_stand_in_rows_of_one_height_and_are_read_whole(address, tab, width, columns):
    """Four beside one another on a desk, one on a phone; none is cut, those of a row end together."""
    tab.set_viewport_size({"width": width, "height": 900})
    go(tab, address)
    expect(tab.locator(".st-key-cards h4")).to_have_count(8, timeout=LONG)
    script = """() => [...document.querySelectorAll('.st-key-cards h4')].map(h => {
        let card = h; while (getComputedStyle(card).borderTopWidth === '0px') card = card.parentElement;
        const box = card.getBoundingClientRect();
        return [box.top, box.bottom, card.scrollHeight - card.clientHeight, card.scrollWidth - card.clientWidth]; })"""
    boxes = tab.evaluate(script)
    rows = {}
    for top, bottom, _, _ in boxes:
        rows.setdefault(round(top), set()).add(round(bottom))
    assert [len(ends) for ends in rows.values()] == [1] * (8 // columns)
    assert all(below <= 1 and beside <= 1 for _, _, below, beside in boxes)


def test_tiles_are_drawn_and_stand_in_a_table_too(address, tab):
    """One tile for each district and one for those nobody placed; the same in words on demand."""
    go(tab, address, "?ky=2023")
    tiles = tab.locator("[role=graphics-document][aria-label^='Ô theo địa bàn']")
    expect(tiles).to_be_visible(timeout=LONG)
    tab.get_by_text("Xem dạng bảng").last.click()
    expect(tab.get_by_role("cell", name="Chưa xác định", exact=True).first).to_be_visible(timeout=LONG)


def test_a_task_shows_its_units_and_opens_one(address, tab):
    """Who is without figures stands in a window; a row leads to the unit's own page."""
    go(tab, address)
    tab.get_by_role("button", name="Xem 2").first.click()
    table = tab.get_by_role("dialog").get_by_test_id("stDataFrame")
    expect(table).to_be_visible(timeout=LONG)
    for _ in range(20):  # the rows are drawn some time after the table is placed
        if not table.count():
            break
        box = table.bounding_box()
        tab.mouse.click(box["x"] + 40, box["y"] + 36 + 17)
        tab.wait_for_timeout(2_000)
    expect(tab).to_have_url(re.compile("/htx-ho-so[?]ma="), timeout=LONG)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(address, browser, scheme):
    """axe finds nothing serious, in either theme."""
    tab = browser.new_page(viewport={"width": 1360, "height": 900}, color_scheme=scheme, locale="vi-VN")
    go(tab, address)
    expect(tab.locator("[role=graphics-document]")).to_have_count(3, timeout=LONG)
    tab.wait_for_timeout(1_000)  # colours fade in
    assert findings(tab) == []
    tab.close()
