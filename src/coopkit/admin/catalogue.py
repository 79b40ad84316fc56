"""The sentences of the page: written in Vietnamese where they are used, in English in a Babel catalogue.

The catalogue is read from its .po once per process, no compiled file is kept; `scripts/catalogue.py` keeps it.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from attrs import frozen
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from coopkit.errors import BadText
from coopkit.quantity import Number, format_number
from coopkit.text import Label, Lang, told_in

CATALOGUE: Final = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "coopkit.po"
"""The English of every sentence."""


@cache
def catalogue(lang: Lang) -> NullTranslations:
    """What the sentences are in the language; a sentence without a translation stays Vietnamese.

    >>> catalogue("en").gettext("Tổng quan")
    'Overview'
    >>> catalogue("vi").gettext("Tổng quan")
    'Tổng quan'
    """
    if lang == "vi":
        return NullTranslations()
    compiled = BytesIO()
    with CATALOGUE.open("rb") as written:
        write_mo(compiled, read_po(written, locale=lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


@frozen
class Reader:
    """Somebody who reads the page in a language: what the page says goes through here.

    >>> an = Reader("en")
    >>> an.n("{n} đơn vị", 1), an.n("{n} đơn vị", 1234), Reader("vi").n("{n} đơn vị", 1234)
    ('1 unit', '1,234 units', '1.234 đơn vị')
    >>> an.t("Lô {number}", number="7")
    'Batch 7'
    """

    lang: Lang

    def t(self, text: str, /, **values: str) -> str:
        """The sentence, its {named} places filled with these values."""
        said = catalogue(self.lang).gettext(text)
        return said.format_map(values) if values else said

    def n(self, text: str, n: int, /, **values: str) -> str:
        """The sentence whose {n} is a number: one is told from many, and the number written as the language does."""
        said = catalogue(self.lang).ngettext(text, text, n)
        return said.format_map({**values, "n": self.number(n)})

    def number(self, number: Number, decimals: int | None = None) -> str:
        """The number as the reader writes it: 1.234,5 or 1,234.5."""
        return format_number(number, self.lang, decimals)

    def told(self, error: Exception | str) -> str:
        """What an error says, only in the reader's language where it is said in both."""
        if isinstance(error, BadText):
            return Label(*map(": ".join, zip(error.what, error.mend, strict=True))).in_(self.lang)
        return told_in(str(error), self.lang)
