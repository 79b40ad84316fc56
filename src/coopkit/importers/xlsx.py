"""Reading xlsx (also xls and ods) with python-calamine, sheet by sheet and column by column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from coopkit.errors import BadText, WorkbookError
from coopkit.field import FieldKind
from coopkit.importers.amounts import quantity_of, unit_of
from coopkit.importers.cells import parser
from coopkit.importers.faults import (
    column_missing,
    ditto_without_above,
    header_missing,
    header_twice,
    header_unknown,
    sheet_unknown,
    unreadable,
)
from coopkit.importers.header import Headed, Header, columns_by_header, find_header
from coopkit.importers.read import Read, Table
from coopkit.importers.rows import data_rows, fill_dittos
from coopkit.importers.text import Doubtful, as_text
from coopkit.problem import Problem, Severity
from coopkit.quantity import VND
from coopkit.sheet import Column, Role, Sheet
from coopkit.text import Label, fold

_TITLE: Final = re.compile(r"^(?:\d+ |[ivx]+ |bieu \d+ |danh sach |ds )*(.*?)(?: (?:nam )?\d{4})?$")
_TALK: Final = frozenset(
    ("huong dan", "gioi thieu", "doc truoc", "read me", "readme", "instructions", "ghi chu", "about")
)


def letters(at: int) -> str:
    """The letters of a column by its number from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def read_xlsx(data: bytes, *, file: str, sheets: Sequence[Sheet]) -> Read:
    """What the workbook says, by the layout of these sheets: typed columns, and a Problem for all that cannot be read.

    Sheets and headers are found by their labels in either language, whatever their case, marks, spaces and order.
    A row with a fault stays in its table as left out. `file` is the name that problems tell.

    Raises `WorkbookError` when the bytes are no workbook at all.

    >>> read_xlsx(b"no workbook", file="a.xlsx", sheets=())
    Traceback (most recent call last):
        ...
    coopkit.errors.WorkbookError: ...
    """
    return _read(sheets_of(data, file), file, sheets)


def read_sheets(told: Mapping[str, Sequence[Sequence[Any]]], *, file: str, sheets: Sequence[Sheet]) -> Read:
    """What these rows say, as if they stood in a workbook: what a plugin's importer made of a file of its own.

    >>> read_sheets({"Lạ": [["a"]]}, file="a.csv", sheets=()).problems[0].sheet
    'Lạ'
    """
    width = {title: max((len(row) for row in rows), default=0) for title, rows in told.items()}
    even = {title: [[*row, *[""] * (width[title] - len(row))] for row in rows] for title, rows in told.items()}
    blank = {title: [["" if cell is None else cell for cell in row] for row in rows] for title, rows in even.items()}
    return _read(((title, rows, []) for title, rows in blank.items()), file, sheets)


def _read(book: Iterable[tuple[str, list[list[Any]], list[Any]]], file: str, sheets: Sequence[Sheet]) -> Read:
    by_title = _by_title(sheets)
    problems: list[Problem] = []
    tables: list[Table] = []
    info: dict[str, str] = {}
    for title, rows, ranges in book:
        if not any(cell != "" for row in rows for cell in row):
            continue
        sheet = _sheet_titled(by_title, title)
        if sheet is None:
            if fold(title) not in _TALK:
                problems.append(sheet_unknown(title, (one.title.vi for one in sheets)).at(file=file, sheet=title))
            continue
        if sheet.paper:
            info |= {str(row[0]): as_text(row[1]) or "" for row in _pairs(rows)}
            found, met = _read_pairs(sheet, rows, file, title)
        else:
            found, met = _read_table(sheet, rows, ranges, file, title)
        problems += (problem.at(file=file, sheet=title) for problem in met)
        tables += found
    return Read(file, tuple(tables), tuple(problems), info, _paper_date(tables))


def sheets_of(data: bytes, file: str) -> Iterator[tuple[str, list[list[Any]], list[Any]]]:
    """Every sheet's title, its rows from the very first cell, and its merged ranges."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ is SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(meta.name)
                yield meta.name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []
    except PasswordError as error:
        raise WorkbookError(
            f"{file}: tệp có mật khẩu; bỏ mật khẩu rồi gửi lại (has a password: remove it and send it again)"
        ) from error
    except CalamineError as error:
        raise WorkbookError(
            f"{file}: không phải là tệp Excel đọc được; mở bằng Excel rồi lưu lại dạng .xlsx "
            f"(is no workbook that can be read: open it in Excel and save it as .xlsx)"
        ) from error


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


def _read_table(
    sheet: Sheet, rows: list[list[Any]], ranges: list[Any], file: str, title: str
) -> tuple[list[Table], list[Problem]]:
    header = find_header(sheet, rows, ranges)
    if header is None:
        return [], [header_missing(column.label for column in sheet.columns if column.required)]
    chosen, problems = _chosen(header)
    lacking = list(_lacking(sheet, {one.column.key for one in chosen if one.column}))
    if lacking:
        return [], [*problems, *(column_missing(labels).at(cell=f"A{header.row + 1}") for labels in lacking)]
    body = rows[header.body :]
    raw = [[row[one.at] for row in body] for one in chosen]
    read = {one.at for one in chosen}
    beside = [[row[at] for row in body] for at in range(len(rows[0])) if at not in read]
    kept = data_rows(raw, beside)
    numbers = [header.body + at + 1 for at in kept]
    values: dict[str, list[Any]] = {}
    left_out: set[int] = set()
    for one, cells in zip(chosen, raw, strict=True):
        if one.column is None:
            continue
        taken = cells if len(kept) == len(cells) else [cells[at] for at in kept]
        values[one.column.key], met = read_column(one.column, taken, one.scale)
        for at, problem in met:
            problems.append(problem.at(cell=f"{letters(one.at)}{numbers[at]}"))
            if problem.severity is Severity.ERROR:
                left_out.add(at)
    where = {one.column.key: letters(one.at) for one in chosen if one.column}
    scales = {one.column.key: one.scale for one in chosen if one.column}
    for key, at, problem in _with_units(sheet, values, scales):
        problems.append(problem.at(cell=f"{where[key]}{numbers[at]}"))
        left_out |= {at} if problem.severity is Severity.ERROR else set()
    return [Table(sheet, file, title, numbers, values, where, left_out)], problems


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
    problems: list[tuple[int, Problem]] = []
    cells = [str(cell).upper() if isinstance(cell, bool) else cell for cell in cells] if _has_flags(cells) else cells
    orphans = fill_dittos(cells)
    parse = parser(column, scale)
    parsed: dict[Any, Any] = {"": None}
    odd: dict[Any, Problem] = {}
    for cell in set(cells):
        if cell == "":
            continue
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
