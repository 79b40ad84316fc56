"""The page script: language, navigation, and the page that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from attrs import evolve
from streamlit.navigation.page import StreamlitPage

from coopkit.access import Action, can
from coopkit.admin import (
    administration,
    awards,
    board,
    bulk,
    campaigns,
    cooperatives,
    criteria,
    events,
    guest,
    imports,
    journal,
    overview,
    persons,
    places,
    plugins,
    reports,
    scores,
    shell,
    unit,
    who,
)
from coopkit.admin.ctx import choose_language, choose_map, context

st.session_state[guest.SCREEN] = ""
st.set_page_config(page_title="coopkit", layout="wide", initial_sidebar_state="auto")
links: dict[str, StreamlitPage] = {}
c = evolve(context(choose_language()), links=links)


def _may(action: Action) -> bool:
    return can(c.desk.actor, action).allowed


if _may(Action.VIEW):
    c = evolve(c, on_map=choose_map(c))


def _page(
    show: Callable[..., None], title: str, path: str, *given: Any, may: Action = Action.VIEW, **more: Any
) -> None:
    """A page of the navigation, where this reader may have it."""
    if _may(may):
        links[path] = st.Page(partial(show, c, *given), title=title, url_path=path, **more)


def _open(unit_id: str) -> None:
    c.go("htx-ho-so", ma=unit_id)


_page(overview.show, c.t("Tổng quan"), "tong-quan", links, default=True)
_page(cooperatives.show, c.t("Hợp tác xã"), "htx", _open)
_page(unit.show, c.t("Hồ sơ đơn vị"), "htx-ho-so", visibility="hidden")
_page(bulk.show, c.t("Sửa hàng loạt"), "htx-sua", may=Action.WRITE)
_page(events.show, c.t("Sự kiện"), "su-kien")
_page(places.show, c.t("Xác định địa bàn"), "dia-ban", may=Action.WRITE)
_page(campaigns.show, c.t("Đợt thi đua"), "thi-dua")
_page(criteria.show, c.t("Tiêu chí"), "thi-dua-tieu-chi")
_page(scores.show, c.t("Chấm điểm"), "thi-dua-cham")
_page(board.show, c.t("Bảng xếp hạng"), "thi-dua-xep-hang")
_page(awards.show, c.t("Khen thưởng"), "thi-dua-khen")
_page(reports.show, c.t("Báo cáo"), "bao-cao")
_page(imports.show, c.t("Nhập dữ liệu"), "nhap", may=Action.WRITE)
_page(persons.show, c.t("Dữ liệu cá nhân"), "ca-nhan", may=Action.VIEW_PERSONAL)
_page(plugins.show, c.t("Tiện ích"), "tien-ich", may=Action.PLUGIN)
_page(journal.show, c.t("Nhật ký"), "nhat-ky", _open, may=Action.HISTORY)
_page(administration.show, c.t("Quản trị"), "quan-tri", may=Action.VERIFY)

SECTIONS = {
    "": ("tong-quan",),
    c.t("Nghiệp vụ"): ("htx", "htx-ho-so", "htx-sua", "su-kien", "dia-ban"),
    c.t("Thi đua"): ("thi-dua", "thi-dua-tieu-chi", "thi-dua-cham", "thi-dua-xep-hang", "thi-dua-khen"),
    c.t("Dữ liệu"): ("bao-cao", "nhap", "ca-nhan"),
    c.t("Hệ thống"): ("tien-ich", "nhat-ky", "quan-tri"),
}
if not _may(Action.VIEW):
    links["tong-quan"] = st.Page(
        partial(who.show_nothing, c), title=c.t("Chưa có quyền"), url_path="tong-quan", default=True
    )
sections = {title: [links[path] for path in paths if path in links] for title, paths in SECTIONS.items()}
if guests := guest.pages(c) if _may(Action.VIEW) else []:
    sections[c.t("Trang của tiện ích")] = guests
chosen = st.navigation({title: pages for title, pages in sections.items() if pages}, expanded=True)
shell.dress(c.lang, chosen)
who.show(c)
office = links.get("tien-ich")
plugins.notices(c, office if chosen is not office else None)
try:
    chosen.run()
finally:
    if chosen in guests:  # it may have put a navigation of its own in this one's place
        st.navigation(sections, expanded=True)
