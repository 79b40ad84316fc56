"""`Preview`: what an import would do, or did, page by page: records before and after, rows left out, doubts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from string import ascii_uppercase, digits
from typing import Any, Generic, TypeVar

from attrs import evolve, field, frozen

from coopkit.display import Display, masked
from coopkit.field import FieldKind
from coopkit.importers import OLD_FONT, Found
from coopkit.ledger import Receipt
from coopkit.problem import Problem, Severity
from coopkit.record import to_row
from coopkit.sheet import Column
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang
from coopkit.workspace.guarding import merged
from coopkit.workspace.profile import Changed, changed_in

T = TypeVar("T")


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
    state: State


@frozen
class Rejected:
    """A row that was left out, or for `row` 0 a whole sheet or file, with all that is wrong with it."""

    file: str
    sheet: str
    row: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What left it out, without what is doubtful in it besides."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


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
    compared with, `columns` those of the files, by file, sheet and letters. Two are equal that would do the same.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    receipts: tuple[Receipt, ...] = ()
    left_out: frozenset[tuple[str, str, int]] = frozenset()
    snapshot: Snapshot = field(factory=lambda: Snapshot.of([]), repr=False, eq=False)
    columns: Mapping[tuple[str, str, str], Column] = field(factory=dict, repr=False, eq=False)

    @cached_property
    def _by_state(self) -> Mapping[State, Sequence[Row]]:
        return {state: [row for row in self.rows if row.state is state] for state in State}

    def count(self, state: State) -> int:
        """How many records have that state."""
        return len(self._by_state[state])

    @cached_property
    def rejected(self) -> int:
        """How many errors left a row out."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def rejected_rows(self) -> int:
        """How many rows were left out; one row may have several errors, and one error leave out a whole column."""
        return len(self.left_out)

    @cached_property
    def to_write(self) -> Mapping[str, int]:
        """How many records each file would write; one batch comes of each."""
        return Counter(row.found.file for row in self.rows if row.state is not State.UNCHANGED)

    @property
    def batches(self) -> Mapping[str, Receipt]:
        """What was written of each file; empty while nothing is."""
        return dict(zip(self.to_write, self.receipts, strict=True)) if self.receipts else {}

    @cached_property
    def faulty(self) -> tuple[str, ...]:
        """The files that anything is wrong with, or doubtful in."""
        return tuple(dict.fromkeys(problem.file for problem in self.problems if problem.file))

    @cached_property
    def old_fonts(self) -> tuple[Problem, ...]:
        """What is written for an old font (TCVN3, VNI): a column each, or a sheet."""
        return tuple(problem for problem in self.problems if problem.code == OLD_FONT)

    def since(self, before: Preview) -> Preview:
        """What this import would do otherwise than the one before: these rows alone."""
        told = {(row.table, row.record_id): row for row in before.rows}
        return evolve(self, rows=tuple(row for row in self.rows if told.get((row.table, row.record_id)) != row))

    def page(
        self, state: State | None, number: int = 1, size: int = 50, *, lang: Lang = "vi", personal: bool = False
    ) -> Page[Shown]:
        """A page of the records of a state (None: of every), in the order of the files, with fields before and after.

        A new record shows every field that it fills. Personal values are masked unless `personal`.
        """
        page = Page.of(self._by_state[state] if state else self.rows, number, size)
        display = Display(self._with(page.items), lang, personal)
        shown = (
            Shown(
                TABLES[row.table].label, display.title(row.table, row.record_id), row.found.origin, changed, row.state
            )
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

    @cached_property
    def doubts(self) -> Sequence[Problem]:
        """What a person should look at in rows that were kept."""
        warnings = (problem for problem in self.problems if problem.severity is Severity.WARNING)
        return [problem for problem in warnings if _at(problem) not in self.left_out]

    def doubts_page(self, number: int = 1, size: int = 50) -> Page[Problem]:
        """A page of the doubts, in the order of the files."""
        return Page.of(self.doubts, number, size)

    def column(self, problem: Problem) -> Label | None:
        """The heading of the column that a problem stands in; None where it stands in none that was read."""
        found = self._column(problem)
        return found.label if found else None

    def seen(self, problem: Problem, *, personal: bool = False) -> str:
        """The value that a problem was found at; masked where it is personal, unless `personal`."""
        found = self._column(problem)
        return masked(problem.seen) if found and found.field.personal and not personal else problem.seen

    def _column(self, problem: Problem) -> Column | None:
        cells = problem.cell, problem.cell.rstrip(digits)
        return next(filter(None, (self.columns.get((problem.file, problem.sheet, one)) for one in cells)), None)

    def rejected_page(self, number: int = 1, size: int = 50) -> Page[Rejected]:
        """A page of the rows that were left out, in the order of the files, each with all its errors and doubts."""
        return Page.of(self._rejections, number, size)

    @cached_property
    def _rejections(self) -> Sequence[Rejected]:
        met: dict[tuple[str, str, int], list[Problem]] = {}
        for problem in self.problems:
            at = _at(problem)
            if problem.severity is Severity.ERROR or at in self.left_out:
                # What is wrong above all rows (a header, a missing column) is wrong with the sheet.
                met.setdefault(at if at in self.left_out else (*at[:2], 0), []).append(problem)
        fonts = {(one.file, one.sheet): one for one in self.problems if one.code == OLD_FONT}
        for at in sorted(self.left_out - met.keys()):
            met[at] = [fonts[at[:2]]] if at[:2] in fonts else []
        return [Rejected(*at, tuple(told)) for at, told in met.items()]


def _at(problem: Problem) -> tuple[str, str, int]:
    """The row that a problem stands in: file, sheet and number, 0 for the whole sheet."""
    return problem.file, problem.sheet, int(problem.cell.lstrip(ascii_uppercase) or 0)
