"""Work on a stranger's bytes in a process of its own, which may crash, hang or run out of memory alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from attrs import frozen

from coopkit.errors import BadText
from coopkit.untrusted.inside import NO_ROOM

_INSIDE: Final = Path(__file__).with_name("inside.py")
_ACTING: Final = Path(__file__).with_name("acting_out.py")
_KEPT: Final = ("SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Without these an interpreter may not start; nothing else of the environment is handed on."""


@frozen
class Limits:
    """What a child may take: megabytes of memory, seconds of reckoning and of patience, megabytes of answer.

    `files`: whether it may open files of its own, as a writer of workbooks must.

    >>> Limits().memory
    2000
    """

    memory: int = 2_000
    seconds: int = 60
    patience: int = 300
    answer: int = 400
    files: bool = False


def run(script: Path, data: bytes, limits: Limits | None = None) -> bytes:
    """What a script's `work(data, out)` writes to `out`: all that `stream` gives, in one.

    >>> run(Path("nowhere.py"), b"")
    Traceback (most recent call last):
        ...
    coopkit.errors.BadText: không đọc được: ...
    """
    return b"".join(stream(script, data, limits))


def stream(script: Path, data: bytes, limits: Limits | None = None) -> Iterator[bytes]:
    """The lines that a script's `work(data, out)` writes, in a fresh interpreter that is sent nothing but the data.

    It has no environment, no core dump, cannot start a process, and without `files` opens neither file nor socket. A
    new interpreter, not a fork: the page's process has threads. Where the system has no such limits (Windows), only
    patience ends it; macOS does not limit memory. Modules are found where this process finds them.

    The answer is what a stranger's file made of the child: read it as data, never as objects. Raises `BadText` where
    the child crashed, hung, or took more.

    >>> next(stream(Path("nowhere.py"), b""))
    Traceback (most recent call last):
        ...
    coopkit.errors.BadText: không đọc được: ...
    """
    own = limits or Limits()
    paths = [path for path in sys.path if Path(path).is_absolute()]
    asked = [str(script), str(own.memory), str(own.seconds), "files" if own.files else "none"]
    command = [sys.executable, "-I", "-S", str(_INSIDE), *asked, *paths]
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    left = own.answer * 1_000_000
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
    ) as child:
        alarm = threading.Timer(own.patience, child.kill)
        feeding = threading.Thread(target=_feed, args=(child.stdin, data), daemon=True)
        alarm.start()
        feeding.start()
        try:
            while child.stdout and (line := child.stdout.readline(left + 1)):
                left -= len(line)
                if left < 0:
                    raise _too_large()
                yield line
            if ended := child.wait():
                raise _told(ended)
        finally:
            alarm.cancel()
            child.kill()
            feeding.join()


def acting(data: bytes, *, fields: bool = False) -> tuple[str, ...]:
    """What of an office file, looked over before, acts or fetches something once it is opened; links to click on aside.

    Kinds of relation; with `fields`, which only Word has, "DDE" for one that starts a program; "XML" for a part that is
    no XML. Raises `BadText`.

    >>> import io
    >>> import zipfile
    >>> held = io.BytesIO()
    >>> with zipfile.ZipFile(held, "w") as archive:
    ...     told = '<Relationship Id="a" Type="http://x/attachedTemplate" Target="http://x" TargetMode="External"/>'
    ...     archive.writestr("word/_rels/settings.xml.rels", told)
    >>> acting(held.getvalue())
    ('attachedTemplate',)
    """
    try:
        told = json.loads(run(_ACTING, (b"+" if fields else b"-") + data))
    except ValueError as error:
        if isinstance(error, BadText):
            raise
        raise BadText(("không đọc được", "cannot be read"), _SAVED_ANEW) from error
    return tuple(map(str, told)) if isinstance(told, list) else ("?",)


def _feed(stdin: IO[bytes] | None, data: bytes) -> None:
    with suppress(OSError):  # it ended before it read everything, and says why by how it ended
        if stdin:
            with stdin:
                stdin.write(data)


def _told(ended: int) -> BadText:
    """What a child's end means."""
    if ended in (NO_ROOM, -signal.SIGABRT):
        return _too_large()
    if ended in {-getattr(signal, name, 0) for name in ("SIGXCPU", "SIGKILL")}:
        return BadText(
            ("đọc quá lâu nên đã dừng", "took too long to read, so it was stopped"),
            (_COPY[0], _COPY[1]),
        )
    return BadText(("không đọc được", "cannot be read"), _SAVED_ANEW)


_COPY: Final = (
    "chép phần có số liệu sang một bảng tính mới, hoặc tách ra nhiều tệp, rồi gửi lại",
    "copy the part with data into a new workbook, or split it, and send that",
)
_SAVED_ANEW: Final = ("mở bằng Excel rồi lưu lại dạng .xlsx", "open it in Excel and save it as .xlsx")


def _too_large() -> BadText:
    return BadText(("quá lớn, không đọc hết được", "is too large to be read"), _COPY)
