"""Rebuild the template of the "Báo cáo tổng kết": python build_template.py. Afterwards staff may edit it in Word.

Measures are those of Decree 30/2020/NĐ-CP, Appendix I: A4; margins 20–25 mm above and below, 30–35 mm left, 15–20 mm
right; Times New Roman; national heading, issuing body, number, place and date, subject, body, signature, recipients.
"""

from __future__ import annotations

import sys
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

TEMPLATE = Path(__file__).parent / "src" / "coopkit_haiphong" / "templates" / "bao-cao-tong-ket.docx"
CENTRE, JUSTIFY, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.RIGHT

PART_ONE: tuple[tuple[str, str], ...] = (
    (
        "1. Phát triển thành viên",
        (
            "Đến cuối {{ period }}, Liên minh có {{ members.total.number }} thành viên, trong đó trong năm đã vận động "
            "và kết nạp {{ members.admitted.number }} đơn vị."
        ),
    ),
    (
        "2. Hội nghị sinh hoạt thành viên, câu lạc bộ",
        (
            "Đã tổ chức {{ meetings.held.number }} hội nghị sinh hoạt thành viên tại {{ meetings.districts.number }} "
            "huyện, quận; thành lập {{ clubs.founded.number }} câu lạc bộ. Câu lạc bộ Dịch vụ vệ sinh môi trường hiện "
            "có {{ haiphong.sanitation_club }}, Câu lạc bộ OCOP Hải Phòng có {{ haiphong.ocop_club }}."
        ),
    ),
    (
        "3. Đào tạo, bồi dưỡng",
        "Phối hợp khai giảng {{ classes.opened.number }} lớp dạy nghề với sự tham gia của {{ classes.trainees }}.",
    ),
    (
        "4. Xúc tiến thương mại",
        (
            "Tổ chức {{ fairs.turns.number }} lượt HTX ({{ fairs.cooperatives.number }} HTX khác nhau) tham dự "
            "{{ fairs.held.number }} hội chợ, chương trình xúc tiến thương mại; bình quân "
            "{{ haiphong.turns_per_fair.number }} lượt HTX một hội chợ."
        ),
    ),
    (
        "5. Hỗ trợ tiếp cận vốn vay",
        (
            "Hoàn thiện thủ tục đối với {{ loans.turns.number }} lượt HTX ({{ loans.cooperatives.number }} HTX khác "
            "nhau) tiếp cận nguồn vốn vay, với mức vay trung bình {{ loans.average.number }}/HTX."
        ),
    ),
    (
        "6. Thi đua, khen thưởng",
        (
            "Liên minh HTX Việt Nam tặng bằng khen {{ honours.vca_merit.number }} tập thể, cá nhân và trao "
            "{{ honours.vca_medals.number }} kỷ niệm chương; Ủy ban nhân dân thành phố tặng Cờ thi đua cho "
            "{{ honours.city_flags.number }} tập thể và bằng khen {{ honours.city_merit.number }} tập thể, cá nhân; "
            "Liên minh HTX thành phố tặng giấy khen {{ honours.alliance_certificates.number }} tập thể, cá nhân, "
            "tôn vinh {{ honours.model_cooperatives.number }} HTX tiêu biểu. Cộng {{ haiphong.awards_total }}, chưa kể "
            "HTX tiêu biểu."
        ),
    ),
    (
        "",
        (
            "Liên minh đã phát động {{ contests.launched.number }} cuộc thi, {{ campaigns.launched.number }} phong "
            "trào thi đua và tổ chức {{ festivals.held.number }} ngày hội."
        ),
    ),
)
PART_TWO = (
    "Vận động thành lập mới {{ targets.new_cooperatives }}; xây dựng và nhân rộng {{ targets.models }} HTX kiểu mới, "
    "tiêu biểu."
)
RECIPIENTS = ("- Như trên;", "- Các phòng, ban của Liên minh;", "- Lưu: VT.")


def _line(
    place: Document | _Cell, text: str, *, size: float = 13, bold: bool = False, italic: bool = False, **layout: object
) -> Paragraph:
    first = isinstance(place, _Cell) and len(place.paragraphs) == 1 and not place.paragraphs[0].text
    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.alignment = layout.get("align", CENTRE)
    form = paragraph.paragraph_format
    form.space_after, form.space_before = (
        Pt(float(str(layout.get("after", 0)))),
        Pt(float(str(layout.get("before", 0)))),
    )
    return paragraph


def _rule(cell: Document | _Cell, indent: float) -> None:
    """The line of a third to a half of the text's length under a heading, as a paragraph's lower border."""
    paragraph = cell.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(indent)
    form.line_spacing_rule, form.line_spacing, form.space_after = WD_LINE_SPACING.EXACTLY, Pt(3), Pt(4)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - python-docx has no borders of its own


def _body(document: Document, text: str, *, bold: bool = False) -> None:
    paragraph = _line(document, text, bold=bold, align=JUSTIFY, after=4 if bold else 6)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.keep_with_next = bold


def _two_columns(document: Document, left: float, right: float) -> Table:
    table: Table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _set_widths(table, (left, right))
    _mark(table.rows[0], "w:cantSplit")
    return table


def _set_widths(table: Table, widths: tuple[float, ...]) -> None:
    """Both on the grid, which LibreOffice reads, and on each cell, which Word reads."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _heading(document: Document) -> None:
    table = _two_columns(document, 66, 99)
    left, right = table.cell(0, 0), table.cell(0, 1)
    _line(left, "{{ organisation|upper }}", size=12, bold=True)
    _rule(left, 22)
    _line(left, "Số:          /BC-LMHTX", size=13)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True)
    _rule(right, 17)
    _line(right, "Hải Phòng, {{ long_date }}", size=13.5, italic=True)
    _line(document, "BÁO CÁO", bold=True, before=8)
    _line(document, "Tổng kết hoạt động {{ period }} và phương hướng năm {{ next_year }}", bold=True)
    _rule(document, 60)


def _signature(document: Document) -> None:
    _line(document, "", size=6)
    table = _two_columns(document, 80, 85)
    left, right = table.cell(0, 0), table.cell(0, 1)
    _line(left, "Nơi nhận:", size=12, bold=True, italic=True, align=WD_ALIGN_PARAGRAPH.LEFT)
    for one in RECIPIENTS:
        _line(left, one, size=11, align=WD_ALIGN_PARAGRAPH.LEFT)
    _line(right, "TM. BAN THƯỜNG VỤ", size=13.5, bold=True)
    _line(right, "CHỦ TỊCH", size=13.5, bold=True)
    _line(right, "(Chữ ký, dấu)", size=12, italic=True, after=60)


def _annex(document: Document) -> None:
    paragraph = _line(document, "PHỤ LỤC", bold=True)
    paragraph.paragraph_format.page_break_before = True
    _line(document, "Số liệu {{ period }} và số bản ghi đứng sau mỗi số liệu", bold=True)
    _line(document, "(Kèm theo Báo cáo số:          /BC-LMHTX, {{ long_date }})", size=13, italic=True, after=8)
    table = document.add_table(rows=6, cols=4, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _set_widths(table, (78, 45, 22, 20))
    _mark(table.rows[0], "w:tblHeader")
    heading, figure = ("Chỉ tiêu", "Số liệu", "Kèm theo", "Bản ghi"), ("label", "text", "beside", "records")
    texts = {0: heading, 3: tuple(f"{{{{ figure.{name} }}}}" for name in figure)}
    for row, columns in texts.items():
        for column, text in enumerate(columns):
            cell = table.cell(row, column)
            align = CENTRE if row == 0 else RIGHT if column == 3 else WD_ALIGN_PARAGRAPH.LEFT
            _line(cell, text, size=12, bold=row == 0, align=align, after=2)
    _loop(table)


def _mark(row: _Row, flag: str) -> None:
    """`w:tblHeader`: the row is printed again at the head of each page; `w:cantSplit`: it stays on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement(flag))  # noqa: SLF001 - python-docx has no such flags


def _loop(table: Table) -> None:
    """Rows: heading, for section, for figure, the figure, end, end. A tag takes its whole row away."""
    tags = {1: "for section in sections", 2: "for figure in section.figures", 4: "endfor", 5: "endfor"}
    for row, tag in tags.items():
        table.cell(row, 0).paragraphs[0].add_run(f"{{%tr {tag} %}}")


def _page_number(document: Document) -> None:
    """Centred in the upper margin, in Arabic numerals, not on the first page."""
    page = document.sections[0]
    page.different_first_page_header_footer = True
    paragraph = page.header.paragraphs[0]
    paragraph.alignment = CENTRE
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001 - python-docx has no fields of its own


def build() -> Document:
    """The template, ready to be saved."""
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(20), Mm(20), Mm(30), Mm(16)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    _page_number(document)
    _heading(document)
    _body(document, "I. KẾT QUẢ HOẠT ĐỘNG {{ period|upper }}", bold=True)
    for title, text in PART_ONE:
        if title:
            _body(document, title, bold=True)
        _body(document, text)
    _body(document, "II. CHỈ TIÊU PHẤN ĐẤU NĂM {{ next_year }}", bold=True)
    _body(document, PART_TWO)
    _signature(document)
    _annex(document)
    return document


if __name__ == "__main__":
    build().save(sys.argv[1] if len(sys.argv) > 1 else str(TEMPLATE))
