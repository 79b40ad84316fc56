"""One batch → current tables and journal, in the transaction of the connection it is given."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import define, field, frozen

from coopkit.errors import LedgerError, NotFound, StaleBase
from coopkit.ledger.batch import Batch, Change, Removal
from coopkit.ledger.journal import GENESIS, PERSONAL, Line, Link, personal_digest, sealed
from coopkit.ledger.schema import BATCH, DRAFT, JOURNAL, PERSONAL_VALUE, RECORDS, TOKEN
from coopkit.record import Row, record_type, to_row

_CHUNK = 5_000
"""Changes written at a time: few enough for one query's parameters, so that a large batch needs little memory."""
_DATED = {name for name, table in RECORDS.items() if any(isinstance(column.type, sa.Date) for column in table.c)}
_Key = tuple[str, str]


@frozen
class Receipt:
    """What a written batch became: its number and chain link, and how many records it added, changed and removed.

    `again`: its token had been written before, and nothing was written now.
    """

    number: int
    hash: str
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    again: bool = False


@define
class _Step:
    """One change, ready to be written: the row before it, the row after it, and the revision it makes."""

    table: str
    record: str
    revision: int
    before: Row | None
    after: Row | None
    origin: str

    @property
    def action(self) -> str:
        return "delete" if self.after is None else "insert" if self.before is None else "update"


@define
class Writer:
    """Writes batches through one connection; the caller owns the transaction."""

    connection: sa.Connection
    salt: Callable[[], str] = field(factory=lambda: lambda: secrets.token_hex(16))

    def write(self, batch: Batch) -> Receipt:
        """Write one batch, unless its token was written before. Raises `StaleBase` when a record is not at the base its
        writer read.
        """
        if batch.token and (earlier := self.earlier(batch.token)):
            return earlier
        keys = [_key(change) for change in batch.changes]
        if len(set(keys)) != len(keys):
            raise LedgerError("Một bản ghi chỉ được thay đổi một lần trong một lô (a batch changes a record once only)")
        filled = {table for table in {table for table, _ in keys} if self._is_filled(table)}
        number, previous = self._last()
        header = _header(batch, number, previous)
        link, done = Link(header), Counter[str]()
        for start in range(0, len(keys), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            steps = self._steps(batch.changes[chunk], keys[chunk], filled)
            digests = self._digests(steps)
            lines = [_line(number, line, step, digests) for line, step in enumerate(steps, start + 1)]
            self._apply(steps)
            self._insert(JOURNAL, lines)
            link.add(lines)
            done.update(step.action for step in steps)
        self.connection.execute(BATCH.insert(), {**header, "hash": link.hash})
        if batch.token:
            self.connection.execute(TOKEN.insert(), {"token": batch.token, "batch": number})
            self.connection.execute(DRAFT.delete().where(DRAFT.c.token == batch.token))
        return Receipt(number, link.hash, done["insert"], done["update"], done["delete"])

    def earlier(self, token: str) -> Receipt | None:
        """What the token's batch became when it was written; None where it never was."""
        query = sa.select(BATCH.c.number, BATCH.c.hash).join(TOKEN, TOKEN.c.batch == BATCH.c.number)
        first = self.connection.execute(query.where(TOKEN.c.token == token)).first()
        if first is None:
            return None
        actions = sa.select(JOURNAL.c.action).where(JOURNAL.c.batch == first.number)
        done = Counter(self.connection.execute(actions).scalars())
        return Receipt(first.number, first.hash, done["insert"], done["update"], done["delete"], again=True)

    def _last(self) -> tuple[int, str]:
        query = sa.select(BATCH.c.number, BATCH.c.hash).order_by(BATCH.c.number.desc()).limit(1)
        last = self.connection.execute(query).first()
        return (last.number + 1, last.hash) if last else (1, GENESIS)

    def _is_filled(self, table: str) -> bool:
        """Whether the journal knows any record of the table: the first load needs to look for none."""
        known = sa.select(JOURNAL.c.record).where(JOURNAL.c.record_table == table)
        return bool(self.connection.execute(sa.select(sa.exists(known))).scalar())

    def _steps(self, changes: Sequence[Change | Removal], keys: Sequence[_Key], filled: set[str]) -> list[_Step]:
        wanted: dict[str, list[str]] = {}
        for table, record in keys:
            if table in filled:
                wanted.setdefault(table, []).append(record)
        current, ended = self._current(wanted), self._ended(wanted)
        steps = []
        for (table, record), change in zip(keys, changes, strict=True):
            after = None if isinstance(change, Removal) else to_row(change.record)
            base, before = current.get((table, record), (None, None))
            if base != change.base:
                raise StaleBase(table, record, change.base, base, after, before)
            # A record that comes back goes on counting: its old revisions must not look like new ones.
            last = ended.get((table, record), 0) if base is None else base
            steps.append(_Step(table, record, last + 1, before, after, change.origin))
        return steps

    def _current(self, wanted: Mapping[str, list[str]]) -> dict[_Key, tuple[int, Row]]:
        found: dict[_Key, tuple[int, Row]] = {}
        for name, records in wanted.items():
            table = RECORDS[name]
            for row in self.connection.execute(sa.select(table).where(table.c.id.in_(records))).mappings():
                cells: dict[str, Any] = {**row}
                found[name, cells["id"]] = (cells.pop("revision"), cells)
        return found

    def _ended(self, wanted: Mapping[str, list[str]]) -> dict[_Key, int]:
        """The last revision of the records that the journal knows."""
        found: dict[_Key, int] = {}
        for name, records in wanted.items():
            query = (
                sa.select(JOURNAL.c.record, sa.func.max(JOURNAL.c.revision))
                .where(JOURNAL.c.record_table == name, JOURNAL.c.record.in_(records))
                .group_by(JOURNAL.c.record)
            )
            found.update({(name, record): revision for record, revision in self.connection.execute(query)})
        return found

    def _digests(self, steps: Sequence[_Step]) -> dict[_Key, str]:
        """The digest of every personal value in these steps, by (record, value); new values are kept beside it."""
        held = {(step.record, str(cell)) for step in steps if PERSONAL[step.table] for cell in _personal_cells(step)}
        if not held:
            return {}
        records = sorted({record for record, _ in held})
        query = sa.select(PERSONAL_VALUE.c.record, PERSONAL_VALUE.c.salt).where(PERSONAL_VALUE.c.record.in_(records))
        salts = {row.record: row.salt for row in self.connection.execute(query)}
        digests, fresh = {}, []
        for record, value in sorted(held):
            salt = salts.get(record) or salts.setdefault(record, self.salt())
            digests[record, value] = digest = personal_digest(salt, value)
            fresh.append({"digest": digest, "record": record, "salt": salt, "value": value})
        self.connection.execute(PERSONAL_VALUE.insert().prefix_with("OR IGNORE"), fresh)
        return digests

    def _apply(self, steps: Sequence[_Step]) -> None:
        for (name, action), group in _grouped(steps):
            table = RECORDS[name]
            this = table.c.id == sa.bindparam("key")
            if action == "insert":
                self._insert(table, [_cells(step) for step in group])
            elif action == "delete":
                self.connection.execute(table.delete().where(this), [{"key": step.record} for step in group])
            else:
                names = [column.name for column in table.c if column.name != "id"]
                values: Any = {name: sa.bindparam(f"new_{name}") for name in names}
                rows = [{**(step.after or {}), "revision": step.revision} for step in group]
                bound = [{"key": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
                self.connection.execute(table.update().where(this).values(values), bound)

    def _insert(self, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
        # To the driver as they are: SQLAlchemy's own handling of each row would take as long as the insert.
        sql = str(table.insert().compile(dialect=self.connection.dialect))
        self.connection.exec_driver_sql(sql, list(rows))


def _key(change: Change | Removal) -> _Key:
    if isinstance(change, Removal):
        if change.table not in RECORDS:
            raise NotFound(f"Không có bảng {change.table!r} (there is no such table)")
        return change.table, change.record_id
    return record_type(type(change.record)).table, str(getattr(change.record, "id"))  # noqa: B009 - a record of any type


def _grouped(steps: Iterable[_Step]) -> Iterable[tuple[_Key, list[_Step]]]:
    groups: dict[_Key, list[_Step]] = {}
    for step in steps:
        groups.setdefault((step.table, step.action), []).append(step)
    return groups.items()


def _cells(step: _Step) -> tuple[Any, ...]:
    """The new row in the order of its SQL columns, as SQLite keeps it: days as ISO text."""
    cells = (step.after or {}).values()
    if step.table in _DATED:
        return (*(cell.isoformat() if isinstance(cell, dt.date) else cell for cell in cells), step.revision)
    return (*cells, step.revision)


def _personal_cells(step: _Step) -> Iterator[Any]:
    for own in PERSONAL[step.table]:
        for row in (step.before, step.after):
            if row is not None and row[own.key] is not None:
                yield row[own.key]


def _line(batch: int, line: int, step: _Step, digests: Mapping[_Key, str]) -> Line:
    before, after = _kept(step, step.before, digests), _kept(step, step.after, digests)
    return (batch, line, step.table, step.record, step.revision, step.action, before, after, step.origin)


def _kept(step: _Step, row: Row | None, digests: Mapping[_Key, str]) -> str | None:
    if row is None:
        return None
    own = PERSONAL[step.table]
    held = [field.key for field in own if row[field.key] is not None] if own else ()
    return sealed(row, {column: digests[step.record, str(row[column])] for column in held})


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
