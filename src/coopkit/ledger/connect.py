"""How a process opens a SQLite ledger: with the standard library's SQLite only, in WAL, durable, one writer at a time.

Other SQLite libraries must stay out of this process: closing theirs drops the locks of ours, and a second process could
then write in the middle of our transaction.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from coopkit.errors import LedgerError

APPLICATION = 0x636F6F70
"""What SQLite's header says of a file that is ours ("coop"): its `application_id`."""


def engine(url: str, *, patience: float) -> sa.Engine:
    """An engine for a `sqlite:///file` ledger; it waits `patience` seconds for another writer.

    Raises `LedgerError` for another kind of address, a folder that is not there, or a file that is no ledger; that file
    is left as it is.
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
    _refuse_foreign(Path(named))
    made = sa.create_engine(parsed, connect_args={"timeout": patience})
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _refuse_foreign(path: Path) -> None:
    """Look at the header before SQLite does: opening another program's database would already change it."""
    if not path.absolute().parent.is_dir():
        raise LedgerError(f"Không có thư mục để đặt sổ: {path} (there is no such folder for the ledger)")
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return
    except OSError as error:
        raise LedgerError(f"Không mở được sổ {path} (the ledger cannot be opened): {error.strerror}") from error
    ours = header.startswith(b"SQLite format 3\0") and int.from_bytes(header[68:72], "big") == APPLICATION
    if header and not ours:
        raise LedgerError(
            f"{path} không phải là sổ coopkit: chọn tệp khác (this file is not a coopkit ledger: choose another)"
        )


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions at moments of its own
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION,):
        connection.execute(f"PRAGMA application_id={APPLICATION}")
    # FULL: an acknowledged batch survives a power cut. secure_delete: an erased person leaves no trace in free pages.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "cache_size=-65536",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
