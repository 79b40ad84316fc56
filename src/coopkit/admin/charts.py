"""Charts with Vietnamese numbers: a line over years, bars, and a tile for each place; each with a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias

import altair as alt
import pandas as pd
import streamlit as st
from attrs import frozen

from coopkit.admin.ctx import Ctx
from coopkit.metrics import RatioForm, Unavailable
from coopkit.quantity import PERCENT, VND, Quantity, format_number
from coopkit.text import Label, Lang
from coopkit.workspace.overview import Point

Drawn: TypeAlias = alt.LayerChart | alt.FacetChart
"""A chart of several marks, as Altair calls it."""

ROUND: Final = "format(datum.value, ',.2~f')"
NUMBER: Final[dict[Lang, str]] = {
    "vi": rf"replace(replace(replace({ROUND}, /,/g, ' '), /\./g, ','), / /g, '.')",
    "en": ROUND,
}
"""How a number stands at an axis: vega knows one way of writing numbers only."""

HIGH: Final = 300
"""How high a chart is, in pixels."""

TILE: Final = 112
"""The narrowest a tile may be, in pixels: the longest name of a commune fits."""

_MONEY: Final = (
    (10**9, Label("tỷ đồng", "billion VND")),
    (10**6, Label("triệu đồng", "million VND")),
)
_COLUMNS: Final = f"max(2, floor(width / {TILE}))"
_FULL: Final = 0.6
"""From this share of the largest number on a tile is so dark that its text is light."""


@frozen
class Ink:
    """The colours of charts: of bars, of what stands for nobody, of text, and of tiles from none to all."""

    bar: str
    nobody: str
    text: str
    tiles: tuple[str, str]
    on_full: str


LIGHT: Final = Ink("#0b6b3a", "#d9dfdb", "#0f1a14", ("#eaf3ed", "#0b6b3a"), "#ffffff")
DARK: Final = Ink("#4fbf80", "#37443d", "#e7eeea", ("#1d2b23", "#4fbf80"), "#0b120e")


def ink() -> Ink:
    """The colours that fit the reader's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def draw(c: Ctx, chart: Drawn, points: Sequence[Point], *, named: str, said: str, ways: bool = False) -> None:
    """The chart with what it says in words, and the same as a table: `named` heads its first column.

    With `ways` the table also tells how each place is known.
    """
    # vega would read each mark out by the names of its columns, in English: the table says it in the reader's words
    quiet = chart.configure_mark(aria=False).configure_axis(aria=False)
    st.altair_chart(quiet, alt=said)
    value, way = c.t("Giá trị"), c.t("Cách xác định")
    rows = [
        {named: one.name.in_(c.lang), value: one.figure.number(c.lang)}
        | ({way: one.way.in_(c.lang) if one.way else ""} if ways else {})
        for one in points
    ]
    with st.expander(c.t("Xem dạng bảng")):
        st.table(pd.DataFrame(rows).set_index(named))


def unit_of(points: Sequence[Point], lang: Lang) -> str:
    """What the numbers of a chart count: a noun, %, or the triệu or tỷ đồng that money is drawn in."""
    return _scale(points)[1].in_(lang)


def line(points: Sequence[Point], lang: Lang, *, from_zero: bool) -> Drawn:
    """A figure over the years, each point with its number; the axis begins at 0 where `from_zero`.

    What lies between two numbers is a bar from the one to the other.
    """
    colours, table = ink(), _table(points, lang)
    axis = alt.Axis(title=None, labelExpr=NUMBER[lang], tickCount=5)
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=from_zero))
    x = alt.X("name:O", title=None, sort=list(table["name"]), axis=alt.Axis(labelAngle=0, labelFlush=False))
    chart = alt.Chart(table).encode(x=x, y=y, tooltip=_tooltip(lang))
    spans = chart.mark_rule(color=colours.bar, strokeWidth=6, opacity=0.35).encode(y2="high:Q")
    drawn = chart.mark_line(color=colours.bar, strokeWidth=2.5)
    dots = chart.mark_point(color=colours.bar, filled=True, size=64, opacity=1)
    numbers = alt.Chart(table).mark_text(color=colours.text, dy=-14, fontSize=12)
    return alt.layer(spans, drawn, dots, numbers.encode(x=x, y=alt.Y("high:Q"), text="text:N"), height=HIGH)


def bars(points: Sequence[Point], lang: Lang) -> Drawn:
    """A bar for each point in the order given, its name above it and its number behind it."""
    colours, table = ink(), _table(points, lang)
    most = max(table["drawn"], default=0) or 1
    x = alt.X("drawn:Q", axis=None, scale=alt.Scale(domain=[0, most * 1.3], nice=False))
    y = alt.Y("name:N", sort=None, axis=None, scale=alt.Scale(padding=0.5))
    chart = alt.Chart(table).encode(x=x, y=y, tooltip=_tooltip(lang))
    colour = alt.condition("datum.key === ''", alt.value(colours.nobody), alt.value(colours.bar))
    drawn = chart.mark_bar(cornerRadiusEnd=3, size=18).encode(color=colour)
    names = chart.mark_text(align="left", dy=-22, fontSize=13, color=colours.text)
    names = names.encode(x=alt.value(0), text="name:N")
    numbers = chart.mark_text(align="left", dx=8, fontSize=13, fontWeight=600, color=colours.text)
    return alt.layer(drawn, names, numbers.encode(text="text:N"), height=HIGH // 4 * max(len(points), 1))


def tiles(points: Sequence[Point], lang: Lang) -> Drawn:
    """A tile for each place in the order given, as many beside one another as there is room for; darker for more.

    A point without a key stands for what nobody has placed.
    """
    colours, table = ink(), _table(points, lang)
    table["at"] = range(len(table))
    most = max(table["drawn"][table["key"] != ""], default=0) or 1
    chart = alt.Chart(table).transform_calculate(
        column=f"datum.at % {_COLUMNS}", row=f"floor(datum.at / {_COLUMNS})", nobody="datum.key === ''"
    )
    x = alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.03, paddingOuter=0))
    y = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.07, paddingOuter=0))
    chart = chart.encode(x=x, y=y, tooltip=_tooltip(lang))
    shade = alt.Color("drawn:Q", scale=alt.Scale(domain=[0, most], range=list(colours.tiles)), legend=None)
    rects = chart.mark_rect(cornerRadius=3).encode(
        color=alt.condition("datum.nobody", alt.value(colours.nobody), shade)
    )
    full = f"!datum.nobody && datum.drawn > {most * _FULL}"
    on_tile = alt.condition(full, alt.value(colours.on_full), alt.value(colours.text))
    names = chart.mark_text(dy=-9, fontSize=11).encode(text="name:N", color=on_tile)
    numbers = chart.mark_text(dy=9, fontSize=14, fontWeight=600).encode(text="text:N", color=on_tile)
    return alt.layer(rects, names, numbers, height=alt.Step(52))


def _scale(points: Sequence[Point]) -> tuple[Fraction, Label]:
    """What a number is divided by to be drawn, and what it then counts."""
    figures = [one.figure for one in points]
    if any(one.form in {RatioForm.PAIR, RatioForm.PERCENT} for one in figures):
        return Fraction(1, 100), PERCENT.label
    values = [one.value for one in figures if not isinstance(one.value, Unavailable)]
    if any(one.unit.kind == "money" for one in values):
        most = max(abs(Fraction(one.low)) for one in values)
        return next(((Fraction(step), words) for step, words in _MONEY if most >= step), (Fraction(1), VND.label))
    return Fraction(1), figures[0].noun if figures else Label("", "")


def _table(points: Sequence[Point], lang: Lang) -> pd.DataFrame:
    """What a chart draws: of each point its key and name, from what to what, and the number as it is written there."""
    step, _ = _scale(points)
    rows = []
    for one in points:
        value = one.figure.value
        low, high, text = None, None, "–"
        if not isinstance(value, Unavailable):
            low, high = float(value.low / step), float((value.low if value.high is None else value.high) / step)
            text = _short(value, step, lang)
        rows.append({"key": one.key, "name": one.name.in_(lang), "value": low, "high": high, "text": text})
    table = pd.DataFrame(rows, columns=["key", "name", "value", "high", "text"]).astype({"value": float, "high": float})
    return table.assign(drawn=table["value"].fillna(0))  # a bar and a tile stand there, too, where there is no number


def _short(value: Quantity, step: Fraction, lang: Lang) -> str:
    """A quantity as short as a tile is narrow: 96, > 200, 500–700, ≈ 50; the table says it in words."""
    low, high = (None if one is None else format_number(round(one / step, 1), lang) for one in (value.low, value.high))
    sign = "> " if value.strict else "≥ " if high is None else ""
    return f"{'≈ ' if value.about else ''}{sign}{low}" + (f"–{high}" if high not in {None, low} else "")


def _tooltip(lang: Lang) -> list[Any]:
    name, number = Label("Tên", "Name").in_(lang), Label("Số", "Number").in_(lang)
    return [alt.Tooltip("name:N", title=name), alt.Tooltip("text:N", title=number)]
