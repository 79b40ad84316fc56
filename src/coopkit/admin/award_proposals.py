"""Đề nghị, of the page Khen thưởng: how far the quotas are used, who is proposed, and who may yet be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st
from attrs import frozen

from coopkit.admin.award_act import choose_award, in_stage, of_rows, runs, show_rows, write_button
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.grid import begun, grid_key, hold
from coopkit.admin.score_kept import kept
from coopkit.campaign import AwardRule, format_points
from coopkit.errors import CampaignError
from coopkit.event import RecipientKind
from coopkit.ledger import Receipt
from coopkit.workspace import Awarding, CampaignDesk
from coopkit.workspace.nominees import Candidate, Nominee, Nominees, Share
from coopkit.workspace.typed import Typed

TALL, MANY = 420, 10
"""Pixels that a list of more candidates than so many takes."""

MOST = 500
"""Recipients that are proposed by number at once, at most."""


def show(c: Ctx, at: CampaignDesk) -> None:
    """The part of the page."""
    nominees = Nominees(at, c.lang)
    shares = nominees.shares()
    if not shares:
        st.info(c.t("Thể lệ chưa có hình thức khen thưởng nào. Thêm ở trang Tiêu chí, phần Khen thưởng."))
        c.link("thi-dua-tieu-chi", c.t("Mở trang Tiêu chí"), dot=at.campaign)
        return
    _overview(c, shares)
    rule = choose_award(c, {one.rule.key: one.rule for one in shares}, at.campaign)
    _about(c, rule)
    held = nominees.all(rule.key)
    _proposed(c, held, rule)
    if runs(c) and in_stage(c, at, Awarding.proposed_in(rule)):
        _propose(c, nominees, rule, of_rows(one.nomination.id for one in held))


def _overview(c: Ctx, shares: Sequence[Share]) -> None:
    rows = [
        {
            c.t("Hình thức"): plain(one.rule.name.in_(c.lang)),
            c.t("Cấp tặng"): one.rule.giver.label.in_(c.lang),
            c.t("Hạn mức"): "–" if one.rule.quota is None else c.number(one.rule.quota),
            c.t("Đã đề nghị"): c.number(one.proposed),
            c.t("Còn"): "–" if one.left is None else c.number(one.left),
        }
        for one in shares
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


def _about(c: Ctx, rule: AwardRule) -> None:
    """What the campaign asks of who gets the award, in one line."""
    told = [rule.recipient.label.in_(c.lang)]
    if rule.per_block is not None:
        told.append(c.t("mỗi khối nhiều nhất {count}", count=c.number(rule.per_block)))
    if rule.place is not None:
        told.append(c.t("hạng trong khối từ {place} trở lên", place=c.number(rule.place)))
    if rule.least:
        told.append(c.t("từ {points} điểm", points=format_points(rule.least, c.lang)))
    if rule.outside:
        told.append(c.t("không xét theo điểm thi đua"))
    if rule.source:
        told.append(plain(rule.source))
    st.caption(" · ".join(told))


def _proposed(c: Ctx, held: Sequence[Nominee], rule: AwardRule) -> None:
    st.subheader(c.t("Đã đề nghị"))
    if not held:
        st.caption(c.t("Chưa đề nghị ai cho hình thức này."))
        return
    rows = [
        {
            c.t("Đơn vị, cá nhân"): one.whom,
            c.t("Khối"): one.block or "–",
            c.t("Hạng"): str(one.line.place) if one.line and one.line.place else "–",
            c.t("Điểm"): format_points(one.line.total, c.lang) if one.line else "–",
            c.t("Kết quả"): one.nomination.state.label.in_(c.lang),
            c.t("Lý do"): one.nomination.reason or "–",
            c.t("Thành tích"): one.nomination.achievement or "–",
        }
        for one in held
    ]
    show_rows(rows, f"de-nghi:{rule.key}")


@frozen
class _Proposal:
    """What is proposed now: for which award, for which achievement; `state` changes with every nomination for it."""

    c: Ctx
    at: CampaignDesk
    rule: AwardRule
    achievement: str
    state: str

    def button(self, what: str, key: str, nominate: Callable[[str], Receipt], *, able: bool) -> None:
        """A button that proposes once."""

        def do(token: str) -> str:
            number, award = str(nominate(token).number), plain(self.rule.name.in_(self.c.lang))
            return self.c.t("{what} cho {award}: đã ghi (lô {number}).", what=what, award=award, number=number)

        whole = f"de-nghi:{key}:{self.rule.key}:{self.state}"
        write_button(self.c, what, whole, do, primary=key == "don-vi", disabled=not able)


def _propose(c: Ctx, nominees: Nominees, rule: AwardRule, state: str) -> None:
    st.subheader(c.t("Đề nghị thêm"))
    achievement = st.text_input(
        c.t("Thành tích"),
        key=f"thanh-tich:{rule.key}",
        placeholder=c.t("Ghi trong tờ trình và quyết định, ví dụ: Dẫn đầu phong trào thi đua"),
    )
    proposal = _Proposal(c, nominees.at, rule, achievement.strip(), state)
    if rule.recipient is not RecipientKind.INDIVIDUAL:
        try:
            judged = f"candidates:{rule.key}:{nominees.at.today()}"
            candidates = kept(nominees.at, judged, lambda: nominees.candidates(rule.key))
        except CampaignError as error:
            st.info(plain(c.told(error)))
            return
        _units(proposal, [one for one in candidates if one.told.eligible])
        _barred(c, [one for one in candidates if not one.told.eligible])
    if rule.recipient is not RecipientKind.COLLECTIVE:
        _persons(proposal, nominees)
    if rule.recipient is RecipientKind.UNSPLIT:
        _unsplit(proposal)


def _units(proposal: _Proposal, able: Sequence[Candidate]) -> None:
    """The units that may be proposed, those that the campaign suggests ticked."""
    c, rule = proposal.c, proposal.rule
    if not able:
        st.info(c.t("Không còn đơn vị nào đủ điều kiện: xem vì sao ở dưới."))
        return
    st.caption(
        c.t("Đã đánh dấu sẵn những đơn vị có thứ hạng cao nhất còn trong chỉ tiêu; đồng hạng thì để cuộc họp chọn.")
    )
    tick, ids = c.t("Chọn"), [one.line.unit for one in able]
    typed, key = Typed(c.desk, f"de-nghi:{proposal.at.campaign}:{rule.key}"), f"chon:{rule.key}:{of_rows(ids)}"
    key = grid_key(f"{key}:{c.lang}")
    ticked = begun(typed, key)
    first = [one.suggested if ticked is None else one.line.unit in ticked for one in able]
    frame = pd.DataFrame(
        {
            tick: first,
            c.t("Đơn vị"): [one.line.name for one in able],
            c.t("Khối"): [one.block for one in able],
            c.t("Hạng"): [str(one.line.place or "–") for one in able],
            c.t("Điểm"): [format_points(one.line.total, c.lang) for one in able],
        }
    )
    chosen = st.data_editor(
        frame,
        hide_index=True,
        disabled=[name for name in frame.columns if name != tick],
        column_config={tick: st.column_config.CheckboxColumn(width="small")},
        height=TALL if len(able) > MANY else "auto",
        key=key,
    )
    units = [unit for unit, on in zip(ids, chosen[tick], strict=True) if on]
    hold(c, typed, key, None if units == [one.line.unit for one in able if one.suggested] else units)

    def nominate(token: str) -> Receipt:
        receipt = Awarding(proposal.at).nominate(rule.key, units, proposal.achievement, token=token)
        typed.keep(None)
        return receipt

    proposal.button(c.n("Đề nghị {n} đơn vị", len(units)), "don-vi", nominate, able=bool(units))


def _barred(c: Ctx, barred: Sequence[Candidate]) -> None:
    if not barred:
        return
    with st.expander(c.n("{n} đơn vị không đủ điều kiện, và vì sao", len(barred))):
        rows = [
            {
                c.t("Đơn vị"): one.line.name,
                c.t("Khối"): one.block,
                c.t("Vì sao"): "; ".join(reason.in_(c.lang) for reason in one.told.reasons),
                c.t("Theo quy định"): one.told.source,
            }
            for one in barred
        ]
        show_rows(rows, "khong-du")


def _persons(proposal: _Proposal, nominees: Nominees) -> None:
    """Persons of the register."""
    c, rule = proposal.c, proposal.rule
    with st.expander(c.t("Đề nghị cá nhân"), expanded=rule.recipient is RecipientKind.INDIVIDUAL):
        people = nominees.people()
        chosen = st.multiselect(
            c.t("Cá nhân"),
            list(people),
            format_func=lambda one: people[one],
            placeholder=c.t("Gõ tên để tìm"),
            key=f"ca-nhan:{rule.key}:{proposal.state}:{c.lang}",
        )

        def nominate(token: str) -> Receipt:
            kind, why = RecipientKind.INDIVIDUAL, proposal.achievement
            awarding = Awarding(proposal.at)
            return awarding.nominate_others(rule.key, kind, 0, persons=chosen, achievement=why, token=token)

        proposal.button(c.n("Đề nghị {n} cá nhân", len(chosen)), "ca-nhan", nominate, able=bool(chosen))


def _unsplit(proposal: _Proposal) -> None:
    """So many recipients that are split later."""
    c, rule = proposal.c, proposal.rule
    with st.expander(c.t("Đề nghị theo số lượng, chưa tách tập thể và cá nhân")):
        number = st.number_input(c.t("Số lượng"), 0, MOST, 0, key=f"so-luong:{rule.key}:{proposal.state}")

        def nominate(token: str) -> Receipt:
            kind, why = RecipientKind.UNSPLIT, proposal.achievement
            return Awarding(proposal.at).nominate_others(rule.key, kind, number, achievement=why, token=token)

        proposal.button(c.n("Đề nghị {n} trường hợp", number), "so-luong", nominate, able=bool(number))
