"""Backups: the whole ledger with its archive in one file that proves itself, and a ledger made of it again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from attrs import asdict, frozen

from coopkit.access import Action, Actor, can
from coopkit.errors import BadText, LedgerError
from coopkit.registry import Registry
from coopkit.untrusted import Caps, parts
from coopkit.workspace.runs import archive_beside
from coopkit.workspace.sealing import Sealing
from coopkit.workspace.workspace import Desk, Workspace

FORMAT: Final = 1
LEDGER: Final = "so.db"
MANIFEST: Final = "manifest.json"
_PIECE: Final = re.compile(r"archive/([0-9a-f]{2})/\1[0-9a-f]{62}\.(bin|parquet)")
_AT_ONCE: Final = 1 << 20
_LARGEST_MANIFEST: Final = 64 << 20
_MOST: Final = 2_000_000
"""So many pieces no archive has."""

_DENSEST: Final = 2_000
"""No honest part is denser: deflate makes a thousand bytes one at most, as of a ledger's empty pages."""

_NO_BACKUP: Final = (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, zlib.error, RuntimeError)


@frozen
class Backup:
    """What a backup says of itself: when it was made, at which batch, and the SHA-256 of each file in it.

    >>> Backup("2024-12-31T17:00:00+00:00", 7, {"so.db": "ab"}).position
    7
    """

    time: str
    position: int
    files: Mapping[str, str]
    format: int = FORMAT

    @property
    def pieces(self) -> int:
        """How many sealed pieces it holds."""
        return len(self.files) - 1


def back_up(desk: Desk, file: Path) -> Backup:
    """Write the ledger, as it stands between two batches, and its archive into one new file; staff may go on working.

    It holds everybody's personal data, those too who are erased later: keep it as safe as the ledger, and no longer
    than needed (Law 91/2025/QH15). Raises `LedgerError` where the file is there already, `AccessDenied`.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     made = back_up(workspace.as_(Actor.office("an")), Path(folder.name) / "sao-luu.zip")
    >>> restore(Path(folder.name) / "sao-luu.zip", Path(folder.name) / "lai.db") == made
    True
    """
    can(desk.actor, Action.BACKUP).require()
    if file.exists():
        raise LedgerError(f"Đã có tệp {file.name}: chọn tên khác (the file is there already: choose another name)")
    ledger, now = desk.workspace.ledger, desk.workspace.clock()
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as beside:
        copy, packed = Path(beside) / LEDGER, Path(beside) / "packed"
        position = ledger.copy(copy)
        # What the ledger's copy speaks of was in the archive before: nothing leaves it, and its pieces never change.
        pieces = sorted(path for path in archive_beside(ledger.file).folder.glob("*/*") if path.is_file())
        within = {LEDGER: copy, **{f"archive/{path.parent.name}/{path.name}": path for path in pieces}}
        parts = {name: path for name, path in within.items() if name == LEDGER or _PIECE.fullmatch(name)}
        with zipfile.ZipFile(packed, "x", zipfile.ZIP_DEFLATED) as out:
            for name, path in parts.items():
                out.write(path, name)
            made = Backup(now.isoformat(), position, {name: _digest(path.open("rb")) for name, path in parts.items()})
            out.writestr(MANIFEST, json.dumps(asdict(made), indent=1))
        _settle(packed, file)
    return made


def restore(file: Path, ledger: Path) -> Backup:
    """Make a ledger of a backup, at a path where none is, and check all of it before it stands there.

    Raises `LedgerError` where a ledger is there already, and for a file that is no backup, is damaged, or holds a
    ledger whose journal or seals do not verify; then nothing is left behind.
    """
    archive = archive_beside(ledger).folder
    if taken := next((path for path in (ledger, archive, Path(f"{ledger}-wal")) if path.exists()), None):
        raise LedgerError(
            f"Ở đây đã có {taken.name}: khôi phục vào chỗ khác, hoặc chuyển nó đi trước "
            f"(it is there already: restore elsewhere, or move it away first)"
        )
    with tempfile.TemporaryDirectory(prefix=f".{ledger.name}.", dir=ledger.absolute().parent) as beside:
        fresh, free = Path(beside) / LEDGER, shutil.disk_usage(beside).free
        try:
            with file.open("rb") as source:
                parts(source, Caps(entries=_MOST, unpacked=free, ratio=_DENSEST, xml=False))
            with zipfile.ZipFile(file) as packed:
                made = _unpack(packed, fresh)
        except BadText as error:
            raise _spoilt(file, error.what[0]) from error
        except _NO_BACKUP as error:
            raise _spoilt(file, type(error).__name__) from error
        _check(fresh, file)
        held = archive_beside(fresh).folder
        if held.is_dir():
            held.rename(archive)
        _settle(fresh, ledger)
    return made


def read_backup(file: Path) -> Backup:
    """What a backup says of itself; only `restore` checks all of it. Raises `LedgerError` for a file that is none."""
    try:
        with zipfile.ZipFile(file) as packed:
            return _manifest(packed)
    except _NO_BACKUP as error:
        raise _spoilt(file, type(error).__name__) from error


def _manifest(packed: zipfile.ZipFile) -> Backup:
    if packed.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
        raise ValueError(MANIFEST)
    told: Mapping[str, Any] = json.loads(packed.read(MANIFEST))
    if told["format"] != FORMAT:
        raise ValueError(f"format {told['format']}")
    made = Backup(**told)
    if not isinstance(made.files, dict):
        raise TypeError("files")
    return made


def _unpack(packed: zipfile.ZipFile, fresh: Path) -> Backup:
    """The files of a backup, each checked against the manifest. Raises `ValueError` for one that is otherwise."""
    made = _manifest(packed)
    if set(packed.namelist()) != {*made.files, MANIFEST} or LEDGER not in made.files:
        raise ValueError("namelist")
    for name, digest in made.files.items():
        if name != LEDGER and not _PIECE.fullmatch(name):
            raise ValueError(name)
        path = fresh if name == LEDGER else archive_beside(fresh).folder / name.removeprefix("archive/")
        path.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(name) as source, path.open("xb") as target:
            if _digest(source, target) != digest:
                raise ValueError(name)
    return made


def _check(fresh: Path, file: Path) -> None:
    """Ask the restored ledger whether its journal and its seals verify."""
    try:
        with Workspace.open(f"sqlite:///{fresh}", registry=Registry.load()) as workspace:
            workspace.ledger.logins.end_all()  # who was signed in then signs in anew
            desk = workspace.as_(Actor.office("coopkit"))
            faults = [fault.what for fault in desk.verify()] + [gap.what for gap in Sealing(desk).faults()]
    except Exception as error:  # a database that somebody built may fail anywhere
        raise _spoilt(file, type(error).__name__) from error
    if faults:
        raise _spoilt(file, faults[0])


def _digest(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """The SHA-256 of what is read; written on to the target, and lasting there, where there is one."""
    sum_ = hashlib.sha256()
    with source:
        while some := source.read(_AT_ONCE):
            sum_.update(some)
            if target:
                target.write(some)
    if target:
        target.flush()
        os.fsync(target.fileno())
    return sum_.hexdigest()


def _settle(made: Path, file: Path) -> None:
    """Put a finished file where it belongs, for its owner alone, so that a power cut leaves the whole or nothing."""
    made.chmod(0o600)
    with made.open("rb") as finished:
        os.fsync(finished.fileno())
    made.rename(file)


def _spoilt(file: Path, what: str) -> LedgerError:
    return LedgerError(
        f"{file.name} không phải là bản sao lưu nguyên vẹn ({what}): lấy bản khác "
        f"(it is no sound backup: take another one)"
    )


def file_name(ledger: Path, now: dt.datetime) -> str:
    """What a backup of a ledger is called.

    >>> file_name(Path("so.db"), dt.datetime(2024, 12, 31, 17, 5))
    'so-20241231-1705.zip'
    """
    return f"{ledger.stem}-{now:%Y%m%d-%H%M}.zip"
