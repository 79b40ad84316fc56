# Written by `make facade`; a test holds it to the table in __init__.py.

from coopkit.access import Actor
from coopkit.campaign import (
    Campaign,
    Target,
)
from coopkit.cooperative import (
    Contact,
    ContactRole,
    Cooperative,
    CooperativeKind,
    LegalState,
    LegalStatus,
    Membership,
    OperatingState,
    OperatingStatus,
    Person,
    Sector,
    YearFigures,
)
from coopkit.demo import load_demo
from coopkit.errors import (
    AccessDenied,
    BadText,
    CannotUndo,
    CoopkitError,
    LedgerBusy,
    LedgerError,
    MetricError,
    NotFound,
    PluginError,
    StaleBase,
    TemplateError,
    UnitMismatch,
    WorkbookError,
)
from coopkit.event import (
    OWN_KINDS,
    Award,
    Event,
    EventKind,
    EventOrganiser,
    EventPlace,
    Giver,
    Honour,
    Participation,
    RecipientKind,
)
from coopkit.exporters.word import (
    FigureWords,
    fill_word_template,
    report_words,
)
from coopkit.exporters.workbook import write_workbook
from coopkit.field import Field
from coopkit.group import (
    Alliance,
    Group,
    GroupKind,
    GroupMembership,
    GroupRole,
)
from coopkit.hookspecs import hookimpl
from coopkit.importers import (
    Register,
    assemble,
    read_xlsx,
)
from coopkit.ledger import (
    Batch,
    Change,
    Ledger,
    Removal,
)
from coopkit.metrics import (
    Derived,
    Flow,
    Metric,
    Ratio,
    RatioForm,
    Stock,
    Unavailable,
    distinct,
    rows,
    total,
)
from coopkit.metrics.engine import evaluate
from coopkit.period import (
    Period,
    format_date,
    parse_date,
)
from coopkit.place import (
    Place,
    PlaceIndex,
    shipped_index,
    shipped_places,
)
from coopkit.problem import Problem
from coopkit.quantity import (
    EVENTS,
    PEOPLE,
    PERCENT,
    TURNS,
    UNITS,
    VND,
    Quantity,
    Unit,
    about,
    at_least,
    between,
    exact,
    format_quantity,
    more_than,
    parse_quantity,
)
from coopkit.record import make_id
from coopkit.registry import Registry
from coopkit.report import (
    Exporter,
    Figure,
    Report,
    make_report,
)
from coopkit.sheet import register_sheets
from coopkit.snapshot import Snapshot
from coopkit.text import (
    Label,
    fold,
)
from coopkit.workspace import Workspace

__all__ = [
    "AccessDenied",
    "Actor",
    "Alliance",
    "Award",
    "BadText",
    "Batch",
    "Campaign",
    "CannotUndo",
    "Change",
    "Contact",
    "ContactRole",
    "Cooperative",
    "CooperativeKind",
    "CoopkitError",
    "Derived",
    "EVENTS",
    "Event",
    "EventKind",
    "EventOrganiser",
    "EventPlace",
    "Exporter",
    "Field",
    "Figure",
    "FigureWords",
    "Flow",
    "Giver",
    "Group",
    "GroupKind",
    "GroupMembership",
    "GroupRole",
    "Honour",
    "Label",
    "Ledger",
    "LedgerBusy",
    "LedgerError",
    "LegalState",
    "LegalStatus",
    "Membership",
    "Metric",
    "MetricError",
    "NotFound",
    "OWN_KINDS",
    "OperatingState",
    "OperatingStatus",
    "PEOPLE",
    "PERCENT",
    "Participation",
    "Period",
    "Person",
    "Place",
    "PlaceIndex",
    "PluginError",
    "Problem",
    "Quantity",
    "Ratio",
    "RatioForm",
    "RecipientKind",
    "Register",
    "Registry",
    "Removal",
    "Report",
    "Sector",
    "Snapshot",
    "StaleBase",
    "Stock",
    "TURNS",
    "Target",
    "TemplateError",
    "UNITS",
    "Unavailable",
    "Unit",
    "UnitMismatch",
    "VND",
    "WorkbookError",
    "Workspace",
    "YearFigures",
    "about",
    "assemble",
    "at_least",
    "between",
    "distinct",
    "evaluate",
    "exact",
    "fill_word_template",
    "fold",
    "format_date",
    "format_quantity",
    "hookimpl",
    "load_demo",
    "make_id",
    "make_report",
    "more_than",
    "parse_date",
    "parse_quantity",
    "read_xlsx",
    "register_sheets",
    "report_words",
    "rows",
    "shipped_index",
    "shipped_places",
    "total",
    "write_workbook",
]

__version__: str
