"""Vietnamese text: labels in two languages, one spelling, search keys, alphabetical order, names of cooperatives.

Four keys, from strict to loose; choose by what you want to call "the same":

- `normalize`: the same word in two spellings (hoà/hòa, Ð/Đ, composed/decomposed); case counts.
- `name_key`: the same cooperative's name, abbreviated or not; marks count, case does not.
- `confusable_name`: names the law calls confusingly similar; a hint for a person, never an identity.
- `fold`: what a person types into a search box, marks or not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from attrs import frozen

Lang: TypeAlias = Literal["vi", "en"]
"""A language of the screen: Vietnamese, or English."""

SortKey: TypeAlias = str
"""What `sort_key` gives: a text that sorts by letters, then by tones, then by case, then by the text itself."""


@frozen
class Label:
    """A text for the screen in both languages, Vietnamese first.

    >>> members = Label("thành viên", "members")
    >>> print(members)
    thành viên
    >>> members.in_("en")
    'members'
    """

    vi: str
    en: str

    def in_(self, lang: Lang = "vi") -> str:
        """The text in the language asked for."""
        return self.en if lang == "en" else self.vi

    def __str__(self) -> str:
        return self.vi


_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
_TONES: Final = {_GRAVE: 1, _HOOK: 2, _TILDE: 3, _ACUTE: 4, _DOT: 5}
_TONE_BEFORE_SHAPE: Final = re.compile("([\u0300\u0301\u0303\u0309])([\u0302\u0306])")
_LOOSE_MARK: Final = re.compile("[\u0300-\u036f]")
_SPACES: Final = re.compile(r"\s+")


def nfc(text: str) -> str:
    r"""The text composed (NFC), without invisible characters, each run of spaces as one space.

    Zero-width characters, soft hyphens, direction marks and control characters go; no-break spaces, tabs and line ends
    become a space. Text in an old font encoding (TCVN3) must be decoded before: there the soft hyphen is a letter, "ư".

    >>> nfc("  Hợp\u00a0tác\u200b   xa\u0303 ")
    'Hợp tác xã'
    """
    # Most cells of a workbook are so already: nothing invisible, composed, no mark that found no letter.
    if text.isprintable() and unicodedata.is_normalized("NFC", text) and not _LOOSE_MARK.search(text):
        return " ".join(text.split())
    # Some keyboards write the tone before the circumflex or breve; NFC would then leave a loose mark.
    decomposed = _TONE_BEFORE_SHAPE.sub(r"\2\1", unicodedata.normalize("NFD", text))
    visible = "".join(c for c in decomposed if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})
    # Invisible characters may have stood between marks, so the order is put right once more.
    composed = unicodedata.normalize("NFC", _TONE_BEFORE_SHAPE.sub(r"\2\1", unicodedata.normalize("NFD", visible)))
    return _SPACES.sub(" ", composed).strip()


_LOOKALIKES: Final = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"})
_OPEN_PAIR: Final = re.compile(r"([oO])([àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ])(?![^\W\d_])|(?<![qQ])([uU])([ỳýỷỹỵỲÝỶỸỴ])(?![^\W\d_])")


def _tone_on_first(pair: re.Match[str]) -> str:
    first, second = (pair[1] or pair[3]), (pair[2] or pair[4])
    base_and_tone = unicodedata.normalize("NFD", second)
    return unicodedata.normalize("NFC", first + base_and_tone[1]) + base_and_tone[0]


def normalize(text: str) -> str:
    r"""The text in one spelling: `nfc`, Icelandic Ð as Vietnamese Đ, and one style of placing tones. Case stays.

    The tone of oa, oe, uy stands on the first vowel where the pair ends the syllable (hòa, khỏe, thủy); where another
    letter follows it stays (hoàn, suýt), and so it does after q, whose u is no vowel (quý).

    >>> normalize("Uỷ ban; Hoà Bình; sức khoẻ; hoàn thành; quý; \u00d0ồng Tháp")
    'Ủy ban; Hòa Bình; sức khỏe; hoàn thành; quý; Đồng Tháp'
    """
    return _OPEN_PAIR.sub(_tone_on_first, nfc(text).translate(_LOOKALIKES))


_NOT_WORD: Final = re.compile(r"[\W_]+")


def _letters() -> Iterator[tuple[str, str]]:
    """Every Vietnamese letter with a mark, and the one it is without."""
    for base in "aăâeêioôơuưy":
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"):
            letter = unicodedata.normalize("NFC", base + tone)
            bare = unicodedata.normalize("NFD", letter)[0]
            yield from ((letter, bare), (letter.upper(), bare))
    yield from (("đ", "d"), ("Đ", "d"))


_BARE: Final = {ord(letter): bare for letter, bare in _letters()}
_VIETNAMESE: Final = re.compile(rf"[\s!-~{re.escape(''.join(map(chr, _BARE)))}]*")


def fold(text: str) -> str:
    """The search key: without marks, đ as d, lower case, punctuation and spaces as one space.

    >>> fold("HTX Đồng-Tiến  (Thuỷ Nguyên)")
    'htx dong tien thuy nguyen'
    """
    return " ".join(folded for word in text.split() if (folded := _folded(word)))


@lru_cache(maxsize=1 << 16)  # names share their words
def _folded(word: str) -> str:
    if _VIETNAMESE.fullmatch(word):  # nearly all there is
        return _NOT_WORD.sub(" ", word.translate(_BARE).lower()).strip()
    folded = normalize(word)
    # Twice: unfolding a compatibility sign may bring capitals, and folding case may bring marks.
    for _ in range(2):
        folded = unicodedata.normalize("NFKD", folded).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", bare.translate({0x111: "d"})).strip()


_ALPHABET: Final = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
# A space below signs below digits below letters below foreign letters; _SIGN and _FOREIGN are followed by which it is.
_SPACE, _SIGN, _DIGIT, _LETTER, _FOREIGN = "\x01", "\x80", 0x90, 0xA0, "\xff"


def _weight(letter: str) -> str:
    lower = letter.lower()
    place = _ALPHABET.get(lower, _ALPHABET.get(lower[0]))
    if place is not None:
        return chr(_LETTER + place)
    if lower[0].isdigit():
        return chr(_DIGIT + unicodedata.digit(lower[0], 10))
    if lower[0].isalpha():
        return _FOREIGN + lower[0]
    return chr(1 + ord(lower[0])) if lower[0].isascii() else _SIGN + lower[0]


def sort_key(text: str) -> SortKey:
    """The place of the text in Vietnamese alphabetical order, for `sorted(..., key=sort_key)`.

    Letters first: a ă â b c d đ e ê (f) g h i (j) k l m n o ô ơ p q r s t u ư v (w) x y (z); a space comes before all,
    then punctuation, digits, letters. Where all letters agree, the tones decide, in the order of Vietnamese
    dictionaries and of Unicode's CLDR: none, huyền, hỏi, ngã, sắc, nặng. Then small letters before capitals.

    >>> sorted(["Đức", "Dũng", "Ân", "Ánh", "An", "Bình"], key=sort_key)
    ['An', 'Ánh', 'Ân', 'Bình', 'Dũng', 'Đức']
    >>> sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key)
    ['ma', 'mà', 'mả', 'mã', 'má', 'mạ']
    """
    words = [weighed for word in text.split() if (weighed := _weighed(word))[-1]]
    letters, tones, case, same = zip(*words, strict=True) if words else ((),) * 4
    return "\0".join((_SPACE.join(letters), "".join(tones), "".join(case), " ".join(same)))


@lru_cache(maxsize=1 << 16)  # names share their words
def _weighed(word: str) -> tuple[str, str, str, str]:
    """A word's letters, their tones and their case, each as a text that sorts by them; and the word in one spelling."""
    same = normalize(word)
    letters: list[str] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFD", same):
        if letters and char in _TONES:
            tones[-1] = _TONES[char]
        elif letters and unicodedata.combining(char):
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        else:
            letters.append(char)
            tones.append(0)
    case = "".join("A" if c != c.lower() else "1" for c in letters)
    return "".join(map(_weight, letters)), "".join(map(str, tones)), case, same


def words_of(text: str) -> list[str]:
    """The words of the text in one spelling and lower case, marks kept; punctuation parts them.

    >>> words_of("HTX Đồng-Tiến  (Thuỷ Nguyên)")
    ['htx', 'đồng', 'tiến', 'thủy', 'nguyên']
    """
    return [word for one in text.split() for word in _spelled(one)]


@lru_cache(maxsize=1 << 16)
def _spelled(word: str) -> tuple[str, ...]:
    return tuple(_NOT_WORD.sub(" ", normalize(word).casefold()).split())


# Abbreviations with one reading in names of cooperatives. Left out as they have several: CN (chăn nuôi, công nghiệp),
# VT (vận tải, vật tư), TS (thủy sản, tiến sĩ), MT (môi trường, Miền Trung).
_KINDS: Final = {
    "lhhtx": "liên hiệp hợp tác xã",
    "qtdnd": "quỹ tín dụng nhân dân",
    "htx": "hợp tác xã",
    "tht": "tổ hợp tác",
}
_LINES: Final = {
    "vsmt": "vệ sinh môi trường",
    "gtvt": "giao thông vận tải",
    "ttcn": "tiểu thủ công nghiệp",
    "ntts": "nuôi trồng thủy sản",
    "cnc": "công nghệ cao",
    "nn": "nông nghiệp",
    "dv": "dịch vụ",
    "tm": "thương mại",
    "sx": "sản xuất",
    "kd": "kinh doanh",
    "xd": "xây dựng",
}
_PARTS: Final = {**_KINDS, **_LINES, "th": "tổng hợp"}
_PART: Final = re.compile("|".join(_PARTS))
_SHORT: Final = re.compile(rf"(?!th$)(?:{_PART.pattern})+")  # TH alone may be anything; DVTH is clear
_UNION: Final = re.compile("^lh (?=hợp tác xã)")  # "LH HTX", in two words
_LEADING: Final = re.compile(f"(?:(?:{'|'.join((*_PARTS.values(), 'liên hiệp', 'và'))})(?: |$))*")


def _expanded(word: str) -> str:
    if not _SHORT.fullmatch(word):
        return word
    return " ".join(_PARTS[part] for part in _PART.findall(word))


def name_key(name: str) -> str:
    """The name of a cooperative as it is compared for identity: abbreviations written out, one spelling, lower case.

    Marks count, for An Bình and An Bính are two cooperatives. A name typed without marks is found with `fold`, e.g.
    `fold(name_key(name))`. The kind of organisation stays in the key: a THT is not the HTX of that name.

    >>> name_key("HTX DVNN An Bình")
    'hợp tác xã dịch vụ nông nghiệp an bình'
    >>> name_key("Hợp tác xã Dịch vụ - Nông nghiệp AN BÌNH") == name_key("HTX.DVNN An Bình")
    True
    """
    return _UNION.sub("liên hiệp ", " ".join(map(_expanded, words_of(name))))


_REGION: Final = {"bắc", "nam", "trung", "tây", "đông"}
_SERIAL: Final = re.compile(r"\d+|[ivx]+|[a-zđăâêôơư]")
_GLUED_NUMBER: Final = re.compile(r"(?<=[^\W\d_])(?=\d)")
_I_FOR_Y: Final = re.compile(r"\b([hklmstv]|qu)([yỳýỷỹỵ])\b")
_I: Final = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")


def _without_additions(own: list[str]) -> list[str]:
    """The own name without the additions that do not tell it apart; at least one word of it stays."""
    rest = own
    while len(rest) > 1:
        if rest[0] in {"tân", "mới"}:
            rest = rest[1:]
        elif rest[-1] == "mới" or _SERIAL.fullmatch(rest[-1]):
            rest = rest[:-1]
        elif len(rest) > 2 and rest[-2] == "miền" and rest[-1] in _REGION:
            rest = rest[:-2]
        elif rest[-1] in {"số", "thứ"} and rest != own:
            rest = rest[:-1]
        else:
            break
    return rest


def confusable_name(name: str) -> str:
    """A key two names share when the law calls them confusingly similar (NĐ 92/2024/NĐ-CP Art 17).

    That is, when they read the same (also Mỹ/Mĩ, Lý/Lí), or differ only by a number, an ordinal or one letter right
    after; by & or "và" or . , + - _; by "tân" before or "mới" before or after; by miền Bắc, Nam, Trung, Tây, Đông.
    Use it to show a person likely duplicates; two different cooperatives may rightly share it.

    >>> confusable_name("HTX DVNN An Bình 2") == confusable_name("Hợp tác xã dịch vụ & nông nghiệp Tân An Bình")
    True
    >>> confusable_name("HTX An Bình") == confusable_name("HTX An Bính")
    False
    """
    return confusable_key(name_key(name))


def confusable_key(key: str) -> str:
    """`confusable_name` of a name whose `name_key` is known.

    >>> confusable_key(name_key("HTX An Bình 2"))
    'hợp tác xã an bình'
    """
    words = [word for word in _GLUED_NUMBER.sub(" ", key).split() if word != "và"]
    plain = " ".join(words)
    # The own name stands behind the kind of organisation and its lines of business.
    lead = _LEADING.match(plain)
    at = lead.end() if lead else 0
    own = " ".join(_without_additions(plain[at:].split()))
    return _I_FOR_Y.sub(lambda y: y[1] + y[2].translate(_I), plain[:at] + own)


# English words that are no Vietnamese ones: a group of brackets without any of them is a remark, not a translation.
_ENGLISH: Final = re.compile(
    r"\b(?:are|as|at|be|by|cannot|first|for|from|has|have|is|it|its|must|needs|no|not|of|one|only|or|such|that|the|them|"
    r"there|this|was|were|which|with)\b"
)
_NO_SUBJECT: Final = re.compile(r"(?:are|belongs|cannot|does|gives|has|holds|is|lies|must|needs|reads|was|were)\b")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|“[^”]*”|`[^`]*`")


def told_in(message: str, lang: Lang) -> str:
    """What a message of the form "Vietnamese (English)" says in one language; any other message as it is.

    The English is the last group of brackets, with nothing after it. Several messages joined by "; " are told one by
    one. English that leaves its subject to the Vietnamese ("is no metric") cannot stand alone: there all is told.

    >>> told_in("Không có lô số 7 trong nhật ký (there is no batch 7 in the journal)", "en")
    'there is no batch 7 in the journal'
    >>> told_in("Không có lô số 7 trong nhật ký (there is no batch 7 in the journal)", "vi")
    'Không có lô số 7 trong nhật ký'
    >>> told_in("Không có xã Tân An (huyện Vĩnh Bảo)", "en")
    'Không có xã Tân An (huyện Vĩnh Bảo)'
    """
    if pair := _pair(message):
        return _one(message, pair, lang)
    pieces = [(piece, _pair(piece)) for piece in message.split("; ")]
    if len(pieces) > 1 and all(pair for _, pair in pieces):
        return "; ".join(_one(piece, pair, lang) for piece, pair in pieces if pair)
    return message


def _one(message: str, pair: Label, lang: Lang) -> str:
    return message if lang == "en" and _NO_SUBJECT.match(pair.en) else pair.in_(lang)


def _pair(message: str) -> Label | None:
    """Both parts of "Vietnamese (English)"; None where it is not just that."""
    at = _last_group(message)
    vi, en = message[:at].rstrip(), message[at + 1 : -1]
    if at <= 0 or not vi or not _is_english(en):
        return None
    told_before = any(_is_english(group[1:-1]) for group in re.findall(r"\([^()]*\)", vi))
    return None if told_before else Label(vi, en)


def _last_group(message: str) -> int:
    """Where the brackets open that close at the very end; 0 where none do."""
    depth = 0
    for at in range(len(message) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(message[at], 0)
        if depth == 0:
            return at if message[at] == "(" else 0
    return 0


def _is_english(text: str) -> bool:
    own = _QUOTED.sub("", text)
    words = re.findall(r"[^\W\d_]+", own)
    marked = sum(not word.isascii() for word in words)
    return 2 * marked < len(words) and _ENGLISH.search(own) is not None
