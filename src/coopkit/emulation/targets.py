"""How far a range target is: what was reached, the pace against the calendar, and where it leads."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from attrs import frozen

from coopkit.field import Choice
from coopkit.period import Period
from coopkit.quantity import Quantity


class Reach(Choice):
    """Where a number lies against a range.

    >>> Reach.BELOW.label.vi
    'Dưới mức phấn đấu'
    """

    BELOW = "below", "Dưới mức phấn đấu", "Below the target"
    WITHIN = "within", "Trong mức phấn đấu", "Within the target"
    ABOVE = "above", "Vượt mức phấn đấu", "Above the target"


@frozen
class Progress:
    """How far a target is on a day.

    `share` is the part of the lower bound that is reached, `elapsed` the part of the period that is over, `forecast`
    what the period ends with if it goes on like that (of a stock: what it holds). `reach` is where the value lies,
    `expected` where the forecast does.
    """

    value: Quantity
    goal: Quantity
    elapsed: Fraction
    share: Fraction
    forecast: Fraction
    reach: Reach
    expected: Reach

    @property
    def on_pace(self) -> bool:
        """Whether as much of the target is reached as of the period is over."""
        return self.share >= self.elapsed


def progress(value: Quantity, goal: Quantity, period: Period, on: dt.date, *, flow: bool = True) -> Progress:
    """The progress of a target in a period, by the end of the day `on`; `flow`: the value adds up over days.

    >>> from coopkit.quantity import UNITS, between, exact
    >>> done = progress(exact(9, UNITS), between(20, 30, UNITS), Period.parse("2024"), dt.date(2024, 6, 30))
    >>> (done.reach.value, done.expected.value, done.on_pace)
    ('below', 'below', False)
    """
    days = (min(max(on, period.start), period.whole.end) - period.start).days + 1
    elapsed = Fraction(days, period.whole.days)
    reached = Fraction(value.low)
    forecast = reached / elapsed if flow else reached
    share = reached / goal.low if goal.low else Fraction(1)
    return Progress(value, goal, elapsed, share, forecast, _reach(reached, goal), _reach(forecast, goal))


def _reach(number: Fraction, goal: Quantity) -> Reach:
    if number < goal.low or (goal.strict and number == goal.low):
        return Reach.BELOW
    return Reach.ABOVE if goal.high is not None and number > goal.high else Reach.WITHIN
