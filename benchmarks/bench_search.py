"""The search of a register against Polars by hand and a plain loop; and what a long list costs beside a short one.

A text of several words, typed with marks or not, is looked for in the names and tax codes of 100,000 units, the best
answers first. The loop asks Python's `in` of lines made ready before, and ranks: it finds the same in the same order,
which is checked. Polars by hand only filters the folded lines by each word, unranked. Then the first page of 35,000
units beside that of 300; and the list of 35,000 made new, and made again after one edit, beside their records alone.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import polars as pl
import pyarrow as pa

from coopkit.cooperative import Cooperative, CooperativeKind
from coopkit.place import shipped_index, shipped_places
from coopkit.snapshot import TABLES, Snapshot, arrow_schema
from coopkit.text import fold, name_key, words_of
from coopkit.workspace import Filter, UnitList

MANY, LARGE, SMALL, TURNS_EACH = 100_000, 35_000, 300, 7
BUDGET, GOAL, PAGE_BUDGET, EDIT_BUDGET = 2.5, 30, 1.0, 0.50
ON = dt.date(2023, 12, 31)
KINDS = ("Hợp tác xã", "HTX", "HTX Dịch vụ nông nghiệp", "Quỹ tín dụng nhân dân")
OWN = ("An", "Ánh", "Ân", "Bình", "Dũng", "Đoàn Kết", "Đức", "Hải", "Hòa", "Kiến Thụy", "Lợi", "Phú", "Rau", "Tân")
TYPED = ("a", "an", "an binh", "Bình An", "rau an binh", "htx an bình", "hợp tác xã", "quy tin dung hai", "0200000")
Line = tuple[str, str]


def register(units: int) -> Snapshot:
    """A register of that size, the same at every run."""
    dice = random.Random(2023)  # noqa: S311 - made-up data
    communes = [place.id for place in shipped_index().level(ON, "commune", within="31")]
    columns: dict[str, list[Any]] = {
        "id": [f"c{n}" for n in range(units)],
        "name": [f"{dice.choice(KINDS)} {' '.join(dice.choices(OWN, k=3))} {dice.randrange(60)}" for _ in range(units)],
        "kind": [dice.choice(list(CooperativeKind)).value for _ in range(units)],
        "tax_code": [f"02{n:08}" if dice.random() < 0.9 else None for n in range(units)],
        "place": [dice.choice(communes) for _ in range(units)],
    }
    schema = arrow_schema(TABLES["cooperative"].columns)
    arrays = [pa.array(columns.get(name, [None] * units), schema.field(name).type) for name in schema.names]
    return Snapshot.of(shipped_places()).replace(cooperative=pa.Table.from_arrays(arrays, schema=schema))


def edited(snapshot: Snapshot, turn: int) -> Snapshot:
    """The register after one unit was given another name."""
    table = snapshot.table("cooperative")
    names = [f"HTX Đổi tên {turn}", *table.column("name").to_pylist()[1:]]
    return snapshot.replace(cooperative=table.set_column(table.column_names.index("name"), "name", pa.array(names)))


def lines(units: UnitList) -> list[Line]:
    """What the loop looks through: each unit with its marks, and folded."""
    made = []
    for unit in units.search():
        full, written = name_key(unit.name), " ".join(words_of(unit.name))
        line = f" {full} {unit.tax_code}" + (f" {written}" if written != full else "")
        made.append((line, " " + fold(full) + f" {unit.tax_code}" + (f" {fold(written)}" if written != full else "")))
    return made


def by_hand(ready: list[Line], text: str) -> list[int]:
    """The rows that have every word typed, as a plain loop finds and ranks them."""
    words, phrase = [(word, name_key(word)) for word in words_of(text)], fold(name_key(text))
    bare = [(fold(word), fold(written_out)) for word, written_out in words]
    found = []
    for row, (line, folded) in enumerate(ready):
        if all(word in folded or written_out in folded for word, written_out in bare):
            unmarked = not all(word in line or written_out in line for word, written_out in words)
            at = folded.find(f" {phrase}")
            found.append((unmarked, min(at, 1) if at >= 0 else 2 if phrase in folded else 3, row))
    return [row for _, _, row in sorted(found)]


def in_polars(frame: pl.DataFrame, text: str) -> pl.DataFrame:
    """The lines that have every word typed, as somebody filters them who knows Polars."""
    return frame.filter([pl.col("folded").str.contains(word, literal=True) for word in fold(text).split()])


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], object]) -> float:
    """How long the work takes at its best, in milliseconds."""
    return 1000 * min(seconds(work) for _ in range(TURNS_EACH))


def listed(snapshot: Snapshot) -> UnitList:
    """The list with all that its first page needs."""
    units = UnitList(snapshot, ON, ON)
    units.search().page(1)
    return units


def searched() -> float:
    """Print what the searches take beside a loop and Polars; the ratio to Polars."""
    units = listed(register(MANY))
    ready = lines(units)
    frame = pl.DataFrame({"folded": [folded for _, folded in ready]})
    mine, loop, bare = {}, [], []
    for text in TYPED:
        assert units.search(Filter(text)).rows.tolist() == by_hand(ready, text), text
        mine[text] = best(lambda text=text: units.search(Filter(text)).page(1))  # type: ignore[misc]
        loop.append(best(lambda text=text: by_hand(ready, text)))  # type: ignore[misc]
        bare.append(best(lambda text=text: in_polars(frame, text)))  # type: ignore[misc]
    slowest, ratio = max(mine, key=lambda text: mine[text]), sum(mine.values()) / sum(bare)
    print(
        f"search {MANY:,} units, ranked, and show 50, {len(TYPED)} texts: {sum(mine.values()) / len(TYPED):.1f} ms each"
    )
    print(f"  the slowest is {slowest!r}: {mine[slowest]:.1f} ms (goal {GOAL} ms)")
    print(f"  the same in a plain Python loop: {sum(loop) / len(TYPED):.1f} ms each")
    print(f"  Polars by hand, unranked: {sum(bare) / len(TYPED):.1f} ms each; ratio {ratio:.2f} (budget {BUDGET:.2f})")
    return ratio


def main() -> int:
    """Print the figures; 1 when a budget is missed or the loop finds otherwise."""
    small, large = register(SMALL), register(LARGE)
    few = listed(small)
    first = seconds(lambda: listed(large))
    many, records = listed(large), seconds(lambda: large.records(Cooperative))
    turns = [edited(large, turn) for turn in range(3)]
    again = min(seconds(lambda one=one: listed(one)) for one in turns)  # type: ignore[misc]
    short, long = best(lambda: few.search().page(1)), best(lambda: many.search().page(1))
    ratio = searched()
    print(f"first page of {LARGE:,} units: {long:.2f} ms")
    print(f"  of {SMALL}: {short:.2f} ms; {long - short:.2f} ms more (budget {PAGE_BUDGET:.0f} ms)")
    print(f"list of {LARGE:,} units: {first:.2f} s the first time, {again:.2f} s after one edit")
    print(
        f"  their records alone: {records:.2f} s; ratio after an edit {again / records:.2f} (budget {EDIT_BUDGET:.2f})"
    )
    return int(ratio > BUDGET or long - short > PAGE_BUDGET or again / records > EDIT_BUDGET)


if __name__ == "__main__":
    sys.exit(main())
