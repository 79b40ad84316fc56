"""Import workbooks: read them all, compare with the register, write one batch a file, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from attrs import frozen

from coopkit.event import EventKind
from coopkit.importers import Found, Imported, Read, Register, assemble, read_xlsx
from coopkit.ledger import Batch, Change, Ledger, Receipt
from coopkit.place import shipped
from coopkit.problem import Problem, Severity
from coopkit.record import record_type, to_row
from coopkit.sheet import Sheet, register_sheets
from coopkit.snapshot import Snapshot

Progress: TypeAlias = Callable[[int, int, str], None]
"""Told how many files are read, of how many, and the name of the one that is read next ("" when all are)."""


class Reading(Protocol):
    """Reads one file by the layout of sheets."""

    def __call__(self, data: bytes, *, file: str, sheets: Sequence[Sheet]) -> Read: ...


class State(StrEnum):
    """What a record of a file is to the register."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@frozen
class Row:
    """One record of a file: what it is to the register and, for a changed one, what stands there now."""

    found: Found
    table: str
    record_id: str
    state: State
    before: Mapping[str, Any] | None = None


@frozen
class Preview:
    """What an import would do, or did: every record with its state, every problem, and the batches written, if any."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    receipts: tuple[Receipt, ...] = ()

    def count(self, state: State) -> int:
        """How many records have that state."""
        return sum(row.state is state for row in self.rows)

    @property
    def rejected(self) -> int:
        """How many errors left a row out."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def read_files(
    files: Mapping[str, bytes],
    snapshot: Snapshot,
    kinds: Sequence[EventKind],
    *,
    today: dt.date,
    progress: Progress | None = None,
    read: Reading = read_xlsx,
) -> Imported:
    """The records and problems of workbooks, by file name; all together, as one may name what stands in another.

    `read` reads one file, where it is not a workbook of coopkit's own layout.
    """
    sheets = register_sheets(kinds)
    reads = []
    for number, (name, data) in enumerate(files.items()):
        if progress:
            progress(number, len(files), name)
        reads.append(read(data, file=name, sheets=sheets))
    if progress:
        progress(len(files), len(files), "")
    return assemble(reads, Register.of(snapshot), on=today)


def preview(imported: Imported, snapshot: Snapshot) -> Preview:
    """Compare what was read with the register."""
    held: dict[str, dict[str, dict[str, Any]]] = {}
    rows = []
    for found in imported.found:
        table = record_type(type(found.record)).table
        if table not in held:
            held[table] = {row["id"]: row for row in snapshot.tables[table].to_pylist()}
        row = to_row(found.record)
        before = held[table].get(str(row["id"]))
        state = State.NEW if before is None else State.UNCHANGED if before == row else State.CHANGED
        rows.append(Row(found, table, str(row["id"]), state, before))
    return Preview(tuple(rows), imported.problems)


def batches(seen: Preview, ledger: Ledger, *, actor: str, reason: str, time: dt.datetime) -> list[Batch]:
    """One batch for each file that brings something new or changed, in the order of the files."""
    by_file: dict[str, list[Row]] = {}
    for row in seen.rows:
        if row.state is not State.UNCHANGED:
            by_file.setdefault(row.found.file, []).append(row)
    made = []
    for file, rows in by_file.items():
        changes = tuple(_change(row, bases) for bases in [_bases(rows, ledger)] for row in rows)
        made.append(Batch(actor, reason, time, source=file, changes=changes))
    return made


def _bases(rows: Sequence[Row], ledger: Ledger) -> dict[tuple[str, str], int]:
    wanted: dict[str, list[str]] = {}
    for row in rows:
        if row.state is State.CHANGED:
            wanted.setdefault(row.table, []).append(row.record_id)
    return {
        (table, record): revision
        for table, records in wanted.items()
        for record, revision in ledger.revisions(table, records).items()
    }


def _change(row: Row, bases: Mapping[tuple[str, str], int]) -> Change:
    return Change(row.found.record, bases.get((row.table, row.record_id)), row.found.origin)


def foundations(ledger: Ledger, kinds: Sequence[EventKind]) -> tuple[Change, ...]:
    """What every register needs before its first record: the shipped maps with their acts, and the event kinds.

    A place whose last day has become known since is changed; everything else that is held stays as it is.
    """
    snapshot, maps = ledger.snapshot(), shipped()
    wanted: list[Any] = [*maps.acts, *maps.places, *maps.successions, *(kind.stored() for kind in kinds)]
    held = {name: {row["id"]: row for row in snapshot.tables[name].to_pylist()} for name in _GROUND}
    missing = [one for one in wanted if one.id not in held[record_type(type(one)).table]]
    ended = [one for one in maps.places if (row := held["place"].get(one.id)) and row["valid_to"] != one.valid_to]
    bases = ledger.revisions("place", [one.id for one in ended]) if ended else {}
    changes = [Change(one, origin="coopkit") for one in missing]
    return (*changes, *(Change(one, bases[one.id], "coopkit") for one in ended))


_GROUND = ("act", "place", "succession", "event_kind")
