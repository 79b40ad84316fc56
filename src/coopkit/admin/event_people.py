"""Who took part in an event, gathered into one list: out of the register, from Excel, a whole group; written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

import streamlit as st

from coopkit.admin.ctx import Ctx, plain, show_told, tell
from coopkit.admin.event_lines import show_lines
from coopkit.errors import BadForm, CoopkitError, NotFound
from coopkit.ledger import Receipt
from coopkit.workspace import Unit
from coopkit.workspace.attendance import HITS, Attendance
from coopkit.workspace.events import Details, Events
from coopkit.workspace.staged import Staged

ASKED: Final = "them"
"""What the URL calls the token of the list that is being gathered."""


def begin(c: Ctx, event: str) -> None:
    """Go on with the reader's list of an event, or begin one; a callback."""
    try:
        st.query_params[ASKED] = Attendance(c.desk, c.lang).open(event)
    except CoopkitError as error:
        st.toast(plain(c.told(error)), icon=":material/error:")


def show(c: Ctx, event: str, token: str) -> None:
    """The list: three ways into it, its lines, what it adds, and the button that writes it once."""
    attendance = Attendance(c.desk, c.lang)
    st.button(c.t("Về sự kiện"), key="ds:ve", icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    try:
        staged, held = attendance.staged(token), Events(c.desk, c.lang).event(event)
    except NotFound as error:
        _gone(c, attendance, token, error)
        return
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    st.title(c.t("Thêm đơn vị tham gia"))
    st.caption(plain(f"{held.name} · {held.kind.in_(c.lang)} · {held.days}"))
    show_told()
    picked, excel, whole = st.tabs([c.t("Tìm trong sổ"), c.t("Dán từ Excel"), c.t("Cả nhóm, cả địa bàn")])
    with picked:
        _pick(c, attendance, token)
    with excel:
        _paste(c, token)
    with whole:
        _whole(c, attendance, token, held)
    _figures(c, staged)
    if not staged.lines:
        st.info(c.t("Danh sách còn trống: tìm đơn vị trong sổ, dán từ Excel, hoặc lấy cả một nhóm."))
        return
    show_lines(c, staged)
    _write(c, attendance, staged)


def _leave() -> None:
    st.query_params.pop(ASKED, None)


def _gone(c: Ctx, attendance: Attendance, token: str, error: NotFound) -> None:
    """The list is no more: a click before wrote it, or it was thrown away."""
    if written := attendance.saved(token):
        _done(c, written)
    st.warning(plain(c.told(error)))


def _pick(c: Ctx, attendance: Attendance, token: str) -> None:
    text = st.text_input(c.t("Tên hoặc mã số thuế"), key=f"ds:tim:{token}", icon=":material/search:")
    if not text:
        st.caption(c.t("Gõ vài chữ, có dấu hay không; đánh dấu các đơn vị rồi đưa vào danh sách."))
        return
    found = attendance.search(text)
    if not found:
        st.info(c.t("Không có đơn vị nào như vậy: thử ít chữ hơn."))
        return
    if len(found) == HITS:
        st.caption(c.n("{n} kết quả đầu; gõ thêm để thu hẹp.", HITS))
    with st.form(f"ds:chon:{token}:{hash(tuple(one.id for one in found))}", border=True):
        for one in found:
            st.checkbox(_called(one), key=f"ds:{token}:{one.id}")
        label = c.t("Đưa vào danh sách")
        st.form_submit_button(label, icon=":material/playlist_add:", on_click=_picked, args=(c, token, found))


def _called(one: Unit) -> str:
    told = " · ".join(filter(None, (one.tax_code, one.place)))
    return f"**{plain(one.name)}** {plain(told)}"


def _picked(c: Ctx, token: str, found: list[Unit]) -> None:
    """Take what was ticked into the list; a callback."""
    keys = {f"ds:{token}:{one.id}": one.id for one in found}
    ticked = [of for key, of in keys.items() if st.session_state.get(key)]
    for key in keys:
        st.session_state[key] = False
    _taken(c, token, ticked)


def _paste(c: Ctx, token: str) -> None:
    key = f"ds:dan:{token}"
    st.text_area(
        c.t("Các dòng chép từ Excel"),
        key=key,
        height=180,
        placeholder=c.t("Tên đơn vị hoặc mã số thuế, mỗi đơn vị một dòng"),
        on_change=_pasted,
        args=(c, token, key),
    )
    st.caption(
        c.t(
            "Có dòng tiêu đề thì các cột được nhận theo tên cột. Không có thì theo thứ tự: tên hoặc mã số thuế, "
            "số người, số tiền, kết quả.",
        )
    )
    st.button(
        c.t("Đưa vào danh sách"),
        key=f"{key}:go",
        icon=":material/playlist_add:",
        on_click=_pasted,
        args=(c, token, key),
    )


def _pasted(c: Ctx, token: str, key: str) -> None:
    """Take the pasted lines into the list and empty the box, whose text stays where it does not fit; a callback."""
    text = st.session_state.get(key, "") or ""
    if text.strip() and _added(c, lambda attendance: attendance.paste(token, text)):
        st.session_state[key] = ""


def _whole(c: Ctx, attendance: Attendance, token: str, held: Details) -> None:
    first, second = st.columns(2)
    with first:
        groups = attendance.groups()
        group = st.selectbox(
            c.t("Thành viên của nhóm"),
            list(groups),
            index=None,
            format_func=lambda one: groups[one],
            key=f"ds:nhom:{token}",
            placeholder=c.t("Chọn câu lạc bộ, khối, liên hiệp"),
        )
        members = attendance.members_of(group, held.id) if group else []
        _take(c, token, members, f"ds:nhom:{token}:go", chosen=bool(group))
    with second:
        areas = attendance.areas(held.id)
        area = st.selectbox(
            c.t("Đơn vị trên địa bàn"),
            list(areas),
            index=None,
            format_func=lambda one: areas[one],
            key=f"ds:diaban:{token}",
            placeholder=c.t("Chọn địa bàn"),
        )
        only = st.checkbox(c.t("Chỉ thành viên Liên minh"), value=True, key=f"ds:tv:{token}")
        within = attendance.units_of(area, held.id, members=only) if area else []
        _take(c, token, within, f"ds:diaban:{token}:go", chosen=bool(area))


def _take(c: Ctx, token: str, units: list[str], key: str, *, chosen: bool) -> None:
    label = c.n("Đưa {n} đơn vị vào danh sách", len(units)) if units else c.t("Đưa vào danh sách")
    if chosen and not units:
        st.caption(c.t("Không có đơn vị nào."))
    st.button(
        label,
        key=key,
        icon=":material/playlist_add:",
        disabled=not units,
        on_click=_taken,
        args=(c, token, units),
    )


def _taken(c: Ctx, token: str, units: list[str]) -> None:
    """Take units into the list; a callback."""
    _added(c, lambda attendance: attendance.pick(token, units))


def _added(c: Ctx, add: Callable[[Attendance], int]) -> bool:
    """Add to the list, and say how many; whether it went well."""
    try:
        count = add(Attendance(c.desk, c.lang))
    except BadForm as bad:
        st.toast(plain(bad.faults[""][1 if c.lang == "en" else 0]), icon=":material/error:")
        return False
    except CoopkitError as error:
        st.toast(plain(c.told(error)), icon=":material/error:")
        return False
    st.toast(c.n("Đã đưa {n} dòng vào danh sách.", count), icon=":material/playlist_add_check:")
    return True


def _figures(c: Ctx, staged: Staged) -> None:
    """What the list adds, beside what there is: turns and units, always both."""
    (had, had_units), (has, has_units) = staged.before, staged.after
    pairs = (
        (c.t("Danh sách này thêm"), staged.turns, staged.units),
        (c.t("Sự kiện đang có"), had, had_units),
        (c.t("Sau khi ghi"), has, has_units),
    )
    with st.container(horizontal=True):
        for name, turns, units in pairs:
            told = {"turns": c.n("{n} lượt", turns), "units": c.n("{n} đơn vị", units)}
            st.metric(name, c.t("{turns} · {units}", **told), border=True)
    if staged.counts:
        told_states = [f"{state.label.in_(c.lang)}: {c.number(count)}" for state, count in staged.counts.items()]
        st.caption(plain(" · ".join(told_states)))


def _write(c: Ctx, attendance: Attendance, staged: Staged) -> None:
    token = staged.token
    doing, fault = f"ds:{token}:doing", f"ds:{token}:fault"
    reason = c.ask_why(c.t("Lý do"), f"ds:{token}:why")
    for told in st.session_state.get(fault, ()):
        st.error(plain(told))
    busy, can_be = bool(st.session_state.get(doing)), staged.turns > 0 and not staged.to_mend
    if staged.to_mend:
        st.caption(c.n("Còn {n} dòng phải sửa hoặc bỏ trước khi ghi.", len(staged.to_mend)))
    with st.container(horizontal=True):
        label = c.n("Ghi {n} lượt", staged.turns)
        st.button(
            label,
            key=f"ds:{token}:go",
            type="primary",
            icon=":material/save:",
            disabled=busy or not can_be,
            on_click=_start,
            args=(token,),
        )
        st.button(
            c.t("Bỏ cả danh sách"),
            key=f"ds:{token}:bo",
            type="tertiary",
            disabled=busy,
            on_click=_drop,
            args=(c, token),
        )
    if st.session_state.pop(doing, False):
        _save(c, attendance, token, reason)


def _start(token: str) -> None:
    st.session_state.pop(f"ds:{token}:fault", None)
    st.session_state[f"ds:{token}:doing"] = True


def _drop(c: Ctx, token: str) -> None:
    Attendance(c.desk).close(token)
    _leave()


def _save(c: Ctx, attendance: Attendance, token: str, reason: str) -> None:
    try:
        receipt = attendance.save(token, reason)
    except BadForm as bad:
        at = 1 if c.lang == "en" else 0
        faults = bad.faults.items()
        st.session_state[f"ds:{token}:fault"] = [
            c.t("Dòng {number}: {what}", number=line, what=told[at]) if line else told[at] for line, told in faults
        ]
        st.rerun()
    except CoopkitError as error:
        tell(good=False, text=plain(c.told(error)))
    _done(c, receipt)


def _done(c: Ctx, receipt: Receipt) -> NoReturn:
    """Back to the event, with what was written: by this click, or by one before it."""
    _leave()
    added = c.n("Đã ghi {n} lượt tham gia", receipt.inserted)
    tell(good=True, text=c.t("{added} (lô {number}).", added=added, number=str(receipt.number)))
