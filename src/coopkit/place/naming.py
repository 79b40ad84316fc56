"""How places are written in real files: type words and their abbreviations, initials, numbers, paths with commas."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from coopkit.text import Label, fold, normalize

Words = tuple[str, ...]


@frozen
class PlaceType:
    """A type of administrative unit: its word, label and level, and the ways it is written (first the full one)."""

    word: str
    label: Label
    level: str
    written: tuple[str, ...]


_CITY: Final = ("thành phố", "tp", "t p")

PLACE_TYPES: Final = (
    PlaceType("tỉnh", Label("Tỉnh", "Province"), "province", ("tỉnh", "t")),
    PlaceType(
        "thành phố trực thuộc trung ương",
        Label("Thành phố trực thuộc trung ương", "Municipality"),
        "province",
        ("thành phố trực thuộc trung ương", *_CITY),
    ),
    PlaceType("thành phố", Label("Thành phố", "City"), "district", _CITY),
    PlaceType("thị xã", Label("Thị xã", "Town"), "district", ("thị xã", "tx", "t x")),
    PlaceType("quận", Label("Quận", "Urban district"), "district", ("quận", "q")),
    PlaceType("huyện", Label("Huyện", "Rural district"), "district", ("huyện", "huyện đảo", "h")),
    PlaceType("phường", Label("Phường", "Ward"), "commune", ("phường", "p")),
    PlaceType("thị trấn", Label("Thị trấn", "Township"), "commune", ("thị trấn", "tt", "t t")),
    PlaceType("xã", Label("Xã", "Commune"), "commune", ("xã", "x")),
    PlaceType("đặc khu", Label("Đặc khu", "Special zone"), "commune", ("đặc khu", "đk")),
)
"""The types of the Constitution's Art 110 and of the laws on local government, before and after 1 July 2025."""

LEVEL_LABELS: Final = {
    "province": Label("Tỉnh, thành phố", "Province"),
    "district": Label("Quận, huyện", "District"),
    "commune": Label("Xã, phường", "Commune"),
}
"""What the levels that coopkit ships are called on the screen."""


@frozen
class Reading:
    """One way to read a text: the types its first words may mean (none: no type word) and the words of the name."""

    types: frozenset[str]
    levels: frozenset[str]
    words: Words

    @property
    def name(self) -> str:
        """The name as one text, to compare with `name_of`."""
        return " ".join(self.words)


_BETWEEN_LETTER_AND_DIGIT: Final = re.compile(r"(?<=[^\W\d_])(?=\d)")
_WORD: Final = re.compile(r"[^\W_]+")
# V and VI stay as they are: V may be an initial, and VI is Vĩ without its mark (Bạch Long Vĩ).
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "vii": "7", "viii": "8", "ix": "9"}
_COMMA: Final = re.compile(r"[,;]")
_DASH: Final = re.compile(r"\s[-–—]\s")
_COUNTRY: Final = {"viet nam", "vn"}


def words_of(text: str) -> Words:
    """The words in one spelling and small letters; numbers as 1, 2, 3 however they are written.

    >>> words_of("P.Đông Hải II"), words_of("phường 05")
    (('p', 'đông', 'hải', '2'), ('phường', '5'))
    """
    words = _WORD.findall(_BETWEEN_LETTER_AND_DIGIT.sub(" ", normalize(text).casefold()))
    if len(words) > 1:
        words[-1] = _ROMAN.get(words[-1], words[-1])
    return tuple((word.lstrip("0") or "0") if word.isdigit() else word for word in words)


def name_of(name: str) -> str:
    """The key under which two spellings of one name are the same; marks count, case does not.

    >>> name_of("Thuỷ Nguyên") == name_of("THỦY NGUYÊN")
    True
    """
    return " ".join(words_of(name))


def _types_by_words() -> dict[Words, tuple[PlaceType, ...]]:
    """For each way to write a type, with marks and without, the types it may mean."""
    found: dict[Words, tuple[PlaceType, ...]] = {}
    for kind in PLACE_TYPES:
        for written in dict.fromkeys(form for full in kind.written for form in (full, fold(full))):
            key = tuple(written.split())
            found[key] = (*found.get(key, ()), kind)
    return found


_TYPES_BY_WORDS: Final = _types_by_words()
_LONGEST: Final = max(map(len, _TYPES_BY_WORDS))


def readings(text: str) -> tuple[Reading, ...]:
    """Every way to read the text: all of it a name, or a type word and then a name.

    A type word counts with all its marks or with none, so that Quán Toan is not read as a quận.

    >>> [(sorted(reading.types), reading.name) for reading in readings("H. Vĩnh Bảo")]
    [([], 'h vĩnh bảo'), (['huyện'], 'vĩnh bảo')]
    >>> [reading.name for reading in readings("Quán Toan")]
    ['quán toan']
    """
    words = words_of(text)
    found = [Reading(frozenset(), frozenset(), words)] if words else []
    for length in range(1, min(_LONGEST, len(words) - 1) + 1):
        kinds = _TYPES_BY_WORDS.get(words[:length])
        if kinds:
            types, levels = frozenset(kind.word for kind in kinds), frozenset(kind.level for kind in kinds)
            found.append(Reading(types, levels, words[length:]))
    return tuple(found)


def split_path(text: str) -> tuple[tuple[str, ...], ...]:
    """The ways to split a text into a place and the places around it, the likelier first.

    >>> split_path("Xã Hòa Bình, huyện Vĩnh Bảo, Việt Nam")
    (('Xã Hòa Bình', 'huyện Vĩnh Bảo'),)
    >>> split_path("Bà Rịa - Vũng Tàu")
    (('Bà Rịa - Vũng Tàu',), ('Bà Rịa', 'Vũng Tàu'))
    """
    ways = []
    for parts in (_COMMA.split(text), _DASH.split(_COMMA.sub(" - ", text))):
        named = tuple(part.strip() for part in parts if fold(part) and fold(part) not in _COUNTRY)
        if named and named not in ways:
            ways.append(named)
    return tuple(ways)


def is_shortened(words: Words) -> bool:
    """Whether some words are initials and some are not: 'Đ. Hải 1', but neither 'Hải' nor 'Đ. H.'."""
    letters = [word for word in words if word.isalpha()]
    return any(len(word) == 1 for word in letters) and any(len(word) > 1 for word in letters)


def shortens(words: Words, name: Words) -> bool:
    """Whether the words are the name with some of its words written as initials."""
    return len(words) == len(name) and all(
        full.startswith(word) if len(word) == 1 and word.isalpha() else full == word
        for word, full in zip(words, name, strict=True)
    )
