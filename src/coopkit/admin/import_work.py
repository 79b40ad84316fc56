"""Where an import stands: the jobs that read its files and write them, found again by the id in the URL."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import streamlit as st
from attrs import frozen

from coopkit.admin.ctx import Ctx
from coopkit.admin.jobs import jobs
from coopkit.errors import NotFound
from coopkit.jobs import Job, JobState, Step
from coopkit.text import Label, Lang
from coopkit.workspace.intake import Intake, Look
from coopkit.workspace.preview import Preview

JOB: Final = "viec"
"""What the URL calls the job that read the files."""

READING: Final = "nhap:"


@frozen
class Moved:
    """What an import would do now that the register has moved, and that part of it which is otherwise than before."""

    seen: Preview
    differing: Preview


@frozen
class Work:
    """An import as it stands: the job that reads its files; once that is done, what was looked at and what is written.

    `turn` counts how often it was compared: what was seen at one turn is written once. `moved`: the register moved
    since the turn before.
    """

    job: Job
    look: Look | None = None
    moved: Moved | None = None
    turn: int = 1
    writing: Job | None = None

    @property
    def written(self) -> Preview | None:
        """What was written, once it is."""
        done = self.writing and self.writing.state is JobState.DONE
        return self.writing.result if self.writing and done else None


def current(c: Ctx, asked: str) -> Work:
    """The import of that job. Raises `NotFound` where there is none of this reader's."""
    owner = c.desk.actor.name
    job = jobs().get(asked, owner)
    if job.state is not JobState.DONE or not isinstance(job.result, Look):
        return Work(job)
    look, moved, turn = job.result, None, 1
    while writing := jobs().find(_writing(asked, turn), owner):
        if not isinstance(writing.result, Moved):
            return Work(job, look, moved, turn, writing)
        moved, turn = writing.result, turn + 1
        look = look.in_(moved.seen)
    return Work(job, look, moved, turn)


def unfinished(c: Ctx) -> list[Job]:
    """The imports of this reader that were begun here and neither written nor given up, the latest first."""
    found = [job for job in jobs().of(c.desk.actor.name) if job.key.startswith(READING)]
    alive = [job for job in found if job.state not in (JobState.CANCELLED, JobState.FAILED)]
    return [job for job in alive if not current(c, job.id).written]


def drop(c: Ctx, job: str) -> None:
    """Give up an import that was begun, with its files; nothing happens to one that is no more."""
    with suppress(NotFound):
        jobs().drop(job, c.desk.actor.name)


def read(c: Ctx, files: Mapping[str, bytes], importer: str) -> None:
    """Begin to read files, and put the job into the URL."""
    intake, names = Intake(c.desk), ", ".join(files)

    def work(step: Step) -> Look:
        return intake.look(files, importer, progress=step)

    size = sum(map(len, files.values()))
    key = f"{READING}{secrets.token_urlsafe(6)}"  # each choice of files is a job of its own
    job = jobs().start(c.desk.actor.name, Label(names, names), work, key=key, weight=size)
    st.query_params[JOB] = job.id


def write(c: Ctx, work: Work, reason: str) -> None:
    """Begin to write what was looked at; once, however often it is asked for."""
    look, intake, token = work.look, Intake(c.desk), f"nhap:{work.job.id}:{work.turn}"
    if look is None:
        return

    def written(step: Step) -> Preview | Moved:
        done = intake.write(look, token, reason=reason, progress=step)
        return done if done.receipts else Moved(done, done.since(look.seen))

    jobs().start(c.desk.actor.name, work.job.title, written, key=_writing(work.job.id, work.turn))


def mark(c: Ctx, work: Work, file: str) -> None:
    """Begin to make the workbook with the faults of a file marked."""
    look, intake, lang = work.look, Intake(c.desk), c.lang
    if look is None:
        return

    def marked(step: Step) -> Any:
        step(0, 1, Label(f"Đánh dấu lỗi · {file}", f"Marking the faults · {file}"))
        return intake.marked(look, file, lang)

    jobs().start(c.desk.actor.name, work.job.title, marked, key=_marking(work, file, lang))


def marking(c: Ctx, work: Work, file: str) -> Job | None:
    """The job that makes the marked workbook of a file, if it was asked for."""
    return jobs().find(_marking(work, file, c.lang), c.desk.actor.name)


def _writing(job: str, turn: int) -> str:
    return f"ghi:{job}:{turn}"


def _marking(work: Work, file: str, lang: Lang) -> str:
    return f"loi:{work.job.id}:{work.turn}:{lang}:{file}"
