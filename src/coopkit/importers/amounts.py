"""Numbers of a cell: counts, money with its unit in the cell or in the header, percents, quantities and their units."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from coopkit.errors import BadText
from coopkit.field import Field
from coopkit.importers.faults import doubt
from coopkit.importers.text import Cell, Doubtful, Parse, as_text
from coopkit.quantity import (
    DISTRICTS,
    EVENTS,
    ITEMS,
    PEOPLE,
    PERCENT,
    TURNS,
    UNITS,
    VND,
    Quantity,
    Unit,
    exact,
    format_number,
    parse_number,
    parse_quantity,
)
from coopkit.text import Label, fold


def _bounded(value: int, field: Field) -> int:
    if field.minimum is not None and value < field.minimum:
        raise BadText(
            (f"nhỏ hơn {field.minimum}", f"is below {field.minimum}"), ("kiểm tra lại số", "check the number")
        )
    if field.maximum is not None and value > field.maximum:
        raise BadText(
            (f"lớn hơn {field.maximum}", f"is above {field.maximum}"), ("kiểm tra lại số", "check the number")
        )
    if abs(value) >= 2**63:
        raise BadText(("quá lớn", "is too large"), ("kiểm tra lại số", "check the number"))
    return value


def _whole(value: int | Fraction, of: Label) -> int:
    """A value that is whole but for the noise of a spreadsheet's arithmetic."""
    near = round(value)
    if abs(Fraction(value) - near) > Fraction(1, 10_000):
        raise BadText(
            (f"số {of.vi} phải là số nguyên", f"the number of {of.en} must be whole"),
            ("dùng dấu chấm giữa các hàng nghìn: 1.234", "put a dot between thousands: 1.234"),
        )
    return near


_NO_NUMBER: Final = (("không phải là số", "is not a number"), ("ghi một số, như 1.234", "write a number, like 1.234"))


def _number(cell: Cell) -> Fraction | None:
    """A numeric cell as an exact number; None for text, which is read as people write."""
    if isinstance(cell, str):
        return None
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise BadText(*_NO_NUMBER)
    return Fraction(repr(cell))


def _one(quantity: Quantity) -> Fraction | int:
    if not quantity.is_exact:
        raise BadText(
            ("không phải là một con số cụ thể", "is not one definite number"),
            ("cột này chỉ nhận một con số", "this column takes one number only"),
        )
    return quantity.low


def parse_count(field: Field, _: int) -> Parse:
    unit = field.unit or ITEMS

    def parse(cell: Cell) -> int | None:
        if type(cell) is float and cell.is_integer():
            return _bounded(int(cell), field)
        number = _number(cell)
        if number is None:
            text = as_text(cell)
            if text is None:
                return None
            number = Fraction(parse_number(text) if text[0] in "-−" else _one(parse_quantity(text, unit)))
        return _bounded(_whole(number, unit.label), field)

    return parse


_MONEY_WORD: Final = re.compile(
    r"(?:\d\s*|\b)(?:nghìn|ngàn|triệu|trđ|tr|tỷ|tỉ|đồng|đ|vnđ|vnd|million|billion|thousand|trillion)(?![^\W\d_])",
    re.IGNORECASE,
)


def _money_quantity(text: str, scale: int) -> tuple[Quantity, bool]:
    """Money as written, and whether its unit was told, in the cell or in the header."""
    told = _MONEY_WORD.search(text) is not None
    minus = text[:1] in {"-", "−"} or (text.startswith("(") and text.endswith(")"))
    quantity = parse_quantity(text.lstrip("-−").strip("()"), VND) if minus else parse_quantity(text, VND)
    if not told:
        quantity *= scale or 1
    if minus:  # a loss; a Quantity itself may well be below zero
        quantity = exact(-_one(quantity), VND)
    return quantity, told or scale > 0


def _little_money(value: Any, low: int, seen: object) -> Any:
    """Less than a thousand đồng is most likely an amount in triệu whose unit nobody wrote."""
    if not 0 < abs(low) < 100_000:
        return value
    shown = format_number(low)
    problem = doubt(
        "money.unit",
        (f"được hiểu là {shown} đồng", f"was taken to be {shown} VND"),
        ("ghi đơn vị trong ô hoặc ở tiêu đề cột, như (triệu đồng)", "tell the unit in the cell or header"),
        seen,
    )
    return Doubtful(value, problem)


def parse_money(field: Field, scale: int) -> Parse:
    times = scale or 1

    def parse(cell: Cell) -> Any:
        if type(cell) is float and cell.is_integer():
            value, told = int(cell) * times, scale > 0
        else:
            number = _number(cell)
            if number is None:
                text = as_text(cell)
                if text is None:
                    return None
                quantity, told = _money_quantity(text, scale)
                number = Fraction(_one(quantity))
            else:
                number, told = number * times, scale > 0
            value = _whole(number, VND.label)
        _bounded(value, field)
        return value if told else _little_money(value, value, as_text(cell))

    return parse


def parse_percent(field: Field, _: int) -> Parse:
    def parse(cell: Cell) -> Any:
        number = _number(cell)
        if number is None:
            text = as_text(cell)
            if text is None:
                return None
            number = Fraction(parse_number(text.removesuffix("%").strip()))
            return _bounded(_whole(number * 100, Label("phần vạn", "hundredths of a percent")), field)
        value = _bounded(_whole(number * 100, Label("phần vạn", "hundredths of a percent")), field)
        if not 0 < abs(number) <= 1:
            return value
        shown = format_number(number)
        # Excel keeps 12 % as 0.12 and does not tell.
        problem = doubt(
            "percent.small",
            (f"được hiểu là {shown} %", f"was taken to be {shown} %"),
            ("ghi 12,5 cho 12,5 %", "write 12,5 for 12,5 %"),
            as_text(cell),
        )
        return Doubtful(value, problem)

    return parse


def parse_points_of(field: Field, _: int) -> Parse:
    """Points with up to two decimals, in hundredths."""

    def parse(cell: Cell) -> Any:
        number = _number(cell)
        if number is None:
            text = as_text(cell)
            if text is None:
                return None
            number = Fraction(parse_number(text.removesuffix("điểm").strip()))
        return _bounded(_whole(number * 100, Label("phần trăm điểm", "hundredths of a point")), field)

    return parse


def parse_quantity_of(field: Field, scale: int) -> Parse:
    unit = field.unit
    if unit is None:  # read once its unit is known, together with the unit's column
        return as_text

    def parse(cell: Cell) -> Any:
        return quantity_of(cell, unit, scale)

    return parse


def quantity_of(cell: Cell, unit: Unit, scale: int = 0) -> Any:
    """The quantity of a cell in a unit that is known; None where the cell is empty. Raises BadText."""
    number = _number(cell)
    told = scale > 0
    if number is not None:
        quantity = exact(number * (scale or 1), unit)
    else:
        text = as_text(cell)
        if text is None:
            return None
        quantity, told = _money_quantity(text, scale) if unit == VND else (parse_quantity(text, unit), True)
    low, high = _whole(quantity.low, unit.label), None if quantity.high is None else _whole(quantity.high, unit.label)
    if high is not None and high >= 2**63:
        raise BadText(("quá lớn", "is too large"), ("kiểm tra lại số", "check the number"))
    whole = Quantity(low, high, strict=quantity.strict, about=quantity.about, unit=unit)
    return whole if told or unit != VND else _little_money(whole, high or low, as_text(cell))


_UNITS: Final = (UNITS, TURNS, PEOPLE, EVENTS, DISTRICTS, ITEMS, VND, PERCENT)
_UNIT_NAMES: Final = {
    fold(name) or name: unit for unit in _UNITS for name in (unit.label.vi, unit.label.en, unit.one, unit.key) if name
} | {"htx": UNITS, "hop tac xa": UNITS, "dong": VND, "phan tram": PERCENT}
_SCALES: Final = {"nghin": 10**3, "ngan": 10**3, "trieu": 10**6, "trd": 10**6, "tr": 10**6, "ty": 10**9, "ti": 10**9}
_SCALE_WORDS: Final = re.compile(rf"(?:dvt |don vi tinh |don vi |tinh bang )?({'|'.join(_SCALES)})(?: ?d| dong| vnd)?")
_KEY: Final = re.compile(r"[a-z][a-z0-9_.]*")


def scale_of(folded: str) -> int:
    """What a folded text says money is counted in: 1, 10³, 10⁶, 10⁹; 0 where it says nothing of money.

    >>> scale_of("trieu dong"), scale_of("dong"), scale_of("nguoi")
    (1000000, 1, 0)
    """
    found = _SCALE_WORDS.fullmatch(folded)
    if found:
        return _SCALES[found[1]]
    return 1 if re.fullmatch(r"(?:dvt |don vi tinh |don vi |tinh bang )?(?:dong|vnd|d)", folded) else 0


def unit_of(told: str | None, text: str) -> tuple[Unit, int]:
    """The unit of a quantity whose field fixes none: from its own cell, else from the words of the quantity itself.

    With it, what money is counted in. Raises BadText where nothing tells the unit.
    """
    if told:
        folded = fold(told) or told
        if scale := scale_of(folded):
            return VND, scale
        if unit := _UNIT_NAMES.get(folded):
            return unit, 0
        if _KEY.fullmatch(told):  # a plugin's own unit
            return Unit(told, Label(told, told)), 0
    elif _MONEY_WORD.search(text):
        return VND, 0
    else:
        words = re.sub(r"[^\D]+", " ", text).strip()
        tail = fold(words)
        if text.endswith("%"):
            return PERCENT, 0
        for name, unit in _UNIT_NAMES.items():
            if tail == name or tail.endswith(f" {name}"):
                return unit, 0
    known = "; ".join(unit.label.vi for unit in _UNITS)
    raise BadText(
        ("không rõ đơn vị tính", "is of no known unit"), (f"ghi một trong: {known}", f"write one of: {known}")
    )
