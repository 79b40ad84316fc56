"""Reading quantities: numbers and phrases as Vietnamese reports write them."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from coopkit.errors import BadText
from coopkit.quantity._model import (
    DISTRICTS,
    EVENTS,
    HOW_TO_WRITE,
    ITEMS,
    PEOPLE,
    PERCENT,
    TURNS,
    UNITS,
    VND,
    Quantity,
    Unit,
    exact_number,
)
from coopkit.text import nfc

_KNOWN: Final = (UNITS, TURNS, PEOPLE, EVENTS, DISTRICTS, ITEMS, VND, PERCENT)
_NUMBER: Final = r"[-−]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:,[0-9]+)?"


def parse_number(text: str) -> int | Decimal:
    """The number written the Vietnamese way: a dot or space between thousands, a comma before decimals.

    A comma is always the decimal one ("1,234" is a little over one); a dot only ever groups three digits. What fits
    neither, as "1.5" or "1,234.5", is refused rather than guessed.

    >>> parse_number("1.234,5"), parse_number("1.234"), parse_number("08")
    (Decimal('1234.5'), 1234, 8)

    Raises BadText.
    """
    clean = nfc(text)
    if not re.fullmatch(_NUMBER, clean):
        raise BadText(
            ("không đọc được số", "is not a number that can be read"),
            ("viết 1.234 cho hàng nghìn và 1,5 cho số lẻ", "write 1.234 for thousands and 1,5 for decimals"),
        )
    plain = clean.replace(".", "").replace(" ", "").replace("−", "-").replace(",", ".")
    return Decimal(plain) if "." in plain else int(plain)


_SCALES: Final = {
    **dict.fromkeys(("nghìn tỷ", "nghìn tỉ", "ngàn tỷ", "ngàn tỉ", "trillion"), 10**12),
    **dict.fromkeys(("tỷ", "tỉ", "billion"), 10**9),
    **dict.fromkeys(("triệu", "trđ", "tr", "million"), 10**6),
    **dict.fromkeys(("nghìn", "ngàn", "thousand"), 10**3),
}
_ABOUT: Final = r"khoảng|ước khoảng|ước đạt|ước|xấp xỉ|chừng|gần|about|around|approximately|nearly|~|≈"
_MORE: Final = r"nhiều hơn|hơn|trên|more than|over|above|>(?!=)"
_LEAST: Final = r"ít nhất|tối thiểu|không dưới|at least|≥|>="
_MOST: Final = r"nhiều nhất|tối đa|không quá|at most|≤|<="
_SCALE: Final = rf"(?:{'|'.join(_SCALES)})(?![^\W\d_])"
_MONEY: Final = r"đồng|vnđ|vnd|đ(?![^\W\d_])"
_PHRASE: Final = re.compile(
    rf"(?:(?P<about>{_ABOUT})\s*)?"
    rf"(?:(?P<more>{_MORE})\s*|(?P<least>{_LEAST})\s*|(?P<most>{_MOST})\s*|(?P<since>từ|from)\s+)?"
    rf"(?P<low>{_NUMBER})\s*(?P<low_scale>{_SCALE})?"
    rf"(?:\s*(?:(?P<low_money>{_MONEY})|(?P<low_share>%))?\s*(?:[-–—÷]|(?:đến|tới|to)\s)\s*"
    rf"(?P<high>{_NUMBER})\s*(?P<high_scale>{_SCALE})?)?"
    r"(?P<plus>\+)?\s*(?P<rest>.*?)\s*(?P<up>trở lên|or more)?",
    re.IGNORECASE,
)
_NO_NOUN: Final = frozenset(
    {
        *("trăm", "chục", "vạn", "rưỡi", "k", "đồng", "đ", "vnđ", "vnd", "usd"),
        *("trở", "và", "hoặc", "hay", "đến", "tới", "to", "and", "or", "hơn", "dưới"),
        *(word for scale in _SCALES for word in scale.split()),
    }
)


def _rest_fits(rest: str, unit: Unit) -> bool:
    """Whether what follows the number can be the unit: money may be "triệu đồng/HTX", a count may name its noun."""
    noun = rest.casefold()
    if not noun or noun in {unit.label.vi, unit.label.en, unit.one}:
        return True
    if unit.kind == "money":
        return re.fullmatch(rf"(?:{_MONEY})?\s*(?:/[^\d]*)?", noun) is not None
    if unit.kind == "share":
        return noun in {"phần trăm", "percent"} and unit == PERCENT
    if any(noun in {other.label.vi, other.label.en, other.one} for other in _KNOWN):
        return False
    first = re.match(r"[^\W\d_]+", noun)
    if first is None or first[0] in _NO_NOUN or re.search(r"[\d%]", noun):
        return False
    return first[0] != "lượt" or "lượt" in unit.label.vi


def _value(phrase: re.Match[str], name: str, scale: str | None, unit: Unit) -> int | Fraction:
    written = Fraction(parse_number(phrase[name]))
    value = exact_number(written * (_SCALES[scale.casefold()] if scale else 1))
    if unit.kind == "count" and isinstance(value, Fraction):
        raise BadText(
            (f"số {unit.label.vi} phải là số nguyên", f"the number of {unit.label.en} must be whole"),
            ("dùng dấu chấm giữa các hàng nghìn: 1.234", "put a dot between thousands: 1.234"),
        )
    return value


def _bounds(phrase: re.Match[str], unit: Unit) -> tuple[int | Fraction, int | Fraction | None]:
    low_scale, high_scale = phrase["low_scale"], phrase["high_scale"]
    if phrase["high"] is None:
        low = _value(phrase, "low", low_scale, unit)
        if phrase["most"]:
            return 0, low
        return low, None if phrase["more"] or phrase["least"] or phrase["up"] or phrase["plus"] else low
    if low_scale and not high_scale and not phrase["low_money"]:
        raise BadText(
            ("không rõ hàng của số sau", "the scale of the second number is not clear"),
            ("viết cả hai, như 500 triệu đến 700 triệu", "write both, like 500 triệu đến 700 triệu"),
        )
    # "500 đến 700 triệu" means 500 triệu; "500 đồng đến 1 triệu" does not.
    inherited = low_scale or (None if phrase["low_money"] else high_scale)
    return _value(phrase, "low", inherited, unit), _value(phrase, "high", high_scale, unit)


def parse_quantity(text: str, unit: Unit) -> Quantity:
    """The quantity a person wrote, in Vietnamese or English words, in the unit its field declares.

    Read: a plain number; hơn, trên, > 200; ít nhất 5, ≥ 5, từ 5 trở lên, 5+; từ 20 đến 30, 20-30; khoảng, ước, ~ 500;
    tối đa 5 (from 0 to 5). "gần 500" is read as about 500; that it lies below is not kept. Money takes nghìn, triệu,
    tỷ, and in "500-700 triệu" the word holds for both numbers. A noun may follow, but not one of another unit: "96 lượt
    HTX" is not a number of units.

    >>> print(parse_quantity("hơn 200 học viên", PEOPLE))
    hơn 200 người
    >>> print(parse_quantity("500-700 triệu", VND))
    từ 500 đến 700 triệu đồng

    Raises BadText, which says what is wrong and how to write it.
    """
    phrase = _PHRASE.fullmatch(nfc(text))
    if phrase is None:
        raise BadText(("không đọc được số lượng", "is not a quantity that can be read"), HOW_TO_WRITE)
    bounded = [name for name in ("more", "least", "most", "since", "high", "up", "plus") if phrase[name]]
    allowed = (["since", "high"], ["since", "up"], [bounded[0]] if bounded and bounded != ["since"] else [])
    if bounded not in allowed:
        raise BadText(("không rõ giới hạn của số lượng", "has bounds that are not clear"), HOW_TO_WRITE)
    scaled = phrase["low_scale"] or phrase["high_scale"] or phrase["low_money"]
    share = phrase["low_share"] and unit != PERCENT
    if share or (scaled and unit.kind != "money") or not _rest_fits(phrase["rest"], unit):
        raise BadText(
            (f"không đọc được thành số {unit.label.vi}", f"cannot be read as a number of {unit.label.en}"),
            (f"chỉ viết số, tính bằng {unit.label.vi}", f"write the number only, in {unit.label.en}"),
        )
    low, high = _bounds(phrase, unit)
    return Quantity(low, high, strict=bool(phrase["more"]), about=bool(phrase["about"]), unit=unit)
