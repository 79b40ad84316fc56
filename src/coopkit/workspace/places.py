"""Places through time: where a record lies on each map, what nobody can place yet, and deciding it once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.cooperative import Cooperative
from coopkit.display import Display
from coopkit.errors import CoopkitError
from coopkit.ledger import Change, Ledger
from coopkit.metrics.dimensions import place_fields
from coopkit.period import format_date
from coopkit.place import Atlas, Location, Place, PlaceDecision, undecided
from coopkit.problem import Problem
from coopkit.record import identify, record_type
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label

COOPERATIVE = record_type(Cooperative).table


@frozen
class Waiting:
    """A record whose place on a map nobody has said yet: what it is called, where it was recorded, where it may lie."""

    table: str
    record: str
    name: str
    recorded: Place
    candidates: tuple[Place, ...]

    @property
    def problem(self) -> Problem:
        """The same as a problem: what is the matter, and among what to choose."""
        return undecided(f"{self.name}: {self.recorded.title}", self.candidates)


@frozen
class Stay:
    """Where a record lies on one of the maps that follow one another."""

    first: dt.date | None
    last: dt.date | None
    location: Location

    @property
    def days(self) -> Label:
        """The days of the map: "01/01/2025 – 30/06/2025"."""
        if self.first and self.last:
            both = f"{format_date(self.first)} – {format_date(self.last)}"
            return Label(both, both)
        if self.first:
            return Label(f"từ {format_date(self.first)}", f"from {format_date(self.first)}")
        until = format_date(self.last) if self.last else "…"
        return Label(f"đến {until}", f"until {until}")


def stays(atlas: Atlas, recorded: str, decided: tuple[str, ...] = ()) -> list[Stay]:
    """A recorded place on every map, the oldest first: a commune as the communes it became, a district likewise."""
    found = []
    for first, last in atlas.maps():
        day = first or last or atlas.index.by_id(recorded).valid_from
        found.append(Stay(first, last, atlas.locate(recorded, day, _level(atlas, recorded, day), decided)))
    return found


def _level(atlas: Atlas, recorded: str, day: dt.date) -> str | None:
    """The level to look for: that of the recorded place, where the day has it, or else the lowest there is."""
    level, levels = atlas.index.by_id(recorded).level, atlas.index.levels(day)
    return level if level in levels else levels[-1] if levels else None


def waiting(snapshot: Snapshot, on: dt.date) -> list[Waiting]:
    """The records that nobody can place on the map of a day, by name: every unit, and every event in a commune.

    Looked for once while the register stays the same.
    """
    return list(_all_waiting(snapshot, on))


@lru_cache(maxsize=4)
def _all_waiting(snapshot: Snapshot, on: dt.date) -> tuple[Waiting, ...]:
    levels = snapshot.places.levels(on)
    found = _waiting(snapshot, on, levels[-1]) if levels else ()
    return tuple(sorted(found, key=lambda one: (one.name, one.record)))


def _waiting(snapshot: Snapshot, on: dt.date, level: str) -> Iterator[Waiting]:
    display = Display(snapshot)
    for table, column in place_fields():
        if table not in {COOPERATIVE, "event_place"}:
            continue
        told = TABLES[table].field("name" if table == COOPERATIVE else "event")
        held = snapshot.tables[table]
        known = filter(None, pc.unique(held.column(column)).to_pylist())
        open_ = [of for of in known if _is_open(snapshot, table, of, on, level)]
        for row in held.filter(pc.is_in(held.column(column), pa.array(open_, pa.string()))).to_pylist():
            decided = snapshot.decided.get((table, row["id"]), ())
            found = snapshot.atlas.locate(row[column], on, level, decided)
            if found.place is None:
                recorded = snapshot.places.by_id(row[column])
                yield Waiting(table, row["id"], display.text(told, row), recorded, found.candidates)


def _is_open(snapshot: Snapshot, table: str, recorded: str, on: dt.date, level: str) -> bool:
    """Whether what lies in that place may wait for a decision on its own; an event in an outer place covers it all."""
    if table != COOPERATIVE and snapshot.places.by_id(recorded).level != level:
        return False
    return snapshot.atlas.locate(recorded, on, level).place is None


def decision(
    snapshot: Snapshot, ledger: Ledger, record: tuple[str, str], place: str, on: dt.date, reason: str
) -> Change:
    """The change that says, once, in which place of a day's map a record lies; `place` is a code or a name.

    Raises `CoopkitError` where the record does not wait for a decision, or the place is none of those it may be.
    """
    case = next((one for one in waiting(snapshot, on) if (one.table, one.record) == record), None)
    if case is None:
        raise CoopkitError(
            f"{record[1]}: không chờ quyết định trên bản đồ ngày {format_date(on)} (is not waiting for a decision)"
        )
    meant = [one for one in case.candidates if place in {one.code, one.id}]
    meant = meant or [one for one in snapshot.places.find(place, on) if one in case.candidates]
    if len(meant) != 1:
        near = "; ".join(f"{one.title} ({one.code})" for one in case.candidates)
        raise CoopkitError(f"«{place}» không phải là một trong (is not one of): {near}")
    values = {"table": case.table, "record": case.record, "since": meant[0].valid_from}
    made = PlaceDecision(identify(PlaceDecision, values), *record, meant[0].valid_from, meant[0].id, reason or None)
    return Change(made, ledger.revisions("place_decision", [made.id]).get(made.id), "coopkit")
