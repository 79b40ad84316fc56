"""Files made when they are asked for: a short one at the click, a long one beside the page, found again by its job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import streamlit as st
from attrs import frozen

from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.jobs import jobs, show_failed, show_progress
from coopkit.errors import NotFound
from coopkit.jobs import JobState, Step
from coopkit.text import Label

JOB: Final = "tep"
"""What a URL calls the job that makes a file."""


@frozen
class Offered:
    """A file on offer: its name, media type, and what makes it.

    `told` makes a long one and tells how far it is, where that can be told.
    """

    name: str
    media_type: str
    make: Callable[[], bytes]
    told: Callable[[Step], bytes] | None = None


@frozen
class _Made:
    """A file that a job made."""

    name: str
    media_type: str
    data: bytes


def offer(c: Ctx, label: str, file: Offered, key: str, *, long: bool = False, wide: bool = True) -> None:
    """A button that gives a file; a `long` one is made beside the page, and handed out by `show_made`.

    `key` names the file and what it is made of: of two files with one key there is one.
    """
    width: Literal["stretch", "content"] = "stretch" if wide else "content"
    icon = ":material/download:"
    if not long:
        st.download_button(
            label,
            file.make,
            file_name=file.name,
            mime=file.media_type,
            icon=icon,
            on_click="ignore",
            key=key,
            width=width,
        )
        return
    asked = (c, file, key)
    st.button(label, key=key, icon=":material/hourglass_top:", on_click=_start, args=asked, width=width)


def _start(c: Ctx, file: Offered, key: str) -> None:
    """Begin to make the file; however often it is clicked, once for the register as it is."""

    def work(step: Step) -> _Made:
        step(0, 1, Label(f"Đang làm tệp {file.name}…", f"Making the file {file.name} …"))
        return _Made(file.name, file.media_type, file.told(step) if file.told else file.make())

    title = Label(file.name, file.name)
    position = c.desk.snapshot().position
    st.query_params[JOB] = jobs().start(c.desk.actor.name, title, work, key=f"{key}:{position}").id


def show_made(c: Ctx) -> None:
    """The file that is being made, or the button that gives it."""
    wanted = st.query_params.get(JOB, "")
    if not wanted:
        return
    try:
        job = jobs().get(wanted, c.desk.actor.name)
    except NotFound as error:
        st.info(plain(c.told(error)))
        st.query_params.pop(JOB)
        return
    with st.container(border=True):
        if not job.state.is_over:
            show_progress(c, job.id)
        elif job.state is not JobState.DONE:
            show_failed(c, job)
        else:
            made: _Made = job.result
            st.markdown(c.t("Tệp **{name}** đã làm xong.", name=plain(made.name)))
            st.download_button(
                c.t("Tải tệp"), made.data, made.name, made.media_type, on_click="ignore", key="made", type="primary"
            )
