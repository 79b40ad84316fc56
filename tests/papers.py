"""Small papers for the importer: workbooks made of rows, read and assembled in one step."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter

from coopkit.event import OWN_KINDS
from coopkit.importers import Imported, Read, Register, assemble, read_file
from coopkit.sheet import register_sheets
from coopkit.snapshot import Snapshot

DAY = dt.date(2023, 12, 31)
SHEETS = register_sheets(OWN_KINDS)
EMPTY = Register.of(Snapshot.of([]))
AN_BINH, SAO_MAI, HOA_SEN = "0100233488", "0314409058", "0312687878"
HTX = ("Tên đơn vị", "Loại hình", "Mã số thuế", "Quận/huyện")
A = ("HTX An Bình", "HTX", AN_BINH, "Quận Lê Chân")
B = ("HTX Sao Mai", "HTX", SAO_MAI, "Quận Hải An")


def workbook(**sheets: list[Any]) -> bytes:
    """A workbook of these sheets; "_" in a title stands for a space."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title, rows in sheets.items():
            page = book.add_worksheet(title.replace("_", " "))
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(at, column, cell)
                    elif isinstance(cell, dt.date):
                        page.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), day)
                    elif cell is not None:
                        page.write(at, column, cell)
    return out.getvalue()


def read(data: bytes, *, file: str = "a.xlsx", sheets: Any = SHEETS) -> Read:
    return read_file(data, file=file, sheets=sheets)


def load(register: Register = EMPTY, /, **sheets: list[Any]) -> Imported:
    return assemble([read(workbook(**sheets))], register, on=DAY)


def told(imported: Imported) -> list[tuple[str, str, str]]:
    return [(one.sheet, one.cell, one.code) for one in imported.problems]


def every(imported: Imported, cls: type) -> list[Any]:
    return [one for one in imported.records if isinstance(one, cls)]


def only(imported: Imported, cls: type) -> Any:
    [one] = every(imported, cls)
    return one
