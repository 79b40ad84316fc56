"""One batch → current tables and journal, in the transaction of the connection it is given."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from attrs import define, field, frozen

from coopkit.errors import LedgerError, StaleBase
from coopkit.ledger.batch import Batch, Change, Removal
from coopkit.ledger.journal import GENESIS, PERSONAL, batch_hash, personal_digest, sealed
from coopkit.ledger.schema import BATCH, JOURNAL, PERSONAL_VALUE, RECORDS
from coopkit.record import Row, record_type, to_row

_CHUNK = 500
_T = TypeVar("_T")


@frozen
class Receipt:
    """What a written batch became: its number and chain link, and how many records it added, changed and removed."""

    number: int
    hash: str
    inserted: int = 0
    updated: int = 0
    deleted: int = 0


@frozen
class _Step:
    """One change, ready to be written: the row before it, the row after it."""

    table: str
    record: str
    base: int | None
    before: Row | None
    after: Row | None
    origin: str

    @property
    def action(self) -> str:
        return "delete" if self.after is None else "update" if self.base else "insert"


@define
class Writer:
    """Writes batches through one connection; the caller owns the transaction."""

    connection: sa.Connection
    salt: Callable[[], str] = field(factory=lambda: lambda: secrets.token_hex(16))

    def write(self, batch: Batch) -> Receipt:
        """Write one batch. Raises `StaleBase` when a record is not at the base its writer read."""
        if not batch.changes:
            raise LedgerError("Không có thay đổi nào để ghi (there is nothing to write)")
        steps = self._steps(batch.changes)
        number, previous = self._last()
        digests = self._digests(steps)
        for action in ("delete", "update", "insert"):
            self._apply(action, [step for step in steps if step.action == action])
        lines = [_line(number, line, step, digests) for line, step in enumerate(steps, 1)]
        header = _header(batch, number, previous)
        link = batch_hash(header, lines)
        self.connection.execute(BATCH.insert(), {**header, "hash": link})
        for chunk in _chunks(lines, 50_000):
            self.connection.execute(JOURNAL.insert(), chunk)
        counts = [sum(step.action == action for step in steps) for action in ("insert", "update", "delete")]
        return Receipt(number, link, *counts)

    def _last(self) -> tuple[int, str]:
        last = self.connection.execute(
            sa.select(BATCH.c.number, BATCH.c.hash).order_by(BATCH.c.number.desc()).limit(1)
        ).first()
        return (last.number + 1, last.hash) if last else (1, GENESIS)

    def _steps(self, changes: Sequence[Change | Removal]) -> list[_Step]:
        wanted: list[tuple[str, str, Row | None, Change | Removal]] = []
        for change in changes:
            if isinstance(change, Removal):
                wanted.append((change.table, change.record_id, None, change))
            else:
                row = to_row(change.record)
                wanted.append((record_type(type(change.record)).table, str(row["id"]), row, change))
        if len({(table, record) for table, record, _, _ in wanted}) != len(wanted):
            raise LedgerError("Một bản ghi chỉ được thay đổi một lần trong một lô (a batch changes a record once only)")
        current = self._current((table, record) for table, record, _, _ in wanted)
        steps = []
        for table, record, row, change in wanted:
            revision, before = current.get((table, record), (None, None))
            if revision != change.base:
                raise StaleBase(table, record, change.base, revision, row, before)
            steps.append(_Step(table, record, change.base, before, row, change.origin))
        return steps

    def _current(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, Row]]:
        wanted: dict[str, list[str]] = {}
        for table, record in keys:
            wanted.setdefault(table, []).append(record)
        found: dict[tuple[str, str], tuple[int, Row]] = {}
        for name, records in wanted.items():
            table = RECORDS[name]
            if not self.connection.execute(sa.select(sa.exists(sa.select(table.c.id)))).scalar():
                continue
            for chunk in _chunks(records, _CHUNK):
                for row in self.connection.execute(sa.select(table).where(table.c.id.in_(chunk))).mappings():
                    cells = dict(row)
                    found[name, cells["id"]] = (cells.pop("revision"), cells)
        return found

    def _digests(self, steps: Sequence[_Step]) -> dict[tuple[str, str], str]:
        """The digest of every personal value in these steps, by (record, value); new values are kept beside it."""
        held = {(step.record, str(cell)) for step in steps for cell in _personal_cells(step)}
        if not held:
            return {}
        records = sorted({record for record, _ in held})
        salts: dict[str, str] = {}
        for chunk in _chunks(records, _CHUNK):
            query = sa.select(PERSONAL_VALUE.c.record, PERSONAL_VALUE.c.salt).where(PERSONAL_VALUE.c.record.in_(chunk))
            salts |= {row.record: row.salt for row in self.connection.execute(query)}
        digests, fresh = {}, []
        for record, value in sorted(held):
            salt = salts.setdefault(record, self.salt())
            digests[record, value] = digest = personal_digest(salt, value)
            fresh.append({"digest": digest, "record": record, "salt": salt, "value": value})
        self.connection.execute(PERSONAL_VALUE.insert().prefix_with("OR IGNORE"), fresh)
        return digests

    def _apply(self, action: str, steps: Sequence[_Step]) -> None:
        by_table: dict[str, list[_Step]] = {}
        for step in steps:
            by_table.setdefault(step.table, []).append(step)
        for name, group in by_table.items():
            table = RECORDS[name]
            if action == "delete":
                self.connection.execute(
                    table.delete().where(table.c.id == sa.bindparam("key")), [{"key": s.record} for s in group]
                )
            elif action == "insert":
                self.connection.execute(table.insert(), [{**(step.after or {}), "revision": 1} for step in group])
            else:
                values = {column.name: sa.bindparam(f"new_{column.name}") for column in table.c if column.name != "id"}
                rows = [{"key": s.record, **_bound({**(s.after or {}), "revision": (s.base or 0) + 1})} for s in group]
                self.connection.execute(table.update().where(table.c.id == sa.bindparam("key")).values(values), rows)


def _bound(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{column}": value for column, value in row.items() if column != "id"}


def _personal_cells(step: _Step) -> Iterator[Any]:
    for own in PERSONAL[step.table]:
        for row in (step.before, step.after):
            if row is not None and row[own.key] is not None:
                yield row[own.key]


def _line(batch: int, line: int, step: _Step, digests: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    def kept(row: Row | None) -> str | None:
        if row is None:
            return None
        own = [field.key for field in PERSONAL[step.table] if row[field.key] is not None]
        return sealed(row, {column: digests[step.record, str(row[column])] for column in own})

    return {
        "batch": batch,
        "line": line,
        "record_table": step.table,
        "record": step.record,
        "revision": (step.base or 0) + 1,
        "action": step.action,
        "before": kept(step.before),
        "after": kept(step.after),
        "origin": step.origin,
    }


def _header(batch: Batch, number: int, previous: str) -> dict[str, Any]:
    return {
        "number": number,
        "actor": batch.actor,
        "reason": batch.reason,
        "source": batch.source,
        "time": batch.time.isoformat(),
        "undoes": batch.undoes,
        "previous": previous,
    }


def _chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
