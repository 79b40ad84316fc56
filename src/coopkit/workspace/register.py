"""The register as a list: every unit once, in columns, to be searched, filtered, sorted and turned page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.cooperative import (
    Cooperative,
    CooperativeKind,
    LegalState,
    LegalStatus,
    Membership,
    OperatingState,
    OperatingStatus,
    Sector,
)
from coopkit.metrics.dimensions import PLACE, place_columns
from coopkit.place import place_title
from coopkit.record import record_type, span_of
from coopkit.snapshot import Snapshot
from coopkit.text import Label, sort_key
from coopkit.workspace.search import Names, Rows, names_of

Mask: TypeAlias = npt.NDArray[np.bool_]


class Standing(StrEnum):
    """What a unit is to the alliance on a day.

    >>> Standing.KNOWN.label.vi
    'Chưa là thành viên'
    """

    MEMBER = "member"
    LEFT = "left"
    KNOWN = "known"

    @property
    def label(self) -> Label:
        """Its name on screen."""
        return _STANDINGS[self]


_STANDINGS = {
    Standing.MEMBER: Label("Thành viên", "Member"),
    Standing.LEFT: Label("Đã ra khỏi Liên minh", "Former member"),
    Standing.KNOWN: Label("Chưa là thành viên", "Not a member"),
}


@frozen
class Unit:
    """A unit of the register as a list shows it; `area` is the code of its place at the list's level.

    `legal` and `operating` are what it was on the list's day; None where nothing is recorded of that day.
    """

    id: str
    name: str
    tax_code: str
    kind: CooperativeKind
    sector: Sector | None
    place: str
    area: str | None
    standing: Standing
    legal: LegalState | None
    operating: OperatingState | None


NOWHERE: Final = "?"
"""The area of units that nobody has placed on the map yet."""


class Lack(StrEnum):
    """What a unit should have, and may lack.

    >>> Lack.TAX_CODE.label.vi
    'Mã số thuế'
    """

    TAX_CODE = "tax_code"
    PLACE = "place"
    SECTOR = "sector"

    @property
    def label(self) -> Label:
        """The field on screen."""
        return record_type(Cooperative).field(self.value).label


@frozen
class Filter:
    """What a list of units is narrowed to; what is left empty narrows nothing.

    `area` is a code of `UnitList.areas`, or `NOWHERE`. `lacking` leaves the units that have nothing there.
    """

    text: str = ""
    kind: CooperativeKind | None = None
    sector: Sector | None = None
    area: str = ""
    standing: Standing | None = None
    legal: LegalState | None = None
    operating: OperatingState | None = None
    lacking: Lack | None = None


ALL: Final = Filter()
"""The filter that lets every unit through."""

_CHOSEN: Final = ("kind", "sector", "standing", "legal", "operating")


class Order(StrEnum):
    """A column that a list of units may be sorted by; a place sorts by where it lies on the list's map.

    >>> Order.TAX_CODE.label.vi
    'Mã số thuế'
    """

    NAME = "name"
    TAX_CODE = "tax_code"
    KIND = "kind"
    SECTOR = "sector"
    PLACE = "place"
    STANDING = "standing"
    LEGAL = "legal"
    OPERATING = "operating"

    @property
    def label(self) -> Label:
        """The column's name on screen."""
        return _ORDERS.get(self) or record_type(Cooperative).field(self.value).label


_ORDERS = {
    Order.STANDING: Label("Tư cách thành viên", "Membership"),
    Order.LEGAL: record_type(LegalStatus).label,
    Order.OPERATING: record_type(OperatingStatus).label,
}


@frozen(eq=False)
class Column:
    """A column of few values: these in their order, None last; and for each row the number of its own."""

    values: tuple[Any, ...]
    numbers: Rows

    def is_(self, value: object) -> Mask:
        """Which rows have a value; none where the column has no such value."""
        number = self.values.index(value) if value in self.values else -1
        found: Mask = self.numbers == number
        return found

    def counts(self) -> dict[Any, int]:
        """How many rows have each value."""
        counted = np.bincount(self.numbers, minlength=len(self.values))
        return dict(zip(self.values, counted.tolist(), strict=True))


@frozen(eq=False)
class Found(Sequence[Unit]):
    """What a search found, in order: counted at once, a Unit made only for what is looked at."""

    units: UnitList
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Unit: ...

    @overload
    def __getitem__(self, at: slice) -> list[Unit]: ...

    def __getitem__(self, at: int | slice) -> Unit | list[Unit]:
        """One unit, or a list of some."""
        if isinstance(at, slice):
            return [self.units.unit(row) for row in self.rows[at].tolist()]
        return self.units.unit(int(self.rows[at]))

    @property
    def ids(self) -> list[str]:
        """The ids of all, in order."""
        ids: list[str] = self.units.table.column("id").take(self.rows).to_pylist()
        return ids

    @property
    def members(self) -> int:
        """How many of them are members of the alliance on the list's day."""
        members = self.units.columns["standing"].is_(Standing.MEMBER)
        return int(np.count_nonzero(members[self.rows]))

    def pages(self, size: int = 50) -> int:
        """How many pages of that size they fill; one where nothing was found."""
        return max(1, -(-len(self) // size))

    def page(self, number: int, size: int = 50) -> list[Unit]:
        """The units of a page, the first being 1; the last page where there are fewer, as after a narrower search."""
        first = (min(max(number, 1), self.pages(size)) - 1) * size
        return self[first : first + size]


@frozen(eq=False, slots=False)
class UnitList:
    """Every unit of a Snapshot, in Vietnamese order: what it is to the alliance on a day, where it lies on a map."""

    snapshot: Snapshot
    on: dt.date
    on_map: dt.date

    def __len__(self) -> int:
        return len(self._names.order)

    def search(self, wanted: Filter = ALL, by: Order | None = None, *, descending: bool = False) -> Found:
        """The units let through by a filter, in the order of a column, or else the best answers to its text first.

        What a text finds, and what is its best answer, is told at `Names.find`. Where a column says the same, the
        names decide; units that have nothing in it come last, ascending or descending.
        """
        rows = np.arange(len(self), dtype=np.int64)
        masks = [self.columns[name].is_(value) for name in _CHOSEN if (value := getattr(wanted, name)) is not None]
        if wanted.area:
            masks.append(self.columns["area"].is_(None if wanted.area == NOWHERE else wanted.area))
        if wanted.lacking:
            masks.append(self._lacks(wanted.lacking))
        if masks:
            rows = rows[np.logical_and.reduce(masks)]
        if wanted.text.strip():
            rows = self._names.find(wanted.text, rows)
        return Found(self, rows if by is None else self._sorted(rows, by, descending=descending))

    def unit(self, row: int) -> Unit:
        """The unit of a row."""
        told: dict[str, Any] = {name: column.values[column.numbers[row]] for name, column in self.columns.items()}
        for name in self.table.column_names:
            told[name] = self.table.column(name)[row].as_py()
        return Unit(**{**told, "tax_code": told["tax_code"] or "", "place": told["place"] or ""})

    def stored(self, rows: Rows) -> pa.Table:
        """The records of these rows of the list, in their order, as they are stored."""
        return self._cooperatives.take(self._names.order[rows])

    @cached_property
    def level(self) -> str:
        """The level of `areas`: the one below the province on the day's map."""
        levels = self.snapshot.places.levels(self.on_map)
        return levels[1] if len(levels) > 1 else ""

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """The titles of the places that units may be narrowed to, by code, in Vietnamese order."""
        return self._titled_areas(code for code in self.columns["area"].values if code)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many units lie in each area, in the order of `areas`; under `NOWHERE` those that nobody has placed."""
        return {code or NOWHERE: count for code, count in self.columns["area"].counts().items()}

    @cached_property
    def table(self) -> pa.Table:
        """The id, name and tax code of each unit, in the list's order."""
        return self._cooperatives.select(["id", "name", "tax_code"]).take(self._names.order).combine_chunks()

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """What else a list shows or is narrowed by, in the same order."""
        here = self._cooperatives
        columns = {
            "kind": _choice(here.column("kind"), CooperativeKind),
            "sector": _choice(here.column("sector"), Sector),
            "place": _column(here.column("place"), self._place_titles()),
            "area": self._areas(),
            "standing": _standing(self.snapshot, here.column("id"), self.on),
            "legal": _choice(_state(self.snapshot, LegalStatus, here.column("id"), self.on), LegalState),
            "operating": _choice(_state(self.snapshot, OperatingStatus, here.column("id"), self.on), OperatingState),
        }
        return {name: Column(one.values, one.numbers[self._names.order]) for name, one in columns.items()}

    @property
    def _names(self) -> Names:
        return names_of(self.snapshot)

    @property
    def _cooperatives(self) -> pa.Table:
        return self.snapshot.table("cooperative")

    def _sorted(self, rows: Rows, by: Order, *, descending: bool) -> Rows:
        """The rows in the order of a column; rows are in the order of names."""
        rows = np.sort(rows)
        if by is Order.NAME:
            return rows[::-1] if descending else rows
        if by is Order.TAX_CODE:
            numbers, last = self._tax_codes
        else:
            column = self.columns["area" if by is Order.PLACE else by.value]
            numbers, last = column.numbers, len(column.values) - 1
        key = numbers[rows]
        if descending:
            key = np.where(key == last, 1, -key)
        return rows[np.argsort(key, kind="stable")]

    def _lacks(self, what: Lack) -> Mask:
        """Which rows have nothing there."""
        if what is Lack.TAX_CODE:
            empty: Mask = pc.is_null(self.table.column("tax_code")).to_numpy()
            return empty
        return self.columns[what.value].is_(None)

    @cached_property
    def _tax_codes(self) -> tuple[Rows, int]:
        """The place of each unit's tax code among all, and the place of those that have none."""
        codes = self.table.column("tax_code")
        places = pc.rank(codes, tiebreaker="dense").to_numpy().astype(np.int64)
        return np.where(pc.is_null(codes).to_numpy(), len(places) + 1, places), len(places) + 1

    def _place_titles(self) -> dict[str, str]:
        """The titles of the places that units were recorded with, by id, in Vietnamese order."""
        places = self.snapshot.table("place").select(["id", "type", "name"])
        used = pc.is_in(places.column("id"), pc.unique(self._cooperatives.column("place")))
        titles = {row["id"]: place_title(row["type"], row["name"]) for row in places.filter(used).to_pylist()}
        return dict(sorted(titles.items(), key=lambda one: sort_key(one[1])))

    def _areas(self) -> Column:
        """The code of each unit's place at the list's level."""
        columns = place_columns(self.snapshot, self.level, self.on_map) if self.level else {}
        codes = columns.get(("cooperative", PLACE), pa.nulls(self._cooperatives.num_rows, pa.string()))
        return _column(codes, {code: code for code in self._titled_areas(pc.unique(codes).drop_null().to_pylist())})

    def _titled_areas(self, codes: Iterable[str]) -> dict[str, str]:
        titles = {code: place.title for code in codes if (place := self.snapshot.places.get(code, self.on_map))}
        return dict(sorted(titles.items(), key=lambda one: sort_key(one[1])))


def _column(cells: pa.ChunkedArray | pa.Array, meanings: Mapping[str, Any]) -> Column:
    """A column of what cells mean, the meanings in their order; a cell that means nothing is None."""
    values = (*dict.fromkeys(meanings.values()), None)
    number = {value: at for at, value in enumerate(values)}
    numbers = np.array([*(number[value] for value in meanings.values()), len(values) - 1], np.int64)
    found = pc.index_in(cells, pa.array(list(meanings), pa.string()))
    return Column(values, numbers[pc.fill_null(found, len(meanings)).to_numpy()])


def _choice(cells: pa.ChunkedArray | pa.Array, choices: Iterable[StrEnum]) -> Column:
    """A column of choices, in the order they are declared in."""
    return _column(cells, {one.value: one for one in choices})


def _dated(snapshot: Snapshot, cls: type, on: dt.date) -> tuple[pa.Table, Mask, Mask]:
    """The records of a dated type, which of them hold on a day, and which had ended before it."""
    span, table, day = span_of(cls), snapshot.table(record_type(cls).table), pa.scalar(on, pa.date32())
    begun = pc.fill_null(pc.less_equal(table.column(span.first), day), fill_value=True).to_numpy()
    ends = pc.less if span.last_counts else pc.less_equal
    ended = pc.fill_null(ends(table.column(span.last), day), fill_value=False).to_numpy()
    return table, begun & ~ended, ended


def _standing(snapshot: Snapshot, ids: pa.ChunkedArray, on: dt.date) -> Column:
    """What each unit is to the alliance on that day."""
    table, holds, ended = _dated(snapshot, Membership, on)
    owners = table.column("cooperative")
    member, left = (pc.is_in(ids, owners.filter(pa.array(which))).to_numpy() for which in (holds, ended))
    values = (*Standing, None)
    return Column(values, np.select([member, left], [0, 1], 2).astype(np.int64))


def _state(snapshot: Snapshot, cls: type, ids: pa.ChunkedArray, on: dt.date) -> pa.ChunkedArray:
    """The state each unit was in on that day; null where nothing is recorded."""
    table, holds, _ = _dated(snapshot, cls, on)
    held = table.filter(pa.array(holds))
    return held.column("state").take(pc.index_in(ids, held.column("cooperative")))


@lru_cache(maxsize=4)
def list_units(snapshot: Snapshot, on: dt.date, on_map: dt.date) -> UnitList:
    """The list of a Snapshot on a day; made once while the register stays the same."""
    return UnitList(snapshot, on, on_map)
