"""In the browser: a campaign opened, its criteria changed once by three fast clicks, a stage closed and sent back."""

import pytest
from playwright.sync_api import expect
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, PAINTED, browsing, go, served, settled
from tests.campaigns import launched, office, reopened, rules

from coopkit.campaign import StageStep
from coopkit.workspace import CampaignDesk, Stages


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A ledger with a draft of 2025, and a campaign of 2024 whose self-scores are open."""
    made = tmp_path_factory.mktemp("campaigns")
    with office(made) as desk:
        launched(desk)
        Stages.new(desk, rules(name="Phong trào sau", period="2025", launched="2024-12-20", targets=[])).apply()
    return made


@pytest.fixture(scope="module")
def address(folder):
    with served(f"sqlite:///{folder}/so.db") as found:
        yield found


@pytest.fixture
def tab(chromium):
    with browsing(str(chromium)) as browser:
        yield browser.new_page(viewport={"width": 1440, "height": 1000})


def moves(folder):
    with reopened(folder) as desk:
        at = CampaignDesk.of(desk, "2024")
        own = sorted(at.desk.snapshot().records(StageStep), key=lambda one: one.number)
        return [(one.stage, one.move.value) for one in own]


def test_a_stage_closed_and_sent_back(address, folder, tab):
    """From the list into the campaign; closing waits for a reason, and is done once however often it is clicked."""
    go(tab, address, "thi-dua")
    tab.get_by_test_id("stMain").get_by_role("button", name="Mở", exact=True).last.click()
    expect(tab.get_by_role("heading", name="Phong trào thử", level=1)).to_be_visible(timeout=LONG)
    shut = tab.get_by_role("button", name="Chốt giai đoạn")
    shut.click()
    expect(tab.get_by_test_id("stAlert").filter(has_text="Chưa đóng được")).to_be_visible(timeout=LONG)
    settled(tab)
    picture(tab, "huong-dan/thi-dua-giai-doan", MAIN)
    tab.get_by_label("Lý do", exact=True).fill("Hội đồng chấp nhận để trống")
    shut.click(click_count=3, delay=20)
    expect(tab.get_by_test_id("stAlert").filter(has_text="Đã mở Chấm chéo")).to_be_visible(timeout=LONG)
    assert moves(folder)[-2:] == [("self", "close"), ("cross", "open")]
    settled(tab)
    tab.get_by_label("Lý do trả lại").fill("nộp lại")
    tab.get_by_role("button", name="Trả lại", exact=True).click()
    expect(tab.get_by_test_id("stAlert").filter(has_text="Đã trả lại Tự chấm")).to_be_visible(timeout=LONG)
    assert moves(folder)[-1] == ("self", "back")


def test_criteria_changed_once(address, folder, tab):
    """A maximum typed into the grid moves the sums at once; three fast clicks put one version in force."""
    with reopened(folder) as desk:
        campaign = CampaignDesk.of(desk, "2025").campaign
    go(tab, address, f"thi-dua-tieu-chi?dot={campaign}")
    expect(tab.get_by_text("Tổng 20/20")).to_be_visible(timeout=LONG)
    settled(tab)
    tab.wait_for_timeout(PAINTED)
    grid = tab.get_by_test_id("stDataFrame").first.bounding_box()
    tab.mouse.dblclick(grid["x"] + 790, grid["y"] + 36 + 2 * 35 + 17)  # the maximum of the third row
    cell = tab.locator("#portal textarea")
    expect(cell).to_be_focused(timeout=LONG)
    cell.fill("4,5")
    tab.wait_for_timeout(300)  # until the cell has what was typed
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Nhóm I 19,5/20")).to_be_visible(timeout=LONG)
    settled(tab)
    tab.get_by_label("Lý do thay đổi").fill("họp ít hơn")
    picture(tab, "huong-dan/thi-dua-tieu-chi", MAIN)
    tab.get_by_role("button", name="Áp dụng").click(click_count=3, delay=20)
    expect(tab.get_by_test_id("stAlert").filter(has_text="Đã áp dụng thể lệ, lần 2")).to_be_visible(timeout=LONG)
    settled(tab)
    with reopened(folder) as desk:
        at = CampaignDesk.of(desk, "2025")
        assert [(one.number, one.reason) for one in at.versions()] == [(1, None), (2, "họp ít hơn")]
        assert at.rules.leaf("2").maximum == 450
