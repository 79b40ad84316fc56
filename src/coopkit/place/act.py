"""`Act` and `Succession`: the legal documents that change the map, and what became of each place they ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated

from attrs import define, evolve, field, frozen

from coopkit.errors import CoopkitError
from coopkit.field import Choice, choice, day, identifier, percent, place, reference
from coopkit.field import text as text_field
from coopkit.place.record import Place
from coopkit.record import make_id, record

DAY = dt.timedelta(days=1)


class Extent(Choice):
    """How much of the older place lies in the newer one.

    >>> Extent.PART.label.vi
    'Một phần'
    """

    WHOLE = "whole", "Toàn bộ", "Whole"
    PART = "part", "Một phần", "Part"


@record("act", "Văn bản thay đổi địa giới", "Act on boundaries", identity=("number",))
@frozen
class Act:
    """A legal document that changes the map on the day it is in force.

    >>> Act(id="a", number="1232/NQ-UBTVQH15", title="Nghị quyết …", in_force=dt.date(2025, 1, 1)).signed is None
    True
    """

    id: Annotated[str, identifier()]
    number: Annotated[str, text_field("Số văn bản", "Number")]
    title: Annotated[str, text_field("Tên văn bản", "Title")]
    in_force: Annotated[dt.date, day("Có hiệu lực từ", "In force from")]
    signed: Annotated[dt.date | None, day("Ngày ký", "Signed")] = None


@record("succession", "Kế thừa địa giới", "Succession of places", identity=("act", "old", "new"))
@frozen
class Succession:
    """That an older place, or part of it, became part of a newer one by an act.

    Where `new` is a place of a higher level ("somewhere within this district"), nobody has said which of the places
    within it. `share` is how much of the older place's people or land went over, in hundredths of a percent, and stands
    only where a source cites it.

    >>> Succession(id="s", act="a", old="11890@1900-01-01", new="11911@2025-07-01", extent=Extent.WHOLE).share is None
    True
    """

    id: Annotated[str, identifier()]
    act: Annotated[str, reference("Văn bản", "Act", "act")]
    old: Annotated[str, place("Đơn vị cũ", "Older place")]
    new: Annotated[str, place("Đơn vị mới", "Newer place")]
    extent: Annotated[Extent, choice("Phần", "Extent", Extent)]
    share: Annotated[int | None, percent("Tỷ lệ", "Share", maximum=10_000)] = None
    basis: Annotated[str | None, text_field("Căn cứ", "Basis")] = None


@frozen
class Link:
    """A succession as an act states it: by codes, of the map of the day before and of the act's own day."""

    old: str
    new: str
    extent: Extent = Extent.WHOLE
    share: int | None = None
    basis: str | None = None


@frozen
class Change:
    """What an act does: the places that begin on its day, and what becomes of those that end the day before.

    Every place with a link ends; where its code goes on, the place that begins must stand among `begun`. `ended` are
    the codes of places that end without a link of their own, for what lay in them goes on by its own links.
    """

    act: Act
    begun: tuple[Place, ...]
    links: tuple[Link, ...]
    ended: tuple[str, ...] = ()


def enact(places: Iterable[Place], changes: Iterable[Change]) -> tuple[tuple[Place, ...], tuple[Succession, ...]]:
    """The places through time after all these acts, whatever order they are given in, and every succession.

    Raises `CoopkitError` where an act links a place that is not there, or begins one whose code is still borne.

    >>> old = Place.of("1", dt.date(1900, 1, 1), name="Cũ", type="xã", level="commune")
    >>> new = Place.of("2", dt.date(2025, 7, 1), name="Mới", type="xã", level="commune")
    >>> act = Act("a", "1/NQ", "Nghị quyết", dt.date(2025, 7, 1))
    >>> places, successions = enact([old], [Change(act, (new,), (Link("1", "2"),))])
    >>> places[0].valid_to, successions[0].new
    (datetime.date(2025, 6, 30), '2@2025-07-01')
    """
    by_day: dict[dt.date, list[Change]] = {}
    for change in changes:
        by_day.setdefault(change.act.in_force, []).append(change)
    history = _History(sorted(places, key=lambda one: (one.valid_from, one.code)))
    for on in sorted(by_day):
        history.enact(on, sorted(by_day[on], key=lambda change: change.act.number))
    return history.places(), tuple(sorted(history.successions, key=lambda one: one.id))


@define
class _History:
    """The places begun and ended so far, one day of acts after the other."""

    waiting: list[Place]
    current: dict[str, Place] = field(factory=dict)
    ended: list[Place] = field(factory=list)
    successions: list[Succession] = field(factory=list)

    def enact(self, on: dt.date, together: Sequence[Change]) -> None:
        """What the acts of one day do, all at once."""
        while self.waiting and self.waiting[0].valid_from <= on:
            _begin(self.current, self.waiting.pop(0))
        before = dict(self.current)
        ending = {code for change in together for code in self._ending(change)}
        self.ended += (evolve(self.current.pop(code), valid_to=on - DAY) for code in sorted(ending))
        for one in (one for change in together for one in change.begun):
            _begin(self.current, one)
        for change in together:
            self.successions += (_succession(change.act, link, before, self.current) for link in change.links)

    def _ending(self, change: Change) -> Iterator[str]:
        for code in (*(link.old for link in change.links), *change.ended):
            if code not in self.current:
                raise _broken(change.act, f"không có {code} trên bản đồ trước đó (was not on the map before)")
            yield code

    def places(self) -> tuple[Place, ...]:
        """Every place, by code and day."""
        for one in self.waiting:
            _begin(self.current, one)
        return tuple(sorted((*self.ended, *self.current.values()), key=lambda one: (one.code, one.valid_from)))


def _begin(current: dict[str, Place], one: Place) -> None:
    if one.code in current:
        raise CoopkitError(f"{one.id}: mã {one.code} vẫn đang dùng (its code is still borne by {current[one.code].id})")
    current[one.code] = one


def _succession(act: Act, link: Link, before: Mapping[str, Place], after: Mapping[str, Place]) -> Succession:
    if link.new not in after:
        raise _broken(act, f"không có {link.new} trên bản đồ mới (is not on the new map)")
    old, new = before[link.old].id, after[link.new].id
    return Succession(make_id("succession", act.id, old, new), act.id, old, new, link.extent, link.share, link.basis)


def _broken(act: Act, why: str) -> CoopkitError:
    return CoopkitError(f"{act.number}: {why}")
