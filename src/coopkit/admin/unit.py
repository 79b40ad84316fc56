"""Hồ sơ một đơn vị: what is recorded of it, tab by tab; each record is added and edited in the drawer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import forms, unit_tables
from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.unit_campaigns import show_campaigns
from coopkit.admin.versions import show_versions
from coopkit.disclosure import Purpose, Why
from coopkit.errors import BadText, NotFound
from coopkit.text import told_in
from coopkit.workspace import Profile
from coopkit.workspace.places import COOPERATIVE
from coopkit.workspace.register import Standing
from coopkit.workspace.unit import unit_today

STATUSES = ("membership", "legal_status", "operating_status", "contact")
"""What is recorded of a unit by its days, beside its own fields."""

ADDED = (*STATUSES, "year_figures", "group_membership")
"""What may be added to a unit from its page."""


def show(c: Ctx) -> None:
    """The page of the unit whose id stands in the URL (`?ma=`); `?muc=` is the tab that is open."""
    unit = st.query_params.get("ma", "")
    try:
        profile = c.desk.unit(unit, lang=c.lang, why=st.session_state.get(f"personal:{unit}"))
    except NotFound:
        st.title(c.t("Không có đơn vị này"))
        st.info(c.t("Chọn một đơn vị ở trang Hợp tác xã."))
        c.link("htx", c.t("Hợp tác xã"))
        return
    _head(c, profile)
    show_told()
    forms.show_drafts(c, COOPERATIVE, *ADDED, "participation")
    titles, key = _tabs(c), f"muc:{unit}:{c.lang}"
    if key not in st.session_state and (asked := titles.get(st.query_params.get("muc", ""))):
        st.session_state[key] = asked
    drawn = st.tabs(list(titles.values()), key=key, on_change="rerun")
    for code, tab in zip(titles, drawn, strict=True):
        if tab.open:
            keep("muc", code, next(iter(titles)))
            with tab:
                _CONTENTS[code](c, profile)
    forms.show_form(c)


def _tabs(c: Ctx) -> dict[str, str]:
    return {
        "thong-tin": c.t("Thông tin"),
        "so-lieu": c.t("Số liệu năm"),
        "su-kien": c.t("Sự kiện"),
        "thi-dua": c.t("Thi đua"),
        "dia-ban": c.t("Địa bàn qua thời gian"),
        "lich-su": c.t("Lịch sử"),
    }


def _head(c: Ctx, profile: Profile) -> None:
    """The name, what the unit is today, and what may be done with its record."""
    st.title(plain(profile.name))
    today = unit_today(c.desk, profile.id)
    colour = "green" if today.standing is Standing.MEMBER else "gray"
    told = {today.standing.label.in_(c.lang): colour, today.kind.label.in_(c.lang): "gray"}
    told |= {one.label.in_(c.lang): "gray" for one in (today.legal, today.operating) if one}  # often one and the same
    badges = " ".join(f":{colour}-badge[{plain(label)}]" for label, colour in told.items())
    place = f" :material/location_on: {plain(today.place)}" if today.place else ""
    st.markdown(badges + place)
    with st.container(horizontal=True):
        if can(c.desk.actor, Action.WRITE, profile.id).allowed:
            edit = partial(forms.ask_form, c, COOPERATIVE, profile.id)
            st.button(c.t("Sửa"), key="sua-don-vi", type="primary", icon=":material/edit:", on_click=edit)
        paper = "/in/ho-so?" + urlencode({"ma": profile.id, "lang": c.lang})
        st.link_button(c.t("In hồ sơ"), paper, icon=":material/print:")


def _details(c: Ctx, profile: Profile) -> None:
    told = [(label.in_(c.lang), plain(text) or "–") for label, text in profile.facts]
    field = c.t("Trường")
    st.table(pd.DataFrame(told, columns=[field, c.t("Giá trị")]).set_index(field))
    for table in STATUSES:
        unit_tables.show_section(c, profile, table)
        if table == "contact" and profile.section(table).rows:
            _ask_why(c, f"personal:{profile.id}")
    unit_tables.show_section(c, profile, "group_membership")


def _ask_why(c: Ctx, key: str) -> None:
    """Personal data is shown once it was said what for; that is in the journal. `key` is where the page keeps it."""
    if not can(c.desk.actor, Action.VIEW_PERSONAL).allowed:
        return
    if key in st.session_state:
        st.button(c.t("Ẩn thông tin liên hệ"), key=f"{key}:an", on_click=partial(st.session_state.pop, key))
        return
    with st.popover(c.t("Hiện thông tin liên hệ"), icon=":material/visibility:"), st.form(f"{key}:form", border=False):
        told = {one: one.label.in_(c.lang) for one in Purpose}
        purpose = st.selectbox(c.t("Để làm gì"), told, format_func=told.__getitem__, key=f"{key}:muc-dich")
        note = st.text_input(c.t("Ghi rõ"), key=f"{key}:ghi-ro")
        st.caption(c.t("Lần xem này được ghi vào nhật ký."))
        if st.form_submit_button(c.t("Hiện")):
            try:
                st.session_state[key] = Why(purpose, note)
            except BadText as bad:
                st.error(told_in(str(bad), c.lang))
            else:
                st.rerun()


def _figures(c: Ctx, profile: Profile) -> None:
    unit_tables.show_section(c, profile, "year_figures")
    unit_tables.show_years(c, profile.id)


def _events(c: Ctx, profile: Profile) -> None:
    unit_tables.show_section(c, profile, "participation")


def _campaigns(c: Ctx, profile: Profile) -> None:
    show_campaigns(c, profile.id)
    unit_tables.show_section(c, profile, "honour", edited=False)


def _places(c: Ctx, profile: Profile) -> None:
    unit_tables.show_section(c, profile, "places", edited=False)
    c.link("dia-ban", c.t("Xác định địa bàn"))


def _history(c: Ctx, profile: Profile) -> None:
    show_versions(c, COOPERATIVE, profile.id)


_CONTENTS: Mapping[str, Callable[[Ctx, Profile], None]] = {
    "thong-tin": _details,
    "so-lieu": _figures,
    "su-kien": _events,
    "thi-dua": _campaigns,
    "dia-ban": _places,
    "lich-su": _history,
}
