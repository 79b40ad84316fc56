"""Quản trị: who may come in and with what rights, who is in now, who is kept out, and whether all is well."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import account_list, account_sessions
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.door import door
from coopkit.workspace.doctor import Finding, Wellness, examine

_PART = "muc"
_COLOURS: Mapping[Wellness, str] = {Wellness.WELL: "green", Wellness.WARN: "orange", Wellness.ILL: "red"}
_BACKUPS, _IDLE = "COOPKIT_BACKUPS", "COOPKIT_IDLE_MINUTES"


def show(c: Ctx) -> None:
    """The page: one part at a time, which stands in the URL."""
    st.title(c.t("Quản trị"))
    show_told()
    parts = _parts(c)
    asked = st.query_params.get(_PART, "")
    chosen = st.segmented_control(
        c.t("Phần"),
        list(parts),
        default=asked if asked in parts else next(iter(parts)),
        format_func=lambda one: parts[one][0],
        key=f"{_PART}:quan-tri:{c.lang}",
        label_visibility="collapsed",
        required=True,
    )
    if chosen != next(iter(parts)):
        st.query_params[_PART] = chosen
    else:
        st.query_params.pop(_PART, None)
    parts[chosen][1](c)
    with st.container(horizontal=True):
        c.link("nhat-ky", c.t("Mọi thay đổi về tài khoản, quyền"), loai="account")
        if can(c.desk.actor, Action.DISCLOSURES).allowed:
            c.link("nhat-ky", c.t("Ai đã xem dữ liệu cá nhân, để làm gì"), loai="disclosure")


def _parts(c: Ctx) -> Mapping[str, tuple[str, Callable[[Ctx], None]]]:
    """The parts that this reader has."""
    accounts = {
        "tai-khoan": (c.t("Tài khoản"), account_list.show),
        "phien": (c.t("Phiên đang mở"), account_sessions.show_open),
        "bi-chan": (c.t("Đang bị chặn"), account_sessions.show_kept_out),
    }
    settings = {"thiet-dat": (c.t("Thiết đặt"), _settings)}
    health = {"suc-khoe": (c.t("Sức khỏe hệ thống"), _health)}
    return (accounts | settings if can(c.desk.actor, Action.ACCOUNTS).allowed else {}) | health


def _settings(c: Ctx) -> None:
    """How the door of this process was set up; who has the server's shell sets it, nobody on the page."""
    st.caption(c.t("Đặt ở máy chủ bằng biến môi trường của dịch vụ, có hiệu lực khi khởi động lại."))
    one = door()
    day = c.t("{hours} giờ", hours=c.number(int(one.limits.longest.total_seconds() // 3600)))
    rows = [
        (c.t("Tên máy được trả lời"), ", ".join(sorted(one.hosts)), "COOPKIT_HOSTS"),
        (c.t("Phiên để yên thì hết hạn sau"), c.n("{n} phút", int(one.limits.idle.total_seconds() // 60)), _IDLE),
        (c.t("Phiên dài nhất"), day, "COOPKIT_SESSION_HOURS"),
        (c.t("Chỉ qua TLS"), c.t("có") if one.tls else c.t("không"), "COOPKIT_TLS"),
        (c.t("Thư mục sao lưu"), os.environ.get(_BACKUPS) or c.t("chưa đặt"), _BACKUPS),
    ]
    heads = [c.t("Thiết đặt"), c.t("Giá trị"), c.t("Biến môi trường")]
    st.table(pd.DataFrame([[plain(cell) for cell in row] for row in rows], columns=heads).set_index(heads[0]))


def _health(c: Ctx) -> None:
    """What `coopkit doctor` tells, when it is asked: it reads the whole journal and every sealed piece."""
    st.caption(c.t("Đọc lại toàn bộ nhật ký và kho lưu, xem tiện ích, đĩa và bản sao lưu. Không sửa gì."))
    if not st.button(c.t("Khám ngay"), key="health:go", icon=":material/stethoscope:", type="primary"):
        return
    folder = os.environ.get(_BACKUPS)
    with st.spinner(c.t("Đang khám…")):
        found = examine(c.desk, Path(folder) if folder else None)
    ill = sum(1 for one in found if one.state is not Wellness.WELL)
    if ill:
        st.warning(c.n("{n} chỗ cần để ý.", ill))
    else:
        st.success(c.t("Mọi thứ đều tốt."))
    st.table(pd.DataFrame([_row(c, one) for one in found]).set_index(c.t("Phần")))


def _row(c: Ctx, one: Finding) -> dict[str, str]:
    return {
        c.t("Phần"): plain(one.part.in_(c.lang)),
        c.t("Tình trạng"): f":{_COLOURS[one.state]}-badge[{one.state.label.in_(c.lang)}]",
        c.t("Thấy"): plain(one.seen.in_(c.lang)),
        c.t("Cách xử lý"): plain(one.cure.in_(c.lang)) or "–",
    }
