"""Chance that falls the same way on every machine and every Python: all of it comes from `Random.random` alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one seed. Python promises that `random()` never changes for a seed; its other methods may.

    >>> Dice(7).whole(1, 6), Dice(7).some("abcdef", 3)
    (2, ['b', 'a', 'd'])
    """

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random  # noqa: S311 - made-up data, no secret

    def chance(self, share: float) -> bool:
        """True in that share of the draws."""
        return self._draw() < share

    def whole(self, low: int, high: int, step: int = 1) -> int:
        """A whole number from low to high, both included, in steps."""
        return low + step * int(self._draw() * ((high - low) // step + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self.whole(0, len(options) - 1)]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """So many different ones, in the order drawn."""
        rest = list(options)
        return [rest.pop(self.whole(0, len(rest) - 1)) for _ in range(count)]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All of them, in the order drawn."""
        return self.some(options, len(options))

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """A day from first to last, both included."""
        return first + dt.timedelta(days=self.whole(0, (last - first).days))
