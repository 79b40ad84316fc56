"""`TmpPlugin`: a plugin made of source text in a temporary folder, importable while a test runs."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from coopkit.registry import Registry


@frozen
class TmpPlugin:
    """A plugin in a folder of its own: its id, its module's name, and the folder with `pyproject.toml` and `src`."""

    id: str
    module: str
    folder: Path

    @property
    def source(self) -> Path:
        """The folder on the path that it is imported from."""
        return self.folder / "src"

    def load(self) -> ModuleType:
        """Its module."""
        return importlib.import_module(self.module)

    def registry(self) -> Registry:
        """A registry with coopkit's offers and this plugin's, loaded with its manifest."""
        from coopkit.registry import Modes, Registry

        return Registry.load(modules={self.id: self.module}, modes=Modes())


def write_plugin(
    folder: Path,
    source: str,
    *,
    id: str,  # noqa: A002 - its name
    manifest: str,
    files: Mapping[str, str | bytes],
) -> TmpPlugin:
    """Write a plugin's folder: `pyproject.toml`, its package with the manifest, and further files beside these."""
    made = TmpPlugin(id, f"tmp_{id}", folder)
    package = made.source / made.module
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(source, "utf-8")
    (package / "coopkit_plugin.toml").write_text(manifest, "utf-8")
    name = made.module.replace("_", "-")
    project = f'[project]\nname = "{name}"\nversion = "0.1.0"\n\n'
    announced = f'[project.entry-points.coopkit]\n{id} = "{made.module}"\n'
    (folder / "pyproject.toml").write_text(project + announced, "utf-8")
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return made


def manifest_of(
    id: str,  # noqa: A002 - its name
    *,
    provides: Mapping[str, Iterable[str]],
    reads: Iterable[str] = (),
    owners: Iterable[str] = (),
    personal: bool = False,
) -> str:
    """The text of a `coopkit_plugin.toml`: owners by the codes of their places, at the end of 2023.

    >>> print(manifest_of("thu", provides={"metrics": ["thu.dem"]}, owners=["316"]))
    id = "thu"
    version = "0.1.0"
    api = 1
    requires = "coopkit>=0.1,<1"
    name = { vi = "thu", en = "thu" }
    owners = [{ place = "316", on = 2023-12-31 }]
    reads = { tables = [], personal = false }
    <BLANKLINE>
    [provides]
    metrics = ["thu.dem"]
    <BLANKLINE>
    """
    told: dict[str, Any] = {kind: json.dumps(list(keys)) for kind, keys in provides.items()}
    places = ", ".join(f'{{ place = "{place}", on = 2023-12-31 }}' for place in owners)
    head = [
        f'id = "{id}"',
        'version = "0.1.0"',
        "api = 1",
        'requires = "coopkit>=0.1,<1"',
        f'name = {{ vi = "{id}", en = "{id}" }}',
        f"owners = [{places}]",
        f"reads = {{ tables = {json.dumps(list(reads))}, personal = {str(personal).lower()} }}",
        "",
        "[provides]",
    ]
    return "\n".join([*head, *(f"{kind} = {keys}" for kind, keys in told.items()), ""])


@contextmanager
def importable(*folders: Path) -> Iterator[None]:
    """The folders first on the path; afterwards the path as it was, and nothing imported from them left behind."""
    before = list(sys.path)
    sys.path[:0] = [str(folder) for folder in folders]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = before
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file and any(folder in Path(file).parents for folder in folders):
                del sys.modules[name]
        importlib.invalidate_caches()
