"""The use cases: an actor, `can`, read, a pure function, one batch. Pages, CLI and library call only these."""

from coopkit.workspace.importing import Preview, Progress, Row, State
from coopkit.workspace.profile import Changed, Profile, Section
from coopkit.workspace.register import Filter, Standing, Unit, UnitList
from coopkit.workspace.workspace import Desk, Workspace

__all__ = [
    "Changed",
    "Desk",
    "Filter",
    "Preview",
    "Profile",
    "Progress",
    "Row",
    "Section",
    "Standing",
    "State",
    "Unit",
    "UnitList",
    "Workspace",
]
