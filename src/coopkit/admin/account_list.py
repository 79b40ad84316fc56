"""The accounts: all of them in a table, one opened, and a new one made."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from coopkit.account import AccountState
from coopkit.admin import account_one
from coopkit.admin.account_rights import ask_rights, keep_code, rights_of, show_code
from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.ctx import Ctx, plain
from coopkit.period import format_moment
from coopkit.workspace.accounts import Accounts, KnownAccount

ASKED = "tai-khoan"
COLOURS = {AccountState.ACTIVE: "green", AccountState.LOCKED: "red", AccountState.LEFT: "gray"}
_NEW = "account:new"


def show(c: Ctx) -> None:
    """The accounts, or the one that the URL names."""
    office = Accounts(c.desk)
    known = office.all()
    wanted = st.query_params.get(ASKED, "")
    show_code(c)
    for one in known:
        if one.account.login == wanted:
            account_one.show(c, office, one)
            return
    if wanted:
        st.info(c.t("Không có tài khoản này: chọn một tài khoản trong danh sách."))
    if known:
        _table(c, known)
    else:
        st.info(c.t("Chưa có tài khoản nào: lập tài khoản quản trị đầu tiên ở máy chủ bằng coopkit user add."))
    _new(c, office)


def _table(c: Ctx, known: list[KnownAccount]) -> None:
    rows = pd.DataFrame([{"open": [c.t("Mở")], **_row(c, one)} for one in known])
    # The key names the rows: a click made before the list changed must not open another account.
    key = f"accounts:{hash(tuple(one.account.login for one in known))}"

    def clicked() -> None:
        st.query_params[ASKED] = known[st.session_state[f"{key}:row"]["row"]].account.login

    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked)
    config: Any = {"open": button}
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=38 + 35 * min(len(rows), 16))


def _row(c: Ctx, one: KnownAccount) -> dict[str, str]:
    today = Accounts(c.desk).today
    state = one.account.state.label.in_(c.lang)
    if one.locked_until:
        state = c.t("{state}, bị chặn đến {moment}", state=state, moment=format_moment(one.locked_until))
    seen = max((each.seen for each in one.sessions), default=None)
    return {
        c.t("Tên đăng nhập"): one.account.login,
        c.t("Họ và tên"): one.account.name,
        c.t("Trạng thái"): state,
        c.t("Quyền hôm nay"): "; ".join(rights_of(c, grant) for grant in one.granted(today)) or c.t("không có"),
        c.t("Mật khẩu"): c.t("đã đặt") if one.has_password else c.t("chưa đặt"),
        c.t("Phiên đang mở"): c.number(len(one.sessions)),
        c.t("Thấy lần cuối"): format_moment(seen) if seen else "–",
    }


def _new(c: Ctx, office: Accounts) -> None:
    with st.expander(c.t("Thêm tài khoản"), icon=":material/person_add:", expanded=running(_NEW)):
        left, right = st.columns(2)
        hint = c.t("chữ thường không dấu, ví dụ an.nguyen")
        login = left.text_input(c.t("Tên đăng nhập") + " \\*", key=f"{_NEW}:login", placeholder=hint).strip()
        name = right.text_input(c.t("Họ và tên") + " \\*", key=f"{_NEW}:name").strip()
        rights = ask_rights(c, office, _NEW)
        reason = c.ask_why(c.t("Lý do"), f"{_NEW}:why")
        show_wrong(_NEW)
        st.button(
            c.t("Lập tài khoản"),
            key=f"{_NEW}:go",
            type="primary",
            disabled=running(_NEW) or not (login and name and rights.ready),
            on_click=start,
            args=(_NEW,),
        )

    def act(_: str) -> str:
        code = office.add(login, name, rights.role, reason=reason, **rights.places)
        keep_code(office, login, code)
        return plain(c.t("Đã lập tài khoản {login}.", login=login))

    carry_out(c, _NEW, act, c.t("Đang ghi…"))
