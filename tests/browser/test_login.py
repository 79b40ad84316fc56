"""Signing in as people do: from the form to a file that opens again, and out of a tab that was left open."""

from __future__ import annotations

import csv
import io

import pytest
from tests.admin_pages import example_ledger
from tests.browser.served import LONG, READY, served, settled
from tests.login_office import GOOD, WRONG

from coopkit.access import Actor
from coopkit.workspace import Workspace
from coopkit.workspace.accounts import Accounts
from coopkit.workspace.logins import FAILURES, Logins

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """The example, with an officer, a viewer and an administrator."""
    ledger = example_ledger(tmp_path_factory.mktemp("so"))
    with Workspace.open(ledger) as workspace:
        accounts, logins = Accounts(workspace.as_(Actor.office("goc"))), Logins(workspace)
        for login, role in (("an", "alliance_officer"), ("binh", "viewer"), ("chi", "administrator")):
            logins.set_password(login, accounts.add(login, f"Cán bộ {login}", role), GOOD)
    return ledger


@pytest.fixture(scope="module")
def address(url):
    """The page as an office runs it: locked."""
    with served(url, locked=True) as found:
        yield found


@pytest.fixture
def people(browser):
    """Two people's browsers: neither knows the other's cookies."""
    contexts = [browser.new_context(locale="vi-VN", accept_downloads=True) for _ in range(2)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def sign_in(tab, login, password, *, wait=True):
    """Fill in the form that is open."""
    tab.get_by_label("Tên đăng nhập").fill(login)
    tab.get_by_label("Mật khẩu", exact=True).fill(password)
    tab.get_by_role("button", name="Đăng nhập").click()
    if wait:
        tab.wait_for_selector(READY, timeout=LONG)


def signed_in(tab, address, login="an", path=""):
    """A tab that is signed in, at a page."""
    tab.goto(f"{address}/{path}")
    sign_in(tab, login, GOOD)


def test_from_the_form_to_a_file(people, address):
    """A deep link asks to sign in, leads there, shows who it is, and gives a file that opens again."""
    tab, _ = people
    tab.goto(f"{address}/htx?q=Ngh%C4%A9a")
    assert "/dang-nhap?next=" in tab.url
    sign_in(tab, "an", GOOD)
    assert "/htx" in tab.url
    assert tab.get_by_text("Cán bộ an").first.is_visible()
    tab.goto(f"{address}/nhat-ky")
    tab.wait_for_selector(READY, timeout=LONG)
    with tab.expect_download(timeout=LONG) as download:
        tab.get_by_test_id("stDownloadButton").get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert rows[0][:2] == ["Lô", "Thời gian"]
    assert len(rows) > 2


def test_a_wrong_password_is_told_and_then_locks_out(people, address):
    """The form says so and keeps the login; after five it says to wait, also for the right one."""
    tab, _ = people
    tab.goto(address)
    for _ in range(FAILURES):
        sign_in(tab, "binh", WRONG, wait=False)
        tab.get_by_role("alert").wait_for()
        assert "không đúng" in tab.get_by_role("alert").inner_text()
        assert tab.get_by_label("Tên đăng nhập").input_value() == "binh"
    sign_in(tab, "binh", GOOD, wait=False)
    tab.get_by_text("đợi 1 phút").wait_for()


WAYS = {
    "sessions ended": lambda accounts: accounts.end_sessions("an"),
    "locked": lambda accounts: (accounts.lock("an"), accounts.unlock("an")),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("click", ["widget", "page"])
def test_an_open_tab_is_out_at_its_next_click(people, address, url, way, click):
    """An administrator ends it elsewhere; the tab's next click, on a widget or to a page, leads to the login page."""
    tab, _ = people
    signed_in(tab, address, path="htx")
    with Workspace.open(url) as workspace:
        way(Accounts(workspace.as_(Actor.office("goc"))))
    _click(tab, click)
    tab.wait_for_url("**/dang-nhap?next=**", timeout=LONG)
    assert tab.get_by_label("Tên đăng nhập").is_visible()


def _click(tab, what):
    if what == "widget":
        tab.get_by_text("English", exact=True).click()
    else:
        tab.get_by_test_id("stSidebarNavLink").filter(has_text="Sự kiện").click()


def test_signing_out_ends_one_s_other_tab_too(people, address):
    """The button in the sidebar; a second tab of the browser is out at its next click, another person's is not."""
    tab, other = people
    signed_in(tab, address)
    signed_in(other, address, "chi")
    second = tab.context.new_page()
    second.goto(f"{address}/htx")
    second.wait_for_selector(READY, timeout=LONG)
    tab.get_by_role("button", name="Đăng xuất").click()
    tab.wait_for_url("**/dang-nhap**", timeout=LONG)
    _click(second, "page")
    second.wait_for_url("**/dang-nhap?next=**", timeout=LONG)
    _click(other, "widget")
    settled(other)
    assert "dang-nhap" not in other.url


def test_a_demo_says_that_it_is_one(browser, tmp_path):
    """Without an account the example opens by itself, and the sidebar says so."""
    with served(f"sqlite:///{tmp_path}/so.db") as found:
        tab = browser.new_page(locale="vi-VN")
        tab.goto(found)
        tab.wait_for_selector(READY, timeout=LONG)
        assert tab.get_by_text("Bản trình diễn").is_visible()
        tab.close()
