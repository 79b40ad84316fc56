"""Which place, cooperative, event or group the cells of a row mean.

Each answer is an `Outcome`: the id, or none, and the faults and doubts met, each with the column it is about.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Final

from attrs import field, frozen

from coopkit.errors import NotFound
from coopkit.importers.faults import (
    place_former,
    place_inexact,
    place_several,
    place_unknown,
    reference_inexact,
    reference_rejected,
    reference_several,
    reference_unknown,
)
from coopkit.place import Atlas, Match, Place
from coopkit.problem import Problem
from coopkit.sheet import Role
from coopkit.text import Label, fold


@frozen
class Outcome:
    """The id that was meant, if it is known, and what is to be said about the cells that told it."""

    id: str | None
    problems: tuple[tuple[Role, Problem], ...] = ()


NOTHING: Final = Outcome(None)
_PLACE_ID: Final = re.compile(r"\S+@\d{4}-\d\d-\d\d")


class Places:
    """Places by what a person writes, on the map of a day; within the alliance's province once that is known."""

    def __init__(self, atlas: Atlas, province: str | None) -> None:
        self._atlas = atlas
        self._index = atlas.index
        self._areas: dict[tuple[str, dt.date], str | None] = {}
        self.province = province

    def two(self, district: str | None, commune: str | None, on: dt.date) -> Outcome:
        """The commune, or where none is told the district; with a doubt, one of an earlier map than the day's."""
        role = Role.COMMUNE if commune else Role.DISTRICT
        return self._or_earlier(lambda day: self._two(district, commune, day), role, commune or district or "", on)

    def _or_earlier(self, look: Callable[[dt.date], Outcome], role: Role, text: str, on: dt.date) -> Outcome:
        found = look(on)
        if found.id is not None or not found.problems:
            return found
        for day in self._index.earlier(on):
            older = look(day)
            if older.id is not None:
                place = self._index.by_id(older.id)
                return Outcome(older.id, (*older.problems, (role, place_former(text, place.title, day))))
        return found

    def _two(self, district: str | None, commune: str | None, on: dt.date) -> Outcome:
        if district is None and commune is None:
            return NOTHING
        for role, text in ((Role.COMMUNE, commune), (Role.DISTRICT, district)):
            if text and _PLACE_ID.fullmatch(text):
                return self._by_id(text, role)
        levels = self._index.levels(on)
        if not district:
            return self._one(commune or "", Role.COMMUNE, on, (levels[-1:][0] if levels else None,))
        outer = self._one(district, Role.DISTRICT, on, (levels[1] if len(levels) > 1 else None, None))
        if outer.id is None or not commune:
            return outer
        around = self._index.by_id(outer.id)
        inner = self._one(commune, Role.COMMUNE, on, (None,), around)
        return Outcome(inner.id, (*outer.problems, *inner.problems))

    def path(self, text: str, on: dt.date, *, top: bool = False) -> Outcome:
        """One place told in one cell; a district rather than a commune of that name, with `top` a province."""
        return self._or_earlier(lambda day: self._path(text, day, top=top), Role.PLACE, text, on)

    def _path(self, text: str, on: dt.date, *, top: bool) -> Outcome:
        if _PLACE_ID.fullmatch(text):
            return self._by_id(text, Role.PLACE)
        levels = self._index.levels(on)
        level = levels[0 if top else 1] if len(levels) > 1 else None
        return self._one(text, Role.PLACE, on, (level, None))

    def several(self, text: str, on: dt.date) -> list[tuple[str, Outcome]]:
        """The places of a text that may list them with commas, each with the piece that told it."""
        whole = self.path(text, on)
        pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
        if whole.id is None and len(pieces) > 1:
            return [(piece, self.path(piece, on)) for piece in pieces]
        return [(text, whole)]

    def area(self, place_id: str | None, on: dt.date) -> str | None:
        """The code of the district that a place is or lies in, on the day's map; of the commune where it has none.

        None where that is not known: then it may be any.
        """
        if place_id is None:
            return None
        if (place_id, on) not in self._areas:
            self._areas[place_id, on] = self._area(place_id, on)
        return self._areas[place_id, on]

    def _area(self, place_id: str, on: dt.date) -> str | None:
        levels = self._index.levels(on)
        if len(levels) < 2:
            return place_id.split("@", maxsplit=1)[0]
        place = self._atlas.locate(place_id, on, levels[1]).place
        return place.code if place else None

    def is_narrow(self, place_id: str | None) -> bool:
        """Whether the place is of the lowest level of its own map: two such places are two places."""
        if place_id is None:
            return False
        place = self._index.by_id(place_id)
        return place.level == self._index.levels(place.valid_from)[-1]

    def _by_id(self, text: str, role: Role) -> Outcome:
        try:
            return Outcome(self._index.by_id(text).id)
        except NotFound:
            return Outcome(None, ((role, place_unknown(text, (), "")),))

    def _one(
        self, text: str, role: Role, on: dt.date, levels: tuple[str | None, ...], within: Place | None = None
    ) -> Outcome:
        code = within.code if within else self.province
        found: tuple[Match, ...] = ()
        for level in levels:
            found = found or self._index.matches(text, on, level=level, within=code)
        if not found and role is Role.PLACE:
            found = self._index.matches(text, on)
        if not found:
            near = self._index.suggest(text, on, level=levels[0], within=code)
            return Outcome(
                None, ((role, place_unknown(text, (p.title for p in near), within.title if within else "")),)
            )
        if len(found) > 1:
            paths = [self._index.path(match.place, on) for match in found]
            return Outcome(None, ((role, place_several(text, paths)),))
        match = found[0]
        if match.exact and match.type_agrees:
            return Outcome(match.place.id)
        return Outcome(match.place.id, ((role, place_inexact(text, match.place.title)),))


@frozen(eq=False)
class Names:
    """Records of one table by the code or name a person writes: events by code, groups by name."""

    table: str
    label: Label
    role: Role
    _ids: dict[str, dict[str, str]] = field(factory=lambda: defaultdict(dict), init=False)
    _folded: dict[str, dict[str, str]] = field(factory=lambda: defaultdict(dict), init=False)
    _known: set[str] = field(factory=set, init=False)
    _rejected: dict[str, str] = field(factory=dict, init=False)

    def add(self, name: str, of: str, also: str = "") -> None:
        """Know a record by its name; `also` is what tells it from others of that name."""
        self._ids[name][of] = also
        self._known.add(of)
        self._folded[fold(name)][of] = name

    def reject(self, name: str, where: str) -> None:
        """Remember the place of a row that was left out, so that what refers to it can say so."""
        self._rejected.setdefault(fold(name), where)

    def find(self, name: str) -> str | None:
        """The record of exactly that name, if it is the only one."""
        found = self._ids.get(name, {})
        return next(iter(found)) if len(found) == 1 else None

    def resolve(self, name: str | None) -> Outcome:
        """The record that is meant."""
        if name is None:
            return NOTHING
        found = self._ids.get(name) or {}
        if len(found) == 1 or name in self._known:  # a workbook of ours gives the id where names leave a doubt
            return Outcome(next(iter(found), name))
        alike = found or self._folded.get(fold(name)) or {}
        if len(alike) > 1:
            names = (f"{name} ({also})" if also else name for also in alike.values())
            return Outcome(None, ((self.role, reference_several(self.table, name, names)),))
        if alike:
            [(of, written)] = alike.items()
            return Outcome(of, ((self.role, reference_inexact(self.table, name, written)),))
        if where := self._rejected.get(fold(name)):
            return Outcome(None, ((self.role, reference_rejected(self.table, name, where)),))
        near = self._near(name)
        return Outcome(None, ((self.role, reference_unknown(self.table, self.label, name, near)),))

    def _near(self, name: str) -> Iterable[str]:
        close = get_close_matches(fold(name), self._folded, n=3, cutoff=0.6)
        return [next(iter(self._folded[one].values())) for one in close]
