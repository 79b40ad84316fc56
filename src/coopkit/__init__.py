"""coopkit: a cooperative alliance's register, events, campaigns and reports, where every number opens to its records.

    file ─▶ importer ─▶ records + Problems ─▶ ledger ─▶ Snapshot ─▶ metrics ─▶ report ─▶ exporter ─▶ bytes

The names below are the whole public surface. Each is fetched from its room when first asked for (PEP 562), so that
`import coopkit` costs next to nothing.
"""

__version__ = "0.1.0"

# Public name → the room it lives in. A new name is one line here, in order; `make facade` then writes `__init__.pyi`,
# from which editors and type checkers learn the same names.
_ROOM_OF = {
    "AccessDenied": "errors",
    "Act": "place",
    "Actor": "access",
    "Alliance": "group",
    "At": "metrics",
    "Atlas": "place",
    "Award": "event",
    "BadText": "errors",
    "Batch": "ledger",
    "Campaign": "campaign",
    "CannotUndo": "errors",
    "Cell": "metrics",
    "Change": "ledger",
    "Contact": "cooperative",
    "ContactRole": "cooperative",
    "Cooperative": "cooperative",
    "CooperativeKind": "cooperative",
    "CoopkitError": "errors",
    "Derived": "metrics",
    "EVENTS": "quantity",
    "Evaluation": "metrics",
    "Event": "event",
    "EventKind": "event",
    "EventOrganiser": "event",
    "EventPlace": "event",
    "Exporter": "report",
    "Extent": "place",
    "Field": "field",
    "Figure": "report",
    "FigureWords": "exporters.word",
    "Flow": "metrics",
    "Giver": "event",
    "Group": "group",
    "GroupKind": "group",
    "GroupMembership": "group",
    "GroupRole": "group",
    "Honour": "event",
    "Label": "text",
    "Ledger": "ledger",
    "LedgerBusy": "errors",
    "LedgerError": "errors",
    "LeftOut": "metrics",
    "LegalState": "cooperative",
    "LegalStatus": "cooperative",
    "Location": "place",
    "Membership": "cooperative",
    "Metric": "metrics",
    "MetricError": "errors",
    "NotFound": "errors",
    "OWN_KINDS": "event",
    "OperatingState": "cooperative",
    "OperatingStatus": "cooperative",
    "PEOPLE": "quantity",
    "PERCENT": "quantity",
    "Participation": "event",
    "Period": "period",
    "Person": "cooperative",
    "Picked": "metrics.picking",
    "Place": "place",
    "PlaceDecision": "place",
    "PlaceIndex": "place",
    "PluginError": "errors",
    "Problem": "problem",
    "Quantity": "quantity",
    "Ratio": "metrics",
    "RatioForm": "metrics",
    "RecipientKind": "event",
    "Register": "importers",
    "Registry": "registry",
    "Regulation": "regulation",
    "Removal": "ledger",
    "Report": "report",
    "Sealing": "workspace",
    "Sector": "cooperative",
    "Snapshot": "snapshot",
    "StaleBase": "errors",
    "Stock": "metrics",
    "Succession": "place",
    "TURNS": "quantity",
    "Target": "campaign",
    "TemplateError": "errors",
    "UNITS": "quantity",
    "Unavailable": "metrics",
    "Unit": "quantity",
    "UnitMismatch": "errors",
    "VND": "quantity",
    "WorkbookError": "errors",
    "Workspace": "workspace",
    "YearFigures": "cooperative",
    "about": "quantity",
    "assemble": "importers",
    "at_least": "quantity",
    "between": "quantity",
    "distinct": "metrics",
    "evaluate": "metrics.engine",
    "exact": "quantity",
    "fill_word_template": "exporters.word",
    "fold": "text",
    "format_date": "period",
    "format_quantity": "quantity",
    "hookimpl": "hookspecs",
    "load_demo": "demo",
    "make_id": "record",
    "make_report": "report",
    "more_than": "quantity",
    "parse_date": "period",
    "parse_quantity": "quantity",
    "read_xlsx": "importers",
    "register_sheets": "sheet",
    "report_words": "exporters.word",
    "rows": "metrics",
    "shipped_atlas": "place",
    "shipped_index": "place",
    "shipped_places": "place",
    "shipped_regulation": "regulation",
    "total": "metrics",
    "write_workbook": "exporters.workbook",
}

__all__ = sorted(_ROOM_OF)  # noqa: PLE0605 - type checkers read the list in __init__.pyi


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'coopkit' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"coopkit.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])
