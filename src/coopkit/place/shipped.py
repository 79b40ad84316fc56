"""The places coopkit ships, read from the package's CSV files when first asked for. `data/SOURCES.toml` says whence."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from coopkit.errors import CoopkitError
from coopkit.place.index import PlaceIndex
from coopkit.place.record import Place

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LIST_BEGINS: Final = dt.date(1900, 1, 1)
"""The first day of a place whose true first day no source states: it was in force when its list begins.

Earlier than any paper an office holds, so that old papers still find their place, and a date that Excel can write. On a
day long before the list was made the map is therefore the oldest one known, not the true one of that day.
"""

COLUMNS: Final = ("code", "valid_from", "valid_to", "name", "type", "level", "parent")
"""The columns of a file of places; dates as yyyy-mm-dd, an empty cell where there is no last day or no parent."""


def read_places(text: str, *, file: str) -> Iterator[Place]:
    r"""The places of one CSV text. Raises `CoopkitError` naming file and line.

    >>> lines = "code,valid_from,valid_to,name,type,level,parent", "31,1900-01-01,,Hải Phòng,thành phố,province,"
    >>> [place.id for place in read_places("\n".join(lines), file="x.csv")]
    ['31@1900-01-01']
    """
    rows = csv.reader(text.splitlines(), strict=True)
    header = next(rows, [])
    if tuple(header) != COLUMNS:
        raise CoopkitError(f"{file}: dòng đầu phải là (the first line must be) {','.join(COLUMNS)}")
    for row in rows:
        try:
            code, valid_from, valid_to, name, type_, level, parent = row
            first = dt.date.fromisoformat(valid_from)
            last = dt.date.fromisoformat(valid_to) if valid_to else None
            yield Place.of(code, first, last, name=name, type=type_, level=level, parent=parent or None)
        except ValueError as error:
            raise CoopkitError(f"{file}, dòng {rows.line_num} (line {rows.line_num}): {error}") from error


def _csv_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _csv_files(entry)
        elif entry.name.endswith(".csv"):
            yield entry


@cache
def shipped_places() -> tuple[Place, ...]:
    """Every place coopkit ships: 63 provinces of before July 2025, Hải Phòng's 15 districts and 217 communes of 2023.

    A further province is further CSV files in the package's data folder, no code. Read once, when first called.

    >>> len(shipped_places())
    295
    """
    from importlib.resources import files

    found = _csv_files(files("coopkit.place") / "data")
    return tuple(place for file in found for place in read_places(file.read_text("utf-8"), file=file.name))


@cache
def shipped_index() -> PlaceIndex:
    """The shipped places, ready to be asked by date, tree and text.

    >>> shipped_index().get("31", dt.date(2023, 1, 1)).title
    'Thành phố Hải Phòng'
    """
    return PlaceIndex(shipped_places())
