"""A metric's value becomes points by the criterion's rule; what is not known leaves the criterion open, and never 0."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.campaign import Criterion, Definition, Pledge, Points, Rule, RuleKind
from coopkit.cooperative import Cooperative, CooperativeKind, YearFigures
from coopkit.emulation import Fed, feed, needed, rule_points, rule_words
from coopkit.errors import CampaignError
from coopkit.event import OWN_KINDS, Event, Participation
from coopkit.group import Group, GroupKind, GroupMembership, GroupRole
from coopkit.metrics import AnyMetric, Derived, Flow, Metric, Ratio, rows
from coopkit.metrics.own import OWN_METRICS
from coopkit.quantity import TURNS, Quantity, more_than
from coopkit.regulation import shipped_regulation
from coopkit.snapshot import Snapshot
from coopkit.text import Label

NAME = Label("x", "x")


def leaf(how: str, *, maximum: int = 1000, step: int = 50, **more: Any) -> Criterion:
    """A criterion of 10 points in halves that a metric feeds, unless told."""
    nodes = tuple((Fraction(value), Points(points)) for value, points in more.pop("nodes", ()))
    places = tuple(Points(one) for one in more.pop("places", ()))
    target = Fraction(more["target"]) if "target" in more else None
    return Criterion("1", NAME, Points(maximum), Points(step), rule=Rule("m.n", RuleKind(how), target, nodes, places))


def points_of(criterion: Criterion, *values: int | str | Fraction) -> list[int]:
    """The points of units that have these values, in their order."""
    given_points = rule_points(criterion, {f"u{n}": Fraction(value) for n, value in enumerate(values)})
    return [given_points[f"u{n}"] for n in range(len(values))]


# ── Each kind of rule ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (0, 0), (1, 250), (3, 750), (4, 1000),
        (5, 1000), (400, 1000),  # the maximum is the most
        (-1, 0), ("-1/9", 0),  # a loss takes nothing off
        ("1/10", 0), ("1/5", 50), ("19/100", 0),  # 0.25, 0.5 and 0.475 points
        ("3999/1000", 950),  # nearly is not quite
    ],
)  # fmt: skip
def test_a_ratio_is_the_share_of_the_target(value: int | str, points: int):
    """At most the maximum, never below 0, rounded down to the step."""
    assert points_of(leaf("ratio", target=4), value) == [points]


@pytest.mark.parametrize(
    ("maximum", "step", "target", "value", "points"),
    [(1000, 100, 3, 2, 600), (1000, 5, 3, 2, 665), (1000, 1, 3, 2, 666), (700, 350, 2, 1, 350), (700, 700, 2, 1, 0)],
)
def test_what_is_not_reached_is_not_given(maximum: int, step: int, target: int, value: int, points: int):
    """Two thirds of ten are six in whole points, 6.65 in twentieths: down, never to the nearest."""
    assert points_of(leaf("ratio", maximum=maximum, step=step, target=target), value) == [points]


LINE = leaf("linear", nodes=[(10, 200), (20, 400), (40, 1000)])


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (-5, 200), (0, 200), (10, 200),  # flat before the first
        (15, 300), (20, 400), (30, 700), (35, 850), ("12.4", 200), ("12.5", 250),
        (40, 1000), (4000, 1000),  # and after the last
    ],
)  # fmt: skip
def test_a_line_joins_the_nodes(value: int | str, points: int):
    """Before, on, between and after them."""
    assert points_of(LINE, value) == [points]


def test_a_line_may_fall_and_may_be_one_point():
    """Fewer accidents are better; one node gives the same to all."""
    assert points_of(leaf("linear", nodes=[(0, 1000), (4, 0)]), 0, 1, 2, 9) == [1000, 750, 500, 0]
    assert points_of(leaf("linear", nodes=[(3, 500)]), 0, 3, 9) == [500, 500, 500]


@pytest.mark.parametrize(
    ("value", "points"),
    [(0, 0), ("999/1000", 0), (1, 300), ("1999/1000", 300), (2, 500), (99, 500), (-1, 0)],
)
def test_a_step_is_reached_or_not(value: int | str, points: int):
    """At the threshold, and just below it."""
    assert points_of(leaf("steps", nodes=[(1, 300), (2, 500)]), value) == [points]


def test_steps_may_fall():
    """Each counts from its value on: the last one reached, not the one that gives most."""
    assert points_of(leaf("steps", nodes=[(0, 1000), (1, 500), (3, 0)]), 0, 1, 2, 3, 7) == [1000, 500, 500, 0, 0]


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([5, 9, 7], [600, 1000, 800]),
        ([9, 9, 7], [1000, 1000, 600]),  # two share the first place, the second is skipped
        ([9, 7, 7, 5], [1000, 800, 800, 0]),
        ([9, 8, 7, 6], [1000, 800, 600, 0]),  # no points after the last place
        ([9, 0, 0], [1000, 0, 0]),  # 0 is no place, whatever is left
        ([0, 0, 0], [0, 0, 0]),
        (["-1", "-2", "1/3"], [0, 0, 1000]),
        ([], []),
    ],
)
def test_a_rank_is_the_place_in_the_block(values: list[int | str], points: list[int]):
    """Equal values share a place, and those after them skip; who has nothing has no place."""
    assert points_of(leaf("rank", places=[1000, 800, 600]), *values) == points


@pytest.mark.parametrize(
    ("target", "value", "points"),
    [
        (None, 1, 1000), (None, "999/1000", 0), (None, 0, 0), (None, 7, 1000),
        (3, 3, 1000), (3, 2, 0), ("1/2", "1/2", 1000), (0, 0, 1000), (0, -1, 0),
    ],
)  # fmt: skip
def test_yes_or_no(target: int | str | None, value: int | str, points: int):
    """The maximum from the target on, 1 unless told; a target of 0 is told."""
    criterion = leaf("yes_no") if target is None else leaf("yes_no", target=target)
    assert points_of(criterion, value) == [points]


def test_what_people_score_has_no_points_of_its_own():
    """A criterion without a rule."""
    assert rule_points(Criterion("1", NAME, Points(1000)), {"a": Fraction(5)}) == {}


# ── What holds of every rule ────────────────────────────────────────────────────────────────────────────────────────

VALUES = st.fractions(-20, 200, max_denominator=12)


@st.composite
def leaves(draw: st.DrawFn, *, rising: bool = False) -> Criterion:
    """A criterion with a rule of any kind; with points that rise with the value, if asked."""
    step = draw(st.sampled_from([1, 5, 50, 100]))
    maximum = step * draw(st.integers(1, 30))
    how = draw(st.sampled_from(list(RuleKind)))
    given_points = draw(st.lists(st.integers(0, maximum), min_size=1, max_size=4))
    values = draw(st.lists(VALUES, min_size=len(given_points), max_size=len(given_points), unique=True))
    target = draw(st.fractions(Fraction(1, 9), 50, max_denominator=9))
    nodes = zip(sorted(values), sorted(given_points) if rising else given_points, strict=True)
    places = sorted(given_points, reverse=True) if rising else given_points
    return leaf(how.value, maximum=maximum, step=step, target=target, nodes=list(nodes), places=places)


@given(leaves(), st.lists(VALUES, max_size=8))
def test_points_lie_within_the_maximum_in_whole_steps(criterion: Criterion, values: list[Fraction]):
    """Whatever the rule and the values."""
    for points in points_of(criterion, *values):
        assert 0 <= points <= criterion.maximum
        assert points % criterion.step == 0


@given(leaves(rising=True), st.lists(VALUES, min_size=2, max_size=8))
def test_who_has_more_has_no_fewer_points(criterion: Criterion, values: list[Fraction]):
    """Where the rule's own points rise; who has the same has the same."""
    by_value = sorted(zip(values, points_of(criterion, *values), strict=True))
    for (less, few), (more, many) in pairwise(by_value):
        assert few <= many
        assert less < more or few == many


@given(leaves(), st.lists(VALUES, min_size=1, max_size=6))
def test_only_a_rank_looks_at_the_others(criterion: Criterion, values: list[Fraction]):
    """By every other rule a unit alone has the points that it has among others."""
    alone = [points_of(criterion, value)[0] for value in values]
    assert criterion.rule is not None
    if criterion.rule.how is not RuleKind.RANK:
        assert points_of(criterion, *values) == alone


# ── In words ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("criterion", "vi", "en"),
    [
        (leaf("ratio", target=4), "m.n / 4 × 10 điểm", "m.n / 4 × 10 points"),
        (leaf("yes_no"), "m.n từ 1: 10 điểm", "m.n from 1: 10 points"),
        (leaf("yes_no", target=0), "m.n từ 0: 10 điểm", "m.n from 0: 10 points"),
        (leaf("steps", nodes=[(0, 50), (2, 500)]),
         "m.n từ 0: 0,5 điểm; từ 2: 5 điểm", "m.n from 0: 0.5 points; from 2: 5 points"),
        (leaf("linear", nodes=[(0, 0), (10, 1000)]),
         "m.n đạt 0: 0 điểm; đạt 10: 10 điểm", "m.n at 0: 0 points; at 10: 10 points"),
        (leaf("rank", places=[1000, 850]),
         "m.n hạng 1: 10 điểm; hạng 2: 8,5 điểm", "m.n place 1: 10 points; place 2: 8.5 points"),
        (Criterion("1", NAME, Points(500), bonus=Points(150)), "chấm từ 0 đến 5 + 1,5", "0 to 5 + 1.5"),
        (Criterion("1", NAME, Points(500), penalty=True), "trừ đến 5", "up to 5 off"),
        (Criterion("1", NAME, disqualifies=True), "vi phạm thì bị loại", "disqualifies where it is found"),
    ],
)  # fmt: skip
def test_a_rule_is_told_as_it_counts(criterion: Criterion, vi: str, en: str):
    """With its own numbers, 0 among them."""
    assert rule_words(criterion) == Label(vi, en)


# ── Fed from the register ───────────────────────────────────────────────────────────────────────────────────────────

OWN: dict[str, AnyMetric] = {metric.key: metric for metric in OWN_METRICS}
UNITS = ("a", "b", "c", "z")
REGISTER: list[Any] = [
    *(kind.stored() for kind in OWN_KINDS),
    Group("k", GroupKind.BLOCK, "Khối 1"),
    Group("l", GroupKind.BLOCK, "Khối 2"),
    *(Cooperative(unit, f"HTX {unit}", CooperativeKind.COOPERATIVE) for unit in UNITS),
    *(GroupMembership(f"m{unit}", "l" if unit == "z" else "k", unit, GroupRole.MEMBER) for unit in UNITS),
    *(Pledge(f"p{unit}", "p", unit, dt.date(2024, 1, 10)) for unit in UNITS),
    Event("f", "1", "fair", "Hội chợ", dt.date(2024, 5, 1)),
    Event("g", "2", "fair", "Hội chợ", dt.date(2023, 5, 1)),
    Participation("t1", "f", "a"),
    Participation("t2", "f", "a"),
    Participation("t3", "f", "z"),
    Participation("t4", "g", "b"),  # of another year
    YearFigures("ya", "a", "2024-HTX", revenue=500),
    YearFigures("yb", "b", "2024-HTX", revenue=900, workers=0),
    YearFigures("yz", "z", "2024-HTX", revenue=100),
]


def rules(metric: str, how: str = "yes_no", **more: Any) -> Definition:
    """A campaign of one criterion that this metric feeds."""
    criterion = {"key": "1", "name": "x", "maximum": 10, "rule": {"metric": metric, "how": how, **more}}
    return Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20", "criteria": [criterion]})


def fed_by(
    definition: Definition, *more: AnyMetric, gone: Iterable[str] = (), records: Iterable[Any] = ()
) -> dict[str, Fed]:
    """What each unit gets, with these metrics beside coopkit's own but those that are gone."""
    metrics = {key: metric for key, metric in OWN.items() if key not in gone} | {one.key: one for one in more}
    snapshot = Snapshot.of([*REGISTER, *records])
    return feed(snapshot, definition, "p", metrics, shipped_regulation())["1"]


def told(fed: dict[str, Fed]) -> dict[str, int | None]:
    return {unit: one.points for unit, one in fed.items()}


def test_a_unit_of_which_nothing_was_counted_has_0():
    """It was at no fair of the year: 0, and the value says so; each unit alone, in the campaign's period alone."""
    fed = fed_by(rules("fairs.turns", "ratio", target=4))
    assert told(fed) == {"a": 500, "b": 0, "c": 0, "z": 200}
    assert (fed["a"].value, fed["b"].value, fed["b"].why) == ("2 lượt", "0 lượt", "")


def test_a_rank_is_that_within_the_block():
    """Two in the first block have figures, the third sent none and is open; one alone in the second is first there."""
    fed = fed_by(rules("figures.revenue", "rank", places=[10, 8]))
    assert told(fed) == {"a": 800, "b": 1000, "c": None, "z": 1000}
    assert "chưa có số liệu năm" in fed["c"].why


def test_only_who_signed_the_pledge_is_fed():
    """For this campaign."""
    stranger = [
        Cooperative("d", "HTX d", CooperativeKind.COOPERATIVE),
        GroupMembership("md", "k", "d", GroupRole.MEMBER),
        Pledge("pd", "another", "d", dt.date(2024, 1, 10)),
        Participation("td", "f", "d"),
    ]
    assert set(fed_by(rules("fairs.turns"), records=stranger)) == set(UNITS)


def test_a_ratio_without_a_denominator_is_open_and_never_0():
    """Nobody reported figures of c: it has no average, and so no points, nor a place among those that have."""
    fed = fed_by(rules("figures.average_revenue", "rank", places=[10, 8, 6]))
    assert told(fed) == {"a": 800, "b": 1000, "c": None, "z": 1000}
    assert (fed["c"].value, fed["c"].why) == ("", "mẫu số bằng 0 (the denominator is 0)")
    assert "đồng" in fed["a"].value


def test_nor_where_nobody_has_one():
    """Also in a year of which the register holds nothing."""
    empty = Definition.of({**rules("figures.average_revenue").declaration, "period": "2022"})
    assert set(told(fed_by(empty)).values()) == {None}
    assert {one.why for one in fed_by(empty).values()} == {"mẫu số bằng 0 (the denominator is 0)"}


PER_WORKER = Ratio(
    key="x.per_worker", label=NAME, unit=TURNS, topic=NAME, numerator="fairs.turns", denominator="figures.workers"
)
BROKEN = Metric(
    key="x.broken", label=NAME, unit=TURNS, topic=NAME, table="participation", timing=Flow("event.start"),
    where=lambda row: row["no_such_column"] == 1, measure=rows(), plugin="x",
)  # fmt: skip


def both(one: Quantity, other: Quantity) -> Quantity:
    return one + other


def derived(*of: str, **more: Any) -> Derived:
    return Derived(**{"key": "x.both", "label": NAME, "unit": TURNS, "topic": NAME, "of": of, "how": both, **more})


def test_a_ratio_over_two_tables_is_open_where_its_denominator_is_0():
    """A reported 0, and what was not reported at all."""
    fed = fed_by(rules("x.per_worker"), PER_WORKER)
    assert set(told(fed).values()) == {None}
    workers = [YearFigures("yc", "c", "2024-HTX", workers=4)]
    fed = fed_by(rules("x.per_worker"), PER_WORKER, records=workers)
    assert told(fed) == {"a": None, "b": None, "c": 0, "z": None}


def test_a_metric_that_fails_leaves_every_unit_open():
    """Those with rows and those without, alone and beside a metric that works; with what went wrong."""
    for beside in ([], [PER_WORKER]):
        fed = fed_by(rules("x.broken"), BROKEN, *beside)
        assert told(fed) == dict.fromkeys(UNITS)
        assert all("no_such_column" in one.why for one in fed.values())


def test_a_metric_made_of_one_that_fails_is_open_too():
    """A sum with nothing in it would be 0."""
    fed = fed_by(rules("x.both"), BROKEN, derived("fairs.turns", "x.broken"))
    assert told(fed) == dict.fromkeys(UNITS)


def test_a_derived_metric_is_0_where_its_parts_are_and_open_where_one_is():
    """Of which nothing was counted; or whose average nobody can tell."""
    assert told(fed_by(rules("x.both"), derived("fairs.turns", "loans.turns"))) == {
        "a": 1000,
        "b": 0,
        "c": 0,
        "z": 1000,
    }
    average = derived("x.per_worker", "fairs.turns")
    assert told(fed_by(rules("x.both"), PER_WORKER, average)) == dict.fromkeys(UNITS)


def test_a_metric_that_is_gone_with_its_plugin_is_open_and_says_so():
    """The metric itself, or a part of it; the other criteria count on."""
    fed = fed_by(rules("fairs.turns"), gone=["fairs.turns"])
    assert told(fed) == dict.fromkeys(UNITS)
    assert {one.why for one in fed.values()} == {"không còn chỉ tiêu fairs.turns (the metric is gone)"}
    fed = fed_by(rules("figures.average_revenue"), gone=["figures.reporting"])
    assert told(fed) == dict.fromkeys(UNITS)
    assert all("figures.reporting" in one.why for one in fed.values())


# ── What is needed ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_campaign_needs_its_metrics_and_what_they_are_made_of():
    """Each once; one without rules needs none."""
    assert set(needed(rules("fairs.turns"), OWN)) == {"fairs.turns"}
    assert set(needed(rules("loans.average"), OWN)) == {"loans.average", "loans.amount", "loans.cooperatives"}
    assert needed(Definition.of({"name": "x", "period": "2024", "launched": "2023-12-20"}), OWN) == {}


@pytest.mark.parametrize(
    ("metric", "gone", "said"),
    [
        ("fairs.turn", "", "tiêu chí 1: không có chỉ tiêu 'fairs.turn'"),
        ("loans.average", "loans.amount", "tiêu chí 1: không có chỉ tiêu 'loans.amount'"),
        ("fairs.held", "", "tiêu chí 1: chỉ tiêu 'fairs.held' không tính được cho từng đơn vị"),
        ("meetings.districts", "", "tiêu chí 1: chỉ tiêu 'meetings.districts_covered' không tính được"),
    ],
)
def test_a_metric_that_cannot_serve_is_named(metric: str, gone: str, said: str):
    """One there is not, one that is of no unit: its events are the alliance's; also as a part of another."""
    metrics = {key: one for key, one in OWN.items() if key != gone}
    with pytest.raises(CampaignError, match=said):
        needed(rules(metric), metrics)


def test_a_metric_made_of_itself_ends():
    """It is found once, and open when it is counted."""
    circle = derived("x.both", "fairs.turns")
    assert set(needed(rules("x.both"), {**OWN, "x.both": circle})) == {"x.both", "fairs.turns"}
    assert told(fed_by(rules("x.both"), circle)) == dict.fromkeys(UNITS)


def test_a_value_that_is_a_bound_counts_from_below():
    """More than 4 is at least 4: what is sure."""
    bound = derived("fairs.turns", how=lambda one: more_than(one.low * 2, TURNS))
    fed = fed_by(rules("x.both", "ratio", target=8), bound)
    assert (fed["a"].points, fed["a"].value) == (500, "hơn 4 lượt")
