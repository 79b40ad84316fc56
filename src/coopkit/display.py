"""A record's values as people read them: references by name, places by title, choices by label, dates dd/mm/yyyy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import pyarrow.compute as pc
from attrs import frozen

from coopkit.field import Field, FieldKind
from coopkit.period import Period, format_date
from coopkit.place import place_title
from coopkit.quantity import ITEMS, PERCENT, Quantity, exact, format_number, format_quantity
from coopkit.record import RecordType, unflatten
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang

_YES_NO: Final = {True: Label("Có", "Yes"), False: Label("Không", "No")}


def masked(text: str) -> str:
    """A personal value as it stands where nobody asked for it: its ends, and dots for the rest.

    >>> masked("0225 123 456"), masked("An")
    ('02••••••••56', '••')
    """
    hidden = len(text) - 4
    return f"{text[:2]}{'•' * hidden}{text[-2:]}" if hidden > 1 else "•" * len(text)


@frozen(eq=False, slots=False)
class Display:
    """Reads out the rows of one Snapshot, in one language; personal values masked unless `personal`.

    >>> from coopkit.cooperative import Person
    >>> from coopkit.record import record_type
    >>> snapshot = Snapshot.of([Person("p", "Người mẫu 001")])
    >>> Display(snapshot).row(record_type(Person), snapshot.table("person").to_pylist()[0], "name")
    ('Ng•••••••••01',)
    """

    snapshot: Snapshot
    lang: Lang = "vi"
    personal: bool = False

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        """What each record is called, by its table and id."""
        called = ("cooperative", "event", "group", "person", "campaign")
        names = {table: self._column(table, "name") for table in called}
        titles = self.snapshot.table("place").select(["id", "type", "name"]).to_pylist()
        return {**names, "place": {row["id"]: place_title(row["type"], row["name"]) for row in titles}}

    def _column(self, table: str, column: str) -> dict[str, str]:
        held = self.snapshot.tables[table]
        names = dict(zip(held.column("id").to_pylist(), held.column(column).to_pylist(), strict=True))
        if table == "person" and not self.personal:
            return {of: masked(name) for of, name in names.items()}
        return names

    def title(self, table: str, of: str) -> str:
        """What a record is called: its own name, or those of what it is about; its id where it has neither.

        >>> from coopkit.group import Group
        >>> Display(Snapshot.of([Group(id="g", kind="club", name="OCOP")])).title("group", "g")
        'OCOP'
        """
        if table != "person" and (name := self._names.get(table, {}).get(of)):
            return str(name)
        held = self.snapshot.tables[table]
        [row] = held.filter(pc.equal(held.column("id"), of)).to_pylist() or [{}]
        referring = [own for own in TABLES[table].fields if own.kind is FieldKind.REFERENCE and row]
        about = [str(self.value(own, row)) for own in referring]
        return " · ".join(filter(None, about)) or of

    def row(self, declared: RecordType, row: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
        """These fields of a stored row, each as one text."""
        return tuple(self.text(declared.field(key), row) for key in keys)

    def value(self, own: Field, row: Mapping[str, Any]) -> Any:
        """One field of a stored row: a plain number stays one, all else is text; "" where the cell is empty."""
        found = unflatten(own, row)
        if found is None:
            return ""
        if own.personal and not self.personal:
            return masked(str(found))
        if own.kind is FieldKind.REFERENCE:
            return self._names.get(own.refers, {}).get(found, found)
        if own.kind is FieldKind.PLACE:
            return self._names["place"].get(found, found)
        if own.kind is FieldKind.CHOICE:
            option = own.option(str(found))
            return option.label.in_(self.lang) if option else str(found)
        if own.kind is FieldKind.FLAG:
            return _YES_NO[found].in_(self.lang)
        if isinstance(found, Quantity):
            return format_quantity(found, self.lang)
        return format_date(found) if isinstance(found, dt.date) else found

    def text(self, own: Field, row: Mapping[str, Any]) -> str:
        """One field of a stored row as one text, a number with its unit."""
        value = self.value(own, row)
        if own.kind is FieldKind.PERCENT and value != "":
            return format_quantity(exact(Fraction(value, 100), PERCENT), self.lang)
        if own.kind is FieldKind.POINTS and value != "":
            return format_number(Fraction(value, 100), self.lang)
        if own.kind is FieldKind.PERIOD and value != "":
            return Period.parse(value).label.in_(self.lang)
        if own.kind in {FieldKind.COUNT, FieldKind.MONEY} and value != "":
            return format_quantity(exact(value, own.unit or ITEMS), self.lang)
        return str(value)
