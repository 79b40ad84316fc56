"""Verifying: the chain from the first batch to the last, and every current row against the journal's last word on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from coopkit.ledger.journal import GENESIS, PERSONAL, Fault, batch_hash, personal_digest, sealed
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
        header = {name: batch[name] for name in ("number", "actor", "reason", "source", "time", "undoes", "previous")}
        lines = (
            connection.execute(sa.select(JOURNAL).where(JOURNAL.c.batch == number).order_by(JOURNAL.c.line))
            .mappings()
            .all()
        )
        for position, line in enumerate(lines, 1):
            if line["line"] != position:
                yield Fault(number, position, "thiếu dòng nhật ký (a journal line is missing)")
                break
        if batch["previous"] != previous:
            yield Fault(number, 0, "không nối với lô trước (does not follow the batch before it)")
        if batch_hash(header, [dict(line) for line in lines]) != batch["hash"]:
            yield Fault(number, 0, "nội dung lô hoặc nhật ký của lô đã bị sửa (the batch or its journal was altered)")
        previous, expected = batch["hash"], number + 1


def _orphans(connection: sa.Connection) -> Iterator[Fault]:
    query = (
        sa.select(JOURNAL.c.batch, sa.func.count().label("lines"))
        .outerjoin(BATCH, BATCH.c.number == JOURNAL.c.batch)
        .where(BATCH.c.number.is_(None))
        .group_by(JOURNAL.c.batch)
    )
    for row in connection.execute(query):
        yield Fault(row.batch, 0, f"{row.lines} dòng nhật ký không thuộc lô nào (journal lines of no batch)")


def _current_rows(connection: sa.Connection) -> Iterator[Fault]:
    newest = (
        sa.select(
            JOURNAL,
            sa.func.row_number()
            .over(
                partition_by=(JOURNAL.c.record_table, JOURNAL.c.record),
                order_by=(JOURNAL.c.batch.desc(), JOURNAL.c.line.desc()),
            )
            .label("age"),
        )
    ).subquery()
    for name, table in RECORDS.items():
        told = {
            row["record"]: row
            for row in connection.execute(
                sa.select(newest).where(newest.c.age == 1, newest.c.record_table == name)
            ).mappings()
        }
        rows = {row["id"]: dict(row) for row in connection.execute(sa.select(table)).mappings()}
        for record in sorted(rows.keys() | told.keys()):
            line = told.get(record)
            if not _agrees(connection, name, rows.get(record), line):
                batch, at = (line["batch"], line["line"]) if line else (0, 0)
                yield Fault(batch, at, f"{name} {record!r} khác với nhật ký (the record differs from the journal)")


def _agrees(connection: sa.Connection, name: str, row: dict[str, Any] | None, line: Mapping[str, Any] | None) -> bool:
    if line is None or row is None:
        return row is None and line is not None and line["after"] is None
    if row.pop("revision") != line["revision"]:
        return False
    return sealed(row, _digests(connection, name, row)) == line["after"]


def _digests(connection: sa.Connection, name: str, row: Mapping[str, Any]) -> dict[str, str]:
    own = [field.key for field in PERSONAL[name] if row[field.key] is not None]
    if not own:
        return {}
    salt = connection.execute(sa.select(PERSONAL_VALUE.c.salt).where(PERSONAL_VALUE.c.record == row["id"])).scalar()
    return {column: personal_digest(salt, str(row[column])) for column in own} if salt else {}


def _personal_values(connection: sa.Connection) -> Iterator[Fault]:
    for row in connection.execute(sa.select(PERSONAL_VALUE)):
        if personal_digest(row.salt, row.value) != row.digest:
            yield Fault(0, 0, f"giá trị cá nhân của {row.record!r} đã bị sửa (a personal value was altered)")
