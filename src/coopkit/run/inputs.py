"""The register as it was sealed, out of the archive."""

from __future__ import annotations

import pyarrow as pa

from coopkit.archive import Archive
from coopkit.run.manifest import Manifest
from coopkit.snapshot import TABLES, Snapshot, arrow_schema


def sealed_snapshot(manifest: Manifest, archive: Archive) -> Snapshot:
    """The sealed tables in the shape that this coopkit knows: a column there was not is empty.

    Raises `NotFound` or `ArchiveError` for a table that is missing or spoilt.
    """
    tables = {}
    for name, declared in TABLES.items():
        schema = arrow_schema(declared.columns)
        if name not in manifest.tables:
            tables[name] = schema.empty_table()
            continue
        held = archive.get_table(manifest.tables[name])
        columns = [
            held.column(own.name) if own.name in held.column_names else pa.nulls(held.num_rows, own.type)
            for own in schema
        ]
        tables[name] = pa.Table.from_arrays([pa.chunked_array(one) for one in columns], names=schema.names)
    return Snapshot(manifest.position, tables)
