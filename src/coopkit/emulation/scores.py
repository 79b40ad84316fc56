"""From points to totals: the mean of the scorers, the stage that counts, and what a unit's criteria add up to.

Points are whole hundredths in int64 arrays: N units, C scored criteria (leaves), K scorers, S stages. Every result is
the exact integer that the same sums by hand give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from coopkit.campaign.definition import Definition
from coopkit.campaign.parts import Criterion

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

_LEAST: Final = np.iinfo(np.int64).min
_MOST: Final = np.iinfo(np.int64).max


@frozen
class Group:
    """A group of criteria: the most its criteria may count together, and its leaves as a range of columns."""

    key: str
    cap: int
    start: int
    stop: int


@frozen(eq=False)
class Rubric:
    """A definition's scored criteria as columns, and its groups from the innermost outwards.

    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20", "maximum": 10,
    ...     "criteria": [{"key": "I", "name": "Họp", "maximum": 10,
    ...                   "criteria": [{"key": "1", "name": "Quý", "maximum": 4},
    ...                                {"key": "2", "name": "Năm", "maximum": 6, "bonus": 2}]}]})
    >>> rubric = Rubric.of(rules)
    >>> rubric.keys, rubric.maximum.tolist(), rubric.bonus.tolist()
    (('1', '2'), [400, 600], [0, 200])
    >>> rubric.groups
    (Group(key='I', cap=1000, start=0, stop=2),)
    """

    keys: tuple[str, ...]
    maximum: Ints
    bonus: Ints
    penalty: Bools
    disqualifies: Bools
    groups: tuple[Group, ...] = ()
    counted: Bools = field(init=False)
    """What adds points: neither a penalty nor what disqualifies."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "counted", ~(self.penalty | self.disqualifies))

    @staticmethod
    def of(definition: Definition) -> Rubric:
        """The columns of a definition, in the order of its leaves."""
        leaves = definition.leaves
        return Rubric(
            keys=tuple(leaf.key for leaf in leaves),
            maximum=np.array([leaf.maximum for leaf in leaves], np.int64),
            bonus=np.array([leaf.bonus for leaf in leaves], np.int64),
            penalty=np.array([leaf.penalty for leaf in leaves], np.bool_),
            disqualifies=np.array([leaf.disqualifies for leaf in leaves], np.bool_),
            groups=tuple(_groups(definition.criteria, 0)),
        )

    @property
    def binding(self) -> Iterator[Group]:
        """The groups whose leaves could exceed their cap, from the innermost outwards."""
        for one in self.groups:
            within = slice(one.start, one.stop)
            if int(self.maximum[within][self.counted[within]].sum()) > one.cap:
                yield one


def _groups(criteria: Sequence[Criterion], start: int) -> Iterator[Group]:
    for one in criteria:
        stop = start + sum(1 for _ in one.leaves())
        if one.criteria:
            yield from _groups(one.criteria, start)
            yield Group(one.key, one.maximum, start, stop)
        start = stop


# ── Scorers and stages ──────────────────────────────────────────────────────────────────────────────────────────────


def half_up(sums: Ints, counts: Ints) -> Ints:
    """Sums divided by counts, to the nearest whole number, a half upwards; 0 where the count is 0.

    >>> half_up(np.array([5, 7, 0]), np.array([2, 3, 0])).tolist()
    [3, 2, 0]
    """
    return np.where(counts > 0, (2 * sums + counts) // np.maximum(2 * counts, 1), 0)


def mean_of_scorers(points: Ints, given: Bools) -> tuple[Ints, Bools, Ints]:
    """Of scorers × units × criteria: the mean of those who gave something, whether anybody did, how far they lie apart.

    >>> told = mean_of_scorers(np.array([[[700]], [[0]], [[705]]]), np.array([[[1]], [[0]], [[1]]]) > 0)
    >>> [one.item() for one in told]
    [703, True, 5]
    """
    counts = given.sum(axis=0, dtype=np.int64)
    sums = np.where(given, points, 0).sum(axis=0, dtype=np.int64)
    return half_up(sums, counts), counts > 0, _spread(points, given)


def last_given(points: Ints, given: Bools) -> tuple[Ints, Bools, Ints, Ints]:
    """Of stages × units × criteria, the last stage that has a score: its points, whether there is one, how far the
    stages lie apart, and which stage it is (−1 for none).

    >>> told = last_given(np.array([[[700]], [[650]], [[0]]]), np.array([[[1]], [[1]], [[0]]]) > 0)
    >>> [one.item() for one in told]
    [650, True, 50, 1]
    """
    shape = points.shape[1:]
    kept, stage = np.zeros(shape, np.int64), np.full(shape, -1, np.int64)
    for number, (told, has) in enumerate(zip(points, given, strict=True)):
        np.copyto(kept, told, where=has)
        np.copyto(stage, number, where=has)
    return kept, stage >= 0, _spread(points, given), stage


def _spread(points: Ints, given: Bools) -> Ints:
    shape = points.shape[1:]
    high, low = np.full(shape, _LEAST, np.int64), np.full(shape, _MOST, np.int64)
    for told, has in zip(points, given, strict=True):
        np.maximum(high, np.where(has, told, _LEAST), out=high)
        np.minimum(low, np.where(has, told, _MOST), out=low)
    return np.where(high >= low, high - low, 0)


# ── Totals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(eq=False)
class Parts:
    """What each leaf gives each unit, and what the groups' caps take off again.

    `base` and `bonus` are added and `penalty` taken off (units × criteria, each 0 where it is not of that sort); `over`
    is taken off too: units × groups, only of groups that can exceed their cap.
    """

    base: Ints
    bonus: Ints
    penalty: Ints
    over: Ints

    @staticmethod
    def of(points: Ints, given: Bools, rubric: Rubric) -> Parts:
        """The parts of units × criteria; what is not given is 0."""
        told = np.where(given, points, 0)
        base = np.clip(told, 0, np.where(rubric.counted, rubric.maximum, 0))
        bonus = np.clip(told - rubric.maximum, 0, np.where(rubric.counted, rubric.bonus, 0))
        taken = np.where(rubric.penalty & ~rubric.disqualifies, rubric.maximum + rubric.bonus, 0)
        return Parts(base, bonus, np.clip(told, 0, taken), _over(base, rubric))


def _over(base: Ints, rubric: Rubric) -> Ints:
    over: list[tuple[Group, Ints]] = []
    for one in rubric.binding:
        held = base[:, one.start : one.stop].sum(axis=1)
        for inner, cut in over:
            if one.start <= inner.start and inner.stop <= one.stop:
                held -= cut
        over.append((one, np.maximum(held - one.cap, 0)))
    return np.stack([cut for _, cut in over], axis=1) if over else np.zeros((len(base), 0), np.int64)


@frozen(eq=False)
class Totals:
    """What each unit has: base and bonus points, penalties, their total, and how many leaves have no score yet."""

    base: Ints
    bonus: Ints
    penalty: Ints
    total: Ints
    disqualified: Bools
    open: Ints


def totals(points: Ints, given: Bools, rubric: Rubric) -> Totals:
    """The totals of units × criteria.

    Of a leaf, points up to its maximum are base and those above, up to its bonus, are bonus. A group's base is at most
    its cap, inner groups first. The total is base and bonus less penalties, never below 0; a bonus may take it above
    the campaign's maximum. Penalties and what disqualifies are never open.

    >>> rubric = Rubric(("1", "2"), np.array([9700, 300]), np.array([1000, 0]), np.zeros(2, bool), np.zeros(2, bool))
    >>> one = totals(np.array([[10700, 0]]), np.array([[True, False]]), rubric)
    >>> one.base.item(), one.bonus.item(), one.total.item(), one.open.item()
    (9700, 1000, 10700, 1)
    """
    parts = Parts.of(points, given, rubric)
    base = parts.base.sum(axis=1) - parts.over.sum(axis=1)
    bonus, penalty = parts.bonus.sum(axis=1), parts.penalty.sum(axis=1)
    return Totals(
        base=base,
        bonus=bonus,
        penalty=penalty,
        total=np.maximum(base + bonus - penalty, 0),
        disqualified=np.any(given & (points > 0) & rubric.disqualifies, axis=1),
        open=(~given & rubric.counted).sum(axis=1, dtype=np.int64),
    )
