"""Khen thưởng: who is proposed, what the meetings voted, what was decided, and the papers of it."""

from __future__ import annotations

import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import award_decisions, award_proposals, documents, votes
from coopkit.admin.address import keep
from coopkit.admin.campaign import choose_campaign
from coopkit.admin.ctx import Ctx, show_told
from coopkit.admin.forms import show_form

ASKED = "muc"
"""What the URL calls the part that is open."""


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Khen thưởng"))
    show_told()
    show_form(c)
    at = choose_campaign(c)
    if at is None:
        return
    if not (at.standing.published or can(c.desk.actor, Action.SEE_VOTES).allowed):
        st.info(c.t("Đề nghị, kết quả bỏ phiếu và quyết định xem được khi phong trào đã công bố."))
        return
    parts = {
        "de-nghi": (c.t("Đề nghị"), award_proposals.show),
        "hoi-dong": (c.t("Hội đồng"), votes.show),
        "quyet-dinh": (c.t("Quyết định"), award_decisions.show),
        "van-ban": (c.t("Văn bản"), documents.show),
    }
    labels = [label for label, _ in parts.values()]
    asked = parts.get(st.query_params.get(ASKED, ""))
    first = asked[0] if asked else labels[0]
    tabs = st.tabs(labels, default=first, key=f"{ASKED}:{c.lang}", on_change="rerun")
    for tab, (code, (_, part)) in zip(tabs, parts.items(), strict=True):
        if tab.open:
            keep(ASKED, code, next(iter(parts)))
            with tab:
                part(c, at)
