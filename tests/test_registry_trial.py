"""A plugin on trial: whatever it does while it is loaded, this process goes on and is told what it was."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.distributions import METRIC, Site, found, manifest, site_of

from coopkit.registry.trial import Trial, tried


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_of(tmp_path / "site", monkeypatch) as made:
        yield made


def on_trial(site: Site, code: str | None, *, limit: float = 20, **more: str) -> Trial:
    site.install("thu", code, **more)  # type: ignore[arg-type]
    return tried(found("thu"), limit=limit)


HOOK = METRIC.format(id="thu").replace("    return [", "    {line}\n    return [")


def test_a_sound_plugin_tells_its_keys(site: Site):
    """What it offers, by hook; what it prints is nobody's, and what it reads is nothing."""
    noise = "import sys\nprint('in ra', '{' * 9)\nprint('lỗi', file=sys.stderr)\nsys.stdin.read()\n"
    code = noise + METRIC.format(id="thu")
    assert on_trial(site, code) == Trial({"coopkit_metrics": ("thu.turns",)})


@pytest.mark.parametrize("where", ["at import", "in a hook"])
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("raise ValueError('hỏng')", "ValueError: hỏng"),
        ("import sys; sys.exit('thôi')", "SystemExit: thôi"),
        ("import os; os._exit(7)", "tự thoát khi nạp, mã 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "tự thoát khi nạp, mã -9"),
        ("raise KeyboardInterrupt", "tự thoát khi nạp"),
        ("raise GeneratorExit('lạ')", "tự thoát khi nạp"),
    ],
)
def test_whatever_it_does(site: Site, line: str, told: str, where: str):
    """Raised, exited or killed, at import or in a hook: told, and this process is here to read it."""
    code = f"{line}\n{METRIC.format(id='thu')}" if where == "at import" else HOOK.replace("{line}", line)
    trial = on_trial(site, code)
    assert told in trial.problem
    assert trial.offers == {}


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import time; time.sleep(60)",
        HOOK.replace("{line}", "while True: pass"),
        "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()\n" + METRIC.format(id="thu"),
    ],
    ids=["a loop", "a sleep", "a loop in a hook", "a thread that goes on"],
)
def test_what_takes_too_long_is_ended(site: Site, code: str):
    """After the limit it is over, and told."""
    began = time.monotonic()
    trial = on_trial(site, code, limit=2)
    assert "chạy quá 2 giây" in trial.problem
    assert time.monotonic() - began < 15


CHILD = """
import subprocess, sys
from pathlib import Path
code = "import time; time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", code])
Path(__file__).with_name("child.txt").write_text(str(child.pid))
"""


@pytest.mark.parametrize("after", ["", "while True: pass"], ids=["ended well", "took too long"])
def test_what_it_started_ends_with_it(site: Site, after: str):
    """A process that the plugin started and left running does not outlive the trial."""
    trial = on_trial(site, f"{CHILD}\n{after}\n{METRIC.format(id='thu')}", limit=8 if not after else 4)
    assert bool(trial.problem) is bool(after)
    pid = int((site.folder / "thu_module/child.txt").read_text())
    for _ in range(100):
        if not _runs(pid):
            return
        time.sleep(0.05)
    os.kill(pid, 9)
    pytest.fail("the child goes on")


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc").is_dir() else _there(pid)
    except FileNotFoundError:
        return False


def _there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (manifest("thu", provides='{ metrics = ["thu.other"] }'), "'thu.turns' chưa khai"),
        (manifest("thu", provides='{ metrics = ["thu.turns", "thu.more"] }'), "'thu.more' đã khai"),
        (manifest("thu", provides='{ metrics = ["thu.turns"], pages = ["thu.page"] }'), "'thu.page' đã khai"),
        (manifest("khac"), "khác id"),
        ("id =", "không đúng TOML"),
    ],
)
def test_the_contract_is_tried_too(site: Site, told: str, problem: str):
    """What it declares and what it offers must agree; a wrong manifest is told without loading anything."""
    assert problem in on_trial(site, None, told=told).problem


def test_strictness_of_the_office_is_not_the_trials(site: Site, monkeypatch: pytest.MonkeyPatch):
    """A trial tells what is wrong in strict and in safe mode as well."""
    monkeypatch.setenv("COOPKIT_PLUGINS_STRICT", "1")
    monkeypatch.setenv("COOPKIT_SAFE_MODE", "1")
    assert "ValueError: hỏng" in on_trial(site, "raise ValueError('hỏng')").problem


def test_nothing_of_it_is_imported_here(site: Site):
    """The trial leaves no module of the plugin in this process."""
    import sys

    assert on_trial(site, None).problem == ""
    assert "thu_module" not in sys.modules
