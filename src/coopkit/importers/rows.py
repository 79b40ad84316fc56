"""Which rows of a sheet are data: neither blank, nor totals, nor signatures; and "nt" for what stands above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from coopkit.text import fold

_TOTALS: Final = re.compile(r"(?:tong(?: cong| so)?|cong|total)(?: \d.*)?")
_FOOTER: Final = re.compile(
    r"nguoi lap.*|thu truong.*|tm .*|k ?t .*|ky ten.*|ky va ghi.*|ghi chu.*|noi nhan.*|.*ngay\b.*thang\b.*nam\b.*"
)
_MAY_BE: Final = re.compile(r"\W*(?:t[oổ]|c[oộ]|ng[uàaư]|th[uủ]|t\W?m|k|gh|n[oơ])|.*ng(?:à|a\u0300)y", re.IGNORECASE)
_DITTO: Final = frozenset(("nt", "nhu tren", "ditto"))
_QUOTES: Final = frozenset(('"', "''", "”", "“", "″", "〃", ",,", "„", '""', "”“"))


def data_rows(columns: Sequence[Sequence[Any]], beside: Sequence[Sequence[Any]] = ()) -> list[int]:
    """The indices of the rows that carry data in these columns, up to the signatures at the sheet's end."""
    filled = [at for at, cells in enumerate(zip(*columns, strict=True)) if any(cells) or any(c != "" for c in cells)]
    suspects = {at for column in (*beside, *columns) for at in _suspects(column)}
    if not suspects:
        return filled
    kept = []
    for at in filled:
        if at in suspects:
            cells = [column[at] for column in (*beside, *columns) if column[at] != ""]
            first = next(fold(cell) for cell in cells if isinstance(cell, str) and fold(cell))
            if _TOTALS.fullmatch(first):
                continue
            if len(cells) <= 3 and any(isinstance(cell, str) and _FOOTER.fullmatch(fold(cell)) for cell in cells):
                break
        kept.append(at)
    return kept


def _suspects(column: Sequence[Any]) -> Iterator[int]:
    """The rows whose cell in this column may begin a line of totals or the signatures."""
    odd: set[str] = set()
    if column.count("") == len(column):
        return iter(())
    for cell in set(column):
        # Folding every name would cost more than reading the file; most begin otherwise.
        if isinstance(cell, str) and len(cell) < 120 and _MAY_BE.match(cell):
            folded = fold(cell)
            if _TOTALS.fullmatch(folded) or _FOOTER.fullmatch(folded):
                odd.add(cell)
    return (at for at, cell in enumerate(column) if cell in odd) if odd else iter(())


def is_ditto(cell: Any) -> bool:
    """Whether a cell says "the same as above"."""
    if not isinstance(cell, str) or len(cell) > 12:
        return False
    return cell.strip() in _QUOTES or fold(cell) in _DITTO


def fill_dittos(cells: list[Any]) -> list[int]:
    """Replace each "nt" by what stands above it, in place; the indices where nothing does."""
    short = {cell for cell in set(cells) if is_ditto(cell)}
    orphans: list[int] = []
    if short:
        above: Any = ""
        for at, cell in enumerate(cells):
            if cell in short:
                if above == "":
                    orphans.append(at)
                cells[at] = above
            else:
                above = cell
    return orphans
