"""The engine: all metrics of a fact table in one pass. It gets integers from the engine below and divides after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw
from attrs import define, evolve, field, frozen

from coopkit.errors import MetricError, NotFound
from coopkit.field import FieldKind
from coopkit.metrics.evaluation import Cell, Evaluation
from coopkit.metrics.facts import PLACE, fact, place_column, references, with_place
from coopkit.metrics.metric import AnyMetric, Metric, Ratio, Unavailable
from coopkit.metrics.parts import How, Row
from coopkit.metrics.rows import counted_rows
from coopkit.period import Period
from coopkit.quantity import Quantity, exact
from coopkit.snapshot import TABLES, Snapshot

_INT64 = 2**63 - 1


def evaluate(
    metrics: Iterable[AnyMetric],
    snapshot: Snapshot,
    periods: Sequence[Period],
    *,
    by: str = "",
) -> Evaluation:
    """Every metric in every period: one figure each or, with `by="place:district"`, one for each place as well.

    All metrics of one fact table are counted in one pass whatever their number. A metric that fails is `Unavailable`
    in its own cells and leaves the others alone. Raises `MetricError` for a `by` that is not "place:LEVEL", and
    `NotFound` for a level that the map of a period's last day does not have.

    >>> from coopkit.event import OWN_KINDS
    >>> from coopkit.metrics.own import OWN_METRICS
    >>> empty = Snapshot.of([kind.stored() for kind in OWN_KINDS])
    >>> evaluate(OWN_METRICS, empty, [Period.parse("2023")]).cell("fairs.turns").value.low
    0
    """
    offered = {metric.key: metric for metric in metrics}
    level = _level(by)
    cells: dict[tuple[str, Period, str | None], Cell] = {}
    for period in periods:
        for one in _counted(offered.values(), snapshot, period, level):
            cells[one.metric, period, one.place] = one
        for ratio in offered.values():
            if isinstance(ratio, Ratio):
                for one in _ratio_cells(ratio, period, cells):
                    cells[one.metric, period, one.place] = one
    return Evaluation(snapshot.position, offered, tuple(periods), by, cells)


def _level(by: str) -> str:
    dimension, _, level = by.partition(":")
    if by and (dimension != "place" or not level):
        raise MetricError(
            f"Không nhóm được theo {by!r}: viết place:district (cannot group by that: write place:district)"
        )
    return level


def _counted(metrics: Iterable[AnyMetric], snapshot: Snapshot, period: Period, level: str) -> Iterator[Cell]:
    by_table: dict[str, list[Metric]] = {}
    for metric in metrics:
        if isinstance(metric, Metric):
            by_table.setdefault(metric.table, []).append(metric)
    for table, group in by_table.items():
        try:
            yield from _Pass(snapshot, table, period, level).cells(group)
        except Exception:  # noqa: BLE001 - whatever a plugin's expression raised, the others are counted without it
            for metric in group:
                try:
                    yield from _Pass(snapshot, table, period, level).cells([metric])
                except NotFound:  # the map has no such level: the caller's mistake, whatever the metric
                    raise
                except Exception as error:  # noqa: BLE001 - now it is known whose it was
                    reason = Unavailable(metric.plugin, f"{type(error).__name__}: {error}")
                    yield Cell(metric.key, period, None, reason)


@frozen
class _Pass:
    """One pass over one fact table for one period."""

    snapshot: Snapshot
    table: str
    period: Period
    level: str

    def cells(self, metrics: Sequence[Metric]) -> Iterator[Cell]:
        """The cells of these metrics: without a level one each, with one also each place's."""
        row = Row()
        plans = [_Plan.of(metric, self.period, row, str(number)) for number, metric in enumerate(metrics)]
        reads = set(row.read)
        frame = fact(self.snapshot, self.table, reads)
        whole = frame.select(*(expr for plan in plans for expr in plan.exprs))
        yield from self._read(plans, whole.collect().rows(named=True), placed=False)
        if self.level:
            column = place_column(self.table)
            frame = fact(self.snapshot, self.table, reads | ({column} if column else set()))
            frame = with_place(frame, self.table, self.snapshot, self.level, self.period.end)
            grouped = frame.group_by(PLACE).agg(*(expr for plan in plans for expr in plan.exprs))
            yield from self._read(plans, grouped.collect().rows(named=True), placed=True)

    def _read(self, plans: Sequence[_Plan], found: Iterable[Mapping[str, Any]], *, placed: bool) -> Iterator[Cell]:
        for result in found:
            for plan in plans:
                value, counted = plan.value(result)
                if placed and result[PLACE] is None and not counted:
                    continue
                place = (result[PLACE] or "") if placed else None
                yield Cell(plan.metric.key, self.period, place, value, rows=counted)


@define
class _Plan:
    """One metric's expressions in a pass, and how their integers become its value."""

    metric: Metric
    prefix: str
    counts: nw.Expr
    exprs: list[nw.Expr] = field(factory=list)

    @staticmethod
    def of(metric: Metric, period: Period, row: Row, prefix: str) -> _Plan:
        plan = _Plan(metric, prefix, counted_rows(metric.where, metric.timing, period, row))
        plan._name("rows", plan.counts.cast(nw.Int64).sum())
        column = metric.measure.column
        if metric.measure.how is How.DISTINCT:
            held = nw.when(plan.counts).then(row[column])
            plan._name("distinct", held.n_unique())
            plan._name("held", (plan.counts & ~row[column].is_null()).cast(nw.Int64).sum())
            plan._name("all", nw.len())
        elif metric.measure.how is How.TOTAL and _is_quantity(metric):
            for part in ("low", "high"):
                plan._total(part, row[f"{column}_{part}"])
            told = ~row[f"{column}_low"].is_null()
            plan._name("open", (plan.counts & told & row[f"{column}_high"].is_null()).cast(nw.Int64).sum())
            for part in ("strict", "about"):
                plan._name(part, (plan.counts & row[f"{column}_{part}"].fill_null(value=False)).cast(nw.Int64).sum())
        elif metric.measure.how is How.TOTAL:
            plan._total("low", row[column])
        return plan

    def _name(self, part: str, expr: nw.Expr) -> None:
        self.exprs.append(expr.alias(f"{self.prefix}:{part}"))

    def _total(self, part: str, column: nw.Expr) -> None:
        held = nw.when(self.counts).then(column)
        self._name(part, held.sum())
        # Engines wrap silently at the edge of int64; the sum of floats tells when that may have happened.
        self._name(f"{part}~", held.cast(nw.Float64).abs().sum())

    def value(self, result: Mapping[str, Any]) -> tuple[Quantity | Unavailable, int]:
        """The value that a pass's integers stand for, and how many rows it counted."""
        got = {name.partition(":")[2]: cell or 0 for name, cell in result.items() if name.startswith(f"{self.prefix}:")}
        unit, counted = self.metric.unit, got["rows"]
        if max(got.get("low~", 0), got.get("high~", 0)) > _INT64:
            return Unavailable(self.metric.plugin, "tổng vượt quá số nguyên 64 bit (the sum exceeds 64 bits)"), counted
        if self.metric.measure.how is How.DISTINCT:
            # n_unique counts null as a value, wherever a row was not counted or had none.
            number = got["distinct"] - (1 if got["held"] < got["all"] else 0)
            return exact(number, unit), counted
        if self.metric.measure.how is How.ROWS:
            return exact(counted, unit), counted
        if "open" not in got:
            return exact(got["low"], unit), counted
        high = None if got["open"] else got["high"]
        return Quantity(got["low"], high, strict=bool(got["strict"]), about=bool(got["about"]), unit=unit), counted


def _is_quantity(metric: Metric) -> bool:
    """Whether the metric totals a column that is stored as a quantity."""
    name, table = metric.measure.column, metric.table
    reference, _, rest = name.partition(".")
    if rest and reference in references(table):
        name, table = rest, references(table)[reference]
    own = next((own for own in TABLES[table].fields if own.key == name), None)
    return own.kind is FieldKind.QUANTITY if own else "." in name


def _ratio_cells(ratio: Ratio, period: Period, cells: Mapping[tuple[str, Period, str | None], Cell]) -> list[Cell]:
    tops = {place: cell for (key, of, place), cell in cells.items() if (key, of) == (ratio.numerator, period)}
    made = []
    for place, top in tops.items():
        bottom = cells.get((ratio.denominator, period, place))
        made.append(evolve(_divided(ratio, top, bottom), place=place))
    if not made:
        missing = Unavailable(ratio.plugin, f"thiếu chỉ tiêu {ratio.numerator} (metric {ratio.numerator} is missing)")
        made.append(Cell(ratio.key, period, None, missing))
    return made


def _divided(ratio: Ratio, top: Cell, bottom: Cell | None) -> Cell:
    cell = Cell(ratio.key, top.period, None, top.value, rows=top.rows)
    if isinstance(top.value, Unavailable):
        return cell
    if bottom is None or isinstance(bottom.value, Unavailable):
        why = bottom.value if bottom else Unavailable(ratio.plugin, f"thiếu {ratio.denominator} (it is missing)")
        return evolve(cell, value=why)
    under = bottom.value.low
    if not under:
        return evolve(cell, value=Unavailable(ratio.plugin, "mẫu số bằng 0 (the denominator is 0)"))
    share = top.value / int(under)
    return evolve(cell, value=evolve(share, unit=ratio.unit), numerator=top.value, denominator=bottom.value)
