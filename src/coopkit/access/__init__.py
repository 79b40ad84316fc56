"""Who may do what: actors, roles, and the one function that decides; pages, CLI, exports and plugins go through it."""

from coopkit.access.grants import actor_of
from coopkit.access.places import RecordsOf
from coopkit.access.roles import COUNCIL, NOBODY, OFFICE, ROLES, SECRETARY, UNIT, Action, Role, role_of
from coopkit.access.rules import (
    CITY,
    SEEN_WITH,
    WRITTEN_WITH,
    Actor,
    BoardOf,
    Decision,
    ScoreOf,
    can,
)
from coopkit.access.scope import Matter, narrow, visible_board

__all__ = [
    "CITY",
    "COUNCIL",
    "NOBODY",
    "OFFICE",
    "ROLES",
    "SECRETARY",
    "SEEN_WITH",
    "UNIT",
    "WRITTEN_WITH",
    "Action",
    "Actor",
    "BoardOf",
    "Decision",
    "Matter",
    "RecordsOf",
    "Role",
    "ScoreOf",
    "actor_of",
    "can",
    "narrow",
    "role_of",
    "visible_board",
]
