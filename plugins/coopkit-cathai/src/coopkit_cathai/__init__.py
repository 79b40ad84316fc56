"""What only Cát Hải counts: the fishing seasons and the tourist seasons of its cooperatives."""

from coopkit import EventKind, Metric, Ratio, Settings, hookimpl
from coopkit_cathai.figures import figures
from coopkit_cathai.kinds import KINDS


@hookimpl
def coopkit_event_kinds() -> list[EventKind]:
    """A cooperative's fishing season, and its tourist season."""
    return list(KINDS)


@hookimpl
def coopkit_metrics(settings: Settings) -> list[Metric | Ratio]:
    """Catch, trips and boats of each fishing season, and the guests of the tourist seasons."""
    return figures(settings["south_first_month"])
