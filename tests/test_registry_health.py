"""What is remembered of plugins that failed: a small file that nothing depends on, and that never gets in the way."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from coopkit.registry import PluginState, State
from coopkit.registry.health import Health

NOON = dt.datetime(2024, 1, 5, 12, tzinfo=dt.UTC)
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "so.db.plugins.json"


def test_first_and_last_are_remembered(file: Path):
    """Of one code; other code begins anew; another process reads the same."""
    health = Health(file)
    health.note("mau", "a", "lỗi", NOON)
    health.note("mau", "a", "lỗi khác", NOON + MINUTE)
    told = Health(file).failures()["mau"]
    assert (told.code, told.what, told.first, told.last) == ("a", "lỗi khác", NOON, NOON + MINUTE)
    health.note("mau", "b", "lỗi", NOON + 2 * MINUTE)
    assert Health(file).failures()["mau"].first == NOON + 2 * MINUTE


def test_the_same_within_a_minute_is_not_written(file: Path):
    """A page that is drawn again and again does not write again and again; other words or code are written at once."""
    health = Health(file)
    health.note("mau", "a", "lỗi", NOON)
    kept = file.stat().st_mtime_ns, file.read_bytes()
    health.note("mau", "a", "lỗi", NOON + 59 * SECOND)
    assert (file.stat().st_mtime_ns, file.read_bytes()) == kept
    for code, what, when in (("a", "khác", 1), ("b", "khác", 2), ("b", "khác", 62)):
        health.note("mau", code, what, NOON + when * SECOND)
        assert Health(file).failures()["mau"].last == NOON + when * SECOND


def test_what_is_forgotten(file: Path):
    """Switching a plugin on anew forgets what it did, and what it then does is told at once."""
    health = Health(file)
    health.note("mau", "a", "lỗi", NOON)
    health.note("khac", "a", "lỗi", NOON)
    health.forget("mau")
    assert set(Health(file).failures()) == {"khac"}
    health.forget("khong_co")
    health.note("mau", "a", "lỗi", NOON + SECOND)
    assert Health(file).failures()["mau"].first == NOON + SECOND


SPOILT = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"x"',
    b'{"mau": 7}',
    b'{"mau": {}}',
    b'{"mau": null}',
    b'{"mau": {"code": "a", "what": "x", "first": "h\xc3\xb4m qua", "last": "2024-01-05"}}',
    b'{"mau": {"code": "a", "what": "x", "first": 7, "last": 7}}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
]


@pytest.mark.parametrize("data", SPOILT, ids=lambda data: repr(data[:30]))
def test_a_spoilt_file_is_a_clean_slate(file: Path, data: bytes):
    """Whatever stands in it, nothing is raised, and what fails next is told again."""
    file.write_bytes(data)
    health = Health(file)
    assert health.failures() == {}
    health.forget("mau")
    health.note("mau", "a", "lỗi", NOON)
    assert set(Health(file).failures()) == {"mau"}


@pytest.mark.parametrize("where", ["a folder that is not there", "a folder that is a file", "a file that is a folder"])
def test_where_nothing_can_be_written(tmp_path: Path, where: str):
    """The page goes on, knows what it saw itself, and leaves no litter."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    at = {"folder that is not there": "none/x.json", "folder that is a file": "file/x.json"}.get(where[2:], "folder")
    before = sorted(tmp_path.rglob("*"))
    health = Health(tmp_path / at)
    health.note("mau", "a", "lỗi", NOON)
    health.forget("mau")
    assert health.failures() == {}
    assert sorted(tmp_path.rglob("*")) == before


WRITER = """
import datetime as dt, sys
from pathlib import Path
from coopkit.registry.health import Health
for n in range(60):
    when = dt.datetime(2024, 1, 5, tzinfo=dt.UTC) + dt.timedelta(minutes=2 * n)
    Health(Path(sys.argv[1])).note(sys.argv[2], "a", f"lỗi {n}", when)
"""


def test_two_processes_at_once(file: Path):
    """Whoever reads finds a whole file at any moment, and no drafts are left."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(file), name]) for name in ("mot", "hai")]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        if file.exists():
            assert set(json.loads(file.read_text("utf-8"))) <= {"mot", "hai"}
            seen += 1
    assert [writer.wait() for writer in writers] == [0, 0]
    assert seen
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert Health(file).failures()


@pytest.mark.parametrize(
    ("state", "wanted", "code", "told"),
    [
        (State.ON, True, "a", State.QUARANTINED),
        (State.ON, True, "b", State.ON),
        (State.OFF, False, "a", State.OFF),
        (State.OFF, False, "b", State.OFF),
        (State.FOUND, False, "", State.FOUND),
        (State.FOUND, False, "b", State.FOUND),
        (State.OFF, True, "a", State.OFF),
        (State.FAILED, True, "a", State.FAILED),
        (State.INCOMPATIBLE, False, "a", State.INCOMPATIBLE),
    ],
)
def test_a_state_with_what_is_remembered(file: Path, state: State, wanted: bool, code: str, told: State):
    """What is on and failed is quarantined, what is off stays off; of other code nothing is remembered."""
    health = Health(file)
    health.note("mau", "a", "lỗi", NOON)
    made = PluginState("mau", state=state, reason="vì thế", wanted=wanted, code=code)
    found = health.told(made)
    assert found.state is told
    assert (found.first_failure, found.last_failure) == ((None, None) if code == "b" else (NOON, NOON))
    assert found.reason == ("lỗi" if found.state is not state else "vì thế")
    assert health.told(PluginState("khac", state=State.ON)).first_failure is None


@pytest.mark.parametrize("state", [State.ON, State.OFF, State.FOUND])
def test_what_could_not_be_loaded(file: Path, state: State):
    """Refused on trial, or not imported: it failed to load, whatever it would be otherwise."""
    health = Health(file)
    health.note("mau", "a", "lỗi", NOON, loaded=False)
    found = Health(file).told(PluginState("mau", state=state, code="a", wanted=state is State.ON))
    assert (found.state, found.reason) == (State.FAILED, "lỗi")
