"""Whether the installation is well: each part that is not is told, with what to do about it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import stat
from collections import namedtuple

import pytest
from attrs import evolve
from tests.ledgers import CLUB, batch
from typer.testing import CliRunner

from coopkit.access import COUNCIL, Actor
from coopkit.cli.main import cli
from coopkit.errors import AccessDenied
from coopkit.period import Period
from coopkit.registry import Registry
from coopkit.workspace import Sealing, Workspace
from coopkit.workspace.backups import back_up
from coopkit.workspace.doctor import Wellness, examine

NOW = dt.datetime(2024, 2, 1, 8, 0, tzinfo=dt.UTC)
PARTS = ["Journal", "Tables", "Sealed runs", "Plugins", "Clock", "Disk", "File rights", "Backups"]


@pytest.fixture
def folder(tmp_path):
    """A folder with a ledger that nobody else on the machine may read, and last night's backup of it."""
    (tmp_path / "backups").mkdir()
    with _office(tmp_path) as workspace:
        workspace.ledger.write(batch(CLUB))
        back_up(workspace.as_(Actor.office("an")), tmp_path / "backups" / "so.zip")
    return tmp_path


def _office(folder, now=NOW):
    return Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load(), clock=lambda: now)


def _examined(folder, now=NOW, backups="backups"):
    with _office(folder, now) as workspace:
        found = examine(workspace.as_(Actor.office("an")), folder / backups if backups else None)
    return {one.part.en: one for one in found}


def _ills(found):
    return {part: one.state for part, one in found.items() if one.state is not Wellness.WELL}


def test_all_is_well(folder):
    """Every part is told, and none has a cure where there is nothing to cure."""
    found = _examined(folder)
    assert list(found) == PARTS
    assert _ills(found) == {}
    assert {one.cure.vi for one in found.values()} == {""}


def test_a_changed_journal_is_told(folder):
    """A row of the journal that was changed by hand."""
    with sqlite3.connect(folder / "so.db") as connection:
        connection.execute("UPDATE batch SET reason = 'khác' WHERE number = 1")
    connection.close()
    found = _examined(folder)
    assert _ills(found) == {"Journal": Wellness.ILL}
    assert "khôi phục" in found["Journal"].cure.vi


def test_a_lost_piece_of_a_seal_is_told(folder):
    """The archive beside the ledger is gone."""
    with _office(folder) as workspace:
        sealing = Sealing(workspace.as_(Actor.office("an")))
        sealing.seal(evolve(sealing.question(Period.parse("2023")), only=("members.total",)), "nam")
        archive = sealing.archive.folder
    assert _ills(_examined(folder)) == {}
    shutil.rmtree(archive)
    assert _ills(_examined(folder)) == {"Sealed runs": Wellness.ILL}


def test_a_clock_that_goes_behind_is_told(folder):
    """The newest batch is of a time that has not come."""
    found = _examined(folder, now=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    assert _ills(found) == {"Clock": Wellness.WARN}


@pytest.mark.skipif(os.name != "posix", reason="the system has no such rights")
def test_a_ledger_that_anybody_reads_is_told(folder):
    """A new ledger is its owner's alone; one that others can read and reach is told."""
    file = folder / "so.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    folder.chmod(0o755)
    assert _ills(_examined(folder)) == {"File rights": Wellness.WARN}
    folder.chmod(0o700)
    assert _ills(_examined(folder)) == {}


@pytest.mark.parametrize(("free", "state"), [(0, Wellness.ILL), (1 << 29, Wellness.WARN), (1 << 40, Wellness.WELL)])
def test_a_full_disk_is_told(folder, monkeypatch, free, state):
    """Less than a backup takes is told; less than the ledger itself is an ill."""
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as the standard library's
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1 << 41, 0, free))
    assert _examined(folder)["Disk"].state is state


def test_backups_are_asked_after(folder):
    """No folder known, an empty one, an old backup, and a file that is none."""
    assert _examined(folder, backups="")["Backups"].state is Wellness.WARN
    assert _examined(folder, now=NOW + dt.timedelta(days=3))["Backups"].state is Wellness.WARN
    (folder / "none").mkdir()
    assert _examined(folder, backups="none")["Backups"].state is Wellness.ILL
    (folder / "none" / "so.zip").write_bytes(b"PK")
    found = _examined(folder, backups="none")["Backups"]
    assert found.state is Wellness.ILL
    assert "so.zip" in found.seen.vi


def test_who_may_not_verify_is_told_nothing(folder):
    """A member of the council does not look into the machine."""
    with _office(folder) as workspace, pytest.raises(AccessDenied):
        examine(workspace.as_(Actor("hội-đồng", COUNCIL)))


def test_doctor_on_the_command_line(folder, monkeypatch):
    """One line a part; exit code 1 where one is broken."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{folder}/so.db")
    shown = CliRunner().invoke(cli, ["doctor", "--backups", str(folder / "backups")])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output.splitlines()) == len(PARTS)
    (folder / "none").mkdir()
    broken = CliRunner().invoke(cli, ["doctor", "--backups", str(folder / "none"), "--json"])
    assert broken.exit_code == 1
    assert '"state": "ill"' in broken.output
