"""A figure as pages show it: beside the one of the same period a year before, and how the two differ."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from coopkit.errors import CoopkitError
from coopkit.field import Choice
from coopkit.metrics import Evaluation, RatioForm, Stock, Unavailable
from coopkit.metrics.combine import NO_DENOMINATOR
from coopkit.metrics.evaluation import leaves_of
from coopkit.period import Period
from coopkit.quantity import exact
from coopkit.report import Figure, figure_of
from coopkit.text import Label

_NOTHING: Final = Label("", "")


class Trend(Choice):
    """Which way a figure went since the year before.

    >>> Trend.UP.label.vi
    'tăng'
    """

    UP = "up", "tăng", "up"
    DOWN = "down", "giảm", "down"
    SAME = "same", "không đổi", "unchanged"


@frozen
class Change:
    """How a figure differs from that of the year before: which way, by how much, and by what share of the former.

    `by` is never negative; `share` is None where the former was 0.
    """

    trend: Trend
    by: Figure
    share: Fraction | None


@frozen
class Card:
    """A figure, the one of the same period of the year before, and the difference where both are exact numbers.

    `before` is None where the register had nothing yet to be counted. `holds` tells a stock, which holds on the
    period's last day, from what happened in it.
    """

    figure: Figure
    before: Figure | None
    change: Change | None
    holds: bool

    @property
    def is_empty(self) -> bool:
        """Whether the period has nothing that the figure could be made of: nothing is wrong, nothing was recorded."""
        return _lacks(self.figure)


def card_of(evaluation: Evaluation, metric: str, period: Period, first: int) -> Card:
    """The card of a metric in a period; both it and the same period a year before must be among the evaluation's.

    `first` is the first year that the register holds anything of: before it, nothing counted is nothing known.
    """
    earlier = period.year_before()
    figure, before = (figure_in(evaluation, metric, one) for one in (period, earlier))
    holds = _holds(evaluation, metric)
    nothing_yet = not holds and earlier.year < first and not before.rows
    shown = None if nothing_yet or _lacks(before) else before
    return Card(figure, shown, change(figure, before) if shown else None, holds)


def change(figure: Figure, before: Figure) -> Change | None:
    """How a figure differs from a former one; None where one of them is no exact number, or a ratio given as n/d.

    >>> from coopkit.quantity import TURNS, more_than
    >>> def turns(value):
    ...     return Figure("fairs.turns", TURNS.label, TURNS.label, value, noun=TURNS.label, rows=0)
    >>> found = change(turns(exact(96, TURNS)), turns(exact(58, TURNS)))
    >>> found.trend.label.vi, found.by.text(), found.share
    ('tăng', '38 lượt', Fraction(19, 29))
    >>> change(turns(more_than(200, TURNS)), turns(exact(58, TURNS))) is None
    True
    """
    now, then = figure.value, before.value
    if isinstance(now, Unavailable) or isinstance(then, Unavailable) or figure.form is RatioForm.PAIR:
        return None
    if not (now.is_exact and then.is_exact):
        return None
    by = Fraction(now.low) - Fraction(then.low)
    trend = Trend.UP if by > 0 else Trend.DOWN if by < 0 else Trend.SAME
    share = abs(by) / abs(Fraction(then.low)) if then.low else None
    return Change(trend, evolve(figure, value=exact(abs(by), now.unit), beside=None), share)


def figure_in(evaluation: Evaluation, key: str, period: Period, *, with_beside: bool = True) -> Figure:
    """The figure of a metric; one that nobody offers is a gap that says so."""
    if key not in evaluation.metrics:
        gone = Unavailable("coopkit", f"không có chỉ tiêu {key} (no such metric)")
        return Figure(key, Label(key, key), _NOTHING, gone, noun=_NOTHING, rows=0)
    cell = evaluation.cell(key, period)
    metric = evaluation.metric(cell)
    beside = metric.beside if with_beside and metric.beside in evaluation.metrics else ""
    return figure_of(metric, cell, figure_in(evaluation, beside, period, with_beside=False) if beside else None)


def _holds(evaluation: Evaluation, key: str) -> bool:
    """Whether a figure is a stock: all that it is made of is counted on the period's last day."""
    try:
        return all(isinstance(one.timing, Stock) for one in leaves_of(key, evaluation.metrics))
    except CoopkitError:  # it is a gap, which says itself what is missing
        return False


def _lacks(figure: Figure) -> bool:
    """Whether a figure is divided by nothing."""
    return isinstance(figure.value, Unavailable) and figure.value.reason == NO_DENOMINATOR
