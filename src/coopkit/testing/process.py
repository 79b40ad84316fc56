"""The child process that a plugin is looked at in: what it is told, and how it is started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
from attrs import field, frozen

_BOOT: Final = "import sys; from coopkit.testing.child import main; main(sys.argv[1])"
HERE: Final = {"PYTHONHASHSEED": "0", "TZ": "Etc/GMT+12"}
"""An order of sets and a time zone for the child to run in."""

ELSEWHERE: Final = {"PYTHONHASHSEED": "1", "TZ": "Etc/GMT-14"}
"""Another order of sets, and another day: its midnight lies 26 hours before that of `HERE`."""

_MODES: Final = ("COOPKIT_PLUGINS", "COOPKIT_PLUGINS_STRICT", "COOPKIT_SAFE_MODE")


@frozen
class Job:
    """What a child is to do: look at a plugin by these rules, or only tell what it `answers`; and where to write it.

    `bare`: a module without a manifest. `samples` are files by the keys of importers.

    >>> Job("vinhbao", "coopkit_vinhbao", out="x.json").bare
    False
    """

    name: str
    module: str
    bare: bool = False
    rules: tuple[str, ...] = ()
    samples: Mapping[str, str] = field(factory=dict)
    out: str = ""
    answers: bool = False

    @staticmethod
    def read(text: str) -> Job:
        """The job that a child was told."""
        told: dict[str, Any] = json.loads(text)
        return Job(**{**told, "rules": tuple(told["rules"])})


def run(job: Job, folder: Path, environment: Mapping[str, str], limit: float = 300) -> str:
    """Do a job in a child process, in folders of its own below `folder`; gives why it ended badly, or ""."""
    own, temporary = folder / "cwd", folder / "tmp"
    own.mkdir()
    temporary.mkdir()
    # Another thread may change the environment meanwhile, as pytest does between two tests.
    told = {key: os.environ.get(key, "") for key in list(os.environ) if key not in _MODES}
    told |= {"PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(temporary), **environment}
    command = [sys.executable, "-X", "utf8", "-W", "ignore", "-c", _BOOT, json.dumps(attrs.asdict(job))]
    quiet = subprocess.DEVNULL
    errors = folder / "stderr.txt"
    with (
        errors.open("wb") as said,
        subprocess.Popen(  # noqa: S603 - our own interpreter
            command, cwd=own, env=told, stdin=quiet, stdout=quiet, stderr=said, start_new_session=True
        ) as child,
    ):
        try:
            code = child.wait(limit)
        except subprocess.TimeoutExpired:
            _end(child)
            return f"chạy quá {limit:g} giây (took longer than that)"
    if not code:
        return ""
    last = (errors.read_text("utf-8", errors="replace").strip().splitlines() or ["–"])[-1]
    return f"tự thoát, mã {code} (ended the process): {last}"


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child with all that it had started."""
    if hasattr(os, "killpg"):
        os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()
