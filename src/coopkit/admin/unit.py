"""Hồ sơ một đơn vị: its fields, statuses, people, yearly figures, activities, honours, groups, and its history."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, show_told
from coopkit.admin.versions import show_versions
from coopkit.errors import NotFound
from coopkit.text import Label
from coopkit.workspace import Profile, Section
from coopkit.workspace.places import COOPERATIVE

TABS: Mapping[str, tuple[Label, tuple[str, ...]]] = {
    "info": (Label("Thông tin", "Details"), ("places", "membership", "legal_status", "operating_status", "contact")),
    "figures": (Label("Số liệu năm", "Yearly figures"), ("year_figures",)),
    "events": (Label("Hoạt động", "Activities"), ("participation",)),
    "groups": (Label("Khen thưởng, nhóm", "Honours, groups"), ("honour", "group_membership")),
}


def show(c: Ctx) -> None:
    """The page of the unit whose id stands in the URL."""
    unit = st.query_params.get("ma", "")
    try:
        profile = c.desk.unit(unit, lang=c.lang, personal=bool(st.session_state.get(f"personal:{unit}")))
    except NotFound:
        st.title(c.t("Không có đơn vị này"))
        st.info(c.t("Chọn một đơn vị ở trang Hợp tác xã."))
        return
    st.title(profile.name)
    show_told()
    *tabs, last = st.tabs([title.in_(c.lang) for title, _ in TABS.values()] + [c.t("Lịch sử")])
    for tab, (key, (_, sections)) in zip(tabs, TABS.items(), strict=True):
        with tab:
            if key == "info":
                _facts(c, profile)
            for section in sections:
                _section(c, profile.section(section))
            if key == "info" and profile.section("contact").rows:
                st.toggle(c.t("Hiện thông tin liên hệ"), key=f"personal:{unit}")
    with last:
        show_versions(c, COOPERATIVE, unit)


def _facts(c: Ctx, profile: Profile) -> None:
    told = [(label.in_(c.lang), text or "–") for label, text in profile.facts]
    field = c.t("Trường")
    st.table(pd.DataFrame(told, columns=[field, c.t("Giá trị")]).set_index(field))


def _section(c: Ctx, section: Section) -> None:
    st.markdown(f"**{section.title.in_(c.lang)}**")
    if not section.rows:
        st.caption(c.t("Chưa ghi nhận."))
        return
    columns = [label.in_(c.lang) for label in section.columns]
    table = pd.DataFrame(section.rows, columns=columns)
    st.table(table.set_index(columns[0]))
