"""The arithmetic of a campaign over 5,000 units against the same written straight in numpy.

From the points of 7 scorers for 40 criteria: their mean, the totals, the places in 60 blocks, the best three of each,
and the places under 500 other sets of weights. Both give the same figures, which is checked.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from coopkit.campaign import Definition
from coopkit.emulation.ranks import places
from coopkit.emulation.scores import Rubric, mean_of_scorers, totals
from coopkit.emulation.stability import perturbed

UNITS, GROUPS, EACH, SCORERS, BLOCKS, RUNS, QUOTA = 5_000, 8, 5, 7, 60, 500, 3
TURNS_EACH, BUDGET, GOAL = 7, 3.0, 2.0
Array = npt.NDArray[Any]


def rules() -> Definition:
    """Forty criteria in eight groups: one with a bonus, one a penalty, one that disqualifies."""
    leaves: list[dict[str, Any]] = [{"maximum": 2 + n % 2, "step": 0.5} for n in range(GROUPS * EACH)]
    leaves[3]["bonus"] = 10
    leaves[38] |= {"penalty": True}
    leaves[39] = {"disqualifies": True}
    named = [{"key": f"c{n}", "name": "x", **one} for n, one in enumerate(leaves)]
    groups = []
    for n in range(GROUPS):
        held = named[n * EACH : (n + 1) * EACH]
        most = sum(one.get("maximum", 0) for one in held if "penalty" not in one)
        groups.append({"key": f"g{n}", "name": "x", "maximum": most, "criteria": held})
    return Definition.of({"name": "x", "period": "2024", "launched": "2023-12-20", "maximum": 100, "criteria": groups})


def marks(rubric: Rubric) -> tuple[Array, Array, Array]:
    """What the scorers gave, whether they did, and each unit's block, the same at every run."""
    dice = np.random.default_rng(2024)
    most = np.where(rubric.disqualifies, 1, rubric.maximum + rubric.bonus)
    shape = (SCORERS, UNITS, len(most))
    points = dice.integers(0, most // np.where(rubric.disqualifies, 1, 50), shape, endpoint=True) * 50
    points[..., rubric.disqualifies] = (dice.random((SCORERS, UNITS, 1)) < 0.001).astype(np.int64)
    return points, dice.random(shape) < 0.95, dice.integers(0, BLOCKS, UNITS)


def ours(points: Array, given: Array, block: Array, rubric: Rubric) -> tuple[Array, ...]:
    """With coopkit."""
    mean, has, _ = mean_of_scorers(points, given)
    summed = totals(mean, has, rubric)
    eligible = ~summed.disqualified
    ranked = places(summed.total, block, eligible, [summed.base])
    best = (ranked.place > 0) & (ranked.place <= QUOTA)
    told = perturbed(mean, has, rubric, block, eligible, [summed.base], seed="2024", runs=RUNS)
    return summed.total, ranked.place, best, told.lowest, told.highest, told.same


def by_hand(points: Array, given: Array, block: Array, rubric: Rubric) -> tuple[Array, ...]:
    """The same as somebody writes it who knows numpy and this campaign: its caps never bind, a key fits 64 bits."""
    counts = given.sum(axis=0)
    mean = (2 * np.where(given, points, 0).sum(axis=0) + counts) // np.maximum(2 * counts, 1)
    plain = ~(rubric.penalty | rubric.disqualifies)
    base = np.minimum(mean, rubric.maximum) * plain
    bonus = np.clip(mean - rubric.maximum, 0, rubric.bonus) * plain
    worth = base + bonus - mean * rubric.penalty
    first = base.sum(axis=1)
    total = np.maximum(worth.sum(axis=1), 0)
    eligible = np.flatnonzero(~(mean[:, rubric.disqualifies] > 0).any(axis=1))
    place = np.zeros(len(total), np.int64)
    place[eligible] = ranked_by_hand(total[None, eligible], block[eligible], first[eligible])[0]
    best = (place > 0) & (place <= QUOTA)
    drawn = np.frombuffer(hashlib.shake_256(b"2024").digest(8 * RUNS * len(rubric.keys)), dtype="<u8")
    weights = 900 + (drawn % np.uint64(201)).astype(np.int64).reshape(RUNS, -1)
    other = np.maximum(weights.astype(float) @ worth.T.astype(float), 0).astype(np.int64)
    others = np.zeros(other.shape, np.int64)
    others[:, eligible] = ranked_by_hand(other[:, eligible], block[eligible], first[eligible])
    lowest, highest = np.maximum(others.max(axis=0), place), np.minimum(others.min(axis=0), place)
    return total, place, best, lowest, highest, (others == place).sum(axis=0)


def ranked_by_hand(total: Array, block: Array, first: Array) -> Array:
    """Places in blocks, for each row of totals."""
    span = first.max() + 1
    key = (block * (total.max() + 1) + total.max() - total) * span + first.max() - first
    order = np.argsort(key, axis=1)
    held = np.take_along_axis(key, order, axis=1)
    column = np.arange(held.shape[1])
    fresh = np.diff(held, axis=1, prepend=-1) != 0
    leader = np.maximum.accumulate(np.where(fresh, column, 0), axis=1)
    starts = np.searchsorted(np.sort(block), np.arange(block.max() + 1))
    place = np.empty_like(leader)
    np.put_along_axis(place, order, leader - starts[np.sort(block)] + 1, axis=1)
    return place


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Print the ratio; 1 when the budget is missed or the figures differ."""
    rubric = Rubric.of(rules())
    points, given, block = marks(rubric)
    for mine, hand in zip(ours(points, given, block, rubric), by_hand(points, given, block, rubric), strict=True):
        assert np.array_equal(mine, hand)
    took: list[float] = []
    bare: list[float] = []
    for _ in range(TURNS_EACH):
        took.append(seconds(lambda: ours(points, given, block, rubric)))
        bare.append(seconds(lambda: by_hand(points, given, block, rubric)))
    ratio = min(took) / min(bare)
    size = f"{UNITS:,} units x {len(rubric.keys)} criteria x {SCORERS} scorers in {BLOCKS} blocks"
    print(f"{size}, {RUNS} sets of weights: {min(took):.2f} s (goal {GOAL:.0f} s)")
    print(f"  numpy by hand: {min(bare):.2f} s; ratio {ratio:.2f} (budget {BUDGET:.2f})")
    return int(ratio > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
