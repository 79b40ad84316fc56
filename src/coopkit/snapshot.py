"""The facts at one journal position, as Arrow tables. The only place where records and Arrow meet.

A table's columns follow from the record's fields: text → string, date → date32, counts, money and percents → int64,
flags → bool; a quantity gives `<field>_low`, `_high` (int64), `_strict`, `_about` (bool). The table `event` has, beside
its own columns, one `<kind>.<field>` column for every field of every kind whose declaration the ledger holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from coopkit.campaign import (
    Attendance,
    Campaign,
    CampaignVersion,
    Conflict,
    CouncilSeat,
    Initiative,
    Nomination,
    Pledge,
    Revocation,
    Score,
    ScorePair,
    StageStep,
    Target,
    VoteCount,
)
from coopkit.cooperative import Contact, Cooperative, LegalStatus, Membership, OperatingStatus, Person, YearFigures
from coopkit.errors import NotFound
from coopkit.event import Event, EventKind, EventKindVersion, EventOrganiser, EventPlace, Honour, Participation
from coopkit.field import Column, Storage
from coopkit.group import Alliance, Group, GroupMembership
from coopkit.place import Act, Atlas, Place, PlaceDecision, PlaceIndex, Succession
from coopkit.plugin import PluginSetting, PluginSwitch
from coopkit.record import RecordType, from_row, record_type, to_row
from coopkit.seal import SealedRun

RECORD_TYPES: tuple[RecordType, ...] = tuple(
    record_type(cls)
    for cls in (
        Place,
        Act,
        Succession,
        Alliance,
        Cooperative,
        LegalStatus,
        OperatingStatus,
        Membership,
        YearFigures,
        Person,
        Contact,
        Group,
        GroupMembership,
        EventKindVersion,
        Event,
        EventPlace,
        EventOrganiser,
        Participation,
        Campaign,
        Honour,
        Target,
        PlaceDecision,
        SealedRun,
        CampaignVersion,
        StageStep,
        Pledge,
        ScorePair,
        Score,
        Conflict,
        CouncilSeat,
        Attendance,
        Nomination,
        VoteCount,
        Revocation,
        Initiative,
        PluginSwitch,
        PluginSetting,
    )
)
"""Every record type of the register, each after the ones it refers to."""

TABLES: Mapping[str, RecordType] = {declared.table: declared for declared in RECORD_TYPES}
"""The record types by table name."""

KEPT_AS_RECORDS = 5_000
"""A table of at most so many rows is made into records once."""

R = TypeVar("R")
_ARROW = {Storage.TEXT: pa.string(), Storage.INT: pa.int64(), Storage.DATE: pa.date32(), Storage.FLAG: pa.bool_()}


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of stored columns: name, type and whether null is allowed."""
    return pa.schema([pa.field(column.name, _ARROW[column.storage], nullable=column.nullable) for column in columns])


@frozen(eq=False, slots=False)
class Snapshot:
    """The register at one journal position: read-only Arrow tables by name.

    `position` is the number of the last batch it holds; 0 is the empty register.

    >>> from coopkit.group import Group
    >>> snapshot = Snapshot.of([Group(id="g", kind="club", name="OCOP")])
    >>> snapshot.table("group").column("name").to_pylist()
    ['OCOP']
    """

    position: int
    tables: Mapping[str, pa.Table]

    @staticmethod
    def of(records: Iterable[object], position: int = 0) -> Snapshot:
        """A Snapshot of records alone, without a ledger: for tests, examples and importers."""
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        for item in records:
            rows[record_type(type(item)).table].append(to_row(item))
        tables = {
            table: pa.Table.from_pylist(rows[table], schema=arrow_schema(declared.columns))
            for table, declared in TABLES.items()
        }
        return Snapshot(position, tables)

    def table(self, name: str) -> pa.Table:
        """The table of that name; `event` with its kinds' own fields as `<kind>.<field>` columns.

        Raises `NotFound`, naming the tables there are.
        """
        if name == "event":
            return self._events
        if name not in self.tables:
            known = ", ".join(sorted(self.tables))
            raise NotFound(f"Không có bảng {name!r} (there is no such table): {known}")
        return self.tables[name]

    def records(self, cls: type[R]) -> list[R]:
        """The records of one type, in the order of their table."""
        declared = record_type(cls)
        if declared.table not in self._made:
            table = self.tables[declared.table]
            made = [from_row(cls, row) for row in table.to_pylist()]
            if table.num_rows > KEPT_AS_RECORDS:
                return made
            self._made[declared.table] = made
        return [*self._made[declared.table]]

    @cached_property
    def _made(self) -> dict[str, list[Any]]:
        """The records that were made of small tables: a campaign's are asked for hundreds of times."""
        return {}

    @cached_property
    def kinds(self) -> Mapping[str, EventKind]:
        """The newest declaration of every event kind the register holds, by key."""
        return {kind.key: kind for kind in self._versions}

    @cached_property
    def _versions(self) -> list[EventKind]:
        return sorted((stored.kind for stored in self.records(EventKindVersion)), key=lambda kind: kind.version)

    @cached_property
    def _events(self) -> pa.Table:
        events = self.tables["event"]
        details = [json.loads(text) for text in events.column("details").to_pylist()]
        declared = list(zip(events.column("kind").to_pylist(), events.column("kind_version").to_pylist(), strict=True))
        for name, (column, versions) in _own_columns(self._versions).items():
            cells = [
                flat.get(column.name) if of in versions else None for of, flat in zip(declared, details, strict=True)
            ]
            events = events.append_column(name, _cells(cells, column.storage))
        return events

    @cached_property
    def places(self) -> PlaceIndex:
        """The places of the register, ready to be asked by date and tree."""
        return self.atlas.index

    @cached_property
    def atlas(self) -> Atlas:
        """The maps of all days, and what leads from one to the next; kept from before where no place was changed."""
        return _atlas(_Same(self.tables["place"]), _Same(self.tables["succession"]))

    @cached_property
    def decided(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The places in which a record (table, id) was decided to lie, by their ids; the newest map's first."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for one in sorted(self.records(PlaceDecision), key=lambda one: one.since, reverse=True):
            found[one.table, one.record] = (*found.get((one.table, one.record), ()), one.chosen)
        return found

    def replace(self, **tables: pa.Table) -> Snapshot:
        """The same Snapshot with some tables swapped: how `access` narrows one."""
        return evolve(self, tables={**self.tables, **tables})

    @cached_property
    def content_hash(self) -> str:
        """A SHA-256 over the facts alone: fixed schema, rows sorted by id, no metadata; the position stands outside."""
        digest = hashlib.sha256()
        for name in sorted(self.tables):
            digest.update(f"{name}:".encode())
            _feed_table(digest, self.tables[name])
        return digest.hexdigest()


class _Same:
    """A table that equals itself alone: what was made of it holds as long as it is the very same object."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.table is self.table

    def __hash__(self) -> int:
        return id(self.table)


@lru_cache(maxsize=4)
def _atlas(places: _Same, successions: _Same) -> Atlas:
    held = Snapshot(0, {"place": places.table, "succession": successions.table})
    return Atlas(PlaceIndex(held.records(Place)), tuple(held.records(Succession)))


def table_hash(table: pa.Table) -> str:
    """A SHA-256 over a table's content: its schema without metadata, and its rows in order of `id` if it has one.

    >>> table_hash(pa.table({"id": ["b", "a"]})) == table_hash(pa.table({"id": ["a", "b"]}))
    True
    """
    digest = hashlib.sha256()
    _feed_table(digest, table)
    return digest.hexdigest()


def _feed_table(digest: Any, table: pa.Table) -> None:
    ordered = table.sort_by("id") if table.num_rows and "id" in table.column_names else table
    digest.update(f"{table.num_rows};".encode())
    for column in ordered.column_names:
        _feed(digest, column, ordered.column(column))


def _own_columns(versions: Iterable[EventKind]) -> dict[str, tuple[Column, set[tuple[str, str | None]]]]:
    """The columns of the kinds' own fields, each with the (kind, version) whose events fill it.

    A field stays readable after a later version dropped it. Where a later version keeps a field otherwise than before
    (a text that became a count), the older values stand in a column `<kind>@<version>.<field>` of their own.
    """
    found: dict[str, tuple[Column, set[tuple[str, str | None]]]] = {}
    newest: set[str] = set()
    for kind in sorted(versions, key=lambda kind: (kind.key, -kind.version)):
        # An event that names no version was written by the newest.
        filled = {(kind.key, str(kind.version)), *({(kind.key, None)} if kind.key not in newest else ())}
        newest.add(kind.key)
        for column in (column for field in kind.fields for column in field.columns):
            name = f"{kind.key}.{column.name}"
            if found.setdefault(name, (column, set()))[0].storage is not column.storage:
                name = f"{kind.key}@{kind.version}.{column.name}"
            found.setdefault(name, (column, set()))[1].update(filled)
    return found


def _cells(cells: list[Any], storage: Storage) -> pa.Array:
    """Values out of JSON, where a date is ISO text, as one column."""
    if storage is Storage.DATE:
        return pc.cast(pa.array(cells, pa.string()), pa.date32())
    return pa.array(cells, _ARROW[storage])


def _feed(digest: Any, name: str, column: pa.ChunkedArray) -> None:
    """Hash a column in bulk: which cells are empty, then the values; texts as their lengths and their letters.

    Empty cells, empty texts and texts moved from one cell to the next so read differently, and it does not matter how
    Arrow happens to chunk them.
    """
    digest.update(f"|{name}:{column.type}|".encode())
    _feed_numbers(digest, pc.is_null(column))
    if pa.types.is_string(column.type):
        _feed_numbers(digest, pc.fill_null(pc.binary_length(column), 0))
        for chunk in pc.cast(column, pa.large_binary()).chunks:
            letters = pc.fill_null(chunk, b"")
            _, offsets, values = letters.buffers()
            bounds = memoryview(offsets).cast("q")[letters.offset : letters.offset + len(letters) + 1]
            digest.update(memoryview(values or b"")[bounds[0] : bounds[-1]])
    elif pa.types.is_floating(column.type):
        bits = [pc.fill_null(chunk, 0.0).view(pa.int64()) for chunk in pc.cast(column, pa.float64()).chunks]
        _feed_numbers(digest, pa.chunked_array(bits, pa.int64()))
    else:
        days = pc.cast(column, pa.int32()) if pa.types.is_date(column.type) else column
        _feed_numbers(digest, pc.fill_null(pc.cast(days, pa.int64()), 0))


def _feed_numbers(digest: Any, column: pa.ChunkedArray) -> None:
    numbers = pc.cast(column, pa.int64())
    for chunk in numbers.chunks:
        digest.update(memoryview(chunk.buffers()[1])[8 * chunk.offset : 8 * (chunk.offset + len(chunk))])
