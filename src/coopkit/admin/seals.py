"""Chốt số liệu, on the page Báo cáo: seal the figures of a period, run a seal again, and see why the figures differ."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx
from coopkit.display import Display
from coopkit.errors import CoopkitError
from coopkit.period import Period
from coopkit.run import Records
from coopkit.workspace import Sealing

SHOWN = 5


def show(c: Ctx, period: Period) -> None:
    """The part of the page."""
    st.subheader(c.t("Chốt số liệu", "Sealed figures"))
    sealing = Sealing(c.desk)
    if told := st.session_state.pop("sealed", None):
        st.success(told)
    with st.expander(c.t("Chốt số liệu của kỳ này", "Seal this period's figures")):
        _seal(c, sealing, period)
    sealed = [one for one in sealing.all() if one.campaign is None]
    if not sealed:
        st.caption(c.t("Chưa có lần chốt nào.", "Nothing has been sealed yet."))
        return
    names = [one.name for one in sealed]
    name = st.selectbox(c.t("Lần chốt", "Sealed run"), names, key="sealed-run")
    now = c.t("Số liệu hiện nay", "The figures as they are now")
    others = ["", *(other for other in names if other != name)]
    against = st.selectbox(
        c.t("So với", "Compare with"), others, format_func=lambda one: one or now, key=f"against:{c.lang}"
    )
    row = st.container(horizontal=True)
    run_again = row.button(c.t("Chạy lại và so từng byte", "Run again, byte for byte"), key="again")
    ask_why = row.button(c.t("Vì sao số liệu khác nhau?", "Why do the figures differ?"), key="why")
    if run_again:
        _again(c, sealing, name)
    if ask_why:
        _why(c, sealing, name, against)
    with st.expander(c.t("Số liệu đã chốt", "The figures as sealed")):
        _figures(c, sealing, name)


def _figures(c: Ctx, sealing: Sealing, name: str) -> None:
    kept = sealing.results(name).facts
    facts = {key: kept[key] for key in (*c.desk.metrics(), *kept) if key in kept}  # in a report's order
    label = "label" if c.lang == "vi" else "label_en"
    rows = [(fact[label], fact["text"], fact["records"]) for fact in facts.values()]
    columns = [c.t("Chỉ tiêu", "Figure"), c.t("Giá trị", "Value"), c.t("Số bản ghi", "Records")]
    st.table(pd.DataFrame(rows, columns=columns).set_index(columns[0]))
    figure = st.selectbox(
        c.t("Mở một con số đã chốt", "Open a sealed figure"),
        list(facts),
        format_func=lambda key: f"{facts[key][label]}: {facts[key]['text']}",
        key="sealed-figure",
    )
    for source in sealing.records(name, figure, c.lang):
        headings = [one.in_(c.lang) for one in source.columns]
        listed = pd.DataFrame([[str(cell) for cell in row] for row in source.rows], columns=headings)
        st.caption(c.t(f"{len(source.rows)} bản ghi, như lúc chốt", f"{len(source.rows)} records, as they were sealed"))
        st.dataframe(listed, hide_index=True)


def _seal(c: Ctx, sealing: Sealing, period: Period) -> None:
    question = sealing.question(period, on_map=c.on_map)
    obstacles = sealing.obstacles(question)
    with st.form("seal", border=False):
        name = st.text_input(c.t("Tên lần chốt", "Name of the run"), f"bao-cao-{period.key}")
        if obstacles:
            st.warning(
                c.t(
                    "Cần sửa trước khi chốt, hoặc ghi lý do bỏ qua (lý do được in trong báo cáo).",
                    "Mend these first, or tell why each is let pass (the reason is printed in the report).",
                )
            )
        reasons = {
            one.key: st.text_input(f"{one.key}: {one.what.in_(c.lang)}", key=f"waive:{one.key}") for one in obstacles
        }
        if not st.form_submit_button(c.t("Chốt", "Seal"), type="primary"):
            return
    waived = {key: reason.strip() for key, reason in reasons.items() if reason and reason.strip()}
    try:
        with st.spinner(c.t("Đang chốt…", "Sealing…")):
            run, outcome = sealing.seal(question, (name or "").strip(), waive=waived)
    except CoopkitError as error:
        st.error(str(error))
        return
    st.session_state["sealed"] = c.t(
        f"Đã chốt {run.name}: {len(outcome.facts)} chỉ tiêu.", f"Sealed {run.name}: {len(outcome.facts)} figures."
    )
    st.rerun()


def _again(c: Ctx, sealing: Sealing, name: str) -> None:
    try:
        with st.spinner(c.t("Đang chạy lại…", "Running again…")):
            done = sealing.again(name)
    except CoopkitError as error:
        st.error(str(error))
        return
    if done.differences:
        st.error(c.t("Khác với lúc chốt: ", "Different from the seal: ") + ", ".join(done.differences))
    else:
        figures, files = len(done.outcome.facts), len(done.outcome.files)
        st.success(
            c.t(
                f"Giống hệt lúc chốt: {figures} chỉ tiêu, {files} tệp từng byte.",
                f"The same as sealed: {figures} figures, {files} files byte for byte.",
            )
        )
    for one in done.changed:
        st.caption(c.t(f"Đã đổi từ khi chốt: {one}", f"Changed since: {one}"))


def _why(c: Ctx, sealing: Sealing, name: str, against: str) -> None:
    try:
        with st.spinner(c.t("Đang so từng nguyên nhân…", "Comparing part by part…")):
            parts, outcomes = sealing.why(name, against)
    except CoopkitError as error:
        st.error(str(error))
        return
    if not parts:
        st.success(c.t("Hai bên giống nhau.", "Both sides have the same figures."))
        return
    label = "label" if c.lang == "vi" else "label_en"
    display = Display(c.desk.snapshot(), c.lang)
    known = {key: fact[label] for outcome in outcomes for key, fact in outcome.facts.items()}
    rows = [
        {
            c.t("Chỉ tiêu", "Figure"): known[one.figure],
            c.t("Nguyên nhân", "Cause"): one.label.in_(c.lang),
            c.t("Trước", "Before"): one.before,
            c.t("Sau", "After"): one.after,
            c.t("Được tính thêm", "Counted since"): _listed(display, one.came),
            c.t("Không tính nữa", "No longer counted"): _listed(display, one.went),
            c.t("Đã sửa hoặc đến muộn", "Corrected or late"): _listed(display, one.swapped),
        }
        for one in parts
    ]
    st.table(pd.DataFrame(rows).set_index(c.t("Chỉ tiêu", "Figure")))


def _listed(display: Display, records: Records) -> str:
    shown = ", ".join(display.title(table, of) for table, of in records[:SHOWN])
    return f"{shown} … (+{len(records) - SHOWN})" if len(records) > SHOWN else shown
