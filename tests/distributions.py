"""What the plugin tests share: distributions as an installer leaves them, written into a folder on the path."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from coopkit.plugin import PluginSwitch
from coopkit.registry.found import Found, installed

METRIC = """
from coopkit import TURNS, Flow, Label, Metric, hookimpl

@hookimpl
def coopkit_metrics():
    return [Metric(key="{id}.turns", label=Label("Lượt", "Turns"), unit=TURNS, topic=Label("Thử", "Trial"),
                   table="participation", timing=Flow("event.start"))]
"""
"""A module with one metric, `<id>.turns`."""


def manifest(name: str, /, **more: Any) -> str:
    """A manifest that is right: one metric, no places; `more` lines replace or add to its own."""
    told: dict[str, Any] = {
        "id": f'"{name}"',
        "version": '"1.0"',
        "api": "1",
        "requires": '"coopkit>=0.1,<1"',
        "name": '{ vi = "Thử", en = "Trial" }',
        "reads": '{ tables = ["participation", "event"] }',
        "provides": f'{{ metrics = ["{name}.turns"] }}',
    }
    return "".join(f"{key} = {value}\n" for key, value in {**told, **more}.items() if value is not None)


@frozen
class Site:
    """A folder on the path where distributions are installed."""

    folder: Path

    def install(
        self,
        name: str,
        code: str | None = None,
        *,
        told: str | None = "",
        module: str = "",
        dist: str = "",
        files: Mapping[str, str] | None = None,
        record: bool = True,
        points: str = "",
    ) -> Path:
        """Put a package with its manifest and its distribution there; gives the package's folder.

        `told` is the manifest's text (None: none), `record` whether RECORD lists the files: an editable one's does not.
        """
        module, dist = module or f"{name}_module", dist or f"dist-{name}"
        own = {f"{module}/__init__.py": textwrap.dedent(METRIC.format(id=name) if code is None else code)}
        if told is not None:
            own[f"{module}/coopkit_plugin.toml"] = told or manifest(name)
        info = f"{dist.replace('-', '_')}-1.0.dist-info"
        meta = {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.0\n",
            f"{info}/entry_points.txt": points or f"[coopkit]\n{name} = {module}\n",
        }
        kept = {**own, **(files or {})} if record else {}
        meta[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*kept, *meta))
        for path, text in {**own, **(files or {}), **meta}.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")
        return self.folder / module


@contextmanager
def site_of(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A folder for distributions, first on the path of this process and of those it starts."""
    folder.mkdir(parents=True, exist_ok=True)
    held = set(sys.modules)
    patch.syspath_prepend(str(folder))
    patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")])))
    yield Site(folder)
    for name in set(sys.modules) - held:
        if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


def found(name: str) -> Found:
    """The installed plugin of that name."""
    return next(one for one in installed() if one.name == name)


def switched(name: str, *, on: bool = True, code: str = "", personal: bool = False) -> PluginSwitch:
    """A switch of that plugin with the code it has now."""
    return PluginSwitch(f"plugin_switch-{name}", name, on, code or found(name).code, "1.0", personal)
