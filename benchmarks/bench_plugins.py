"""What plugins cost: asking twenty of them one by one, and finding a hundred installed ones without importing any."""

from __future__ import annotations

import importlib
import os
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

import coopkit.hookspecs as contract
from coopkit.access import Actor
from coopkit.demo import PLUGINS as PLUGINS_ON
from coopkit.demo import load_demo, switch_on_plugins
from coopkit.metrics import Flow, Metric
from coopkit.plugin import Settings
from coopkit.quantity import TURNS
from coopkit.registry import OWN, Registry
from coopkit.registry.found import installed
from coopkit.registry.manifest import _read
from coopkit.registry.registry import asked
from coopkit.text import Label
from coopkit.workspace import Workspace

PLUGINS, CALLS, ROUNDS, BUDGET = 20, 2_000, 9, 2.0
DISTRIBUTIONS, GOAL = 100, 0.020
RERUNS, RERUN_BUDGET = 12, 1.20

MANIFEST = """id = "{name}"
version = "1.0"
api = 1
requires = "coopkit>=0.1,<1"
name = {{ vi = "Tiện ích {name}", en = "Plugin {name}" }}
owners = [{{ place = "316", on = 2023-12-31 }}]

[reads]
tables = ["participation", "event", "cooperative"]

[provides]
metrics = ["{name}.turns", "{name}.fairs"]
exporters = ["{name}.form"]

[settings.stars]
type = "int"
label = {{ vi = "Số sao", en = "Stars" }}
default = 3
minimum = 1
maximum = 5
"""


def manager() -> pluggy.PluginManager:
    """Twenty plugins that each offer a metric."""
    made = pluggy.PluginManager(contract.PROJECT)
    made.add_hookspecs(contract)
    for n in range(PLUGINS):
        plugin = ModuleType(f"plugin_{n}")
        offer = [
            Metric(
                key=f"plugin_{n}.turns",
                label=Label("Lượt", "Turns"),
                unit=TURNS,
                topic=Label("Lượt", "Turns"),
                table="participation",
                timing=Flow("event.start"),
            )
        ]
        plugin.coopkit_metrics = contract.hookimpl(_giving(offer))  # type: ignore[attr-defined]
        made.register(plugin, name=plugin.__name__)
    return made


def _giving(offer: list[Metric]) -> Callable[[], list[Metric]]:
    def coopkit_metrics() -> list[Metric]:
        return offer

    return coopkit_metrics


def distributions(folder: Path) -> None:
    """A hundred installed plugins, each with a manifest and four files of code that would raise at import."""
    for n in range(DISTRIBUTIONS):
        name = f"benched{n}"
        package, info = folder / f"coopkit_{name}", folder / f"coopkit_{name}-1.0.dist-info"
        package.mkdir()
        info.mkdir()
        for file in ("__init__", "figures", "form", "kinds"):
            (package / f"{file}.py").write_text("raise RuntimeError\n" + "# x\n" * 500, "utf-8")
        (package / "coopkit_plugin.toml").write_text(MANIFEST.format(name=name), "utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: coopkit-{name}\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[coopkit]\n{name} = coopkit_{name}\n", "utf-8")


def bare(folder: Path) -> list[Any]:
    """The same by hand: the entry points, and the manifests read and left as they are."""
    points = metadata.entry_points(group="coopkit")
    files = [folder / one.module / "coopkit_plugin.toml" for one in points if one.name.startswith("benched")]
    return [tomllib.loads(file.read_text("utf-8")) for file in files]


def seconds(work: Callable[[], object], calls: int = 1) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


def dispatch() -> bool:
    """Whether asking one by one keeps its budget."""
    made = manager()
    hook, settings = made.hook.coopkit_metrics, {f"plugin_{n}": Settings() for n in range(PLUGINS)}
    implementations = hook.get_hookimpls()
    told: list[Any] = [offers for _, offers in asked(implementations, settings)]
    assert sorted(one.key for [one] in hook(settings=Settings())) == sorted(one.key for [one] in told)
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: asked(implementations, settings), CALLS))
        plain.append(seconds(lambda: hook(settings=Settings()), CALLS))
    ratio = min(ours) / min(plain)
    print(f"ask {PLUGINS} plugins one by one: {min(ours) * 1e6:.1f} µs; pluggy's own call: {min(plain) * 1e6:.1f} µs")
    print(f"  ratio {ratio:.2f} (budget {BUDGET:.2f})")
    return ratio <= BUDGET


def discovery() -> bool:
    """Whether finding a hundred distributions reaches its goal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        distributions(folder)
        sys.path.insert(0, name)
        importlib.invalidate_caches()
        found = [one for one in installed() if one.name.startswith("benched")]
        assert len(found) == DISTRIBUTIONS
        assert not any(one.problem for one in found)
        first, again, hand = [], [], []
        for _ in range(ROUNDS):
            _read.cache_clear()
            first.append(seconds(installed))
            again.append(seconds(installed))
            hand.append(seconds(lambda: bare(folder)))
        sys.path.remove(name)
    goal = f"goal {GOAL * 1e3:.0f} ms"
    print(f"find {DISTRIBUTIONS} distributions: {min(first) * 1e3:.1f} ms, again {min(again) * 1e3:.1f} ms ({goal})")
    print(f"  entry points and tomllib by hand: {min(hand) * 1e3:.1f} ms; ratio {min(first) / min(hand):.2f}")
    return min(first) <= GOAL


def rerun() -> bool:
    """Whether a rerun of the overview with the example's plugins on keeps its budget."""
    from streamlit.testing.v1 import AppTest

    from coopkit.admin.door import Door, set_up
    from coopkit.admin.entry import SCRIPT

    set_up(Door(demo=True))
    pages: dict[bool, list[float]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as name:
        urls = {on: _example(Path(name) / f"{on}.db", on=on) for on in pages}
        for turn in range(RERUNS + 3):
            for on, url in urls.items():
                os.environ["COOPKIT_LEDGER"] = url
                page = AppTest.from_file(str(SCRIPT), default_timeout=60)
                page.run()
                took = min(seconds(page.run) for _ in range(3))
                assert not page.exception
                if turn >= 3:
                    pages[on].append(took)
    without, beside = (statistics.median(pages[on]) for on in (False, True))
    ratio = beside / without
    told = f"{beside * 1e3:.0f} ms; without: {without * 1e3:.0f} ms"
    print(f"rerun of the overview with {len(PLUGINS_ON)} plugins on: {told}")
    print(f"  ratio {ratio:.2f} (budget {RERUN_BUDGET:.2f})")
    return ratio <= RERUN_BUDGET


def _example(file: Path, *, on: bool) -> str:
    """A ledger with the example in it, and its plugins on or none."""
    url = f"sqlite:///{file}"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        desk = workspace.as_(Actor.office("an"))
        load_demo(desk)
        if on:
            assert switch_on_plugins(desk) == {}
    with Workspace.open(url) as workspace:
        loaded = {state.name for state in workspace.as_(Actor.office("an")).workspace.registry.states if state.wanted}
        assert loaded == ({OWN, *PLUGINS_ON} if on else {OWN})
    return url


def main() -> int:
    """Print the ratios; 1 when one misses its budget."""
    kept = [dispatch(), discovery(), rerun()]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
