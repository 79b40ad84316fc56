"""The ledger against the bare tools beneath it: a batch with its journal, and a Snapshot of a million rows.

Run it alone: `python benchmarks/bench_ledger.py`. It exits with 1 when a budget is missed.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from coopkit.event import Participation
from coopkit.ledger import Batch, Change, Ledger
from coopkit.ledger.schema import RECORDS
from coopkit.quantity import VND, between
from coopkit.record import make_id, to_row

WRITTEN, READ = 200_000, 1_000_000
TABLE = RECORDS["participation"]
TIME = dt.datetime(2024, 1, 5, 8, tzinfo=dt.UTC)
ARROW = {"TEXT": pa.string(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_()}


def participation(number: int) -> Participation:
    """One of many participations; every tenth states an amount."""
    return Participation(
        id=make_id("participation", number),
        event=make_id("event", number % 5_000),
        cooperative=make_id("cooperative", number % 35_000),
        people=number % 40 or None,
        amount=between(500_000_000, 700_000_000, VND) if number % 10 == 0 else None,
        result="đạt" if number % 3 else None,
    )


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def write_times(folder: Path) -> tuple[float, float]:
    """(ours, bare) seconds to write participations: in a batch with its journal; as rows, by SQLAlchemy alone."""
    records = [participation(number) for number in range(WRITTEN)]
    rows = [{**to_row(record), "revision": 1} for record in records]
    ours, bare = [], []
    for turn in range(2):
        engine = sa.create_engine(f"sqlite:///{folder}/bare-{turn}.db")
        TABLE.create(engine)

        def insert(engine: sa.Engine = engine) -> None:
            with engine.begin() as connection:
                connection.execute(TABLE.insert(), rows)

        bare.append(seconds(insert))
        engine.dispose()
        batch = Batch("bench", "nhập lượt tham gia", TIME, changes=tuple(Change(record) for record in records))
        with Ledger.open(f"sqlite:///{folder}/ours-{turn}.db") as ledger:
            ours.append(seconds(lambda ledger=ledger, batch=batch: ledger.write(batch)))  # type: ignore[misc]
    return min(ours), min(bare)


def bare_read(path: Path) -> pa.Table:
    """The same columns by sqlite3 and pyarrow alone."""
    columns = [column for column in TABLE.c if column.name != "revision"]
    names = ", ".join(column.name for column in columns)
    connection = sqlite3.connect(path)
    rows: Sequence[Any] = connection.execute(f"SELECT {names} FROM participation").fetchall()  # noqa: S608 - our names
    connection.close()
    arrays = []
    for cells, column in zip(zip(*rows, strict=True), columns, strict=True):
        kind = ARROW[str(column.type)]
        arrays.append(pa.array(cells, pa.int8()).cast(kind) if kind == pa.bool_() else pa.array(cells, kind))
    return pa.table(dict(zip([column.name for column in columns], arrays, strict=True)))


def read_times(folder: Path) -> tuple[float, float]:
    """(ours, bare) seconds to read a million participations into Arrow."""
    path = folder / "read.db"
    Ledger.open(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:  # past the journal: only the reading is measured
        cells = ((*to_row(participation(number)).values(), 1) for number in range(READ))
        connection.executemany(f"INSERT INTO participation VALUES ({', '.join('?' * len(TABLE.c))})", cells)  # noqa: S608
    connection.close()
    ours, bare = [], []
    for _ in range(3):
        bare.append(seconds(lambda: bare_read(path)))
        with Ledger.open(f"sqlite:///{path}") as ledger:
            ours.append(seconds(ledger.snapshot))
            assert ledger.snapshot().table("participation").num_rows == READ
    return min(ours), min(bare)


def main() -> int:
    """Measure, print the table, and say by the exit code whether the budgets hold."""
    missed = False
    print(f"{'work':<46}{'ours':>8}{'bare':>8}{'ratio':>7}{'budget':>8}  bare is")
    with TemporaryDirectory() as folder:
        for work, budget, alternative, (ours, bare) in (
            (f"write {WRITTEN:,} participations, one batch", 2.5, "SQLAlchemy executemany", write_times(Path(folder))),
            (f"Snapshot of {READ:,} participations", 1.2, "sqlite3 fetchall → pyarrow", read_times(Path(folder))),
        ):
            ratio = ours / bare
            missed = missed or ratio > budget
            print(f"{work:<46}{ours:>6.2f} s{bare:>6.2f} s{ratio:>7.2f}{budget:>8.2f}  {alternative}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
