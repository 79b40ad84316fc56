"""`Evaluation`: what the engine found, one cell for each metric, period and place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from coopkit.errors import NotFound
from coopkit.metrics.metric import AnyMetric, Unavailable
from coopkit.period import Period
from coopkit.quantity import Quantity


@frozen
class Cell:
    """One value: of which metric, in which period, for which place (None: all; "": rows without a place on that level).

    `rows` is how many rows were counted; a ratio carries its numerator and denominator and counts the numerator's rows.
    """

    metric: str
    period: Period
    place: str | None
    value: Quantity | Unavailable
    numerator: Quantity | None = None
    denominator: Quantity | None = None
    rows: int = 0


@frozen
class Evaluation:
    """Metrics evaluated over a Snapshot: which metrics, which periods, at which journal position, and every cell."""

    position: int
    metrics: Mapping[str, AnyMetric]
    periods: tuple[Period, ...]
    by: str
    cells: Mapping[tuple[str, Period, str | None], Cell]

    def cell(self, metric: str, period: Period | None = None, place: str | None = None) -> Cell:
        """One cell; the period may be left out where there is only one. Raises `NotFound`."""
        if metric not in self.metrics:
            raise NotFound(f"Không có chỉ tiêu {metric!r} (no such metric): {', '.join(sorted(self.metrics))}")
        of = period or self.periods[0]
        found = self.cells.get((metric, of, place))
        if found is None:
            raise NotFound(f"{metric} không có số liệu cho {of.key}, {place!r} (has no figure for that)")
        return found

    def places(self, metric: str, period: Period | None = None) -> Iterator[Cell]:
        """The cells of a metric by place, in the order of the place codes; rows without a place last."""
        of = period or self.periods[0]
        found = [
            cell
            for (key, when, place), cell in self.cells.items()
            if key == metric and when == of and place is not None
        ]
        yield from sorted(found, key=lambda cell: (cell.place == "", cell.place))
