"""One account: opened, locked, given rights or a new code; each act is a batch of the journal, with its reason."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from coopkit.account import AccountState, Grant
from coopkit.admin.account_rights import ask_rights, days_of, keep_code, rights_of
from coopkit.admin.account_sessions import show_sessions
from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.ctx import Ctx, plain
from coopkit.period import format_moment
from coopkit.workspace.accounts import Accounts, KnownAccount

COLOURS = {AccountState.ACTIVE: "green", AccountState.LOCKED: "red", AccountState.LEFT: "gray"}


def show(c: Ctx, office: Accounts, one: KnownAccount) -> None:
    """The account, and everything that may be done with it."""
    st.button(c.t("Mọi tài khoản"), icon=":material/arrow_back:", type="tertiary", key="account:back", on_click=_leave)
    account = one.account
    st.subheader(plain(f"{account.name} ({account.login})"), anchor=False)
    st.markdown(f":{COLOURS[account.state]}-badge[{account.state.label.in_(c.lang)}] {' · '.join(_facts(c, one))}")
    _acts(c, office, one)
    _rights(c, office, one)
    st.markdown(f"**{c.t('Phiên đang mở')}**")
    show_sessions(c, office, one.sessions, c.t("Không có phiên nào đang mở."))


def _leave() -> None:
    st.query_params.pop("tai-khoan", None)


def _facts(c: Ctx, one: KnownAccount) -> list[str]:
    told = [c.t("đã đặt mật khẩu") if one.has_password else c.t("chưa đặt mật khẩu")]
    if one.invited_until:
        told.append(c.t("mã đặt mật khẩu còn hạn đến {moment}", moment=format_moment(one.invited_until)))
    if one.locked_until:
        told.append(c.t("bị chặn đến {moment} vì thử sai nhiều lần", moment=format_moment(one.locked_until)))
    return told


def _acts(c: Ctx, office: Accounts, one: KnownAccount) -> None:
    """The buttons of what may be done now; each asks for its reason before it is done."""
    login, row = one.account.login, st.container(horizontal=True)
    is_open = one.account.state is AccountState.ACTIVE

    def renew(reason: str) -> None:
        keep_code(office, login, office.reset_password(login, reason=reason))

    if not is_open or one.locked_until:
        _act(c, row, c.t("Mở khóa"), f"unlock:{login}", lambda why: office.unlock(login, reason=why))
    if is_open:
        _act(c, row, c.t("Khóa"), f"lock:{login}", lambda why: office.lock(login, reason=why))
        _act(c, row, c.t("Cấp lại mã đặt mật khẩu"), f"code:{login}", renew)
        if one.sessions:
            _act(c, row, c.t("Kết thúc mọi phiên"), f"out:{login}", lambda why: office.end_sessions(login, reason=why))
    if one.account.state is not AccountState.LEFT:
        _act(c, row, c.t("Đã nghỉ việc"), f"left:{login}", lambda why: office.leave(login, reason=why))


def _act(c: Ctx, row: st.delta_generator.DeltaGenerator, label: str, form: str, do: Callable[[str], object]) -> None:
    """A button that opens to the reason and the act itself."""
    with row.popover(label):
        reason = c.ask_why(c.t("Lý do"), f"{form}:why")
        show_wrong(form)
        st.button(label, key=f"{form}:go", type="primary", disabled=running(form), on_click=start, args=(form,))

    def act(_: str) -> str:
        do(reason)
        return plain(c.t("Đã làm: {what}.", what=label))

    carry_out(c, form, act, c.t("Đang ghi…"))


def _rights(c: Ctx, office: Accounts, one: KnownAccount) -> None:
    st.markdown(f"**{c.t('Quyền')}**")
    today = office.today
    now = one.granted(today)
    if not one.grants:
        st.caption(c.t("Chưa được cấp quyền nào."))
    for grant in one.grants:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(plain(f"{rights_of(c, grant)} · {days_of(c, grant)}"), width="stretch")
            if grant in now:
                _end(c, office, grant)
    form = f"grant:{one.account.login}"
    with st.expander(c.t("Cấp thêm quyền"), icon=":material/key:", expanded=running(form)):
        rights = ask_rights(c, office, form)
        reason = c.ask_why(c.t("Lý do"), f"{form}:why")
        show_wrong(form)
        st.button(
            c.t("Cấp quyền"),
            key=f"{form}:go",
            type="primary",
            disabled=running(form) or not rights.ready,
            on_click=start,
            args=(form,),
        )

    def act(_: str) -> str:
        office.grant(one.account.login, rights.role, reason=reason, **rights.places)
        return plain(c.t("Đã cấp quyền cho {login}.", login=one.account.login))

    carry_out(c, form, act, c.t("Đang ghi…"))


def _end(c: Ctx, office: Accounts, grant: Grant) -> None:
    _act(
        c,
        st.container(width="content"),
        c.t("Thôi"),
        f"end:{grant.id}",
        lambda why: office.end_grant(grant.id, reason=why),
    )
