"""Who may do what: actors, roles, and the one function that decides; pages, CLI, exports and plugins go through it."""

from coopkit.access.rules import (
    COUNCIL,
    NOBODY,
    OFFICE,
    SECRETARY,
    UNIT,
    Action,
    Actor,
    BoardOf,
    Decision,
    Role,
    ScoreOf,
    can,
)
from coopkit.access.scope import Matter, narrow, visible_board

__all__ = [
    "COUNCIL",
    "NOBODY",
    "OFFICE",
    "SECRETARY",
    "UNIT",
    "Action",
    "Actor",
    "BoardOf",
    "Decision",
    "Matter",
    "Role",
    "ScoreOf",
    "can",
    "narrow",
    "visible_board",
]
