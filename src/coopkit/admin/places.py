"""Địa bàn: the records that nobody can place on a map yet, each decided once."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.errors import CoopkitError
from coopkit.workspace import Waiting

PAGE = 50


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Xác định địa bàn"))
    if told := st.session_state.pop("decided", None):
        st.success(told)
    st.markdown(
        c.t(
            "Đơn vị ở những xã, phường đã bị chia hoặc chưa rõ nhập vào đâu. Tra địa chỉ của đơn vị rồi chọn một lần; "
            "bản ghi gốc không đổi, quyết định được dùng ở mọi báo cáo trên bản đồ mới.",
        )
    )
    cases = c.desk.waiting(c.on_map)
    st.caption(c.n("{n} bản ghi chờ xác định", len(cases)))
    if not cases:
        st.info(c.t("Mọi bản ghi đều đã có địa bàn trên bản đồ này."))
        return
    pages = -(-len(cases) // PAGE)
    page = st.pagination(pages, key="trang", bind="query-params") if pages > 1 else 1
    shown = cases[(page - 1) * PAGE : page * PAGE]
    st.dataframe(pd.DataFrame([_row(c, one) for one in shown]), hide_index=True, key=f"cho:{page}:{len(cases)}")
    _decide(c, shown)


def _row(c: Ctx, one: Waiting) -> dict[str, str]:
    return {
        c.t("Bản ghi"): one.name,
        c.t("Địa bàn đã ghi"): one.recorded.title,
        c.t("Có thể thuộc"): "; ".join(place.title for place in one.candidates),
    }


def _decide(c: Ctx, shown: list[Waiting]) -> None:
    chosen = st.selectbox(
        c.t("Xác định cho"),
        shown,
        format_func=lambda one: f"{one.name} – {one.recorded.title}",
        key="waiting",
        index=None,
        placeholder=c.t("Chọn một bản ghi"),
    )
    if chosen is None:
        return
    with st.form(f"decide:{chosen.record}"):
        titles = {place.id: place.title for place in chosen.candidates}
        place = st.radio(c.t("Thuộc đơn vị"), list(titles), format_func=titles.get, index=None)
        reason = st.text_input(c.t("Căn cứ"))
        if not st.form_submit_button(c.t("Ghi quyết định"), type="primary"):
            return
    if place is None:
        st.error(c.t("Chưa ghi: hãy chọn một đơn vị."))
        return
    try:
        receipt = c.desk.decide(chosen.record, place, on_map=c.on_map, reason=reason)
    except CoopkitError as error:  # somebody else decided meanwhile
        st.error(plain(c.told(error)))
        return
    st.session_state["decided"] = c.t(
        "Đã ghi {name}: {place} (lô {number}).",
        name=plain(chosen.name),
        place=plain(titles[place]),
        number=str(receipt.number),
    )
    st.rerun()
