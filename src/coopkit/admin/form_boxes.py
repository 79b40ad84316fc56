"""The boxes of a form as widgets: each field as people write it, its change kept in the draft, its fault below."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import streamlit as st
from attrs import frozen

from coopkit.admin.ctx import Ctx, plain
from coopkit.errors import CoopkitError
from coopkit.field import FieldKind
from coopkit.workspace.boxes import HITS, LISTED, Box
from coopkit.workspace.drafts import Draft, Drafts

WIDE: Final = 60
"""A text longer than this has the whole width, and several lines."""

FAULT: Final = (
    '<p role="alert" style="margin:-0.6rem 0 0;font-size:0.875rem;color:light-dark(#b3261e,#ffb4ab)">{text}</p>'
)
"""What is wrong with a box, below it: whoever does not see hears it at once."""

Faults = Mapping[str, tuple[str, str]]


@frozen
class Drawer:
    """One draft being filled in on the page: what the session remembers of it has keys of its own."""

    c: Ctx
    draft: Draft

    @property
    def drafts(self) -> Drafts:
        """The reader's drafts."""
        return Drafts(self.c.desk, self.c.lang)

    def key(self, name: str) -> str:
        """What the session calls something of this draft."""
        return f"sua:{self.draft.token}:{name}"

    def box_key(self, box: str) -> str:
        """What the session calls a box: a form that is opened anew, or in another language, has new ones."""
        form = self.draft.form
        return self.key(f"{form.base}:{form.beside}:{self.c.lang}:{box}")

    @property
    def faults(self) -> Faults:
        """What is wrong, by box."""
        found: Faults = st.session_state.get(self.key("faults"), {})
        return found

    def typed(self) -> dict[str, str]:
        """What stands in the boxes of this session."""
        keys = {box.key: self.box_key(box.key) for box in self.draft.form.boxes}
        return {box: st.session_state[key] or "" for box, key in keys.items() if key in st.session_state}

    def why(self) -> str | None:
        """What stands in the box for the reason; None where it was not drawn yet."""
        told: str | None = st.session_state.get(self.key("why"))
        return told

    def keep(self, box: str = "") -> None:
        """A box was changed: keep what stands in all of them; its own fault is of the past."""
        st.session_state[self.key("faults")] = {key: one for key, one in self.faults.items() if key not in {box, ""}}
        st.session_state.pop(self.key("trouble"), None)
        try:
            self.drafts.keep(self.draft.token, self.typed(), self.why())
        except CoopkitError as error:
            st.session_state[self.key("trouble")] = self.c.told(error)


def show_boxes(drawer: Drawer) -> None:
    """All boxes, in two columns where there is room; long texts have the whole width."""
    beside: list[Box] = []
    for box in drawer.draft.form.boxes:
        if _is_wide(drawer, box):
            _in_columns(drawer, beside)
            beside = []
            with st.container():
                _box(drawer, box)
        else:
            beside.append(box)
    _in_columns(drawer, beside)


def _in_columns(drawer: Drawer, boxes: list[Box]) -> None:
    for at in range(0, len(boxes), 2):
        for column, box in zip(st.columns(2), boxes[at : at + 2], strict=False):
            with column:
                _box(drawer, box)


def _is_wide(drawer: Drawer, box: Box) -> bool:
    own = box.field
    if own.kind is FieldKind.REFERENCE:
        return True
    named = own.key == "name" and not box.part
    return own.kind is FieldKind.TEXT and (named or len(drawer.draft.text(box.key)) > WIDE)


def _box(drawer: Drawer, box: Box) -> None:
    c, key, text = drawer.c, drawer.box_key(box.key), drawer.draft.text(box.key)
    label = plain(box.field.label.in_(c.lang)) + (" *" if box.field.required else "")
    if key not in st.session_state:
        st.session_state[key] = text
    changed = partial(drawer.keep, box.key)
    if box.field.kind is FieldKind.REFERENCE:
        _reference(drawer, box, label, changed)
    elif box.field.kind in LISTED:
        held = str(st.session_state[key] or "")
        _select(drawer, box, label, drawer.drafts.editing.boxes.options(box, held, c.on_map), changed)
    elif len(text) > WIDE and box.field.kind is FieldKind.TEXT:
        st.text_area(label, key=key, on_change=changed)
    else:
        st.text_input(label, key=key, on_change=changed, placeholder=_hint(c, box))
    if fault := drawer.faults.get(box.key):
        vi, en = fault
        told = FAULT.format(text=html.escape(en if c.lang == "en" else vi))
        st.html(f'<div style="color-scheme:{st.context.theme.type}">{told}</div>')  # a drawer does not know the theme


def _select(drawer: Drawer, box: Box, label: str, options: Mapping[str, str], changed: Callable[[], None]) -> None:
    st.selectbox(
        label,
        ["", *options],
        format_func=lambda one: options.get(one, "–"),
        key=drawer.box_key(box.key),
        on_change=changed,
        filter_mode="contains",
    )


def _reference(drawer: Drawer, box: Box, label: str, changed: Callable[[], None]) -> None:
    """A record to refer to: told where it is for good, chosen from a short list, or searched for."""
    c, key, boxes = drawer.c, drawer.box_key(box.key), drawer.drafts.editing.boxes
    held = str(st.session_state[key] or "")
    if held and (box.fixed or box.key in drawer.draft.preset):
        st.text_input(label, boxes.read_out(box.field, held), key=f"{key}:told", disabled=True)
        return
    options = boxes.hits(box, "")
    if len(options) == HITS:
        tip = c.t("Gõ vài chữ của tên để tìm")
        options = boxes.hits(
            box, st.text_input(label, key=f"{key}:tim", placeholder=tip, icon=":material/search:") or ""
        )
        label = c.n("Chọn trong {n} kết quả đầu", len(options)) if options else c.t("Không có kết quả nào")
    if held and held not in options:
        options = {held: boxes.read_out(box.field, held), **options}
    _select(drawer, box, label, options, changed)


def _hint(c: Ctx, box: Box) -> str:
    """How a value is written, as people write it in their workbooks."""
    kind = box.field.kind
    hints = {
        FieldKind.DATE: c.t("ngày/tháng/năm, như 1/6/2024"),
        FieldKind.COUNT: c.t("một số, như 1.234"),
        FieldKind.MONEY: c.t("như 1.200.000 hoặc 1,2 tỷ đồng"),
        FieldKind.PERCENT: c.t("như 12,5"),
        FieldKind.POINTS: c.t("như 7,5"),
        FieldKind.QUANTITY: c.t("như 250, hơn 200, 500–700"),
        FieldKind.TAX_CODE: c.t("10 hoặc 13 chữ số"),
    }
    if kind is FieldKind.QUANTITY and box.field.unit is not None and box.field.unit.kind == "money":
        return c.t("như 500-700 triệu đồng")
    return hints.get(kind, "")
