"""The whole contract between coopkit and a plugin, on one screen.

A hook takes nothing, returns what the plugin offers and has no side effect: a plugin is tested by calling it.
coopkit's own offers (`coopkit.builtin`) come through the same hooks.
"""

import pluggy

from coopkit.event import EventKind
from coopkit.metrics import AnyMetric
from coopkit.report import Exporter

PROJECT = "coopkit"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def coopkit_metrics() -> list[AnyMetric]:
    """Offer metrics: which rows of which table become one number. Keys begin with the plugin's own name."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_exporters() -> list[Exporter]:
    """Offer exporters: how a Report becomes a file."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_event_kinds() -> list[EventKind]:
    """Offer event kinds: what an alliance or a district does, with typed fields of its own and a version."""
    raise AssertionError("a specification is never called")
