"""One figure opened, on the page Báo cáo: how it is counted, its records, those left out, and all of them as files."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.report_files import Offered, offer, show_made
from coopkit.errors import CoopkitError
from coopkit.exporters import XLSX
from coopkit.metrics import Unavailable
from coopkit.period import format_date
from coopkit.registry import OWN
from coopkit.workspace.figures import Card
from coopkit.workspace.opening import Opening, Records
from coopkit.workspace.reporting import MANY, Reporting, Wanted

METRIC: Final = "chi-tieu"
GROUP: Final = "nhom"
PAGES: Final = {"cooperative": "htx-ho-so", "event": "su-kien"}
"""The pages that records are told of on, by their table."""
GO: Final = "report:go"


def open_figure(metric: str, group: str | None = None) -> None:
    """Open a figure at the next rerun: of the whole, or of a group of the way that the URL names."""
    st.query_params[METRIC] = metric
    if group is None:
        st.query_params.pop(GROUP, None)
    else:
        st.query_params[GROUP] = group


def _close() -> None:
    for key in (METRIC, GROUP):
        st.query_params.pop(key, None)


def why(c: Ctx, value: Unavailable) -> str:
    """Why a figure could not be counted and by whose doing, in the reader's language, ready for Markdown."""
    reason = plain(c.told(value.reason))
    if value.plugin in {OWN, ""}:
        return reason
    return c.t("{reason} (tiện ích {plugin})", reason=reason, plugin=plain(value.plugin))


def show(c: Ctx, reporting: Reporting, wanted: Wanted, metric: str, way: str) -> None:
    """The figure of the URL."""
    if GO in st.session_state:
        path, record = st.session_state.pop(GO)
        c.go(path, ma=record)
    back = c.t("Về báo cáo")
    st.button(back, key="report:back", icon=":material/arrow_back:", type="tertiary", on_click=_close)
    if metric not in c.desk.metrics():
        st.info(c.t("Không có chỉ tiêu này. Chọn một chỉ tiêu trong báo cáo."))
        return
    group = st.query_params.get(GROUP) if way in reporting.ways(wanted) else None
    opening = Opening(reporting, wanted, metric, way if group is not None else "", group, c.lang)
    try:
        _title(c, reporting, opening)
    except CoopkitError as error:
        st.info(plain(c.told(error)))
        return
    _how(c, opening)
    show_made(c)
    try:
        _records(c, opening)
    except CoopkitError as error:
        st.error(plain(c.told(error)))


def _title(c: Ctx, reporting: Reporting, opening: Opening) -> None:
    """What it is, how much, and how it stands to the year before."""
    figure, wanted = opening.figure, opening.wanted
    card = reporting.card(wanted, opening.metric)
    named = reporting.group(wanted, opening.way, opening.group) if opening.group is not None else None
    told = [wanted.period.label.in_(c.lang), *([named.in_(c.lang)] if named else [])]
    gap = isinstance(figure.value, Unavailable)
    nothing = gap and opening.group is None and card.is_empty
    number = c.t("Chưa có số liệu") if nothing else figure.number(c.lang) if gap else figure.text(c.lang)
    with st.container(gap="xsmall"):
        st.header(plain(figure.label.in_(c.lang)))
        st.caption(plain(" · ".join(told)))
        st.markdown(f"## {plain(number)}")
        if opening.group is None and not gap:
            _beside(c, card)
    if isinstance(figure.value, Unavailable):
        st.warning(why(c, figure.value), icon=":material/error:")


def _beside(c: Ctx, card: Card) -> None:
    told = []
    if card.figure.beside:
        told.append(f"{card.figure.beside.label.in_(c.lang)}: {card.figure.beside.text(c.lang)}")
    if card.before and not isinstance(card.before.value, Unavailable):
        told.append(c.t("Cùng kỳ năm trước: {before}", before=card.before.text(c.lang)))
    if card.change:
        by = card.change.by.number(c.lang)
        told.append(f"{card.change.trend.label.in_(c.lang)} {by}")
    if told:
        st.caption(plain(" · ".join(told)))


def _how(c: Ctx, opening: Opening) -> None:
    """How it is counted: in sentences, and by which definition."""
    with st.expander(c.t("Cách tính"), icon=":material/function:", expanded=True):
        for sentence in opening.how:
            st.markdown(plain(sentence.in_(c.lang)))
        facts = [(label.in_(c.lang), plain(text)) for label, text in opening.facts]
        st.table(
            pd.DataFrame(facts, columns=["", " "]).set_index(""), border="horizontal", width="content", hide_header=True
        )


def _records(c: Ctx, opening: Opening) -> None:
    """What is counted, and what is not: each in a tab."""
    counted, others = opening.counted, opening.left_out
    names = (
        c.t("Được đếm ({count})", count=c.number(sum(map(len, counted)))),
        c.t("Không đếm ({count})", count=c.number(sum(map(len, others)))),
    )
    for tab, side, sides in zip(st.tabs(names), ("dem", "khong-dem"), (counted, others), strict=True):
        with tab:
            for number, records in enumerate(sides):
                if len(sides) > 1:
                    st.markdown(f"**{plain(records.metric.label.in_(c.lang))}**")
                _listed(c, opening, records, f"{side}-{number}")


def _listed(c: Ctx, opening: Opening, records: Records, side: str) -> None:
    """One page of records, why they are left out, and all of them as files."""
    if not len(records):
        st.caption(c.t("Không có bản ghi nào."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        reasons = " · ".join(f"{why.in_(c.lang)}: {c.number(many)}" for why, many in records.reasons)
        st.caption(plain(reasons or c.n("{n} bản ghi", len(records))), width="stretch")
        if opening.may_export():
            with st.popover(c.t("Tải các bản ghi"), icon=":material/download:"):
                _files(c, opening, records, side)
    mark = hash((opening.metric, opening.wanted.period.key, opening.wanted.on_map, opening.group, side))
    page = st.pagination(records.pages, key=f"page:{mark}") if records.pages > 1 else 1
    _table(c, records, page, f"records:{mark}")


def _table(c: Ctx, records: Records, page: int, key: str) -> None:
    source, leads = records.page(page), records.leads(page)
    headings = [label.in_(c.lang) for label in source.columns]
    rows = pd.DataFrame([["" if cell is None else str(cell) for cell in row] for row in source.rows], columns=headings)
    opens = any(PAGES.get(table) in c.links for table, _ in leads)
    key = f"{key}:{hash(tuple(leads))}:{page}"

    def clicked() -> None:
        table, record = leads[st.session_state[f"{key}:row"]["row"]]
        if PAGES.get(table, "") in c.links:
            st.session_state[GO] = PAGES[table], record

    config: Any = {}
    if opens:
        rows.insert(0, "open", [[c.t("Xem")]] * len(rows))
        config["open"] = st.column_config.ButtonColumn(
            "", pinned=True, type="tertiary", key=f"{key}:row", on_click=clicked
        )
    st.dataframe(rows, hide_index=True, key=key, column_config=config, height=38 + 35 * min(len(rows), 16))


def _files(c: Ctx, opening: Opening, records: Records, side: str) -> None:
    wanted = opening.wanted
    name = f"{records.metric.key}-{wanted.period.key}".replace("@", "-den-").replace(".", "-")
    about = (
        f"{wanted.period.label.in_(c.lang)} · {c.n('{n} bản ghi', len(records))}",
        c.t("Bản đồ hành chính ngày {day}", day=format_date(wanted.on)),
    )
    day, long = opening.reporting.desk.workspace.clock().date(), len(records) > MANY
    key = f"{side}:{hash((name, wanted.on_map, opening.way, opening.group))}"
    excel = Offered(f"{name}.xlsx", XLSX, lambda: records.xlsx(about, day))
    offer(c, "Excel (xlsx)", excel, f"xlsx:{key}", long=long)
    offer(c, "CSV", Offered(f"{name}.csv", "text/csv", records.csv), f"csv:{key}", long=long)
