"""`PlaceIndex`: places through time, asked by date, by tree and by text. Pure: built once from places."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain, pairwise
from typing import TypeAlias

from attrs import field, frozen

from coopkit.errors import CoopkitError, NotFound
from coopkit.place.naming import Reading, Words, is_shortened, name_of, readings, shortens, split_path
from coopkit.place.record import Place
from coopkit.text import fold

_Wanted: TypeAlias = Callable[[Place], bool]
_NEAR = 0.6


@frozen
class Match:
    """A place that a text may mean, and how well text and place agree.

    `exact`: also the marks agree. `type_agrees`: False where the text says another type of the same level ('TP Thủy
    Nguyên' while it is a huyện). `shortened`: some words were given as initials ('Đ. Hải 1').
    """

    place: Place
    exact: bool = True
    type_agrees: bool = True
    shortened: bool = False


class _Map:
    """The tree between two changes: no place begins or ends in it."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.by_code = {place.code: place for place in places}
        self.depth = {place.code: sum(1 for _ in self.ancestors(place)) for place in self.by_code.values()}
        ordered = sorted(self.by_code.values(), key=self.rank)
        self.places = tuple(ordered)
        self.children: dict[str | None, list[Place]] = defaultdict(list)
        self.by_folded: dict[str, list[Place]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self.split: list[tuple[Place, Words, Words]] = []
        for place in ordered:
            name = name_of(place.name)
            folded = fold(name)
            self.children[place.parent].append(place)
            self.names[place.code] = name
            self.by_folded[folded].append(place)
            self.split.append((place, tuple(name.split()), tuple(folded.split())))

    def rank(self, place: Place) -> tuple[int, str]:
        return self.depth[place.code], place.code

    def ancestors(self, place: Place) -> Iterator[Place]:
        seen = {place.code}
        above = self.by_code.get(place.parent or "")
        while above is not None:
            if above.code in seen:
                raise CoopkitError(
                    f"{place.id} nằm trong chính nó (is inside itself): sửa cột parent (mend its parent)"
                )
            seen.add(above.code)
            yield above
            above = self.by_code.get(above.parent or "")

    def named(self, reading: Reading) -> Iterator[Match]:
        for place in self.by_folded.get(fold(reading.name), ()):
            yield Match(place, exact=self.names[place.code] == reading.name)

    def shortened(self, reading: Reading) -> Iterator[Match]:
        if not is_shortened(reading.words):
            return
        folded: Words = tuple(fold(word) for word in reading.words)
        for place, name, folded_name in self.split:
            if shortens(folded, folded_name):
                yield Match(place, exact=shortens(reading.words, name), shortened=True)

    def matches(self, text: str, wanted: _Wanted) -> tuple[Match, ...]:
        """The matches of the best kind: full names of the type, then of another type of that level, then initials."""
        ways = readings(text)
        for look_up in (self.named, self.shortened):
            agreeing: dict[str, Match] = {}
            differing: dict[str, Match] = {}
            for reading in ways:
                for match in look_up(reading):
                    place = match.place
                    if not wanted(place):
                        continue
                    if not reading.types or place.type in reading.types:
                        agreeing.setdefault(place.code, match)
                    elif place.level in reading.levels:
                        other = Match(place, match.exact, type_agrees=False, shortened=match.shortened)
                        differing.setdefault(place.code, other)
            if agreeing or differing:
                return self._ranked((agreeing or differing).values())
        return ()

    def _ranked(self, found: Iterable[Match]) -> tuple[Match, ...]:
        ranked = sorted(found, key=lambda match: (not match.exact, *self.rank(match.place)))
        exact = [match for match in ranked if match.exact]
        return tuple(exact if len(exact) == 1 else ranked)

    def inside(self, parts: tuple[str, ...], wanted: _Wanted) -> _Wanted:
        """`wanted`, and below a place of each name in `parts`."""
        outer = [{match.place.code for match in self.matches(part, lambda _: True)} for part in parts]

        def is_inside(place: Place) -> bool:
            above = {ancestor.code for ancestor in self.ancestors(place)}
            return wanted(place) and all(codes & above for codes in outer)

        return is_inside if parts else wanted

    def likeness(self, ways: tuple[Reading, ...], place: Place) -> tuple[float, float]:
        """How alike text and name are, without marks and then with them, each from 0 to 1."""
        name = self.names[place.code]
        fitting = [way.name for way in ways if not way.levels or place.level in way.levels]
        return max(((_ratio(fold(way), fold(name)), _ratio(way, name)) for way in fitting), default=(0.0, 0.0))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _checked(places: Iterable[Place]) -> tuple[Place, ...]:
    """The places in order of code and date; a code never names two places on one day."""
    ordered = tuple(sorted(places, key=lambda place: (place.code, place.valid_from)))
    for earlier, later in pairwise(ordered):
        if earlier.code == later.code and earlier.in_force(later.valid_from):
            raise CoopkitError(
                f"{earlier.id} và {later.id} cùng có hiệu lực (are in force on the same day): "
                f"sửa ngày cuối của {earlier.id} (mend the last day of the former)"
            )
    return ordered


@frozen(eq=False)
class PlaceIndex:
    """Places through time. Every question carries its date; the answer is the map of that day.

    Raises `CoopkitError` when one code names two places on the same day.

    >>> from coopkit.place import shipped_index
    >>> index, day = shipped_index(), dt.date(2023, 12, 31)
    >>> len(index.level(day, "district", within="31")), len(index.level(day, "commune", within="31"))
    (15, 217)
    >>> [place.title for place in index.find("H. Vĩnh Bảo", day)]
    ['Huyện Vĩnh Bảo']
    """

    places: tuple[Place, ...] = field(converter=_checked)
    _by_id: dict[str, Place] = field(init=False, repr=False)
    _changes: list[dt.date] = field(init=False, repr=False)
    _maps: dict[int, _Map] = field(init=False, repr=False, factory=dict)

    @_by_id.default
    def _index_by_id(self) -> dict[str, Place]:
        return {place.id: place for place in self.places}

    @_changes.default
    def _days_of_change(self) -> list[dt.date]:
        begins = {place.valid_from for place in self.places}
        ends = {place.valid_to for place in self.places if place.valid_to and place.valid_to < dt.date.max}
        return sorted(begins | {end + dt.timedelta(days=1) for end in ends})

    def _map(self, on: dt.date) -> _Map:
        period = bisect_right(self._changes, on)
        if period not in self._maps:
            self._maps[period] = _Map(place for place in self.places if place.in_force(on))
        return self._maps[period]

    def earlier(self, on: dt.date) -> Iterator[dt.date]:
        """The last day of each map before that of a day, the newest first."""
        for change in reversed(self._changes[: bisect_right(self._changes, on)]):
            if change > dt.date.min:
                yield change - dt.timedelta(days=1)

    # -- by date and tree

    def at(self, on: dt.date) -> tuple[Place, ...]:
        """The places in force on that day: from the top of the tree down, then by code."""
        return self._map(on).places

    def by_id(self, id: str) -> Place:  # noqa: A002 - the field's own name
        """The place of that id ("code@first-day"). Raises `NotFound`.

        >>> from coopkit.place import shipped_index
        >>> shipped_index().by_id("11341@1900-01-01").title
        'Phường Lạc Viên'
        """
        if id not in self._by_id:
            raise NotFound(
                f"Không có địa bàn {id!r}: kiểm tra mã và ngày đầu (no place of that id: check code and date)"
            )
        return self._by_id[id]

    def get(self, code: str, on: dt.date) -> Place | None:
        """The place that carries the code on that day, or None."""
        return self._map(on).by_code.get(code)

    def versions(self, code: str) -> tuple[Place, ...]:
        """Every place that ever carried the code, the oldest first."""
        return tuple(place for place in self.places if place.code == code)

    def levels(self, on: dt.date) -> tuple[str, ...]:
        """The levels of that day's map, from the top down."""
        return tuple(dict.fromkeys(place.level for place in self.at(on)))

    def level(self, on: dt.date, level: str, *, within: str | None = None) -> tuple[Place, ...]:
        """The places of a level, all or those below the code `within`, by code.

        Raises `NotFound`, naming the levels there are, when that day's map has no such level.
        """
        if level not in self.levels(on):
            there = ", ".join(self.levels(on)) or "-"
            raise NotFound(
                f"Bản đồ ngày {on:%d/%m/%Y} không có cấp {level!r}, chỉ có: {there} "
                f"(the map of that day has no such level: choose one of these)"
            )
        return tuple(filter(self._wanted(on, level, within), self.at(on)))

    def children(self, code: str, on: dt.date) -> tuple[Place, ...]:
        """The places right below the code, by code. A district without communes (Bạch Long Vĩ) gives none."""
        return tuple(self._map(on).children.get(code, ()))

    def ancestors(self, place: Place, on: dt.date) -> tuple[Place, ...]:
        """The places above it on that day, the nearest first."""
        return tuple(self._map(on).ancestors(place))

    def parent(self, place: Place, on: dt.date, level: str | None = None) -> Place | None:
        """The place right above, or the one above at `level`; None where there is none.

        A place that is itself of that level is its own answer, so that a member known by district only still groups.

        >>> from coopkit.place import shipped_index
        >>> index, day = shipped_index(), dt.date(2023, 6, 30)
        >>> index.parent(index.by_id("11410@1900-01-01"), day, "district").title
        'Quận Hải An'
        """
        line: Iterable[Place] = self._map(on).ancestors(place)
        if level is not None:
            line = (one for one in chain((place,), line) if one.level == level)
        return next(iter(line), None)

    def path(self, place: Place, on: dt.date) -> str:
        """The place and all above it, as in an address.

        >>> from coopkit.place import shipped_index
        >>> index, day = shipped_index(), dt.date(2023, 6, 30)
        >>> index.path(index.by_id("11890@1900-01-01"), day)
        'Xã Hòa Bình, Huyện Vĩnh Bảo, Thành phố Hải Phòng'
        """
        return ", ".join(one.title for one in (place, *self.ancestors(place, on)))

    # -- by text

    def _wanted(self, on: dt.date, level: str | None, within: str | None) -> _Wanted:
        tree = self._map(on)

        def wanted(place: Place) -> bool:
            return (level is None or place.level == level) and (
                within is None or any(above.code == within for above in tree.ancestors(place))
            )

        return wanted

    def matches(
        self, text: str, on: dt.date, *, level: str | None = None, within: str | None = None
    ) -> tuple[Match, ...]:
        """The places of that day a text may mean, the likeliest first, each with how well it agrees.

        Case, hoà/hòa and Đ/Ð never matter; type words may be abbreviated; what stands behind a comma names the places
        around. In order: names that agree with their marks (if only one does, it alone is given), then without marks.
        Only when no name of the type written is found, names of another type at its level (`type_agrees` is False);
        only then names some words of which are given as initials (`shortened`).

        >>> from coopkit.place import shipped_index
        >>> [match] = shipped_index().matches("TP Thuỷ Nguyên", dt.date(2023, 12, 31))
        >>> match.place.title, match.exact, match.type_agrees
        ('Huyện Thủy Nguyên', True, False)
        """
        tree, wanted = self._map(on), self._wanted(on, level, within)
        for head, *outer in split_path(text):
            found = tree.matches(head, tree.inside(tuple(outer), wanted))
            if found:
                return found
        return ()

    def find(self, text: str, on: dt.date, *, level: str | None = None, within: str | None = None) -> list[Place]:
        """The places of that day a text may mean, the likeliest first: one is an answer, several a question.

        An unknown place gives []. `level` and `within` (a code) narrow the search; see `matches` for the order.

        >>> from coopkit.place import shipped_index
        >>> index, day = shipped_index(), dt.date(2023, 12, 31)
        >>> [place.title for place in index.find("vinh bao", day)]
        ['Huyện Vĩnh Bảo', 'Thị trấn Vĩnh Bảo']
        >>> [index.path(place, day) for place in index.find("Quốc Tuấn, H.An Lão", day)]
        ['Xã Quốc Tuấn, Huyện An Lão, Thành phố Hải Phòng']
        """
        return [match.place for match in self.matches(text, on, level=level, within=within)]

    def suggest(
        self, text: str, on: dt.date, *, level: str | None = None, within: str | None = None, count: int = 3
    ) -> list[Place]:
        """Up to `count` places whose names are near the text, the nearest first; for the 'did you mean' of a problem.

        >>> from coopkit.place import shipped_index
        >>> [place.title for place in shipped_index().suggest("huyện Vĩnh Bão Bão", dt.date(2023, 12, 31))][:1]
        ['Huyện Vĩnh Bảo']
        """
        tree, wanted = self._map(on), self._wanted(on, level, within)
        ways = readings(next(iter(split_path(text)), ("",))[0])
        near = [(tree.likeness(ways, place), place) for place in tree.places if wanted(place)]
        near = [(likeness, place) for likeness, place in near if likeness[0] >= _NEAR]
        near.sort(key=lambda one: (-one[0][0], -one[0][1], *tree.rank(one[1])))
        return [place for _, place in near[:count]]
