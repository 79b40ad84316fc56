"""What several tests begin with and what takes long to make: made once in a run, by whichever process comes first."""

from __future__ import annotations

import atexit
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

_FOLDER = "COOPKIT_TESTS_MADE"


def begin() -> Path:
    """The folder of this run: the first process makes it and takes it away, those it starts are told of it."""
    if _FOLDER not in os.environ:
        folder = TemporaryDirectory(prefix="coopkit-tests-")
        atexit.register(folder.cleanup)
        os.environ[_FOLDER] = folder.name
    return Path(os.environ[_FOLDER])


def made(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, filled by `make`, which is called once in a run. What is in it is to be copied."""
    folder = begin() / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            part = folder.with_suffix(".part")
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder
