"""Figures made of figures: ratios, divided once after the engine; and derived metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import evolve

from coopkit.metrics.evaluation import Cell, parts_of
from coopkit.metrics.metric import AnyMetric, Derived, Ratio, Unavailable
from coopkit.period import Period
from coopkit.quantity import Quantity

Key = tuple[str, Period, tuple[str, ...] | None]


_DOUBT: Final = ("exact", "by_address", "undecided")
"""The states of figures, the surest first: what is made of several is as sure as the least sure of them."""


def combined_cells(metrics: Iterable[AnyMetric], period: Period, cells: Mapping[Key, Cell]) -> Iterator[Cell]:
    """The cells of every derived metric and ratio in a period; a derived one may be part of a ratio."""
    known = dict(cells)
    for kind in (Derived, Ratio):
        for metric in metrics:
            if isinstance(metric, kind):
                for cell in _cells(metric, period, known):
                    known[cell.metric, period, cell.at] = cell
                    yield cell


def _cells(metric: Derived | Ratio, period: Period, cells: Mapping[Key, Cell]) -> Iterator[Cell]:
    parts = parts_of(metric)
    groups = dict.fromkeys(at for (key, of, at) in cells if key in parts and of == period)
    for at in groups or [None]:
        found = [cells.get((part, period, at)) for part in parts]
        made = _combined(metric, period, dict(zip(parts, found, strict=True)))
        yield evolve(made, at=at, version=metric.version)


def _combined(metric: Derived | Ratio, period: Period, parts: Mapping[str, Cell | None]) -> Cell:
    first = next((cell for cell in parts.values() if cell is not None), None)
    bare = Cell(metric.key, period, None, Unavailable(metric.plugin, ""), state="unavailable")
    values: list[Quantity] = []
    for key, cell in parts.items():
        if cell is None:
            return evolve(bare, value=Unavailable(metric.plugin, f"thiếu chỉ tiêu {key} (metric {key} is missing)"))
        if isinstance(cell.value, Unavailable):
            return evolve(bare, value=cell.value)
        values.append(cell.value)
    assert first is not None  # noqa: S101 - every metric made of others names at least one
    state = max((cell.state for cell in parts.values() if cell), key=_DOUBT.index)
    shared = evolve(first, metric=metric.key, state=state, numerator=None, denominator=None)
    if isinstance(metric, Derived):
        try:
            return evolve(shared, value=metric.how(*values))
        except Exception as error:  # noqa: BLE001 - whatever a plugin's arithmetic raised is its own cell's
            return evolve(bare, value=Unavailable(metric.plugin, f"{type(error).__name__}: {error}"))
    over, under = values
    if not under.low:
        return evolve(bare, rows=first.rows, value=Unavailable(metric.plugin, "mẫu số bằng 0 (the denominator is 0)"))
    value = evolve(over / int(under.low), unit=metric.unit)
    return evolve(shared, value=value, numerator=over, denominator=under)
