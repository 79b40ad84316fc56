"""Nhật ký: every batch that was ever written, narrowed and paged; a batch opened, taken back; the chain verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.versions import COLOURS, SHOWN, show_line, show_standing, show_undo
from coopkit.errors import BadText, NotFound
from coopkit.ledger.trail import BatchSummary
from coopkit.period import format_moment
from coopkit.workspace.journal import Asked, Deed, Passed, Trail

FAULTS = 100
"""So many faults of a ledger are shown."""
LONGEST = 9
"""So many digits a number in the URL may have."""


def show(c: Ctx, open_unit: Callable[[str], None]) -> None:
    """The page; `open_unit` goes to the page of a unit."""
    trail, wanted = Trail(c.desk), st.query_params.get("lo", "")
    if wanted:
        _batch(c, trail, wanted, open_unit)
        return
    st.title(c.t("Nhật ký"))
    show_told()
    st.caption(c.t("Mỗi lần ghi vào sổ là một lô, lô mới nhất đứng trên. Mở một lô để xem trước, sau và hoàn tác."))
    asked = _asked(c, trail)
    try:
        passed = trail.find(asked, _page(asked))
    except BadText as error:
        st.error(plain(c.told(error)))
        return
    _head(c, trail, asked, passed)
    if not passed.batches:
        st.info(c.t("Không có lô nào như vậy: bớt điều kiện lọc."))
        return
    _table(c, passed, asked)
    if passed.pages > 1:
        key = f"trang:{hash(asked)}"
        st.pagination(passed.pages, default=passed.page, key=key, on_change=_turn, args=(key, "trang"))


def _asked(c: Ctx, trail: Trail) -> Asked:
    """What the filters say; it stands in the URL, so that a reload, a link and the way back keep it."""
    first, second, third = st.columns(3)
    with first:
        record = _words(c.t("Bản ghi"), "ban-ghi", c.t("Tên, mã hoặc mã số thuế"))
    with second:
        reason = _words(c.t("Lý do có chữ"), "ly-do", c.t("Có dấu hay không đều được"))
    with third:
        source = _words(c.t("Tệp nguồn"), "tep", c.t("Một phần tên tệp"))
    first, second, third, fourth = st.columns(4)
    with first:
        actor = c.choose(c.t("Người ghi"), {name: name for name in trail.actors()}, "ai")
    with second:
        table = c.choose(c.t("Loại bản ghi"), trail.kinds(c.lang), "loai")
    with third:
        since = _day(c.t("Từ ngày"), "tu-ngay")
    with fourth:
        until = _day(c.t("Đến ngày"), "den-ngay")
    return Asked(actor, since, until, table, source, reason, record)


def _words(label: str, key: str, hint: str) -> str:
    told = st.text_input(label, st.query_params.get(key, ""), key=f"url:{key}", placeholder=hint).strip()
    keep(key, told)
    return told


def _day(label: str, key: str) -> dt.date | None:
    try:
        told = dt.date.fromisoformat(st.query_params.get(key, ""))
    except ValueError:
        told = None
    day = st.date_input(label, told, key=f"url:{key}", format="DD/MM/YYYY", min_value=dt.date(2000, 1, 1))
    keep(key, day.isoformat() if day else "")
    return day


def _page(asked: Asked) -> int:
    """The page that the URL names; the first, where something else is asked for than was just now."""
    before = st.session_state.get("journal:asked", asked)
    st.session_state["journal:asked"] = asked
    if before != asked:
        st.query_params.pop("trang", None)
    return _number(st.query_params.get("trang", ""))


def _number(text: str, otherwise: int = 1) -> int:
    """The number that a part of the URL says, within what SQLite can count."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else otherwise


def _turn(key: str, name: str) -> None:
    st.query_params[name] = str(st.session_state[key])


def _head(c: Ctx, trail: Trail, asked: Asked, passed: Passed) -> None:
    """How many were found, and what may be done with the whole journal."""
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown(f"**{c.n('{n} lô', passed.total)}**", width="stretch")
    if passed.total and can(c.desk.actor, Action.EXPORT).allowed:
        row.download_button(
            c.t("Tải danh sách (CSV)"),
            lambda: trail.csv(asked, c.lang),
            file_name="nhat-ky.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="journal:csv",
        )
    if can(c.desk.actor, Action.VERIFY).allowed and row.button(
        c.t("Kiểm tra sổ"), key="journal:verify", icon=":material/verified_user:"
    ):
        _verify(c)


def _verify(c: Ctx) -> None:
    """Check the whole ledger now, and say what was found."""
    with st.spinner(c.t("Đang kiểm tra từng lô và từng bản ghi…")):
        faults = c.desk.verify()
    if not faults:
        st.success(c.t("Sổ nguyên vẹn: các lô nối liền nhau, không dòng nào bị sửa hay mất."))
        return
    st.error(c.n("Sổ có {n} chỗ sai. Giữ nguyên tệp sổ, lấy bản sao lưu gần nhất và báo quản trị.", len(faults)))
    batch, line, what = c.t("Lô"), c.t("Dòng"), c.t("Sai ở đâu")
    rows = [{batch: one.batch, line: one.line or "–", what: plain(one.what)} for one in faults[:FAULTS]]
    st.table(pd.DataFrame(rows).astype(str).set_index(batch))


def _table(c: Ctx, passed: Passed, asked: Asked) -> None:
    look = c.t("Mở")
    rows = pd.DataFrame([{"open": [look], **_row(c, one)} for one in passed.batches])
    # The key names the rows: a click made before the list changed must not open another batch.
    key = f"lo:{hash((asked, tuple(one.number for one in passed.batches)))}"

    def clicked() -> None:
        st.query_params["lo"] = str(passed.batches[st.session_state[f"{key}:row"]["row"]].number)

    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked)
    number = st.column_config.NumberColumn(format="%d", width=70)  # a batch's number is a name: no thousands
    config: Any = {"open": button, c.t("Lô"): number, c.t("Lý do"): st.column_config.TextColumn(width=300)}
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=38 + 35 * min(len(rows), 16))


def _row(c: Ctx, one: BatchSummary) -> dict[str, object]:
    return {
        c.t("Lô"): one.number,
        c.t("Thời gian"): format_moment(one.time),
        c.t("Người ghi"): one.actor,
        c.t("Lý do"): one.reason,
        c.t("Thay đổi"): ", ".join(text for _, text in _counts(c, one)),
        c.t("Việc hoàn tác"): _undone(c, one),
        c.t("Tệp nguồn"): one.source,
    }


def _counts(c: Ctx, one: BatchSummary) -> list[tuple[str, str]]:
    """How many records a batch added, changed and removed, each with its colour; what it did to none is not told."""
    told = (
        (one.inserted, COLOURS[Deed.INSERT], c.n("thêm {n}", one.inserted)),
        (one.updated, COLOURS[Deed.UPDATE], c.n("sửa {n}", one.updated)),
        (one.deleted, COLOURS[Deed.DELETE], c.n("xóa {n}", one.deleted)),
    )
    return [(colour, text) for count, colour, text in told if count]


def _undone(c: Ctx, one: BatchSummary) -> str:
    """What a batch took back, and by which it was taken back, in a few words."""
    told = [c.t("hoàn tác lô {number}", number=str(one.undoes))] if one.undoes is not None else []
    told += [c.t("bị lô {number} hoàn tác", number=str(one.undone_by))] if one.undone_by is not None else []
    return "; ".join(told)


def _batch(c: Ctx, trail: Trail, wanted: str, open_unit: Callable[[str], None]) -> None:
    """One batch: its facts, its undoing, and its lines."""
    st.button(c.t("Về danh sách"), key="journal:back", icon=":material/arrow_back:", type="tertiary", on_click=_back)
    try:
        one = trail.batch(_number(wanted, 0))
    except NotFound:
        st.title(c.t("Không có lô này"))
        st.info(c.t("Chọn một lô trong danh sách."))
        return
    st.title(c.t("Lô {number}", number=str(one.number)))
    show_told()
    _facts(c, one)
    show_undo(c, trail, one)
    pages = max(1, -(-one.records // SHOWN))
    st.subheader(c.n("{n} bản ghi", one.records))
    page, key = min(_number(st.query_params.get("trang-lo", "")), pages), f"trang-lo:{one.number}"
    lines = trail.lines(one.number, page, lang=c.lang, size=SHOWN)
    for line in lines:
        show_line(c, line, open_unit, expanded=len(lines) <= 3)
    if pages > 1:
        st.pagination(pages, default=page, key=key, on_change=_turn, args=(key, "trang-lo"))


def _back() -> None:
    for key in ("lo", "trang-lo"):
        st.query_params.pop(key, None)


def _facts(c: Ctx, one: BatchSummary) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(one.reason) or '–'}**")
        st.markdown(plain(" · ".join(filter(None, [format_moment(one.time), one.actor, one.source]))))
        st.markdown(" ".join(f":{colour}-badge[{text}]" for colour, text in _counts(c, one)))
        show_standing(c, one)
