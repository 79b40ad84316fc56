"""Quản trị: accounts are made, locked, given rights and sent away by clicks; each once, and each in the journal."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from tests.admin_pages import example_ledger, page_of

from coopkit.access import ROLES, Actor
from coopkit.account import AccountState
from coopkit.admin import door
from coopkit.admin.ctx import plain
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.accounts import Accounts
from coopkit.workspace.logins import Logins

AN, BINH = "an.quan", "binh"


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """The example with an administrator and an officer of a former district, who has not set a password yet."""
    url = example_ledger(tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    with Workspace.open(url, registry=Registry.load()) as workspace:
        accounts = Accounts(workspace.as_(Actor.office("goc")))
        accounts.add(AN, "Quản Trị Mẫu", "administrator")
        accounts.add(BINH, "Cán Bộ Mẫu", "district_officer", edits=("316",), views=("316",))
    return url


def known(url):
    """The accounts by login, as the ledger has them now."""
    with Workspace.open(url, registry=Registry.load()) as workspace:
        return {one.account.login: one for one in Accounts(workspace.as_(Actor.office("goc"))).all()}


def reasons(url):
    """The reasons of all batches."""
    with Workspace.open(url, registry=Registry.load()) as workspace:
        return [one.reason for one in workspace.ledger.batches()]


def told(shown):
    """Everything the page says in its texts."""
    return " ".join(one.value for one in (*shown.markdown, *shown.caption, *shown.success, *shown.info, *shown.error))


@pytest.mark.usefixtures("ledger")
def test_the_list_tells_who_may_do_what():
    """Login, name, state, rights of today with the places' names, and whether a password is set."""
    [rows] = [one.value for one in page_of("administration").dataframe]
    assert list(rows["Tên đăng nhập"]) == [AN, BINH]
    assert list(rows["Quyền hôm nay"]) == [
        "Quản trị: cả thành phố",
        "Cán bộ địa bàn: Huyện Vĩnh Bảo (đến 30/06/2025)",
    ]
    assert set(rows["Mật khẩu"]) == {"chưa đặt"}


def test_an_account_is_made_and_its_code_is_told_once(ledger):
    """The code that is shown sets the password; put away, it is shown no more."""
    shown = page_of("administration")
    assert shown.button(key="account:new:go").disabled
    shown.text_input(key="account:new:login").input("chi.vb")
    shown.text_input(key="account:new:name").input("Chị Văn Bản Mẫu").run()
    shown.selectbox(key="account:new:role:vi").select("viewer").run()
    shown.selectbox(key="account:new:views:way:viewer:vi").select("chon").run()
    shown.multiselect(key="account:new:views").select("316").run()
    shown.button(key="account:new:go").click().run()
    assert not shown.exception
    assert shown.success[0].value == "Đã lập tài khoản chi.vb."
    [code] = [one.value for one in shown.code]
    made = known(ledger)["chi.vb"]
    assert (made.grants[0].role, made.grants[0].view_places, made.grants[0].edit_places) == ("viewer", ("316",), ())
    with Workspace.open(ledger, registry=Registry.load()) as workspace:
        Logins(workspace).set_password("chi.vb", code, "một câu dài để nhớ 2026")
    shown.button(key="account:code:gone").click().run()
    assert not shown.code
    assert known(ledger)["chi.vb"].has_password


def test_a_login_that_is_none_is_told_and_nothing_is_lost(ledger):
    """The fault stands in the form, what was typed stays, and no account is made."""
    shown = page_of("administration")
    shown.text_input(key="account:new:login").input("Văn Thư")
    shown.text_input(key="account:new:name").input("Văn Thư Mẫu").run()
    shown.button(key="account:new:go").click().run()
    assert "Tên đăng nhập" in shown.error[0].value
    assert shown.text_input(key="account:new:name").value == "Văn Thư Mẫu"
    assert set(known(ledger)) == {AN, BINH}


@pytest.mark.parametrize(
    ("button", "state", "reason"),
    [("lock", AccountState.LOCKED, "Khóa tài khoản binh"), ("left", AccountState.LEFT, "chuyển công tác")],
)
def test_an_account_is_shut(ledger, button, state, reason):
    """Locked, or of somebody who left: at once, with the reason in the journal; then it can be opened again."""
    shown = page_of("administration", tai_khoan=BINH)
    if button == "left":
        shown.text_input(key=f"{button}:{BINH}:why").input(reason)
    shown.button(key=f"{button}:{BINH}:go").click().run()
    assert not shown.exception
    assert known(ledger)[BINH].account.state is state
    assert reasons(ledger)[-1] == reason
    shown.button(key=f"unlock:{BINH}:go").click().run()
    assert known(ledger)[BINH].account.state is AccountState.ACTIVE


def test_rights_are_given_and_taken(ledger):
    """A second grant stands beside the first; what is taken ends before today, and stays in sight."""
    shown = page_of("administration", tai_khoan=BINH)
    shown.selectbox(key=f"grant:{BINH}:role:vi").select("council").run()
    shown.button(key=f"grant:{BINH}:go").click().run()
    assert plain("Thành viên Hội đồng: cả thành phố") in told(shown)
    first = known(ledger)[BINH].grants[0]
    shown.button(key=f"end:{first.id}:go").click().run()
    assert not shown.exception
    one = known(ledger)[BINH]
    assert len(one.grants) == 2
    assert len(one.granted(first.since)) == 1


def test_a_session_is_ended(ledger):
    """Who is signed in is told, and is in no more after the click."""
    with Workspace.open(ledger, registry=Registry.load()) as workspace:
        code = Accounts(workspace.as_(Actor.office("goc"))).reset_password(BINH)
        Logins(workspace).set_password(BINH, code, "một câu dài để nhớ 2026")
        token = Logins(workspace).sign_in(BINH, "một câu dài để nhớ 2026", address="192.0.2.7", agent="Firefox")
    shown = page_of("administration", muc="phien")
    assert "192.0.2.7" in told(shown)
    [end] = [one for one in shown.button if one.label == "Kết thúc"]
    end.click().run()
    assert "Không có phiên nào đang mở." in told(shown)
    with Workspace.open(ledger, registry=Registry.load()) as workspace:
        assert Logins(workspace).signed_in(token) is None


def test_who_is_kept_out_is_let_in_again(ledger):
    """After many failures from an address it is told, and a click forgets them."""
    with Workspace.open(ledger, registry=Registry.load()) as workspace:
        for n in range(60):
            with pytest.raises(Exception, match=r"wrong|too many"):
                Logins(workspace).sign_in(f"khong-co-{n}", "sai mật khẩu", address="192.0.2.9")
    shown = page_of("administration", muc="bi-chan")
    assert "192.0.2.9" in told(shown)
    shown.button(key="let-in:192.0.2.9:go").click().run()
    assert "Không có địa chỉ nào bị chặn." in told(shown)


@pytest.mark.usefixtures("ledger")
def test_health_is_told_when_it_is_asked_for():
    """Each part with its state and its cure; nothing is read before the click."""
    shown = page_of("administration", muc="suc-khoe")
    assert not shown.table
    shown.button(key="health:go").click().run()
    [rows] = [one.value for one in shown.table]
    assert "Nhật ký" in rows.index
    assert plain("COOPKIT_BACKUPS") in rows.loc["Sao lưu", "Cách xử lý"]


@pytest.mark.usefixtures("ledger")
def test_the_settings_are_told(monkeypatch):
    """How the process was set up, in words, with the variable that sets it."""
    door.set_up(door.Door.of({"COOPKIT_HOSTS": "htx.example.vn", "COOPKIT_IDLE_MINUTES": "20"}))
    monkeypatch.setenv("COOPKIT_BACKUPS", "/srv/backups")
    [rows] = [one.value for one in page_of("administration", muc="thiet-dat").table]
    door.set_up(door.Door.of({}))
    told = dict(zip(rows.index, rows["Giá trị"], strict=True))
    assert "htx.example.vn" in told["Tên máy được trả lời"]
    assert told["Phiên để yên thì hết hạn sau"] == "20 phút"
    assert told["Phiên dài nhất"] == "12 giờ"
    assert told["Thư mục sao lưu"] == "/srv/backups"


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("role", [key for key, role in ROLES.items() if "accounts" not in role.allows])
def test_only_who_may_sees_accounts(role):
    """Every other role is shown no account, also where the URL names one."""
    script = f"""
from attrs import evolve
from coopkit.access import ROLES, Actor
from coopkit.admin import administration
from coopkit.admin.ctx import context
c = context("vi")
administration.show(evolve(c, desk=c.desk.workspace.as_(Actor("x", ROLES[{role!r}]))))
"""
    shown = AppTest.from_string(script, default_timeout=60)
    shown.query_params["tai-khoan"] = BINH
    shown.run()
    assert BINH not in told(shown)
    assert not shown.dataframe
