"""Import workbooks: read them all, compare with the register, write one batch a file, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, partial
from string import ascii_uppercase
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

from attrs import field, frozen

from coopkit.display import Display
from coopkit.event import EventKind
from coopkit.field import FieldKind
from coopkit.importers import OLD_FONT, Found, Imported, Read, Register, Watch, assemble, read_file
from coopkit.ledger import Batch, Change, Ledger, Receipt
from coopkit.place import shipped
from coopkit.problem import Problem, Severity
from coopkit.quantity import format_number
from coopkit.record import record_type, to_row
from coopkit.sheet import Sheet, register_sheets
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang
from coopkit.workspace.guarding import merged
from coopkit.workspace.profile import Changed, changed_in

Progress: TypeAlias = Callable[[int, int, Label], None]
"""Told before each step of an import how many are done, of how many, and what the step is.

A step for each file, one for comparing it all with the register, one for writing; where a step has several sheets it is
told of each, with its rows. Whoever raises here stops the import: nothing is written, not even at the last step.
"""

T = TypeVar("T")
_LANGS: Final[tuple[Lang, ...]] = ("vi", "en")


class Reading(Protocol):
    """Reads one file by the layout of sheets."""

    def __call__(self, data: bytes, *, file: str, sheets: Sequence[Sheet]) -> Read: ...


class State(StrEnum):
    """What a record of a file is to the register."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@frozen
class Row:
    """One record of a file: what it is to the register and, for a changed one, what stands there now."""

    found: Found
    table: str
    record_id: str
    state: State
    before: Mapping[str, Any] | None = None

    @property
    def after(self) -> Mapping[str, Any]:
        """What would stand there."""
        return to_row(self.found.record)


@frozen
class Shown:
    """A record of a file as people read it: what kind it is, what it is called, its row, and the fields it changes."""

    table: Label
    title: str
    origin: str
    changed: tuple[Changed, ...]


@frozen
class Rejected:
    """A row that was left out, or for `row` 0 a whole sheet or file, with all that is wrong with it."""

    file: str
    sheet: str
    row: int
    problems: tuple[Problem, ...]


@frozen
class Page(Generic[T]):
    """A page of a long list: what stands on it, its number from 1, of how many pages, and how long the list is."""

    items: tuple[T, ...]
    number: int
    pages: int
    total: int

    @staticmethod
    def of(items: Sequence[T], number: int, size: int) -> Page[T]:
        """The page of that number; the nearest there is, for a number beyond.

        >>> Page.of("abcde", 9, 2)
        Page(items=('e',), number=3, pages=3, total=5)
        """
        pages = max(1, -(-len(items) // size))
        number = min(max(number, 1), pages)
        return Page(tuple(items[(number - 1) * size : number * size]), number, pages, len(items))


@frozen(slots=False)
class Preview:
    """What an import would do, or did: every record with its state, every problem, and the batches written, if any.

    `left_out` are the rows that gave no record: file, sheet and number of each. `snapshot` is the register that it was
    compared with.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    receipts: tuple[Receipt, ...] = ()
    left_out: frozenset[tuple[str, str, int]] = frozenset()
    snapshot: Snapshot = field(factory=lambda: Snapshot.of([]), repr=False, eq=False)

    @cached_property
    def _by_state(self) -> Mapping[State, Sequence[Row]]:
        return {state: [row for row in self.rows if row.state is state] for state in State}

    def count(self, state: State) -> int:
        """How many records have that state."""
        return len(self._by_state[state])

    @property
    def rejected(self) -> int:
        """How many errors left a row out."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def rejected_rows(self) -> int:
        """How many rows were left out; one row may have several errors, and one error leave out a whole column."""
        return len(self.left_out)

    def page(
        self, state: State, number: int = 1, size: int = 50, *, lang: Lang = "vi", personal: bool = False
    ) -> Page[Shown]:
        """A page of the records of a state, in the order of the files, each with its fields before and after.

        A new record shows every field that it fills. Personal values are masked unless `personal`.
        """
        page = Page.of(self._by_state[state], number, size)
        display = Display(self._with(page.items), lang, personal)
        shown = (
            Shown(TABLES[row.table].label, display.title(row.table, row.record_id), row.found.origin, changed)
            for row in page.items
            for changed in [tuple(changed_in(display, row))]
        )
        return Page(tuple(shown), page.number, page.pages, page.total)

    def _with(self, rows: Sequence[Row]) -> Snapshot:
        """The register with these rows in it, and with those that they refer to, so that each can be named."""
        after = [(row, row.after) for row in rows]
        wanted = {row.record_id for row in rows}
        wanted |= {
            str(told[own.key])
            for row, told in after
            for own in TABLES[row.table].fields
            if own.kind is FieldKind.REFERENCE and told[own.key] is not None
        }
        new: dict[str, dict[str, Any]] = {}
        for row in self.rows:
            if row.record_id in wanted or row.table == "event_kind":
                new.setdefault(row.table, {})[row.record_id] = row.after
        return self.snapshot.replace(**{table: merged(self.snapshot, table, told) for table, told in new.items()})

    def rejected_page(self, number: int = 1, size: int = 50) -> Page[Rejected]:
        """A page of the rows that were left out, in the order of the files, each with all its errors and doubts."""
        return Page.of(self._rejections, number, size)

    @cached_property
    def _rejections(self) -> Sequence[Rejected]:
        met: dict[tuple[str, str, int], list[Problem]] = {}
        for problem in self.problems:
            at = (problem.file, problem.sheet, int(problem.cell.lstrip(ascii_uppercase) or 0))
            if problem.severity is Severity.ERROR or at in self.left_out:
                # What is wrong above all rows (a header, a missing column) is wrong with the sheet.
                met.setdefault(at if at in self.left_out else (*at[:2], 0), []).append(problem)
        fonts = {(one.file, one.sheet): one for one in self.problems if one.code == OLD_FONT}
        for at in sorted(self.left_out - met.keys()):
            met[at] = [fonts[at[:2]]] if at[:2] in fonts else []
        return [Rejected(*at, tuple(told)) for at, told in met.items()]


def read_files(
    files: Mapping[str, bytes],
    snapshot: Snapshot,
    kinds: Sequence[EventKind],
    *,
    today: dt.date,
    progress: Progress | None = None,
    read: Reading | None = None,
) -> Imported:
    """The records and problems of files, by file name; all together, as one may name what stands in another.

    `read` reads one file, where it is not of coopkit's own layout.
    """
    sheets, total = register_sheets(kinds), len(files) + 2
    reads = []
    for number, (name, data) in enumerate(files.items()):
        watch = _watch(progress, number, total, Label(name, name))
        reader: Reading = read or partial(read_file, watch=watch)
        reads.append(reader(data, file=name, sheets=sheets))
    watch = _watch(progress, total - 2, total, Label("Đối chiếu với sổ", "Comparing with the register"))
    return assemble(reads, Register.of(snapshot), on=today, watch=watch)


def _watch(progress: Progress | None, done: int, total: int, step: Label) -> Watch | None:
    """Tells of a step, and gives what tells of each sheet within it."""
    if progress is None:
        return None
    progress(done, total, step)

    def watch(title: str, rows: int) -> None:
        vi, en = (format_number(rows, lang) for lang in _LANGS)
        progress(done, total, Label(f"{step.vi} · {title} · {vi} dòng", f"{step.en} · {title} · {en} rows"))

    return watch


def preview(imported: Imported, snapshot: Snapshot) -> Preview:
    """Compare what was read with the register."""
    held: dict[str, dict[str, dict[str, Any]]] = {}
    rows = []
    for found in imported.found:
        table = record_type(type(found.record)).table
        if table not in held:
            held[table] = {row["id"]: row for row in snapshot.tables[table].to_pylist()}
        row = to_row(found.record)
        before = held[table].get(str(row["id"]))
        state = State.NEW if before is None else State.UNCHANGED if before == row else State.CHANGED
        rows.append(Row(found, table, str(row["id"]), state, before))
    return Preview(tuple(rows), imported.problems, left_out=imported.left_out, snapshot=snapshot)


def batches(seen: Preview, ledger: Ledger, *, actor: str, reason: str, time: dt.datetime) -> list[Batch]:
    """One batch for each file that brings something new or changed, in the order of the files."""
    by_file: dict[str, list[Row]] = {}
    for row in seen.rows:
        if row.state is not State.UNCHANGED:
            by_file.setdefault(row.found.file, []).append(row)
    made = []
    for file, rows in by_file.items():
        changes = tuple(_change(row, bases) for bases in [_bases(rows, ledger)] for row in rows)
        made.append(Batch(actor, reason, time, source=file, changes=changes))
    return made


def tell_write(progress: Progress | None, files: int, made: Sequence[Batch]) -> None:
    """Tell of the last step of an import of so many files: how many records are to be written."""
    if progress:
        vi, en = (format_number(sum(len(batch.changes) for batch in made), lang) for lang in _LANGS)
        progress(files + 1, files + 2, Label(f"Ghi vào sổ · {vi} bản ghi", f"Writing · {en} records"))


def _bases(rows: Sequence[Row], ledger: Ledger) -> dict[tuple[str, str], int]:
    wanted: dict[str, list[str]] = {}
    for row in rows:
        if row.state is State.CHANGED:
            wanted.setdefault(row.table, []).append(row.record_id)
    return {
        (table, record): revision
        for table, records in wanted.items()
        for record, revision in ledger.revisions(table, records).items()
    }


def _change(row: Row, bases: Mapping[tuple[str, str], int]) -> Change:
    return Change(row.found.record, bases.get((row.table, row.record_id)), row.found.origin)


def foundations(ledger: Ledger, kinds: Sequence[EventKind]) -> tuple[Change, ...]:
    """What every register needs before its first record: the shipped maps with their acts, and the event kinds.

    A place whose last day has become known since is changed; everything else that is held stays as it is.
    """
    snapshot, maps = ledger.snapshot(), shipped()
    wanted: list[Any] = [*maps.acts, *maps.places, *maps.successions, *(kind.stored() for kind in kinds)]
    held = {name: {row["id"]: row for row in snapshot.tables[name].to_pylist()} for name in _GROUND}
    missing = [one for one in wanted if one.id not in held[record_type(type(one)).table]]
    ended = [one for one in maps.places if (row := held["place"].get(one.id)) and row["valid_to"] != one.valid_to]
    bases = ledger.revisions("place", [one.id for one in ended]) if ended else {}
    changes = [Change(one, origin="coopkit") for one in missing]
    return (*changes, *(Change(one, bases[one.id], "coopkit") for one in ended))


_GROUND = ("act", "place", "succession", "event_kind")
