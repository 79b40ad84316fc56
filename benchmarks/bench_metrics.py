"""The metric pass over a million participations against the same query written by hand in Polars.

Seven metrics by district and year, eight numbers a group: turns, distinct cooperatives and people, each at all events
and at fairs, and the lows and highs of amounts. Both read the same Arrow tables; both give the same figures, which is
checked.
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
from coopkit.event import Event
from coopkit.metrics import Flow, Metric, distinct, total
from coopkit.metrics.engine import evaluate
from coopkit.period import Period
from coopkit.place import shipped_index, shipped_places
from coopkit.quantity import PEOPLE, TURNS, UNITS, VND
from coopkit.snapshot import TABLES as RECORDS
from coopkit.snapshot import Snapshot, arrow_schema
from coopkit.text import Label

ROWS, COOPERATIVES, EVENTS, TURNS_EACH, BUDGET = 1_000_000, 35_000, 5_000, 5, 1.15
YEARS = tuple(Period.parse(str(year)) for year in range(2019, 2024))
NAME, TOPIC = Label("Chỉ tiêu", "Figure"), Label("Đo", "Bench")


def register() -> Snapshot:
    """A register of that size, the same at every run."""
    dice = random.Random(2023)  # noqa: S311 - made-up data
    communes = [place.id for place in shipped_index().level(dt.date(2023, 12, 31), "commune", within="31")]
    kind = CooperativeKind.COOPERATIVE
    coops = [
        Cooperative(id=f"c{n}", name=f"HTX {n}", kind=kind, place=dice.choice(communes)) for n in range(COOPERATIVES)
    ]
    days = [dt.date(2019, 1, 1) + dt.timedelta(days=dice.randrange(1826)) for _ in range(EVENTS)]
    events = [
        Event(id=f"e{n}", code=f"e{n}", name="x", kind=dice.choice(["fair", "training"]), start=day)
        for n, day in enumerate(days)
    ]
    small = Snapshot.of([*shipped_places(), *coops, *events])
    amounts: list[int | None] = [dice.randrange(10**9) if n % 10 == 0 else None for n in range(ROWS)]
    told = [amount is not None for amount in amounts]
    columns: dict[str, list[Any]] = {
        "id": [f"p{n}" for n in range(ROWS)],
        "event": [f"e{dice.randrange(EVENTS)}" for _ in range(ROWS)],
        "cooperative": [f"c{dice.randrange(COOPERATIVES)}" for _ in range(ROWS)],
        "people": [n % 40 or None for n in range(ROWS)],
        "amount_low": amounts,
        "amount_high": amounts,
        "amount_strict": [False if one else None for one in told],
        "amount_about": [False if one else None for one in told],
        "amount_unit": ["vnd" if one else None for one in told],
        "result": [None] * ROWS,
    }
    schema = arrow_schema(RECORDS["participation"].columns)
    arrays = [pa.array(columns.get(name, [None] * ROWS), schema.field(name).type) for name in schema.names]
    return small.replace(participation=pa.Table.from_arrays(arrays, schema=schema))


def metrics() -> list[Metric]:
    """Seven metrics, of which the amounts give two columns: eight numbers a group."""
    said: dict[str, Any] = {"label": NAME, "topic": TOPIC, "table": "participation", "timing": Flow("event.start")}
    made = [Metric(key="bench.money", unit=VND, measure=total("amount"), **said)]
    for name, where in (("all", None), ("fairs", lambda row: row["event.kind"] == "fair")):
        for key, unit, measure in (("units", UNITS, distinct("cooperative")), ("people", PEOPLE, total("people"))):
            made.append(Metric(key=f"bench.{key}_{name}", unit=unit, measure=measure, where=where, **said))
        made.append(Metric(key=f"bench.turns_{name}", unit=TURNS, where=where, **said))
    return made


def by_hand(snapshot: Snapshot, districts: dict[str, str]) -> pl.DataFrame:
    """The same in Polars, as somebody writes it who knows the tables."""
    rows = pl.from_arrow(snapshot.table("participation")).lazy()  # type: ignore[union-attr]
    events = pl.from_arrow(snapshot.table("event").select(["id", "kind", "start"])).lazy()  # type: ignore[union-attr]
    events = events.select("id", fair=pl.col("kind") == "fair", year=pl.col("start").dt.year())
    coops = pl.from_arrow(snapshot.table("cooperative").select(["id", "place"])).lazy()  # type: ignore[union-attr]
    coops = coops.select("id", district=pl.col("place").replace_strict(districts, default=None))
    fair = pl.col("fair")
    return (
        rows.join(events, left_on="event", right_on="id")
        .join(coops, left_on="cooperative", right_on="id", how="left")
        .filter(pl.col("year").is_between(2019, 2023))
        .group_by("district", "year")
        .agg(
            turns_all=pl.len(),
            turns_fairs=fair.sum(),
            units_all=pl.col("cooperative").n_unique(),
            units_fairs=pl.col("cooperative").filter(fair).n_unique(),
            people_all=pl.col("people").sum(),
            people_fairs=pl.col("people").filter(fair).sum(),
            low=pl.col("amount_low").sum(),
            high=pl.col("amount_high").sum(),
        )
        .collect(engine="streaming")
    )


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Print the ratio; 1 when the budget is missed or the figures differ."""
    snapshot, asked = register(), metrics()
    index, day = shipped_index(), dt.date(2023, 12, 31)
    districts = {
        place.id: above.code for place in index.at(day) if (above := index.parent(place, day, "district")) is not None
    }

    def ours() -> Any:
        return evaluate(asked, snapshot, YEARS, by="place:district", totals=False)

    found, hand = ours(), by_hand(snapshot, districts)
    for row in hand.to_dicts():
        period = next(period for period in YEARS if period.year == row["year"])
        for name in ("turns_all", "turns_fairs", "units_all", "units_fairs", "people_all", "people_fairs"):
            assert found.cell(f"bench.{name}", period, row["district"]).value.low == row[name], (name, row)
        money = found.cell("bench.money", period, row["district"]).value
        assert (money.low, money.high) == (row["low"], row["high"]), row
    mine, bare = [], []
    for _ in range(TURNS_EACH):
        mine.append(seconds(ours))
        bare.append(seconds(lambda: by_hand(snapshot, districts)))
    ratio = min(mine) / min(bare)
    print(f"{len(asked)} metrics x district x 5 years over {ROWS:,} participations: {min(mine):.2f} s")
    print(f"  Polars by hand: {min(bare):.2f} s; ratio {ratio:.2f} (budget {BUDGET:.2f})")
    return int(ratio > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
