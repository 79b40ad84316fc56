"""A unit edited in the drawer: a reload loses nothing, fast clicks write once, two who edit see both versions."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pictures import DIALOG, MAIN, picture
from tests.browser.served import LONG, browsing, go, served, settled
from tests.ledgers import COOPERATIVE

from coopkit.cooperative import Cooperative, YearFigures
from coopkit.ledger import Batch, Change, Ledger
from coopkit.registry import Registry
from coopkit.workspace import Workspace

NOON = dt.datetime(2024, 3, 1, 5, tzinfo=dt.UTC)
PAGE = f"htx-ho-so?ma={COOPERATIVE.id}"


@pytest.fixture
def url(tmp_path):
    """A register with one unit."""
    url = f"sqlite:///{tmp_path}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        workspace.ledger.write(Batch("binh", "Nhập", NOON, "htx.xlsx", (Change(COOPERATIVE),)))
    return url


@pytest.fixture
def address(url):
    with served(url) as found:
        yield found


@pytest.fixture
def browser(chromium):
    with browsing(str(chromium)) as opened:
        yield opened


def opened(browser, address, path=PAGE, **size):
    """The page in a browser of its own."""
    viewport = {"width": 1440, "height": 900, **size}
    tab = browser.new_context(viewport=viewport, locale="vi-VN").new_page()
    tab.set_default_timeout(LONG)
    go(tab, address, path)
    return tab


def edit(tab):
    """Open the drawer."""
    tab.get_by_role("button", name="Sửa", exact=True).click()
    expect(save(tab)).to_be_visible(timeout=LONG)
    settled(tab)


def save(tab):
    return tab.get_by_role("button", name=re.compile("^Lưu"))


def typed(tab, **texts):
    """Type into boxes by their labels, each left with the tab key."""
    for label, text in texts.items():
        tab.get_by_label(label.replace("_", " ")).fill(text)
        tab.keyboard.press("Tab")
        settled(tab)


def held(url):
    """The unit as the ledger has it, its revision, and how many batches there are."""
    with Ledger.open(url) as ledger:
        unit, revision = ledger.get(Cooperative, COOPERATIVE.id)
        return unit, revision, len(ledger.batches())


def test_what_is_typed_survives_a_reload_and_another_browser(url, address, browser):
    """After F5 the drawer is open with all of it; elsewhere the page tells of the draft; closed, it is kept."""
    tab = opened(browser, address)
    edit(tab)
    typed(tab, Địa_chỉ="Số 1 phố Mẫu", Ngày_thành_lập="31/2/2020")
    expect(tab).to_have_url(re.compile("sua="))
    tab.reload()
    expect(tab.get_by_label("Địa chỉ")).to_have_value("Số 1 phố Mẫu", timeout=LONG)
    save(tab).click()
    expect(tab.get_by_text("không có ngày này trong lịch")).to_be_visible(timeout=LONG)
    expect(tab.get_by_text("còn 1 ô cần sửa (Ngày thành lập)")).to_be_visible()
    picture(tab, "huong-dan/sua-o-sai", DIALOG)
    tab.get_by_role("button", name="Huỷ").click()
    tab.get_by_role("button", name="Đóng, giữ bản nháp").click()
    expect(tab).not_to_have_url(re.compile("sua="), timeout=LONG)
    other = opened(browser, address)
    expect(other.get_by_text("Bạn có bản nháp chưa lưu")).to_be_visible(timeout=LONG)
    settled(other)
    picture(other, "huong-dan/ban-nhap", MAIN, height=330)
    other.get_by_role("button", name="Mở tiếp").click()
    expect(other.get_by_label("Địa chỉ")).to_have_value("Số 1 phố Mẫu", timeout=LONG)
    assert held(url)[1] == 1


def test_three_fast_clicks_write_one_batch(url, address, browser):
    """What was typed last goes along, though its box was not left; the page says what was written, once."""
    tab = opened(browser, address)
    edit(tab)
    tab.get_by_label("Địa chỉ").fill("Số 1 phố Mẫu")
    save(tab).click(click_count=3, delay=30)
    expect(tab.get_by_text("Đã ghi HTX An Bình")).to_be_visible(timeout=LONG)
    settled(tab)
    unit, revision, batches = held(url)
    assert (unit.address, revision, batches) == ("Số 1 phố Mẫu", 2, 3)
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.get_by_text("Bạn có bản nháp")).to_have_count(0)


def test_ctrl_s_saves(url, address, browser):
    """From inside a box, with what stands in it."""
    tab = opened(browser, address)
    edit(tab)
    typed(tab, Địa_chỉ="Số 2 phố Mẫu")
    tab.keyboard.press("Control+s")
    expect(tab.get_by_text("Đã ghi HTX An Bình")).to_be_visible(timeout=LONG)
    assert held(url)[0].address == "Số 2 phố Mẫu"


@pytest.mark.parametrize(("way", "address_kept"), [("Giữ phần của tôi", "Số 1"), ("Lấy phần người khác", "Số 2")])
def test_two_who_edit_at_once(url, address, browser, way, address_kept):
    """The second to save sees both versions side by side, and either of them can stand."""
    one, two = opened(browser, address), opened(browser, address)
    edit(one)
    edit(two)
    typed(two, Địa_chỉ="Số 2")
    save(two).click()
    expect(two.get_by_text("Đã ghi HTX An Bình")).to_be_visible(timeout=LONG)
    typed(one, Địa_chỉ="Số 1", Ngày_thành_lập="1/6/2024")
    save(one).click()
    expect(one.get_by_text("người khác đã ghi bản ghi này")).to_be_visible(timeout=LONG)
    dialog = one.get_by_role("dialog")
    for told in ("Lúc mở", "Người khác đã ghi", "Của bạn", "Số 1", "Số 2"):
        expect(dialog.get_by_role("table").get_by_text(told, exact=True)).to_be_visible()
    settled(one)
    picture(one, "huong-dan/hai-nguoi-sua", DIALOG, height=620)
    one.get_by_role("button", name=way).click()
    expect(one.get_by_text("người khác đã ghi bản ghi này")).to_have_count(0, timeout=LONG)
    settled(one)
    expect(one.get_by_label("Địa chỉ")).to_have_value(address_kept, timeout=LONG)
    save(one).click()
    expect(one.get_by_text("Đã ghi HTX An Bình")).to_be_visible(timeout=LONG)
    unit, revision, _ = held(url)
    assert (unit.address, unit.founded, revision) == (address_kept, dt.date(2024, 6, 1), 3)


def test_the_drawer_on_a_phone(address, browser):
    """One column, nothing wider than the screen, and no fault of accessibility."""
    tab = opened(browser, address, width=390, height=844)
    edit(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [tab.get_by_label(label).bounding_box() for label in ("Địa chỉ", "Ngày thành lập")]
    assert boxes[0]["x"] == boxes[1]["x"]
    assert boxes[0]["y"] < boxes[1]["y"]
    assert findings(tab) == []


def test_a_new_unit_leads_to_its_page(url, address, browser):
    """There a year is added from its tab, which stays open; what is chosen from lists is written."""
    tab = opened(browser, address, "htx")
    tab.get_by_role("button", name="Thêm đơn vị").click()
    typed(tab, Tên_đơn_vị="Tổ hợp tác Muối Mẫu")
    choose(tab, "Loại hình", "Tổ hợp tác")
    save(tab).click()
    expect(tab.get_by_role("heading", name="Tổ hợp tác Muối Mẫu")).to_be_visible(timeout=LONG)
    expect(tab.get_by_text("Đã ghi Tổ hợp tác Muối Mẫu")).to_be_visible(timeout=LONG)
    settled(tab)
    tab.get_by_role("tab", name="Số liệu năm").click()
    expect(tab).to_have_url(re.compile("muc=so-lieu"), timeout=LONG)
    settled(tab)
    tab.get_by_role("button", name="Thêm", exact=True).click()
    choose(tab, "Kỳ số liệu", "Năm 2023")
    typed(tab, Doanh_thu="1,2 tỷ đồng")
    save(tab).click()
    expect(tab.get_by_text("Đã ghi Tổ hợp tác Muối Mẫu")).to_be_visible(timeout=LONG)
    expect(tab.get_by_role("tab", name="Số liệu năm")).to_have_attribute("aria-selected", "true")
    with Ledger.open(url) as ledger:
        assert [(one.window, one.revenue) for one in ledger.snapshot().records(YearFigures)] == [
            ("2023", 1_200_000_000)
        ]


def choose(tab, label, option):
    """Choose from the list of that label in the drawer."""
    tab.get_by_role("dialog").get_by_role("combobox", name=re.compile(label)).click()
    tab.keyboard.type(option)
    tab.get_by_role("option", name=option, exact=True).click()
    settled(tab)
