"""A new campaign: its source, name, days and blocks; every fault in words before anything is written."""

from __future__ import annotations

import streamlit as st
from attrs import evolve

from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.ctx import Ctx, plain
from coopkit.campaign import Definition, format_points
from coopkit.errors import CoopkitError
from coopkit.period import format_date
from coopkit.workspace import Stages
from coopkit.workspace.launching import begun, blocks_of, misfits, sources

_FILE = "file"
_LARGEST = 1_000_000


def show_new(c: Ctx) -> None:
    """The form of a new campaign, and what it would be."""
    st.button(c.t("Mọi đợt thi đua"), icon=":material/arrow_back:", type="tertiary", key="new:back", on_click=_leave)
    st.subheader(c.t("Mở đợt mới"), anchor=False)
    known = {key: name.in_(c.lang) for key, name in sources(c.desk).items()} | {_FILE: c.t("Tệp thể lệ (.toml)")}
    source = st.selectbox(c.t("Bắt đầu từ"), list(known), format_func=known.__getitem__, key=f"new:source:{c.lang}")
    try:
        rules = _from_file(c) if source == _FILE else _asked(c, source)
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    if rules:
        _preview(c, rules)


def _leave() -> None:
    st.query_params.clear()


def _from_file(c: Ctx) -> Definition | None:
    sent = st.file_uploader(c.t("Tệp thể lệ"), type="toml", key="new:file")
    if sent is None:
        st.caption(c.t("Tải một thể lệ đang có ở trang Tiêu chí về, sửa rồi gửi lên đây."))
        return None
    if sent.size > _LARGEST:
        st.error(c.t("Tệp quá lớn: thể lệ chỉ vài chục KB."))
        return None
    try:
        return Definition.read(sent.getvalue().decode("utf-8-sig"))
    except UnicodeDecodeError:
        st.error(c.t("Tệp không phải UTF-8: lưu lại dưới dạng UTF-8 rồi gửi."))
        return None


def _asked(c: Ctx, source: str) -> Definition | None:
    """The words of a new campaign, first those of its source for the year that follows."""
    today = c.desk.workspace.clock().date()
    left, right = st.columns(2)
    period = left.text_input(c.t("Kỳ") + " \\*", str(today.year), key=f"new:period:{source}").strip()
    first = begun(c.desk, source, period)
    own = f"{source}:{period}"
    launched = right.date_input(c.t("Ngày phát động"), first.launched, key=f"new:on:{own}", format="DD/MM/YYYY")
    name = st.text_input(c.t("Tên phong trào") + " \\*", first.name, key=f"new:name:{own}").strip()
    theme = st.text_input(c.t("Chủ đề"), first.theme, key=f"new:theme:{own}").strip()
    blocks = blocks_of(c.desk)
    chosen = st.multiselect(
        c.t("Khối tham gia"),
        blocks,
        [one for one in blocks if not first.blocks or one in first.blocks],
        key=f"new:blocks:{own}",
        placeholder=c.t("Chọn khối"),
    )
    if not name:
        st.error(c.t("Thiếu tên phong trào."))
        return None
    return evolve(first, name=name, launched=launched, theme=theme, blocks=tuple(chosen))


def _preview(c: Ctx, rules: Definition) -> None:
    """What would be written, what the register cannot serve of it, and the button that writes it."""
    found = misfits(c.desk, rules)
    with st.container(border=True):
        st.markdown(f"**{plain(rules.name)}** · {rules.span.label.in_(c.lang)} · {format_date(rules.launched)}")
        told = [
            c.n("{n} tiêu chí", len(rules.leaves)),
            c.t("tối đa {points} điểm", points=format_points(rules.maximum, c.lang)),
            c.n("{n} giai đoạn", len(rules.stages)),
            c.n("{n} hình thức khen thưởng", len(rules.awards)),
        ]
        st.caption(" · ".join(told))
        st.markdown(
            " → ".join(plain(stage.name.in_(c.lang)) for stage in rules.stages) or c.t("Chưa có giai đoạn nào.")
        )
        for fault in found:
            st.warning(plain(fault), icon=":material/report:")
        if found:
            st.caption(c.t("Vẫn lưu được bản nháp; các chỗ này phải sửa trước khi áp dụng thể lệ."))
    form = f"new:{rules.period}:{rules.name}"
    show_wrong(form)
    st.button(
        c.t("Lưu bản nháp"), type="primary", key=f"{form}:go", disabled=running(form), on_click=start, args=(form,)
    )

    def act(token: str) -> str:
        made = Stages.new(c.desk, rules, token=token)
        st.query_params.clear()
        st.query_params["dot"] = made.at.campaign
        return c.t("Đã lưu bản nháp của {name}. Xem lại tiêu chí rồi áp dụng.", name=plain(rules.name))

    carry_out(c, form, act, c.t("Đang ghi…"))
