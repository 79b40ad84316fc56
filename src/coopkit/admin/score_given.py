"""The points given in a closed stage: which, by whom and when, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.score_kept import kept
from coopkit.campaign import Stage, format_points
from coopkit.period import format_moment
from coopkit.workspace import CampaignDesk, Scoring
from coopkit.workspace.evidence import EvidenceFiles, Proof, Told
from coopkit.workspace.scoring import Recorded, Turn

PAGE: Final = 50
OPEN: Final = "given:open"


def show(c: Ctx, at: CampaignDesk, stage: Stage) -> None:
    """The units of the stage, or the points of the one that the URL names."""
    turns = kept(at, f"scored:{stage.key}", lambda: Scoring(at).scored(stage))
    if OPEN in st.session_state:
        st.query_params["don-vi"] = st.session_state.pop(OPEN)
    if unit := st.query_params.get("don-vi", ""):
        _unit(c, at, stage, unit)
        return
    st.caption(c.t("Giai đoạn đã đóng: điểm chỉ xem, không sửa được nữa."))
    if not turns.all:
        st.info(c.t("Không có điểm nào, hoặc bạn chưa được xem điểm của giai đoạn này."))
        return
    first, second = st.columns(2)
    with first:
        text = st.text_input(c.t("Tìm đơn vị hoặc người chấm"), key="q", bind="query-params")
    with second:
        block = c.choose(c.t("Khối"), {name: name for name in turns.by_block}, "khoi")
    _table(c, turns.find(block, text or "").all)


def _table(c: Ctx, found: Sequence[Turn]) -> None:
    st.caption(c.n("{n} phiếu", len(found)))
    pages = -(-len(found) // PAGE)
    page = st.pagination(pages, key="trang", bind="query-params") if pages > 1 else 1
    shown = found[(page - 1) * PAGE : page * PAGE]
    if not shown:
        st.info(c.t("Không có phiếu nào như vậy: bớt điều kiện tìm."))
        return
    key = f"given:{hash(tuple(shown))}:{c.lang}"

    def clicked() -> None:
        st.session_state[OPEN] = shown[st.session_state[f"{key}:row"]["row"]].unit

    hidden = c.t("được giấu")
    rows = pd.DataFrame(
        [
            {
                "open": [c.t("Xem")],
                c.t("Đơn vị được chấm"): one.name,
                c.t("Người chấm"): one.scorer_name or hidden,
                c.t("Khối"): one.block,
                c.t("Số điểm đã ghi"): c.number(one.given),
            }
            for one in shown
        ]
    )
    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked)
    config: Any = {"open": button, c.t("Đơn vị được chấm"): st.column_config.TextColumn(width=330)}
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=min(38 + 35 * len(shown), 560))


def _unit(c: Ctx, at: CampaignDesk, stage: Stage, unit: str) -> None:
    if st.button(c.t("Về danh sách"), type="tertiary", icon=":material/arrow_back:"):
        st.query_params.pop("don-vi", None)
        st.rerun()
    told = kept(at, f"recorded:{stage.key}:{unit}", lambda: Scoring(at).recorded(stage, unit))
    st.subheader(plain(at.names.get(unit, unit)))
    if not told:
        st.info(c.t("Không có điểm nào, hoặc bạn chưa được xem điểm của giai đoạn này."))
        return
    rows = pd.DataFrame([_row(c, one) for one in told])
    filled = [name for name in rows.columns if rows[name].any()]
    st.table(rows[filled], border="horizontal", hide_index=True)
    show_files(c, at, [proof for one in told for proof in Told.read(one.score.evidence or "").files])


def _row(c: Ctx, one: Recorded) -> dict[str, str]:
    evidence = Told.read(one.score.evidence or "")
    named = [proof.name for proof in evidence.files]
    return {
        c.t("Tiêu chí"): plain(f"{one.criterion.key} {one.criterion.name.in_(c.lang)}"),
        c.t("Điểm"): format_points(one.score.points, c.lang),
        c.t("Người chấm"): plain(one.scorer) or c.t("được giấu"),
        c.t("Lúc"): format_moment(one.time) if one.time else "",
        c.t("Lý do"): plain(one.score.reason or ""),
        c.t("Minh chứng"): plain("; ".join(filter(None, (evidence.words, *named)))),
    }


def show_files(c: Ctx, at: CampaignDesk, proofs: Sequence[Proof]) -> None:
    """The files that prove points, each to be taken away."""
    if not proofs:
        return
    st.markdown(f"**{c.t('Tệp minh chứng')}**")
    row = st.container(horizontal=True)
    for proof in dict.fromkeys(proofs):
        row.download_button(
            plain(proof.name),
            partial(_bytes, at, proof.digest),
            proof.name,
            proof.media,
            key=f"proof:{proof.digest}:{proof.name}",
            icon=":material/attach_file:",
            on_click="ignore",
        )


def _bytes(at: CampaignDesk, digest: str) -> bytes:
    return EvidenceFiles(at).get(digest)[1]
