"""The ledger's file among processes: who waits, who sees what, and which files are left alone."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve
from tests.ledgers import CLUB, COOPERATIVE, PERSON, batch, by_hand

from coopkit.errors import LedgerBusy, LedgerError
from coopkit.ledger import Change, Ledger
from coopkit.ledger.connect import APPLICATION


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "so.db"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def elsewhere(code: str, *arguments: object) -> str:
    """What another Python process prints; `sqlite3`, `sys` and `coopkit.ledger.Ledger` are imported for it."""
    lead = "import sqlite3, sys\nfrom coopkit.ledger import Ledger\n"
    command = [sys.executable, "-W", "error", "-c", lead + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


TRY_TO_WRITE = """
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
    print("wrote")
except sqlite3.OperationalError as error:
    print(error)
"""


def test_a_snapshot_does_not_let_go_of_our_lock(path):
    """While one connection of this process is in the middle of a write, another may read a Snapshot, and be closed; a
    second process is still kept out. A second SQLite library in this process would have dropped the lock.
    """
    with Ledger.open(url(path)) as ledger, Ledger.open(url(path)) as reader:
        ledger.write(batch(CLUB, COOPERATIVE, PERSON))
        assert elsewhere(TRY_TO_WRITE, path) == "wrote"
        with ledger._writing() as connection:
            connection.exec_driver_sql("UPDATE cooperative SET name = 'dở dang'")
            assert reader.snapshot().table("cooperative").column("name").to_pylist() == [COOPERATIVE.name]
            reader.close()
            assert elsewhere(TRY_TO_WRITE, path) == "database is locked"
            connection.rollback()
        assert ledger.verify() == []
        assert elsewhere(TRY_TO_WRITE, path) == "wrote"


def test_one_sqlite_library_only():
    """Opening a ledger and reading it loads no other library that brings a SQLite of its own."""
    code = """
import tempfile
with tempfile.TemporaryDirectory() as folder, Ledger.open(f"sqlite:///{folder}/so.db") as ledger:
    ledger.snapshot().content_hash
print(*(name for name in sys.modules if name.split(".")[0] in {"adbc_driver_sqlite", "apsw", "duckdb", "pysqlite3"}))
"""
    assert elsewhere(code) == ""


def test_another_process_sees_what_is_committed(path):
    """In the middle of a write another process reads the ledger as it was; afterwards, as it is."""
    count = "with Ledger.open(sys.argv[1]) as ledger: print(ledger.snapshot().table('cooperative').num_rows)"
    with Ledger.open(url(path)) as ledger:
        with ledger._writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO cooperative (id, name, kind, revision) VALUES ('x', 'x', 'union', 1)"
            )
            assert elsewhere(count, url(path)) == "0"
            connection.rollback()
        ledger.write(batch(COOPERATIVE))
        assert elsewhere(count, url(path)) == "1"


def test_what_another_process_wrote_is_seen(path):
    """A Snapshot is kept only while nobody, in whatever process, wrote a batch."""
    code = """
from tests.ledgers import CLUB, batch
with Ledger.open(sys.argv[1]) as ledger: print(ledger.write(batch(CLUB))[0].number)
"""
    with Ledger.open(url(path)) as ledger:
        before = ledger.snapshot()
        assert elsewhere(f"sys.path.insert(0, {str(Path(__file__).parents[1])!r})" + code, url(path)) == "1"
        after = ledger.snapshot()
        assert (before.table("group").num_rows, after.table("group").num_rows, after.position) == (0, 1, 1)
        assert ledger.verify() == []


def test_a_second_writer_is_told_that_the_ledger_is_busy(path):
    """Who may wait only a moment is told so in both languages; nothing is written, and later it works."""
    with Ledger.open(url(path)) as first, Ledger.open(url(path), patience=0.05) as second:
        with first._writing(), pytest.raises(LedgerBusy, match=r"đợi giây lát|đợi rồi thử lại"):
            second.write(batch(CLUB))
        assert second.write(batch(CLUB))[0].number == 1
        with first._writing():
            assert second.snapshot().table("group").num_rows == 1


def test_a_patient_writer_waits_its_turn(path):
    """Two processes that write at once both get in, one after the other, and the chain holds."""
    code = """
from tests.ledgers import batch
from coopkit.group import Group
with Ledger.open(sys.argv[1]) as ledger:
    for n in range(20):
        ledger.write(batch(Group(f"{sys.argv[2]}-{n}", "club", "Câu lạc bộ")))
"""
    root = Path(__file__).parents[1]
    lead = f"import sys\nsys.path.insert(0, {str(root)!r})\nfrom coopkit.ledger import Ledger\n"
    # Neither finds a file: both also make the tables at once.
    commands = [[sys.executable, "-W", "error", "-c", lead + code, url(path), who] for who in ("a", "b")]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for command in commands]
    assert [process.communicate()[1] for process in running] == ["", ""]
    with Ledger.open(url(path)) as ledger:
        assert len(ledger.batches()) == 40
        assert ledger.verify() == []


# ── Which files are ledgers ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "cannot be read"),
        ("so.db", "cannot be read"),
        ("sqlite://", "must be a SQLite file"),
        ("sqlite:///", "must be a SQLite file"),
        ("sqlite:///:memory:", "must be a SQLite file"),
        ("sqlite:///file:so.db?mode=memory&uri=true", "must be a SQLite file"),
        ("postgresql://localhost/so", "must be a SQLite file"),
        ("sqlite+aiosqlite:///so.db", "must be a SQLite file"),
    ],
)
def test_an_address_that_is_no_file_is_refused(address, said, tmp_path, monkeypatch):
    """A ledger lies in a file: what else is asked for is repeated, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LedgerError, match=said):
        Ledger.open(address)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    """No folder is made on the way: a slip in the path would scatter ledgers."""
    with pytest.raises(LedgerError, match="there is no such folder"):
        Ledger.open(url(tmp_path / "quên" / "so.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_ledger(tmp_path):
    """A folder where the file should be is refused in our words."""
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger.open(url(tmp_path))


def foreign_database(path: Path) -> None:
    with by_hand(path) as connection:
        connection.execute("CREATE TABLE history (url TEXT)")


def damaged_ledger(path: Path) -> None:
    Ledger.open(url(path)).close()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 5000)


def newer_ledger(path: Path) -> None:
    Ledger.open(url(path)).close()
    with by_hand(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_text("HTX An Bình\n", encoding="utf-8"), "damaged, or no coopkit ledger"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(2000)), "damaged, or no coopkit ledger"),
        (foreign_database, "damaged, or no coopkit ledger"),
        (damaged_ledger, "damaged, or no coopkit ledger"),
        (newer_ledger, "newer coopkit: update coopkit"),
    ],
    ids=["text", "workbook", "another database", "damaged", "newer"],
)
def test_a_file_that_is_no_ledger_is_left_as_it_is(make, said, path):
    """The error says what the file is not, and not a byte of it changes, nor does a file appear beside it."""
    make(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(LedgerError, match=said):
        Ledger.open(url(path))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_an_empty_file_becomes_a_ledger(path):
    """A file made beforehand, by a person or a program that asks for one, is as good as none."""
    path.touch()
    with Ledger.open(url(path)) as ledger:
        ledger.write(batch(CLUB))
        assert ledger.verify() == []
    assert int.from_bytes(path.read_bytes()[68:72], "big") == APPLICATION


def test_a_ledger_is_one_file_once_it_is_closed(path):
    """Nothing is left beside the file: it can be copied, mailed, put on a stick."""
    with Ledger.open(url(path)) as ledger:
        ledger.write(batch(CLUB))
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    copy = path.with_name("bản sao.db")
    copy.write_bytes(path.read_bytes())
    with Ledger.open(url(copy)) as ledger:
        assert ledger.verify() == []
        ledger.write(batch(Change(evolve(CLUB, decision="12/QĐ"), base=1)))


def test_an_acknowledged_batch_survives_a_power_cut(path):
    """Every connection writes through to the disk, and leaves no erased page readable."""
    with Ledger.open(url(path)) as ledger, ledger._reading() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "secure_delete")
        }
        assert told == {"synchronous": 2, "secure_delete": 1}
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert sqlite3.sqlite_version_info >= (3, 35)
