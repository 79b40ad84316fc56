"""What the pages of a campaign have worked out, kept while neither the register nor the reader is another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from coopkit.workspace import CampaignDesk

T = TypeVar("T")


def kept(at: CampaignDesk, what: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once for this reader and this state of the register; `what` names it."""
    actor, office = at.desk.actor, at.desk.workspace
    reader = f"{actor.name}\n{actor.role.key}\n{','.join(sorted(actor.units))}\n{actor.edits}\n{actor.views}"
    state = f"{office.ledger.file}\n{office.ledger.snapshot().position}\n{id(office.registry)}"
    made: T = _kept(make, what, at.campaign, reader, state)
    return made


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept(_make: Callable[[], Any], what: str, campaign: str, reader: str, state: str) -> Any:  # noqa: ARG001 - they name it
    return _make()
