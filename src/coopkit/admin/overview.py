"""Tổng quan: the year's figures, the trend over the years, and the districts."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, choose_year
from coopkit.metrics import Evaluation, Unavailable
from coopkit.period import Period
from coopkit.report import Figure, figure_of
from coopkit.text import Label

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
    if c.is_empty():
        c.nothing_yet()
        return
    year, known = choose_year(c, "year")
    period = Period.parse(str(year))
    evaluation = c.desk.evaluate(period)
    for row in (SHOWN[:4], SHOWN[4:]):
        for column, key in zip(st.columns(4), row, strict=True):
            figure = _figure(evaluation, key)
            # A metric widget cuts long values off; a published number must be read whole.
            with column.container(border=True, height=205):
                st.caption(figure.label.in_(c.lang))
                st.markdown(f"#### {figure.text(c.lang)}")
                if figure.beside:
                    st.caption(f"{figure.beside.label.in_(c.lang)}: {figure.beside.text(c.lang)}")
    left, right = st.columns(2)
    with left:
        _trend(c, [Period.parse(str(each)) for each in sorted(known)])
    with right:
        _districts(c, period)


def _figure(evaluation: Evaluation, key: str) -> Figure:
    """The figure of a card; one whose metric nobody offers is a gap that says so."""
    metric = evaluation.metrics.get(key)
    if metric is None:
        gone = Unavailable("coopkit", f"không có chỉ tiêu {key} (no such metric)")
        return Figure(key, Label(key, key), Label("", ""), gone, noun=Label("", ""), rows=0)
    beside = evaluation.metrics.get(metric.beside)
    return figure_of(metric, evaluation.cell(key), figure_of(beside, evaluation.cell(beside.key)) if beside else None)


def _trend(c: Ctx, years: list[Period]) -> None:
    st.subheader(c.t("Lượt HTX dự hội chợ và vay vốn qua các năm", "Turns at fairs and loans over the years"))
    evaluation = c.desk.evaluate(*years)
    rows = []
    for key in (one for one in ("fairs.turns", "loans.turns") if one in evaluation.metrics):
        for period in years:
            value = evaluation.cell(key, period).value
            if not isinstance(value, Unavailable):
                label = evaluation.metrics[key].label.in_(c.lang)
                rows.append({"label": label, "year": period.key, "value": int(value.low)})
    table = pd.DataFrame(rows)
    axis = alt.Axis(title=c.t("Lượt", "Turns"), labelExpr=NUMBER)
    legend = alt.Legend(title=None, orient="bottom", direction="vertical", labelLimit=600)
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
