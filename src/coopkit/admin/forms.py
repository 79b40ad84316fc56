"""A record's form in a drawer over a stored draft: nothing typed is lost, and what is saved is written once.

The token of the draft stands in the URL (`?sua=`). A page that edits records calls `show_form` once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain, tell, tell_next
from coopkit.admin.form_boxes import Drawer, show_boxes
from coopkit.errors import BadForm, CoopkitError, NotFound, StaleBase
from coopkit.period import format_moment
from coopkit.snapshot import TABLES
from coopkit.workspace.drafts import Draft, Drafts, Saved

ASKED: Final = "sua"
"""What the URL calls the token of the draft that is open."""

NOTES: Final = 3
"""How many drafts a page reminds of."""


def ask_form(c: Ctx, table: str, record: str = "", *, preset: Mapping[str, str] | None = None) -> None:
    """Open a record, or a new one, in the drawer with the next drawing of the page: for a button's callback."""
    try:
        st.query_params[ASKED] = Drafts(c.desk, c.lang).open(table, record, preset).token
    except CoopkitError as error:
        st.toast(plain(c.told(error)), icon=":material/error:")


def open_form(c: Ctx, table: str, record: str = "", *, preset: Mapping[str, str] | None = None) -> NoReturn:
    """Open a record, or a new one with some boxes filled in, in the drawer; draws the page anew."""
    ask_form(c, table, record, preset=preset)
    st.rerun()


def show_form(c: Ctx) -> None:
    """The drawer, where the URL names a draft. Called once by a page that edits records."""
    token = st.query_params.get(ASKED, "")
    if not token:
        return
    drafts = Drafts(c.desk, c.lang)
    try:
        draft = drafts.find(token)
    except NotFound as error:
        _gone(c, drafts, token, error)
        return
    except CoopkitError as error:
        st.warning(plain(c.told(error)))
        return
    drawn = st.dialog(_title(c, drafts, draft), width="medium", position="right", dismissible=False)(_drawer)
    drawn(c, token)


def show_drafts(c: Ctx, *tables: str) -> None:
    """The reader's drafts of these tables that wait to be saved: go on with one, or let it go."""
    drafts = Drafts(c.desk, c.lang)
    waiting = [one for one in drafts.mine(*tables) if one.token != st.query_params.get(ASKED)]
    for draft in waiting[:NOTES]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"nhap:{draft.token}"):
            told = c.t("Bạn có bản nháp chưa lưu: {name}", name=f"**{plain(drafts.title(draft))}**")
            when = f" · {format_moment(draft.time)}" if draft.time else ""
            st.markdown(f":material/edit_note: {told}{when}", width="stretch")
            if st.button(c.t("Mở tiếp"), key=f"nhap:mo:{draft.token}"):
                st.query_params[ASKED] = draft.token
                st.rerun()
            st.button(
                c.t("Bỏ"), key=f"nhap:bo:{draft.token}", type="tertiary", on_click=drafts.drop, args=(draft.token,)
            )


def _title(c: Ctx, drafts: Drafts, draft: Draft) -> str:
    kind = TABLES[draft.form.table].label.in_(c.lang)
    if not draft.form.record:
        return c.t("Thêm: {what}", what=plain(kind))
    return c.t("Sửa: {what}", what=plain(drafts.title(draft)))


def _drawer(c: Ctx, token: str) -> None:
    if st.query_params.get(ASKED) != token:  # a click closed it, and only the drawer is drawn anew by itself
        st.rerun()
    try:
        drawer = Drawer(c, Drafts(c.desk, c.lang).find(token))
    except CoopkitError:  # saved or dropped between two clicks
        st.rerun()
    saving = bool(st.session_state.get(drawer.key("saving")))
    with st.container():  # boxes keep their places on the page, whatever is told above them
        _show_faults(drawer)
        if st.session_state.get(drawer.key("clash")):
            _show_clash(drawer)
    show_boxes(drawer)
    _ask_reason(drawer)
    if st.session_state.get(drawer.key("leaving")):
        _ask_leaving(drawer)
    else:
        with st.container(horizontal=True):
            st.button(
                c.t("Lưu"),
                key=drawer.key("save"),
                type="primary",
                shortcut="Ctrl+S",
                disabled=saving,
                on_click=_start,
                args=(drawer,),
            )
            st.button(c.t("Huỷ"), key=drawer.key("leave"), on_click=_leave, args=(drawer,), disabled=saving)
    if saving:
        _save(drawer)


def _ask_reason(drawer: Drawer) -> None:
    c, key = drawer.c, drawer.key("why")
    if key not in st.session_state:
        st.session_state[key] = drawer.draft.reason
    told = c.t("Được ghi vào nhật ký; có thể để trống")
    st.text_input(c.t("Lý do, căn cứ"), key=key, placeholder=told, on_change=drawer.keep)


def _show_faults(drawer: Drawer) -> None:
    """What is wrong, before all boxes: how many must be mended, and what is the matter with the whole."""
    c, faults = drawer.c, drawer.faults
    if trouble := st.session_state.get(drawer.key("trouble")):
        st.warning(plain(trouble))
    if "" in faults:
        vi, en = faults[""]
        st.error(c.t("Chưa ghi: {why}.", why=plain(en if c.lang == "en" else vi)))
    if boxes := [box.field.label.in_(c.lang) for box in drawer.draft.form.boxes if box.key in faults]:
        st.error(c.n("Chưa ghi: còn {n} ô cần sửa ({which}).", len(boxes), which=plain("; ".join(boxes))))


def _start(drawer: Drawer) -> None:
    st.session_state[drawer.key("saving")] = True


def _save(drawer: Drawer) -> None:
    """Write it once, and close; or say what stands in the way."""
    c, token = drawer.c, drawer.draft.token
    try:
        saved = drawer.drafts.save(token, drawer.typed(), drawer.why())
    except BadForm as bad:
        st.session_state[drawer.key("faults")] = bad.faults
    except StaleBase:
        st.session_state[drawer.key("faults")] = {}
        st.session_state[drawer.key("clash")] = True
    except CoopkitError as error:
        st.session_state[drawer.key("trouble")] = c.told(error)
    else:
        _done(c, drawer.drafts, saved, token)
    st.session_state[drawer.key("saving")] = False
    st.rerun()


def _done(c: Ctx, drafts: Drafts, saved: Saved, token: str) -> NoReturn:
    """Close the drawer and say what was written; a new unit is shown on its own page."""
    _close(token)
    name = plain(drafts.name(saved))
    text = c.t("Đã ghi {name} (lô {number}).", name=name, number=str(saved.receipt.number))
    if saved.table == "cooperative" and saved.receipt.inserted and "htx-ho-so" in c.links:
        tell_next(good=True, text=text)
        c.go("htx-ho-so", ma=saved.record)
    tell(good=True, text=text)


def _gone(c: Ctx, drafts: Drafts, token: str, error: NotFound) -> None:
    """The draft is no more: it was saved by a click before, or dropped elsewhere."""
    saving = st.session_state.get(f"sua:{token}:saving")
    if saving and (saved := drafts.saved(token)):
        _done(c, drafts, saved, token)
    _close(token)
    if saving is not None or drafts.saved(token) is None:
        st.warning(plain(c.told(error)))


def _close(token: str) -> None:
    """Take the draft out of the URL, and all that the session remembers of it."""
    if st.query_params.get(ASKED) == token:
        del st.query_params[ASKED]
    for key in [one for one in st.session_state if str(one).startswith(f"sua:{token}:")]:
        del st.session_state[key]


def _leave(drawer: Drawer) -> None:
    """Close a form that nothing was typed into; ask where something was."""
    drawer.keep()
    try:
        touched = drawer.drafts.find(drawer.draft.token).touched
    except CoopkitError:
        touched = False
    if touched:
        st.session_state[drawer.key("leaving")] = True
    else:
        _drop(drawer)


def _drop(drawer: Drawer) -> None:
    drawer.drafts.drop(drawer.draft.token)
    _close(drawer.draft.token)


def _ask_leaving(drawer: Drawer) -> None:
    """What becomes of what was typed."""
    c = drawer.c
    st.warning(c.t("Bỏ những gì đã gõ?"))
    with st.container(horizontal=True):
        st.button(c.t("Bỏ những gì đã gõ"), key=drawer.key("drop"), on_click=_drop, args=(drawer,))
        keep = c.t("Đóng, giữ bản nháp")
        st.button(keep, key=drawer.key("later"), on_click=_close, args=(drawer.draft.token,))
        st.button(c.t("Sửa tiếp"), key=drawer.key("stay"), type="primary", on_click=_stay, args=(drawer, "leaving"))


def _stay(drawer: Drawer, asked: str) -> None:
    st.session_state[drawer.key(asked)] = False


def _show_clash(drawer: Drawer) -> None:
    """Both versions side by side, and what is to become of them."""
    c = drawer.c
    try:
        clashes = drawer.drafts.clashes(drawer.draft.token)
    except CoopkitError as error:  # the record is no more
        st.error(plain(c.told(error)))
        return
    st.warning(c.t("Chưa ghi: trong lúc bạn sửa, người khác đã ghi bản ghi này."), icon=":material/group:")
    field, opened = c.t("Trường"), c.t("Lúc mở")
    theirs, yours = c.t("Người khác đã ghi"), c.t("Của bạn")
    same = c.t("không sửa")
    rows = [
        (one.label.in_(c.lang), one.opened or "–", one.theirs or "–", (one.yours or "–") if one.touched else same)
        for one in clashes
    ]
    st.table(pd.DataFrame(rows, columns=[field, opened, theirs, yours]).map(plain).set_index(field))
    with st.container(horizontal=True):
        st.button(c.t("Giữ phần của tôi"), key=drawer.key("mine"), on_click=_anew, args=(drawer, ()))
        taken = tuple(one.key for one in clashes)
        st.button(c.t("Lấy phần người khác"), key=drawer.key("theirs"), on_click=_anew, args=(drawer, taken))
        st.button(c.t("Sửa tiếp"), key=drawer.key("on"), type="tertiary", on_click=_stay, args=(drawer, "clash"))


def _anew(drawer: Drawer, without: tuple[str, ...]) -> None:
    """Open the record as it is now under what was typed; of these boxes, what was typed is let go."""
    drawer.keep()
    try:
        drawer.drafts.anew(drawer.draft.token, without)
    except CoopkitError as error:
        st.session_state[drawer.key("trouble")] = drawer.c.told(error)
    st.session_state[drawer.key("clash")] = False
