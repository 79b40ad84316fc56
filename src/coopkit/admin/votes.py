"""Hội đồng, of the page Khen thưởng: who sits, who is there, and the totals of the votes, judged while typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from coopkit.admin.award_act import in_stage, of_rows, runs, show_rows, write_button
from coopkit.admin.ctx import Ctx, plain
from coopkit.campaign import VOTING, Stage, StageKind
from coopkit.errors import BadForm
from coopkit.text import Label
from coopkit.workspace import Awarding, CampaignDesk
from coopkit.workspace.ballots import BallotSheet
from coopkit.workspace.council import BallotLine, Council, Judged, Seat, rule_told
from coopkit.workspace.nominees import Nominees

ASKED = "phieu"
"""What the URL calls the token of the votes that are being typed in."""

BAD = "phieu:bad"
"""Where the session keeps what was wrong with the votes that were handed in last."""


def show(c: Ctx, at: CampaignDesk) -> None:
    """The part of the page."""
    council = Council(at)
    meeting = council.meeting()
    if runs(c):
        seats = council.seats()
        if not at.standing.published:
            _seats(c, at, council, seats)
        if in_stage(c, at, VOTING) and meeting:
            if meeting.kind is StageKind.COUNCIL and seats:
                _attendance(c, council, seats, meeting)
            _ballots(c, at)
    _counted(c, at, council)


# ── Seats and attendance ────────────────────────────────────────────────────────────────────────────────────────────


def _seats(c: Ctx, at: CampaignDesk, council: Council, seats: Sequence[Seat]) -> None:
    names = at.names
    label = c.n("Thành phần Hội đồng: {n} người", len(seats))
    with st.expander(label, expanded=not seats, key=f"thanh-phan:{c.lang}"):
        if seats:
            told = [{c.t("Chức danh"): one.name, c.t("Thuộc đơn vị"): names.get(one.unit, "–")} for one in seats]
            show_rows(told, "ghe")
        else:
            st.caption(c.t("Chưa có ai. Thêm từng chức danh; ai thuộc một đơn vị thì không bỏ phiếu cho đơn vị ấy."))
        state = of_rows(one.name for one in seats)
        box = st.container(horizontal=True, vertical_alignment="bottom")
        name = box.text_input(c.t("Chức danh"), key=f"ghe:ten:{state}", placeholder=c.t("Ví dụ: Chủ tịch Hội đồng"))
        unit = box.selectbox(
            c.t("Thuộc đơn vị (nếu có)"),
            sorted(names, key=lambda one: names[one]),
            index=None,
            format_func=lambda one: names[one],
            placeholder=c.t("Không thuộc đơn vị nào"),
            key=f"ghe:don-vi:{state}:{c.lang}",
        )

        def seat(token: str) -> str:
            Awarding(at).seat({name.strip(): unit}, token=token)
            return c.t("Đã thêm {name} vào Hội đồng.", name=plain(name.strip()))

        with box:
            write_button(c, c.t("Thêm"), f"ghe:them:{state}", seat, primary=False, disabled=not name.strip())
        if seats:
            _unseat(c, council, seats, state)


def _unseat(c: Ctx, council: Council, seats: Sequence[Seat], state: str) -> None:
    box = st.container(horizontal=True, vertical_alignment="bottom")
    gone = box.selectbox(
        c.t("Bớt một chức danh ghi nhầm"),
        [one.name for one in seats],
        index=None,
        placeholder=c.t("Chọn chức danh"),
        key=f"ghe:bot-ai:{state}",
    )

    def unseat(token: str) -> str:
        council.unseat(gone or "", token=token)
        return c.t("Đã bớt {name} khỏi Hội đồng.", name=plain(gone or ""))

    with box:
        write_button(c, c.t("Bớt"), f"ghe:bot:{state}", unseat, primary=False, disabled=gone is None)


def _attendance(c: Ctx, council: Council, seats: Sequence[Seat], meeting: Stage) -> None:
    st.subheader(c.t("Ai dự họp"))
    state = of_rows(f"{one.name}:{one.there}" for one in seats)
    there = st.pills(
        c.t("Ai dự họp"),
        [one.name for one in seats],
        selection_mode="multi",
        default=[one.name for one in seats if one.there],
        label_visibility="collapsed",
        key=f"du-hop:{state}",
    )
    told = c.t("{there}/{all} có mặt", there=c.number(len(there)), all=c.number(len(seats)))
    st.caption(f"{told}; {plain(rule_told(meeting).in_(c.lang))}.")

    def gather(token: str) -> str:
        council.gather(there, token=token)
        return c.n("Đã ghi {n} người dự họp.", len(there))

    saved = {one.name for one in seats if one.there}
    write_button(c, c.t("Ghi người dự họp"), f"du-hop:ghi:{state}", gather, primary=False, disabled=set(there) == saved)


# ── Ballots ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.fragment
def _ballots(c: Ctx, at: CampaignDesk) -> None:
    """The votes, a nomination a line: told at once whether it passes."""
    st.subheader(c.t("Kết quả bỏ phiếu"))
    council = Council(at)
    lines, stage = council.lines(), council.meeting()
    if stage is None:
        return
    if not lines:
        st.info(c.t("Chưa có đề nghị nào để bỏ phiếu: đề nghị ở mục Đề nghị."))
        return
    if stage.kind is StageKind.COUNCIL and not any(line.present for line in lines):
        st.info(c.t("Ghi ai dự họp trước, rồi nhập số phiếu."))
        return
    st.caption(c.t("Chỉ nhập tổng số phiếu do Ban kiểm phiếu công bố. Được thông qua: {rule}.", rule=_rule(c, stage)))
    sheet, token = BallotSheet(at), st.query_params.get(ASKED, "")
    typed = sheet.typed(token) or {}
    faults: Mapping[str, tuple[str, str]] = st.session_state.get(BAD, {})
    _lines(c, lines, sheet, typed, faults)

    def save(new: str) -> str:
        try:
            told = sheet.save(typed, token=token or new)
        except BadForm as bad:
            st.session_state[BAD] = bad.faults
            raise
        st.session_state.pop(BAD, None)
        st.query_params.pop(ASKED, None)
        passed = c.number(sum(one.passed for one in told.values()))
        return c.n("Đã ghi phiếu của {n} đề nghị: {passed} được thông qua.", len(told), passed=passed)

    left, right = st.container(horizontal=True), st.container()
    with left:
        write_button(c, c.t("Ghi kết quả bỏ phiếu"), f"phieu:ghi:{stage.key}:{token}", save)
    if typed:
        right.caption(c.t("Số đã gõ được giữ lại, kể cả khi tải lại trang, đến khi ghi."))


def _lines(
    c: Ctx,
    lines: Sequence[BallotLine],
    sheet: BallotSheet,
    typed: dict[str, int | None],
    faults: Mapping[str, tuple[str, str]],
) -> None:
    """A line for each nomination, under the name of its award."""
    at = sheet.at
    whom = {one.nomination.id: one for one in Nominees(at, c.lang).all()}
    award = ""
    for line in lines:
        one = whom[line.nomination.id]
        if one.rule.key != award:
            award = one.rule.key
            st.markdown(f"**{plain(one.rule.name.in_(c.lang))}**")
        _line(c, at, line, plain(one.whom), sheet.judge(line, typed), sheet.boxes(line, typed), faults)


def _rule(c: Ctx, stage: Stage) -> str:
    return plain(rule_told(stage).in_(c.lang))


def _line(  # noqa: PLR0913, PLR0917 - a line and all that is known of it
    c: Ctx,
    at: CampaignDesk,
    line: BallotLine,
    whom: str,
    judged: Judged,
    boxes: Mapping[str, int | None],
    faults: Mapping[str, tuple[str, str]],
) -> None:
    labels = {"present": c.t("Có mặt"), "in_favour": c.t("Đồng ý"), "against": c.t("Không đồng ý")}
    if line.present is not None:
        del labels["present"]
    with st.container(border=True):
        name, *asked, verdict = st.columns([4, *(1.4 for _ in labels), 3], vertical_alignment="top")
        name.markdown(whom)
        name.caption(_voters(c, line))
        for box, column in zip(labels, asked, strict=True):
            key = f"{box}:{line.nomination.id}"
            with column:
                st.number_input(
                    labels[box],
                    min_value=0,
                    value=boxes[box],
                    step=1,
                    placeholder="–",
                    key=_box_key(at, key),
                    on_change=_keep,
                    args=(at, key),
                )
                _fault(c, judged.faults.get(box), faults.get(key))
        _verdict(c, verdict, judged)


def _voters(c: Ctx, line: BallotLine) -> str:
    if line.present is None:
        return c.n("{n} người được bỏ phiếu", line.members)
    return c.n("{n} người được bỏ phiếu, {present} có mặt", line.members, present=c.number(line.present))


def _fault(c: Ctx, now: Label | None, handed_in: tuple[str, str] | None) -> None:
    """What is wrong with a box: as it stands, else as it was when it was handed in."""
    told = now or (Label(*handed_in) if handed_in else None)
    if told:
        st.caption(f":red[{plain(told.in_(c.lang))}]")


def _verdict(c: Ctx, column: st.delta_generator.DeltaGenerator, judged: Judged) -> None:
    if judged.verdict is None:
        column.caption(c.t("Chưa đủ số phiếu") if not judged.faults else c.t("Số phiếu chưa khớp"))
        return
    if judged.verdict.passed:
        column.badge(c.t("Được thông qua"), icon=":material/check:", color="green")
    else:
        column.badge(c.t("Không được thông qua"), icon=":material/close:", color="orange")
    column.caption(plain(judged.verdict.why.in_(c.lang)))


def _box_key(at: CampaignDesk, box: str) -> str:
    stage = at.standing.current
    return f"phieu:{at.campaign}:{stage.key if stage else ''}:{box}"


def _keep(at: CampaignDesk, box: str) -> None:
    """Keep what was typed into a box; the first makes the draft, and its token stands in the URL."""
    sheet, token = BallotSheet(at), st.query_params.get(ASKED, "")
    typed = sheet.typed(token)
    if typed is None:
        token, typed = sheet.begin(), {}
        st.query_params[ASKED] = token
    typed[box] = st.session_state[_box_key(at, box)]
    sheet.keep(token, typed)
    st.session_state.pop(BAD, None)


# ── What was counted ────────────────────────────────────────────────────────────────────────────────────────────────


def _counted(c: Ctx, at: CampaignDesk, council: Council) -> None:
    counted = council.counted()
    if not counted:
        st.caption(c.t("Chưa có phiếu nào được ghi. Các khối và Hội đồng bỏ phiếu ở giai đoạn họp của mình."))
        return
    whom = {one.nomination.id: one for one in Nominees(at, c.lang).all()}
    st.subheader(c.t("Phiếu đã ghi"))
    rows = [
        {
            c.t("Cuộc họp"): stage.name.in_(c.lang),
            c.t("Hình thức"): whom[count.nomination].rule.name.in_(c.lang),
            c.t("Đơn vị, cá nhân"): whom[count.nomination].whom,
            c.t("Có mặt"): f"{count.present}/{count.members}",
            c.t("Đồng ý"): c.number(count.in_favour),
            c.t("Không đồng ý"): c.number(count.against),
            c.t("Kết quả"): c.t("Được thông qua") if told.passed else c.t("Không được thông qua"),
            c.t("Vì sao"): told.why.in_(c.lang),
        }
        for stage, count, told in counted
        if count.nomination in whom
    ]
    show_rows(rows, "phieu")
