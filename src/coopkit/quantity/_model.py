"""`Unit` and `Quantity`, their algebra, and how they are written."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from attrs import evolve, field, frozen

from coopkit.errors import BadText, UnitMismatch
from coopkit.text import Label, Lang

if TYPE_CHECKING:
    from collections.abc import Iterable

Number: TypeAlias = int | Fraction | Decimal
"""A number taken exactly. Floats are not: 0.1 is no tenth."""

Qualifier: TypeAlias = Literal[
    "exact", "at_least", "more_than", "range", "about", "about_at_least", "about_more_than", "about_range"
]


@frozen
class Unit:
    """What is counted. Two units are one when their keys are; plugins make their own.

    `kind` says what the numbers are: "count" (whole when read from text), "money" (read with nghìn, triệu, tỷ) or
    "share" (decimals, e.g. percent). `one` is the English singular, where it differs from `label.en`.

    >>> Unit("household", Label("hộ", "households"), one="household") == Unit("household", Label("hộ dân", "homes"))
    True
    """

    key: str
    label: Label = field(eq=False)
    kind: Literal["count", "money", "share"] = field(default="count", eq=False)
    one: str = field(default="", eq=False)


UNITS: Final = Unit("unit", Label("đơn vị", "units"), one="unit")
"""Organisations: cooperatives, unions, alliance members; each counted once."""
TURNS: Final = Unit("turn", Label("lượt", "participations"), one="participation")
"""Participations: one cooperative at three fairs makes three. Never to be added to `UNITS`."""
PEOPLE: Final = Unit("person", Label("người", "people"), one="person")
EVENTS: Final = Unit("event", Label("sự kiện", "events"), one="event")
"""Meetings, classes, fairs, contests; say which with the `noun` of `format_quantity`."""
DISTRICTS: Final = Unit("district", Label("huyện, quận", "districts"), one="district")
ITEMS: Final = Unit("item", Label("cái", "items"), one="item")
VND: Final = Unit("vnd", Label("đồng", "VND"), kind="money")
PERCENT: Final = Unit("percent", Label("%", "%"), kind="share")


def exact_number(value: Number) -> int | Fraction:
    """The value as a whole number where it is one, else as a fraction. Raises BadText for anything not exact."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, Decimal)):
        raise BadText(
            (f"{value!r} không phải là số chính xác", f"{value!r} is not an exact number"),
            ("dùng int, Fraction hoặc Decimal", "use an int, a Fraction or a Decimal"),
        )
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal) and not value.is_finite():
        raise BadText((f"{value} không phải là một số", f"{value} is no number"), HOW_TO_WRITE)
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def _exact_or_none(value: Number | None) -> int | Fraction | None:
    return None if value is None else exact_number(value)


HOW_TO_WRITE: Final = (
    "viết như 1.234,5; hơn 200; từ 20 đến 30; từ 5 trở lên; khoảng 500",
    "write it like 1.234,5; hơn 200; từ 20 đến 30; từ 5 trở lên; khoảng 500",
)


@frozen
class Quantity:
    """A number as it was said: from `low` to `high`, or without upper bound where `high` is None.

    `high == low` is an exact figure; `strict`, only without upper bound, means more than `low` ("hơn 200") rather than
    at least ("từ 200 trở lên"); `about` means the bounds themselves are approximate ("khoảng"). A sum adds lows and
    highs and keeps strict and about. Made with `exact`, `at_least`, `more_than`, `between`, `about`.

    >>> classes, hall = exact(20, PEOPLE), more_than(200, PEOPLE)
    >>> print(classes + hall)
    hơn 220 người
    >>> print(sum([between(500, 700, VND), hall]))
    Traceback (most recent call last):
    coopkit.errors.UnitMismatch: không cộng được người với đồng (people cannot be added to VND)

    Raises BadText where `high` lies below `low`, `strict` stands with an upper bound, or a value is not exact.
    """

    low: int | Fraction = field(converter=exact_number)
    high: int | Fraction | None = field(converter=_exact_or_none)
    strict: bool
    about: bool
    unit: Unit

    def __attrs_post_init__(self) -> None:
        if self.high is not None and self.high < self.low:
            raise BadText(
                ("số sau nhỏ hơn số trước", "the upper bound is below the lower one"),
                ("viết số nhỏ trước, số lớn sau", "write the smaller number first"),
            )
        if self.strict and self.high is not None:
            raise BadText(
                ("«hơn» đi cùng với giới hạn trên", "«more than» stands with an upper bound"),
                ("chỉ dùng một trong hai", "use only one of the two"),
            )

    @property
    def is_exact(self) -> bool:
        """Whether it is one known number."""
        return self.low == self.high and not self.about

    @property
    def qualifier(self) -> Qualifier:
        """How the figure was given, in one word for tables and filters.

        "exact", "range", "at_least", "more_than"; approximate: "about", "about_range", "about_at_least",
        "about_more_than".

        >>> more_than(200, PEOPLE).qualifier, about(500, PEOPLE).qualifier
        ('more_than', 'about')
        """
        if self.high is None:
            if self.strict:
                return "about_more_than" if self.about else "more_than"
            return "about_at_least" if self.about else "at_least"
        if self.high == self.low:
            return "about" if self.about else "exact"
        return "about_range" if self.about else "range"

    def covers(self, number: Number) -> bool:
        """Whether the number lies within the bounds, taken as if they were precise.

        >>> between(20, 30, UNITS).covers(25), more_than(200, PEOPLE).covers(200)
        (True, False)
        """
        value = exact_number(number)
        return (value > self.low if self.strict else value >= self.low) and (self.high is None or value <= self.high)

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        if other.unit != self.unit:
            mine, theirs = self.unit.label, other.unit.label
            raise UnitMismatch(f"không cộng được {theirs.vi} với {mine.vi} ({theirs.en} cannot be added to {mine.en})")
        high = None if self.high is None or other.high is None else self.high + other.high
        return Quantity(self.low + other.low, high, self.strict or other.strict, self.about or other.about, self.unit)

    def __radd__(self, start: int) -> Quantity:
        """For `sum`, which starts from 0. For a sum that may be empty use `total`."""
        return self if start == 0 and isinstance(start, int) else NotImplemented

    def __mul__(self, times: int) -> Quantity:
        if isinstance(times, bool) or not isinstance(times, int):
            return NotImplemented
        if times < 0:
            raise BadText(
                ("không nhân số lượng với số âm", "a quantity is not multiplied by a negative number"),
                ("nhân với 0, 1, 2 …", "multiply by 0, 1, 2 …"),
            )
        if times == 0:  # nothing, however vague the one: no bound or "khoảng" is left
            return exact(0, self.unit)
        return evolve(self, low=self.low * times, high=None if self.high is None else self.high * times)

    __rmul__ = __mul__

    def __truediv__(self, parts: int) -> Quantity:
        if isinstance(parts, bool) or not isinstance(parts, int):
            return NotImplemented
        if parts <= 0:
            raise BadText(
                ("không chia số lượng cho 0 hay số âm", "a quantity is not divided by 0 or a negative number"),
                ("chia cho 1, 2, 3 …", "divide by 1, 2, 3 …"),
            )
        high = None if self.high is None else Fraction(self.high) / parts
        return evolve(self, low=Fraction(self.low) / parts, high=high)

    def __str__(self) -> str:
        return format_quantity(self)


def exact(number: Number, unit: Unit) -> Quantity:
    """Just that many.

    >>> print(exact(274, UNITS))
    274 đơn vị
    """
    return Quantity(number, number, strict=False, about=False, unit=unit)


def at_least(number: Number, unit: Unit) -> Quantity:
    """That many or more.

    >>> print(at_least(5, PEOPLE))
    từ 5 người trở lên
    """
    return Quantity(number, None, strict=False, about=False, unit=unit)


def more_than(number: Number, unit: Unit) -> Quantity:
    """More than that many.

    >>> print(more_than(200, PEOPLE))
    hơn 200 người
    """
    return Quantity(number, None, strict=True, about=False, unit=unit)


def between(low: Number, high: Number, unit: Unit) -> Quantity:
    """From one number to another, both included.

    >>> print(between(500_000_000, 700_000_000, VND))
    từ 500 đến 700 triệu đồng
    """
    return Quantity(low, high, strict=False, about=False, unit=unit)


def about(number: Number, unit: Unit) -> Quantity:
    """Roughly that many; `evolve(quantity, about=True)` makes any quantity rough.

    >>> print(about(500, PEOPLE))
    khoảng 500 người
    """
    return Quantity(number, number, strict=False, about=True, unit=unit)


def total(quantities: Iterable[Quantity], unit: Unit) -> Quantity:
    """The sum of quantities of one unit; exactly 0 where there are none.

    >>> print(total([between(2, 3, EVENTS), exact(4, EVENTS)], EVENTS))
    từ 6 đến 7 sự kiện
    """
    return sum(quantities, start=exact(0, unit))


def _decimals(number: int | Fraction) -> int | None:
    """How many decimals write the number exactly; None where none do."""
    rest, places = Fraction(number).denominator, 0
    while rest % 10 in {0, 2, 4, 5, 6, 8} and rest > 1:
        rest = rest // 10 if rest % 10 == 0 else rest // 5 if rest % 5 == 0 else rest // 2
        places += 1
    return places if rest == 1 else None


_MOST_DECIMALS: Final = 6


def format_number(number: Number, lang: Lang = "vi", decimals: int | None = None) -> str:
    """The number as it is written in the language: 1.234,5 in Vietnamese, 1,234.5 in English.

    With `decimals` just so many, rounded half away from zero. Without, all there are; a number with more than six (a
    third has no end) is rounded to two.

    >>> format_number(Decimal("1234.5")), format_number(1234, "en"), format_number(Fraction(2, 3), decimals=1)
    ('1.234,5', '1,234', '0,7')
    """
    from babel.numbers import format_decimal  # heavy, and only the rim writes numbers

    value = exact_number(number)
    if decimals is None:
        needed = _decimals(value)
        decimals = needed if needed is not None and needed <= _MOST_DECIMALS else 2
    shifted = abs(value) * 10**decimals
    digits = int(shifted + Fraction(1, 2))
    rounded = Decimal((int(value < 0 and digits > 0), tuple(map(int, str(digits))), -decimals))
    pattern = "#,##0" + "." * bool(decimals) + "0" * decimals
    with localcontext(prec=len(str(digits)) + decimals + 1):  # Babel rounds in the context, however large the number
        return format_decimal(rounded, pattern, lang)


_MONEY_WORDS: Final = ((10**9, Label("tỷ đồng", "billion VND")), (10**6, Label("triệu đồng", "million VND")))


def _scale_of(quantity: Quantity, noun: Label) -> tuple[int, Label]:
    """The largest of tỷ, triệu, đồng in which every number is 1 or more, or 0, and needs two decimals at most."""
    bounds = [bound for bound in (quantity.low, quantity.high) if bound is not None]
    if quantity.unit == VND and any(bounds):
        for scale, words in _MONEY_WORDS:
            parts = [Fraction(bound) / scale for bound in bounds]
            if all(part == 0 or abs(part) >= 1 for part in parts) and all(
                (places := _decimals(part)) is not None and places <= 2 for part in parts
            ):
                return scale, words
    return 1, noun


def format_quantity(quantity: Quantity, lang: Lang = "vi", noun: Label | None = None) -> str:
    """The quantity as it is said, with its noun: the unit's label, or the `noun` that fits better.

    Money is given in đồng, triệu or tỷ, whichever writes it exactly and shortest. `parse_quantity` reads the Vietnamese
    back to the same quantity, as long as no decimals had to be rounded (see `format_number`).

    >>> format_quantity(more_than(200, PEOPLE), noun=Label("học viên", "trainees"))
    'hơn 200 học viên'
    >>> format_quantity(between(500_000_000, 700_000_000, VND), "en")
    'from 500 to 700 million VND'
    >>> format_quantity(exact(1_234_500_000, VND))
    '1.234,5 triệu đồng'
    """
    scale, words = _scale_of(quantity, noun or quantity.unit.label)
    low, high = (
        "" if bound is None else format_number(Fraction(bound) / scale, lang) for bound in (quantity.low, quantity.high)
    )
    what = words.in_(lang)
    if lang == "en" and noun is None and quantity.unit.one and quantity.low == quantity.high == 1:
        what = quantity.unit.one
    space = "" if what == "%" else " "
    vi = lang == "vi"
    if quantity.high is None and quantity.strict:
        said = f"{'hơn' if vi else 'more than'} {low}{space}{what}"
    elif quantity.high is None:
        said = f"từ {low}{space}{what} trở lên" if vi else f"at least {low}{space}{what}"
    elif quantity.high == quantity.low:
        said = f"{low}{space}{what}"
    else:
        said = f"từ {low} đến {high}{space}{what}" if vi else f"from {low} to {high}{space}{what}"
    return f"{'khoảng' if vi else 'about'} {said}" if quantity.about else said
