"""Score sheets as Excel workbooks: taken out for every scorer, handed in filled, looked at, and given once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.admin.score_kept import kept
from coopkit.campaign import format_points
from coopkit.errors import CoopkitError
from coopkit.workspace import CampaignDesk, ScoreSheets
from coopkit.workspace.intake import taken
from coopkit.workspace.score_sheets import Handed

SHOWN: Final = 200
"""So many scores or faults are listed."""
BUSY: Final = "upload:busy"
TOKEN: Final = "upload:token"  # noqa: S105 - the key of a form's token
ROUND: Final = "upload:round"


def show(c: Ctx, at: CampaignDesk) -> None:
    """The part of the page, for who runs the campaign."""
    if not can(c.desk.actor, Action.CAMPAIGN, at.campaign).allowed:
        return
    st.subheader(c.t("Phiếu chấm Excel"))
    st.caption(c.t("Tải phiếu của mọi người chấm, gửi đi; nộp lại các phiếu đã điền, xem trước rồi ghi một lần."))
    st.download_button(
        c.t("Tải phiếu chấm (zip)"),
        lambda: kept(at, "sheets", lambda: ScoreSheets(at).zipped(at.today())),
        "phieu-cham.zip",
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
    )
    round_ = st.session_state.setdefault(ROUND, 0)
    handed = st.file_uploader(
        c.t("Nộp phiếu đã điền"), type=["xlsx"], accept_multiple_files=True, key=f"upload:{at.campaign}:{round_}"
    )
    if handed:
        try:
            files = taken((one.name, one.getvalue()) for one in handed)
        except CoopkitError as error:
            st.error(plain(c.told(error)))
            return
        _look(c, at, files)


def _look(c: Ctx, at: CampaignDesk, files: Mapping[str, bytes]) -> None:
    digests = [f"{name}\n{hashlib.sha256(data).hexdigest()}" for name, data in sorted(files.items())]
    content = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    try:
        with st.spinner(c.t("Đang đọc phiếu…")):
            told = kept(at, f"look:{content}", lambda: ScoreSheets(at).look(files))
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    if told.problems:
        _problems(c, told)
        return
    if not told.offered:
        st.info(c.t("Các phiếu không có điểm nào mới: mọi điểm trong đó đã được ghi."))
        return
    scores, units = c.n("{n} điểm", len(told.offered)), c.n("{n} đơn vị", told.units)
    st.success(c.t("Các phiếu đúng cả: sẽ ghi {scores} cho {units}.", scores=scores, units=units))
    rows = [
        {
            c.t("Đơn vị được chấm"): one.unit,
            c.t("Tiêu chí"): f"{one.entry.criterion} {one.criterion.in_(c.lang)}",
            c.t("Điểm"): format_points(one.entry.points or 0, c.lang),
            c.t("Lý do"): one.entry.reason,
            c.t("Ô"): one.where,
        }
        for one in told.offered[:SHOWN]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=f"offered:{content}:{c.lang}")
    _give(c, at, told, content)


def _problems(c: Ctx, told: Handed) -> None:
    st.error(c.n("Chưa ghi gì: có {n} lỗi trong phiếu. Sửa các ô này rồi nộp lại.", len(told.problems)))
    rows = [
        {
            c.t("Ô"): one.where,
            c.t("Đang ghi"): one.seen,
            c.t("Lỗi"): one.what.in_(c.lang),
            c.t("Cách sửa"): one.mend.in_(c.lang),
        }
        for one in told.problems[:SHOWN]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=f"problems:{hash(str(rows))}")


def _give(c: Ctx, at: CampaignDesk, told: Handed, content: str) -> None:
    if st.session_state.get(TOKEN, ("", ""))[0] != content:
        st.session_state[TOKEN] = content, secrets.token_urlsafe(9)

    def start() -> None:
        st.session_state[BUSY] = content

    busy = st.session_state.get(BUSY) == content
    label = c.n("Ghi {n} điểm", len(told.offered))
    st.button(label, type="primary", key=f"give:{content}", on_click=start, disabled=busy)
    if not busy:
        return
    try:
        receipt = ScoreSheets(at).take(told, token=st.session_state[TOKEN][1])
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    finally:
        st.session_state.pop(BUSY)
    st.session_state[ROUND] += 1
    number, written = str(receipt.number), receipt.inserted + receipt.updated
    tell(good=True, text=c.n("Đã ghi {n} điểm từ phiếu (lô {number}).", written, number=number))
