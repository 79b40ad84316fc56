"""Tổng quan: the year's figures, the trend over the years, and the districts."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, choose_year
from coopkit.metrics import Evaluation, Unavailable
from coopkit.period import Period
from coopkit.place import State
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
MOST = 20
WHERE = {"district": ("quận, huyện", "district"), "commune": ("xã, phường", "commune")}
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
        _places(c, period)


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


def _places(c: Ctx, period: Period) -> None:
    """Members by the places right below the province, on the map that was chosen or the period's own."""
    index, day = c.desk.snapshot().places, c.on_map or period.end
    level = index.levels(day)[1]
    vi, en = WHERE.get(level, (level, level))
    st.subheader(c.t(f"Thành viên theo {vi}", f"Members by {en}"))
    cells = c.desk.evaluate(period, by=f"place:{level}", on_map=day).places("members.total", period)
    unknown = c.t("Chưa xác định địa bàn", "Place undecided")
    rows = []
    for cell in cells:
        place = index.get(cell.place or "", day)
        if not isinstance(cell.value, Unavailable):
            state = State(cell.state).label.in_(c.lang)
            rows.append({"place": place.title if place else unknown, "value": int(cell.value.low), "state": state})
    table = pd.DataFrame(rows)
    most = table.sort_values("value", ascending=False, kind="stable").head(MOST)
    y = alt.Y("place:N", sort="-x", title=None, axis=alt.Axis(labelLimit=220))
    x = alt.X("value:Q", axis=alt.Axis(title=c.t("Đơn vị", "Units"), labelExpr=NUMBER))
    color = alt.condition(alt.datum.place == unknown, alt.value("#9aa5a0"), alt.value("#0b6b3a"))
    st.altair_chart(alt.Chart(most).mark_bar().encode(x=x, y=y, color=color))
    if len(table) > MOST:
        st.caption(
            c.t(
                f"{MOST} địa bàn nhiều nhất; đủ {len(table)} dòng ở bảng dưới.",
                f"The {MOST} largest of {len(table)} rows.",
            )
        )
    headings = {"place": c.t("Địa bàn", "Place"), "value": c.t("Đơn vị", "Units")}
    with st.expander(c.t("Xem dạng bảng", "As a table")):
        st.table(table.rename(columns={**headings, "state": c.t("Cách xác định", "How it is known")}))
