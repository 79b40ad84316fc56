"""Thi đua, on a unit's page: the campaigns that it took part in."""

from __future__ import annotations

import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.workspace.unit import TookPart, took_part


def show_campaigns(c: Ctx, unit: str) -> None:
    """A card for each campaign, the latest first."""
    found = took_part(c.desk, unit, c.lang)
    st.markdown(f"**{c.t('Phong trào đã tham gia')}**")
    if not found:
        st.caption(c.t("Đơn vị chưa tham gia phong trào nào."))
    for one in found:
        with st.container(border=True):
            _card(c, one)


def _card(c: Ctx, one: TookPart) -> None:
    state = c.t("Đã công bố") if one.published else c.t("Tạm thời, chưa công bố")
    st.markdown(f"**{plain(one.campaign.name)}** :{'green' if one.published else 'gray'}-badge[{state}]")
    with st.container(horizontal=True, gap="medium"):
        for label, text in _told(c, one):
            st.markdown(f"{label}  \n**{plain(text)}**", width="content")
    for award in one.awards:
        st.markdown(f":material/military_tech: {plain(award)}")
    c.link("thi-dua-xep-hang", c.t("Bảng xếp hạng"), dot=one.campaign.id)


def _told(c: Ctx, one: TookPart) -> list[tuple[str, str]]:
    """How the unit stands, as far as the reader may see."""
    if one.line is None:
        return [(c.t("Kết quả"), c.t("Chưa được xem"))]
    place = f"{c.number(one.line.place)} / {c.number(one.rivals)}" if one.line.place else "–"
    told = [(c.t("Thứ hạng trong khối"), place), (c.t("Tổng điểm"), one.points(c.lang))]
    grade = one.grade(c.lang)
    return told + ([(c.t("Xếp loại"), grade)] if grade else [])
