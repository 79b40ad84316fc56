"""Taking a batch back: a new batch that restores what stood before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from coopkit.account import ACCOUNT_TYPES
from coopkit.disclosure import DISCLOSURE_TYPES
from coopkit.errors import CannotUndo, NotFound
from coopkit.ledger.batch import Batch, Change, Removal
from coopkit.ledger.history import personal_values
from coopkit.ledger.journal import digests_in, opened
from coopkit.ledger.schema import BATCH, JOURNAL, RECORDS
from coopkit.record import from_row, record_type
from coopkit.seal import SealedRun
from coopkit.snapshot import TABLES

SEALED: Final = record_type(SealedRun).table
ACCOUNTS: Final = tuple(declared.table for declared in (*ACCOUNT_TYPES, *DISCLOSURE_TYPES))


def inverse(connection: sa.Connection, number: int, actor: str, reason: str, time: dt.datetime) -> Batch:
    """The batch that takes batch `number` back.

    Raises `NotFound` for a number that is not there, and `CannotUndo` when a later batch changed the same record (and
    was not itself undone), when records that stay refer to what would go, when the batch was already taken back,
    when it sealed a run or changed accounts, or when it needs personal values that were erased.
    """
    undone = connection.execute(sa.select(BATCH).where(BATCH.c.number == number)).mappings().first()
    if undone is None:
        raise NotFound(f"Không có lô số {number} (there is no batch {number})")
    again = connection.execute(sa.select(BATCH.c.number).where(BATCH.c.undoes == number)).scalar()
    if again is not None:
        raise CannotUndo(f"Lô {number} đã được hoàn tác bởi lô {again} (batch {number} was already undone by {again})")
    _refuse_sealed(connection, number)
    _refuse_accounts(connection, number)
    _refuse_changed_later(connection, number)
    query = sa.select(JOURNAL).where(JOURNAL.c.batch == number).order_by(JOURNAL.c.line.desc())
    lines = [dict(line) for line in connection.execute(query).mappings()]
    if not lines:
        raise CannotUndo(f"Lô {number} không đổi bản ghi nào (batch {number} changed no record)")
    bases = _revisions(connection, number)
    values = personal_values(connection, (digest for line in lines for digest in digests_in(line["before"])))
    changes = tuple(_inverse_of(line, bases, values) for line in lines)
    _refuse_referred_to(connection, [one for one in changes if isinstance(one, Removal)])
    return Batch(actor, reason, time, source=undone["source"], changes=changes, undoes=number)


def _inverse_of(line: Mapping[str, Any], bases: Mapping[tuple[str, str], int], values: Mapping[str, str]) -> Any:
    name, record, origin = line["record_table"], line["record"], f"hoàn tác lô {line['batch']}"
    base = bases[name, record]
    if line["before"] is None:
        return Removal(name, record, base, origin)
    if any(digest not in values for digest in digests_in(line["before"])):
        raise CannotUndo(f"{name} {record!r}: dữ liệu cá nhân đã được xóa theo yêu cầu (its personal data was erased)")
    row = opened(line["before"], values) or {}
    return Change(from_row(TABLES[name].cls, row), None if line["action"] == "delete" else base, origin)


def _same_records(number: int) -> tuple[Any, Any]:
    """The journal's lines on the records that batch `number` changed, and the join that finds them."""
    mine = sa.select(JOURNAL.c.record_table, JOURNAL.c.record).where(JOURNAL.c.batch == number).subquery()
    also = sa.and_(JOURNAL.c.record_table == mine.c.record_table, JOURNAL.c.record == mine.c.record)
    return JOURNAL, mine.join(JOURNAL, also)


def _revisions(connection: sa.Connection, number: int) -> dict[tuple[str, str], int]:
    """The last revision of each record that batch `number` changed."""
    lines, joined = _same_records(number)
    columns = (lines.c.record_table, lines.c.record)
    query = sa.select(*columns, sa.func.max(lines.c.revision)).select_from(joined).group_by(*columns)
    return {(table, record): revision for table, record, revision in connection.execute(query)}


def _refuse_sealed(connection: sa.Connection, number: int) -> None:
    """Refuse to take a seal away: what was published under its name could be proven no more."""
    first = sa.and_(JOURNAL.c.batch == number, JOURNAL.c.record_table == SEALED, JOURNAL.c.before.is_(None))
    after = connection.execute(sa.select(JOURNAL.c.after).where(first)).scalar()
    if after is not None:
        name = json.loads(after)["name"]
        raise CannotUndo(
            f"Lô {number} đã chốt số liệu {name!r}, lần chốt không hoàn tác được: chốt lại dưới tên khác "
            f"(batch {number} sealed it, and a seal is for good: seal again under another name)"
        )


def _refuse_accounts(connection: sa.Connection, number: int) -> None:
    """Refuse to give rights back, or unlock anybody, by the way: whoever may take batches back may not grant."""
    mine = sa.and_(JOURNAL.c.batch == number, JOURNAL.c.record_table.in_(ACCOUNTS))
    if connection.execute(sa.select(sa.exists().where(mine))).scalar():
        raise CannotUndo(
            f"Lô {number} đổi tài khoản, quyền hoặc ghi lần xem dữ liệu cá nhân, không hoàn tác ở nhật ký "
            f"(batch {number} changed accounts or rights, or says who saw personal data: it is not taken back here)"
        )


def _refuse_changed_later(connection: sa.Connection, number: int) -> None:
    lines, joined = _same_records(number)
    later = (
        sa.select(lines.c.record_table, lines.c.record, lines.c.batch, BATCH.c.undoes)
        .select_from(joined.join(BATCH, BATCH.c.number == lines.c.batch))
        .where(lines.c.batch > number)
        .order_by(lines.c.batch.desc())
    )
    found = connection.execute(later).all()
    taken_back = _taken_back([(row.batch, row.undoes) for row in found], number)
    for table, record, batch, _ in found:
        if batch not in taken_back:
            raise CannotUndo(
                f"{table} {record!r} đã được thay đổi sau lô {number}, ở lô {batch}: hoàn tác lô {batch} trước "
                f"(it was changed later, in batch {batch}: undo that one first)"
            )


def _refuse_referred_to(connection: sa.Connection, removals: Sequence[Removal]) -> None:
    """Refuse to remove what records that stay refer to: a turn whose event is gone would be counted no more."""
    gone: dict[str, set[str]] = {}
    for one in removals:
        gone.setdefault(one.table, set()).add(one.record_id)
    for table, declared in TABLES.items():
        for field in declared.fields:
            if field.refers not in gone:
                continue
            held = RECORDS[table]
            rows = connection.execute(sa.select(held.c.id, held.c[field.key]).where(held.c[field.key].is_not(None)))
            left = [row.id for row in rows if row[1] in gone[field.refers] and row.id not in gone.get(table, ())]
            if left:
                batch = _written_in(connection, table, left[0])
                raise CannotUndo(
                    f"{len(left)} bản ghi «{declared.label.vi.lower()}» còn nói về bản ghi của lô này, như {left[0]} "
                    f"ở lô {batch}: hoàn tác lô {batch} trước ({len(left)} records still refer to this batch's: undo "
                    f"batch {batch} first)"
                )


def _written_in(connection: sa.Connection, table: str, record: str) -> int:
    """The batch that last changed a record."""
    mine = sa.and_(JOURNAL.c.record_table == table, JOURNAL.c.record == record)
    return int(connection.execute(sa.select(sa.func.max(JOURNAL.c.batch)).where(mine)).scalar_one())


def _taken_back(later: Sequence[tuple[int, int | None]], number: int) -> set[int]:
    """The batches after `number` that came to nothing: one undone and the one that undid it, newest first."""
    gone: set[int] = set()
    for batch, undoes in later:
        if undoes is not None and undoes > number and batch not in gone:
            gone |= {batch, undoes}
    return gone
