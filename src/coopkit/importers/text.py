"""A cell as text, and what parsers of cells give."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias

from attrs import frozen

from coopkit.period import format_date
from coopkit.problem import Problem
from coopkit.text import nfc

Cell: TypeAlias = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta
Parse: TypeAlias = Callable[[Any], Any]


@frozen
class Doubtful:
    """A value that was read, and why a person should look at it."""

    value: Any
    problem: Problem


# What most cells are made of: composed letters and plain signs, single spaces. `nfc` leaves such a text as it is.
_PLAIN: Final = re.compile("[!-~À-ɏḀ-ỿ–—“”’…]+(?: [!-~À-ɏḀ-ỿ–—“”’…]+)*")
_EMPTY: Final = frozenset(("-", "–", "—", "...", "…", "n/a", "N/A"))


def as_text(cell: Cell) -> str | None:
    """The cell as one line of text: numbers without a needless ".0", dates as dd/mm/yyyy; None where it is empty."""
    if isinstance(cell, str):
        text = cell if _PLAIN.fullmatch(cell) else nfc(cell)
        return None if text in _EMPTY else text or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(Decimal(repr(cell))).replace(".", ",")
    if isinstance(cell, dt.date):
        return format_date(cell.date() if isinstance(cell, dt.datetime) else cell)
    return str(cell)


def as_texts(cell: Cell) -> tuple[str, ...] | None:
    """The texts of a cell that holds several, between semicolons or on lines of their own."""
    parts = re.split(r"[;\n\r]+", cell) if isinstance(cell, str) else [cell]
    texts = tuple(dict.fromkeys(text for part in parts if (text := as_text(part))))
    return texts or None
