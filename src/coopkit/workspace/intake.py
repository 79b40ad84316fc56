"""`Intake`: the way of files into the register as the staff goes it: template, look, files handed back, writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final

from attrs import evolve, frozen

from coopkit.access import Action, can
from coopkit.errors import CoopkitError
from coopkit.exporters.marked import marked_name, marked_workbook
from coopkit.exporters.template import template_workbook
from coopkit.importers import Importer
from coopkit.quantity import format_number
from coopkit.sheet import Sheet, register_sheets
from coopkit.text import Label, Lang
from coopkit.untrusted import safe_name
from coopkit.workspace.importing import Progress
from coopkit.workspace.preview import Preview
from coopkit.workspace.workspace import Desk

LARGEST: Final = 20
"""So many megabytes a file may have, and all files of one import together three times as many."""

KINDS: Final = ("xlsx", "xls", "ods", "csv")
"""The kinds of files that coopkit reads by itself."""

REASON: Final = "Nhập dữ liệu từ tệp"
"""Why, where nobody said."""

_MEGA: Final = 1_000_000
_TOGETHER: Final = 3
_PAPER: Final = "info"


@frozen
class Look:
    """Files by name, the importer they are read by ("" for coopkit's own), and what importing them would do, or did."""

    files: Mapping[str, bytes]
    importer: str
    seen: Preview

    def in_(self, seen: Preview) -> Look:
        """The same files, compared anew."""
        return evolve(self, seen=seen)


@frozen
class Intake:
    """The files that one actor brings.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db") as workspace:
    ...     intake = Intake(workspace.as_(Actor.office("an")))
    ...     look = intake.look({"mau.xlsx": intake.template(["cooperative"])})
    ...     look.seen.rows, intake.write(look, "t1").receipts
    ((), ())
    """

    desk: Desk

    def sheets(self) -> Mapping[str, Sheet]:
        """The sheets that a template may have, by key, for the kinds of events that the register knows."""
        sheets = register_sheets(self.desk.snapshot().kinds.values())
        return {sheet.key: sheet for sheet in sheets if not sheet.paper}

    def template(self, keys: Iterable[str], lang: Lang = "vi") -> bytes:
        """The empty xlsx workbook of these sheets, in their order, behind the one that says whose paper it is."""
        wanted = {_PAPER, *keys}
        sheets = [one for one in register_sheets(self.desk.snapshot().kinds.values()) if one.key in wanted]
        return template_workbook(sheets, created=self.desk.workspace.clock().date(), lang=lang)

    def importers(self) -> Mapping[str, Importer]:
        """The plugins' own ways of reading a file, by key."""
        return self.desk.workspace.registry.importers()

    def taken(self, files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
        """What `taken` gives of these files."""
        return taken(files)

    def look(self, files: Mapping[str, bytes], importer: str = "", *, progress: Progress | None = None) -> Look:
        """Read and check the files, and compare them with the register; nothing is written.

        A file that cannot be read at all is a Problem, and the others come through. Raises `AccessDenied`.
        """
        seen = self.desk.import_files(files, importer=importer, dry_run=True, progress=progress)
        if progress:  # whoever stopped it while the last rows were compared wants none of it
            progress(1, 1, Label("Đã đối chiếu xong", "Compared"))
        return Look(files, importer, seen)

    def write(self, look: Look, token: str, *, reason: str = "", progress: Progress | None = None) -> Preview:
        """Write just what was looked at, one batch a file, once for each token: the preview with its receipts.

        Where the register has moved so that it would be something else, nothing is written: a preview without receipts.
        """
        why = reason.strip() or REASON
        files, importer, seen = look.files, look.importer, look.seen
        return self.desk.import_files(files, importer=importer, seen=seen, token=token, reason=why, progress=progress)

    def marked(self, look: Look, file: str, lang: Lang = "vi") -> tuple[str, bytes]:
        """The name and bytes of one of the files with its faults marked, for its sender (see `marked_workbook`)."""
        can(self.desk.actor, Action.WRITE).require()
        return marked_workbook(look.files[file], file, look.seen.problems, lang)

    def marked_name(self, file: str, lang: Lang = "vi") -> str:
        """What that workbook is called."""
        return marked_name(file, lang)


def taken(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Files by their names, as `safe_name` leaves them; of two with one name the second is told apart by a number.

    Raises `CoopkitError` naming every file that is empty or too large, and where they are too large together.
    """
    named: dict[str, bytes] = {}
    for name, data in files:
        named[_free(safe_name(name), named)] = data
    refused = [*filter(None, (_refused(name, data) for name, data in named.items()))]
    if not refused and sum(map(len, named.values())) > _TOGETHER * LARGEST * _MEGA:
        vi, en = (format_number(_TOGETHER * LARGEST, lang) for lang in ("vi", "en"))
        refused = [f"Các tệp cộng lại quá {vi} MB, hãy nhập làm nhiều lần (more than {en} MB in all: take fewer)"]
    if refused:
        raise CoopkitError("; ".join(refused))
    return named


def _free(name: str, taken: Mapping[str, bytes]) -> str:
    """The name, or with a number the first that nothing was taken under.

    >>> _free("a.xlsx", {"a.xlsx": b""})
    'a (2).xlsx'
    """
    path, number, free = PurePath(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free


def _refused(name: str, data: bytes) -> str:
    """Why a file is not even looked into; "" where it is."""
    if not data:
        return f"{name}: tệp rỗng, hãy lưu lại tệp rồi chọn lại ({name} is empty: save it again and choose it anew)"
    if len(data) > LARGEST * _MEGA:
        vi, en = (format_number(LARGEST, lang) for lang in ("vi", "en"))
        told = f"{name}: tệp quá {vi} MB, hãy tách tệp ra rồi nhập làm nhiều lần"
        return f"{told} ({name} is larger than {en} MB: split it and import the parts)"
    return ""
