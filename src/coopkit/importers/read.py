"""What was read from one file, before anything is looked up: typed columns, and the problems met so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from coopkit.period import format_date
from coopkit.problem import Problem
from coopkit.sheet import Sheet


@frozen(eq=False)
class Table:
    """The rows of one sheet as typed columns of equal length.

    `title` is the sheet's name as it stands in the file. `numbers` gives each row's number there; `values` a column's
    values by its key, None where a cell is empty; `letters` the column's letters in the file. `left_out` holds the
    indices of rows with a fault.
    """

    sheet: Sheet
    file: str
    title: str
    numbers: list[int]
    values: Mapping[str, list[Any]]
    letters: Mapping[str, str]
    left_out: set[int]
    upright: bool = False
    """Laid out as label and value: `letters` holds whole cells."""

    def cell(self, index: int, *keys: str) -> str:
        """The cell of a row in the first of these columns that the file has; the row's first cell where it has none."""
        known = next((self.letters[key] for key in keys if key in self.letters), "A1" if self.upright else "A")
        return known if self.upright else f"{known}{self.numbers[index]}"

    def seen(self, index: int, *keys: str) -> str:
        """What a row says in the first of these columns that the file has."""
        value = next((self.values[key][index] for key in keys if key in self.values), None)
        if isinstance(value, dt.date):
            return format_date(value)
        return "" if value is None else "; ".join(value) if isinstance(value, tuple) else str(value)

    def origin(self, index: int) -> str:
        """Where a row stands, for people: "an-lao.xlsx · Hợp tác xã · dòng 7"."""
        return f"{self.file} · {self.title} · dòng {self.numbers[index]}"


@frozen(eq=False)
class Read:
    """One file as it was read: its tables, what the paper says of itself, and the problems met.

    `paper_date` is the date its figures stand for, where the paper says it; `info` every line of its information sheet.
    """

    file: str
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]
    info: Mapping[str, str]
    paper_date: dt.date | None = None
