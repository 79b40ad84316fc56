"""Taking a batch back: a new batch that restores what stood before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from coopkit.errors import CannotUndo, NotFound
from coopkit.ledger.batch import Batch, Change, Removal
from coopkit.ledger.history import personal_values
from coopkit.ledger.journal import digests_in, opened
from coopkit.ledger.schema import BATCH, JOURNAL, RECORDS
from coopkit.record import from_row
from coopkit.snapshot import TABLES


def inverse(connection: sa.Connection, number: int, actor: str, reason: str, time: dt.datetime) -> Batch:
    """The batch that takes batch `number` back.

    Raises `NotFound` for a number that is not there, and `CannotUndo` when a later batch changed the same record, when
    the batch was already taken back, or when it needs personal values that were erased.
    """
    undone = connection.execute(sa.select(BATCH).where(BATCH.c.number == number)).mappings().first()
    if undone is None:
        raise NotFound(f"Không có lô số {number} (there is no batch {number})")
    again = connection.execute(sa.select(BATCH.c.number).where(BATCH.c.undoes == number)).scalar()
    if again is not None:
        raise CannotUndo(f"Lô {number} đã được hoàn tác bởi lô {again} (batch {number} was already undone by {again})")
    lines = connection.execute(sa.select(JOURNAL).where(JOURNAL.c.batch == number).order_by(JOURNAL.c.line.desc()))
    changes = tuple(_inverse_of(connection, dict(line)) for line in lines.mappings())
    return Batch(actor, reason, time, source=undone["source"], changes=changes, undoes=number)


def _inverse_of(connection: sa.Connection, line: Mapping[str, Any]) -> Change | Removal:
    name, record = line["record_table"], line["record"]
    table = RECORDS[name]
    revision = connection.execute(sa.select(table.c.revision).where(table.c.id == record)).scalar()
    expected = None if line["action"] == "delete" else line["revision"]
    if revision != expected:
        later = _later(connection, line)
        raise CannotUndo(
            f"{name} {record!r} đã được thay đổi sau lô {line['batch']}, ở lô {later}: hoàn tác lô {later} trước "
            f"(it was changed later, in batch {later}: undo that one first)"
        )
    origin = f"hoàn tác lô {line['batch']}"
    if line["before"] is None:
        return Removal(name, record, line["revision"], origin)
    values = personal_values(connection, digests_in(line["before"]))
    row = opened(line["before"], values)
    missing = set(digests_in(line["before"])) - set(values)
    if row is None or missing:
        raise CannotUndo(f"{name} {record!r}: dữ liệu cá nhân đã được xóa theo yêu cầu (its personal data was erased)")
    return Change(from_row(TABLES[name].cls, row), expected, origin)


def _later(connection: sa.Connection, line: Mapping[str, Any]) -> int:
    found: int | None = connection.execute(
        sa.select(sa.func.max(JOURNAL.c.batch)).where(
            JOURNAL.c.record_table == line["record_table"], JOURNAL.c.record == line["record"]
        )
    ).scalar()
    return found or 0
