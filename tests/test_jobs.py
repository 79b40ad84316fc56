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
    assert jobs.get(job.id, "an").stopping
    cancelled.set()
    assert over.wait(SOON)
    assert jobs.wait(job.id, SOON).state is JobState.CANCELLED
    assert not went_on.is_set()
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


def test_a_job_cancelled_after_its_last_step_is_done(jobs):
    """What was written cannot be unwritten: the job says that it is done, and with what."""
    begun, go_on = threading.Event(), threading.Event()

    def work(_):
        begun.set()
        assert go_on.wait(SOON)
        return "đã ghi"

    job = jobs.start("an", TITLE, work)
    assert begun.wait(SOON)
    jobs.cancel(job.id, "an")
    go_on.set()
    over = jobs.wait(job.id, SOON)
    assert (over.state, over.result) == (JobState.DONE, "đã ghi")


def test_a_job_that_waits_is_cancelled_at_once():
    """It never begins."""
    jobs, begun, go_on = Jobs(workers=1), threading.Event(), threading.Event()
    first = jobs.start("an", TITLE, lambda _: go_on.wait(SOON))
    second = jobs.start("an", TITLE, lambda _: begun.set())
    jobs.cancel(second.id, "an")
    assert jobs.get(second.id, "an").state is JobState.CANCELLED
    go_on.set()
    jobs.wait(first.id, SOON)
    jobs.wait(jobs.start("an", TITLE, lambda _: 1).id, SOON)
    assert not begun.is_set()


def test_of_one_key_there_is_one_job(jobs):
    """Started three times it runs once; another owner's, and one after a failure, is a job of its own."""
    ran = []

    def work(_):
        ran.append(1)
        raise LedgerBusy("sổ đang bận")

    begun = [jobs.start("an", TITLE, lambda _: ran.append(0), key="ghi") for _ in range(3)]
    assert len({job.id for job in begun}) == 1
    jobs.wait(begun[0].id, SOON)
    assert ran == [0]
    failed = jobs.wait(jobs.start("bình", TITLE, work, key="ghi").id, SOON)
    again = jobs.wait(jobs.start("bình", TITLE, work, key="ghi").id, SOON)
    assert failed.id != again.id
    assert (ran, jobs.find("ghi", "bình")) == ([0, 1, 1], again)


def test_heavy_jobs_are_forgotten_first(jobs, monkeypatch):
    """Together those that are over hold no more than so much; the last of them is kept whatever it weighs."""
    monkeypatch.setattr(jobs_room, "HEAVIEST", 10)
    ids = []
    for weight in (4, 5, 6, 99):
        ids.append(jobs.start("an", TITLE, lambda _: 1, weight=weight).id)
        jobs.wait(ids[-1], SOON)
    light = [jobs.wait(jobs.start("an", TITLE, lambda _: 1).id, SOON).id for _ in range(3)]
    assert [one.id for one in jobs.of("an")] == [*reversed(light), ids[-1]]


def test_a_job_nobody_wants_is_dropped(jobs):
    """By its owner alone; one that is not over is stopped."""
    begun, go_on = threading.Event(), threading.Event()
    done = jobs.wait(jobs.start("an", TITLE, lambda _: 1).id, SOON)
    with pytest.raises(NotFound):
        jobs.drop(done.id, "bình")
    jobs.drop(done.id, "an")
    assert jobs.of("an") == []

    def work(step):
        begun.set()
        assert go_on.wait(SOON)
        step(1, 2, READING)

    job = jobs.start("an", TITLE, work)
    assert begun.wait(SOON)
    jobs.drop(job.id, "an")
    go_on.set()
    assert jobs.wait(job.id, SOON).state is JobState.CANCELLED
