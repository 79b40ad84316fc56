"""`Atlas`: the maps of all days and what leads from one to the next: a recorded place is found on any of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen

from coopkit.place.act import DAY, Succession
from coopkit.place.index import PlaceIndex
from coopkit.place.record import Place
from coopkit.problem import Problem
from coopkit.text import Label


class State(StrEnum):
    """How a recorded place, or a figure, came to a place of another day's map.

    >>> State.BY_ADDRESS.label.vi
    'Theo địa chỉ'
    """

    EXACT = "exact"
    """All of the recorded place lies in it."""
    BY_ADDRESS = "by_address"
    """The recorded place was split, and somebody looked at the record's own address."""
    APPORTIONED = "apportioned"
    """A figure without records, shared out as a source cites."""
    UNDECIDED = "undecided"
    """Nobody can say yet."""

    @property
    def label(self) -> Label:
        """Its name on screen."""
        return _STATES[self]


_STATES = {
    State.EXACT: Label("Chính xác", "Exact"),
    State.BY_ADDRESS: Label("Theo địa chỉ", "By address"),
    State.APPORTIONED: Label("Phân bổ theo tỷ lệ", "Apportioned"),
    State.UNDECIDED: Label("Chưa xác định", "Undecided"),
}


@frozen
class Location:
    """Where a recorded place lies on another day's map: the place, or those it may be, the likelier first.

    >>> Location(None, (), State.UNDECIDED).state.label.vi
    'Chưa xác định'
    """

    place: Place | None
    candidates: tuple[Place, ...]
    state: State


@frozen
class Share:
    """A figure of one place on the day's map; of no place, what nobody can place. `state` says how it came there."""

    place: Place | None
    value: Fraction
    state: State


@frozen
class Translation:
    """A series on another day's map: its figures, which add up to what was given, and what is to be decided."""

    shares: tuple[Share, ...]
    problems: tuple[Problem, ...]


@frozen(eq=False)
class Atlas:
    """Places through time with their successions.

    >>> import datetime as dt
    >>> from coopkit.place import shipped_atlas
    >>> found = shipped_atlas().locate("11341@1900-01-01", dt.date(2025, 3, 1), "district")
    >>> found.place.title, found.state.value
    ('Quận Ngô Quyền', 'exact')
    """

    index: PlaceIndex
    successions: tuple[Succession, ...]
    _onward: Mapping[str, list[Succession]] = field(init=False, repr=False)
    _back: Mapping[str, list[Succession]] = field(init=False, repr=False)
    _found: dict[tuple[str, dt.date, str | None], tuple[Place, ...]] = field(init=False, repr=False, factory=dict)

    @_onward.default
    def _by_old(self) -> Mapping[str, list[Succession]]:
        return _grouped(self.successions, "old")

    @_back.default
    def _by_new(self) -> Mapping[str, list[Succession]]:
        return _grouped(self.successions, "new")

    def maps(self) -> tuple[tuple[dt.date | None, dt.date | None], ...]:
        """The maps that follow one another by acts: the first and the last day of each, the oldest first."""
        begun = sorted({self.index.by_id(one.new).valid_from for one in self.successions} & self._ends())
        firsts: list[dt.date | None] = [None, *begun]
        lasts: list[dt.date | None] = [*(day - DAY for day in begun), None]
        return tuple(zip(firsts, lasts, strict=True))

    def _ends(self) -> set[dt.date]:
        return {_last(self.index.by_id(one.old)) + DAY for one in self.successions}

    def locate(self, recorded: str, on: dt.date, level: str | None = None, decided: Iterable[str] = ()) -> Location:
        """Where the place of that id lies on the map of a day, at a level or at whatever level leads on from it.

        `decided` are the places in which the record in question was decided to lie by its own address; one is used
        where the recorded place leads to several. Raises `NotFound` for an id there is not.
        """
        candidates = self._candidates(recorded, on, level)
        if len(candidates) == 1:
            return Location(candidates[0], candidates, State.EXACT)
        for chosen in decided:
            found = self._candidates(chosen, on, level)
            if len(found) == 1 and found[0] in candidates:
                return Location(found[0], candidates, State.BY_ADDRESS)
        return Location(None, candidates, State.UNDECIDED)

    def former(self, recorded: str, on: dt.date, level: str) -> tuple[Place, ...]:
        """The places of a level that the map no longer has, on the last one that had it: several where it is mixed.

        >>> import datetime as dt
        >>> from coopkit.place import shipped_atlas
        >>> found = shipped_atlas().former("11311@2025-07-01", dt.date(2025, 7, 1), "district")
        >>> [place.title for place in found]
        ['Quận Hồng Bàng', 'Quận Ngô Quyền']
        """
        if level in self.index.levels(on):
            return ()
        last = next((day for day in self.index.earlier(on) if level in self.index.levels(day)), None)
        return self._candidates(recorded, last, level) if last else ()

    def _candidates(self, recorded: str, on: dt.date, level: str | None) -> tuple[Place, ...]:
        key = recorded, on, level
        if key not in self._found:
            reached = self._reached(self.index.by_id(recorded), on)
            at_level = (place for one in reached for place in (self._at_level(one, on, level) if level else (one,)))
            self._found[key] = tuple(dict.fromkeys(at_level))
        return self._found[key]

    def _reached(self, place: Place, on: dt.date) -> list[Place]:
        """The places of the day's map that have land of this one; the outer ones, where no inner is known, last."""
        if place.in_force(on):
            return [place]
        found: dict[Place, None] = {}
        seen, waiting = {place.id}, [place]
        while waiting:
            for one in self._next(waiting.pop(0), on):
                if one.in_force(on):
                    found[one] = None
                elif one.id not in seen:
                    seen.add(one.id)
                    waiting.append(one)
        return sorted(found, key=lambda one: len(self.index.levels(on)) - self._depth(one, on))

    def _depth(self, place: Place, on: dt.date) -> int:
        return len(self.index.ancestors(place, on))

    def _next(self, place: Place, on: dt.date) -> list[Place]:
        """The places one act further on, or one act back, towards the day."""
        if place.in_force(on):
            return []
        if place.valid_to is not None and place.valid_to < on:
            return self._successors(place)
        return self._predecessors(place)

    def _successors(self, place: Place) -> list[Place]:
        links = self._onward.get(place.id)
        if links:
            return [self.index.by_id(link.new) for link in links]
        # An outer place without links of its own lies where its parts went.
        last = _last(place)
        after = last + DAY
        return [
            one
            for child in self._below(place, last)
            for one in ([child] if child.in_force(after) else self._successors(child))
        ]

    def _predecessors(self, place: Place) -> list[Place]:
        begun = place.valid_from
        outer = (place, *self.index.ancestors(place, begun))
        links = [link for one in outer for link in self._back.get(one.id, ()) if self._is_of(link, begun)]
        direct = [link for link in links if link.new == place.id]
        vague = [link for link in links if link.new != place.id and self._is_vague(link, begun)]
        found = [self.index.by_id(link.old) for link in (*direct, *vague)]
        before = begun - DAY
        return found or [
            one
            for child in self._below(place, begun)
            for one in ([child] if child.in_force(before) else self._predecessors(child))
        ]

    def _is_of(self, link: Succession, day: dt.date) -> bool:
        """Whether the link belongs to the act of that day: its older place ended the day before."""
        return _last(self.index.by_id(link.old)) + DAY == day

    def _is_vague(self, link: Succession, day: dt.date) -> bool:
        """Whether the link says only "somewhere within": its newer place is of a higher level than its older one."""
        old, new = self.index.by_id(link.old), self.index.by_id(link.new)
        levels = self.index.levels(day - DAY)
        return old.level != new.level and new.level in levels[: levels.index(old.level)]

    def _below(self, place: Place, on: dt.date) -> tuple[Place, ...]:
        return self.index.children(place.code, on)

    def _at_level(self, place: Place, on: dt.date, level: str) -> tuple[Place, ...]:
        """The place of that level which it is or lies in; where it is an outer one, all those within it."""
        above = self.index.parent(place, on, level)
        if above is not None:
            return (above,)
        return tuple(one for child in self._below(place, on) for one in self._at_level(child, on, level))

    # -- figures without records

    def translate(
        self,
        series: Mapping[str, int | Fraction],
        source: dt.date,
        target: dt.date,
        *,
        level: str | None = None,
        apportion: bool = False,
    ) -> Translation:
        """A series by place code on one day's map, on another day's: of figures that add up and have no records.

        Figures counted from records are counted again on the other map (`evaluate(..., on_map=...)`), for there each
        record's own address decides; a number of distinct things is never added or shared out. With `apportion` a
        figure is shared out where a source cites the shares, and only there. What nobody can place stays together in
        a row without a place, with a `Problem` for each: nothing is lost and nothing guessed.

        Raises `NotFound` for a level that the target's map does not have.

        >>> from coopkit.place import shipped_atlas
        >>> days = dt.date(2023, 12, 31), dt.date(2025, 7, 1)
        >>> moved = shipped_atlas().translate({"317": 9, "316": 40}, *days, level="commune")
        >>> [(share.place.title if share.place else "?", int(share.value), share.state.value) for share in moved.shares]
        [('Đặc khu Cát Hải', 9, 'exact'), ('?', 40, 'undecided')]
        """
        if level is not None:
            self.index.level(target, level)
        totals: dict[tuple[Place | None, State], Fraction] = defaultdict(Fraction)
        problems = []
        for code, value in series.items():
            place = self.index.get(code, source)
            found = self.locate(place.id, target, level) if place else Location(None, (), State.UNDECIDED)
            cited = self._cited(place, target) if place and apportion and found.place is None else {}
            if found.place is None and not cited:
                problems.append(undecided(place.title if place else code, found.candidates))
            for to, share in (cited or {found.place: Fraction(1)}).items():
                totals[to, State.APPORTIONED if cited else found.state] += value * share
        shares = [Share(place, value, state) for (place, state), value in totals.items()]
        shares.sort(key=lambda one: (one.place is None, one.place.code if one.place else "", one.state))
        return Translation(tuple(shares), tuple(problems))

    def _cited(self, place: Place, target: dt.date) -> dict[Place | None, Fraction]:
        """The shares of a place on the day's map, where every one is cited and they make up the whole."""
        links = self._onward.get(place.id, [])
        into = [(self.index.by_id(link.new), Fraction(link.share or 0, 10_000)) for link in links]
        whole = sum((share for _, share in into), Fraction(0)) == 1
        return dict(into) if whole and all(one.in_force(target) for one, _ in into) else {}


def undecided(name: str, candidates: Iterable[Place]) -> Problem:
    """What nobody can place yet, and among what to choose."""
    near = "; ".join(place.title for place in candidates)
    return Problem(
        "place.undecided",
        Label("đã bị chia hoặc chưa rõ nhập vào đâu", "was split, or nobody has said what it became part of"),
        Label(f"chọn một trong: {near}", f"choose one of: {near}")
        if near
        else Label("tra văn bản sắp xếp", "see the act"),
        seen=name,
    )


def _grouped(successions: Iterable[Succession], key: str) -> Mapping[str, list[Succession]]:
    found: dict[str, list[Succession]] = defaultdict(list)
    for one in sorted(successions, key=lambda one: (one.old, one.new)):
        found[getattr(one, key)].append(one)
    return dict(found)


def _last(place: Place) -> dt.date:
    return place.valid_to or dt.date.max
