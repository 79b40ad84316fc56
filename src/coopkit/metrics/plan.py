"""A metric's expressions in one pass, and how the integers that an engine gives become its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import narwhals as nw
from attrs import define, field

from coopkit.errors import MetricError
from coopkit.field import Field, FieldKind
from coopkit.metrics.dimensions import references
from coopkit.metrics.facts import Facts
from coopkit.metrics.metric import Metric, Unavailable
from coopkit.metrics.parts import How, Row, col
from coopkit.quantity import Quantity, exact
from coopkit.snapshot import TABLES, Snapshot

_INT64: Final = 2**63 - 1
_HALF: Final = 2**32


LENGTH: Final = "@length"
"""How many rows a group has, counted or not: one number for all metrics of a pass."""


@define
class Plan:
    """What is asked of the engine for one metric. Every answer is an integer.

    Engines wrap, widen or raise where a sum leaves 64 bits. Where the column's own bounds allow a sum to do that, the
    plan is `careful`: each value in two halves, whose sums are exact on every engine and are put together in Python.
    What the bounds show to be the same in every row is not asked at all. `counts` is None where every row counts.

    Where all that a pass counts distinct is one column, `unit`, the rows are first added up for each value of it
    (`exprs`), and those sums then for each group (`whole`): a value is counted where it has rows. Forty distinct counts
    so cost little more than one.
    """

    metric: Metric
    prefix: str
    counts: nw.Expr | None
    unit: str = ""
    careful: bool = False
    parts: list[str] = field(factory=list)
    exprs: list[nw.Expr] = field(factory=list)

    @staticmethod
    def of(  # noqa: PLR0913 - each argument is a part of the question
        metric: Metric,
        counts: nw.Expr | None,
        row: Row,
        prefix: str,
        facts: Facts,
        *,
        unit: str = "",
        address: str | None = None,
    ) -> Plan:
        """The plan of a metric over the rows that meet the condition `counts`.

        `address` is the column that marks what came to its place by a decision.
        """
        column = metric.measure.column
        quantity = metric.measure.how is How.TOTAL and _is_quantity(metric, facts.snapshot)
        sums = [f"{column}_low", f"{column}_high"] if quantity else [column] if metric.measure.how is How.TOTAL else []
        careful = any(facts.may_leave_64_bits(metric.table, one) for one in sums)
        plan = Plan(metric, prefix, counts, unit, careful)
        plan._name("rows", nw.len() if plan.counts is None else plan.counts.cast(nw.Int64).sum())
        if address:
            plan._count("address", row[address].fill_null(value=False))
        if metric.measure.how is How.DISTINCT:
            plan._distinct(row[column], filled=facts.is_filled(metric.table, column))
        elif quantity:
            plan._quantity(column, row, facts)
        elif sums:
            plan._total("low", row[column])
        return plan

    @property
    def whole(self) -> list[nw.Expr]:
        """What adds up to a group's answers, over the answers for each value of `unit`."""
        summed = [nw.col(f"{self.prefix}:{part}").sum() for part in self.parts]
        if self.metric.measure.how is not How.DISTINCT:
            return summed
        has_rows = (nw.col(f"{self.prefix}:rows") > 0) & ~col(self.unit).is_null()
        return [*summed, has_rows.cast(nw.Int64).sum().alias(f"{self.prefix}:distinct")]

    def _distinct(self, column: nw.Expr, *, filled: bool) -> None:
        if self.unit:
            return
        held = self._held(column)
        self._name("distinct", held.n_unique())
        if not filled:
            self._name("missing", held.is_null().cast(nw.Int64).sum())

    def _quantity(self, column: str, row: Row, facts: Facts) -> None:
        for part in ("low", "high"):
            self._total(part, row[f"{column}_{part}"])
        self._count("open", ~row[f"{column}_low"].is_null() & row[f"{column}_high"].is_null())
        for part in ("strict", "about"):
            if facts.ever(self.metric.table, f"{column}_{part}"):
                self._count(part, row[f"{column}_{part}"].fill_null(value=False))

    def _name(self, part: str, expr: nw.Expr) -> None:
        self.parts.append(part)
        self.exprs.append(expr.alias(f"{self.prefix}:{part}"))

    def _held(self, column: nw.Expr) -> nw.Expr:
        return column if self.counts is None else nw.when(self.counts).then(column)

    def _count(self, part: str, met: nw.Expr) -> None:
        self._name(part, (met if self.counts is None else self.counts & met).cast(nw.Int64).sum())

    def _total(self, part: str, column: nw.Expr) -> None:
        held = self._held(column)
        if self.careful:
            rest = held % _HALF
            self._name(f"{part}/", ((held - rest) / _HALF).cast(nw.Int64).sum())
            self._name(f"{part}%", rest.sum())
        else:
            self._name(part, held.sum())

    def read(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """This plan's part of a result row, by part; what is null counts 0."""
        return {part: result.get(f"{self.prefix}:{part}") or 0 for part in self.parts}

    def by_address(self, result: Mapping[str, Any]) -> bool:
        """Whether any of the rows counted came to its place by a decision."""
        return bool(result.get(f"{self.prefix}:address"))

    def value(self, result: Mapping[str, Any]) -> tuple[Quantity | Unavailable, int]:
        """The value that a pass's integers stand for, and how many rows it counted."""
        got = self.read(result)
        unit, counted = self.metric.unit, int(got["rows"])
        if self.metric.measure.how is How.DISTINCT:
            found = int(result.get(f"{self.prefix}:distinct") or 0)
            if self.unit:
                return exact(found, unit), counted
            # n_unique counts null as a value, wherever a row was not counted or had none.
            null = got["missing"] if "missing" in got else int(result.get(LENGTH, 0)) > counted
            return exact(found - (1 if null else 0), unit), counted
        if self.metric.measure.how is How.ROWS:
            return exact(counted, unit), counted
        sums = {part: _sum(got, part) for part in ("low", "high")}
        if any(not -_INT64 - 1 <= one <= _INT64 for one in sums.values()):
            return Unavailable(self.metric.plugin, "tổng vượt quá số nguyên 64 bit (the sum exceeds 64 bits)"), counted
        if "open" not in self.parts:
            return exact(sums["low"], unit), counted
        high = None if got["open"] else sums["high"]
        return Quantity(
            sums["low"], high, strict=bool(got.get("strict")), about=bool(got.get("about")), unit=unit
        ), counted


def _sum(got: Mapping[str, Any], part: str) -> int:
    if f"{part}/" in got:
        return int(got[f"{part}/"]) * _HALF + int(got[f"{part}%"])
    return int(got.get(part, 0))


def _is_quantity(metric: Metric, snapshot: Snapshot) -> bool:
    """Whether the metric totals a column that is stored as a quantity.

    Raises `MetricError` where the field states a unit and the metric declares another one.
    """
    own = _totalled(metric, snapshot)
    if own is not None and own.unit is not None and own.unit != metric.unit:
        got, said = own.unit.label, metric.unit.label
        raise MetricError(
            f"cột {metric.measure.column!r} tính bằng {got.vi}, chỉ tiêu khai đơn vị {said.vi} "
            f"(the column holds {got.en}, but the metric declares {said.en})"
        )
    return own.kind is FieldKind.QUANTITY if own else "." in metric.measure.column


def _totalled(metric: Metric, snapshot: Snapshot) -> Field | None:
    """The field whose values the metric adds up: one of a record, or of an event's kind."""
    name, table = metric.measure.column, metric.table
    reference, _, rest = name.partition(".")
    if rest and reference in references(table):
        name, table = rest, references(table)[reference]
    fields = TABLES[table].fields
    if table == "event" and "." in name:
        kind, _, name = name.rpartition(".")  # a plugin's kind has a dot in its own key
        fields = snapshot.kinds[kind].fields if kind in snapshot.kinds else ()
    return next((own for own in fields if own.key == name), None)
