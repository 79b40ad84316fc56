"""Figures made of figures: ratios, divided once after the engine; and derived metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import define, evolve, field

from coopkit.errors import MetricError
from coopkit.metrics.evaluation import Cell, leaves_of, parts_of
from coopkit.metrics.metric import AnyMetric, Derived, Metric, Ratio, Unavailable, reason_of
from coopkit.period import Period
from coopkit.quantity import Quantity, exact

NO_DENOMINATOR: Final = "mẫu số bằng 0 (the denominator is 0)"
"""Why a ratio over nothing is unavailable: nobody's fault."""

Group: TypeAlias = tuple[str, ...] | None
Key: TypeAlias = tuple[str, Period, Group]


_DOUBT: Final = ("exact", "by_address", "undecided")
"""The states of figures, the surest first: what is made of several is as sure as the least sure of them."""


def combined_cells(offered: Mapping[str, AnyMetric], period: Period, cells: Mapping[Key, Cell]) -> Iterator[Cell]:
    """The cells of every ratio and derived metric in a period, each in all the groups that its parts have.

    They may be made of one another: each is made when it is first asked for. One that is made of itself, or lacks a
    part, is unavailable in every group there is.
    """
    own = {(key, at): cell for (key, of, at), cell in cells.items() if of == period}
    groups: dict[str, dict[Group, None]] = {}
    for key, at in own:
        groups.setdefault(key, {})[at] = None
    making = _Making(offered, period, own)
    for metric in offered.values():
        if isinstance(metric, Metric):
            continue
        try:
            leaves = leaves_of(metric.key, offered)
        except Exception as error:  # noqa: BLE001 - whatever a plugin's own parts raised is told in its own cells
            for at in dict.fromkeys((None, *(at for _, at in own))):
                yield unavailable(metric, period, at, error)
        else:
            for at in dict.fromkeys(at for leaf in leaves for at in groups.get(leaf.key, ())):
                yield making.cell(metric.key, at)


def unavailable(metric: AnyMetric, period: Period, at: Group, why: BaseException | Unavailable) -> Cell:
    """The cell of a metric that cannot be computed, with its own plugin and the reason."""
    value = why if isinstance(why, Unavailable) else Unavailable(metric.plugin, reason_of(why))
    return Cell(metric.key, period, at, value, state="unavailable", version=metric.version)


@define
class _Making:
    """The cells of one period, as far as they are known."""

    offered: Mapping[str, AnyMetric]
    period: Period
    known: dict[tuple[str, Group], Cell] = field(repr=False)

    def cell(self, key: str, at: Group) -> Cell:
        """The cell of a metric in a group; where its fact has no rows there, it is 0."""
        found = self.known.get((key, at))
        if found is None:
            metric = self.offered[key]
            if isinstance(metric, Metric):
                found = Cell(key, self.period, at, exact(0, metric.unit), version=metric.version)
            else:
                found = self._made(metric, at)
            self.known[key, at] = found
        return found

    def _made(self, metric: Ratio | Derived, at: Group) -> Cell:
        try:
            return _combined(metric, [self.cell(part, at) for part in parts_of(metric)])
        except Exception as error:  # noqa: BLE001 - whatever a plugin's arithmetic raised is its own cell's
            return unavailable(metric, self.period, at, error)


def _combined(metric: Ratio | Derived, parts: Sequence[Cell]) -> Cell:
    first, values = parts[0], []
    for cell in parts:
        if isinstance(cell.value, Unavailable):
            return unavailable(metric, first.period, first.at, cell.value)
        values.append(cell.value)
    state = max((cell.state for cell in parts), key=_DOUBT.index)
    made = evolve(first, metric=metric.key, version=metric.version, state=state, numerator=None, denominator=None)
    if isinstance(metric, Derived):
        return evolve(made, value=_derived(metric, values))
    over, under = values
    if not under.low:
        none = Unavailable(metric.plugin, NO_DENOMINATOR)
        return evolve(unavailable(metric, first.period, first.at, none), rows=first.rows)
    divisor = Fraction(under.low)
    value = evolve(over * divisor.denominator / divisor.numerator, unit=metric.unit)
    return evolve(made, value=value, numerator=over, denominator=under)


def _derived(metric: Derived, values: Sequence[Quantity]) -> Quantity:
    """What the metric's arithmetic gives. Raises `MetricError` where that is no quantity of its own unit."""
    made: object = metric.how(*values)
    if not isinstance(made, Quantity):
        raise MetricError(f"how phải trả về Quantity, không phải {type(made).__name__} (how must give a Quantity)")
    if made.unit != metric.unit:
        got, said = made.unit.label, metric.unit.label
        raise MetricError(
            f"how cho số {got.vi}, chỉ tiêu khai đơn vị {said.vi} "
            f"(how gives {got.en}, but the metric declares {said.en})"
        )
    return made
