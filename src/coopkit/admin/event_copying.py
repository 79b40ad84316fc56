"""An event copied to other days: how they move, shown before it is written; with its units or without."""

from __future__ import annotations

import html
import secrets
from typing import Final, NoReturn

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.admin.form_boxes import FAULT
from coopkit.errors import BadForm, CoopkitError, NotFound
from coopkit.ledger import Receipt
from coopkit.workspace.event_copy import Copy, CopyAsked, Move, Moving
from coopkit.workspace.events import Details, Events

ASKED: Final = "nhan-ban"
"""What the URL calls the token of the copy that is being made."""


def begin() -> None:
    """Begin a copy of the event that the URL names; a callback."""
    st.query_params[ASKED] = secrets.token_urlsafe(12)


def show(c: Ctx, event: str, token: str) -> None:
    """How the event is copied, with a preview, and the button that writes it once."""
    events = Events(c.desk, c.lang)
    if done := events.cloned(token):
        _done(c, events, *done)
    st.button(c.t("Về sự kiện"), key="nb:ve", icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    try:
        held = events.event(event)
    except NotFound as error:
        st.error(plain(c.told(error)))
        return
    st.title(c.t("Nhân bản sự kiện"))
    st.caption(plain(f"{held.name} · {held.days}"))
    faults = st.session_state.get(_key(token, "faults"), {})
    first, second = st.columns([3, 2], gap="large")
    with first:
        asked = _asked(c, event, held, token)
    try:
        copy = events.copied(asked)
    except BadForm as bad:
        copy, faults = None, bad.faults
    with first:
        asked = _named(c, asked, copy, token)
        _fault(c, faults, "code")
        _fault(c, faults, "days")
    with second:
        _preview(c, copy)
    _write(c, events, asked, token, can_be=copy is not None)
    _fault(c, faults, "")


def _asked(c: Ctx, event: str, held: Details, token: str) -> CopyAsked:
    names = {one.value: one.label.in_(c.lang) for one in Moving}
    label = c.t("Dời ngày")
    how = Moving(st.radio(label, list(names), format_func=lambda one: names[one], key=f"{_key(token, 'how')}:{c.lang}"))
    days = 0
    if how is Moving.DAYS:
        days = int(st.number_input(c.t("Số ngày (số âm là lùi lại)"), -36_500, 36_500, 7, key=_key(token, "days")))
    label = c.n("Chép cả {n} đơn vị tham gia", held.units)
    told = c.t("Số người được giữ; số tiền và kết quả để trống, vì là của lần trước.")
    with_turns = st.checkbox(label, key=_key(token, "turns"), help=told, disabled=not held.units)
    return CopyAsked(event, Move(how, days), with_turns=with_turns)


def _named(c: Ctx, asked: CopyAsked, copy: Copy | None, token: str) -> CopyAsked:
    """The name and code of the copy: as proposed for its days, until somebody writes others."""
    if copy is None:
        return asked
    proposed = f"{asked.move.how}:{asked.move.days}"
    name = st.text_input(c.t("Tên sự kiện mới"), copy.event.name, key=_key(token, f"name:{proposed}"))
    code = st.text_input(c.t("Mã sự kiện mới"), copy.event.code, key=_key(token, f"code:{proposed}"))
    return CopyAsked(asked.event, asked.move, code, name or "", asked.with_turns)


def _preview(c: Ctx, copy: Copy | None) -> None:
    if copy is None:
        return
    with st.container(border=True):
        st.markdown(f"**{c.t('Sẽ ghi')}**")
        field, before, after = c.t("Trường"), c.t("Trước"), c.t("Sau")
        rows = [
            {field: one.in_(c.lang), before: was.in_(c.lang), after: now.in_(c.lang)} for one, was, now in copy.dates
        ]
        st.table(pd.DataFrame(rows).set_index(field))
        st.markdown(c.n("{n} lượt tham gia", copy.turns) if copy.turns else c.t("Không chép đơn vị tham gia nào."))
        if copy.former:
            places = plain("; ".join(copy.former))
            st.warning(c.t("Không còn trên bản đồ của ngày mới: {places}. Sửa địa bàn sau khi ghi.", places=places))


def _write(c: Ctx, events: Events, asked: CopyAsked, token: str, *, can_be: bool) -> None:
    doing = _key(token, "doing")
    reason = c.ask_why(c.t("Lý do"), _key(token, "why"))
    busy = bool(st.session_state.get(doing))
    label = c.t("Ghi bản sao")
    st.button(label, key=_key(token, "go"), type="primary", disabled=busy or not can_be, on_click=_start, args=(token,))
    if not st.session_state.pop(doing, False):
        return
    try:
        made, receipt = events.clone(asked, token=token, reason=reason)
    except BadForm as bad:
        st.session_state[_key(token, "faults")] = bad.faults
        st.rerun()
    except CoopkitError as error:
        tell(good=False, text=plain(c.told(error)))
    _done(c, events, made, receipt)


def _done(c: Ctx, events: Events, made: str, receipt: Receipt) -> NoReturn:
    """On to the copy: it was written by this click, or by one before it."""
    _leave()
    st.query_params["ma"] = made
    name = plain(events.event(made).name)
    tell(good=True, text=c.t("Đã ghi bản sao {name} (lô {number}).", name=name, number=str(receipt.number)))


def _fault(c: Ctx, faults: dict[str, tuple[str, str]], key: str) -> None:
    if key in faults:
        vi, en = faults[key]
        st.html(FAULT.format(text=html.escape(en if c.lang == "en" else vi)))


def _start(token: str) -> None:
    st.session_state.pop(_key(token, "faults"), None)
    st.session_state[_key(token, "doing")] = True


def _leave() -> None:
    st.query_params.pop(ASKED, None)


def _key(token: str, name: str) -> str:
    return f"nb:{token}:{name}"
