"""What has moved since a board was sealed, and how far the campaign's targets are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.score_kept import kept
from coopkit.campaign import format_points
from coopkit.quantity import format_quantity
from coopkit.workspace import Drift, Ranking
from coopkit.workspace.ranking import Moved, Place


def show_drift(c: Ctx, ranking: Ranking, shown: Sequence[Place]) -> None:
    """The units of a block whose points or place would be others with the register as it is now, and why."""
    if ranking.stage is None:
        st.info(c.t("Chưa chốt điểm giai đoạn nào, nên chưa có gì để so."))
        return
    with st.spinner(c.t("Đang so với số liệu hiện nay…")):
        found = kept(ranking.at, "drift", ranking.drift)
    units = {one.line.unit for one in shown}
    own = [one for one in found if one.unit in units]
    st.caption(c.t("Bảng đã chốt không đổi. Dưới đây là điều sẽ khác nếu tính lại theo số liệu hiện nay."))
    if not own:
        st.success(c.t("Số liệu hiện nay cho đúng các điểm và thứ hạng đã chốt của khối này."))
        return
    rows = [
        {
            c.t("Đơn vị"): plain(one.name),
            c.t("Tổng đã chốt"): format_points(one.total, c.lang),
            c.t("Tổng nếu tính lại"): format_points(one.total_now, c.lang),
            c.t("Hạng đã chốt"): c.number(one.place) if one.place else "–",
            c.t("Hạng nếu tính lại"): c.number(one.place_now) if one.place_now else "–",
            c.t("Vì sao"): plain(_why(c, one)),
        }
        for one in own
    ]
    st.table(pd.DataFrame(rows), hide_index=True)


def _why(c: Ctx, one: Drift) -> str:
    if one.moved:
        return "; ".join(_moved(c, moved) for moved in one.moved)
    return c.t("điểm của đơn vị khác đổi") if one.total == one.total_now else c.t("đơn vị không còn trong khối")


def _moved(c: Ctx, one: Moved) -> str:
    before, now = ("–" if points is None else format_points(points, c.lang) for points in (one.points, one.points_now))
    figures = f"{one.value or '–'} → {one.value_now or '–'}, " if one.value != one.value_now else ""
    points = c.t("{before} → {now} điểm", before=before, now=now)
    return c.t("tiêu chí {key}: {what}", key=one.criterion, what=f"{figures}{points}")


def show(c: Ctx, ranking: Ranking) -> None:
    """How far each target is today."""
    told = kept(ranking.at, f"targets:{ranking.at.today()}", ranking.targets)
    if not told:
        st.info(c.t("Thể lệ của phong trào không đặt chỉ tiêu phấn đấu nào, hoặc số liệu chưa có."))
        return
    metrics = c.desk.metrics()
    rows = [
        {
            c.t("Chỉ tiêu"): plain(metrics[key].label.in_(c.lang)),
            c.t("Đã đạt"): format_quantity(one.value, c.lang),
            c.t("Mức phấn đấu"): format_quantity(one.goal, c.lang),
            c.t("Đạt so với mức thấp"): f"{c.number(one.share * 100, 0)}%",
            c.t("Thời gian đã qua"): f"{c.number(one.elapsed * 100, 0)}%",
            c.t("Dự kiến cuối kỳ"): c.number(Fraction(round(one.forecast))),
            c.t("Đánh giá"): one.reach.label.in_(c.lang),
        }
        for key, one in told.items()
    ]
    st.table(pd.DataFrame(rows), hide_index=True)
