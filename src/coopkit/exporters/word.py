"""Word: a template that staff edit in Word, filled with a report's figures."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import traceback
import zipfile
from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from coopkit.errors import TemplateError
from coopkit.exporters.zipped import timeless
from coopkit.period import format_date
from coopkit.report import Figure, Report
from coopkit.untrusted import parts

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_LONG: Final = 120
"""So many letters of a paragraph tell which one it is."""


@frozen
class FigureWords:
    """A figure as a Word template prints it: `{{ fairs.turns }}` is "96 lượt", `{{ fairs.turns.number }}` is "96".

    `records` is how many records were counted, `label` the figure's name, `beside` the figure to be read with it (empty
    where there is none) and `beside_label` that one's name.

    >>> words = FigureWords("Lượt HTX", "96", "96 lượt", 96, "60 HTX", "Số HTX khác nhau")
    >>> f"{words}, {words.number}, {words.beside}"
    '96 lượt, 96, 60 HTX'
    """

    label: str
    number: str
    text: str
    records: int
    beside: str = ""
    beside_label: str = ""

    def __str__(self) -> str:
        return self.text


def report_words(report: Report) -> dict[str, Any]:
    """What a Word template may name, in Vietnamese: every figure by its key, and the report's own parts.

    `{{ fairs.turns }}` is a `FigureWords`; `title`, `organisation`, `period` ("năm 2023"), `date` ("31/12/2023") and
    `long_date` ("ngày 31 tháng 12 năm 2023", as Decree 30/2020/NĐ-CP, Appendix I writes it) are texts; `sections` has a
    `title` and its `figures` each, `notes` is a list of texts.

    Raises `TemplateError` where a figure's key begins with one of these words.

    >>> from coopkit.period import Period
    >>> from coopkit.text import Label
    >>> empty = Report(Label("Báo cáo", "Report"), "Liên minh", Period.parse("2023"), dt.date(2024, 1, 5), ())
    >>> report_words(empty)["long_date"]
    'ngày 05 tháng 01 năm 2024'
    """
    words: dict[str, Any] = {
        "title": report.title.vi,
        "organisation": report.organisation,
        "period": report.period.label.vi.lower(),
        "date": format_date(report.date),
        "long_date": long_date(report.date),
        "notes": [note.vi for note in report.notes],
        "sections": [
            {"title": section.title.vi, "figures": [_words(figure) for figure in section.figures]}
            for section in report.sections
        ],
    }
    own = set(words)
    for figure in report.figures:
        area, *names = figure.key.split(".")
        if area in own:
            raise TemplateError(f"Khóa {figure.key!r}: {area!r} là từ riêng của mẫu Word (a word of templates' own)")
        spot = words.setdefault(area, SimpleNamespace())
        for name in names[:-1]:
            spot.__dict__.setdefault(name, SimpleNamespace())
            spot = getattr(spot, name)
        setattr(spot, names[-1], _words(figure))
    return words


def _words(figure: Figure) -> FigureWords:
    beside = figure.beside
    return FigureWords(
        figure.label.vi,
        figure.number(),
        figure.text(),
        figure.rows,
        beside.text() if beside else "",
        beside.label.vi if beside else "",
    )


def long_date(day: dt.date) -> str:
    """The date as official papers write it.

    >>> long_date(dt.date(2024, 1, 5))
    'ngày 05 tháng 01 năm 2024'
    """
    # Decree 30/2020, Appendix I, part I, section II.4: days below 10 and the months 1 and 2 get a zero.
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def fill_word_template(template: bytes, words: Mapping[str, Any], *, created: dt.date) -> bytes:
    """A Word template with its placeholders filled: `{{ name }}`, `{% for … %}`, `{%tr for … %}` for a table's rows.

    What is filled in is text, whatever it holds. The same template and words give the same bytes; `created` becomes the
    file's date. Raises `TemplateError` for a file that is no .docx, a placeholder that means nothing, or a broken tag.

    >>> fill_word_template(b"no docx", {}, created=dt.date(2023, 12, 31))
    Traceback (most recent call last):
    coopkit.errors.TemplateError: Mẫu không phải là tệp .docx: lưu lại từ Word (the template is no .docx file)
    """
    from docxtpl import DocxTemplate

    try:
        parts(template)
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise TemplateError("Mẫu không phải là tệp .docx: lưu lại từ Word (the template is no .docx file)") from error
    templates = _environment()
    try:
        document.render(dict(words), templates, autoescape=True)
    except Exception as error:  # a template's expression can fail in any way, 1 / 0 included
        told, english = _wrong(error)
        spot = _paragraph(error, templates)
        where = f", ở đoạn “{spot}”" if spot else ""
        raise TemplateError(
            f"Mẫu Word không điền được: {told}{where}. Sửa thẻ {{{{ … }}}} trong mẫu (mend that tag: {english})"
        ) from error
    properties = document.docx.core_properties
    moment = dt.datetime.combine(created, dt.time())
    properties.created, properties.modified, properties.last_printed = moment, moment, moment
    properties.revision, properties.last_modified_by = 1, ""
    out = io.BytesIO()
    document.save(out)
    return timeless(out.getvalue())


def _environment() -> ImmutableSandboxedEnvironment:
    """Templates come from staff: what they name may be shown, never called into the rest of Python."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Templates(ImmutableSandboxedEnvironment):
        source = ""
        """The part of the document that is being filled."""

        def from_string(self, source: Any, *args: Any, **more: Any) -> Any:
            self.source = source
            return super().from_string(source, *args, **more)

    return Templates(undefined=StrictUndefined, autoescape=True)


def _wrong(error: Exception) -> tuple[str, str]:
    """What is wrong with a tag, in the user's words, and in English."""
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    english = str(error)
    if isinstance(error, UndefinedError):
        name = re.findall(r"'([^']*)'", english)[-1]
        return f"không có gì tên {name!r}", f"nothing is called {name!r}"
    if isinstance(error, TemplateSyntaxError):
        return "thẻ viết sai", english
    if isinstance(error, SecurityError):
        return "thẻ dùng điều không được phép", english
    return "thẻ không tính được", english


def _paragraph(error: Exception, templates: ImmutableSandboxedEnvironment) -> str:
    """The text of the paragraph that the faulty tag stands in; "" where none is known."""
    line = getattr(error, "lineno", None)
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == "<template>":
            line = number
    lines = getattr(templates, "source", "").splitlines()  # docxtpl puts each paragraph on a line of its own
    if not line or line > len(lines):
        return ""
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", lines[line - 1])).split())
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def write_docx(report: Report) -> bytes:
    """The report as a Word document: a table of figures for each section, with the number of records behind each."""
    from importlib.resources import files

    template = (files("coopkit.exporters") / "templates" / "report.docx").read_bytes()
    return fill_word_template(template, report_words(report), created=report.date)
