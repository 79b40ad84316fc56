"""`Workspace`: a ledger with the plugins that are on; and `Desk`: what one actor does at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Mapping
from functools import partial
from typing import Any, Final, Self, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field, frozen

from coopkit.access import CITY, SEEN_WITH, Action, Actor, can, narrow
from coopkit.disclosure import Manner, Why
from coopkit.display import Display
from coopkit.errors import NotFound, PluginError
from coopkit.importers import Importer
from coopkit.ledger import Batch, BatchHeader, Entry, Fault, Ledger, Receipt, Removal
from coopkit.metrics import AnyMetric, At, Evaluation, Unavailable
from coopkit.metrics.combine import NO_DENOMINATOR
from coopkit.metrics.dimensions import dimensions
from coopkit.metrics.engine import evaluate
from coopkit.metrics.evaluation import leaves_of, with_parts
from coopkit.period import Period, format_date
from coopkit.plugin import PluginSetting, PluginSwitch
from coopkit.registry import OWN, PluginState, Registry, State
from coopkit.registry.health import Health, health_beside
from coopkit.registry.inside import Asked, Inside, written
from coopkit.regulation import Regulation, shipped_regulation
from coopkit.report import Exporter, Report, Source, left_out_of, source_of
from coopkit.snapshot import Snapshot
from coopkit.text import Label, Lang
from coopkit.workspace import importing
from coopkit.workspace.asked import asked_of, report_of
from coopkit.workspace.found import find_record, hidden
from coopkit.workspace.gate import disclosing, is_free, require_writable
from coopkit.workspace.places import Waiting, decision, waiting
from coopkit.workspace.preview import Preview
from coopkit.workspace.profile import Profile, profile_of
from coopkit.workspace.register import UnitList, list_units

Counted = TypeVar("Counted")
KEPT: Final = 64
"""So many things that were counted are kept while the register stays the same."""
_now: Final = partial(dt.datetime.now, dt.UTC)


@define
class Workspace:
    """A ledger, the plugins that are on, and the laws. `clock` is the one place where the time of day comes in.

    Where no registry was given, it is the one of the installed plugins that the ledger says are on, and follows it.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db") as workspace:
    ...     workspace.as_(Actor.office("an")).snapshot().table("place").num_rows > 200
    True
    """

    ledger: Ledger
    registry: Registry
    clock: Callable[[], dt.datetime] = _now
    regulation: Regulation = field(factory=shipped_regulation)
    follows: bool = False
    _told: tuple[pa.Table, ...] = field(default=(), repr=False)
    _counted: dict[Hashable, tuple[Snapshot, Registry, Any]] = field(factory=dict, repr=False, init=False)

    @staticmethod
    def open(
        url: str,
        *,
        registry: Registry | None = None,
        clock: Callable[[], dt.datetime] = _now,
        regulation: Regulation | None = None,
    ) -> Workspace:
        """Open a ledger, with the plugins that are on in it and the shipped packs of laws unless others are given.

        A new ledger gets the shipped map and the event kinds as its first batch. Raises `LedgerError`.
        """
        laws = regulation or shipped_regulation()
        workspace = Workspace(Ledger.open(url), registry or Registry.load(), clock, laws, follows=registry is None)
        workspace.as_(Actor.office("coopkit")).prepare()
        return workspace

    @property
    def health(self) -> Health:
        """When each plugin failed: a small file beside the ledger."""
        return health_beside(self.ledger.file)

    def follow(self, *, anew: bool = False) -> None:
        """Load the plugins that the ledger says are on, where that changed since (or `anew`)."""
        snapshot = self.ledger.snapshot()
        told = tuple(snapshot.tables[name] for name in ("plugin_switch", "plugin_setting"))
        same = bool(self._told) and all(
            one is two or one.equals(two) for one, two in zip(told, self._told, strict=True)
        )
        if self.follows and (anew or not same):
            switches, settings = snapshot.records(PluginSwitch), snapshot.records(PluginSetting)
            self.registry = Registry.load(switches=switches, settings=settings)
            self._told = told

    def counted(self, key: Hashable, snapshot: Snapshot, count: Callable[[], Counted]) -> Counted:
        """What was counted under that key of this very Snapshot, with the plugins that are on; counted once.

        What was counted of the register as it was before is let go, and what was counted first, where it is much.
        """
        held = self._counted.get(key)
        if held is None or held[0] is not snapshot or held[1] is not self.registry:
            stale = [one for one, (of, _, _) in [*self._counted.items()] if of.position != snapshot.position]
            for one in (*stale, *[*self._counted][: max(0, len(self._counted) - len(stale) - KEPT)]):
                self._counted.pop(one, None)
            held = self._counted[key] = snapshot, self.registry, count()
        found: Counted = held[2]
        return found

    def as_(self, actor: Actor) -> Desk:
        """The desk of one actor: everything that reads or writes goes through it."""
        self.follow()
        return Desk(self, actor)

    def close(self) -> None:
        """Let go of the ledger's file."""
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@frozen
class Desk:
    """What one actor may do: import, evaluate, open a figure, report, look into history, undo, verify.

    Every method raises `AccessDenied` where the actor may not.

    >>> import tempfile
    >>> own = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{own.name}/so.db", registry=Registry.load()) as workspace:
    ...     sorted(workspace.as_(Actor.office("an")).exporters())
    ['csv', 'docx', 'json', 'xlsx']
    """

    workspace: Workspace
    actor: Actor

    def _may(self, action: Action, subject: str = "") -> None:
        can(self.actor, action, subject).require()

    @property
    def _ledger(self) -> Ledger:
        return self.workspace.ledger

    def prepare(self) -> None:
        """Give a new ledger the shipped map and the event kinds; do nothing where they are there."""
        self._may(Action.WRITE)
        kinds = list(self.workspace.registry.event_kinds().values())
        if changes := importing.foundations(self._ledger, kinds):
            reason = "Bản đồ hành chính và các loại hoạt động kèm theo coopkit"
            self.write(Batch(self.actor.name, reason, self.workspace.clock(), changes=changes))

    def snapshot(self, on: dt.date | None = None) -> Snapshot:
        """The register as it is now, as far as the actor may see it; places are judged as on the day `on`, or today."""
        self._may(Action.VIEW)
        return narrow(self.actor, self._ledger.snapshot(), on or self.workspace.clock().date())

    def write(self, *batches: Batch, action: Action = Action.WRITE) -> list[Receipt]:
        """Write batches of the register's records: all of them, or nothing.

        Raises `AccessDenied` where a change is not the actor's to make, and what `Ledger.write` does.
        """
        require_writable(self.actor, self._ledger.snapshot(), [one for made in batches for one in made.changes], action)
        return self._ledger.write(*batches)

    def years(self) -> dict[int, int]:
        """How many events each calendar year holds, newest first; the clock's own year where the register has none."""
        counted = pc.value_counts(pc.year(self.snapshot().tables["event"].column("start").drop_null()))
        found = {one["values"]: one["counts"] for one in counted.to_pylist()} or {self.workspace.clock().year: 0}
        return dict(sorted(found.items(), reverse=True))

    def units(self, on_map: dt.date | None = None) -> UnitList:
        """The register as a list to search and filter: what each unit is today, and where it lies on a day's map."""
        today = self.workspace.clock().date()
        return list_units(self.snapshot(), today, on_map or today)

    def unit(self, unit: str, *, lang: Lang = "vi", why: Why | None = None) -> Profile:
        """All that is recorded of one unit, by its id; also how to reach its people, where it is told what for.

        That is journalled. Raises `NotFound` where the register has no such unit.
        """
        made = profile_of(Display(self.snapshot(), lang, why is not None), unit, self.workspace.clock().date())
        if why:
            self.disclose("cooperative", unit, why)
        return made

    def disclose(self, table: str, record: str, why: Why, manner: Manner = Manner.SHOWN) -> None:
        """Journal that personal data is shown or taken along, once a day for the same. Raises `AccessDenied`."""
        self._may(Action.VIEW_PERSONAL, record)
        made = disclosing(self.actor.name, self.workspace.clock(), (table, record), why, manner)
        _ = self._ledger.receipt(made.token) or self._ledger.write(made)

    def waiting(self, on_map: dt.date | None = None) -> list[Waiting]:
        """The records that nobody can place on the map of a day (today's, unless told)."""
        return waiting(self.snapshot(), on_map or self.workspace.clock().date())

    def decide(self, record: str, place: str, *, on_map: dt.date | None = None, reason: str = "") -> Receipt:
        """Say once where a waiting record lies, by the code or name of a place of that day's map; one journalled batch.

        Raises `NotFound` for a record there is not, `CoopkitError` where it is not waiting or may not lie there.
        """
        self._may(Action.WRITE, record)
        now = self.workspace.clock()
        on = on_map or now.date()
        found = find_record(self._ledger, self.snapshot(), record, strangers=self.actor.views is None)
        change = decision(self.snapshot(), self._ledger, found, place, on, reason)
        why = reason or f"Xác định địa bàn trên bản đồ ngày {format_date(on)}"
        return self.write(Batch(self.actor.name, why, now, changes=(change,)))[0]

    def import_files(  # noqa: PLR0913 - looking and writing are one act: what was seen is written, and no other
        self,
        files: Mapping[str, bytes],
        *,
        reason: str = "Nhập dữ liệu từ tệp Excel",
        dry_run: bool = False,
        progress: importing.Progress | None = None,
        importer: str = "",
        seen: Preview | None = None,
        token: str = "",
    ) -> Preview:
        """Import workbooks or CSV, given by name; good rows are kept, bad rows reported, nothing is half-written.

        With `dry_run` nothing is written; `progress` is told of each step, and may raise to stop it all; `importer` is
        the key of a plugin's own importer, for files of another layout. What a plugin's check refuses is a bad row.
        Of `seen`, the preview of a `dry_run`, just that is written: where the register has moved so that another would
        be, nothing is, and the preview of now is given. A `token` is written once, however often it is handed in.
        Raises `WorkbookError` for a file that is no workbook (a preview tells it as a Problem), `NotFound` for an
        importer there is not.
        """
        self._may(Action.WRITE)
        now, own = self.workspace.clock(), self.importer(importer) if importer else None
        office = self.workspace
        work = importing.Import(files, self._ledger, office.registry, self.note, now.date(), own, progress, self.actor)
        return work.compared() if dry_run else work.written(Batch(self.actor.name, reason, now, token=token), seen)

    def importer(self, key: str) -> Importer:
        """The plugin's importer of that key. Raises `NotFound`, naming those there are."""
        offered = self.workspace.registry.importers()
        if key not in offered:
            raise NotFound(f"Không có cách nhập {key!r} (no such importer): {', '.join(sorted(offered)) or '-'}")
        return offered[key]

    def metrics(self) -> Mapping[str, AnyMetric]:
        """Every metric on offer, by key."""
        return self.workspace.registry.metrics()

    def evaluate(
        self, *periods: Period, by: str = "", on_map: dt.date | None = None, only: Collection[str] | None = None
    ) -> Evaluation:
        """All metrics in these periods; `by="place:district"` gives each district's figures too, on the map of a day.

        `only` these, by their keys, with what they are made of: the fewer, the sooner. Raises `NotFound`, naming the
        levels there are, where that day's map has no such level.
        """
        law, snapshot = self.workspace.regulation, self.snapshot(on_map or max(one.end for one in periods))
        asked = self.metrics() if only is None else with_parts(only, self.metrics())

        def count() -> Evaluation:
            return evaluate(asked.values(), snapshot, periods, by=by, on_map=on_map, regulation=law)

        found = self.workspace.counted((id(snapshot), periods, by, on_map, *asked), snapshot, count)
        for cell in found.cells.values():
            value = cell.value
            if cell.at is None and isinstance(value, Unavailable) and value.reason != NO_DENOMINATOR:
                self.note(value.plugin, f"{cell.metric}: {value.reason}")
        return found

    def note(self, plugin: str, what: str, *, loaded: bool = True) -> None:
        """Remember that a plugin's own code failed; what coopkit's or nobody's did is no plugin's matter."""
        states = {state.name: state for state in self.workspace.registry.states}
        if plugin in states and plugin != OWN:
            self.workspace.health.note(plugin, states[plugin].code, what, self.workspace.clock(), loaded=loaded)

    def groups(self, by: str, on: dt.date) -> Mapping[str, Label]:
        """What the groups of a dimension are called, by their keys; places on the map of that day."""
        return dimensions(by)[0].names(self.snapshot(), on)

    def records(self, metric: str, period: Period, at: At | str | None = None, lang: Lang = "vi") -> Source:
        """The records behind a figure; one made of others opens to those of the first. Raises `NotFound`."""
        return self.sources(metric, period, at, lang)[0]

    def left_out(self, metric: str, period: Period, at: At | str | None = None, lang: Lang = "vi") -> Source:
        """The records that a figure does not count, each with why. Raises `NotFound`."""
        return self.sources(metric, period, at, lang, left_out=True)[0]

    def sources(
        self, metric: str, period: Period, at: At | str | None = None, lang: Lang = "vi", *, left_out: bool = False
    ) -> list[Source]:
        """The records behind a figure, or those left out: one `Source` for each metric it is made of."""
        look, law = left_out_of if left_out else source_of, self.workspace.regulation
        on = at.on_map if isinstance(at, At) and at.on_map else period.end
        return [look(one, self.snapshot(on), period, at, lang, law) for one in leaves_of(metric, self.metrics())]

    def report(
        self,
        period: Period,
        *,
        date: dt.date | None = None,
        on_map: dt.date | None = None,
        only: Collection[str] | None = None,
    ) -> Report:
        """The report of a period, dated `date` (today, unless given): of all metrics, or `only` of these.

        Places are those of the map of the period's last day, or of the day `on_map`; what was chosen stands in it.
        """
        asked = asked_of(self.snapshot(), self.actor, period, date or self.workspace.clock().date(), on_map, only)
        return report_of(self.evaluate(period, on_map=on_map, only=only), asked)

    @property
    def inside(self) -> Inside:
        """The register as plugins may look at it, as far as the actor may see it."""
        return self.inside_on(self.workspace.clock().date())

    def inside_on(self, on: dt.date) -> Inside:
        """The same, with places judged as on a day."""
        return Inside(self.workspace.registry, self.snapshot(on), self.workspace.regulation)

    def export(self, report: Report, exporter: str, asked: Asked | None = None) -> bytes:
        """The report as a file; a district's exporter is given the figures of its places, of what was `asked`.

        Raises `NotFound` for an exporter there is not, `PluginError` where a plugin's fails.
        """
        self._may(Action.EXPORT)
        on = (asked.on_map if asked else None) or report.period.end
        chosen, inside = self.exporter(exporter), self.inside_on(on)
        if inside.needs_own(chosen):
            head = Asked(report.period, report.date, report.title, report.organisation, notes=report.notes)
            report = inside.report(chosen, asked or head)
        try:
            return written(chosen, report)
        except PluginError as error:
            self.note(chosen.plugin, str(error))
            raise

    def exporters(self) -> Mapping[str, Exporter]:
        """Every exporter on offer, by key."""
        return self.workspace.registry.exporters()

    def exporter(self, wanted: str) -> Exporter:
        """The exporter of that key, or the first whose files have that extension. Raises `NotFound`."""
        offered = self.exporters()
        found = offered.get(wanted) or next((one for one in offered.values() if one.extension == wanted), None)
        if found is None:
            known = ", ".join(sorted(offered))
            raise NotFound(f"Không có cách xuất {wanted!r} (no such exporter): {known}")
        return found

    def history(self, record: str) -> list[Entry]:
        """Every version of one record, by its id; a cooperative also by tax code or name. Raises `NotFound`.

        Personal values are masked, whoever asks: `workspace.people.People.export` gives them, for a purpose.
        """
        self._may(Action.HISTORY, record)
        table, found = find_record(self._ledger, self.snapshot(), record, strangers=self.actor.views is None)
        self._may(SEEN_WITH.get(table, Action.HISTORY), record)
        return [hidden(one) for one in self._ledger.history(table, found)]

    def batches(self) -> list[BatchHeader]:
        """Every batch of the journal, oldest first."""
        self._may(Action.HISTORY, CITY)
        return self._ledger.batches()

    def undo(self, batch: int, *, reason: str = "Hoàn tác") -> Receipt:
        """Take a batch back with a new one. Raises `NotFound` or `CannotUndo`."""
        self._may(Action.UNDO, f"lô {batch}")
        if not is_free(self.actor):
            require_writable(self.actor, self._ledger.snapshot(), self._ledger.inverse(batch).changes, Action.UNDO)
        return self._ledger.undo(batch, actor=self.actor.name, reason=reason, time=self.workspace.clock())

    def erase(self, person: str, *, reason: str) -> Receipt:
        """Erase a person's data for good (Law 91/2025/QH15). Raises `NotFound`."""
        self._may(Action.ERASE, person)
        require_writable(self.actor, self._ledger.snapshot(), [Removal("person", person, 0)], Action.ERASE)
        return self._ledger.erase(person, actor=self.actor.name, reason=reason, time=self.workspace.clock())

    def verify(self) -> list[Fault]:
        """Check the ledger's chain and its records; empty for a sound one."""
        self._may(Action.VERIFY)
        return self._ledger.verify()

    def plugins(self) -> tuple[PluginState, ...]:
        """Every plugin that was found, what it is now and why, and when it failed."""
        self._may(Action.VIEW)
        states = self.workspace.registry.plugins()
        for state in states:
            if state.state in (State.FAILED, State.QUARANTINED):  # kept off by a mode or a changed file is no failure
                self.note(state.name, state.reason, loaded=state.state is State.QUARANTINED)
        return tuple(map(self.workspace.health.told, states))
