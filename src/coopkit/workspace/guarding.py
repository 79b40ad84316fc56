"""What plugins have to say of records before they are written: their checks, and where their importers may write."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from math import isfinite
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from coopkit.access import WRITTEN_WITH, Action, Actor, RecordsOf, can
from coopkit.errors import PluginError
from coopkit.importers import Found, Imported, Importer, Read, RecordCheck, read_sheets
from coopkit.problem import Problem
from coopkit.record import record_type, to_row
from coopkit.registry import Registry
from coopkit.scope import Owner, Scope, limited, narrowed
from coopkit.sheet import Sheet
from coopkit.snapshot import TABLES, Snapshot, arrow_schema
from coopkit.text import Label

Note: TypeAlias = Callable[[str, str], None]
"""Told which plugin's code failed, and how."""


@frozen(slots=False)
class Guard:
    """The register with the records of an import in it, as plugins look at these before they are written."""

    registry: Registry
    snapshot: Snapshot
    imported: Imported
    note: Note
    actor: Actor | None = None
    """Who brings them, where it is somebody whose places are only some of the city; `snapshot` is still all of it."""
    _ids: dict[tuple[Owner, ...], Mapping[str, frozenset[str]]] = field(factory=dict, init=False, repr=False)
    _rows: dict[str, Mapping[str, Mapping[str, Any]]] = field(factory=dict, init=False, repr=False)

    def checked(self, importer: Importer | None = None) -> Imported:
        """The import without the records that may not be written, and without what hangs on these; a Problem for each.

        A check that fails is a refusal: nobody can say then that its rule holds. What a plugin's `importer` read stays
        within its places, and changes nothing that lay outside.
        """
        refused: dict[str, Problem] = {}
        scope = self.registry.scope(importer.plugin) if importer else None
        kept, problems = [], list(self.imported.problems)
        for found in self.imported.found:
            problem = self._problem(found, refused, scope if scope and scope.owners else None)
            if problem is None:
                kept.append(found)
            else:
                refused[found.record.id] = problem
                problems.append(problem)
        left_out = self.imported.left_out | {
            (one.file, one.sheet, int(one.cell[1:])) for one in refused.values() if one.cell
        }
        if not refused:
            return self.imported
        return evolve(self.imported, found=tuple(kept), problems=tuple(problems), left_out=left_out)

    def _problem(self, found: Found, refused: Mapping[str, Problem], within: Scope | None) -> Problem | None:
        table = record_type(type(found.record)).table
        for above in record_type(type(found.record)).fields:
            if above.refers and getattr(found.record, above.key) in refused:
                return _at(found, "check.depends", _DEPENDS, _MEND)
        if self.actor is not None and not self._is_own(self.actor, table, found.record):
            return _at(found, "access.place", _ELSEWHERE, _ASK)
        if within is not None and self._is_anothers(found, table, within):
            name = within.plugin
            told = Label(f"ngoài địa bàn của tiện ích {name}", f"outside the places of the plugin {name}")
            return _at(found, "plugin.place", told, _MEND)
        for check in self.registry.checks().values():
            verdict = self._verdict(check, found) if check.table == table else None
            if verdict is not None:
                return _at(found, check.key, verdict, _mended(check))
        return None

    def _is_own(self, actor: Actor, table: str, record: Any) -> bool:
        """Whether a record is the actor's to write, and no unit elsewhere has its tax code."""
        if table not in WRITTEN_WITH:
            subject = RecordsOf(TABLES[table].label, ((table, record.id),), self.snapshot, self._after)
            if can(actor, Action.WRITE, subject).allowed:
                return table != "cooperative" or not record.tax_code or self._known[record.tax_code] <= {record.id}
        return False

    @cached_property
    def _known(self) -> Mapping[str, set[str]]:
        """The units of the whole register by their tax codes."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.snapshot.tables["cooperative"].select(["id", "tax_code"]).to_pylist():
            found[row["tax_code"]].add(row["id"])
        return found

    def _verdict(self, check: RecordCheck, found: Found) -> Label | None:
        """What a check says of a record of its plugin's places."""
        scope = self.registry.scope(check.plugin) or Scope(check.plugin, (), frozenset(TABLES))
        try:
            if scope.owners and found.record.id not in self._inside(scope)[check.table]:
                return None
            told: object = check.check(found.record, limited(self.snapshot, scope))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raised, it did not say yes
            what = f"{check.key}: {type(error).__name__}: {error}"
            self.note(check.plugin, what)
            return Label(f"không kiểm tra được ({what})", f"could not be checked ({what})")
        if told is None or isinstance(told, Label):
            return told
        what = f"{check.key}: check cho {type(told).__name__}, cần Label hoặc None (must give a Label or None)"
        self.note(check.plugin, what)
        return Label(what, what)

    def _is_anothers(self, found: Found, table: str, within: Scope) -> bool:
        """Whether a record would lie outside the places, or lies there now and would be changed."""
        if found.record.id not in self._inside(within)[table]:
            return True
        before = self._held(table).get(found.record.id)
        if before is None or before == to_row(found.record):
            return False
        return found.record.id not in narrowed(self.snapshot, within.owners).tables[table].column("id").to_pylist()

    def _held(self, table: str) -> Mapping[str, Mapping[str, Any]]:
        """The rows of a table before the import, by id."""
        if table not in self._rows:
            self._rows[table] = {row["id"]: row for row in self.snapshot.tables[table].to_pylist()}
        return self._rows[table]

    def _inside(self, scope: Scope) -> Mapping[str, frozenset[str]]:
        """The ids of the rows that belong to the places, by table, once the import were written; what names no place
        belongs to all.
        """
        if scope.owners not in self._ids:
            seen = narrowed(self._after, scope.owners).tables
            self._ids[scope.owners] = {name: frozenset(seen[name].column("id").to_pylist()) for name in TABLES}
        return self._ids[scope.owners]

    @cached_property
    def _after(self) -> Snapshot:
        """The register as it would be."""
        rows: dict[str, dict[str, Any]] = {}
        for found in self.imported.found:
            rows.setdefault(record_type(type(found.record)).table, {})[found.record.id] = to_row(found.record)
        return self.snapshot.replace(**{table: merged(self.snapshot, table, new) for table, new in rows.items()})


_CELL: Final = (str, bool, int, float, dt.date, dt.time, type(None))
_DEPENDS = Label("thuộc một bản ghi bị từ chối", "belongs to a record that was refused")
_MEND = Label("sửa rồi nhập lại", "mend it and import it again")
_ELSEWHERE = Label("ngoài địa bàn được giao, hoặc đã có ở địa bàn khác", "outside your places, or there in another one")
_ASK = Label("hãy nhờ cán bộ Liên minh", "ask the alliance")


def _mended(check: RecordCheck) -> Label:
    if "@" in check.key:  # stands in for a check that its plugin does not give, and says itself what to do
        return check.label
    vi, en = check.label.vi, check.label.en
    return Label(f"sửa cho đạt điều kiện «{vi}» rồi nhập lại", f"mend it to hold “{en}” and import it again")


def merged(snapshot: Snapshot, table: str, new: Mapping[str, dict[str, Any]]) -> pa.Table:
    """A table of the Snapshot with these rows in it, by id; each in place of the one that it has under that id."""
    held = snapshot.tables[table]
    others = held.filter(pc.invert(pc.is_in(held.column("id"), value_set=pa.array(new, pa.string()))))
    return pa.concat_tables(
        [others, pa.Table.from_pylist(list(new.values()), schema=arrow_schema(TABLES[table].columns))]
    )


def _at(found: Found, key: str, what: Label, mend: Label) -> Problem:
    """The Problem at the row where the record stands, as its origin tells it: file · sheet · dòng n."""
    _, sheet, row = (*found.origin.split(" · "), "", "")[:3]
    number = row.rpartition(" ")[2]
    return Problem(key, what, mend).at(file=found.file, sheet=sheet, cell=f"A{number}" if number.isdigit() else "")


def sheets_from(importer: Importer, data: bytes, *, file: str, sheets: Sequence[Sheet], note: Note) -> Read:
    """What a plugin's importer makes of a file; where it fails, nothing and a Problem that names it."""
    try:
        told = _given(importer.read(data))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raised, nothing of the file was read
        what = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
    else:
        return read_sheets(told, file=file, sheets=sheets)
    note(importer.plugin, f"{importer.key}: {what}")
    problem = Problem(
        "plugin.importer",
        Label(f"{importer.key} không đọc được tệp: {what}", f"{importer.key} cannot read the file: {what}"),
        Label("gửi tệp cho người làm tiện ích", "send the file to the plugin's author"),
    )
    return Read(file, (), (problem.at(file=file),), {})


def _given(told: object) -> dict[str, list[list[Any]]]:
    """The sheets that an importer gave, all read. Raises `PluginError` where they are no sheets, rows and cells."""
    if not isinstance(told, Mapping):
        raise PluginError(f"read cho {type(told).__name__}, cần các trang tính theo tên (must give sheets by title)")
    given: dict[str, list[list[Any]]] = {}
    for title, rows in told.items():
        listed: list[Any] = list(rows) if isinstance(rows, Iterable) and not isinstance(rows, str | bytes) else [None]
        if not isinstance(title, str) or not all(isinstance(row, list | tuple) for row in listed):
            raise PluginError(f"trang {title!r} phải là danh sách các hàng (a sheet must be a list of rows)")
        for number, cell in ((number, cell) for number, row in enumerate(listed, 1) for cell in row):
            if not isinstance(cell, _CELL) or (isinstance(cell, float) and not isfinite(cell)):
                what = f"trang {title!r}, hàng {number}: ô {cell!r:.40}"
                raise PluginError(f"{what} không phải chữ, số hay ngày (a cell must be a text, a number or a date)")
        given[title] = [[*row] for row in listed]
    return given
