"""Migrations: every ledger comes up to date, and a new field is one line and one generated step."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from tests.ledgers import COOPERATIVE, PERSON, batch

from coopkit.ledger import Ledger
from coopkit.ledger import connect as connecting
from coopkit.ledger.migrate import HEAD, config, migrate, write_migration
from coopkit.ledger.schema import METADATA

SOURCE = Path(__file__).parents[1] / "src"
REVISIONS = [
    step.revision for step in ScriptDirectory.from_config(config(sa.create_engine("sqlite://"))).walk_revisions()
]


@pytest.fixture
def engine(tmp_path: Path):
    made = connecting.engine(f"sqlite:///{tmp_path}/so.db", patience=1)
    yield made
    made.dispose()


def test_a_fresh_ledger_has_the_tables_that_records_declare(engine, capsys):
    """Alembic finds no difference between the last step and the fields: no migration was forgotten."""
    migrate(engine)
    command.check(config(engine))
    capsys.readouterr()
    assert {*sa.inspect(engine).get_table_names()} == {*METADATA.tables, "alembic_version"}


def test_without_a_change_there_is_nothing_to_write():
    """Asking for a migration when every field is stored already writes none."""
    assert write_migration("nothing") is None


def test_the_newest_step_is_the_head():
    """The steps form one line, and its end is what this code expects of a ledger."""
    assert REVISIONS[0] == HEAD
    assert sorted(REVISIONS, reverse=True) == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_ledger_of_any_version_comes_up_to_date(engine, revision):
    """From every earlier version, the next opening ends with the tables of today, and the ledger works."""
    command.upgrade(config(engine), revision)
    with Ledger.open(str(engine.url)) as ledger:
        ledger.write(batch(COOPERATIVE, PERSON))
        assert ledger.verify() == []
    command.check(config(engine))


def test_steps_can_be_taken_back(engine):
    """Down to nothing and up again: each step undoes what it did."""
    migrate(engine)
    command.downgrade(config(engine), "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    command.check(config(engine))


def test_opening_an_up_to_date_ledger_does_not_load_alembic(tmp_path):
    """Only who migrates pays for the migration tool."""
    Ledger.open(f"sqlite:///{tmp_path}/so.db").close()
    code = """
import sys
from coopkit.ledger import Ledger
Ledger.open(sys.argv[1]).close()
print("alembic" in sys.modules)
"""
    told = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{tmp_path}/so.db"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"


# ── A new field, from one line to the Snapshot ──────────────────────────────────────────────────────────────────────

LINE = '    website: Annotated[str | None, text("Trang thông tin", "Website", aliases=("Web",))] = None\n'

# What runs in the changed copy, on a ledger that the code before the change has written.
THROUGH_LEDGER_AND_ARROW = """
import sys
from attrs import evolve
from tests.ledgers import COOPERATIVE, TIME, batch
from coopkit.cooperative import Cooperative
from coopkit.ledger import Change, Ledger

with Ledger.open(sys.argv[1]) as ledger:
    assert ledger.verify() == [], ledger.verify()
    assert ledger.get(Cooperative, "c") == (COOPERATIVE, 1)
    ledger.write(batch(Change(evolve(COOPERATIVE, website="anbinh.example.org"), base=1)))
    table = ledger.snapshot().table("cooperative")
    assert str(table.schema.field("website").type) == "string"
    assert table.column("website").to_pylist() == ["anbinh.example.org"]
    before, after = [entry.after["website"] for entry in ledger.history("cooperative", "c")]
    assert (before, after) == (None, "anbinh.example.org")
    ledger.undo(2, actor="van-phong", reason="thử", time=TIME)
    ledger.undo(1, actor="van-phong", reason="thử", time=TIME)
    assert ledger.verify() == [], ledger.verify()
"""

# And a workbook of the office, which has the field's own heading in one more column, through to a workbook again.
FROM_WORKBOOK_TO_WORKBOOK = """
import datetime as dt, io, sys
import openpyxl
from coopkit.access import Actor
from coopkit.exporters.workbook import write_workbook
from coopkit.registry import Registry
from coopkit.sheet import register_sheets
from coopkit.workspace import Workspace

book = openpyxl.Workbook()
book.active.title = "Hợp tác xã"
book.active.append(["Tên đơn vị", "Loại hình", "Trang thông tin", "Quận/huyện"])
book.active.append(["HTX Bình Minh", "Hợp tác xã", "binhminh.example.org", "Huyện Vĩnh Bảo"])
out = io.BytesIO()
info = book.create_sheet("Thông tin")
info.append(["Ngày số liệu", "31/12/2023"])
book.save(out)
with Workspace.open(sys.argv[1], registry=Registry.load()) as workspace:
    office = workspace.as_(Actor.office("an"))
    seen = office.import_files({"so.xlsx": out.getvalue()})
    assert not seen.problems, seen.problems
    snapshot = office.snapshot()
    assert "binhminh.example.org" in snapshot.table("cooperative").column("website").to_pylist()
    sheets = register_sheets(list(snapshot.kinds.values()))
    data = write_workbook(snapshot, sheets, info={}, created=dt.date(2024, 1, 5))
    again = openpyxl.load_workbook(io.BytesIO(data))["Hợp tác xã"]
    cells = [[cell.value for cell in row] for row in again.iter_rows()]
    heading = next(row for row in cells if "Trang thông tin" in row)
    assert "binhminh.example.org" in [row[heading.index("Trang thông tin")] for row in cells]
    assert office.import_files({"so.xlsx": data}).receipts == ()
"""


def copy_with_a_new_field(folder: Path) -> Callable[..., str]:
    """A copy of coopkit with one more line in `Cooperative`; gives what runs Python there and tells what it prints."""
    shutil.copytree(SOURCE / "coopkit", folder / "coopkit", ignore=shutil.ignore_patterns("__pycache__"))
    module = folder / "coopkit" / "cooperative.py"
    text, last = module.read_text(encoding="utf-8"), "    charter_capital: Annotated[int | None, money("
    above, below = text.split(last, 1)
    rest_of_line, below = below.split("\n", 1)
    module.write_text(f"{above}{last}{rest_of_line}\n{LINE}{below}", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{SOURCE.parent}", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        return done.stdout

    return run


def test_a_new_field_is_one_line_and_one_generated_step(tmp_path):
    """A line in a record, then `python -m coopkit.ledger.migrations`: a ledger with data is upgraded, the field is in
    SQL and Arrow, comes in from a workbook and goes out into one; what was written before verifies, reads as empty, and
    can be undone.
    """
    url = f"sqlite:///{tmp_path}/so.db"
    with Ledger.open(url) as ledger:
        ledger.write(batch(COOPERATIVE))
    run = copy_with_a_new_field(tmp_path / "copy")
    steps = tmp_path / "copy/coopkit/ledger/migrations/versions"
    before = {*steps.glob("*.py")}

    printed = run("-m", "coopkit.ledger.migrations", "cooperative: website added")

    (step,) = {*steps.glob("*.py")} - before
    assert step.name == f"{int(HEAD) + 1:04d}_cooperative_website_added.py"
    assert printed.splitlines()[-1] == str(step)
    assert "website" in step.read_text(encoding="utf-8")
    run("-c", THROUGH_LEDGER_AND_ARROW, url)
    run("-c", FROM_WORKBOOK_TO_WORKBOOK, f"sqlite:///{tmp_path}/workbook.db")
    assert "no migration is needed" in run("-m", "coopkit.ledger.migrations")
    # The code before the change does not touch what the code after it has written.
    with pytest.raises(Exception, match="newer coopkit"):
        Ledger.open(url)
