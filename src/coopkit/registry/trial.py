"""A plugin on trial: loaded and asked for all that it offers in a process of its own, within a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from attrs import field, frozen

from coopkit.errors import PluginError
from coopkit.metrics import Metric
from coopkit.metrics.declared import require_declared
from coopkit.registry.found import Found, of_module
from coopkit.registry.modes import Modes
from coopkit.registry.registry import Registry
from coopkit.registry.seam import HOOKS

LIMIT: Final = 20.0
"""Seconds that loading a plugin may take."""

_BOOT: Final = "import sys; from coopkit.registry.trial import main; main(*sys.argv[1:])"


@frozen
class Trial:
    """What came of a trial: the keys it offered by hook, or what was wrong ("" for nothing).

    >>> Trial({"coopkit_metrics": ("vinhbao.ocop",)}).problem
    ''
    """

    offers: Mapping[str, tuple[str, ...]] = field(factory=dict)
    problem: str = ""


def tried(one: Found, *, limit: float = LIMIT) -> Trial:
    """Load an installed plugin in a child process; whatever it does there, this process goes on.

    Its standing in the way (a wrong manifest, another version) is told without a child.
    """
    if one.problem:
        return Trial(problem=one.problem)
    with tempfile.TemporaryDirectory(prefix="coopkit-trial-") as folder:
        out = Path(folder) / "offers.json"
        ended = _run([sys.executable, "-X", "utf8", "-c", _BOOT, one.name, one.module, str(out)], limit)
        if ended is None:
            return Trial(problem=f"chạy quá {limit:g} giây khi nạp (took longer than that to load)")
        if not out.is_file():
            return Trial(problem=f"tự thoát khi nạp, mã {ended} (ended the process while it was loaded)")
        told = json.loads(out.read_text("utf-8"))
    return Trial({hook: tuple(keys) for hook, keys in told["offers"].items()}, told["problem"])


def _run(command: list[str], limit: float) -> int | None:
    """The child's exit code, None where it took too long; what it had started is ended with it either way."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "COOPKIT_PLUGINS_STRICT": ""},
    ) as child:
        try:
            return child.wait(limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(child)
            child.wait()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child where it still runs, and what it started and left running."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()


def main(name: str, module: str, out: str) -> None:
    """What the child does: load, ask, write down."""
    told = outcome(name, module)
    draft = Path(f"{out}.draft")
    draft.write_text(json.dumps({"offers": told.offers, "problem": told.problem}, ensure_ascii=False), "utf-8")
    draft.replace(out)


def outcome(name: str, module: str) -> Trial:
    """A plugin loaded in this process, and asked for all that it offers."""
    registry = Registry.load(modules={name: module}, modes=Modes())
    [state] = [one for one in registry.plugins() if one.name == name]
    offers = {hook: _keys(registry, name, hook) for hook in HOOKS}
    given = {hook: keys for hook, keys in offers.items() if keys}
    return Trial(given, state.problem or "; ".join(_unread(registry, given.get("coopkit_metrics", ()))))


def _unread(registry: Registry, keys: Iterable[str]) -> Iterator[str]:
    """What metrics read and may not, as it is told before anything is counted."""
    for key in keys:
        metric = registry.metrics()[key]
        # What else a condition raises is told with its figure.
        with suppress(Exception):
            try:
                if isinstance(metric, Metric):
                    require_declared(metric.scope, metric)
            except PluginError as error:
                yield f"{key}: {error}"


def _keys(registry: Registry, name: str, hook: str) -> tuple[str, ...]:
    manifest = of_module(name, next(one.module for one in registry.states if one.name == name)).manifest
    declared = manifest.provides.get(hook.removeprefix("coopkit_"), ()) if manifest else ()
    offered = getattr(registry, hook.removeprefix("coopkit_"))()
    return tuple(key for key in declared if key in offered and key not in registry.missing())
