"""The register as a list: every unit once, ready to be searched and filtered without reading the records again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from attrs import frozen

from coopkit.cooperative import Cooperative, CooperativeKind, Membership, Sector
from coopkit.metrics.dimensions import PLACE, place_columns
from coopkit.place import place_title
from coopkit.record import span_of
from coopkit.snapshot import Snapshot
from coopkit.text import Label, fold, normalize, sort_key


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
    """A unit of the register as a list shows it; `area` is the code of its place at the list's level."""

    id: str
    name: str
    tax_code: str
    kind: CooperativeKind
    sector: Sector | None
    place: str
    area: str | None
    standing: Standing
    _folded: str
    _exact: str

    def rank(self, folded: str, exact: str) -> int | None:
        """How well the unit answers a search: 0 with the marks as typed, 1 without, None not at all."""
        if exact in self._exact:
            return 0
        return 1 if folded and (folded in self._folded or folded in self.tax_code) else None


NOWHERE: Final = "?"
"""The area of units that nobody has placed on the map yet."""


@frozen
class Filter:
    """What a list of units is narrowed to; what is left empty narrows nothing.

    `area` is a code of `UnitList.areas`, or `NOWHERE`.
    """

    text: str = ""
    kind: CooperativeKind | None = None
    sector: Sector | None = None
    area: str = ""
    standing: Standing | None = None

    def lets(self, unit: Unit) -> bool:
        """Whether the unit is let through, the text aside."""
        return (
            (self.kind is None or unit.kind is self.kind)
            and (self.sector is None or unit.sector is self.sector)
            and (not self.area or (unit.area or NOWHERE) == self.area)
            and (self.standing is None or unit.standing is self.standing)
        )


@frozen(eq=False, slots=False)
class UnitList:
    """Every unit of a Snapshot, in Vietnamese order: what it is to the alliance on a day, where it lies on a map."""

    snapshot: Snapshot
    on: dt.date
    on_map: dt.date

    def search(self, wanted: Filter) -> list[Unit]:
        """The units whose name or tax code has the text, marks or not; those with the marks as typed first."""
        passed = filter(wanted.lets, self.units)
        if not wanted.text.strip():
            return list(passed)
        folded, exact = fold(wanted.text), normalize(wanted.text).casefold()
        ranked = [(rank, unit) for unit in passed if (rank := unit.rank(folded, exact)) is not None]
        return [unit for _, unit in sorted(ranked, key=lambda one: one[0])]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All of them."""
        return tuple(sorted(self._units(), key=lambda unit: (sort_key(unit.name), unit.id)))

    @cached_property
    def level(self) -> str:
        """The level of `areas`: the one below the province on the day's map."""
        levels = self.snapshot.places.levels(self.on_map)
        return levels[1] if len(levels) > 1 else ""

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """The titles of the places that units may be narrowed to, by code, in Vietnamese order."""
        used = {unit.area for unit in self.units}
        titles = [
            (code, place.title) for code in used if code and (place := self.snapshot.places.get(code, self.on_map))
        ]
        return dict(sorted(titles, key=lambda one: sort_key(one[1])))

    def _units(self) -> Iterator[Unit]:
        titles = {row["id"]: place_title(row["type"], row["name"]) for row in self.snapshot.table("place").to_pylist()}
        standings = _standings(self.snapshot.records(Membership), self.on)
        columns = place_columns(self.snapshot, self.level, self.on_map) if self.level else {}
        coded = columns.get(("cooperative", PLACE))
        cooperatives = self.snapshot.records(Cooperative)
        areas = coded.to_pylist() if coded is not None else [None] * len(cooperatives)
        for one, area in zip(cooperatives, areas, strict=True):
            yield Unit(
                id=one.id,
                name=one.name,
                tax_code=one.tax_code or "",
                kind=one.kind,
                sector=one.sector,
                place=titles.get(one.place or "", ""),
                area=area,
                standing=standings.get(one.id, Standing.KNOWN),
                folded=fold(one.name),
                exact=normalize(one.name).casefold(),
            )


def _standings(memberships: Iterable[Membership], on: dt.date) -> dict[str, Standing]:
    """What each unit that was ever a member is on that day."""
    span = span_of(Membership)
    found: dict[str, Standing] = {}
    for one in memberships:
        if span.holds(one, on):
            found[one.cooperative] = Standing.MEMBER
        elif span.last_day(one) < on:
            found.setdefault(one.cooperative, Standing.LEFT)
    return found


@lru_cache(maxsize=4)
def list_units(snapshot: Snapshot, on: dt.date, on_map: dt.date) -> UnitList:
    """The list of a Snapshot on a day; made once while the register stays the same."""
    return UnitList(snapshot, on, on_map)
