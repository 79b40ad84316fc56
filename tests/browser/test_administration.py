"""An administrator makes an account; its owner comes in, sees their own district alone, and is locked out again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.admin_pages import example_ledger
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, READY, go, served, settled

from coopkit.access import Actor
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.accounts import Accounts
from coopkit.workspace.logins import Logins

ADMINISTRATOR, OFFICER = "quan.tri", "chi.vb"
WORDS = "bốn con thuyền qua sông 2026"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page as an office starts it, over the example, with one administrator."""
    url = example_ledger(tmp_path_factory.mktemp("quan-tri"))
    with Workspace.open(url, registry=Registry.load()) as workspace:
        code = Accounts(workspace.as_(Actor.office("goc"))).add(ADMINISTRATOR, "Quản Trị Mẫu", "administrator")
        Logins(workspace).set_password(ADMINISTRATOR, code, WORDS)
    with served(url, script=("-m", "coopkit.admin")) as found:
        yield found


def sign_in(tab, address, login):
    """Fill in the form that stands before every page."""
    tab.goto(address)
    picture(tab, "huong-dan/dang-nhap", "main")
    tab.fill("input[name=ten]", login)
    tab.fill("input[name=mat-khau]", WORDS)
    tab.get_by_role("button", name="Đăng nhập").click()
    tab.wait_for_selector(READY, timeout=LONG)


def test_an_account_from_its_making_to_its_end(address, browser, tab):
    """The code is handed over, the officer sees Vĩnh Bảo alone; locked, the next click is the last."""
    sign_in(tab, address, ADMINISTRATOR)
    go(tab, address, "quan-tri")
    tab.get_by_text("Thêm tài khoản").click()
    tab.get_by_label("Tên đăng nhập").fill(OFFICER)
    tab.get_by_label("Họ và tên").fill("Cán Bộ Mẫu")
    tab.keyboard.press("Tab")
    settled(tab)
    _choose(tab, "Vai trò", "Cán bộ địa bàn")
    for label in ("Được xem ở", "Được sửa ở"):
        _choose(tab, label, "Chọn địa bàn")
        tab.get_by_label(label).last.fill("Vĩnh Bảo (đến")
        tab.get_by_role("option", name="Huyện Vĩnh Bảo").click()
        tab.keyboard.press("Escape")
        settled(tab)
    tab.get_by_role("button", name="Lập tài khoản").click()
    expect(tab.get_by_text("Đã lập tài khoản chi.vb.")).to_be_visible(timeout=LONG)
    picture(tab, "huong-dan/quan-tri", MAIN)
    code = tab.locator("[data-testid=stCode] code").inner_text().strip()

    other = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900}).new_page()
    other.goto(f"{address}/doi-mat-khau")
    for name, value in (("ten", OFFICER), ("ma", code), ("moi", WORDS), ("lai", WORDS)):
        other.fill(f"input[name={name}]", value)
    other.get_by_role("button", name="Đặt mật khẩu").click()
    expect(other.get_by_text("Đã đặt mật khẩu, mời đăng nhập.")).to_be_visible(timeout=LONG)
    sign_in(other, address, OFFICER)
    go(other, address, "htx")
    shown = other.get_by_text("đơn vị, trong đó").first.inner_text()
    assert 0 < int(shown.split()[0]) < 274
    expect(other.get_by_role("link", name="Quản trị")).to_have_count(0)

    tab.goto(f"{address}/quan-tri?tai-khoan={OFFICER}")
    tab.wait_for_selector(READY, timeout=LONG)
    tab.get_by_role("button", name="Khóa").first.click()
    tab.get_by_role("button", name="Khóa").last.click()
    expect(tab.get_by_text("Đã làm: Khóa.")).to_be_visible(timeout=LONG)
    other.get_by_role("link", name="Sự kiện").click()
    other.wait_for_url("**/dang-nhap**", timeout=LONG)
    other.context.close()


def _choose(tab, label, option):
    tab.get_by_label(label, exact=True).first.click()
    tab.get_by_role("option", name=option, exact=True).click()
    settled(tab)
