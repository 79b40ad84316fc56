"""Score sheets: a workbook in which a scorer fills in points, one worksheet a unit, to be read back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from coopkit.campaign import SCALE, Criterion, format_points

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_HEADER: Final = (
    ("Mã", 8),
    ("Tiêu chí", 46),
    ("Điểm tối đa", 9),
    ("Điểm thưởng", 9),
    ("Bước", 7),
    ("Điểm theo số liệu", 10),
    ("Điểm chấm", 10),
    ("Lý do", 26),
    ("Minh chứng", 34),
)
_POINTS: Final = 6
_KEYS: Final = 10
"""The first hidden column: whose sheet it is; each row's criterion, its most and step (hundredths), its kind."""
_TOP: Final = 7
"""The row of the header, from 0."""
_NOTE: Final = (
    "Chỉ nhập vào ô nền vàng. Điểm lẻ ghi như 7,5; để trống nghĩa là chưa chấm, 0 là chấm 0 điểm. "
    "Điểm trừ ghi số dương, tổng điểm tự trừ. Tiêu chí loại trừ chọn Có hoặc Không."
)


@frozen
class ScoreLine:
    """A line of a score sheet: a criterion, or a group of criteria, `depth` deep. Points are hundredths.

    >>> ScoreLine("1.1", "Doanh thu", maximum=750, bonus=150, step=50).kind
    'score'
    """

    criterion: str
    name: str
    group: bool = False
    depth: int = 0
    maximum: int = 0
    bonus: int = 0
    step: int = 100
    penalty: bool = False
    disqualifies: bool = False
    computed: int | None = None
    points: int | None = None
    reason: str = ""
    evidence: str = ""

    @property
    def kind(self) -> str:
        """What is filled in: group (nothing), disqualify (yes or no), penalty or score."""
        if self.group:
            return "group"
        return "disqualify" if self.disqualifies else "penalty" if self.penalty else "score"

    @property
    def most(self) -> int:
        """The most that may be filled in."""
        return 1 if self.disqualifies else self.maximum + self.bonus


@frozen
class ScoreSheet:
    """What one scorer fills in for one unit in one stage: whose sheet it is, by id and name, and its lines.

    >>> ScoreSheet("p", "Phong trào 2024", "self", "Tự chấm điểm", "u", "HTX Mẫu 01", "u", "HTX Mẫu 01").lines
    ()
    """

    campaign: str
    campaign_name: str
    stage: str
    stage_name: str
    scorer: str
    scorer_name: str
    unit: str
    unit_name: str
    lines: tuple[ScoreLine, ...] = ()


def score_lines(criteria: Iterable[Criterion], depth: int = 0) -> Iterator[ScoreLine]:
    """The empty lines of a campaign's criteria, each group before what it holds.

    >>> from coopkit.text import Label
    >>> told = Criterion("1", Label("Nhóm", "Group"), 1000, criteria=(Criterion("1.1", Label("Họp", "Meet"), 1000),))
    >>> [(line.criterion, line.kind, line.depth) for line in score_lines([told])]
    [('1', 'group', 0), ('1.1', 'score', 1)]
    """
    for one in criteria:
        yield ScoreLine(
            one.key,
            one.name.vi,
            bool(one.criteria),
            depth,
            one.maximum,
            one.bonus,
            one.step,
            one.penalty,
            one.disqualifies,
        )
        yield from score_lines(one.criteria, depth + 1)


def write_score_sheets(sheets: Sequence[ScoreSheet], *, created: dt.date) -> bytes:
    """The score sheets as the bytes of an xlsx workbook, one worksheet each.

    Only points, reasons and evidence can be filled in (the rest is protected, without a password); points are checked
    while they are typed. The same sheets give the same bytes.

    >>> sheet = ScoreSheet("p", "Phong trào 2024", "self", "Tự chấm điểm", "u", "HTX Mẫu 01", "u", "HTX Mẫu 01")
    >>> write_score_sheets([sheet], created=dt.date(2024, 11, 1))[:2]
    b'PK'
    """
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": dt.datetime.combine(created, dt.time(), dt.UTC)})
        looks, titles = _Looks(book), set[str]()
        for sheet in sheets:
            page = book.add_worksheet(_title(sheet.unit_name, titles))
            _head(page, sheet, looks)
            for at, line in enumerate(sheet.lines):
                _line(page, _TOP + 1 + at, line, _below(sheet.lines, at), looks)
            _total(page, sheet, looks)
            _print(page, len(sheet.lines))
    return out.getvalue()


def _title(name: str, taken: set[str]) -> str:
    """A title that Excel allows, like no other of the workbook."""
    plain = "".join(" " if letter in "[]:*?/\\'" or not letter.isprintable() else letter for letter in name)
    for number in range(1, len(taken) + 2):
        tail = f" ({number})" if number > 1 else ""
        room = 31 - len(tail)
        short = plain.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore").strip() or "Đơn vị"
        title = short + tail
        if title.casefold() not in taken and title.casefold() != "history":  # a name that Excel keeps for itself
            break
    else:
        title = f"Đơn vị {len(taken) + 1}"
    taken.add(title.casefold())
    return title


@frozen(eq=False)
class _Looks:
    """How cells look."""

    book: Workbook
    _made: dict[tuple[tuple[str, Any], ...], Format] = field(factory=dict, init=False)

    def of(self, **told: Any) -> Format:
        look = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", **told}
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(look)
        return self._made[key]

    def cell(self, **told: Any) -> Format:
        """A cell of the table."""
        return self.of(border=1, text_wrap=True, **told)

    def open(self, **told: Any) -> Format:
        """A cell to be filled in."""
        return self.cell(locked=False, bg_color="#FFF8D6", **told)


def _head(page: Any, sheet: ScoreSheet, looks: _Looks) -> None:
    """Title, whose sheet it is, for people and for the reader, and the header of the table."""
    wide = len(_HEADER) - 1
    page.merge_range(0, 0, 0, wide, "PHIẾU CHẤM ĐIỂM THI ĐUA", looks.of(bold=True, font_size=15, align="center"))
    told = (
        ("campaign", "Phong trào", sheet.campaign, sheet.campaign_name),
        ("stage", "Giai đoạn", sheet.stage, sheet.stage_name),
        ("scorer", "Người chấm", sheet.scorer, sheet.scorer_name),
        ("unit", "Đơn vị được chấm", sheet.unit, sheet.unit_name),
    )
    page.write_string(0, _KEYS, "coopkit.score_sheet")
    for row, (key, label, known, name) in enumerate(told, 1):
        page.write_string(row, 0, f"{label}: {name}", looks.of(bold=key == "unit"))
        page.write_string(row, _KEYS, key)
        page.write_string(row, _KEYS + 1, known)
    page.merge_range(5, 0, 5, wide, _NOTE, looks.of(italic=True, text_wrap=True))
    page.set_row(5, 32)
    for at, (label, width) in enumerate(_HEADER):
        page.set_column(at, at, width)
        page.write_string(_TOP, at, label, looks.cell(bold=True, align="center", bg_color="#E7EEF7"))
    for at, name in enumerate(("criterion", "most", "step", "kind")):
        page.write_string(_TOP, _KEYS + at, name)
    page.set_column(_KEYS, _KEYS + 3, 12, None, {"hidden": True})
    page.set_row(_TOP, 34)
    page.freeze_panes(_TOP + 1, 2)


def _below(lines: Sequence[ScoreLine], at: int) -> Sequence[ScoreLine]:
    """The lines of a group: those after it that lie deeper."""
    return list(takewhile(lambda line: line.depth > lines[at].depth, lines[at + 1 :]))


def _line(page: Any, row: int, line: ScoreLine, below: Sequence[ScoreLine], looks: _Looks) -> None:
    look = {"bold": True, "bg_color": "#F2F2F2"} if line.group else {}
    number, plain = looks.cell(align="center", **look), looks.cell(**look)
    texts = ((line.name, _HEADER[1][1] - line.depth), (line.reason, _HEADER[7][1]), (line.evidence, _HEADER[8][1]))
    high = max(len(text) // max(width - 2, 10) + text.count("\n") + 1 for text, width in texts)
    if high > 1:  # else a row grows by itself with what is typed into it
        page.set_row(row, 16 * min(high, 20))
    page.write_string(row, 0, line.criterion, looks.cell(align="center", num_format="@", **look))
    page.write_string(row, 1, line.name, looks.cell(indent=min(line.depth, 15), **look))
    scored = not line.group and not line.disqualifies
    shown = (
        line.maximum if scored else line.maximum or None,
        line.bonus or None,
        line.step if scored else None,
        line.computed,
    )
    for column, points in enumerate(shown, 2):
        _write(page, row, column, points, number)
    if line.group:
        _sum(page, row, (row + 1, below), number)
        page.write_blank(row, 7, None, plain)
        page.write_blank(row, 8, None, plain)
    else:
        _given(page, row, line, looks)
    page.write_string(row, _KEYS, line.criterion)
    page.write_number(row, _KEYS + 1, line.most)
    page.write_number(row, _KEYS + 2, line.step)
    page.write_string(row, _KEYS + 3, line.kind)


def _write(page: Any, row: int, column: int, points: int | None, look: Format) -> None:
    if points is None:
        page.write_blank(row, column, None, look)
    else:
        page.write_number(row, column, points / SCALE, look)


def _given(page: Any, row: int, line: ScoreLine, looks: _Looks) -> None:
    """The cells to be filled in, with what was given before, and what may be typed."""
    look = looks.open(align="center", bold=True)
    if line.disqualifies:
        told = "" if line.points is None else "Có" if line.points else "Không"
        page.write_string(row, _POINTS, told, look)
        page.data_validation(row, _POINTS, row, _POINTS, {"validate": "list", "source": ["Có", "Không"]})
    else:
        _write(page, row, _POINTS, line.points, look)
        most, step = format_points(line.most), format_points(line.step)
        rule = f"Từ 0 đến {most}, theo bước {step}." + (" Điểm trừ: ghi số dương." if line.penalty else "")
        page.data_validation(
            row,
            _POINTS,
            row,
            _POINTS,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": line.most / SCALE,
                "input_title": "Điểm chấm",
                "input_message": rule,
                "error_title": "Điểm không hợp lệ",
                "error_message": rule,
            },
        )
    for column, text in ((7, line.reason), (8, line.evidence)):
        page.write_string(row, column, text, looks.open(num_format="@"))


def _sum(page: Any, row: int, told: tuple[int, Sequence[ScoreLine]], look: Format) -> None:
    """The points of these lines together, penalties taken off, as a formula."""
    first, lines = told
    if not lines:
        page.write_number(row, _POINTS, 0, look)
        return
    last = first + len(lines)
    points, kinds = f"$G${first + 1}:$G${last}", f"$N${first + 1}:$N${last}"
    signs = {"score": 1, "penalty": -1}
    value = sum(signs.get(line.kind, 0) * (line.points or 0) for line in lines) / SCALE
    formula = f'=SUMIF({kinds},"score",{points})-SUMIF({kinds},"penalty",{points})'
    page.write_formula(row, _POINTS, formula, look, value)


def _total(page: Any, sheet: ScoreSheet, looks: _Looks) -> None:
    row = _TOP + 1 + len(sheet.lines)
    look = looks.cell(bold=True, align="center", bg_color="#E7EEF7")
    for column in range(len(_HEADER)):
        page.write_blank(row, column, None, look)
    page.write_string(row, 1, "TỔNG CỘNG", look)
    tops = [line for line in sheet.lines if line.depth == 0 and line.kind in {"group", "score"}]
    _write(page, row, 2, sum(line.maximum for line in tops), look)
    _sum(page, row, (_TOP + 1, sheet.lines), look)
    page.write_string(row, _KEYS + 3, "total")
    sign = looks.of(bold=True, align="center")
    page.write_string(row + 2, 1, "ĐƠN VỊ ĐƯỢC CHẤM", sign)
    page.merge_range(row + 2, 7, row + 2, 8, "NGƯỜI CHẤM", sign)


def _print(page: Any, lines: int) -> None:
    """A4 across, as wide as the page, the header on each; protected without a password."""
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_TOP)
    page.print_area(0, 0, _TOP + 7 + lines, len(_HEADER) - 1)
    page.set_footer("&C&P/&N")
    page.protect("", {"format_columns": True, "format_rows": True})
