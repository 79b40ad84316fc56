"""Số liệu đã chốt, on the page Báo cáo: the seals, and how a period is sealed; one opened stands in `sealed`."""

from __future__ import annotations

import secrets
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.admin.jobs import jobs, show_failed, show_progress
from coopkit.errors import NotFound, RunError
from coopkit.jobs import Job, JobState
from coopkit.period import Period, format_moment
from coopkit.text import Label
from coopkit.workspace import Obstacle, Question, Sealing
from coopkit.workspace.runs import BROKEN, UNDECIDED
from coopkit.workspace.sealing import Seal

OPENED: Final = "chot"
JOB: Final = "viec"
FORM: Final = "seal:form"


def close() -> None:
    """Back to the list."""
    for key in (OPENED, JOB, "so-voi", "con-so"):
        st.query_params.pop(key, None)


def show(c: Ctx, period: Period) -> None:
    """The seals there are, and the way to another one of this period."""
    sealing = Sealing(c.desk)
    st.caption(c.t("Một lần chốt giữ lại số liệu cùng mọi thứ đã tạo ra nó, để chạy lại và đối chiếu sau này."))
    if can(c.desk.actor, Action.SEAL).allowed:
        _seal(c, sealing, period)
    seals = sealing.listed()
    if not seals:
        st.info(c.t("Chưa có lần chốt nào. Chọn kỳ ở trên rồi bấm Chốt số liệu của kỳ này."))
        return
    rows = pd.DataFrame([{"open": [c.t("Mở")], **_row(c, one)} for one in seals])
    names = [one.run.name for one in seals]
    key = f"seals:{c.lang}:{hash(tuple(names))}"

    def clicked() -> None:
        st.query_params[OPENED] = names[st.session_state[f"{key}:row"]["row"]]

    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked)
    wide, number = st.column_config.TextColumn(width=260), st.column_config.NumberColumn(format="localized")
    config: Any = {"open": button, c.t("Tên lần chốt"): wide, c.t("Kỳ"): wide, c.t("Số chỉ tiêu"): number}
    st.dataframe(rows, hide_index=True, key=key, column_config=config)


def _row(c: Ctx, one: Seal) -> dict[str, object]:
    return {
        c.t("Tên lần chốt"): one.run.name,
        c.t("Kỳ"): one.period.label.in_(c.lang),
        c.t("Người chốt"): one.by or "–",
        c.t("Lúc"): format_moment(one.at) if one.at else "–",
        c.t("Số chỉ tiêu"): one.figures,
    }


def _seal(c: Ctx, sealing: Sealing, period: Period) -> None:
    """The form that seals, or how far the seal is that it began."""
    job = job_of(c, "seal:")
    if job and not job.state.is_over:
        with st.container(border=True):
            show_progress(c, job.id)
        return
    if job and job.state is JobState.DONE:
        run, outcome = job.result
        st.query_params.pop(JOB, None)
        st.session_state.pop(FORM, None)
        st.query_params[OPENED] = run.name
        tell(good=True, text=c.n("Đã chốt {name}: {n} chỉ tiêu.", len(outcome.facts), name=plain(run.name)))
    if job:
        show_failed(c, job)
    if FORM not in st.session_state:
        label = c.t("Chốt số liệu của kỳ này")
        st.button(label, type="primary", icon=":material/lock:", key="seal:open", on_click=_open)
        return
    _form(c, sealing, period, st.session_state[FORM])


def _open() -> None:
    st.session_state[FORM] = secrets.token_urlsafe(9)


def _leave() -> None:
    st.session_state.pop(FORM, None)
    st.query_params.pop(JOB, None)


def _form(c: Ctx, sealing: Sealing, period: Period, token: str) -> None:
    """The name, and a reason for each thing that stands in the way."""
    question = sealing.question(period, on_map=c.on_map)
    with st.spinner(c.t("Đang kiểm tra trước khi chốt…")):
        obstacles = sealing.obstacles(question)
    faults: dict[str, str] = st.session_state.get(f"{FORM}:faults:{token}", {})
    with st.form(f"seal:{token}:{period.key}", enter_to_submit=False):
        st.markdown(f"**{plain(period.label.in_(c.lang))}**")
        st.text_input(
            c.t("Tên lần chốt"), f"bao-cao-{period.key}".replace("@", "-den-"), key=f"name:{token}:{period.key}"
        )
        _fault(faults, "name")
        if obstacles:
            st.warning(c.t("Cần sửa trước khi chốt, hoặc ghi lý do bỏ qua (lý do được in trong báo cáo)."))
        for one in obstacles:
            what = plain(f"{_about(c, one)}: {one.what.in_(c.lang)}")
            st.text_input(what, key=f"waive:{one.key}", placeholder=c.t("Lý do bỏ qua"))
            _fault(faults, one.key)
        with st.container(horizontal=True):
            asked = (c, sealing, question, obstacles, token)
            st.form_submit_button(c.t("Chốt"), type="primary", key=f"seal:go:{token}", on_click=_start, args=asked)
            st.form_submit_button(c.t("Không chốt"), key=f"seal:leave:{token}", on_click=_leave)


def _fault(faults: dict[str, str], key: str) -> None:
    if key in faults:
        st.error(faults[key])


def _about(c: Ctx, obstacle: Obstacle) -> str:
    """What an obstacle is about, in words."""
    metrics = c.desk.metrics()
    if obstacle.key in metrics:
        return metrics[obstacle.key].label.in_(c.lang)
    known = {UNDECIDED: c.t("Địa bàn"), BROKEN: c.t("Sổ")}
    kind, _, name = obstacle.key.partition(".")
    return known.get(obstacle.key) or (c.t("Tiện ích {name}", name=name) if kind == "plugin" else obstacle.key)


def _start(c: Ctx, sealing: Sealing, question: Question, obstacles: list[Obstacle], token: str) -> None:
    """A click on the button: what is missing is told at its box; else the seal begins, once for the form."""
    name = str(st.session_state.get(f"name:{token}:{question.period.key}", "")).strip()
    told = {one.key: str(st.session_state.get(f"waive:{one.key}") or "").strip() for one in obstacles}
    faults = {key: c.t("Ghi lý do, hoặc sửa rồi chốt.") for key, reason in told.items() if not reason}
    begun = jobs().find(f"seal:{token}", c.desk.actor.name)
    if begun is None or begun.state in (JobState.FAILED, JobState.CANCELLED):
        try:
            name = sealing.require_usable(name)
        except RunError as error:
            faults["name"] = plain(c.told(error))
    st.session_state[f"{FORM}:faults:{token}"] = faults
    if not faults:
        title = Label(f"Chốt {name}", f"Seal {name}")
        job = jobs().start(
            c.desk.actor.name,
            title,
            lambda step: sealing.seal(question, name, waive=told, progress=step),
            key=f"seal:{token}",
        )
        st.query_params[JOB] = job.id


def job_of(c: Ctx, kind: str) -> Job | None:
    """The job of the URL, where it is of that kind; one that is no more is told."""
    wanted = st.query_params.get(JOB, "")
    if not wanted:
        return None
    try:
        job = jobs().get(wanted, c.desk.actor.name)
    except NotFound as error:
        st.info(plain(c.told(error)))
        st.query_params.pop(JOB)
        return None
    return job if job.key.startswith(kind) else None


def require_seal(c: Ctx, name: str) -> Seal | None:
    """The seal of that name; where there is none, it is said."""
    try:
        return Sealing(c.desk).seal_of(name)
    except NotFound:
        st.info(c.t("Không có lần chốt này. Chọn một lần chốt trong danh sách."))
        return None
