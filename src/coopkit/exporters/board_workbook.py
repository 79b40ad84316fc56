"""The board of a campaign as an Excel workbook: the places of each block, and every criterion's points behind them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from coopkit.campaign import SCALE, Definition
from coopkit.emulation import Board
from coopkit.exporters.page import Row, board_tables
from coopkit.period import format_date
from coopkit.text import Label, Lang

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_TOP: Final = 3
"""The row of the headings, from 0."""
_PLACES: Final = (
    (Label("Hạng", "Place"), 7),
    (Label("Đơn vị", "Unit"), 44),
    (Label("Khối", "Block"), 24),
    (Label("Điểm", "Points"), 10),
    (Label("Thưởng", "Bonus"), 10),
    (Label("Trừ", "Penalty"), 10),
    (Label("Tổng", "Total"), 10),
    (Label("Xếp loại", "Grade"), 18),
    (Label("Ghi chú", "Note"), 48),
)
_NOW: Final = Label(
    "Chưa giai đoạn chấm điểm nào đóng: số liệu tạm thời", "No scoring stage is closed: these points may change"
)


def write_board(
    board: Board,
    rules: Definition,
    stage: Label | None,
    created: dt.date,
    block: str = "",
    lang: Lang = "vi",
) -> bytes:
    """The board, or one block of it, as the bytes of an xlsx workbook: its places, then every criterion's points.

    `stage` is the closed stage that it is of, None while none is closed. Points are numbers with at most two decimals,
    a criterion nobody scored is an empty cell. Texts stay texts; the same board gives the same bytes.

    >>> from coopkit.emulation import Line, Mark
    >>> line = Line("a", "HTX A", "k", base=9050, bonus=0, penalty=0, total=9050, place=1)
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> write_board(Board("p", {"k": "Khối 1"}, (line,), {}), rules, None, dt.date(2024, 1, 5))[:2]
    b'PK'
    """
    import xlsxwriter

    of = Label(f"Điểm đã chốt sau giai đoạn {stage.vi}", f"As sealed after the stage {stage.en}") if stage else _NOW
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": rules.name, "created": dt.datetime.combine(created, dt.time(), dt.UTC)})
        page = _Page(book, rules.name, f"{of.in_(lang)} · {format_date(created, lang)}", lang)
        page.add(Label("Bảng xếp hạng", "Leaderboard"), _PLACES, list(_places(board, rules, lang, block)))
        leaves = [(Label(f"{one.key} {one.name.vi}", f"{one.key} {one.name.en}"), 14) for one in rules.leaves]
        marks = list(_marks(board, rules, block))
        page.add(Label("Điểm từng tiêu chí", "Points by criterion"), [*_PLACES[:3], *leaves], marks)
    return out.getvalue()


def _places(board: Board, rules: Definition, lang: Lang, block: str) -> list[list[Any]]:
    keys = [key for key in board.blocks if block in ("", key)]
    rows: list[list[Any]] = []
    for key, table in zip(keys, board_tables(board, rules, lang, block), strict=True):
        for line, told in zip(board.of_block(key), table.rows, strict=True):
            points = [number / SCALE for number in (line.base, line.bonus, line.penalty, line.total)]
            rows.append([line.place or None, line.name, board.blocks[key], *points, *_words(told)])
    return rows


def _words(told: Row) -> tuple[str | None, ...]:
    """The grade and the notes of a line, as they are printed; None where there are none."""
    return tuple(text or None for text in told.cells[-2:])


def _marks(board: Board, rules: Definition, block: str) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for key in board.blocks:
        for line in board.of_block(key) if block in ("", key) else ():
            own = board.marks.get(line.unit, {})
            found = [own[leaf.key].points if leaf.key in own else None for leaf in rules.leaves]
            points = [None if number is None else number / SCALE for number in found]
            rows.append([line.place or None, line.name, board.blocks[key], *points])
    return rows


class _Page:
    """Writes tables into the workbook, one worksheet each, with its title and what it is of above."""

    def __init__(self, book: Workbook, title: str, below: str, lang: Lang) -> None:
        self._book, self._title, self._below, self._lang = book, title, below, lang
        self._big = book.add_format({"bold": True, "font_size": 14})
        self._grey = book.add_format({"font_color": "#5b6b62"})
        looks = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE9E1", "border": 1}
        self._heading = book.add_format(looks)
        self._text = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, title: Label, columns: Sequence[tuple[Label, int]], rows: Sequence[Sequence[Any]]) -> None:
        """A worksheet."""
        sheet = self._book.add_worksheet(title.in_(self._lang))
        sheet.write_string(0, 0, f"{title.in_(self._lang)} · {self._title}", self._big)
        sheet.write_string(1, 0, self._below, self._grey)
        for at, (label, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            sheet.write_string(_TOP, at, label.in_(self._lang), self._heading)
        sheet.freeze_panes(_TOP + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_TOP)
        if rows:
            sheet.autofilter(_TOP, 0, _TOP + len(rows), len(columns) - 1)
        for number, row in enumerate(rows, _TOP + 1):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, at, cell, self._text)
                elif cell is not None:
                    sheet.write_number(number, at, cell)
