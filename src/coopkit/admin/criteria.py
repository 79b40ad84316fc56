"""Tiêu chí: a campaign's criteria as a table to edit, put in force as a further version; every version, as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.campaign import choose_campaign
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.grid import begun, grid_key, hold
from coopkit.campaign import RuleKind, format_points
from coopkit.campaign.table import BY_HAND, COLUMNS, Altered, Line, Role, lines
from coopkit.campaign.written import written
from coopkit.period import format_date
from coopkit.workspace import CampaignDesk
from coopkit.workspace.criteria import PLACE, Criteria, Draft, cells, plain_cells, rows_of, sums
from coopkit.workspace.typed import Typed

ROW, HEAD = 35, 40
"""Heights of the table's rows and of its head, in pixels: it is shown whole."""


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Tiêu chí"))
    show_told()
    at = choose_campaign(c)
    if at is None:
        return
    criteria = Criteria(at)
    version = at.versions()[-1]
    if version.applied:
        told = c.t(
            "Bản đang áp dụng: lần {number}, từ {day}.", number=str(version.number), day=format_date(version.applied)
        )
    else:
        told = c.t("Bản nháp, chưa áp dụng.")
    st.caption(told)
    before = criteria.lines
    if why := criteria.locked:
        st.info(why.in_(c.lang), icon=":material/lock:")
        _sums(c, before, criteria)
        _read_only(c, criteria, before)
    else:
        _editor(c, criteria, before)
    _versions(c, at)


def _config(c: Ctx, criteria: Criteria) -> dict[str, Any]:
    """How the columns are shown and filled in."""
    names = {key: label.in_(c.lang) for key, label in COLUMNS.items()}
    roles = {one.value: one.label.in_(c.lang) for one in Role}
    hows = {BY_HAND: c.t("Người chấm")} | {one.value: one.label.in_(c.lang) for one in RuleKind}
    metrics = {key: label.in_(c.lang) for key, label in criteria.metrics.items()}
    text, pick = st.column_config.TextColumn, st.column_config.SelectboxColumn
    return {
        PLACE: st.column_config.NumberColumn(
            c.t("TT"), width=75, format="%g", help=c.t("Đổi số để chuyển dòng: 2,5 đứng giữa dòng 2 và 3"), pinned=True
        ),
        "key": text(names["key"], width=85, pinned=True),
        "under": text(names["under"], width=135),
        "name": text(names["name"], width=320),
        "english": text(names["english"], width=200),
        "role": pick(names["role"], options=list(roles), format_func=_named(roles), width=115),
        "maximum": text(names["maximum"], width=135),
        "bonus": text(names["bonus"], width=110),
        "step": text(names["step"], width=125, help=c.t("Bỏ trống là 1 điểm")),
        "how": pick(names["how"], options=list(hows), format_func=_named(hows), width=140),
        "metric": pick(names["metric"], options=["", *metrics], format_func=_named(metrics), width=220),
        "detail": text(
            names["detail"],
            width=200,
            help=c.t(
                "Tỷ lệ: mục tiêu (4). Bậc, nội suy: giá trị: điểm (1: 3; 2: 5). Thứ hạng: điểm từng hạng (15; 14; 13)"
            ),
        ),
        "evidence": text(names["evidence"], width=200),
        "deadline": st.column_config.DateColumn(names["deadline"], format="DD/MM/YYYY", width=120),
    }


def _named(names: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda one: names.get(one, one)


def _read_only(c: Ctx, criteria: Criteria, rows: Sequence[Line], key: str = "now") -> None:
    table = pd.DataFrame(cells(rows), columns=[PLACE, *COLUMNS])
    height = HEAD + ROW * max(1, len(rows))
    st.dataframe(
        table,
        hide_index=True,
        key=f"criteria:{key}:{hash(tuple(rows))}",
        column_config=_config(c, criteria),
        placeholder="",
        height=height,
    )


def _editor(c: Ctx, criteria: Criteria, before: list[Line]) -> None:
    """The table to edit, what it comes to, and the form that puts it in force."""
    st.caption(
        c.t(
            "Sửa thẳng trong bảng; thêm dòng ở cuối, chọn dòng rồi xóa, đổi TT để chuyển chỗ. "
            "Chưa ghi gì cho đến khi áp dụng."
        )
    )
    typed = _typed(c, criteria)
    form = f"{typed.of}:{hash(tuple(before))}"
    key = grid_key(f"{form}:{c.lang}")
    told = begun(typed, key)
    first = before if told is None else rows_of(told, before)
    edited = st.data_editor(
        pd.DataFrame(cells(first), columns=[PLACE, *COLUMNS]),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        height=HEAD + ROW * (len(first) + 1),
        column_config=_config(c, criteria),
    )
    rows = rows_of(edited.to_dict("records"), before)
    look = criteria.look(rows)
    hold(c, typed, key, plain_cells(rows) if look.changes else None)
    _sums(c, rows, criteria)
    if look.faults:
        st.error(c.n("Bảng còn {n} chỗ chưa đúng:", len(look.faults)))
        told = [(one.where.in_(c.lang), one.what.in_(c.lang)) for one in look.faults]
        st.markdown(
            "\n".join(f"- **{plain(where)}**: {plain(what)}" if where else f"- {plain(what)}" for where, what in told)
        )
    if look.changes:
        st.markdown(f"**{c.n('{n} thay đổi so với bản hiện có', len(look.changes))}**")
        _changes(c, criteria, look.changes)
    if look.changes or criteria.is_draft:
        _finish(c, criteria, rows, look, form)


def _typed(c: Ctx, criteria: Criteria) -> Typed:
    return Typed(c.desk, f"criteria:{criteria.at.campaign}:{criteria.seen}")


def _sums(c: Ctx, rows: Sequence[Line], criteria: Criteria) -> None:
    """The sum of the whole, and of each group, beside what each may be at most."""
    found, most = sums(rows), criteria.newest.maximum
    total = found.pop("")[0]
    told = [(c.t("Tổng"), total, most), *((c.t("Nhóm {key}", key=key), *pair) for key, pair in found.items())]
    badges = []
    for name, have, limit in told:
        colour = "green" if have == limit else "red" if have > limit else "orange"
        amounts = f"{format_points(have, c.lang)}/{format_points(limit, c.lang)}"
        badges.append(f":{colour}-badge[{plain(name)} {amounts}]")
    st.markdown(" ".join(badges))


def _changes(c: Ctx, criteria: Criteria, changes: Sequence[Altered]) -> None:
    """What differs from the newest version, in words."""
    shown = {"role": {one.value: one.label.in_(c.lang) for one in Role}}
    shown["how"] = {BY_HAND: c.t("Người chấm")} | {one.value: one.label.in_(c.lang) for one in RuleKind}
    shown["metric"] = {key: label.in_(c.lang) for key, label in criteria.metrics.items()}
    who, what, was, now = c.t("Tiêu chí"), c.t("Thay đổi"), c.t("Trước"), c.t("Sau")
    rows = []
    for one in changes:
        words = shown.get(one.column, {})
        kind = COLUMNS[one.column].in_(c.lang) if one.column in COLUMNS else c.t("Thứ tự")
        if not one.column:
            kind = c.t("Thêm dòng") if not one.before else c.t("Bỏ dòng")
        before, after = words.get(one.before, one.before) or "–", words.get(one.after, one.after) or "–"
        rows.append({who: f"{one.key} {one.name}".strip() or c.t("Cả bảng"), what: kind, was: before, now: after})
    st.table(pd.DataFrame(rows).map(plain).set_index(who))


def _finish(c: Ctx, criteria: Criteria, rows: list[Line], look: Draft, form: str) -> None:
    """The reason, and the buttons: keep the draft, or put the criteria in force."""
    shut = look.definition is None or running(form) or running(f"{form}:keep")
    with st.form(f"{form}:form", enter_to_submit=False):
        starred = "" if criteria.is_draft else " \\*"
        why = st.text_input(c.t("Lý do thay đổi") + starred, key=f"{form}:why", placeholder=c.t("Được ghi vào nhật ký"))
        show_wrong(form)
        show_wrong(f"{form}:keep")
        with st.container(horizontal=True):
            go = c.t("Áp dụng")
            st.form_submit_button(go, type="primary", key=f"{form}:go", disabled=shut, on_click=start, args=(form,))
            if criteria.is_draft and look.changes:
                keep = f"{form}:keep"
                st.form_submit_button(
                    c.t("Lưu bản nháp"), key=f"{keep}:go", disabled=shut, on_click=start, args=(keep,)
                )

    def apply(token: str) -> str:
        criteria.apply(rows, why, token=token, seen=seen)
        typed.keep(None)
        return c.t("Đã áp dụng thể lệ, lần {number}.", number=str(criteria.seen))

    def keep_draft(token: str) -> str:
        criteria.keep(rows, token=token, seen=seen)
        return c.t("Đã lưu bản nháp.")

    seen, typed = criteria.seen, _typed(c, criteria)
    carry_out(c, form, apply, c.t("Đang ghi…"))
    carry_out(c, f"{form}:keep", keep_draft, c.t("Đang ghi…"))


def _versions(c: Ctx, at: CampaignDesk) -> None:
    """Every version, the newest first; one opened, and as a file."""
    versions = {one.number: one for one in reversed(at.versions())}
    st.subheader(c.t("Các bản thể lệ"), anchor=False)
    number, day, why = c.t("Lần"), c.t("Áp dụng từ"), c.t("Lý do")
    rows = [
        {
            number: str(one.number),
            day: format_date(one.applied) if one.applied else c.t("bản nháp"),
            why: one.reason or "–",
        }
        for one in versions.values()
    ]
    st.table(pd.DataFrame(rows).map(plain).set_index(number))
    row = st.container(horizontal=True, vertical_alignment="bottom")
    chosen = row.selectbox(
        c.t("Mở bản"),
        list(versions),
        format_func=lambda one: c.t("Lần {number}", number=str(one)),
        key=f"version:{at.campaign}:{len(versions)}:{c.lang}",
        width=200,
    )
    definition = versions[chosen].definition
    row.download_button(
        c.t("Tải tệp thể lệ (TOML)"),
        written(definition),
        file_name=f"the-le-{definition.period}-lan-{chosen}.toml",
        icon=":material/download:",
        on_click="ignore",
        key=f"toml:{at.campaign}:{chosen}",
    )
    if len(versions) > 1 and chosen != max(versions):
        _read_only(c, Criteria(at), lines(definition.criteria), f"version:{chosen}")
