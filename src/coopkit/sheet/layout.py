"""`Part` and `Sheet`: which records a row of a sheet carries, and the columns that follow from their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import Factory, evolve, field, frozen

from coopkit.errors import CoopkitError
from coopkit.event import EventKind
from coopkit.field import Field, FieldKind, Option
from coopkit.record import RecordType, record_type
from coopkit.sheet.column import Column, Role, columns_for
from coopkit.text import Label


@frozen(eq=False, slots=False)
class Part:
    """One record that a row carries: its class, the fields shown, and where the other fields come from.

    `fixed` gives fields the same value in every row; `links` takes a field's value from the id of another part of the
    same row (field → key of the part). `named_by` is the part whose natural key also names this record, for records
    that have none of their own. `many`: the one field shown holds several values in one cell, each a record. An
    `optional` part is there only in rows that fill one of its columns. `kind` adds the own fields of that event kind,
    and `kinds` are the event kinds that the column `kind` may name. `whole_place`: a place is one column, not two.
    """

    cls: type
    fields: tuple[str, ...]
    fixed: Mapping[str, object] = Factory(dict)
    links: Mapping[str, str] = Factory(dict)
    named_by: str = ""
    many: bool = False
    optional: bool = False
    kind: EventKind | None = None
    kinds: tuple[EventKind, ...] = ()
    whole_place: bool = False

    @cached_property
    def declared(self) -> RecordType:
        """What the record type is."""
        return record_type(self.cls)

    @property
    def key(self) -> str:
        """The part's name within its row: the table of its records."""
        return self.declared.table

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the fields shown, then those of the kind's own fields."""
        shown = [(self.declared.field(key), False) for key in self.fields]
        own = [(one, True) for one in (self.kind.fields if self.kind else ())]
        return tuple(column for one, is_own in (*shown, *own) for column in self._columns(one, is_own=is_own))

    def _columns(self, shown: Field, *, is_own: bool) -> Iterator[Column]:
        if self.kinds and shown.key == "kind":
            options = tuple(Option(kind.key, kind.label) for kind in self.kinds)
            shown = evolve(shown, kind=FieldKind.CHOICE, options=options)
        name = f"{self.key}.details.{shown.key}" if is_own else f"{self.key}.{shown.key}"
        for role, label, aliases in columns_for(shown, whole_place=self.many or self.whole_place):
            key = name if role in {Role.VALUE, Role.PLACE} else f"{name}.{role.value}"
            # A unit may be told within the cell ("20 triệu đồng"), so its column may be missing.
            required = shown.required and not self.optional and role is not Role.UNIT
            yield Column(key, label, aliases, shown, role, self.key, is_own, self.many, required)


@frozen(eq=False, slots=False)
class Sheet:
    """A sheet of a workbook: its title, the other titles it is known by, and the parts of its rows.

    `paper` are fields that the sheet says of the paper itself (who sends it, the date of its figures); a sheet that has
    them is laid out as two columns, label and value, and all others as a table with a header.

    >>> from coopkit.group import Group
    >>> sheet = Sheet("group", Label("Nhóm", "Groups"), (Part(Group, ("kind", "name")),))
    >>> [column.label.vi for column in sheet.columns]
    ['Loại nhóm', 'Tên nhóm']
    """

    key: str
    title: Label
    parts: tuple[Part, ...]
    aliases: tuple[str, ...] = ()
    paper: tuple[Field, ...] = field(default=())

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Its columns in order, derived from the fields."""
        of_paper = [Column(one.key, one.label, one.aliases, one, Role.VALUE) for one in self.paper]
        return (*of_paper, *(column for part in self.parts for column in part.columns))

    @property
    def kinds(self) -> tuple[EventKind, ...]:
        """The event kinds whose events it carries."""
        return tuple(kind for part in self.parts for kind in ((part.kind,) if part.kind else part.kinds))

    def column(self, key: str) -> Column:
        """The column of that key. Raises `CoopkitError` where there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise CoopkitError(f"{self.title.vi} không có cột {key!r} (has no column {key!r})")

    def part(self, key: str) -> Part:
        """The part of that key. Raises `CoopkitError` where there is none."""
        for part in self.parts:
            if part.key == key:
                return part
        raise CoopkitError(f"{self.title.vi} không có phần {key!r} (has no part {key!r})")
