"""Tổng quan: a period's figures beside the year before, what waits, the years, the sectors and the places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from coopkit.admin import charts
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.report_figure import why
from coopkit.admin.report_period import choose_period
from coopkit.admin.tasks import show as show_tasks
from coopkit.metrics import Unavailable
from coopkit.period import Period, format_date
from coopkit.workspace.figures import Card, Change, Trend
from coopkit.workspace.overview import Overview, Spread
from coopkit.workspace.periods import Periods

Links = Mapping[str, StreamlitPage]
"""The pages that may be linked to, by their paths."""

STYLE: Final = "<style>.st-key-cards [data-testid=stPageLink] a { padding-inline: 0 }</style>"
"""The links of the cards begin where their texts do."""

ARROWS: Final = {Trend.UP: ":green[:material/trending_up:]", Trend.DOWN: ":orange[:material/trending_down:]"}


def show(c: Ctx, links: Links | None = None) -> None:
    """The page; it links to those of `links` that are there."""
    there = links or {}
    st.html(STYLE)
    st.title(c.t("Tổng quan"))
    if c.is_empty():
        c.nothing_yet()
        return
    overview = Overview(c.desk)
    period = choose_period(c, Periods(c.desk))
    cards = overview.cards(period)
    with st.container(key="cards"), st.grid(4, min_column_width=196):
        for card in cards:
            with st.container(border=True, height="stretch", gap="small", vertical_alignment="distribute"):
                _card(c, card, period, there)
    show_tasks(c, overview, period, there)
    _charts(c, overview, period, cards, there)


def _card(c: Ctx, card: Card, period: Period, links: Links) -> None:
    """A figure as it is published, never cut; how it stands to the year before; and the way to its records."""
    figure = card.figure
    with st.container(gap="xsmall"):
        st.markdown(plain(figure.label.in_(c.lang)))
        for line in _lines(c, card, period):
            st.markdown(line)
    if "bao-cao" in links and figure.rows:
        st.page_link(
            links["bao-cao"],
            label=c.n("Xem {n} bản ghi", figure.rows),
            query_params={"ky": period.whole.key, "chi-tieu": figure.key},
            icon=":material/arrow_forward:",
            icon_position="right",
        )


def _lines(c: Ctx, card: Card, period: Period) -> Iterator[str]:
    """The figure, of which day it is, how it went since the year before, and the figure that a reader needs with it."""
    figure, said = card.figure, []
    if card.is_empty:
        yield f"#### {c.t('Chưa có số liệu')}"
    elif isinstance(figure.value, Unavailable):
        yield f"#### {figure.number(c.lang)}"
        said.append(why(c, figure.value))
    else:
        yield f"#### {plain(figure.text(c.lang))}"
        if card.holds:
            said.append(c.t("Tại ngày {day}", day=format_date(period.end, c.lang)))
        if figure.beside:
            said.append(plain(f"{figure.beside.label.in_(c.lang)}: {figure.beside.text(c.lang)}"))
    if card.change:
        said.append(_change(c, card.change))
    if card.before:
        said.append(c.t("Năm trước: {before}", before=plain(card.before.number(c.lang))))
    else:
        said.append(c.t("Năm trước chưa có số liệu"))
    yield from (f":small[:gray[{one}]]" for one in said)


def _change(c: Ctx, change: Change) -> str:
    trend = change.trend.label.in_(c.lang)
    if change.trend is Trend.SAME:
        return trend
    by, arrow = plain(change.by.number(c.lang)), ARROWS[change.trend]
    if change.share is None:
        return f"{arrow} {trend} {by}"
    return f"{arrow} {trend} {by} ({c.number(change.share * 100, 1)}%)"


def _charts(c: Ctx, overview: Overview, period: Period, cards: list[Card], links: Links) -> None:
    """One figure over the years, by sector and by place."""
    known = {card.figure.key: card for card in cards}
    names = {key: card.figure.label.in_(c.lang) for key, card in known.items()}
    [first, *others] = names
    st.subheader(c.t("Theo năm, lĩnh vực và địa bàn"))
    with st.container(width=520):
        metric = c.choose(c.t("Chỉ tiêu"), {key: names[key] for key in others}, "chi-tieu", names[first]) or first
    if isinstance(known[metric].figure.value, Unavailable):
        st.info(c.t("Chỉ tiêu này không tính được ở kỳ đã chọn."))
        return
    left, right = st.columns(2, gap="large")
    with left:
        points = overview.over_years(metric, period)
        _head(c.t("Qua các năm"), charts.unit_of(points, c.lang))
        chart = charts.line(points, c.lang, from_zero=not known[metric].holds)
        said = c.t("Đường biểu diễn qua các năm: {name}", name=names[metric])
        charts.draw(c, chart, points, named=c.t("Năm"), said=said)
    with right:
        points = overview.by_sector(metric, period)
        _head(c.t("Theo lĩnh vực"), charts.unit_of(points, c.lang))
        if points:
            said = c.t("Cột theo lĩnh vực: {name}", name=names[metric])
            charts.draw(c, charts.bars(points, c.lang), points, named=c.t("Lĩnh vực"), said=said)
        else:
            st.caption(c.t("Chỉ tiêu này không chia được theo lĩnh vực ở kỳ đã chọn."))
    _places(c, overview.by_place(metric, period, c.on_map), names[metric], links)


def _places(c: Ctx, spread: Spread, name: str, links: Links) -> None:
    """A tile for each place, the undecided in grey at the end."""
    of_level = {"district": c.t("Theo quận, huyện"), "commune": c.t("Theo xã, phường")}
    _head(of_level.get(spread.level, c.t("Theo địa bàn")), charts.unit_of(spread.points, c.lang))
    st.caption(c.t("Bản đồ hành chính ngày {day}", day=format_date(spread.on, c.lang)))
    if not spread.points:
        st.caption(c.t("Chỉ tiêu này không chia được theo địa bàn ở kỳ đã chọn."))
        return
    points = [*spread.points, *([spread.undecided] if spread.undecided else [])]
    said = c.t("Ô theo địa bàn: {name}", name=name)
    charts.draw(c, charts.tiles(points, c.lang), points, named=c.t("Địa bàn"), said=said, ways=True)
    if spread.undecided:
        many = plain(spread.undecided.figure.text(c.lang))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(c.t("{many} chưa xác định được địa bàn trên bản đồ này.", many=many), width="content")
            if "dia-ban" in links:
                st.page_link(links["dia-ban"], label=c.t("Xác định địa bàn"))


def _head(text: str, unit: str) -> None:
    """What a chart shows, and in what it counts."""
    st.markdown(f"**{text}** " + (f":gray[({plain(unit)})]" if unit else ""))
