"""`Home`: the alliance's own places on the map of a day, and how many of them have told anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import narwhals as nw
from attrs import field, frozen

from coopkit.metrics.dimensions import PLACE, Columns, place_columns, place_holder
from coopkit.metrics.parts import col
from coopkit.snapshot import Snapshot

_REPORTING: Final = "@reporting"
_LEVELS: Final = ("district", "commune", "province")


@frozen
class Home:
    """The places below the one that the alliance answers for; none where the register names no alliance."""

    level: str = ""
    by_level: Mapping[str, tuple[str, ...]] = field(factory=dict)
    below: Mapping[str, int] = field(factory=dict)
    columns: Columns = field(factory=dict)
    only: frozenset[str] | None = None

    @staticmethod
    def of(snapshot: Snapshot, on: dt.date, only: frozenset[str] | None = None) -> Home:
        """The alliance's places on the map of that day; with `only`, those of these codes."""
        ours = snapshot.table("alliance").column("place").to_pylist()
        index = snapshot.places
        code = ours[0].split("@")[0] if ours and ours[0] else ""
        if index.get(code, on) is None:
            return Home(only=only)
        by_level: dict[str, list[str]] = {}
        for place in index.at(on):
            inside = place.code == code or any(above.code == code for above in index.ancestors(place, on))
            if inside and (only is None or place.code in only):
                by_level.setdefault(place.level, []).append(place.code)
        level = next((one for one in _LEVELS if one in by_level), "")
        if not level:
            return Home(only=only)
        placed = place_columns(snapshot, level, on).items()
        columns = {(table, _REPORTING): made for (table, name), made in placed if name == PLACE}
        below: dict[str, int] = {}
        for one in by_level[level]:
            reporting = index.get(one, on)
            for above in (reporting, *index.ancestors(reporting, on)) if reporting else ():
                below[above.code] = below.get(above.code, 0) + 1
        return Home(level, {level: tuple(codes) for level, codes in by_level.items()}, below, columns, only)

    def holds(self, place: str | None) -> bool:
        """Whether figures are told of a place: of any, or of the owners' own; of what has no place always."""
        return self.only is None or not place or place in self.only

    def column(self, table: str) -> str | None:
        """The column of a fact with the place of the level that reports; none for events, which have many places."""
        holder = place_holder(table)
        return f"{holder[0]}{_REPORTING}" if self.level and holder and table not in ("event", "place") else None

    def codes(self, level: str) -> tuple[str, ...]:
        """The codes of the alliance's places at a level."""
        return self.by_level.get(level, ())

    def expected(self, place: str | None) -> int:
        """How many places should report: all, or those in one place."""
        return len(self.codes(self.level)) if place is None else self.below.get(place, 0)

    @staticmethod
    def told(column: str, timed: nw.Expr) -> nw.Expr:
        """The place of a row that falls into the period; null of the others."""
        return nw.when(timed.fill_null(value=False)).then(col(column)).alias(_REPORTING)

    @staticmethod
    def told_of_a_unit() -> nw.Expr:
        """The one place of all the rows of a unit, where any falls into the period."""
        return nw.col(_REPORTING).max()

    @staticmethod
    def expressions() -> list[nw.Expr]:
        """What counts the places that have told."""
        held = nw.col(_REPORTING)
        missing = held.is_null().cast(nw.Int64).sum()
        return [held.n_unique().alias(f"{_REPORTING}:distinct"), missing.alias(f"{_REPORTING}:missing")]

    @staticmethod
    def reporting(result: Mapping[str, Any]) -> int | None:
        """How many places have rows, out of a pass's result; null is no place."""
        if f"{_REPORTING}:distinct" not in result:
            return None
        return int(result[f"{_REPORTING}:distinct"] or 0) - (1 if result[f"{_REPORTING}:missing"] else 0)
