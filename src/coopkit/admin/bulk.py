"""Sửa hàng loạt: many units at once, in one of three ways; what changes is shown before it is written, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.admin import bulk_ways, unit_filter
from coopkit.admin.address import keep
from coopkit.admin.bulk_ways import Wanted
from coopkit.admin.ctx import Ctx, plain, show_told, tell
from coopkit.errors import BadForm, CoopkitError, StaleBase
from coopkit.workspace import Found
from coopkit.workspace.bulk import Bulk
from coopkit.workspace.bulk_plan import MOST, Opened, Plan

_OPENED: Final = "bulk:opened"
_PLAN: Final = "bulk:plan"
_TOKEN: Final = "bulk:token"  # noqa: S105 - the name of a place, no secret
_SAVING: Final = "bulk:saving"
_FAULT: Final = "bulk:fault"
_CLASH: Final = "bulk:clash"
_DONE: Final = "bulk:done"
_WHY: Final = "bulk:why"
_REST: Final = "bulk:rest"

_WAYS: Final[Mapping[str, Callable[[Ctx, Bulk, Opened], Wanted | None]]] = {
    "mot-gia-tri": bulk_ways.one_value,
    "bang": bulk_ways.grid,
    "tu-ngay": bulk_ways.from_a_day,
}


def show(c: Ctx) -> None:
    """The page."""
    bulk = Bulk(c.desk, c.lang)
    if st.session_state.pop(_SAVING, False):
        _save(c, bulk)
    st.title(c.t("Sửa hàng loạt"))
    show_told()
    units = c.desk.units(c.on_map)
    if not units:
        c.nothing_yet()
        return
    wanted = unit_filter.draw(c, units)
    unit_filter.chips(c, units, wanted)
    by, down = unit_filter.sorting()
    found = units.search(wanted, by, descending=down)
    if not _few_enough(c, found):
        return
    opened = _opened(bulk, found, (wanted, by, down, c.on_map, c.lang))
    asked = _asked(c, bulk, opened)
    if asked is None:
        st.session_state.pop(_PLAN, None)
        return
    _preview(c, asked)


def _few_enough(c: Ctx, found: Found) -> bool:
    if not found:
        st.info(c.t("Không có đơn vị nào như vậy: bớt điều kiện tìm."))
        return False
    told = c.n("Đang chọn {n} đơn vị", len(found))
    if len(found) > MOST:
        most = c.number(MOST)
        why = c.t("Mỗi lần sửa được nhiều nhất {most} đơn vị.", most=most)
        how = c.t("Lọc hẹp lại: chọn một địa bàn, một loại hình, hoặc những đơn vị đang thiếu thông tin.")
        st.warning(f"**{told}.** {why} {how}", icon=":material/filter_alt:")
        return False
    st.caption(told)
    return True


def _opened(bulk: Bulk, found: Found, asked: tuple[Any, ...]) -> Opened:
    """The units as they were when this filter was chosen: what others write meanwhile is told, not overwritten."""
    held = st.session_state.get(_OPENED)
    if held is None or held[0] != asked:
        held = st.session_state[_OPENED] = asked, bulk.open(found)
        st.session_state[_TOKEN] = secrets.token_urlsafe()
        for key in (_PLAN, _CLASH, _FAULT):
            st.session_state.pop(key, None)
    opened: Opened = held[1]
    return opened


def _asked(c: Ctx, bulk: Bulk, opened: Opened) -> Wanted | None:
    """The way that was chosen, and what was asked for in it."""
    told = {
        "mot-gia-tri": c.t("Một giá trị cho tất cả"),
        "bang": c.t("Bảng từng đơn vị"),
        "tu-ngay": c.t("Tình trạng, tư cách từ một ngày"),
    }
    first = st.query_params.get("cach", "")
    way = st.segmented_control(
        c.t("Sửa theo cách"),
        list(_WAYS),
        default=first if first in _WAYS else "mot-gia-tri",
        format_func=told.__getitem__,
        required=True,
        key=f"bulk:cach:{c.lang}",
    )
    keep("cach", way, "mot-gia-tri")
    return _WAYS[way](c, bulk, opened)


def _preview(c: Ctx, asked: Wanted) -> None:
    """The button, and under it what would change; what was asked for since makes it go."""
    held = st.session_state.get(_PLAN)
    if held is not None and held[0] != asked.asked:
        held = None
    if st.button(c.t("Xem trước thay đổi"), key="bulk:preview", type="secondary" if held else "primary"):
        with st.spinner(c.t("Đang so với sổ…")):
            st.session_state[_PLAN] = asked.asked, asked.plan()
        for key in (_CLASH, _FAULT, _DONE):
            st.session_state.pop(key, None)
        st.rerun()
    if held is not None:
        _show_plan(c, held[1])


def _show_plan(c: Ctx, plan: Plan) -> None:
    st.subheader(c.t("Những gì sẽ thay đổi"))
    told = (
        (plan.units, c.n("{n} đơn vị thay đổi", plan.units)),
        (len(plan.edits), c.n("{n} ô", len(plan.edits))),
        (plan.same, c.n("{n} đơn vị giữ nguyên", plan.same)),
        (plan.refused, c.n("{n} đơn vị chưa ghi được", plan.refused)),
    )
    st.markdown(" · ".join(text for count, text in told if count))
    unit, name, before, after = c.t("Đơn vị"), c.t("Trường"), c.t("Trước"), c.t("Sau")
    refused = [(one.name, one.label.in_(c.lang), one.what.in_(c.lang)) for one in plan.refusals]
    _rows((unit, name, c.t("Vì sao chưa ghi được")), refused, "bulk:refusals")
    if not plan.made:
        st.info(c.t("Không có gì thay đổi: mọi đơn vị đã như vậy, hoặc chưa ghi được."))
        return
    changed = [(one.name, own.label.in_(c.lang), own.before, own.after) for one in plan.edits for own in [one.changed]]
    _rows((unit, name, before, after), changed, "bulk:edits")
    if st.session_state.get(_CLASH):
        _show_clashes(c, plan)
    else:
        _confirm(c, plan)


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]], key: str) -> None:
    """A table of texts, where there are any."""
    if rows:
        st.dataframe(
            pd.DataFrame([[cell or "–" for cell in row] for row in rows], columns=list(heads)),
            hide_index=True,
            key=f"{key}:{hash(tuple(rows))}",
            height=38 + 35 * min(len(rows), 12),
            column_config={heads[0]: st.column_config.TextColumn(width=300)},
        )


def _confirm(c: Ctx, plan: Plan) -> None:
    """The reason, and the button that writes: what is typed comes with the click, however fast."""
    with st.form("bulk:form", enter_to_submit=False):
        if plan.refusals:
            told = c.n("Bỏ qua {n} đơn vị chưa ghi được, ghi những đơn vị còn lại", plan.refused)
            st.checkbox(told, key=_REST)
        st.text_input(c.t("Lý do, căn cứ *"), key=_WHY, placeholder=c.t("Được ghi vào nhật ký"))
        if fault := st.session_state.get(_FAULT):
            st.error(plain(fault))
        label = c.n("Ghi vào sổ {n} đơn vị", plan.units)
        st.form_submit_button(label, key="bulk:save", type="primary", icon=":material/save:", on_click=_start)


def _start() -> None:
    st.session_state[_SAVING] = True


def _save(c: Ctx, bulk: Bulk) -> None:
    """Write the plan that was shown, once; or say at the button what stands in the way."""
    held, token = st.session_state.get(_PLAN), st.session_state.get(_TOKEN, "")
    if held is None:  # it was written by the click before, whose word this drawing would take away
        if done := st.session_state.get(_DONE):
            tell(good=True, text=done)
        return
    plan: Plan = held[1]
    reason, rest = str(st.session_state.get(_WHY, "")), bool(st.session_state.get(_REST))
    try:
        receipt = bulk.save(plan, token=token, reason=reason, rest=rest)
    except BadForm as bad:
        st.session_state[_FAULT] = c.t("Chưa ghi: {why}.", why=_first(c, bad))
    except StaleBase:
        st.session_state[_CLASH] = True
    except CoopkitError as error:
        st.session_state[_FAULT] = c.told(error)
    else:
        reopen()
        bulk_ways.forget(c)
        told = {"units": c.n("{n} đơn vị", plan.units), "number": str(receipt.number)}
        st.session_state[_DONE] = text = c.t("Đã ghi {units} trong một lô (lô {number}).", **told)
        tell(good=True, text=text)


def _first(c: Ctx, bad: BadForm) -> str:
    vi, en = next(iter(bad.faults.values()))
    return en if c.lang == "en" else vi


def reopen() -> None:
    """Open the units anew, as they are now; what was typed in the grid stays."""
    for key in (_OPENED, _PLAN, _TOKEN, _FAULT, _CLASH, _WHY, _REST):
        st.session_state.pop(key, None)


def _show_clashes(c: Ctx, plan: Plan) -> None:
    """What others wrote since the units were opened, beside what was to be written."""
    st.warning(
        c.t("Chưa ghi: có người khác vừa sửa những đơn vị này. Xem lại rồi mở bản mới; những gì bạn đã gõ vẫn còn."),
        icon=":material/group:",
    )
    heads = (c.t("Đơn vị"), c.t("Trường"), c.t("Lúc bạn mở"), c.t("Nay trong sổ"), c.t("Bạn muốn ghi"))
    told = [(one.name, one.clash) for one in Bulk(c.desk, c.lang).clashes(plan)]
    rows = [(name, own.label.in_(c.lang), own.opened, own.theirs, own.yours) for name, own in told]
    _rows(heads, rows, "bulk:clashes")
    st.button(c.t("Mở bản mới"), key="bulk:reopen", type="primary", on_click=reopen)
