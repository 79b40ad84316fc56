"""SQL rows → Arrow. It reads through the driver's own cursor: a row object per record would cost more than the read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from coopkit.field import Storage
from coopkit.record import RecordType
from coopkit.snapshot import arrow_schema

_ROWS = 65_536


def read_table(connection: sa.Connection, table: sa.Table, declared: RecordType) -> pa.Table:
    """The current rows of one record type as an Arrow table with that type's schema."""
    schema = arrow_schema(declared.columns)
    query = sa.select(*(table.c[column.name] for column in declared.columns))
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(query.compile(dialect=connection.dialect)))
        batches = []
        while rows := cursor.fetchmany(_ROWS):
            columns = zip(zip(*rows, strict=True), declared.columns, strict=True)
            arrays = [_array(cells, column.storage) for cells, column in columns]
            batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    finally:
        cursor.close()
    return pa.Table.from_batches(batches, schema=schema)


def _array(cells: Sequence[Any], storage: Storage) -> pa.Array:
    """One column of cells. SQLite keeps dates as ISO text and flags as 0 and 1; Arrow casts them in bulk."""
    if storage is Storage.DATE:
        return pc.cast(pa.array(cells, pa.string()), pa.date32())
    if storage is Storage.FLAG:
        return pc.cast(pa.array(cells, pa.int8()), pa.bool_())
    return pa.array(cells, pa.int64() if storage is Storage.INT else pa.string())
