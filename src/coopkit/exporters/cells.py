"""What every tabular export shares: the headings of a figure's row, and text that a spreadsheet will not run."""

from __future__ import annotations

from typing import Any

from coopkit.metrics import Unavailable
from coopkit.report import Figure
from coopkit.text import Label

HEADINGS: tuple[Label, ...] = (
    Label("Mã chỉ tiêu", "Key"),
    Label("Chỉ tiêu", "Figure"),
    Label("Giá trị", "Value"),
    Label("Từ", "Low"),
    Label("Đến", "High"),
    Label("Tính chất", "Qualifier"),
    Label("Đơn vị tính", "Unit"),
    Label("Tử số", "Numerator"),
    Label("Mẫu số", "Denominator"),
    Label("Số bản ghi", "Records"),
    Label("Kèm theo", "Beside it"),
    Label("Nguồn", "Offered by"),
)

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def figure_cells(figure: Figure) -> list[Any]:
    """One figure as a row under `HEADINGS`; an unavailable one keeps its reason and has no number."""
    beside = f"{figure.beside.label.vi}: {figure.beside.text()}" if figure.beside else ""
    if isinstance(figure.value, Unavailable):
        numbers: list[Any] = [str(figure.value), None, None]
    else:
        high = figure.value.high
        numbers = [figure.text(), _number(figure.value.low), None if high is None else _number(high)]
    parts = [None if part is None else _number(part.low) for part in (figure.numerator, figure.denominator)]
    who = f"{figure.plugin} v{figure.version}"
    return [figure.key, figure.label.vi, *numbers, figure.qualifier, figure.noun.vi, *parts, figure.rows, beside, who]


def _number(exact: Any) -> int | float:
    return int(exact) if exact == int(exact) else float(exact)


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula, led by an apostrophe so that it stays text.

    >>> harmless("=cmd()"), harmless("An Bình"), harmless(-5)
    ("'=cmd()", 'An Bình', -5)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell
