"""One campaign: its stages and who did what, what stands in the way, and the office's acts stage by stage."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.address import keep
from coopkit.admin.campaign_units import show_conflicts, show_pairs, show_pledges, show_progress
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.tasks import badge
from coopkit.campaign import Stage, StageKind, StageState
from coopkit.period import Period, format_date
from coopkit.workspace import CampaignDesk, Stages
from coopkit.workspace.campaigns import Reached, days_ahead, way

FIRST: Final = 5
"""So many of what stands in the way are shown at once."""
_MARKS: Final = {
    StageState.CLOSED: (":green[:material/check_circle:]", "green"),
    StageState.OPEN: (":blue[:material/radio_button_checked:]", "blue"),
    StageState.WAITING: (":gray[:material/radio_button_unchecked:]", "gray"),
}


def show_one(c: Ctx, at: CampaignDesk) -> None:
    """The page of one campaign."""
    st.button(c.t("Mọi đợt thi đua"), icon=":material/arrow_back:", type="tertiary", key="one:back", on_click=_leave)
    record = at.record
    st.title(plain(record.name))
    show_told()
    told = [Period.parse(record.period).label.in_(c.lang), c.t("phát động {day}", day=format_date(record.launched))]
    st.caption(" · ".join([*told, plain(record.theme)] if record.theme else told))
    _links(c, at)
    stages = way(at)
    _stepper(c, stages)
    _ahead(c, at)
    _deeds(c, stages)
    if not can(c.desk.actor, Action.CAMPAIGN, at.campaign).allowed:
        st.info(c.t("Việc mở, chốt và trả lại giai đoạn do người điều hành phong trào làm."))
        return
    _standing(c, at)
    _parts(c, at)


def _leave() -> None:
    st.query_params.clear()


def _links(c: Ctx, at: CampaignDesk) -> None:
    with st.container(horizontal=True):
        c.link("thi-dua-tieu-chi", c.t("Tiêu chí"), dot=at.campaign)
        c.link("thi-dua-cham", c.t("Chấm điểm"), dot=at.campaign)
        c.link("thi-dua-xep-hang", c.t("Bảng xếp hạng"), dot=at.campaign)
        c.link("thi-dua-khen", c.t("Khen thưởng"), dot=at.campaign)


def _stepper(c: Ctx, stages: list[Reached]) -> None:
    """The stages side by side, each with its state and days; they wrap where there is little room."""
    with st.grid(4, min_column_width=150, gap="small"):
        for number, one in enumerate(stages, 1):
            published = one.stage.kind is StageKind.PUBLISHED and one.state is StageState.OPEN
            icon, colour = _MARKS[StageState.CLOSED if published else one.state]
            state = c.t("Đã công bố") if published else one.state.label.in_(c.lang)
            with st.container(border=True, height="stretch", gap="xxsmall"):
                st.markdown(f"{icon} **{number}. {plain(one.stage.name.in_(c.lang))}**")
                st.markdown(f":{colour}-badge[{state}]")
                st.caption(_days(c, one))


def _days(c: Ctx, one: Reached) -> str:
    if one.opened and one.closed:
        return f"{format_date(one.opened)} – {format_date(one.closed)}"
    if one.opened and one.state is StageState.OPEN:
        return c.t("từ {day}", day=format_date(one.opened))
    if one.stage.opens:
        return c.t("dự kiến {day}", day=format_date(one.stage.opens))
    return "–"


def _ahead(c: Ctx, at: CampaignDesk) -> None:
    """The days that are still to be kept."""
    tasks = days_ahead(at)
    if not tasks:
        return
    with st.container(border=True, gap="xsmall", key="campaign:ahead"):
        st.markdown(f"**{c.t('Các hạn phải giữ')}**")
        for one in tasks:
            told = [plain(one.title.in_(c.lang)), format_date(one.due, c.lang) if one.due else "", plain(one.source)]
            st.markdown(f"{badge(c, one)} {' · '.join(filter(None, told))}")


def _deeds(c: Ctx, stages: list[Reached]) -> None:
    """Every step that was taken: of which stage, when, by whom, why."""
    rows = [
        {
            c.t("Giai đoạn"): one.stage.name.in_(c.lang),
            c.t("Bước"): step.move.label.in_(c.lang),
            c.t("Vào ngày"): format_date(step.on),
            c.t("Người ghi"): step.who,
            c.t("Lý do"): step.reason or "–",
            c.t("Số liệu"): c.t("đã niêm phong") if step.run else "–",
        }
        for one in stages
        for step in one.steps
    ]
    if rows:
        with st.expander(c.t("Ai đã làm gì, khi nào")):
            st.table(pd.DataFrame(rows).map(plain).set_index(c.t("Giai đoạn")))


def _standing(c: Ctx, at: CampaignDesk) -> None:
    """The open stage: what stands in the way of closing it, and the two steps from here."""
    standing, applied = at.standing, at.versions()[-1].applied
    if applied is None:
        st.info(
            c.t("Thể lệ còn là bản nháp. Xem lại tiêu chí rồi bấm Áp dụng ở trang Tiêu chí; sau đó mở giai đoạn đầu.")
        )
        return
    if standing.published:
        st.success(c.t("Phong trào đã công bố. Kết quả ở Bảng xếp hạng và Khen thưởng; không còn gì thay đổi."))
        return
    current = standing.current
    st.subheader(plain(current.name.in_(c.lang)) if current else c.t("Bắt đầu phong trào"), anchor=False)
    if current:
        _obstacles(c, at, current)
    left, right = st.columns(2)
    with left:
        _advance(c, at, current, standing.next)
    with right:
        _back(c, at, standing.last_closed)


def _obstacles(c: Ctx, at: CampaignDesk, current: Stage) -> None:
    if current.closes and current.closes < at.today():
        st.warning(c.t("Giai đoạn này đã quá hạn {day}.", day=format_date(current.closes)), icon=":material/schedule:")
    missing = [one.in_(c.lang) for one in Stages(at).obstacles()]
    if not missing:
        st.success(c.t("Không còn gì vướng: chốt được giai đoạn này."))
        return
    st.warning(c.n("Còn {n} việc trước khi chốt được giai đoạn này.", len(missing)), icon=":material/pending_actions:")
    st.markdown("\n".join(f"- {plain(one)}" for one in missing[:FIRST]))
    if len(missing) > FIRST:
        with st.expander(c.n("Xem cả {n} việc", len(missing))):
            st.dataframe(pd.DataFrame({c.t("Còn thiếu"): missing}), hide_index=True, key=f"missing:{len(missing)}")


def _advance(c: Ctx, at: CampaignDesk, current: Stage | None, following: Stage | None) -> None:
    """Close the open stage, which seals what it was made of, and open the next."""
    if following is None:
        return
    seen, name = at.next_number(), plain(following.name.in_(c.lang))
    form = f"advance:{at.campaign}:{seen}"
    with st.form(form, enter_to_submit=False, height="stretch"):
        if current:
            told = c.t("Chốt giai đoạn này và mở: {stage}", stage=name)
            st.caption(c.t("Số liệu của giai đoạn được niêm phong; sửa sổ về sau không làm đổi kết quả."))
        else:
            told = c.t("Mở: {stage}", stage=name)
        st.markdown(f"**{told}**")
        on = st.date_input(c.t("Vào ngày"), at.today(), key=f"{form}:on", format="DD/MM/YYYY")
        asked = current is not None and current.kind in (
            StageKind.SELF,
            StageKind.CROSS,
            StageKind.CHECK,
            StageKind.BLOCK,
        )
        hint = c.t("Cần ghi nếu chấp nhận để trống tiêu chí") if asked else c.t("Có thể để trống")
        why = st.text_input(c.t("Lý do"), key=f"{form}:why", placeholder=hint)
        label = c.t("Chốt giai đoạn") if current else c.t("Mở giai đoạn")
        show_wrong(form)
        busy = running(form)
        st.form_submit_button(label, type="primary", key=f"{form}:go", disabled=busy, on_click=start, args=(form,))

    def act(token: str) -> str:
        Stages(at).advance(why, on, token=token, seen=seen)
        return c.t("Đã mở {stage}.", stage=name)

    carry_out(c, form, act, c.t("Đang niêm phong số liệu của giai đoạn…"))


def _back(c: Ctx, at: CampaignDesk, last: Stage | None) -> None:
    """Send the campaign back to the stage before, for a reason."""
    if last is None:
        return
    seen, name = at.next_number(), plain(last.name.in_(c.lang))
    form = f"back:{at.campaign}:{seen}"
    with st.form(form, enter_to_submit=False, height="stretch"):
        st.caption(c.t("Giai đoạn đang mở chờ lại; điểm đã nhập vẫn được giữ."))
        st.markdown(f"**{c.t('Trả lại: {stage}', stage=name)}**")
        on = st.date_input(c.t("Vào ngày"), at.today(), key=f"{form}:on", format="DD/MM/YYYY")
        why = st.text_input(c.t("Lý do trả lại") + " \\*", key=f"{form}:why")
        show_wrong(form)
        busy = running(form)
        st.form_submit_button(c.t("Trả lại"), key=f"{form}:go", disabled=busy, on_click=start, args=(form,))

    def act(token: str) -> str:
        Stages(at).back(why, on, token=token, seen=seen)
        return c.t("Đã trả lại {stage}.", stage=name)

    carry_out(c, form, act, c.t("Đang ghi…"))


def _parts(c: Ctx, at: CampaignDesk) -> None:
    """The parts of a campaign's work, one shown at a time; which one stands in the URL."""
    parts = {
        "tien-do": (c.t("Tiến độ chấm"), show_progress),
        "giao-uoc": (c.t("Giao ước"), show_pledges),
        "cap-cham": (c.t("Cặp chấm chéo"), show_pairs),
        "xung-dot": (c.t("Xung đột lợi ích"), show_conflicts),
    }
    current = at.standing.current
    usual = "giao-uoc" if current is None or current.kind is StageKind.PLEDGE else "tien-do"
    asked = st.query_params.get("muc", usual)
    st.divider()
    chosen = st.segmented_control(
        c.t("Phần"),
        list(parts),
        default=asked if asked in parts else usual,
        format_func=lambda one: parts[one][0],
        key=f"muc:{at.campaign}:{c.lang}",
        label_visibility="collapsed",
        required=True,
    )
    keep("muc", chosen or usual, usual)
    parts[chosen or usual][1](c, at)
