"""Excel: the figures on one sheet and, on "Nguồn số liệu", the records behind each of them."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from coopkit.exporters.cells import HEADINGS, figure_cells
from coopkit.period import format_date
from coopkit.report import Report

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_WIDTHS = (28, 48, 30, 16, 16, 12, 16, 16, 16, 12, 44, 16)


def write_xlsx(report: Report) -> bytes:
    """The report as a workbook: sheet "Báo cáo" with the figures, sheet "Nguồn số liệu" with their records.

    Texts are written as texts, whatever they begin with, so that no cell of ours is ever a formula.
    """
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties(
            {
                "title": report.title.vi,
                "author": report.organisation,
                "created": dt.datetime.combine(report.date, dt.time(), dt.UTC),
            }
        )
        _figures(book, report)
        _sources(book, report)
    return out.getvalue()


def _heading(book: Workbook) -> Format:
    return book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE9E1", "border": 1})


def _figures(book: Workbook, report: Report) -> None:
    sheet = book.add_worksheet("Báo cáo")
    big, bold = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "bg_color": "#F2F2F2"})
    number, wrapped = book.add_format({"num_format": "#,##0"}), book.add_format({"text_wrap": True})
    sheet.write_string(0, 0, report.title.vi, big)
    sheet.write_string(1, 0, f"{report.organisation} · {report.period.label.vi} · {format_date(report.date)}")
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, heading.vi, _heading(book))
    sheet.freeze_panes(4, 2)
    row = 4
    for section in report.sections:
        sheet.write_string(row, 0, section.title.vi, bold)
        row += 1
        for figure in section.figures:
            for column, cell in enumerate(figure_cells(figure)):
                _write(sheet, row, column, cell, wrapped if isinstance(cell, str) else number)
            row += 1
    for note in report.notes:
        sheet.write_string(row + 1, 0, note.vi)
        row += 1


def _sources(book: Workbook, report: Report) -> None:
    sheet = book.add_worksheet("Nguồn số liệu")
    bold, heading = book.add_format({"bold": True}), _heading(book)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 12, 24)
    sheet.write_string(0, 0, "Chỉ tiêu", heading)
    sheet.write_string(0, 1, "Các bản ghi được đếm", heading)
    sheet.freeze_panes(1, 1)
    labels, row = {figure.key: figure.label.vi for figure in report.figures}, 1
    for source in report.sources:
        sheet.write_string(row, 0, labels.get(source.figure, source.figure), bold)
        for column, label in enumerate(source.columns, 1):
            sheet.write_string(row, column, label.vi, bold)
        for cells in source.rows:
            row += 1
            sheet.write_string(row, 0, source.figure)
            for column, cell in enumerate(cells, 1):
                _write(sheet, row, column, cell, None)
        row += 2


def _write(sheet: Any, row: int, column: int, cell: Any, style: Format | None) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    else:
        sheet.write_number(row, column, cell, style)
