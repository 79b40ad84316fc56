"""Hợp tác xã: search, filter, sort, page through; open, edit, print a unit. What is asked for stands in the URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from coopkit.access import Action, can
from coopkit.admin import forms, unit_filter
from coopkit.admin.ctx import Ctx, show_told
from coopkit.admin.report_files import Offered, offer, show_made
from coopkit.exporters import XLSX
from coopkit.workspace import Filter, Found, Order, Unit, UnitList
from coopkit.workspace.listing import export_units
from coopkit.workspace.places import COOPERATIVE

PAGE: Final = 50
MANY: Final = 5_000
"""Of more units than so many the workbook is made beside the page."""
_WANTED: Final = "htx:act"
"""What was clicked in the table: the unit's id, and the act."""


def show(c: Ctx, open_unit: Callable[[str], None]) -> None:
    """The page; `open_unit` goes to the page of a unit."""
    _act(c, open_unit)
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(c.t("Hợp tác xã"), width="stretch")
    show_told()
    show_made(c)
    forms.show_drafts(c, COOPERATIVE)
    forms.show_form(c)
    units = c.desk.units(c.on_map)
    if not units:
        _add(c, head)
        c.nothing_yet()
        return
    wanted = unit_filter.draw(c, units)
    unit_filter.chips(c, units, wanted)
    by, down = unit_filter.sorting()
    found = units.search(wanted, by, descending=down)
    if found:
        _use(c, head, found, wanted)
    _add(c, head)
    told = {"units": c.n("{n} đơn vị", len(found)), "members": c.n("{n} thành viên", found.members)}
    st.caption(c.t("{units}, trong đó {members}", **told))
    if found:
        _listed(c, found, (wanted, by, down))
    else:
        st.info(c.t("Không có đơn vị nào như vậy: bớt điều kiện tìm, hoặc thêm đơn vị mới."))


def _act(c: Ctx, open_unit: Callable[[str], None]) -> None:
    """What was clicked in the table, done before anything is drawn."""
    unit, act = st.session_state.pop(_WANTED, ("", ""))
    if act == "open":
        open_unit(unit)
    elif act == "edit":
        forms.open_form(c, COOPERATIVE, unit)
    elif act == "history":
        c.go("htx-ho-so", ma=unit, muc="lich-su")


def _may(c: Ctx, action: Action) -> bool:
    return can(c.desk.actor, action).allowed


def _add(c: Ctx, head: DeltaGenerator) -> None:
    label = c.t("Thêm đơn vị")
    if _may(c, Action.WRITE) and head.button(label, key="htx:new", type="primary", icon=":material/add:"):
        forms.open_form(c, COOPERATIVE)


def _use(c: Ctx, head: DeltaGenerator, found: Found, wanted: Filter) -> None:
    """What may be done with all that was found."""
    if "htx-sua" in c.links and head.button(c.t("Sửa hàng loạt"), key="htx:bulk", icon=":material/edit_note:"):
        c.go("htx-sua", **unit_filter.query(wanted))
    if _may(c, Action.EXPORT):
        name = f"hop-tac-xa-{found.units.on.isoformat()}.xlsx"
        file = Offered(name, XLSX, lambda: export_units(c.desk, found, wanted, c.lang))
        key = f"htx:xlsx:{hash((found.rows.tobytes(), wanted, found.units.on, c.lang))}"
        with head.container(width="content"):
            offer(c, c.t("Xuất Excel"), file, key, long=len(found) > MANY, wide=False)


def _listed(c: Ctx, found: Found, asked: tuple[Filter, Order | None, bool]) -> None:
    pages = found.pages(PAGE)
    page = min(unit_filter.page_number(asked, "htx:asked"), pages)
    _table(c, found.page(page, PAGE), found.units)
    if pages > 1:
        key = f"htx:trang:{hash(asked)}"
        st.pagination(pages, default=page, key=key, on_change=unit_filter.turn(key))


def _table(c: Ctx, shown: list[Unit], units: UnitList) -> None:
    acts = _acts(c)
    look = c.t("Xem")
    rows = pd.DataFrame(
        [{"open": [look], "acts": list(acts), **_printed(c, one), **_row(c, one, units)} for one in shown]
    )
    # The key names the rows: a click made before the list changed must not reach another unit.
    key = f"htx:{c.lang}:{hash(tuple(shown))}"

    def opened() -> None:
        st.session_state[_WANTED] = shown[st.session_state[f"{key}:open"]["row"]].id, "open"

    def chosen() -> None:
        click = st.session_state[f"{key}:acts"]
        st.session_state[_WANTED] = shown[click["row"]].id, acts[click["label"]]

    columns = st.column_config
    config: dict[str, Any] = {
        "open": columns.ButtonColumn("", pinned=True, width=60, type="tertiary", key=f"{key}:open", on_click=opened),
        "acts": columns.ButtonColumn("", pinned=True, width=44, type="tertiary", key=f"{key}:acts", on_click=chosen),
        "print": columns.LinkColumn("", pinned=True, width=44, display_text=":material/print:", help=c.t("In hồ sơ")),
        _name(c): columns.TextColumn(width=290),
    }
    st.dataframe(
        rows,
        hide_index=True,
        key=key,
        column_config=config,
        height=38 + 35 * min(len(shown), 16),
        alt=c.t("Danh sách đơn vị"),
    )


def _acts(c: Ctx) -> dict[str, str]:
    """What may be done with a unit beside opening it, by the words of the menu."""
    edit = {f":material/edit: {c.t('Sửa')}": "edit"} if _may(c, Action.WRITE) else {}
    history = (
        {f":material/history: {c.t('Lịch sử')}": "history"}
        if "htx-ho-so" in c.links and _may(c, Action.HISTORY)
        else {}
    )
    return {**edit, **history}


def _name(c: Ctx) -> str:
    return Order.NAME.label.in_(c.lang)


def _row(c: Ctx, one: Unit, units: UnitList) -> dict[str, str]:
    told = {
        Order.TAX_CODE: one.tax_code,
        Order.KIND: one.kind.label.in_(c.lang),
        Order.SECTOR: one.sector.label.in_(c.lang) if one.sector else "",
        Order.PLACE: units.areas.get(one.area or "") or _unplaced(c, one),
        Order.STANDING: one.standing.label.in_(c.lang),
        Order.OPERATING: one.operating.label.in_(c.lang) if one.operating else "",
    }
    return {_name(c): one.name, **{order.label.in_(c.lang): text for order, text in told.items()}}


def _unplaced(c: Ctx, one: Unit) -> str:
    return c.t("{place} (chưa xác định)", place=one.place) if one.place else c.t("Chưa xác định")


def _printed(c: Ctx, one: Unit) -> dict[str, str]:
    return {"print": f"/in/ho-so?ma={one.id}" + ("&lang=en" if c.lang == "en" else "")}
