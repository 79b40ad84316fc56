"""The child process itself: limits on what it may take, then one piece of work on the bytes it is sent.

Run as a script, and of coopkit it loads only that work, so that it starts in some hundredths of a second. The script
that does the work has a function `work(data, out)`; what it imports is imported before the limits stand.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from contextlib import suppress
from typing import Any, Final

NO_ROOM: Final = 70
"""What the process ends with where its memory did not suffice."""

_FILES: Final = 64


def main() -> int:
    """Do the work that the arguments tell: script, megabytes, seconds, whether it needs files, folders of modules."""
    script, memory, seconds, files, *paths = sys.argv[1:]
    sys.path += paths
    work = _work(script)
    _limit(int(memory) * 1_000_000, int(seconds), files == "files")
    try:
        work(sys.stdin.buffer.read(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except MemoryError:
        return NO_ROOM
    return 0


def _work(script: str) -> Any:
    spec = importlib.util.spec_from_file_location("work", script)
    if spec is None or spec.loader is None:
        raise ImportError(script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.work


def _limit(memory: int, seconds: int, files: bool) -> None:  # noqa: FBT001 - of this script alone
    """Memory and time; no core dumped, no other process, and unless the work needs files, none opened, nor a socket."""
    try:
        import resource
    except ImportError:  # Windows has no such limits: there the parent's patience is all
        return
    wanted = {"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    wanted |= {"RLIMIT_NOFILE": _FILES} if files else {"RLIMIT_NOFILE": 3, "RLIMIT_FSIZE": 0}
    for name, most in wanted.items():
        with suppress(AttributeError, ValueError, OSError):  # macOS knows no limit of addresses
            resource.setrlimit(getattr(resource, name), (most, most))


if __name__ == "__main__":
    ended = main()
    os._exit(ended)  # millions of cells need no tidying up
