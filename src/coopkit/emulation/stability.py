"""How firmly a place stands: under other weights of the criteria, and without any one of the scorers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import define, frozen

from coopkit.emulation.ranks import place_rows, tie_columns
from coopkit.emulation.scores import Bools, Ints, Parts, Rubric, half_up, last_given, totals
from coopkit.errors import CampaignError

Floats: TypeAlias = npt.NDArray[np.float64]

_CELLS: Final = 2**18
"""How many numbers an array of several runs may have, at which the memory is bounded."""

_PRODUCT: Final = 2**22
"""The same for a matrix product. It runs on several threads, whose start costs more than a small product."""

_WHOLE: Final = 1000
"""A criterion's own weight, per mille."""

_EXACT: Final = 2**53
"""Below it, every whole number is a float64 and sums of them are exact in any order."""


@frozen(eq=False)
class Stability:
    """What became of each unit's place in so many runs.

    `lowest` is the worst and `highest` the best place, its real one included, and 0 for a unit that never has one;
    `same` is in how many runs it had what it really has.
    """

    lowest: Ints
    highest: Ints
    same: Ints
    runs: int


def safe(stability: Stability) -> Bools:
    """Whether each unit has a place and keeps it in every run.

    >>> safe(Stability(np.array([1, 3, 0]), np.array([1, 2, 0]), np.array([9, 5, 9]), 9)).tolist()
    [True, False, False]
    """
    kept: Bools = stability.same == stability.runs
    return kept & (stability.lowest > 0)


@define
class _Seen:
    """The places seen so far."""

    real: Ints
    lowest: Ints
    highest: Ints
    same: Ints
    runs: int = 0

    @staticmethod
    def of(real: Ints) -> _Seen:
        """Nothing but the real places."""
        return _Seen(real, real.copy(), _none_last(real), np.zeros_like(real))

    def add(self, places: Ints) -> None:
        """More runs: runs × units."""
        np.maximum(self.lowest, places.max(axis=0), out=self.lowest)
        np.minimum(self.highest, _none_last(places).min(axis=0), out=self.highest)
        self.same += (places == self.real).sum(axis=0)
        self.runs += len(places)

    def told(self) -> Stability:
        """What the runs have shown."""
        highest = np.where(self.lowest > 0, self.highest, 0)
        return Stability(self.lowest, highest, self.same, self.runs)


def _none_last(places: Ints) -> Ints:
    return np.where(places > 0, places, np.iinfo(np.int64).max)


# ── Other weights ───────────────────────────────────────────────────────────────────────────────────────────────────


def perturbed(  # noqa: PLR0913 - each argument is a part of the question
    points: Ints,
    given: Bools,
    rubric: Rubric,
    block: Ints,
    eligible: Bools,
    ties: Sequence[Ints] = (),
    *,
    seed: str,
    runs: int = 500,
    spread: int = 10,
) -> Stability:
    """The places of units × criteria when each criterion weighs up to `spread` percent more or less, all independently.

    The same seed gives the same weights, whatever the units. What a group's cap takes off keeps its weight. Raises
    `CampaignError` for a spread that is no percentage, and for points too many to be weighed exactly.

    >>> rubric = Rubric(("1", "2"), np.array([500, 500]), np.zeros(2, int), np.zeros(2, bool), np.zeros(2, bool))
    >>> points = np.array([[500, 400], [400, 495], [0, 0]])
    >>> told = perturbed(points, points > 0, rubric, np.zeros(3, int), np.ones(3, bool), seed="2024", runs=100)
    >>> told.lowest.tolist(), told.highest.tolist(), safe(told).tolist()
    ([2, 2, 3], [1, 1, 3], [False, False, True])
    """
    parts = Parts.of(points, given, rubric)
    worth = np.concatenate([parts.base + parts.bonus - parts.penalty, -parts.over], axis=1)
    weights = _weights(seed, runs, len(rubric.keys), spread)
    weights = np.pad(weights, ((0, 0), (0, parts.over.shape[1])), constant_values=_WHOLE)
    if (
        len(worth)
        and int(np.abs(worth).sum(axis=1, dtype=np.float64).max()) * (_WHOLE * (100 + spread) // 100) >= _EXACT
    ):
        raise CampaignError("Điểm quá lớn để tính chính xác (the points are too many to be weighed exactly)")
    real = np.maximum(worth.sum(axis=1), 0)[None]
    seen = _Seen.of(place_rows(real, block, eligible, ties)[0][0])
    columns = worth.T.astype(np.float64)
    for some in _chunks(weights.astype(np.float64), _PRODUCT // max(len(worth), 1)):
        for total in _chunks(some @ columns, _CELLS // max(len(worth), 1)):
            seen.add(place_rows(np.maximum(total, 0).astype(np.int64), block, eligible, ties)[0])
    return seen.told()


def _chunks(rows: Floats, many: int) -> list[Floats]:
    return np.split(rows, range(max(many, 1), len(rows), max(many, 1)))


def _weights(seed: str, runs: int, criteria: int, spread: int) -> Ints:
    if not (0 <= spread <= 100 and runs > 0):
        raise CampaignError(
            f"độ lệch {spread}% phải trong 0–100 và số lần thử {runs} phải lớn hơn 0 "
            "(the spread must be a percentage, and the runs more than 0)"
        )
    most = _WHOLE * spread // 100
    # Drawn from a hash and not from numpy's generators, whose streams may change with its version.
    drawn = np.frombuffer(hashlib.shake_256(seed.encode()).digest(8 * runs * criteria), dtype="<u8")
    return (_WHOLE - most + (drawn % np.uint64(2 * most + 1)).astype(np.int64)).reshape(runs, criteria)


# ── Without one scorer ──────────────────────────────────────────────────────────────────────────────────────────────


@frozen(eq=False)
class Marks:
    """What each scorer gave, a row for each scorer, unit and criterion: numbers of all three, and the points."""

    scorer: Ints
    unit: Ints
    criterion: Ints
    points: Ints


@frozen(eq=False)
class Layers:
    """What each stage gave, in order: stages × units × criteria.

    `cross` is the number of the stage whose scores are the marks' means; what stands in that layer itself is not read.
    """

    points: Ints
    given: Bools
    cross: int


def without_each_scorer(  # noqa: PLR0913 - each argument is a part of the question
    marks: Marks,
    layers: Layers,
    rubric: Rubric,
    block: Ints,
    eligible: Bools,
    ties: Sequence[str] = (),
    *,
    votes: Ints | None = None,
) -> Stability:
    """The places when each scorer in turn is left out, with everything from the means on worked out again.

    `eligible` are those who may be placed by what is no score: whom the scores of a run disqualify has no place in it.
    `ties` are a definition's rules, as in `tie_columns`. A run is a scorer.

    >>> rubric = Rubric(("1",), np.array([1000]), np.zeros(1, int), np.zeros(1, bool), np.zeros(1, bool))
    >>> marks = Marks(*np.array([[7, 0, 0, 900], [8, 0, 0, 500], [8, 1, 0, 800]]).T)
    >>> layers = Layers(np.zeros((1, 2, 1), int), np.zeros((1, 2, 1), bool), 0)
    >>> told = without_each_scorer(marks, layers, rubric, np.zeros(2, int), np.ones(2, bool))
    >>> told.lowest.tolist(), told.highest.tolist(), told.same.tolist(), told.runs
    ([2, 2], [1, 1], [1, 1], 2)
    """
    case = _Case(layers, rubric, ties, np.zeros(len(block), np.int64) if votes is None else votes)
    shape = layers.points.shape[1:]
    sums, counts = _sums(shape, marks.unit, marks.criterion, marks.points)
    everyone = np.arange(len(block))
    real = case.outcome(everyone, sums, counts)
    seen = _Seen.of(_place(real[None], block, eligible)[0])
    for runs, run, unit, (less, fewer) in _left_out(marks, layers):
        rows = np.repeat(real[None], runs, axis=0)
        rows[run, unit] = case.outcome(unit, sums[unit] - less, counts[unit] - fewer)
        seen.add(_place(rows, block, eligible))
    return seen.told()


@frozen(eq=False)
class _Case:
    """What is the same whichever scorer is left out."""

    layers: Layers
    rubric: Rubric
    ties: Sequence[str]
    votes: Ints

    def outcome(self, unit: Ints, sums: Ints, counts: Ints) -> Ints:
        """What ranks these units, whose cross-scores have these sums and counts: disqualified, total, tie columns."""
        points, given = self.layers.points[:, unit], self.layers.given[:, unit]
        points[self.layers.cross], given[self.layers.cross] = half_up(sums, counts), counts > 0
        points, given, _, _ = last_given(points, given)
        told = totals(points, given, self.rubric)
        ties = tie_columns(self.ties, points, given, told, self.rubric, self.votes[unit])
        return np.stack([told.disqualified.astype(np.int64), told.total, *ties], axis=1)


def _place(rows: Ints, block: Ints, eligible: Bools) -> Ints:
    disqualified, total, *ties = np.moveaxis(rows, 2, 0)
    return place_rows(total, block, eligible & (disqualified == 0), ties)[0]


def _sums(shape: tuple[int, ...], row: Ints, criterion: Ints, points: Ints) -> tuple[Ints, Ints]:
    sums, counts = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    np.add.at(sums, (row, criterion), points)
    np.add.at(counts, (row, criterion), 1)
    return sums, counts


def _left_out(marks: Marks, layers: Layers) -> Iterator[tuple[int, Ints, Ints, tuple[Ints, Ints]]]:
    """Some scorers at a time: how many; for each of them and each unit that it scored, which of them, the unit, and the
    sums and counts of what it gave that unit.
    """
    stages, units, criteria = layers.points.shape
    scorers, who = np.unique(marks.scorer, return_inverse=True)
    pairs, pair = np.unique(who * units + marks.unit, return_inverse=True)
    order = np.argsort(pair, kind="stable")
    run, unit = np.divmod(pairs, units)
    cost = units + np.bincount(run, minlength=len(scorers)) * stages * criteria
    part = np.cumsum(cost) // _CELLS
    for runs in np.split(np.arange(len(scorers)), np.flatnonzero(np.diff(part)) + 1):
        if not len(runs):
            continue
        first, last = np.searchsorted(run, [runs[0], runs[-1] + 1])
        rows = order[slice(*np.searchsorted(pair[order], [first, last]))]
        found = _sums((last - first, criteria), pair[rows] - first, marks.criterion[rows], marks.points[rows])
        yield len(runs), run[first:last] - runs[0], unit[first:last], found
