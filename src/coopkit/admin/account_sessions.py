"""Who is signed in now, each session to be ended; and which addresses are kept out after too many failures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.ctx import Ctx, plain
from coopkit.period import format_moment
from coopkit.workspace.accounts import Accounts, OpenSession

SHOWN = 50
"""So many sessions are shown, those last seen first."""


def show_open(c: Ctx) -> None:
    """Every session that is open."""
    office = Accounts(c.desk)
    st.caption(c.t("Phiên bị kết thúc thì lần bấm kế tiếp ở trình duyệt ấy về trang đăng nhập."))
    show_sessions(c, office, office.sessions(), c.t("Không có phiên nào đang mở."))


def show_sessions(c: Ctx, office: Accounts, sessions: Sequence[OpenSession], none: str) -> None:
    """Sessions, each with the button that ends it."""
    if not sessions:
        st.caption(none)
    for one in sessions[:SHOWN]:
        form = f"session:{one.number}"
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(one.login)}** · {plain(_told(c, one))}", width="stretch")
            show_wrong(form)
            st.button(c.t("Kết thúc"), key=f"{form}:go", disabled=running(form), on_click=start, args=(form,))
        carry_out(c, form, partial(_ended, c, office, one), c.t("Đang ghi…"))
    if len(sessions) > SHOWN:
        st.caption(c.n("và {n} phiên nữa", len(sessions) - SHOWN))


def _ended(c: Ctx, office: Accounts, one: OpenSession, _: str) -> str:
    office.end_session(one.number)
    return plain(c.t("Đã kết thúc một phiên của {login}.", login=one.login))


def _told(c: Ctx, one: OpenSession) -> str:
    return c.t(
        "vào lúc {begun}, thấy lần cuối {seen}, hết hạn {ends}, từ {where}",
        begun=format_moment(one.created),
        seen=format_moment(one.seen),
        ends=format_moment(one.ends),
        where=" ".join(filter(None, (one.address, one.agent))) or "–",
    )


def show_kept_out(c: Ctx) -> None:
    """The addresses that are kept out, each with the button that lets it in again."""
    office = Accounts(c.desk)
    st.caption(c.t("Tài khoản bị chặn vì thử sai nhiều lần thì mở khóa ở phần Tài khoản."))
    kept = office.kept_out()
    if not kept:
        st.info(c.t("Không có địa chỉ nào bị chặn."))
    for one in kept:
        form = f"let-in:{one.address}"
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            told = c.t(
                "{failures} lần sai, lần cuối {last}, chặn đến {until}",
                failures=c.number(one.failures),
                last=format_moment(one.last),
                until=format_moment(one.until),
            )
            st.markdown(f"**{plain(one.address)}** · {told}", width="stretch")
            st.button(c.t("Cho vào lại"), key=f"{form}:go", disabled=running(form), on_click=start, args=(form,))
        carry_out(c, form, partial(_let_in, c, office, one.address), c.t("Đang ghi…"))


def _let_in(c: Ctx, office: Accounts, address: str, _: str) -> str:
    office.let_in(address)
    return plain(c.t("Đã cho {address} vào lại.", address=address))
