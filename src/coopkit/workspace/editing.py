"""Editing a record in a form: what stands in its boxes, what was typed, read as an import reads it; one batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow.compute as pc
from attrs import field, frozen

from coopkit.access import WRITTEN_WITH, Action, can
from coopkit.cooperative import Contact, Cooperative, Person
from coopkit.errors import BadForm, BadText, NotFound
from coopkit.event import Event
from coopkit.field import FieldKind
from coopkit.importers import Found, Imported, Register, cooperative_id
from coopkit.importers.timelines import Timelines
from coopkit.ledger import Batch, Change, Receipt
from coopkit.record import RecordType, Row, canonical_json, identify, make_id, record_type, to_row, unflatten
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang, name_key
from coopkit.workspace.boxes import DETAILS, PERSON, Box, Boxes, read
from coopkit.workspace.gate import require_editable
from coopkit.workspace.guarding import Guard
from coopkit.workspace.workspace import Desk


@frozen
class Form:
    """A record as it was opened: its table, its id and revision (none for a new one), and its boxes.

    A contact's form has the boxes of the person too, whose own revision is `beside`.
    """

    table: str
    record: str
    base: int | None
    boxes: tuple[Box, ...]
    beside: int | None = None
    rows: Mapping[str, Row] = field(factory=dict, eq=False, repr=False)
    """The rows that the boxes were filled from, by part; none for a new record."""

    def changed(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What was typed that differs from what stood there, by box."""
        told = {box.key: box.text for box in self.boxes}
        return {key: text for key, text in typed.items() if key in told and text.strip() != told[key].strip()}


@frozen
class Clash:
    """A field that somebody else changed meanwhile: as it was opened, as it is now, and as you typed it, if you did."""

    label: Label
    opened: str
    theirs: str
    yours: str
    key: str = ""
    touched: bool = True


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

    @property
    def boxes(self) -> Boxes:
        """How the boxes of these forms are filled."""
        return Boxes(self.desk, self.lang)

    def form(
        self, table: str, record: str = "", *, base: int | None = None, beside: int | None = None, kind: str = ""
    ) -> Form:
        """The form of a record, or of a new one: as it is now, or as it was at the revisions `base` and `beside`.

        An event's has the boxes of its kind, or of the `kind` told. Raises `NotFound` for a record there is not, and
        `AccessDenied`; a contact's and a person's name personal data.
        """
        can(self.desk.actor, WRITTEN_WITH.get(table, Action.WRITE), record).require()
        declared = TABLES[table]
        rows: dict[str, Row] = {}
        if record:
            require_editable(self.desk.actor, self.desk.workspace.ledger.snapshot(), table, record)
            rows[""], base = self._version(declared, record, base)
        if declared.cls is Person or (declared.cls is Contact and not record):
            can(self.desk.actor, Action.VIEW_PERSONAL, record).require()
        boxes = list(self.boxes.filled(declared, rows.get("", {}), "kind_version", *_LEFT_OUT.get(table, ())))
        if declared.cls is Event:
            held = rows.get("", {})
            rows[DETAILS] = json.loads(str(held.get("details") or "{}"))
            boxes += self.boxes.detailed(kind or str(held.get("kind") or ""), rows[DETAILS])
        if declared.cls is Contact:
            person = str(rows[""]["person"]) if record else ""
            rows[PERSON], beside = self._person(person, beside)
            boxes += self.boxes.filled(record_type(Person), rows[PERSON], part=PERSON)
        return Form(table, record, base, tuple(boxes), beside, rows)

    def _person(self, person: str, revision: int | None) -> tuple[Row, int | None]:
        """The person of a contact, and at which revision; nothing of one who was erased."""
        known = self.desk.workspace.ledger.revisions("person", [person])
        return self._version(record_type(Person), person, revision) if known else ({}, None)

    def _version(self, declared: RecordType, record: str, revision: int | None) -> tuple[Row, int]:
        """The row of a record and its revision: the last, or the one told. Raises `NotFound`."""
        entries = self.desk.workspace.ledger.history(declared.table, record)
        found = [one for one in entries if one.revision == revision] if revision else entries[-1:]
        if not found or found[0].after is None:
            name = declared.label.vi.lower()
            raise NotFound(f"Không có {name} mã {record!r} (there is no such record): mở lại danh sách")
        return dict(found[0].after), found[0].revision

    def save(self, form: Form, typed: Mapping[str, str], *, token: str, reason: str) -> Receipt:
        """Write what was typed over the record as it was opened; boxes that were left alone keep their value exactly.

        `token` names the form: handed in again it writes nothing more. Raises `BadForm` with a fault for each box that
        cannot be, `StaleBase` where somebody else wrote meanwhile (see `clashes`), `AccessDenied`.
        """
        can(self.desk.actor, WRITTEN_WITH.get(form.table, Action.WRITE), form.record).require()
        workspace, actor = self.desk.workspace, self.desk.actor.name
        if written := workspace.ledger.receipt(token):
            return written
        changes = tuple(self._changes(form, typed, workspace.ledger.snapshot()))
        if not changes:
            raise BadForm({"": _NOTHING})
        told = reason or "Sửa trên trang"
        [receipt] = self.desk.write(Batch(actor, told, workspace.clock(), changes=changes, token=token))
        return receipt

    def clashes(self, form: Form, typed: Mapping[str, str]) -> list[Clash]:
        """The fields that differ between the record as it was opened and as it is now, beside what was typed.

        Raises `NotFound` where the record is no more.
        """
        opened, changed = {box.key: box.text for box in form.boxes}, form.changed(typed)
        found = []
        for box in self.form(form.table, form.record, kind=typed.get("kind", "")).boxes:
            before = opened.get(box.key, "")
            if box.text != before:
                texts = (before, box.text, changed.get(box.key, before))
                opened_as, theirs, yours = (self.boxes.read_out(box.field, text) for text in texts)
                found.append(Clash(box.field.label, opened_as, theirs, yours, box.key, box.key in changed))
        return found

    def _changes(self, form: Form, typed: Mapping[str, str], snapshot: Snapshot) -> Iterator[Change]:
        """What is to be written: the record, the person of a contact, and the state that ends as a new one begins."""
        declared, values = TABLES[form.table], self._values(form, typed, snapshot)
        own = {key: value for (part, key), value in values.items() if not part}
        if declared.cls is Event:
            own |= _detailed(own, form.rows[DETAILS], values, snapshot)
        own["id"] = form.record or _new_id(declared, own)
        person, named = "", {key: value for (part, key), value in values.items() if part == PERSON}
        if declared.cls is Contact:
            own["person"] = person = own["person"] or make_id("person", *(own[key] for key in declared.identity))
        made: Any = declared.cls(**own)
        refuse_second(form, made, snapshot)
        made, ended = in_time(made, snapshot)
        self._refuse_unchecked(made, snapshot)
        if not form.record or canonical_json(to_row(made)) != canonical_json(form.rows[""]):  # days are texts there
            yield Change(made, form.base, "biểu mẫu")
        if person and any(key.startswith(f"{PERSON}.") for key in form.changed(typed)):
            held = form.beside or self.desk.workspace.ledger.revisions("person", [person]).get(person)
            yield Change(Person(**{**named, "id": person}), held, "biểu mẫu")
        bases = self.desk.workspace.ledger.revisions(form.table, [one.id for one in ended])
        yield from (Change(one, bases[one.id], "biểu mẫu") for one in ended)

    def _values(self, form: Form, typed: Mapping[str, str], snapshot: Snapshot) -> dict[tuple[str, str], Any]:
        """Every value by its part and field: as typed, or as it stood. Raises `BadForm`."""
        told, rows = form.changed(typed), form.rows
        own = TABLES[form.table].fields
        values = {("", one.key): unflatten(one, rows[""]) if form.record else None for one in own}
        faults: dict[str, tuple[str, str]] = {}
        for box in form.boxes:
            try:
                if box.key in told:
                    value = read(box.field, told[box.key].strip(), snapshot)
                else:
                    value = unflatten(box.field, row) if (row := rows.get(box.part)) else None
                values[box.part, box.field.key] = value
            except BadText as bad:
                faults[box.key] = (f"{bad.what[0]}: {bad.mend[0]}", f"{bad.what[1]}: {bad.mend[1]}")
            else:
                if fault := _missing(box, form, told, value):
                    faults[box.key] = fault
        if faults:
            raise BadForm(faults)
        return values

    def _refuse_unchecked(self, made: Any, snapshot: Snapshot) -> None:
        """What plugins' checks say of the record."""
        guard = Guard(self.desk.workspace.registry, snapshot, Imported((Found(made, "", ""),), ()), self.desk.note)
        if problems := guard.checked().problems:
            raise BadForm({"": (problems[0].what.vi, problems[0].what.en)})


_LEFT_OUT: Final = {"contact": ("person",)}
_NEEDED: Final = ("cần điền ô này", "this box must be filled in")
_RETIRED: Final = ("không còn trong danh sách: chọn lại", "is no longer in the list: choose again")
_NOTHING: Final = ("chưa sửa ô nào, không có gì để ghi", "nothing was changed, so there is nothing to save")


def _missing(box: Box, form: Form, told: Mapping[str, str], value: Any) -> tuple[str, str] | None:
    """What is wrong with the value of a box: it has none and must, or one that is offered no more."""
    own = box.field
    if own.kind is FieldKind.CHOICE and value is not None and value not in own.values:
        return _RETIRED
    untouched = not any(key.startswith(f"{PERSON}.") for key in told)
    erased = box.part == PERSON and bool(form.record) and form.beside is None and untouched
    return _NEEDED if own.required and value is None and not erased else None


def _detailed(
    own: Mapping[str, Any], flat: Row, values: Mapping[tuple[str, str], Any], snapshot: Snapshot
) -> dict[str, Any]:
    """An event's details, and the version of its kind that they follow; as they were where nothing of them changed."""
    kind = snapshot.kinds[str(own["kind"])]
    told = kind.details({key: value for (part, key), value in values.items() if part == DETAILS})
    known = {column.name for one in kind.fields for column in one.columns}
    if {key: value for key, value in flat.items() if key in known} == told and own["kind_version"]:
        return {"details": flat}
    return {"details": told, "kind_version": str(kind.version)}


def _new_id(declared: RecordType, values: Mapping[str, Any]) -> str:
    if declared.cls is Cooperative:
        return cooperative_id(values["name"], values["tax_code"], values["place"])
    return identify(declared.cls, values)


def in_time(made: Any, snapshot: Snapshot) -> tuple[Any, list[Any]]:
    """The record, which must stand well beside its owner's others; ended where a later state begins, as others are.

    Raises `BadForm`.
    """
    declared = record_type(type(made))
    span = declared.span
    if span is None:
        return made, []
    held = snapshot.tables[declared.table]
    held = held.filter(pc.not_equal(held.column("id"), made.id))
    for key in span.of:
        held = held.filter(pc.equal(held.column(key), getattr(made, key)))
    known = Timelines(Register.of(snapshot.replace(**{declared.table: held})))
    if found := known.fault(made):
        key, problem = found
        what, mend = problem.what, problem.mend
        raise BadForm({key: (f"{what.vi}: {mend.vi}", f"{what.en}: {mend.en}")})
    known.know(made)
    ended = {one.id: one for one, _ in known.ended([made])}
    return ended.pop(made.id, made), list(ended.values())


def refuse_second(form: Form, made: Any, snapshot: Snapshot) -> None:
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
