"""Vietnamese written for an old font: TCVN3 (ABC, .VnTime) and VNI. It is told, never stored, and never guessed at.

Such text is made of Latin letters and signs that only the font shows as Vietnamese: "Hîp t¸c x·" for "Hợp tác xã". A
word is taken for one only if it is no Vietnamese syllable as it stands and is one once decoded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

TCVN3: Final = "TCVN3 (ABC, .VnTime)"
VNI: Final = "VNI (VNI-Times)"

_TCVN3: Final = dict(
    zip(
        map(ord, "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"),
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_SHAPES: Final = {"â": "â", "á": "ấ", "à": "ầ", "å": "ẩ", "ã": "ẫ", "ä": "ậ"}
_BREVES: Final = {"ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ"}
_TONES: Final = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ALONE: Final = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_letters() -> Iterator[tuple[str, str]]:
    for bare in "aeo":
        for mark, shaped in _SHAPES.items():
            tone = unicodedata.normalize("NFD", shaped)[1:]
            yield bare + mark, unicodedata.normalize("NFC", bare + tone)
    yield from (("a" + mark, letter) for mark, letter in _BREVES.items())
    for bare, letter in {**{vowel: vowel for vowel in "aeouy"}, "ô": "ơ", "ö": "ư"}.items():
        yield from ((bare + mark, unicodedata.normalize("NFC", letter + tone)) for mark, tone in _TONES.items())
    yield from _ALONE.items()


_VNI: Final = dict(_vni_letters())
_VNI_LETTER: Final = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

# What no Vietnamese text in Unicode is made of, and a capital in the middle of a word, as "TiÕn".
_FOREIGN: Final = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþ"
_STRANGE: Final = re.compile(f"[{_FOREIGN}]")
_ODD: Final = re.compile(rf"[{_FOREIGN}]|(?<=[a-z])[ÈÉÊÌÒÓÔÕÝ]")
_SIGN: Final = re.compile("[¡-»¼½¾×÷]")
_WORD: Final = re.compile(r"(?:[^\W\d_]|[¡-¾×÷\xad])+")
_TONE: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOPPED: Final = re.compile("(?:c|ch|p|t)$")
_SYLLABLE: Final = re.compile(
    "(?:ngh?|nh|gh|gi|g|kh|k|ch|c|th|tr|t|ph|qu|b|d|đ|h|l|m|n|r|s|v|x)?(?:"
    "a(?:ch?|i|m|ng?|nh|o|p|t|u|y)?|ă(?:c|m|ng?|p|t)|â(?:c|m|ng?|p|t|u|y)|e(?:c|m|ng?|o|p|t)?|ê(?:ch|m|nh?|p|t|u)?|"
    "i(?:a|ch|m|nh?|p|t|u|ê(?:c|m|ng?|p|t|u))?|"
    "o(?:ch?|i|m|ng?|p|t|oc|ong|a(?:ch?|i|m|ng?|nh|o|p|t|y)?|ă(?:c|m|ng?|t)|e(?:m|n|o|t)?)?|ô(?:c|i|m|ng?|p|t)?|"
    "ơ(?:i|m|n|p|t)?|u(?:a|c|i|m|ng?|p|t|â(?:ng?|t|y)|ê(?:ch|nh?|t)?|ô(?:c|i|m|ng?|p|t)|ơ|y(?:a|ch|nh?|p|t|u|ên|êt)?)?|"
    "ư(?:a|c|i|m|ng?|t|u|ơ(?:c|i|m|ng?|p|t|u))?|y(?:nh?|ch|m|p|t|u|ê(?:m|ng?|t|u))?)"
)


@lru_cache(maxsize=65536)
def _is_syllable(word: str) -> bool:
    """Whether a word is written as a Vietnamese syllable may be: its letters, and one tone that suits its end."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(letters)
    bare = unicodedata.normalize("NFC", _TONE.sub("", letters))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not _STOPPED.search(bare) or tones in (["\u0301"], ["\u0323"])


def _from_tcvn3(word: str) -> str:
    return word.translate(_TCVN3)


def _from_vni(word: str) -> str:
    return _VNI_LETTER.sub(lambda found: _VNI[found[0]], word.lower())


_FONTS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = ((TCVN3, _from_tcvn3), (VNI, _from_vni))


def _weight(word: str, decode: Callable[[str], str]) -> int:
    """How surely a word is of that font: 2 by itself, 1 where another word says so too, 0 if it is not."""
    inside = _ODD.search(word)
    if not word.isascii() and (inside or not _is_syllable(word)) and _is_syllable(decode(word)):
        # A sign at a word's edge may be what it seems: "HTX «An»", "3m×4m", "5 µm".
        letters = _SIGN.sub("", word[:1]) + word[1:-1] + _SIGN.sub("", word[-1:])
        return 2 if len(word) > 2 and _ODD.search(letters) else 1
    return 0


def is_vietnamese(text: str) -> bool:
    """Whether most words with a mark are Vietnamese syllables.

    >>> is_vietnamese("Hợp tác xã ABC"), is_vietnamese("Hîp t¸c x·")
    (True, False)
    """
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    return 2 * sum(map(_is_syllable, words)) > len(words)


def _weights(text: str) -> dict[str, int]:
    words = {word for word in _WORD.findall(text) if len(word) > 1}  # a dot between two words is a dot
    return {font: sum(_weight(word, decode) for word in words) for font, decode in _FONTS}


def old_font(text: str) -> str | None:
    """The old font that a text is written for; None where it is plain text, or nobody can say.

    >>> old_font("Hîp t¸c x· §ång TiÕn"), old_font("Hôïp taùc xaõ"), old_font("Hợp tác xã Đồng Tiến")
    ('TCVN3 (ABC, .VnTime)', 'VNI (VNI-Times)', None)
    """
    if not _ODD.search(text):
        return None
    weights = _weights(text)
    font = max(weights, key=lambda one: weights[one])
    return font if weights[font] > 1 else None


def old_cells(cells: Iterable[Any]) -> dict[str, str]:
    """Those of a column's cells that are written for an old font, each with the font.

    Where one cell is surely so, a word is enough for the others.

    >>> old_cells(["Hµ Néi", "Héi", "Hà Nội", 5.0])
    {'Hµ Néi': 'TCVN3 (ABC, .VnTime)', 'Héi': 'TCVN3 (ABC, .VnTime)'}
    """
    texts = [cell for cell in cells if isinstance(cell, str) and not cell.isascii()]
    if not _STRANGE.search("\n".join(texts)):  # nearly every column
        return {}
    found = {text: font for text in texts if (font := old_font(text))}
    if found:
        fonts = set(found.values())
        rest = {text: weights for text in texts if text not in found and any((weights := _weights(text)).values())}
        for text, weights in rest.items():
            font = max(fonts, key=lambda one: weights[one])
            found |= {text: font} if weights[font] else {}
    return found
