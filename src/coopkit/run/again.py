"""Running a manifest: its inputs and its code out of the archive, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from attrs import field, frozen

from coopkit.archive import Archive
from coopkit.errors import ArchiveError, NotFound, RunError
from coopkit.registry import Modes
from coopkit.run.code import Code
from coopkit.run.manifest import Manifest, Piece, environment

_BOOT = "import sys; sys.path[:0] = sys.argv[1:]; from coopkit.run.child import main; main()"


@frozen
class Outcome:
    """What a run gave: figures by key, the hash of its tidy table, the exported files by exporter, and what failed.

    `exports` has for each exporter its `sha256` and `extension`, or the `problem` it met; `files` their bytes;
    `records` for each figure the ids of the rows it counted, by table; `board` that of an emulation campaign, if any.

    >>> Outcome({}, "", {}, {}, {}, {}).facts
    {}
    """

    facts: Mapping[str, Any]
    table: str
    exports: Mapping[str, Any]
    failed: Mapping[str, str]
    records: Mapping[str, Mapping[str, list[str]]]
    files: Mapping[str, bytes]
    board: Mapping[str, Any] = field(factory=dict)

    def to_bytes(self) -> bytes:
        """All but the files as JSON: what is kept of a sealed run, readable without any plugin."""
        told = {key: value for key, value in attrs.asdict(self).items() if key != "files"}
        return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @staticmethod
    def of_bytes(data: bytes) -> Outcome:
        """What was kept, without the files."""
        return Outcome(**json.loads(data), files={})

    def pieces(self) -> list[Piece]:
        """The exported files, by their names in the archive."""
        exports = ((key, made.get("sha256")) for key, made in self.exports.items())
        return [Piece(f"tệp {key} (file)", at) for key, at in exports if at]

    def counted(self, figure: str) -> frozenset[tuple[str, str]]:
        """The rows that a figure counted, as (table, id)."""
        return frozenset((table, of) for table, ids in self.records.get(figure, {}).items() for of in ids)

    def differences(self, other: Outcome) -> list[str]:
        """Where two outcomes differ: the keys of figures, "table", and "export:KEY"."""
        keys = sorted({*self.facts, *other.facts})
        found = [key for key in keys if self.facts.get(key) != other.facts.get(key)]
        found += ["table"] if self.table != other.table else []
        found += ["board"] if self.board != other.board else []
        exports = sorted({*self.exports, *other.exports})
        return found + [f"export:{key}" for key in exports if self.exports.get(key) != other.exports.get(key)]


def run_sealed(manifest: Manifest, archive: Archive, *, current_code: bool = False) -> Outcome:
    """Run a manifest from the archive alone, with the code that is kept there (or, if asked, that of today).

    Raises `RunError` naming the ingredient that is missing or spoilt, or what the run itself ended with.
    """
    if manifest.plugins and Modes.of_environment().safe:
        names = ", ".join(one.name for one in manifest.plugins)
        raise RunError(f"Chế độ an toàn: không chạy mã của tiện ích {names} (safe mode: no plugin's code is run)")
    with TemporaryDirectory(prefix="coopkit-run-") as folder:
        code, out = Path(folder) / "code", Path(folder) / "out"
        out.mkdir()
        if not current_code:
            for name, files in (("coopkit", manifest.code), *((one.name, one.files) for one in manifest.plugins)):
                _unpack(name, files, archive, code)
        _check(manifest, archive)
        job = {"manifest": json.loads(manifest.to_bytes()), "archive": str(archive.folder), "out": str(out)}
        paths = [] if current_code else [str(code)]
        done = subprocess.run(  # noqa: S603 - our own interpreter, and the code that was sealed
            [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, *paths],
            input=json.dumps(job),
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=dict(os.environ),
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise RunError(f"Chạy lại không thành (the run ended with an error): {last}{_versions(manifest)}")
        told = json.loads(done.stdout)
        return Outcome(**told, files={file.name: file.read_bytes() for file in out.iterdir()})


def _unpack(name: str, files: Code, archive: Archive, folder: Path) -> None:
    for path, at in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            file.write_bytes(archive.get(at))
        except (NotFound, ArchiveError) as error:
            raise RunError(f"Thiếu mã nguồn {name}: {path} (a file of its code is missing): {error}") from error


def _check(manifest: Manifest, archive: Archive) -> None:
    for what, parts in (("bảng (table)", manifest.tables), ("quy định (regulation)", manifest.regulation)):
        for name, at in parts.items():
            try:
                archive.get_table(at) if parts is manifest.tables else archive.get(at)
            except (NotFound, ArchiveError) as error:
                raise RunError(f"Thiếu {what} {name}: {error}") from error


def _versions(manifest: Manifest) -> str:
    """Which libraries are of another version than when it was sealed."""
    now = environment()
    other = [f"{name} {then} → {now.get(name)}" for name, then in manifest.environment.items() if now.get(name) != then]
    return f"; khác phiên bản (other versions): {', '.join(other)}" if other else ""
