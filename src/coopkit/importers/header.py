"""Finding a sheet's header: which row it is, one line or two, and which column of the sheet each cell heads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from coopkit.importers.amounts import scale_of
from coopkit.sheet import Column, Sheet
from coopkit.text import fold, nfc

SEARCHED: Final = 15
"""Among how many of the first rows the header is looked for."""

_BRACKETS: Final = re.compile(r"[(\[]([^)\]]*)[)\]]")
_TAIL: Final = re.compile(r"[\s,;:–-]+((?:đvt:?\s*)?(?:nghìn|ngàn|triệu|tỷ|tỉ)(?:\s*đồng)?|đồng)$", re.IGNORECASE)
_NUMBERING: Final = frozenset(("", "stt", "tt", "so tt", "so thu tu", "no"))


@frozen(eq=False)
class Headed:
    """A column of the file: where it is, what heads it, the sheet's column it means, and what it counts money in."""

    at: int
    seen: str
    column: Column | None
    scale: int = 0


@frozen(eq=False)
class Header:
    """A sheet's header: its first row (from 0), the row its data begin in, and the columns it heads."""

    row: int
    body: int
    columns: tuple[Headed, ...]

    @property
    def found(self) -> int:
        """How many of its columns are known."""
        return sum(1 for one in self.columns if one.column)


def columns_by_header(sheet: Sheet) -> Mapping[str, Column]:
    """The sheet's columns by every header they are known by; a label goes before another column's alias."""
    by_header: dict[str, Column] = {}
    for rank in range(max((len(column.headers) for column in sheet.columns), default=0)):
        for column in sheet.columns:
            if rank < len(column.headers):
                by_header.setdefault(column.headers[rank], column)
    return by_header


def _lookup(known: Mapping[str, Column], text: str) -> tuple[Column, int] | None:
    """The column a header means, and the scale of money it tells: "Doanh thu (triệu đồng)"."""
    whole = known.get(fold(text))
    if whole is not None:
        return whole, 0
    inner = " ".join(_BRACKETS.findall(text))
    bare = _BRACKETS.sub(" ", text)
    tail = _TAIL.search(bare.strip())
    if tail:
        bare, inner = bare.strip()[: tail.start()], tail[1]
    column = known.get(fold(bare))
    return None if column is None else (column, scale_of(fold(inner)))


def fill_merged(rows: list[list[Any]], ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Every cell of a merged range among these rows takes the value of its first one."""
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])


def _one_line(known: Mapping[str, Column], texts: Sequence[str]) -> list[Headed]:
    return [_headed(known, at, text, (text,)) for at, text in enumerate(texts)]


def _two_lines(known: Mapping[str, Column], upper: Sequence[str], lower: Sequence[str]) -> list[Headed] | None:
    """Both lines as one header, or None where the second adds nothing: then it is the first row of data."""
    columns, used = [], False
    for at, (over, under) in enumerate(zip(upper, lower, strict=True)):
        both = f"{over} {under}" if over and under and over != under else over or under
        one = _headed(known, at, both, (both, over, under))
        alone = _lookup(known, over)
        if one.column is not None and both != over:
            used |= alone is None or one.column is not alone[0] or (one.scale > 0 and one.scale != alone[1])
        columns.append(one)
    return columns if used else None


def _headed(known: Mapping[str, Column], at: int, seen: str, ways: Iterable[str]) -> Headed:
    for way in ways:
        found = _lookup(known, way)
        if found:
            return Headed(at, seen, *found)
    return Headed(at, seen, None)


def _without_repeats(columns: Iterable[Headed]) -> list[Headed]:
    """A header merged over several cells heads the first of them only, and what lines below it do not name is noise."""
    kept: list[Headed] = []
    for one in columns:
        previous = kept[-1] if kept else None
        if previous and one.seen == previous.seen and one.at == previous.at + 1 and one.column is previous.column:
            continue
        kept.append(one)
    return kept


def find_header(sheet: Sheet, rows: list[list[Any]], ranges: Iterable[Any]) -> Header | None:
    """The header among the first rows: where most of the sheet's columns are found. None where there are none.

    Above it may stand titles; it may have two lines, with merged cells; below it may stand a line of column numbers.
    """
    top = [list(row) for row in rows[: SEARCHED + 2]]
    fill_merged(top, ranges)
    texts = [[nfc(cell) if isinstance(cell, str) else "" for cell in row] for row in top]
    known = columns_by_header(sheet)
    best: Header | None = None
    for at in range(min(SEARCHED, len(texts))):
        header = Header(at, at + 1, tuple(_without_repeats(_one_line(known, texts[at]))))
        if at + 1 < len(texts) and header.found and _may_head(top[at + 1]):
            double = _two_lines(known, texts[at], texts[at + 1])
            if double is not None:
                header = Header(at, at + 2, tuple(_without_repeats(double)))
        if best is None or header.found > best.found or _same_below(best, header):
            best = header
    enough = min(2, len(sheet.columns))
    if best is None or best.found < enough:
        return None
    body = best.body + 1 if best.body < len(rows) and _is_numbering(rows[best.body]) else best.body
    columns = tuple(one for one in best.columns if one.column or fold(one.seen) not in _NUMBERING)
    return Header(best.row, body, _with_sheet_scale(columns, texts[: best.row]))


def _same_below(two_lines: Header, header: Header) -> bool:
    """Whether the upper of two lines said nothing: the lower one heads the same columns by itself."""
    means = ([(one.at, one.column, one.scale) for one in of.columns if one.column] for of in (two_lines, header))
    return two_lines.body == header.body and next(means) == next(means)


def _may_head(row: Sequence[Any]) -> bool:
    """Whether a row may be the second line of a header: words, and years perhaps, but no other numbers or dates."""
    words = (cell for cell in row if cell != "" and not (isinstance(cell, float) and 1900 <= cell <= 2100))
    return all(isinstance(cell, str) for cell in words) and not _is_numbering(row)


def _is_numbering(row: Sequence[Any]) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3), or A B 1 2."""
    cells = [str(int(cell)) if isinstance(cell, float) else str(cell).strip("() \t") for cell in row if cell != ""]
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    letters = [cell for cell in cells if len(cell) == 1 and cell.isalpha()]
    consecutive = bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return len(cells) >= 3 and consecutive and numbers[0] in {1, 2} and len(numbers) + len(letters) == len(cells)


def _with_sheet_scale(columns: Iterable[Headed], above: Iterable[Iterable[str]]) -> tuple[Headed, ...]:
    """The columns, with what a line above the header ("Đơn vị tính: triệu đồng") says that money is counted in."""
    folded = (fold(text) for row in above for text in row if text)
    told = next((scale for text in folded if text.startswith(("dvt", "don vi")) and (scale := scale_of(text))), 0)
    return tuple(one if one.scale or not told else Headed(one.at, one.seen, one.column, told) for one in columns)
