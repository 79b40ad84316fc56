"""Rights in words and in boxes: a role, its places to edit and to view, the units it speaks for, and its days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st
from attrs import field, frozen

from coopkit.access import ROLES, Role, role_of
from coopkit.access.rules import EDITING
from coopkit.account import Grant
from coopkit.admin.ctx import Ctx, plain
from coopkit.period import format_date, format_moment
from coopkit.workspace.accounts import Accounts
from coopkit.workspace.register import Filter

_CODE = "account:code"
_CITY, _NOWHERE, _CHOSEN = "thanh-pho", "khong-noi-nao", "chon"
_SPEAKS, _UNNAMED = "unit", ("",)
_USUAL = {"district_officer": _CHOSEN, _SPEAKS: _NOWHERE}
"""What a role is given to see and edit unless another is chosen; the whole city, where nothing is said."""
_FOUND = 50
"""So many units are offered of those that were searched for."""


@frozen
class Rights:
    """What the boxes say: the role, and the other arguments of `Accounts.grant`."""

    role: str
    places: dict[str, Any] = field(factory=dict)
    ready: bool = True


def rights_of(c: Ctx, grant: Grant) -> str:
    """A grant in words: the role, and where."""
    names = place_names(c, Accounts(c.desk))

    def told(codes: tuple[str, ...] | None) -> str:
        if codes is None:
            return c.t("cả thành phố")
        return ", ".join(names.get(code, code) for code in codes) or c.t("không nơi nào")

    role, views = role_of(grant.role), told(grant.view_places)
    edits = told(grant.edit_places) if _edits(role) else views
    where = views if edits == views else c.t("sửa: {edits}; xem: {views}", edits=edits, views=views)
    return f"{role.label.in_(c.lang)}: {where}"


def _edits(role: Role) -> bool:
    """Whether a role writes anything of places at all."""
    return bool(role.allows & EDITING)


def place_names(c: Ctx, office: Accounts) -> dict[str, str]:
    """What the places that a grant may name are called, by code; one that is no more, with its last day."""
    return {
        code: c.t("{place} (đến {day})", place=one.title, day=format_date(one.valid_to)) if one.valid_to else one.title
        for code, one in office.places().items()
    }


def days_of(c: Ctx, grant: Grant) -> str:
    """From when to when a grant holds."""
    if grant.until is None:
        return c.t("từ {day}", day=format_date(grant.since))
    return f"{format_date(grant.since)} – {format_date(grant.until)}"


def ask_rights(c: Ctx, office: Accounts, key: str) -> Rights:
    """The boxes of a grant."""
    roles = {role.key: role.label.in_(c.lang) for role in ROLES.values() if role.grantable}
    first, second, third = st.columns(3)
    role = first.selectbox(c.t("Vai trò"), list(roles), format_func=roles.__getitem__, key=f"{key}:role:{c.lang}")
    today = office.today
    since: dt.date = second.date_input(c.t("Từ ngày"), today, format="DD/MM/YYYY", key=f"{key}:since")
    until = third.date_input(c.t("Đến hết ngày"), None, format="DD/MM/YYYY", key=f"{key}:until")
    first, second = st.columns(2)
    with first:
        views = _ask_places(c, office, c.t("Được xem ở"), f"{key}:views", role)
    edits: tuple[str, ...] | None = ()
    if _edits(role_of(role)):
        with second:
            edits = _ask_places(c, office, c.t("Được sửa ở"), f"{key}:edits", role)
    units = _ask_units(c, key) if role == _SPEAKS else ()
    places = {"edits": edits, "views": views, "since": since, "until": until, "units": units}
    return Rights(role, places, ready=_UNNAMED not in (edits, views))


def _ask_places(c: Ctx, office: Accounts, label: str, key: str, role: str) -> tuple[str, ...] | None:
    """The places chosen; `_UNNAMED` where some are to be, and none is yet. What the role usually has stands first."""
    ways = {
        _CITY: c.t("Cả thành phố"),
        _CHOSEN: c.t("Chọn địa bàn"),
        _NOWHERE: c.t("Không nơi nào"),
    }
    usual = list(ways).index(_USUAL.get(role, _CITY))
    way = st.selectbox(label, list(ways), usual, format_func=ways.__getitem__, key=f"{key}:way:{role}:{c.lang}")
    if way == _CITY:
        return None
    if way == _NOWHERE:
        return ()
    names = place_names(c, office)
    hint = c.t("Gõ tên xã, phường, hoặc quận, huyện cũ")
    chosen = st.multiselect(
        label, list(names), format_func=names.__getitem__, key=key, placeholder=hint, label_visibility="collapsed"
    )
    if not chosen:
        st.caption(f":red[{c.t('Chọn ít nhất một địa bàn.')}]")
    return tuple(chosen) or _UNNAMED


def _ask_units(c: Ctx, key: str) -> tuple[str, ...]:
    """The units that a representative speaks for, found by their names."""
    asked = st.text_input(c.t("Tìm đơn vị"), key=f"{key}:unit", placeholder=c.t("Tên, mã hoặc mã số thuế"))
    found = {one.id: one.name for one in c.desk.units().search(Filter(asked.strip()))[:_FOUND]} if asked.strip() else {}
    held = {
        one: st.session_state.get(f"{key}:names", {}).get(one, one) for one in st.session_state.get(f"{key}:of", ())
    }
    names = {**found, **held}
    st.session_state[f"{key}:names"] = names
    chosen = st.multiselect(
        c.t("Đại diện cho đơn vị"),
        list(names),
        format_func=lambda one: names[one],
        key=f"{key}:of",
        placeholder=c.t("Chọn đơn vị"),
    )
    return tuple(chosen)


def keep_code(office: Accounts, login: str, code: str) -> None:
    """Keep a one-time code until this session's reader has put it away: it is told nowhere else."""
    st.session_state[_CODE] = login, code, office.desk.workspace.clock() + office.limits.code


def show_code(c: Ctx) -> None:
    """The code that an account's owner sets a password with, as long as it was not put away."""
    if _CODE not in st.session_state:
        return
    login, code, until = st.session_state[_CODE]
    with st.container(border=True):
        st.markdown(f"**{c.t('Mã đặt mật khẩu của {login}', login=plain(login))}**")
        st.code(code, language=None)
        st.caption(
            c.t(
                "Đưa tận tay chủ tài khoản; dùng một lần tại trang Đặt mật khẩu, đến {moment}. Mã không được lưu và "
                "không xem lại được.",
                moment=format_moment(until),
            )
        )
        st.button(c.t("Đã đưa mã"), key="account:code:gone", on_click=st.session_state.pop, args=(_CODE,))
