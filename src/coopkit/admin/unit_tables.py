"""The tables of a unit's page: rows that open in the drawer, and the figures over the years as a line."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import charts, forms
from coopkit.admin.ctx import Ctx, plain
from coopkit.workspace import Profile, Section
from coopkit.workspace.unit import figure_labels, yearly

ROW, HEAD, HIGHEST = 35, 38, 560
"""How high a row and the head of a table are, and a table at most, in pixels."""

FIRST = "revenue"
"""The figure that is drawn until another is chosen."""


def show_section(c: Ctx, profile: Profile, table: str, *, edited: bool = True) -> None:
    """A section of the unit: its heading, a button for one more, and its rows, each of which opens in the drawer."""
    section = profile.section(table)
    may = edited and can(c.desk.actor, Action.WRITE, profile.id).allowed
    with st.container(horizontal=True, vertical_alignment="center", key=f"muc-{table}"):
        st.markdown(f"**{plain(section.title.in_(c.lang))}**", width="stretch")
        if may:
            add = partial(forms.ask_form, c, table, preset={"cooperative": profile.id})
            st.button(c.t("Thêm"), key=f"them:{table}", type="tertiary", icon=":material/add:", on_click=add)
    if not section.rows:
        st.caption(c.t("Chưa ghi nhận."))
    elif may and section.ids:
        _rows(c, section)
    else:
        shown = _shown(c, section)
        st.table(shown.map(plain).set_index(shown.columns[0]))


def _shown(c: Ctx, section: Section) -> pd.DataFrame:
    return pd.DataFrame(section.rows, columns=[label.in_(c.lang) for label in section.columns])


def _rows(c: Ctx, section: Section) -> None:
    """The rows with a button each. The key names them: a click made before they changed must not open another."""
    key = f"hang:{section.key}:{hash(section.ids)}"

    def clicked() -> None:
        forms.ask_form(c, section.key, section.ids[st.session_state[f"{key}:sua"]["row"]])

    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:sua", on_click=clicked)
    shown = _shown(c, section)
    shown.insert(0, "sua", [[c.t("Sửa")]] * len(shown))
    config: Any = {"sua": button}
    high = min(HEAD + ROW * len(shown), HIGHEST)
    st.dataframe(shown, hide_index=True, key=key, column_config=config, height=high)


def show_years(c: Ctx, unit: str) -> None:
    """One of the unit's figures over the years, where two years tell it."""
    found = yearly(c.desk, unit)
    if not found:
        return
    names = figure_labels(found, c.lang)
    with st.columns([3, 2])[0]:
        at = list(names).index(FIRST) if FIRST in names else 0
        chosen = st.selectbox(
            c.t("Qua các năm"), list(names), index=at, format_func=lambda one: names[one], key=f"nam:{c.lang}"
        )
        points = found[chosen]
        st.caption(charts.unit_of(points, c.lang))
        said = c.t("Đường biểu diễn qua các năm: {name}", name=names[chosen])
        charts.draw(c, charts.line(points, c.lang, from_zero=True), points, named=c.t("Năm"), said=said)
