"""A table's rows as drafts of records: values put together, references resolved, required values asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from coopkit.cooperative import Cooperative
from coopkit.event import Event, EventKind
from coopkit.field import Field, FieldKind
from coopkit.group import Alliance, Group
from coopkit.importers.directory import Directory
from coopkit.importers.faults import missing, state_undated
from coopkit.importers.lookups import NOTHING, Names, Outcome, Places
from coopkit.importers.read import Table
from coopkit.importers.register import Register
from coopkit.importers.timelines import Timelines
from coopkit.problem import Problem, Severity
from coopkit.record import Span, make_id
from coopkit.sheet import Part, Role
from coopkit.text import Label


@frozen(eq=False)
class Lookups:
    """Everything a row may refer to: places, cooperatives, events, groups; of the ledger, and of the files so far."""

    places: Places
    directory: Directory
    events: Names
    groups: Names
    timelines: Timelines

    @staticmethod
    def of(register: Register) -> Lookups:
        """What the ledger holds."""
        places = Places(register.atlas, register.province)
        events = Names("event", Label("Hoạt động", "Event"), Role.CODE)
        groups = Names("group", Label("Nhóm", "Group"), Role.NAME)
        for of, code, name in register.events():
            events.add(code, of, name)
        for of, kind, name in register.groups():
            groups.add(name, of, kind)
        return Lookups(places, Directory(register.cooperatives(), places), events, groups, Timelines(register))

    def check_new(self, table: Table, draft: Draft, at: int, on: dt.date) -> list[Problem]:
        """What is to be said about a cooperative that a row declares, beside those already known; then it is known."""
        [one] = draft.records(at)
        cell = table.cell(at, _NAME)
        problem = self.directory.declare(one, f"{table.file} · {table.title} · {cell}", on)
        return [problem.at(file=table.file, sheet=table.title, cell=cell)] if problem else []

    def know(self, table: Table, drafts: Sequence[Draft]) -> None:
        """Know the events, groups and the alliance of a table's good rows, and which rows were left out."""
        for draft in drafts:
            adds: Callable[[int, Any], None] | None = {
                Event: lambda _, one: self.events.add(one.code, one.id, one.name),
                Group: lambda _, one: self.groups.add(one.name, one.id, one.kind.label.vi),
                Alliance: lambda _, one: setattr(self.places, "province", one.place.split("@")[0]),
            }.get(draft.part.cls)
            if adds:
                for at in range(len(table.numbers)):
                    for one in draft.records(at) if at not in table.left_out else ():
                        adds(at, one)
            self._reject(table, draft.part)

    def _reject(self, table: Table, part: Part) -> None:
        for at in table.left_out:
            where = " · ".join((table.file, table.title, f"dòng {table.numbers[at]}"))
            if part.cls is Cooperative:
                code, name = (table.values.get(f"cooperative.{key}") for key in ("tax_code", "name"))
                self.directory.reject(code[at] if code else None, name[at] if name else None, where)
            names = {Event: (self.events, "event.code"), Group: (self.groups, "group.name")}.get(part.cls)
            if names and table.values.get(names[1]) and table.values[names[1]][at]:
                names[0].reject(table.values[names[1]][at], where)


_NAME = "cooperative.name"


@frozen(eq=False)
class Draft:
    """One part of a table's rows: its records by row, none where the part is not there."""

    part: Part
    rows: Sequence[Any]

    def records(self, at: int) -> Sequence[Any]:
        """The records of that row."""
        one = self.rows[at]
        return one if isinstance(one, tuple) else () if one is None else (one,)

    def keys_of(self, name: str) -> list[str]:
        """The keys of the columns that tell a field; of an event's details, of all of its kind's fields."""
        own = name == "details"
        return [column.key for column in self.part.columns if (column.own if own else column.field.key == name)]


def draft_table(
    table: Table, lookups: Lookups, register: Register, kinds: Mapping[str, EventKind], on: dt.date
) -> tuple[list[Draft], list[Problem]]:
    """The drafts of every part of a table, and the problems met; rows with an error are marked as left out."""
    work = _Drafting(table, lookups, register, kinds, on)
    shown = [part for part in table.sheet.parts if work.is_shown(part)]
    drafts = [work.draft(part) for part in shown]
    return drafts, work.problems


@frozen(eq=False)
class _Drafting:
    table: Table
    lookups: Lookups
    register: Register
    kinds: Mapping[str, EventKind]
    on: dt.date
    problems: list[Problem] = field(factory=list)
    _ids: dict[str, list[Any]] = field(factory=dict)
    _vectors: dict[tuple[str, str], list[Any]] = field(factory=dict)

    @property
    def size(self) -> int:
        return len(self.table.numbers)

    def report(self, at: int, problem: Problem, *keys: str) -> None:
        """A problem of a row, at the first of these columns that the file has."""
        table = self.table
        self.problems.append(problem.at(file=table.file, sheet=table.title, cell=table.cell(at, *keys)))
        if problem.severity is Severity.ERROR:
            table.left_out.add(at)

    # -- which rows have a part

    def is_shown(self, part: Part) -> bool:
        """Whether any row fills a column of an optional part, or of the part that names it or is named by it."""
        return not part.optional or any(self._filled(part))

    def _filled(self, part: Part) -> list[list[Any]]:
        """The values of the part's columns, but for those that no row fills."""
        told = (self.table.values.get(column.key, []) for column in self._columns(part))
        return [values for values in told if values.count(None) < len(values)]

    def _columns(self, part: Part) -> Iterable[Any]:
        """A part's columns, with those of the part it is bound to: a person and what they are to the cooperative."""
        parts = [one for one in self.table.sheet.parts if one.named_by == part.key or one.key == part.named_by]
        bound = [one for one in parts if one.optional]
        return [column for one in (part, *bound) for column in one.columns]

    def present(self, part: Part) -> list[bool]:
        """Which rows have the part: all, or for an optional part those that fill one of its columns."""
        if not part.optional:
            return [True] * self.size
        return [row.count(None) < len(row) for row in zip(*self._filled(part), strict=True)]

    # -- the values of a field

    def vector(self, part: Part, name: str) -> list[Any]:
        """A field's value in every row."""
        if (part.key, name) not in self._vectors:
            self._vectors[part.key, name] = self._values(part, part.declared.field(name))
        return self._vectors[part.key, name]

    def _values(self, part: Part, of: Field) -> list[Any]:
        if of.key in part.fixed:
            return [part.fixed[of.key]] * self.size
        if of.key in part.links:
            return self._linked(self.table.sheet.part(part.links[of.key]))
        if part.cls is Event and of.key in {"details", "kind_version"}:
            return self._of_kind(part, of.key)
        return self._shown(part, of) if of.key in part.fields else [None] * self.size

    def _linked(self, part: Part) -> list[Any]:
        """The ids of another part's records, None in the rows that do not have it."""
        if not self.is_shown(part):
            return [None] * self.size
        return [one if there else None for one, there in zip(self.ids(part), self.present(part), strict=True)]

    def _shown(self, part: Part, of: Field) -> list[Any]:
        name = f"{part.key}.{of.key}"
        if of.kind is FieldKind.PLACE:
            return self._places(part, name)
        return self._references(name, of.refers) if of.kind is FieldKind.REFERENCE else self.told(name)

    def told(self, key: str) -> list[Any]:
        """What the column says, None in every row where the file has none."""
        return self.table.values.get(key) or [None] * self.size

    def _places(self, part: Part, name: str) -> list[Any]:
        places, on = self.lookups.places, self.on
        if part.whole_place:
            look = lambda text: places.path(text, on, top=part.cls is Alliance) if text else NOTHING  # noqa: E731
            return self._resolved(look, {Role.PLACE: name})
        keys = {role: f"{name}.{role.value}" for role in (Role.DISTRICT, Role.COMMUNE)}
        return self._resolved(lambda district, commune: places.two(district, commune, on), keys)

    def _references(self, name: str, to: str) -> list[Any]:
        if to == "cooperative":
            keys = {role: f"{name}.{role.value}" for role in (Role.TAX_CODE, Role.NAME)}
            return self._resolved(self.lookups.directory.resolve, keys)
        names = {"event": self.lookups.events, "group": self.lookups.groups}[to]
        return self._resolved(names.resolve, {names.role: f"{name}.{names.role.value}"})

    def _resolved(self, look: Callable[..., Outcome], keys: Mapping[Role, str]) -> list[Any]:
        """The ids that the cells of these columns mean; looked up once per distinct row of cells."""
        told = list(zip(*map(self.told, keys.values()), strict=True))
        left_out = self.table.left_out
        wanted = {cells for at, cells in enumerate(told) if at not in left_out} if left_out else set(told)
        outcomes = {cells: look(*cells) for cells in wanted}
        if any(outcome.problems for outcome in outcomes.values()):
            for at, cells in enumerate(told):
                for role, problem in outcomes.get(cells, NOTHING).problems if at not in left_out else ():
                    self.report(at, problem, keys[role], *keys.values())
        return [outcomes.get(cells, NOTHING).id for cells in told]

    def _of_kind(self, part: Part, name: str) -> list[Any]:
        kinds = [self.kinds.get(key) for key in self.vector(part, "kind")]
        if name == "kind_version":
            return [None if kind is None else str(kind.version) for kind in kinds]
        if part.kind is None or not part.kind.fields:
            return [{} for _ in kinds]
        shown = [column for column in part.columns if column.own and column.role is not Role.UNIT]
        own = {column.field.key: self.told(column.key) for column in shown}
        self._require_own(part, own)
        return [
            {} if at in self.table.left_out else part.kind.details(dict(zip(own, cells, strict=True)))
            for at, cells in enumerate(zip(*own.values(), strict=True))
        ]

    def _require_own(self, part: Part, own: Mapping[str, list[Any]]) -> None:
        for column in part.columns:
            if column.own and column.field.required and column.field.key in own:
                for at, value in enumerate(own[column.field.key]):
                    if value is None and at not in self.table.left_out:
                        self.report(at, missing(column.label), column.key)

    # -- ids

    def ids(self, part: Part) -> list[Any]:
        """The id of the part's record in every row."""
        if part.key not in self._ids:
            self._ids[part.key] = self._make_ids(part)
        return self._ids[part.key]

    def _make_ids(self, part: Part) -> list[Any]:
        if part.cls is Cooperative:
            told = zip(*(self.vector(part, name) for name in ("name", "tax_code", "place")), strict=True)
            return [self.lookups.directory.identify(*row) for row in told]
        named_by = self.table.sheet.part(part.named_by) if part.named_by else part
        keys = [self.vector(named_by, name) for name in named_by.declared.identity]
        ids = [make_id(part.key, *values) for values in zip(*keys, strict=True)]
        if part.cls is Event:
            codes = self.vector(part, "code")
            return [self.lookups.events.find(code) or new for code, new in zip(codes, ids, strict=True)]
        if named_by is not part:
            return self._held_persons(named_by, ids)
        if part.declared.span and part.declared.span.state:
            return self._held_states(part, part.declared.span, ids)
        return self._held_groups(ids, keys) if part.cls is Group else ids

    def _held_persons(self, named_by: Part, ids: list[Any]) -> list[Any]:
        """A person keeps the id under which the ledger knows who has that role or honour."""
        held: dict[str, Any] = self.register.records(named_by.cls, set(self.ids(named_by)))
        known = [held[of].person if of in held else None for of in self.ids(named_by)]
        return [person or new for person, new in zip(known, ids, strict=True)]

    def _held_states(self, part: Part, span: Span, ids: list[Any]) -> list[Any]:
        """A state without a day says what holds on the paper's day: the state the ledger holds, or a fault."""
        vectors = zip(*(self.vector(part, key) for key in (*span.of, span.first, span.last, span.state)), strict=True)
        found = []
        for at, (new, (*owner, first, last, state)) in enumerate(zip(ids, vectors, strict=True)):
            undated = state is not None and not first and not last
            held = self.lookups.timelines.stated(part.cls, tuple(owner), self.on, state) if undated else None
            if held is not None and getattr(held, span.state) != state and at not in self.table.left_out:
                known = getattr(held, span.state).label
                self.report(at, state_undated(state.label.vi, known.vi), f"{part.key}.{span.state}")
            found.append(held.id if held is not None else new)
        return found

    def _held_groups(self, ids: list[Any], keys: list[list[Any]]) -> list[Any]:
        held = {(kind, name): of for of, kind, name in self.register.groups()}
        return [held.get(named, new) for named, new in zip(zip(*keys, strict=True), ids, strict=True)]

    # -- records

    def draft(self, part: Part) -> Draft:
        """The part's records, row by row."""
        if part.many:
            return Draft(part, self._several(part))
        present = self.present(part)
        ids = self.ids(part)
        vectors = [ids if one.key == "id" else self.vector(part, one.key) for one in part.declared.fields]
        self._require(part, present, ids)
        there = zip(present, zip(*vectors, strict=True), strict=True)
        return Draft(part, [part.cls(*values) if is_there else None for is_there, values in there])

    def _require(self, part: Part, present: list[bool], ids: list[Any]) -> None:
        """Report the rows that leave a required value empty which the ledger does not hold either."""
        lacking = [
            (one, self.vector(part, one.key)) for one in part.declared.fields if one.required and not one.derived
        ]
        lacking = [(one, values) for one, values in lacking if None in values]
        held: dict[str, Any] = self.register.records(part.cls, set(ids)) if lacking else {}
        for one, values in lacking:
            keys, label = self._asked(part, one)
            for at, value in enumerate(values):
                if value is None and present[at] and at not in self.table.left_out and ids[at] not in held:
                    self.report(at, missing(label), *keys)

    def _asked(self, part: Part, one: Field) -> tuple[list[str], Label]:
        """The columns in which a field is told, and what to call it; a link is told by what it links to."""
        if one.key in part.links:
            linked = self.table.sheet.part(part.links[one.key])
            first = linked.columns[0]
            return [first.key], first.label
        columns = [column for column in part.columns if column.field.key == one.key and not column.own]
        label = Label(*(" / ".join(column.label.in_(lang) for column in columns) for lang in ("vi", "en")))
        return [column.key for column in columns], label

    def _several(self, part: Part) -> list[tuple[Any, ...]]:
        """The records of a part of which a cell tells several."""
        [column] = part.columns
        linked = {name: self.vector(part, name) for name in part.links}
        rows: list[tuple[Any, ...]] = []
        for at, texts in enumerate(self.told(column.key)):
            values: list[Any] = list(texts or ())
            if column.role is Role.PLACE and at not in self.table.left_out:
                values = self._places_in(at, values, column.key)
            found = {}
            for value in values:
                told = {name: ids[at] for name, ids in linked.items()} | {column.field.key: value}
                of = make_id(part.key, *(told[name] for name in part.declared.identity))
                found[of] = part.cls(id=of, **told)
            rows.append(tuple(found.values()))
        return rows

    def _places_in(self, at: int, texts: Sequence[str], key: str) -> list[str]:
        found = []
        for text in texts:
            for _, outcome in self.lookups.places.several(text, self.on):
                for _, problem in outcome.problems:
                    self.report(at, problem, key)
                found += [outcome.id] if outcome.id else []
        return found
