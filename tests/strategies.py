"""What the property tests draw from: quantities, and records of every type, made from what their fields declare."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from coopkit.event import OWN_KINDS, EventKindVersion
from coopkit.field import Field, FieldKind
from coopkit.place import Place, place_id
from coopkit.quantity import PEOPLE, UNITS, VND, Quantity, Unit, at_least, between, exact, more_than
from coopkit.record import record_type
from coopkit.snapshot import RECORD_TYPES

INT64 = 2**63 - 1

TEXTS = st.one_of(
    st.sampled_from(["", "\x00", "\x1e", "Hợp tác xã Đồng Tâm", "An Lão", "'; DROP TABLE person; --", "😀"]),
    st.text(max_size=12),
)
DATES = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
WHOLE = st.integers(-INT64 - 1, INT64)


@st.composite
def quantities(draw: st.DrawFn, unit: Unit | None = None) -> Quantity:
    """Every shape of a quantity that a column can keep."""
    of = unit or draw(st.sampled_from([PEOPLE, UNITS, VND, Unit("household", UNITS.label)]))
    low, high = sorted([draw(WHOLE), draw(WHOLE)])
    made = draw(st.sampled_from([exact(low, of), at_least(low, of), more_than(low, of), between(low, high, of)]))
    return evolve(made, about=draw(st.booleans()))


DETAILS = st.dictionaries(st.text("abcde_", min_size=1), TEXTS | WHOLE | st.booleans() | st.none(), max_size=4)


def values(field: Field) -> st.SearchStrategy[Any]:
    """The values that a field can keep."""
    made: st.SearchStrategy[Any] = {
        FieldKind.DATE: DATES,
        FieldKind.COUNT: WHOLE,
        FieldKind.MONEY: WHOLE,
        FieldKind.PERCENT: WHOLE,
        FieldKind.POINTS: WHOLE,
        FieldKind.PERIOD: st.sampled_from(["2023", "2023-HTX", "2024-Q3", "2023-H1", "2022-05"]),
        FieldKind.FLAG: st.booleans(),
        FieldKind.QUANTITY: quantities(field.unit),
        FieldKind.DETAILS: DETAILS,
    }.get(field.kind, TEXTS)
    if field.choices is not None:
        made = st.sampled_from(list(field.choices))
    return made if field.required else st.none() | made


@st.composite
def places(draw: st.DrawFn) -> Place:
    """A place whose id is made of its code and first day, and which ends after it began."""
    first, last = sorted([draw(DATES), draw(DATES)])
    drawn = {own.key: draw(values(own)) for own in record_type(Place).fields}
    until = draw(st.sampled_from([None, last]))
    return Place(**{**drawn, "id": place_id(drawn["code"], first), "valid_from": first, "valid_to": until})


def records(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Records of one type."""
    if cls is Place:
        return places()
    if cls is EventKindVersion:
        return st.sampled_from([kind.stored() for kind in OWN_KINDS])
    return st.builds(cls, **{own.key: values(own) for own in record_type(cls).fields})


ANY_RECORD = st.sampled_from([declared.cls for declared in RECORD_TYPES]).flatmap(records)


def registers(max_size: int = 12) -> st.SearchStrategy[list[Any]]:
    """Records of all types together, no two of a type under one id."""
    return st.lists(ANY_RECORD, max_size=max_size, unique_by=lambda item: (type(item), item.id))
