"""Import workbooks: read them all, compare with the register, write one batch a file, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol, TypeAlias

from attrs import evolve, frozen

from coopkit.access import Actor, narrow
from coopkit.errors import WorkbookError
from coopkit.event import EventKind
from coopkit.importers import Imported, Importer, Read, Register, Watch, assemble, read_file
from coopkit.ledger import Batch, Change, Ledger, Receipt
from coopkit.place import shipped
from coopkit.problem import Problem
from coopkit.quantity import format_number
from coopkit.record import record_type, to_row
from coopkit.registry import Registry
from coopkit.sheet import Sheet, register_sheets
from coopkit.snapshot import Snapshot
from coopkit.text import Label, Lang
from coopkit.workspace.gate import require_writable
from coopkit.workspace.guarding import Guard, Note, sheets_from
from coopkit.workspace.preview import Preview, Row, State

Progress: TypeAlias = Callable[[int, int, Label], None]
"""Told before each step of an import how many are done, of how many, and what the step is.

A step for each file, one for comparing it all with the register, one for writing; where a step has several sheets it is
told of each, with its rows. Whoever raises here stops the import: nothing is written, not even at the last step.
"""

_LANGS: Final[tuple[Lang, ...]] = ("vi", "en")
_UNREADABLE: Final = "file.unreadable"


class Reading(Protocol):
    """Reads one file by the layout of sheets."""

    def __call__(self, data: bytes, *, file: str, sheets: Sequence[Sheet]) -> Read: ...


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

    `read` reads one file, where it is not of coopkit's own layout. That a file is no table at all is a Problem of it.
    """
    sheets, total = register_sheets(kinds), len(files) + 2
    reads = []
    for number, (name, data) in enumerate(files.items()):
        watch = _watch(progress, number, total, Label(name, name))
        reader: Reading = read or partial(read_file, watch=watch)
        try:
            reads.append(reader(data, file=name, sheets=sheets))
        except WorkbookError as error:
            reads.append(Read(name, (), (_unreadable(name, error),), {}))
    watch = _watch(progress, total - 2, total, Label("Đối chiếu với sổ", "Comparing with the register"))
    return assemble(reads, Register.of(snapshot), on=today, watch=watch)


def _unreadable(file: str, error: WorkbookError) -> Problem:
    """What is wrong with a file, as its error says it: "file: what; mend (what: mend)"."""
    vi, _, en = str(error).removeprefix(f"{file}: ").removesuffix(")").rpartition(" (")
    (what_vi, _, mend_vi), (what_en, _, mend_en) = vi.partition("; "), en.partition(": ")
    return Problem(_UNREADABLE, Label(what_vi, what_en), Label(mend_vi, mend_en), file=file)


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
    left_out, columns = imported.left_out, imported.columns
    return Preview(tuple(rows), imported.problems, left_out=left_out, snapshot=snapshot, columns=columns)


def batches(seen: Preview, ledger: Ledger, like: Batch) -> list[Batch]:
    """A batch like that one for each file that brings something new or changed, in the order of the files."""
    by_file: dict[str, list[Row]] = {}
    for row in seen.rows:
        if row.state is not State.UNCHANGED:
            by_file.setdefault(row.found.file, []).append(row)
    made = []
    for file, rows in by_file.items():
        changes = tuple(_change(row, bases) for bases in [_bases(rows, ledger)] for row in rows)
        made.append(evolve(like, source=file, changes=changes, token=_token(like.token, file)))
    return made


def _token(token: str, file: str) -> str:
    return f"{token}/{file}" if token else ""


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


@frozen
class Import:
    """Files by name on their way into a ledger, with the plugins that are on; `own` is a plugin's importer for them.

    `actor` brings them. Whose places are only some of the city compares with what lies there: of what lies elsewhere
    a file that names it is told nothing, but that it may not be written.
    """

    files: Mapping[str, bytes]
    ledger: Ledger
    registry: Registry
    note: Note
    today: dt.date
    own: Importer | None = None
    progress: Progress | None = None
    actor: Actor | None = None

    def compared(self) -> Preview:
        """The files as they are read and checked now, beside the register of now."""
        snapshot = self.ledger.snapshot()
        bound = self.actor if self.actor and (self.actor.edits, self.actor.views) != (None, None) else None
        seen = narrow(bound, snapshot, self.today) if bound else snapshot
        read = partial(sheets_from, self.own, note=self.note) if self.own else None
        kinds = list(snapshot.kinds.values())
        imported = read_files(self.files, seen, kinds, today=self.today, progress=self.progress, read=read)
        return preview(Guard(self.registry, snapshot, imported, self.note, bound).checked(self.own), seen)

    def written(self, batch: Batch, seen: Preview | None = None) -> Preview:
        """Write a batch like this one for each file, with its records; a token is written once.

        Of what was `seen` just that is written: where another would be now, nothing is, and the preview of now given.
        Raises `WorkbookError` for a file that nobody has seen to be no workbook.
        """
        if receipts := self._receipts(batch.token, seen.to_write if seen else self.files):
            return evolve(seen or self.compared(), receipts=receipts)
        still = seen if seen and seen.snapshot.position == self.ledger.snapshot().position else None
        now = still or self.compared()
        if seen is None:
            _refuse_unreadable(now)
        elif seen != now:
            return now
        made = batches(now, self.ledger, batch)
        tell_write(self.progress, len(self.files), made)
        if self.ledger.snapshot().position != now.snapshot.position:  # somebody wrote meanwhile: look again
            return self.written(batch, now)
        if self.actor:  # what is written may have been looked at under other rights
            changes = [change for one in made for change in one.changes]
            require_writable(self.actor, self.ledger.snapshot(), changes)
        return evolve(now, receipts=tuple(self.ledger.write(*made) if made else ()))

    def _receipts(self, token: str, files: Iterable[str]) -> tuple[Receipt, ...]:
        """What was written of these files with that token before."""
        tokens = [_token(token, file) for file in files] if token else []
        return tuple(filter(None, map(self.ledger.receipt, tokens)))


def _refuse_unreadable(seen: Preview) -> None:
    for one in seen.problems:
        if one.code == _UNREADABLE:
            vi, en = f"{one.what.vi}; {one.mend.vi}", f"{one.what.en}: {one.mend.en}"
            raise WorkbookError(f"{one.file}: {vi} ({en})")


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
