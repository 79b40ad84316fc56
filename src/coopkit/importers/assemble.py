"""The papers of all senders together become records: ids from natural keys, references resolved, duplicates found.

All files are assembled at once, because a district's "Tham gia" names events that stand in the city office's workbook.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

from attrs import evolve, field, frozen

from coopkit.cooperative import Cooperative
from coopkit.event import Event, EventKind
from coopkit.importers.draft import Draft, Lookups, draft_table
from coopkit.importers.faults import duplicate, two_spellings
from coopkit.importers.read import Read, Table
from coopkit.importers.register import Register, filled
from coopkit.importers.timelines import Timelines
from coopkit.problem import Problem, Severity
from coopkit.record import record_type
from coopkit.sheet import Column, Sheet
from coopkit.snapshot import RECORD_TYPES
from coopkit.text import normalize


@frozen
class Found:
    """A record that the files hold, and where: "an-lao.xlsx · Hợp tác xã · dòng 7"."""

    record: Any
    file: str
    origin: str


@frozen
class Imported:
    """What the files hold: the records, each after those it refers to, and every problem met.

    A row with an error gave no record; a row with warnings only gave all of its records. `left_out` are the rows that
    gave none: file, sheet and number of each. `columns` are those that were read, by file, sheet and letters.
    """

    found: tuple[Found, ...]
    problems: tuple[Problem, ...]
    left_out: frozenset[tuple[str, str, int]] = frozenset()
    columns: Mapping[tuple[str, str, str], Column] = field(factory=dict, eq=False, repr=False)

    @property
    def records(self) -> list[Any]:
        """The records alone."""
        return [one.record for one in self.found]


def assemble(
    reads: Sequence[Read], register: Register, *, on: dt.date, watch: Callable[[str, int], None] | None = None
) -> Imported:
    """The records of all files together, on top of what the ledger holds.

    Places are looked up on the map of the paper's date, or of `on` where the paper tells none. An empty cell never
    erases: the value that the ledger holds stays. A row with an error is left out whole. `watch` is told of each sheet
    before its rows are put together: its title, and how many there are.

    >>> from coopkit.snapshot import Snapshot
    >>> assemble([], Register.of(Snapshot.of([])), on=dt.date(2023, 12, 31)).problems
    ()
    """
    kinds = dict(register.kinds) | {
        kind.key: kind for read in reads for table in read.tables for kind in table.sheet.kinds
    }
    lookups = Lookups.of(register)
    accepted = _Accepted(lookups.timelines)
    problems = [problem for read in reads for problem in read.problems]
    # What is left out here must not change the Read: it may be assembled again.
    dated = [
        (evolve(table, left_out=set(table.left_out)), read.paper_date or on) for read in reads for table in read.tables
    ]
    for table, day in _in_order(dated):
        if watch and table.numbers:
            watch(table.title, len(table.numbers))
        drafts, met = draft_table(table, lookups, register, kinds, day)
        problems += met
        problems += accepted.take(table, drafts, lookups, day)
    left_out = ((table.file, table.title, table.numbers[at]) for table, _ in dated for at in table.left_out)
    found = tuple(accepted.found(register, kinds))
    return Imported(found, tuple(_by_place(problems, reads)), frozenset(left_out), _columns(reads))


def _columns(reads: Sequence[Read]) -> dict[tuple[str, str, str], Column]:
    """Every column that was read, by file, sheet and letters; of a sheet of labels and values, by cell."""
    return {
        (table.file, table.title, table.letters[column.key]): column
        for read in reads
        for table in read.tables
        for column in table.sheet.columns
        if column.key in table.letters
    }


def _in_order(tables: Sequence[tuple[Table, dt.date]]) -> list[tuple[Table, dt.date]]:
    """The tables, each after those of the sheets whose records it refers to; the alliance's own paper first."""
    sheets: dict[str, Sheet] = {table.sheet.key: table.sheet for table, _ in tables}
    owners: dict[str, list[str]] = {}
    for sheet in sheets.values():
        for part in sheet.parts:
            owners.setdefault(part.key, []).append(sheet.key)
    order: TopologicalSorter[str] = TopologicalSorter()
    for sheet in sheets.values():
        own = {part.key for part in sheet.parts}
        refers = {one.refers for part in sheet.parts for one in part.declared.fields if one.refers} - own
        order.add(sheet.key, *(owner for table in sorted(refers) for owner in owners.get(table, ())))
    rank = {key: at for at, key in enumerate(order.static_order())}
    return sorted(tables, key=lambda one: (not one[0].sheet.paper, rank[one[0].sheet.key]))


def _by_place(problems: Iterable[Problem], reads: Sequence[Read]) -> list[Problem]:
    """The problems in the order of the files, and in each as a person reads it: by sheet, row and column."""
    files = {read.file: at for at, read in enumerate(reads)}
    titles = {(read.file, table.title): at for read in reads for at, table in enumerate(read.tables)}

    def place(problem: Problem) -> tuple[Any, ...]:
        column = problem.cell.rstrip("0123456789")
        row = problem.cell.removeprefix(column)
        title = titles.get((problem.file, problem.sheet), -1)
        return files.get(problem.file, -1), title, int(row or 0), len(column), column

    return sorted(problems, key=place)


class _Accepted:
    """The records accepted so far, each with the row it stands in."""

    def __init__(self, timelines: Timelines) -> None:
        self._timelines = timelines
        self._rows: dict[type, dict[str, tuple[Any, Table, int]]] = {}

    def take(self, table: Table, drafts: Sequence[Draft], lookups: Lookups, on: dt.date) -> list[Problem]:
        """Accept the good rows of a table; the problems of those that contradict an earlier row."""
        problems: list[Problem] = []
        declaring = next((draft for draft in drafts if draft.part.cls is Cooperative), None)
        for at in range(len(table.numbers)):
            if at in table.left_out:
                continue
            told = [(draft, one) for draft in drafts for one in draft.records(at)]
            met = self._contradictions(table, at, told)
            if declaring and not met:
                met = lookups.check_new(table, declaring, at, on)
            problems += met
            if any(problem.severity is Severity.ERROR for problem in met):
                table.left_out.add(at)
            else:
                self._accept(told, table, at)
        lookups.know(table, drafts)
        return problems

    def _contradictions(self, table: Table, at: int, told: Iterable[tuple[Draft, Any]]) -> list[Problem]:
        found = []
        for draft, one in told:
            earlier = self._rows.get(draft.part.cls, {}).get(one.id)
            problem = _contradiction(table, at, draft, one, earlier) if earlier else None
            if problem is None and draft.part.declared.span and (dates := self._timelines.fault(one)):
                keys = draft.keys_of(dates[0])
                problem = dates[1].at(file=table.file, sheet=table.title, cell=table.cell(at, *keys))
            found += [problem] if problem else []
        return found

    def _accept(self, told: Iterable[tuple[Draft, Any]], table: Table, at: int) -> None:
        for draft, one in told:
            rows = self._rows.setdefault(draft.part.cls, {})
            earlier = rows.get(one.id)
            # The first row that told of a record stays its origin.
            rows[one.id] = (filled(earlier[0], one), earlier[1], earlier[2]) if earlier else (one, table, at)
            if draft.part.declared.span:
                self._timelines.know(rows[one.id][0])

    def _end_states(self) -> None:
        """A state ends as the next begins, also one that only the ledger holds; the row that begins the next tells."""
        told = [one for cls, rows in self._rows.items() if record_type(cls).span for one, _, _ in rows.values()]
        for one, following in list(self._timelines.ended(told)):
            rows = self._rows[type(one)]
            source = rows.get(one.id) or rows.get(following.id)
            if source:
                rows[one.id] = (one, *source[1:])

    def found(self, register: Register, kinds: Mapping[str, EventKind]) -> Iterable[Found]:
        """The accepted records, completed by what the ledger holds, each after the ones it refers to."""
        self._end_states()
        by_type = {cls: list(rows.values()) for cls, rows in self._rows.items()}
        for declared in RECORD_TYPES:
            if declared.cls is Event:
                continue
            yield from _of_type(declared.cls, by_type, register)
            if declared.table == "event_kind":
                yield from _kinds_used(by_type.get(Event, ()), kinds)
                yield from _of_type(Event, by_type, register)


def _of_type(cls: type, by_type: Mapping[type, list[tuple[Any, Table, int]]], register: Register) -> Iterable[Found]:
    rows = by_type.get(cls, [])
    held: dict[str, Any] = register.records(cls, {one.id for one, _, _ in rows})
    for one, table, at in rows:
        base = held.get(one.id)
        yield Found(one if base is None else filled(one, base), table.file, table.origin(at))


def _kinds_used(rows: Iterable[tuple[Any, Table, int]], kinds: Mapping[str, EventKind]) -> Iterable[Found]:
    """The declarations that the events follow, once each, so that the ledger can read their fields for ever."""
    first: dict[str, tuple[Table, int]] = {}
    for one, table, at in rows:
        first.setdefault(one.kind, (table, at))
    for key, (table, at) in first.items():
        if key in kinds:
            yield Found(kinds[key].stored(), table.file, table.origin(at))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one == other or normalize(one) == normalize(other)
    return bool(one == other)


def _contradiction(table: Table, at: int, draft: Draft, one: Any, earlier: tuple[Any, Table, int]) -> Problem | None:
    """The fault of a row that says something else of a record than an earlier row did; None if they agree."""
    before, there, row = earlier
    for own in draft.part.declared.fields:
        mine, other = getattr(one, own.key), getattr(before, own.key)
        if mine is None or other is None or _same(mine, other):
            continue
        if isinstance(mine, Mapping) and all(_same(mine[key], other[key]) for key in mine.keys() & other.keys()):
            continue
        keys = draft.keys_of(own.key)
        where = " · ".join((there.file, there.title, there.cell(row, *keys)))
        seen = table.seen(at, *keys)
        named = draft.part.key == "cooperative" and own.key == "name"
        problem = two_spellings(seen, other, where) if named else duplicate(seen, where)
        return problem.at(file=table.file, sheet=table.title, cell=table.cell(at, *keys))
    return None
