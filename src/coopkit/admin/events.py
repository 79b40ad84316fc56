"""Sự kiện: found by kind, day, place and words, turned page by page; one opened, changed, copied. All in the URL."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.admin import event_card, event_copying, event_people, forms
from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx, show_told
from coopkit.admin.unit_filter import page_number, turn
from coopkit.workspace.event_list import EVENT, Asked, FoundEvents, Listed
from coopkit.workspace.events import Events

_WANTED: Final = "su-kien:act"
"""What was clicked in the table: the event's id, and the act."""

_VIEWS: Final = {event_people.ASKED: event_people.show, event_copying.ASKED: event_copying.show}


def show(c: Ctx) -> None:
    """The page: the list, or the event whose id the URL names and what is being done with it."""
    _act(c)
    event = st.query_params.get(event_card.ASKED, "")
    if not event:
        _list(c)
        return
    for key, view in _VIEWS.items():
        if token := st.query_params.get(key, ""):
            view(c, event, token)
            return
    event_card.show(c, event)


def _act(c: Ctx) -> None:
    """What was clicked in the table, done before anything is drawn."""
    event, act = st.session_state.pop(_WANTED, ("", ""))
    if act == "edit":
        forms.open_form(c, EVENT.table, event)
    elif event:
        st.query_params[event_card.ASKED] = event
        if act == "copy":
            event_copying.begin()
        st.rerun()


def _list(c: Ctx) -> None:
    events = Events(c.desk, c.lang)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(c.t("Sự kiện"), width="stretch")
        if events.may_write:
            _add(c, events)
    show_told()
    if events.may_write:
        forms.show_drafts(c, EVENT.table)
    forms.show_form(c)
    if not events.all:
        st.info(c.t("Sổ chưa có sự kiện nào. Thêm sự kiện đầu tiên, hoặc nhập tệp Excel ở trang Nhập dữ liệu."))
        c.link("nhap", c.t("Nhập dữ liệu"))
        return
    asked = _asked(c, events)
    found = events.find(asked)
    told = {"turns": c.n("{n} lượt tham gia", found.turns), "units": c.n("{n} đơn vị khác nhau", found.units)}
    st.caption(c.t("{events} · {turns} của {units}", events=c.n("{n} sự kiện", len(found)), **told))
    if not found:
        st.info(c.t("Không có sự kiện nào như vậy: bớt điều kiện tìm, hoặc thêm sự kiện mới."))
        return
    _listed(c, found, asked)


def _add(c: Ctx, events: Events) -> None:
    """A new event: its kind first, which says what its form asks."""
    with st.popover(c.t("Thêm sự kiện"), icon=":material/add:", type="primary", key="su-kien:them"):
        kinds = events.kinds()
        kind = st.selectbox(
            c.t("Loại sự kiện"),
            list(kinds),
            index=None,
            format_func=lambda one: kinds[one].in_(c.lang),
            key=f"su-kien:loai:{c.lang}",
            placeholder=c.t("Chọn loại"),
        )
        if st.button(c.t("Điền thông tin"), key="su-kien:moi", type="primary", disabled=kind is None) and kind:
            forms.open_form(c, EVENT.table, preset={"kind": kind})


def _asked(c: Ctx, events: Events) -> Asked:
    """The boxes of the filter; each keeps what it says in the URL."""
    first, second, third = st.columns([2, 2, 1])
    with first:
        text = _words(c.t("Tìm theo tên, mã hoặc địa điểm"), "tim")
    with second:
        kinds = {key: kind.label.in_(c.lang) if kind else key for key, kind in events.all.kinds.items()}
        kind = c.choose(c.t("Loại sự kiện"), kinds, "loai")
    with third:
        years = {str(year): str(year) for year in c.desk.years()}
        year = c.choose(c.t("Năm"), years, "nam")
    fourth, fifth, sixth, seventh = st.columns(4)
    with fourth:
        since = _day(c.t("Từ ngày"), "tu")
    with fifth:
        until = _day(c.t("Đến ngày"), "den")
    with sixth:
        area = c.choose(c.t("Địa bàn"), events.all.areas, "dia-ban")
    with seventh:
        order = c.choose(c.t("Thứ tự"), {"cu": c.t("Cũ nhất trước")}, "thu-tu", c.t("Mới nhất trước"))
    return Asked(text, kind, int(year) if year else None, since, until, area, order == "cu")


def _words(label: str, key: str) -> str:
    told = st.text_input(label, st.query_params.get(key, ""), key=f"url:{key}", icon=":material/search:")
    return _kept(key, (told or "").strip())


def _day(label: str, key: str) -> dt.date | None:
    told = st.query_params.get(key, "")
    try:
        day = dt.date.fromisoformat(told) if told else None
    except ValueError:  # somebody wrote the address by hand
        day = None
    chosen: Any = st.date_input(label, day, key=f"url:{key}", format="DD/MM/YYYY", min_value=dt.date(1900, 1, 1))
    _kept(key, chosen.isoformat() if chosen else "")
    return chosen if isinstance(chosen, dt.date) else None


def _kept(key: str, told: str) -> str:
    """What a box says, kept in the URL."""
    keep(key, told)
    return told


def _listed(c: Ctx, found: FoundEvents, asked: Asked) -> None:
    pages = found.pages()
    page = min(page_number(asked, "su-kien:asked"), pages)
    _table(c, found.page(page, c.lang))
    if pages > 1:
        key = f"su-kien:trang:{hash(asked)}"
        st.pagination(pages, default=page, key=key, on_change=turn(key))


def _table(c: Ctx, shown: list[Listed]) -> None:
    look, acts = c.t("Xem"), _acts(c)
    rows = pd.DataFrame([{"open": [look], **({"acts": list(acts)} if acts else {}), **_row(c, one)} for one in shown])
    # The key names the rows: a click made before the list changed must not reach another event.
    key = f"su-kien:{c.lang}:{hash(tuple(shown))}"

    def opened() -> None:
        st.session_state[_WANTED] = shown[st.session_state[f"{key}:open"]["row"]].id, "open"

    def chosen() -> None:
        click = st.session_state[f"{key}:acts"]
        st.session_state[_WANTED] = shown[click["row"]].id, acts[click["label"]]

    columns = st.column_config
    config: dict[str, Any] = {
        "open": columns.ButtonColumn("", pinned=True, width=64, type="tertiary", key=f"{key}:open", on_click=opened),
        "acts": columns.ButtonColumn("", pinned=True, width=44, type="tertiary", key=f"{key}:acts", on_click=chosen),
        c.t("Tên sự kiện"): columns.TextColumn(width=300),
        c.t("Ngày"): columns.TextColumn(width=170),
        c.t("Loại"): columns.TextColumn(width=220),
        c.t("Địa điểm"): columns.TextColumn(width=200),
        c.t("Số liệu khác"): columns.TextColumn(width=260),
    }
    height = 38 + 35 * min(len(shown), 16)
    alt = c.t("Danh sách sự kiện")
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=height, alt=alt)


def _acts(c: Ctx) -> dict[str, str]:
    """What may be done with an event beside opening it, by the words of the menu."""
    if not Events(c.desk).may_write:
        return {}
    return {
        f":material/edit: {c.t('Sửa')}": "edit",
        f":material/content_copy: {c.t('Nhân bản')}": "copy",
    }


def _row(c: Ctx, one: Listed) -> dict[str, Any]:
    return {
        c.t("Tên sự kiện"): one.name,
        c.t("Ngày"): one.days,
        c.t("Lượt"): c.number(one.turns),
        c.t("Số đơn vị"): c.number(one.units),
        c.t("Loại"): one.kind,
        c.t("Địa điểm"): one.place,
        c.t("Số liệu khác"): one.more,
    }
