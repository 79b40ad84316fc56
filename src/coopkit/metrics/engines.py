"""Where a metric's expressions run: Polars, DuckDB or Spark, by name. A metric cannot tell which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

import narwhals as nw
import pyarrow as pa

from coopkit.errors import MetricError

if TYPE_CHECKING:
    import pyarrow.dataset as ds

Data: TypeAlias = "pa.Table | ds.Dataset"
"""A table in memory, or a lazy scan of Parquet files."""


class Engine(Protocol):
    """Reads Arrow tables and Parquet scans as lazy narwhals frames, and collects what a pass found as plain rows."""

    name: ClassVar[str]

    def frame(self, data: Data) -> nw.LazyFrame[Any]:
        """The data as this engine's own lazy frame."""
        ...

    def collect(self, frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
        """The rows of a small result."""
        ...

    def collect_table(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """The rows of a result, as an Arrow table."""
        ...


class Polars:
    """The embedded engine."""

    name: ClassVar[str] = "polars"

    def frame(self, data: Data) -> nw.LazyFrame[Any]:
        """Arrow's memory is shared, not copied; Parquet is scanned as a stream."""
        import polars as pl

        if isinstance(data, pa.Table):
            return nw.from_native(pl.from_arrow(data).lazy()).lazy()  # type: ignore[union-attr]
        return nw.from_native(pl.scan_parquet(_files(data)))

    def collect(self, frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
        """Collected in streaming mode, so that a scan of many rows never stands in memory whole."""
        rows: list[dict[str, Any]] = frame.to_native().collect(engine="streaming").to_dicts()
        return rows

    def collect_table(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """The rows as Arrow, texts as plain strings."""
        return _plain(frame.collect(backend="pyarrow").to_native())


class DuckDB:
    """SQL in the same process, through narwhals; for data that is larger than memory."""

    name: ClassVar[str] = "duckdb"

    def __init__(self) -> None:
        import duckdb

        self._connection = duckdb.connect()

    def frame(self, data: Data) -> nw.LazyFrame[Any]:
        """Arrow is read in place; Parquet is scanned."""
        if isinstance(data, pa.Table):
            return nw.from_native(self._connection.from_arrow(data))
        return nw.from_native(self._connection.read_parquet(_files(data)))

    def collect(self, frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
        """Fetched as Python values, whose integers never overflow."""
        relation = frame.to_native()
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def collect_table(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """The rows as Arrow."""
        return _plain(frame.collect(backend="pyarrow").to_native())


class Spark:
    """The user's own Spark, any master: the session given, or the active one of `SparkSession.builder`."""

    name: ClassVar[str] = "spark"

    def __init__(self, session: Any = None) -> None:
        if session is None:
            from pyspark.sql import SparkSession

            session = SparkSession.builder.getOrCreate()
        self._session = session

    def frame(self, data: Data) -> nw.LazyFrame[Any]:
        """Small tables travel as Arrow, Parquet is read where it lies."""
        if isinstance(data, pa.Table):
            small: nw.LazyFrame[Any] = nw.from_native(self._session.createDataFrame(data.combine_chunks()))
            return small
        scan: nw.LazyFrame[Any] = nw.from_native(self._session.read.parquet(*_files(data)))
        return scan

    def collect(self, frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
        """Collected to the driver."""
        return [row.asDict() for row in frame.to_native().collect()]

    def collect_table(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """The rows as Arrow."""
        return _plain(frame.collect(backend="pyarrow").to_native())


_KNOWN: Mapping[str, type[Polars | DuckDB | Spark]] = {"polars": Polars, "duckdb": DuckDB, "spark": Spark}
_PACKAGES: Mapping[str, str] = {"spark": "pyspark"}


def engine_of(asked: str | Engine) -> Engine:
    """The engine of that name; one made by the caller is taken as it is.

    Raises `MetricError` for a name that is none, or for one whose package is not installed.

    >>> engine_of("polars").name
    'polars'
    """
    if not isinstance(asked, str):
        return asked
    if asked not in _KNOWN:
        raise MetricError(f"Không có bộ máy {asked!r} (no such engine): {', '.join(_KNOWN)}")
    try:
        return _KNOWN[asked]()
    except ImportError as error:
        package = _PACKAGES.get(asked, asked)
        raise MetricError(f"Bộ máy {asked!r} cần gói {package}: pip install {package} (needs that package)") from error


def _files(data: Any) -> list[str]:
    return [str(file) for file in data.files]


def _plain(table: pa.Table) -> pa.Table:
    """Engines give texts as large or viewed strings; coopkit's tables hold plain ones."""
    fields = [
        pa.field(
            own.name, pa.string() if pa.types.is_large_string(own.type) or str(own.type) == "string_view" else own.type
        )
        for own in table.schema
    ]
    return table.cast(pa.schema(fields))
