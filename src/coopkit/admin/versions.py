"""What became of records, as pages show it: one line of the journal, one record's history, and taking a batch back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.errors import CoopkitError, NotFound
from coopkit.ledger.trail import BatchSummary
from coopkit.period import format_moment
from coopkit.workspace.journal import Deed, Line, TakenBack, Trail

COLOURS = {Deed.INSERT: "green", Deed.UPDATE: "blue", Deed.DELETE: "red"}
SHOWN = 20
"""How many versions, or lines of a batch, one page draws."""


def show_versions(c: Ctx, table: str, record: str) -> None:
    """One record's history, the latest version first: who, when, why, before and after; each batch may be undone.

    Raises `AccessDenied` where the reader may not look into the journal.
    """
    trail = Trail(c.desk)
    versions = trail.versions(table, record, lang=c.lang)
    if not versions:
        st.info(c.t("Bản ghi này chưa có trong nhật ký."))
        return
    page, pages = 1, -(-len(versions) // SHOWN)
    st.caption(c.n("{n} lần ghi", len(versions)))
    if pages > 1:
        page = st.pagination(pages, key=f"versions:{table}:{record}")
    for line in versions[(page - 1) * SHOWN : page * SHOWN]:
        entry = line.entry
        with st.container(border=True):
            st.markdown(f"{_badge(c, line)} **{plain(format_moment(entry.time))}** · {plain(entry.actor)}")
            st.markdown(plain(entry.reason) or "–")
            st.caption(_origin(c, line))
            show_changes(c, line)
            with suppress(NotFound):  # a batch that holds more than this reader's places is told by its lines alone
                batch = trail.batch(entry.batch)
                show_standing(c, batch)
                show_undo(c, trail, batch)


def show_line(c: Ctx, line: Line, open_unit: Callable[[str], None], *, expanded: bool) -> None:
    """One record that a batch changed, to unfold; `open_unit` goes to the page of the unit it is about."""
    title = plain(line.title) or c.t("Không được xem")
    with st.expander(f"{_badge(c, line)} {plain(line.kind.in_(c.lang))} · **{title}**", expanded=expanded):
        if line.entry.origin:
            st.caption(plain(told_origin(c, line.entry.origin)))
        show_changes(c, line)
        key = f"unit:{line.entry.batch}:{line.entry.table}:{line.entry.record}"
        if line.unit and st.button(c.t("Mở hồ sơ đơn vị"), key=key, type="tertiary", icon=":material/open_in_new:"):
            open_unit(line.unit)


def show_changes(c: Ctx, line: Line) -> None:
    """The fields of a line, before and after side by side; one column where there was nothing before, or after."""
    if line.withheld:
        st.caption(c.t("Vai trò của bạn không được xem nội dung loại bản ghi này."))
        return
    if not line.changed:
        st.caption(c.t("Chỉ có phần được che (dữ liệu cá nhân) thay đổi."))
        return
    field, before, after = c.t("Trường"), c.t("Trước"), c.t("Sau")
    rows = [{field: one.label.in_(c.lang), before: one.before, after: one.after} for one in line.changed]
    hidden = {Deed.INSERT: [before], Deed.DELETE: [after]}.get(line.deed, [])
    table = pd.DataFrame(rows).drop(columns=hidden).set_index(field)
    st.table(table.map(lambda text: plain(text) or "–"))


def _badge(c: Ctx, line: Line) -> str:
    return f":{COLOURS[line.deed]}-badge[{line.deed.label.in_(c.lang)}]"


def _origin(c: Ctx, line: Line) -> str:
    batch = c.t("Lô {number}", number=str(line.entry.batch))
    return plain(" · ".join(filter(None, [batch, told_origin(c, line.entry.origin) or line.entry.source])))


def told_origin(c: Ctx, origin: str) -> str:
    """Where a record stood: file, sheet and row, the row in the reader's language; anything else as it is."""
    place, _, told = origin.rpartition(" · ")
    row = told.rpartition(" ")[2]
    return f"{place} · {c.t('dòng {row}', row=row)}" if place and row.isdigit() else origin


def show_standing(c: Ctx, batch: BatchSummary) -> None:
    """Which batch this one took back, and by which it was taken back."""
    if batch.undoes is not None:
        st.markdown(f":gray-badge[{c.t('Hoàn tác lô {number}', number=str(batch.undoes))}]")
    if batch.undone_by is not None:
        st.markdown(f":orange-badge[{c.t('Đã được hoàn tác bởi lô {number}', number=str(batch.undone_by))}]")


def show_undo(c: Ctx, trail: Trail, batch: BatchSummary) -> None:
    """The button that takes a batch back: it says what will be undone, asks why, and does it once."""
    if batch.undone_by is not None or not trail.may_undo:
        return
    asking, doing = f"undo:{batch.number}", f"undoing:{batch.number}"
    if st.session_state.get(doing):
        _undo(c, trail, batch, st.session_state.pop(doing))
    if not st.session_state.get(asking):
        label = c.t("Hoàn tác lô {number}", number=str(batch.number))
        st.button(label, key=f"{asking}:open", icon=":material/undo:", on_click=_open, args=(asking,))
        return
    _ask(c, trail, batch, asking, doing)


def _ask(c: Ctx, trail: Trail, batch: BatchSummary, asking: str, doing: str) -> None:
    """What would be undone, or what stands against it; the reason; and the two ways out."""
    try:
        told = trail.taken_back(batch.number)
    except CoopkitError as error:
        st.warning(plain(c.told(error)), icon=":material/block:")
        st.button(c.t("Đóng"), key=f"{asking}:cancel", on_click=_leave, args=(asking,))
        return
    with st.form(f"{asking}:form", enter_to_submit=False):  # what is typed comes with the click, however fast
        st.markdown(f"**{c.t('Hoàn tác lô {number} sẽ ghi một lô mới:', number=str(batch.number))}**")
        st.markdown("\n".join(f"- {one}" for one in _told(c, told)))
        st.text_input(c.t("Lý do hoàn tác *"), key=f"{asking}:why", placeholder=c.t("Được ghi vào nhật ký"))
        if st.session_state.get(f"{asking}:empty"):
            st.error(c.t("Chưa hoàn tác: hãy ghi lý do."))
        with st.container(horizontal=True):
            go, leave = c.t("Xác nhận hoàn tác"), c.t("Không hoàn tác")
            st.form_submit_button(go, key=f"{asking}:go", type="primary", on_click=_start, args=(asking, doing))
            st.form_submit_button(leave, key=f"{asking}:cancel", on_click=_leave, args=(asking,))


def _told(c: Ctx, told: TakenBack) -> Sequence[str]:
    lines = (
        (told.removed, c.n("bỏ {n} bản ghi đã thêm", told.removed)),
        (told.changed, c.n("trả {n} bản ghi về như trước khi sửa", told.changed)),
        (told.restored, c.n("khôi phục {n} bản ghi đã xóa", told.restored)),
    )
    return [text for count, text in lines if count]


def _open(asking: str) -> None:
    st.session_state[asking] = True


def _leave(asking: str) -> None:
    st.session_state[asking] = st.session_state[f"{asking}:empty"] = False


def _start(asking: str, doing: str) -> None:
    """A click on the confirmation: without a reason it is asked for again."""
    reason = str(st.session_state.get(f"{asking}:why", "")).strip()
    st.session_state[f"{asking}:empty"] = not reason
    if reason:
        st.session_state[doing] = reason


def _undo(c: Ctx, trail: Trail, batch: BatchSummary, reason: str) -> None:
    """Take it back and draw the page anew; where somebody else was faster, the ledger says so."""
    st.session_state[f"undo:{batch.number}"] = False
    try:
        receipt = trail.undo(batch.number, reason)
    except CoopkitError as error:
        tell(good=False, text=plain(c.told(error)))
    else:
        numbers = {"number": str(batch.number), "by": str(receipt.number)}
        tell(good=True, text=c.t("Đã hoàn tác lô {number} bằng lô {by}.", **numbers))
