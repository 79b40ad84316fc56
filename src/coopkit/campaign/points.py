"""Points of a score: whole hundredths inside, written as people write them outside."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from coopkit.campaign.parts import Points
from coopkit.errors import BadText
from coopkit.quantity import format_number
from coopkit.text import Lang

SCALE: Final = 100
"""A point is so many of the whole numbers that scores are kept and added in."""
_WRITTEN: Final = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]{1,2})?")
"""No more than two decimals: 1.000 is a thousand to its writer, not one."""


def parse_points(told: str | float | Fraction) -> Points:
    """Points in hundredths: 7,5 (or 7.5) is 750. Raises `BadText` for what is no number of at most two decimals.

    >>> parse_points("7,5"), parse_points(0.1), parse_points(10)
    (750, 10, 1000)
    """
    text = str(told).strip()
    number: Fraction | None = None
    if isinstance(told, Fraction):
        number = told * SCALE
    elif _WRITTEN.fullmatch(text):
        number = Fraction(text.replace(",", ".")) * SCALE
    if number is None or number.denominator != 1:
        raise BadText(
            (f"«{told}» không phải là điểm", f"{told!r} is no number of points"),
            ("ghi như 7,5, nhiều nhất hai chữ số sau dấu phẩy", "write 7,5, two decimals at most"),
        )
    return Points(int(number))


def format_points(points: int | Fraction, lang: Lang = "vi") -> str:
    """Hundredths as points are written: 750 is 7,5.

    >>> format_points(750), format_points(10700), format_points(5, "en")
    ('7,5', '107', '0.05')
    """
    return format_number(Fraction(points) / SCALE, lang)
