"""The whole contract between coopkit and a plugin, on one screen.

A hook returns what the plugin offers and has no side effect: a plugin is tested by calling it. It takes nothing, or the
plugin's own `settings` (a mapping, see `Settings`). Keys begin with the plugin's id. What happens when one fails:

    provide   every hook           the plugin's items of that hook are left out, the plugin is named, the rest goes on
    compute   a metric, exporter   the figure is Unavailable (never 0, never dropped); the file is not written
    veto      a record check       its failing is a refusal, with the reason; so is its plugin's not running
    notify    a page               its own place says so; every other page goes on

coopkit's own offers (`coopkit.builtin`) come through the same hooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:  # a plugin takes `hookimpl` from here, and needs none of these rooms for that
    from coopkit.campaign import CriteriaSet
    from coopkit.event import EventKind
    from coopkit.importers import Importer, RecordCheck
    from coopkit.metrics import AnyMetric
    from coopkit.page import Page
    from coopkit.plugin import Settings
    from coopkit.report import Exporter

PROJECT = "coopkit"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def coopkit_metrics(settings: Settings) -> list[AnyMetric]:
    """Offer metrics: which rows of which table become one number."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_exporters(settings: Settings) -> list[Exporter]:
    """Offer exporters: how a Report becomes a file."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_event_kinds(settings: Settings) -> list[EventKind]:
    """Offer event kinds: what an alliance or a district does, with typed fields of its own and a version."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_criteria(settings: Settings) -> list[CriteriaSet]:
    """Offer criteria that an emulation campaign may take in."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_importers(settings: Settings) -> list[Importer]:
    """Offer importers: how a file of the plugin's own becomes the sheets that coopkit reads."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_checks(settings: Settings) -> list[RecordCheck]:
    """Offer checks: what must hold of a record before it is written."""
    raise AssertionError("a specification is never called")


@hookspec
def coopkit_pages(settings: Settings) -> list[Page]:
    """Offer pages of the admin page."""
    raise AssertionError("a specification is never called")
