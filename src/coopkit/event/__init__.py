"""What the alliance does: events and their kinds, who took part, what was honoured."""

from coopkit.event.kind import EventKind, EventKindVersion
from coopkit.event.kinds import OWN_KINDS
from coopkit.event.record import (
    Award,
    Event,
    EventOrganiser,
    EventPlace,
    Giver,
    Honour,
    Participation,
    RecipientKind,
)

__all__ = [
    "OWN_KINDS",
    "Award",
    "Event",
    "EventKind",
    "EventKindVersion",
    "EventOrganiser",
    "EventPlace",
    "Giver",
    "Honour",
    "Participation",
    "RecipientKind",
]
