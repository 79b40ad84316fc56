"""A figure of Thủy Nguyên on the map of a day: one line for each commune of that map, and what nobody has placed."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from coopkit import Cell, Evaluation, Figure, PageView, Period, Ratio, Unavailable
from coopkit_thuynguyen.figures import FIGURES

CODE = "311"
"""Thủy Nguyên's code, of the huyện and of the thành phố; since 1/7/2025 nothing bears it."""

MAPS: tuple[dt.date, ...] = (dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2025, 7, 1))
"""A day of each of the three maps."""


@frozen
class OnMap:
    """One figure on the map of a day: what Thủy Nguyên is on it ("" once it is no unit), and the cells by commune.

    `lines` holds the title and the cell of each commune; `undecided` is of the records whose commune nobody knows,
    None where there are none; `whole` is the figure of all Thủy Nguyên.
    """

    day: dt.date
    district: str
    lines: tuple[tuple[str, Cell], ...]
    undecided: Cell | None
    whole: Cell

    @property
    def adds_up(self) -> bool:
        """Whether the lines and what is undecided make up the whole."""
        cells = [cell for _, cell in self.lines] + ([self.undecided] if self.undecided else [])
        values = [cell.value for cell in cells]
        known = [value.low for value in values if not isinstance(value, Unavailable)]
        told = self.whole.value
        return not isinstance(told, Unavailable) and len(known) == len(values) and sum(known) == told.low


def evaluations(view: PageView, period: Period) -> dict[dt.date, Evaluation]:
    """The plugin's figures of a period by the communes of each of the three maps."""
    return {day: view.evaluate(period, by="place:commune", on_map=day) for day in MAPS}


def on_map(view: PageView, found: Evaluation, figure: str, day: dt.date) -> OnMap:
    """One figure out of an evaluation by the communes of a day's map."""
    places = view.snapshot.places
    titles = {place.code: place.title for place in places.at(day)}
    cells = list(found.places(figure))
    district = places.get(CODE, day)
    return OnMap(
        day,
        district.title if district else "",
        tuple((titles[cell.place], cell) for cell in cells if cell.place),
        next((cell for cell in cells if not cell.place), None),
        found.cell(figure),
    )


def years(view: PageView) -> list[int]:
    """The years in which something was held for Thủy Nguyên's cooperatives, the newest first."""
    days = view.snapshot.table("event").column("start").to_pylist()
    return sorted({day.year for day in days if day is not None}, reverse=True)


def written(cell: Cell | None, view: PageView) -> str:
    """A cell's number in the reader's language; an empty text where there is no cell."""
    metric = next((one for one in FIGURES if cell is not None and one.key == cell.metric), None)
    if cell is None or metric is None:
        return ""
    form = metric.form if isinstance(metric, Ratio) else None
    told = Figure(
        cell.metric,
        metric.label,
        metric.topic,
        cell.value,
        metric.unit.label,
        cell.rows,
        form,
        cell.numerator,
        cell.denominator,
    )
    return told.number(view.lang)
