"""Points of a score: whole hundredths inside, written as people write them outside."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from coopkit.errors import BadText
from coopkit.quantity import format_number
from coopkit.text import Lang

SCALE: Final = 100
"""A point is so many of the whole numbers that scores are kept and added in."""


def parse_points(told: str | float | Fraction) -> int:
    """Points in hundredths: 7,5 (or 7.5) is 750. Raises `BadText` for what is no number of at most two decimals.

    >>> parse_points("7,5"), parse_points(0.1), parse_points(10)
    (750, 10, 1000)
    """
    text = str(told).strip().replace(",", ".")
    try:
        number = Fraction(text) * SCALE
    except (ValueError, ZeroDivisionError):
        number = Fraction(1, 3)
    if len(text.partition(".")[2]) > 2:  # 1.000 is a thousand to its writer, not one
        number = Fraction(1, 3)
    if number.denominator != 1:
        raise BadText(
            (f"«{told}» không phải là điểm", f"{told!r} is no number of points"),
            ("ghi như 7,5, nhiều nhất hai chữ số sau dấu phẩy", "write 7,5, two decimals at most"),
        )
    return int(number)


def format_points(points: int | Fraction, lang: Lang = "vi") -> str:
    """Hundredths as points are written: 750 is 7,5.

    >>> format_points(750), format_points(10700), format_points(5, "en")
    ('7,5', '107', '0.05')
    """
    return format_number(Fraction(points) / SCALE, lang)
