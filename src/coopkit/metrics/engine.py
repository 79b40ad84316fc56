"""The engine: all metrics of a fact table in one pass. It gets integers from the engine below and divides after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

import narwhals as nw
import pyarrow as pa
from attrs import evolve, field, frozen

from coopkit.errors import NotFound
from coopkit.metrics.combine import Key, combined_cells
from coopkit.metrics.dimensions import ADDRESS, PLACE, Columns, Dimension, dimensions, same_columns
from coopkit.metrics.engines import Engine, engine_of
from coopkit.metrics.evaluation import Cell, Evaluation
from coopkit.metrics.facts import Facts
from coopkit.metrics.home import Home
from coopkit.metrics.metric import AnyMetric, Metric, Unavailable, in_force
from coopkit.metrics.parts import Flow, How, Row, col, in_engine
from coopkit.metrics.picking import condition_of, counted_rows, in_time
from coopkit.metrics.plan import LENGTH, Plan
from coopkit.period import Period
from coopkit.regulation import Regulation, shipped_regulation
from coopkit.snapshot import Snapshot

PERIOD = "@period"


def evaluate(  # noqa: PLR0913 - each argument is one of the questions a figure answers
    metrics: Iterable[AnyMetric],
    snapshot: Snapshot,
    periods: Sequence[Period],
    *,
    by: str | Sequence[str] = (),
    as_of: dt.date | None = None,
    on_map: dt.date | None = None,
    engine: str | Engine = "polars",
    regulation: Regulation | None = None,
    totals: bool = True,
) -> Evaluation:
    """Every metric in every period: one figure for the whole (`totals`) and, with `by`, one for each group.

    `by`: "place:LEVEL", "sector", "unit_kind", "kind", "block", or several. `as_of` cuts every period at that day, so
    that a year to date compares with the same days before. `on_map`: the day whose administrative map places are shown
    on; without it, each period's last day. `engine`: "polars", "duckdb", "spark", or an engine made by the
    caller. `regulation`: the packs of laws that classes follow; coopkit's own unless given.

    All metrics of one fact table are counted in one pass whatever their number; the version of a metric that is in
    force on the period's last day is used and named. A metric that fails is `Unavailable` in its own cells and leaves
    the others alone. Raises `MetricError` for a dimension or an engine there is not, and `NotFound` for a level that
    the map of the day does not have.

    >>> from coopkit.event import OWN_KINDS
    >>> from coopkit.metrics.own import OWN_METRICS
    >>> empty = Snapshot.of([kind.stored() for kind in OWN_KINDS])
    >>> evaluate(OWN_METRICS, empty, [Period.parse("2023")]).cell("fairs.turns").value.low
    0
    """
    offered = {metric.key: metric for metric in metrics}
    dims, chosen, law = dimensions(by), engine_of(engine), regulation or shipped_regulation()
    asked = tuple(
        period.to_date(as_of) if as_of and period.start <= as_of < period.end else period for period in periods
    )
    cells: dict[Key, Cell] = {}
    for together in _alike(offered.values(), snapshot, dims, asked, on_map):
        passes = _Passes(snapshot, chosen, dims, on_map or together[0].end, law, totals=totals)
        passes.add(cells, offered.values(), together)
    return Evaluation(snapshot, law, offered, asked, tuple(one.key for one in dims), cells, on_map)


def _alike(
    metrics: Iterable[AnyMetric],
    snapshot: Snapshot,
    dims: Sequence[Dimension],
    periods: Iterable[Period],
    on_map: dt.date | None,
) -> Iterator[list[Period]]:
    """The periods in order, those together that share the versions in force and the map."""
    offered = list(metrics)

    def alike(period: Period) -> Any:
        versions = tuple(in_force(metric, period.end).version for metric in offered)
        return versions, same_columns(dims, snapshot, on_map or period.end)

    for _, group in groupby(sorted(periods), key=alike):
        yield list(group)


@frozen(slots=False)
class _Passes:
    """The passes over the fact tables for periods that share a map."""

    snapshot: Snapshot
    engine: Engine
    dims: tuple[Dimension, ...]
    on: dt.date
    regulation: Regulation
    totals: bool = field(kw_only=True)

    @cached_property
    def _home(self) -> Home:
        return Home.of(self.snapshot, self.on)

    @cached_property
    def _columns(self) -> Columns:
        made: Columns = dict(self._home.columns)
        for one in self.dims:
            made |= one.make(self.snapshot, self.on)
        return made

    def add(self, cells: dict[Key, Cell], metrics: Iterable[AnyMetric], periods: Sequence[Period]) -> None:
        """Put in the cells of the versions in force: first what is counted, then what is made of it."""
        current = [in_force(metric, periods[0].end) for metric in metrics]
        counted = list(self.cells([metric for metric in current if isinstance(metric, Metric)], periods))
        cells.update({(one.metric, one.period, one.at): one for one in counted})
        for period in periods:
            cells.update({(one.metric, period, one.at): one for one in combined_cells(current, period, cells)})

    def cells(self, metrics: Sequence[Metric], periods: Sequence[Period]) -> Iterator[Cell]:
        """The cells of all these metrics; of one that fails, one that says so in each period."""
        facts = Facts(self.snapshot, self.engine, self._columns, self.regulation)
        by_table: dict[str, list[Metric]] = {}
        for metric in metrics:
            by_table.setdefault(metric.table, []).append(metric)
        for table, own in by_table.items():
            for group, spans in _together(own, periods):
                for keyed in ((), self.dims) if self.dims and self.totals else (self.dims,):
                    yield from self._isolated(_Pass(facts, table, tuple(spans), keyed, self._home), group)

    def _isolated(self, one: _Pass, metrics: Sequence[Metric]) -> Iterator[Cell]:
        try:
            yield from list(one.cells(metrics))
        except Exception:  # noqa: BLE001 - whatever a plugin's expression raised, the others are counted without it
            for metric in metrics:
                try:
                    yield from list(one.cells([metric]))
                except NotFound:  # the map has no such level: the caller's mistake, whatever the metric
                    raise
                except Exception as error:  # noqa: BLE001 - now it is known whose it was
                    reason = Unavailable(metric.plugin, f"{type(error).__name__}: {error}")
                    for period in one.periods:
                        yield Cell(metric.key, period, None, reason, state="unavailable", version=metric.version)


def _together(metrics: Sequence[Metric], periods: Sequence[Period]) -> Iterator[tuple[list[Metric], list[Period]]]:
    """What one pass can count: in one period everything; over several that do not overlap, flows by the same day."""
    if len(periods) == 1:
        yield list(metrics), list(periods)
        return
    by_day: dict[str, list[Metric]] = {}
    for metric in metrics:
        if isinstance(metric.timing, Flow):
            by_day.setdefault(metric.timing.day, []).append(metric)
    for own in by_day.values():
        for layer in _layers(periods):
            yield own, layer
    stocks = [metric for metric in metrics if not isinstance(metric.timing, Flow)]
    for period in periods if stocks else ():
        yield stocks, [period]


def _layers(periods: Sequence[Period]) -> list[list[Period]]:
    """The periods in as few lists as it takes for none to overlap another of its list."""
    layers: list[list[Period]] = []
    for period in sorted(periods):
        free = next((layer for layer in layers if layer[-1].end < period.start), None)
        if free is None:
            layers.append([period])
        else:
            free.append(period)
    return layers


@frozen
class _Pass:
    """One pass over one fact table: in one period, or over several that become a group of their own."""

    facts: Facts
    table: str
    periods: tuple[Period, ...]
    dims: tuple[Dimension, ...]
    home: Home

    def cells(self, metrics: Sequence[Metric]) -> Iterator[Cell]:
        """The cells of these metrics."""
        yield from self._read(*self._run(metrics))

    def _run(self, metrics: Sequence[Metric]) -> tuple[list[Plan], list[dict[str, Any]]]:
        row = Row()
        keys = [one.column(self.table) for one in self.dims]
        reporting = self.home.column(self.table) if all(keys) else None
        unit, address = _unit(metrics, reporting), self._address()
        plans = [
            Plan.of(one, self._counts(one, row), row, str(n), self.facts, unit=unit, address=address)
            for n, one in enumerate(metrics)
        ]
        facts, day = self._with_periods(metrics)
        put = [(col(key) if key else nw.lit(None, dtype=nw.String)).alias(f"@{n}") for n, key in enumerate(keys)]
        put += [self.home.told(reporting, self._timed(metrics, row))] if reporting else []
        frame = facts.frame(self.table, {*row.read, *filter(None, (*keys, day, reporting))})
        frame = frame.filter(~col(day).is_null()) if day else frame
        frame = frame.with_columns(*put) if put else frame
        by = [f"@{n}" for n in range(len(keys))] + ([in_engine(day)] if day else [])
        found = self._added(frame, by, plans, unit, told=bool(reporting))
        found = found.rename({in_engine(day): PERIOD}) if day and day != PERIOD else found
        return plans, self.facts.engine.collect(found)

    def _added(
        self, frame: nw.LazyFrame[Any], by: list[str], plans: Sequence[Plan], unit: str, *, told: bool
    ) -> nw.LazyFrame[Any]:
        """What the rows of each group add up to; where a unit is counted distinct, by way of what its own rows do."""
        exprs = [nw.len().alias(LENGTH), *(expr for plan in plans for expr in plan.exprs)]
        places = self.home.expressions() if told else []
        if unit:
            of_units = [*exprs, self.home.told_of_a_unit()] if told else exprs
            frame = frame.group_by(*by, in_engine(unit)).agg(*of_units)
            exprs = [nw.col(LENGTH).sum(), *(expr for plan in plans for expr in plan.whole)]
        asked = [*exprs, *places]
        return frame.group_by(*by).agg(*asked) if by else frame.select(*asked)

    def _address(self) -> str | None:
        """The column that marks what came to its place by a decision, where this table has one."""
        keys = [one.column(self.table) for one in self.dims if one.key.startswith("place:")]
        column = next((key.replace(PLACE, ADDRESS) for key in keys if key), None)
        return column if column in self.facts.names(self.table) else None

    def _counts(self, metric: Metric, row: Row) -> nw.Expr | None:
        if len(self.periods) > 1:
            return condition_of(metric.where, row)
        return counted_rows(metric.where, metric.timing, self.periods[0], row)

    def _timed(self, metrics: Sequence[Metric], row: Row) -> nw.Expr:
        if len(self.periods) > 1:
            return ~row["id"].is_null()
        timings = {metric.timing: in_time(metric.timing, self.periods[0], row) for metric in metrics}
        return (
            next(iter(timings.values()))
            if len(timings) == 1
            else nw.any_horizontal(*timings.values(), ignore_nulls=True)
        )

    def _with_periods(self, metrics: Sequence[Metric]) -> tuple[Facts, str | None]:
        """The facts with the number of the period each row falls into, put onto the small table that holds the day."""
        if len(self.periods) == 1:
            return self.facts, None
        timing = metrics[0].timing
        assert isinstance(timing, Flow)  # noqa: S101 - what _together put together
        reference, _, name = timing.day.partition(".")
        holder = reference if reference in self.facts.references(self.table) else ""
        table = self.facts.references(self.table)[holder] if holder else self.table
        numbers = _numbers(self.facts.column(table, name if holder else timing.day), self.periods)
        put = evolve(self.facts, columns={**self.facts.columns, (table, PERIOD): numbers})
        return put, f"{holder}.{PERIOD}" if holder else PERIOD

    def _read(self, plans: Sequence[Plan], found: Iterable[dict[str, Any]]) -> Iterator[Cell]:
        groups: set[tuple[Period, tuple[str, ...] | None]] = set()
        for result in found:
            period = self.periods[int(result[PERIOD])] if PERIOD in result else self.periods[0]
            at = tuple(result[f"@{n}"] or "" for n in range(len(self.dims))) or None
            nowhere = at is not None and not any(at)
            groups.add((period, at))
            for plan in plans:
                value, counted = plan.value(result)
                if not (nowhere and not counted):
                    yield self._cell(plan, period, at, value, counted, result)
        for period in self.periods:
            for at in self._expected():
                if (period, at) not in groups:
                    for plan in plans:
                        yield self._cell(plan, period, at, *plan.value({f"{plan.prefix}:rows": 0}), {})

    def _expected(self) -> list[tuple[str, ...] | None]:
        """The groups that are told even where nothing happened: the whole, or each of the alliance's own places."""
        if not self.dims:
            return [None]
        level = self.dims[0].key.removeprefix("place:")
        return [(code,) for code in self.home.codes(level)] if len(self.dims) == 1 and level != self.dims[0].key else []

    def _place(self, at: tuple[str, ...] | None) -> str | None:
        """The group's place code, "" where its rows have none; None where figures are not grouped by place."""
        placed = (value for one, value in zip(self.dims, at or (), strict=False) if one.key.startswith("place:"))
        return next(placed, None)

    def _cell(
        self,
        plan: Plan,
        period: Period,
        at: tuple[str, ...] | None,
        value: Any,
        rows: int,
        result: Mapping[str, Any],
    ) -> Cell:
        place = self._place(at)
        state = "undecided" if place == "" else "by_address" if plan.by_address(result) else "exact"
        state = "unavailable" if isinstance(value, Unavailable) else state
        told = None if place == "" else self.home.reporting(result)
        expected = None if told is None else self.home.expected(place)
        return Cell(
            plan.metric.key,
            period,
            at,
            value,
            rows=rows,
            state=state,
            version=plan.metric.version,
            reporting=told,
            expected=expected,
        )


def _unit(metrics: Iterable[Metric], reporting: str | None) -> str:
    """The one column that these metrics count the distinct values of, if each value has one reporting place; or ""."""
    columns = {one.measure.column for one in metrics if one.measure.how is How.DISTINCT}
    unit = columns.pop() if len(columns) == 1 else ""
    return unit if unit == "id" or reporting in (None, f"{unit}.{(reporting or '').rpartition('.')[2]}") else ""


def _numbers(days: pa.ChunkedArray, periods: Sequence[Period]) -> pa.Array:
    """For each day, the number of the period it falls into; null where it falls into none."""
    whole = days.combine_chunks()
    encoded = (whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole).dictionary_encode()
    numbers = [
        next((n for n, period in enumerate(periods) if day is not None and period.contains(day)), None)
        for day in encoded.dictionary.to_pylist()
    ]
    return pa.array(numbers, pa.int32()).take(encoded.indices)
