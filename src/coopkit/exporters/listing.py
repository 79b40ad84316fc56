"""Excel: a list as it was found on the page, with what it was narrowed to; each column typed as its field says."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from coopkit.exporters.workbook import FIRST_DAY, NUMBER_FORMATS
from coopkit.field import Field, FieldKind
from coopkit.period import format_date
from coopkit.text import Lang

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = {FieldKind.DATE: 14, FieldKind.MONEY: 18, FieldKind.COUNT: 12}
_WIDEST: Final = 52
_LOOKED_AT: Final = 200
"""So many cells of a text column say how wide it is."""


@frozen
class Listing:
    """A list to be written: its title, lines about it, and its columns, each a field with a cell for every row.

    Cells are numbers, dates, texts, or None for an empty one; choices and places stand as the texts people read.
    """

    title: str
    about: tuple[str, ...]
    columns: tuple[tuple[Field, Sequence[Any]], ...]
    date: dt.date
    lang: Lang = "vi"


def write_listing(listing: Listing) -> bytes:
    """The list as an xlsx workbook of one sheet, its header frozen; text stays text, whatever it begins with.

    The same list gives the same bytes.

    >>> from coopkit.field import text
    >>> write_listing(Listing("HTX", (), ((text("Tên", "Name"), ["An"]),), dt.date(2024, 1, 1)))[:2]
    b'PK'
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": listing.title, "created": dt.datetime.combine(listing.date, dt.time(), dt.UTC)})
        _fill(book, book.add_worksheet(_sheet_name(listing.title)), listing)
    return out.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:31].strip()


def _fill(book: Workbook, sheet: Worksheet, listing: Listing) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE9E1", "border": 1})
    looks = [_look(book, own) for own, _ in listing.columns]
    for at, (own, cells) in enumerate(listing.columns):
        sheet.set_column(at, at, _width(own, own.label.in_(listing.lang), cells), looks[at])
    sheet.write_string(0, 0, listing.title, book.add_format({"bold": True, "font_size": 14, "num_format": "@"}))
    plain = book.add_format({"num_format": "@"})
    for row, line in enumerate(listing.about, 1):
        sheet.write_string(row, 0, line, plain)
    top = len(listing.about) + 2
    sheet.set_row(top, 32)
    for at, (own, _) in enumerate(listing.columns):
        sheet.write_string(top, at, own.label.in_(listing.lang), head)
    sheet.freeze_panes(top + 1, 1)
    for row, cells in enumerate(zip(*(cells for _, cells in listing.columns), strict=True), top + 1):
        for at, cell in enumerate(cells):
            _write(sheet, row, at, cell, looks[at])
    rows = max((len(cells) for _, cells in listing.columns), default=0)
    if rows:
        sheet.autofilter(top, 0, top + rows, len(listing.columns) - 1)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _look(book: Workbook, own: Field) -> Format:
    return book.add_format({"num_format": NUMBER_FORMATS.get(own.kind, "@"), "valign": "top"})


def _width(own: Field, label: str, cells: Iterable[Any]) -> float:
    if own.kind in _WIDTHS:
        return max(_WIDTHS[own.kind], len(label) + 4)
    longest = max((len(str(cell)) for cell, _ in zip(cells, range(_LOOKED_AT), strict=False) if cell), default=0)
    return min(_WIDEST, max(longest + 2, len(label) + 4, 12))


def _write(sheet: Worksheet, row: int, at: int, cell: Any, look: Format) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, dt.date):
        if cell < FIRST_DAY:
            sheet.write_string(row, at, format_date(cell), look)
        else:
            sheet.write_datetime(row, at, dt.datetime.combine(cell, dt.time()), look)
    elif isinstance(cell, str):
        sheet.write_string(row, at, cell, look)
    else:
        sheet.write_number(row, at, cell, look)
