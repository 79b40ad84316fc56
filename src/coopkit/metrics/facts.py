"""Facts: a table of the Snapshot with the columns of what it refers to beside its own, as lazy frames of an engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from coopkit.errors import MetricError, NotFound
from coopkit.metrics.dimensions import Columns, references
from coopkit.metrics.engines import Data, Engine, Polars
from coopkit.metrics.parts import in_engine
from coopkit.period import Period
from coopkit.place import Place
from coopkit.regulation import Regulation, shipped_regulation
from coopkit.snapshot import TABLES, Snapshot

COVERED = "@covered."
"""The prefix of what an event has from the places it covers: an event stands once for each."""


@frozen
class Facts:
    """A Snapshot's facts on one engine, with the columns that dimensions and periods put onto its small tables."""

    snapshot: Snapshot
    engine: Engine = field(factory=Polars)
    columns: Columns = field(factory=dict)
    regulation: Regulation = field(factory=shipped_regulation)

    def frame(self, table: str, read: Iterable[str]) -> nw.LazyFrame[Any]:
        """The fact as a lazy frame with at least the columns in `read`; only the references that are read are joined.

        Raises `MetricError` for a table or a column there is not.
        """
        self.check(table)
        wanted = set(read)
        unknown = wanted - self.names(table)
        if unknown:
            raise MetricError(f"Bảng {table!r} không có cột {sorted(unknown)} (the table has no such columns)")
        linked = references(table)
        needed = sorted({one for one in linked if any(name.startswith(f"{one}.") for name in wanted)})
        frame = self._own(table, {"id", *needed} | wanted)
        for reference in needed:
            columns = {name.removeprefix(f"{reference}.") for name in wanted if name.startswith(f"{reference}.")}
            other = self._select(linked[reference], {"id"} | columns)
            joined = self._framed(other, f"{reference}.")
            frame = frame.join(joined, left_on=reference, right_on=in_engine(f"{reference}.id"), how="left")
            if f"{reference}.id" in wanted:
                frame = frame.with_columns(nw.col(reference).alias(in_engine(f"{reference}.id")))
        return self._covered(frame, wanted) if table == "event" else frame

    def _own(self, table: str, wanted: set[str]) -> nw.LazyFrame[Any]:
        """The fact's own rows; a lazy scan stays one."""
        data: Data = self.snapshot.table(table)
        if isinstance(data, pa.Table):
            return self._framed(self._select(table, wanted))
        return self.engine.frame(data).select(*sorted(wanted & set(data.schema.names)))

    def _framed(self, table: pa.Table, prefix: str = "") -> nw.LazyFrame[Any]:
        """A table as the engine's frame, its columns under the names they have there."""
        return self.engine.frame(table.rename_columns([in_engine(f"{prefix}{name}") for name in table.column_names]))

    @staticmethod
    def references(table: str) -> dict[str, str]:
        """The tables a fact's table refers to, by the field that does."""
        return references(table)

    def column(self, table: str, name: str) -> pa.ChunkedArray:
        """One column of a table of the Snapshot, a derived one too."""
        return self._select(table, {name}).column(name)

    def may_leave_64_bits(self, table: str, column: str) -> bool:
        """Whether a sum of the column over the fact's rows might leave 64 bits, by its smallest and largest value."""
        ends = self._bounds(table, column)
        if ends is None:
            return True
        rows = self._rows(table) + (self._rows("event_place") if table == "event" else 0)
        return max(abs(int(end or 0)) for end in ends) * rows > _INT64

    def ever(self, table: str, column: str) -> bool:
        """Whether a flag is set in any row, as far as can be told without reading them all."""
        ends = self._bounds(table, column)
        return ends is None or bool(ends[1])

    def is_filled(self, table: str, column: str) -> bool:
        """Whether the column is one of the fact's own that is filled in every row."""
        return any(own.name == column and not own.nullable for own in TABLES[table].columns)

    def _rows(self, table: str) -> int:
        data: Any = self.snapshot.table(table)
        return int(data.num_rows if isinstance(data, pa.Table) else data.count_rows())

    def _bounds(self, table: str, column: str) -> tuple[Any, Any] | None:
        """The smallest and largest value of a column of the fact, or of what it refers to; None where not known."""
        reference, _, rest = column.partition(".")
        if reference in references(table):
            table, column = references(table)[reference], rest
        data: Any = self.snapshot.table(table)
        if column not in data.schema.names:
            return None
        if isinstance(data, pa.Table):
            ends = pc.min_max(data.column(column)).as_py()
            return ends["min"], ends["max"]
        return _stated_bounds(data, column)

    def names(self, table: str) -> set[str]:
        """The columns a fact of that table has: its own, and those of what it refers to, where these may be read."""
        names, readable = self._own_names(table), set(self.snapshot.tables)
        for reference, to in references(table).items():
            names |= {f"{reference}.{name}" for name in self._own_names(to)} if to in readable else set()
        if table == "event" and "event_place" in readable:
            names |= {f"{COVERED}{name}" for name in self._own_names("event_place")}
        return names

    @staticmethod
    def check(table: str) -> None:
        """Raises `MetricError`, naming the tables there are, for a table there is not."""
        if table not in TABLES:
            raise MetricError(f"Không có bảng {table!r} (no such table): {', '.join(sorted(TABLES))}")

    def _own_names(self, table: str) -> set[str]:
        put = {name for of, name in self.columns if of == table}
        return {*self.snapshot.table(table).schema.names, *DERIVED.get(table, ()), *put}

    def _select(self, table: str, wanted: Iterable[str]) -> Any:
        """The table with those of the columns that it has, put-on and derived ones included."""
        data: Any = self.snapshot.table(table)
        extra = {name: made for name in wanted if (made := self._made(table, name)) is not None}
        keep = sorted(set(wanted) & set(data.schema.names))
        small = data.select(keep) if isinstance(data, pa.Table) else data.to_table(columns=keep)
        for name in sorted(extra):
            small = small.append_column(name, extra[name])
        return small

    def _made(self, table: str, name: str) -> pa.Array | None:
        put = self.columns.get((table, name))
        derive = DERIVED.get(table, {}).get(name)
        return put if put is not None else derive(self.snapshot, self.regulation) if derive else None

    def _covered(self, frame: nw.LazyFrame[Any], wanted: set[str]) -> nw.LazyFrame[Any]:
        columns = {name.removeprefix(COVERED) for name in wanted if name.startswith(COVERED)}
        if not columns:
            return frame
        other = self._select("event_place", {"event"} | columns)
        joined = self._framed(other, COVERED)
        return frame.join(joined, left_on="id", right_on=in_engine(f"{COVERED}event"), how="left").unique(
            ["id", *sorted(in_engine(f"{COVERED}{name}") for name in columns)]
        )


_INT64 = 2**63 - 1


def _stated_bounds(data: Any, column: str) -> tuple[Any, Any] | None:
    """The bounds that the statistics of a Parquet scan state; None where a row group states none."""
    ends: list[Any] = []
    for fragment in data.get_fragments():
        for group in fragment.row_groups:
            stated = group.statistics.get(column)
            if stated is None or stated.get("min") is None:
                return None
            ends += [stated["min"], stated["max"]]
    return (min(ends), max(ends)) if ends else None


def _home(snapshot: Snapshot, _: Regulation) -> pa.Array:
    """Of a place: whether it lies in the province or city that the alliance answers for."""
    places = snapshot.records(Place)
    homes = {place.split("@")[0] for place in snapshot.table("alliance").column("place").to_pylist()}
    above = {place.code: place.parent for place in places}

    def at_home(code: str | None) -> bool:
        while code is not None and code not in homes:
            code = above.get(code)
        return code is not None

    return pa.array([at_home(place.parent) for place in places], pa.bool_())


def _district(snapshot: Snapshot, _: Regulation) -> pa.Array:
    """Of a place an event covers: the code of the district it is, or lay in, on the event's own day."""
    events = snapshot.tables["event"]
    day = dict(zip(events.column("id").to_pylist(), events.column("start").to_pylist(), strict=True))
    covered = snapshot.table("event_place").select(["event", "place"]).to_pylist()

    def district(place: str, on: dt.date | None) -> str | None:
        recorded = snapshot.places.by_id(place)
        when = on or recorded.valid_from
        if "district" not in snapshot.places.levels(when):
            return None
        found = snapshot.atlas.locate(place, when, "district").place
        return found.code if found else None

    return pa.array([district(one["place"], day.get(one["event"])) for one in covered], pa.string())


def _window_end(snapshot: Snapshot, _: Regulation) -> pa.Array:
    """Of yearly figures: the last day of the window they stand for."""
    windows = snapshot.table("year_figures").column("window").to_pylist()
    ends = {window: Period.parse(window).end for window in set(windows)}
    return pa.array([ends[window] for window in windows], pa.date32())


def _size(snapshot: Snapshot, regulation: Regulation) -> pa.Array:
    """Of yearly figures: the size class of the unit by the scheme in force on the window's last day, or "unknown"."""
    units = snapshot.tables["cooperative"]
    sectors = dict(zip(units.column("id").to_pylist(), units.column("sector").to_pylist(), strict=True))
    columns = ["cooperative", "window", "members_official", "revenue", "capital"]
    found = []
    for row in snapshot.table("year_figures").select(columns).to_pylist():
        told = {"members": row["members_official"], "revenue": row["revenue"], "capital": row["capital"]}
        try:
            on = Period.parse(row["window"]).end
            found.append(regulation.size(on, sectors.get(row["cooperative"]), **told).key)
        except NotFound:  # no scheme was in force that day
            found.append("unknown")
    return pa.array(found, pa.string())


DERIVED: Mapping[str, Mapping[str, Callable[[Snapshot, Regulation], pa.Array]]] = {
    "place": {"home": _home},
    "event_place": {"district": _district},
    "year_figures": {"window_end": _window_end, "size": _size},
}
"""Columns a fact has that no record holds, because they follow from other tables."""
