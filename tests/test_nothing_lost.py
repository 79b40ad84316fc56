"""Nothing acknowledged is lost, nothing half-written stays: processes killed at work, and twenty writers at once."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from tests import campaigns

from coopkit.cooperative import Cooperative
from coopkit.errors import StaleBase
from coopkit.group import Group
from coopkit.ledger import Batch, Change, Ledger
from coopkit.workspace import CampaignDesk, Editing, Sealing, Stages

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.test_nothing_lost"])


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A ledger with a campaign whose self-scores are given."""
    folder = tmp_path_factory.mktemp("so")
    with campaigns.office(folder) as desk:
        campaigns.self_scores(campaigns.launched(desk))
    return folder


def work(folder: Path, kind: str) -> None:
    """Import, edit or move the campaign until killed; each batch is told to the file `acks` once it is acknowledged."""
    acks = os.open(folder / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def acknowledge(batch: int) -> None:
        os.write(acks, f"{batch}\n".encode())

    with campaigns.reopened(folder) as desk:
        (folder / "ready").touch()
        for turn in range(10_000):
            if kind == "import":
                lines = "".join(f"HTX {turn}-{n};HTX;Điện thoại {n}\n" for n in range(40))
                files = {"a.csv": f"Tên đơn vị;Loại hình;Địa chỉ\n{lines}".encode()}
                for receipt in desk.import_files(files, reason="thử").receipts:
                    acknowledge(receipt.number)
            elif kind == "edit":
                editing = Editing(desk)
                form = editing.form("cooperative", campaigns.UNITS[turn % 8])
                acknowledge(editing.save(form, {"address": f"Số {turn}"}, token=f"t{turn}", reason="thử").number)
            else:
                stages = Stages(CampaignDesk.of(desk, "2024"))
                stages.advance()
                acknowledge(desk.workspace.ledger.snapshot().position)
                acknowledge(stages.back("chấm lại").number)


@pytest.fixture
def plain_main(monkeypatch):
    """A main module without a file: a page test before this one leaves its page there, and a worker would run it."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.mark.usefixtures("plain_main")
@pytest.mark.parametrize("kind", ["import", "edit", "stage"])
def test_a_killed_worker_loses_nothing_it_acknowledged(begun, tmp_path, kind, request):
    """Killed at moments of a fixed seed: every acknowledged batch is whole, no half of another, and all verifies.

    The first worker lives until it has acknowledged two batches; the others, at most as long.
    """
    turns = 67 if request.config.getoption("--hypothesis-profile") == "long" else 10
    dice, longest, acknowledged = random.Random(kind), 0.0, 0  # noqa: S311 - moments of a test
    for turn in range(turns):
        folder = tmp_path / str(turn)
        shutil.copytree(begun, folder)
        worker = FORKED.Process(target=work, args=(folder, kind))
        worker.start()
        _until(lambda folder=folder: (folder / "ready").exists())
        if longest:
            time.sleep(dice.uniform(0, longest))
        else:
            began = time.monotonic()
            _until(lambda folder=folder: len(_acknowledged(folder)) > 1)
            longest = time.monotonic() - began
        assert worker.is_alive(), "the worker failed by itself"
        worker.kill()
        worker.join()
        acknowledged += _check(folder)
        shutil.rmtree(folder)
    assert acknowledged > 1


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline, "the worker never came so far"
        time.sleep(0.005)


def _acknowledged(folder: Path) -> list[int]:
    told = folder / "acks"
    return [int(line) for line in told.read_text().splitlines()] if told.exists() else []


def _check(folder: Path) -> int:
    """The ledger after the kill: how many batches it had acknowledged."""
    acks = _acknowledged(folder)
    with campaigns.reopened(folder) as desk:
        assert desk.verify() == []
        assert Sealing(desk).faults() == []
        headers = {one.number: one for one in desk.batches()}
        assert set(acks) <= set(headers)
        assert len([number for number in headers if acks and number > max(acks)]) <= 1
        for receipt in (headers[number] for number in acks):
            assert receipt.records > 0
        sizes = Counter(one.records for one in headers.values() if one.source == "a.csv")
        assert set(sizes) <= {40}, "half a file was written"
    with sqlite3.connect(folder / "so.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    return len(acks)


def test_twenty_writers_lose_no_update(tmp_path):
    """Each adds to one counter, reading it before: who wrote over a stale base is refused, and tries again."""
    url = f"sqlite:///{tmp_path}/so.db"
    with Ledger.open(url, patience=60) as ledger:
        ledger.write(Batch("an", "đầu", campaigns.NOW, changes=(Change(Group(id="g", kind="club", name="0")),)))
    refused: list[str] = []

    def add(writer: int) -> None:
        with Ledger.open(url, patience=60) as ledger:
            done = 0
            while done < 5:
                held, base = ledger.get(Group, "g")
                more = Group(id="g", kind=held.kind, name=str(int(held.name) + 1))
                try:
                    ledger.write(Batch(f"w{writer}", "thêm một", campaigns.NOW, changes=(Change(more, base),)))
                except StaleBase:
                    refused.append(f"w{writer}")
                else:
                    done += 1

    writers = [threading.Thread(target=add, args=(number,)) for number in range(20)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    with Ledger.open(url) as ledger:
        held, revision = ledger.get(Group, "g")
        assert (held.name, revision) == ("100", 101)
        assert ledger.verify() == []
        by = Counter(entry.actor for entry in ledger.history("group", "g"))
    assert all(by[f"w{number}"] == 5 for number in range(20))
    assert refused, "nobody met a stale base: the writers never ran at once"


def test_a_worker_that_writes_halves_would_be_seen(begun, tmp_path):
    """The check is able to fail: an acknowledged batch that is not there, and half a file, are both told."""
    folder = tmp_path / "so"
    shutil.copytree(begun, folder)
    (folder / "acks").write_text("99\n")
    with pytest.raises(AssertionError):
        _check(folder)
    (folder / "acks").unlink()
    with campaigns.reopened(folder) as desk:
        half = tuple(Change(Cooperative(f"x{n}", f"HTX X{n}", "cooperative")) for n in range(3))
        desk.workspace.ledger.write(Batch("an", "thử", campaigns.NOW, source="a.csv", changes=half))
    with pytest.raises(AssertionError, match="half a file"):
        _check(folder)
