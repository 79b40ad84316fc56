"""The rule that a plugin writes and changes nothing: all that its code asks of the system is overheard."""

from __future__ import annotations

import locale
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

from attrs import define, field

from coopkit.testing.case import Case, has_streamlit, quietly
from coopkit.testing.finding import Finding

_CHANGES: Final = {
    "os.remove": "xóa (removes)",
    "os.rename": "đổi tên (renames)",
    "os.mkdir": "tạo thư mục (makes a folder)",
    "os.rmdir": "xóa thư mục (removes a folder)",
    "os.truncate": "cắt tệp (truncates)",
    "os.chmod": "đổi quyền (changes the mode of)",
    "os.symlink": "tạo liên kết (links)",
    "os.link": "tạo liên kết (links)",
    "os.chdir": "đổi thư mục làm việc (changes the working directory)",
    "os.putenv": "đổi biến môi trường (changes the environment)",
    "os.unsetenv": "đổi biến môi trường (changes the environment)",
    "os.system": "chạy chương trình (runs a program)",
    "subprocess.Popen": "chạy chương trình (runs a program)",
    "socket.connect": "nối mạng (connects)",
    "socket.bind": "mở cổng mạng (listens)",
    "sqlite3.connect": "mở cơ sở dữ liệu (opens a database)",
}
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@define
class Ear:
    """Overhears what code in these folders or files asks of the system, from when it is put on.

    What is written in the temporary folder is let pass: nothing may be left there.
    """

    code: tuple[Path, ...] = ()
    folders: tuple[str, ...] = ()
    heard: dict[str, None] = field(factory=dict)
    before: tuple[Any, ...] = ()

    def put_on(self, *code: Path) -> None:
        """Listen from now on. Python gives no way to take an audit hook off again: only a child process does this."""
        self.code = code
        self.folders = tuple(f"{one}{os.sep}" if one.is_dir() else str(one) for one in code)
        self.before = self._state()
        sys.addaudithook(self._hear)

    def changes(self) -> Iterator[str]:
        """What was asked for, and what is not as it was."""
        yield from list(self.heard)
        names = ("sys.path", "locale", "tệp trong thư mục của tiện ích (files of its folder)", "tệp (files)")
        for name, then, now in zip(names, self.before, self._state(), strict=True):
            if then != now:
                fresh = sorted(set(now) - set(then))[:3] if isinstance(now, list) else now
                yield f"{name} đã đổi (changed): {fresh}"

    def _state(self) -> tuple[Any, ...]:
        files = [file for one in self.code for file in (one.rglob("*") if one.is_dir() else [one])]
        own = sorted(
            f"{file.name} {file.stat().st_mtime_ns}"
            for file in files
            if file.is_file() and "__pycache__" not in file.parts
        )
        beside = [str(file.name) for folder in (Path.cwd(), Path(tempfile.gettempdir())) for file in folder.iterdir()]
        return list(sys.path), locale.setlocale(locale.LC_ALL), own, sorted(beside)

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = given
            writing = any(letter in (mode or "") for letter in "wax+") or (mode is None and (flags or 0) & _WRITING)
            told = "ghi tệp (writes)" if writing and isinstance(path, str | bytes | os.PathLike) else ""
        else:
            told = _CHANGES.get(event, "")
        if told and (where := self._asker()):
            what = os.fsdecode(given[0]) if isinstance(given[0], str | bytes | os.PathLike) else repr(given[-1])
            if event.startswith(("open", "os.", "shutil")) and self._is_passing(what):
                return
            self.heard[f"{told} {what} · {where}"] = None

    def _asker(self) -> str:
        """Where the plugin's code stands that asked, if it was this."""
        frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the frames below are whose code it is
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(self.folders):
                return f"{Path(file).name}:{frame.f_lineno}"
            if file.startswith("<frozen importlib"):  # what another library does when it is imported is its own
                return ""
            frame = frame.f_back
        return ""

    @staticmethod
    def _is_passing(path: str) -> bool:
        return path == os.devnull or path.startswith(tempfile.gettempdir() + os.sep)


EAR: Final = Ear()
"""The one of this process."""


def writes(case: Case) -> Iterator[Finding]:
    """Nothing is written, removed, started or connected to by the plugin's code; paths and locale stay as they were."""
    case.baseline  # noqa: B018 - asked for what it does beside answering
    for page in case.pages if has_streamlit() else ():
        quietly(page.show, case.inside(case.world).view(page, "vi"))
    for one in case.importers:
        if one.key in case.samples:
            quietly(one.read, case.samples[one.key].read_bytes())
    for told in EAR.changes():
        yield Finding("writes", "", told)
