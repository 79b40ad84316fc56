"""The district's form "Biểu tổng hợp sản phẩm OCOP": A4 across, laid out cell by cell, ready to be signed."""

from __future__ import annotations

import datetime as dt
import io
from functools import partial
from typing import Any, Final

from attrs import field, frozen

from coopkit import (
    Breakdown,
    CoopkitError,
    Exporter,
    Figure,
    Label,
    Report,
    TemplateError,
    Unavailable,
    fold,
    format_date,
    report_words,
)
from coopkit_vinhbao.recognition import STARS

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ALL: Final = "vinhbao.ocop_products"
BY_STARS: Final = tuple(f"vinhbao.ocop_{stars}_stars" for stars in STARS)
UNITS: Final = "vinhbao.ocop_cooperatives"
AVERAGE: Final = "vinhbao.ocop_average_stars"

DISTRICT_ENDS: Final = dt.date(2025, 6, 30)
"""The last day of the district's own People's Committee: from 1/7/2025 there is none (Nghị quyết 1669/NQ-UBTVQH15)."""

_TOP: Final = 8
"""The row, from 0, in which the header begins."""
_WIDTHS: Final = (6, 46, 10, 10, 10, 15, 15, 18)
_LAST: Final = len(_WIDTHS) - 1
_NUMBERING: Final = ("A", "B", "1", "2", "3", "4 = 1 + 2 + 3", "5", "C")


def form(min_stars: int) -> Exporter:
    """The exporter of the form, whose heading says from how many stars products were counted.

    >>> form(3).by
    'unit'
    """
    return Exporter(
        "vinhbao.bieu_ocop",
        Label("Biểu tổng hợp sản phẩm OCOP (mẫu Vĩnh Bảo)", "OCOP form of Vĩnh Bảo"),
        "xlsx",
        XLSX,
        partial(write_form, min_stars=min_stars),
        by="unit",
    )


def write_form(report: Report, *, min_stars: int = STARS[0]) -> bytes:
    """One row a cooperative that has products in force on the period's last day, by name; totals; who signs.

    Columns: number, cooperative, products of 3, 4, 5 stars, all products, average stars, note. Names and signatures
    are left to the office. Raises `TemplateError` for a report without these figures by cooperative, `CoopkitError`
    for a figure that could not be computed.
    """
    import xlsxwriter

    if report.breakdown is None or report.breakdown.by != "unit":
        raise TemplateError("Biểu OCOP cần báo cáo theo từng đơn vị (the form needs a report by unit)")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        created = dt.datetime.combine(report.date, dt.time(), dt.UTC)
        book.set_properties({"title": _TITLE, "author": report.organisation, "created": created})
        pen = _Pen(book, book.add_worksheet("Biểu OCOP"))
        pen.page()
        _heading(pen, report, min_stars)
        _header(pen)
        _signatures(pen, _body(pen, report, report.breakdown) + 2)
    return out.getvalue()


_TITLE: Final = "BIỂU TỔNG HỢP SẢN PHẨM OCOP CỦA CÁC HỢP TÁC XÃ"


@frozen
class _Pen:
    """Writes cells in the few styles that the form has."""

    book: Any
    sheet: Any
    _styles: dict[tuple[tuple[str, Any], ...], Any] = field(factory=dict)

    def page(self) -> None:
        """A4 across, one page wide, the header on every page; margins as Decree 30/2020/NĐ-CP, Appendix I has them."""
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=30 / 25.4, right=15 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_TOP, _TOP + 2)
        sheet.set_footer('&C&"Times New Roman,Regular"&11Trang &P/&N')
        sheet.hide_gridlines(2)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width, self.style())

    def style(self, **more: Any) -> Any:
        """Times New Roman 13, and what is told besides; each style is made once."""
        key = tuple(sorted(more.items()))
        if key not in self._styles:
            plain = {"font_name": "Times New Roman", "font_size": 13, "valign": "vcenter", "text_wrap": True}
            self._styles[key] = self.book.add_format(plain | more)
        return self._styles[key]

    def line(self, row: int, columns: tuple[int, int], text: str, **style: Any) -> None:
        """A text over several columns, in the middle unless told otherwise."""
        self.sheet.merge_range(row, columns[0], row, columns[1], text, self.style(**({"align": "center"} | style)))

    def boxed(self, row: int, column: int, value: str | float, **style: Any) -> None:
        """A cell of the table; numbers in the middle, 0 as a dash."""
        told = {"border": 1} | style
        if not isinstance(value, str):
            # 42A: Vietnamese, whose decimals stand after a comma.
            shown = '[$-42A]#,##0;-#,##0;"–"' if isinstance(value, int) else "[$-42A]0.00"
            told |= {"align": "center", "num_format": shown}
        if value == "":
            self.sheet.write_blank(row, column, None, self.style(**told))
        elif isinstance(value, str):
            self.sheet.write_string(row, column, value, self.style(**told))
        else:
            self.sheet.write_number(row, column, value, self.style(**told))

    def tall(self, row: int, text: str = "") -> None:
        """Room for a row of the table: as many lines as its longest text may need."""
        self.sheet.set_row(row, 21 * max(1, -(-len(text) // (_WIDTHS[1] - 4))))


def _heading(pen: _Pen, report: Report, min_stars: int) -> None:
    """Who sends it and where, the motto, the title, and what was counted on which day."""
    in_district = report.date <= DISTRICT_ENDS
    upper, lower = ("ỦY BAN NHÂN DÂN", "HUYỆN VĨNH BẢO") if in_district else (report.organisation.upper(), _AFTER)
    left, right, whole = (0, 1), (2, _LAST), (0, _LAST)
    pen.line(0, left, upper, bold=in_district, text_wrap=False, shrink=True)
    pen.line(0, right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, text_wrap=False)
    pen.line(1, left, lower, bold=True, underline=1, text_wrap=False, shrink=True)
    pen.line(1, right, "Độc lập - Tự do - Hạnh phúc", bold=True, underline=1)
    pen.line(3, right, f"Vĩnh Bảo, {report_words(report)['long_date']}", italic=True)
    pen.line(5, whole, _TITLE, bold=True, font_size=14)
    counted = "" if min_stars == STARS[0] else f"; chỉ tính sản phẩm từ {min_stars} sao"
    pen.line(6, whole, f"(Sản phẩm còn hiệu lực đến hết ngày {format_date(report.period.end)}{counted})", italic=True)
    pen.line(7, (_LAST - 1, _LAST), "Đơn vị tính: sản phẩm", italic=True, font_size=12, align="right")


_AFTER: Final = "ĐỊA BÀN 07 XÃ THUỘC HUYỆN VĨNH BẢO CŨ"


def _header(pen: _Pen) -> None:
    """Two rows, merged where a heading stands over both or over the three classes; and the columns' numbers."""
    pen.tall(_TOP)
    pen.tall(_TOP + 1)
    style = pen.style(bold=True, align="center", border=1)
    whole = {0: "TT", 1: "Tên hợp tác xã", 5: "Tổng số\nsản phẩm", 6: "Số sao\nbình quân", 7: "Ghi chú"}
    for column, text in whole.items():
        pen.sheet.merge_range(_TOP, column, _TOP + 1, column, text, style)
    pen.sheet.merge_range(_TOP, 2, _TOP, 4, "Chia theo hạng sao", style)
    for column, stars in enumerate(STARS, 2):
        pen.sheet.write_string(_TOP + 1, column, f"{stars} sao", style)
    for column, text in enumerate(_NUMBERING):
        pen.boxed(_TOP + 2, column, text, italic=True, align="center", font_size=11)


def _body(pen: _Pen, report: Report, by_unit: Breakdown) -> int:
    """The cooperatives and the totals; gives the row of the totals."""
    row = _TOP + 3
    having = [unit for unit in by_unit.names if _count(by_unit.figure(ALL, unit))]
    for number, unit in enumerate(sorted(having, key=lambda one: (fold(by_unit.names[one].vi), one)), 1):
        pen.boxed(row, 0, number)
        pen.boxed(row, 1, by_unit.names[unit].vi, indent=1)
        pen.tall(row, by_unit.names[unit].vi)
        _numbers(pen, row, [by_unit.figure(key, unit) for key in (*BY_STARS, ALL, AVERAGE)])
        row += 1
    told = {key: report.figure(key) for key in (*BY_STARS, ALL, AVERAGE, UNITS)}
    if lacking := [key for key, figure in told.items() if figure is None]:
        raise TemplateError(f"Biểu OCOP thiếu số liệu {', '.join(lacking)} (the report lacks these figures)")
    units = told.pop(UNITS)
    style = pen.style(bold=True, align="center", border=1)
    pen.tall(row)
    pen.sheet.merge_range(row, 0, row, 1, f"Tổng cộng ({_count(units)} hợp tác xã)", style)
    _numbers(pen, row, list(told.values()), bold=True)
    return row


def _numbers(pen: _Pen, row: int, figures: list[Figure | None], **style: Any) -> None:
    """Products by class and in all, their average stars (a dash where there is no product), an empty note."""
    *counts, average = figures
    for column, figure in enumerate(counts, 2):
        pen.boxed(row, column, _count(figure), **style)
    if average is None or not _count(counts[-1]):
        pen.boxed(row, 6, "–", align="center", **style)
    else:
        pen.boxed(row, 6, _value(average), **style)
    pen.boxed(row, 7, "", **style)


def _signatures(pen: _Pen, row: int) -> None:
    """Who drew it up and who answers for it, over the room for their hands."""
    for columns, who, how in (
        ((0, 1), "NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"),
        ((4, _LAST), "THỦ TRƯỞNG ĐƠN VỊ", "(Ký, đóng dấu, ghi rõ họ tên)"),
    ):
        pen.line(row, columns, who, bold=True)
        pen.line(row + 1, columns, how, italic=True, font_size=12)


def _count(figure: Figure | None) -> int:
    """A number of things; 0 where nothing was counted in a group."""
    return 0 if figure is None else int(_value(figure))


def _value(figure: Figure) -> float:
    if isinstance(figure.value, Unavailable):
        raise CoopkitError(f"{figure.label.vi}: {figure.value} (the figure could not be computed)")
    return float(figure.value.low)
