"""Charts with Vietnamese numbers: a line over years, bars, and a tile for each place; each with a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias

import pandas as pd
import pyarrow as pa
import streamlit as st
from attrs import frozen

from coopkit.admin.ctx import Ctx
from coopkit.metrics import RatioForm, Unavailable
from coopkit.quantity import PERCENT, VND, Quantity, format_number
from coopkit.text import Label, Lang
from coopkit.workspace.overview import Point

Drawn: TypeAlias = dict[str, Any]
"""A chart as Vega-Lite reads it; its `data` is an Arrow table.

Written out, not built with Altair: that checks each part against a schema at every rerun, which takes 50 ms a chart.
"""

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
_SMALL: Final = 10
"""A number below this is written with two decimals, one above with one."""
_FULL: Final = 0.6
"""From this share of the largest number on a tile is so dark that its text is light."""
_QUIET: Final = {"mark": {"aria": False}, "axis": {"aria": False}}
"""Vega would read each mark out by the names of its columns, in English: a table says it in the reader's words."""
_ROW: Final = {"key": pa.string(), "name": pa.string(), "text": pa.string()} | dict.fromkeys(
    ("value", "high", "drawn"), pa.float64()
)


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
    show(chart, said)
    value, way = c.t("Giá trị"), c.t("Cách xác định")
    rows = [
        {named: one.name.in_(c.lang), value: one.figure.number(c.lang)}
        | ({way: one.way.in_(c.lang) if one.way else ""} if ways else {})
        for one in points
    ]
    with st.expander(c.t("Xem dạng bảng")):
        st.table(pd.DataFrame(rows).set_index(named))


def show(chart: Drawn, said: str) -> None:
    """The chart alone, with what it says in words."""
    st.vega_lite_chart({**chart, "config": _QUIET}, alt=said)


def mark(kind: str, encoding: Drawn, **look: Any) -> Drawn:
    """A layer of a chart: what is drawn of each row, how it looks, and where it gets that from."""
    return {"mark": {"type": kind, **look}, "encoding": encoding}


def number(column: str, **more: Any) -> Drawn:
    """A column of numbers as a part of a chart reads it."""
    return {"field": column, "type": "quantitative", **more}


def name(column: str, kind: str = "nominal", **more: Any) -> Drawn:
    """A column of texts as a part of a chart reads it."""
    return {"field": column, "type": kind, **more}


def unit_of(points: Sequence[Point], lang: Lang) -> str:
    """What the numbers of a chart count: a noun, %, or the triệu or tỷ đồng that money is drawn in."""
    return _scale(points)[1].in_(lang)


def line(points: Sequence[Point], lang: Lang, *, from_zero: bool) -> Drawn:
    """A figure over the years, each point with its number; the axis begins at 0 where `from_zero`.

    What lies between two numbers is a bar from the one to the other.
    """
    colours, table = ink(), _table(points, lang)
    years = table.column("name").to_pylist()
    x = name("name", "ordinal", title=None, sort=years, axis={"labelAngle": 0, "labelFlush": False})
    axis = {"title": None, "labelExpr": NUMBER[lang], "tickCount": 5}
    at = {"x": x, "y": number("value", axis=axis, scale={"zero": from_zero}), "tooltip": _tooltip(lang)}
    layers = [
        mark("rule", {**at, "y2": {"field": "high"}}, color=colours.bar, strokeWidth=6, opacity=0.35),
        mark("line", at, color=colours.bar, strokeWidth=2.5),
        mark("point", at, color=colours.bar, filled=True, size=64, opacity=1),
        mark("text", {"x": x, "y": number("high"), "text": name("text")}, color=colours.text, dy=-14, fontSize=12),
    ]
    return {"data": table, "height": HIGH, "layer": layers}


def bars(points: Sequence[Point], lang: Lang) -> Drawn:
    """A bar for each point in the order given, its name above it and its number behind it."""
    colours, table = ink(), _table(points, lang)
    most = max(table.column("drawn").to_pylist(), default=0) or 1
    at = {
        "x": number("drawn", axis=None, scale={"domain": [0, most * 1.3], "nice": False}),
        "y": name("name", sort=None, axis=None, scale={"padding": 0.5}),
        "tooltip": _tooltip(lang),
    }
    colour = _either("datum.key === ''", {"value": colours.nobody}, {"value": colours.bar})
    text = {"align": "left", "fontSize": 13, "color": colours.text}
    layers = [
        mark("bar", {**at, "color": colour}, cornerRadiusEnd=3, size=18),
        mark("text", {**at, "x": {"value": 0}, "text": name("name")}, dy=-22, **text),
        mark("text", {**at, "text": name("text")}, dx=8, fontWeight=600, **text),
    ]
    return {"data": table, "height": HIGH // 4 * max(len(points), 1), "layer": layers}


def tiles(points: Sequence[Point], lang: Lang) -> Drawn:
    """A tile for each place in the order given, as many beside one another as there is room for; darker for more.

    A point without a key stands for what nobody has placed.
    """
    colours, table = ink(), _table(points, lang)
    shares = zip(table.column("key").to_pylist(), table.column("drawn").to_pylist(), strict=True)
    most = max((drawn for key, drawn in shares if key), default=0) or 1
    at = {
        "x": name("column", "ordinal", axis=None, scale={"paddingInner": 0.03, "paddingOuter": 0}),
        "y": name("row", "ordinal", axis=None, scale={"paddingInner": 0.07, "paddingOuter": 0}),
        "tooltip": _tooltip(lang),
    }
    shade = number("drawn", scale={"domain": [0, most], "range": list(colours.tiles)}, legend=None)
    colour = _either("datum.nobody", {"value": colours.nobody}, shade)
    full = f"!datum.nobody && datum.drawn > {most * _FULL}"
    on_tile = _either(full, {"value": colours.on_full}, {"value": colours.text})
    layers = [
        mark("rect", {**at, "color": colour}, cornerRadius=3),
        mark("text", {**at, "text": name("name"), "color": on_tile}, dy=-9, fontSize=11),
        mark("text", {**at, "text": name("text"), "color": on_tile}, dy=9, fontSize=14, fontWeight=600),
    ]
    steps = (("column", f"datum.at % {_COLUMNS}"), ("row", f"floor(datum.at / {_COLUMNS})"))
    transform = [{"calculate": how, "as": what} for what, how in (*steps, ("nobody", "datum.key === ''"))]
    table = table.append_column("at", pa.array(range(len(points)), pa.int64()))
    return {"data": table, "height": {"step": 52}, "transform": transform, "layer": layers}


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


def _table(points: Sequence[Point], lang: Lang) -> pa.Table:
    """What a chart draws: of each point its key and name, from what to what, and the number as it is written there.

    `drawn` is 0 where there is no number: a bar and a tile stand there, too.
    """
    step, _ = _scale(points)
    rows = []
    for one in points:
        value = one.figure.value
        low, high, text = None, None, "–"
        if not isinstance(value, Unavailable):
            low, high = float(value.low / step), float((value.low if value.high is None else value.high) / step)
            text = _short(value, step, lang)
        named = {"key": one.key, "name": one.name.in_(lang), "text": text}
        rows.append({**named, "value": low, "high": high, "drawn": low or 0})
    return pa.Table.from_pylist(rows, pa.schema(_ROW))


def _short(value: Quantity, step: Fraction, lang: Lang) -> str:
    """A quantity as short as a tile is narrow: 96, > 200, 500–700, ≈ 50; the table says it in words."""
    low, high = (None if one is None else _rounded(one / step, lang) for one in (value.low, value.high))
    sign = "> " if value.strict else "≥ " if high is None else ""
    return f"{'≈ ' if value.about else ''}{sign}{low}" + (f"–{high}" if high not in {None, low} else "")


def _rounded(number: Fraction, lang: Lang) -> str:
    return format_number(round(number, 2 if abs(number) < _SMALL else 1), lang)


def _either(test: str, then: Drawn, otherwise: Drawn) -> Drawn:
    """A colour that hangs on what a row says."""
    return {"condition": {"test": test, **then}, **otherwise}


def _tooltip(lang: Lang) -> list[Drawn]:
    what, how_much = Label("Tên", "Name").in_(lang), Label("Số", "Number").in_(lang)
    return [name("name", title=what), name("text", title=how_much)]
