"""What only Hải Phòng's alliance counts, and its official yearly report in Word."""

from coopkit import Exporter, Metric, Ratio, hookimpl
from coopkit_haiphong.figures import FIGURES
from coopkit_haiphong.recap import RECAP


@hookimpl
def coopkit_metrics() -> list[Metric | Ratio]:
    """Awards in all, turns per fair, and the members of the city's two clubs."""
    return list(FIGURES)


@hookimpl
def coopkit_exporters() -> list[Exporter]:
    """The "Báo cáo tổng kết" as Decree 30/2020 asks."""
    return [RECAP]
