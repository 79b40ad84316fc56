"""In the child process: a workbook's sheets as JSON, column by column.

A script of its own: it imports nothing of coopkit, and python-calamine alone besides the standard library.
"""

from __future__ import annotations

import datetime as dt
import gc
import io
import json
from typing import Any, BinaryIO, Final

import python_calamine as calamine

MOST_SHEETS: Final = 500
MOST_COLUMNS: Final = 16_384
"""As many as Excel has."""

MOST_CELLS: Final = 10_000_000
"""Of all sheets together, empty ones among the filled included: a hundred columns of a hundred thousand rows."""

LONGEST: Final = 32_767
"""So many letters Excel itself puts into a cell."""

BETWEEN: Final = "\x7f"
"""Stands between the cells of a column: a sign that no person writes, and that JSON takes as it is."""

_KINDS: Final = {
    str: "s",
    float: "f",
    int: "i",
    bool: "b",
    dt.date: "d",
    dt.datetime: "m",
    dt.time: "t",
    dt.timedelta: "p",
}
_MERGED: Final = 40
"""Merged cells count in a header only, among the first rows."""


class Refusal(Exception):
    """Why a workbook is not read, as the parent's words for it are called; and where."""


def work(data: bytes, out: BinaryIO) -> None:
    """Write lines of JSON: for each sheet its title, size and merged ranges, and after it a line for each column.

    The last line says that this was all, or why it was not.
    """
    gc.disable()  # cells are no circles
    try:
        out.writelines(map(_line, _sheets(data)))
    except calamine.PasswordError:
        out.write(_line({"refused": "password"}))
    except calamine.CalamineError:
        out.write(_line({"refused": "broken"}))
    except Refusal as refusal:
        why, *where = refusal.args
        out.write(_line({"refused": why, "where": where}))
    else:
        out.write(_line({"whole": True}))


def _line(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _sheets(data: bytes) -> Any:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    titles = [meta.name for meta in book.sheets_metadata if meta.typ is calamine.SheetTypeEnum.WorkSheet]
    if len(titles) > MOST_SHEETS:
        raise Refusal("sheets")
    if twice := next((title for title in titles if titles.count(title) > 1), None):
        raise Refusal("twice", twice)
    cells = 0
    for title in titles:
        sheet = book.get_sheet_by_name(title)
        height, width = sheet.total_height, sheet.total_width
        cells += height * width
        if width > MOST_COLUMNS:
            raise Refusal("columns", title)
        if cells > MOST_CELLS:
            raise Refusal("cells", title)
        rows = sheet.to_python(skip_empty_area=False)
        merged = [each for each in sheet.merged_cell_ranges or [] if each[0][0] < _MERGED]
        columns = [*zip(*rows, strict=True)]
        yield {"title": title, "height": len(rows), "width": len(columns), "merged": merged}
        yield from (_column(cells, title, at) for at, cells in enumerate(columns))


def _column(cells: tuple[Any, ...], title: str, at: int) -> Any:
    """The texts of a column in one, with a sign between them, and the kind of each where they are not all text."""
    if cells.count("") == len(cells):
        return {"empty": True}
    types = set(map(type, cells))
    kinds = "" if types == {str} else "".join(map(_KINDS.__getitem__, map(type, cells)))
    texts = [*map(_text if dt.timedelta in types else str, cells)]
    joined = BETWEEN.join(texts)
    if joined.count(BETWEEN) >= len(cells):
        texts = [text.replace(BETWEEN, "") for text in texts]
        joined = BETWEEN.join(texts)
    if len(joined) > LONGEST and (longest := max(map(len, texts))) > LONGEST:
        raise Refusal("long", title, at, [*map(len, texts)].index(longest))
    return {"texts": joined, "kinds": kinds}


def _text(cell: Any) -> str:
    return str(cell.total_seconds() if isinstance(cell, dt.timedelta) else cell)
