"""Who is signed in, in the sidebar, with the ways to one's password and out."""

from __future__ import annotations

from html import escape

import streamlit as st

from coopkit.admin.ctx import Ctx, leave, plain, token
from coopkit.admin.door import logins
from coopkit.admin.gate import PASSWORD
from coopkit.workspace.asked import places_of


def show_nothing(c: Ctx) -> None:
    """The one page of somebody who is known, and has no rights today."""
    st.title(c.t("Chưa có quyền"))
    st.info(c.t("Hôm nay tài khoản của bạn chưa được cấp quyền nào. Nhờ quản trị cấp quyền, rồi mở lại trang."))


def show(c: Ctx) -> None:
    """Small, and at the foot of what the sidebar shows; of a demo, that it is one."""
    if c.who is None or c.who.demo:
        st.sidebar.caption(c.t("Bản trình diễn: chỉ mở trên máy này, không cần đăng nhập."))
        return
    role = c.desk.actor.role.label.in_(c.lang)
    st.sidebar.caption(c.t("Đăng nhập: {name} · {role}", name=plain(c.who.name), role=plain(role)))
    if within := places_of(c.desk.actor, c.desk.workspace.ledger.snapshot()):
        st.sidebar.caption(c.t("Chỉ xem: {places}", places=plain(within.in_(c.lang))))
    asked = f"{PASSWORD}?ngon-ngu=en" if c.lang == "en" else PASSWORD
    st.sidebar.html(
        f'<small><a href="{asked}" target="_self" style="color: inherit">{escape(c.t("Đổi mật khẩu"))}</a></small>'
    )
    if st.sidebar.button(c.t("Đăng xuất"), key="coopkit:sign-out", type="tertiary", icon=":material/logout:"):
        logins().sign_out(token())
        leave()
