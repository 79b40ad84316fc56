"""One campaign's units: how far their scores are, who signed the pledge, who scores whom, and who may not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.ctx import Ctx, plain
from coopkit.campaign import ConflictKind, ConflictState, StageKind
from coopkit.emulation import Tension
from coopkit.workspace import CampaignDesk, Scoring, Stages
from coopkit.workspace.campaigns import Entry, Tally, by_scorer, paired, pledges

_SCORED = (StageKind.SELF, StageKind.CROSS, StageKind.CHECK, StageKind.BLOCK)


def show_progress(c: Ctx, at: CampaignDesk) -> None:
    """How many points are given in the open stage, by block and by who gives them; no points are told."""
    current = at.standing.current
    if current is None or current.kind not in _SCORED:
        st.info(c.t("Giai đoạn đang mở không chấm điểm."))
        return
    blocks = [Tally("", name, done, asked) for name, (done, asked) in Scoring(at).progress().items()]
    _bars(c, blocks, c.t("Khối"), "blocks")
    scorers = by_scorer(at)
    if scorers:
        st.markdown(f"**{c.t('Theo đơn vị chấm, chậm nhất đứng trên')}**")
        _bars(c, scorers, c.t("Đơn vị chấm"), "scorers")


def _bars(c: Ctx, tallies: list[Tally], who: str, key: str) -> None:
    block, done, share = c.t("Thuộc khối"), c.t("Đã chấm"), c.t("Tiến độ")
    blocks = {block: [one.block for one in tallies]} if any(one.block for one in tallies) else {}
    columns = {
        who: [one.name for one in tallies],
        **blocks,
        done: [f"{one.done}/{one.asked}" for one in tallies],
        share: [round(100 * one.share) for one in tallies],
    }
    table = pd.DataFrame(columns)
    bar = st.column_config.ProgressColumn(share, min_value=0, max_value=100, format="%d%%")
    st.dataframe(table, hide_index=True, key=f"{key}:{len(tallies)}:{c.lang}", column_config={share: bar})


def show_pledges(c: Ctx, at: CampaignDesk) -> None:
    """Who signed the pledge by block, and a form for those who sign now."""
    blocks = pledges(at)
    if not blocks:
        st.info(c.t("Sổ chưa có khối thi đua nào trong kỳ này. Nhập danh sách khối ở trang Nhập dữ liệu."))
        return
    block, lead, signed, share = c.t("Khối"), c.t("Khối trưởng"), c.t("Đã ký"), c.t("Tỷ lệ ký")
    rows = [
        {
            block: one.block,
            lead: one.lead or c.t("chưa có"),
            signed: f"{one.signed}/{one.size}",
            share: round(100 * one.signed / one.size) if one.size else 0,
        }
        for one in blocks
    ]
    bar = st.column_config.ProgressColumn(share, min_value=0, max_value=100, format="%d%%")
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=f"pledges:{c.lang}", column_config={share: bar})
    current = at.standing.current
    if current is None or current.kind is not StageKind.PLEDGE:
        st.caption(c.t("Ghi giao ước được khi giai đoạn ký giao ước đang mở."))
        return
    if waiting := [one for one in blocks if one.missing]:
        _pledge(c, at, waiting)
    else:
        st.success(c.t("Mọi đơn vị của các khối đã ký giao ước."))


def _pledge(c: Ctx, at: CampaignDesk, blocks: list[Entry]) -> None:
    """Choose a block, then its units that sign; all that are left unless told."""
    names = [one.block for one in blocks]
    told = st.selectbox(c.t("Ghi giao ước của khối"), names, key=f"pledge:block:{at.campaign}")
    chosen = next((one for one in blocks if one.block == told), blocks[0])
    form = f"pledge:{at.campaign}:{chosen.block}:{chosen.signed}"
    with st.form(form, enter_to_submit=False):
        units = st.multiselect(
            c.t("Đơn vị ký"),
            list(chosen.missing),
            default=list(chosen.missing),
            format_func=lambda one: chosen.missing[one],
            key=f"{form}:units",
            placeholder=c.t("Chọn đơn vị"),
        )
        left, right = st.columns([1, 2])
        signed = left.date_input(c.t("Ngày ký"), at.today(), key=f"{form}:on", format="DD/MM/YYYY")
        promise = right.text_input(c.t("Nội dung giao ước"), key=f"{form}:promise")
        label = c.t("Ghi giao ước")
        show_wrong(form)
        busy = running(form)
        st.form_submit_button(label, type="primary", key=f"{form}:go", disabled=busy, on_click=start, args=(form,))

    def act(token: str) -> str:
        Stages(at).pledge(units, signed, promise, token=token)
        return c.n("Đã ghi giao ước của {n} đơn vị.", len(units))

    carry_out(c, form, act, c.t("Đang ghi…"))


def show_pairs(c: Ctx, at: CampaignDesk) -> None:
    """Who scores whom, and how far they are."""
    pairs = paired(at)
    if not pairs:
        st.info(c.t("Chưa rút cặp: các cặp được rút khi giai đoạn chấm chéo mở, không cặp nào có xung đột lợi ích."))
        return
    who, whom, done = c.t("Đơn vị chấm"), c.t("Được chấm"), c.t("Đã chấm")
    rows = [{who: one.scorer, whom: one.unit, done: f"{one.done}/{one.asked}"} for one in pairs]
    st.caption(c.n("{n} cặp, rút theo mã rút thăm của thể lệ", len(rows)))
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=f"pairs:{len(rows)}:{c.lang}")


def show_conflicts(c: Ctx, at: CampaignDesk) -> None:
    """The conflicts of interest, and a decision about one."""
    names, found = at.names, Stages(at).conflicts()
    st.caption(c.t("Hai đơn vị có xung đột không chấm nhau và không bỏ phiếu cho nhau."))
    if not found:
        st.info(c.t("Sổ không thấy xung đột nào. Đơn vị tự khai thì ghi ở dưới."))
    else:
        one, other, kind = c.t("Đơn vị"), c.t("Đơn vị kia"), c.t("Loại")
        state, why = c.t("Xử lý"), c.t("Lý do")
        rows = [
            {
                one: names.get(each.one, each.one),
                other: names.get(each.other, each.other),
                kind: each.kind.label.in_(c.lang),
                state: each.state.label.in_(c.lang) if each.state else c.t("có hiệu lực (theo sổ)"),
                why: each.reason or "–",
            }
            for each in found
        ]
        st.table(pd.DataFrame(rows).map(plain).set_index(one))
    if not at.standing.published:
        _settle(c, at, names, found)


def _two(c: Ctx, at: CampaignDesk, names: dict[str, str], form: str) -> tuple[str | None, str | None]:
    """The two units of a conflict that somebody declares."""
    left, right = st.columns(2)
    units = sorted(at.units(), key=lambda unit: names[unit])
    one = left.selectbox(
        c.t("Đơn vị"), units, index=None, format_func=names.__getitem__, key=f"{form}:one", placeholder=""
    )
    other = right.selectbox(
        c.t("Đơn vị kia"), units, index=None, format_func=names.__getitem__, key=f"{form}:other", placeholder=""
    )
    return one, other


def _settle(c: Ctx, at: CampaignDesk, names: dict[str, str], found: list[Tension]) -> None:
    """Say of a conflict that the register shows what is to be done, or declare another."""
    options: list[Tension | None] = [None, *found]

    def called(each: Tension | None) -> str:
        if each is None:
            return c.t("Khai một xung đột mới")
        return f"{names.get(each.one)} – {names.get(each.other)} ({each.kind.label.in_(c.lang)})"

    chosen = st.selectbox(
        c.t("Quyết định về"),
        range(len(options)),
        format_func=lambda n: called(options[n]),
        key=f"settle:{len(found)}:{c.lang}",
    )
    about = options[chosen]
    form = f"settle:{at.campaign}:{chosen}:{len(at.desk.batches())}"
    with st.form(form, enter_to_submit=False):
        if about is None:
            one, other = _two(c, at, names, form)
            kind, states = ConflictKind.DECLARED, [ConflictState.DECLARED]
        else:
            one, other, kind = about.one, about.other, about.kind
            states = [each for each in ConflictState if each is not ConflictState.DECLARED]
        state = st.radio(
            c.t("Xử lý"), states, format_func=lambda each: each.label.in_(c.lang), horizontal=True, key=f"{form}:state"
        )
        why = st.text_input(c.t("Lý do") + " \\*", key=f"{form}:why")
        show_wrong(form)
        label = c.t("Ghi quyết định")
        st.form_submit_button(label, key=f"{form}:go", disabled=running(form), on_click=start, args=(form,))

    def act(token: str) -> str:
        Stages(at).settle(one or "", other or "", kind, state, why, token=token)
        return c.t("Đã ghi quyết định về xung đột lợi ích.")

    carry_out(c, form, act, c.t("Đang ghi…"))
