"""The events as a list: each once, with its turns and units, to be narrowed and turned page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.display import Display
from coopkit.event import Event, EventKind, Participation
from coopkit.field import FieldKind
from coopkit.period import format_date
from coopkit.place import Place, place_title
from coopkit.quantity import PEOPLE, VND, exact, format_quantity, total
from coopkit.record import record_type, unflatten
from coopkit.snapshot import Snapshot
from coopkit.text import Label, Lang, fold, sort_key, words_of
from coopkit.workspace.search import Rows

Mask: TypeAlias = npt.NDArray[np.bool_]
Named: TypeAlias = tuple[Label, str]
"""A figure as text, with its name."""

EVENT = record_type(Event)
TURN = record_type(Participation)
_COUNTED = (FieldKind.COUNT, FieldKind.MONEY, FieldKind.QUANTITY)
_TITLES = 3
"""So many places of an event are told by name in a list."""


@frozen
class Asked:
    """What the list of events is narrowed to; what is left empty narrows nothing.

    `area` is a code of `EventList.areas`. An event of several days is found by each day from `first` to `last` that it
    touches; `year` is the year it began in, in which it is counted.
    """

    text: str = ""
    kind: str = ""
    year: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    area: str = ""
    oldest_first: bool = False


@frozen
class Listed:
    """An event as the list shows it; `turns` are its participations, `units` the distinct cooperatives in them.

    `more` tells its other quantities, each with its name and unit: people, amounts, those of the kind's own fields.
    """

    id: str
    code: str
    days: str
    kind: str
    name: str
    place: str
    turns: int
    units: int
    more: str


@frozen(eq=False)
class FoundEvents:
    """What was found, in order: counted at once, a `Listed` made only for what is looked at."""

    events: EventList
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def turns(self) -> int:
        """The turns (lượt) at all of them together."""
        return int(self.events.turns[self.rows].sum())

    @cached_property
    def units(self) -> int:
        """The distinct cooperatives (đơn vị) that took part in any of them."""
        here = np.zeros(len(self.events) + 1, np.bool_)
        here[self.rows] = True
        at, unit = self.events.pairs
        return int(np.count_nonzero(np.bincount(unit[here[at]])))

    def pages(self, size: int = 50) -> int:
        """How many pages of that size they fill; one where nothing was found."""
        return max(1, -(-len(self) // size))

    def page(self, number: int, lang: Lang = "vi", size: int = 50) -> list[Listed]:
        """The events of a page, the first being 1; the last page where there are fewer."""
        first = (min(max(number, 1), self.pages(size)) - 1) * size
        return self.events.listed(self.rows[first : first + size], lang)


@frozen(eq=False, slots=False)
class EventList:
    """Every event of a Snapshot; what is counted of them is counted once while the register stays the same."""

    snapshot: Snapshot

    def __len__(self) -> int:
        rows: int = self._events.num_rows
        return rows

    def find(self, asked: Asked) -> FoundEvents:
        """The events that are such, by the day they begin, the latest first; on one day in the order of their names."""
        masks = [np.ones(len(self), np.bool_), *self._days(asked)]
        if asked.kind:
            masks.append(pc.equal(self._events.column("kind"), asked.kind).to_numpy())
        if asked.area:
            within = [one for one, code in zip(*self._covered, strict=True) if code == asked.area]
            masks.append(pc.is_in(self._events.column("id"), pa.array(within, pa.string())).to_numpy())
        words = (fold(word) for word in words_of(asked.text))
        masks += (pc.match_substring(self._texts, word).to_numpy(zero_copy_only=False) for word in words)
        let_through = np.logical_and.reduce(masks)
        order = self._order[let_through[self._order]]
        return FoundEvents(self, order[::-1] if asked.oldest_first else order)

    @cached_property
    def kinds(self) -> Mapping[str, EventKind | None]:
        """The kinds of the events there are, by key, in the order of their names; None for one nobody declares."""
        used = pc.unique(self._events.column("kind")).to_pylist()
        held = {key: self.snapshot.kinds.get(key) for key in used}
        return dict(sorted(held.items(), key=lambda one: sort_key(one[1].label.vi if one[1] else one[0])))

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """The places that events are recorded for, by code, each by its title; by its path where two share one."""
        index, used = self.snapshot.places, pc.unique(self.snapshot.table("event_place").column("place")).to_pylist()
        held: dict[str, Place] = {(place := index.by_id(one)).code: place for one in sorted(used)}
        titles = [place.title for place in held.values()]
        called = {
            code: one.title if titles.count(one.title) == 1 else index.path(one, one.valid_from)
            for code, one in held.items()
        }
        return dict(sorted(called.items(), key=lambda one: sort_key(one[1])))

    @cached_property
    def pairs(self) -> tuple[Rows, Rows]:
        """Of each participation: the row of its event, one past the last where the event is gone; and its unit."""
        turns = self.snapshot.tables[TURN.table]
        at = pc.index_in(turns.column("event"), self._events.column("id").combine_chunks())
        encoded = turns.column("cooperative").combine_chunks().dictionary_encode()
        unit = encoded.indices if isinstance(encoded, pa.DictionaryArray) else encoded.combine_chunks().indices
        return pc.fill_null(at, len(self)).to_numpy().astype(np.int64), unit.to_numpy().astype(np.int64)

    @cached_property
    def turns(self) -> Rows:
        """How many turns each event has."""
        return np.bincount(self.pairs[0], minlength=len(self) + 1)[: len(self)]

    @cached_property
    def units(self) -> Rows:
        """How many distinct units each event has."""
        at, unit = self.pairs
        once = np.unique(at * (int(unit.max(initial=0)) + 1) + unit) // (int(unit.max(initial=0)) + 1)
        return np.bincount(once, minlength=len(self) + 1)[: len(self)]

    def listed(self, rows: Rows, lang: Lang) -> list[Listed]:
        """These events as the list shows them."""
        display, more, held = Display(self.snapshot, lang), self._more(rows, lang), self._events.take(rows).to_pylist()
        return [
            Listed(
                row["id"],
                row["code"],
                days_of(row["start"], row["end"]),
                kind.label.in_(lang) if (kind := self.snapshot.kinds.get(row["kind"])) else row["kind"],
                row["name"],
                row["venue"] or self._place(row["id"]),
                int(self.turns[at]),
                int(self.units[at]),
                "; ".join(f"{label.in_(lang)}: {text}" for label, text in (*more[at], *own_quantities(display, row))),
            )
            for at, row in zip(rows.tolist(), held, strict=True)
        ]

    def row(self, event: str) -> int | None:
        """The row of an event; None where there is none of that id."""
        found = pc.index(self._events.column("id"), event).as_py()
        return None if found < 0 else int(found)

    def turn_rows(self, row: int) -> pa.Table:
        """The participations of the event in that row, as they are stored."""
        return self.snapshot.tables[TURN.table].take(np.flatnonzero(self.pairs[0] == row))

    @property
    def _events(self) -> pa.Table:
        return self.snapshot.tables[EVENT.table]

    @cached_property
    def _order(self) -> Rows:
        names = map(sort_key, self._events.column("name").to_pylist())
        days = pc.cast(self._events.column("start"), pa.int32()).to_pylist()
        keys = list(zip([-day for day in days], names, self._events.column("id").to_pylist(), strict=True))
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)

    @cached_property
    def _texts(self) -> pa.Array:
        """What a search looks through: name, code and venue without marks."""
        columns = (self._events.column(name).to_pylist() for name in ("name", "code", "venue"))
        return pa.array([fold(" ".join(filter(None, one))) for one in zip(*columns, strict=True)], pa.string())

    def _days(self, asked: Asked) -> list[Mask]:
        start = self._events.column("start")
        end = pc.coalesce(self._events.column("end"), start)
        told: list[Any] = []
        if asked.year is not None:
            told.append(pc.equal(pc.year(start), asked.year))
        if asked.first:
            told.append(pc.greater_equal(end, pa.scalar(asked.first, pa.date32())))
        if asked.last:
            told.append(pc.less_equal(start, pa.scalar(asked.last, pa.date32())))
        return [one.to_numpy() for one in told]

    @cached_property
    def _covered(self) -> tuple[list[str], list[str]]:
        """Each event with a place it is recorded for, by the place's code."""
        table = self.snapshot.table("event_place")
        return table.column("event").to_pylist(), [one.split("@")[0] for one in table.column("place").to_pylist()]

    @cached_property
    def _places(self) -> Mapping[str, list[str]]:
        titles = {
            row["id"]: place_title(row["type"], row["name"])
            for row in self.snapshot.table("place").select(["id", "type", "name"]).to_pylist()
        }
        found: dict[str, list[str]] = {}
        for row in self.snapshot.table("event_place").select(["event", "place"]).to_pylist():
            found.setdefault(row["event"], []).append(titles.get(row["place"], row["place"]))
        return {event: sorted(told, key=sort_key) for event, told in found.items()}

    def _place(self, event: str) -> str:
        """The places of an event: the first few by title, and how many more."""
        told = self._places.get(event, [])
        further = f" (+{len(told) - _TITLES})" if len(told) > _TITLES else ""
        return "; ".join(told[:_TITLES]) + further

    def _more(self, rows: Rows, lang: Lang) -> dict[int, tuple[Named, ...]]:
        """What the participations of these events say beside their number: people, and amounts in đồng."""
        at = self.pairs[0]
        wanted = np.flatnonzero(np.isin(at, rows))
        turns = self.snapshot.tables[TURN.table].take(wanted)
        found: dict[int, tuple[Named, ...]] = {}
        for row in rows.tolist():
            found[row] = turn_quantities(turns.filter(pa.array(at[wanted] == row)), lang)
        return found


def turn_quantities(turns: pa.Table, lang: Lang) -> tuple[Named, ...]:
    """How many people and how much money these participations tell of together; nothing where none tells any."""
    told, own = [], TURN.field("amount")
    if people := turns.column("people").drop_null().to_pylist():
        told.append((TURN.field("people").label, format_quantity(exact(sum(people), PEOPLE), lang)))
    filled = turns.filter(pc.is_valid(turns.column(own.columns[0].name))).select([one.name for one in own.columns])
    if filled.num_rows:
        summed = total((unflatten(own, row) for row in filled.to_pylist()), VND)
        told.append((own.label, format_quantity(summed, lang)))
    return tuple(told)


def own_quantities(display: Display, row: Mapping[str, Any]) -> tuple[Named, ...]:
    """The quantities among the own fields of an event's kind."""
    kind, flat = display.snapshot.kinds.get(row["kind"]), unflatten(EVENT.field("details"), row)
    counted = [own for own in (kind.fields if kind else ()) if own.kind in _COUNTED]
    return tuple((own.label, text) for own in counted if (text := display.text(own, flat)))


def days_of(start: dt.date, end: dt.date | None) -> str:
    """The days of an event.

    >>> days_of(dt.date(2023, 2, 1), dt.date(2023, 2, 5)), days_of(dt.date(2023, 2, 1), None)
    ('01/02/2023 – 05/02/2023', '01/02/2023')
    """
    return format_date(start) if end is None or end == start else f"{format_date(start)} – {format_date(end)}"


@lru_cache(maxsize=4)
def list_events(snapshot: Snapshot) -> EventList:
    """The events of a Snapshot; listed once while the register stays the same."""
    return EventList(snapshot)
