"""`EventKind`: a kind of event as data, with typed fields of its own and a version.

A kind is declared in code (coopkit's, or a plugin's) and kept in the ledger beside the events that use it, so that
their fields can be read years later, also when the plugin is gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from attrs import field, frozen

from coopkit.errors import CoopkitError
from coopkit.field import Field, details, identifier, text
from coopkit.record import Row, canonical_json, flatten, record, unflatten
from coopkit.text import Label

_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def _is_key(_: object, __: object, value: str) -> None:
    if not _KEY.fullmatch(value):
        raise CoopkitError(f"{value!r}: khóa chỉ gồm a–z, 0–9, _ và dấu chấm (a key is a–z, 0–9, _ and dots)")


def _are_named(kind: EventKind, _: object, fields: tuple[Field, ...]) -> None:
    columns = [column.name for own in fields for column in own.columns]
    if any(not own.key.isidentifier() for own in fields) or len(set(columns)) != len(columns):
        raise CoopkitError(
            f"{kind.key}: mỗi trường cần một tên riêng, đặt bằng .named(...) "
            f"(each field needs a name of its own, given by .named(...)): {columns}"
        )


@frozen
class EventKind:
    """A kind of event: its key, its label, its own typed fields, and the version of this declaration.

    `sheet` is the title of the workbook sheet that carries its events. In a `single` kind an event is one cooperative's
    own (a loan file, a consultation), so its row names the cooperative too.

    >>> from coopkit.field import count
    >>> from coopkit.quantity import PEOPLE
    >>> visit = EventKind("study_visit", Label("Tham quan học tập", "Study visit"),
    ...                   fields=(count("Số người đi", "Visitors", PEOPLE).named("visitors", required=False),))
    >>> EventKind.of(visit.declaration) == visit
    True
    """

    key: str = field(validator=_is_key)
    label: Label
    fields: tuple[Field, ...] = field(default=(), validator=_are_named)
    version: int = 1
    single: bool = False
    sheet: Label | None = None

    @property
    def title(self) -> Label:
        """The title of its sheet in a workbook."""
        return self.sheet or self.label

    @property
    def declaration(self) -> Mapping[str, Any]:
        """This declaration as plain data, for the ledger."""
        plain: Mapping[str, Any] = _converter().unstructure(self)
        return plain

    @staticmethod
    def of(declaration: Mapping[str, Any]) -> EventKind:
        """The kind that a stored declaration describes."""
        kind: EventKind = _converter().structure(declaration, EventKind)
        return kind

    def stored(self) -> EventKindVersion:
        """The record that keeps this version in the ledger."""
        return EventKindVersion(f"{self.key}@{self.version}", self.key, str(self.version), self.declaration)

    def details(self, values: Mapping[str, object]) -> Row:
        """The values of this kind's fields as flat columns for `Event.details`.

        Raises `CoopkitError` for a field the kind does not have and for a required one that is missing.
        """
        unknown = set(values) - {field.key for field in self.fields}
        if unknown:
            raise CoopkitError(f"{self.key}: không có trường {sorted(unknown)} (has no such field)")
        flat: Row = {}
        for own in self.fields:
            value = values.get(own.key)
            if value is None and own.required:
                raise CoopkitError(f"{self.key}.{own.key}: thiếu giá trị (a value is missing)")
            flat |= {column: cell for column, cell in flatten(own, value).items() if cell is not None}
        return json.loads(canonical_json(flat))  # type: ignore[no-any-return]

    def values(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        """The typed values of stored details, by field."""
        return {own.key: unflatten(own, flat) for own in self.fields}


@record("event_kind", "Loại hoạt động", "Event kind", identity=("key", "version"))
@frozen
class EventKindVersion:
    """One version of a kind's declaration, kept beside the events that use it."""

    id: Annotated[str, identifier()]
    key: Annotated[str, text("Khóa", "Key")]
    version: Annotated[str, text("Phiên bản", "Version")]
    declaration: Annotated[Mapping[str, Any], details("Khai báo", "Declaration")]

    @property
    def kind(self) -> EventKind:
        """The kind as it was declared."""
        return EventKind.of(self.declaration)


@cache
def _converter() -> Any:
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

    converter = Converter(omit_if_default=True)
    # A choice field's options travel with it; the enum class they came from may be gone with its plugin.
    left_out = override(omit=True)
    to_dict = make_dict_unstructure_fn(Field, converter, _cattrs_omit_if_default=True, choices=left_out)
    converter.register_unstructure_hook(Field, to_dict)
    converter.register_structure_hook(Field, make_dict_structure_fn(Field, converter, choices=left_out))
    return converter
