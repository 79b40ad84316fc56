"""Facts: a table of the Snapshot with the columns of what it refers to beside its own, and the place it belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import narwhals as nw
import pyarrow as pa

from coopkit.errors import MetricError
from coopkit.field import FieldKind
from coopkit.period import Period
from coopkit.place import Place, PlaceIndex
from coopkit.snapshot import TABLES, Snapshot

PLACE = "@place"
"""The dimension column: the code of the place a row is grouped by, null where it has none on that level."""


def to_polars(table: pa.Table) -> Any:
    """An Arrow table as the embedded engine's own lazy frame, without copying what need not be copied."""
    import polars as pl

    return pl.from_arrow(table).lazy()  # type: ignore[union-attr]


def references(table: str) -> dict[str, str]:
    """The tables a table refers to, by the field that does: `participation` → event, cooperative."""
    return {field.key: field.refers for field in TABLES[table].fields if field.kind is FieldKind.REFERENCE}


def own_columns(snapshot: Snapshot, table: str) -> set[str]:
    """The columns a fact of that table has: its own, and one for each column of what it refers to."""
    names = set(snapshot.table(table).column_names)
    for field, to in references(table).items():
        names |= {f"{field}.{column}" for column in snapshot.table(to).column_names}
    return names | set(_DERIVED.get(table, ()))


def fact(snapshot: Snapshot, table: str, read: Iterable[str]) -> nw.LazyFrame[Any]:
    """The fact as a lazy frame with at least the columns in `read`; only the references that are read are joined.

    Raises `MetricError` for a table or a column there is not, naming those there are.
    """
    wanted = set(read)
    if table not in TABLES:
        raise MetricError(f"Không có bảng {table!r} (no such table): {', '.join(sorted(TABLES))}")
    unknown = wanted - own_columns(snapshot, table)
    if unknown:
        raise MetricError(f"Bảng {table!r} không có cột {sorted(unknown)} (the table has no such columns)")
    own = snapshot.table(table)
    for column, derive in _DERIVED.get(table, {}).items():
        if column in wanted:
            own = own.append_column(column, derive(snapshot))
    linked = references(table)
    needed = {field for field in linked if any(name.startswith(f"{field}.") for name in wanted)}
    keep = sorted(({"id"} | wanted | needed) & set(own.column_names))
    frame: nw.LazyFrame[Any] = nw.from_native(to_polars(own.select(keep))).lazy()
    for field in sorted(needed):
        columns = sorted(name.removeprefix(f"{field}.") for name in wanted if name.startswith(f"{field}."))
        other = snapshot.table(linked[field]).select(["id", *(column for column in columns if column != "id")])
        joined = nw.from_native(to_polars(other)).lazy()
        renamed = {column: f"{field}.{column}" for column in other.column_names}
        frame = frame.join(joined.rename(renamed), left_on=field, right_on=f"{field}.id", how="left")
        if f"{field}.id" in wanted:
            frame = frame.with_columns(nw.col(field).alias(f"{field}.id"))
    return frame


def place_column(table: str) -> str | None:
    """The column that says where a row of the fact belongs; None for a table that has no place of its own."""
    own = next((field.key for field in TABLES[table].fields if field.kind is FieldKind.PLACE), None)
    if table == "place":
        return "id"
    return own or ("cooperative.place" if "cooperative" in references(table) else None)


def with_place(frame: nw.LazyFrame[Any], table: str, snapshot: Snapshot, level: str, on: dt.date) -> nw.LazyFrame[Any]:
    """The fact with the dimension `PLACE`: the code, on that level and day, of the place each row belongs to.

    An event belongs to every place it covers, so its row stands once for each.
    """
    column = place_column(table)
    if table == "event":
        covered = snapshot.table("event_place").select(["event", "place"]).rename_columns(["@event", "@covered"])
        frame = frame.join(nw.from_native(to_polars(covered)).lazy(), left_on="id", right_on="@event", how="left")
        column = "@covered"
    if column is None:
        return frame.with_columns(nw.lit(None, dtype=nw.String).alias(PLACE))
    codes = nw.from_native(to_polars(_codes(snapshot, level, on))).lazy()
    frame = frame.join(codes, left_on=column, right_on="@id", how="left")
    return frame.unique(["id", PLACE]) if table == "event" else frame


def _codes(snapshot: Snapshot, level: str, on: dt.date) -> pa.Table:
    places = snapshot.records(Place)
    index = PlaceIndex(places)
    index.level(on, level)  # raises, naming the levels of that day, when the map has no such level
    found = [(place.id, index.parent(place, on, level)) for place in places]
    codes = [None if above is None else above.code for _, above in found]
    return pa.table({"@id": [place for place, _ in found], PLACE: pa.array(codes, pa.string())})


def _home(snapshot: Snapshot) -> pa.Array:
    """Of a place: whether it lies in the province or city that the alliance answers for."""
    places = snapshot.records(Place)
    homes = {place.split("@")[0] for place in snapshot.table("alliance").column("place").to_pylist()}
    above = {place.code: place.parent for place in places}

    def at_home(code: str | None) -> bool:
        while code is not None and code not in homes:
            code = above.get(code)
        return code is not None

    return pa.array([at_home(place.parent) for place in places], pa.bool_())


def _district(snapshot: Snapshot) -> pa.Array:
    """Of a place an event covers: the code of the district it is, or lies in, on the last day it was in force."""
    index = PlaceIndex(snapshot.records(Place))

    def district(covered: str) -> str | None:
        place = index.by_id(covered)
        above = index.parent(place, place.valid_to or place.valid_from, "district")
        return above.code if above else None

    return pa.array(
        [district(covered) for covered in snapshot.table("event_place").column("place").to_pylist()], pa.string()
    )


def _window_end(snapshot: Snapshot) -> pa.Array:
    """Of yearly figures: the last day of the window they stand for."""
    windows = snapshot.table("year_figures").column("window").to_pylist()
    ends = {window: Period.parse(window).end for window in set(windows)}
    return pa.array([ends[window] for window in windows], pa.date32())


_DERIVED = {
    "place": {"home": _home},
    "event_place": {"district": _district},
    "year_figures": {"window_end": _window_end},
}
"""Columns a fact has that no record holds, because they follow from other tables."""
