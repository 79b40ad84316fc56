"""Hợp tác xã: search, filter, page through, and look into one with its history."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx
from coopkit.cooperative import CooperativeKind, Sector
from coopkit.period import format_moment
from coopkit.workspace.register import Found, search

PAGE = 50


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Hợp tác xã", "Cooperatives"))
    text = st.text_input(c.t("Tìm theo tên hoặc mã số thuế", "Search by name or tax code"), key="q")
    left, right = st.columns(2)
    every = c.t("Tất cả", "All")
    kinds = {every: None, **{kind.label.in_(c.lang): kind for kind in CooperativeKind}}
    sectors = {every: None, **{sector.label.in_(c.lang): sector for sector in Sector}}
    kind = kinds[left.selectbox(c.t("Loại hình", "Kind"), list(kinds), key="kind")]
    sector = sectors[right.selectbox(c.t("Lĩnh vực", "Sector"), list(sectors), key="sector")]
    found = search(c.desk.snapshot(), text, kind=kind, sector=sector)
    st.caption(c.t(f"{len(found)} đơn vị", f"{len(found)} units"))
    if not found:
        st.info(c.t("Không có đơn vị nào như vậy: bớt điều kiện tìm.", "No such unit: loosen the search."))
        return
    page = st.pagination(max(1, -(-len(found) // PAGE)), key="page") if len(found) > PAGE else 1
    shown = found[(page - 1) * PAGE : page * PAGE]
    st.dataframe(
        pd.DataFrame([_row(c, one) for one in shown]), hide_index=True, key=f"htx:{text}:{kind}:{sector}:{page}"
    )
    chosen = st.selectbox(
        c.t("Xem một đơn vị", "Look into one"), shown, index=None, format_func=lambda one: one.name, key=f"one:{page}"
    )
    if chosen is not None:
        _detail(c, chosen)


def _row(c: Ctx, one: Found) -> dict[str, str]:
    return {
        c.t("Tên đơn vị", "Name"): one.name,
        c.t("Mã số thuế", "Tax code"): one.tax_code,
        c.t("Loại hình", "Kind"): one.kind.in_(c.lang),
        c.t("Lĩnh vực", "Sector"): one.sector.in_(c.lang),
        c.t("Địa bàn", "Place"): one.place,
    }


def _detail(c: Ctx, one: Found) -> None:
    st.subheader(one.name)
    st.table(pd.DataFrame([_row(c, one)]))
    st.markdown(c.t("**Lịch sử**", "**History**"))
    entries = [
        {
            c.t("Lô", "Batch"): entry.batch,
            c.t("Lúc", "When"): format_moment(entry.time),
            c.t("Ai", "Who"): entry.actor,
            c.t("Vì sao", "Why"): entry.reason,
            c.t("Từ đâu", "From"): entry.origin,
        }
        for entry in c.desk.history(one.id)
    ]
    st.table(pd.DataFrame(entries))
