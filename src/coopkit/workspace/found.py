"""Which record is meant by what somebody typed."""

from __future__ import annotations

from coopkit.errors import NotFound
from coopkit.ledger import Ledger
from coopkit.snapshot import TABLES
from coopkit.text import fold


def find_record(ledger: Ledger, record: str) -> tuple[str, str]:
    """The table and id of the record meant by an id, also one long gone; or by a cooperative's tax code or name.

    Raises `NotFound` where it is none, or several.
    """
    snapshot = ledger.snapshot()
    for table in TABLES:
        if record in set(snapshot.tables[table].column("id").to_pylist()):
            return table, record
    rows = snapshot.tables["cooperative"].select(["id", "name", "tax_code"]).to_pylist()
    same = [row["id"] for row in rows if record == row["tax_code"] or fold(record) == fold(row["name"])]
    if len(same) == 1:
        return "cooperative", same[0]
    past = next((table for table in TABLES if ledger.history(table, record)), None)
    if past:
        return past, record
    raise NotFound(f"Không có bản ghi {record!r}: dùng mã bản ghi, mã số thuế hoặc tên (no such record)")
