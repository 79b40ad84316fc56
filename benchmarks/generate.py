"""Makes a seeded register of any size: participations as Parquet, row group by row group, over 34 provinces.

    python benchmarks/generate.py FOLDER ROWS

35,000 cooperatives in 34 made-up provinces of 30 communes each, 5,000 events over five years. A row group depends on
its seed and number alone, so that the same rows come out whatever the size; nothing is held but one group.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from coopkit.cooperative import Cooperative, CooperativeKind
from coopkit.event import Event
from coopkit.place import Place
from coopkit.snapshot import TABLES, Snapshot, arrow_schema

SEED, GROUP = 2023, 1_000_000
PROVINCES, COMMUNES, COOPERATIVES, EVENTS = 34, 30, 35_000, 5_000
FIRST = dt.date(2019, 1, 1)
SCHEMA = arrow_schema(TABLES["participation"].columns)


def small() -> list[Place | Cooperative | Event]:
    """Everything but the participations."""
    dice = np.random.default_rng(SEED)
    begins = dt.date(1900, 1, 1)
    provinces = [
        Place.of(f"{n:02}", begins, name=f"Mẫu {n}", type="tỉnh", level="province") for n in range(1, PROVINCES + 1)
    ]
    communes = [
        Place.of(f"{above.code}{n:03}", begins, name=f"Mẫu {n}", type="xã", level="commune", parent=above.code)
        for above in provinces
        for n in range(COMMUNES)
    ]
    at = dice.integers(0, len(communes), COOPERATIVES)
    units = [
        Cooperative(f"c{n}", f"HTX mẫu {n}", CooperativeKind.COOPERATIVE, place=communes[spot].id)
        for n, spot in enumerate(at)
    ]
    days, kinds = dice.integers(0, 1826, EVENTS), dice.integers(0, 2, EVENTS)
    events = [
        Event(f"e{n}", f"e{n}", ("fair", "training")[kind], "Sự kiện mẫu", FIRST + dt.timedelta(days=int(day)))
        for n, (day, kind) in enumerate(zip(days, kinds, strict=True))
    ]
    return [*provinces, *communes, *units, *events]


def group(number: int, rows: int) -> pa.Table:
    """One row group: ids from the row's number, all else from the seed and the group's number."""
    dice = np.random.default_rng([SEED, number])
    first = number * GROUP
    ids = pc.binary_join_element_wise("p", pc.cast(pa.array(np.arange(first, first + rows)), pa.string()), "")
    people = pa.array(dice.integers(0, 40, rows))
    amount = pa.array(dice.integers(1, 10**9, rows), mask=dice.random(rows) < 0.9)
    told = pc.if_else(pc.is_valid(amount), pa.scalar(value=False), pa.scalar(None, pa.bool_()))
    columns = {
        "id": ids,
        "event": _numbered("e", dice.integers(0, EVENTS, rows)),
        "cooperative": _numbered("c", dice.integers(0, COOPERATIVES, rows)),
        "people": pc.if_else(pc.equal(people, 0), pa.scalar(None, pa.int64()), people),
        "amount_low": amount,
        "amount_high": amount,
        "amount_strict": told,
        "amount_about": told,
    }
    arrays = [columns.get(own.name, pa.nulls(rows, own.type)) for own in SCHEMA]
    return pa.Table.from_arrays([one.cast(own.type) for one, own in zip(arrays, SCHEMA, strict=True)], schema=SCHEMA)


def _numbered(letter: str, numbers: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(letter, pc.cast(pa.array(numbers), pa.string()), "")


def write(folder: Path, rows: int) -> Path:
    """The participations in one Parquet file; gives its path. A file of that size that is there already is kept."""
    path = folder / f"participation-{rows}.parquet"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    with pq.ParquetWriter(beside, SCHEMA, compression="zstd") as out:
        for number in range(-(-rows // GROUP)):
            out.write_table(group(number, min(GROUP, rows - number * GROUP)))
    beside.replace(path)
    return path


def register(path: Path) -> Snapshot:
    """The register whose participations are a lazy scan of that file."""
    return Snapshot.of(small()).replace(participation=ds.dataset(path))


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2])))
