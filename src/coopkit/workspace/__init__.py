"""The use cases: an actor, `can`, read, a pure function, one batch. Pages, CLI and library call only these."""

from coopkit.workspace.accounts import Accounts
from coopkit.workspace.awarding import Awarding, Ballot, Outcome
from coopkit.workspace.boxes import Box
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.editing import Clash, Editing, Form
from coopkit.workspace.importing import Progress
from coopkit.workspace.papers import Papers
from coopkit.workspace.people import People
from coopkit.workspace.places import Stay, Waiting
from coopkit.workspace.plugins import Plugins, SettingValue
from coopkit.workspace.preview import Preview, Row, State
from coopkit.workspace.profile import Changed, Profile, Section
from coopkit.workspace.ranking import Drift, Ranking
from coopkit.workspace.register import ALL, NOWHERE, Filter, Found, Order, Standing, Unit, UnitList
from coopkit.workspace.runs import Again, Obstacle, Question
from coopkit.workspace.score_sheets import ScoreSheets
from coopkit.workspace.scoring import Entry, Scoring
from coopkit.workspace.sealing import Sealing
from coopkit.workspace.stages import Stages
from coopkit.workspace.workspace import Desk, Workspace

__all__ = [
    "ALL",
    "NOWHERE",
    "Accounts",
    "Again",
    "Awarding",
    "Ballot",
    "Box",
    "CampaignDesk",
    "Changed",
    "Clash",
    "Desk",
    "Drift",
    "Editing",
    "Entry",
    "Filter",
    "Form",
    "Found",
    "Obstacle",
    "Order",
    "Outcome",
    "Papers",
    "People",
    "Plugins",
    "Preview",
    "Profile",
    "Progress",
    "Question",
    "Ranking",
    "Row",
    "ScoreSheets",
    "Scoring",
    "Sealing",
    "Section",
    "SettingValue",
    "Stages",
    "Standing",
    "State",
    "Stay",
    "Unit",
    "UnitList",
    "Waiting",
    "Workspace",
]
