"""`Evaluation`: what the engine found, one cell for each metric, period and group; and the same as one tidy table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from coopkit.errors import MetricError, NotFound
from coopkit.metrics.asked import asked_period
from coopkit.metrics.metric import AnyMetric, Derived, Metric, Ratio, Unavailable, in_force, naming, seen_by
from coopkit.period import Period
from coopkit.quantity import Quantity

if TYPE_CHECKING:
    import datetime as dt
    from fractions import Fraction

    import pyarrow as pa

    from coopkit.metrics.picking import Picked
    from coopkit.regulation import Regulation
    from coopkit.scope import Scope
    from coopkit.snapshot import Snapshot


@frozen
class Cell:
    """One value: of which metric, in which period, for which group (None: for the whole).

    `at` holds one text a dimension, "" where a row has none (a cooperative whose place nobody could decide). `rows` is
    how many rows were counted; a ratio carries its numerator and denominator and counts the numerator's rows.
    `state` is "exact"; "by_address" where some rows came to the place by a decision on their own address; "undecided"
    for what nobody has placed on the map yet; or "unavailable". `reporting` of `expected`
    districts (communes where there are no districts) have rows in the period; both are None where there is no place.

    >>> from coopkit.quantity import TURNS, exact
    >>> year = Period.parse("2023")
    >>> Cell("fairs.turns", year, ("316",), exact(7, TURNS), rows=7, reporting=1, expected=1).completeness
    '1/1'
    """

    metric: str
    period: Period
    at: tuple[str, ...] | None
    value: Quantity | Unavailable
    numerator: Quantity | None = None
    denominator: Quantity | None = None
    rows: int = 0
    state: str = "exact"
    version: int = 1
    reporting: int | None = None
    expected: int | None = None

    @property
    def place(self) -> str | None:
        """The first dimension's value: the place code, where figures were grouped by place."""
        return self.at[0] if self.at else None

    @property
    def completeness(self) -> str:
        """Written 14/15 where 14 of 15 districts have rows, "" where that has no meaning."""
        return "" if self.reporting is None or self.expected is None else f"{self.reporting}/{self.expected}"


@frozen
class Evaluation:
    """Metrics evaluated over a Snapshot by the laws of `regulation`: which metrics, which periods, and every cell.

    `cell` gives one figure, `places` those of a metric by group, `table` all of them, `records` what one opens to.

    >>> from coopkit.metrics.engine import evaluate
    >>> from coopkit.snapshot import Snapshot
    >>> evaluate([], Snapshot.of([]), [Period.parse("2023")], by="sector").by
    ('sector',)
    """

    snapshot: Snapshot
    regulation: Regulation
    metrics: Mapping[str, AnyMetric]
    periods: tuple[Period, ...]
    by: tuple[str, ...]
    cells: Mapping[tuple[str, Period, tuple[str, ...] | None], Cell]
    on_map: dt.date | None = None

    def cell(self, metric: str, period: Period | None = None, *at: str) -> Cell:
        """One cell; the period may be left out where there is only one. Raises `NotFound`."""
        if metric not in self.metrics:
            raise _unknown(metric, self.metrics)
        of = self.periods[0] if period is None else asked_period(period)
        found = self.cells.get((metric, of, at or None))
        if found is None:
            raise NotFound(f"{metric} không có số liệu cho {of.key}, {at!r} (has no figure for that)")
        return found

    @property
    def position(self) -> int:
        """The journal position of the Snapshot."""
        return self.snapshot.position

    def metric(self, cell: Cell) -> AnyMetric:
        """The version of the cell's metric that counted it: the one in force on the period's last day.

        Where that cannot be found, which makes the cell unavailable, the metric as it is offered.
        """
        offered = self.metrics[cell.metric]
        try:
            return in_force(offered, cell.period.end)
        except Exception:  # noqa: BLE001 - the cell already says what a plugin's metric raised
            return offered

    def records(self, cell: Cell) -> Mapping[str, Picked]:
        """What a cell opens to: the rows that were counted, and those that were not, each with why.

        By the key of the metric that counts them: its own, or those a ratio or a derived metric is made of. `counted`
        and `others` are Arrow tables of the fact's columns sorted by `id`; `others` has the reason in `left_out` (a
        value of `LeftOut`). Raises `NotFound` where a part is not among the metrics, and `MetricError`, naming the
        metric and its plugin, where its rows cannot be picked or may not be read.

        >>> from coopkit.metrics.engine import evaluate
        >>> from coopkit.metrics.own import OWN_METRICS
        >>> from coopkit.event import OWN_KINDS
        >>> from coopkit.snapshot import Snapshot
        >>> empty = Snapshot.of([kind.stored() for kind in OWN_KINDS])
        >>> evaluation = evaluate(OWN_METRICS, empty, [Period.parse("2023")])
        >>> sorted(evaluation.records(evaluation.cell("meetings.districts")))
        ['meetings.districts_covered', 'places.districts']
        """
        from coopkit.metrics.declared import require_declared
        from coopkit.metrics.dimensions import dimensions
        from coopkit.metrics.picking import Within, pick_apart

        on = self.on_map or cell.period.end
        within = Within(dimensions(self.by), cell.at, on) if cell.at else None
        found: dict[str, Picked] = {}
        for one in self.counted(cell.metric):
            with naming(one):
                told, seen = one.in_force(cell.period.end), seen_by(one, self.snapshot)
                require_declared(told.scope, told)
                found[one.key] = pick_apart(seen, told, cell.period, within, self.regulation)
        return found

    def counted(self, metric: str) -> Iterator[Metric]:
        """The metrics that count rows for this one: itself, or those a ratio or a derived metric is made of."""
        yield from leaves_of(metric, self.metrics)

    def places(self, metric: str, period: Period | None = None) -> Iterator[Cell]:
        """The cells of a metric by group, in the order of the codes; rows without a group last."""
        of = self.periods[0] if period is None else asked_period(period)
        found = [
            cell for (key, when, at), cell in self.cells.items() if key == metric and when == of and at is not None
        ]
        yield from sorted(found, key=lambda cell: tuple((value == "", value) for value in cell.at or ()))

    @property
    def table(self) -> pa.Table:
        """Every cell as one tidy Arrow table, sorted by metric, period and group.

        Columns: `metric`, `version`, `period`; one text column for each dimension of `by` (null in the rows for the
        whole); `low`, `high` (int64, null where there is no upper bound, or no whole number), `strict`, `about`;
        `numerator`, `denominator` (int64); `value` (double; a ratio divided, otherwise `low`); `unit`, `qualifier`,
        `rows`, `reporting`, `expected`, `state`, `reason` (of what is unavailable). Money is in đồng.

        >>> from coopkit.metrics.engine import evaluate
        >>> from coopkit.snapshot import Snapshot
        >>> evaluate([], Snapshot.of([]), [Period.parse("2023")]).table.num_rows
        0
        """
        import pyarrow as pa

        ordered = sorted(self.cells.values(), key=lambda cell: (cell.metric, cell.period.key, cell.at or ()))
        text, number = pa.string(), pa.int64()
        schema = pa.schema(
            [
                *(("metric", text), ("version", number), ("period", text), *((one, text) for one in self.by)),
                *(("low", number), ("high", number), ("strict", pa.bool_()), ("about", pa.bool_())),
                *(("numerator", number), ("denominator", number), ("value", pa.float64()), ("unit", text)),
                *(("qualifier", text), ("rows", number), ("reporting", number), ("expected", number)),
                *(("state", text), ("reason", text)),
            ]
        )
        return pa.Table.from_pylist([self._row(cell) for cell in ordered], schema=schema)

    def _row(self, cell: Cell) -> dict[str, Any]:
        at = dict(zip(self.by, cell.at or (), strict=False))
        row = {"metric": cell.metric, "version": cell.version, "period": cell.period.key, **at, "rows": cell.rows}
        row |= {"reporting": cell.reporting, "expected": cell.expected, "state": cell.state}
        row["unit"] = self.metric(cell).unit.key
        if isinstance(cell.value, Unavailable):
            return row | {"qualifier": "unavailable", "reason": str(cell.value)}
        value = cell.value
        if cell.numerator is not None and cell.denominator is not None:
            row |= {"numerator": _whole(cell.numerator.low), "denominator": _whole(cell.denominator.low)}
        else:
            row |= {"low": _whole(value.low), "high": _whole(value.high)}
        flags = {"strict": value.strict, "about": value.about, "qualifier": value.qualifier}
        return row | flags | {"value": float(value.low)}


def _whole(number: int | Fraction | None) -> int | None:
    return None if number is None or number.denominator != 1 else int(number)


def _unknown(metric: str, offered: Mapping[str, AnyMetric]) -> NotFound:
    return NotFound(f"Không có chỉ tiêu {metric!r} (no such metric): {', '.join(sorted(offered))}")


def leaves_of(metric: str, offered: Mapping[str, AnyMetric]) -> tuple[Metric, ...]:
    """The metrics that count rows for the one of that key, each once: itself, or those it is made of, in order.

    The parts of a plugin's metric that belongs to places are counted in these, and so are given with its scope.

    Raises `NotFound` where it, or a part of it, is not offered; `MetricError` where it is made of itself.

    >>> from coopkit.metrics.own import OWN_METRICS
    >>> [leaf.key for leaf in leaves_of("loans.average", {one.key: one for one in OWN_METRICS})]
    ['loans.amount', 'loans.cooperatives']
    """
    found: dict[str, Metric] = {}
    seen: set[str] = set()
    scope = _places_of(offered[metric]) if metric in offered else None

    def add(key: str, above: tuple[str, ...]) -> None:
        if key in above:
            circle = " → ".join((*above[above.index(key) :], key))
            raise MetricError(f"chỉ tiêu được tính từ chính nó: {circle} (the metric is made of itself)")
        chosen = offered.get(key)
        if chosen is None:
            raise _lacking(key, above[-1]) if above else _unknown(key, offered)
        if isinstance(chosen, Metric):
            found[key] = chosen if scope is None or chosen.scope else evolve(chosen, scope=scope)
        elif key not in seen:
            with naming(chosen):
                parts = parts_of(chosen)
            for part in parts:
                add(part, (*above, key))
            seen.add(key)

    add(metric, ())
    return tuple(found.values())


def _places_of(metric: AnyMetric) -> Scope | None:
    """Where the parts of a plugin's metric are counted; what they read is coopkit's own matter."""
    if metric.scope is None or not metric.scope.owners or isinstance(metric, Metric):
        return None
    from coopkit.snapshot import TABLES

    return evolve(metric.scope, tables=frozenset(TABLES))


def _lacking(part: str, metric: str) -> NotFound:
    return NotFound(f"thiếu chỉ tiêu {part}, thành phần của {metric} (metric {part}, a part of {metric}, is missing)")


def parts_of(metric: Ratio | Derived) -> tuple[str, ...]:
    """The keys of the metrics that this one is made of, in order."""
    return (metric.numerator, metric.denominator) if isinstance(metric, Ratio) else metric.of


def with_parts(asked: Iterable[str], offered: Mapping[str, AnyMetric]) -> dict[str, AnyMetric]:
    """Of the metrics on offer, in their order, those asked for and all that they are made of or shown beside.

    What is not on offer is left out: the metric that is made of it says so.

    >>> from coopkit.metrics.own import OWN_METRICS
    >>> list(with_parts(["loans.average"], {one.key: one for one in OWN_METRICS}))
    ['loans.cooperatives', 'loans.amount', 'loans.average']
    """
    found, waiting = set[str](), list(asked)
    while waiting:
        key = waiting.pop()
        metric = offered.get(key)
        if metric is None or key in found:
            continue
        found.add(key)
        waiting += [metric.beside, *_parts_told(metric)]
    return {key: metric for key, metric in offered.items() if key in found}


def _parts_told(metric: AnyMetric) -> tuple[str, ...]:
    """The parts of a metric; none where a plugin's own cannot tell them, which its cells then say."""
    try:
        return () if isinstance(metric, Metric) else parts_of(metric)
    except Exception:  # noqa: BLE001 - whatever a plugin's own metric raised is told in its cells
        return ()


def adds_up(metric: AnyMetric) -> tuple[bool, bool]:
    """Whether a metric's figures may be added over places, and over periods that follow one another.

    Rows and totals of a flow add over both; those of a stock over places only; a distinct count and a ratio never add:
    they are counted again from the records.

    >>> from coopkit.metrics.own import OWN_METRICS
    >>> known = {metric.key: metric for metric in OWN_METRICS}
    >>> adds_up(known["fairs.turns"]), adds_up(known["fairs.cooperatives"]), adds_up(known["loans.average"])
    ((True, True), (False, False), (False, False))
    """
    from coopkit.metrics.parts import Flow, How

    if not isinstance(metric, Metric) or metric.measure.how is How.DISTINCT:
        return False, False
    return True, isinstance(metric.timing, Flow)
