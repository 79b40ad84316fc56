"""Thủy Nguyên's figures across its three maps, its own criteria for emulation, and the page that shows the maps."""

from coopkit import CriteriaSet, Metric, Page, Ratio, Settings, hookimpl
from coopkit_thuynguyen.bonus import bonus
from coopkit_thuynguyen.figures import FIGURES
from coopkit_thuynguyen.page import THREE_MAPS


@hookimpl
def coopkit_metrics() -> list[Metric | Ratio]:
    """Members, turns at fairs and classes, cooperatives supported, average revenue."""
    return list(FIGURES)


@hookimpl
def coopkit_criteria(settings: Settings) -> list[CriteriaSet]:
    """Bonus points for fairs and classes, as many as was set for the campaign."""
    return [bonus(settings["bonus_points"])]


@hookimpl
def coopkit_pages() -> list[Page]:
    """The figures on the maps of the huyện, the thành phố, and the communes and wards."""
    return [THREE_MAPS]
