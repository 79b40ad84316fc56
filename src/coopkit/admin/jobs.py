"""Long work beside the page: one `Jobs` for the process, and how far a job is, with a button that stops it."""

from __future__ import annotations

from functools import cache
from typing import Final

import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.errors import CoopkitError
from coopkit.jobs import Job, Jobs, JobState

EVERY: Final = 0.7
"""So many seconds after one another somebody who waits is told how far it is."""


@cache
def jobs() -> Jobs:
    """The jobs of this process. Not Streamlit's to keep: who clears its caches must not lose a running import."""
    return Jobs()


@st.fragment(run_every=EVERY)
def show_progress(c: Ctx, job: str) -> None:
    """How far a job is that is not over, and a button that stops it; the page is drawn anew once it is over."""
    now = jobs().get(job, c.desk.actor.name)
    if now.state.is_over:
        st.rerun()
    if now.stopping:
        told = c.t("Đang dừng…")
    elif now.state is JobState.WAITING:
        told = c.t("Đang chờ việc khác xong…")
    else:
        told = now.doing.in_(c.lang) or c.t("Đang bắt đầu…")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(now.share, text=plain(told), width="stretch")
        st.button(
            c.t("Dừng"),
            key=f"stop:{job}",
            icon=":material/stop_circle:",
            disabled=now.stopping,
            on_click=jobs().cancel,
            args=(job, c.desk.actor.name),
        )


def show_failed(c: Ctx, job: Job) -> None:
    """Why a job that is over came to nothing."""
    if job.state is JobState.CANCELLED:
        st.info(c.t("Đã dừng, chưa ghi gì vào sổ."))
    elif isinstance(job.error, CoopkitError):
        st.error(plain(c.told(job.error)))
    else:
        what = plain(f"{type(job.error).__name__}: {job.error}")
        st.error(c.t("Việc bị hỏng ngoài dự kiến, chưa ghi gì vào sổ. Báo quản trị: {what}", what=what))
