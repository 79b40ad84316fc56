"""Finding units by what a person types: marks or not, abbreviated or not, the words in any order, the best first."""

from __future__ import annotations

from functools import lru_cache
from itertools import starmap
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from attrs import frozen

from coopkit.snapshot import Snapshot
from coopkit.text import fold, name_key, sort_key, words_of

Rows: TypeAlias = npt.NDArray[np.int64]
"""Numbers of rows, in the order they are shown in."""


@frozen(eq=False)
class Names:
    """The names and tax codes of a register: their order in Vietnamese, and what a search looks through."""

    order: Rows
    _exact: Any  # polars.Series, in that order; polars is imported only where a list is made
    _folded: Any

    @staticmethod
    def of(table: pa.Table) -> Names:
        """Those of a table with `id`, `name` and `tax_code`."""
        import polars as pl

        ids, names, codes = (table.column(name).to_pylist() for name in ("id", "name", "tax_code"))
        keys = list(starmap(_keys, zip(names, codes, strict=True)))
        places = [f"{key[0]}\0{one}" for key, one in zip(keys, ids, strict=True)]
        order = sorted(range(len(places)), key=places.__getitem__)
        exact, folded = (pl.Series([keys[at][which] for at in order], dtype=pl.String) for which in (1, 2))
        return Names(np.array(order, np.int64), exact, folded)

    def find(self, text: str, among: Rows) -> Rows:
        """Those of the rows, told in ascending order, whose name or tax code has every word typed; the best first.

        A word may stand anywhere, within another too, and an abbreviation for what it is short of. First come those
        that have every word with its marks as typed; of these, and then of the others, those whose name begins with
        all that was typed, those where a word does, those that have it elsewhere, and those where the words stand
        apart. A text of signs alone narrows nothing.
        """
        words = list(dict.fromkeys(words_of(text)))
        folded = self._folded if len(among) == len(self._folded) else self._folded.gather(among)
        for word in sorted(words, key=len, reverse=True):  # the longest leaves the fewest
            kept = _has(folded, fold(word), fold(name_key(word)))
            among, folded = among[kept.to_numpy()], folded.filter(kept)
        if not words or not len(among):
            return among
        rank = _stands(folded, fold(name_key(text))) + 4 * ~self._marked(words, name_key(text), among)
        return among[np.argsort(rank, kind="stable")]

    def _marked(self, words: list[str], phrase: str, among: Rows) -> npt.NDArray[np.bool_]:
        """Which of the rows have every word with its marks as typed; most have them in one phrase."""
        exact = self._exact.gather(among)
        marked = np.array(exact.str.contains(phrase, literal=True))
        if " " in phrase:
            apart = exact.filter(~marked)
            marked[~marked] = np.logical_and.reduce([_has(apart, word, name_key(word)) for word in words])
        return marked


def _has(texts: Any, word: str, written_out: str) -> Any:
    """Which of the texts have a word as it is or written out."""
    found = texts.str.contains(word, literal=True)
    return found if word == written_out else found | texts.str.contains(written_out, literal=True)


def _stands(texts: Any, phrase: str) -> npt.NDArray[np.int8]:
    """Where a phrase stands in each text: 0 it begins with it, 1 a word does, 2 elsewhere, 3 its words stand apart."""
    at = texts.str.find(f" {phrase}", literal=True)
    inside = at.is_null()
    stands = np.where(inside, 2, np.where((at == 0).fill_null(value=False), 0, 1)).astype(np.int8)
    if " " in phrase:
        stands[inside.to_numpy()] += ~texts.filter(inside).str.contains(phrase, literal=True).to_numpy()
    return stands


@lru_cache(maxsize=1 << 17)  # after one edit all other names are as they were
def _keys(name: str, tax_code: str | None) -> tuple[str, str, str]:
    """What a unit sorts by, and its name written out, tax code and name as written: with marks, and folded."""
    full, written, code = name_key(name), " ".join(words_of(name)), tax_code or ""
    if not (code.isascii() and code.isdigit()):  # "0200000001-001"
        code = " ".join(words_of(code))
    again = ("", "") if written == full else (f" {written}", f" {fold(written)}")
    return sort_key(name), f" {full} {code}{again[0]}", f" {fold(full)} {code}{again[1]}"


@lru_cache(maxsize=4)
def names_of(snapshot: Snapshot) -> Names:
    """The names of a Snapshot's cooperatives; made once while the register stays the same."""
    return Names.of(snapshot.table("cooperative"))
