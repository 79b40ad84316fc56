"""A record's history, out of the journal."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from coopkit.ledger.journal import Entry, digests_in, opened
from coopkit.ledger.schema import BATCH, DECLARED, JOURNAL, PERSONAL_VALUE
from coopkit.record import Row


def history(connection: sa.Connection, table: str, record: str) -> list[Entry]:
    """Every version of one record, oldest first."""
    query = (
        sa.select(JOURNAL, BATCH.c.actor, BATCH.c.time, BATCH.c.reason, BATCH.c.source)
        .join(BATCH, BATCH.c.number == JOURNAL.c.batch)
        .where(JOURNAL.c.record_table == table, JOURNAL.c.record == record)
        .order_by(JOURNAL.c.batch, JOURNAL.c.line)
    )
    lines = connection.execute(query).mappings().all()
    named = (digest for line in lines for text in (line["before"], line["after"]) for digest in digests_in(text))
    values = personal_values(connection, named)
    return [
        Entry(
            batch=line["batch"],
            actor=line["actor"],
            time=line["time"],
            reason=line["reason"],
            source=line["source"],
            origin=line["origin"],
            table=table,
            record=record,
            revision=line["revision"],
            action=line["action"],
            before=_whole(table, opened(line["before"], values)),
            after=_whole(table, opened(line["after"], values)),
        )
        for line in lines
    ]


def _whole(table: str, row: Row | None) -> Row | None:
    """The row with its empty cells, which the journal leaves out."""
    columns = DECLARED[table].columns if table in DECLARED else ()
    return None if row is None else {**{column.name: None for column in columns}, **row}


def personal_values(connection: sa.Connection, digests: Iterable[str]) -> dict[str, str]:
    """The personal values that are still kept under these digests."""
    wanted, found = list(dict.fromkeys(digests)), {}
    for start in range(0, len(wanted), 5_000):  # one query takes only so many parameters
        named = PERSONAL_VALUE.c.digest.in_(wanted[start : start + 5_000])
        query = sa.select(PERSONAL_VALUE.c.digest, PERSONAL_VALUE.c.value).where(named)
        found.update({row.digest: row.value for row in connection.execute(query)})
    return found
