"""Đợt thi đua: every campaign and how far it is; one opened; a new one begun."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin.campaign_new import show_new
from coopkit.admin.campaign_one import show_one
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.period import Period, format_date
from coopkit.workspace import CampaignDesk
from coopkit.workspace.campaigns import Overall, every_campaign


def show(c: Ctx) -> None:
    """The page: the campaign that `?dot=` names, else all of them."""
    known, asked = every_campaign(c.desk), st.query_params.get("dot", "")
    chosen = next((one for one in known if one.record.id == asked and one.standing), None)
    if chosen:
        show_one(c, CampaignDesk(c.desk, chosen.record.id))
        return
    st.title(c.t("Đợt thi đua"))
    show_told()
    if asked:
        st.warning(c.t("Không có đợt thi đua như đường dẫn ghi; chọn một đợt dưới đây."))
    if st.query_params.get("moi") and can(c.desk.actor, Action.CAMPAIGN).allowed:
        show_new(c)
        return
    _head(c, known)
    for one in known:
        if one.standing:
            _card(c, one)
    _recorded(c, [one for one in known if not one.standing])


def _head(c: Ctx, known: list[Overall]) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    count = sum(one.standing is not None for one in known)
    row.markdown(f"**{c.n('{n} đợt thi đua', count)}**", width="stretch")
    if can(c.desk.actor, Action.CAMPAIGN).allowed:
        row.button(c.t("Mở đợt mới"), icon=":material/add:", type="primary", key="new:open", on_click=_begin)
    if not count:
        st.info(c.t("Chưa có đợt thi đua nào. Bấm Mở đợt mới: lấy thể lệ mẫu, bộ tiêu chí có sẵn hoặc một tệp thể lệ."))


def _begin() -> None:
    st.query_params["moi"] = "1"


def _card(c: Ctx, one: Overall) -> None:
    """One campaign: its name, its days, where it stands, and the way into it."""
    standing = one.standing
    assert standing is not None  # noqa: S101 - those that are only recorded stand in a table below
    with st.container(border=True):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.subheader(plain(one.record.name), anchor=False, width="stretch")
        row.button(c.t("Mở"), key=f"open:{one.record.id}", on_click=_open, args=(one.record.id,))
        told = [
            Period.parse(one.record.period).label.in_(c.lang),
            c.t("phát động {day}", day=format_date(one.record.launched)),
        ]
        st.caption(" · ".join([*told, plain(one.record.theme)] if one.record.theme else told))
        st.progress(one.closed / one.total if one.total else 0.0, text=stands(c, one))


def stands(c: Ctx, one: Overall) -> str:
    """Where a campaign stands, in words."""
    if not one.applied:
        return c.t("Bản nháp: thể lệ chưa áp dụng")
    standing = one.standing
    if standing is None or standing.published:
        return c.t("Đã công bố")
    if standing.current is None:
        return c.t("Thể lệ đã áp dụng, chưa mở giai đoạn nào")
    name = plain(standing.current.name.in_(c.lang))
    return c.t(
        "Đang ở: {stage} ({done}/{total} giai đoạn đã xong)", stage=name, done=str(one.closed), total=str(one.total)
    )


def _open(campaign: str) -> None:
    st.query_params.clear()
    st.query_params["dot"] = campaign


def _recorded(c: Ctx, known: list[Overall]) -> None:
    """Those that the register only says were launched."""
    if not known:
        return
    st.subheader(c.t("Chỉ ghi nhận, không có thể lệ trong sổ"), anchor=False)
    st.caption(c.t("Các phong trào nhập từ tệp của quận, huyện: được đếm trong báo cáo, không chấm điểm ở đây."))
    name, period, launched = c.t("Tên"), c.t("Kỳ"), c.t("Phát động")
    rows = [
        {
            name: one.record.name,
            period: Period.parse(one.record.period).label.in_(c.lang),
            launched: format_date(one.record.launched),
        }
        for one in known
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=f"recorded:{len(rows)}:{c.lang}")
