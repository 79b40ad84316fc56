"""Where records lie: whether all of some records belong to the places that an actor may edit or view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.scope import Owner, within
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label

PLACED: Final = frozenset({"cooperative", "event", "person", "honour", "nomination"})
"""The tables whose rows lie somewhere, and that others refer to."""

_PARTS: Final = ("event_place", "event_organiser")
"""Parts of an event that are the event's own; a turn is its unit's."""


@frozen(eq=False)
class RecordsOf:
    """Records as a subject, by table and id: `name` is what they are called, `now` the register as it is.

    `then` is the register as it would be once what is meant was done: a record must belong to the places both before,
    where it was there, and after. What a changed record refers to must have belonged to them, too, or be new: nobody
    reaches a stranger's record by naming it.
    """

    name: Label
    records: tuple[tuple[str, str], ...]
    now: Snapshot
    then: Snapshot | None = None

    def within(self, owners: tuple[Owner, ...], *, editing: bool, units: frozenset[str] = frozenset()) -> bool:
        """Whether all of them belong to these places, or to these units: to be changed there, or only to be seen."""
        for snapshot in filter(None, (self.now, self.then)):
            own = editable(snapshot, owners) if editing else visible(snapshot, owners, units)
            if any(_there(snapshot, table, of) and of not in own.get(table, ()) for table, of in self.records):
                return False
        known = self.then or self.now
        if not all(_there(self.now, *one) or _there(known, *one) for one in self.records):
            return False
        return self.then is None or not any(self._stranger(self.then, owners))

    def _stranger(self, then: Snapshot, owners: tuple[Owner, ...]) -> Iterator[bool]:
        """Of everything that the records will refer to, whether it is there now and not in the places."""
        seen = visible(self.now, owners)
        for table, ids in _by_table(self.records).items():
            held = then.tables[table]
            rows = held.filter(pc.is_in(held.column("id"), pa.array(ids, pa.string())))
            for own in TABLES[table].fields:
                if own.refers in PLACED:
                    for of in pc.unique(rows.column(own.key)).drop_null().to_pylist():
                        yield of not in seen[own.refers] and _there(self.now, own.refers, of)


def _by_table(records: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, of in records:
        found.setdefault(table, []).append(of)
    return found


def _there(snapshot: Snapshot, table: str, of: str) -> bool:
    return table in TABLES and of in _ids(snapshot, table)


@lru_cache(maxsize=128)
def _ids(snapshot: Snapshot, table: str) -> frozenset[str]:
    return frozenset(snapshot.tables[table].column("id").to_pylist())


@lru_cache(maxsize=16)
def visible(
    snapshot: Snapshot, owners: tuple[Owner, ...], units: frozenset[str] = frozenset()
) -> Mapping[str, frozenset[str]]:
    """The ids of the records that may be seen from these places, by table; what names no place is there for all.

    >>> visible(Snapshot.of([]), ())["cooperative"]
    frozenset()
    """
    seen = within(snapshot, owners, None, units).tables
    return {name: frozenset(seen[name].column("id").to_pylist()) for name in TABLES if name not in OF_THE_CITY}


OF_THE_CITY: Final = frozenset({"sealed_run", "plugin_switch", "plugin_setting"})
"""What is of the whole city: who sees only some places of it sees nothing of these."""


@lru_cache(maxsize=16)
def editable(snapshot: Snapshot, owners: tuple[Owner, ...]) -> Mapping[str, frozenset[str]]:
    """The ids of the records that may be changed from these places, by table.

    Units that lie there for certain, and what is told of these alone; events all of whose places lie there, with their
    parts; people who are something to such units alone; where these were decided to lie. What is the whole city's
    (groups, campaigns, an event without a place) may not be.

    >>> editable(Snapshot.of([]), ())["event"]
    frozenset()
    """
    seen = within(snapshot, owners).tables
    found = {name: _values(seen[name], "id") for name, keys in _referring("cooperative").items() if keys}
    found["cooperative"] = _values(seen["cooperative"], "id")
    everywhere, here = (
        _values(tables["event_place"], "event") for tables in (snapshot.tables, _outside(snapshot, seen))
    )
    found["event"] = everywhere - here
    for name in _PARTS:
        told = snapshot.tables[name]
        found[name] = _values(told.filter(pc.is_in(told.column("event"), _array(found["event"]))), "id")
    found["person"] = _values(seen["person"], "id") - _people(_outside(snapshot, seen))
    decided = seen["place_decision"]
    placed = found["cooperative"] | found["event_place"]
    found["place_decision"] = _values(decided.filter(pc.is_in(decided.column("record"), _array(placed))), "id")
    return {name: frozenset(ids) for name, ids in found.items()}


def _outside(snapshot: Snapshot, seen: Mapping[str, Any]) -> dict[str, Any]:
    """The rows that are not among those seen, of the tables that tell where an event or a person belongs."""
    found = {}
    for name in ("event_place", *_NAMING):
        held = snapshot.tables[name]
        found[name] = held.filter(pc.invert(pc.is_in(held.column("id"), seen[name].column("id"))))
    return found


_NAMING: Final = ("contact", "honour", "nomination")
"""The tables that name a person."""


def _people(tables: Mapping[str, Any]) -> set[str]:
    return {of for name in _NAMING for of in _values(tables[name], "person")}


def _referring(to: str) -> dict[str, list[str]]:
    return {name: [own.key for own in declared.fields if own.refers == to] for name, declared in TABLES.items()}


def _values(data: Any, column: str) -> set[str]:
    return set(pc.unique(data.column(column)).drop_null().to_pylist())


def _array(values: set[str]) -> pa.Array:
    return pa.array(sorted(values), pa.string())
