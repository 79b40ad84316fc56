"""HTML for paper: a report, a board or any tables as one A4 document, with its style inside and without a script."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from attrs import frozen

from coopkit.campaign import Definition, format_points
from coopkit.emulation import Board, Line
from coopkit.exporters.word import long_date
from coopkit.metrics import Unavailable
from coopkit.period import format_date
from coopkit.quantity import format_number
from coopkit.report import Breakdown, Figure, Report, Section
from coopkit.text import Label, Lang

if TYPE_CHECKING:
    from jinja2 import Environment

_NONE: Final = Label("", "")
_NOTHING: Final = Label("Chưa ghi nhận.", "Nothing recorded.")
DENSE: Final = 6
"""A table of more columns is printed in smaller letters …"""
WIDE: Final = 10
"""… and one of more than these across the page."""


@frozen
class Heading:
    """A column's heading; numbers stand to the right, unbroken. `share` is its part of the width in percent."""

    label: Label
    number: bool = False
    share: int = 0


@frozen
class Row:
    """One line of a table, as texts that may have lines; `gap` marks what could not be computed or is not scored."""

    cells: tuple[str, ...]
    gap: bool = False


@frozen
class Table:
    """A titled table; where it has no rows, `empty` stands in its place."""

    title: Label
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    empty: Label = _NOTHING

    @property
    def shared(self) -> bool:
        """Whether its columns have told widths."""
        return any(one.share for one in self.headings)

    @property
    def style(self) -> str:
        """How it is set: "" as usual, "dense" in smaller letters, or "across" the page.

        >>> [Table(_NONE, (Heading(_NONE),) * columns, ()).style for columns in (6, 7, 11)]
        ['', 'dense', 'across']
        """
        columns = len(self.headings)
        return "across" if columns > WIDE else "dense" if columns > DENSE else ""


@frozen
class Document:
    """What is printed: the organisation and the day at its head, its title, notes, and tables; `source` at its foot.

    >>> paper = Document(Label("Hồ sơ", "Record"), "Liên minh HTX", dt.date(2024, 1, 5), ())
    >>> "ngày 05 tháng 01 năm 2024" in paper.html().decode()
    True
    """

    title: Label
    organisation: str
    date: dt.date
    tables: tuple[Table, ...]
    subtitle: Label = _NONE
    notes: tuple[Label, ...] = ()
    source: Label = _NONE

    def html(self, lang: Lang = "vi") -> bytes:
        """The document as one HTML file; what is filled in is text, whatever it holds."""
        page = _environment().get_template("document.html")
        day = long_date(self.date) if lang == "vi" else format_date(self.date)
        return page.render(paper=self, lang=lang, day=day, css=style(), t=_chooser(lang)).encode()


def style() -> str:
    """The style that every document carries.

    >>> "size: A4" in style()
    True
    """
    return (files("coopkit.exporters") / "templates" / "page" / "paper.css").read_text("utf-8")


def style_hash() -> str:
    """How a Content-Security-Policy names the style.

    >>> style_hash()[:7]
    'sha256-'
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()


def notice(title: Label, text: str, lang: Lang = "vi") -> bytes:
    """A page in the same dress that says what is wrong and leads back.

    >>> "Không có kỳ này" in notice(Label("Không có kỳ này", "No such period"), "x").decode()
    True
    """
    return (
        _environment()
        .get_template("notice.html")
        .render(title=title, text=text, lang=lang, css=style(), t=_chooser(lang))
        .encode()
    )


def _chooser(lang: Lang) -> object:
    return lambda vi, en: Label(vi, en).in_(lang)


@lru_cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("coopkit.exporters", "templates/page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


# ── A report ────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_html(report: Report, lang: Lang = "vi") -> bytes:
    """The report as an HTML file to print on A4: a table for each section, each gap with its reason.

    The same Report gives the same bytes. Where it has a breakdown, a table of every section's figures by group follows.

    >>> from coopkit.period import Period
    >>> empty = Report(Label("Báo cáo", "Report"), "Liên minh", Period.parse("2023"), dt.date(2024, 1, 5), ())
    >>> write_html(empty) == write_html(empty)
    True
    """
    return document_of(report, lang).html(lang)


def document_of(report: Report, lang: Lang = "vi") -> Document:
    """The report as a document: its figures by section, then by group where it has a breakdown.

    >>> from coopkit.period import Period
    >>> empty = Report(Label("Báo cáo", "Report"), "Liên minh", Period.parse("2023"), dt.date(2024, 1, 5), ())
    >>> document_of(empty).tables
    ()
    """
    tables = [_figures(section, lang) for section in report.sections]
    if report.breakdown:
        tables += [_by_group(section, report.breakdown, lang) for section in report.sections]
    missing, content = len(report.unavailable), str(report.manifest.get("content", ""))[:12]
    gaps = Label(
        f"{missing} chỉ tiêu chưa tính được; lý do ghi ở dòng của chỉ tiêu.",
        f"{missing} figures could not be computed; the reason stands in the line of each.",
    )
    made = Label(
        f"Tính từ sổ ở lô {report.manifest.get('position', '')}, mã nội dung {content}.",
        f"Computed from the ledger at batch {report.manifest.get('position', '')}, content {content}.",
    )
    named = report.period.label.vi.casefold() in report.title.vi.casefold()
    return Document(
        report.title,
        report.organisation,
        report.date,
        tuple(tables),
        _NONE if named else report.period.label,
        (*report.notes, *((gaps,) if missing else ())),
        made if content else _NONE,
    )


def _figures(section: Section, lang: Lang) -> Table:
    headings = (
        Heading(Label("Chỉ tiêu", "Figure"), share=45),
        Heading(Label("Giá trị", "Value"), share=39),
        Heading(Label("Số bản ghi", "Records"), number=True, share=16),
    )
    return Table(section.title, headings, tuple(_figure(one, lang) for one in section.figures))


def _figure(figure: Figure, lang: Lang) -> Row:
    beside = f"\n{figure.beside.label.in_(lang)}: {figure.beside.text(lang)}" if figure.beside else ""
    cells = (figure.label.in_(lang), figure.text(lang) + beside, format_number(figure.rows, lang))
    return Row(cells, gap=isinstance(figure.value, Unavailable))


def _by_group(section: Section, breakdown: Breakdown, lang: Lang) -> Table:
    headings = [Heading(Label("Nhóm", "Group")), *(Heading(one.label, number=True) for one in section.figures)]
    rows = []
    for group, name in breakdown.names.items():
        found = [breakdown.figure(one.key, group) for one in section.figures]
        cells = (name.in_(lang), *(one.text(lang) if one else "–" for one in found))
        rows.append(Row(cells, gap=any(one is not None and isinstance(one.value, Unavailable) for one in found)))
    return Table(section.title, tuple(headings), tuple(rows))


# ── A board ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_BOARD: Final = (
    Heading(Label("Hạng", "Place"), number=True, share=7),
    Heading(Label("Đơn vị", "Unit"), share=30),
    Heading(Label("Điểm", "Points"), number=True, share=8),
    Heading(Label("Thưởng", "Bonus"), number=True, share=9),
    Heading(Label("Trừ", "Penalty"), number=True, share=9),
    Heading(Label("Tổng", "Total"), number=True, share=8),
    Heading(Label("Xếp loại", "Grade"), share=10),
    Heading(Label("Ghi chú", "Note"), share=19),
)


def board_tables(board: Board, rules: Definition, lang: Lang = "vi", block: str = "") -> tuple[Table, ...]:
    """A table for each block of a board (or for the one of that key), in the order of places; points as people write.

    >>> line = Line("a", "HTX A", "k", base=9050, bonus=0, penalty=0, total=9050, place=1)
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> board_tables(Board("p", {"k": "Khối 1"}, (line,), {}), rules)[0].rows[0].cells[:3]
    ('1', 'HTX A', '90,5')
    """
    grades = {grade.key: grade.name for grade in rules.grades}
    told = {leaf.key: leaf.name for leaf in rules.leaves}
    empty = Label("Khối chưa có đơn vị nào.", "The block has no units.")
    return tuple(
        Table(
            Label(name, name),
            _BOARD,
            tuple(_line(one, grades, told, lang) for one in board.of_block(key)),
            empty,
        )
        for key, name in board.blocks.items()
        if block in ("", key)
    )


def _line(line: Line, grades: dict[str, Label], criteria: dict[str, Label], lang: Lang) -> Row:
    points = (format_points(one, lang) for one in (line.base, line.bonus, line.penalty, line.total))
    grade = grades[line.grade].in_(lang) if line.grade in grades else ""
    notes = "; ".join(_notes(line, criteria, lang))
    place = format_number(line.place, lang) if line.place else "–"
    return Row((place, line.name, *points, grade, notes), gap=bool(line.open))


def _notes(line: Line, criteria: dict[str, Label], lang: Lang) -> Iterator[str]:
    if line.tied:
        yield Label("đồng hạng", "tied").in_(lang)
    for vi, en, keys in (("không xét vì", "out for", line.disqualified), ("chưa chấm", "not scored", line.open)):
        if keys:
            yield f"{Label(vi, en).in_(lang)}: {_named(keys, criteria, lang)}"
    if line.unrated:
        yield line.unrated


def _named(keys: Iterable[str], criteria: dict[str, Label], lang: Lang) -> str:
    return ", ".join(criteria[key].in_(lang) if key in criteria else key for key in keys)
