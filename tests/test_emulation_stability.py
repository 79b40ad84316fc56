"""How firmly a place stands: 500 other sets of weights, and every scorer left out in turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.emulation import stability
from coopkit.emulation.ranks import places, tie_columns
from coopkit.emulation.scores import Bools, Group, Ints, Rubric, last_given, mean_of_scorers, totals
from coopkit.emulation.stability import Layers, Marks, Stability, perturbed, safe, without_each_scorer
from coopkit.errors import CampaignError


def rubric(*maximum: int, groups: tuple[Group, ...] = (), **more: Any) -> Rubric:
    """Criteria of those maxima, without anything else unless told."""
    many, nothing = len(maximum), np.zeros(len(maximum), bool)
    told = {"bonus": np.zeros(many, np.int64), "penalty": nothing, "disqualifies": nothing, **more}
    return Rubric(tuple("abcdefgh"[:many]), np.array(maximum), groups=groups, **told)


FULL = rubric(
    50, 40, 30, 20, 0,
    groups=(Group("i", 60, 0, 2), Group("o", 80, 0, 3)),
    bonus=np.array([0, 10, 0, 0, 0]),
    penalty=np.array([False, False, False, True, False]),
    disqualifies=np.array([False, False, False, False, True]),
)  # fmt: skip


def shaken(points: list[list[int]], of: Rubric, *, ties: Any = (), **more: Any) -> Stability:
    """One block, everybody eligible, everything given."""
    table = np.array(points)
    told = {"seed": "2024", "runs": 200, **more}
    return perturbed(
        table, np.ones(table.shape, bool), of, np.zeros(len(table), int), np.ones(len(table), bool), ties, **told
    )


def facts(told: Stability) -> tuple[list[int], list[int], list[int], int]:
    return told.lowest.tolist(), told.highest.tolist(), told.same.tolist(), told.runs


# ── Other weights ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_close_places_change_and_clear_ones_do_not():
    """Two units that are strong in different criteria trade places; the third never moves."""
    told = shaken([[500, 400], [400, 495], [0, 0]], rubric(500, 500))
    assert facts(told)[:2] == ([2, 2, 3], [1, 1, 3])
    assert 0 < told.same[0] < 200
    assert told.same.tolist() == [told.same[0], told.same[0], 200]
    assert safe(told).tolist() == [False, False, True]


def test_a_unit_that_is_better_everywhere_stays_before():
    """Whatever the weights."""
    told = shaken([[101, 300, 7], [100, 299, 7]], rubric(500, 500, 500), spread=100)
    assert told.lowest.tolist() == [1, 2]


def test_a_wider_spread_moves_more():
    """Ten per cent cannot turn round what a hundred can."""
    points = [[500, 0], [0, 350]]
    assert safe(shaken(points, rubric(500, 500))).all()
    assert not safe(shaken(points, rubric(500, 500), spread=100)).any()


def test_ties_are_parted_under_every_weight():
    """Equal in every criterion: parted by the tie column alone, or never."""
    points = [[300, 200], [300, 200]]
    assert facts(shaken(points, rubric(500, 500))) == ([1, 1], [1, 1], [200, 200], 200)
    assert facts(shaken(points, rubric(500, 500), ties=[np.array([1, 2])])) == ([2, 1], [2, 1], [200, 200], 200)


def test_nobody_falls_below_nothing():
    """Two units whose penalties exceed their points share the last place under every weight."""
    of = rubric(50, 90, penalty=np.array([False, True]))
    assert facts(shaken([[10, 80], [10, 90], [50, 0]], of)) == ([2, 2, 1], [2, 2, 1], [200] * 3, 200)


def test_who_has_no_place_is_not_safe():
    """Having none in every run is nothing to keep."""
    points = np.array([[5], [4]])
    told = perturbed(points, points > 0, rubric(9), np.zeros(2, int), np.array([False, True]), seed="", runs=3)
    assert facts(told) == ([0, 1], [0, 1], [3, 3], 3)
    assert safe(told).tolist() == [False, True]


def test_weights_stay_within_the_spread():
    """Whole thousandths, both bounds are reached, and they are the same on every machine."""
    drawn = stability._weights("2024", 5000, 3, 10)
    assert (drawn.min(), drawn.max()) == (900, 1100)
    assert abs(np.corrcoef(drawn.T) - np.eye(3)).max() < 0.05
    assert stability._weights("2024", 2, 3, 10).tolist() == [[1009, 946, 995], [921, 1017, 932]]


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch):
    """One run at a time gives what all at once give."""
    points = np.random.default_rng(1).integers(0, 50, (30, 5)).tolist()
    whole = shaken(points, FULL)
    monkeypatch.setattr(stability, "_CELLS", 1)
    assert facts(shaken(points, FULL)) == facts(whole)
    monkeypatch.setattr(stability, "_PRODUCT", 30 * 7)
    assert facts(shaken(points, FULL)) == facts(whole)
    assert len(set(facts(whole)[2])) > 1


@pytest.mark.parametrize("wrong", [{"spread": -1}, {"spread": 101}, {"runs": 0}])
def test_what_cannot_be_asked_is_refused(wrong: dict[str, int]):
    """A spread is a percentage, and there must be runs."""
    with pytest.raises(CampaignError, match="spread"):
        shaken([[1]], rubric(1), **wrong)


def test_points_that_cannot_be_weighed_exactly_are_refused():
    """What a float64 would round is never ranked."""
    with pytest.raises(CampaignError, match="exactly"):
        shaken([[2**43]], rubric(2**43))
    with pytest.raises(CampaignError, match="exactly"):
        shaken([[2**62, 2**62]], rubric(2**62, 2**62))
    assert shaken([[2**42], [2**42 - 1]], rubric(2**42), spread=0).lowest.tolist() == [1, 2]


def test_nobody_to_place():
    """No unit is no place."""
    empty = np.zeros((0, 1), np.int64)
    told = perturbed(empty, empty > 0, rubric(1), empty[:, 0], empty[:, 0] > 0, seed="x", runs=5)
    assert facts(told) == ([], [], [], 5)


TABLES = st.integers(1, 7).flatmap(
    lambda units: st.tuples(
        st.lists(st.tuples(*[st.integers(0, 60)] * 4, st.just(0)), min_size=units, max_size=units),
        st.lists(st.tuples(st.booleans(), st.integers(0, 1), st.integers(0, 1)), min_size=units, max_size=units),
    )
)


def columns(table: Any) -> tuple[Ints, Bools, Ints, Bools, list[Ints]]:
    """Points, whether given, blocks, eligible, ties."""
    points = np.array(table[0])
    eligible, block, tie = np.array(table[1]).T
    return points, points % 7 > 0, block, eligible > 0, [tie]


@given(TABLES, st.text(max_size=5))
def test_without_a_spread_every_place_stays(table: Any, seed: str):
    """It is the one that the totals give, caps, bonus and penalties included."""
    points, has, block, eligible, ties = columns(table)
    real = places(totals(points, has, FULL).total, block, eligible, ties).place.tolist()
    told = perturbed(points, has, FULL, block, eligible, ties, seed=seed, runs=4, spread=0)
    assert facts(told) == (real, real, [4] * len(points), 4)


@given(TABLES, st.text(max_size=5))
def test_the_same_seed_gives_the_same(table: Any, seed: str):
    """Twice over, in any order of the units."""
    points, has, block, eligible, ties = columns(table)
    told = perturbed(points, has, FULL, block, eligible, ties, seed=seed, runs=9)
    assert facts(perturbed(points, has, FULL, block, eligible, ties, seed=seed, runs=9)) == facts(told)
    turned = perturbed(points[::-1], has[::-1], FULL, block[::-1], eligible[::-1], [ties[0][::-1]], seed=seed, runs=9)
    assert facts(turned)[:3] == tuple(one[::-1] for one in facts(told)[:3])


def test_another_seed_gives_others():
    """Its weights are others."""
    points = np.random.default_rng(1).integers(0, 50, (30, 5)).tolist()
    assert facts(shaken(points, FULL)) != facts(shaken(points, FULL, seed="2025"))


@given(TABLES)
def test_weighted_places_equal_those_by_hand(table: Any):
    """Run by run in Python's own integers; what a cap takes off keeps its weight."""
    points, has, block, eligible, ties = columns(table)
    told = perturbed(points, has, FULL, block, eligible, ties, seed="s", runs=12, spread=40)
    seen = [places(totals(points, has, FULL).total, block, eligible, ties).place]
    for weights in stability._weights("s", 12, 5, 40).tolist():
        total = [weighed([x if h else 0 for x, h in zip(*row, strict=True)], weights)
                 for row in zip(points.tolist(), has.tolist(), strict=True)]  # fmt: skip
        seen.append(places(np.array(total), block, eligible, ties).place)
    assert told.lowest.tolist() == np.max(seen, axis=0).tolist()
    assert told.highest.tolist() == np.min(seen, axis=0).tolist()
    assert told.same.tolist() == sum((one == seen[0]).astype(int) for one in seen[1:]).tolist()


def weighed(row: list[int], weights: list[int]) -> int:
    """A unit's total under the criteria of `FULL`."""
    a, b, c, d, _ = row
    base = [min(a, 50), min(b, 40), min(c, 30)]
    inner = max(base[0] + base[1] - 60, 0)
    outer = max(sum(base) - inner - 80, 0)
    added = [base[0], base[1] + min(max(b - 40, 0), 10), base[2], -min(d, 20)]
    return max(sum(x * w for x, w in zip(added, weights, strict=False)) - 1000 * (inner + outer), 0)


# ── Without one scorer ──────────────────────────────────────────────────────────────────────────────────────────────


def left_out(marks: list[tuple[int, int, int, int]], units: int, of: Rubric, **more: Any) -> Stability:
    """One stage only, one block, everybody eligible."""
    shape = 1, units, len(of.keys)
    layers = Layers(np.zeros(shape, np.int64), np.zeros(shape, bool), 0)
    table = np.array(marks, np.int64).reshape(-1, 4).T
    return without_each_scorer(Marks(*table), layers, of, np.zeros(units, int), np.ones(units, bool), **more)


def test_one_scorer_can_decide():
    """Without 7, unit 0 falls behind; without 8 it stays; 9 scored unit 1 alone, which then has nothing."""
    told = left_out([(7, 0, 0, 900), (8, 0, 0, 500), (9, 1, 0, 600)], 2, rubric(1000))
    assert facts(told) == ([2, 2], [1, 1], [2, 2], 3)


def test_a_later_stage_stands_over_every_scorer():
    """What the secretary set does not move with the scorers; else a score that is gone uncovers the stage before."""
    marks = Marks(*np.array([[7, 0, 0, 900], [7, 1, 0, 100]]).T)
    points = np.array([[[300], [400]], [[0], [0]], [[0], [0]]])
    has = np.array([[[True], [True]], [[False], [False]], [[False], [False]]])
    block, everybody = np.zeros(2, int), np.ones(2, bool)
    told = without_each_scorer(marks, Layers(points, has, 1), rubric(1000), block, everybody)
    assert facts(told) == ([2, 2], [1, 1], [0, 0], 1)
    points[2], has[2] = [[500], [600]], True
    told = without_each_scorer(marks, Layers(points, has, 1), rubric(1000), block, everybody)
    assert facts(told) == ([2, 1], [2, 1], [1, 1], 1)
    assert safe(told).all()


def test_one_scorer_can_disqualify():
    """Without that scorer the unit has a place, and the other one loses the first."""
    of = rubric(1000, 0, disqualifies=np.array([False, True]))
    told = left_out([(1, 0, 0, 900), (1, 1, 0, 800), (2, 0, 1, 1)], 2, of)
    assert facts(told) == ([1, 2], [1, 1], [1, 1], 2)
    assert safe(told).tolist() == [False, False]


def test_votes_part_ties_as_declared():
    """Two equal units, whichever scorer is left out."""
    marks = [(scorer, unit, 0, 500) for scorer in (1, 2) for unit in (0, 1)]
    assert left_out(marks, 2, rubric(1000), ties=["votes"]).lowest.tolist() == [1, 1]
    told = left_out(marks, 2, rubric(1000), ties=["votes"], votes=np.array([3, 4]))
    assert facts(told) == ([2, 1], [2, 1], [2, 2], 2)


def test_no_scorer_is_no_run():
    """The real places are all there is."""
    assert facts(left_out([], 2, rubric(10))) == ([1, 1], [1, 1], [0, 0], 0)


@st.composite
def crossings(draw: st.DrawFn) -> tuple[dict[tuple[int, int, int], int], Layers, Any]:
    """Marks by scorer, unit and criterion; the stages; units' blocks, whether they may be placed, and their votes."""
    units, stages = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    at = st.tuples(st.sampled_from([3, 40, -5]), st.integers(0, units - 1), st.integers(0, 4))
    marks = draw(st.dictionaries(at, st.integers(0, 60), max_size=14))
    dice = np.random.default_rng(draw(st.integers(0, 2**32)))
    has = dice.random((stages, units, 5)) < 0.3
    has[:, :, 4] = False
    layers = Layers(dice.integers(0, 60, has.shape), has, draw(st.integers(0, stages - 1)))
    one = st.tuples(st.integers(0, 1), st.sampled_from([1, 1, 1, 0]), st.integers(0, 2))
    return marks, layers, draw(st.lists(one, min_size=units, max_size=units))


TIES = ["criterion:b", "base", "votes"]


def anew(marks: dict[tuple[int, int, int], int], layers: Layers, units: Any) -> Ints:
    """The places from the marks on, with the functions that a board is made with."""
    block, may, votes = np.array(units).T
    scorers = sorted({scorer for scorer, _, _ in marks})
    points = np.zeros((len(scorers), *layers.points.shape[1:]), np.int64)
    has = np.zeros(points.shape, bool)
    for (scorer, unit, criterion), told in marks.items():
        at = scorers.index(scorer), unit, criterion
        points[at], has[at] = told, True
    all_points, all_has = layers.points.copy(), layers.given.copy()
    all_points[layers.cross], all_has[layers.cross], _ = mean_of_scorers(points, has)
    kept, known, _, _ = last_given(all_points, all_has)
    summed = totals(kept, known, FULL)
    ties = tie_columns(TIES, kept, known, summed, FULL, votes)
    return places(summed.total, block, (may > 0) & ~summed.disqualified, ties).place


@pytest.mark.parametrize("cells", [1, 50, 2**18])
@given(crossings())
def test_leaving_out_equals_starting_anew(cells: int, crossing: Any):
    """For each scorer, with its marks taken away and everything else as it was; however many at a time."""
    marks, layers, units = crossing
    table = np.array([(*at, told) for at, told in marks.items()], np.int64).reshape(-1, 4).T
    block, may, votes = np.array(units).T
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stability, "_CELLS", cells)
        told = without_each_scorer(Marks(*table), layers, FULL, block, may > 0, TIES, votes=votes)
    scorers = {scorer for scorer, _, _ in marks}
    real = anew(marks, layers, units)
    runs = [anew({at: x for at, x in marks.items() if at[0] != who}, layers, units) for who in scorers]
    seen = np.array([real, *runs])
    assert told.runs == len(scorers)
    assert told.lowest.tolist() == seen.max(axis=0).tolist()
    assert told.highest.tolist() == [min((one for one in column if one), default=0) for column in seen.T.tolist()]
    assert told.same.tolist() == (seen[1:] == real).sum(axis=0).tolist()
