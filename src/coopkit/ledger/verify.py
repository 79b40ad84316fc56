"""Verifying: the chain from the first batch to the last, and every current row against the journal's last word."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from coopkit.ledger.journal import GENESIS, PERSONAL, Fault, Link, personal_digest, sealed
from coopkit.ledger.schema import BATCH, JOURNAL, PERSONAL_VALUE, RECORDS


def verify(connection: sa.Connection) -> list[Fault]:
    """Everything that does not fit, in the order of the journal; empty for a sound ledger."""
    return [*_chain(connection), *_orphans(connection), *_current_rows(connection), *_personal_values(connection)]


def _chain(connection: sa.Connection) -> Iterator[Fault]:
    previous, expected = GENESIS, 1
    for batch in connection.execute(sa.select(BATCH).order_by(BATCH.c.number)).mappings().all():
        number = batch["number"]
        if number != expected:
            yield Fault(expected, 0, "thiếu lô trong chuỗi (a batch is missing from the chain)")
        if batch["previous"] != previous:
            yield Fault(number, 0, "không nối với lô trước (does not follow the batch before it)")
        link = Link({name: value for name, value in batch.items() if name != "hash"})
        lines = sa.select(JOURNAL).where(JOURNAL.c.batch == number).order_by(JOURNAL.c.line)
        last = 0
        for part in connection.execute(lines).partitions(10_000):
            if part[-1].line != last + len(part):
                yield Fault(number, last + 1, "thiếu dòng nhật ký từ đây (a journal line is missing from here on)")
            last = part[-1].line
            link.add(tuple(line) for line in part)
        if link.hash != batch["hash"]:
            yield Fault(number, 0, "nội dung lô hoặc nhật ký của lô đã bị sửa (the batch or its journal was altered)")
        previous, expected = batch["hash"], number + 1


def _orphans(connection: sa.Connection) -> Iterator[Fault]:
    query = (
        sa.select(JOURNAL.c.batch, sa.func.count().label("lines"))
        .where(JOURNAL.c.batch.not_in(sa.select(BATCH.c.number)))
        .group_by(JOURNAL.c.batch)
    )
    for row in connection.execute(query):
        yield Fault(row.batch, 0, f"{row.lines} dòng nhật ký không thuộc lô nào (journal lines of no batch)")


def _current_rows(connection: sa.Connection) -> Iterator[Fault]:
    salts = {row.record: row.salt for row in connection.execute(sa.select(PERSONAL_VALUE)).all()}
    for name, table in RECORDS.items():
        told = _last_words(connection, name)
        for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings():
            cells: dict[str, Any] = {**row}
            batch, line, revision, after = told.pop(row["id"], (0, 0, None, None))
            as_told = revision == cells.pop("revision")
            if not as_told or not _same(after, sealed(cells, _digests(name, cells, salts)), cells.keys()):
                yield Fault(batch, line, f"{name} {row['id']!r} khác với nhật ký (the record differs from the journal)")
        for record, (batch, line, _, after) in told.items():
            if after is not None:
                yield Fault(batch, line, f"{name} {record!r} đã mất (the record is gone, though the journal has it)")


def _last_words(connection: sa.Connection, name: str) -> dict[str, tuple[int, int, int | None, str | None]]:
    """The journal's newest line on each record of a table: batch, line, revision, after."""
    lines = (
        sa.select(JOURNAL.c.record, JOURNAL.c.batch, JOURNAL.c.line, JOURNAL.c.revision, JOURNAL.c.after)
        .where(JOURNAL.c.record_table == name)
        .order_by(JOURNAL.c.batch, JOURNAL.c.line)
    )
    return {
        record: (batch, line, revision, after) for record, batch, line, revision, after in connection.execute(lines)
    }


def _same(told: str | None, found: str, columns: Collection[str]) -> bool:
    """Whether two sealed rows hold the same, apart from fields that records no longer have."""
    if told == found or told is None:
        return told == found
    kept = {column: value for column, value in json.loads(told).items() if column in columns}
    return bool(kept == json.loads(found))


def _digests(name: str, row: Mapping[str, Any], salts: Mapping[str, str]) -> dict[str, str]:
    own = [field.key for field in PERSONAL[name] if row[field.key] is not None]
    salt = salts.get(row["id"]) if own else None
    return {column: personal_digest(salt, str(row[column])) for column in own} if salt else {}


def _personal_values(connection: sa.Connection) -> Iterator[Fault]:
    for row in connection.execute(sa.select(PERSONAL_VALUE)):
        if personal_digest(row.salt, row.value) != row.digest:
            yield Fault(0, 0, f"giá trị cá nhân của {row.record!r} đã bị sửa (a personal value was altered)")
