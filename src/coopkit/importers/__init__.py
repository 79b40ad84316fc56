"""Files into records: read a file by its sheets' layout, then assemble the papers of all senders together.

    read = read_file(data, file="an-lao.xlsx", sheets=register_sheets(kinds))
    imported = assemble([read], Register.of(snapshot), on=date(2023, 12, 31))

Nothing is raised for bad data: every fault is a `Problem` with file, sheet and cell, and all good rows come through.
"""

from coopkit.importers.assemble import Found, Imported, assemble
from coopkit.importers.cells import parse_text
from coopkit.importers.directory import cooperative_id
from coopkit.importers.faults import OLD_FONT
from coopkit.importers.offer import Importer, Sheets
from coopkit.importers.read import Read, Table
from coopkit.importers.register import Register
from coopkit.importers.sheets import Watch, read_file, read_sheets
from coopkit.importers.verdict import RecordCheck

__all__ = [
    "OLD_FONT",
    "Found",
    "Imported",
    "Importer",
    "Read",
    "RecordCheck",
    "Register",
    "Sheets",
    "Table",
    "Watch",
    "assemble",
    "cooperative_id",
    "parse_text",
    "read_file",
    "read_sheets",
]
