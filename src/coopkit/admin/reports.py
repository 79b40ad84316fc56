"""Báo cáo: a year's figures by section, each opening to its records; and the report as a file."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from coopkit.admin import seals
from coopkit.admin.ctx import Ctx, choose_year
from coopkit.metrics import Unavailable
from coopkit.period import Period
from coopkit.report import Report


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Báo cáo"))
    if c.is_empty():
        c.nothing_yet()
        return
    year, _ = choose_year(c, "report-year")
    report = c.report(Period.parse(str(year)))
    row = st.container(horizontal=True)
    for exporter in c.desk.exporters().values():
        row.download_button(
            exporter.label.in_(c.lang),
            partial(c.desk.export, report, exporter.key),  # made when it is asked for
            file_name=f"bao-cao-{year}.{exporter.extension}",
            mime=exporter.media_type,
            on_click="ignore",
            key=f"get-{exporter.key}",
        )
    for section in report.sections:
        st.subheader(section.title.in_(c.lang))
        rows = [
            {
                c.t("Chỉ tiêu"): figure.label.in_(c.lang),
                c.t("Giá trị"): figure.text(c.lang),
                c.t("Kèm theo"): figure.beside.text(c.lang) if figure.beside else "",
                c.t("Số bản ghi"): figure.rows,
            }
            for figure in section.figures
        ]
        st.table(pd.DataFrame(rows).set_index(c.t("Chỉ tiêu")))
    _open(c, report)
    seals.show(c, report.period)


def _open(c: Ctx, report: Report) -> None:
    st.subheader(c.t("Mở một con số"))
    counted = [figure for figure in report.figures if not isinstance(figure.value, Unavailable)]
    chosen = st.selectbox(
        c.t("Chỉ tiêu"),
        counted,
        format_func=lambda figure: f"{figure.label.in_(c.lang)}: {figure.text(c.lang)}",
        key="open",
    )
    source = c.desk.records(chosen.key, report.period, lang=c.lang)
    st.caption(c.n("{n} bản ghi", len(source.rows)))
    headings = [label.in_(c.lang) for label in source.columns]
    listed = pd.DataFrame([[str(cell) for cell in row] for row in source.rows], columns=headings)
    st.dataframe(listed, hide_index=True, key=f"records:{chosen.key}:{report.period.key}")
    if st.toggle(c.t("Xem cả những bản ghi không được đếm"), key="left-out"):
        others = c.desk.left_out(chosen.key, report.period, lang=c.lang)
        headings = [label.in_(c.lang) for label in others.columns]
        rows = pd.DataFrame([[str(cell) for cell in row] for row in others.rows], columns=headings)
        st.caption(", ".join(f"{why}: {number}" for why, number in rows[headings[0]].value_counts().items()))
        st.dataframe(rows, hide_index=True, key=f"others:{chosen.key}:{report.period.key}")
