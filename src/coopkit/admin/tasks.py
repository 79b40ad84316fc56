"""Việc cần làm: what waits for the office, each with what to do and the way to where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from coopkit.admin.ctx import Ctx, plain
from coopkit.period import Period, format_date
from coopkit.workspace.overview import Overview
from coopkit.workspace.todo import Leads, Task

AT_ONCE: Final = 5
PAGE: Final = 50
NEAR: Final = 14
"""A task with so few days left is pressing."""

OPEN: Final = "overview:open"
RECORD: Final = "htx-ho-so"

PATHS: Final = {
    Leads.REPORT: ("bao-cao", "ky"),
    Leads.CAMPAIGN: ("thi-dua", "dot"),
    Leads.IMPORT: ("nhap", ""),
    Leads.PLACES: ("dia-ban", ""),
    Leads.PLUGIN: ("tien-ich", "tien-ich"),
}
"""Where a task is done: the page's path, and what its query calls the thing that it is about."""


def show(c: Ctx, overview: Overview, period: Period, links: Mapping[str, StreamlitPage]) -> None:
    """The tasks, the most pressing first; those after the first few on demand."""
    if OPEN in st.session_state:
        st.switch_page(links[RECORD], query_params={"ma": st.session_state.pop(OPEN)})
    st.subheader(c.t("Việc cần làm"))
    tasks = overview.tasks(period)
    day = format_date(overview.today, c.lang)
    if not tasks:
        st.success(c.t("Không có việc nào chờ đến ngày {day}.", day=day))
        return
    st.caption(c.t("Hôm nay {day}; các hạn trong 60 ngày tới.", day=day))
    with st.container(border=True):
        for number, task in enumerate(tasks[:AT_ONCE]):
            _task(c, task, number, links)
    if rest := tasks[AT_ONCE:]:
        with st.expander(c.n("Xem thêm {n} việc", len(rest))):
            for number, task in enumerate(rest, AT_ONCE):
                _task(c, task, number, links)


def _task(c: Ctx, task: Task, number: int, links: Mapping[str, StreamlitPage]) -> None:
    what, way = st.columns([5, 1], vertical_alignment="center")
    with what, st.container(gap="xxsmall"):
        st.markdown(f"{badge(c, task)} **{plain(task.title.in_(c.lang))}**")
        source = f" ({task.source})".replace(" ", "\u00a0") if task.source else ""  # a citation stays on one line
        st.caption(plain(f"{task.advice.in_(c.lang)} {source.strip()}"))
    with way:
        _way(c, task, number, links)


def _way(c: Ctx, task: Task, number: int, links: Mapping[str, StreamlitPage]) -> None:
    """To where the task is done, and to the units that it is about."""
    labels = {
        Leads.REPORT: c.t("Mở báo cáo"),
        Leads.CAMPAIGN: c.t("Mở phong trào"),
        Leads.IMPORT: c.t("Nhập dữ liệu"),
        Leads.PLACES: c.t("Xác định địa bàn"),
        Leads.PLUGIN: c.t("Mở tiện ích"),
    }
    path, name = PATHS.get(task.leads, ("?", ""))
    if path in links:
        asked = {name: task.about} if name and task.about else None
        st.page_link(links[path], label=labels[task.leads], query_params=asked, icon=":material/arrow_forward:")
    if task.units:
        label = c.n("Xem {n} đơn vị", task.count)
        if st.button(label, key=f"task:{number}:{task.title.vi}", type="tertiary", icon=":material/list:"):
            _units(c, task, opens=RECORD in links)


def badge(c: Ctx, task: Task) -> str:
    """How pressing a task is, in a word or two."""
    if task.days is None:
        return f":gray-badge[{task.topic.label.in_(c.lang)}]"
    if task.days < 0:
        return f":red-badge[{c.n('Quá hạn {n} ngày', -task.days)}]"
    if task.days == 0:
        return f":red-badge[{c.t('Đến hạn hôm nay')}]"
    return f":{'orange' if task.days <= NEAR else 'blue'}-badge[{c.n('Còn {n} ngày', task.days)}]"


def _units(c: Ctx, task: Task, *, opens: bool) -> None:
    """The units of a task in a window; where it `opens` a row leads to the unit's own page."""

    @st.dialog(task.title.in_(c.lang), width="medium")
    def window() -> None:
        pages = -(-task.count // PAGE)
        page = st.pagination(pages, key=f"units:{task.title.vi}") if pages > 1 else 1
        shown = task.units[(page - 1) * PAGE : page * PAGE]
        key = f"units:{hash(shown)}"

        def clicked() -> None:
            st.session_state[OPEN] = shown[st.session_state[f"{key}:row"]["row"]][0]

        button = st.column_config.ButtonColumn("", width=80, type="tertiary", key=f"{key}:row", on_click=clicked)
        way = {"open": [c.t("Xem")]} if opens else {}
        rows = pd.DataFrame([{**way, c.t("Tên đơn vị"): name} for _, name in shown])
        wide = st.column_config.TextColumn(width=600)
        st.dataframe(rows, hide_index=True, key=key, column_config={"open": button, c.t("Tên đơn vị"): wide})
        if OPEN in st.session_state:
            st.rerun()

    window()
