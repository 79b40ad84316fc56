"""The three ways of editing many units: one value for all, cell by cell, or what they are from a day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st
from attrs import frozen

from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx
from coopkit.admin.grid import begun as grid_begun
from coopkit.admin.grid import grid_key, hold, let_go
from coopkit.admin.unit_filter import words
from coopkit.cooperative import LegalState, OperatingState
from coopkit.field import Field
from coopkit.workspace import Order
from coopkit.workspace.boxes import LISTED
from coopkit.workspace.bulk import Bulk
from coopkit.workspace.bulk_plan import FIELDS, SHARED, UNIT, Opened, Plan
from coopkit.workspace.typed import Typed

_GRID: Final = "bulk:grid"
"""What was typed into the grid, by unit and field, whichever units and columns are shown."""

_FIRST: Final = ("tax_code", "sector")
"""The columns that the grid begins with."""


@frozen
class Wanted:
    """What was asked for: what tells it from another, and what makes its plan."""

    asked: Hashable
    plan: Callable[[], Plan]


def one_value(c: Ctx, bulk: Bulk, opened: Opened) -> Wanted | None:
    """A field, and its new value for all."""
    first, second = st.columns(2)
    with first:
        key = c.choose(c.t("Trường sửa"), {own.key: own.label.in_(c.lang) for own in SHARED}, "truong", c.t("Chọn"))
    if not key:
        return None
    with second:
        options = bulk.options(UNIT.field(key), opened, c.on_map)
        value = c.choose(c.t("Giá trị mới cho mọi đơn vị"), options, f"moi-{key}".replace("_", "-"), c.t("Chọn"))
    return Wanted((key, value), lambda: bulk.shared(opened, key, value)) if value else None


def grid(c: Ctx, bulk: Bulk, opened: Opened) -> Wanted | None:
    """Some columns of every unit, to be typed over."""
    columns = _columns(c)
    if not columns:
        st.info(c.t("Chọn ít nhất một cột để sửa."))
        return None
    kept = Typed(c.desk, _GRID)
    key = grid_key(f"{_GRID}:{c.lang}:{hash((tuple(opened.ids), opened.snapshot.position, *columns))}")
    begun: dict[str, dict[str, str]] = grid_begun(kept, key) or {}
    st.session_state[_GRID] = key
    st.data_editor(
        _cells(opened, begun, columns),
        key=key,
        hide_index=True,
        disabled=["unit"],
        column_config=_config(c, bulk, opened, columns),
        height=38 + 35 * min(len(opened.lines), 14),
        placeholder="–",
        alt=c.t("Bảng sửa đơn vị"),
    )
    # Its state names rows by their place: each place is this unit, and no other, as long as the key is this one.
    typed = {unit: {**told} for unit, told in begun.items()}
    for at, told in st.session_state[key]["edited_rows"].items():
        own = typed.setdefault(opened.ids[int(at)], {})
        own |= {column: str(text or "") for column, text in told.items() if column in columns}
    hold(c, kept, key, typed or None)
    asked = tuple(sorted((unit, *sorted(told.items())) for unit, told in typed.items()))
    return Wanted(asked, lambda: bulk.cells(opened, typed)) if asked else None


def forget(c: Ctx) -> None:
    """Let go of what was typed in the grid."""
    let_go(Typed(c.desk, _GRID))


def _columns(c: Ctx) -> list[str]:
    """The columns to edit; they stand in the URL."""
    labels = {own.key: own.label.in_(c.lang) for own in FIELDS}
    told = [key for key in st.query_params.get("cot", ",".join(_FIRST)).split(",") if key in labels]
    chosen = st.multiselect(
        c.t("Các cột cần sửa"), list(labels), told, format_func=lambda one: labels[one], key=f"bulk:cot:{c.lang}"
    )
    keep("cot", ",".join(chosen), ",".join(_FIRST))
    return [key for key in labels if key in chosen]


def _cells(opened: Opened, typed: Mapping[str, Mapping[str, str]], columns: list[str]) -> pd.DataFrame:
    rows = []
    for line in opened.lines:
        texts = {**line.texts, **typed.get(line.id, {})}
        rows.append({"unit": line.name, **{key: texts[key] or None for key in columns}})
    return pd.DataFrame(rows, dtype="object")


def _config(c: Ctx, bulk: Bulk, opened: Opened, columns: list[str]) -> dict[str, Any]:
    config: dict[str, Any] = {"unit": st.column_config.TextColumn(Order.NAME.label.in_(c.lang), pinned=True, width=240)}
    for key in columns:
        config[key] = _column(c, bulk, opened, UNIT.field(key))
    return config


def _column(c: Ctx, bulk: Bulk, opened: Opened, own: Field) -> Any:
    label = own.label.in_(c.lang)
    if own.kind not in LISTED:
        return st.column_config.TextColumn(label, width=300 if own.key in {"name", "address"} else 150)
    options = bulk.options(own, opened, c.on_map)
    return st.column_config.SelectboxColumn(
        label, options=list(options), format_func=lambda one: options[str(one)], width=220
    )


def from_a_day(c: Ctx, bulk: Bulk, opened: Opened) -> Wanted | None:
    """What all of them are from a day on: operating or not, a legal status, in the alliance or out of it."""
    acts = {
        "hoat-dong": Order.OPERATING.label.in_(c.lang),
        "phap-ly": Order.LEGAL.label.in_(c.lang),
        "ket-nap": c.t("Kết nạp vào Liên minh"),
        "ra-khoi": c.t("Cho ra khỏi Liên minh"),
    }
    states: dict[str, Any] = {"hoat-dong": OperatingState, "phap-ly": LegalState}
    first, second, third = st.columns(3)
    with first:
        act = c.choose(c.t("Việc"), acts, "viec", c.t("Chọn"))
    if not act:
        return None
    state = ""
    if act in states:
        with second:
            labels = {one.value: one.label.in_(c.lang) for one in states[act]}
            state = c.choose(c.t("Tình trạng mới"), labels, f"moi-{act}", c.t("Chọn"))
    with third if act in states else second:
        day = _day(c.t("Từ ngày"), "tu-ngay")
    source = c.t("Căn cứ (số quyết định, văn bản)")
    why = words(c.t("Lý do ra khỏi Liên minh") if act == "ra-khoi" else source, "can-cu")
    if day is None or (act in states and not state):
        return None
    plans: dict[str, Callable[[], Plan]] = {
        "ket-nap": lambda: bulk.join(opened, day, why),
        "ra-khoi": lambda: bulk.leave(opened, day, why),
    }
    make = plans.get(act) or (lambda: bulk.state(opened, states[act](state), day, why))
    return Wanted((act, state, day, why), make)


def _day(label: str, key: str) -> dt.date | None:
    try:
        told = dt.date.fromisoformat(st.query_params.get(key, ""))
    except ValueError:
        told = None
    day = st.date_input(label, told, key=f"url:{key}", format="DD/MM/YYYY", min_value=dt.date(1950, 1, 1))
    keep(key, day.isoformat() if day else "")
    return day
