"""Tổng quan: the year's figures, the trend over three years, and the districts."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx
from coopkit.metrics import Unavailable
from coopkit.period import Period
from coopkit.report import figure_of

SHOWN = (
    "members.total",
    "members.admitted",
    "meetings.districts",
    "classes.trainees",
    "fairs.turns",
    "loans.turns",
    "loans.average",
    "honours.model_cooperatives",
)
NUMBER = "replace(format(datum.value, ',.0f'), /,/g, '.')"


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Tổng quan", "Overview"))
    if not c.desk.snapshot().table("cooperative").num_rows:
        st.info(
            c.t(
                "Sổ chưa có hợp tác xã nào. Nhập tệp của các quận, huyện: coopkit import TỆP.xlsx",
                "The ledger has no cooperative yet. Import the districts' files: coopkit import FILE.xlsx",
            )
        )
        return
    year = st.selectbox(c.t("Năm", "Year"), [2023, 2022, 2021], key="year")
    years = [Period.parse(str(each)) for each in range(year - 2, year + 1)]
    evaluation = c.desk.evaluate(*years)
    for row in (SHOWN[:4], SHOWN[4:]):
        for column, key in zip(st.columns(4), row, strict=True):
            figure = figure_of(evaluation.metrics[key], evaluation.cell(key, years[-1]))
            # A metric widget cuts long values off; a published number must be read whole.
            with column.container(border=True, height=150):
                st.caption(figure.label.in_(c.lang))
                st.markdown(f"#### {figure.text(c.lang)}")
    left, right = st.columns(2)
    with left:
        _trend(c, years)
    with right:
        _districts(c, years[-1])


def _trend(c: Ctx, years: list[Period]) -> None:
    st.subheader(c.t("Lượt HTX dự hội chợ và vay vốn qua các năm", "Turns at fairs and loans over the years"))
    evaluation = c.desk.evaluate(*years)
    rows = []
    for key in ("fairs.turns", "loans.turns"):
        for period in years:
            value = evaluation.cell(key, period).value
            if not isinstance(value, Unavailable):
                label = evaluation.metrics[key].label.in_(c.lang)
                rows.append({"label": label, "year": period.key, "value": int(value.low)})
    table = pd.DataFrame(rows)
    axis = alt.Axis(title=c.t("Lượt", "Turns"), labelExpr=NUMBER)
    legend = alt.Legend(title=None, orient="bottom", labelLimit=400)
    chart = alt.Chart(table).mark_line(point=True)
    x = alt.X("year:O", title=c.t("Năm", "Year"), axis=alt.Axis(labelAngle=0))
    st.altair_chart(chart.encode(x=x, y=alt.Y("value:Q", axis=axis), color=alt.Color("label:N", legend=legend)))
    with st.expander(c.t("Xem dạng bảng", "As a table")):
        st.table(table.pivot_table(index="label", columns="year", values="value"))


def _districts(c: Ctx, period: Period) -> None:
    st.subheader(c.t("Thành viên theo quận, huyện", "Members by district"))
    evaluation = c.desk.evaluate(period, by="place:district")
    titles = {row["code"]: row["name"] for row in c.desk.snapshot().table("place").to_pylist()}
    unknown = c.t("Chưa rõ địa bàn", "Place not known")
    rows = [
        {"place": titles.get(cell.place or "", unknown), "value": int(cell.value.low)}
        for cell in evaluation.places("members.total", period)
        if not isinstance(cell.value, Unavailable)
    ]
    table = pd.DataFrame(rows)
    y = alt.Y("place:N", sort="-x", title=None)
    x = alt.X("value:Q", axis=alt.Axis(title=c.t("Đơn vị", "Units"), labelExpr=NUMBER))
    st.altair_chart(alt.Chart(table).mark_bar(color="#0b6b3a").encode(x=x, y=y))
    with st.expander(c.t("Xem dạng bảng", "As a table")):
        st.table(table.rename(columns={"place": c.t("Địa bàn", "Place"), "value": c.t("Đơn vị", "Units")}))
