"""Which campaign a page of Thi đua is about: chosen in a box, kept in the URL."""

from __future__ import annotations

import streamlit as st

from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx
from coopkit.workspace import CampaignDesk


def choose_campaign(c: Ctx) -> CampaignDesk | None:
    """The campaign that `?dot=` names, else the latest; None where there is none yet, with what to do about it."""
    known = CampaignDesk.all(c.desk)
    if not known:
        st.info(c.t("Sổ chưa có phong trào nào. Mở một phong trào ở trang Đợt thi đua."))
        c.link("thi-dua", c.t("Đợt thi đua"))
        return None
    names = {one.id: one.name for one in known}
    ids, told = list(names), st.query_params.get("dot", "")
    at = ids.index(told) if told in ids else 0
    chosen = st.selectbox(c.t("Phong trào"), ids, index=at, format_func=lambda one: names[one], key=f"dot:{c.lang}")
    keep("dot", chosen, ids[0])
    return CampaignDesk(c.desk, chosen)
