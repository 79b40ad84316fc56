"""The empty workbook to fill in: the sheets that importers read, with what each column asks for."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from coopkit.field import FieldKind
from coopkit.quantity import PEOPLE, VND
from coopkit.sheet import Column, Role, Sheet
from coopkit.text import Label, Lang

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_LAST_ROW: Final = 20_000
_LISTS: Final = "Danh mục"
_FORMATS: Final = {
    FieldKind.DATE: "dd/mm/yyyy",
    FieldKind.MONEY: "#,##0",
    FieldKind.COUNT: "0",
    FieldKind.PERCENT: '0.##"%"',
    FieldKind.POINTS: "0.##",
    FieldKind.QUANTITY: "General",
}
_GUIDANCE: Final = Label(
    "Mỗi dòng một bản ghi, từ dòng 3. Cột có dấu * phải điền. Ngày ghi dd/mm/yyyy. Bấm vào ô để xem cách điền.",
    "One record a row, from row 3. Columns marked * must be filled in. Dates are dd/mm/yyyy. Click a cell for help.",
)
_YES_NO: Final = (Label("Có", "Yes"), Label("Không", "No"))
_ASKS: Final = {
    FieldKind.DATE: Label("Ngày dd/mm/yyyy, như 31/12/2023.", "A date dd/mm/yyyy, like 31/12/2023."),
    FieldKind.MONEY: Label(
        "Số đồng, như 20.000.000; hoặc cả đơn vị: 20 triệu đồng.", "Đồng, like 20.000.000; or with its unit: 20 triệu."
    ),
    FieldKind.COUNT: Label("Một số nguyên, như 1.234.", "A whole number, like 1.234."),
    FieldKind.PERCENT: Label("Ghi 12,5 cho 12,5 %.", "Write 12,5 for 12,5 %."),
    FieldKind.POINTS: Label("Số điểm, nhiều nhất hai chữ số thập phân.", "Points, with two decimals at most."),
    FieldKind.QUANTITY: Label(
        "Một số, một khoảng (20–30) hoặc «trên 20».", "A number, a range (20–30) or “more than 20” (trên 20)."
    ),
    FieldKind.PERIOD: Label("Một kỳ, như 2023 hoặc quý 1/2023.", "A period, like 2023 or quý 1/2023."),
    FieldKind.TAX_CODE: Label(
        "Mã số thuế 10 chữ số; đơn vị phụ thuộc 13.", "The tax code of 10 digits; of a branch 13."
    ),
    FieldKind.CHOICE: Label("Chọn trong danh sách.", "Choose from the list."),
    FieldKind.FLAG: Label("Chọn Có hoặc Không.", "Choose Có (yes) or Không (no)."),
}
_ROLES: Final = {
    Role.TAX_CODE: _ASKS[FieldKind.TAX_CODE],
    Role.NAME: Label("Tên, viết như trong sổ.", "The name as it stands in the register."),
    Role.CODE: Label("Mã hoạt động, viết như ở trang hoạt động.", "The code of the event, as on its own sheet."),
    Role.DISTRICT: Label("Tên đầy đủ, như Huyện An Lão.", "The full name, like Huyện An Lão."),
    Role.COMMUNE: Label("Tên đầy đủ, như Xã An Thái.", "The full name, like Xã An Thái."),
    Role.PLACE: Label("Tên đầy đủ, như Xã An Thái, huyện An Lão.", "The full name, like Xã An Thái, huyện An Lão."),
    Role.UNIT: Label(f"Như {PEOPLE.label.vi}, {VND.label.vi}.", f"Like {PEOPLE.label.vi}, {VND.label.vi}."),
}
_MANY: Final = Label(" Nhiều giá trị thì cách nhau bằng dấu chấm phẩy.", " Put semicolons between several.")


def template_workbook(sheets: Sequence[Sheet], *, created: dt.date, lang: Lang = "vi") -> bytes:
    """The empty workbook of these sheets, as the bytes of an xlsx file.

    Each sheet has a line of guidance, then its headers, required ones marked with a star and a colour; a cell says what
    it asks for when it is clicked. Choices are dropdowns, dates are dd/mm/yyyy, codes stay text. Headers are Vietnamese
    in either language, as the papers are; `lang` is the language of the guidance. Filled in, it is read as it is.

    >>> from coopkit.sheet import register_sheets
    >>> template_workbook(register_sheets([])[1:2], created=dt.date(2024, 1, 1))[:2]
    b'PK'
    """
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime.combine(created, dt.time(), dt.UTC)})
        template = _Template(book, lang)
        for sheet in sheets:
            template.add(sheet)
        template.add_lists()
    return out.getvalue()


class _Template:
    """Lays out the sheets, and keeps the lists that their dropdowns offer."""

    def __init__(self, book: Workbook, lang: Lang) -> None:
        self._book = book
        self._lang: Lang = lang
        self._lists: dict[tuple[str, ...], str] = {}
        looks = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "num_format": "@"}
        self._header = book.add_format({**looks, "bg_color": "#E7EEF7"})
        self._required = book.add_format({**looks, "bg_color": "#FCE8C8"})
        self._guidance = book.add_format({"italic": True, "font_color": "#555555"})
        self._text = book.add_format({"num_format": "@"})
        self._formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}

    def add(self, sheet: Sheet) -> None:
        """A sheet with its headers: across, or for what says of the paper itself, down."""
        title = "".join(" " if letter in "[]:*?/\\" else letter for letter in sheet.title.vi)[:31].strip()
        page = self._book.add_worksheet(title)
        if sheet.paper:
            page.set_column(0, 0, 28)
            page.set_column(1, 1, 60, self._text)
            for row, column in enumerate(sheet.columns):
                self._head(page, (row, 0), column)
                page.write_blank(row, 1, None, self._format(column))
                self._ask(page, (row, 1, row, 1), column)
            return
        page.write_string(0, 0, _GUIDANCE.in_(self._lang), self._guidance)
        page.set_row(1, 32)
        page.freeze_panes(2, 1)
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, min(44, max(14, len(column.label.vi) + 4)), self._format(column))
            self._head(page, (1, at), column)
            self._ask(page, (2, at, _LAST_ROW, at), column)

    def add_lists(self) -> None:
        """The hidden sheet of what the dropdowns offer."""
        if self._lists:
            page = self._book.add_worksheet(_LISTS)
            page.hide()
            for at, options in enumerate(self._lists):
                page.write_column(0, at, options, self._text)

    def _head(self, page: Worksheet, cell: tuple[int, int], column: Column) -> None:
        title = f"{column.label.vi} *" if column.required else column.label.vi
        page.write_string(*cell, title, self._required if column.required else self._header)

    def _format(self, column: Column) -> Format:
        return self._formats.get(column.field.kind, self._text) if column.role is Role.VALUE else self._text

    def _ask(self, page: Worksheet, cells: tuple[int, int, int, int], column: Column) -> None:
        """What a cell of the column says when it is clicked, and what it takes without asking back."""
        kind = column.field.kind
        told = _ROLES.get(column.role) or _ASKS.get(kind)
        asked: dict[str, Any] = {"validate": "any"}
        options = self._options(column)
        if options:
            asked = {"validate": "list", "source": self._source(options)}
        elif column.role is Role.VALUE and kind is FieldKind.DATE:
            asked = {"validate": "date", "criteria": ">=", "value": dt.date(1900, 1, 1)}
        if told:
            message = told.in_(self._lang) + (_MANY.in_(self._lang) if column.many else "")
            wrong = {"error_type": "warning", "error_title": column.label.vi[:32], "error_message": message}
            told_by = {"input_title": column.label.vi[:32], "input_message": message}
            page.data_validation(*cells, {**asked, **told_by, **wrong})

    def _options(self, column: Column) -> tuple[str, ...]:
        if column.role is not Role.VALUE or column.many:
            return ()
        labels = [option.label for option in column.field.options]
        return tuple(one.vi for one in (_YES_NO if column.field.kind is FieldKind.FLAG else labels))

    def _source(self, options: tuple[str, ...]) -> str:
        from xlsxwriter.utility import xl_range_abs

        at = list(self._lists).index(options) if options in self._lists else len(self._lists)
        return self._lists.setdefault(options, f"='{_LISTS}'!{xl_range_abs(0, at, len(options) - 1, at)}")
