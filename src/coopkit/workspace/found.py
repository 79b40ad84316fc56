"""Which record is meant by what somebody typed, and what of its versions may be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from coopkit.display import masked
from coopkit.errors import NotFound
from coopkit.ledger import DECLARED, Entry, Ledger
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import fold


def find_record(ledger: Ledger, snapshot: Snapshot, record: str, *, strangers: bool = True) -> tuple[str, str]:
    """The table and id of the record meant by an id, or by a cooperative's tax code or name, as a Snapshot has them.

    With `strangers` also of one that is not in the Snapshot: one long gone, or a person whose data is not shown. Raises
    `NotFound` where it is none, or several; the same for one that may not be seen as for one that never was.
    """
    for table in TABLES:
        if record in set(snapshot.tables[table].column("id").to_pylist()):
            return table, record
    rows = snapshot.tables["cooperative"].select(["id", "name", "tax_code"]).to_pylist()
    same = [row["id"] for row in rows if record == row["tax_code"] or fold(record) == fold(row["name"])]
    if len(same) == 1:
        return "cooperative", same[0]
    past = next((table for table in TABLES if ledger.history(table, record)), None) if strangers else None
    if past:
        return past, record
    raise NotFound(f"Không có bản ghi {record!r}: dùng mã bản ghi, mã số thuế hoặc tên (no such record)")


def hidden(entry: Entry) -> Entry:
    """A version of a record with its personal values masked."""
    own = [one.key for one in DECLARED[entry.table].fields if one.personal]

    def told(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if row is None:
            return None
        return {key: masked(str(cell)) if key in own and cell is not None else cell for key, cell in row.items()}

    return evolve(entry, before=told(entry.before), after=told(entry.after)) if own else entry
