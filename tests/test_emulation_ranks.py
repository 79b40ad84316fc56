"""Places in blocks: 1, 2, 2, 4; ties are parted by declared rules or not at all, never by the order of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.emulation.ranks import Places, grade_of, place_rows, places, tie_columns
from coopkit.emulation.scores import Ints, Rubric, totals
from coopkit.errors import CampaignError


def ranked(total: Sequence[int], *ties: Sequence[int], block: Sequence[int] = (), out: Sequence[int] = ()) -> Places:
    """The places of units, all of one block unless told, but those that are `out`."""
    eligible = np.ones(len(total), bool)
    eligible[list(out)] = False
    blocks = np.array(block or [0] * len(total))
    return places(np.array(total), blocks, eligible, [np.array(one) for one in ties])


def test_equal_totals_share_a_place():
    """And the places after them stay empty."""
    told = ranked([80, 90, 70, 80])
    assert told.place.tolist() == [2, 1, 4, 2]
    assert told.tied.tolist() == [True, False, False, True]


def test_ties_are_parted_in_turn():
    """The first rule parts the third unit, the second rule the other two."""
    told = ranked([80, 80, 80, 90], [5, 5, 9, 0], [1, 2, 0, 0])
    assert told.place.tolist() == [4, 3, 2, 1]
    assert not told.tied.any()


def test_a_tie_can_remain():
    """After every rule: the two share a place, and it is said."""
    told = ranked([80, 80, 80], [5, 5, 9], [1, 1, 0])
    assert told.place.tolist() == [2, 2, 1]
    assert told.tied.tolist() == [True, True, False]


def test_a_tie_rule_does_not_overrule_totals():
    """However much it says."""
    assert ranked([80, 79], [0, 10**15]).place.tolist() == [1, 2]


def test_numbers_of_any_size_are_ranked():
    """Also where all that ranks a unit does not fit into one number of 64 bits."""
    assert ranked([2**61, 0, 0, 0, 0], [0, 1, 2, 3, 3]).place.tolist() == [1, 5, 4, 2, 2]
    assert ranked([1, 0, 0, 0], [0, 2**62, -(2**62), 2**62 - 1]).place.tolist() == [1, 2, 4, 3]


def test_blocks_are_ranked_apart():
    """Whatever their numbers are."""
    told = ranked([10, 50, 40, 30, 30], block=[70, -3, 70, -3, 70])
    assert told.place.tolist() == [3, 1, 1, 2, 2]
    assert not told.tied.any()


def test_who_is_not_eligible_has_no_place():
    """And takes none from others; an equal total with one does not count as shared."""
    told = ranked([90, 80, 80, 70], out=[0, 2])
    assert told.place.tolist() == [0, 1, 0, 2]
    assert not told.tied.any()


@pytest.mark.parametrize("out", [[], [0]])
def test_one_unit_or_none(out: list[int]):
    """A block of one; a block where nobody may be placed; no unit at all."""
    assert ranked([5], out=out).place.tolist() == [1 - len(out)]
    assert ranked([]).place.tolist() == []


def test_grades_by_thresholds():
    """The first that is reached; −1 below the last, and where there are none."""
    total = np.array([10700, 9000, 8999, 5000, 4999, 0])
    assert grade_of(total, [9000, 7000, 5000]).tolist() == [0, 0, 1, 2, -1, -1]
    assert grade_of(total, []).tolist() == [-1] * 6


# ── What parts ties ─────────────────────────────────────────────────────────────────────────────────────────────────

RUBRIC = Rubric(
    ("a", "p", "x"), np.array([500, 200, 0]), np.array([100, 0, 0]),
    penalty=np.array([False, True, False]), disqualifies=np.array([False, False, True]),
)  # fmt: skip


def columns(*ties: str, votes: Ints | None = None) -> list[list[int]]:
    points, has = np.array([[650, 150, 0], [300, 900, 7]]), np.array([[True, True, True], [True, True, True]])
    told = totals(points, has, RUBRIC)
    return [one.tolist() for one in tie_columns(ties, points, has, told, RUBRIC, votes)]


def test_tie_rules_become_columns():
    """Base points without bonus; a criterion's points, bonus included and no more than its most; votes, if any."""
    assert columns("base", "criterion:a") == [[500, 300], [600, 300]]
    assert columns("votes", votes=np.array([3, 4])) == [[3, 4]]
    assert columns("votes") == [[0, 0]]


def test_fewer_are_better_where_points_are_bad():
    """A smaller penalty stands before a greater one."""
    assert columns("criterion:p", "criterion:x") == [[-150, -200], [0, -1]]


@pytest.mark.parametrize("rule", ["criterion:y", "size", "base:a", ""])
def test_other_rules_are_refused(rule: str):
    """The message names what there is."""
    with pytest.raises(CampaignError, match="base, votes"):
        columns(rule)


# ── Against plain Python ────────────────────────────────────────────────────────────────────────────────────────────

# Few values make ties; the wide ones do not fit into one number together.
VALUES = st.integers(-3, 3) | st.sampled_from([-(2**62), -(2**40), 2**40, 2**61, 2**62])


@st.composite
def fields(draw: st.DrawFn) -> list[tuple[tuple[int, ...], int, bool]]:
    """Units: what ranks them in turn, their block, whether they may be placed."""
    deep = draw(st.integers(1, 4))
    unit = st.tuples(st.tuples(*[VALUES] * deep), st.integers(0, 2) | st.just(-(10**12)), st.booleans())
    return draw(st.lists(unit, min_size=1, max_size=14))


def placed(units: list[tuple[tuple[int, ...], int, bool]]) -> Places:
    total, *ties = np.array([unit[0] for unit in units]).T
    return places(total, np.array([unit[1] for unit in units]), np.array([unit[2] for unit in units]), ties)


@given(fields())
def test_a_place_is_one_more_than_those_before(units: list[tuple[tuple[int, ...], int, bool]]):
    """Counted by hand, as are those who share it."""
    told = placed(units)
    for n, (rank, block, eligible) in enumerate(units):
        others = [other for m, (other, where, may) in enumerate(units) if m != n and may and where == block]
        assert told.place[n] == (1 + sum(other > rank for other in others) if eligible else 0)
        assert told.tied[n] == (eligible and rank in others)


@given(fields(), st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order(units: list[tuple[tuple[int, ...], int, bool]], dice: Any):
    """Shuffled rows get the places that they had, the shared ones too."""
    told = placed(units)
    order = list(range(len(units)))
    dice.shuffle(order)
    shuffled = placed([units[n] for n in order])
    assert shuffled.place.tolist() == told.place[order].tolist()
    assert shuffled.tied.tolist() == told.tied[order].tolist()


@given(fields(), st.integers(0, 13), st.integers(1, 5))
def test_more_points_never_lower_a_place(units: list[tuple[tuple[int, ...], int, bool]], which: int, more: int):
    """Nor do they raise anybody else's."""
    which %= len(units)
    before = placed(units).place
    (total, *ties), block, eligible = units[which]
    units[which] = (total + more, *ties), block, eligible
    after = placed(units).place
    assert after[which] <= before[which]
    assert all(after[n] >= before[n] for n in range(len(units)) if n != which)


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 6, st.booleans(), st.booleans()), min_size=1, max_size=9))
def test_rows_are_ranked_each_by_itself(units: list[tuple[Any, ...]]):
    """Also where what parts ties and who may be placed differs from row to row."""
    one, two, tie_one, tie_two, tie, block, may_one, may_two = np.array(units).T
    rows, part, may = np.stack([one, two]), np.stack([tie_one, tie_two]), np.stack([may_one, may_two]) > 0
    got, tied = place_rows(rows, block, may, [part, tie])
    for n in range(2):
        alone = places(rows[n], block, may[n], [part[n], tie])
        assert (got[n].tolist(), tied[n].tolist()) == (alone.place.tolist(), alone.tied.tolist())


def test_five_thousand_units():
    """In sixty blocks: as counted by hand."""
    dice = np.random.default_rng(7)
    total, block, tie = dice.integers(0, 400, 5000), dice.integers(0, 60, 5000), dice.integers(0, 3, 5000)
    told = places(total, block, np.ones(5000, bool), [tie])
    whole = total * 3 + tie
    by_hand = [1 + int((whole[block == block[n]] > whole[n]).sum()) for n in range(5000)]
    assert told.place.tolist() == by_hand
    assert 0 < told.tied.sum() < 5000
