"""Chốt số liệu, on the page Báo cáo: seal the figures of a period, run a seal again, and see why the figures differ."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.display import Display
from coopkit.errors import CoopkitError
from coopkit.period import Period
from coopkit.run import Records
from coopkit.workspace import Sealing

SHOWN = 5


def show(c: Ctx, period: Period) -> None:
    """The part of the page."""
    st.subheader(c.t("Chốt số liệu"))
    sealing = Sealing(c.desk)
    if told := st.session_state.pop("sealed", None):
        st.success(told)
    with st.expander(c.t("Chốt số liệu của kỳ này")):
        _seal(c, sealing, period)
    sealed = [one for one in sealing.all() if one.campaign is None]
    if not sealed:
        st.caption(c.t("Chưa có lần chốt nào."))
        return
    names = [one.name for one in sealed]
    name = st.selectbox(c.t("Lần chốt"), names, key="sealed-run")
    now = c.t("Số liệu hiện nay")
    others = ["", *(other for other in names if other != name)]
    against = st.selectbox(c.t("So với"), others, format_func=lambda one: one or now, key=f"against:{c.lang}")
    row = st.container(horizontal=True)
    run_again = row.button(c.t("Chạy lại và so từng byte"), key="again")
    ask_why = row.button(c.t("Vì sao số liệu khác nhau?"), key="why")
    if run_again:
        _again(c, sealing, name)
    if ask_why:
        _why(c, sealing, name, against)
    with st.expander(c.t("Số liệu đã chốt")):
        _figures(c, sealing, name)


def _figures(c: Ctx, sealing: Sealing, name: str) -> None:
    kept = sealing.results(name).facts
    facts = {key: kept[key] for key in (*c.desk.metrics(), *kept) if key in kept}  # in a report's order
    label = "label" if c.lang == "vi" else "label_en"
    rows = [(fact[label], fact["text"], fact["records"]) for fact in facts.values()]
    columns = [c.t("Chỉ tiêu"), c.t("Giá trị"), c.t("Số bản ghi")]
    st.table(pd.DataFrame(rows, columns=columns).set_index(columns[0]))
    figure = st.selectbox(
        c.t("Mở một con số đã chốt"),
        list(facts),
        format_func=lambda key: f"{facts[key][label]}: {facts[key]['text']}",
        key="sealed-figure",
    )
    for source in sealing.records(name, figure, c.lang):
        headings = [one.in_(c.lang) for one in source.columns]
        listed = pd.DataFrame([[str(cell) for cell in row] for row in source.rows], columns=headings)
        st.caption(c.n("{n} bản ghi, như lúc chốt", len(source.rows)))
        st.dataframe(listed, hide_index=True)


def _seal(c: Ctx, sealing: Sealing, period: Period) -> None:
    question = sealing.question(period, on_map=c.on_map)
    obstacles = sealing.obstacles(question)
    with st.form("seal", border=False):
        name = st.text_input(c.t("Tên lần chốt"), f"bao-cao-{period.key}")
        if obstacles:
            st.warning(
                c.t(
                    "Cần sửa trước khi chốt, hoặc ghi lý do bỏ qua (lý do được in trong báo cáo).",
                )
            )
        reasons = {
            one.key: st.text_input(f"{one.key}: {one.what.in_(c.lang)}", key=f"waive:{one.key}") for one in obstacles
        }
        if not st.form_submit_button(c.t("Chốt"), type="primary"):
            return
    waived = {key: reason.strip() for key, reason in reasons.items() if reason and reason.strip()}
    try:
        with st.spinner(c.t("Đang chốt…")):
            run, outcome = sealing.seal(question, (name or "").strip(), waive=waived)
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    st.session_state["sealed"] = c.n("Đã chốt {name}: {n} chỉ tiêu.", len(outcome.facts), name=plain(run.name))
    st.rerun()


def _again(c: Ctx, sealing: Sealing, name: str) -> None:
    try:
        with st.spinner(c.t("Đang chạy lại…")):
            done = sealing.again(name)
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    if done.differences:
        st.error(c.t("Khác với lúc chốt: {parts}", parts=plain(", ".join(done.differences))))
    else:
        figures, files = c.n("{n} chỉ tiêu", len(done.outcome.facts)), c.n("{n} tệp", len(done.outcome.files))
        st.success(c.t("Giống hệt lúc chốt: {figures}, {files} từng byte.", figures=figures, files=files))
    for one in done.changed:
        st.caption(c.t("Đã đổi từ khi chốt: {part}", part=plain(str(one))))


def _why(c: Ctx, sealing: Sealing, name: str, against: str) -> None:
    try:
        with st.spinner(c.t("Đang so từng nguyên nhân…")):
            parts, outcomes = sealing.why(name, against)
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    if not parts:
        st.success(c.t("Hai bên giống nhau."))
        return
    label = "label" if c.lang == "vi" else "label_en"
    display = Display(c.desk.snapshot(), c.lang)
    known = {key: fact[label] for outcome in outcomes for key, fact in outcome.facts.items()}
    rows = [
        {
            c.t("Chỉ tiêu"): known[one.figure],
            c.t("Nguyên nhân"): one.label.in_(c.lang),
            c.t("Trước"): one.before,
            c.t("Sau"): one.after,
            c.t("Được tính thêm"): _listed(display, one.came),
            c.t("Không tính nữa"): _listed(display, one.went),
            c.t("Đã sửa hoặc đến muộn"): _listed(display, one.swapped),
        }
        for one in parts
    ]
    st.table(pd.DataFrame(rows).set_index(c.t("Chỉ tiêu")))


def _listed(display: Display, records: Records) -> str:
    shown = ", ".join(display.title(table, of) for table, of in records[:SHOWN])
    return f"{shown} … (+{len(records) - SHOWN})" if len(records) > SHOWN else shown
