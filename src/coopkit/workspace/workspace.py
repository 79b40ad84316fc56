"""`Workspace`: a ledger with the plugins that are on; and `Desk`: what one actor does at it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Self

from attrs import define, field, frozen

from coopkit.access import Action, Actor, can, narrow
from coopkit.display import Display
from coopkit.errors import NotFound
from coopkit.ledger import Batch, BatchHeader, Entry, Fault, Ledger, Receipt
from coopkit.metrics import AnyMetric, At, Evaluation, Metric
from coopkit.metrics.dimensions import dimensions
from coopkit.metrics.engine import evaluate
from coopkit.metrics.evaluation import leaves_of
from coopkit.period import Period, format_date
from coopkit.registry import PluginState, Registry
from coopkit.regulation import Regulation, shipped_regulation
from coopkit.report import Exporter, Report, Source, left_out_of, make_report, source_of
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang, fold
from coopkit.workspace import importing
from coopkit.workspace.places import Waiting, decision, waiting
from coopkit.workspace.profile import Changed, Profile, changed_in, profile_of
from coopkit.workspace.register import UnitList, list_units


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@define
class Workspace:
    """A ledger, the plugins that are on, and the laws. `clock` is the one place where the time of day comes in.

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

    @staticmethod
    def open(
        url: str,
        *,
        registry: Registry | None = None,
        clock: Callable[[], dt.datetime] = _now,
        regulation: Regulation | None = None,
    ) -> Workspace:
        """Open a ledger, with the installed plugins and the shipped packs of laws unless others are given.

        A new ledger gets the shipped map and the event kinds as its first batch. Raises `LedgerError`.
        """
        plugins, laws = registry or Registry.load(discover=True), regulation or shipped_regulation()
        workspace = Workspace(Ledger.open(url), plugins, clock, laws)
        workspace.as_(Actor.office("coopkit")).prepare()
        return workspace

    def as_(self, actor: Actor) -> Desk:
        """The desk of one actor: everything that reads or writes goes through it."""
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
            self._ledger.write(Batch(self.actor.name, reason, self.workspace.clock(), changes=changes))

    def snapshot(self) -> Snapshot:
        """The register as it is now, as far as the actor may see it."""
        self._may(Action.VIEW)
        return narrow(self.actor, self._ledger.snapshot())

    def years(self) -> dict[int, int]:
        """How many events each calendar year holds, newest first; the clock's own year where the register has none."""
        days = self.snapshot().table("event").column("start").to_pylist()
        found = Counter(day.year for day in days if day is not None) or Counter({self.workspace.clock().year: 0})
        return {year: found[year] for year in sorted(found, reverse=True)}

    def units(self, on_map: dt.date | None = None) -> UnitList:
        """The register as a list to search and filter: what each unit is today, and where it lies on a day's map."""
        today = self.workspace.clock().date()
        return list_units(self.snapshot(), today, on_map or today)

    def unit(self, unit: str, *, lang: Lang = "vi", personal: bool = False) -> Profile:
        """All that is recorded of one unit, by its id; with `personal` also how to reach its people.

        Raises `NotFound` where the register has no such unit.
        """
        if personal:
            self._may(Action.VIEW_PERSONAL, unit)
        return profile_of(Display(self.snapshot(), lang, personal), unit, self.workspace.clock().date())

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
        change = decision(self.snapshot(), self._ledger, self._find(record), place, on, reason)
        told = f"Xác định địa bàn trên bản đồ ngày {format_date(on)}"
        [receipt] = self._ledger.write(Batch(self.actor.name, reason or told, now, changes=(change,)))
        return receipt

    def import_files(
        self,
        files: Mapping[str, bytes],
        *,
        reason: str = "Nhập dữ liệu từ tệp Excel",
        dry_run: bool = False,
        progress: importing.Progress | None = None,
    ) -> importing.Preview:
        """Import workbooks, given by name; good rows are kept, bad rows reported, nothing is half-written.

        With `dry_run` nothing is written; `progress` is told how many files are read.
        Raises `WorkbookError` for a file that is no workbook.
        """
        self._may(Action.WRITE)
        snapshot, now = self._ledger.snapshot(), self.workspace.clock()
        kinds = list(snapshot.kinds.values())
        imported = importing.read_files(files, snapshot, kinds, today=now.date(), progress=progress)
        seen = importing.preview(imported, snapshot)
        if dry_run:
            return seen
        made = importing.batches(seen, self._ledger, actor=self.actor.name, reason=reason, time=now)
        receipts = self._ledger.write(*made) if made else []
        return importing.Preview(seen.rows, seen.problems, tuple(receipts))

    def metrics(self) -> Mapping[str, AnyMetric]:
        """Every metric on offer, by key."""
        return self.workspace.registry.metrics()

    def evaluate(self, *periods: Period, by: str = "", on_map: dt.date | None = None) -> Evaluation:
        """All metrics in these periods; `by="place:district"` gives each district's figures too, on the map of a day.

        Raises `NotFound`, naming the levels there are, where that day's map has no such level.
        """
        law = self.workspace.regulation
        return evaluate(self.metrics().values(), self.snapshot(), periods, by=by, on_map=on_map, regulation=law)

    def groups(self, by: str, on: dt.date) -> Mapping[str, Label]:
        """What the groups of a dimension are called, by their keys; places on the map of that day."""
        [dimension] = dimensions(by)
        return dimension.names(self.snapshot(), on)

    def records(self, metric: str, period: Period, at: At | str | None = None, lang: Lang = "vi") -> Source:
        """The records behind a figure; one made of others opens to those of the first. Raises `NotFound`."""
        return source_of(self._counting(metric), self.snapshot(), period, at, lang, self.workspace.regulation)

    def left_out(self, metric: str, period: Period, at: At | str | None = None, lang: Lang = "vi") -> Source:
        """The records that a figure does not count, each with why. Raises `NotFound`."""
        return left_out_of(self._counting(metric), self.snapshot(), period, at, lang, self.workspace.regulation)

    def _counting(self, metric: str) -> Metric:
        """The metric of that key that counts rows: of one made of others, the first of them."""
        return leaves_of(metric, self.metrics())[0]

    def report(self, period: Period, *, date: dt.date | None = None) -> Report:
        """The report of a period, dated `date` (today, unless given)."""
        snapshot = self.snapshot()
        names = snapshot.table("alliance").column("name").to_pylist()
        evaluation = self.evaluate(period)
        title = Label(f"Báo cáo tổng kết {period.label.vi.lower()}", f"Report of {period.label.en}")
        day = date or self.workspace.clock().date()
        return make_report(evaluation, title=title, organisation=names[0] if names else "", date=day)

    def export(self, report: Report, exporter: str) -> bytes:
        """The report as a file. Raises `NotFound` for an exporter there is not."""
        self._may(Action.EXPORT)
        return self.exporter(exporter).write(report)

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
        """Every version of one record, by its id; a cooperative also by tax code or name. Raises `NotFound`."""
        self._may(Action.HISTORY, record)
        found = self._find(record)
        return self._ledger.history(*found)

    def changes(self, record: str, *, lang: Lang = "vi") -> list[tuple[Entry, list[Changed]]]:
        """Every version of one record, the latest first, with the fields it changed. Raises `NotFound`."""
        display = Display(self.snapshot(), lang)
        return [(entry, changed_in(display, entry)) for entry in reversed(self.history(record))]

    def _find(self, record: str) -> tuple[str, str]:
        snapshot = self._ledger.snapshot()
        for table in TABLES:
            if record in set(snapshot.tables[table].column("id").to_pylist()):
                return table, record
        rows = snapshot.tables["cooperative"].select(["id", "name", "tax_code"]).to_pylist()
        same = [row["id"] for row in rows if record == row["tax_code"] or fold(record) == fold(row["name"])]
        if len(same) == 1:
            return "cooperative", same[0]
        past = next((table for table in TABLES if self._ledger.history(table, record)), None)
        if past:
            return past, record
        raise NotFound(f"Không có bản ghi {record!r}: dùng mã bản ghi, mã số thuế hoặc tên (no such record)")

    def batches(self) -> list[BatchHeader]:
        """Every batch of the journal, oldest first."""
        self._may(Action.HISTORY)
        return self._ledger.batches()

    def undo(self, batch: int, *, reason: str = "Hoàn tác") -> Receipt:
        """Take a batch back with a new one. Raises `NotFound` or `CannotUndo`."""
        self._may(Action.UNDO, f"lô {batch}")
        return self._ledger.undo(batch, actor=self.actor.name, reason=reason, time=self.workspace.clock())

    def erase(self, person: str, *, reason: str) -> Receipt:
        """Erase a person's data for good (Law 91/2025/QH15). Raises `NotFound`."""
        self._may(Action.ERASE, person)
        return self._ledger.erase(person, actor=self.actor.name, reason=reason, time=self.workspace.clock())

    def verify(self) -> list[Fault]:
        """Check the ledger's chain and its records; empty for a sound one."""
        self._may(Action.VERIFY)
        return self._ledger.verify()

    def plugins(self) -> tuple[PluginState, ...]:
        """Every plugin that was found, and what went wrong with it."""
        self._may(Action.VIEW)
        return self.workspace.registry.plugins()
