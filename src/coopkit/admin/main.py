"""The page script: language, navigation, and the page that was asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st
from attrs import evolve
from streamlit.navigation.page import StreamlitPage

from coopkit.access import Action, can
from coopkit.admin import cooperatives, guest, journal, overview, places, plugins, reports, shell, unit
from coopkit.admin.ctx import choose_language, choose_map, context


def _open(page: StreamlitPage, wanted: str) -> None:
    st.switch_page(page, query_params={"ma": wanted})


st.session_state[guest.SCREEN] = ""
st.set_page_config(page_title="coopkit", layout="wide", initial_sidebar_state="auto")
c = context(choose_language())
c = evolve(c, on_map=choose_map(c))
record = st.Page(partial(unit.show, c), title=c.t("Hồ sơ đơn vị"), url_path="htx-ho-so", visibility="hidden")
links: dict[str, StreamlitPage] = {}
pages = [
    st.Page(partial(overview.show, c, links), title=c.t("Tổng quan"), url_path="tong-quan", default=True),
    st.Page(partial(cooperatives.show, c, partial(_open, record)), title=c.t("Hợp tác xã"), url_path="htx"),
    record,
    st.Page(partial(reports.show, c), title=c.t("Báo cáo"), url_path="bao-cao"),
    st.Page(partial(places.show, c), title=c.t("Xác định địa bàn"), url_path="dia-ban"),
]
if can(c.desk.actor, Action.HISTORY).allowed:
    opened = partial(journal.show, c, partial(_open, record))
    pages.append(st.Page(opened, title=c.t("Nhật ký"), url_path="nhat-ky"))
office = st.Page(partial(plugins.show, c), title=c.t("Tiện ích"), url_path="tien-ich")
if can(c.desk.actor, Action.PLUGIN).allowed:
    pages.append(office)
links |= {page.url_path: page for page in pages}
sections = {"": pages}
if guests := guest.pages(c):
    sections[c.t("Trang của tiện ích")] = guests
chosen = st.navigation(sections, expanded=True)
shell.dress(c.lang, chosen)
plugins.notices(c, office if office in pages and chosen is not office else None)
try:
    chosen.run()
finally:
    if chosen in guests:  # it may have put a navigation of its own in this one's place
        st.navigation(sections, expanded=True)
