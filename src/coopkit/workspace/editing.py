"""Editing a record in a form: what stands in its boxes, what was typed, read as an import reads it; one batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow.compute as pc
from attrs import frozen

from coopkit.access import Action, can
from coopkit.cooperative import Cooperative
from coopkit.display import Display
from coopkit.errors import BadForm, BadText, NotFound
from coopkit.field import Field, FieldKind
from coopkit.importers import Found, Imported, cooperative_id, parse_text
from coopkit.ledger import Batch, Change, Receipt
from coopkit.record import RecordType, from_row, identify, to_row, unflatten
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang, name_key
from coopkit.workspace.guarding import Guard
from coopkit.workspace.workspace import Desk

LISTED: Final = (FieldKind.CHOICE, FieldKind.PLACE, FieldKind.REFERENCE)
"""Fields chosen from a list: their boxes hold the value, the place's id or the record's id."""


@frozen
class Box:
    """One box of a form: its field, and what stands in it, "" for nothing.

    A box of a `LISTED` field holds the value or id itself; every other the text that a person reads and writes.
    """

    field: Field
    text: str = ""


@frozen
class Form:
    """A record as it was opened: its table, its id and revision (none for a new one), and its boxes."""

    table: str
    record: str
    base: int | None
    boxes: tuple[Box, ...]

    def changed(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What was typed that differs from what stood there, by field."""
        told = {box.field.key: box.text for box in self.boxes}
        return {key: text for key, text in typed.items() if key in told and text.strip() != told[key].strip()}


@frozen
class Clash:
    """A field that somebody else changed meanwhile: as it was opened, as it is now, and as you typed it."""

    label: Label
    opened: str
    theirs: str
    yours: str


@frozen
class Editing:
    """The forms of one desk.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> edited = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{edited.name}/so.db", registry=Registry.load()) as workspace:
    ...     editing = Editing(workspace.as_(Actor.office("an")))
    ...     form = editing.form("cooperative")
    ...     typed = {"name": "HTX Mẫu", "kind": "cooperative"}
    ...     receipt = editing.save(form, typed, token="f1", reason="lập mới")
    ...     receipt.inserted, editing.save(form, typed, token="f1", reason="").again
    (1, True)
    """

    desk: Desk
    lang: Lang = "vi"

    def form(self, table: str, record: str = "") -> Form:
        """The form of a record, or of a new one. Raises `NotFound` for a record there is not, `AccessDenied`."""
        can(self.desk.actor, Action.WRITE, record).require()
        declared = TABLES[table]
        boxes = [own for own in declared.fields if not own.derived]
        if not record:
            return Form(table, "", None, tuple(map(Box, boxes)))
        held, base = self.desk.workspace.ledger.get(declared.cls, record)
        display, row = Display(self.desk.snapshot(), self.lang), to_row(held)
        return Form(table, record, base, tuple(Box(own, _told(display, own, row)) for own in boxes))

    def save(self, form: Form, typed: Mapping[str, str], *, token: str, reason: str) -> Receipt:
        """Write what was typed over the record as it was opened; boxes that were left alone keep their value exactly.

        `token` names the form: handed in again it writes nothing more. Raises `BadForm` with a fault for each box that
        cannot be, `StaleBase` where somebody else wrote meanwhile (see `clashes`), `AccessDenied`.
        """
        can(self.desk.actor, Action.WRITE, form.record).require()
        workspace, actor = self.desk.workspace, self.desk.actor.name
        if written := workspace.ledger.receipt(token):
            return written
        snapshot = workspace.ledger.snapshot()
        made = self._made(form, typed, snapshot)
        _refuse_second(form, made, snapshot)
        self._refuse_unchecked(made, snapshot)
        change = Change(made, form.base, "biểu mẫu")
        told = reason or "Sửa trên trang"
        [receipt] = workspace.ledger.write(Batch(actor, told, workspace.clock(), changes=(change,), token=token))
        return receipt

    def clashes(self, form: Form, typed: Mapping[str, str]) -> list[Clash]:
        """The fields that differ between the record as it was opened and as it is now, beside what was typed."""
        opened = {box.field.key: box.text for box in form.boxes}
        found = []
        for box in self.form(form.table, form.record).boxes:
            key = box.field.key
            if box.text != opened[key]:
                texts = (opened[key], box.text, typed.get(key, opened[key]))
                found.append(Clash(box.field.label, *(self._read_out(box.field, text) for text in texts)))
        return found

    def _read_out(self, own: Field, text: str) -> str:
        """What a box holds as a person reads it."""
        if not text or own.kind not in LISTED:
            return text
        return str(Display(self.desk.snapshot(), self.lang).value(own, {own.key: text}))

    def _made(self, form: Form, typed: Mapping[str, str], snapshot: Snapshot) -> Any:
        declared = TABLES[form.table]
        row = {} if form.base is None else to_row(self._as_opened(form, declared))
        values = {own.key: unflatten(own, row) for own in declared.fields}
        faults: dict[str, tuple[str, str]] = {}
        for key, text in form.changed(typed).items():
            own = declared.field(key)
            try:
                values[key] = _read(own, text.strip(), snapshot)
            except BadText as bad:
                faults[key] = (f"{bad.what[0]}: {bad.mend[0]}", f"{bad.what[1]}: {bad.mend[1]}")
        for box in form.boxes:
            if box.field.required and values[box.field.key] is None and box.field.key not in faults:
                faults[box.field.key] = _NEEDED
        if faults:
            raise BadForm(faults)
        return declared.cls(**{**values, "id": form.record or _new_id(declared, values)})

    def _as_opened(self, form: Form, declared: RecordType) -> Any:
        """The version that the form was opened at: what was left alone stays as it was there."""
        for entry in self.desk.workspace.ledger.history(form.table, form.record):
            if entry.revision == form.base and entry.after is not None:
                return from_row(declared.cls, entry.after)
        raise NotFound(f"Không còn bản {form.base} của {form.record!r} (that version is no more): mở lại bản ghi")

    def _refuse_unchecked(self, made: Any, snapshot: Snapshot) -> None:
        """What plugins' checks say of the record."""
        guard = Guard(self.desk.workspace.registry, snapshot, Imported((Found(made, "", ""),), ()), self.desk.note)
        if problems := guard.checked().problems:
            raise BadForm({"": (problems[0].what.vi, problems[0].what.en)})


_NEEDED: Final = ("cần điền ô này", "this box must be filled in")


def _told(display: Display, own: Field, row: Mapping[str, Any]) -> str:
    if own.kind in LISTED:
        return str(row[own.key] or "")
    return display.text(own, row)


def _new_id(declared: RecordType, values: Mapping[str, Any]) -> str:
    if declared.cls is Cooperative:
        return cooperative_id(values["name"], values["tax_code"], values["place"])
    return identify(declared.cls, values)


def _read(own: Field, text: str, snapshot: Snapshot) -> Any:
    """What was typed, as the field's value. Raises `BadText`."""
    if not text:
        return None
    table = "place" if own.kind is FieldKind.PLACE else own.refers
    if table and own.kind in LISTED:
        if text not in set(snapshot.tables[table].column("id").to_pylist()):
            what = ("không có trong sổ", "is not in the register")
            raise BadText(what, ("chọn trong danh sách", "choose from the list"))
        return text
    return parse_text(own, text)


def _refuse_second(form: Form, made: Any, snapshot: Snapshot) -> None:
    """Refuse a new record that the register holds, and a tax code or a name at a place that another record bears."""
    held, declared = snapshot.tables[form.table], TABLES[form.table]
    others = held.filter(pc.not_equal(held.column("id"), made.id))
    if form.base is None and others.num_rows < held.num_rows:
        raise BadForm(dict.fromkeys(declared.identity or ("name",), _THERE))
    if isinstance(made, Cooperative):
        if made.tax_code and pc.any(pc.equal(others.column("tax_code"), made.tax_code)).as_py():
            raise BadForm({"tax_code": _THERE})
        near = others.filter(pc.equal(others.column("place"), made.place)).column("name").to_pylist()
        if any(name_key(name) == name_key(made.name) for name in near):
            raise BadForm({"name": _NAMED})


_THERE: Final = ("đã có trong sổ: mở bản ghi đó ra sửa", "is in the register: open that record and edit it")
_NAMED: Final = (
    "địa bàn này đã có đơn vị tên như vậy: mở đơn vị đó ra sửa, hoặc ghi rõ tên hơn",
    "a unit of that name is there in this place: open it and edit it, or tell the names apart",
)
