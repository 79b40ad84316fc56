"""The workbook a register is written to: read again it gives the same records, and the same bytes each time."""

import datetime as dt
import io
import sys
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from examples.haiphong_2023.make import records_by_sender  # noqa: E402

from coopkit.event import OWN_KINDS  # noqa: E402
from coopkit.exporters.workbook import write_workbook  # noqa: E402
from coopkit.importers import Register, assemble, read_xlsx  # noqa: E402
from coopkit.place import shipped_places  # noqa: E402
from coopkit.sheet import register_sheets  # noqa: E402
from coopkit.snapshot import Snapshot  # noqa: E402

SHEETS = register_sheets(OWN_KINDS)
END = dt.date(2023, 12, 31)


@pytest.fixture(scope="module")
def city():
    """Every record of the example."""
    sent = (record for records in records_by_sender().values() for record in records)
    every = {(type(record), record.id): record for record in (*shipped_places(), *sent)}
    return Snapshot.of(every.values())


def written(snapshot):
    return write_workbook(snapshot, SHEETS, info={"note": "mẫu"}, created=END)


def test_what_is_written_reads_back_the_same(city):
    """All of the city in one workbook reads back without a problem; a second reading gives the same records."""
    base = Register.of(Snapshot.of([*shipped_places(), *(kind.stored() for kind in OWN_KINDS)]))
    reads = [read_xlsx(written(city), file="city.xlsx", sheets=SHEETS)]
    first = assemble(reads, base, on=END)
    assert first.problems == ()
    # Ids are made from what names a record, so they differ from the generator's: compare by what people see.
    found = Snapshot.of(one.record for one in first.found)
    for table in ("cooperative", "membership", "legal_status", "participation", "event", "year_figures", "honour"):
        assert found.table(table).num_rows == city.table(table).num_rows, table
    names = [sorted(snapshot.table("cooperative").column("name").to_pylist()) for snapshot in (found, city)]
    assert names[0] == names[1]
    assert assemble(reads, base, on=END) == first


def test_the_same_records_give_the_same_bytes(city):
    """No clock is in it."""
    assert written(city) == written(city)


def test_an_empty_register_gives_a_template():
    """Without a record every sheet is there with its headings, for a district to fill in."""
    book = openpyxl.load_workbook(io.BytesIO(written(Snapshot.of([]))))
    assert book.sheetnames == [sheet.title.vi for sheet in SHEETS]
    assert [cell.value for cell in book["Hợp tác xã"][1]] == [column.label.vi for column in SHEETS[1].columns]


def test_no_cell_is_a_formula(city):
    """Names that begin like a formula stay text."""
    book = openpyxl.load_workbook(io.BytesIO(written(city)))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
