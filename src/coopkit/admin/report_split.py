"""Figures split by groups, on the page Báo cáo: by place, by sector, by kind …; a cell opens to its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.admin import report_figure
from coopkit.admin.ctx import Ctx, plain
from coopkit.metrics import Unavailable
from coopkit.report import Figure
from coopkit.workspace.reporting import Reporting, Split, Wanted

WAY: Final = "theo"
BESIDE: Final = 20
"""So many groups stand beside one another; more stand below one another."""
TURN: Final = "report:turn"
_LETTER: Final = 8
"""How wide a letter of a heading is, in pixels."""


def choose_way(c: Ctx, reporting: Reporting, wanted: Wanted) -> str:
    """What the figures are split by, "" for nothing; it stands in the URL."""
    ways = {word: label.in_(c.lang) for word, label in reporting.ways(wanted).items()}
    return c.choose(c.t("Chia theo"), ways, WAY, c.t("Không chia"))


def show(c: Ctx, reporting: Reporting, wanted: Wanted, way: str) -> None:
    """The table; a click on a figure opens it."""
    split = reporting.split(wanted, way)
    if not split.metrics:
        st.info(c.t("Không chỉ tiêu nào đã chọn chia được như vậy: chọn cách chia hoặc chỉ tiêu khác."))
        return
    st.caption(c.t("Bấm vào một con số để xem các bản ghi của nó."))
    _table(c, wanted, way, split)
    if split.aside:
        with st.expander(c.n("{n} chỉ tiêu không chia được theo cách này", len(split.aside))):
            st.markdown("\n".join(f"- {plain(one.label.in_(c.lang))}" for one in split.aside))


def _table(c: Ctx, wanted: Wanted, way: str, split: Split) -> None:
    groups = {key: name.in_(c.lang) for key, name, _ in split.lines}
    metrics = {one.key: one.label.in_(c.lang) for one in split.metrics}
    cells = {
        (key, metric): _said(c, figure)
        for key, _, figures in split.lines
        for metric, figure in zip(metrics, figures, strict=True)
    }
    across = len(groups) <= BESIDE
    below, beside = (metrics, groups) if across else (groups, metrics)
    rows = [
        {"name": name, **{_column(col): cells[(col, row) if across else (row, col)] for col in beside}}
        for row, name in below.items()
    ]
    config = _columns(c.t("Chỉ tiêu") if across else c.t("Nhóm"), beside, rows)
    # The key names what is shown, and changes with each click: a figure that was closed must not open again by itself.
    turn = st.session_state.get(TURN, 0)
    key = f"split:{c.lang}:{way}:{turn}:{hash((wanted.period.key, wanted.on_map, *below, *beside))}"

    def clicked() -> None:
        for at, column in st.session_state[key].selection.cells:
            if column == "name":
                continue
            row, col = [*below][at], column.removeprefix("=")
            group, metric = (col, row) if across else (row, col)
            st.session_state[TURN] = turn + 1
            report_figure.open_figure(metric, None if group == "*" else group)

    height = 38 + 35 * min(len(rows), 18)
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=key,
        column_config=config,
        on_select=clicked,
        selection_mode="single-cell",
        height=height,
    )


def _columns(head: str, beside: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """How wide the columns are: no heading, name or figure is cut."""

    def wide(column: str, name: str) -> int:
        return max(110, max(len(name), *(len(row[column]) for row in rows)) * _LETTER + 24)

    text = st.column_config.TextColumn
    titled = {_column(key): name for key, name in beside.items()}
    figures = {column: text(name, width=wide(column, name), alignment="right") for column, name in titled.items()}
    return {"name": text(head, width=min(400, wide("name", head)), pinned=True), **figures}


def _column(key: str) -> str:
    """A column's own name: no group is called "name", and what belongs to no group still has one."""
    return f"={key}"


def _said(c: Ctx, figure: Figure | None) -> str:
    if figure is None or isinstance(figure.value, Unavailable):
        return "–"
    return figure.number(c.lang)
