"""A file handed back with its faults marked: the sender's own workbook, or where it is large, the list of faults."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from math import ceil
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict

from coopkit.errors import BadText
from coopkit.exporters.zipped import timeless
from coopkit.problem import Problem, Severity
from coopkit.text import Label, Lang
from coopkit.untrusted import Limits, acting, parts, run

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MARKED_ROWS: Final = 20_000
"""Above so many rows only the list of faults is given: marking reads and writes every cell of the workbook."""

LIST_SHEET: Final = Label("Lỗi cần sửa", "Faults to mend")
_HEADINGS: Final = (
    (Label("STT", "No."), 6),
    (Label("Trang", "Sheet"), 24),
    (Label("Ô", "Cell"), 9),
    (Label("Giá trị", "Value"), 30),
    (Label("Mức độ", "Degree"), 12),
    (Label("Vấn đề", "Problem"), 60),
    (Label("Cách sửa", "How to mend it"), 60),
)
_DEGREES: Final = {
    Severity.ERROR: Label("Lỗi", "Error"),
    Severity.WARNING: Label("Cần xem", "To check"),
}
_FILLS: Final = {Severity.ERROR: "FFF4B6B6", Severity.WARNING: "FFFFE3A3"}
_HEADER_FILL: Final = "FFE7EEF7"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NO_CELL_HAS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST: Final = 32_767
_AUTHOR: Final = "coopkit"
_THEIRS: Final = "\n――――――\n"
_TOLD: Final = Label("Cách sửa", "To mend it")
_ACTING: Final = ("xl/vbaproject.bin", "xl/macrosheets/", "xl/externallinks/", "xl/connections.xml", "xl/querytables/")
_MARKING: Final = Path(__file__).with_name("marking.py")
_BEGINNING: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - as Office keeps times


def marked_workbook(data: bytes, file: str, problems: Sequence[Problem], lang: Lang = "vi") -> tuple[str, bytes]:
    """The name and bytes of an xlsx workbook that shows the problems of a file, for its sender to mend and send again.

    An xlsx of up to 20,000 rows, without macros and links to elsewhere, comes back as it is, formats and all, with each
    faulty cell filled (red for an error, amber for a doubt) and a comment on it that says what is wrong and how to mend
    it. Its first sheet, "Lỗi cần sửa", lists the faults, each with a link to its cell; marks of an earlier time are
    taken off. Of any other file there is the list alone. No text of the sender's becomes a formula; the same file and
    problems give the same bytes.

    >>> what, mend = Label("không phải là ngày", "is not a date"), Label("viết dd/mm/yyyy", "write dd/mm/yyyy")
    >>> marked_workbook(b"", "an-lao.csv", [Problem("date", what, mend, file="an-lao.csv", cell="C7")])[0]
    'an-lao - lỗi cần sửa.xlsx'
    """
    told = [problem for problem in problems if problem.file in {"", file}]
    name = marked_name(file, lang)
    made = b""
    with suppress(BadText):  # what may not be unpacked, or breaks openpyxl, is told in the list as well
        made = _written_again(data, told, lang)
    return name, made or _list_alone(told, lang)


def marked_name(file: str, lang: Lang = "vi") -> str:
    """What the workbook with the faults of a file is called.

    >>> marked_name("an-lao.csv", "en")
    'an-lao - faults to mend.xlsx'
    """
    return f"{PurePath(file).stem} - {LIST_SHEET.in_(lang).lower()}.xlsx"


def _written_again(data: bytes, problems: Sequence[Problem], lang: Lang) -> bytes:
    """The sender's workbook with its faults marked; nothing where it is not to be written again.

    openpyxl builds every cell as an object, so this is done in a child process. Macros are lost there, and what takes
    values from elsewhere would ask for it when our staff opens it: such a workbook is not written again.
    """
    if not data.startswith(b"PK"):
        return b""
    if any(name.lower().startswith(_ACTING) for name in parts(data)) or acting(data):
        return b""
    head = json.dumps({"lang": lang, "problems": [asdict(problem) for problem in problems]})
    return run(_MARKING, head.encode() + b"\n" + data, Limits(seconds=120, files=True))


def is_small(data: bytes) -> bool:
    """Whether a workbook has few enough rows to be written again."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return sum(book.get_sheet_by_index(at).total_height for at in range(len(book.sheet_names))) <= MARKED_ROWS


# -- the sender's own workbook


def mark(data: bytes, problems: Sequence[Problem], lang: Lang) -> bytes:
    """The workbook with these problems filled in, commented and listed. For a child process: it trusts the file."""
    import openpyxl
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.load_workbook(io.BytesIO(data))
    _unmark(book)
    by_sheet: dict[str, dict[str, list[Problem]]] = {}
    for problem in problems:
        if problem.sheet in book.sheetnames and problem.cell:
            by_sheet.setdefault(problem.sheet, {}).setdefault(problem.cell, []).append(problem)
    for title, cells in by_sheet.items():
        _mark(book[title], cells, lang)
    _add_list(book, problems, lang)
    out = io.BytesIO()
    book.properties.created = book.properties.modified = _BEGINNING
    ExcelWriter(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)).save()  # book.save would write the time of day
    return timeless(out.getvalue())


def _unmark(book: Workbook) -> None:
    """Take off what an earlier round of marking put on: its list, fills and comments."""
    from openpyxl.styles import PatternFill

    for title in (LIST_SHEET.vi, LIST_SHEET.en):
        if title in book.sheetnames:
            del book[title]
    for sheet in book.worksheets:
        marked = (cell for row in sheet.iter_rows() for cell in row if cell.comment and cell.comment.author == _AUTHOR)
        for cell in marked:
            _, parted, theirs = cell.comment.text.partition(_THEIRS)
            cell.comment = _comment(theirs, "") if parted else None
            cell.fill = PatternFill()


def _mark(sheet: Worksheet, cells: Mapping[str, Sequence[Problem]], lang: Lang) -> None:
    from openpyxl.styles import PatternFill

    fills = {severity: PatternFill("solid", start_color=colour) for severity, colour in _FILLS.items()}
    first = {
        place: area.start_cell.coordinate for area in sheet.merged_cells.ranges for place in cells if place in area
    }
    for place, problems in cells.items():
        cell = sheet[first.get(place, place)]
        worst = min((problem.severity for problem in problems), key=list(_FILLS).index)
        cell.fill = fills[worst]
        told = "\n".join(_said(problem, lang) for problem in problems)
        theirs = f"{_THEIRS}{cell.comment.text}" if cell.comment else ""
        cell.comment = _comment(_plain(told + theirs), _AUTHOR)


def _said(problem: Problem, lang: Lang) -> str:
    what, mend = problem.what.in_(lang), problem.mend.in_(lang)
    return f"{_DEGREES[problem.severity].in_(lang)}: {what}.\n{_TOLD.in_(lang)}: {mend}."


def _comment(text: str, author: str) -> Any:
    from openpyxl.comments import Comment

    lines = sum(1 + len(line) // 45 for line in text.splitlines())
    return Comment(text, author, width=320, height=min(400, 24 + 18 * lines))


def _add_list(book: Workbook, problems: Sequence[Problem], lang: Lang) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    titles = set(book.sheetnames)
    sheet = book.create_sheet(LIST_SHEET.in_(lang), 0)
    for column, (heading, width) in enumerate(_HEADINGS, 1):
        cell = sheet.cell(1, column, heading.in_(lang))
        cell.font = Font(name=cell.font.name, size=cell.font.size, bold=True)
        cell.border = Border(bottom=Side(style="thin", color="FFBFC7D1"))
        cell.fill = PatternFill("solid", start_color=_HEADER_FILL)
        sheet.column_dimensions[get_column_letter(column)].width = width
    wrapped = Alignment(wrap_text=True, vertical="top")
    for at, row in enumerate(_rows(problems, lang), 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column, value)
            cell.alignment = wrapped
            if isinstance(value, str):  # never a formula, nor an error value
                cell.data_type, cell.quotePrefix = "s", value.startswith(_FORMULA)
        lines = (len(str(value)) / width for value, (_, width) in zip(row, _HEADINGS, strict=True))
        sheet.row_dimensions[at].height = 15 * min(8, ceil(max(lines)))
        problem = problems[at - 2]
        sheet.cell(at, 5).fill = PatternFill("solid", start_color=_FILLS[problem.severity])
        if problem.sheet in titles:
            _link(sheet.cell(at, 3 if problem.cell else 2), problem)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:G{max(2, len(problems) + 1)}"
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def _link(cell: Cell, problem: Problem) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    title = problem.sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{title}'!{problem.cell or 'A1'}")
    cell.font = Font(name=cell.font.name, size=cell.font.size, color="FF0563C1", underline="single")


# -- the list


def _rows(problems: Iterable[Problem], lang: Lang) -> Iterable[tuple[int | str, ...]]:
    for number, problem in enumerate(problems, 1):
        degree, what, mend = _DEGREES[problem.severity], problem.what, problem.mend
        told = (problem.sheet, problem.cell, problem.seen, *(one.in_(lang) for one in (degree, what, mend)))
        yield (number, *map(_plain, told))


def _plain(text: str) -> str:
    """The text as a cell can hold it."""
    return _NO_CELL_HAS.sub("", text)[:_LONGEST]


def _list_alone(problems: Sequence[Problem], lang: Lang) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _BEGINNING.replace(tzinfo=dt.UTC)})
        heading = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": f"#{_HEADER_FILL[2:]}"})
        looks = {"text_wrap": True, "valign": "top"}
        wrapped, quoted = book.add_format(looks), book.add_format({**looks, "quote_prefix": True})
        degrees = {
            _DEGREES[severity].in_(lang): book.add_format({**looks, "bg_color": f"#{colour[2:]}"})
            for severity, colour in _FILLS.items()
        }
        page = book.add_worksheet(LIST_SHEET.in_(lang))
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.autofilter(0, 0, max(1, len(problems)), len(_HEADINGS) - 1)
        for column, (label, width) in enumerate(_HEADINGS):
            page.set_column(column, column, width)
            page.write_string(0, column, label.in_(lang), heading)
        for at, row in enumerate(_rows(problems, lang), 1):
            page.write_number(at, 0, row[0], wrapped)
            for column, text in enumerate(map(str, row[1:]), 1):
                look = degrees[text] if column == 4 else quoted if text.startswith(_FORMULA) else wrapped
                page.write_string(at, column, text, look)
    return out.getvalue()
