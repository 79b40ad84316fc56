"""Finding the installed plugins without importing any: their distributions, manifests, files and hash."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Final

from attrs import frozen

from coopkit.errors import PluginError
from coopkit.registry.manifest import FILE, PluginManifest

GROUP: Final = "coopkit"
"""The entry points that announce plugins: the plugin's id = its module."""

_ASIDE: Final = frozenset({"__pycache__", ".."})


@frozen(slots=False)
class Found:
    """An installed plugin: its name and module, its distribution, its manifest, or what is wrong with that."""

    name: str
    module: str
    distribution: metadata.Distribution | None
    manifest: PluginManifest | None
    problem: str = ""

    @property
    def dist_name(self) -> str:
        """The name of its distribution."""
        return str(self.distribution.name) if self.distribution else ""

    @property
    def version(self) -> str:
        """The version of its distribution."""
        return str(self.distribution.version) if self.distribution else ""

    @cached_property
    def root(self) -> Path | None:
        """The file that its top-level module is."""
        return _origin(self.module.partition(".")[0])

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """Its files by their path from the root of imports."""
        return own_files(self.module, self.distribution)

    @cached_property
    def code(self) -> str:
        """The hash of its files: a change of any of them changes it."""
        digest = {path: hashlib.sha256(file.read_bytes()).hexdigest() for path, file in self.files.items()}
        return hashlib.sha256(json.dumps(digest, sort_keys=True).encode()).hexdigest()


def installed() -> list[Found]:
    """Every installed plugin by name; nothing of it is imported. One name of two distributions is wrong with both."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda one: one.name)
    found = [_announced(one) for one in points]
    names = Counter(one.name for one in found)
    return [_doubled(one, found) if names[one.name] > 1 else one for one in found]


def coopkit_version() -> str:
    """The version of coopkit that is installed."""
    return metadata.version("coopkit")


def of_module(name: str, module: str) -> Found:
    """The plugin that a module is, with the manifest beside it; one without is no wrong one here."""
    return Found(name, module, None, None) if _manifest_text(module) is None else _found(name, module, None)


def _announced(point: metadata.EntryPoint) -> Found:
    if not point.pattern.match(point.value):
        told = f"điểm vào {point.name!r} = {point.value!r} không phải là module (names no module)"
        return Found(point.name, "", point.dist, None, told)
    return _found(point.name, point.module, point.dist)


def _found(name: str, module: str, distribution: metadata.Distribution | None) -> Found:
    told = _manifest_text(module)
    if told is None:
        root = module.partition(".")[0]
        gone = f"không thấy mô-đun {root} (its module cannot be found)"
        missing = gone if _origin(root) is None else f"thiếu {FILE} (the distribution has no manifest)"
        return Found(name, module, distribution, None, missing)
    try:
        manifest = PluginManifest.read(told, name)
    except PluginError as error:
        return Found(name, module, distribution, None, str(error))
    if manifest.id != name:
        told = f"điểm vào {name!r} khác id {manifest.id!r} (the entry point must bear the manifest's id)"
        return Found(name, module, distribution, manifest, told)
    return Found(name, module, distribution, manifest)


def _doubled(one: Found, found: Iterable[Found]) -> Found:
    others = sorted({other.dist_name for other in found if other.name == one.name})
    told = f"id {one.name!r} có trong nhiều gói: {', '.join(others)} (two distributions bear it: uninstall one)"
    return Found(one.name, one.module, one.distribution, one.manifest, told)


def _manifest_text(module: str) -> str | None:
    """The manifest beside the top-level module: one of its files, so that it is hashed and sealed with these."""
    origin = _file_of(module.partition(".")[0])
    if not origin:
        return None
    try:
        with open(os.path.join(os.path.dirname(origin), FILE), "rb") as file:  # noqa: PTH118, PTH120, PTH123 - half the time
            return file.read().decode("utf-8-sig", errors="replace")
    except OSError:
        return None


def _origin(root: str) -> Path | None:
    file = _file_of(root)
    return Path(file) if file else None


def _file_of(root: str) -> str:
    """The file of a top-level module, found without importing it; "" where there is none."""
    try:
        spec = importlib.util.find_spec(root)
    except (ImportError, ValueError):
        return ""
    return spec.origin or "" if spec is not None and spec.has_location else ""


def own_files(module: str, distribution: metadata.Distribution | None) -> Mapping[str, Path]:
    """The files of a plugin by their path from the root of imports: what its distribution installed, its top-level
    module's folder, and the modules beside that which it imports and the distribution (an editable one) does not list.
    """
    root = module.partition(".")[0]
    origin = _origin(root)
    if origin is None:
        return {}
    listed = _listed(distribution)
    found = {**listed, **module_files(root, origin)}
    if listed or distribution is None:
        return found
    home = origin.parent.parent if origin.name == "__init__.py" else origin.parent
    seen, fresh = {root}, dict(found)
    while wanted := imported(fresh.values()) - seen - set(sys.stdlib_module_names):
        seen |= wanted
        fresh = {}
        for name in sorted(wanted):
            beside = next((one for one in (home / name / "__init__.py", home / f"{name}.py") if one.is_file()), None)
            fresh |= module_files(name, beside) if beside else {}
        found |= fresh
    return found


def module_files(name: str, origin: Path) -> dict[str, Path]:
    """The files of a module by their path from the root: its folder where it is a package, else itself and a manifest
    beside it.
    """
    inside = name.split(".")
    if origin.name != "__init__.py":
        manifest = origin.with_name(FILE)
        beside = {FILE: manifest} if manifest.is_file() else {}
        return {"/".join([*inside[:-1], origin.name]): origin, **beside}
    folder = origin.parent
    listed = (one for one in folder.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
    return {"/".join([*inside, one.relative_to(folder).as_posix()]): one for one in listed}


def _listed(distribution: metadata.Distribution | None) -> dict[str, Path]:
    """What a distribution has put beside its root module, data too; its own metadata and scripts aside."""
    return {
        one.as_posix(): Path(str(one.locate()))
        for one in (distribution.files or [] if distribution else [])
        if not _ASIDE & {*one.parts}
        and not one.parts[0].endswith((".dist-info", ".egg-info", ".pth", ".data"))
        and not one.parts[0].startswith("__editable__")
        and Path(str(one.locate())).is_file()
    }


def imported(files: Iterable[Path]) -> set[str]:
    """The top-level modules that Python files import anywhere in them."""
    return {name for file in files if file.suffix == ".py" for name in _imports(file)}


def _imports(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
