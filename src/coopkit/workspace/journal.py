"""`Trail`: the journal as an actor may look into it: who changed what and why, and taking a batch back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from coopkit.access import CITY, SEEN_WITH, Action, RecordsOf, can
from coopkit.cooperative import Cooperative
from coopkit.display import Display
from coopkit.errors import BadText, NotFound
from coopkit.exporters.cells import harmless
from coopkit.field import Choice, FieldKind
from coopkit.ledger import DECLARED, Change, Entry, Receipt
from coopkit.ledger.trail import BatchSummary, Wanted
from coopkit.period import format_date, format_moment
from coopkit.record import RecordType, record_type
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang, fold
from coopkit.workspace.profile import Changed, changed_in
from coopkit.workspace.register import Filter
from coopkit.workspace.workspace import Desk

PAGE: Final = 50
"""How many batches, and how many lines of one, a page holds."""

UNIT: Final = record_type(Cooperative).table
VIETNAM: Final = dt.timezone(dt.timedelta(hours=7))
_MOST: Final = 1_000
"""So many records of one kind, the best answers first, are looked for by a name."""
_FEW: Final = 20
"""Of so many units at most, what is recorded of them is looked for, too."""


class Deed(Choice):
    """What a line of the journal did to its record.

    >>> Deed("insert").label.vi
    'Thêm mới'
    """

    INSERT = "insert", "Thêm mới", "Added"
    UPDATE = "update", "Sửa", "Changed"
    DELETE = "delete", "Xóa", "Removed"


@frozen
class Asked:
    """What the journal is narrowed to; what is left empty narrows nothing. The days are Vietnam's, both are meant.

    `table` is a kind of record; `source` and `reason` are words of the file's name and of the reason; `record` is an
    id, or what a unit, event, group or campaign is called, or a unit's tax code.

    >>> Asked(reason="sửa").actor
    ''
    """

    actor: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    table: str = ""
    source: str = ""
    reason: str = ""
    record: str = ""


EVERYTHING: Final = Asked()
"""The whole journal."""


@frozen
class Passed:
    """A page of the batches found, the newest first: how many there are in all, the page it is, and of how many."""

    total: int
    page: int
    pages: int
    batches: tuple[BatchSummary, ...]


@frozen
class Line:
    """One record that a batch changed: its kind, what it is called, what was done, the fields before and after.

    `entry` says who, when and why; what stood before and after is in `changed` alone, as the reader may see it. `unit`
    is the id of the unit it is, or is about, while the register has it. `withheld`: the reader may not see what
    the line says; nothing of it is told.
    """

    entry: Entry
    kind: Label
    title: str
    deed: Deed
    unit: str
    changed: tuple[Changed, ...]
    withheld: bool = False


@frozen
class TakenBack:
    """What an undo would do: how many records it removes, changes back, and brings back.

    >>> TakenBack(1, 2, 0).records
    3
    """

    removed: int
    changed: int
    restored: int

    @property
    def records(self) -> int:
        """How many records in all."""
        return self.removed + self.changed + self.restored


@frozen
class Trail:
    """The journal at an actor's desk. Every method raises `AccessDenied` where the actor may not.

    Whose places are only some of the city finds the batches they wrote themselves, and the history of what lies in
    these places: who, when and what; not why and from which file, as that may tell of others.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     trail = Trail(workspace.as_(Actor.office("an")))
    ...     [first] = trail.find().batches
    ...     first.number, first.actor, trail.lines(1)[0].kind.vi
    (1, 'coopkit', 'Văn bản thay đổi địa giới')
    """

    desk: Desk

    @property
    def may_undo(self) -> bool:
        """Whether the actor may take batches back."""
        return can(self.desk.actor, Action.UNDO).allowed

    def find(self, asked: Asked = EVERYTHING, page: int = 1, size: int = PAGE) -> Passed:
        """The batches that are such: a page of them, the first being 1; the last page where there are fewer.

        Raises `BadText` where the first day is after the last.
        """
        self._look()
        return self._page(self._wanted(asked), page, size)

    def actors(self) -> list[str]:
        """Everybody who wrote a batch, as far as the actor may find these."""
        self._look()
        return [self.desk.actor.name] if self._bound else self.desk.workspace.ledger.actors()

    def kinds(self, lang: Lang = "vi") -> dict[str, str]:
        """What each kind of record is called, by its table."""
        return {table: declared.label.in_(lang) for table, declared in DECLARED.items()}

    def batch(self, number: int) -> BatchSummary:
        """The batch of that number. Raises `NotFound`."""
        self._look()
        _, found = self.desk.workspace.ledger.trail(Wanted(number, self._bound), size=1)
        if not found:
            raise NotFound(f"Không có lô số {number} trong nhật ký (there is no batch {number} in the journal)")
        return found[0]

    def lines(self, number: int, page: int = 1, *, lang: Lang = "vi", size: int = PAGE) -> list[Line]:
        """The records that a batch changed, a page of them, in the order they were written; personal values masked."""
        if self._bound:
            self.batch(number)
        self._look()
        return self._told(self.desk.workspace.ledger.lines(number, (page - 1) * size, size), lang)

    def versions(self, table: str, record: str, *, lang: Lang = "vi") -> list[Line]:
        """Every version of one record, the latest first; none for one that never was; personal values masked."""
        self._look()
        if not self._sees(table, record):
            return []  # as of a record that never was
        return self._told(reversed(self.desk.workspace.ledger.history(table, record)), lang)

    def taken_back(self, number: int) -> TakenBack:
        """What undoing a batch would do, unwritten. Raises `NotFound`, or `CannotUndo` with what stands against it."""
        can(self.desk.actor, Action.UNDO, f"lô {number}").require()
        self.batch(number)
        changes = self.desk.workspace.ledger.inverse(number).changes
        bases = [one.base for one in changes if isinstance(one, Change)]
        return TakenBack(len(changes) - len(bases), sum(base is not None for base in bases), bases.count(None))

    def undo(self, number: int, reason: str) -> Receipt:
        """Take a batch back with a new one; the reason may not be empty. A batch is taken back once at most.

        Raises `BadText` without a reason, `NotFound`, or `CannotUndo` with what stands against it.
        """
        if not reason.strip():
            raise BadText(("Lý do còn trống", "The reason is empty"), ("ghi vì sao hoàn tác", "write why it is undone"))
        self.batch(number)
        return self.desk.undo(number, reason=reason.strip())

    def csv(self, asked: Asked = EVERYTHING, lang: Lang = "vi") -> bytes:
        """The batches that are such as CSV for Excel (UTF-8 with its mark), the newest first, one a line."""
        self._look()
        can(self.desk.actor, Action.EXPORT).require()
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([label.in_(lang) for label in COLUMNS])
        for one in self._all(self._wanted(asked)):
            writer.writerow([harmless(cell) for cell in _cells(one)])
        return text.getvalue().encode("utf-8-sig")

    @property
    def _bound(self) -> str:
        """Whose batches alone may be found; "" for all."""
        return "" if can(self.desk.actor, Action.HISTORY, CITY).allowed else self.desk.actor.name

    def _near(self, table: str, record: str) -> bool:
        """Whether a record lies in the places that the actor may view."""
        subject = RecordsOf(Label("", ""), ((table, record),), self.desk.workspace.ledger.snapshot())
        return can(self.desk.actor, Action.VIEW, subject).allowed

    def _look(self) -> None:
        can(self.desk.actor, Action.HISTORY).require()

    def _page(self, wanted: Wanted, page: int, size: int) -> Passed:
        total, found = self.desk.workspace.ledger.trail(wanted, (max(page, 1) - 1) * size, size)
        pages = max(1, -(-total // size))
        return self._page(wanted, pages, size) if page > pages else Passed(total, max(page, 1), pages, tuple(found))

    def _all(self, wanted: Wanted) -> Iterator[BatchSummary]:
        first, size = 0, _MOST
        while found := self.desk.workspace.ledger.trail(wanted, first, size)[1]:
            yield from found
            first += size

    def _wanted(self, asked: Asked) -> Wanted:
        if asked.since and asked.until and asked.since > asked.until:
            first, last = format_date(asked.since), format_date(asked.until)
            wrong = f"Từ ngày {first} là sau đến ngày {last}", f"{first} is after {last}"
            raise BadText(wrong, ("chọn lại hai ngày", "choose the two days again"))
        return Wanted(
            actor=self._bound or asked.actor,
            since=_midnight(asked.since) if asked.since else None,
            before=_midnight(asked.until + dt.timedelta(days=1)) if asked.until else None,
            table=asked.table,
            source=asked.source,
            reason=asked.reason,
            records=tuple(self._records(asked.record.strip())) if asked.record.strip() else None,
        )

    def _records(self, text: str) -> Iterator[tuple[str, str]]:
        """The records meant: that of this id, also one long gone; those called so; and what tells of a few units."""
        yield from ((table, text) for table in TABLES if self._sees(table, text))
        snapshot = self.desk.snapshot()
        units = self.desk.units().search(Filter(text)).ids[:_MOST]
        yield from ((UNIT, unit) for unit in units)
        for table in ("event", "group", "campaign"):
            yield from ((table, one) for one in _called(snapshot, table, fold(text)))
        if len(units) <= _FEW:
            yield from _about(snapshot, units)

    def _sees(self, table: str, record: str) -> bool:
        allowed = can(self.desk.actor, SEEN_WITH.get(table, Action.HISTORY)).allowed
        return allowed and (not self._bound or self._near(table, record))

    def _told(self, entries: Iterable[Entry], lang: Lang) -> list[Line]:
        display = Display(self.desk.snapshot(), lang)
        units = set(display.snapshot.table(UNIT).column("id").to_pylist())
        lines = []
        for entry in entries:
            told = entry
            if self._bound and entry.actor != self._bound:
                told = evolve(entry, reason="", source="", origin="")
            lines.append(_line(display, told, units, withheld=not self._sees(entry.table, entry.record)))
        return lines


COLUMNS: Final = (
    Label("Lô", "Batch"),
    Label("Thời gian", "Time"),
    Label("Ai", "Who"),
    Label("Lý do", "Why"),
    Label("Tệp", "File"),
    Label("Thêm mới", "Added"),
    Label("Sửa", "Changed"),
    Label("Xóa", "Removed"),
    Label("Hoàn tác lô", "Undoes batch"),
    Label("Bị hoàn tác bởi lô", "Undone by batch"),
)
"""The columns of the list as a file."""


def _cells(one: BatchSummary) -> tuple[Any, ...]:
    told = one.number, format_moment(one.time), one.actor, one.reason, one.source
    return *told, one.inserted, one.updated, one.deleted, one.undoes, one.undone_by


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def _called(snapshot: Snapshot, table: str, wanted: str) -> list[str]:
    """The ids of the records whose name has the text, with marks or without."""
    held = snapshot.table(table)
    names = zip(held.column("id").to_pylist(), held.column("name").to_pylist(), strict=True)
    return [of for of, name in names if wanted in fold(name or "")][:_MOST] if wanted else []


def _about(snapshot: Snapshot, units: list[str]) -> Iterator[tuple[str, str]]:
    """What the register holds that refers to these units: memberships, statuses, figures, turns."""
    wanted = pa.array(units, pa.string())
    for table, declared in TABLES.items():
        for own in declared.fields:
            if own.refers == UNIT:
                held = snapshot.tables[table]
                found = held.column("id").filter(pc.is_in(held.column(own.key), wanted)).to_pylist()
                yield from ((table, one) for one in found)


def _line(display: Display, entry: Entry, units: set[str], *, withheld: bool) -> Line:
    declared, deed = DECLARED[entry.table], Deed(entry.action)
    told = evolve(entry, before=None, after=None)
    if withheld:
        return Line(evolve(told, record=""), declared.label, "", deed, "", (), withheld=True)
    row = entry.after or entry.before or {}
    of = entry.record if entry.table == UNIT else row.get("cooperative")
    unit = of if of in units else ""
    changed = tuple(changed_in(display, entry))
    return Line(told, declared.label, _title(display, declared, entry, row), deed, unit, changed)


def _title(display: Display, declared: RecordType, entry: Entry, row: Mapping[str, Any]) -> str:
    """What a record is called today; one that is gone, or has no name, by what the journal says of it."""
    told = display.title(entry.table, entry.record) if entry.table in TABLES else entry.record
    if told != entry.record:
        return told
    naming = [own for own in declared.fields if own.key == "name" or own.kind is FieldKind.REFERENCE]
    texts = [own for own in declared.fields if own.kind is FieldKind.TEXT][:1]
    parts = [display.text(own, row) for own in naming or texts]
    return " · ".join(filter(None, parts)) or entry.record
