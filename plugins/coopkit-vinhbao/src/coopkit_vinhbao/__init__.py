"""What only Vĩnh Bảo keeps of its cooperatives: their OCOP products and stars, from its own list to its own form."""

from coopkit import EventKind, Exporter, Importer, Metric, Ratio, RecordCheck, Settings, hookimpl
from coopkit_vinhbao.figures import figures
from coopkit_vinhbao.form import form
from coopkit_vinhbao.office_list import OFFICE_LIST
from coopkit_vinhbao.recognition import RECOGNITION, STARS_CHECK


@hookimpl
def coopkit_event_kinds() -> list[EventKind]:
    """The recognition of one cooperative's product."""
    return [RECOGNITION]


@hookimpl
def coopkit_metrics(settings: Settings) -> list[Metric | Ratio]:
    """Products in force, by stars; their cooperatives; the average of their stars."""
    return list(figures(settings["min_stars"]))


@hookimpl
def coopkit_exporters(settings: Settings) -> list[Exporter]:
    """The form that sums up the products, one row a cooperative."""
    return [form(settings["min_stars"])]


@hookimpl
def coopkit_importers() -> list[Importer]:
    """The list of products that the district's office keeps."""
    return [OFFICE_LIST]


@hookimpl
def coopkit_checks() -> list[RecordCheck]:
    """No product has other than 3, 4 or 5 stars, or a recognition that ends before it begins."""
    return [STARS_CHECK]
