"""An officer looks through the register, opens a row's menu, exports what was found, and edits many units at once."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, PAINTED, go, in_english, settled

from coopkit.access import Actor
from coopkit.cooperative import Cooperative, CooperativeKind, Sector
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.workspace import Filter, Workspace

NOON = dt.datetime(2024, 3, 1, 5, tzinfo=dt.UTC)
FIRST_ROW, MENU, XEM = 36 + 17, 60 + 22, 30
"""Where the first row stands in the grid, and in it the menu and the button."""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """120 units in the order of their numbers: 60 of farming, 40 of services, 20 without a sector."""
    url = f"sqlite:///{tmp_path_factory.mktemp('register')}/so.db"
    sectors = [Sector.AGRICULTURE] * 60 + [Sector.SERVICES] * 40 + [None] * 20
    kind = CooperativeKind.COOPERATIVE
    units = [Cooperative(f"c{n}", f"Hợp tác xã Đồng {n:03}", kind, sector=one) for n, one in enumerate(sectors, 1)]
    with Workspace.open(url, registry=Registry.load()) as workspace:
        workspace.ledger.write(Batch("an", "nhập", NOON, changes=tuple(map(Change, units))))
    return url


def clicked(tab, x, y=FIRST_ROW):
    """The page after a click into its grid."""
    grid = tab.get_by_test_id("stDataFrame").first
    expect(grid.locator("canvas").first).to_be_visible(timeout=LONG)
    tab.wait_for_timeout(PAINTED)
    box = grid.bounding_box()
    tab.mouse.click(box["x"] + x, box["y"] + y)


def more(tab):
    """The further filters, once their boxes have glided to their places."""
    tab.get_by_text("Lọc thêm và sắp xếp").click()
    tab.wait_for_timeout(PAINTED)


def choose(tab, label, option):
    """Choose in a box of Streamlit's."""
    tab.get_by_label(label, exact=True).click()
    tab.get_by_role("option", name=option, exact=True).click()
    settled(tab)


def test_what_is_asked_for_survives_a_reload(address, tab):
    """Search, filter, order and page stand in the URL; another filter begins at the first page; one click clears."""
    go(tab, address, "htx")
    expect(tab.get_by_text("120 đơn vị")).to_be_visible(timeout=LONG)
    tab.get_by_label("Tìm theo tên").fill("dong")
    tab.keyboard.press("Enter")
    settled(tab)
    more(tab)
    choose(tab, "Sắp xếp", "Tên đơn vị – giảm dần")
    tab.get_by_role("button", name="Trang 2", exact=True).click()
    expect(tab).to_have_url(re.compile("trang=2"), timeout=LONG)
    tab.reload()
    settled(tab)
    expect(tab.get_by_label("Tìm theo tên")).to_have_value("dong", timeout=LONG)
    expect(tab).to_have_url(re.compile("sap-xep=-name"))
    expect(tab).to_have_url(re.compile("trang=2"))
    asked = tab.url
    clicked(tab, XEM)  # the 51st of them, downwards
    expect(tab.get_by_role("heading", name="Hợp tác xã Đồng 070")).to_be_visible(timeout=LONG)
    go(tab, address, asked.removeprefix(f"{address}/"))
    expect(tab.get_by_text("120 đơn vị")).to_be_visible(timeout=LONG)
    tab.wait_for_timeout(PAINTED)
    expect(tab.get_by_label("Tìm theo tên")).to_have_value("dong", timeout=LONG)
    more(tab)
    choose(tab, "Lĩnh vực", "Dịch vụ và lĩnh vực khác")
    expect(tab.get_by_text("40 đơn vị")).to_be_visible(timeout=LONG)
    expect(tab).not_to_have_url(re.compile("trang="))
    tab.get_by_role("button", name="Bỏ hết bộ lọc").click()
    expect(tab.get_by_text("120 đơn vị")).to_be_visible(timeout=LONG)
    expect(tab.get_by_label("Tìm theo tên")).to_have_value("")


def test_the_menu_of_the_second_page_reaches_its_own_unit(address, tab):
    """Sửa opens the drawer of the unit in that row, and a reload keeps it open."""
    go(tab, address, "htx?trang=2")
    clicked(tab, MENU)
    tab.get_by_text("Sửa", exact=True).last.click()
    name = tab.get_by_role("dialog").get_by_label("Tên đơn vị")
    expect(name).to_have_value("Hợp tác xã Đồng 051", timeout=LONG)
    tab.reload()
    expect(name).to_have_value("Hợp tác xã Đồng 051", timeout=LONG)


def test_all_that_was_found_is_exported(address, tab):
    """Not the page alone: the file opens elsewhere, tells its filter, and holds every unit of it."""
    go(tab, address, "htx?linh-vuc=agriculture")
    with tab.expect_download(timeout=LONG) as waiting:
        tab.get_by_role("button", name="Xuất Excel").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
    [sheet] = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes())).worksheets
    assert "Nông, lâm, ngư" in sheet["A3"].value
    assert len(list(sheet.iter_rows(min_row=6))) == 60


def test_many_are_edited_once(address, url, tab):
    """From the list with its filter to the bulk edit; previewed, and three fast clicks make one batch."""
    with Workspace.open(url) as workspace:
        before = len(workspace.ledger.batches())
    go(tab, address, "htx?thieu=sector")
    tab.get_by_role("button", name="Sửa hàng loạt").click()
    expect(tab).to_have_url(re.compile("htx-sua.*thieu=sector"), timeout=LONG)
    expect(tab.get_by_text("Đang chọn 20 đơn vị")).to_be_visible(timeout=LONG)
    choose(tab, "Trường sửa", "Lĩnh vực")
    choose(tab, "Giá trị mới cho mọi đơn vị", "Công nghiệp – xây dựng")
    expect(tab).to_have_url(re.compile("moi-sector=industry"), timeout=LONG)
    tab.reload()
    tab.get_by_role("button", name="Xem trước thay đổi").click(timeout=LONG)
    expect(tab.get_by_text("20 đơn vị thay đổi")).to_be_visible(timeout=LONG)
    tab.get_by_label("Lý do, căn cứ *").fill("Rà soát lĩnh vực")
    picture(tab, "huong-dan/sua-hang-loat", MAIN)
    save = tab.get_by_role("button", name="Ghi vào sổ 20 đơn vị")
    save.evaluate("button => { for (const _ of [1, 2, 3]) button.click() }")
    expect(tab.get_by_text("Đã ghi 20 đơn vị")).to_be_visible(timeout=LONG)
    settled(tab)
    with Workspace.open(url) as workspace:
        batches = workspace.ledger.batches()
        units = workspace.as_(Actor.office("an")).units().search(Filter(sector=Sector.INDUSTRY))
    assert len(batches) == before + 1
    assert (batches[-1].reason, batches[-1].records, len(units)) == ("Rà soát lĩnh vực", 20, 20)


@pytest.mark.parametrize("path", ["htx?linh-vuc=services", "htx-sua?linh-vuc=services&cach=bang"])
def test_anybody_can_use_it_on_any_screen(address, tab, path):
    """Nothing serious for a keyboard or a screen reader, in both languages; a telephone scrolls only downwards."""
    go(tab, address, path)
    tab.wait_for_timeout(PAINTED)
    assert findings(tab) == []
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.wait_for_timeout(PAINTED)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(tab.get_by_label("Tìm theo tên")).to_be_visible()
    tab.set_viewport_size({"width": 1440, "height": 900})
    in_english(tab)
    expect(tab.get_by_role("heading", name=re.compile("Cooperatives|Bulk edit"))).to_be_visible(timeout=LONG)
    assert findings(tab) == []
