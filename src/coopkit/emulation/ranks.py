"""From totals to places in each block and to grades. Equal is equal: no place depends on the order of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

import numpy as np
from attrs import frozen

from coopkit.emulation.scores import Bools, Ints, Rubric, Totals
from coopkit.errors import CampaignError

_LIMIT: Final = 2**62


@frozen(eq=False)
class Places:
    """Each unit's place in its block, 0 for none, and whether another unit shares it after every tie rule."""

    place: Ints
    tied: Bools


def places(total: Ints, block: Ints, eligible: Bools, ties: Sequence[Ints] = ()) -> Places:
    """The places of units in their blocks: 1, 2, 2, 4.

    Equal totals are parted by the tie columns in turn, the higher first. What is equal in all of them shares its place.

    >>> told = places(np.array([90, 80, 80, 70]), np.zeros(4, int), np.ones(4, bool))
    >>> told.place.tolist(), told.tied.tolist()
    ([1, 2, 2, 4], [False, True, True, False])
    >>> places(np.array([90, 80, 80, 70]), np.zeros(4, int), np.ones(4, bool), [np.array([0, 1, 2, 0])]).place.tolist()
    [1, 3, 2, 4]
    """
    place, tied = place_rows(np.atleast_2d(total), block, eligible, ties)
    return Places(place[0], tied[0])


def place_rows(total: Ints, block: Ints, eligible: Bools, ties: Sequence[Ints] = ()) -> tuple[Ints, Bools]:
    """Places and whether they are shared, for many rows of totals at once: rows × units.

    What is eligible and what parts ties is the same for every row, or rows × units itself.

    >>> place_rows(np.array([[1, 2], [2, 1]]), np.zeros(2, int), np.ones(2, bool))[0].tolist()
    [[2, 1], [1, 2]]
    """
    if not total.size:
        return np.zeros(total.shape, np.int64), np.zeros(total.shape, np.bool_)
    # Those without a place stand behind the others of their block, so that every row has its blocks in the same
    # columns. `~` turns an order round; unlike a minus, it cannot overflow.
    key = _join(block, (~eligible).astype(np.int64))
    key = _join(key, ~total)
    if ties:
        key = _join(key, reduce(_join, [~tie for tie in ties]))
    order = np.argsort(key, axis=1)
    held = np.take_along_axis(key, order, axis=1)
    fresh = np.ones((held.shape[0], held.shape[1] + 1), np.bool_)
    np.not_equal(held[:, 1:], held[:, :-1], out=fresh[:, 1:-1])
    column = np.arange(held.shape[1])
    first = np.maximum.accumulate(np.where(fresh[:, :-1], column, 0), axis=1)
    blocks = np.sort(block)
    place, tied = np.empty(total.shape, np.int64), np.empty(total.shape, np.bool_)
    np.put_along_axis(place, order, first - np.searchsorted(blocks, blocks) + 1, axis=1)
    np.put_along_axis(tied, order, ~(fresh[:, :-1] & fresh[:, 1:]), axis=1)
    return np.where(eligible, place, 0), tied & eligible


def tie_columns(
    ties: Sequence[str], points: Ints, given: Bools, told: Totals, rubric: Rubric, votes: Ints | None = None
) -> tuple[Ints, ...]:
    """The columns that a definition's tie rules name, in turn, for `places`: the higher is better in each.

    "base" are the points before bonus, "votes" those of the block meeting (0 for all where there are none), and
    "criterion:KEY" the points of that criterion, at most its most; of a penalty, and of what disqualifies, fewer are
    better. Raises `CampaignError` for any other rule.

    >>> from coopkit.emulation.scores import totals
    >>> rubric = Rubric(("1", "2"), np.array([500, 500]), np.zeros(2, int), np.zeros(2, bool), np.zeros(2, bool))
    >>> points = np.array([[300, 400]])
    >>> one = totals(points, points > 0, rubric)
    >>> [column.tolist() for column in tie_columns(["criterion:2", "base"], points, points > 0, one, rubric)]
    [[400], [700]]
    """
    columns: list[Ints] = []
    for rule in ties:
        kind, _, key = rule.partition(":")
        if rule == "base":
            columns.append(told.base)
        elif rule == "votes":
            columns.append(np.zeros(len(points), np.int64) if votes is None else votes)
        elif kind == "criterion" and key in rubric.keys:
            at = rubric.keys.index(key)
            most = 1 if rubric.disqualifies[at] else int(rubric.maximum[at] + rubric.bonus[at])
            column = np.clip(np.where(given[:, at], points[:, at], 0), 0, most)
            columns.append(column if rubric.counted[at] else -column)
        else:
            raise CampaignError(
                f"phân định {rule!r}: dùng base, votes hoặc criterion:KHÓA (a tie is parted by one of these)"
            )
    return tuple(columns)


def grade_of(total: Ints, least: Sequence[int]) -> Ints:
    """Which grade each total reaches: the index of the first of the falling thresholds that it is not below, or −1.

    >>> grade_of(np.array([9500, 9000, 4999]), [9000, 7000, 5000]).tolist()
    [0, 0, -1]
    """
    none = len(least)
    first = (total[:, None] >= np.array([*least, np.iinfo(np.int64).min])).argmax(axis=1)
    return np.where(first == none, -1, first)


# ── One number for several columns ──────────────────────────────────────────────────────────────────────────────────


def _join(high: Ints, low: Ints) -> Ints:
    """Numbers in the order of the pairs (high, low), equal where both are."""
    (high, many), (low, span) = _digits(high), _digits(low)
    if many * span > _LIMIT:
        high, many = _dense(high)
    if many * span > _LIMIT:
        low, span = _dense(low)
    return high * span + low


def _digits(column: Ints) -> tuple[Ints, int]:
    """A column from 0 up, in its order, and how many values it may have."""
    least, most = int(column.min()), int(column.max())
    return (column - least, most - least + 1) if most - least < _LIMIT else _dense(column)


def _dense(column: Ints) -> tuple[Ints, int]:
    """A column with its distinct values numbered from 0, in their order, and how many there are."""
    values, index = np.unique(column, return_inverse=True)
    return index.reshape(column.shape).astype(np.int64, copy=False), len(values)
