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
from functools import cached_property
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from attrs import AttrsInstance, frozen

from coopkit.errors import BadText, CoopkitError, UnitMismatch
from coopkit.field import Column, Field, FieldKind, Storage
from coopkit.period import Period
from coopkit.quantity import DISTRICTS, EVENTS, ITEMS, PEOPLE, PERCENT, TURNS, UNITS, VND, Quantity, Unit
from coopkit.text import Label

Value: TypeAlias = str | int | bool | dt.date | None
Row: TypeAlias = dict[str, Value]
R = TypeVar("R")


_TYPES_KEPT: Mapping[Storage, type] = {
    Storage.TEXT: str,
    Storage.INT: int,
    Storage.DATE: dt.date,
    Storage.FLAG: bool,
}
_SHAPED = {FieldKind.CHOICE, FieldKind.PERIOD, FieldKind.QUANTITY, FieldKind.DETAILS}


@frozen
class Span:
    """Which fields say from when to when a record holds, and of what only one record may hold on a day.

    `of` names the owner, such as the cooperative; a record without a `first` day held before the register began, one
    without a `last` day still holds. `last_counts`: it holds on its last day too. With a `state` the records follow
    one another: what still holds ends as the next begins, as a cooperative has one legal status at a time.
    """

    of: tuple[str, ...]
    first: str
    last: str
    state: str = ""
    last_counts: bool = True

    def owner(self, one: object) -> tuple[object, ...]:
        """Whose record it is."""
        return tuple(getattr(one, key) for key in self.of)

    def holds(self, one: object, on: dt.date) -> bool:
        """Whether a record holds on a day."""
        return self.first_day(one) <= on <= self.last_day(one)

    def first_day(self, one: object) -> dt.date:
        """The first day on which a record holds."""
        return getattr(one, self.first) or dt.date.min

    def last_day(self, one: object) -> dt.date:
        """The last day on which a record holds."""
        last: dt.date | None = getattr(one, self.last)
        if last is None or last == dt.date.min:
            return last or dt.date.max
        return last if self.last_counts else last - dt.timedelta(days=1)


@frozen
class RecordType:
    """A kind of record: its table, its label, its class, its fields, the fields that name one, and how it is dated."""

    table: str
    label: Label
    cls: type[AttrsInstance]
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    span: Span | None = None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every stored column, in the order of the fields."""
        return tuple(column for field in self.fields for column in field.columns)

    @cached_property
    def plan(self) -> tuple[tuple[Field, str, frozenset[type], Row], ...]:
        """Each field with the types of value that lie in its column as they are, and its columns when it is empty."""
        steps = []
        for own in self.fields:
            kept: set[type] = set()
            if own.kind not in _SHAPED and own.kind.storage is not Storage.INT:  # a number may be too large
                kept.add(_TYPES_KEPT[own.kind.storage])
            steps.append((own, own.key, frozenset(kept), {} if own.required else flatten(own, None)))
        return tuple(steps)

    def field(self, key: str) -> Field:
        """The field of that name. Raises `CoopkitError` where there is none."""
        for field in self.fields:
            if field.key == key:
                return field
        raise CoopkitError(f"{self.table} không có trường {key!r} (has no field {key!r})")


_TYPES: dict[type, RecordType] = {}


def record(
    table: str, vi: str, en: str, *, identity: tuple[str, ...] = (), span: Span | None = None
) -> Callable[[type[R]], type[R]]:
    """Declare a frozen attrs class as a record type lying in `table`.

    `identity` names the fields that together name one record; its id is made from them (`make_id`). `span` tells which
    of its fields date it.
    """

    def declare(cls: type[R]) -> type[R]:
        fields = fields_of(cls)
        _TYPES[cls] = RecordType(table, Label(vi, en), cls, fields, identity, span)  # type: ignore[arg-type]
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


def span_of(cls: type) -> Span:
    """How a record class is dated. Raises `CoopkitError` for one that is not.

    >>> from coopkit.cooperative import Membership
    >>> span_of(Membership).first
    'joined'
    """
    span = record_type(cls).span
    if span is None:
        raise CoopkitError(f"{cls.__name__} không có ngày bắt đầu và kết thúc (is not dated): dùng @record(span=…)")
    return span


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
    'event-fda8b2d2f1e20b59'
    """
    named = "\x1f".join([table, *("" if part is None else str(part) for part in parts)])
    # 8 bytes: among 10 million records two share an id with a chance of 3 in a million; with 6 bytes it was 1 in 6.
    return f"{table}-{hashlib.blake2b(named.encode(), digest_size=8).hexdigest()}"


def identify(cls: type, values: Mapping[str, object]) -> str:
    """The id of the record that these field values name. Raises `CoopkitError` for a type that no field names."""
    declared = record_type(cls)
    if not declared.identity:
        raise CoopkitError(f"{declared.table}: không có trường nào định danh bản ghi (no field names its records)")
    return make_id(declared.table, *(values.get(key) for key in declared.identity))


def to_row(item: object) -> Row:
    """A record as a flat row of its stored columns.

    Raises `CoopkitError`, naming the field, for a value that its field cannot keep: of another type, missing where the
    field is required, not among its options, a fraction, or beyond 64 bits; `UnitMismatch` for a quantity of another
    unit.

    >>> from coopkit.group import Group
    >>> to_row(Group(id="g", kind="club", name=None))
    Traceback (most recent call last):
    coopkit.errors.CoopkitError: name: thiếu giá trị (a value is missing)
    """
    row: Row = {}
    for own, key, kept, empty in record_type(type(item)).plan:
        value = getattr(item, key)
        if type(value) in kept:  # most values; the rest are looked at closely
            row[key] = value
        elif value is None and empty:
            row |= empty
        else:
            row |= flatten(own, value)
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
    """One field's value as its stored columns. Raises `CoopkitError` for a value that the field cannot keep."""
    if value is None:
        if field.required:
            raise CoopkitError(f"{field.key}: thiếu giá trị (a value is missing)")
        return {column.name: None for column in field.columns}
    if field.kind is FieldKind.QUANTITY:
        return _flatten_quantity(field, value)
    if field.kind is FieldKind.DETAILS:
        return {field.key: _json(field, value)}
    if field.kind is FieldKind.CHOICE:
        return {field.key: _option(field, value)}
    if field.kind is FieldKind.PERIOD:
        return {field.key: _period(field, value)}
    return {field.key: _checked(field, field.kind.storage, value)}


def _flatten_quantity(field: Field, value: Any) -> Row:
    if not isinstance(value, Quantity):
        raise _misfit(field, value, "một số lượng", "a Quantity")
    if field.unit is not None and value.unit != field.unit:
        mine, theirs = field.unit.label, value.unit.label
        raise UnitMismatch(
            f"{field.key} tính bằng {mine.vi}, không phải {theirs.vi} (is in {mine.en}, not {theirs.en})"
        )
    low, high = _whole(field, value.low), None if value.high is None else _whole(field, value.high)
    parts: list[Value] = [low, high, value.strict, value.about, value.unit.key]
    return {column.name: part for column, part in zip(field.columns, parts, strict=False)}


def _whole(field: Field, number: int | Fraction) -> int:
    if isinstance(number, Fraction):
        raise CoopkitError(f"{field.key}: chỉ lưu số nguyên, không lưu {number} (only whole numbers are stored)")
    return int(_checked(field, Storage.INT, number))


def _json(field: Field, value: Any) -> str:
    try:
        return canonical_json(value)
    except (TypeError, ValueError) as error:
        raise _misfit(field, value, "các giá trị mà JSON ghi được", "values that JSON can keep") from error


def _option(field: Field, value: object) -> str:
    if str(value) not in field.values:
        raise _misfit(field, value, "một trong " + ", ".join(sorted(field.values)), "one of them")
    return str(value)


def _period(field: Field, value: object) -> str:
    try:
        key = Period.parse(str(value)).key
    except BadText:
        key = ""
    if key != value:
        raise _misfit(field, value, "mã của một kỳ như 2023, 2023-Q3, 2023-HTX", "the key of a period")
    return key


def _checked(field: Field, storage: Storage, value: Any) -> Any:
    """The value if its column keeps it and gives it back the same: no bool as a number, no moment as a day."""
    lookalike = isinstance(value, dt.datetime) or (storage is Storage.INT and isinstance(value, bool))
    if lookalike or not isinstance(value, _TYPES_KEPT[storage]):
        raise _misfit(field, value, *_WANTED[storage])
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise _misfit(field, value, "một số trong phạm vi 64 bit", "a number within 64 bits")
    return value


_WANTED = {
    Storage.TEXT: ("một chuỗi", "a text"),
    Storage.INT: ("một số nguyên", "a whole number"),
    Storage.DATE: ("một ngày", "a date"),
    Storage.FLAG: ("có hoặc không", "True or False"),
}


def _misfit(field: Field, value: object, vi: str, en: str) -> CoopkitError:
    return CoopkitError(f"{field.key}: {value!r} không hợp; cần {vi} (does not fit: {en} is needed)")


def unflatten(field: Field, row: Mapping[str, Any]) -> Any:
    """One field's value from its stored columns; of a choice that is offered no more, the text that was stored."""
    if field.kind is FieldKind.QUANTITY:
        return _unflatten_quantity(field, row)
    value = row.get(field.key)
    if field.kind is FieldKind.DETAILS:
        return {} if value is None else json.loads(value)
    if field.choices is not None and value in field.values:
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
    return _ENCODER.encode(value)


def _json_value(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise CoopkitError(f"{value!r} không ghi được vào JSON (has no place in canonical JSON)")


# Rows hold no circles to look for. No number that JSON does not know (NaN) is let through either.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    default=_json_value,
    check_circular=False,
    allow_nan=False,
)
