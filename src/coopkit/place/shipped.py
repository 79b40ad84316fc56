"""The maps coopkit ships, read from the package's CSV files when first asked for. `data/SOURCES.toml` says whence."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from coopkit.errors import CoopkitError
from coopkit.place.act import Act, Change, Extent, Link, Succession, enact
from coopkit.place.atlas import Atlas
from coopkit.place.index import PlaceIndex
from coopkit.place.record import Place
from coopkit.record import make_id

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LIST_BEGINS: Final = dt.date(1900, 1, 1)
"""The first day of a place whose true first day no source states: it was in force when its list begins.

Earlier than any paper an office holds, so that old papers still find their place, and a date that Excel can write. On a
day long before the list was made the map is therefore the oldest one known, not the true one of that day.
"""

COLUMNS: Final = ("code", "valid_from", "valid_to", "name", "type", "level", "parent")
"""The columns of a list of places; dates as yyyy-mm-dd, an empty cell where there is no last day or no parent."""

ACT_COLUMNS: Final = ("code", "name", "type", "level", "parent")
"""The columns of the places that an act begins, on its own day."""

LINK_COLUMNS: Final = ("old", "new", "extent", "share", "basis")
"""The columns of an act's links, by codes; `share` in hundredths of a percent, empty where no source cites one."""


@frozen
class Shipped:
    """Every place through time, the acts, and what became of the places they ended."""

    places: tuple[Place, ...]
    acts: tuple[Act, ...]
    successions: tuple[Succession, ...]


def _rows(text: str, columns: tuple[str, ...], file: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line number and cells. Raises `CoopkitError` naming the file for another first line or a row of other length."""
    rows = csv.reader(text.splitlines(), strict=True)
    if tuple(next(rows, [])) != columns:
        raise CoopkitError(f"{file}: dòng đầu phải là (the first line must be) {','.join(columns)}")
    for row in rows:
        if len(row) != len(columns):
            raise CoopkitError(f"{file}, dòng {rows.line_num} (line {rows.line_num}): cần {len(columns)} ô (cells)")
        yield rows.line_num, dict(zip(columns, row, strict=True))


def _at(file: str, line: int, error: ValueError) -> CoopkitError:
    return CoopkitError(f"{file}, dòng {line} (line {line}): {error}")


def read_places(text: str, *, file: str) -> Iterator[Place]:
    r"""The places of one CSV text. Raises `CoopkitError` naming file and line.

    >>> lines = "code,valid_from,valid_to,name,type,level,parent", "31,1900-01-01,,Hải Phòng,thành phố,province,"
    >>> [place.id for place in read_places("\n".join(lines), file="x.csv")]
    ['31@1900-01-01']
    """
    for line, row in _rows(text, COLUMNS, file):
        try:
            first = dt.date.fromisoformat(row["valid_from"])
            last = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
            yield _place(row, first, last)
        except ValueError as error:
            raise _at(file, line, error) from error


def _place(row: Mapping[str, str], first: dt.date, last: dt.date | None = None) -> Place:
    return Place.of(
        row["code"], first, last, name=row["name"], type=row["type"], level=row["level"], parent=row["parent"] or None
    )


def read_change(act: str, places: str, links: str, *, file: str) -> Change:
    """What an act does, out of the texts of its three files. Raises `CoopkitError` naming the file and line."""
    told = tomllib.loads(act)
    one = Act(make_id("act", told["number"]), told["number"], told["title"], told["in_force"], told.get("signed"))
    begun = tuple(_place(row, one.in_force) for _, row in _rows(places, ACT_COLUMNS, f"{file}/places.csv"))
    stated = []
    for line, row in _rows(links, LINK_COLUMNS, f"{file}/links.csv"):
        try:
            share = int(row["share"]) if row["share"] else None
            stated.append(Link(row["old"], row["new"], Extent(row["extent"]), share, row["basis"] or None))
        except ValueError as error:
            raise _at(f"{file}/links.csv", line, error) from error
    return Change(one, begun, tuple(stated), tuple(told.get("ended", ())))


def _csv_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir() and entry.name != "acts":
            yield from _csv_files(entry)
        elif entry.name.endswith(".csv"):
            yield entry


def read_maps(folder: Traversable) -> Shipped:
    """The maps of a data folder: every list of places in it, changed by every act below its folder `acts`."""
    lists = [place for file in _csv_files(folder) for place in read_places(file.read_text("utf-8"), file=file.name)]
    changes = []
    for act in sorted((folder / "acts").iterdir(), key=lambda one: one.name):
        texts = ((act / name).read_text("utf-8") for name in ("act.toml", "places.csv", "links.csv"))
        changes.append(read_change(*texts, file=act.name))
    places, successions = enact(lists, changes)
    return Shipped(places, tuple(change.act for change in changes), successions)


@cache
def shipped() -> Shipped:
    """All that coopkit ships: the map of 2023, and Hải Phòng's and Hải Dương's of 2025 with the acts between them.

    A further province, or a further act, is further files in the package's data folder, no code. Read once.

    >>> [act.number for act in shipped().acts]
    ['1232/NQ-UBTVQH15', '1669/NQ-UBTVQH15', '202/2025/QH15']
    """
    from importlib.resources import files

    return read_maps(files("coopkit.place") / "data")


def shipped_places() -> tuple[Place, ...]:
    """Every place coopkit ships, through time.

    >>> sum(place.in_force(dt.date(2023, 12, 31)) for place in shipped_places())
    295
    """
    return shipped().places


@cache
def shipped_index() -> PlaceIndex:
    """The shipped places, ready to be asked by date, tree and text.

    >>> shipped_index().get("31", dt.date(2023, 1, 1)).title
    'Thành phố Hải Phòng'
    """
    return PlaceIndex(shipped_places())


@cache
def shipped_atlas() -> Atlas:
    """The shipped maps with what leads from one to the next.

    >>> atlas, day = shipped_atlas(), dt.date(2025, 7, 1)
    >>> atlas.locate("11890@1900-01-01", day, "commune").place.title
    'Xã Nguyễn Bỉnh Khiêm'
    """
    return Atlas(shipped_index(), shipped().successions)
