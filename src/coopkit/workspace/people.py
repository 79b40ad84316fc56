"""`People`: all that the ledger holds of one person, to be handed out or erased (Law 91/2025/QH15)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow.compute as pc
from attrs import frozen

from coopkit.access import Action, RecordsOf, can
from coopkit.cooperative import Person
from coopkit.disclosure import Disclosure, Manner, Why
from coopkit.display import Display
from coopkit.errors import BadText, NotFound
from coopkit.ledger import Entry, Receipt
from coopkit.period import format_moment
from coopkit.record import record_type
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang, fold
from coopkit.workspace.profile import Changed, changed_in
from coopkit.workspace.workspace import Desk

PERSON: Final = record_type(Person)
_TITLE: Final = Label("Dữ liệu cá nhân đang lưu", "Personal data held")
_BY_LAW: Final = Label("Theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15", "Under Law 91/2025/QH15")
_ERASED: Final = Label("đã xóa", "erased")


@frozen
class Part:
    """Something that is held of a person: what kind of record it is, and its fields as (label, text)."""

    kind: Label
    facts: tuple[tuple[Label, str], ...]


@frozen
class Past:
    """One version of the person's record: by whom, when, why, from which file, and what it changed."""

    entry: Entry
    changed: tuple[Changed, ...]


@frozen
class Seen:
    """That somebody looked at the data: who, when, for what, and how."""

    who: str
    when: str
    purpose: Label
    manner: Label
    note: str


@frozen
class Held:
    """All that the ledger holds of a person: the record, what refers to it, its past, and who looked at it."""

    person: str
    record: Part
    parts: tuple[Part, ...]
    past: tuple[Past, ...]
    seen: tuple[Seen, ...]
    lang: Lang

    def json(self) -> bytes:
        """The same as JSON, for a machine."""
        told = {
            "person": self.person,
            "law": _BY_LAW.in_(self.lang),
            "record": self._facts(self.record),
            "parts": [{"kind": one.kind.in_(self.lang), **self._facts(one)} for one in self.parts],
            "past": [
                {
                    **{
                        key: getattr(one.entry, key) for key in ("batch", "time", "actor", "reason", "source", "action")
                    },
                    "changed": [
                        {"field": each.label.in_(self.lang), "before": each.before, "after": each.after}
                        for each in one.changed
                    ],
                }
                for one in self.past
            ],
            "seen": [
                {
                    "who": one.who,
                    "when": one.when,
                    "purpose": one.purpose.in_(self.lang),
                    "manner": one.manner.in_(self.lang),
                    "note": one.note,
                }
                for one in self.seen
            ],
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    def _facts(self, part: Part) -> dict[str, str]:
        return {label.in_(self.lang): text for label, text in part.facts if text}

    def text(self) -> str:
        """The same as a person reads it."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        lang = self.lang
        yield f"{_TITLE.in_(lang)}: {self.person}"
        yield _BY_LAW.in_(lang)
        for part in (self.record, *self.parts):
            yield f"\n{part.kind.in_(lang)}"
            yield from (f"  {label}: {text}" for label, text in self._facts(part).items())
        yield "\n" + Label("Đã ghi, đã sửa", "Written and changed").in_(lang)
        for one in self.past:
            told = " · ".join(filter(None, (one.entry.actor, one.entry.reason, one.entry.source)))
            yield f"  {format_moment(one.entry.time)} · {told}"
            yield from (f"    {each.label.in_(lang)}: {each.before} → {each.after}" for each in one.changed)
        yield "\n" + Label("Đã được xem", "Looked at").in_(lang)
        for look in self.seen:
            told = " · ".join(filter(None, (look.who, look.purpose.in_(lang), look.manner.in_(lang), look.note)))
            yield f"  {format_moment(look.when)} · {told}"


@frozen
class People:
    """The persons of the register at one desk. Every method raises `AccessDenied` where the actor may not.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     People(workspace.as_(Actor.office("an"))).find("Không Có Ai")
    []
    """

    desk: Desk
    lang: Lang = "vi"

    def find(self, text: str) -> list[tuple[str, str]]:
        """The persons of that id, name, phone or email, each with the units they are something to: id and text.

        The name itself is masked: whoever asks knows it.
        """
        self._may(Action.VIEW_PERSONAL)
        snapshot, wanted = self.desk.snapshot(), fold(text.strip())
        rows = snapshot.tables[PERSON.table].to_pylist() if wanted else []
        same = [
            row for row in rows if wanted in {fold(str(row[key] or "")) for key in ("id", "name", "phone", "email")}
        ]
        display = Display(snapshot, self.lang)
        return [
            (row["id"], " · ".join(filter(None, (display.value(PERSON.field("name"), row), *self._units(row["id"])))))
            for row in same
        ]

    def _units(self, person: str) -> list[str]:
        snapshot = self.desk.snapshot()
        table, display = snapshot.tables["contact"], Display(snapshot, self.lang)
        rows = table.filter(pc.equal(table.column("person"), person)).to_pylist()
        return list(dict.fromkeys(str(display.value(TABLES["contact"].field("cooperative"), row)) for row in rows))

    def export(self, person: str, why: Why) -> Held:
        """All that is held of a person, open; that it was taken along is journalled with why.

        Raises `NotFound` for one whom the ledger never had, or who lies outside the actor's places.
        """
        entries = self._known(person)
        self._may(Action.EXPORT)
        held = self._held(person, entries)
        self.desk.disclose(PERSON.table, person, why, Manner.EXPORTED)
        return held

    def erase(self, person: str, reason: str) -> Receipt:
        """Erase a person's data for good: the record, what the journal kept of it, and drafts that name it.

        What stays is that there was somebody, under an id that says nothing: awards stand, without the name. Backups
        made before still hold it. Raises `BadText` without a reason, and `NotFound`.
        """
        if not reason.strip():
            raise BadText(
                ("Lý do còn trống", "The reason is empty"), ("ghi theo yêu cầu nào", "write by whose request")
            )
        self._known(person, Action.ERASE)
        return self.desk.erase(person, reason=reason.strip())

    def _known(self, person: str, action: Action = Action.VIEW_PERSONAL) -> list[Entry]:
        """What the journal has of a person that the actor may act on."""
        self._may(action)
        whole = self.desk.workspace.ledger.snapshot()
        entries = self.desk.workspace.ledger.history(PERSON.table, person)
        subject = RecordsOf(PERSON.label, ((PERSON.table, person),), whole)
        if not entries or not can(self.desk.actor, action, subject).allowed:
            raise NotFound(f"Không có người nào mã {person!r} (there is no such person)")
        return entries

    def _may(self, action: Action) -> None:
        can(self.desk.actor, action).require()

    def _held(self, person: str, entries: list[Entry]) -> Held:
        snapshot = self.desk.workspace.ledger.snapshot()  # `_known` says that all of it is the actor's to see
        display = Display(snapshot, self.lang, personal=True)
        row = entries[-1].after
        facts = _facts(display, PERSON.table, row) if row else ((PERSON.label, _ERASED.in_(self.lang)),)
        past = tuple(Past(one, tuple(changed_in(display, one))) for one in entries)
        return Held(
            person,
            Part(PERSON.label, facts),
            tuple(_parts(display, snapshot, person)),
            past,
            tuple(self._seen(person, snapshot)),
            self.lang,
        )

    def _seen(self, person: str, snapshot: Snapshot) -> Iterator[Seen]:
        """Who looked at the person's data, by itself or with that of a unit they are something to."""
        ledger = self.desk.workspace.ledger
        contacts = snapshot.tables["contact"]
        own = contacts.filter(pc.equal(contacts.column("person"), person))
        about = {(PERSON.table, person)}
        about |= {("contact", of) for of in own.column("id").to_pylist()}
        about |= {("cooperative", of) for of in own.column("cooperative").to_pylist()}
        for one in ledger.accounts(Disclosure):
            if (one.table, one.record) in about:
                [entry] = ledger.history("disclosure", one.id)
                yield Seen(entry.actor, entry.time, one.purpose.label, one.manner.label, one.note or "")


def _facts(display: Display, table: str, row: Mapping[str, Any]) -> tuple[tuple[Label, str], ...]:
    fields = (own for own in TABLES[table].fields if not own.derived and own.refers != PERSON.table)
    return tuple((own.label, display.text(own, row)) for own in fields)


def _parts(display: Display, snapshot: Snapshot, person: str) -> Iterator[Part]:
    """Everything that refers to a person."""
    for table, declared in TABLES.items():
        for own in declared.fields:
            if own.refers == PERSON.table:
                held = snapshot.tables[table]
                for row in held.filter(pc.equal(held.column(own.key), person)).to_pylist():
                    yield Part(declared.label, _facts(display, table, row))
