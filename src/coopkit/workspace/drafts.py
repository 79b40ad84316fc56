"""Drafts: what somebody has typed into a form and not saved. Kept in the ledger, seen by its owner alone."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import evolve, field, frozen

from coopkit.access import Action, can
from coopkit.disclosure import Manner, Purpose, Why
from coopkit.display import Display
from coopkit.errors import AccessDenied, NotFound
from coopkit.ledger import Receipt, StoredDraft
from coopkit.snapshot import TABLES
from coopkit.text import Lang
from coopkit.workspace.editing import Clash, Editing, Form
from coopkit.workspace.workspace import Desk

_TABLE: Final = "table"
"""What a draft of a record's form has, and those of sheets for scores, votes and attendance have not."""


@frozen
class Draft:
    """A form that is being filled in: its token, the form as it was opened, and what was typed, by box.

    `preset` are boxes that were filled in for whoever opened it. `time` is when it was last kept.
    """

    token: str
    form: Form
    typed: Mapping[str, str] = field(factory=dict)
    reason: str = ""
    preset: Mapping[str, str] = field(factory=dict)
    time: dt.datetime | None = None

    @property
    def touched(self) -> bool:
        """Whether anything was typed."""
        return bool(self.reason) or self.form.changed(self.typed) != self.form.changed(self.preset)

    def text(self, key: str) -> str:
        """What stands in a box: as typed, else as it was opened."""
        opened = {box.key: box.text for box in self.form.boxes}
        return self.typed.get(key, opened.get(key, ""))


@frozen
class Saved:
    """What a saved form became: the record, and the receipt of its batch."""

    table: str
    record: str
    receipt: Receipt


@frozen
class Drafts:
    """The drafts of one desk. Every method raises `AccessDenied` where the actor may not write.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> drafted = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{drafted.name}/so.db", registry=Registry.load()) as workspace:
    ...     drafts = Drafts(workspace.as_(Actor.office("an")))
    ...     draft = drafts.open("cooperative", preset={"kind": "cooperative"})
    ...     drafts.keep(draft.token, {"name": "HTX Mẫu"}).text("name"), [drafts.title(one) for one in drafts.mine()]
    ...     drafts.save(draft.token, {"name": "HTX Mẫu 1"}).receipt.inserted, drafts.mine()
    ('HTX Mẫu', ['HTX Mẫu'])
    (1, [])
    """

    desk: Desk
    lang: Lang = "vi"

    @property
    def editing(self) -> Editing:
        """The forms that these drafts fill in."""
        return Editing(self.desk, self.lang)

    def open(self, table: str, record: str = "", preset: Mapping[str, str] | None = None) -> Draft:
        """Open a record, or a new one, in a form whose draft is kept. Raises `NotFound`."""
        given = dict(preset or {})
        form = self.editing.form(table, record, kind=given.get("kind", ""))
        if any(box.field.personal and box.text for box in form.boxes):
            self.desk.disclose(table, record, Why(Purpose.UPDATE), Manner.EDITED)
        draft = Draft(secrets.token_urlsafe(12), form, given, preset=given)
        self.desk.workspace.ledger.drafts.add(self._stored(draft))
        return draft

    def find(self, token: str) -> Draft:
        """The draft of that token. Raises `NotFound` for another's, and one that was saved, dropped or let go."""
        can(self.desk.actor, Action.WRITE).require()
        found = self.desk.workspace.ledger.drafts.find(self.desk.actor.name, token)
        if found and _TABLE in found.told:
            return self._read(found)
        raise NotFound("Bản nháp này không còn: mở lại bản ghi để sửa (this draft is no more: open the record again)")

    def keep(self, token: str, typed: Mapping[str, str], reason: str | None = None) -> Draft:
        """Keep what was typed, by box, beside what was typed before. Raises `NotFound` as `find` does."""
        found = self.find(token)
        told = found.reason if reason is None else reason
        return self._keep(evolve(found, typed={**found.typed, **typed}, reason=told))

    def anew(self, token: str, without: Iterable[str] = ()) -> Draft:
        """Open the draft's record anew, as it is now, with all that was typed but for these boxes."""
        found = self.find(token)
        now = self.editing.form(found.form.table, found.form.record, kind=found.typed.get("kind", ""))
        typed = {key: text for key, text in found.form.changed(found.typed).items() if key not in set(without)}
        return self._keep(evolve(found, form=now, typed=typed))

    def clashes(self, token: str) -> list[Clash]:
        """What others wrote into the record meanwhile, beside what was typed. Raises `NotFound`."""
        found = self.find(token)
        return self.editing.clashes(found.form, found.typed)

    def save(self, token: str, typed: Mapping[str, str], reason: str | None = None) -> Saved:
        """Keep what was typed, then write it; with its batch the draft goes. Once only, however often it is called.

        Raises what `Editing.save` does, with the draft still there; `NotFound` for a draft that was dropped.
        """
        if done := self.saved(token):
            return done
        draft = self.keep(token, typed, reason)
        receipt = self.editing.save(draft.form, draft.typed, token=token, reason=draft.reason)
        return self._became(receipt)

    def saved(self, token: str) -> Saved | None:
        """What a draft became that was saved before; None for one that was not."""
        can(self.desk.actor, Action.WRITE).require()
        receipt = self.desk.workspace.ledger.receipt(token)
        return self._became(receipt) if receipt else None

    def drop(self, token: str) -> None:
        """Let a draft go, with all that was typed."""
        can(self.desk.actor, Action.WRITE).require()
        self.desk.workspace.ledger.drafts.drop(self.desk.actor.name, token)

    def mine(self, *tables: str) -> list[Draft]:
        """The drafts of the actor into which something was typed, of these tables or all; the latest first.

        None for who may not write any more.
        """
        if not can(self.desk.actor, Action.WRITE).allowed:
            return []
        found = []
        for one in self.desk.workspace.ledger.drafts.of(self.desk.actor.name):
            if "table" in one.told and (not tables or one.told["table"] in tables):  # others are of sheets and votes
                try:
                    found.append(self._read(one))
                except (NotFound, AccessDenied):  # its record is no more, or no longer one's own to write
                    continue
        return [one for one in found if one.touched]

    def title(self, draft: Draft) -> str:
        """What the record of a draft is called; of a new one, the name typed; its kind of record where it has none."""
        form = draft.form
        if form.record and form.table != "person":
            return Display(self.desk.snapshot(), self.lang).title(form.table, form.record)
        return draft.typed.get("name", "").strip() or TABLES[form.table].label.in_(self.lang)

    def name(self, saved: Saved) -> str:
        """What a saved record is called; a person, its kind of record."""
        if saved.table == "person":
            return TABLES[saved.table].label.in_(self.lang)
        return Display(self.desk.snapshot(), self.lang).title(saved.table, saved.record)

    def _became(self, receipt: Receipt) -> Saved:
        [line] = self.desk.workspace.ledger.lines(receipt.number, size=1)
        return Saved(line.table, line.record, receipt)

    def _keep(self, draft: Draft) -> Draft:
        if self.desk.workspace.ledger.drafts.keep(self._stored(draft)):
            return draft
        raise NotFound("Bản nháp này vừa được ghi hoặc bỏ (this draft was saved or dropped just now)")

    def _stored(self, draft: Draft) -> StoredDraft:
        form = draft.form
        told: dict[str, Any] = {
            _TABLE: form.table,
            "record": form.record,
            "base": form.base,
            "beside": form.beside,
            "person": form.rows.get("", {}).get("person"),
            "preset": draft.preset,
            "typed": draft.typed,
            "reason": draft.reason,
        }
        return StoredDraft(draft.token, self.desk.actor.name, told, self.desk.workspace.clock())

    def _read(self, one: StoredDraft) -> Draft:
        told = one.told
        form = self.editing.form(
            told[_TABLE],
            told["record"],
            base=told["base"],
            beside=told["beside"],
            kind=told["typed"].get("kind", ""),
        )
        return Draft(one.token, form, told["typed"], told["reason"], told["preset"], one.time)
