"""The page script: language, navigation, and the page that was asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st
from attrs import evolve
from streamlit.navigation.page import StreamlitPage

from coopkit.admin import cooperatives, overview, places, reports, unit
from coopkit.admin.ctx import choose_map, context


def _open(page: StreamlitPage, wanted: str) -> None:
    st.switch_page(page, query_params={"ma": wanted})


st.set_page_config(page_title="coopkit", layout="wide")
language = st.sidebar.radio("Ngôn ngữ / Language", ["Tiếng Việt", "English"], key="lang", persist_state="session")
c = context("en" if language == "English" else "vi")
c = evolve(c, on_map=choose_map(c))
record = st.Page(partial(unit.show, c), title=c.t("Hồ sơ đơn vị", "Unit"), url_path="htx-ho-so", visibility="hidden")
pages = [
    st.Page(partial(overview.show, c), title=c.t("Tổng quan", "Overview"), url_path="tong-quan", default=True),
    st.Page(
        partial(cooperatives.show, c, partial(_open, record)), title=c.t("Hợp tác xã", "Cooperatives"), url_path="htx"
    ),
    record,
    st.Page(partial(reports.show, c), title=c.t("Báo cáo", "Reports"), url_path="bao-cao"),
    st.Page(partial(places.show, c), title=c.t("Xác định địa bàn", "Places to decide"), url_path="dia-ban"),
]
st.navigation(pages).run()
