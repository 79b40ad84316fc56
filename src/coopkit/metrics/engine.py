"""The engine: all metrics of a fact table in one pass. It gets integers from the engine below and divides after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

import narwhals as nw
import pyarrow as pa
from attrs import evolve, field, frozen

from coopkit.metrics.asked import asked_day, asked_periods, offered_by_key
from coopkit.metrics.combine import Group, Key, combined_cells, unavailable
from coopkit.metrics.declared import require_declared
from coopkit.metrics.dimensions import ADDRESS, PLACE, Columns, Dimension, dimensions, same_columns
from coopkit.metrics.engines import Engine, engine_of
from coopkit.metrics.evaluation import Cell, Evaluation
from coopkit.metrics.facts import Facts
from coopkit.metrics.home import Home
from coopkit.metrics.metric import AnyMetric, Metric, Unavailable, in_force, reason_of
from coopkit.metrics.parts import Flow, How, Row, col, in_engine
from coopkit.metrics.picking import check_conditions, condition_of, counted_rows, in_time
from coopkit.metrics.plan import LENGTH, Plan
from coopkit.metrics.scoped import by_owners, on_the_map
from coopkit.period import Period
from coopkit.regulation import Regulation, shipped_regulation
from coopkit.scope import Owner, codes, narrowed
from coopkit.snapshot import Snapshot

PERIOD = "@period"
ANYWHERE: Group = ()
"""Where a cell stands of a metric that failed in all groups at once, until it is told which groups there are."""


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
    on; without it, each period's last day. `engine`: "polars", "duckdb", "spark", or an engine made by the caller.
    `regulation`: the packs of laws that classes follow; coopkit's own unless given.

    All metrics of one fact table are counted in one pass; the version in force on the period's last day is used and
    named. A metric that fails is `Unavailable` in its own cells, of the whole and of every group, and leaves the others
    alone; one of a plugin that belongs to places is counted in these only. Raises `MetricError` for what is no metric,
    period, date, dimension or engine and for a key that is there twice; `NotFound` for a level that the map lacks.

    >>> from coopkit.event import OWN_KINDS
    >>> from coopkit.metrics.own import OWN_METRICS
    >>> empty = Snapshot.of([kind.stored() for kind in OWN_KINDS])
    >>> evaluate(OWN_METRICS, empty, [Period.parse("2023")]).cell("fairs.turns").value.low
    0
    """
    offered, asked, map_of = offered_by_key(metrics), asked_periods(periods, as_of), asked_day("on_map", on_map)
    dims, chosen, law = dimensions(by), engine_of(engine), regulation or shipped_regulation()
    known, cells = on_the_map(offered, snapshot, asked, len(dims))
    for owners, group, told in by_owners(known):
        seen, found = narrowed(snapshot, owners), dict[Key, Cell]()
        for together in _alike(group.values(), seen, dims, asked, map_of):
            on = map_of or together[0].end
            _Passes(seen, chosen, dims, on, law, owners, totals=totals).add(found, group, together)
        cells |= {key: cell for key, cell in found.items() if key[0] in told}
    return Evaluation(snapshot, law, offered, asked, tuple(one.key for one in dims), cells, map_of)


def _alike(
    metrics: Collection[AnyMetric],
    snapshot: Snapshot,
    dims: Sequence[Dimension],
    periods: Iterable[Period],
    on_map: dt.date | None,
) -> Iterator[list[Period]]:
    """The periods in order, those together that share the definitions in force and the map."""

    def alike(period: Period) -> Any:
        found = [_definition(metric, period.end) for metric in metrics]
        # Two definitions may bear one number, and two lambdas never compare: only the object itself tells them apart.
        same = tuple(0 if isinstance(one, Unavailable) else id(one) for one in found)
        return same, same_columns(dims, snapshot, on_map or period.end)

    for _, group in groupby(sorted(periods), key=alike):
        yield list(group)


def _definition(metric: AnyMetric, on: dt.date) -> AnyMetric | Unavailable:
    """The definition in force on that day; where a plugin's metric fails to give it, why."""
    try:
        return in_force(metric, on)
    except Exception as error:  # noqa: BLE001 - whatever a plugin's metric raised, the others are counted without it
        return Unavailable(metric.plugin, reason_of(error))


def _allowed(metric: AnyMetric | Unavailable) -> AnyMetric | Unavailable:
    """The definition; where it reads what its plugin did not declare, why that is not done."""
    try:
        if isinstance(metric, Metric):
            require_declared(metric.scope, metric)
    except Exception as error:  # noqa: BLE001 - what a plugin's own condition raised is told in its cells
        return Unavailable(metric.plugin, reason_of(error))
    return metric


@frozen(slots=False)
class _Passes:
    """The passes over the fact tables for periods that share a map."""

    snapshot: Snapshot
    engine: Engine
    dims: tuple[Dimension, ...]
    on: dt.date
    regulation: Regulation
    owners: tuple[Owner, ...] = ()
    totals: bool = field(kw_only=True)

    @cached_property
    def _home(self) -> Home:
        return Home.of(self.snapshot, self.on, codes(self.snapshot, self.owners, self.on) if self.owners else None)

    @cached_property
    def _columns(self) -> Columns:
        made: Columns = dict(self._home.columns)
        for one in self.dims:
            made |= one.make(self.snapshot, self.on)
        return made

    def add(self, cells: dict[Key, Cell], offered: Mapping[str, AnyMetric], periods: Sequence[Period]) -> None:
        """Put in the cells of the versions in force: first what is counted, then what is made of it."""
        found = {key: _allowed(_definition(metric, periods[0].end)) for key, metric in offered.items()}
        current = {key: offered[key] if isinstance(one, Unavailable) else one for key, one in found.items()}
        sound = [one for one in found.values() if isinstance(one, Metric)]
        counted = list(self.cells(sound, periods))
        for key, one in found.items():
            if isinstance(one, Unavailable):
                counted += [unavailable(current[key], period, at, one) for period in periods for at in self._failing]
        cells.update({(one.metric, one.period, one.at): one for one in counted if one.at != ANYWHERE})
        for failed in (one for one in counted if one.at == ANYWHERE):
            for at in self._groups(cells, failed.period):
                cells[failed.metric, failed.period, at] = evolve(failed, at=at)
        for period in periods:
            cells.update({(one.metric, period, one.at): one for one in combined_cells(current, period, cells)})

    @property
    def _failing(self) -> tuple[Group, ...]:
        """Where a metric is told that fails before any pass."""
        return (None, *([ANYWHERE] if self.dims else []))

    def _groups(self, cells: Mapping[Key, Cell], period: Period) -> set[Group]:
        """Where a metric is told that no group could be counted of: in every group that is expected, or that others
        have, or else among what has none; and without totals for the whole, for who asks of a group that is not there.
        """
        seen = {at for _, of, at in cells if of == period and at}
        groups: set[Group] = {*_expected(self.dims, self._home), *seen}
        return (groups or {("",) * len(self.dims)}) | (set() if self.totals else {None})

    def cells(self, metrics: Sequence[Metric], periods: Sequence[Period]) -> Iterator[Cell]:
        """The cells of all these metrics; of one that fails, one that says so in each period, `ANYWHERE` of groups."""
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
                except Exception as error:  # noqa: BLE001 - now it is known whose it was
                    for period in one.periods:
                        yield unavailable(metric, period, ANYWHERE if one.dims else None, error)


def _expected(dims: Sequence[Dimension], home: Home) -> list[Group]:
    """The groups that are told even where nothing happened: the whole, or each of the alliance's own places."""
    if not dims:
        return [None]
    level = dims[0].key.removeprefix("place:")
    return [(code,) for code in home.codes(level)] if len(dims) == 1 and level != dims[0].key else []


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
        self.facts.check(self.table)
        row = Row()
        owns = [condition_of(one.where, row) for one in metrics]
        keys = [one.column(self.table) for one in self.dims]
        reporting = self.home.column(self.table) if all(keys) else None
        unit, address = _unit(metrics, reporting), self._address()
        plans = [
            Plan.of(one, self._counts(one, own, row), row, str(n), self.facts, unit=unit, address=address)
            for n, (one, own) in enumerate(zip(metrics, owns, strict=True))
        ]
        facts, day = self._with_periods(metrics)
        put = [(col(key) if key else nw.lit(None, dtype=nw.String)).alias(f"@{n}") for n, key in enumerate(keys)]
        put += [self.home.told(reporting, self._timed(metrics, row))] if reporting else []
        frame = facts.frame(self.table, {*row.read, *filter(None, (*keys, day, reporting))})
        check_conditions(frame, owns)
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

    def _counts(self, metric: Metric, own: nw.Expr | None, row: Row) -> nw.Expr | None:
        return own if len(self.periods) > 1 else counted_rows(own, metric.timing, self.periods[0], row)

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
            if not self.home.holds(self._place(at)):
                continue
            for plan in plans:
                value, counted = plan.value(result)
                if not (nowhere and not counted):
                    yield self._cell(plan, period, at, value, counted, result)
        for period in self.periods:
            for at in _expected(self.dims, self.home):
                if (period, at) not in groups:
                    for plan in plans:
                        yield self._cell(plan, period, at, *plan.value({f"{plan.prefix}:rows": 0}), {})

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
