"""What people have typed into forms and not saved yet. It is of no batch, and so not in the journal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import sqlalchemy as sa
from attrs import frozen

from coopkit.ledger.schema import DRAFT
from coopkit.record import canonical_json

KEPT: Final = dt.timedelta(days=30)
"""How long a draft is kept: the next that is written lets older ones go."""


@frozen
class StoredDraft:
    """A draft as it lies in the ledger: whose it is, what it holds as plain data, and when it was last written."""

    token: str
    actor: str
    told: Mapping[str, Any]
    time: dt.datetime


_Opened = Callable[[], AbstractContextManager[sa.Connection]]


@frozen
class DraftStore:
    """The drafts of a ledger. One that was saved, dropped or erased cannot come back: `keep` writes over, never anew.

    >>> import tempfile
    >>> from coopkit.ledger import Ledger, StoredDraft
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Ledger.open(f"sqlite:///{folder.name}/a.db") as ledger:
    ...     mine = StoredDraft("t1", "an", {"name": "HTX"}, dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    ...     ledger.drafts.add(mine)
    ...     [one.told["name"] for one in ledger.drafts.of("an")], ledger.drafts.of("bình")
    (['HTX'], [])
    """

    _reading: _Opened
    _writing: _Opened

    def add(self, draft: StoredDraft) -> None:
        """A new draft; those that have not been written to for `KEPT` are let go."""
        with self._writing() as connection:
            connection.execute(DRAFT.delete().where(DRAFT.c.time < _told(draft.time - KEPT)))
            connection.execute(DRAFT.insert(), {**_cells(draft), "token": draft.token, "actor": draft.actor})

    def keep(self, draft: StoredDraft) -> bool:
        """Write over a draft of the same actor; whether it was there."""
        with self._writing() as connection:
            done = connection.execute(DRAFT.update().where(*_own(draft.actor, draft.token)).values(_cells(draft)))
            return done.rowcount > 0

    def drop(self, actor: str, token: str) -> None:
        """Let a draft of that actor go."""
        with self._writing() as connection:
            connection.execute(DRAFT.delete().where(*_own(actor, token)))

    def find(self, actor: str, token: str) -> StoredDraft | None:
        """The draft of that token; None where there is none, or it is another's."""
        with self._reading() as connection:
            found = connection.execute(sa.select(DRAFT).where(*_own(actor, token))).first()
        return _read(found) if found else None

    def of(self, actor: str) -> list[StoredDraft]:
        """All drafts of an actor, the one last written first."""
        with self._reading() as connection:
            query = sa.select(DRAFT).where(DRAFT.c.actor == actor).order_by(DRAFT.c.time.desc(), DRAFT.c.token)
            return [_read(row) for row in connection.execute(query)]


def forget(connection: sa.Connection, record: str) -> None:
    """Let every draft go that names a record, whoever wrote it: it may hold what must be erased."""
    named = sa.func.instr(DRAFT.c.told, canonical_json(record)) > 0
    connection.execute(DRAFT.delete().where(named))


def _own(actor: str, token: str) -> tuple[sa.ColumnElement[bool], ...]:
    return DRAFT.c.actor == actor, DRAFT.c.token == token


def _cells(draft: StoredDraft) -> dict[str, str]:
    return {"told": canonical_json(draft.told), "time": _told(draft.time)}


def _told(time: dt.datetime) -> str:
    """A moment so that texts sort as moments do."""
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _read(row: Any) -> StoredDraft:
    return StoredDraft(row.token, row.actor, json.loads(row.told), dt.datetime.fromisoformat(row.time))
