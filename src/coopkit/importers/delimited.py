"""A CSV file as rows of text: its encoding and its separator told by the bytes alone."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from typing import Final

from coopkit.errors import WorkbookError
from coopkit.importers.cells_out import LONGEST, MOST_CELLS, MOST_COLUMNS
from coopkit.importers.fonts import is_vietnamese, old_font

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS: Final = ";,\t|"
_SAMPLE: Final = 1 << 16
_SEP_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_KEPT_AS_TEXT: Final = re.compile('="([^"]*)"')


def delimited_rows(data: bytes, file: str) -> list[list[str]]:
    r"""The rows of a CSV file: text between `;`, `,`, tabs or `|`, each row as wide as the widest.

    UTF-8, UTF-16 and windows-1258 are told apart, with or without a byte order mark; letters are composed (NFC). Text
    for an old font keeps its letters, so that `old_cells` can tell. Raises `WorkbookError` for what is no such file.

    >>> delimited_rows("Tên;Vốn\r\nHTX An Bình;1,5\r\n".encode("utf-16"), "a.csv")
    [['Tên', 'Vốn'], ['HTX An Bình', '1,5']]
    """
    text = _decoded(data, file)
    told = _SEP_LINE.match(text)  # a line that Excel itself takes for no row
    if text.lstrip().startswith("<"):
        raise WorkbookError(
            f"{file}: là trang web, không phải bảng tính; mở bằng Excel rồi lưu lại dạng .xlsx "
            f"(is a web page, no workbook: open it in Excel and save it as .xlsx)"
        )
    separator = told[1] if told else _separator(text)
    if separator and text.count(separator) + text.count("\n") > MOST_CELLS:
        raise _too_large(file)
    rows = _rows(text[told.end() :] if told else text, separator, file) if separator else []
    width = max(map(len, rows), default=0)
    if width < 2:
        raise _no_table(file)
    if width > MOST_COLUMNS or width * len(rows) > MOST_CELLS:  # one long row would make all others as long
        raise _too_large(file)
    if any(len(cell) > LONGEST for row in rows for cell in row):
        raise _too_long(file)
    return [[*map(_cell, row), *[""] * (width - len(row))] for row in rows]


def _decoded(data: bytes, file: str) -> str:
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        raise WorkbookError(
            f"{file}: không rõ bảng mã chữ Việt; mở bằng Excel rồi lưu dạng «CSV UTF-8» hoặc .xlsx "
            f"(in no encoding that can be told: save it as “CSV UTF-8” or .xlsx)"
        ) from error
    return unicodedata.normalize("NFC", text)


def _encoding(data: bytes) -> str:
    """The encoding of a text. One that gives Vietnamese in an old font is Latin: only the font says otherwise."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[: _SAMPLE & ~1]
    if head[1::2].count(0) * 4 > len(head):
        return "utf-16-le"
    if head[::2].count(0) * 4 > len(head):
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        spoilt = data.decode("utf-8", errors="replace")
        if sum(letter > "\u007f" for letter in spoilt) > 8 * spoilt.count("\ufffd"):
            return "utf-8"  # with a byte or two lost; what is read otherwise would be nonsense
        if is_vietnamese(unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))):
            return "cp1258"
        return "latin-1" if any(map(old_font, data.decode("latin-1").splitlines())) else "cp1258"
    return "utf-8"


def _separator(text: str) -> str | None:
    """What parts the text into the most even rows; None where nothing parts it."""
    lines = text[:_SAMPLE].splitlines(keepends=True)
    lines = lines[:-1] if len(text) > _SAMPLE else lines

    def evenness(separator: str) -> tuple[float, int]:
        rows = [len(row) for row in _parted("".join(lines), separator, strict=False) if any(row)]
        [(width, often)] = Counter(rows).most_common(1) or [(1, 0)]
        return (often / len(rows), width) if width > 1 else (0.0, max(rows, default=1))

    rated = {separator: evenness(separator) for separator in _SEPARATORS}
    best = max(rated, key=lambda one: rated[one])
    return best if rated[best][1] > 1 else None


def _parted(text: str, separator: str, file: str = "", *, strict: bool, quoted: bool = True) -> list[list[str]]:
    lines = io.StringIO(text, newline="")
    try:
        if quoted:
            return list(csv.reader(lines, delimiter=separator, strict=strict))
        return list(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE))
    except csv.Error as error:
        if file and "field limit" in str(error):
            raise _too_long(file) from error
        return []


def _rows(text: str, separator: str, file: str) -> list[list[str]]:
    rows = _parted(text, separator, file, strict=True)
    if not rows:
        rows = _parted(text, separator, file, strict=False)
        if not rows or "\n" in "".join(rows[-1]):  # a quote that nobody closed has swallowed the lines after it
            rows = _parted(text, separator, file, strict=False, quoted=False)
    if not rows:
        raise _no_table(file)
    return rows


def _cell(text: str) -> str:
    kept = _KEPT_AS_TEXT.fullmatch(text)  # ="0201234567", so that Excel keeps the zero
    return kept[1] if kept else text.strip()


def _too_large(file: str) -> WorkbookError:
    return WorkbookError(
        f"{file}: có quá 16.384 cột hoặc 10 triệu ô; xóa dòng và cột thừa, hoặc tách ra nhiều tệp, rồi gửi lại "
        f"(has more than 16,384 columns or 10 million cells: delete needless ones, or split it, and send it again)"
    )


def _too_long(file: str) -> WorkbookError:
    return WorkbookError(
        f"{file}: có ô dài quá 32.767 chữ; viết ngắn lại rồi gửi lại "
        f"(has a cell of over 32,767 letters: make it shorter and send it again)"
    )


def _no_table(file: str) -> WorkbookError:
    return WorkbookError(
        f"{file}: không phải là tệp Excel hay CSV đọc được; mở bằng Excel rồi lưu lại dạng .xlsx "
        f"(is no workbook or CSV that can be read: open it in Excel and save it as .xlsx)"
    )
