"""`Attendance`: who took part in an event, gathered into one list that is looked over, then written once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyarrow.compute as pc
from attrs import asdict, evolve, frozen

from coopkit.access import Action, can
from coopkit.errors import BadForm, NotFound
from coopkit.group import Group, GroupMembership
from coopkit.ledger import Batch, Change, Receipt, StoredDraft
from coopkit.record import span_of
from coopkit.text import Lang, sort_key
from coopkit.workspace.event_list import EVENT, list_events
from coopkit.workspace.events import refused
from coopkit.workspace.pasted import Entry, pasted, sorted_out
from coopkit.workspace.register import Filter, Standing, Unit, UnitList, list_units
from coopkit.workspace.staged import Staged, State, match
from coopkit.workspace.workspace import Desk

MOST: Final = 5_000
"""A list holds so many lines at most."""

HITS: Final = 30
"""A search of the register offers so many units at most."""


@frozen
class Attendance:
    """The lists of one desk. A list is a draft: it is kept as it grows, and is gone once it was written.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.event import Event
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     fair = Change(Event(id="e", code="HC-1", kind="fair", name="Hội chợ", start=dt.date(2024, 1, 5)))
    ...     _ = workspace.ledger.write(Batch("an", "lập", workspace.clock(), changes=(fair,)))
    ...     attendance = Attendance(workspace.as_(Actor.office("an")))
    ...     token = attendance.open("e")
    ...     _ = attendance.paste(token, "HTX Không Có Trong Sổ")
    ...     [line.state.value for line in attendance.staged(token).lines]
    ['unknown']
    """

    desk: Desk
    lang: Lang = "vi"

    def open(self, event: str) -> str:
        """The token of the actor's list for an event: of the one begun before, else of a new one."""
        can(self.desk.actor, Action.WRITE, event).require()
        drafts, actor = self.desk.workspace.ledger.drafts, self.desk.actor.name
        for held in drafts.of(actor):
            if held.told.get("attendance") == event:
                return held.token
        made = self._draft(secrets.token_urlsafe(12), event, [])
        drafts.add(made)
        return made.token

    def staged(self, token: str) -> Staged:
        """The list as it stands, each line matched to the register as it is now. Raises `NotFound`, `AccessDenied`."""
        event, entries = self._held(token)
        units, events = self.desk.units(), list_events(self.desk.snapshot())
        at = events.row(event)
        if at is None:
            raise NotFound("Hoạt động của danh sách này không còn trong sổ (the event of this list is no more)")
        there = set(events.turn_rows(at).column("cooperative").to_pylist())
        lines = match(units, event, entries, there, self.lang)
        return Staged(token, event, lines, (int(events.turns[at]), int(events.units[at])))

    def search(self, text: str) -> list[Unit]:
        """The units of the register that a text finds, the best first, at most `HITS`."""
        return self.desk.units().search(Filter(text))[:HITS] if text.strip() else []

    def groups(self) -> Mapping[str, str]:
        """The groups whose members can be taken into a list, by id, in the order of their names."""
        names = {one.id: one.name for one in self.desk.snapshot().records(Group)}
        return dict(sorted(names.items(), key=lambda one: sort_key(one[1])))

    def paste(self, token: str, text: str) -> int:
        """Add the lines of a pasted text; how many. Raises `NotFound`; `BadForm` where the list would be too long."""
        return self._add(token, pasted(text))

    def pick(self, token: str, units: Iterable[str]) -> int:
        """Add units by their ids; how many."""
        return self._add(token, [Entry(unit=one) for one in units])

    def members_of(self, group: str, event: str) -> list[str]:
        """The units that are members of a group on the day an event begins, by the order of their names."""
        day = self._day(event)
        span = span_of(GroupMembership)
        members = {
            one.cooperative
            for one in self.desk.snapshot().records(GroupMembership)
            if one.group == group and span.holds(one, day)
        }
        return [one for one in self.desk.units().search().ids if one in members]

    def areas(self, event: str) -> Mapping[str, str]:
        """The places whose units can be taken into a list, by code: of the map of the day the event begins."""
        return self._register(event).areas

    def units_of(self, area: str, event: str, *, members: bool) -> list[str]:
        """The units of such a place, or only those that were members of the alliance on that day."""
        wanted = Filter(area=area, standing=Standing.MEMBER if members else None)
        return self._register(event).search(wanted).ids

    def change(self, token: str, number: int, **cells: str) -> None:
        """Write cells of a line anew: who is meant (`unit`, `name`), or what is told (`people`, `amount`, `result`)."""
        event, entries = self._held(token)
        if 0 < number <= len(entries):
            entries[number - 1] = sorted_out(evolve(entries[number - 1], **cells))
            self._keep(token, event, entries)

    def drop(self, token: str, *numbers: int) -> None:
        """Take lines out of the list."""
        event, entries = self._held(token)
        self._keep(token, event, [one for at, one in enumerate(entries, 1) if at not in numbers])

    def close(self, token: str) -> None:
        """Throw the list away."""
        self.desk.workspace.ledger.drafts.drop(self.desk.actor.name, token)

    def save(self, token: str, reason: str) -> Receipt:
        """Write the turns of a list in one batch; what is told twice or is there already adds nothing.

        The list's token names the batch: handed in again it writes nothing more. Raises `BadForm` with the lines that
        must be mended, by their numbers, and under "" what concerns the whole; `NotFound`, `AccessDenied`.
        """
        can(self.desk.actor, Action.WRITE).require()
        workspace = self.desk.workspace
        if written := workspace.ledger.receipt(token):
            return written
        staged = self.staged(token)
        if staged.to_mend:
            raise BadForm({str(one.number): (one.state.label.vi, one.state.label.en) for one in staged.to_mend})
        ready = {one.record.id: one for one in staged.lines if one.state is State.READY and one.record}
        if not ready:
            raise BadForm({"": ("danh sách chưa có lượt nào mới", "the list adds no participation yet")})
        records = [one.record for one in ready.values()]
        if faults := {str(ready[of].number): told for of, told in refused(self.desk, records)}:
            raise BadForm(faults)
        changes = tuple(Change(one.record, None, f"danh sách tham gia · dòng {one.number}") for one in ready.values())
        told = reason or "Ghi danh sách tham gia"
        batch = Batch(self.desk.actor.name, told, workspace.clock(), changes=changes, token=token)
        [receipt] = self.desk.write(batch)
        self.close(token)
        return receipt

    def saved(self, token: str) -> Receipt | None:
        """What a list became that was written before; None for one that was not."""
        can(self.desk.actor, Action.WRITE).require()
        return self.desk.workspace.ledger.receipt(token)

    def _register(self, event: str) -> UnitList:
        """The register as it was on the day an event begins."""
        day = self._day(event)
        return list_units(self.desk.snapshot(), day, day)

    def _day(self, event: str) -> dt.date:
        table = self.desk.snapshot().tables[EVENT.table]
        days = table.filter(pc.equal(table.column("id"), event)).column("start").to_pylist()
        return days[0] if days else self.desk.workspace.clock().date()

    def _add(self, token: str, more: Sequence[Entry]) -> int:
        event, entries = self._held(token)
        if len(entries) + len(more) > MOST:
            told = f"danh sách quá {MOST} dòng: nhập từ tệp Excel", f"more than {MOST} lines: import a workbook"
            raise BadForm({"": told})
        self._keep(token, event, [*entries, *more])
        return len(more)

    def _held(self, token: str) -> tuple[str, list[Entry]]:
        can(self.desk.actor, Action.WRITE).require()
        held = self.desk.workspace.ledger.drafts.find(self.desk.actor.name, token)
        if held is None or "attendance" not in held.told:
            raise NotFound("Danh sách này không còn: đã ghi hoặc đã bỏ (this list is no more: written, or thrown away)")
        return str(held.told["attendance"]), [Entry(**one) for one in held.told["lines"]]

    def _keep(self, token: str, event: str, entries: Sequence[Entry]) -> None:
        self.desk.workspace.ledger.drafts.keep(self._draft(token, event, entries))

    def _draft(self, token: str, event: str, entries: Sequence[Entry]) -> StoredDraft:
        lines = [{key: text for key, text in asdict(one).items() if text} for one in entries]
        told = {"attendance": event, "lines": lines}
        return StoredDraft(token, self.desk.actor.name, told, self.desk.workspace.clock())
