"""A list of units as a file: all that was found, with what it was narrowed to; and a filter told in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from attrs import frozen

from coopkit.access import Action, can
from coopkit.cooperative import Cooperative, LegalStatus, OperatingStatus
from coopkit.exporters.listing import Listing, write_listing
from coopkit.field import Field, FieldKind, text
from coopkit.period import format_date
from coopkit.quantity import format_number
from coopkit.record import record_type
from coopkit.text import Label, Lang
from coopkit.workspace.register import NOWHERE, Filter, Found, Order, UnitList
from coopkit.workspace.workspace import Desk

UNPLACED: Final = Label("Chưa xác định địa bàn", "Place not determined")
"""What the area of a unit that nobody placed is called."""

_LABELS: Final = {
    "text": Label("Tìm", "Search"),
    "area": Order.PLACE.label,
    "kind": Order.KIND.label,
    "sector": Order.SECTOR.label,
    "standing": Order.STANDING.label,
    "legal": Order.LEGAL.label,
    "operating": Order.OPERATING.label,
    "lacking": Label("Thiếu", "Missing"),
}


@frozen
class Condition:
    """One thing that a list is narrowed to: which field of the Filter, what it is called, and the value in words."""

    key: str
    label: Label
    value: Label


def conditions(units: UnitList, wanted: Filter) -> list[Condition]:
    """What a filter asks for, in words; none where it narrows nothing.

    >>> from coopkit.cooperative import Sector
    >>> from coopkit.snapshot import Snapshot
    >>> import datetime as dt
    >>> units = UnitList(Snapshot.of([]), dt.date(2024, 1, 1), dt.date(2024, 1, 1))
    >>> [f"{one.label.vi}: {one.value.vi}" for one in conditions(units, Filter("rau", sector=Sector.FINANCE))]
    ['Tìm: rau', 'Lĩnh vực: Tài chính, ngân hàng, bảo hiểm']
    """
    return [
        Condition(key, label, _value(units, key, value))
        for key, label in _LABELS.items()
        if (value := getattr(wanted, key)) is not None and str(value).strip()
    ]


def _value(units: UnitList, key: str, value: Any) -> Label:
    if key == "text":
        return Label(value.strip(), value.strip())
    if key == "area":
        title = units.areas.get(value, value)
        return UNPLACED if value == NOWHERE else Label(title, title)
    label: Label = value.label
    return label


def export_units(desk: Desk, found: Found, wanted: Filter, lang: Lang = "vi") -> bytes:
    """All units that a search found, in its order, as an xlsx workbook with the filter told above them.

    Of each unit what is recorded of itself, but nothing personal; its place on the list's map; what it is on the
    list's day. Raises `AccessDenied`.
    """
    can(desk.actor, Action.EXPORT).require()
    units = found.units
    told = [f"{one.label.in_(lang)}: {one.value.in_(lang)}" for one in conditions(units, wanted)]
    day, count = format_date(units.on), format_number(len(found), lang)
    about = Label(f"{count} đơn vị · ngày {day}", f"{count} units · on {day}")
    whole = Label("Lọc theo: tất cả", "Filtered by: everything")
    by = Label("Lọc theo: ", "Filtered by: ")
    lines = (about.in_(lang), f"{by.in_(lang)}{'; '.join(told)}" if told else whole.in_(lang))
    title = Label("Danh sách hợp tác xã", "Cooperatives").in_(lang)
    return write_listing(Listing(title, lines, tuple(_columns(found, lang)), units.on, lang))


def _columns(found: Found, lang: Lang) -> Iterator[tuple[Field, Sequence[Any]]]:
    """Each field with its cells, in the order of what was found."""
    units = found.units
    rows = units.stored(found.rows)
    for own in record_type(Cooperative).fields:
        if own.derived or own.personal:
            continue
        if own.kind in {FieldKind.CHOICE, FieldKind.PLACE}:
            yield own, _told(found, own.key, lang)
        else:
            yield own, rows.column(own.key).to_pylist()
        if own.kind is FieldKind.PLACE:
            areas = [units.areas.get(code or "", "") for code in _values(found, "area")]
            yield text("Trên bản đồ đã chọn", "On the chosen map"), areas
    yield text(Order.STANDING.label.vi, Order.STANDING.label.en), _told(found, "standing", lang)
    yield record_type(LegalStatus).field("state"), _told(found, "legal", lang)
    yield record_type(OperatingStatus).field("state"), _told(found, "operating", lang)


def _values(found: Found, key: str) -> list[Any]:
    column = found.units.columns[key]
    return [column.values[number] for number in column.numbers[found.rows].tolist()]


def _told(found: Found, key: str, lang: Lang) -> list[str]:
    """A column of few values as people read them."""
    column = found.units.columns[key]
    words = [value.label.in_(lang) if hasattr(value, "label") else value or "" for value in column.values]
    return [words[number] for number in column.numbers[found.rows].tolist()]
