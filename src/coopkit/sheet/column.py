"""`Column`: one column of a sheet, and how a field becomes one or two of them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from attrs import frozen

from coopkit.cooperative import Cooperative
from coopkit.event import Event
from coopkit.field import Field, FieldKind
from coopkit.group import Group
from coopkit.record import record_type
from coopkit.text import Label, fold


class Role(StrEnum):
    """What the cells of a column say about its field.

    >>> Role.DISTRICT.value
    'district'
    """

    VALUE = "value"
    """The value itself."""
    UNIT = "unit"
    """The unit of a quantity whose field fixes none."""
    DISTRICT = "district"
    COMMUNE = "commune"
    PLACE = "place"
    """A whole place in one cell: "Xã Hòa Bình, huyện Vĩnh Bảo"."""
    TAX_CODE = "tax_code"
    """The tax code of the cooperative referred to."""
    NAME = "name"
    """The name of the record referred to."""
    CODE = "code"
    """The code of the event referred to."""


@frozen
class Column:
    """One column of a sheet: what heads it, and the field whose value, or part of it, its cells hold.

    `key` is its name within the sheet, "part.field" or "part.field.role". `part` is the part of the row that it fills;
    `own` marks a field of the event's kind rather than of the record. `many`: a cell holds several values, between
    semicolons or on lines of their own. `required`: the sheet is of no use without it, or, where a field has two
    columns, without either.
    """

    key: str
    label: Label
    aliases: tuple[str, ...]
    field: Field
    role: Role
    part: str = ""
    own: bool = False
    many: bool = False
    required: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header it is known by, folded; the label first."""
        return tuple(dict.fromkeys(map(fold, (self.label.vi, self.label.en, *self.aliases))))


_DISTRICT: Final = (
    Label("Quận/huyện", "District"),
    ("Huyện", "Quận", "Quận, huyện", "Huyện, quận", "Huyện/quận", "Quận/huyện/thị xã", "Tên quận, huyện"),
)
_COMMUNE: Final = (
    Label("Xã/phường/thị trấn", "Commune"),
    ("Xã", "Phường", "Xã, phường", "Xã/phường", "Phường/xã", "Phường, xã", "Xã, phường, thị trấn", "Tên xã, phường"),
)
_UNIT: Final = (Label("Đơn vị tính", "Unit"), ("ĐVT",))

_TOLD_BY: Final = {
    "cooperative": ((Cooperative, "tax_code", Role.TAX_CODE), (Cooperative, "name", Role.NAME)),
    "event": ((Event, "code", Role.CODE),),
    "group": ((Group, "name", Role.NAME),),
}
"""By which columns a person says which record is meant."""


def columns_for(field: Field, *, whole_place: bool = False) -> Iterator[tuple[Role, Label, tuple[str, ...]]]:
    """The columns of one field: their roles, labels and aliases.

    >>> from coopkit.event import Participation
    >>> [label.vi for _, label, _ in columns_for(record_type(Participation).field("cooperative"))]
    ['Mã số thuế', 'Tên đơn vị']
    """
    if field.kind is FieldKind.REFERENCE and field.refers in _TOLD_BY:
        for cls, key, role in _TOLD_BY[field.refers]:
            told = record_type(cls).field(key)
            called = (field.label.vi, field.label.en, *field.aliases)
            yield role, told.label, told.aliases if role is Role.TAX_CODE else (*told.aliases, *called)
    elif field.kind is FieldKind.PLACE and not whole_place:
        yield Role.DISTRICT, _DISTRICT[0], (*_DISTRICT[1], field.label.vi, field.label.en, *field.aliases)
        yield Role.COMMUNE, *_COMMUNE
    else:
        yield (Role.PLACE if field.kind is FieldKind.PLACE else Role.VALUE), field.label, field.aliases
        if field.kind is FieldKind.QUANTITY and field.unit is None:
            yield Role.UNIT, *_UNIT
