"""The boxes of a form: what stands in them, what may be chosen, how what is typed is read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from attrs import evolve, frozen

from coopkit.access import Action, can
from coopkit.display import Display
from coopkit.errors import BadText
from coopkit.event import Event
from coopkit.field import Field, FieldKind, Option
from coopkit.importers import parse_text
from coopkit.period import Period, format_date
from coopkit.record import RecordType, unflatten
from coopkit.snapshot import Snapshot
from coopkit.text import Lang, fold
from coopkit.workspace.register import Filter
from coopkit.workspace.workspace import Desk

LISTED: Final = (FieldKind.CHOICE, FieldKind.PLACE, FieldKind.REFERENCE, FieldKind.PERIOD, FieldKind.FLAG)
"""Fields chosen from a list: their boxes hold the value, the id of a place or record, a period's key, co or khong."""

TYPED: Final = "vi"
"""The language that values are typed in, and read in, whatever the reader's: 1.234,5 and tỷ đồng, as in workbooks."""

HITS: Final = 30
"""How many records a search for one to refer to gives."""

DETAILS: Final = "details"
"""The part of an event's form that its kind declares."""

PERSON: Final = "person"
"""The part of a contact's form that is about the person."""

_FLAGS: Final = {True: "co", False: "khong"}


@frozen
class Box:
    """One box of a form: its field, and what stands in it, "" for nothing.

    A box of a `LISTED` field holds the value or id itself; every other the text that a person reads and writes. `part`
    is `DETAILS` or `PERSON` where the field is not the record's own; `fixed` boxes say whose record it is, for good.
    """

    field: Field
    text: str = ""
    part: str = ""
    fixed: bool = False

    @property
    def key(self) -> str:
        """What the box is called in its form: "name", "details.trainees"."""
        return f"{self.part}.{self.field.key}" if self.part else self.field.key


@frozen
class Boxes:
    """How a desk's forms are filled, and what may be chosen in them, in one language.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.cooperative import Cooperative
    >>> from coopkit.record import record_type
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> chosen = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{chosen.name}/so.db", registry=Registry.load()) as workspace:
    ...     boxes = Boxes(workspace.as_(Actor.office("an")))
    ...     boxes.options(Box(record_type(Cooperative).field("sector")))["finance"]
    'Tài chính, ngân hàng, bảo hiểm'
    """

    desk: Desk
    lang: Lang = "vi"

    def filled(self, declared: RecordType, row: Mapping[str, Any], *left_out: str, part: str = "") -> Iterator[Box]:
        """The boxes of a record as it is in that row; of an empty row, those of a new one."""
        display = Display(self.desk.snapshot(), TYPED, personal=True)  # who may not read a box is not given it: `may`
        for own in declared.fields:
            if not own.derived and own.key not in left_out and self.may(own):
                typed = _of_kinds(own, self.desk.snapshot()) if (declared.cls, own.key) == (Event, "kind") else own
                fixed = bool(row) and own.key in declared.identity and own.kind is FieldKind.REFERENCE
                yield Box(typed, _told(display, own, row) if row else "", part, fixed)

    def detailed(self, kind: str, flat: Mapping[str, Any]) -> Iterator[Box]:
        """The boxes of what an event's kind declares, filled with the details of an event."""
        known, display = self.desk.snapshot().kinds.get(kind), Display(self.desk.snapshot(), TYPED)
        for own in known.fields if known else ():
            yield Box(own, _told(display, own, flat), DETAILS)

    def may(self, own: Field) -> bool:
        """Whether the actor may see what is in such a box."""
        personal = own.personal is not None or own.refers == "person"
        return not personal or can(self.desk.actor, Action.VIEW_PERSONAL).allowed

    def options(self, box: Box, held: str = "", on_map: dt.date | None = None) -> dict[str, str]:
        """What may be chosen in a box, by what it then holds, `held` too. Places are those of a day's map."""
        own, today = box.field, on_map or self.desk.workspace.clock().date()
        if own.kind is FieldKind.CHOICE:
            found = {one.value: one.label.in_(self.lang) for one in own.options}
        elif own.kind is FieldKind.FLAG:
            found = {_FLAGS[value]: self.read_out(own, _FLAGS[value]) for value in (True, False)}
        elif own.kind is FieldKind.PLACE:
            index = self.desk.snapshot().places
            told = {place.id: index.path(place, today) for place in index.at(today)}
            found = dict(sorted(told.items(), key=lambda one: one[1].split(", ")[::-1]))
        else:
            found = {key: Period.parse(key).label.in_(self.lang) for key in _periods(today.year)}
        return _told_apart(found if not held or held in found else {held: self._held(own, held), **found})

    def _held(self, own: Field, held: str) -> str:
        """What stands in a box though it is not offered: a place of another map with the day it ended."""
        told = self.read_out(own, held)
        if own.kind is not FieldKind.PLACE or not held:
            return told
        ended = self.desk.snapshot().places.by_id(held).valid_to
        return f"{told} ({'đến' if self.lang == 'vi' else 'until'} {format_date(ended)})" if ended else told

    def hits(self, box: Box, text: str) -> dict[str, str]:
        """The first `HITS` records that a box may refer to whose name has what was typed, by their ids."""
        table = box.field.refers
        if table == "cooperative":
            units = self.desk.units().search(Filter(text))[:HITS]
            return _told_apart({one.id: " · ".join(filter(None, (one.name, one.tax_code, one.place))) for one in units})
        display, wanted = Display(self.desk.snapshot(), self.lang, personal=self.may(box.field)), fold(text)
        ids = self.desk.snapshot().tables[table].column("id").to_pylist()
        named = ((one, display.title(table, one)) for one in ids)
        return _told_apart(dict(islice((pair for pair in named if wanted in fold(pair[1])), HITS)))

    def read_out(self, own: Field, text: str) -> str:
        """What a box holds as a person reads it."""
        if not text or own.kind not in LISTED:
            return text
        if own.kind is FieldKind.PERIOD:
            return Period.parse(text).label.in_(self.lang)
        held = text == _FLAGS[True] if own.kind is FieldKind.FLAG else text
        display = Display(self.desk.snapshot(), self.lang, personal=self.may(own))
        if own.kind is FieldKind.REFERENCE:
            return display.title(own.refers, text)
        return str(display.value(own, {own.key: held}))


def read(own: Field, text: str, snapshot: Snapshot) -> Any:
    """What was typed, as the field's value; None for nothing. Raises `BadText`."""
    if not text:
        return None
    table = "place" if own.kind is FieldKind.PLACE else own.refers
    if table:
        if text not in set(snapshot.tables[table].column("id").to_pylist()):
            what = ("không có trong sổ", "is not in the register")
            raise BadText(what, ("chọn trong danh sách", "choose from the list"))
        return text
    return parse_text(own, text)


def _told(display: Display, own: Field, row: Mapping[str, Any]) -> str:
    if own.kind is FieldKind.FLAG:
        return _FLAGS.get(unflatten(own, row), "")
    return str(row.get(own.key) or "") if own.kind in LISTED else display.text(own, row)


def _of_kinds(own: Field, snapshot: Snapshot) -> Field:
    """The field for an event's kind, as a choice of those that the register knows."""
    return evolve(
        own, kind=FieldKind.CHOICE, options=tuple(Option(key, one.label) for key, one in snapshot.kinds.items())
    )


def _told_apart(options: Mapping[str, str]) -> dict[str, str]:
    """The options, of which no two read the same: a list knows what was chosen by what is read there."""
    seen, told = Counter[str](), {}
    for value, label in options.items():
        seen[label] += 1
        told[value] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return told


def _periods(last: int, years: int = 12) -> Iterator[str]:
    """The periods that a box offers, the latest first."""
    for year in range(last + 1, last - years, -1):
        yield from (f"{year}-HTX", f"{year}", f"{year}-H1", f"{year}-H2", *(f"{year}-Q{n}" for n in (1, 2, 3, 4)))
