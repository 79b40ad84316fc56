"""The code that a run needs: a package's own files, and those of the modules that a plugin brings along or imports."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

from coopkit.archive import Keeping
from coopkit.errors import ArchiveError
from coopkit.registry.found import imported, module_files, own_files

Code: TypeAlias = Mapping[str, str]
"""The files of a package by their path from its root, each by its name in the archive."""


def code_of(module: ModuleType, archive: Keeping) -> Code:
    """The files of a package or of a single module, kept in the archive.

    Raises `ArchiveError` for one that is in no file and so cannot be run again.
    """
    file = getattr(module, "__file__", None)
    if not file or not Path(file).is_file():
        raise _nowhere(getattr(module, "__name__", str(module)))
    return _kept(module_files(module.__name__, Path(file)), archive)


def plugin_code(module: str, distribution: str, archive: Keeping) -> Code:
    """The files of a plugin, kept in the archive: its root module's, all that its distribution installs, and those of
    the top-level modules it imports that no other distribution brings.

    Raises `ArchiveError` for one that is in no file and so cannot be run again.
    """
    root = module.partition(".")[0]
    found = _module_files(root)
    if not found:
        raise _nowhere(module or distribution)
    seen, others = {root, "coopkit", *sys.stdlib_module_names}, _others(distribution)
    fresh = {**own_files(module, _distribution(distribution)), **found}
    wanted = _declared(distribution) | imported(fresh.values())
    while wanted := {one for one in wanted if one not in seen and one not in others}:
        found |= fresh
        seen |= wanted
        fresh = {path: file for one in sorted(wanted) for path, file in _module_files(one).items()}
        wanted = imported(fresh.values())
    return _kept({**found, **fresh}, archive)


def _nowhere(name: str) -> ArchiveError:
    return ArchiveError(
        f"Mã nguồn của {name!r} không nằm trong tệp nào nên không lưu được "
        "(its source is in no file and cannot be kept)"
    )


def _kept(files: Mapping[str, Path], archive: Keeping) -> Code:
    return {path: archive.put(file.read_bytes()) for path, file in sorted(files.items())}


def _module_files(name: str) -> dict[str, Path]:
    """The files of a top-level module; none for one that there is not, or that is in no file."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return {}
    if spec is None or not spec.origin or not Path(spec.origin).is_file():
        return {}
    return module_files(name, Path(spec.origin))


def _distribution(name: str) -> metadata.Distribution | None:
    try:
        return metadata.distribution(name) if name else None
    except metadata.PackageNotFoundError:
        return None


def _declared(distribution: str) -> set[str]:
    """The top-level modules that a distribution says it brings: an editable one lists no files of theirs."""
    found = _distribution(distribution)
    return set((found.read_text("top_level.txt") or "").split()) if found else set()


def _others(distribution: str) -> set[str]:
    """The top-level modules that only other distributions bring; their versions are told, their code is not kept."""
    own, at = _plain(distribution), tuple((path, _changed(path)) for path in sys.path)
    return {name for name, by in _brought(at).items() if own not in map(_plain, by)}


@lru_cache(maxsize=1)
def _brought(_at: tuple[tuple[str, int], ...]) -> Mapping[str, list[str]]:
    """What brings each top-level module. It reads every distribution's files, so once until a folder changes."""
    return metadata.packages_distributions()


def _changed(path: str) -> int:
    file = Path(path)
    return file.stat().st_mtime_ns if file.exists() else 0


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
