"""Who is signed in and how they are known again: passwords, sessions, failed attempts. None of it is in the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from attrs import asdict, frozen

from coopkit.account import Account
from coopkit.ledger.schema import ATTEMPT, PASSWORD, RECORDS, SESSION
from coopkit.record import from_row

FORGOTTEN: Final = dt.timedelta(days=1)
"""How long a failed attempt is remembered after the last."""

_Opened = Callable[[], AbstractContextManager[sa.Connection]]
Bar: TypeAlias = Callable[[int], dt.timedelta | None]
"""How long so many failures keep somebody out."""


@frozen
class StoredPassword:
    """How an account's password is known again; `code` is the digest of what may set one, until `code_ends`."""

    login: str
    hash: str | None = None
    code: str | None = None
    code_ends: dt.datetime | None = None


@frozen
class StoredSession:
    """One session: the digest of its token, whose it is, since when, last seen, its absolute end, and from where."""

    digest: str
    login: str
    epoch: int
    created: dt.datetime
    seen: dt.datetime
    ends: dt.datetime
    address: str = ""
    agent: str = ""


@frozen
class StoredAttempts:
    """How often somebody failed to sign in, when last, and until when they are kept out."""

    subject: str
    failures: int
    last: dt.datetime
    locked: dt.datetime | None = None


@frozen
class LoginStore:
    """The passwords, sessions and attempts of a ledger.

    >>> import tempfile
    >>> from coopkit.ledger import Ledger
    >>> folder, now = tempfile.TemporaryDirectory(), dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    >>> with Ledger.open(f"sqlite:///{folder.name}/a.db") as ledger:
    ...     ledger.logins.begin(StoredSession("ab12", "an", 1, now, now, now + dt.timedelta(hours=12)))
    ...     [one.login for one in ledger.logins.sessions()], ledger.logins.find("cd34")
    (['an'], None)
    """

    _reading: _Opened
    _writing: _Opened

    def password(self, login: str) -> StoredPassword | None:
        """What is known of an account's password; None where none was ever set or asked for."""
        with self._reading() as connection:
            row = connection.execute(sa.select(PASSWORD).where(PASSWORD.c.login == login)).first()
        return StoredPassword(row.login, row.hash, row.code, _time(row.code_ends)) if row else None

    def keep_password(self, password: StoredPassword) -> None:
        """Know an account by this from now on."""
        with self._writing() as connection:
            _replace(connection, PASSWORD, asdict(password))

    def begin(self, session: StoredSession) -> None:
        """A new session; those whose absolute end is past are let go."""
        with self._writing() as connection:
            connection.execute(SESSION.delete().where(SESSION.c.ends < _told(session.created)))
            _replace(connection, SESSION, asdict(session))

    def find(self, digest: str) -> tuple[StoredSession, Account] | None:
        """The session of that digest and the account as it is now; None where there is none."""
        account = RECORDS["account"]
        with self._reading() as connection:
            row = connection.execute(sa.select(SESSION).where(SESSION.c.digest == digest)).first()
            of = account.c.login == (row.login if row else "")
            held = connection.execute(sa.select(account).where(of)).mappings().first()
        return (_session(row), from_row(Account, dict(held))) if row and held else None

    def sessions(self) -> list[StoredSession]:
        """All sessions, the one last seen first."""
        with self._reading() as connection:
            query = sa.select(SESSION).order_by(SESSION.c.seen.desc(), SESSION.c.digest)
            return [_session(row) for row in connection.execute(query)]

    def saw(self, digest: str, time: dt.datetime) -> None:
        """A session was used."""
        with self._writing() as connection:
            connection.execute(SESSION.update().where(SESSION.c.digest == digest).values(seen=_told(time)))

    def end(self, digest: str) -> None:
        """End one session."""
        with self._writing() as connection:
            connection.execute(SESSION.delete().where(SESSION.c.digest == digest))

    def end_all(self, login: str | None = None) -> None:
        """End every session of an account, or of everybody."""
        with self._writing() as connection:
            connection.execute(SESSION.delete().where(SESSION.c.login == login if login else sa.true()))

    def try_(self, bars: Mapping[str, Bar], time: dt.datetime) -> dt.datetime | None:
        """Count an attempt of each of these before it is known how it ends, so that many at once gain nothing.

        Where one of them is locked out nothing is counted, and the moment is given until which it is.
        """
        with self._writing() as connection:
            connection.execute(ATTEMPT.delete().where(ATTEMPT.c.last < _told(time - FORGOTTEN)))
            query = sa.select(ATTEMPT).where(ATTEMPT.c.subject.in_(list(bars)))
            held = {row.subject: _attempts(row) for row in connection.execute(query)}
            locked = [one.locked for one in held.values() if one.locked and one.locked > time]
            for subject, bar in {} if locked else bars.items():
                failures = held[subject].failures + 1 if subject in held else 1
                out = bar(failures)
                _replace(
                    connection, ATTEMPT, asdict(StoredAttempts(subject, failures, time, time + out if out else None))
                )
        return max(locked, default=None)

    def forgive(self, *subjects: str) -> None:
        """Forget the attempts of these."""
        with self._writing() as connection:
            connection.execute(ATTEMPT.delete().where(ATTEMPT.c.subject.in_(subjects)))

    def take_back(self, subject: str) -> None:
        """Count one attempt less: it was a good one."""
        less = {"failures": ATTEMPT.c.failures - 1, "locked": None}
        with self._writing() as connection:
            connection.execute(ATTEMPT.update().where(ATTEMPT.c.subject == subject).values(less))

    def attempts(self) -> list[StoredAttempts]:
        """Who failed of late, the last first."""
        with self._reading() as connection:
            return [_attempts(row) for row in connection.execute(sa.select(ATTEMPT).order_by(ATTEMPT.c.last.desc()))]


PASSING: Final[Sequence[sa.Table]] = (SESSION, ATTEMPT)
"""What is of the running office alone: no copy of a ledger holds it."""


def _replace(connection: sa.Connection, table: sa.Table, cells: Mapping[str, Any]) -> None:
    told = {key: _told(cell) if isinstance(cell, dt.datetime) else cell for key, cell in cells.items()}
    connection.execute(table.insert().prefix_with("OR REPLACE"), told)


def _told(time: dt.datetime) -> str:
    """A moment so that texts sort as moments do."""
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _time(told: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(told) if told else None


def _session(row: Any) -> StoredSession:
    created, seen, ends = map(dt.datetime.fromisoformat, (row.created, row.seen, row.ends))
    return StoredSession(row.digest, row.login, row.epoch, created, seen, ends, row.address, row.agent)


def _attempts(row: Any) -> StoredAttempts:
    return StoredAttempts(row.subject, row.failures, dt.datetime.fromisoformat(row.last), _time(row.locked))
