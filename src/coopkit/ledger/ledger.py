"""`Ledger`: open one, write batches, read Snapshots, history, verify."""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from attrs import define, field, frozen

from coopkit.errors import LedgerBusy, LedgerError, NotFound
from coopkit.ledger import connect, trail
from coopkit.ledger.batch import Batch, Removal
from coopkit.ledger.drafts import DraftStore, forget
from coopkit.ledger.history import history
from coopkit.ledger.journal import Entry, Fault
from coopkit.ledger.logins import PASSING, LoginStore
from coopkit.ledger.migrate import migrate
from coopkit.ledger.read import read_table
from coopkit.ledger.schema import BATCH, JOURNAL, PERSONAL_VALUE, RECORDS
from coopkit.ledger.trail import EVERYTHING, BatchSummary, Wanted
from coopkit.ledger.undo import inverse
from coopkit.ledger.verify import verify
from coopkit.ledger.write import Receipt, Writer
from coopkit.record import from_row, record_type
from coopkit.snapshot import TABLES, Snapshot

R = TypeVar("R")


@frozen
class BatchHeader:
    """One batch of the journal: its number, who, why, from which file, when, and the batch it took back, if any."""

    number: int
    actor: str
    reason: str
    source: str
    time: str
    undoes: int | None
    records: int


@define
class Ledger:
    """The register's ledger in one SQLite file: current records, and the journal of every change.

    Every write is a batch, written whole or not at all; a batch whose base is stale raises `StaleBase`.

    >>> import tempfile, datetime as dt
    >>> from coopkit.group import Group
    >>> from coopkit.ledger import Batch, Change
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Ledger.open(f"sqlite:///{folder.name}/a.db") as ledger:
    ...     receipt, = ledger.write(Batch("an", "thử", dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
    ...                                   changes=(Change(Group(id="g", kind="club", name="OCOP")),)))
    ...     receipt.inserted, ledger.snapshot().table("group").num_rows, ledger.verify()
    (1, 1, [])
    """

    _engine: sa.Engine
    _salt: Callable[[], str] = field(factory=lambda: lambda: secrets.token_hex(16))
    _cached: Snapshot | None = None

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return Path(str(self._engine.url.database))

    @staticmethod
    def open(url: str, *, patience: float = 5.0) -> Ledger:
        """Open `sqlite:///file`, creating or upgrading its tables; wait `patience` seconds for another writer.

        Raises `LedgerError` when the address is no SQLite file, the file is no ledger, or it is newer than this code.
        """
        engine = connect.engine(url, patience=patience)
        try:
            with _clear_errors():
                migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        return Ledger(engine)

    def copy(self, path: Path) -> int:
        """Write a copy of the file to a path, as it stands between two batches, while others read and write.

        Nobody is signed in in it: who holds the copy gets nobody's session, and one that was ended since stays so.
        Gives the number of the last batch in it.
        """
        with self._reading() as connection, closing(sqlite3.connect(path)) as target:
            source: Any = connection.connection.driver_connection
            position: int = connection.execute(sa.select(sa.func.max(BATCH.c.number))).scalar() or 0
            source.backup(target)
            target.execute("PRAGMA secure_delete=ON")
            for table in PASSING:
                target.execute(str(table.delete().compile(dialect=connection.dialect)))
            target.commit()
            target.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
            return position

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, *batches: Batch) -> list[Receipt]:
        """Write batches in order and in one transaction: all of them, or nothing.

        Raises `StaleBase` when a record is no longer at its base, `LedgerBusy` when another process keeps writing, and
        `CoopkitError` for a record whose field holds what it cannot keep.
        """
        if not all(batch.changes for batch in batches):
            raise LedgerError("Không có thay đổi nào để ghi (there is nothing to write)")
        with self._writing() as connection:
            writer = Writer(connection, self._salt)
            return [writer.write(batch) for batch in batches]

    def receipt(self, token: str) -> Receipt | None:
        """What the batch with that token became; None where none was written."""
        with self._reading() as connection:
            return Writer(connection, self._salt).earlier(token)

    @property
    def drafts(self) -> DraftStore:
        """What people have typed into forms and not saved."""
        return DraftStore(self._reading, self._writing)

    @property
    def logins(self) -> LoginStore:
        """Passwords, sessions and failed attempts to sign in."""
        return LoginStore(self._reading, self._writing)

    def undo(self, number: int, *, actor: str, reason: str, time: dt.datetime) -> Receipt:
        """Take a batch back with a new batch. Raises `NotFound` or `CannotUndo`."""
        with self._writing() as connection:
            return Writer(connection, self._salt).write(inverse(connection, number, actor, reason, time))

    def erase(self, person: str, *, actor: str, reason: str, time: dt.datetime) -> Receipt:
        """Erase a person (Law 91/2025/QH15): the record goes, and with it every personal value the journal's digests
        stood for, also of a person whose record was removed before; and drafts that name the person. The chain still
        verifies. Raises `NotFound`.
        """
        table, kept = RECORDS["person"], PERSONAL_VALUE.c.record == person
        with self._writing() as connection:
            revision = connection.execute(sa.select(table.c.revision).where(table.c.id == person)).scalar()
            if revision is None and not connection.execute(sa.select(sa.exists().where(kept))).scalar():
                raise NotFound(f"Không có người nào mã {person!r} (there is no such person)")
            removal = () if revision is None else (Removal("person", person, revision, "xóa dữ liệu cá nhân"),)
            receipt = Writer(connection, self._salt).write(Batch(actor, reason, time, changes=removal))
            connection.execute(PERSONAL_VALUE.delete().where(kept))
            forget(connection, person)
        self._empty_log()
        return receipt

    def _empty_log(self) -> None:
        """Old pages wait in the write-ahead log; what was erased must not stay readable there."""
        with _clear_errors(), self._engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def snapshot(self) -> Snapshot:
        """The register as it is now. Only tables that changed since the last Snapshot are read again."""
        with self._reading() as connection:
            position = connection.execute(sa.select(sa.func.max(BATCH.c.number))).scalar() or 0
            cached = self._cached
            if cached is not None and cached.position == position:
                return cached
            changed = set(TABLES) if cached is None else _changed_since(connection, cached.position)
            kept = {} if cached is None else dict(cached.tables)
            fresh = {name: read_table(connection, RECORDS[name], TABLES[name]) for name in TABLES if name in changed}
            self._cached = Snapshot(position, kept | fresh)
            return self._cached

    def get(self, cls: type[R], record: str) -> tuple[R, int]:
        """One record and its revision, the base of its next change. Raises `NotFound`."""
        table = RECORDS[record_type(cls).table]
        with self._reading() as connection:
            row = connection.execute(sa.select(table).where(table.c.id == record)).mappings().first()
        if row is None:
            raise NotFound(f"Không có {record_type(cls).label.vi.lower()} mã {record!r} (there is no such record)")
        return from_row(cls, dict(row)), row["revision"]

    def accounts(self, cls: type[R]) -> list[R]:
        """Every record of `Account`, or of `Grant`, in the order of their ids; no Snapshot holds them."""
        table = RECORDS[record_type(cls).table]
        with self._reading() as connection:
            return [
                from_row(cls, dict(row)) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()
            ]

    def revisions(self, table: str, records: Sequence[str]) -> dict[str, int]:
        """The present revision of each of these records; those that do not exist are left out."""
        if table not in RECORDS:
            raise NotFound(f"Không có bảng {table!r} (there is no such table)")
        columns, found = RECORDS[table].c, {}
        with self._reading() as connection:
            for start in range(0, len(records), 500):
                query = sa.select(columns.id, columns.revision).where(columns.id.in_(records[start : start + 500]))
                found.update({row.id: row.revision for row in connection.execute(query)})
        return found

    def history(self, table: str, record: str) -> list[Entry]:
        """Every version of one record, oldest first; empty for one that never was."""
        with self._reading() as connection:
            return history(connection, table, record)

    def batches(self) -> list[BatchHeader]:
        """Every batch, oldest first."""
        lines = sa.select(sa.func.count()).where(JOURNAL.c.batch == BATCH.c.number).scalar_subquery()
        query = sa.select(BATCH, lines.label("records")).order_by(BATCH.c.number)
        names = ("number", "actor", "reason", "source", "time", "undoes", "records")
        with self._reading() as connection:
            return [BatchHeader(*(row[name] for name in names)) for row in connection.execute(query).mappings()]

    def trail(self, wanted: Wanted = EVERYTHING, first: int = 0, size: int = 50) -> tuple[int, list[BatchSummary]]:
        """How many batches are such, and `size` of them, the newest first, from number `first` (0 is the newest)."""
        with self._reading() as connection:
            return trail.find(connection, wanted, first, size)

    def actors(self) -> list[str]:
        """Everybody who wrote a batch, in the order of their names' letters."""
        with self._reading() as connection:
            return trail.actors(connection)

    def lines(self, number: int, first: int = 0, size: int = 50) -> list[Entry]:
        """`size` lines of a batch, from line `first` (0 is the first); none where there is no such batch."""
        with self._reading() as connection:
            return trail.lines(connection, number, first, size)

    def inverse(self, number: int) -> Batch:
        """What would take a batch back, unwritten. Raises `NotFound` or `CannotUndo`, as `undo` does."""
        with self._reading() as connection:
            return inverse(connection, number, "", "", dt.datetime.min.replace(tzinfo=dt.UTC))

    def verify(self) -> list[Fault]:
        """Check the chain, and every current row against the journal; empty for a sound ledger."""
        with self._reading() as connection:
            return verify(connection)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _clear_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with _clear_errors(), self._engine.execution_options(writes=True).begin() as connection:
            yield connection


def _changed_since(connection: sa.Connection, position: int) -> set[str]:
    query = sa.select(JOURNAL.c.record_table).where(JOURNAL.c.batch > position).distinct()
    return set(connection.execute(query).scalars())


@contextmanager
def _clear_errors() -> Iterator[None]:
    """SQLite's own words → ours."""
    try:
        yield
    except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LedgerBusy(
                "Sổ đang được ghi bởi một tiến trình khác: đợi rồi thử lại (another process is writing: try again)"
            ) from error
        raise LedgerError(f"Không mở được sổ (the ledger cannot be opened): {getattr(error, 'orig', error)}") from error
    except sa.exc.IntegrityError as error:
        raise LedgerError(
            f"Sổ đã bị sửa ngoài coopkit, hãy chạy `coopkit verify` "
            f"(the ledger was changed outside coopkit; run `coopkit verify`): {error.orig}"
        ) from error
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        raise LedgerError(
            f"Tệp hỏng hoặc không phải là sổ coopkit (the file is damaged, or no coopkit ledger): {error}"
        ) from error
