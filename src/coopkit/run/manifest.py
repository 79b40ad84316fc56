"""`Manifest`: everything a run is made of, each part by the hash of its content in the archive."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeAlias

import attrs
from attrs import Factory, field, frozen

from coopkit.archive import Archive
from coopkit.errors import ArchiveError
from coopkit.record import canonical_json

Code: TypeAlias = Mapping[str, str]
"""The files of a package by their path from its root, each by its name in the archive."""

LIBRARIES: Final = (
    *("attrs", "babel", "docxtpl", "jinja2", "lxml", "narwhals", "pluggy", "polars", "pyarrow"),
    *("python-docx", "xlsxwriter"),
)
"""The libraries whose version may show in a figure or in an exported byte."""


@frozen
class Plugin:
    """A plugin as it was: its name, the module that is it, its distribution and version, and its files.

    >>> Plugin("vinhbao", "vinhbao", "coopkit-vinhbao", "1.0", {}).module
    'vinhbao'
    """

    name: str
    module: str
    distribution: str
    version: str
    files: Code


@frozen
class Manifest:
    """What a run is made of. The same manifest gives the same results, on any day and machine.

    `tables` are the register's at the journal `position`, persons' own data left out, each by the hash of its content
    (those of `BOUNDARY` are the map); `regulation` the packs of laws; `code` coopkit's own; `settings` what was asked:
    period, map, day, title, organisation, exporters, language. `metrics` tells whose each metric is and which version
    of it was in force, `environment` the versions of the libraries: both for the reader, as code and tables decide.

    >>> Manifest(0, {}, {}, {}, (), {"period": "2023"}, {}).settings["period"]
    '2023'
    """

    position: int
    tables: Mapping[str, str]
    regulation: Mapping[str, str]
    code: Code
    plugins: tuple[Plugin, ...]
    settings: Mapping[str, Any]
    environment: Mapping[str, str] = field(default=Factory(dict))
    metrics: Mapping[str, str] = field(default=Factory(dict))

    def to_bytes(self) -> bytes:
        """As canonical JSON, whose hash names it."""
        return canonical_json(attrs.asdict(self)).encode()

    @staticmethod
    def of_bytes(data: bytes) -> Manifest:
        """The manifest of that JSON."""
        told = json.loads(data)
        plugins = tuple(Plugin(**one) for one in told.pop("plugins"))
        return Manifest(plugins=plugins, **told)


BOUNDARY: Final = frozenset({"place", "act", "succession", "place_decision"})
"""The tables that are the map and what was decided on it."""


def code_of(module: ModuleType, archive: Archive) -> Code:
    """The files of a package or of a single module, kept in the archive.

    Raises `ArchiveError` for one that is in no file and so cannot be run again.
    """
    file = getattr(module, "__file__", None)
    if not file or not Path(file).is_file():
        raise ArchiveError(
            f"Mã nguồn của {getattr(module, '__name__', module)!r} không nằm trong tệp nào nên không lưu được "
            "(its source is in no file and cannot be kept)"
        )
    path, inside = Path(file), module.__name__.split(".")
    if path.name != "__init__.py":
        return {"/".join([*inside[:-1], path.name]): archive.put(path.read_bytes())}
    return {
        "/".join([*inside, one.relative_to(path.parent).as_posix()]): archive.put(one.read_bytes())
        for one in _files(path.parent)
    }


def _files(folder: Path) -> Iterator[Path]:
    for one in sorted(folder.rglob("*")):
        if one.is_file() and "__pycache__" not in one.parts:
            yield one


def environment() -> Mapping[str, str]:
    """The versions of Python and of the libraries whose version may show in a result.

    >>> "polars" in environment()
    True
    """
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found
