"""Chấm điểm: how far the open stage is, each scorer's sheet for each unit, and the points of closed stages."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.admin import score_given, score_sheet, score_upload
from coopkit.admin.campaign import choose_campaign
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.score_kept import kept
from coopkit.campaign import SCORING, Stage, StageKind, StageState
from coopkit.errors import CoopkitError
from coopkit.workspace import CampaignDesk, Scoring
from coopkit.workspace.scoring import Turns

PAGE: Final = 50
UNIT: Final = "don-vi"
"""What the URL calls the unit whose sheet is open."""
OPEN: Final = "scores:open"
CAMPAIGN: Final = "scores:dot"


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Chấm điểm"))
    show_told()
    at = choose_campaign(c)
    if at is None:
        return
    if st.session_state.setdefault(CAMPAIGN, at.campaign) != at.campaign:  # what the URL asks is another's
        st.session_state[CAMPAIGN] = at.campaign
        for name in (UNIT, "giai-doan", "nguoi-cham", "phieu", "khoi"):
            st.query_params.pop(name, None)
    stage = _stage(c, at)
    if stage is None:
        st.info(c.t("Phong trào chưa đến giai đoạn chấm điểm. Mở giai đoạn ở trang Đợt thi đua."))
        c.link("thi-dua", c.t("Đợt thi đua"), dot=at.campaign)
        return
    try:
        if at.standing.states[stage.key] is StageState.OPEN:
            _open(c, at, stage)
        else:
            score_given.show(c, at, stage)
    except CoopkitError as error:
        st.error(plain(c.told(error)))


def _stage(c: Ctx, at: CampaignDesk) -> Stage | None:
    """The scoring stage that is looked at: as the URL says, else the open one, else the last closed."""
    states = at.standing.states
    known = {
        one.key: one for one in at.rules.stages if one.kind in SCORING and states[one.key] is not StageState.WAITING
    }
    if not known:
        return None
    current = at.standing.current
    otherwise = current.key if current and current.key in known else list(known)[-1]
    told = st.query_params.get("giai-doan", otherwise)
    names = {key: f"{one.name.in_(c.lang)} · {states[key].label.in_(c.lang).lower()}" for key, one in known.items()}
    chosen = st.segmented_control(
        c.t("Giai đoạn"),
        list(known),
        default=told if told in known else otherwise,
        format_func=lambda key: names[key],
        key=f"giai-doan:{at.campaign}:{c.lang}",
        required=True,
    )
    if chosen != told:
        st.query_params.pop(UNIT, None)
    if chosen != otherwise:
        st.query_params["giai-doan"] = chosen
    else:
        st.query_params.pop("giai-doan", None)
    return known[chosen]


def _open(c: Ctx, at: CampaignDesk, stage: Stage) -> None:
    turns = kept(at, "turns", Scoring(at).turns)
    if not turns.all:
        st.info(c.t("Bạn không có đơn vị nào để chấm ở giai đoạn này."))
        return
    if OPEN in st.session_state:
        st.query_params.update(st.session_state.pop(OPEN))
    if unit := st.query_params.get(UNIT, ""):
        score_sheet.show(c, at, turns, unit)
        return
    _head(c, stage, turns)
    _progress(c, turns)
    st.subheader(c.t("Từng đơn vị"))
    first, second, third = st.columns([2, 2, 1], vertical_alignment="bottom")
    with first:
        text = st.text_input(c.t("Tìm đơn vị hoặc người chấm"), key="q", bind="query-params")
    with second:
        block = c.choose(c.t("Khối"), {name: name for name in turns.by_block}, "khoi")
    with third:
        left = st.toggle(c.t("Chỉ chưa xong"), key="chua-xong", bind="query-params")
    _table(c, stage, turns.find(block, text or "", left=left))
    if stage.kind in (StageKind.SELF, StageKind.CROSS):
        score_upload.show(c, at)


def _head(c: Ctx, stage: Stage, turns: Turns) -> None:
    """How far the stage is, and the way to the next sheet."""
    done, asked = (sum(column) for column in zip(*turns.by_block.values(), strict=True))
    row = st.container(horizontal=True, vertical_alignment="center")
    of = c.t("{done}/{asked} tiêu chí cần chấm", done=c.number(done), asked=c.number(asked))
    told = c.t("Đã chấm {of}", of=of) if asked else c.t("Không còn tiêu chí nào để trống")
    row.progress(done / asked if asked else 1.0, text=told, width="stretch")
    following = turns.following()
    if following and row.button(c.t("Chấm phiếu chưa xong tiếp theo"), type="primary", icon=":material/edit_square:"):
        st.query_params[UNIT] = following.unit
        st.query_params["nguoi-cham"] = following.scorer
        st.rerun()
    if stage.kind in (StageKind.CHECK, StageKind.BLOCK):
        st.caption(
            c.t("Giai đoạn này chỉ cần chấm tiêu chí còn để trống; điểm khác chỉ sửa khi có lý do, lý do được lưu.")
        )
    elif stage.blind:
        st.caption(
            c.t("Giai đoạn chấm kín: điểm đã ghi được giấu với mọi người trừ người chấm, đến khi đóng giai đoạn.")
        )


def _progress(c: Ctx, turns: Turns) -> None:
    """How far each block is."""
    block, done, asked, share = c.t("Khối"), c.t("Đã chấm"), c.t("Cần chấm"), c.t("Tiến độ")
    rows = [
        {block: name, done: c.number(one), asked: c.number(all_), share: one / all_ if all_ else 1.0}
        for name, (one, all_) in turns.by_block.items()
    ]
    config = {
        block: st.column_config.TextColumn(width="medium"),
        share: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=config, key=f"blocks:{c.lang}:{hash(str(rows))}")


def _table(c: Ctx, stage: Stage, found: Turns) -> None:
    st.caption(c.n("{n} phiếu", len(found.all)))
    if not found.all:
        st.info(c.t("Không có phiếu nào như vậy: bớt điều kiện tìm."))
        return
    pages = -(-len(found.all) // PAGE)
    page = st.pagination(pages, key="trang", bind="query-params") if pages > 1 else 1
    shown = found.all[(page - 1) * PAGE : page * PAGE]
    scorer = () if stage.kind is StageKind.SELF else (c.t("Người chấm"),)
    # The key names the rows: a click made before the list changed must not open another sheet.
    key = f"turns:{hash(shown)}:{c.lang}"

    def clicked() -> None:
        one = shown[st.session_state[f"{key}:row"]["row"]]
        st.session_state[OPEN] = {UNIT: one.unit, "nguoi-cham": one.scorer}

    rows = pd.DataFrame(
        [
            {
                "open": [c.t("Chấm")],
                c.t("Đơn vị được chấm"): one.name,
                **dict.fromkeys(scorer, one.scorer_name),
                c.t("Khối"): one.block,
                c.t("Đã chấm"): f"{c.number(one.done)}/{c.number(one.asked)}",
                c.t("Còn lại"): c.number(one.left) if one.left else c.t("xong"),
                c.t("Số điểm đã ghi"): c.number(one.given),
            }
            for one in shown
        ]
    )
    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked)
    config: Any = {"open": button, c.t("Đơn vị được chấm"): st.column_config.TextColumn(width=330)}
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=min(38 + 35 * len(shown), 560))
