"""A plugin's page fails in every way it can, and everybody else goes on; an officer switches plugins on and off."""

import importlib

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser.pictures import MAIN, picture
from tests.browser.served import served
from tests.plugin_folders import install_checked, install_pages

from coopkit.access import Actor
from coopkit.workspace import Plugins, Workspace

READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
LONG = 60_000


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A ledger in which the plugin with the bad pages is on, and the folder that plugins are imported from."""
    folder = tmp_path_factory.mktemp("packages")
    install_pages(folder)
    install_checked(folder, personal=True)
    url = f"sqlite:///{tmp_path_factory.mktemp('plugins')}/so.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.setenv("PYTHONPATH", str(folder))
        with Workspace.open(url) as workspace:
            Plugins(workspace.as_(Actor.office("an"))).on("hong")
        yield url
    importlib.invalidate_caches()


@pytest.fixture(scope="module")
def address(ledger):
    with served(ledger) as found:
        yield found


@pytest.fixture
def tab(chromium):
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=str(chromium), args=arguments)
        yield browser.new_page(viewport={"width": 1360, "height": 900})
        browser.close()


def go(tab, address, path=""):
    tab.goto(f"{address}/{path}")
    tab.wait_for_selector(READY, timeout=LONG)


def heading(tab, name):
    return expect(tab.get_by_role("heading", name=name, exact=True))


def all_alive(tab):
    """Every page of coopkit's own, and a sound one of the same plugin, opens from the navigation."""
    for name in ("Tổng quan", "Hợp tác xã", "Báo cáo", "Tiện ích", "Trang tot"):
        tab.get_by_role("link", name=name, exact=True).first.click()
        heading(tab, "Trang tốt" if name == "Trang tot" else name).to_be_visible(timeout=LONG)


def incident(tab):
    return tab.get_by_test_id("stAlert").filter(has_text="Mã sự cố")


@pytest.mark.parametrize("page", ["than", "thoat", "trung-khoa"])
def test_a_page_fails_alone(address, tab, page):
    """A card with a number, no traceback; the navigation leads everywhere else."""
    go(tab, address, f"x-hong-{page}")
    expect(incident(tab)).to_be_visible(timeout=LONG)
    picture(tab, "huong-dan/ma-su-co", MAIN, height=330)
    expect(tab.get_by_text("Traceback")).to_have_count(0)
    all_alive(tab)


@pytest.mark.parametrize(
    ("page", "button"), [("nut", "Bấm"), ("manh", "Tính"), ("hop", "Mở hộp"), ("nut-thoat", "Thoát")]
)
def test_a_callback_fragment_or_dialog_fails_alone(address, tab, page, button):
    """A sentence with a number where it happened; the next step works."""
    go(tab, address, f"x-hong-{page}")
    tab.get_by_role("button", name=button, exact=True).click()
    if page != "nut-thoat":  # leaving ends the step without a word
        expect(incident(tab)).to_be_visible(timeout=LONG)
    if page == "nut":
        tab.get_by_role("button", name="Mở lại trang").click()
        heading(tab, "Nút hỏng").to_be_visible(timeout=LONG)
    if page == "hop":
        tab.keyboard.press("Escape")
    all_alive(tab)
    expect(tab.get_by_text("division by zero")).to_have_count(0)


def test_a_page_cannot_keep_the_navigation(address, tab):
    """What it sets is set for its own page only."""
    go(tab, address, "x-hong-chiem")
    tab.keyboard.press("Escape")  # its own navigation does not know its own page, and says so
    heading(tab, "Chiếm chỗ").to_be_visible(timeout=LONG)
    tab.get_by_test_id("stExpandSidebarButton").click()
    all_alive(tab)
    expect(tab.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")


def test_switching_on_and_off(address, tab):
    """The question about personal data is asked, the batch is told, and the plugin's state follows."""
    go(tab, address, "tien-ich?tien-ich=thu")
    tab.get_by_role("button", name="Bật", exact=True).click()
    expect(tab.get_by_text("hãy chọn có cho đọc")).to_be_visible(timeout=LONG)
    tab.get_by_label("Lý do bật").fill("Thử một quý")
    tab.get_by_text("Không: những cột ấy để trống").click()
    tab.get_by_role("button", name="Bật", exact=True).click()
    expect(tab.get_by_text("Đã bật thu (lô")).to_be_visible(timeout=LONG)
    tab.get_by_role("button", name="Tắt", exact=True).click()
    expect(tab.get_by_text("Đã tắt thu (lô")).to_be_visible(timeout=LONG)


def test_safe_mode_is_told_on_every_page(ledger, tab):
    """Nothing of a plugin is loaded, and every page says so in the reader's language."""
    with served(ledger, COOPKIT_SAFE_MODE="1") as address:
        for page in ("", "htx", "bao-cao", "tien-ich"):
            go(tab, address, page)
            expect(tab.get_by_text("Chế độ an toàn:").first).to_be_visible(timeout=LONG)
        expect(tab.get_by_role("link", name="Trang tot")).to_have_count(0)
        tab.get_by_text("English", exact=True).click()
        expect(tab.get_by_text("Safe mode:").first).to_be_visible(timeout=LONG)
