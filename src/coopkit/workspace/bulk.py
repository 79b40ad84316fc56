"""Editing many units at once: cell by cell, one value for all, or what they are from a day on; previewed, one batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from coopkit.access import Action, can
from coopkit.cooperative import Cooperative, LegalState, LegalStatus, Membership, OperatingState, OperatingStatus
from coopkit.display import Display
from coopkit.errors import BadForm, CoopkitError
from coopkit.field import Field
from coopkit.importers import Found as Draft
from coopkit.importers import Imported
from coopkit.ledger import Batch, Receipt
from coopkit.period import format_date
from coopkit.record import identify, record_type, span_of, to_row
from coopkit.snapshot import Snapshot
from coopkit.text import Label, Lang
from coopkit.workspace.boxes import Box, Boxes
from coopkit.workspace.bulk_plan import (
    DATED,
    FIELDS,
    MOST,
    UNIT,
    Line,
    Opened,
    Plan,
    Refusal,
    UnitClash,
    clashes_of,
    edits_of,
    held_by,
    named,
    part_of,
    refusals_of,
    rows_of,
    typed_over,
)
from coopkit.workspace.editing import Form, in_time, refuse_second
from coopkit.workspace.gate import require_editable
from coopkit.workspace.guarding import Guard, merged
from coopkit.workspace.register import Found
from coopkit.workspace.workspace import Desk


@frozen
class Bulk:
    """Bulk edits of one desk: `open`, then `cells`, `shared`, `state`, `join` or `leave` for a plan, then `save`.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.cooperative import CooperativeKind
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Editing, Workspace
    >>> edited = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{edited.name}/so.db", registry=Registry.load()) as workspace:
    ...     desk = workspace.as_(Actor.office("an"))
    ...     editing, bulk = Editing(desk), Bulk(desk)
    ...     typed = {"name": "HTX Mẫu", "kind": "cooperative"}
    ...     _ = editing.save(editing.form("cooperative"), typed, token="f1", reason="lập mới")
    ...     plan = bulk.shared(bulk.open(desk.units().search()), "sector", "services")
    ...     [(edit.name, edit.changed.after) for edit in plan.edits]
    ...     bulk.save(plan, token="f2", reason="rà soát").updated
    [('HTX Mẫu', 'Dịch vụ và lĩnh vực khác')]
    1
    """

    desk: Desk
    lang: Lang = "vi"

    def open(self, found: Found) -> Opened:
        """The units that a search found, as they are now.

        Raises `CoopkitError` for more than `MOST`, and `AccessDenied`.
        """
        can(self.desk.actor, Action.WRITE).require()
        if len(found) > MOST:
            raise CoopkitError(
                f"Mỗi lần sửa được nhiều nhất {MOST} đơn vị, đang chọn {len(found)}: lọc hẹp lại "
                f"(at most {MOST} units are edited at once, {len(found)} were found: narrow the list)"
            )
        ids, ledger = found.ids, self.desk.workspace.ledger
        before = ledger.snapshot()
        require_editable(self.desk.actor, before, UNIT.table, *ids)
        known = {table: part_of(before, table, "cooperative", ids).column("id").to_pylist() for table in DATED}
        # Revisions before records: what is written between the two makes a base old, and so is refused.
        bases = {
            (table, record): revision
            for table, records in {UNIT.table: ids, **known}.items()
            for record, revision in ledger.revisions(table, records).items()
        }
        snapshot, boxes = ledger.snapshot(), Boxes(self.desk, self.lang)
        rows = rows_of(snapshot, ((UNIT.table, one) for one in ids))
        lines = (
            Line(one, str(row["name"]), {box.key: box.text for box in boxes.filled(UNIT, row)})
            for one in ids
            if (row := rows.get((UNIT.table, one)))
        )
        return Opened(tuple(lines), snapshot, bases)

    def options(self, own: Field, opened: Opened, on_map: dt.date | None = None) -> dict[str, str]:
        """What may be chosen in a field of many units; what some of them have stays among it."""
        boxes, display = Boxes(self.desk, self.lang), Display(opened.snapshot, self.lang)
        found = boxes.options(Box(own), on_map=on_map)
        held = {text for line in opened.lines if (text := line.texts[own.key]) and text not in found}
        told = {one: str(display.value(evolve(own, choices=None), {own.key: one})) for one in sorted(held)}
        return {**told, **found}

    def cells(self, opened: Opened, typed: Mapping[str, Mapping[str, str]]) -> Plan:
        """The plan of what was typed, by unit and field; a cell that was left alone keeps its value exactly."""
        rows = rows_of(opened.snapshot, ((UNIT.table, one) for one in typed))
        made: dict[str, list[Any]] = {}
        refusals: list[Refusal] = []
        for line in opened.lines:
            try:
                if told := line.changed(typed.get(line.id, {})):
                    made[line.id] = [typed_over(rows[UNIT.table, line.id], told, opened.snapshot)]
            except BadForm as bad:
                refusals += refusals_of(line, FIELDS, bad)
        return self._plan(opened, made, refusals)

    def shared(self, opened: Opened, key: str, text: str) -> Plan:
        """The plan of one value for all."""
        return self.cells(opened, {line.id: {key: text} for line in opened.lines})

    def state(self, opened: Opened, state: OperatingState | LegalState, since: dt.date, source: str = "") -> Plan:
        """The plan of a status that all have from a day on: the status before it ends the day before.

        A unit that has that status on the day stays as it is.
        """
        cls: type[Any] = OperatingStatus if isinstance(state, OperatingState) else LegalStatus
        held = held_by(opened, cls)

        def made(unit: str) -> Any:
            now = next((one for one in held.get(unit, ()) if span_of(cls).holds(one, since)), None)
            if now is not None and now.state is state:
                return None
            if now is not None and now.since == since:
                return evolve(now, state=state, source=source or now.source)
            return cls(identify(cls, {"cooperative": unit, "since": since}), unit, state, since, source=source or None)

        return self._dated(opened, cls, made)

    def join(self, opened: Opened, joined: dt.date, source: str = "") -> Plan:
        """The plan of admitting all to the alliance on a day; those that are members on it stay as they are."""
        held = held_by(opened, Membership)

        def made(unit: str) -> Any:
            if any(span_of(Membership).holds(one, joined) for one in held.get(unit, ())):
                return None
            told = {"cooperative": unit, "joined": joined}
            return Membership(identify(Membership, told), unit, joined, source=source or None)

        return self._dated(opened, Membership, made)

    def leave(self, opened: Opened, left: dt.date, why: str = "") -> Plan:
        """The plan of ending the membership of all on a day; those that are no members on it are refused."""
        held = held_by(opened, Membership)

        def made(unit: str) -> Any:
            own = held.get(unit, [])
            if any(one.left == left for one in own):
                return None
            now = next((one for one in own if span_of(Membership).holds(one, left)), None)
            if now is None:
                day = format_date(left)
                what = (
                    f"không là thành viên vào ngày {day}: bỏ khỏi danh sách",
                    f"is no member on {day}: leave it out",
                )
                raise BadForm({"left": what})
            return evolve(now, left=left, reason=why or now.reason)

        return self._dated(opened, Membership, made)

    def _dated(self, opened: Opened, cls: type, make: Callable[[str], Any]) -> Plan:
        """The plan of a dated record for every unit, each with what ends because of it."""
        declared = record_type(cls)
        few = opened.snapshot.replace(
            **{declared.table: part_of(opened.snapshot, declared.table, "cooperative", opened.ids)}
        )
        made: dict[str, list[Any]] = {}
        refusals: list[Refusal] = []
        for line in opened.lines:
            try:
                if (new := make(line.id)) is not None:
                    one, ended = in_time(new, few)
                    made[line.id] = [*ended, one]
            except BadForm as bad:
                refusals += refusals_of(line, declared.fields, bad)
        return self._plan(opened, made, refusals)

    def _plan(self, opened: Opened, made: Mapping[str, Sequence[Any]], refusals: list[Refusal]) -> Plan:
        told = [(unit, one) for unit, records in made.items() for one in records]
        held = rows_of(opened.snapshot, (named(one) for _, one in told))
        told = [(unit, one) for unit, one in told if held.get(named(one)) != to_row(one)]
        refusals = [*refusals, *self._checked(opened, told, opened.snapshot)]
        out = {one.unit for one in refusals}
        kept = tuple((unit, one) for unit, one in told if unit not in out)
        edits = edits_of(Display(opened.snapshot, self.lang), opened, kept)
        order = {unit: at for at, unit in enumerate(opened.ids)}
        return Plan(opened, tuple(edits), tuple(sorted(refusals, key=lambda one: order[one.unit])), kept)

    def _checked(self, opened: Opened, made: Sequence[tuple[str, Any]], snapshot: Snapshot) -> Iterator[Refusal]:
        """What stands against these records together: a name or tax code that another unit bears, a plugin's check."""
        lines = {line.id: line for line in opened.lines}
        held = rows_of(snapshot, (named(one) for _, one in made))
        rows = {one.id: to_row(one) for _, one in made if isinstance(one, Cooperative)}
        after = snapshot.replace(**{UNIT.table: merged(snapshot, UNIT.table, rows)}) if rows else snapshot
        out = set()
        for unit, one in made:
            before = held.get(named(one), {})
            if unit in rows and any(before.get(key) != rows[unit][key] for key in _NAMING):
                try:
                    refuse_second(Form(UNIT.table, unit, 1, ()), one, after)
                except BadForm as bad:
                    out.add(unit)
                    yield from refusals_of(lines[unit], FIELDS, bad)
        yield from self._of_plugins(lines, [(unit, one) for unit, one in made if unit not in out], snapshot)

    def _of_plugins(
        self, lines: Mapping[str, Line], made: Sequence[tuple[str, Any]], snapshot: Snapshot
    ) -> Iterator[Refusal]:
        """What plugins' checks say; they look at the register with all of these records in it."""
        drafts = tuple(Draft(one, "", unit) for unit, one in made)
        checked = Guard(self.desk.workspace.registry, snapshot, Imported(drafts, ()), self.desk.note).checked()
        kept = {named(one) for one in checked.records}
        refused = [draft for draft in drafts if named(draft.record) not in kept]
        for draft, problem in zip(refused, checked.problems, strict=True):
            line = lines[draft.origin]
            yield Refusal(line.id, line.name, Label("", ""), problem.what)

    def save(self, plan: Plan, *, token: str, reason: str, rest: bool = False) -> Receipt:
        """Write a plan as one batch; with `rest` without the units that it refuses.

        `token` names the form: handed in again it writes nothing more. Raises `BadForm` where there is no reason,
        nothing to write, or a unit is refused; `StaleBase` where somebody else wrote meanwhile (see `clashes`);
        `AccessDenied`.
        """
        can(self.desk.actor, Action.WRITE).require()
        workspace = self.desk.workspace
        if written := workspace.ledger.receipt(token):
            return written
        if not reason.strip():
            raise BadForm({"reason": _NO_REASON})
        if plan.refusals and not rest:
            raise BadForm({"": _REFUSED})
        if not plan.made:
            raise BadForm({"": _NOTHING})
        batch = Batch(self.desk.actor.name, reason.strip(), workspace.clock(), changes=plan.changes, token=token)
        snapshot = workspace.ledger.snapshot()
        if snapshot.position != plan.opened.snapshot.position and not self.clashes(plan):
            for one in self._checked(plan.opened, plan.made, snapshot):
                raise BadForm({"": (f"{one.name}: {one.what.vi}", f"{one.name}: {one.what.en}")})
        [receipt] = self.desk.write(batch)
        return receipt

    def clashes(self, plan: Plan) -> list[UnitClash]:
        """The fields that differ between the units as they were opened and as they are now, beside what you wanted."""
        ledger, opened = self.desk.workspace.ledger, plan.opened
        wanted: dict[str, list[str]] = {}
        for _, one in plan.made:
            wanted.setdefault(named(one)[0], []).append(named(one)[1])
        now = {
            (table, record): revision
            for table, records in wanted.items()
            for record, revision in ledger.revisions(table, records).items()
        }
        stale = [(unit, one) for unit, one in plan.made if now.get(named(one)) != opened.bases.get(named(one))]
        snapshot = ledger.snapshot()
        before, theirs = (rows_of(of, (named(one) for _, one in stale)) for of in (opened.snapshot, snapshot))
        display, names = Display(snapshot, self.lang), opened.names
        return [
            UnitClash(names[unit], clash)
            for unit, one in stale
            for clash in clashes_of(display, before.get(named(one)), theirs.get(named(one)), one)
        ]


_NAMING: Final = ("name", "tax_code", "place")
"""What tells units apart."""
_NO_REASON: Final = ("hãy ghi lý do", "give a reason")
_REFUSED: Final = (
    "có đơn vị chưa ghi được: sửa lại, hoặc bỏ qua các đơn vị đó",
    "some units cannot be written: mend them, or leave them out",
)
_NOTHING: Final = ("không có gì thay đổi", "nothing changes")
