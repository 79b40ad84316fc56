"""The use cases: an actor, `can`, read, a pure function, one batch. Pages, CLI and library call only these."""

from coopkit.workspace.importing import Preview, Progress, Row, State
from coopkit.workspace.places import Stay, Waiting
from coopkit.workspace.profile import Changed, Profile, Section
from coopkit.workspace.register import NOWHERE, Filter, Standing, Unit, UnitList
from coopkit.workspace.runs import Again, Obstacle, Question
from coopkit.workspace.sealing import Sealing
from coopkit.workspace.workspace import Desk, Workspace

__all__ = [
    "NOWHERE",
    "Again",
    "Changed",
    "Desk",
    "Filter",
    "Obstacle",
    "Preview",
    "Profile",
    "Progress",
    "Question",
    "Row",
    "Sealing",
    "Section",
    "Standing",
    "State",
    "Stay",
    "Unit",
    "UnitList",
    "Waiting",
    "Workspace",
]
