"""One unit of the register with all that is recorded of it, as people read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.cooperative import Contact, Cooperative, LegalStatus, Membership, OperatingStatus, Person, YearFigures
from coopkit.display import Display
from coopkit.errors import NotFound
from coopkit.event import Event, Honour, Participation
from coopkit.field import Field
from coopkit.group import GroupMembership
from coopkit.ledger import DECLARED
from coopkit.record import RecordType, record_type, unflatten
from coopkit.text import Label
from coopkit.workspace.places import stays


@frozen
class Section:
    """A titled table of texts; `key` names it."""

    key: str
    title: Label
    columns: tuple[Label, ...]
    rows: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...] = ()
    """The record behind each row, where a row is one."""


@frozen
class Profile:
    """A unit: its name, its own fields as (label, text), and what else is recorded of it, section by section."""

    id: str
    name: str
    facts: tuple[tuple[Label, str], ...]
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        """The section of that key. Raises `NotFound`."""
        for one in self.sections:
            if one.key == key:
                return one
        raise NotFound(f"Không có mục {key!r} (no such section)")


@frozen
class Changed:
    """One field that a version of a record changed, with its texts before and after."""

    label: Label
    before: str
    after: str


_HISTORIES = (LegalStatus, OperatingStatus, Membership)


def profile_of(display: Display, unit: str, on: dt.date) -> Profile:
    """The unit of that id; its place with all places around it, on the map of the day. Raises `NotFound`."""
    found = _rows(display, Cooperative, "id", unit)
    if not found:
        raise NotFound(f"Không có đơn vị {unit!r} trong sổ (no such unit in the register)")
    row, declared = found[0], record_type(Cooperative)
    facts = [(own.label, display.text(own, row)) for own in declared.fields if not own.derived and own.key != "name"]
    place = _place(display, row["place"], on)
    facts = [(label, place if label == declared.field("place").label else text) for label, text in facts]
    sections = [
        _stays(display, unit, row["place"]),
        *(_section(display, cls, _latest_first(display, cls, unit, "cooperative")) for cls in _HISTORIES),
        _contacts(display, unit),
        _section(display, YearFigures, sorted(_of(display, YearFigures, unit), key=lambda one: one["window"])[::-1]),
        _turns(display, unit),
        _section(display, Honour, sorted(_of(display, Honour, unit), key=lambda one: one["decided"])[::-1], "person"),
        _section(display, GroupMembership, _latest_first(display, GroupMembership, unit, "cooperative")),
    ]
    return Profile(unit, row["name"], tuple(facts), tuple(sections))


class Version(Protocol):
    """What a record was before something was done to it, and after."""

    @property
    def table(self) -> str: ...
    @property
    def before(self) -> Mapping[str, Any] | None: ...
    @property
    def after(self) -> Mapping[str, Any] | None: ...


def changed_in(display: Display, entry: Version) -> list[Changed]:
    """The fields that a version of a record changed; all that were filled, where it is the first or the last."""
    declared = DECLARED[entry.table]
    before, after = (_told(display, declared, row) if row else {} for row in (entry.before, entry.after))
    found = []
    for key, (label, _, _) in (before | after).items():
        was, now = (told.get(key, _NOWHERE) for told in (before, after))
        if (was[1], was[2]) != (now[1], now[2]):  # two values may look the same where they are masked
            found.append(Changed(label, was[1], now[1]))
    return found


_Told = tuple[Label, str, tuple[Any, ...]]
_NOWHERE: _Told = (Label("", ""), "", ())


def _told(display: Display, declared: RecordType, row: Mapping[str, Any]) -> dict[str, _Told]:
    """The fields of a stored row by key, each with its label, text and cells; those of an event's kind too."""

    def tell(own: Field, row: Mapping[str, Any]) -> _Told:
        cells = tuple(row.get(column.name) for column in own.columns)
        return own.label, display.text(own, row), cells if any(cell is not None for cell in cells) else ()

    shown = [own for own in declared.fields if not own.derived and own.key != "kind_version"]
    told = {own.key: tell(own, row) for own in shown}
    if declared.cls is Event:
        told["kind"] = (declared.field("kind").label, _kind(display, row["kind"]), (row["kind"],))
        kind, flat = display.snapshot.kinds.get(row["kind"]), unflatten(declared.field("details"), row)
        told |= {f"details.{own.key}": tell(own, flat) for own in (kind.fields if kind else ())}
    return told


def _rows(display: Display, cls: type, column: str, value: str) -> list[dict[str, Any]]:
    table = display.snapshot.tables[record_type(cls).table]
    rows: list[dict[str, Any]] = table.filter(pc.equal(table.column(column), pa.scalar(value))).to_pylist()
    return rows


def _of(display: Display, cls: type, unit: str) -> list[dict[str, Any]]:
    return _rows(display, cls, "cooperative", unit)


def _latest_first(display: Display, cls: type, unit: str, column: str) -> list[dict[str, Any]]:
    span = record_type(cls).span
    rows = _rows(display, cls, column, unit)
    return sorted(rows, key=lambda one: (one[span.first] if span else None) or dt.date.min, reverse=True)


def _section(display: Display, cls: type, held: Iterable[dict[str, Any]], *hidden: str) -> Section:
    declared, rows = record_type(cls), list(held)
    shown = [one for one in declared.fields if not one.derived and one.key not in {"cooperative", *hidden}]
    told = tuple(display.row(declared, row, *(one.key for one in shown)) for row in rows)
    ids = tuple(row["id"] for row in rows)
    return Section(declared.table, declared.label, tuple(one.label for one in shown), told, ids)


def _contacts(display: Display, unit: str) -> Section:
    """Who is what to the unit, with how to reach them: masked unless personal data is asked for."""
    contact, person = record_type(Contact), record_type(Person)
    keys, own = ("role", "since", "until"), ("name", "phone", "email")
    rows, held = [], sorted(_of(display, Contact, unit), key=lambda one: (one["until"] is not None, one["role"]))
    for row in held:
        who = _rows(display, Person, "id", row["person"])
        told = display.row(person, who[0], *own) if who else ("",) * len(own)  # erased, or not for this reader
        rows.append((*display.row(contact, row, *keys[:1]), *told, *display.row(contact, row, *keys[1:])))
    labels = [contact.field("role").label, *(person.field(key).label for key in own)]
    labels += [contact.field(key).label for key in keys[1:]]
    return Section("contact", contact.label, tuple(labels), tuple(rows), tuple(row["id"] for row in held))


_EVENT_SHOWN = ("start", "name")
_TURN_SHOWN = ("people", "amount", "result")


def _turns(display: Display, unit: str) -> Section:
    """What the unit took part in, the latest first, with the kind of each event."""
    event, turn = record_type(Event), record_type(Participation)
    rows = sorted(_turns_with_events(display, unit), key=lambda pair: pair[1]["start"], reverse=True)
    told = tuple(
        (
            *display.row(event, held, *_EVENT_SHOWN[:1]),
            _kind(display, held["kind"]),
            *display.row(event, held, *_EVENT_SHOWN[1:]),
            *display.row(turn, row, *_TURN_SHOWN),
        )
        for row, held in rows
    )
    labels: Sequence[Label] = [event.field(key).label for key in ("start", "kind", "name")]
    columns = (*labels, *(turn.field(key).label for key in _TURN_SHOWN))
    return Section("participation", turn.label, columns, told, tuple(row["id"] for row, _ in rows))


def _turns_with_events(display: Display, unit: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    turns = _of(display, Participation, unit)
    table = display.snapshot.tables["event"]
    wanted = pa.array([turn["event"] for turn in turns], pa.string())
    held = {row["id"]: row for row in table.filter(pc.is_in(table.column("id"), wanted)).to_pylist()}
    return ((turn, held[turn["event"]]) for turn in turns if turn["event"] in held)


def _stays(display: Display, unit: str, recorded: str | None) -> Section:
    """The unit's place on each of the maps that follow one another, and how sure that is."""
    atlas, rows = display.snapshot.atlas, []
    for stay in stays(atlas, recorded, display.snapshot.decided.get(("cooperative", unit), ())) if recorded else ():
        found, day = stay.location, stay.first or stay.last or dt.date.max
        where = atlas.index.path(found.place, day) if found.place else "; ".join(one.title for one in found.candidates)
        rows.append((stay.days.in_(display.lang), where, found.state.label.in_(display.lang)))
    labels = Label("Bản đồ", "Map"), Label("Địa bàn", "Place"), Label("Cách xác định", "How it is known")
    return Section("places", Label("Địa bàn qua các thời kỳ", "Places through time"), labels, tuple(rows))


def _kind(display: Display, key: str) -> str:
    kind = display.snapshot.kinds.get(key)
    return kind.label.in_(display.lang) if kind else key


def _place(display: Display, held: str | None, on: dt.date) -> str:
    """The title of the recorded place and of those around it, on the map of the day, or of its own last day."""
    if held is None:
        return ""
    index = display.snapshot.places
    place = index.by_id(held)
    return index.path(place, on if place.in_force(on) else place.valid_from)
