"""The journal looked through: its batches newest first, narrowed and paged in SQL, and the lines of one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from attrs import frozen

from coopkit.ledger.history import history
from coopkit.ledger.journal import Entry
from coopkit.ledger.schema import BATCH, CHANGED, JOURNAL
from coopkit.text import fold


@frozen
class Wanted:
    """Which batches are looked for; what is left empty narrows nothing.

    `since` and `before` are moments, the second just after the last one wanted. `source` and `reason` are words that
    each stand somewhere in the text, with marks or without. `records` are (table, id) pairs, of which a batch changed
    one at least: an empty tuple finds nothing, None everything.

    >>> Wanted(actor="an").records is None
    True
    """

    number: int | None = None
    actor: str = ""
    since: dt.datetime | None = None
    before: dt.datetime | None = None
    table: str = ""
    source: str = ""
    reason: str = ""
    records: tuple[tuple[str, str], ...] | None = None


EVERYTHING: Final = Wanted()
"""The whole journal."""


@frozen
class BatchSummary:
    """A batch of the journal: who, why, from which file, when (ISO, as it was written), what it took back and by which
    batch it was taken back, and how many records it added, changed and removed.

    >>> BatchSummary(2, "an", "sửa", "", "2024-01-05T08:00:00+00:00", None, None, inserted=1, updated=2).records
    3
    """

    number: int
    actor: str
    reason: str
    source: str
    time: str
    undoes: int | None
    undone_by: int | None
    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def records(self) -> int:
        """How many records it changed; as many lines it has."""
        return self.inserted + self.updated + self.deleted


_LINES: Final = (
    sa.select(sa.func.coalesce(sa.func.max(JOURNAL.c.line), 0))
    .where(JOURNAL.c.batch == BATCH.c.number)
    .scalar_subquery()
    .label("lines")
)
"""How many lines a batch has: they are numbered from 1, and the last is found without counting a million."""


def find(connection: sa.Connection, wanted: Wanted, first: int, size: int) -> tuple[int, list[BatchSummary]]:
    """How many batches are such, and `size` of them from number `first` (0 is the newest)."""
    if wanted.source or wanted.reason:
        driver: Any = connection.connection.driver_connection
        driver.create_function("says", 2, _says, deterministic=True)
    where = list(_where(wanted))
    total = connection.execute(sa.select(sa.func.count()).select_from(BATCH).where(*where)).scalar_one()
    query = sa.select(BATCH, _LINES).where(*where).order_by(BATCH.c.number.desc()).limit(size).offset(first)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    numbers = [row["number"] for row in rows]
    changed, undone = _changed(connection, numbers), _undone(connection, numbers)
    return total, [_summary(row, changed, undone) for row in rows]


def actors(connection: sa.Connection) -> list[str]:
    """Everybody who wrote a batch."""
    return list(connection.execute(sa.select(BATCH.c.actor).distinct().order_by(BATCH.c.actor)).scalars())


def lines(connection: sa.Connection, number: int, first: int, size: int) -> list[Entry]:
    """`size` lines of a batch from line `first` (0 is the first), in the order they were written."""
    query = (
        sa.select(JOURNAL.c.record_table, JOURNAL.c.record)
        .where(JOURNAL.c.batch == number, JOURNAL.c.line > first)  # lines are numbered from 1
        .order_by(JOURNAL.c.line)
        .limit(size)
    )
    keys = connection.execute(query).all()  # a batch changes a record once only
    return [entry for key in keys for entry in history(connection, *key) if entry.batch == number]


def _says(text: str, words: str) -> bool:
    """Whether a text has each of these folded words."""
    folded = fold(text)
    return all(word in folded for word in words.split())


def _where(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.number is not None:
        yield BATCH.c.number == wanted.number
    if wanted.actor:
        yield BATCH.c.actor == wanted.actor
    moment = sa.func.datetime(BATCH.c.time)  # SQLite's own: in UTC, whatever the offset it was written with
    if wanted.since:
        yield moment >= _utc(wanted.since)
    if wanted.before:
        yield moment < _utc(wanted.before)
    for column, words in ((BATCH.c.source, wanted.source), (BATCH.c.reason, wanted.reason)):
        if words:
            yield sa.func.says(column, fold(words)).is_(sa.true())
    if wanted.table:
        mine = sa.and_(JOURNAL.c.batch == BATCH.c.number, JOURNAL.c.record_table == wanted.table)
        yield sa.exists().where(mine)
    if wanted.records is not None:
        yield BATCH.c.number.in_(sa.select(JOURNAL.c.batch).where(_one_of(wanted.records)))


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _one_of(records: Sequence[tuple[str, str]]) -> sa.ColumnElement[bool]:
    """The journal's lines on these records, as its index finds them."""
    held: dict[str, list[str]] = {}
    for table, record in records:
        held.setdefault(table, []).append(record)
    found = (sa.and_(JOURNAL.c.record_table == table, JOURNAL.c.record.in_(ids)) for table, ids in held.items())
    return sa.or_(sa.false(), *found)


def _changed(connection: sa.Connection, numbers: Sequence[int]) -> Counter[tuple[int, str]]:
    """How many lines of these batches changed a record, and how many removed one; an index has just these lines."""
    query = (
        sa.select(JOURNAL.c.batch, JOURNAL.c.action, sa.func.count())
        .where(JOURNAL.c.batch.in_(numbers), CHANGED)
        .group_by(JOURNAL.c.batch, JOURNAL.c.action)
    )
    return Counter({(batch, action): count for batch, action, count in connection.execute(query)})


def _undone(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, int]:
    """The batch that took back each of these, where one did; it came later than the oldest of them."""
    if not numbers:
        return {}
    later = sa.and_(BATCH.c.number > min(numbers), BATCH.c.undoes.in_(numbers))
    query = sa.select(BATCH.c.undoes, BATCH.c.number).where(later)
    return {row.undoes: row.number for row in connection.execute(query)}


def _summary(row: dict[str, Any], changed: Counter[tuple[int, str]], undone: dict[int, int]) -> BatchSummary:
    number = row["number"]
    told = {name: row[name] for name in ("number", "actor", "reason", "source", "time", "undoes")}
    updated, deleted = changed[number, "update"], changed[number, "delete"]
    inserted = row["lines"] - updated - deleted
    return BatchSummary(**told, undone_by=undone.get(number), inserted=inserted, updated=updated, deleted=deleted)
