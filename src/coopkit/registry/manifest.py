"""`PluginManifest`: what a plugin says of itself in `coopkit_plugin.toml`, read without importing any of its code."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import tomli  # compiled, and so a third of tomllib's time: the most that finding plugins takes
from attrs import field, frozen

from coopkit.errors import PluginError
from coopkit.scope import KEPT_BACK, Owner, Scope
from coopkit.snapshot import TABLES
from coopkit.text import Label

API: Final = 1
"""The number of the plugin contract; a plugin written for another one is not loaded."""

FILE: Final = "coopkit_plugin.toml"
PROVIDES: Final = ("metrics", "exporters", "event_kinds", "criteria", "importers", "checks", "pages")
"""What a plugin may provide: the name of each hook without its prefix."""

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TYPES: Final[Mapping[str, type]] = {"int": int, "text": str, "flag": bool, "choice": str, "secret": str}


@frozen
class SettingSchema:
    """A setting of a plugin: its type ("int", "text", "flag", "choice", "secret"), label, default and bounds.

    A secret is never kept: its value names an environment variable.

    >>> SettingSchema("int", Label("Số sao", "Stars"), default=3, minimum=1, maximum=5).check("min_stars", 4)
    4
    """

    type: str
    label: Label
    default: Any = None
    minimum: int | None = None
    maximum: int | None = None
    options: tuple[str, ...] = ()
    help: str = ""

    def check(self, key: str, value: Any) -> Any:
        """The value if the setting may have it. Raises `PluginError` that says what it may be."""
        wanted = _TYPES[self.type]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise PluginError(f"{key}: {value!r} không phải là {self.type} (is no {self.type})")
        if isinstance(value, int) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                raise PluginError(f"{key}: phải từ {self.minimum} (must be {self.minimum} or more)")
            if self.maximum is not None and value > self.maximum:
                raise PluginError(f"{key}: nhiều nhất {self.maximum} (must be {self.maximum} or less)")
        if self.type == "choice" and value not in self.options:
            raise PluginError(f"{key}: chọn một trong {', '.join(self.options)} (choose one of them)")
        if self.type == "secret" and not re.fullmatch(r"[A-Z][A-Z0-9_]*", str(value)):
            raise PluginError(f"{key}: ghi tên biến môi trường, như MY_TOKEN (name an environment variable)")
        return value


@frozen
class Reads:
    """What a plugin reads: tables of the Snapshot, and whether personal data is among it."""

    tables: tuple[str, ...] = ()
    personal: bool = False


@frozen
class PluginManifest:
    """What a plugin says of itself.

    `id` is the namespace of every key it provides. `requires` is a range of coopkit versions, `api` the number of the
    contract. `owners` are the places it belongs to; none: the whole city. `provides` lists the keys it offers, by kind;
    `reads` the tables it looks at; `settings` what may be set.

    >>> told = PluginManifest.read('''
    ... id = "vinhbao"
    ... version = "1.0"
    ... api = 1
    ... requires = "coopkit>=0.1,<1"
    ... name = { vi = "Vĩnh Bảo", en = "Vinh Bao" }
    ... reads = { tables = ["participation", "event"] }
    ... owners = [{ place = "316", on = 2023-12-31 }]
    ... [provides]
    ... metrics = ["vinhbao.ocop_turns"]
    ... ''', "vinhbao")
    >>> (told.id, told.owners[0].place, told.provides["metrics"])
    ('vinhbao', '316', ('vinhbao.ocop_turns',))
    """

    id: str
    version: str
    api: int
    requires: str
    name: Label
    provides: Mapping[str, tuple[str, ...]]
    reads: Reads = field(factory=Reads)
    owners: tuple[Owner, ...] = ()
    settings: Mapping[str, SettingSchema] = field(factory=dict)
    description: Label | None = None

    @staticmethod
    def read(text: str, where: str) -> PluginManifest:
        """The manifest of a file. Raises `PluginError` that names the file and what is wrong in it."""
        return _read(text, where)

    def scope(self, *, granted: bool) -> Scope:
        """What the plugin may see; personal data where it asks for it and was `granted` it."""
        return Scope(self.id, self.owners, frozenset(self.reads.tables), personal=self.reads.personal and granted)

    @property
    def defaults(self) -> dict[str, Any]:
        """The default of each setting."""
        return {key: one.default for key, one in self.settings.items()}

    def faults(self) -> Iterator[str]:
        """What is wrong with it, in words."""
        if not _ID.fullmatch(self.id) or self.id == "coopkit":
            yield f"id {self.id!r}: chỉ a–z, 0–9 và _, không phải coopkit (a–z, 0–9 and _, not coopkit)"
        unknown = sorted(set(self.provides) - set(PROVIDES))
        if unknown:
            yield f"provides: không có {unknown} (there is no such): {', '.join(PROVIDES)}"
        for kind, keys in self.provides.items():
            for key in sorted({key for key in keys if keys.count(key) > 1}):
                yield f"provides.{kind}: {key!r} có hai lần (is there twice)"
            for key in keys:
                if not key.startswith(f"{self.id}.") or key == f"{self.id}.":
                    yield f"provides: {key!r} phải bắt đầu bằng {self.id + '.'!r} (must begin with the plugin's id)"
        tables = sorted(set(self.reads.tables) - (set(TABLES) - KEPT_BACK))
        if tables:
            yield f"reads.tables: không được khai {tables} (cannot be declared; for people: reads.personal)"
        for key, one in self.settings.items():
            yield from _setting_faults(key, one)

    def incompatible(self, version: str) -> str:
        """Why this coopkit cannot load it, "" where it can."""
        from packaging.requirements import InvalidRequirement, Requirement

        if self.api != API:
            return f"viết cho api {self.api}, coopkit này có api {API} (was written for another contract)"
        try:
            asked = Requirement(self.requires)
        except InvalidRequirement as error:
            return f"requires {self.requires!r}: {error}"
        if asked.name != "coopkit" or not asked.specifier.contains(version, prereleases=True):
            return f"cần {self.requires}, đang có coopkit {version} (needs another coopkit)"
        return ""


@lru_cache(maxsize=256)
def _read(text: str, where: str) -> PluginManifest:
    """Most of the time that finding plugins takes is reading TOML; a file that is as it was need not be read again."""
    from cattrs import ClassValidationError, transform_error

    try:
        made: PluginManifest = _converter().structure(tomli.loads(text), PluginManifest)
    except (tomli.TOMLDecodeError, RecursionError) as error:
        raise PluginError(f"{where}: {FILE} không đúng TOML (is no TOML): {error}") from error
    except ClassValidationError as error:
        told = "; ".join(transform_error(error, path=FILE, format_exception=_told))
        raise PluginError(f"{where}: {told} (the manifest is wrong)") from error
    if found := list(made.faults()):
        raise PluginError(f"{where}: {FILE}: {'; '.join(found)}")
    return made


def _setting_faults(key: str, one: SettingSchema) -> Iterator[str]:
    if one.type not in _TYPES:
        yield f"settings.{key}: không có loại {one.type!r} (no such type): {', '.join(_TYPES)}"
    elif one.type == "choice" and not one.options:
        yield f"settings.{key}: thiếu options (options are missing)"
    elif one.default is None:
        if one.type != "secret":
            yield f"settings.{key}: thiếu default (a default is missing)"
    else:
        try:
            one.check(f"settings.{key}.default", one.default)
        except PluginError as error:
            yield str(error)


def _told(error: BaseException, type_: type | None) -> str:
    """What is wrong with one value, in words."""
    from cattrs import ForbiddenExtraKeysError
    from cattrs.v import format_exception

    if isinstance(error, PluginError):
        return str(error)
    if isinstance(error, ForbiddenExtraKeysError):
        return f"không có mục {', '.join(sorted(error.extra_fields))} (unknown key)"
    if isinstance(error, KeyError):
        return "thiếu mục này (required field missing)"
    return f"không đọc được giá trị này ({format_exception(error, type_)})"


@cache
def _converter() -> Any:
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Label, _label)
    converter.register_structure_hook(dt.date, _day)
    converter.register_structure_hook(bool, lambda told, _: _exactly(told, bool))
    converter.register_structure_hook(int, lambda told, _: _exactly(told, int))
    converter.register_structure_hook(str, lambda told, _: _exactly(told, str))
    return converter


def _exactly(told: Any, wanted: type) -> Any:
    if not isinstance(told, wanted) or (wanted is int and isinstance(told, bool)):
        raise PluginError(f"{told!r}: cần {wanted.__name__} (must be {wanted.__name__})")
    return told


def _label(told: Any, _: object) -> Label:
    if isinstance(told, str):
        return Label(told, told)
    if not isinstance(told, Mapping) or set(told) != {"vi", "en"}:
        raise PluginError(f"{told!r}: viết {{ vi = …, en = … }} (write it that way)")
    return Label(_exactly(told["vi"], str), _exactly(told["en"], str))


def _day(told: Any, _: object) -> dt.date:
    if not isinstance(told, dt.date) or isinstance(told, dt.datetime):
        raise PluginError(f"{told!r}: viết ngày như 2023-12-31 (write a day like that)")
    return told
