"""The SQL tables: one for each record type, derived from its fields; and the journal's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from coopkit.account import ACCOUNT_TYPES
from coopkit.disclosure import DISCLOSURE_TYPES
from coopkit.field import Column, Storage
from coopkit.record import RecordType
from coopkit.snapshot import RECORD_TYPES

_SQL: Mapping[Storage, type[sa.types.TypeEngine[Any]]] = {
    Storage.TEXT: sa.Text,
    Storage.INT: sa.BigInteger,
    Storage.DATE: sa.Date,
    Storage.FLAG: sa.Boolean,
}
# Without fixed names SQLite's constraints are anonymous, and a migration could not name what it changes.
METADATA = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"})


def _column(column: Column) -> sa.Column[Any]:
    return sa.Column(column.name, _SQL[column.storage](), nullable=column.nullable, primary_key=column.name == "id")


def _tables(types: Iterable[RecordType]) -> dict[str, sa.Table]:
    return {
        declared.table: sa.Table(
            declared.table,
            METADATA,
            *(_column(column) for column in declared.columns),
            sa.Column("revision", sa.Integer, nullable=False),
        )
        for declared in types
    }


DECLARED: Mapping[str, RecordType] = {
    declared.table: declared for declared in (*RECORD_TYPES, *ACCOUNT_TYPES, *DISCLOSURE_TYPES)
}
"""Every record type that is journalled, by table: the register's facts; accounts and disclosures, in no Snapshot."""

RECORDS: Mapping[str, sa.Table] = _tables(DECLARED.values())
"""The current version of every record, by table; `revision` counts its versions from 1."""

BATCH = sa.Table(
    "batch",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("undoes", sa.Integer),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

CHANGED = sa.text("action <> 'insert'")
"""Which lines of the journal are no new record; an index is used where a query says the very same."""

JOURNAL = sa.Table(
    "journal",
    METADATA,
    sa.Column("batch", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("record_table", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Index("ix_journal_record", "record_table", "record"),
    # An import only adds: of a million lines this index has none, and still tells how many a batch changed and removed.
    sa.Index("ix_journal_changed", "batch", "action", sqlite_where=CHANGED, postgresql_where=CHANGED),
)

PERSONAL_VALUE = sa.Table(
    "personal_value",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False, index=True),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
)
"""What the journal's digests stand for. Erasing a person deletes the rows here; the digests, and the chain, stay."""

TOKEN = sa.Table(
    "token",
    METADATA,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("batch", sa.Integer, nullable=False),
)
"""Which batch a form's token became: a form that is handed in again writes nothing twice."""

DRAFT = sa.Table(
    "draft",
    METADATA,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, nullable=False, index=True),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
)
"""What was typed into a form and not saved yet. The batch with its token takes it away."""

PASSWORD = sa.Table(
    "password",
    METADATA,
    sa.Column("login", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text),
    sa.Column("code", sa.Text),
    sa.Column("code_ends", sa.Text),
)
"""How a password is known again: its argon2id hash. `code` is the SHA-256 of the one-time code that may set one."""

SESSION = sa.Table(
    "session",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, index=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("seen", sa.Text, nullable=False),
    sa.Column("ends", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
)
"""Who is signed in. The token itself is in the browser alone: its SHA-256 is enough to know it again."""

ATTEMPT = sa.Table(
    "attempt",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last", sa.Text, nullable=False),
    sa.Column("locked", sa.Text),
)
"""How often signing in failed: of a login, which is told as a digest, or from an address."""
