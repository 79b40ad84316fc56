"""The lines of a list of who took part: those that must be mended, each with how; and the sound ones as a table."""

from __future__ import annotations

import html
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.form_boxes import FAULT
from coopkit.errors import CoopkitError
from coopkit.workspace.attendance import Attendance
from coopkit.workspace.event_list import TURN
from coopkit.workspace.events import TOLD
from coopkit.workspace.staged import Line, Staged

SHOWN: Final = 20
"""So many lines to mend are drawn at a time."""

PAGE: Final = 50
"""So many sound lines stand on a page."""


def show_lines(c: Ctx, staged: Staged) -> None:
    """All lines: first those to be mended."""
    if faulty := staged.to_mend:
        st.subheader(c.n("Cần sửa {n} dòng", len(faulty)))
        for line in faulty[:SHOWN]:
            _mend(c, staged.token, line)
        if len(faulty) > SHOWN:
            numbers = [one.number for one in faulty]
            st.caption(c.n("Và {n} dòng nữa: sửa xong sẽ hiện tiếp.", len(faulty) - SHOWN))
            label = c.t("Bỏ mọi dòng cần sửa")
            st.button(label, key=f"ds:{staged.token}:bo-loi", on_click=_drop, args=(c, staged.token, numbers))
    if staged.sound:
        st.subheader(c.n("{n} dòng nhận ra", len(staged.sound)))
        _table(c, staged)


def _mend(c: Ctx, token: str, line: Line) -> None:
    # The key names what the line says: once it is another line's, its boxes are others.
    key = f"ds:{token}:{line.number}:{hash(line.entry)}"
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            where = c.t("Dòng {number}", number=str(line.number))
            said = plain(line.unit.name if line.unit else line.entry.told)
            badge = f":orange-badge[{line.state.label.in_(c.lang)}]"
            st.markdown(f"{badge} {where} · **{said}**", width="stretch")
            label = c.t("Bỏ dòng")
            st.button(
                label,
                key=f"{key}:bo",
                type="tertiary",
                icon=":material/close:",
                on_click=_drop,
                args=(c, token, [line.number]),
            )
        if line.note and not line.faults:
            st.markdown(plain(line.note.in_(c.lang)))
        if line.unit:
            _cells(c, token, line, key)
        else:
            _which(c, token, line, key)


def _which(c: Ctx, token: str, line: Line, key: str) -> None:
    """Which unit is meant: one of those offered, or told otherwise."""
    first, second = st.columns(2)
    units = {one.id: " · ".join(filter(None, (one.name, one.tax_code, one.place))) for one in line.candidates}
    with first:
        st.selectbox(
            c.t("Là đơn vị"),
            list(units),
            index=None,
            format_func=lambda one: units[one],
            key=f"{key}:la",
            disabled=not units,
            placeholder=c.t("Chọn đơn vị"),
            on_change=_chosen,
            args=(c, token, line.number, f"{key}:la"),
        )
    with second:
        st.text_input(
            c.t("Hoặc viết lại tên, mã số thuế"),
            line.entry.name or line.entry.tax_code,
            key=f"{key}:ten",
            on_change=_retold,
            args=(c, token, line.number, f"{key}:ten"),
        )


def _cells(c: Ctx, token: str, line: Line, key: str) -> None:
    """The cells that cannot be read, each with what is the matter."""
    for name, fault in line.faults.items():
        own = f"{key}:{name}"
        st.text_input(
            TURN.field(name).label.in_(c.lang),
            getattr(line.entry, name),
            key=own,
            on_change=_written,
            args=(c, token, line.number, name, own),
        )
        st.html(FAULT.format(text=html.escape(fault.in_(c.lang))))


def _table(c: Ctx, staged: Staged) -> None:
    lines, drop, told = staged.sound, c.t("Bỏ"), {key: TURN.field(key).label.in_(c.lang) for key in TOLD}
    pages = -(-len(lines) // PAGE)
    page = st.pagination(pages, key=f"ds:{staged.token}:trang:{pages}") if pages > 1 else 1
    shown = lines[(page - 1) * PAGE : page * PAGE]
    rows = pd.DataFrame([{drop: False, **_row(c, one, told)} for one in shown])
    key = f"ds:{staged.token}:bang:{c.lang}:{hash(tuple((one.number, one.entry) for one in shown))}"
    columns, names = st.column_config, {label: key for key, label in told.items()}
    config: dict[str, Any] = {
        drop: columns.CheckboxColumn(drop, width=90),
        c.t("Dòng"): columns.TextColumn(width=56),
        c.t("Đơn vị"): columns.TextColumn(width=280),
        c.t("Đối chiếu"): columns.TextColumn(width=290),
    }
    fixed = [name for name in rows.columns if name not in {*names, drop}]
    st.data_editor(
        rows,
        hide_index=True,
        key=key,
        column_config=config,
        disabled=fixed,
        on_change=_edited,
        args=(c, staged.token, [one.number for one in shown], key, names, drop),
        height=38 + 35 * min(len(shown), 14),
        alt=c.t("Danh sách sẽ ghi"),
    )


def _row(c: Ctx, one: Line, told: dict[str, str]) -> dict[str, Any]:
    unit = one.unit
    cells = {label: text or getattr(one.entry, key) for (key, label), text in zip(told.items(), one.texts, strict=True)}
    note = one.note.in_(c.lang) if one.note else ""
    return {
        c.t("Dòng"): c.number(one.number),
        c.t("Đơn vị"): unit.name if unit else "",
        c.t("Đối chiếu"): " – ".join(filter(None, (one.state.label.in_(c.lang), note))),
        **cells,
        c.t("Mã số thuế"): unit.tax_code if unit else "",
        c.t("Địa bàn"): unit.place if unit else "",
    }


def _edited(c: Ctx, token: str, numbers: list[int], key: str, names: dict[str, str], drop: str) -> None:
    """Cells of the table were written over, or lines ticked away; a callback."""
    edits: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    gone = [numbers[at] for at, cells in edits.items() if cells.get(drop)]
    for at, cells in edits.items():
        told = {names[label]: str(text or "") for label, text in cells.items() if label in names}
        if told:
            _change(c, token, numbers[at], **told)
    if gone:
        _drop(c, token, gone)


def _chosen(c: Ctx, token: str, number: int, key: str) -> None:
    if unit := st.session_state.get(key):
        _change(c, token, number, unit=unit)


def _retold(c: Ctx, token: str, number: int, key: str) -> None:
    _change(c, token, number, name=str(st.session_state.get(key) or ""), tax_code="")


def _written(c: Ctx, token: str, number: int, name: str, key: str) -> None:
    _change(c, token, number, **{name: str(st.session_state.get(key) or "")})


def _change(c: Ctx, token: str, number: int, **cells: str) -> None:
    try:
        Attendance(c.desk, c.lang).change(token, number, **cells)
    except CoopkitError as error:
        st.toast(plain(c.told(error)), icon=":material/error:")


def _drop(c: Ctx, token: str, numbers: list[int]) -> None:
    try:
        Attendance(c.desk, c.lang).drop(token, *numbers)
    except CoopkitError as error:
        st.toast(plain(c.told(error)), icon=":material/error:")
