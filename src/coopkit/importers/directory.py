"""`Directory`: cooperatives by tax code and by name; who is meant, who is new, and who seems to be written twice."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from attrs import frozen

from coopkit.cooperative import Cooperative
from coopkit.importers.faults import (
    alike_names,
    name_differs,
    reference_inexact,
    reference_rejected,
    reference_several,
    reference_unknown,
    two_spellings,
)
from coopkit.importers.lookups import NOTHING, Outcome, Places
from coopkit.problem import Problem, Severity
from coopkit.record import make_id
from coopkit.sheet import Role
from coopkit.text import Label, confusable_key, fold, name_key

_LABEL: Final = Label("Đơn vị", "Cooperative")
# A file's names are keyed once to tell which are new, and once more to tell which are alike.
_kept = lru_cache(maxsize=1 << 18)
_key = _kept(name_key)
_folded = _kept(lambda name: fold(_key(name)))
_confusable = _kept(lambda name: confusable_key(_key(name)))


def cooperative_id(name: str, tax_code: str | None, place: str | None) -> str:
    """The id of a cooperative that the register does not hold yet: made of its tax code, else of its name and place."""
    return make_id("cooperative", tax_code) if tax_code else make_id("cooperative", _key(name), place)


@frozen
class Known:
    """A cooperative that the ledger or one of the files holds, and where."""

    id: str
    name: str
    tax_code: str | None
    place: str | None
    where: str
    held: bool = False
    """By the ledger, not only by a file."""


class Directory:
    """The cooperatives of the ledger and of the files read so far."""

    def __init__(self, held: Iterable[tuple[str, str, str | None, str | None]], places: Places) -> None:
        self._places = places
        self._all: dict[str, Known] = {}
        self._by_tax: dict[str, str] = {}
        self._rejected: dict[str, str] = {}
        self._waiting: list[Known] = []
        self._wordless: list[Known] = []
        self._by_key: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_folded: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_likeness: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for one in held:
            self.add(Known(*one, "sổ (ledger)", held=True))

    def add(self, known: Known) -> None:
        """Know a cooperative, or know it by a further name or code."""
        self._all[known.id] = known
        if known.tax_code:
            self._by_tax[known.tax_code] = known.id
        self._waiting.append(known)  # its name is looked at only if some row tells no tax code

    def reject(self, tax_code: str | None, name: str | None, where: str) -> None:
        """Remember the place of a row that was left out, so that what refers to it can say so."""
        for told in (tax_code, _folded(name) if name else None):
            if told:
                self._rejected.setdefault(told, where)

    def _index_names(self) -> None:
        for known in self._waiting:
            name = known.name
            for table, key in (
                (self._by_key, _key(name)),
                (self._by_folded, _folded(name)),
                (self._by_likeness, _confusable(name)),
            ):
                table[key][known.id] = None
            self._wordless.append(known)
        self._waiting.clear()

    def _index_words(self) -> None:
        self._index_names()
        for known in self._wordless:
            for word in _folded(known.name).split():
                self._by_word[word].add(known.id)
        self._wordless.clear()

    # -- a row that declares a cooperative

    def identify(self, name: str | None, tax_code: str | None, place: str | None) -> str:
        """The id of the cooperative that a row declares: of the one it already is, or a new one.

        It is the one of its tax code; else the one of its name and place, unless that has another tax code.
        """
        if tax_code and tax_code in self._by_tax:
            return self._by_tax[tax_code]
        for known in self._named(self._by_key, _key(name or "")):
            same_code = not tax_code or not known.tax_code
            if same_code and known.place == place and known.held:
                return known.id
        return cooperative_id(name or "", tax_code, place)

    def declare(self, one: Cooperative, where: str, on: dt.date) -> Problem | None:
        """Know the cooperative of a good row. Gives the doubt about it, or the fault for which it stays unknown."""
        known = self._all.get(one.id)
        new = Known(one.id, one.name, one.tax_code, one.place, where)
        if known is not None:  # an empty cell says nothing
            new = Known(one.id, one.name or known.name, one.tax_code or known.tax_code, one.place or known.place, where)
            if (known.name, known.place) == (new.name, new.place):
                self.add(new)
                return None
        problem = self._twin(new, on)
        if problem is None or problem.severity is Severity.WARNING:
            self.add(new)
        return problem

    def _twin(self, new: Known, on: dt.date) -> Problem | None:
        """A fault if it seems to be a cooperative already known by another name or without code; or a doubt."""
        alike: Known | None = None
        for known in self._named(self._by_folded, _folded(new.name)):
            if known.id == new.id or not self._same_area(known, new, on):
                continue
            if not (known.tax_code and new.tax_code) and not self._two_communes(known, new):
                return two_spellings(new.name, known.name, known.where)
            alike = alike or known
        others = (one for one in self._named(self._by_likeness, _confusable(new.name)) if one.id != new.id)
        alike = alike or next((one for one in others if self._same_area(one, new, on)), None)
        return alike_names(new.name, alike.name, alike.where) if alike else None

    def _same_area(self, one: Known, other: Known, on: dt.date) -> bool:
        areas = self._places.area(one.place, on), self._places.area(other.place, on)
        return None in areas or areas[0] == areas[1]

    def _two_communes(self, one: Known, other: Known) -> bool:
        return one.place != other.place and all(self._places.is_narrow(known.place) for known in (one, other))

    # -- a row that refers to one

    def resolve(self, tax_code: str | None, name: str | None) -> Outcome:
        """The cooperative that a row means: by its tax code where it tells one, else by its name."""
        if tax_code:
            return self._by_code(tax_code, name)
        return self._by_name(name) if name else NOTHING

    def _by_code(self, tax_code: str, name: str | None) -> Outcome:
        found = self._by_tax.get(tax_code)
        if found is None:
            near = (self._shown(known) for known in self._near(name or ""))
            return self._unknown(Role.TAX_CODE, tax_code, tax_code, near)
        known = self._all[found]
        if name and _key(name) != _key(known.name):
            return Outcome(found, ((Role.NAME, name_differs(name, known.name)),))
        return Outcome(found)

    def _by_name(self, name: str) -> Outcome:
        if name in self._all:  # a workbook of ours gives the id where names leave a doubt
            return Outcome(name)
        for table, key, exact in ((self._by_key, _key(name), True), (self._by_folded, _folded(name), False)):
            found = list(self._named(table, key))
            if len(found) > 1:
                names = map(self._shown, found)
                return Outcome(None, ((Role.NAME, reference_several("cooperative", name, names)),))
            if found:
                inexact = reference_inexact("cooperative", name, found[0].name)
                return Outcome(found[0].id, () if exact else ((Role.NAME, inexact),))
        return self._unknown(Role.NAME, name, _folded(name), map(self._shown, self._near(name)))

    def _unknown(self, role: Role, seen: str, key: str, near: Iterable[str]) -> Outcome:
        if where := self._rejected.get(key):
            return Outcome(None, ((role, reference_rejected("cooperative", seen, where)),))
        return Outcome(None, ((role, reference_unknown("cooperative", _LABEL, seen, near)),))

    def _named(self, table: dict[str, dict[str, None]], key: str) -> Iterator[Known]:
        self._index_names()
        return (self._all[one] for one in table.get(key, ()))

    def _near(self, name: str) -> list[Known]:
        """Up to three of similar names; of a large register only those that share a rare word are compared."""
        self._index_words()
        words = [word for word in _folded(name).split() if word in self._by_word]
        shared: set[str] = set()
        for word in sorted(words, key=lambda word: len(self._by_word[word])):
            if len(shared) + len(self._by_word[word]) <= 300:
                shared |= self._by_word[word]
        wanted = _folded(name)
        rated = [(SequenceMatcher(None, wanted, _folded(self._all[one].name)).ratio(), one) for one in sorted(shared)]
        rated.sort(key=lambda one: (-one[0], one[1]))
        return [self._all[one] for ratio, one in rated[:3] if ratio >= 0.6]

    @staticmethod
    def _shown(known: Known) -> str:
        return f"{known.name} ({known.tax_code})" if known.tax_code else known.name
