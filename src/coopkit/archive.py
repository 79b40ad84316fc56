"""`Archive`: sealed inputs kept by what they are: the same content is one file, and its name proves it."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from coopkit.errors import ArchiveError, NotFound
from coopkit.snapshot import table_hash

if TYPE_CHECKING:
    import pyarrow as pa

_HASH = re.compile(r"[0-9a-f]{64}")


class Keeping(Protocol):
    """Whatever takes bytes and tables and gives the name of their content: an `Archive`, or `Names`."""

    def put(self, data: bytes) -> str:
        """The name of the bytes."""

    def put_table(self, table: pa.Table) -> str:
        """The name of the table's content."""


@frozen
class Names:
    """What an archive would name things, without keeping any: to compare with what is kept.

    >>> Names().put(b"")[:8]
    'e3b0c442'
    """

    def put(self, data: bytes) -> str:
        """The name of the bytes."""
        return hashlib.sha256(data).hexdigest()

    def put_table(self, table: pa.Table) -> str:
        """The name of the table's content."""
        return table_hash(table)


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
        """Keep the bytes; gives their name. Kept bytes are kept once; a file that was spoilt is mended."""
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name, "bin")
        if not path.exists() or path.read_bytes() != data:
            self._keep(path, data)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of that name. Raises `NotFound`, or `ArchiveError` where the file no longer holds them."""
        data = self._read(name, "bin")
        if hashlib.sha256(data).hexdigest() != name:
            raise _spoilt(self._path(name, "bin"))
        return data

    def put_table(self, table: pa.Table) -> str:
        """Keep a table, as Parquet; gives the name of its content. A file that was spoilt is mended."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        name = table_hash(table)
        path = self._path(name, "parquet")
        if self.fault(name, table=True):
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

    def fault(self, name: str, *, table: bool = False) -> str:
        """What is wrong with the piece of that name, whether missing or spoilt; empty for one that is sound."""
        try:
            self.get_table(name) if table else self.get(name)
        except (NotFound, ArchiveError) as error:
            return str(error)
        return ""

    def adopt(self, other: Archive) -> None:
        """Keep all that another archive keeps; what was spoilt here is mended."""
        for path in other._pieces():
            if self.fault(path.stem, table=path.suffix == ".parquet"):
                self._keep(self._path(path.stem, path.suffix[1:]), path.read_bytes())

    def borrow(self, other: Archive, names: Iterable[str]) -> None:
        """Copy pieces of another archive as they stand there: what it lacks or has spoilt is told when it is read."""
        for name in names:
            for kind in ("bin", "parquet"):
                path = other._path(name, kind)
                if path.exists():
                    self._keep(self._path(name, kind), path.read_bytes())

    def holds(self, name: str) -> bool:
        """Whether something of that name is kept."""
        return any(self._path(name, kind).exists() for kind in ("bin", "parquet"))

    def names(self) -> list[str]:
        """The names of all that is kept, in order."""
        return sorted(path.stem for path in self._pieces())

    def _pieces(self) -> Iterable[Path]:
        return (path for path in self.folder.glob("*/*.*") if _HASH.fullmatch(path.stem))

    def _path(self, name: str, kind: str) -> Path:
        if not _HASH.fullmatch(name):
            raise NotFound(f"{name!r} không phải là tên trong kho lưu (is no name in the archive)")
        return self.folder / name[:2] / f"{name}.{kind}"

    def _read(self, name: str, kind: str) -> bytes:
        path = self._path(name, kind)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise NotFound(
                    f"Không có thư mục kho lưu {self.folder.name}: chép nó về cạnh tệp sổ "
                    "(the archive folder is missing: bring it along, beside the ledger's file)"
                ) from None
            raise NotFound(
                f"Kho lưu không còn {name[:12]}…: chép lại tệp {path.name} từ bản sao lưu "
                f"(the archive lacks it: bring that file back from a backup)"
            ) from None

    @staticmethod
    def _keep(path: Path, data: bytes) -> None:
        """Whole or not at all: written beside its place, then moved there."""
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
