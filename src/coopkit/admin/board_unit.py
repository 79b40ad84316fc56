"""Why a unit stands where it does: criterion by criterion from figure and rule to points, down to the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.score_given import show_files
from coopkit.admin.score_kept import kept
from coopkit.campaign import format_points
from coopkit.emulation import Explained, Given, Line
from coopkit.report import Source
from coopkit.workspace import Ranking
from coopkit.workspace.evidence import Told
from coopkit.workspace.ranking import Opened


def show(c: Ctx, ranking: Ranking, unit: str) -> None:
    """The part of the page for one unit."""
    if st.button(c.t("Về bảng xếp hạng"), type="tertiary", icon=":material/arrow_back:"):
        st.query_params.pop("don-vi", None)
        st.rerun()
    opened = kept(ranking.at, f"opened:{unit}:{c.lang}", lambda: ranking.opened(unit, c.lang))
    line = opened.explanation.line
    st.subheader(plain(line.name))
    _figures(c, ranking, line, opened.block)
    icon, up = ":material/trending_up:" if line.place else ":material/info:", plain(opened.explanation.up.in_(c.lang))
    st.markdown(f"{icon} {up[:1].upper()}{up[1:]}.")
    names = {stage.key: stage.name.in_(c.lang) for stage in ranking.at.rules.stages}
    people = kept(ranking.at, "names", lambda: ranking.at.names)
    for one in opened.explanation.criteria:
        with st.container(border=True, gap="xsmall", key=f"criterion:{one.criterion.key}"):
            _criterion(c, opened, one)
            _given(c, one.given, names, people)
            show_files(c, ranking.at, [proof for given in one.given for proof in Told.read(given.why).files])
            _records(c, one, opened.sources.get(one.criterion.key, ()))


def _figures(c: Ctx, ranking: Ranking, line: Line, block: str) -> None:
    rules = ranking.at.rules
    grade = next((one.name.in_(c.lang) for one in rules.grades if one.key == line.grade), "–")
    tied = (c.t("đồng hạng"),) if line.tied else ()
    st.caption(plain(" · ".join((rules.name, block, *tied))))
    told = {
        c.t("Hạng trong khối"): c.number(line.place) if line.place else "–",
        c.t("Tổng điểm"): format_points(line.total, c.lang),
        c.t("Điểm thưởng"): format_points(line.bonus, c.lang),
        c.t("Điểm trừ"): format_points(line.penalty, c.lang),
        c.t("Xếp loại"): grade,
    }
    with st.grid(columns=len(told), min_column_width=140):
        for label, value in told.items():
            with st.container(border=True, height="stretch", gap="xxsmall"):
                st.markdown(label)
                st.markdown(f"#### {plain(value)}")  # a metric would cut a long grade


def _criterion(c: Ctx, opened: Opened, one: Explained) -> None:
    """A criterion's name and what counts; below it the way from the figure by the rule to the points."""
    leaf = one.criterion
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.markdown(f"**{plain(leaf.key)} · {plain(leaf.name.in_(c.lang))}**")
    if one.points is None:
        right.markdown(f":orange-badge[{c.t('chưa có điểm')}]")
    else:
        most = f" / {format_points(leaf.maximum, c.lang)}" if leaf.maximum and not leaf.penalty else ""
        right.markdown(f"**{format_points(one.points, c.lang)}** :gray[{most}]", text_alignment="right")
    rule = plain(opened.rules[leaf.key].in_(c.lang))
    if leaf.rule is None:
        st.caption(c.t("Người chấm cho điểm: {rule}.", rule=rule))
    elif one.why_open:
        st.caption(c.t("Sổ chưa có số liệu: {why}. Cách tính: {rule}.", why=plain(c.told(one.why_open)), rule=rule))
    else:
        figure = opened.figures.get(leaf.key)
        said = plain(figure.in_(c.lang) if figure else one.value)
        st.caption(c.t("Số liệu: **{figure}**. Cách tính: {rule}.", figure=said, rule=rule))
    if one.spread:
        st.caption(c.t("Các giai đoạn cho điểm lệch nhau {points} điểm.", points=format_points(one.spread, c.lang)))


def _given(c: Ctx, given: Sequence[Given], stages: Mapping[str, str], people: Mapping[str, str]) -> None:
    """Who gave what in which stage, and why: as far as it may be told."""
    if not given:
        return
    hidden = c.t("được giấu")
    rows = []
    for one in given:
        why = Told.read(one.why)
        rows.append(
            {
                c.t("Giai đoạn"): plain(stages.get(one.stage, one.stage)),
                c.t("Người chấm"): plain(people.get(one.scorer, one.scorer)) or hidden,
                c.t("Điểm"): format_points(one.points, c.lang),
                c.t("Lý do, minh chứng"): plain(why.words),
            }
        )
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


def _records(c: Ctx, one: Explained, sources: Sequence[Source]) -> None:
    """The records that the figure counted."""
    found = [source for source in sources if source.rows]
    if not found:
        return
    with st.expander(c.n("Xem {n} bản ghi đứng sau số liệu", sum(len(source.rows) for source in found))):
        for number, source in enumerate(found):
            columns = [label.in_(c.lang) for label in source.columns]
            rows = pd.DataFrame([[str(cell) for cell in row] for row in source.rows], columns=columns)
            filled = [name for name in columns if rows[name].any()]
            st.dataframe(rows[filled], hide_index=True, key=f"records:{one.criterion.key}:{number}:{c.lang}")
