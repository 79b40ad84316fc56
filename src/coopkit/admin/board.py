"""Bảng xếp hạng: the board of a block as of its last closed stage; a unit opened down to its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import board_safety, board_targets, board_unit
from coopkit.admin.address import keep
from coopkit.admin.campaign import choose_campaign
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.score_kept import kept
from coopkit.campaign import Criterion, format_points
from coopkit.errors import CoopkitError
from coopkit.workspace import CampaignDesk, Ranking
from coopkit.workspace.ranking import Place

UNIT: Final = "don-vi"
OPEN: Final = "board:open"
CAMPAIGN: Final = "board:dot"
BEST: Final = 3
"""So many places stand above the table."""


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Bảng xếp hạng"))
    show_told()
    at = choose_campaign(c)
    if at is None:
        return
    if st.session_state.setdefault(CAMPAIGN, at.campaign) != at.campaign:  # what the URL asks is another's
        st.session_state[CAMPAIGN] = at.campaign
        for name in (UNIT, "khoi", "xem"):
            st.query_params.pop(name, None)
    if OPEN in st.session_state:
        st.query_params[UNIT] = st.session_state.pop(OPEN)
    ranking = Ranking(at)
    try:
        if unit := st.query_params.get(UNIT, ""):
            board_unit.show(c, ranking, unit)
            return
        _board(c, ranking, kept(at, f"places:{c.lang}", lambda: ranking.places(c.lang)))
    except CoopkitError as error:
        st.error(plain(c.told(error)))


def _board(c: Ctx, ranking: Ranking, places: Mapping[str, list[Place]]) -> None:
    at = ranking.at
    if not places:
        st.info(c.t("Phong trào chưa có khối nào ký giao ước."))
        c.link("thi-dua", c.t("Đợt thi đua"), dot=at.campaign)
        return
    if not any(places.values()):
        st.info(c.t("Bạn chưa được xem thứ hạng: thứ hạng được công bố khi phong trào kết thúc."))
        return
    blocks = kept(at, "blocks", lambda: dict(ranking.board().blocks))
    first, second = st.columns([2, 3], vertical_alignment="bottom")
    with first:
        block = _block(c, blocks)
    with second:
        _takeaway(c, ranking, block)
    stage = ranking.stage
    if stage is None:
        st.caption(c.t("Chưa giai đoạn chấm điểm nào đóng: điểm tính theo số liệu hiện nay, còn thay đổi."))
    else:
        st.caption(c.t("Điểm đã chốt sau giai đoạn {stage}.", stage=plain(stage.name.in_(c.lang))))
    shown = places[block]
    _best(c, shown)
    chosen = _chosen_view(c, at)
    if chosen in {"", "giai-doan"}:
        _table(c, ranking, block, shown, by_stage=chosen == "giai-doan")
    elif chosen == "vung":
        board_safety.show(c, ranking, shown)
    elif chosen == "thay-doi":
        board_targets.show_drift(c, ranking, shown)
    else:
        board_targets.show(c, ranking)


def _chosen_view(c: Ctx, at: CampaignDesk) -> str:
    """The view that the reader chose; it stands in the URL."""
    views = _views(c, at)
    view = st.query_params.get("xem", "")
    chosen = st.segmented_control(
        c.t("Xem"),
        list(views),
        default=view if view in views else "",
        format_func=lambda one: views[one],
        key=f"xem:{c.lang}",
        label_visibility="collapsed",
        required=True,
    )
    keep("xem", chosen or "")
    return chosen or ""


def _views(c: Ctx, at: CampaignDesk) -> dict[str, str]:
    """What the reader may look at."""
    views = {"": c.t("Theo nhóm tiêu chí"), "giai-doan": c.t("Theo giai đoạn")}
    if can(c.desk.actor, Action.SEE_SCORES, at.campaign).allowed:
        views["vung"] = c.t("Độ vững của thứ hạng")
    if can(c.desk.actor, Action.CAMPAIGN, at.campaign).allowed:
        views["thay-doi"] = c.t("Số liệu đổi từ khi chốt")
    return {**views, "chi-tieu": c.t("Chỉ tiêu phấn đấu")}


def _block(c: Ctx, blocks: Mapping[str, str]) -> str:
    keys, told = list(blocks), st.query_params.get("khoi", "")
    at = keys.index(told) if told in blocks else 0
    chosen = st.selectbox(
        c.t("Khối"), keys, index=at, format_func=lambda one: blocks[one], key=f"khoi:{hash(tuple(keys))}"
    )
    keep("khoi", chosen, keys[0])
    return chosen


def _takeaway(c: Ctx, ranking: Ranking, block: str) -> None:
    """To be printed, and as a workbook."""
    at = ranking.at
    row = st.container(horizontal=True, horizontal_alignment="right")
    asked = urlencode({"dot": at.campaign, "khoi": block, "lang": c.lang})
    row.link_button(c.t("In bảng"), f"/in/xep-hang?{asked}", icon=":material/print:")
    if can(c.desk.actor, Action.EXPORT, at.campaign).allowed:
        row.download_button(
            c.t("Tải Excel"),
            lambda: kept(at, f"workbook:{c.lang}", lambda: ranking.workbook(lang=c.lang)),
            "bang-xep-hang.xlsx",
            icon=":material/download:",
            on_click="ignore",
        )


def _best(c: Ctx, shown: Sequence[Place]) -> None:
    """The first places, calmly."""
    best = [one for one in shown if one.line.place][:BEST]
    if not best:
        return
    for column, one in zip(st.columns(BEST), best, strict=False):
        with column.container(border=True, height="stretch", gap="xxsmall"):
            place = c.t("Hạng {place}", place=c.number(one.line.place))
            tied = f" · {c.t('đồng hạng')}" if one.line.tied else ""
            st.caption(f"{place}{tied}")
            st.markdown(f"**{plain(one.line.name)}**")
            points = c.t("{points} điểm", points=format_points(one.line.total, c.lang))
            st.markdown(" · ".join(filter(None, (points, plain(one.grade)))))


def _table(c: Ctx, ranking: Ranking, block: str, shown: Sequence[Place], *, by_stage: bool) -> None:
    rules = ranking.at.rules
    groups = [(n, one) for n, one in enumerate(rules.criteria) if not one.disqualifies]
    if by_stage:
        parts = {plain(one.name.in_(c.lang)): n for n, one in enumerate(ranking.stages())}
    else:
        parts = {c.t("Mục {key}", key=one.key): n for n, one in groups}
    key = f"board:{block}:{by_stage}:{c.lang}:{hash(tuple(one.line for one in shown))}"

    def clicked() -> None:
        st.session_state[OPEN] = shown[st.session_state[f"{key}:row"]["row"]].line.unit

    rows = [_row(c, one, parts, by_stage=by_stage) for one in shown]
    button = st.column_config.ButtonColumn("", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked)
    config: Any = {"open": button, c.t("Đơn vị"): st.column_config.TextColumn(width=310)}
    for name in (c.t("Hạng"), *parts, c.t("Thưởng"), c.t("Trừ"), c.t("Tổng")):
        config[name] = st.column_config.TextColumn(alignment="right", width=130 if by_stage and name in parts else 75)
    high = min(38 + 35 * len(rows), 720)
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=key, column_config=config, height=high)
    if not by_stage:
        _legend(c, [one for _, one in groups])


def _row(c: Ctx, one: Place, parts: Mapping[str, int], *, by_stage: bool) -> dict[str, Any]:
    line, told = one.line, one.stages if by_stage else one.groups
    points = {name: _points(c, told[n] if n < len(told) else None) for name, n in parts.items()}
    apart = {c.t("Thưởng"): _points(c, line.bonus), c.t("Trừ"): _points(c, line.penalty)} if by_stage else {}
    return {
        "open": [c.t("Chi tiết")],
        c.t("Hạng"): c.number(line.place) if line.place else "–",
        c.t("Đơn vị"): line.name,
        c.t("Tổng"): _points(c, line.total),
        c.t("Xếp loại"): one.grade,
        **points,
        **apart,
        c.t("Đề nghị, khen thưởng"): "; ".join(one.titles),
        c.t("Ghi chú"): one.note,
    }


def _points(c: Ctx, points: int | None) -> str:
    return "–" if points is None else format_points(points, c.lang)


def _legend(c: Ctx, groups: Sequence[Criterion]) -> None:
    told = (f"**{plain(one.key)}** {plain(one.name.in_(c.lang))}" for one in groups)
    st.caption(c.t("Các mục: {groups}.", groups=" · ".join(told)))
