"""A file as sheets of cells. What it is, its first bytes say, not its name; it is unpacked in a child process."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any, Final, NoReturn

from attrs import frozen

from coopkit.errors import BadText, WorkbookError
from coopkit.importers.cells_out import BETWEEN
from coopkit.importers.faults import doubt
from coopkit.problem import Problem
from coopkit.untrusted import parts, run, stream

_PACKED: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLD: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHER: Final = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"\x1f\x8b": "GZIP",
    b"\x7fELF": "ELF",
    b"SQLite format 3\0": "SQLite",
}
_WORD: Final = "word/document.xml"
_TABLES: Final = frozenset(("xl/workbook.xml", "xl/workbook.bin", "content.xml"))
_MACROS: Final = ("xl/vbaproject.bin", "xl/macrosheets/", "basic/", "scripts/")
_ELSEWHERE: Final = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")
_CELLS: Final = Path(__file__).with_name("cells_out.py")
_ERRORS: Final = Path(__file__).with_name("errors_out.py")


@frozen(eq=False)
class Grid:
    """A sheet's cells from its very first one, column by column, each as long as the sheet is high; "" where empty.

    `merged` are the ranges of merged cells among its first rows, as ((top, left), (bottom, right)).

    >>> Grid.of("Trang", [["a", 1], ["", 2]]).columns
    [['a', ''], [1, 2]]
    """

    title: str
    columns: list[list[Any]]
    merged: Sequence[Any] = ()

    @staticmethod
    def of(title: str, rows: Sequence[Sequence[Any]], merged: Sequence[Any] = ()) -> Grid:
        """A sheet of rows that are equally long."""
        return Grid(title, [[*cells] for cells in zip(*rows, strict=True)], merged)

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.columns[0]) if self.columns else 0

    def rows(self, most: int | None = None) -> list[list[Any]]:
        """Its rows, or the first of them."""
        return [[*row] for row in zip(*(cells[:most] for cells in self.columns), strict=True)]


def is_workbook(data: bytes) -> bool:
    r"""Whether the bytes begin as those of xlsx, ods or xls do; Word's begin so too.

    >>> is_workbook(b"PK\x03\x04..."), is_workbook("Tên;Vốn".encode())
    (True, False)
    """
    return data.startswith((*_PACKED, _OLD))


def refuse_other(data: bytes, file: str) -> None:
    """Raise `WorkbookError` for a file of another kind, which it names.

    >>> refuse_other(b"%PDF-1.7", "a.xlsx")
    Traceback (most recent call last):
        ...
    coopkit.errors.WorkbookError: a.xlsx: là tệp PDF, không phải bảng tính; ...
    """
    kind = next((name for begins, name in _OTHER.items() if data.startswith(begins)), "")
    if data.startswith(b"MZ") and b"\0" in data[:64]:
        kind = "EXE"
    if data.startswith(_OLD) and "WordDocument".encode("utf-16-le") in data:
        kind = "Word"
    if data.startswith(_PACKED) and _WORD.encode() in data and not any(name.encode() in data for name in _TABLES):
        kind = "Word"
    if kind:
        raise WorkbookError(
            f"{file}: là tệp {kind}, không phải bảng tính; gửi bảng dưới dạng .xlsx, .ods, .xls hoặc .csv "
            f"(is of the kind {kind}, no workbook: send the table as .xlsx, .ods, .xls or .csv)"
        )


def letters(at: int) -> str:
    """The letters of a column by its number from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def sheets_of(data: bytes, file: str) -> Iterator[Grid]:
    """Every sheet that has cells. What formulas gave last is read; none is run, and no link is followed.

    Raises `WorkbookError` for what cannot be read, is too large, or is built to do harm.
    """
    try:
        if data.startswith(_OLD) and _LOCKED in data:
            _refuse({"refused": "password"})
        names = _names(data)
        if names and not _TABLES & set(names):
            raise _no_table()
        told = map(_told, stream(_CELLS, data))
        for one in told:
            if "title" in one:
                yield _grid(one, told)
            elif not one.get("whole"):
                _refuse(one)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _unreadable(file, error if isinstance(error, BadText) else _broken()) from error


def warnings_of(data: bytes) -> tuple[Problem, ...]:
    """What a person should know of a workbook that can be read: its macros, and what it takes from elsewhere."""
    try:
        names = [name.lower() for name in _names(data)]
    except BadText:
        return ()
    told = []
    if any(name.startswith(_MACROS) for name in names):
        what = ("có macro; macro không chạy, chỉ đọc giá trị trong ô", "has macros; they were not run, only cells read")
        told.append(
            doubt("file.macros", what, ("lưu lại dạng .xlsx, không có macro", "save it as .xlsx, without macros"))
        )
    if any(name.startswith(_ELSEWHERE) for name in names):
        what = (
            "lấy số liệu từ tệp hoặc nguồn khác; không mở nguồn đó, chỉ đọc giá trị lần tính cuối",
            "takes data from elsewhere; that was not opened, values are as last reckoned",
        )
        mend = (
            "dán giá trị thay cho liên kết nếu số liệu đã cũ",
            "paste values in place of links if they are outdated",
        )
        told.append(doubt("file.links", what, mend))
    return tuple(told)


def broken_cells(data: bytes) -> Mapping[str, Mapping[str, str]]:
    """The errors of formulas in an xlsx workbook by sheet and cell; none of another file, or of one that is no file."""
    try:
        if not _names(data):
            return {}
        told = _told(run(_ERRORS, data))
    except (TypeError, ValueError):
        return {}  # which `sheets_of` tells
    return {str(title): cells for title, cells in told.items() if isinstance(cells, dict)}


def _names(data: bytes) -> tuple[str, ...]:
    """The names of an xlsx or ods workbook's parts, once they may be unpacked; none of an xls."""
    return parts(data) if data.startswith(_PACKED) else ()


def _told(line: bytes) -> dict[str, Any]:
    """A line of what the child says. Raises `ValueError` where it is not as the child writes it."""
    try:
        told = json.loads(line)
    except RecursionError as error:
        raise ValueError("line") from error
    if not isinstance(told, dict):
        raise TypeError("line")
    return told


def _grid(head: Mapping[str, Any], told: Iterator[Mapping[str, Any]]) -> Grid:
    """A sheet as the child tells it. Raises what Python does where it is otherwise than it writes them."""
    height = int(head["height"])
    columns = [_column(next(told, {}), height) for _ in range(int(head["width"]))]
    return Grid(str(head["title"]), columns, head["merged"])


def _column(told: Mapping[str, Any], height: int) -> list[Any]:
    """A column's cells as the child wrote them: their texts in one, and the kind of each unless all are text."""
    if "refused" in told:
        _refuse(told)
    if told.get("empty"):
        return [""] * height
    texts, kinds = str(told["texts"]).split(BETWEEN), told["kinds"]
    if len(texts) != height or len(kinds) not in {0, height}:
        raise ValueError("column")
    return [_KINDS[kind](text) for kind, text in zip(kinds, texts, strict=True)] if kinds else [*texts]


def _number(text: str) -> float | str:
    """What a cell of numbers holds; as text where it is infinite or no number, which no arithmetic here can take."""
    number = float(text)
    return number if isfinite(number) else text


_KINDS: Final[Mapping[str, Callable[[str], Any]]] = {
    "s": str,
    "f": _number,
    "i": int,
    "b": "True".__eq__,
    "d": lru_cache(maxsize=10_000)(dt.date.fromisoformat),
    "m": lru_cache(maxsize=10_000)(dt.datetime.fromisoformat),
    "t": dt.time.fromisoformat,
    "p": lambda text: dt.timedelta(seconds=float(text)),
}


# ── Why a file is not read ──────────────────────────────────────────────────────────────────────────────────────────

_SAVED_ANEW: Final = ("mở bằng Excel rồi lưu lại dạng .xlsx", "open it in Excel and save it as .xlsx")
_SPLIT: Final = (
    "xóa dòng và cột thừa, hoặc tách ra nhiều tệp, rồi gửi lại",
    "delete needless rows and columns, or split it, and send it again",
)


def _unreadable(file: str, bad: BadText) -> WorkbookError:
    """A refusal as an error of the file, which is told as "what; mend (what: mend)"."""
    return WorkbookError(f"{file}: {bad.what[0]}; {bad.mend[0]} ({bad.what[1]}: {bad.mend[1]})")


def _broken() -> BadText:
    return BadText(("không phải là tệp Excel đọc được", "is no workbook that can be read"), _SAVED_ANEW)


def _no_table() -> BadText:
    return BadText(
        ("là tệp nén, không phải bảng tính", "is an archive, no workbook"),
        ("giải nén rồi gửi từng bảng tính", "unpack it and send each workbook"),
    )


def _refuse(told: Mapping[str, Any]) -> NoReturn:
    """Raise what the child says."""
    where = [*(told.get("where") or []), "", 0, 0]
    title = str(where[0])
    match told.get("refused"):
        case "password":
            raise BadText(
                ("tệp có mật khẩu", "has a password"), ("bỏ mật khẩu rồi gửi lại", "remove it and send it again")
            )
        case "sheets":
            raise BadText(("có quá 500 trang tính", "has more than 500 sheets"), _SPLIT)
        case "columns":
            raise BadText(
                (f"trang «{title}» có quá 16.384 cột", f"sheet “{title}” has more than 16,384 columns"), _SPLIT
            )
        case "cells":
            what = ("có quá 10 triệu ô, kể cả ô trống ở giữa", "has more than 10 million cells, empty ones included")
            raise BadText(what, _SPLIT)
        case "twice":
            what = (f"có hai trang cùng tên «{title}»", f"has two sheets called “{title}”")
            raise BadText(what, ("đổi tên một trang rồi gửi lại", "rename one of them and send it again"))
        case "long":
            cell = f"{letters(int(where[1]))}{int(where[2]) + 1}"
            what = (
                f"trang «{title}», ô {cell} có quá 32.767 chữ",
                f"sheet “{title}”, cell {cell}: over 32,767 letters",
            )
            raise BadText(what, ("viết ngắn lại rồi gửi lại", "make it shorter and send it again"))
        case _:
            raise _broken()
