"""`Case`: a plugin and the made-up registers it is looked at with; and what it answers to each."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.util
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from coopkit.importers import Importer, RecordCheck
from coopkit.metrics import AnyMetric, Cell, Evaluation, Metric, Unavailable
from coopkit.metrics.engine import evaluate
from coopkit.metrics.evaluation import parts_of
from coopkit.page import Page
from coopkit.period import Period
from coopkit.place import shipped
from coopkit.registry import Registry
from coopkit.registry.found import Found
from coopkit.registry.inside import Asked, Inside
from coopkit.regulation import Regulation, shipped_regulation
from coopkit.report import Exporter, Report
from coopkit.scope import Scope, codes, limited, narrowed
from coopkit.snapshot import TABLES, Snapshot
from coopkit.testing.register import CLOSED, UNITS_OF_THE_TOWN, YEARS, Unit, later, register
from coopkit.text import Label

Answers = dict[str, dict[str, str]]
"""What each item answered, by its key and by what it was asked."""

PERIODS: Final = tuple(Period.parse(str(year)) for year in YEARS)
REPORT_OF: Final = Period.parse("2024")
PRINTED: Final = dt.date(2025, 1, 5)
OLD_MAP, NEW_MAP = dt.date(2024, 12, 31), dt.date(2025, 7, 1)
BY: Final = ("place:commune", "unit")


@frozen(slots=False)
class Case:
    """A plugin that is loaded, as the rules look at it: its offers, and the registers they are asked with.

    `made` says which registers to make; `samples` are the plugin's own sample files by the keys of its importers.
    """

    name: str
    found: Found | None
    registry: Registry
    samples: Mapping[str, Path] = field(factory=dict)
    regulation: Regulation = field(factory=shipped_regulation)

    @cached_property
    def scope(self) -> Scope:
        """What the plugin may see; one without a manifest all that any plugin may."""
        return self.registry.scope(self.name) or Scope(self.name, (), frozenset(TABLES))

    def offered(self, kind: str) -> list[Any]:
        """What the plugin offers of a kind ("metrics", "exporters" …)."""
        return [one for one in getattr(self.registry, kind)().values() if _is_of(one, self.name)]

    @cached_property
    def metrics(self) -> list[AnyMetric]:
        """Its metrics."""
        return self.offered("metrics")

    @cached_property
    def exporters(self) -> list[Exporter]:
        """Its exporters."""
        return self.offered("exporters")

    @cached_property
    def checks(self) -> list[RecordCheck]:
        """Its checks."""
        return self.offered("checks")

    @cached_property
    def importers(self) -> list[Importer]:
        """Its importers."""
        return self.offered("importers")

    @cached_property
    def pages(self) -> list[Page]:
        """Its pages."""
        return self.offered("pages")

    @cached_property
    def counted(self) -> list[AnyMetric]:
        """Its metrics and all that they are made of."""
        known, found = self.registry.metrics(), dict[str, AnyMetric]()

        def add(key: str) -> None:
            if key in known and key not in found:
                found[key] = known[key]
                for part in () if isinstance(known[key], Metric) else parts_of(known[key]):  # type: ignore[arg-type]
                    add(part)

        for one in self.metrics:
            add(one.key)
        return list(found.values())

    # ── The registers ───────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def ground(self) -> list[Any]:
        """The map, and the kinds of events that there are."""
        maps, kinds = shipped(), self.registry.event_kinds().values()
        return [*maps.places, *maps.acts, *maps.successions, *(kind.stored() for kind in kinds)]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units of the made-up register: of the town, and two in the plugin's own places where these have none."""
        maps = Snapshot.of(self.ground)
        own: list[Unit] = []
        for day in (OLD_MAP, NEW_MAP) if self.scope.owners else ():
            inside = codes(maps, self.scope.owners, day)
            communes = sorted(one.id for one in maps.places.level(day, "commune") if one.code in inside)
            own += [Unit(f"x{len(own) + n}", f"HTX mẫu {at}", at) for n, at in enumerate(communes[:2])]
        return (*UNITS_OF_THE_TOWN, *own)

    @cached_property
    def world(self) -> Snapshot:
        """The register with every unit and three years of events."""
        return self.register(self.units)

    @cached_property
    def world_later(self) -> Snapshot:
        """The same register a year later."""
        kinds = list(self.registry.event_kinds().values())
        return self.register(self.units, later(self.units, kinds))

    @cached_property
    def world_placed(self) -> Snapshot:
        """The same register, each event for one place only: one for several is counted in each of them."""
        places = self.world.tables["event_place"]
        first = places.group_by("event").aggregate([("id", "min")]).column("id_min").combine_chunks()
        return self.world.replace(event_place=places.filter(pc.is_in(places.column("id"), value_set=first)))

    def register(self, units: Sequence[Unit], more: Iterable[Any] = ()) -> Snapshot:
        """A register of these units."""
        kinds = list(self.registry.event_kinds().values())
        records = [*register(units, kinds)] if units else []
        return Snapshot.of([*self.ground, *records, *more], 1)

    def edges(self) -> Iterator[tuple[Label, Snapshot]]:
        """Registers at the edge: nothing in it, one unit, one that has closed."""
        own = narrowed(self.world, self.scope.owners).table("cooperative").column("id").to_pylist()
        one = next((unit for unit in self.units if unit.id in own and unit.id != CLOSED), self.units[0])
        yield Label("không có đơn vị nào", "no unit"), self.register(())
        yield Label("một đơn vị", "one unit"), self.register([one])
        yield Label("một đơn vị đã đóng", "a closed unit"), self.register([evolve(one, id=CLOSED)])

    # ── What it answers ─────────────────────────────────────────────────────────────────────────────────────────────

    def evaluation(self, snapshot: Snapshot, by: str = "", engine: str = "polars") -> Evaluation:
        """Its metrics in the years that are asked about."""
        return evaluate(self.counted, snapshot, PERIODS, by=by, engine=engine, regulation=self.regulation)

    def cells(self, snapshot: Snapshot, by: str = "", engine: str = "polars") -> list[Cell]:
        """The cells of its own metrics."""
        own = {one.key for one in self.metrics}
        found = self.evaluation(snapshot, by, engine).cells.values() if own else ()
        return [cell for cell in found if cell.metric in own]

    def figures(self, snapshot: Snapshot, engine: str = "polars") -> Answers:
        """The figures of its metrics, for the whole and in every group."""
        told: Answers = {}
        for by in BY:
            for cell in self.cells(snapshot, by, engine):
                asked = " · ".join([cell.period.key, *(cell.at or ())])
                told.setdefault(cell.metric, {})[asked] = value_of(cell)
        return told

    def inside(self, snapshot: Snapshot) -> Inside:
        """The register as plugins are given it."""
        return Inside(self.registry, snapshot, self.regulation)

    def report(self, exporter: Exporter, snapshot: Snapshot) -> Report:
        """The report that an exporter is given; its groups in an order that nobody promised."""
        title = Label("Báo cáo mẫu", "Sample report")
        asked = Asked(REPORT_OF, PRINTED, title, "Liên minh HTX mẫu")
        report = self.inside(snapshot).report(exporter, asked)
        if report.breakdown is None:
            return report
        figures = sorted(report.breakdown.figures.items(), reverse=snapshot is not self.world)
        return evolve(report, breakdown=evolve(report.breakdown, figures=dict(figures)))

    def files(self, snapshot: Snapshot) -> Answers:
        """The files of its exporters, as hashes."""
        return {one.key: {"": _told(lambda one=one: self._file(one, snapshot))} for one in self.exporters}  # type: ignore[misc]

    def _file(self, exporter: Exporter, snapshot: Snapshot) -> str:
        data = exporter.write(self.report(exporter, snapshot))
        return f"{len(data)} byte, {hashlib.sha256(data).hexdigest()[:12]}"

    def verdicts(self, snapshot: Snapshot) -> Answers:
        """What its checks say of the records of its places."""
        seen = limited(snapshot, self.scope)

        def said(check: RecordCheck) -> dict[str, str]:
            records = self.records(snapshot, check.table)
            return {str(one.id): _told(lambda one=one: repr(check.check(one, seen))) for one in records}  # type: ignore[misc]

        return {check.key: said(check) for check in self.checks}

    def records(self, snapshot: Snapshot, table: str) -> list[Any]:
        """The records of a table that belong to the plugin's places."""
        found: list[Any] = narrowed(snapshot, self.scope.owners).records(TABLES[table].cls)
        return found

    @cached_property
    def baseline(self) -> Answers:
        """What it answers to the ordinary register, when it is first asked."""
        return self.answers(self.world)

    def answers(self, snapshot: Snapshot) -> Answers:
        """All that it answers to a register."""
        return {**self.figures(snapshot), **self.files(snapshot), **self.verdicts(snapshot)}


def _is_of(offer: Any, plugin: str) -> bool:
    """Whether an offer is a plugin's; what bears no plugin's name bears it in its key."""
    return bool(getattr(offer, "plugin", offer.key.partition(".")[0]) == plugin)


def value_of(cell: Cell) -> str:
    """A cell's value as text that two equal cells share."""
    if isinstance(cell.value, Unavailable):
        return f"không tính được: {cell.value.reason}"
    value = cell.value
    shown = f"{value.low}" if value.is_exact else f"{value.qualifier} {value.low}–{value.high}"
    return f"{shown} ({cell.rows} bản ghi)"


def _told(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - what a plugin raised is its answer
        return fault_of(error)


def quietly(function: Callable[..., object], *given: Any) -> None:
    """Ask, whatever comes of it: whether it fails is another rule's matter."""
    with suppress(Exception):
        function(*given)


def has_streamlit() -> bool:
    """Whether pages can be shown here."""
    return importlib.util.find_spec("streamlit") is not None


def fault_of(error: BaseException) -> str:
    """What a plugin raised, in one line."""
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}"[:300]


def differences(one: Answers, other: Answers) -> Iterator[tuple[str, str, str, str]]:
    """Where two answers differ: the item, what it was asked, and both; the first for each item."""
    for key in one.keys() | other.keys():
        mine, theirs = one.get(key, {}), other.get(key, {})
        asked = next((asked for asked in sorted(mine | theirs) if mine.get(asked) != theirs.get(asked)), None)
        if asked is not None:
            yield key, asked, mine.get(asked, "–"), theirs.get(asked, "–")


def shuffled(snapshot: Snapshot, seed: int = 7) -> Snapshot:
    """The same register, the rows of each table in another order."""
    dice = random.Random(seed)  # noqa: S311 - an order, not a secret
    tables = {}
    for name, table in snapshot.tables.items():
        order = list(range(table.num_rows))
        dice.shuffle(order)
        order = order[::-1] if order[:1] == [0] else order  # the first must be another, where there are several
        tables[name] = table.take(pa.array(order, pa.int64()))
    return Snapshot(snapshot.position, tables)
