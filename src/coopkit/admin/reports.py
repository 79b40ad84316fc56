"""Báo cáo: a period's figures by section or split by groups, each opening to its records; and the report as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import report_figure, report_split, sealed, seals
from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.admin.guest import name_of
from coopkit.admin.report_files import Offered, offer, show_made
from coopkit.admin.report_period import choose_period
from coopkit.metrics import Unavailable
from coopkit.period import format_date
from coopkit.registry import OWN
from coopkit.workspace.figures import Card, Trend
from coopkit.workspace.periods import ALL_KINDS, Periods
from coopkit.workspace.reporting import Part, Reporting, Wanted

SEALS: Final = "da-chot"
ARROWS: Final = {Trend.UP: "↑", Trend.DOWN: "↓"}


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Báo cáo"))
    show_told()
    if c.is_empty():
        c.nothing_yet()
        return
    is_sealed = _choose_part(c)
    periods, reporting = Periods(c.desk, ALL_KINDS), Reporting(c.desk)
    if is_sealed and st.query_params.get(seals.OPENED):
        sealed.show(c, st.query_params[seals.OPENED])
        return
    period = choose_period(c, periods, until=True)
    if is_sealed:
        seals.show(c, period)
        return
    opened = st.query_params.get(report_figure.METRIC, "")
    if opened:
        way = st.query_params.get(report_split.WAY, "")
        report_figure.show(c, reporting, Wanted(period, c.on_map, _chosen_in_url(reporting)), opened, way)
        return
    figures, split = st.columns([3, 1], vertical_alignment="bottom")
    with figures:
        wanted = _narrowed(c, reporting, Wanted(period, c.on_map))
    with split:
        way = report_split.choose_way(c, reporting, wanted)
    _head(c, reporting, wanted)
    show_made(c)
    if way:
        report_split.show(c, reporting, wanted, way)
    else:
        for part in reporting.parts(wanted):
            _section(c, part, wanted)


def _choose_part(c: Ctx) -> bool:
    """Whether the sealed figures are to be seen; the part chosen stands in the URL."""
    names = {"": c.t("Số liệu của kỳ"), SEALS: c.t("Số liệu đã chốt")}
    told = SEALS if st.query_params.get("phan") == SEALS or seals.OPENED in st.query_params else ""
    chosen = st.segmented_control(
        c.t("Phần"),
        list(names),
        default=told,
        format_func=lambda one: names[one],
        key=f"part:{c.lang}",
        label_visibility="collapsed",
        on_change=seals.close,
    )
    part = told if chosen is None else chosen
    keep("phan", part)
    return bool(part)


def _chosen_in_url(reporting: Reporting) -> tuple[str, ...] | None:
    return reporting.chosen(st.query_params.get("chon", "").split(","))


def _narrowed(c: Ctx, reporting: Reporting, wanted: Wanted) -> Wanted:
    """The figures that are chosen, by section or one by one; nothing chosen is all, and the URL keeps it."""
    choices = reporting.choices()
    told = [word for word in st.query_params.get("chon", "").split(",") if word in choices]
    words = st.multiselect(
        c.t("Chỉ tiêu"),
        list(choices),
        told,
        format_func=lambda word: choices[word].in_(c.lang),
        placeholder=c.t("Tất cả chỉ tiêu"),
        select_all=False,
        key=f"chosen:{c.lang}",
    )
    if words:
        st.query_params["chon"] = ",".join(words)
    else:
        st.query_params.pop("chon", None)
    return Wanted(wanted.period, wanted.on_map, reporting.chosen(words))


def _head(c: Ctx, reporting: Reporting, wanted: Wanted) -> None:
    """What is shown, on which map, and its files."""
    day = format_date(wanted.on)
    of_period = c.t("bản đồ của kỳ số liệu, đổi ở thanh bên") if c.on_map is None else c.t("chọn ở thanh bên")
    with st.container(horizontal=True, vertical_alignment="center"):
        told = c.t("Bản đồ hành chính ngày {day} ({how}).", day=day, how=of_period)
        st.caption(told, width="stretch")
        if can(c.desk.actor, Action.EXPORT).allowed:
            with st.popover(c.t("Tải báo cáo"), icon=":material/download:"):
                _files(c, reporting, wanted)
        st.link_button(c.t("In báo cáo"), _paper(c, wanted), icon=":material/print:", key="print")


def _files(c: Ctx, reporting: Reporting, wanted: Wanted) -> None:
    """A button for each kind of file; those of plugins apart."""
    st.caption(c.t("Tệp gồm đúng kỳ, bản đồ và các chỉ tiêu đang chọn."))
    exporters = reporting.desk.exporters().values()
    for exporter in sorted(exporters, key=lambda one: one.plugin != OWN):
        name = f"bao-cao-{wanted.period.key}.{exporter.extension}".replace("@", "-den-")
        label = exporter.label.in_(c.lang) + (f" ({exporter.plugin})" if exporter.plugin != OWN else "")
        file = Offered(name, exporter.media_type, lambda key=exporter.key: reporting.file(wanted, key))  # type: ignore[misc]
        key = f"get:{exporter.key}:{hash((wanted.period.key, wanted.on_map, wanted.only))}"
        offer(c, plain(label), file, key, long=reporting.is_long(wanted, exporter.key))


def _paper(c: Ctx, wanted: Wanted) -> str:
    asked = {"ky": wanted.period.key, "lang": c.lang}
    asked |= {"ban-do": wanted.on_map.isoformat()} if wanted.on_map else {}
    asked |= {"chon": ",".join(wanted.only)} if wanted.only else {}
    return f"/in/bao-cao?{urlencode(asked)}"


def _section(c: Ctx, part: Part, wanted: Wanted) -> None:
    """A section's figures, each with the way to its records."""
    st.subheader(part.title.in_(c.lang))
    keys = [card.figure.key for card in part.cards]
    rows = pd.DataFrame([_row(c, card) for card in part.cards])
    # The key names the rows: a click made before the table changed must not open another figure.
    key = f"figures:{c.lang}:{hash((wanted.period.key, wanted.on_map, tuple(keys)))}"

    def clicked() -> None:
        report_figure.open_figure(keys[st.session_state[f"{key}:row"]["row"]])

    label, value, before, change, records, beside = rows.columns
    text = st.column_config.TextColumn
    config: Any = {
        label: text(width=350),
        value: text(width=190, alignment="right"),
        before: text(width=190, alignment="right"),
        change: text(width=140, alignment="right"),
        records: st.column_config.ButtonColumn(
            width=90, alignment="right", type="tertiary", key=f"{key}:row", on_click=clicked
        ),
        beside: text(width=330) if rows[beside].any() else None,
    }
    st.dataframe(rows, hide_index=True, key=key, column_config=config, alt=part.title.in_(c.lang))
    _gaps(c, part.cards)


def _row(c: Ctx, card: Card) -> dict[str, object]:
    figure = card.figure
    empty = card.is_empty
    value = c.t("Chưa có số liệu") if empty else figure.number(c.lang) if _is_gap(card) else figure.text(c.lang)
    label = figure.label.in_(c.lang)
    return {
        c.t("Chỉ tiêu"): label if figure.plugin == OWN else f"{label} ({name_of(c, figure.plugin)})",
        c.t("Giá trị"): value,
        c.t("Năm trước"): card.before.text(c.lang) if card.before and not _is_unavailable(card.before) else "–",
        c.t("So với năm trước"): _change(c, card),
        c.t("Số bản ghi"): [c.number(figure.rows)],
        c.t("Kèm theo"): f"{figure.beside.label.in_(c.lang)}: {figure.beside.text(c.lang)}" if figure.beside else "",
    }


def _is_unavailable(figure: Any) -> bool:
    return isinstance(figure.value, Unavailable)


def _is_gap(card: Card) -> bool:
    return _is_unavailable(card.figure) and not card.is_empty


def _change(c: Ctx, card: Card) -> str:
    change = card.change
    if change is None:
        return "–"
    if change.trend is Trend.SAME:
        return change.trend.label.in_(c.lang)
    arrow, by = ARROWS[change.trend], change.by.number(c.lang)
    if change.share is None:
        return f"{arrow} {by}"
    share = f"{c.number(change.share * 100, 1)}%"
    amount = change.by.value
    is_money = not isinstance(amount, Unavailable) and amount.unit.kind == "money"
    return f"{arrow} {share}" if is_money else f"{arrow} {by} ({share})"  # both amounts of money stand beside it


def _gaps(c: Ctx, cards: Sequence[Card]) -> None:
    """Why figures could not be counted, and whose they are."""
    for card in cards:
        value = card.figure.value
        if isinstance(value, Unavailable) and not card.is_empty:
            label = plain(card.figure.label.in_(c.lang))
            st.warning(
                c.t("{figure}: {why}", figure=f"**{label}**", why=report_figure.why(c, value)),
                icon=":material/error:",
            )
