"""What a plugin may see: the places it belongs to, by their history, and the tables it declared.

A place is a code on the map of a day. A record belongs to it where the map of the place's own last day puts it there
for certain: a commune recorded in the district, or one that succeeded it. What nobody can place is given to none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from coopkit.errors import NotFound, PluginError
from coopkit.place import Extent, Place
from coopkit.snapshot import TABLES, Snapshot

GROUND: Final = frozenset({"place", "act", "succession", "place_decision", "alliance", "event_kind"})
"""The tables that every plugin may read: the map, whose register it is, and what kinds of events there are."""

KEPT_BACK: Final = frozenset({"person", "sealed_run", "plugin_switch", "plugin_setting"})
"""The tables that no plugin may read unless it was granted personal data (person), or at all (the others)."""


@frozen
class Owner:
    """A place that a plugin belongs to: its code, on the map of the day `on`; the last map that knows it, if left out.

    A place that goes on under its code, as a huyện that becomes a thành phố, stays one. Where the code went to a place
    that was merged of several, or to a half of a split one, the owner is the place that `on` names, and ends with it.

    >>> Owner("316", dt.date(2023, 12, 31)).place
    '316'
    """

    place: str
    on: dt.date | None = None

    def of(self, snapshot: Snapshot, at: dt.date | None = None) -> Place:
        """The place as the register has it, the last it became; or as it was on the day `at`, or nearest to it.

        Raises `NotFound` for a code that no map, or not that day's, knows.
        """
        versions = snapshot.places.versions(self.place)
        first = next((n for n, one in enumerate(versions) if self.on and one.in_force(self.on)), None)
        if not versions or (self.on and first is None):
            day = f" ngày {self.on:%d/%m/%Y} (on that day)" if self.on else ""
            raise NotFound(f"không có địa bàn mã {self.place!r}{day} (there is no such place)")
        start = len(versions) - 1 if first is None else first
        same = [versions[start]]
        for later in versions[start + 1 :]:
            if not _went_on(snapshot, same[-1], later):
                break
            same.append(later)
        for earlier in versions[:start][::-1] if at else ():
            if not _went_on(snapshot, earlier, same[0]):
                break
            same.insert(0, earlier)
        return next((one for one in same if at and (one.valid_to is None or at <= one.valid_to)), same[-1])


def _went_on(snapshot: Snapshot, one: Place, later: Place) -> bool:
    """Whether a place, and no other, went wholly into the later one, which may have a part of a neighbour too."""
    whole = {link.old for link in snapshot.atlas.successions if link.new == later.id and link.extent is Extent.WHOLE}
    return whole == {one.id}


@frozen
class Scope:
    """What one plugin may see: its places (none: the whole city), the tables it declared, and whether personal data.

    >>> Scope("vinhbao", (Owner("316"),), frozenset({"participation"})).allows("cooperative")
    False
    """

    plugin: str
    owners: tuple[Owner, ...] = ()
    tables: frozenset[str] = frozenset()
    personal: bool = False

    def allows(self, table: str) -> bool:
        """Whether the plugin may read a table."""
        if table in KEPT_BACK:
            return table == "person" and self.personal
        return table in GROUND or table in self.tables

    def require(self, reads: Iterable[tuple[str, str]]) -> None:
        """Raises `PluginError`, naming the table and column, where one of these may not be read."""
        for table, column in sorted(reads):
            if not self.allows(table):
                raise PluginError(undeclared(table))
            if not self.personal and column in personal_columns(table):
                raise PluginError(f"đọc dữ liệu cá nhân {table}.{column} mà chưa được cấp quyền (reads personal data)")


def undeclared(table: str) -> str:
    """What is wrong with reading a table that was not declared, or whose personal data was not granted."""
    if table == "person":
        told = "chưa khai trong reads.personal của coopkit_plugin.toml, hoặc chưa được cấp quyền"
        return f"đọc bảng person {told} (reads personal data that was not granted)"
    return f"đọc bảng {table} chưa khai trong reads.tables của coopkit_plugin.toml (reads a table it did not declare)"


def personal_columns(table: str) -> frozenset[str]:
    """The stored columns of a table that hold personal data."""
    if table not in TABLES:
        return frozenset()
    fields = (own for own in TABLES[table].fields if own.personal is not None)
    return frozenset(column.name for own in fields for column in own.columns)


class _Declared(Mapping[str, Any]):
    """The tables that a plugin may read; asking for another one raises what says how to declare it."""

    def __init__(self, tables: Mapping[str, Any], scope: Scope) -> None:
        self._tables, self._scope = tables, scope
        self.owners = scope.owners

    def __getitem__(self, name: str) -> Any:
        if name in TABLES and not self._scope.allows(name):
            raise PluginError(f"{self._scope.plugin}: {undeclared(name)}")
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._tables if self._scope.allows(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=32)
def limited(snapshot: Snapshot, scope: Scope) -> Snapshot:
    """What a plugin gets: the rows of its places, of the tables it declared, personal fields empty unless granted.

    Asking it for another table raises `PluginError`. Made once while the register stays the same.

    >>> from coopkit.snapshot import Snapshot
    >>> limited(Snapshot.of([]), Scope("vinhbao")).table("participation")
    Traceback (most recent call last):
    coopkit.errors.PluginError: vinhbao: đọc bảng participation chưa khai trong reads.tables của coopkit_plugin.toml ...
    """
    own = narrowed(snapshot, scope.owners)
    tables = dict(own.tables)
    for name in tables if not scope.personal else ():
        for column in personal_columns(name) if scope.allows(name) else ():
            at = tables[name].column_names.index(column)
            empty = pa.nulls(tables[name].num_rows, tables[name].schema.field(at).type)
            tables[name] = tables[name].set_column(at, column, empty)
    return Snapshot(own.position, _Declared(tables, scope))


@lru_cache(maxsize=32)
def narrowed(snapshot: Snapshot, owners: tuple[Owner, ...]) -> Snapshot:
    """The rows that belong to these places: of cooperatives that lie in them, and of events that cover or gather these.

    Tables that name no place, cooperative or event (groups, campaigns, the map) stay whole. Without owners, all of it.
    Raises `NotFound` for an owner that no map knows.
    """
    if isinstance(snapshot.tables, _Declared) and snapshot.tables.owners == owners:
        return snapshot  # a plugin's own view of these places; the tables that say so are not all in it
    return within(snapshot, owners) if owners else snapshot


@lru_cache(maxsize=32)
def within(
    snapshot: Snapshot, owners: tuple[Owner, ...], at: dt.date | None = None, units: frozenset[str] = frozenset()
) -> Snapshot:
    """As `narrowed`, but without owners nothing of any place is left; and as things lay on the map of the day `at`.

    With these `units` wherever they lie. A place that had ended by then is looked for on its own last day, one that
    was not yet on its first.

    >>> within(Snapshot.of([]), ()).table("cooperative").num_rows
    0
    """
    return _Rows(snapshot, owners, at, units).kept()


@lru_cache(maxsize=64)
def codes(snapshot: Snapshot, owners: tuple[Owner, ...], on: dt.date) -> frozenset[str]:
    """The codes of the places that are, lie in, or succeeded the owners on the map of a day.

    >>> from coopkit.place import shipped
    >>> maps = Snapshot.of([*shipped().places, *shipped().successions])
    >>> len(codes(maps, (Owner("311"),), dt.date(2025, 7, 1)))
    8
    """
    found = Located(snapshot, owners)
    return frozenset(place.code for place in snapshot.places.at(on) if found.holds(place.id))


@frozen(slots=False)
class Located:
    """Which recorded places lie in the owners: each looked for on the map of the owner's own last day, or of `at`."""

    snapshot: Snapshot
    owners: tuple[Owner, ...]
    at: dt.date | None = None
    homes: tuple[Place, ...] = field(init=False)

    @homes.default
    def _homes(self) -> tuple[Place, ...]:
        return tuple(one.of(self.snapshot, self.at) for one in self.owners)

    def holds(self, recorded: str | None, decided: tuple[str, ...] = ()) -> bool:
        """Whether the place of that id lies in one of them for certain, or was decided to."""
        return recorded is not None and any(self._in(home, recorded, decided) for home in self.homes)

    def _in(self, home: Place, recorded: str, decided: tuple[str, ...]) -> bool:
        last = home.valid_to or dt.date.max
        day = last if self.at is None else min(max(self.at, home.valid_from), last)
        found = self.snapshot.atlas.locate(recorded, day, home.level, decided).place
        return found is not None and found.code == home.code


@frozen
class _Rows:
    snapshot: Snapshot
    owners: tuple[Owner, ...]
    at: dt.date | None = None
    units: frozenset[str] = frozenset()

    def kept(self) -> Snapshot:
        located = Located(self.snapshot, self.owners, self.at)
        tables = dict(self.snapshot.tables)
        for name in ("cooperative", "event_place"):
            tables[name] = tables[name].filter(pa.array(self._placed(name, located), pa.bool_()))
        units = _values(tables["cooperative"], "id")
        for name, columns in _referring("cooperative").items():
            for column in columns:
                tables[name] = _only(tables[name], column, units)
        told = {*_values(tables["event_place"], "event"), *_values(tables["participation"], "event")}
        tables["event"] = _only(tables["event"], "id", told)
        for name in _referring("event"):
            if name not in _referring("cooperative"):
                tables[name] = _only(tables[name], "event", told)
        for above in ("honour", "nomination"):
            held = _values(tables[above], "id")
            for name, columns in _referring(above).items():
                if name not in _referring("cooperative"):
                    tables[name] = _only(tables[name], columns[0], held)
        placed = units | _values(tables["event_place"], "id")
        tables["place_decision"] = _only(tables["place_decision"], "record", placed)
        people = {*_values(tables["contact"], "person"), *_values(tables["honour"], "person")}
        tables["person"] = _only(tables["person"], "id", people)
        return Snapshot(self.snapshot.position, tables)

    def _placed(self, table: str, located: Located) -> list[bool]:
        rows = self.snapshot.tables[table].select(["id", "place"]).to_pylist()
        decided = self.snapshot.decided
        known: dict[tuple[str | None, tuple[str, ...]], bool] = {}
        found = []
        for row in rows:
            key = row["place"], decided.get((table, row["id"]), ())
            if key not in known:
                known[key] = located.holds(*key)
            found.append(known[key] or row["id"] in self.units)
        return found


def _referring(to: str) -> dict[str, list[str]]:
    """The tables whose rows belong to a row of `to`, each with the fields that say to which."""
    found = {name: [own.key for own in declared.fields if own.refers == to] for name, declared in TABLES.items()}
    return {name: keys for name, keys in found.items() if keys}


def _values(data: Any, column: str) -> set[str]:
    held = data.column(column) if isinstance(data, pa.Table) else data.to_table(columns=[column]).column(column)
    return {value for value in pc.unique(held).to_pylist() if value is not None}


def _only(data: Any, column: str, values: Iterable[str]) -> Any:
    """The rows whose column holds one of these; a lazy scan stays one."""
    wanted = pa.array(sorted(values), pa.string())
    if isinstance(data, pa.Table):
        return data.filter(pc.is_in(data.column(column), value_set=wanted))
    return data.filter(pc.field(column).isin(wanted))
