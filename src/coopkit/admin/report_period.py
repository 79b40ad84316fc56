"""The boxes for the kind of period and the period, as the overview and the reports have them."""

from __future__ import annotations

import streamlit as st

from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx
from coopkit.period import Period
from coopkit.workspace.periods import Periods


def choose_period(c: Ctx, periods: Periods, *, until: bool = False) -> Period:
    """The period chosen; it stands in the URL as `ky`. With `until` it may also be cut short at a day within it."""
    names = {
        "year": c.t("Năm"),
        "half": c.t("6 tháng"),
        "quarter": c.t("Quý"),
        "month": c.t("Tháng"),
        "cooperative_year": c.t("Năm báo cáo HTX"),
    }
    told = periods.asked(st.query_params.get("ky", ""))
    with st.container(horizontal=True, vertical_alignment="top"):
        chosen = st.segmented_control(
            c.t("Xem theo"), periods.kinds, default=told.kind, format_func=lambda one: names[one], key=f"kind:{c.lang}"
        )
        kind = chosen or told.kind
        offered = periods.of(kind)
        first = told if told.kind == kind else periods.first(kind)
        whole = st.selectbox(
            c.t("Kỳ"),
            offered,
            index=next(at for at, one in enumerate(offered) if one.whole == first.whole),
            format_func=lambda one: one.label.in_(c.lang),
            key=f"period:{kind}:{c.lang}",
            width=340,
        )
        period = _cut(c, whole, told) if until else whole
    keep("ky", periods.key(period), periods.key(periods.asked("")))
    return period


def _cut(c: Ctx, whole: Period, told: Period) -> Period:
    """The period up to a day that the reader chooses; the whole of it, unless told."""
    last = told.end if told.whole == whole.whole else whole.end
    day = st.date_input(
        c.t("Tính đến ngày"),
        min(last, whole.end),
        min_value=whole.start,
        max_value=whole.end,
        format="DD/MM/YYYY",
        key=f"until:{whole.key}:{c.lang}",
        width=160,
    )
    return whole.to_date(day)
