"""What a bulk edit is made of: the units as they were opened, and the plan of what would change in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from coopkit.cooperative import Cooperative, LegalStatus, Membership, OperatingStatus
from coopkit.display import Display
from coopkit.errors import BadForm, BadText
from coopkit.field import Field, FieldKind
from coopkit.ledger import Change
from coopkit.record import Row, from_row, record_type, to_row, unflatten
from coopkit.snapshot import Snapshot
from coopkit.text import Label
from coopkit.workspace.boxes import read
from coopkit.workspace.editing import Clash
from coopkit.workspace.profile import Changed, changed_in

MOST: Final = 300
"""How many units are edited at once."""

UNIT: Final = record_type(Cooperative)
FIELDS: Final = tuple(own for own in UNIT.fields if not own.derived)
"""What may be edited cell by cell."""

SHARED: Final = tuple(own for own in FIELDS if own.kind in {FieldKind.CHOICE, FieldKind.PLACE})
"""What it makes sense to give one value for many: a choice, or a place."""

DATED: Final = tuple(record_type(cls).table for cls in (OperatingStatus, LegalStatus, Membership))
"""The tables of what a unit is from one day to another."""

_ORIGIN: Final = "sửa hàng loạt"
_OWNER: Final = record_type(Membership).field("cooperative").label
_STATES: Final = {record_type(cls).table: record_type(cls).field("state") for cls in (OperatingStatus, LegalStatus)}
_GONE: Final = Label("đã bị xóa khỏi sổ", "removed from the register")
_NEEDED: Final = ("cần điền ô này", "this box must be filled in")


@frozen
class Line:
    """One unit as it was opened: its id, its name, and the text in the box of each field."""

    id: str
    name: str
    texts: Mapping[str, str]

    def changed(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What was typed that differs from what stood there, by field."""
        return {key: text for key, text in typed.items() if text.strip() != self.texts[key].strip()}


@frozen(eq=False)
class Opened:
    """Units as they were when they were opened: in order, with the register and the revisions they were read at."""

    lines: tuple[Line, ...]
    snapshot: Snapshot = field(repr=False)
    bases: Mapping[tuple[str, str], int] = field(repr=False)

    @property
    def ids(self) -> list[str]:
        """Their ids, in order."""
        return [one.id for one in self.lines]

    @property
    def names(self) -> dict[str, str]:
        """What each is called, by id, in order."""
        return {one.id: one.name for one in self.lines}


@frozen
class Edit:
    """One field of a unit that will change: before and after, as people read them."""

    unit: str
    name: str
    changed: Changed


@frozen
class Refusal:
    """Why a unit cannot be written: the field to mend ("" is the unit as a whole) and what is the matter."""

    unit: str
    name: str
    label: Label
    what: Label


@frozen(eq=False)
class Plan:
    """What a bulk edit would do: what changes, what cannot, and how many units stay as they are.

    A unit with a refusal changes in nothing.
    """

    opened: Opened = field(repr=False)
    edits: tuple[Edit, ...]
    refusals: tuple[Refusal, ...]
    made: tuple[tuple[str, Any], ...] = field(repr=False)
    """The records to write, each with the unit it is about."""

    @property
    def units(self) -> int:
        """How many units change."""
        return len({unit for unit, _ in self.made})

    @property
    def refused(self) -> int:
        """How many units cannot be written."""
        return len({one.unit for one in self.refusals})

    @property
    def same(self) -> int:
        """How many units stay as they are, since they are so already."""
        return len(self.opened.lines) - self.units - self.refused

    @property
    def changes(self) -> tuple[Change, ...]:
        """The same for the ledger."""
        return tuple(Change(one, self.opened.bases.get(named(one)), _ORIGIN) for _, one in self.made)


@frozen
class UnitClash:
    """A field of a unit that somebody else changed meanwhile."""

    name: str
    clash: Clash


@frozen
class _Version:
    """A record before and after, as `changed_in` looks at it."""

    table: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def named(one: Any) -> tuple[str, str]:
    """The table and id of a record."""
    return record_type(type(one)).table, one.id


def part_of(snapshot: Snapshot, table: str, key: str, values: Iterable[str]) -> pa.Table:
    """The rows of a table that have one of these values."""
    held = snapshot.tables[table]
    return held.filter(pc.is_in(held.column(key), value_set=pa.array(values, pa.string())))


def rows_of(snapshot: Snapshot, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """The rows of these records, by their tables and ids; those that are not held are left out."""
    ids: dict[str, list[str]] = {}
    for table, record in wanted:
        ids.setdefault(table, []).append(record)
    return {
        (table, row["id"]): row
        for table, records in ids.items()
        for row in part_of(snapshot, table, "id", records).to_pylist()
    }


def held_by(opened: Opened, cls: type[Any]) -> dict[str, list[Any]]:
    """The records of a dated type of the units, by unit."""
    held: dict[str, list[Any]] = {}
    for row in part_of(opened.snapshot, record_type(cls).table, "cooperative", opened.ids).to_pylist():
        held.setdefault(row["cooperative"], []).append(from_row(cls, row))
    return held


def typed_over(row: Row, told: Mapping[str, str], snapshot: Snapshot) -> Cooperative:
    """The unit with what was typed in it. Raises `BadForm` with a fault for each field that cannot be."""
    values = {own.key: unflatten(own, row) for own in UNIT.fields}
    faults: dict[str, tuple[str, str]] = {}
    for key, text in told.items():
        own = UNIT.field(key)
        try:
            values[key] = read(own, text.strip(), snapshot)
        except BadText as bad:
            faults[key] = (f"{bad.what[0]}: {bad.mend[0]}", f"{bad.what[1]}: {bad.mend[1]}")
        else:
            if own.required and values[key] is None:
                faults[key] = _NEEDED
    if faults:
        raise BadForm(faults)
    return Cooperative(**values)


def refusals_of(line: Line, fields: Iterable[Field], bad: BadForm) -> Iterator[Refusal]:
    """What a form says of a unit's fields, one refusal each."""
    labels = {own.key: own.label for own in fields}
    for key, told in bad.faults.items():
        yield Refusal(line.id, line.name, labels.get(key, Label("", "")), Label(*told))


def edits_of(display: Display, opened: Opened, made: Iterable[tuple[str, Any]]) -> Iterator[Edit]:
    """What these records change, field by field, in the order they are given in.

    Before a new state stands the one that it ends.
    """
    made = list(made)
    names, before = opened.names, rows_of(opened.snapshot, (named(one) for _, one in made))
    ended: dict[tuple[str, str], str] = {}
    for unit, one in made:
        table, row = named(one)[0], before.get(named(one))
        state = _STATES.get(table)
        for changed in changed_in(display, _Version(table, row, to_row(one))):
            if state and changed.label == state.label and row is None:
                yield Edit(unit, names[unit], evolve(changed, before=ended.get((unit, table), "")))
            elif changed.label != _OWNER:
                yield Edit(unit, names[unit], changed)
        if state and row is not None:
            ended[unit, table] = display.text(state, row)


def clashes_of(display: Display, opened: Row | None, current: Row | None, one: Any) -> Iterator[Clash]:
    """The fields of a record that differ between two rows, beside what was wanted."""
    declared = record_type(type(one))
    if current is None:
        yield Clash(declared.label, "", _GONE.in_(display.lang), "")
        return
    wanted = to_row(one)
    for own in declared.fields:
        if own.derived or own.label == _OWNER:
            continue
        before, theirs, yours = (display.text(own, row) if row else "" for row in (opened, current, wanted))
        if before != theirs:
            yield Clash(own.label, before, theirs, yours)
