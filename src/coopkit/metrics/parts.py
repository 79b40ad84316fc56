"""The parts a metric is declared from: the rows it counts, when they count, and how they become one number."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from attrs import frozen

from coopkit.errors import MetricError
from coopkit.text import Label

if TYPE_CHECKING:
    import datetime as dt

    import narwhals as nw


def in_engine(name: str) -> str:
    """What a column is called within an engine: Spark takes a dot for the field of a struct, so none stands there.

    >>> in_engine("event.kind")
    'event:kind'
    """
    return name.replace(".", ":")


def col(name: str) -> nw.Expr:
    """A fact's column, as a narwhals expression."""
    import narwhals as nw

    return nw.col(in_engine(name))


class Row:
    """The columns of a fact, by name, as narwhals expressions; it remembers which were asked for."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __getitem__(self, column: str) -> nw.Expr:
        self.read.append(column)
        return col(column)


Where: TypeAlias = "Callable[[Row], nw.Expr]"
"""Which rows count: a function of the fact's columns that gives a narwhals condition."""


class How(StrEnum):
    """How rows become one number."""

    ROWS = "rows"
    DISTINCT = "distinct"
    TOTAL = "total"


@frozen
class Measure:
    """How the counted rows become one number: their count, the distinct values of a column, or a column's total."""

    how: How
    column: str = ""


def rows() -> Measure:
    """Count the rows: turns (lượt) on participations.

    >>> rows().how.value
    'rows'
    """
    return Measure(How.ROWS)


def distinct(column: str) -> Measure:
    """Count the distinct values of a column, null not counted: units (đơn vị) on a participation's `cooperative`.

    >>> distinct("cooperative").column
    'cooperative'
    """
    return Measure(How.DISTINCT, column)


def total(column: str) -> Measure:
    """Add up a count, an amount of money, or a quantity (lows and highs apart; strict and about are kept).

    >>> total("amount").column
    'amount'
    """
    return Measure(How.TOTAL, column)


@frozen
class Flow:
    """Counts what happened in the period: the day in column `day` falls into it.

    >>> Flow("event.start").day
    'event.start'
    """

    day: str


@frozen
class Stock:
    """Counts what holds on the period's last day: from the day in `since` to the one in `until`, each open when null.

    `until` is the last day it held; where it is the first day it no longer did, say `until_is_last=False`.

    >>> Stock("joined", "left", until_is_last=False).since
    'joined'
    """

    since: str
    until: str
    until_is_last: bool = True


@frozen
class At:
    """One place of a map: by its code, on the map of a day (the period's last, unless told).

    The code "" of a `level` is the row of what nobody has placed there.

    >>> At("303").on_map is None
    True
    """

    place: str
    on_map: dt.date | None = None
    level: str = ""


class Counts(Protocol):
    """What counts rows: a table, which of its rows, when they count, and how they become a number."""

    @property
    def table(self) -> str:
        """The fact table."""

    @property
    def where(self) -> Where | None:
        """Which rows count."""

    @property
    def timing(self) -> Flow | Stock:
        """When they count."""

    @property
    def measure(self) -> Measure:
        """How they become one number."""


class LeftOut(StrEnum):
    """Why a row of a fact table was not counted.

    >>> LeftOut.DUPLICATE.label.vi
    'Đã được đếm ở bản ghi khác'
    """

    PERIOD = "period"
    NOT_IN_FORCE = "not_in_force"
    CONDITION = "condition"
    ELSEWHERE = "elsewhere"
    DUPLICATE = "duplicate"

    @property
    def label(self) -> Label:
        """The reason on screen."""
        return _LEFT_OUT[self]


_LEFT_OUT = {
    LeftOut.PERIOD: Label("Ngoài kỳ", "Outside the period"),
    LeftOut.NOT_IN_FORCE: Label("Chưa có hoặc hết hiệu lực vào cuối kỳ", "Not in force on the period's last day"),
    LeftOut.CONDITION: Label("Không thuộc loại mà chỉ tiêu đếm", "Not of what the metric counts"),
    LeftOut.ELSEWHERE: Label("Thuộc địa bàn hay nhóm khác", "Of another place or group"),
    LeftOut.DUPLICATE: Label("Đã được đếm ở bản ghi khác", "Counted once already, in another record"),
}


def condition(where: Where | None, row: Row) -> Any:
    """The condition a metric declares, or None. Raises `MetricError` for something that is no narwhals expression."""
    if where is None:
        return None
    import narwhals as nw

    made = where(row)
    if not isinstance(made, nw.Expr):
        raise MetricError(
            f"where phải trả về biểu thức narwhals, không phải {type(made).__name__} (must give a narwhals expression)"
        )
    return made
