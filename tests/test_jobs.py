"""Jobs: work beside the page, how far it is, what came of it; each found again by its owner alone."""

from __future__ import annotations

import threading

import pytest

from coopkit import jobs as jobs_room
from coopkit.errors import LedgerBusy, NotFound
from coopkit.jobs import Jobs, JobState
from coopkit.text import Label

TITLE, READING = Label("Nhập tệp", "Import"), Label("đọc tệp", "reading")
SOON = 20.0


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


def test_a_job_tells_how_far_it_is(jobs):
    """While the work waits at its second step of four, whoever looks sees a half; afterwards the result."""
    at_two, go_on = threading.Event(), threading.Event()

    def work(step):
        step(2, 4, READING)
        at_two.set()
        assert go_on.wait(SOON)
        return "xong"

    job = jobs.start("an", TITLE, work)
    assert at_two.wait(SOON)
    seen = jobs.get(job.id, "an")
    assert (seen.state, seen.share, seen.doing) == (JobState.RUNNING, 0.5, READING)
    go_on.set()
    over = jobs.wait(job.id, SOON)
    assert (over.state, over.result, over.error) == (JobState.DONE, "xong", None)


@pytest.mark.parametrize("error", [LedgerBusy("sổ đang bận"), ZeroDivisionError("lỗi"), SystemExit(3)])
def test_work_that_fails_says_how(jobs, error):
    """The error is kept with the job, and the threads go on to the next one."""

    def fails(_):
        raise error

    failed = jobs.wait(jobs.start("an", TITLE, fails).id, SOON)
    assert (failed.state, failed.error) == (JobState.FAILED, error)
    assert jobs.wait(jobs.start("an", TITLE, lambda _: 1).id, SOON).result == 1


def test_a_cancelled_job_stops_at_its_next_step(jobs):
    """Nothing behind the step is done, and the job stays cancelled; to cancel one that is over changes nothing."""
    begun, cancelled, went_on, over = (threading.Event() for _ in range(4))

    def work(step):
        begun.set()
        try:
            assert cancelled.wait(SOON)
            step(1, 2, READING)
            went_on.set()
        finally:
            over.set()

    job = jobs.start("an", TITLE, work)
    assert begun.wait(SOON)
    jobs.cancel(job.id, "an")
    cancelled.set()
    assert over.wait(SOON)
    assert not went_on.is_set()
    assert jobs.get(job.id, "an").state is JobState.CANCELLED
    done = jobs.wait(jobs.start("an", TITLE, lambda _: 1).id, SOON)
    jobs.cancel(done.id, "an")
    assert jobs.get(done.id, "an") == done


def test_nobody_finds_anothers_job(jobs):
    """An id that was seen in an address opens nothing for another, and one that never was is not found either."""
    job = jobs.start("an", TITLE, lambda _: 1)
    for wanted, owner in ((job.id, "bình"), ("không", "an")):
        with pytest.raises(NotFound):
            jobs.get(wanted, owner)
        with pytest.raises(NotFound):
            jobs.cancel(wanted, owner)
    other = jobs.start("an", TITLE, lambda _: 2)
    assert [one.id for one in jobs.of("an")] == [other.id, job.id]
    assert jobs.of("bình") == []


def test_old_jobs_are_forgotten(jobs, monkeypatch):
    """Only so many that are over are kept, the latest of them."""
    monkeypatch.setattr(jobs_room, "KEPT", 2)
    ids = []
    for number in range(5):
        job = jobs.start("an", TITLE, lambda _, number=number: number)
        ids.append(job.id)
        jobs.wait(job.id, SOON)
    assert [one.id for one in jobs.of("an")] == [*reversed(ids[2:])]
