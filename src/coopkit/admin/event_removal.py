"""Taking out an event, or a part of one: what goes with it, why, and once only. The journal can take it back."""

from __future__ import annotations

import secrets
from typing import Final, NoReturn

import streamlit as st
from attrs import frozen

from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.errors import BadForm, CoopkitError, NotFound
from coopkit.ledger import Receipt
from coopkit.text import Label
from coopkit.workspace.event_list import EVENT
from coopkit.workspace.events import Events

_ASKED: Final = "su-kien:xoa"


@frozen
class _Wanted:
    """What is to go: its table, id and name; and the token of the one batch that does it."""

    table: str
    record: str
    name: str
    token: str


def begin(table: str, record: str, name: str) -> None:
    """Ask about a record with the next drawing of the page; a callback."""
    st.session_state[_ASKED] = _Wanted(table, record, name, secrets.token_urlsafe(12))


def settle(c: Ctx, events: Events) -> None:
    """Say what became of a removal that a click before this one has written."""
    wanted = st.session_state.get(_ASKED)
    if wanted is not None and (written := events.saved(wanted.token)):
        _done(c, wanted, written)


def ask(c: Ctx, events: Events) -> None:
    """The question, where something is to go."""
    wanted = st.session_state.get(_ASKED)
    if wanted is not None:
        title = c.t("Xóa sự kiện") if wanted.table == EVENT.table else c.t("Bỏ khỏi sự kiện")
        st.dialog(title, on_dismiss=_leave)(_question)(c, events, wanted)


def _question(c: Ctx, events: Events, wanted: _Wanted) -> None:
    st.markdown(f"**{plain(wanted.name)}**")
    turns = _with_it(c, events, wanted) if wanted.table == EVENT.table else 0
    reason = c.ask_why(c.t("Lý do"), f"{_ASKED}:why:{wanted.token}")
    st.caption(c.t("Có thể hoàn tác ở trang Nhật ký."))
    if fault := st.session_state.get(f"{_ASKED}:fault:{wanted.token}"):
        st.error(plain(fault.in_(c.lang)))
    doing = f"{_ASKED}:doing"
    with st.container(horizontal=True):
        busy, go = bool(st.session_state.get(doing)), c.t("Xóa") if wanted.table == EVENT.table else c.t("Bỏ")
        st.button(go, key=f"{_ASKED}:go", type="primary", disabled=busy, on_click=_start)
        st.button(c.t("Huỷ"), key=f"{_ASKED}:leave", disabled=busy, on_click=_leave)
    if st.session_state.pop(doing, False):
        _remove(c, events, wanted, turns, reason)


def _with_it(c: Ctx, events: Events, wanted: _Wanted) -> int:
    """What goes with an event, and whether its turns may; gives the number of turns that may go."""
    try:
        going = events.going(wanted.record)
    except NotFound:  # it went with the click before
        return 0
    if going.parts:
        st.markdown(c.n("Cùng với {n} địa bàn, đơn vị phối hợp đã ghi cho sự kiện.", going.parts))
    if not going.turns:
        return 0
    st.warning(c.n("Sự kiện có {n} lượt tham gia.", going.turns), icon=":material/group:")
    agreed = st.checkbox(c.n("Xóa cả {n} lượt tham gia", going.turns), key=f"{_ASKED}:turns:{wanted.token}")
    return going.turns if agreed else 0


def _start() -> None:
    st.session_state[f"{_ASKED}:doing"] = True


def _leave() -> None:
    st.session_state.pop(_ASKED, None)


def _remove(c: Ctx, events: Events, wanted: _Wanted, turns: int, reason: str) -> None:
    try:
        receipt = _removed(events, wanted, turns, reason)
    except BadForm as bad:
        st.session_state[f"{_ASKED}:fault:{wanted.token}"] = Label(*bad.faults[""])
        st.rerun()
    except CoopkitError as error:
        _leave()
        tell(good=False, text=plain(c.told(error)))
    _done(c, wanted, receipt)


def _done(c: Ctx, wanted: _Wanted, receipt: Receipt) -> NoReturn:
    _leave()
    name, number = plain(wanted.name), str(receipt.number)
    if wanted.table == EVENT.table:
        st.query_params.pop("ma", None)
        tell(good=True, text=c.t("Đã xóa {name} (lô {number}).", name=name, number=number))
    tell(good=True, text=c.t("Đã bỏ {name} khỏi sự kiện (lô {number}).", name=name, number=number))


def _removed(events: Events, wanted: _Wanted, turns: int, reason: str) -> Receipt:
    if wanted.table == EVENT.table:
        return events.remove(wanted.record, token=wanted.token, reason=reason, turns=turns)
    return events.remove_part(wanted.table, wanted.record, token=wanted.token, reason=reason)
