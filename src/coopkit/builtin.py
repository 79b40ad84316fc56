"""What coopkit itself offers, through the same hooks as any plugin."""

from __future__ import annotations

from coopkit.event import OWN_KINDS, EventKind
from coopkit.exporters import OWN_EXPORTERS
from coopkit.hookspecs import hookimpl
from coopkit.metrics.metric import AnyMetric
from coopkit.metrics.own import OWN_METRICS
from coopkit.report import Exporter


@hookimpl
def coopkit_metrics() -> list[AnyMetric]:
    """What an alliance counts in its yearly recap."""
    return list(OWN_METRICS)


@hookimpl
def coopkit_exporters() -> list[Exporter]:
    """Word, Excel, CSV and JSON."""
    return list(OWN_EXPORTERS)


@hookimpl
def coopkit_event_kinds() -> list[EventKind]:
    """Meetings, classes, fairs, loan files and what else an alliance does."""
    return list(OWN_KINDS)
