"""One event: its turns and units, its fields, its places and organisers, its history; each changed where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import event_copying, event_people, event_removal, forms
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.versions import show_versions
from coopkit.errors import NotFound
from coopkit.workspace.event_list import EVENT, TURN
from coopkit.workspace.events import TOLD, Details, Events, Line, Turn

ASKED: Final = "ma"
"""What the URL calls the id of the event that is open."""


def show(c: Ctx, event: str) -> None:
    """The event's page."""
    events = Events(c.desk, c.lang)
    event_removal.settle(c, events)
    st.button(c.t("Danh sách sự kiện"), key="sk:ve", icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    try:
        shown = events.event(event)
    except NotFound:
        st.title(c.t("Không có sự kiện này"))
        show_told()
        st.info(c.t("Sự kiện đã bị xóa, hoặc địa chỉ không đúng. Chọn một sự kiện trong danh sách."))
        return
    st.title(plain(shown.name))
    st.caption(plain(f"{shown.kind.in_(c.lang)} · {shown.days}"))
    show_told()
    forms.show_form(c)
    if events.may_write:
        event_removal.ask(c, events)
        _buttons(c, shown)
    _figures(c, shown)
    history = can(c.desk.actor, Action.HISTORY).allowed
    names = [c.t("Đơn vị tham gia"), c.t("Thông tin"), *([c.t("Lịch sử")] if history else [])]
    tabs = st.tabs(names)
    with tabs[0]:
        _turns(c, events, shown)
    with tabs[1]:
        _about(c, events, shown)
    for tab in tabs[2:]:
        with tab:
            show_versions(c, EVENT.table, event)


def _leave() -> None:
    st.query_params.pop(ASKED, None)


def _buttons(c: Ctx, shown: Details) -> None:
    with st.container(horizontal=True):
        add, edit, copy, drop = c.t("Thêm đơn vị tham gia"), c.t("Sửa"), c.t("Nhân bản"), c.t("Xóa")
        st.button(
            add,
            key="sk:add",
            type="primary",
            icon=":material/group_add:",
            on_click=event_people.begin,
            args=(c, shown.id),
        )
        st.button(edit, key="sk:edit", icon=":material/edit:", on_click=forms.ask_form, args=(c, EVENT.table, shown.id))
        st.button(copy, key="sk:copy", icon=":material/content_copy:", on_click=event_copying.begin)
        st.button(
            drop,
            key="sk:drop",
            icon=":material/delete:",
            on_click=event_removal.begin,
            args=(EVENT.table, shown.id, shown.name),
        )


def _figures(c: Ctx, shown: Details) -> None:
    with st.container(horizontal=True):
        st.metric(c.t("Lượt tham gia"), c.n("{n} lượt", shown.turns), border=True)
        st.metric(c.t("Đơn vị khác nhau"), c.n("{n} đơn vị", shown.units), border=True)
        for label, text in shown.more:
            st.metric(label.in_(c.lang), text, border=True)


def _turns(c: Ctx, events: Events, shown: Details) -> None:
    if not shown.turns:
        st.info(c.t("Chưa có đơn vị nào tham gia. Thêm từ sổ, dán từ Excel, hoặc lấy cả một nhóm."))
        return
    told = [
        c.t(
            "{field}: {filled}/{of} lượt", field=one.label.in_(c.lang), filled=c.number(one.filled), of=c.number(one.of)
        )
        for one in shown.asked
    ]
    st.caption(c.t("Mỗi lượt có thể ghi thêm – {fields}", fields=" · ".join(told)))
    pages = shown.pages
    key = f"sk:trang:{shown.id}"
    page = st.pagination(pages, key=key) if pages > 1 else 1
    _turn_table(c, events.turns(shown.id, page), may_write=events.may_write)


def _turn_table(c: Ctx, turns: Sequence[Turn], *, may_write: bool) -> None:
    acts = {f":material/edit: {c.t('Sửa')}": "edit", f":material/delete: {c.t('Bỏ khỏi sự kiện')}": "drop"}
    labels = {key: TURN.field(key).label.in_(c.lang) for key in TOLD}
    rows = pd.DataFrame(
        [
            {
                **({"acts": list(acts)} if may_write else {}),
                c.t("Đơn vị"): one.name,
                c.t("Mã số thuế"): one.tax_code,
                c.t("Địa bàn"): one.place,
                labels["people"]: one.people,
                labels["amount"]: one.amount,
                labels["result"]: one.result,
            }
            for one in turns
        ]
    )
    key = f"sk:luot:{c.lang}:{hash(tuple(turns))}"

    def chosen() -> None:
        click = st.session_state[f"{key}:acts"]
        one = turns[click["row"]]
        if acts[click["label"]] == "edit":
            forms.ask_form(c, TURN.table, one.id)
        else:
            event_removal.begin(TURN.table, one.id, one.name)

    button = st.column_config.ButtonColumn(
        "⋮", width=48, pinned=True, type="tertiary", key=f"{key}:acts", on_click=chosen
    )
    config: dict[str, Any] = {"acts": button, c.t("Đơn vị"): st.column_config.TextColumn(width=320)}
    height = 38 + 35 * min(len(turns), 14)
    alt = c.t("Đơn vị tham gia")
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=height, alt=alt)


def _about(c: Ctx, events: Events, shown: Details) -> None:
    field, value = c.t("Trường"), c.t("Giá trị")
    told = [(plain(label.in_(c.lang)), plain(text) or "–") for label, text in shown.facts]
    st.table(pd.DataFrame(told, columns=[field, value]).set_index(field))
    first, second = st.columns(2)
    with first:
        _parts(c, c.t("Địa bàn của sự kiện"), "event_place", shown.places, shown.id, may_write=events.may_write)
    with second:
        _parts(c, c.t("Đơn vị phối hợp"), "event_organiser", shown.organisers, shown.id, may_write=events.may_write)


def _parts(c: Ctx, title: str, table: str, lines: Sequence[Line], event: str, *, may_write: bool) -> None:
    """The places, or those who organised along: each opened to be changed; one more added."""
    st.markdown(f"**{plain(title)}**")
    if not lines:
        st.caption(c.t("Chưa ghi nhận."))
    for one in lines:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(" · ".join(one.texts)), width="stretch")
            if may_write:
                key, name = f"sk:{table}:{one.id}", " · ".join(one.texts)
                edit, drop = c.t("Sửa {name}", name=name), c.t("Bỏ {name}", name=name)
                st.button(
                    "",
                    key=key,
                    icon=":material/edit:",
                    type="tertiary",
                    help=plain(edit),
                    on_click=forms.ask_form,
                    args=(c, table, one.id),
                )
                st.button(
                    "",
                    key=f"{key}:drop",
                    icon=":material/delete:",
                    type="tertiary",
                    help=plain(drop),
                    on_click=event_removal.begin,
                    args=(table, one.id, name),
                )
    if may_write:
        st.button(
            c.t("Thêm"),
            key=f"sk:{table}:new",
            icon=":material/add:",
            type="tertiary",
            on_click=forms.ask_form,
            args=(c, table),
            kwargs={"preset": {"event": event}},
        )
