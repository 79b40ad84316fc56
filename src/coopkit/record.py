"""What a record type is: its table, its fields, what names it; and a record as a flat row and back.

A row is a mapping of stored column to a plain value (str, int, bool, date, None). It is the one form that the ledger,
the journal, the Snapshot and the importers share; records themselves know no format.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from attrs import AttrsInstance, frozen

from coopkit.errors import CoopkitError
from coopkit.field import Column, Field, FieldKind, Storage
from coopkit.quantity import DISTRICTS, EVENTS, ITEMS, PEOPLE, PERCENT, TURNS, UNITS, VND, Quantity, Unit
from coopkit.text import Label

Value: TypeAlias = str | int | bool | dt.date | None
Row: TypeAlias = dict[str, Value]
R = TypeVar("R")


@frozen
class RecordType:
    """A kind of record: the table it lies in, its label, its class, its fields, and the fields that name one."""

    table: str
    label: Label
    cls: type[AttrsInstance]
    fields: tuple[Field, ...]
    identity: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every stored column, in the order of the fields."""
        return tuple(column for field in self.fields for column in field.columns)

    def field(self, key: str) -> Field:
        """The field of that name. Raises `CoopkitError` where there is none."""
        for field in self.fields:
            if field.key == key:
                return field
        raise CoopkitError(f"{self.table} không có trường {key!r} (has no field {key!r})")


_TYPES: dict[type, RecordType] = {}


def record(table: str, vi: str, en: str, *, identity: tuple[str, ...] = ()) -> Callable[[type[R]], type[R]]:
    """Declare a frozen attrs class as a record type lying in `table`.

    `identity` names the fields that together name one record; its id is made from them (`make_id`).
    """

    def declare(cls: type[R]) -> type[R]:
        fields = fields_of(cls)
        _TYPES[cls] = RecordType(table, Label(vi, en), cls, fields, identity)  # type: ignore[arg-type]
        return cls

    return declare


def record_type(cls: type) -> RecordType:
    """The declaration of a record class. Raises `CoopkitError` for a class that is not a record.

    >>> from coopkit.cooperative import Cooperative
    >>> record_type(Cooperative).table
    'cooperative'
    """
    found = _TYPES.get(cls)
    if found is None:
        raise CoopkitError(f"{cls.__name__} không phải là loại bản ghi (is not a record type): dùng @record(...)")
    return found


def fields_of(cls: type) -> tuple[Field, ...]:
    """The fields a class declares by annotation, in order, named and marked required by their own types."""
    found = []
    for key, hint in get_type_hints(cls, include_extras=True).items():
        if get_origin(hint) is not Annotated:
            continue
        base, *extras = get_args(hint)
        declared = next((extra for extra in extras if isinstance(extra, Field)), None)
        if declared is not None:
            found.append(declared.named(key, required=type(None) not in get_args(base)))
    return tuple(found)


def make_id(table: str, *parts: object) -> str:
    """A stable, opaque id from what names a record: the same parts give the same id on every machine.

    >>> make_id("event", "HC-01")
    'event-5f1de0a6ba4b'
    """
    named = "\x1f".join([table, *("" if part is None else str(part) for part in parts)])
    return f"{table}-{hashlib.blake2b(named.encode(), digest_size=6).hexdigest()}"


def identify(cls: type, values: Mapping[str, object]) -> str:
    """The id of the record that these field values name."""
    declared = record_type(cls)
    return make_id(declared.table, *(values.get(key) for key in declared.identity))


def to_row(item: object) -> Row:
    """A record as a flat row of its stored columns. Raises `CoopkitError` for a fraction, which no column can keep."""
    row: Row = {}
    for field in record_type(type(item)).fields:
        row |= flatten(field, getattr(item, field.key))
    return row


def from_row(cls: type[R], row: Mapping[str, Any]) -> R:
    """The record of a flat row; dates may be dates or ISO text, flags may be 0 and 1.

    >>> from coopkit.group import Group
    >>> club = Group(id="g", kind="club", name="OCOP", founded=None, decision=None)
    >>> from_row(Group, to_row(club)) == club
    True
    """
    return cls(**{field.key: unflatten(field, row) for field in record_type(cls).fields})


def flatten(field: Field, value: Any) -> Row:
    """One field's value as its stored columns."""
    if field.kind is FieldKind.QUANTITY:
        return _flatten_quantity(field, value)
    if field.kind is FieldKind.DETAILS:
        return {field.key: canonical_json(value)}
    return {field.key: str(value) if field.kind is FieldKind.CHOICE and value is not None else value}


def _flatten_quantity(field: Field, value: Quantity | None) -> Row:
    names = [column.name for column in field.columns]
    if value is None:
        return dict.fromkeys(names)
    if isinstance(value.low, Fraction) or isinstance(value.high, Fraction):
        raise CoopkitError(f"{field.key}: chỉ lưu số nguyên, không lưu {value.low} (only whole numbers are stored)")
    parts: list[Value] = [value.low, value.high, value.strict, value.about, value.unit.key]
    return dict(zip(names, parts, strict=False))


def unflatten(field: Field, row: Mapping[str, Any]) -> Any:
    """One field's value from its stored columns."""
    if field.kind is FieldKind.QUANTITY:
        return _unflatten_quantity(field, row)
    value = row.get(field.key)
    if field.kind is FieldKind.DETAILS:
        return {} if value is None else json.loads(value)
    if field.choices is not None and value is not None:
        return field.choices(value)
    return _plain(field.kind.storage, value)


def _unflatten_quantity(field: Field, row: Mapping[str, Any]) -> Quantity | None:
    names = [column.name for column in field.columns]
    low = row.get(names[0])
    if low is None:
        return None
    measured = field.unit or _unit(str(row[names[4]]))
    return Quantity(
        low, row.get(names[1]), strict=bool(row.get(names[2])), about=bool(row.get(names[3])), unit=measured
    )


_UNITS = {unit.key: unit for unit in (DISTRICTS, EVENTS, ITEMS, PEOPLE, PERCENT, TURNS, UNITS, VND)}


def _unit(key: str) -> Unit:
    """A unit by key; a plugin's own unit reads as its key once the plugin is gone, and still adds up."""
    return _UNITS.get(key) or Unit(key, Label(key, key))


def _plain(storage: Storage, value: Any) -> Any:
    if storage is Storage.DATE and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return bool(value) if storage is Storage.FLAG and value is not None else value


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, dates in ISO: the same value is always the same text.

    >>> canonical_json({"b": 1, "a": dt.date(2023, 5, 1)})
    '{"a":"2023-05-01","b":1}'
    """
    return _encoder().encode(value)


@cache
def _encoder() -> json.JSONEncoder:
    def plain(value: object) -> object:
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, Mapping):
            return dict(value)
        raise TypeError(f"{type(value).__name__} has no place in canonical JSON")

    return json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain)
