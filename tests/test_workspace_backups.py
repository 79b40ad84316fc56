"""Backups: one file, made while staff work, that proves itself; a restored ledger tells the same."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from attrs import evolve
from tests.ledgers import CLUB, batch

from coopkit.access import COUNCIL, SECRETARY, Actor
from coopkit.demo import load_demo
from coopkit.errors import AccessDenied, LedgerError
from coopkit.group import Group
from coopkit.ledger import Batch, Change, Ledger
from coopkit.period import Period
from coopkit.registry import Registry
from coopkit.workspace import Sealing, Workspace
from coopkit.workspace.backups import LEDGER, MANIFEST, back_up, restore

NOW = dt.datetime(2024, 2, 1, 8, 0, tzinfo=dt.UTC)


def office(folder: Path, name: str = "so.db") -> Workspace:
    return Workspace.open(f"sqlite:///{folder}/{name}", registry=Registry.load(), clock=lambda: NOW)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A ledger with the example and a sealed year, and its backup."""
    folder = tmp_path_factory.mktemp("sao-luu")
    with office(folder) as workspace:
        desk = workspace.as_(Actor.office("an"))
        load_demo(desk)
        question = evolve(Sealing(desk).question(Period.parse("2023")), only=("members.total",))
        Sealing(desk).seal(question, "nam-2023", waive={"place.undecided": "thử"})
        back_up(desk, folder / "ban.zip")
        facts = json.loads(desk.export(desk.report(Period.parse("2023")), "json"))["facts"]
    return folder, facts


def test_a_restored_ledger_tells_the_same(example, tmp_path):
    """Journal and seals verify, the recap is the same to the digit, and the sealed run runs again byte for byte."""
    folder, facts = example
    made = restore(folder / "ban.zip", tmp_path / "lai.db")
    assert made.pieces > 5
    with office(tmp_path, "lai.db") as workspace:
        desk = workspace.as_(Actor.office("an"))
        assert desk.verify() == []
        assert workspace.ledger.snapshot().position == made.position
        assert json.loads(desk.export(desk.report(Period.parse("2023")), "json"))["facts"] == facts
        assert not Sealing(desk).again("nam-2023").differences
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lai.db", "lai.db.archive"]


def test_a_backup_is_taken_while_others_write(tmp_path):
    """Batches are written all the while: the backup holds the whole of some of them, and what comes later is not in."""
    with office(tmp_path) as workspace:
        stop = threading.Event()

        def work() -> None:
            with Ledger.open(f"sqlite:///{tmp_path}/so.db", patience=30) as ledger:
                number = 0
                while not stop.is_set():
                    pair = [Group(id=f"{number}-{side}", kind="club", name="CLB") for side in "ab"]
                    ledger.write(Batch("binh", "thử", NOW, changes=tuple(map(Change, pair))))
                    number += 1

        writer = threading.Thread(target=work)
        writer.start()
        try:
            made = [back_up(workspace.as_(Actor.office("an")), tmp_path / f"{turn}.zip") for turn in range(4)]
        finally:
            stop.set()
            writer.join()
        after = workspace.ledger.snapshot().position
    assert [one.position for one in made] == sorted({one.position for one in made})
    assert after >= made[-1].position
    for turn, one in enumerate(made):
        restore(tmp_path / f"{turn}.zip", tmp_path / f"lai-{turn}.db")
        with Ledger.open(f"sqlite:///{tmp_path}/lai-{turn}.db") as ledger:
            assert ledger.snapshot().position == one.position
            assert ledger.snapshot().table("group").num_rows == 2 * (one.position - 1)


def rewritten(source: Path, target: Path, **parts: bytes | None) -> Path:
    """The backup with parts changed by their name, or left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = parts.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name] or b"")
    return target


def manifest(source: Path, **more: object) -> bytes:
    with zipfile.ZipFile(source) as packed:
        return json.dumps(json.loads(packed.read(MANIFEST)) | more).encode()


@pytest.mark.parametrize(
    "fault", ["cut", "text", "ledger", "missing", "more", "climbs", "format", "no-manifest", "list"]
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(example, tmp_path, fault):
    """Whatever is wrong with the file, it is named, and no half of a ledger stands there."""
    good, bad = example[0] / "ban.zip", tmp_path / "hong.zip"
    match fault:
        case "cut":
            bad.write_bytes(good.read_bytes()[:-4000])
        case "text":
            bad.write_text("không phải zip")
        case "ledger":
            with zipfile.ZipFile(good) as packed:
                held = bytearray(packed.read(LEDGER))
            held[len(held) // 2] ^= 1
            rewritten(good, bad, **{LEDGER: bytes(held)})
        case "missing":
            rewritten(good, bad, **{LEDGER: None})
        case "more":
            rewritten(good, bad, them=b"x")
        case "climbs":
            files = {"../../thoat": "0" * 64}
            told = json.loads(manifest(good))["files"] | files
            rewritten(good, bad, **{"../../thoat": b"x", MANIFEST: manifest(good, files=told)})
        case "format":
            rewritten(good, bad, **{MANIFEST: manifest(good, format=9)})
        case "list":
            rewritten(good, bad, **{MANIFEST: b"[]"})
        case _:
            rewritten(good, bad, **{MANIFEST: None})
    with pytest.raises(LedgerError, match="không phải là bản sao lưu nguyên vẹn"):
        restore(bad, tmp_path / "lai.db")
    assert [path.name for path in tmp_path.iterdir()] == ["hong.zip"]


def test_a_ledger_whose_journal_was_changed_by_hand_is_no_backup(example, tmp_path):
    """The sums of the file may be right: the chain is asked, too."""
    import hashlib
    import sqlite3

    with zipfile.ZipFile(example[0] / "ban.zip") as packed:
        (tmp_path / "sua.db").write_bytes(packed.read(LEDGER))
    with sqlite3.connect(tmp_path / "sua.db") as connection:
        connection.execute("UPDATE batch SET reason = 'khác' WHERE number = 2")
    connection.close()
    data = (tmp_path / "sua.db").read_bytes()
    told = json.loads(manifest(example[0] / "ban.zip"))["files"] | {LEDGER: hashlib.sha256(data).hexdigest()}
    bad = rewritten(
        example[0] / "ban.zip",
        tmp_path / "hong.zip",
        **{LEDGER: data, MANIFEST: manifest(example[0] / "ban.zip", files=told)},
    )
    with pytest.raises(LedgerError, match="nguyên vẹn"):
        restore(bad, tmp_path / "lai.db")
    assert not (tmp_path / "lai.db").exists()


def test_nothing_that_is_there_is_overwritten(example, tmp_path):
    """A backup is not written over a file, and a ledger not restored over one."""
    with office(tmp_path) as workspace:
        workspace.ledger.write(batch(CLUB))
        (tmp_path / "ban.zip").write_text("của ai đó")
        with pytest.raises(LedgerError, match="chọn tên khác"):
            back_up(workspace.as_(Actor.office("an")), tmp_path / "ban.zip")
    with pytest.raises(LedgerError, match=r"Ở đây đã có so\.db"):
        restore(example[0] / "ban.zip", tmp_path / "so.db")
    assert (tmp_path / "ban.zip").read_text() == "của ai đó"


@pytest.mark.parametrize("role", [SECRETARY, COUNCIL])
def test_who_may_not_carry_everything_away_makes_no_backup(tmp_path, role):
    """A backup holds everybody's personal data."""
    with office(tmp_path) as workspace, pytest.raises(AccessDenied):
        back_up(workspace.as_(Actor("binh", role)), tmp_path / "ban.zip")
    assert not (tmp_path / "ban.zip").exists()


def test_backup_and_restore_on_the_command_line(tmp_path):
    """`backup` names the file after the ledger, `restore` makes a ledger that verifies."""

    def coopkit(ledger: str, *arguments: str) -> str:
        script = str(Path(sys.executable).with_name("coopkit"))
        command = [script, "--ledger", f"sqlite:///{tmp_path}/{ledger}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout

    with office(tmp_path):
        pass
    assert "nguyên vẹn" in coopkit("so.db", "backup")
    [made] = tmp_path.glob("so-*.zip")
    assert "lai.db: 1 lô" in coopkit("lai.db", "restore", made.name)
    assert coopkit("lai.db", "verify") == "Sổ toàn vẹn.\n"
