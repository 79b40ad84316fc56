"""Quyết định, of the page Khen thưởng: decide, look at the honours, revoke one; initiatives and exemplars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from coopkit.admin.award_act import choose_award, in_stage, money, of_rows, runs, show_rows, write_button
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.forms import ask_form
from coopkit.campaign import AwardRule, InitiativeKind, StageKind
from coopkit.event import RecipientKind
from coopkit.period import format_date
from coopkit.workspace import Awarding, CampaignDesk, Outcome
from coopkit.workspace.nominees import Honoured, Nominee, Nominees, honoured, honoured_outside
from coopkit.workspace.worth import Worth

DAY = "DD/MM/YYYY"


def show(c: Ctx, at: CampaignDesk) -> None:
    """The part of the page."""
    if runs(c) and at.rules.awards and not at.standing.published and in_stage(c, at, (StageKind.DECISION,)):
        _decide(c, at)
    listed = honoured(at, c.lang)
    st.subheader(c.t("Đã quyết định"))
    if listed:
        _honours(c, listed, "khen-thuong")
    else:
        st.caption(c.t("Phong trào này chưa có quyết định khen thưởng nào."))
    if runs(c) and listed:
        _revoke(c, at, [one for one in listed if one.revocation is None])
    _initiatives(c, at)
    _outside(c)


def _decide(c: Ctx, at: CampaignDesk) -> None:
    st.subheader(c.t("Ghi quyết định"))
    nominees = Nominees(at, c.lang)
    rule = choose_award(c, {one.key: one for one in at.rules.awards}, at.campaign)
    waiting = nominees.waiting(rule.key)
    if not waiting:
        st.info(c.t("Hình thức này không còn đề nghị nào chờ quyết định."))
        return
    state = of_rows(one.nomination.id for one in waiting)
    box = st.container(horizontal=True, vertical_alignment="bottom")
    number = box.text_input(c.t("Số quyết định"), key=f"so:{rule.key}", placeholder=c.t("Ví dụ: 15/QĐ-LMHTX"))
    day = box.date_input(c.t("Ngày quyết định"), at.today(), format=DAY, key=f"ngay:{rule.key}")
    st.caption(c.t("Cấp quyết định: {giver}", giver=rule.giver.label.in_(c.lang)))
    _worth(c, at, rule, waiting, day)
    show_rows([{c.t("Chờ quyết định"): one.whom, c.t("Khối"): one.block or "–"} for one in waiting], "cho")
    whom = {one.nomination.id: one.whom for one in waiting}
    refused = st.multiselect(
        c.t("Không tặng (nếu có)"),
        list(whom),
        format_func=lambda one: whom[one],
        placeholder=c.t("Tất cả những trường hợp trên đều được tặng"),
        key=f"khong-tang:{state}:{c.lang}",
    )
    why = st.text_input(c.t("Lý do không tặng"), key=f"vi-sao:{state}").strip() if refused else ""
    given = len(waiting) - len(refused)

    def decide(token: str) -> str:
        outcomes = [Outcome(one, granted=False, reason=why) for one in refused]
        written = Awarding(at).decide(rule.key, number.strip(), day, outcomes, token=token)
        told = {"decision": plain(number.strip()), "number": str(written.number)}
        return c.n("Đã ghi quyết định {decision}: tặng {n} trường hợp (lô {number}).", given, **told)

    write_button(c, c.n("Ghi quyết định: tặng {n} trường hợp", given), f"quyet-dinh:{rule.key}:{state}", decide)


def _worth(c: Ctx, at: CampaignDesk, rule: AwardRule, waiting: Sequence[Nominee], day: dt.date) -> None:
    """What each kind of recipient gets, and what states it."""
    awarding = Awarding(at)
    for kind in dict.fromkeys(one.nomination.recipient_kind for one in waiting):
        worth, label = awarding.worth(rule, kind, day), kind.label.in_(c.lang)
        if worth.reward is None:
            st.caption(_no_worth(c, worth, kind, label))
        else:
            told = {"kind": label, "reward": money(c, worth.reward), "salary": money(c, worth.salary)}
            times, source = c.number(worth.coefficient or 0), plain(worth.source)
            st.caption(
                c.t(
                    "Tiền thưởng, {kind}: {reward} = {times} × lương cơ sở {salary}. Căn cứ: {source}",
                    **told,
                    times=times,
                    source=source,
                )
            )


def _no_worth(c: Ctx, worth: Worth, kind: RecipientKind, label: str) -> str:
    if kind is RecipientKind.UNSPLIT:
        return c.t("Tiền thưởng: ghi khi đã tách tập thể và cá nhân.")
    if worth.coefficient is None:
        return c.t("Tiền thưởng, {kind}: chưa có nguồn nào ghi hệ số cho hình thức này.", kind=label)
    return c.t("Tiền thưởng, {kind}: chưa rõ mức lương cơ sở của ngày này.", kind=label)


def _honours(c: Ctx, listed: Sequence[Honoured], key: str) -> None:
    rows = [
        {
            c.t("Số quyết định"): one.honour.decision,
            c.t("Ngày"): format_date(one.honour.decided),
            c.t("Hình thức"): one.honour.award.label.in_(c.lang),
            c.t("Cấp tặng"): one.honour.giver.label.in_(c.lang),
            c.t("Đơn vị, cá nhân"): one.whom,
            c.t("Tiền thưởng"): money(c, one.honour.reward),
            c.t("Tình trạng"): _state(c, one),
        }
        for one in listed
    ]
    show_rows(rows, key)


def _state(c: Ctx, one: Honoured) -> str:
    if one.revocation is None:
        return c.t("Còn hiệu lực")
    told = {"decision": one.revocation.decision, "reason": one.revocation.reason}
    return c.t("Đã hủy bỏ theo {decision}: {reason}", **told)


def _revoke(c: Ctx, at: CampaignDesk, held: Sequence[Honoured]) -> None:
    with st.expander(c.t("Hủy bỏ một khen thưởng")):
        st.caption(c.t("Hủy bỏ là một quyết định mới, có lý do; quyết định cũ vẫn được giữ trong sổ."))
        names = {
            one.honour.id: f"{one.honour.decision} – {one.honour.award.label.in_(c.lang)} – {one.whom}" for one in held
        }
        state = of_rows(names)
        honour = st.selectbox(
            c.t("Khen thưởng"),
            list(names),
            index=None,
            format_func=lambda one: names[one],
            placeholder=c.t("Chọn một khen thưởng"),
            key=f"huy:{state}:{c.lang}",
        )
        box = st.container(horizontal=True)
        number = box.text_input(c.t("Số quyết định hủy bỏ"), key=f"huy:so:{state}").strip()
        day = box.date_input(c.t("Ngày quyết định hủy bỏ"), at.today(), format=DAY, key=f"huy:ngay:{state}")
        why = st.text_input(c.t("Lý do hủy bỏ"), key=f"huy:vi-sao:{state}").strip()

        def revoke(token: str) -> str:
            Awarding(at).revoke(honour or "", number, day, why, token=token)
            return c.t("Đã hủy bỏ: {name}.", name=plain(names[honour or ""]))

        label = c.t("Hủy bỏ khen thưởng")
        write_button(c, label, f"huy:nut:{state}:{honour}", revoke, primary=False, disabled=honour is None)


def _initiatives(c: Ctx, at: CampaignDesk) -> None:
    listed, names = Awarding(at).initiatives(), at.names
    with st.expander(c.n("Sáng kiến, điển hình tiên tiến: {n}", len(listed))):
        if listed:
            rows = [
                {
                    c.t("Tên"): plain(one.title),
                    c.t("Loại"): one.kind.label.in_(c.lang),
                    c.t("Đơn vị"): plain(names.get(one.cooperative, "–")),
                    c.t("Công nhận"): plain(f"{one.decision} ({format_date(one.recognised)})")
                    if one.recognised
                    else c.t("chưa"),
                }
                for one in listed
            ]
            st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
        else:
            st.caption(c.t("Chưa có sáng kiến, điển hình nào được đề nghị."))
        if runs(c):
            _propose_initiative(c, at, of_rows(one.id for one in listed))
            _recognise(c, at, [one.title for one in listed if one.recognised is None])


def _propose_initiative(c: Ctx, at: CampaignDesk, state: str) -> None:
    if at.standing.published:
        return
    units = at.units()
    names = {unit: name for unit, name in at.names.items() if unit in units}
    box = st.container(horizontal=True, vertical_alignment="bottom")
    kind = box.selectbox(
        c.t("Loại"), [*InitiativeKind], format_func=lambda one: one.label.in_(c.lang), key=f"sk:{state}:{c.lang}"
    )
    title = box.text_input(c.t("Tên sáng kiến, điển hình"), key=f"sk:ten:{state}").strip()
    unit = box.selectbox(
        c.t("Đơn vị"),
        sorted(names, key=lambda one: names[one]),
        index=None,
        format_func=lambda one: names[one],
        placeholder=c.t("Chọn đơn vị"),
        key=f"sk:don-vi:{state}:{c.lang}",
    )

    def propose(token: str) -> str:
        Awarding(at).propose_initiative(kind, title, unit or "", token=token)
        return c.t("Đã đề nghị công nhận: {name}.", name=plain(title))

    with box:
        write_button(c, c.t("Đề nghị"), f"sk:nut:{state}", propose, primary=False, disabled=not (title and unit))


def _recognise(c: Ctx, at: CampaignDesk, titles: Sequence[str]) -> None:
    if not titles:
        return
    state = of_rows(titles)
    box = st.container(horizontal=True, vertical_alignment="bottom")
    title = box.selectbox(c.t("Công nhận"), titles, key=f"cn:{state}")
    number = box.text_input(c.t("Số quyết định công nhận"), key=f"cn:so:{state}").strip()
    day = box.date_input(c.t("Ngày công nhận"), at.today(), format=DAY, key=f"cn:ngay:{state}")

    def recognise(token: str) -> str:
        Awarding(at).recognise(title, number, day, token=token)
        return c.t("Đã công nhận: {name}.", name=plain(title))

    with box:
        write_button(c, c.t("Ghi công nhận"), f"cn:nut:{state}", recognise, primary=False, disabled=not number)


def _outside(c: Ctx) -> None:
    """Honours that belong to no campaign: written into the register as they come."""
    listed, many = honoured_outside(c.desk, c.lang)
    with st.expander(c.n("Khen thưởng ngoài phong trào: {n}", many)):
        if listed:
            _honours(c, listed, "ngoai")
        if many > len(listed):
            st.caption(c.n("Đang xem {n} quyết định gần nhất.", len(listed)))
        st.button(c.t("Ghi khen thưởng ngoài phong trào"), key="ngoai:them", on_click=ask_form, args=(c, "honour"))
