"""The files of a new plugin's project, rendered from the templates beside this module."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from coopkit.errors import CoopkitError, NotFound, PluginError
from coopkit.exporters.workbook import write_workbook
from coopkit.period import parse_date
from coopkit.place import Place, shipped, shipped_atlas
from coopkit.registry.found import coopkit_version
from coopkit.registry.manifest import API, PROVIDES
from coopkit.scope import Owner
from coopkit.sheet import register_sheets
from coopkit.snapshot import Snapshot
from coopkit.text import fold

if TYPE_CHECKING:
    from jinja2 import Environment

_ID: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SAMPLE: Final = dt.date(2025, 1, 1)
"""The day written into the sample workbook: the same project is the same bytes on any day."""

KEYS: Final[Mapping[str, str]] = {
    "metrics": "luot_hoi_cho",
    "exporters": "bang_so_lieu",
    "event_kinds": "tham_quan",
    "criteria": "diem_thuong",
    "importers": "danh_sach",
    "checks": "ngay_hoat_dong",
    "pages": "so_lieu",
}
"""The key of the one item that each kind begins with."""

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "metrics": ("participation", "event", "cooperative"),
    "checks": ("event",),
    "pages": ("event",),
}
"""The tables that each kind's item reads."""


TYPES: Final[Mapping[str, str]] = {
    "metrics": "Metric",
    "exporters": "Exporter",
    "event_kinds": "EventKind",
    "criteria": "CriteriaSet",
    "importers": "Importer",
    "checks": "RecordCheck",
    "pages": "Page",
}
"""What each hook gives a list of."""


@frozen
class Wanted:
    """What a new plugin is to be: its id, its place with a day of its map (none: the whole city), and what it provides.

    >>> Wanted("tienlang", None, ("metrics",)).module
    'coopkit_tienlang'
    """

    name: str
    owner: Owner | None
    provides: tuple[str, ...]
    title: str = ""

    @property
    def module(self) -> str:
        """Its package."""
        return f"coopkit_{self.name}"

    @property
    def distribution(self) -> str:
        """Its distribution, and its folder."""
        return f"coopkit-{self.name.replace('_', '-')}"


def owner_of(told: str, today: dt.date) -> tuple[Owner, Place]:
    """The place that "315", "315@2023-12-31" or "315@31/12/2023" means, on today's map unless a day is told.

    Raises `NotFound` for a code that the day's map does not have, naming a day on which one does; `BadText` for no day.

    >>> owner_of("315@2023-12-31", dt.date(2026, 1, 1))[1].title
    'Huyện Tiên Lãng'
    """
    code, at, day = told.strip().partition("@")
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", day)
    on = parse_date("/".join(reversed(iso.groups())) if iso else day) if at else today
    atlas = shipped_atlas()
    found = atlas.index.get(code, on)
    if found is None:
        versions = atlas.index.versions(code)
        last = versions[-1].valid_to if versions else None
        hint = f"; trên bản đồ cũ: {code}@{last:%Y-%m-%d} (on an older map)" if last else ""
        raise NotFound(f"Không có địa bàn mã {code!r} ngày {on:%d/%m/%Y} (no such place on that day){hint}")
    return Owner(code, on), found


def write_project(wanted: Wanted, into: Path) -> list[Path]:
    """Write the project into a new folder of `into`; gives its files.

    Raises `PluginError` for a name that cannot be an id, for what no plugin can provide, and where the folder is there.
    """
    if not _ID.fullmatch(wanted.name) or wanted.name == "coopkit":
        raise PluginError(f"tên {wanted.name!r}: chỉ a–z, 0–9 và _, bắt đầu bằng chữ (a–z, 0–9 and _, a letter first)")
    if unknown := [one for one in wanted.provides if one not in PROVIDES]:
        raise PluginError(f"không có {unknown} (there is no such): {', '.join(PROVIDES)}")
    folder = into / wanted.distribution
    if folder.exists():
        raise CoopkitError(f"{folder} đã có: chọn tên hay thư mục khác (is there already: choose another)")
    written = []
    for path, data in project_files(wanted).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        written.append(file)
    return written


def project_files(wanted: Wanted) -> dict[str, bytes]:
    """The project's files by path: the same wish gives the same bytes."""
    told = dict(_rendered(wanted))
    return {**{path: text.encode() for path, text in told.items()}, "data/mau.xlsx": _sample()}


def _rendered(wanted: Wanted) -> Iterator[tuple[str, str]]:
    words, engine = _words(wanted), _engine()
    package = f"src/{wanted.module}"
    yield from ((path, engine.get_template(f"{source}.j2").render(words)) for path, source in _FIXED.items())
    yield f"{package}/__init__.py", engine.get_template("init.py.j2").render(words)
    yield f"{package}/py.typed", ""
    yield f"{package}/coopkit_plugin.toml", engine.get_template("coopkit_plugin.toml.j2").render(words)
    for kind in words["provides"]:
        yield f"{package}/{kind}.py", engine.get_template(f"{kind}.py.j2").render(words)
    if "importers" in words["provides"]:
        yield f"samples/{words['keys']['importers']}.csv", engine.get_template("sample.csv.j2").render(words)
    yield f"tests/test_{wanted.name}.py", engine.get_template("test.py.j2").render(words)


_FIXED: Final = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    ".github/workflows/test.yml": "test.yml",
    ".gitignore": "gitignore",
}


def _words(wanted: Wanted) -> dict[str, Any]:
    provides = [kind for kind in PROVIDES if kind in wanted.provides]
    owner = wanted.owner
    place = shipped_atlas().index.get(owner.place, owner.on) if owner and owner.on else None
    title = wanted.title or (place.title if place else wanted.name)
    return {
        "id": wanted.name,
        "module": wanted.module,
        "distribution": wanted.distribution,
        "title": title,
        "place": place.title if place else "Thành phố Hải Phòng",
        "ascii": fold(title).title(),
        "owner": owner,
        "provides": provides,
        "types": TYPES,
        "imported": sorted([TYPES[kind] for kind in provides] + ["Settings"] * ("criteria" in provides)),
        "keys": {kind: f"{wanted.name}.{KEYS[kind]}" for kind in provides},
        "tables": sorted({table for kind in provides for table in TABLES.get(kind, ())}),
        "api": API,
        "coopkit": coopkit_version(),
    }


@cache
def _engine() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = files("coopkit.scaffold") / "project"
    load = FunctionLoader(lambda name: (folder / name).read_text("utf-8"))
    return Environment(  # noqa: S701 - Python, TOML and Markdown are written, no page for a browser
        loader=load, undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )


def _sample() -> bytes:
    """An empty workbook in coopkit's layout, to be filled and imported."""
    maps = shipped()
    empty = Snapshot.of([*maps.places, *maps.successions])
    return write_workbook(empty, register_sheets([]), info={"sender": "Đơn vị mẫu"}, created=_SAMPLE)
