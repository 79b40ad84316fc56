"""`Jobs`: long work beside the page that asked for it, with its progress, found again by its id."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Any, Final

from attrs import define, evolve, field, frozen

from coopkit.errors import CoopkitError, NotFound
from coopkit.text import Label

KEPT = 200
"""How many jobs that are over are remembered; the oldest are forgotten first."""

HEAVIEST = 25_000_000
"""So many bytes of files the jobs that are over may hold together; the oldest go first, the last that holds any stays.

What was made of a file takes some eighty times its bytes: a workbook of 100,000 rows has 4 MB, its preview 330.
"""

NOTHING: Final = Label("", "")


class JobState(StrEnum):
    """Where a job is.

    >>> JobState.FAILED.is_over
    True
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self not in (JobState.WAITING, JobState.RUNNING)


@frozen
class Job:
    """A job as it was when it was looked at: `done` of `total` steps, what is being done, its result or its error.

    A `CoopkitError` is told in the user's words; whatever else went wrong stands in `error` too. `key` names what it
    does, `weight` tells how many bytes it holds. `stopping`: somebody cancelled it, and it is not at its next step yet.

    >>> Job("a1", "an", Label("Nhập tệp", "Import"), done=1, total=4).share
    0.25
    """

    id: str
    owner: str
    title: Label
    state: JobState = JobState.WAITING
    done: int = 0
    total: int = 0
    doing: Label = NOTHING
    result: Any = None
    error: BaseException | None = None
    key: str = ""
    weight: int = 0
    stopping: bool = False

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


class Cancelled(CoopkitError):
    """Raised inside a job's work at its next step, once somebody cancelled it.

    >>> issubclass(Cancelled, CoopkitError)
    True
    """


@frozen
class Step:
    """What a job's work calls to tell how far it is. Raises `Cancelled` where nobody wants it any more."""

    _jobs: Jobs
    _id: str

    def __call__(self, done: int, total: int, doing: Label) -> None:
        self._jobs.note(self._id, done, total, doing)


@define
class Jobs:
    """Runs jobs in a few threads, and remembers them as long as the process lives.

    >>> jobs = Jobs()
    >>> started = jobs.start("an", Label("Cộng", "Add"), lambda step: 1 + 1)
    >>> jobs.wait(started.id).result
    2
    """

    workers: int = 2
    _held: dict[str, Job] = field(factory=dict, init=False)
    _changed: threading.Condition = field(factory=threading.Condition, init=False)
    _pool: ThreadPoolExecutor | None = field(default=None, init=False)

    def start(self, owner: str, title: Label, work: Callable[[Step], Any], *, key: str = "", weight: int = 0) -> Job:
        """Start work in the background; it is handed the function that tells how far it is.

        Of the jobs of an owner with one `key` there is one: while it is under way or done, it is given instead. One
        that failed or was cancelled is started again.
        """
        job = Job(secrets.token_urlsafe(9), owner, title, key=key, weight=weight)
        with self._changed:
            if key and (same := self.find(key, owner)) and same.state not in (JobState.FAILED, JobState.CANCELLED):
                return same
            self._pool = self._pool or ThreadPoolExecutor(self.workers, thread_name_prefix="coopkit-job")
            self._held[job.id] = job
            self._forget()
            self._pool.submit(self._run, job.id, work)
        return job

    def find(self, key: str, owner: str) -> Job | None:
        """The latest job of that owner with that key."""
        return next((one for one in self.of(owner) if one.key == key), None)

    def get(self, job: str, owner: str) -> Job:
        """A job of that owner as it is now. Raises `NotFound` also for another's: an id that was seen opens nothing."""
        found = self._held.get(job)
        if found is None or found.owner != owner:
            raise NotFound(
                "Không còn việc này: máy chủ đã khởi động lại, hãy làm lại (this job is no more: start it again)"
            )
        return found

    def of(self, owner: str) -> list[Job]:
        """The jobs of an owner, the latest first."""
        with self._changed:
            return [one for one in reversed(self._held.values()) if one.owner == owner]

    def cancel(self, job: str, owner: str) -> None:
        """Ask a job to stop at its next step; nothing happens to one that is over. Raises `NotFound`.

        What was done before it came to a step stays done: a job that had none left ends as if nobody had asked.
        """
        self.get(job, owner)
        with self._changed:
            if self._held[job].state is JobState.WAITING:
                self._set(job, state=JobState.CANCELLED)
            elif self._held[job].state is JobState.RUNNING:
                self._set(job, stopping=True)

    def drop(self, job: str, owner: str) -> None:
        """Forget a job that is over, with what it holds; one under way is cancelled instead. Raises `NotFound`."""
        self.cancel(job, owner)
        with self._changed:
            if self._held[job].state.is_over:
                del self._held[job]

    def wait(self, job: str, timeout: float | None = None) -> Job:
        """The job once it is over, or as it is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._held[job].state.is_over, timeout)
            return self._held[job]

    def note(self, job: str, done: int, total: int, doing: Label) -> None:
        """Remember how far a job is. Raises `Cancelled` where it was cancelled."""
        if self._held[job].stopping:
            raise Cancelled("Việc đã được dừng (the job was cancelled)")
        self._set(job, done=done, total=total, doing=doing)

    def _run(self, job: str, work: Callable[[Step], Any]) -> None:
        with self._changed:
            if self._held[job].state is JobState.CANCELLED:
                return
            self._set(job, state=JobState.RUNNING)
        try:
            self._set(job, state=JobState.DONE, result=work(Step(self, job)))
        except Cancelled:
            self._set(job, state=JobState.CANCELLED)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whoever asked is told, whatever it was
            self._set(job, state=JobState.FAILED, error=error)

    def _set(self, job: str, **values: Any) -> None:
        with self._changed:
            self._held[job] = evolve(self._held[job], **values)
            self._changed.notify_all()

    def _forget(self) -> None:
        over = [one for one in self._held.values() if one.state.is_over]
        stale = over[: max(len(over) - KEPT, 0)]
        heavy = [one for one in over if one.weight]
        excess = sum(one.weight for one in heavy) - HEAVIEST
        for one in heavy[:-1]:
            if excess > 0:
                stale.append(one)
                excess -= one.weight
        for one in stale:
            self._held.pop(one.id, None)
