"""`PlaceNames`: places as a workbook names them, so that an importer finds the same ones again."""

from __future__ import annotations

import datetime as dt

from attrs import field, frozen

from coopkit.place import Place, PlaceIndex, shipped_index
from coopkit.snapshot import Snapshot


@frozen(eq=False)
class PlaceNames:
    """How places are written on a paper of one day: by their titles, or by id where that day's map says otherwise.

    >>> names = PlaceNames.of(Snapshot.of([]), dt.date(2023, 12, 31))
    >>> names.two("11890@1900-01-01"), names.whole("11890@1900-01-01")
    (('Huyện Vĩnh Bảo', 'Xã Hòa Bình'), 'Xã Hòa Bình, Huyện Vĩnh Bảo')
    """

    index: PlaceIndex
    day: dt.date
    _said: dict[str, tuple[str | None, str | None]] = field(factory=dict)

    @staticmethod
    def of(snapshot: Snapshot, day: dt.date) -> PlaceNames:
        """The names of a Snapshot's places; of those that coopkit ships where it has none."""
        own = snapshot.records(Place)
        return PlaceNames(PlaceIndex(own) if own else shipped_index(), day)

    def two(self, of: str) -> tuple[str | None, str | None]:
        """District and commune of a place, each None where it is not told."""
        if of not in self._said:
            self._said[of] = self._two(of)
        return self._said[of]

    def _two(self, of: str) -> tuple[str | None, str | None]:
        place, levels = self.index.by_id(of), self.index.levels(self.day)
        if len(levels) < 3 or place.level != levels[-1]:
            is_district = len(levels) > 1 and place.level == levels[1]
            return (place.title, None) if is_district and self._is_clear(place) else (of, None)
        above = self.index.parent(place, self.day) if place.in_force(self.day) else None
        if above is None or not self._is_clear(place, above):
            return of, None
        return above.title, place.title

    def _is_clear(self, place: Place, above: Place | None = None) -> bool:
        """Whether that day's map has this place, and no other, under its title."""
        within = above.code if above else None
        return self.index.find(place.title, self.day, level=place.level, within=within) == [place]

    def whole(self, of: str) -> str:
        """The place in one text: a commune with its district."""
        place = self.index.by_id(of)
        district, commune = self.two(of)
        if commune and district:
            return f"{commune}, {district}"
        return place.title if district != of or self._is_clear(place) else of
