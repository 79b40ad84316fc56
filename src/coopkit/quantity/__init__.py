"""Quantities as people report them: 274, "hơn 200", "từ 500 đến 700 triệu đồng"; their algebra, reading, writing.

A published figure is often a bound or a range. Printing 200 for "hơn 200" would be wrong, and so would dropping it,
so a `Quantity` keeps what was said and sums keep it too. Values are exact: whole numbers, or fractions for averages.

>>> print(parse_quantity("hơn 200 học viên", PEOPLE) + exact(20, PEOPLE))
hơn 220 người
"""

from coopkit.quantity._model import (
    DISTRICTS,
    EVENTS,
    ITEMS,
    PEOPLE,
    PERCENT,
    TURNS,
    UNITS,
    VND,
    Number,
    Qualifier,
    Quantity,
    Unit,
    about,
    at_least,
    between,
    exact,
    format_number,
    format_quantity,
    more_than,
    total,
)
from coopkit.quantity._reading import parse_number, parse_quantity

__all__ = [
    "DISTRICTS",
    "EVENTS",
    "ITEMS",
    "PEOPLE",
    "PERCENT",
    "TURNS",
    "UNITS",
    "VND",
    "Number",
    "Qualifier",
    "Quantity",
    "Unit",
    "about",
    "at_least",
    "between",
    "exact",
    "format_number",
    "format_quantity",
    "more_than",
    "parse_number",
    "parse_quantity",
    "total",
]
