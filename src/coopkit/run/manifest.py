"""`Manifest`: everything a run is made of, each part by the hash of its content in the archive."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any, Final

import attrs
from attrs import Factory, field, frozen

from coopkit.record import canonical_json
from coopkit.run.code import Code

LIBRARIES: Final = (
    *("attrs", "babel", "docxtpl", "jinja2", "lxml", "narwhals", "pluggy", "polars", "pyarrow"),
    *("python-docx", "xlsxwriter"),
)
"""The libraries whose version may show in a figure or in an exported byte."""


@frozen
class Plugin:
    """A plugin as it was: its name, the module that is it, its distribution and version, its files, and the hash of
    how it was set.

    >>> Plugin("vinhbao", "vinhbao", "coopkit-vinhbao", "1.0", {}).module
    'vinhbao'
    """

    name: str
    module: str
    distribution: str
    version: str
    files: Code
    settings: str = ""


@frozen
class Piece:
    """One thing that a run is made of: what it is, its name in the archive, and whether it is a table.

    >>> Piece("bảng place (table)", "ab", table=True).table
    True
    """

    what: str
    at: str
    table: bool = False


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

    def pieces(self) -> Iterator[Piece]:
        """Everything it names in the archive."""
        yield from (Piece(f"bảng {name} (table)", at, table=True) for name, at in self.tables.items())
        yield from (Piece(f"quy định {name} (regulation)", at) for name, at in self.regulation.items())
        for of, files in (("coopkit", self.code), *((one.name, one.files) for one in self.plugins)):
            yield from (Piece(f"mã nguồn {of}: {path} (code)", at) for path, at in files.items())

    @staticmethod
    def of_bytes(data: bytes) -> Manifest:
        """The manifest of that JSON."""
        told = json.loads(data)
        plugins = tuple(Plugin(**one) for one in told.pop("plugins"))
        return Manifest(plugins=plugins, **told)


BOUNDARY: Final = frozenset({"place", "act", "succession", "place_decision"})
"""The tables that are the map and what was decided on it."""

PLUGINS: Final = frozenset({"plugin_switch", "plugin_setting"})
"""The tables that say which plugins were on, and how they were set."""


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
