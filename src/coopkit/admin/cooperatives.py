"""Hợp tác xã: search, filter, page through; a row opens the unit's own page. What is asked for stands in the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx
from coopkit.cooperative import CooperativeKind, Sector
from coopkit.workspace import NOWHERE, Filter, Standing, Unit

PAGE = 50


def show(c: Ctx, open_unit: Callable[[str], None]) -> None:
    """The page; `open_unit` goes to the page of a unit."""
    if "open" in st.session_state:
        open_unit(st.session_state.pop("open"))
    st.title(c.t("Hợp tác xã"))
    units = c.desk.units(c.on_map)
    if not units:
        c.nothing_yet()
        return
    found = units.search(_filter(c, units.areas))
    members = found.members
    units_told, members_told = c.n("{n} đơn vị", len(found)), c.n("{n} thành viên", members)
    st.caption(c.t("{units}, trong đó {members}", units=units_told, members=members_told))
    if not found:
        st.info(c.t("Không có đơn vị nào như vậy: bớt điều kiện tìm."))
        return
    pages = found.pages(PAGE)
    page = st.pagination(pages, key="trang", bind="query-params") if pages > 1 else 1
    _table(c, found.page(page, PAGE), units.areas)


def _filter(c: Ctx, areas: Mapping[str, str]) -> Filter:
    text = st.text_input(c.t("Tìm theo tên hoặc mã số thuế"), key="q", bind="query-params")
    first, second, third, fourth = st.columns(4)
    with first:
        unknown = {NOWHERE: c.t("Chưa xác định địa bàn")}
        area = c.choose(c.t("Địa bàn"), {**areas, **unknown}, "dia-ban")
    with second:
        kind = c.choose(c.t("Loại hình"), _labels(c, CooperativeKind), "loai-hinh")
    with third:
        sector = c.choose(c.t("Lĩnh vực"), _labels(c, Sector), "linh-vuc")
    with fourth:
        standing = c.choose(c.t("Tư cách thành viên"), _labels(c, Standing), "thanh-vien")
    return Filter(
        text or "",
        CooperativeKind(kind) if kind else None,
        Sector(sector) if sector else None,
        area,
        Standing(standing) if standing else None,
    )


def _labels(c: Ctx, choices: Iterable[Any]) -> dict[str, str]:
    return {one.value: one.label.in_(c.lang) for one in choices}


def _table(c: Ctx, shown: list[Unit], areas: Mapping[str, str]) -> None:
    look = c.t("Xem")
    there = c.t("Trên bản đồ đã chọn")
    unknown = c.t("Chưa xác định")
    rows = pd.DataFrame([{"open": [look], **_row(c, one), there: areas.get(one.area or "", unknown)} for one in shown])
    # The key names the rows: a click made before the list changed must not open another unit.
    key = f"htx:{hash(tuple(one.id for one in shown))}"

    def clicked() -> None:
        st.session_state["open"] = shown[st.session_state[f"{key}:row"]["row"]].id

    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked)
    config: Any = {"open": button, c.t("Tên đơn vị"): st.column_config.TextColumn(width=330)}
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=min(38 + 35 * len(shown), 640))


def _row(c: Ctx, one: Unit) -> dict[str, str]:
    return {
        c.t("Tên đơn vị"): one.name,
        c.t("Mã số thuế"): one.tax_code,
        c.t("Loại hình"): one.kind.label.in_(c.lang),
        c.t("Lĩnh vực"): one.sector.label.in_(c.lang) if one.sector else "",
        c.t("Địa bàn"): one.place,
        c.t("Tư cách"): one.standing.label.in_(c.lang),
    }
