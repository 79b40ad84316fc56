"""The gate: what an actor means to write is looked at, record by record, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from coopkit.access import WRITTEN_WITH, Action, Actor, RecordsOf, can
from coopkit.disclosure import Disclosure, Manner, Why
from coopkit.ledger import DECLARED, Batch, Change, Removal
from coopkit.record import Row, record_type, to_row
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label
from coopkit.workspace.guarding import merged

Changes = Sequence[Change | Removal]


def require_writable(actor: Actor, snapshot: Snapshot, changes: Changes, action: Action = Action.WRITE) -> None:
    """Raise `AccessDenied` where one of these changes is not the actor's to make.

    Each kind of record needs its own right (`WRITTEN_WITH`), and of what is written to the register all must lie in the
    actor's places, before and after. `action` is what is done by it: writing, taking back, erasing.
    """
    if is_free(actor):
        return
    named = [_named(one) for one in changes]
    for needed in dict.fromkeys(WRITTEN_WITH.get(table, Action.WRITE) for table, _ in named):
        can(actor, action if needed is Action.WRITE else needed).require()
    own = tuple(one for one in named if one[0] not in WRITTEN_WITH)
    if actor.edits is not None and own:
        with_parts = (*own, *(one for one in _hanging(snapshot, changes) if one not in own))
        can(actor, action, RecordsOf(_called(own), with_parts, snapshot, _after(snapshot, changes))).require()


def is_free(actor: Actor) -> bool:
    """Whether an actor may write whatever there is, wherever it lies."""
    return actor.edits is None and all(map(actor.has, (Action.WRITE, Action.UNDO, *WRITTEN_WITH.values())))


def require_editable(actor: Actor, snapshot: Snapshot, table: str, *records: str) -> None:
    """Raise `AccessDenied` where one of these records does not lie in the places that the actor may edit."""
    if actor.edits is not None:
        named = tuple((table, one) for one in records)
        can(actor, Action.WRITE, RecordsOf(_called(named), named, snapshot)).require()


def disclosing(actor: str, now: dt.datetime, about: tuple[str, str], why: Why, manner: Manner) -> Batch:
    """The batch that says that personal data of a record (table, id) is shown or taken; one a day for the same."""
    made = Disclosure.of(actor, *about, why, manner, now.date())
    reason = ": ".join(filter(None, (why.purpose.label.vi, why.note.strip())))
    return Batch(actor, reason, now, changes=(Change(made),), token=made.id)


def _named(one: Change | Removal) -> tuple[str, str]:
    if isinstance(one, Removal):
        return one.table, one.record_id
    record: Any = one.record
    return record_type(type(record)).table, str(record.id)


def _called(records: Iterable[tuple[str, str]]) -> Label:
    """The kinds of these records; no more, as a refusal must not tell what a record is called."""
    labels = [DECLARED[table].label for table in dict.fromkeys(table for table, _ in records)]
    return Label(*(", ".join(one.in_(lang).lower() for one in labels) for lang in ("vi", "en")))


def _after(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """The register as it would be once these were written."""
    new: dict[str, dict[str, Row]] = {}
    gone: dict[str, list[str]] = {}
    for one in changes:
        table, of = _named(one)
        if table not in TABLES:
            continue
        if isinstance(one, Removal):
            gone.setdefault(table, []).append(of)
        else:
            new.setdefault(table, {})[of] = to_row(one.record)
    tables: dict[str, Any] = {table: merged(snapshot, table, rows) for table, rows in new.items()}
    for table, ids in gone.items():
        held = tables.get(table, snapshot.tables[table])
        tables[table] = held.filter(pc.invert(pc.is_in(held.column("id"), pa.array(ids, pa.string()))))
    return snapshot.replace(**tables)


def _hanging(snapshot: Snapshot, changes: Changes) -> Iterator[tuple[str, str]]:
    """What refers to a record that is to go: it would be left with nothing."""
    for one in (change for change in changes if isinstance(change, Removal)):
        for table, declared in TABLES.items():
            for own in declared.fields:
                if own.refers == one.table:
                    held = snapshot.tables[table]
                    ids = held.column("id").filter(pc.equal(held.column(own.key), one.record_id))
                    yield from ((table, of) for of in ids.to_pylist())
