"""Rebuild the Word template of the plain report: python scripts/build_templates.py. It may then be edited in Word."""

from __future__ import annotations

import sys
from pathlib import Path

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

TEMPLATE = Path(__file__).parents[1] / "src" / "coopkit" / "exporters" / "templates" / "report.docx"
COLUMNS = (("Chỉ tiêu", 84), ("Giá trị", 40), ("Kèm theo", 22), ("Số bản ghi", 24))
ROW = ("{{ figure.label }}", "{{ figure.text }}", "{{ figure.beside }}", "{{ figure.records }}")


def _shade(cell: _Cell, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)  # noqa: SLF001 - python-docx has no shading of its own


def _fill(table: Table, row: int, texts: tuple[str, ...], *, bold: bool = False) -> None:
    for column, text in enumerate(texts):
        cell = table.cell(row, column)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.keep_with_next = bold
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(text).bold = bold
        if column == len(COLUMNS) - 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if bold:
            _shade(cell, "DCE9E1")


def build() -> docx.document.Document:
    """The template: a title, and for each section its heading and a table with one row a figure."""
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(25), Mm(15), Mm(20), Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    for text, size, bold in (
        ("{{ organisation }}", 12, False),
        ("{{ title }}", 16, True),
        ("Ngày lập: {{ date }}", 11, False),
    ):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size)
    document.add_paragraph("{%p for section in sections %}")
    heading = document.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    run = heading.add_run("{{ section.title }}")
    run.bold, run.font.size = True, Pt(13)
    table = document.add_table(rows=4, cols=len(COLUMNS), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)  # on the grid, which LibreOffice reads, and on each cell, which Word reads
        for cell in column.cells:
            cell.width = Mm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - repeated on each page
    _fill(table, 0, tuple(name for name, _ in COLUMNS), bold=True)
    table.cell(1, 0).paragraphs[0].add_run("{%tr for figure in section.figures %}")
    _fill(table, 2, ROW)
    table.cell(3, 0).paragraphs[0].add_run("{%tr endfor %}")
    document.add_paragraph()
    document.add_paragraph("{%p endfor %}")
    for line in ("{%p for note in notes %}", "{{ note }}", "{%p endfor %}"):
        document.add_paragraph(line)
    return document


if __name__ == "__main__":
    build().save(sys.argv[1] if len(sys.argv) > 1 else str(TEMPLATE))
