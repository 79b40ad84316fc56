"""Dimensions: what figures are grouped by. Each is a column put onto the small tables before they are joined, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pyarrow as pa
from attrs import field, frozen

from coopkit.errors import MetricError
from coopkit.field import FieldKind
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, sort_key

Columns: TypeAlias = "dict[tuple[str, str], pa.Array]"
"""Columns that no record holds, by (table, name): one value for each row of that table, in its order."""

PLACE: Final = "@place"
"""The code of the place a row belongs to, at the level asked for."""

ADDRESS: Final = "@address"
"""Whether a row came to its place by the record's own address, the old place having been split."""


def references(table: str) -> dict[str, str]:
    """The tables a table refers to, by the field that does: `participation` → event, cooperative."""
    return {own.key: own.refers for own in TABLES[table].fields if own.kind is FieldKind.REFERENCE}


def place_holder(table: str) -> tuple[str, str, str] | None:
    """Where a fact of that table keeps its place: the prefix of its columns, the table and the field that hold it."""
    own = next((one.key for one in TABLES[table].fields if one.kind is FieldKind.PLACE), None)
    if table == "place":
        return "", "place", "id"
    if own:
        return "", table, own
    if table == "event":
        return "@covered.", "event_place", "place"
    return ("cooperative.", "cooperative", "place") if "cooperative" in references(table) else None


@frozen
class Dimension:
    """What a figure may be grouped by: the name asked for, the column of a fact that holds it, if it has one, and what
    its values are called.
    """

    key: str
    label: Label
    column: Callable[[str], str | None]
    names: Callable[[Snapshot, dt.date], Mapping[str, Label]]
    make: Callable[[Snapshot, dt.date], Columns] = field(default=lambda _snapshot, _on: {})
    dated: bool = False


def _of(owner: str, column: str) -> Callable[[str], str | None]:
    """Where a fact holds a column of `owner`: its own, or that of what it refers to."""

    def found(table: str) -> str | None:
        if table == owner:
            return column
        return f"{owner}.{column}" if owner in references(table) else None

    return found


def _unit(table: str) -> str | None:
    """Where a fact says whose it is."""
    if table == "cooperative":
        return "id"
    return "cooperative" if references(table).get("cooperative") == "cooperative" else None


def _units(snapshot: Snapshot, _: dt.date) -> Mapping[str, Label]:
    return _named(snapshot.table("cooperative"))


def _named(table: pa.Table) -> Mapping[str, Label]:
    """The names of records by their ids, in the order of the alphabet: that of the rows is nobody's."""
    rows = sorted(table.to_pylist(), key=lambda row: (sort_key(row["name"]), row["id"]))
    return {row["id"]: Label(row["name"], row["name"]) for row in rows}


def _blocks(snapshot: Snapshot, on: dt.date) -> Columns:
    """The emulation block each cooperative is in on that day; the first by id where it is in several."""
    blocks = {row["id"] for row in snapshot.table("group").to_pylist() if row["kind"] == "block"}
    held: dict[str, str] = {}
    for row in sorted(snapshot.table("group_membership").to_pylist(), key=lambda row: str(row["id"]), reverse=True):
        began = row["joined"] is None or row["joined"] <= on
        if row["group"] in blocks and began and (row["left"] is None or row["left"] > on):
            held[row["cooperative"]] = row["group"]
    ids = snapshot.table("cooperative").column("id").to_pylist()
    return {("cooperative", "@block"): pa.array([held.get(one) for one in ids], pa.string())}


def _options(field_: str) -> Callable[[Snapshot, dt.date], Mapping[str, Label]]:
    """The labels of a choice of the cooperative."""
    own = TABLES["cooperative"].field(field_)
    return lambda _snapshot, _on: {option.value: option.label for option in own.options}


def _kinds(snapshot: Snapshot, _: dt.date) -> Mapping[str, Label]:
    kinds = sorted(snapshot.kinds.items(), key=lambda item: (sort_key(item[1].label.vi), item[0]))
    return {key: kind.label for key, kind in kinds}


def _groups(snapshot: Snapshot, _: dt.date) -> Mapping[str, Label]:
    return _named(snapshot.table("group"))


def _titles(snapshot: Snapshot, on: dt.date) -> Mapping[str, Label]:
    return {place.code: Label(place.title, place.title) for place in snapshot.places.at(on)}


DIMENSIONS: Mapping[str, Dimension] = {
    one.key: one
    for one in (
        Dimension("sector", Label("Ngành", "Sector"), _of("cooperative", "sector"), _options("sector")),
        Dimension("unit_kind", Label("Loại hình", "Kind of unit"), _of("cooperative", "kind"), _options("kind")),
        Dimension("unit", Label("Đơn vị", "Unit"), _unit, _units),
        Dimension("kind", Label("Loại hoạt động", "Kind of activity"), _of("event", "kind"), _kinds),
        Dimension(
            "block",
            Label("Khối thi đua", "Emulation block"),
            _of("cooperative", "@block"),
            _groups,
            _blocks,
            dated=True,
        ),
    )
}
"""The dimensions besides places, by name."""


def place_dimension(level: str) -> Dimension:
    """The place of a level: the code, on the map of the day, of the place each row belongs to."""

    def column(table: str) -> str | None:
        holder = place_holder(table)
        return f"{holder[0]}{PLACE}" if holder else None

    def make(snapshot: Snapshot, on: dt.date) -> Columns:
        return place_columns(snapshot, level, on)

    return Dimension(f"place:{level}", Label("Địa bàn", "Place"), column, _titles, make, dated=True)


def dimensions(by: str | Sequence[str]) -> tuple[Dimension, ...]:
    """The dimensions asked for. Raises `MetricError` for one there is not, naming those there are."""
    asked = [by] if isinstance(by, str) else list(by)
    found = []
    for key in (one for one in asked if one):
        kind, _, level = key.partition(":")
        if kind == "place" and level:
            found.append(place_dimension(level))
        elif key in DIMENSIONS:
            found.append(DIMENSIONS[key])
        else:
            known = ", ".join(["place:district", "place:commune", *DIMENSIONS])
            raise MetricError(f"Không nhóm được theo {key!r} (cannot group by that): {known}")
    if len({one.key.partition(":")[0] for one in found}) < len(found):
        raise MetricError("Mỗi cách nhóm chỉ dùng một lần (group by a place, or a dimension, once)")
    return tuple(found)


def place_columns(snapshot: Snapshot, level: str, on: dt.date) -> Columns:
    """For every table that holds a place: the code at that level on that day's map, null where nobody can say.

    A place of another day is followed through the acts to that day; where it was split, what was decided of the record
    is used, and marked in the column `@address` (there only where something was decided).

    Raises `NotFound`, naming the levels of that day, when the map has no such level.
    """
    snapshot.places.level(on, level)
    made: Columns = {}
    for table, column in place_fields():
        held = snapshot.table(table).column(column).combine_chunks()
        encoded = (held.chunk(0) if isinstance(held, pa.ChunkedArray) else held).dictionary_encode()
        codes = pa.array([_code(snapshot, one, level, on) for one in encoded.dictionary.to_pylist()], pa.string())
        made[table, PLACE] = codes.take(encoded.indices)
        made |= _by_address(snapshot, table, column, made[table, PLACE], level, on)
    return made


def place_fields() -> list[tuple[str, str]]:
    """The tables of facts that hold a place, each with the field that does; a place is its own."""
    aside = {"succession", "place_decision"}
    fields = [(table, own.key) for table in TABLES for own in TABLES[table].fields if own.kind is FieldKind.PLACE]
    return [("place", "id"), *(one for one in fields if one[0] not in aside)]


def _code(snapshot: Snapshot, recorded: str | None, level: str, on: dt.date) -> str | None:
    place = snapshot.atlas.locate(recorded, on, level).place if recorded else None
    return place.code if place else None


def _by_address(snapshot: Snapshot, table: str, column: str, codes: pa.Array, level: str, on: dt.date) -> Columns:
    """The same codes with those that somebody decided by the record's address, and the column that tells which."""
    decided = {of: told for (of_table, of), told in snapshot.decided.items() if of_table == table}
    if not decided:
        return {}
    found, marked = codes.to_pylist(), [False] * len(codes)
    rows = snapshot.table(table).select(["id", column]).to_pylist()
    for at, row in enumerate(rows):
        if row["id"] in decided and found[at] is None and row[column]:
            place = snapshot.atlas.locate(row[column], on, level, decided[row["id"]]).place
            found[at], marked[at] = (place.code if place else None), place is not None
    return {(table, PLACE): pa.array(found, pa.string()), (table, ADDRESS): pa.array(marked, pa.bool_())}


def same_columns(dims: Iterable[Dimension], snapshot: Snapshot, on: dt.date) -> Any:
    """What tells whether two days have the same columns: the same map and, where groups change by the day, that day."""
    begins = snapshot.table("place").column("valid_from").to_pylist()
    ends = snapshot.table("place").column("valid_to").to_pylist()
    map_of_day = sum(day <= on for day in begins), sum(day is not None and day < on for day in ends)
    return map_of_day, on if any(one.dated and not one.key.startswith("place:") for one in dims) else None
