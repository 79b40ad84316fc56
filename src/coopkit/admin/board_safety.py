"""How safe the places of a block are: in a sentence, a small chart, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import pyarrow as pa
import streamlit as st

from coopkit.admin import charts
from coopkit.admin.ctx import Ctx
from coopkit.admin.score_kept import kept
from coopkit.emulation import Safety
from coopkit.workspace import Ranking
from coopkit.workspace.ranking import Place

SHOWN: Final = 20
"""So many of the best places are drawn; the table tells them all."""
ROW: Final = 24


def show(c: Ctx, ranking: Ranking, shown: Sequence[Place]) -> None:
    """The part of the page for a block."""
    with st.spinner(c.t("Đang tính độ vững…")):
        safe = kept(ranking.at, "safety", ranking.stability)
    placed = [(one, safe[one.line.unit]) for one in shown if one.line.place and one.line.unit in safe]
    if not placed:
        st.info(c.t("Khối chưa có đơn vị nào được xếp hạng."))
        return
    runs = c.number(placed[0][1].runs)
    st.markdown(_said(c, [one for _, one in placed]))
    st.caption(
        c.t(
            "Tính thử {runs} lần với trọng số tiêu chí lệch đến 10%, và bỏ lần lượt từng người chấm chéo. "
            "Chấm là hạng hiện nay, thanh là từ hạng tốt nhất đến hạng kém nhất trong các lần thử.",
            runs=runs,
        )
    )
    _draw(c, pa.Table.from_pylist([_row(place, one) for place, one in placed[:SHOWN]]))
    with st.expander(c.t("Xem dạng bảng")):
        st.table(
            pd.DataFrame(
                [
                    {
                        c.t("Hạng"): c.number(one.place),
                        c.t("Đơn vị"): place.line.name,
                        c.t("Tốt nhất"): c.number(min(one.best, one.best_without)),
                        c.t("Kém nhất"): c.number(max(one.worst, one.worst_without)),
                        c.t("Giữ hạng"): f"{c.number(one.same)}/{c.number(one.runs)}",
                    }
                    for place, one in placed
                ]
            ),
            hide_index=True,
        )


def _said(c: Ctx, safe: Sequence[Safety]) -> str:
    """How many places hold, and whether the first does."""
    told = c.n("**{n}** thứ hạng vững", sum(one.safe for one in safe))
    of = c.n("trong {n} đơn vị", len(safe))
    first = c.t("hạng nhất vững") if safe[0].safe else c.t("hạng nhất có thể đổi")
    return f"{told} {of}; {first}."


def _row(place: Place, one: Safety) -> dict[str, object]:
    best, worst = min(one.best, one.best_without), max(one.worst, one.worst_without)
    return {"name": f"{one.place}. {place.line.name}", "place": one.place, "best": best, "worst": worst}


def _draw(c: Ctx, rows: pa.Table) -> None:
    colour, name, number = charts.ink().bar, charts.name, charts.number
    axis = {"title": c.t("Hạng"), "tickMinStep": 1, "format": "d", "grid": True}
    best = number("best", axis=axis, scale={"zero": False, "nice": False, "padding": 8})
    at = {
        "y": name("name", sort=None, title=None, axis={"labelLimit": 280, "ticks": False, "domain": False}),
        "tooltip": [
            name("name", title=c.t("Đơn vị")),
            number("best", title=c.t("Tốt nhất")),
            number("worst", title=c.t("Kém nhất")),
        ],
    }
    spans = {**at, "x": best, "x2": {"field": "worst"}}
    layers = [
        charts.mark("rule", spans, color=colour, strokeWidth=6, opacity=0.35, strokeCap="round"),
        charts.mark("point", {**at, "x": number("place")}, color=colour, filled=True, size=70, opacity=1),
    ]
    said = c.t("Hạng của từng đơn vị và khoảng hạng trong các lần thử")
    charts.show({"data": rows, "height": ROW * rows.num_rows, "layer": layers}, said)
