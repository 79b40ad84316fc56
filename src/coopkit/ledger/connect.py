"""How a process opens a SQLite ledger: with the standard library's SQLite only, in WAL, durable, one writer at a time.

Other SQLite libraries must stay out of this process: closing theirs drops the locks of ours, and a second process could
then write in the middle of our transaction.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from coopkit.errors import LedgerError

APPLICATION = 0x636F6F70
"""What SQLite's header says of a file that is ours ("coop"): its `application_id`."""


def file_of(url: str) -> Path:
    """The file of a `sqlite:///file` address, whether it is there or not.

    Raises `LedgerError` for another kind of address, or where its folder is not there.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise LedgerError(
            f"Địa chỉ sổ không đọc được: {url!r}; viết sqlite:///tệp.db (cannot be read: write sqlite:///file.db)"
        ) from error
    named = (parsed.database or "") if parsed.drivername in {"sqlite", "sqlite+pysqlite"} else ""
    if not named or named == ":memory:" or named.startswith("file:"):
        raise LedgerError(
            f"Sổ phải là một tệp SQLite: viết sqlite:///tệp.db, không phải {url!r} "
            f"(the ledger must be a SQLite file: write sqlite:///file.db)"
        )
    path = Path(named)
    if not path.absolute().parent.is_dir():
        raise LedgerError(f"Không có thư mục để đặt sổ: {path} (there is no such folder for the ledger)")
    return path


def engine(url: str, *, patience: float) -> sa.Engine:
    """An engine for a `sqlite:///file` ledger; it waits `patience` seconds for another writer.

    Raises `LedgerError` as `file_of` does, and for a file that is no ledger; that file is left as it is.
    """
    path = file_of(url)
    # A new ledger is for its owner alone; what keeps it from being made, SQLite tells when it tries.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    made = sa.create_engine(url, connect_args={"timeout": patience})

    def prepare(connection: sqlite3.Connection, _: object) -> None:
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise

    event.listen(made, "connect", prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions at moments of its own
    _claim(connection, path)
    # FULL: an acknowledged batch survives a power cut. secure_delete: an erased person leaves no trace in free pages.
    # 64 MiB of cache: with less, a large batch writes the same index pages again and again before it is done.
    own = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY", "cache_size=-65536")
    for pragma in own:
        connection.execute(f"PRAGMA {pragma}")


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Mark an empty file as ours; refuse one that is not, before anything is written to it.

    SQLite is asked, though the mark stands in plain sight: closing a file that we had opened ourselves would drop the
    locks of every connection this process has on it.
    """
    try:
        if connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,):
            return
        foreign = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,)
    except sqlite3.OperationalError:  # busy, or not to be opened
        raise
    except sqlite3.DatabaseError:
        foreign = True
    if foreign:
        raise LedgerError(
            f"{path} hỏng, hoặc không phải là sổ coopkit: chọn tệp khác "
            f"(the file is damaged, or no coopkit ledger: choose another)"
        )
    connection.execute(f"PRAGMA application_id={APPLICATION}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
