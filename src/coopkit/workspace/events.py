"""`Events`: what the alliance did, as an actor finds it, opens it, copies it to other days and takes it out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.access import Action, can
from coopkit.display import Display
from coopkit.errors import BadForm, NotFound
from coopkit.event import Event, EventOrganiser, EventPlace, Participation
from coopkit.field import Field
from coopkit.importers import Found, Imported
from coopkit.ledger import Batch, Change, Receipt, Removal
from coopkit.place import PlaceDecision
from coopkit.record import from_row, record_type
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang, sort_key
from coopkit.workspace.event_copy import Copy, CopyAsked, belonging, copy_of, renamed
from coopkit.workspace.event_list import (
    EVENT,
    TURN,
    Asked,
    EventList,
    FoundEvents,
    Named,
    days_of,
    list_events,
    turn_quantities,
)
from coopkit.workspace.guarding import Guard
from coopkit.workspace.profile import changed_in
from coopkit.workspace.workspace import Desk

PAGE: Final = 50
"""How many turns a page of an event holds."""

TOLD: Final = ("people", "amount", "result")
"""What a participation may tell beside who took part."""

_PARTS: Final[Mapping[str, type]] = {record_type(one).table: one for one in (Participation, EventPlace, EventOrganiser)}
"""Records that are parts of an event, by their tables: they go with it."""


@frozen
class Line:
    """A record that hangs on an event, by its id, and its texts."""

    id: str
    texts: tuple[str, ...]


@frozen
class Turn:
    """A turn of an event: the participation, whose it is, and what it tells."""

    id: str
    unit: str
    name: str
    tax_code: str
    place: str
    people: str
    amount: str
    result: str


@frozen
class Filled:
    """A field that turns may tell, in how many it stands, and of how many."""

    label: Label
    filled: int
    of: int


@frozen
class Details:
    """One event: its fields as (label, text), its places and organisers, its turns (lượt) and units (đơn vị).

    `more` are the quantities that its turns tell of together; `asked` what each may tell.
    """

    id: str
    name: str
    days: str
    kind: Label
    facts: tuple[tuple[Label, str], ...]
    places: tuple[Line, ...]
    organisers: tuple[Line, ...]
    turns: int
    units: int
    more: tuple[Named, ...]
    asked: tuple[Filled, ...]

    @property
    def pages(self) -> int:
        """How many pages its turns fill."""
        return max(1, -(-self.turns // PAGE))


@frozen
class Going:
    """What goes when an event is removed: its turns and its other parts; and what stands against it."""

    name: str
    turns: int
    parts: int
    held_by: tuple[tuple[Label, int], ...]


@frozen
class _First:
    """A record as if it had just been written, for `changed_in`."""

    table: str
    after: Mapping[str, Any]
    before: None = None


@frozen
class Events:
    """The events of one desk.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     len(Events(workspace.as_(Actor.office("an"))).find(Asked(kind="fair")))
    0
    """

    desk: Desk
    lang: Lang = "vi"

    @property
    def may_write(self) -> bool:
        """Whether the actor may add, change and remove."""
        return can(self.desk.actor, Action.WRITE).allowed

    @property
    def all(self) -> EventList:
        """Every event that the actor may see."""
        return list_events(self.desk.snapshot())

    def find(self, asked: Asked) -> FoundEvents:
        """The events that are such, the latest first."""
        return self.all.find(asked)

    def kinds(self) -> Mapping[str, Label]:
        """The kinds of which an event may be added, by key: coopkit's own and those of the plugins that are on."""
        offered = {**self.desk.snapshot().kinds, **self.desk.workspace.registry.event_kinds()}
        labels = {key: kind.label for key, kind in offered.items()}
        return dict(sorted(labels.items(), key=lambda one: sort_key(one[1].in_(self.lang))))

    def event(self, event: str) -> Details:
        """One event by its id. Raises `NotFound`."""
        row, display, events = self._row(event), Display(self.desk.snapshot(), self.lang), self.all
        at = events.row(event) or 0
        kind, turns = display.snapshot.kinds.get(row["kind"]), events.turn_rows(at)
        told = changed_in(display, _First(EVENT.table, row))
        return Details(
            event,
            row["name"],
            days_of(row["start"], row["end"]),
            kind.label if kind else Label(row["kind"], row["kind"]),
            tuple((one.label, one.after) for one in told if one.label != EVENT.field("name").label),
            _parts(display, EventPlace, event),
            _parts(display, EventOrganiser, event),
            int(events.turns[at]),
            int(events.units[at]),
            turn_quantities(turns, self.lang),
            tuple(_filled(turns, TURN.field(key)) for key in TOLD),
        )

    def turns(self, event: str, page: int = 1) -> list[Turn]:
        """The turns of an event, by the names of their units: those of a page, the first being 1."""
        events, display = self.all, Display(self.desk.snapshot(), self.lang)
        at = events.row(event)
        rows = [] if at is None else events.turn_rows(at).to_pylist()
        units = _units(self.desk.snapshot(), {row["cooperative"] for row in rows})
        rows.sort(key=lambda row: (sort_key(units.get(row["cooperative"], _GONE)["name"]), row["id"]))
        first = (min(max(page, 1), max(1, -(-len(rows) // PAGE))) - 1) * PAGE
        return [_turn(display, row, units.get(row["cooperative"], _GONE)) for row in rows[first : first + PAGE]]

    def copied(self, asked: CopyAsked) -> Copy:
        """What a copy would be. Raises `NotFound`, and `BadForm` where the calendar has no such days."""
        event, held, snapshot = asked.event, self._held(asked.event), self.desk.snapshot()
        made, dates = copy_of(held, snapshot.kinds.get(held.kind), asked.move)
        code = self._free_code(made.code) if asked.code is None else asked.code.strip()
        made = renamed(made, code, asked.name.strip() or made.name)
        places = (snapshot.places.by_id(one.place) for one in self._of(EventPlace, event))
        former = tuple(place.title for place in places if not place.in_force(made.start))
        turns = _count(snapshot, TURN.table, "event", event) if asked.with_turns else 0
        return Copy(made, dates, turns, former)

    def clone(self, asked: CopyAsked, *, token: str, reason: str) -> tuple[str, Receipt]:
        """Copy an event to other days, with its places and organisers, in one batch; gives the copy's id.

        `token` names the form: handed in again it writes nothing more. Raises `NotFound`, `AccessDenied`, and `BadForm`
        where the code is taken or missing, or a plugin's check refuses.
        """
        self._may(asked.event)
        if done := self.cloned(token):
            return done
        made = self.copied(asked).event
        if not made.code or made.code in self._codes:
            raise BadForm({"code": _TAKEN if made.code else _NEEDED})
        turns = self._of(Participation, asked.event) if asked.with_turns else []
        parts = (*self._of(EventPlace, asked.event), *self._of(EventOrganiser, asked.event), *turns)
        records = [made, *(belonging(one, made.id) for one in parts)]
        for _, told in refused(self.desk, records):
            raise BadForm({"": told})
        of = self._held(asked.event).code
        changes = [Change(one, None, f"nhân bản {of}") for one in records]
        return made.id, self._written(changes, token, reason or f"Nhân bản hoạt động {of}")

    def cloned(self, token: str) -> tuple[str, Receipt] | None:
        """The copy that was written under a token, and its batch; None where none was."""
        written = self.saved(token)
        return (self.desk.workspace.ledger.lines(written.number, 0, 1)[0].record, written) if written else None

    def saved(self, token: str) -> Receipt | None:
        """What was written under a token; None where nothing was."""
        return self.desk.workspace.ledger.receipt(token)

    def going(self, event: str) -> Going:
        """What would go with an event, and what else refers to it. Raises `NotFound`."""
        held, snapshot = self._held(event), self.desk.snapshot()
        referring = [
            (declared.label, _count(snapshot, table, field.key, event))
            for table, declared in TABLES.items()
            if table not in _PARTS
            for field in declared.fields
            if field.refers == EVENT.table
        ]
        turns = _count(snapshot, TURN.table, "event", event)
        return Going(
            held.name, turns, len(self._removals(event)) - turns - 1, tuple(one for one in referring if one[1])
        )

    def remove(self, event: str, *, token: str, reason: str, turns: int = 0) -> Receipt:
        """Remove an event with its parts, in one batch; `turns` says how many turns one knows to go with it.

        Raises `BadForm` where it has other turns than these, or something else refers to it; `NotFound`,
        `AccessDenied`. Written again with the same token it removes nothing more.
        """
        self._may(event)
        if written := self.saved(token):
            return written
        going = self.going(event)
        if going.held_by:
            vi, en = ("; ".join(f"{label.in_(lang)}: {n}" for label, n in going.held_by) for lang in _LANGS)
            raise BadForm({"": (f"còn được nói tới ở {vi}: sửa ở đó trước", f"is referred to by {en}: mend it there")})
        if going.turns != turns:
            raise BadForm({"": _turns_stand(going.turns)})
        return self._written(self._removals(event), token, reason or f"Xóa hoạt động {going.name}")

    def remove_part(self, table: str, record: str, *, token: str, reason: str) -> Receipt:
        """Remove one turn of an event, one of its places, or one that organised along.

        Raises `NotFound` for one there is not, `AccessDenied`. With a token that was used it removes nothing more.
        """
        self._may(record)
        if written := self.saved(token):
            return written
        if table not in _PARTS:
            raise NotFound(f"{table!r} không phải là phần của một hoạt động (is no part of an event)")
        known = pc.index(self.desk.snapshot().tables[table].column("id"), record).as_py() >= 0
        removals = self._known({table: [record]}) if known else ()
        if not removals:
            raise NotFound(f"Bản ghi {record!r} không còn trong sổ (this record is no more in the register)")
        return self._written(removals, token, reason or f"Bỏ {TABLES[table].label.vi.lower()} của hoạt động")

    def _may(self, subject: str) -> None:
        can(self.desk.actor, Action.WRITE, subject).require()

    def _written(self, changes: Sequence[Change | Removal], token: str, reason: str) -> Receipt:
        workspace = self.desk.workspace
        batch = Batch(self.desk.actor.name, reason, workspace.clock(), changes=tuple(changes), token=token)
        [receipt] = self.desk.write(batch)
        return receipt

    def _row(self, event: str) -> dict[str, Any]:
        table = self.desk.snapshot().tables[EVENT.table]
        found = table.filter(pc.equal(table.column("id"), event)).to_pylist()
        if not found:
            raise NotFound(f"Không có hoạt động {event!r} trong sổ (there is no such event in the register)")
        return dict(found[0])

    def _held(self, event: str) -> Event:
        return from_row(Event, self._row(event))

    @property
    def _codes(self) -> set[str]:
        return set(self.desk.snapshot().tables[EVENT.table].column("code").to_pylist())

    def _free_code(self, wanted: str) -> str:
        """The code, or the first with a number behind it that no event bears."""
        codes, number, code = self._codes, 2, wanted
        while code in codes:
            code, number = f"{wanted}-{number}", number + 1
        return code

    def _of(self, cls: type, event: str) -> list[Any]:
        table = self.desk.snapshot().tables[record_type(cls).table]
        return [from_row(cls, row) for row in table.filter(pc.equal(table.column("event"), event)).to_pylist()]

    def _removals(self, event: str) -> tuple[Removal, ...]:
        """All that goes with an event, what refers before what it refers to."""
        return self._known({table: [one.id for one in self._of(cls, event)] for table, cls in _PARTS.items()}, event)

    def _known(self, gone: dict[str, list[str]], *events: str) -> tuple[Removal, ...]:
        """Removals of these records that there are, with what was decided about the places among them."""
        about = {(table, of) for table, ids in gone.items() for of in ids}
        decided = [one.id for one in self.desk.snapshot().records(PlaceDecision) if (one.table, one.record) in about]
        gone = {record_type(PlaceDecision).table: decided, **gone, EVENT.table: list(events)}
        ledger = self.desk.workspace.ledger
        bases = {table: ledger.revisions(table, ids) for table, ids in gone.items() if ids}
        return tuple(Removal(table, of, base) for table, held in bases.items() for of, base in held.items())


_LANGS: Final[tuple[Lang, ...]] = ("vi", "en")
_TAKEN: Final = ("mã này đã có: đặt mã khác", "this code is taken: choose another")
_NEEDED: Final = ("cần điền ô này", "this box must be filled in")
_GONE: Final[Mapping[str, str]] = {"id": "", "name": "?", "tax_code": "", "place": ""}


def refused(desk: Desk, records: Iterable[Any]) -> list[tuple[str, tuple[str, str]]]:
    """The records that plugins' checks refuse, by id, each with why."""
    found = tuple(Found(one, "", "") for one in records)
    checked = Guard(desk.workspace.registry, desk.workspace.ledger.snapshot(), Imported(found, ()), desk.note).checked()
    kept = {one.record.id for one in checked.found}
    out = [one.record.id for one in found if one.record.id not in kept]
    return [(of, (told.what.vi, told.what.en)) for of, told in zip(out, checked.problems, strict=True)]


def _turns_stand(turns: int) -> tuple[str, str]:
    return (
        f"hoạt động có {turns} lượt tham gia: xóa cả các lượt, hoặc bỏ chúng trước",
        f"the event has {turns} participations: remove them with it, or take them out first",
    )


def _count(snapshot: Snapshot, table: str, column: str, value: str) -> int:
    found: int = pc.sum(pc.equal(snapshot.tables[table].column(column), value)).as_py() or 0
    return found


def _units(snapshot: Snapshot, ids: set[str]) -> dict[str, dict[str, Any]]:
    table = snapshot.tables["cooperative"].select(["id", "name", "tax_code", "place"])
    kept = table.filter(pc.is_in(table.column("id"), pa.array(sorted(ids), pa.string())))
    return {row["id"]: row for row in kept.to_pylist()}


def _turn(display: Display, row: Mapping[str, Any], unit: Mapping[str, Any]) -> Turn:
    place = display.text(TABLES["cooperative"].field("place"), unit) if unit["place"] else ""
    people, amount, result = display.row(TURN, row, *TOLD)
    told = row["cooperative"], unit["name"], unit["tax_code"] or "", place
    return Turn(row["id"], *told, people, amount, result)


def _parts(display: Display, cls: type, event: str) -> tuple[Line, ...]:
    declared = record_type(cls)
    shown = [own.key for own in declared.fields if not own.derived and own.key != "event"]
    table = display.snapshot.tables[declared.table]
    rows = table.filter(pc.equal(table.column("event"), event)).to_pylist()
    lines = [Line(row["id"], display.row(declared, row, *shown)) for row in rows]
    return tuple(sorted(lines, key=lambda one: sort_key(one.texts[0])))


def _filled(turns: pa.Table, own: Field) -> Filled:
    column = turns.column(own.columns[0].name)
    return Filled(own.label, len(column) - column.null_count, len(column))
