"""Rebuild the Word templates of a campaign's papers: python scripts/build_campaign_templates.py [folder].

They may then be edited in Word. Measures are those of Decree 30/2020/NĐ-CP, Appendix I: A4; margins 20 mm above and
below, 30 left, 15 right; Times New Roman. The words are those that coopkit.exporters.papers tells.
"""

# ruff: noqa: SLF001 - python-docx has no borders, flags and fields of its own

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias, TypedDict, Unpack

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENTATION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FOLDER: Final = Path(__file__).parents[1] / "src" / "coopkit" / "exporters" / "templates" / "campaign"
LEFT, CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
ALIGN: Final = {"l": LEFT, "c": CENTRE, "r": WD_ALIGN_PARAGRAPH.RIGHT}
RED: Final = "A31D1D"
PORTRAIT, LANDSCAPE = 165.0, 252.0  # the width between the margins, in mm
Row: TypeAlias = str | tuple[str, ...]
Page: TypeAlias = tuple[Document, Callable[[str], None]]


class Look(TypedDict, total=False):
    """How a line looks."""

    size: float
    bold: bool
    italic: bool
    align: WD_ALIGN_PARAGRAPH
    before: float
    after: float
    colour: str


def _line(place: Document | _Cell, text: str, **look: Unpack[Look]) -> Paragraph:
    """A paragraph; what stands between ** and ** is bold."""
    first = isinstance(place, _Cell) and len(place.paragraphs) == 1 and not place.paragraphs[0].runs
    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    for at, part in enumerate(text.split("**")):
        if not part and text:
            continue
        run = paragraph.add_run(part)
        run.bold, run.italic = look.get("bold", False) or at % 2 == 1, look.get("italic", False)
        run.font.size = Pt(look.get("size", 13))
        if "colour" in look:
            run.font.color.rgb = RGBColor.from_string(look["colour"])
    paragraph.alignment = look.get("align", CENTRE)
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.line_spacing = 1.0 if text else Pt(look.get("size", 13))  # an empty line is as high as it is told to be
    return paragraph


def _tag(place: Document | _Cell, tag: str) -> None:
    """A tag on a line of its own, which goes when the template is filled."""
    _line(place, f"{{%p {tag} %}}", size=10)


def _when(place: Document | _Cell, word: str, text: str, **look: Unpack[Look]) -> None:
    """A line that is there where a word is not empty."""
    _tag(place, f"if {word}")
    _line(place, text, **look)
    _tag(place, "endif")


def _text(document: Document) -> Callable[[str], None]:
    """Writes a paragraph a line; "# ": a heading, "[words] ": for each `one` of a list, " >": stays by what follows."""

    def write(text: str) -> None:
        for told in text.strip().splitlines():
            words, line = told[1:].split("] ", 1) if told.startswith("[") else ("", told)
            if words:
                _tag(document, f"for one in {words}")
            heading = line.startswith("# ")
            shown = f"**{line[2:]}**" if heading else line.removesuffix(" >")
            paragraph = _line(document, shown, align=JUSTIFY, after=4 if words else 6, italic=words == "bases")
            paragraph.paragraph_format.first_line_indent = Mm(12.7)
            paragraph.paragraph_format.keep_with_next = heading or line.endswith(" >")
            if words:
                _tag(document, "endfor")

    return write


def _xml(text: str) -> BaseOxmlElement:
    """What python-docx has no words for."""
    return parse_xml(text.replace(" ", f" {nsdecls('w')} ", 1))


def _rule(place: Document | _Cell, indent: float) -> None:
    """The short line under a heading, as a paragraph's upper border."""
    paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(indent)
    form.line_spacing = form.space_before = form.space_after = Pt(3)
    line = _xml('<w:pBdr ><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>')
    paragraph._p.get_or_add_pPr().insert_element_before(line, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _mark(row: _Row, flag: str) -> None:
    """`w:tblHeader`: printed again at the head of each page; `w:cantSplit`: stays on one page."""
    row._tr.get_or_add_trPr().append(_xml(f"<{flag} />"))


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    """Both on the grid, which LibreOffice reads, and on each cell, which Word reads."""
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _pair(document: Document, left: float, right: float) -> tuple[_Cell, _Cell]:
    """Two cells side by side without borders."""
    table = document.add_table(rows=1, cols=2)
    _set_widths(table, (left, right))
    _mark(table.rows[0], "w:cantSplit")
    return table.cell(0, 0), table.cell(0, 1)


def _table(document: Document, widths: Sequence[float], aligns: str, rows: Sequence[Row], height: float = 0) -> None:
    """A bordered table: its first row is the heading, repeated on each page; a row that is one text is a tag."""
    table: Table = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    _set_widths(table, widths)
    # Less room beside the text, so that short words stay whole in narrow columns.
    room = '<w:tblCellMar ><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
    table._tbl.tblPr.insert_element_before(_xml(room), "w:tblLook")
    for at, row in enumerate(rows):
        if isinstance(row, str):
            _line(table.cell(at, 0), f"{{%tr {row} %}}", size=10)
            continue
        _mark(table.rows[at], "w:cantSplit")
        for column, text in enumerate(row):
            cell = table.cell(at, column)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            align = CENTRE if at == 0 else ALIGN[aligns[column]]
            for part in text.split("\n"):
                _line(cell, part, size=12, bold=at == 0, align=align, before=1, after=1)
        if at and height:
            table.rows[at].height, table.rows[at].height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    _mark(table.rows[0], "w:tblHeader")
    _line(document, "", size=9).paragraph_format.keep_with_next = True


def _document(*, wide: bool = False) -> Document:
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    page.orientation = WD_ORIENTATION.LANDSCAPE if wide else WD_ORIENTATION.PORTRAIT
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(20), Mm(20), Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.element.rPr.append(_xml('<w:lang w:val="vi-VN"/>'))  # else Word underlines every word as misspelt
    document.core_properties.author = document.core_properties.comments = ""
    return document


def _paper(title: str, *subtitles: str, numbered: bool = True, wide: bool = False) -> Page:
    """A page with the national heading, the body that issues it, and the title; and what writes on it."""
    document, width = _document(wide=wide), LANDSCAPE if wide else PORTRAIT
    document.sections[0].different_first_page_header_footer = True
    (number,) = document.sections[0].header.paragraphs
    number.alignment = CENTRE
    number._p.append(_xml('<w:fldSimple w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>'))
    left, right = _pair(document, width * 0.42, width * 0.58)
    _when(left, "parent", "{{ parent|upper }}", size=12)
    _line(left, "{{ organisation|upper }}", size=12, bold=True)
    _rule(left, width * 0.14)
    if numbered:
        _line(left, "Số: {% if number %}{{ number }}{% else %}……/……{% endif %}")
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True)
    _rule(right, width * 0.29 - 31)
    _line(right, "{{ place }}, {{ long_date }}", italic=True)
    _line(document, title, size=14, bold=True, before=14)
    for subtitle in subtitles:
        _line(document, subtitle, bold=True)
    _rule(document, width / 2 - 24)
    return document, _text(document)


def _signs(cell: _Cell, title: str, note: str, name: str) -> None:
    """Who signs: the office, room for the signature, the name."""
    _line(cell, title, bold=True)
    _line(cell, note, size=12, italic=True, after=46)
    _line(cell, f"{{{{ {name} }}}}", bold=True)


def _copies(place: Document | _Cell) -> None:
    _line(place, "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT, before=8)
    _tag(place, "for one in copies")
    _line(place, "- {{ one }}{% if loop.last %}.{% else %};{% endif %}", size=11, align=LEFT)
    _tag(place, "endfor")


def _signed(page: Document, by: tuple[str, str] | None = None, *, copies: bool = False, wide: bool = False) -> None:
    """The signer on the right; on the left another's office and name, or who gets the paper."""
    _line(page, "", size=12).paragraph_format.keep_with_next = True
    left, right = _pair(page, *((LANDSCAPE if wide else PORTRAIT) * share for share in (0.48, 0.52)))
    if by:
        _when(left, "sign_for", " ")
        _signs(left, by[0], "(Ký, ghi rõ họ tên)", by[1])
    if copies:
        _copies(left)
    _when(right, "sign_for", "{{ sign_for|upper }}", bold=True, before=8 if copies else 0)
    _signs(right, "{{ signer_title|upper }}", "(Chữ ký, dấu)", "signer")
    _line(page, "", size=1)  # Word wants a paragraph behind the last table


def _row(*names: str) -> tuple[str, ...]:
    """The cells that print these words of a row."""
    return tuple(f"{{{{ row.{name} }}}}" for name in names)


def pledge() -> Document:
    """Giao ước thi đua."""
    document, write = _paper("GIAO ƯỚC THI ĐUA", "{{ block }}", "{{ campaign }}", numbered=False)
    write("""
Hưởng ứng {{ campaign }} do {{ organiser }} phát động{% if theme %}, với chủ đề “{{ theme }}”{% endif %}; hôm nay, \
{{ long_date }}, tại {{ venue }}, các đơn vị thuộc {{ block }} cùng ký kết giao ước thi đua như sau:
# I. NỘI DUNG THI ĐUA
[contents] {{ loop.index }}. {{ one }}
# II. CHỈ TIÊU ĐĂNG KÝ VÀ CHỮ KÝ CỦA CÁC ĐƠN VỊ
""")
    heading = ("TT", "Đơn vị", "Nội dung đăng ký", "Đại diện đơn vị\n(ký tên, đóng dấu)")
    cells = (*_row("number", "name", "promise"), "\n\n{{ row.representative }}")
    _table(document, (11, 44, 65, 45), "cllc", (heading, "for row in units", cells, "endfor"), height=22)
    write("""
# III. CAM KẾT CHUNG
1. Các đơn vị phấn đấu thực hiện tốt nội dung và chỉ tiêu đã đăng ký; tự chấm điểm trung thực, có minh chứng.
2. Chấm điểm chéo, bình xét, suy tôn công khai, khách quan, đúng thể lệ của phong trào.
3. Giao ước có hiệu lực từ ngày ký và được lưu tại các đơn vị và cơ quan phát động phong trào. >
""")
    _signed(document)
    return document


def self_score() -> Document:
    """Bảng tự chấm điểm."""
    document, write = _paper("BẢNG TỰ CHẤM ĐIỂM THI ĐUA", "{{ campaign }}", "{{ block }} - {{ stage }}", numbered=False)
    heading = ("TT", "Nội dung, tiêu chí", "Điểm tối đa", "Điểm tự chấm", "Minh chứng", "Giải trình")
    cells = _row("number", "name", "maximum", "points", "evidence", "explanation")
    group = tuple(f"**{cell}**" for cell in cells)
    total = ("", "**TỔNG CỘNG**", "**{{ maximum }}**", "**{{ total }}**", "", "")
    rows = (heading, "for row in rows", "if row.group", group, "else", cells, "endif", "endfor", total)
    _table(document, (11, 54, 15, 15, 38, 32), "clrrll", rows)
    write("Đơn vị chịu trách nhiệm về tính chính xác của số liệu và minh chứng nêu trên. >")
    _signed(document, ("NGƯỜI LẬP BIỂU", "preparer"))
    return document


def block_summary() -> Document:
    """Bảng tổng hợp điểm của khối; the columns behind the name are alike, so that any number of stages shares them."""
    document, _ = _paper("BẢNG TỔNG HỢP ĐIỂM THI ĐUA", "{{ block }}", "{{ campaign }}", numbered=False, wide=True)
    heading = ("TT", "Đơn vị", "{%tc for one in stages %}", "{{ one }}", "{%tc endfor %}", "Tổng điểm", "Xếp thứ")
    points = ("{%tc for one in row.points %}", "{{ one }}", "{%tc endfor %}", "**{{ row.total }}**")
    place = "{{ row.place }}{% if row.tied %} (đồng hạng){% endif %}"
    cells = (*_row("number", "name"), *points, place, "{{ row.grade }}")
    rows = ((*heading, "Xếp loại"), "for row in rows", cells, "endfor")
    _table(document, (12, 48, *[32] * 6), "clcrcrcc", rows)
    _tag(document, "for one in notes")
    _line(document, "{{ one }}", size=12, italic=True, align=LEFT).paragraph_format.keep_with_next = True
    _tag(document, "endfor")
    _signed(document, ("THƯ KÝ", "secretary_signer"), wide=True)
    return document


def minutes() -> Document:
    """Biên bản họp; votes are totals, and single ballots are in no paper."""
    document, write = _paper("BIÊN BẢN", "{{ subject }}", "{{ campaign }}")
    write("""
# I. THỜI GIAN, ĐỊA ĐIỂM, THÀNH PHẦN
1. Cuộc họp bắt đầu lúc {{ opened }}, tại {{ venue }}.
2. Chủ trì: {{ chair }}. Thư ký: {{ secretary }}.
3. Thành viên dự họp: >
""")
    seats = ("for row in seats", _row("number", "seat", "unit", "presence"), "endfor")
    _table(document, (12, 62, 62, 29), "cllc", (("TT", "Chức danh", "Thuộc đơn vị", "Dự họp"), *seats))
    write("""
4. Tổng số thành viên: {{ members }}; có mặt: {{ present }}. Điều kiện họp: {{ quorum }}; cuộc họp {{ quorum_result }}.
# II. NỘI DUNG
[items] {{ loop.index }}. {{ one }}
# III. KẾT QUẢ BỎ PHIẾU
Tập thể, cá nhân được thông qua khi đạt {{ threshold }}. >
""")
    names = ("TT", "Tập thể, cá nhân", "Hình thức", "Có mặt / được bỏ phiếu", "Đồng ý", "Không đồng ý")
    votes = ("{{ row.present }} / {{ row.members }}", "{{ row.in_favour }}\n({{ row.share }})")
    cells = (*_row("number", "name", "award"), *votes, *_row("against", "needed", "result"))
    rows = ((*names, "Cần đạt", "Kết quả"), "for row in votes", cells, "endfor")
    _table(document, (9, 38, 28, 21, 17, 17, 14, 21), "cllccccc", rows)
    write("""
# IV. KẾT LUẬN
[conclusions] {{ loop.index }}. {{ one }}
Cuộc họp kết thúc lúc {{ closed }}; biên bản đã được đọc lại và các thành viên nhất trí thông qua. >
""")
    _signed(document, ("THƯ KÝ", "secretary_signer"))
    _copies(document)
    return document


def submission() -> Document:
    """Tờ trình đề nghị khen thưởng."""
    document, write = _paper("TỜ TRÌNH", "Về việc {{ subject }}")
    _line(document, "Kính gửi: {{ addressee }}", before=6, after=8)
    write("""
[bases] {{ one }};
{{ summary }}
{{ organisation }} kính đề nghị {{ addressee }} xem xét, khen thưởng: >
""")
    heading = ("TT", "Tập thể, cá nhân", "Đối tượng", "Hình thức", "Điểm", "Xếp thứ", "Phiếu đồng ý", "Thành tích")
    cells = _row("number", "name", "kind", "award", "total", "place", "votes", "achievement")
    _table(document, (9, 32, 18, 27, 15, 13, 17, 34), "clllrccl", (heading, "for row in nominees", cells, "endfor"))
    write("""
# Hồ sơ kèm theo:
[attachments] {{ loop.index }}. {{ one }};
{{ organisation }} kính trình {{ addressee }} xem xét, quyết định./. >
""")
    _signed(document, copies=True)
    return document


def decision() -> Document:
    """Quyết định khen thưởng, with the list of those who are rewarded."""
    document, write = _paper("QUYẾT ĐỊNH", "Về việc {{ subject }}")
    _line(document, "{{ authority|upper }}", bold=True, before=4, after=8)
    write("[bases] {{ one }}{% if loop.last %}.{% else %};{% endif %}")
    _line(document, "QUYẾT ĐỊNH:", bold=True, before=4, after=6)
    write("""
**Điều 1.** {{ granted }} (có danh sách kèm theo).
**Điều 2.** Mức tiền thưởng của từng tập thể, cá nhân ghi trong danh sách{% if reward_total %}; tổng số tiền thưởng \
{{ reward_total }}{% if "đồng" not in reward_total %} đồng{% endif %}{% endif %}, chi từ {{ funding }}.
**Điều 3.** Quyết định này có hiệu lực kể từ ngày ký. {{ executors }} chịu trách nhiệm thi hành Quyết định này./. >
""")
    _signed(document, copies=True)
    _line(document, "DANH SÁCH", bold=True, size=14).paragraph_format.page_break_before = True
    _line(document, "Tập thể, cá nhân được khen thưởng", bold=True)
    of = "(Kèm theo Quyết định số {% if number %}{{ number }}{% else %}……/……{% endif %}, {{ long_date }})"
    _line(document, of, italic=True, after=8)
    heading = ("TT", "Tập thể, cá nhân", "Đối tượng", "Hình thức khen thưởng", "Tiền thưởng (đồng)")
    cells = _row("number", "name", "kind", "award", "reward")
    total = ("", "**Tổng cộng**", "", "", "**{{ reward_total }}**")
    _table(document, (12, 62, 24, 39, 28), "clllr", (heading, "for row in recipients", cells, "endfor", total))
    return document


def _certificate(name: str) -> Document:
    """A framed page in large type, one for each recipient."""
    document = _document(wide=True)
    page = document.sections[0]
    page.left_margin = page.right_margin = Mm(28)
    line = f'w:val="thinThickSmallGap" w:sz="36" w:space="28" w:color="{RED}"'
    sides = "".join(f"<w:{side} {line}/>" for side in ("top", "left", "bottom", "right"))
    page._sectPr.find(qn("w:pgMar")).addnext(_xml(f'<w:pgBorders w:offsetFrom="page">{sides}</w:pgBorders>'))
    _line(document, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=15, bold=True, before=4)
    _line(document, "Độc lập - Tự do - Hạnh phúc", size=15, bold=True)
    _rule(document, 86)
    _line(document, "{{ giver|upper }}", size=18, bold=True, before=26)
    _line(document, "TẶNG", size=16, bold=True, before=8)
    _line(document, name, size=48, bold=True, colour=RED, before=4, after=8)
    _line(document, "{{ recipient }}", size=26, bold=True)
    _when(document, "detail", "{{ detail }}", size=15, italic=True, before=4)
    _line(document, "{{ achievement }}", size=17, before=14, after=26)
    left, right = _pair(document, 106, 135)
    _line(left, "Quyết định số {{ decision }}", size=12, italic=True, align=LEFT, before=100)
    _when(left, "book", "Số sổ vàng: {{ book }}", size=12, italic=True, align=LEFT)
    _line(right, "{{ place }}, {{ long_date }}", size=14, italic=True, after=2)
    _line(right, "{{ signer_title|upper }}", size=14, bold=True, after=66)
    _line(right, "{{ signer }}", size=15, bold=True)
    _line(document, "", size=1)  # Word wants a paragraph behind the last table
    return document


TEMPLATES: Final[Mapping[str, Callable[[], Document]]] = {
    **{made.__name__: made for made in (pledge, self_score, block_summary, minutes, submission, decision)},
    "certificate": partial(_certificate, "GIẤY KHEN"),
    "merit": partial(_certificate, "BẰNG KHEN"),
}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for key, make in TEMPLATES.items():
        make().save(str(folder / f"{key}.docx"))
