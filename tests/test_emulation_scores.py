"""Points become totals: the mean of the scorers, the stage that counts, caps inside out, bonus above the maximum."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coopkit.campaign import Criterion, Definition, Points
from coopkit.emulation.scores import Group, Rubric, Totals, half_up, last_given, mean_of_scorers, totals
from coopkit.text import Label

NAME = Label("x", "x")
DEFINITION = Definition.of(
    {
        "name": "Thử", "period": "2024", "launched": "2023-12-20", "maximum": 100,
        "criteria": [
            {"key": "I", "name": "Phát triển", "maximum": 60, "criteria": [
                {"key": "I.1", "name": "Nhóm", "maximum": 40, "criteria": [
                    {"key": "a", "name": "a", "maximum": 30}, {"key": "b", "name": "b", "maximum": 10}]},
                {"key": "c", "name": "c", "maximum": 20}]},
            {"key": "d", "name": "d", "maximum": 40, "bonus": 10},
            {"key": "p", "name": "Trừ", "maximum": 5, "penalty": True},
            {"key": "x", "name": "Loại", "disqualifies": True}],
    }
)  # fmt: skip
RUBRIC = Rubric.of(DEFINITION)


def criterion(key: str, *, maximum: int = 0, bonus: int = 0, **more: Any) -> Criterion:
    return Criterion(key, NAME, maximum=Points(maximum), bonus=Points(bonus), **more)


def rubric_of(*criteria: Criterion) -> Rubric:
    """The rubric of criteria that no definition allows: their caps are below what the criteria add up to."""
    leaves = tuple(leaf for one in criteria for leaf in one.leaves())
    return Rubric.of(cast("Definition", SimpleNamespace(criteria=criteria, leaves=leaves)))


def total_of(rubric: Rubric, **points: int) -> Totals:
    """The totals of one unit that was given these points."""
    row = np.array([[points.get(key, 0) for key in rubric.keys]])
    return totals(row, np.array([[key in points for key in rubric.keys]]), rubric)


# ── Columns ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_definition_becomes_columns():
    """Leaf by leaf; its groups stand from the innermost outwards, each with the range of its leaves."""
    assert RUBRIC.keys == ("a", "b", "c", "d", "p", "x")
    assert RUBRIC.maximum.tolist() == [3000, 1000, 2000, 4000, 500, 0]
    assert RUBRIC.bonus.tolist() == [0, 0, 0, 1000, 0, 0]
    assert RUBRIC.penalty.tolist() == [False, False, False, False, True, False]
    assert RUBRIC.disqualifies.tolist() == [False, False, False, False, False, True]
    assert RUBRIC.groups == (Group("I.1", 4000, 0, 2), Group("I", 6000, 0, 3))


def test_no_cap_of_a_sound_definition_binds():
    """Its criteria add up to no more; where they do, the caps are worked out."""
    assert list(RUBRIC.binding) == []
    tight = rubric_of(criterion("g", maximum=150, criteria=(criterion("a", maximum=100), criterion("b", maximum=100))))
    assert [one.key for one in tight.binding] == ["g"]


# ── Totals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bonus_goes_above_the_maximum():
    """97 points and 10 of bonus are 107, as in a real table."""
    one = total_of(RUBRIC, a=2700, b=1000, c=2000, d=5000)
    assert (one.base.item(), one.bonus.item(), one.total.item()) == (9700, 1000, 10700)


def test_points_above_maximum_and_bonus_do_not_count():
    """Neither on top of a bonus, nor where there is none."""
    one = total_of(RUBRIC, c=9000, d=9000)
    assert (one.base.item(), one.bonus.item()) == (6000, 1000)


def test_a_penalty_is_taken_off():
    """Its own most is the most it takes; nobody falls below 0."""
    assert total_of(RUBRIC, a=3000, p=200).total.item() == 2800
    assert total_of(RUBRIC, a=3000, p=900).total.item() == 2500
    assert total_of(RUBRIC, a=100, p=500).total.item() == 0


def test_what_disqualifies_gives_no_points():
    """It is found with 1, and not found with 0."""
    found, clear = total_of(RUBRIC, a=3000, x=1), total_of(RUBRIC, a=3000, x=0)
    assert (found.disqualified.item(), found.total.item()) == (True, 3000)
    assert not clear.disqualified.item()


def test_open_leaves_are_counted():
    """0 is a score; penalties and what disqualifies need none. What is not given is nothing, whatever stands there."""
    assert total_of(RUBRIC).open.item() == 4
    assert total_of(RUBRIC, a=0, p=0).open.item() == 3
    hidden = totals(np.full((1, 6), 500), np.zeros((1, 6), bool), RUBRIC)
    assert (hidden.total.item(), hidden.disqualified.item()) == (0, False)


def test_caps_of_nested_groups_hold_inside_out():
    """The inner group is cut to 100 before the outer one, which is then cut from 180 to 150; a bonus stands above."""
    inner = criterion("i", maximum=100, criteria=(criterion("a", maximum=80), criterion("b", maximum=80, bonus=30)))
    outer = criterion("o", maximum=150, criteria=(inner, criterion("c", maximum=80)))
    rubric = rubric_of(outer, criterion("d", maximum=10))
    one = total_of(rubric, a=80, b=110, c=80, d=10)
    assert (one.base.item(), one.bonus.item(), one.total.item()) == (160, 30, 190)
    assert total_of(rubric, a=80, b=80, c=20, d=0).base.item() == 120
    assert total_of(rubric, a=10, b=20, c=80, d=5).base.item() == 115


# ── Scorers and stages ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("told", "mean"),
    [([700, 705], 703), ([700, 701, 701], 701), ([700, 700, 701], 700), ([0, 1], 1), ([None, 800], 800), ([None], 0)],
)
def test_mean_is_rounded_half_up(told: list[int | None], mean: int):
    """To whole hundredths, over those who gave something."""
    points = np.array([one or 0 for one in told]).reshape(-1, 1, 1)
    got, has, spread = mean_of_scorers(points, np.array([one is not None for one in told]).reshape(-1, 1, 1))
    known = [one for one in told if one is not None]
    assert (got.item(), has.item()) == (mean, bool(known))
    assert spread.item() == (max(known) - min(known) if known else 0)


def test_nobody_gives_nothing():
    """No scorer at all is no score."""
    points, has, spread = mean_of_scorers(np.zeros((0, 2, 1), np.int64), np.zeros((0, 2, 1), bool))
    assert (points.tolist(), has.tolist(), spread.tolist()) == ([[0], [0]], [[False], [False]], [[0], [0]])


def test_the_last_stage_counts():
    """The highest that has a score, cell by cell; what stands where none was given is not read."""
    points = np.array([[[500, 500, 9]], [[999, 400, 9]], [[999, 450, 9]]])
    has = np.array([[[True, True, False]], [[False, True, False]], [[False, True, False]]])
    kept, told, spread, stage = last_given(points, has)
    assert kept.tolist() == [[500, 450, 0]]
    assert told.tolist() == [[True, True, False]]
    assert spread.tolist() == [[0, 100, 0]]
    assert stage.tolist() == [[0, 2, -1]]


LAYERS = st.tuples(st.integers(0, 5), st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(arrays(np.int64, shape, elements=st.integers(0, 10**6)), arrays(np.bool_, shape))
)


@given(LAYERS)
def test_layers_equal_the_sums_by_hand(layers: tuple[Any, Any]):
    """Cell by cell in fractions."""
    points, has = layers
    mean, told, apart = mean_of_scorers(points, has)
    kept, known, spread, stage = last_given(points, has)
    for at in np.ndindex(points.shape[1:]):
        each = {k: int(points[k][at]) for k in range(len(points)) if has[k][at]}
        whole = floor(Fraction(sum(each.values()), len(each)) + Fraction(1, 2)) if each else 0
        wide = max(each.values()) - min(each.values()) if each else 0
        assert [mean[at], told[at], apart[at]] == [whole, bool(each), wide]
        assert [kept[at], known[at], spread[at]] == [each.get(max(each, default=-1), 0), bool(each), wide]
        assert stage[at] == max(each, default=-1)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**4))
def test_halves_go_up(total: int, count: int):
    """Of sums below 0 as well."""
    assert half_up(np.array([total]), np.array([count])).item() == floor(Fraction(total, count) + Fraction(1, 2))


# ── Against plain Python ────────────────────────────────────────────────────────────────────────────────────────────

SIZES = st.integers(0, 50)
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(dict, maximum=SIZES, bonus=SIZES),
    st.builds(dict, maximum=SIZES, bonus=SIZES, penalty=st.just(value=True)),
    st.builds(dict, maximum=SIZES, bonus=SIZES, penalty=st.booleans(), disqualifies=st.just(value=True)),
)
TREES = st.lists(
    st.recursive(
        LEAVES, lambda below: st.builds(dict, maximum=SIZES, criteria=st.lists(below, min_size=1, max_size=3))
    ),
    min_size=1,
    max_size=4,
)


def planted(trees: list[dict[str, Any]], above: str = "") -> tuple[Criterion, ...]:
    """Criteria of those trees, each with a key of its own."""
    keyed = {f"{above}{n}": tree for n, tree in enumerate(trees)}
    return tuple(
        criterion(key, **{**tree, "criteria": planted(tree.get("criteria", []), f"{key}.")})
        for key, tree in keyed.items()
    )


def base_by_hand(one: Criterion, points: dict[str, int]) -> int:
    if one.criteria:
        return min(sum(base_by_hand(below, points) for below in one.criteria), one.maximum)
    return 0 if one.penalty or one.disqualifies else min(points.get(one.key, 0), one.maximum)


@st.composite
def campaigns(draw: st.DrawFn) -> tuple[tuple[Criterion, ...], list[dict[str, int]]]:
    """Criteria, and some units' points by criterion."""
    criteria = planted(draw(TREES))
    keys = [leaf.key for one in criteria for leaf in one.leaves()]
    return criteria, draw(st.lists(st.dictionaries(st.sampled_from(keys), st.integers(0, 120)), min_size=1, max_size=4))


@given(campaigns())
def test_totals_equal_those_by_hand(campaign: tuple[tuple[Criterion, ...], list[dict[str, int]]]):
    """Whatever the tree: every part of every unit. Nobody has more than all maxima and bonuses together."""
    criteria, units = campaign
    rubric = rubric_of(*criteria)
    leaves = {leaf.key: leaf for one in criteria for leaf in one.leaves()}
    plain = {key: leaf for key, leaf in leaves.items() if not leaf.penalty and not leaf.disqualifies}
    rows = np.array([[unit.get(key, 7) for key in rubric.keys] for unit in units])
    got = totals(rows, np.array([[key in unit for key in rubric.keys] for unit in units]), rubric)
    for n, unit in enumerate(units):
        base = sum(base_by_hand(one, unit) for one in criteria)
        bonus = sum(min(max(unit.get(key, 0) - leaf.maximum, 0), leaf.bonus) for key, leaf in plain.items())
        taken = {key: leaf.most for key, leaf in leaves.items() if leaf.penalty and not leaf.disqualifies}
        penalty = sum(min(unit.get(key, 0), most) for key, most in taken.items())
        assert [got.base[n], got.bonus[n], got.penalty[n]] == [base, bonus, penalty]
        assert got.total[n] == max(0, base + bonus - penalty)
        assert got.total[n] <= sum(leaf.maximum + leaf.bonus for leaf in plain.values())
        assert got.disqualified[n] == any(unit.get(key, 0) > 0 for key, leaf in leaves.items() if leaf.disqualifies)
        assert got.open[n] == len(plain.keys() - unit.keys())


@given(st.lists(st.integers(0, 2**40), min_size=6, max_size=6))
def test_nobody_exceeds_the_maximum_and_bonus(points: list[int]):
    """100 points and 10 of bonus, whatever is written."""
    assert totals(np.array([points]), np.ones((1, 6), bool), RUBRIC).total.item() <= 11000
