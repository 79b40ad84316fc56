"""The page script: language, navigation, and the page that was asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from coopkit.admin import cooperatives, overview, reports
from coopkit.admin.ctx import context

st.set_page_config(page_title="coopkit", layout="wide")
language = st.sidebar.radio("Ngôn ngữ / Language", ["Tiếng Việt", "English"], key="lang", persist_state="session")
c = context("en" if language == "English" else "vi")
pages = [
    st.Page(partial(overview.show, c), title=c.t("Tổng quan", "Overview"), url_path="tong-quan", default=True),
    st.Page(partial(cooperatives.show, c), title=c.t("Hợp tác xã", "Cooperatives"), url_path="htx"),
    st.Page(partial(reports.show, c), title=c.t("Báo cáo", "Reports"), url_path="bao-cao"),
]
st.navigation(pages).run()
