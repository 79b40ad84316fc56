"""How a process opens a SQLite ledger: with the standard library's SQLite only, in WAL, durable, one writer at a time.

Other SQLite libraries must stay out of this process: closing theirs drops the locks of ours, and a second process could
then write in the middle of our transaction.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from coopkit.errors import LedgerError


def engine(url: str, *, patience: float) -> sa.Engine:
    """An engine for a `sqlite:///file` ledger; it waits `patience` seconds for another writer.

    Raises `LedgerError` for another kind of address, or a folder that is not there.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise LedgerError(
            f"Địa chỉ sổ không đọc được: {url!r}; viết sqlite:///tệp.db (write sqlite:///file.db)"
        ) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise LedgerError(
            f"Sổ phải là một tệp SQLite: viết sqlite:///tệp.db, không phải {url!r} "
            f"(the ledger must be a SQLite file: write sqlite:///file.db)"
        )
    if not Path(parsed.database).absolute().parent.is_dir():
        raise LedgerError(f"Không có thư mục để đặt sổ: {parsed.database} (there is no such folder for the ledger)")
    made = sa.create_engine(parsed, connect_args={"timeout": patience})
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions at moments of its own
    try:
        # FULL: an acknowledged batch survives a power cut. secure_delete: an erased person leaves no trace.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"Tệp này không phải là sổ coopkit (this file is not a coopkit ledger): {error}") from error


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
