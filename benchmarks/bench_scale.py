"""Eight metrics by province and year over 10 million participations in Parquet, against the same by hand.

Each way runs in a process of its own, which tells its best time of five and its peak memory. COOPKIT_BENCH_ROWS asks
for another size.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.generate import register, write

ROWS = int(os.environ.get("COOPKIT_BENCH_ROWS", "10000000"))
FOLDER, TURNS = Path(gettempdir()) / "coopkit-bench", 5
YEARS = tuple(range(2019, 2024))
HAND, PANDAS, MANY, GROWTH = 1.15, 0.35, 3.0, 1.2


def metrics(copies: int = 1) -> list[Any]:
    """Eight metrics; `copies` times that many, which differ in what they count."""
    from coopkit.metrics import Flow, Metric, distinct, total
    from coopkit.quantity import PEOPLE, TURNS, UNITS, VND
    from coopkit.text import Label

    name, made = Label("Đo", "Bench"), []
    for copy in range(copies):
        for kind in ("fair", "training"):
            said: dict[str, Any] = {
                "label": name,
                "topic": name,
                "table": "participation",
                "timing": Flow("event.start"),
            }
            said["where"] = _where(kind, copy)
            end = f"{kind}_{copy}"
            made += [
                Metric(key=f"bench.turns_{end}", unit=TURNS, **said),
                Metric(key=f"bench.units_{end}", unit=UNITS, measure=distinct("cooperative"), **said),
                Metric(key=f"bench.people_{end}", unit=PEOPLE, measure=total("people"), **said),
                Metric(key=f"bench.money_{end}", unit=VND, measure=total("amount"), **said),
            ]
    return made


def _where(kind: str, least: int) -> Callable[[Any], Any]:
    if least:
        return lambda row: (row["event.kind"] == kind) & (row["people"] > least)
    return lambda row: row["event.kind"] == kind


def ours(path: Path, engine: str, copies: int) -> Callable[[], Any]:
    """Coopkit's engine."""
    from coopkit.metrics.engine import evaluate
    from coopkit.period import Period

    snapshot, asked = register(path), metrics(copies)
    periods = [Period.parse(str(year)) for year in YEARS]
    return lambda: len(evaluate(asked, snapshot, periods, by="place:province", totals=False, engine=engine).cells)


def _small(path: Path) -> tuple[Any, Any]:
    """Events with their year and kind, cooperatives with their province."""
    snapshot = register(path)
    events = snapshot.table("event").select(["id", "kind", "start"])
    units = snapshot.table("cooperative").select(["id", "place"])
    return events, units


def polars_by_hand(path: Path) -> Callable[[], Any]:
    """The same in Polars, as somebody writes it who knows the tables."""
    import polars as pl

    events, units = _small(path)

    def work() -> Any:
        when = pl.from_arrow(events).lazy().select("id", "kind", year=pl.col("start").dt.year())  # type: ignore[union-attr]
        where = pl.from_arrow(units).lazy().select("id", province=pl.col("place").str.head(2))  # type: ignore[union-attr]
        rows = pl.scan_parquet(path).join(when, left_on="event", right_on="id")
        rows = rows.join(where, left_on="cooperative", right_on="id", how="left")
        rows = rows.filter(pl.col("year").is_between(YEARS[0], YEARS[-1]))
        exprs = []
        for kind in ("fair", "training"):
            met = pl.col("kind") == kind
            exprs += [
                met.sum().alias(f"turns_{kind}"),
                pl.col("cooperative").filter(met).n_unique().alias(f"units_{kind}"),
                pl.col("people").filter(met).sum().alias(f"people_{kind}"),
                pl.col("amount_low").filter(met).sum().alias(f"low_{kind}"),
                pl.col("amount_high").filter(met).sum().alias(f"high_{kind}"),
            ]
        return rows.group_by("province", "year").agg(exprs).collect(engine="streaming")

    return work


def pandas_by_hand(path: Path) -> Callable[[], Any]:
    """The same in pandas."""
    import pandas as pd

    events, units = _small(path)

    def work() -> Any:
        columns = ["event", "cooperative", "people", "amount_low", "amount_high"]
        rows = pd.read_parquet(path, columns=columns)
        when, where = events.to_pandas(), units.to_pandas()
        when["year"] = pd.to_datetime(when["start"]).dt.year
        where["province"] = where["place"].str[:2]
        rows = rows.merge(when, left_on="event", right_on="id").merge(
            where, left_on="cooperative", right_on="id", how="left"
        )
        found = []
        for kind in ("fair", "training"):
            met = rows[rows["kind"] == kind].groupby(["province", "year"])
            found.append(
                met.agg(
                    turns=("event", "size"),
                    units=("cooperative", "nunique"),
                    people=("people", "sum"),
                    low=("amount_low", "sum"),
                    high=("amount_high", "sum"),
                )
            )
        return found

    return work


def duckdb_by_hand(path: Path) -> Callable[[], Any]:
    """The same with narwhals on DuckDB."""
    import duckdb
    import narwhals as nw

    events, units = _small(path)

    def work() -> Any:
        connection = duckdb.connect()
        when = nw.from_native(connection.from_arrow(events)).select("id", "kind", year=nw.col("start").dt.year())
        where = nw.from_native(connection.from_arrow(units)).select(
            nw.col("id"), nw.col("place").str.head(2).alias("province")
        )
        rows = nw.from_native(connection.read_parquet(str(path))).join(when, left_on="event", right_on="id")
        rows = rows.join(where, left_on="cooperative", right_on="id", how="left")
        exprs = []
        for kind in ("fair", "training"):
            met = nw.col("kind") == kind
            exprs.append(met.cast(nw.Int64).sum().alias(f"turns_{kind}"))
            exprs.append(nw.when(met).then(nw.col("cooperative")).n_unique().alias(f"units_{kind}"))
            summed = ("people", "amount_low", "amount_high")
            exprs += [nw.when(met).then(nw.col(name)).sum().alias(f"{name}_{kind}") for name in summed]
        return rows.group_by("province", "year").agg(*exprs).to_native().fetchall()

    return work


WAYS: dict[str, Callable[[Path], Callable[[], Any]]] = {
    "coopkit/Polars": lambda path: ours(path, "polars", 1),
    "Polars by hand": polars_by_hand,
    "pandas by hand": pandas_by_hand,
    "coopkit/DuckDB": lambda path: ours(path, "duckdb", 1),
    "narwhals/DuckDB by hand": duckdb_by_hand,
    "coopkit/Polars, 40 metrics": lambda path: ours(path, "polars", 5),
}


def _measure(way: str, rows: int, told: Any) -> None:
    work, best = WAYS[way](write(FOLDER, rows)), float("inf")
    for _ in range(TURNS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    told.send((best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20))


def measure(way: str, rows: int) -> tuple[float, float]:
    """Best seconds and peak GiB of one way, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(way, rows, send))
    process.start()
    send.close()
    found: tuple[float, float] = receive.recv()
    process.join()
    return found


def main() -> int:
    """Print every way, then the ratios; 1 when a budget is missed."""
    for rows in (ROWS // 10, ROWS):
        write(FOLDER, rows)
    found = {way: measure(way, ROWS) for way in WAYS}
    print(f"8 metrics by province and year over {ROWS:,} participations in Parquet")
    for way, (seconds, peak) in found.items():
        print(f"  {way:<28} {seconds:6.2f} s  peak {peak:.2f} GiB")
    tenth = measure("coopkit/Polars", ROWS // 10)[0]
    time_of = {way: seconds for way, (seconds, _) in found.items()}
    mine = time_of["coopkit/Polars"]
    ratios = (
        ("coopkit/Polars by Polars by hand", mine / time_of["Polars by hand"], HAND),
        ("coopkit/Polars by pandas", mine / time_of["pandas by hand"], PANDAS),
        ("coopkit/DuckDB by narwhals/DuckDB", time_of["coopkit/DuckDB"] / time_of["narwhals/DuckDB by hand"], HAND),
        ("40 metrics by 8", time_of["coopkit/Polars, 40 metrics"] / mine, MANY),
        (f"time a row at {ROWS:,} by that at a tenth", mine / tenth / 10, GROWTH),
    )
    for name, ratio, budget in ratios:
        print(f"  {name}: {ratio:.2f} (budget {budget:.2f})")
    return int(any(ratio > budget for _, ratio, budget in ratios))


if __name__ == "__main__":
    sys.exit(main())
