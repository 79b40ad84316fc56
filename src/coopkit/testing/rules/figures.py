"""Rules on figures: orders, sums, the past, engines."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from fractions import Fraction

from coopkit.metrics import Cell, Unavailable
from coopkit.metrics.evaluation import adds_up
from coopkit.testing.case import Case, differences, shuffled
from coopkit.testing.finding import Finding


def order(case: Case) -> Iterator[Finding]:
    """The same records in another order give the same figures, files and verdicts."""
    for key, asked, mine, theirs in differences(case.baseline, case.answers(shuffled(case.world))):
        what = f"đổi thứ tự bản ghi thì {asked or 'tệp'} khác: {mine} ≠ {theirs}"
        yield Finding("order", key, f"{what} (in another order of records)")


def additive(case: Case) -> Iterator[Finding]:
    """Where a metric's kind says that its figures add up over places, they do: what nobody has placed included."""
    additive_ = {one.key for one in case.metrics if adds_up(one)[0]}
    for by in ("place:commune", "unit") if additive_ else ():
        sums: dict[tuple[str, str], Fraction] = {}
        whole: dict[tuple[str, str], Cell] = {}
        for cell in case.cells(case.world_placed, by):
            if cell.metric not in additive_ or isinstance(cell.value, Unavailable):
                continue
            at = cell.metric, cell.period.key
            if cell.at is None:
                whole[at] = cell
            else:
                sums[at] = sums.get(at, Fraction(0)) + Fraction(cell.value.low)
        for at, cell in whole.items():
            assert not isinstance(cell.value, Unavailable)  # noqa: S101 - such cells were passed over
            told = sums.get(at, Fraction(0))
            if told != cell.value.low:
                what = f"kỳ {at[1]}, theo {by}: cộng các nơi được {told}, cả thành phố {cell.value.low}"
                yield Finding("additive", at[0], f"{what} (places do not add up to the whole)")
                additive_.discard(at[0])


def as_of(case: Case) -> Iterator[Finding]:
    """The figures of years that are over stay what they were when the records of a later year come in."""
    before, after = case.figures(case.world), case.figures(case.world_later)
    # A group that is only there later, a new unit's, had no figure before.
    shared = {key: {asked: after.get(key, {}).get(asked, "–") for asked in told} for key, told in before.items()}
    for key, asked, then, now in differences(before, shared):
        what = f"{asked}: trước {then}, sau khi có bản ghi năm sau {now}"
        yield Finding("as_of", key, f"{what} (a past figure changed with records of a later year)")


def engines(case: Case) -> Iterator[Finding]:
    """Polars and DuckDB give the same figures."""
    if not case.metrics:
        return
    if importlib.util.find_spec("duckdb") is None:
        yield Finding("engines", "", "chưa cài duckdb (duckdb is not installed)", skipped=True)
        return
    for key, asked, one, other in differences(case.figures(case.world), case.figures(case.world, "duckdb")):
        yield Finding("engines", key, f"{asked}: polars {one}, duckdb {other} (engines do not agree)")
