"""Reading a file by the layout of sheets, column by column: xlsx, ods and xls sheet by sheet, a CSV as one sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import PurePath
from typing import Any, Final, TypeAlias

from attrs import evolve

from coopkit.errors import BadText
from coopkit.field import FieldKind
from coopkit.importers.amounts import quantity_of, unit_of
from coopkit.importers.book import Grid, is_workbook, letters, refuse_other, sheets_of, warnings_of
from coopkit.importers.cells import parser
from coopkit.importers.delimited import delimited_rows
from coopkit.importers.faults import (
    OLD_FONT,
    column_missing,
    ditto_without_above,
    font_of_cells,
    font_of_sheet,
    header_missing,
    header_twice,
    header_unknown,
    sheet_of_csv,
    sheet_unknown,
    turned,
    unreadable,
)
from coopkit.importers.fonts import old_cells, old_font
from coopkit.importers.header import SEARCHED, Headed, Header, columns_by_header, find_header
from coopkit.importers.read import Read, Table
from coopkit.importers.rows import data_rows, fill_dittos
from coopkit.importers.text import Doubtful, as_text
from coopkit.problem import Problem, Severity
from coopkit.quantity import VND
from coopkit.sheet import Column, Role, Sheet
from coopkit.text import Label, fold
from coopkit.untrusted import hidden

_TITLE: Final = re.compile(r"^(?:\d+ |[ivx]+ |bieu \d+ |danh sach |ds )*(.*?)(?: (?:nam )?\d{4})?$")
_TALK: Final = frozenset(
    ("huong dan", "gioi thieu", "doc truoc", "read me", "readme", "instructions", "ghi chu", "about", "danh muc")
)
_OURS: Final = frozenset(("loi can sua", "faults to mend"))
"""The list of faults in a workbook handed back, which is sent again with them mended."""

Watch: TypeAlias = Callable[[str, int], None]
"""Told of each sheet before its cells are checked: its title, and how many rows it has."""


def read_file(data: bytes, *, file: str, sheets: Sequence[Sheet], watch: Watch | None = None) -> Read:
    """What a file says, by the layout of these sheets: typed columns, and a Problem for all that cannot be read.

    It may be xlsx, ods, xls or CSV, in UTF-8, UTF-16 or windows-1258; its bytes say which, not its name. Sheets and
    headers are found by their labels in either language, whatever their case, marks, spaces and order; the sheet that a
    CSV is, by its header, and where that leaves a doubt, by the file's name. A row with a fault stays in its table as
    left out. `file` is the name that problems tell.

    Raises `WorkbookError` when the bytes are no table at all.

    >>> read_file(b"no workbook", file="a.xlsx", sheets=())
    Traceback (most recent call last):
        ...
    coopkit.errors.WorkbookError: ...
    """
    refuse_other(data, file)
    if is_workbook(data):
        read = _read(sheets_of(data, file), file, sheets, watch)
        told = tuple(problem.at(file=file) for problem in warnings_of(data))
        return evolve(read, problems=(*told, *read.problems)) if told else read
    rows: list[list[Any]] = [[*row] for row in delimited_rows(data, file)]
    sheet = _sheet_of(rows, file, sheets)
    if sheet is None:
        problem = sheet_of_csv((one.title.vi for one in sheets), old_font(_top(rows)))
        return Read(file, (), (problem.at(file=file),), {})
    return _read([Grid.of(sheet.title.vi, rows)], file, sheets, watch)


def read_sheets(told: Mapping[str, Sequence[Sequence[Any]]], *, file: str, sheets: Sequence[Sheet]) -> Read:
    """What these rows say, as if they stood in a workbook: what a plugin's importer made of a file of its own.

    >>> read_sheets({"Lạ": [["a"]]}, file="a.csv", sheets=()).problems[0].sheet
    'Lạ'
    """
    width = {title: max((len(row) for row in rows), default=0) for title, rows in told.items()}
    even = {title: [[*row, *[""] * (width[title] - len(row))] for row in rows] for title, rows in told.items()}
    blank = {title: [["" if cell is None else cell for cell in row] for row in rows] for title, rows in even.items()}
    return _read((Grid.of(title, rows) for title, rows in blank.items()), file, sheets)


def _sheet_of(rows: list[list[Any]], file: str, sheets: Sequence[Sheet]) -> Sheet | None:
    """Which of the sheets a table without a title is; None where nothing tells."""
    named = f" {fold(PurePath(file).stem)} "
    rated: dict[tuple[bool, int, int], list[Sheet]] = {}
    for sheet in sheets:
        header = None if sheet.paper else find_header(sheet, rows, [])
        known = {one.column.key for one in header.columns if one.column} if header else set()
        name = max((len(text) for text in _titles(sheet) if f" {text} " in named), default=0)
        if known or name:
            rated.setdefault((bool(known) and not any(_lacking(sheet, known)), len(known), name), []).append(sheet)
    if not rated:
        return None
    best, named_best = rated[max(rated)], max(rated, key=lambda one: (one[2], one[:2]))
    # A header that is whole decides; where none is, the name does, so that problems tell what the header lacks.
    chosen = best if max(rated)[0] or not named_best[2] else rated[named_best]
    return chosen[0] if len(chosen) == 1 else None


def _titles(sheet: Sheet) -> Iterator[str]:
    return map(fold, (sheet.title.vi, sheet.title.en, *sheet.aliases))


def _top(rows: Sequence[Sequence[Any]]) -> str:
    """The texts among which a header is looked for."""
    return "\n".join(cell for cell in chain.from_iterable(rows[:SEARCHED]) if isinstance(cell, str))


def _read(book: Iterable[Grid], file: str, sheets: Sequence[Sheet], watch: Watch | None = None) -> Read:
    by_title = _by_title(sheets)
    problems: list[Problem] = []
    tables: list[Table] = []
    info: dict[str, str] = {}
    for grid in book:
        if all(cells.count("") == len(cells) for cells in grid.columns):
            continue
        title = grid.title
        if watch:
            watch(title, grid.height)
        sheet = _sheet_titled(by_title, title)
        if sheet is None:
            if fold(title) not in _TALK | _OURS:
                font = old_font(f"{title}\n{_top(grid.rows(SEARCHED))}")
                odd = font_of_sheet(font, title) if font else sheet_unknown(title, (one.title.vi for one in sheets))
                problems.append(odd.at(file=file, sheet=title))
            continue
        if sheet.paper:
            rows = grid.rows()
            info |= {str(row[0]): as_text(row[1]) or "" for row in _pairs(rows)}
            found, met = _read_pairs(sheet, rows, file, title)
        else:
            found, met = _read_table(sheet, grid, file)
            if not found and (font := old_font(_top(grid.rows(SEARCHED)))):
                met = [font_of_sheet(font, title)]
        problems += (problem.at(file=file, sheet=title) for problem in met)
        tables += found
    return Read(file, tuple(tables), tuple(problems), info, _paper_date(tables))


def _by_title(sheets: Sequence[Sheet]) -> Mapping[str, Sheet]:
    by_title: dict[str, Sheet] = {}
    for names in (lambda sheet: (sheet.title.vi, sheet.title.en), lambda sheet: sheet.aliases):
        for sheet in sheets:
            for name in names(sheet):
                by_title.setdefault(fold(name), sheet)
                by_title.setdefault(fold(name[:31]), sheet)  # Excel keeps 31 letters
    return by_title


def _sheet_titled(by_title: Mapping[str, Sheet], title: str) -> Sheet | None:
    folded = fold(title)
    bare = _TITLE.fullmatch(folded)
    return by_title.get(folded) or (by_title.get(bare[1]) if bare else None)


def _read_table(sheet: Sheet, grid: Grid, file: str) -> tuple[list[Table], list[Problem]]:
    header = find_header(sheet, grid.rows(SEARCHED + 3), grid.merged)
    if header is None:
        return [], [header_missing(column.label for column in sheet.columns if column.required)]
    chosen, problems = _chosen(header)
    lacking = list(_lacking(sheet, {one.column.key for one in chosen if one.column}))
    if lacking:
        return [], [*problems, *(column_missing(labels).at(cell=f"A{header.row + 1}") for labels in lacking)]
    read = {one.at for one in chosen}
    raw = [grid.columns[one.at][header.body :] for one in chosen]
    beside = [cells[header.body :] for at, cells in enumerate(grid.columns) if at not in read]
    kept = data_rows(raw, beside)
    numbers = [header.body + at + 1 for at in kept]
    values: dict[str, list[Any]] = {}
    left_out: set[int] = set()
    for one, cells in zip(chosen, raw, strict=True):
        if one.column is None:
            continue
        taken = cells if len(kept) == len(cells) else [cells[at] for at in kept]
        values[one.column.key], met = read_column(one.column, taken, one.scale)
        fonts = [at for at, problem in met if problem.code == OLD_FONT]
        for at, problem in met:
            if problem.code != OLD_FONT or at == fonts[0]:  # a column in an old font is mended as one
                problems.append(problem.at(cell=f"{letters(one.at)}{numbers[at]}"))
            if problem.severity is Severity.ERROR:
                left_out.add(at)
    where = {one.column.key: letters(one.at) for one in chosen if one.column}
    scales = {one.column.key: one.scale for one in chosen if one.column}
    for key, at, problem in _with_units(sheet, values, scales):
        problems.append(problem.at(cell=f"{where[key]}{numbers[at]}"))
        left_out |= {at} if problem.severity is Severity.ERROR else set()
    return [Table(sheet, file, grid.title, numbers, values, where, left_out)], problems


def _with_units(
    sheet: Sheet, values: dict[str, list[Any]], scales: Mapping[str, int]
) -> Iterator[tuple[str, int, Problem]]:
    """Read the quantities whose unit is told beside them, in place; the problems met, by column and row."""
    for column in sheet.columns:
        told = values.get(column.key)
        if (
            column.role is not Role.VALUE
            or column.field.kind is not FieldKind.QUANTITY
            or column.field.unit
            or not told
        ):
            continue
        units = values.get(f"{column.key}.{Role.UNIT.value}") or [None] * len(told)
        for at, (text, name) in enumerate(zip(told, units, strict=True)):
            if text is None:
                continue
            told[at] = None
            try:
                unit, scale = (VND, scales[column.key]) if scales[column.key] and not name else unit_of(name, text)
                value = quantity_of(text, unit, scale)
            except BadText as bad:
                yield column.key, at, unreadable("quantity", bad, text)
                continue
            if isinstance(value, Doubtful):
                yield column.key, at, value.problem
                value = value.value
            told[at] = value


def _chosen(header: Header) -> tuple[list[Headed], list[Problem]]:
    """The columns to read, each once, and problems for those that are not read."""
    chosen: dict[str, Headed] = {}
    problems = []
    for one in header.columns:
        cell = f"{letters(one.at)}{header.row + 1}"
        if one.column is None:
            problems.append(header_unknown(one.seen).at(cell=cell))
        elif one.column.key in chosen:
            first = f"{letters(chosen[one.column.key].at)}{header.row + 1}"
            problems.append(header_twice(one.seen, first).at(cell=cell))
        else:
            chosen[one.column.key] = one
    return list(chosen.values()), problems


def _lacking(sheet: Sheet, found: set[str]) -> Iterator[list[Label]]:
    """The labels of required fields none of whose columns is there."""
    fields: dict[tuple[str, str], list[Column]] = {}
    for column in sheet.columns:
        if column.required:
            fields.setdefault((column.part, column.field.key), []).append(column)
    for columns in fields.values():
        if not found & {column.key for column in columns}:
            yield [column.label for column in columns]


def read_column(column: Column, cells: list[Any], scale: int = 0) -> tuple[list[Any], list[tuple[int, Problem]]]:
    """The values of a column's cells, None where empty or faulty, and each problem with the index of its cell.

    Cells are parsed once per distinct value.
    """
    if cells.count("") == len(cells):  # as most columns of a sheet are
        return [None] * len(cells), []
    problems: list[tuple[int, Problem]] = []
    cells = [str(cell).upper() if isinstance(cell, bool) else cell for cell in cells] if _has_flags(cells) else cells
    orphans = fill_dittos(cells)
    parse = parser(column, scale)
    distinct = set(cells)
    fonts = old_cells(distinct)
    parsed: dict[Any, Any] = {"": None} | dict.fromkeys(fonts)
    odd: dict[Any, Problem] = {}
    if fonts:
        spoilt = [cell for cell in cells if cell in fonts]
        odd = dict.fromkeys(fonts, font_of_cells(fonts[spoilt[0]], spoilt[0], len(spoilt)))
    for cell in distinct - parsed.keys():
        try:
            value = parse(cell)
        except BadText as bad:
            kind = column.role.value if column.role is not Role.VALUE else column.field.kind.value
            parsed[cell], odd[cell] = None, unreadable(kind, bad, as_text(cell))
            continue
        if isinstance(value, Doubtful):
            value, odd[cell] = value.value, value.problem
        parsed[cell] = value
    problems += ((at, ditto_without_above("nt")) for at in orphans)
    if hidden("\n".join(cell for cell in distinct if isinstance(cell, str) and not cell.isascii())):
        problems += ((at, turned(cell)) for at, cell in enumerate(cells) if isinstance(cell, str) and hidden(cell))
    if odd:
        problems += ((at, odd[cell]) for at, cell in enumerate(cells) if cell in odd)
    return [parsed[cell] for cell in cells], problems


def _has_flags(cells: list[Any]) -> bool:
    """Whether there are truth values, which Python would take for the numbers 1 and 0."""
    return bool in set(map(type, cells))


def _pairs(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows that say "label | value", each as these two cells, wherever on the sheet they stand."""
    return [
        filled
        for row in rows
        if len(filled := [cell for cell in row if cell != ""]) >= 2 and isinstance(filled[0], str)
    ]


def _read_pairs(sheet: Sheet, rows: list[list[Any]], file: str, title: str) -> tuple[list[Table], list[Problem]]:
    """A sheet of labels and values, as a table of one row. Lines of other labels are talk, not faults."""
    known = columns_by_header(sheet)
    values: dict[str, list[Any]] = {}
    cells: dict[str, str] = {}
    problems: list[Problem] = []
    left_out: set[int] = set()
    for number, row in enumerate(rows, 1):
        filled = [(at, cell) for at, cell in enumerate(row) if cell != ""]
        column = known.get(fold(filled[0][1])) if filled and isinstance(filled[0][1], str) else None
        if column is None or len(filled) < 2 or column.key in values:
            continue
        at, cell = filled[1]
        cells[column.key] = f"{letters(at)}{number}"
        values[column.key], met = read_column(column, [cell])
        problems += (problem.at(cell=cells[column.key]) for _, problem in met)
        if column.part and any(problem.severity is Severity.ERROR for _, problem in met):
            left_out.add(0)
    return [Table(sheet, file, title, [1], values, cells, left_out, upright=True)], problems


def _paper_date(tables: Sequence[Table]) -> dt.date | None:
    days = (day for table in tables if table.sheet.paper for day in table.values.get("paper_date", ()))
    return next((day for day in days if day), None)
