"""Events in a browser: one added, five lines pasted from Excel, mended, written once; copied; on a phone, too."""

import pytest
from playwright.sync_api import expect
from tests.browser.pages import demo_ledger
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, READY, go

from coopkit.access import Actor
from coopkit.workspace import Workspace
from coopkit.workspace.event_list import Asked
from coopkit.workspace.events import Events

PASTED = """\
Tên đơn vị\tSố người
HTX Cơ khí Trăng Tím\t2
hop tac xa nong nghiep canh som\t1
HTX Chăn nuôi Sao Mơ\t4
HTX Cơ khí Trăng Tím\t2
Trúc Biếc\t3"""
NAME = "Hội chợ mùa thu 2024"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return demo_ledger(tmp_path_factory.mktemp("events"))[0]


@pytest.fixture
def tab(browser):
    opened = browser.new_page(viewport={"width": 1360, "height": 1000}, locale="vi-VN")
    yield opened
    opened.close()


def ready(tab):
    tab.wait_for_selector(READY, timeout=LONG)


def known(url, asked):
    with Workspace.open(url) as workspace:
        return Events(workspace.as_(Actor.office("an"))).find(asked).page(1)


def batches(url):
    with Workspace.open(url) as workspace:
        return workspace.ledger.batches()


def see(tab, text):
    expect(tab.get_by_text(text).first).to_be_visible(timeout=LONG)


def add_event(tab, address):
    """A fair of 2024, by its kind and its form."""
    go(tab, address, "su-kien")
    tab.get_by_role("button", name="Thêm sự kiện").click()
    tab.get_by_role("combobox", name="Loại sự kiện").last.click()
    tab.get_by_role("option", name="Hội chợ, chương trình").click()
    tab.get_by_role("button", name="Điền thông tin").click()
    for label, text in (("Mã hoạt động", "HC-2024-77"), ("Tên hoạt động", NAME), ("Từ ngày", "05/09/2024")):
        tab.get_by_role("dialog").get_by_label(label).fill(text)
        tab.keyboard.press("Tab")
        ready(tab)
    tab.get_by_role("dialog").get_by_role("button", name="Lưu").click()
    see(tab, f"Đã ghi {NAME}")


def test_an_event_from_its_form_to_its_units(url, address, tab):
    """Added, five lines pasted, F5 keeps them, one is mended, three fast clicks write one batch."""
    add_event(tab, address)
    [made] = known(url, Asked("hoi cho mua thu"))
    go(tab, address, f"su-kien?ma={made.id}")
    tab.get_by_role("button", name="Thêm đơn vị tham gia").click()
    tab.get_by_role("tab", name="Dán từ Excel").click()
    tab.get_by_label("Các dòng chép từ Excel").fill(PASTED)
    tab.get_by_role("tabpanel").get_by_role("button", name="Đưa vào danh sách").locator("visible=true").click()
    see(tab, "3 lượt · 3 đơn vị")
    tab.reload()
    ready(tab)
    see(tab, "3 lượt · 3 đơn vị")
    see(tab, "Lặp lại trong danh sách: 1")
    picture(tab, "huong-dan/su-kien-dan", MAIN)
    tab.get_by_role("combobox", name="Là đơn vị").click()
    tab.get_by_role("option", name="Trúc Biếc").first.click()
    see(tab, "4 lượt · 4 đơn vị")
    before = len(batches(url))
    tab.get_by_role("button", name="Ghi 4 lượt").click(click_count=3, delay=20)
    expect(tab.get_by_test_id("stMetricValue").first).to_have_text("4 lượt", timeout=LONG)
    assert len(batches(url)) == before + 1
    [written] = known(url, Asked("hoi cho mua thu"))
    assert (written.turns, written.units, written.more) == (4, 4, "Số người: 10 người")


def test_an_event_is_copied_to_the_next_year(url, address, tab):
    """Its days are shown before they are written; its units go along; what was written is opened."""
    fair = known(url, Asked(kind="fair", year=2023))[0]
    go(tab, address, f"su-kien?ma={fair.id}")
    tab.get_by_role("button", name="Nhân bản").click()
    tab.get_by_text("cùng thứ trong tuần").click()
    see(tab, "Chủ nhật 08/12/2024")
    tab.get_by_text("Chép cả 6 đơn vị tham gia").click()
    see(tab, "6 lượt tham gia")
    picture(tab, "huong-dan/su-kien-nhan-ban", MAIN, height=720)
    before = len(batches(url))
    tab.get_by_role("button", name="Ghi bản sao").click(click_count=3, delay=20)
    see(tab, "08/12/2024 – 10/12/2024")
    assert len(batches(url)) == before + 1
    [copy] = known(url, Asked(kind="fair", first=None, text="HC 2024 17"))
    assert (copy.days, copy.turns) == ("08/12/2024 – 10/12/2024", 6)


def test_the_list_keeps_its_filter_and_opens_the_event_clicked(url, address, tab):
    """A row's button opens that row's event; the way back and a reload keep what was asked for."""
    go(tab, address, "su-kien?loai=fair&nam=2023&thu-tu=cu")
    first = known(url, Asked(kind="fair", year=2023, oldest_first=True))[1]
    box = tab.get_by_test_id("stDataFrame").bounding_box()
    tab.mouse.click(box["x"] + 30, box["y"] + 36 + 35 + 17)
    expect(tab.get_by_role("heading", name=first.name)).to_be_visible(timeout=LONG)
    assert f"ma={first.id}" in tab.url
    tab.get_by_role("button", name="Danh sách sự kiện").click()
    see(tab, "17 sự kiện · 96 lượt tham gia của 60 đơn vị khác nhau")
    tab.reload()
    ready(tab)
    see(tab, "17 sự kiện · 96 lượt tham gia của 60 đơn vị khác nhau")
    picture(tab, "huong-dan/su-kien", MAIN, height=640)


def test_an_event_on_a_phone(url, address, tab):
    """Nothing is wider than the screen, and the list can be gathered with a thumb."""
    fair = known(url, Asked(kind="fair", year=2023))[1]
    tab.set_viewport_size({"width": 390, "height": 844})
    for path in ("su-kien", f"su-kien?ma={fair.id}"):
        go(tab, address, path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.get_by_role("button", name="Thêm đơn vị tham gia").click()
    tab.get_by_label("Tên hoặc mã số thuế").fill("sao mo")
    tab.keyboard.press("Enter")
    tab.get_by_text("Hợp tác xã Chăn nuôi Sao Mơ").click()
    tab.get_by_role("button", name="Đưa vào danh sách").locator("visible=true").first.click()
    see(tab, "1 lượt · 1 đơn vị")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
