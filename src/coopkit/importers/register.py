"""`Register`: what the ledger already holds, as an importer asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from attrs import evolve, frozen

from coopkit.event import Event, EventKind
from coopkit.place import Atlas, shipped_atlas
from coopkit.record import from_row, record_type
from coopkit.snapshot import Snapshot

R = TypeVar("R")


@frozen(eq=False, slots=False)
class Register:
    """The ledger's records, looked up by what names them. Each lookup is made when first asked for.

    >>> Register.of(Snapshot.of([])).atlas.index.get("31", __import__("datetime").date(2023, 1, 1)).name
    'Hải Phòng'
    """

    snapshot: Snapshot

    @staticmethod
    def of(snapshot: Snapshot) -> Register:
        """The lookups of one Snapshot."""
        return Register(snapshot)

    @cached_property
    def atlas(self) -> Atlas:
        """The Snapshot's maps; those that coopkit ships where it has none."""
        return self.snapshot.atlas if self.snapshot.tables["place"].num_rows else shipped_atlas()

    @property
    def kinds(self) -> Mapping[str, EventKind]:
        """The event kinds whose declarations the ledger holds."""
        return self.snapshot.kinds

    @cached_property
    def province(self) -> str | None:
        """The code of the province or city that the alliance answers for, where the ledger knows it."""
        placed = self.snapshot.table("alliance").column("place").to_pylist()
        return str(placed[0]).split("@")[0] if placed else None

    def cooperatives(self) -> Iterator[tuple[str, str, str | None, str | None]]:
        """Every cooperative: id, name, tax code, place."""
        return self._columns("cooperative", "id", "name", "tax_code", "place")

    def events(self) -> Iterator[tuple[str, str, str]]:
        """Every event: id, code, name."""
        return self._columns("event", "id", "code", "name")

    def groups(self) -> Iterator[tuple[str, str, str]]:
        """Every group: id, kind, name."""
        return self._columns("group", "id", "kind", "name")

    def _columns(self, table: str, *names: str) -> Iterator[Any]:
        held = self.snapshot.tables[table]
        return zip(*(held.column(name).to_pylist() for name in names), strict=True)

    def records(self, cls: type[R], ids: Collection[str]) -> dict[str, R]:
        """Those records of a type that are held under one of these ids, by id."""
        table = self.snapshot.tables[record_type(cls).table]
        if not table.num_rows or not ids:
            return {}
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = table.filter(pc.is_in(table.column("id"), pa.array(list(ids), pa.string())))
        return {row["id"]: from_row(cls, row) for row in wanted.to_pylist()}


def filled(one: Any, base: Any) -> Any:
    """The record, with what it leaves empty taken from another version of it."""
    empty: dict[str, Any] = {}
    for field in record_type(type(one)).fields:
        mine, other = getattr(one, field.key), getattr(base, field.key)
        if mine is None and other is not None:
            empty[field.key] = other
    if isinstance(one, Event) and one.kind == base.kind and base.details:
        empty["details"] = {**base.details, **one.details}
    return evolve(one, **empty) if empty else one
