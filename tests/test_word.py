"""Word templates: what they may name, what they refuse, and that nothing filled in can be anything but text."""

import datetime as dt
import io
import zipfile

import docx
import pytest

from coopkit.errors import TemplateError
from coopkit.exporters.word import fill_word_template, report_words, write_docx
from coopkit.metrics import Unavailable
from coopkit.period import Period
from coopkit.quantity import TURNS, UNITS, exact, more_than
from coopkit.report import Figure, Report, Section
from coopkit.text import Label

DAY = dt.date(2024, 2, 9)


def template(*lines):
    """A .docx with these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines(data):
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def figure(key, value, unit=TURNS, **more):
    return Figure(key, Label("Lượt HTX", "Turns"), Label("Hội chợ", "Fairs"), value, noun=unit.label, rows=3, **more)


def report(*figures):
    section = Section(Label("Hội chợ", "Fairs"), figures)
    return Report(Label("Báo cáo", "Report"), "Liên minh HTX", Period.parse("2023"), DAY, (section,))


@pytest.mark.parametrize(
    ("placeholder", "printed"),
    [
        ("{{ fairs.turns }}", "hơn 96 lượt"),
        ("{{ fairs.turns.number }}", "hơn 96"),
        ("{{ fairs.turns.records }}", "3"),
        ("{{ fairs.turns.label }}", "Lượt HTX"),
        ("{{ fairs.turns.beside }}", "60 đơn vị"),
        ("{{ fairs.out.of.town }}", "5 lượt"),
        ("{{ broken.one }}", "không tính được (vinh-bao: chia cho 0)"),
        ("{{ period }}", "năm 2023"),
        ("{{ date }}", "09/02/2024"),
        ("{{ long_date }}", "ngày 09 tháng 02 năm 2024"),
        ("{{ organisation|upper }}", "LIÊN MINH HTX"),
        ("{{ sections[0].title }}", "Hội chợ"),
    ],
)
def test_what_a_template_may_name(placeholder, printed):
    """Each placeholder prints what the report says, in Vietnamese."""
    made = report(
        figure("fairs.turns", more_than(96, TURNS), beside=figure("fairs.cooperatives", exact(60, UNITS), UNITS)),
        figure("fairs.out.of.town", exact(5, TURNS)),
        figure("broken.one", Unavailable("vinh-bao", "chia cho 0")),
    )
    assert lines(fill_word_template(template(placeholder), report_words(made), created=DAY)) == [printed]


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "không phải là tệp .docx"),
        (b"PK\x03\x04 broken", "không phải là tệp .docx"),
        (template("Lượt: {{ fairs.turn }}"), r"'turn', ở đoạn “Lượt: {{ fairs\.turn }}”.*nothing is called 'turn'"),
        (template("An & Bình {{ fair.turns }}"), "không có gì tên 'fair', ở đoạn “An & Bình {{ fair"),
        (template("{{ fairs.turns "), "thẻ viết sai"),
        (template("{% for one in sections %}"), "thẻ viết sai, ở đoạn “{% for one in sections %}”"),
        (template("{{ ''.__class__.__mro__ }}"), "thẻ dùng điều không được phép"),
        (template("{{ sections.append(1) }}"), "thẻ dùng điều không được phép"),
        (template("{{ 1 / 0 }}"), "thẻ không tính được"),
        (template(f"{{{{ x }}}} {'dài ' * 99}"), "dài dài …”"),
    ],
    ids=["empty", "zip", "figure", "area", "open tag", "open loop", "into Python", "writing", "arithmetic", "long"],
)
def test_bad_template(data, named):
    """A file that is no .docx, an unknown name, a broken tag or a way out of the sandbox: one error that says where."""
    with pytest.raises(TemplateError, match=named):
        fill_word_template(data, report_words(report(figure("fairs.turns", exact(96, TURNS)))), created=DAY)


def test_a_workbook_is_no_template():
    """A zip of another kind is refused as one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(TemplateError, match="docx"):
        fill_word_template(out.getvalue(), {}, created=DAY)


def test_what_is_filled_in_is_text():
    """Markup and tags in a value are printed as they are."""
    wild = "<w:p>An & Bình</w:p> {{ period }}"
    assert lines(fill_word_template(template("{{ name }}"), {"name": wild}, created=DAY)) == [wild]


def test_key_that_is_a_word_of_templates():
    """A figure whose key begins with a word of the templates' own is refused by name."""
    with pytest.raises(TemplateError, match=r"date\.due"):
        report_words(report(figure("date.due", exact(1, TURNS))))


def test_the_file_carries_the_reports_date():
    """Created and modified are the report's date, and no part of the zip tells the time of day."""
    data = write_docx(report(figure("fairs.turns", exact(96, TURNS))))
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert {properties.created.date(), properties.modified.date()} == {DAY}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_plain_report():
    """The plain report has a table a section: heading row, then one row a figure with its records."""
    data = write_docx(report(figure("fairs.turns", exact(96, TURNS))))
    [table] = docx.Document(io.BytesIO(data)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Chỉ tiêu", "Giá trị", "Kèm theo", "Số bản ghi"],
        ["Lượt HTX", "96 lượt", "", "3"],
    ]
