"""`Archive`: sealed inputs kept by what they are: the same content is one file, and its name proves it."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from coopkit.errors import ArchiveError, NotFound
from coopkit.snapshot import table_hash

if TYPE_CHECKING:
    import pyarrow as pa

_HASH = re.compile(r"[0-9a-f]{64}")


@frozen
class Archive:
    """A folder of files named by the SHA-256 of what they hold; nothing in it is ever changed.

    Bytes are named by their own hash. A table is named by the hash of its content (schema and rows in order of id, no
    metadata), so that a table that did not change between two seals is stored once, whichever pyarrow wrote it.

    >>> import tempfile
    >>> archive = Archive(Path(tempfile.mkdtemp()))
    >>> archive.get(archive.put("Hải Phòng".encode())).decode()
    'Hải Phòng'
    """

    folder: Path

    def put(self, data: bytes) -> str:
        """Keep the bytes; gives their name. Kept bytes are kept once."""
        name = hashlib.sha256(data).hexdigest()
        self._keep(self._path(name, "bin"), data)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of that name. Raises `NotFound`, or `ArchiveError` where the file no longer holds them."""
        data = self._read(name, "bin")
        if hashlib.sha256(data).hexdigest() != name:
            raise _spoilt(self._path(name, "bin"))
        return data

    def put_table(self, table: pa.Table) -> str:
        """Keep a table, as Parquet; gives the name of its content."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        name = table_hash(table)
        path = self._path(name, "parquet")
        if not path.exists():
            out = pa.BufferOutputStream()
            ordered = table.sort_by("id") if "id" in table.column_names and table.num_rows else table
            pq.write_table(ordered, out, compression="zstd")
            self._keep(path, out.getvalue().to_pybytes())
        return name

    def get_table(self, name: str) -> pa.Table:
        """The table of that name, in order of id. Raises `NotFound`, or `ArchiveError` where it no longer is that."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self._path(name, "parquet")
        try:
            table: pa.Table = pq.read_table(pa.BufferReader(self._read(name, "parquet")))
        except (pa.ArrowException, OSError) as error:
            raise _spoilt(path) from error
        if table_hash(table) != name:
            raise _spoilt(path)
        return table

    def holds(self, name: str) -> bool:
        """Whether something of that name is kept."""
        return any(self._path(name, kind).exists() for kind in ("bin", "parquet"))

    def names(self) -> list[str]:
        """The names of all that is kept, in order."""
        return sorted(path.stem for path in self.folder.glob("*/*.*") if _HASH.fullmatch(path.stem))

    def _path(self, name: str, kind: str) -> Path:
        if not _HASH.fullmatch(name):
            raise NotFound(f"{name!r} không phải là tên trong kho lưu (is no name in the archive)")
        return self.folder / name[:2] / f"{name}.{kind}"

    def _read(self, name: str, kind: str) -> bytes:
        path = self._path(name, kind)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise NotFound(
                f"Kho lưu không còn {name[:12]}…: chép lại tệp {path.name} từ bản sao lưu "
                f"(the archive lacks it: bring that file back from a backup)"
            ) from None

    @staticmethod
    def _keep(path: Path, data: bytes) -> None:
        """Whole or not at all: written beside its place, then moved there."""
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)  # noqa: PTH105 - a name from mkstemp
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


def _spoilt(path: Path) -> ArchiveError:
    return ArchiveError(
        f"Tệp {path.name} trong kho lưu đã bị sửa: chép lại từ bản sao lưu "
        "(it was changed: bring it back from a backup)"
    )
