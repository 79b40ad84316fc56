"""A criterion fed by a district's metric: units elsewhere have no value and stay rated; a bonus alone can be fed."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from coopkit.campaign import Criterion, Definition, Pledge, Points, Rule, RuleKind
from coopkit.cooperative import Cooperative, CooperativeKind
from coopkit.emulation import board_of, feed, rule_points, rule_words
from coopkit.errors import CampaignError
from coopkit.event import OWN_KINDS, Event, Participation
from coopkit.group import Group, GroupKind, GroupMembership, GroupRole
from coopkit.metrics import AnyMetric, Derived, Flow, Metric, Ratio, RatioForm, distinct
from coopkit.place import shipped
from coopkit.quantity import TURNS
from coopkit.regulation import shipped_regulation
from coopkit.scope import Owner, Scope
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label

NAME = Label("x", "x")
PLACES = {"in": "316@1900-01-01", "idle": "316@1900-01-01", "out": "311@1900-01-01", "nowhere": None}
SCOPE = Scope("vinhbao", (Owner("316", dt.date(2023, 12, 31)),), frozenset(TABLES))
REGISTER: list[Any] = [
    *shipped().places,
    *shipped().acts,
    *shipped().successions,
    *(kind.stored() for kind in OWN_KINDS),
    Group("k", GroupKind.BLOCK, "Khối"),
    *(Cooperative(unit, f"HTX {unit}", CooperativeKind.COOPERATIVE, place=place) for unit, place in PLACES.items()),
    *(GroupMembership(f"m{unit}", "k", unit, GroupRole.MEMBER) for unit in PLACES),
    *(Pledge(f"p{unit}", "p", unit, dt.date(2024, 1, 10)) for unit in PLACES),
    Event("f", "1", "fair", "Hội chợ", dt.date(2024, 5, 1)),
    *(Participation(f"t{unit}", "f", unit) for unit in ("in", "out", "nowhere")),
]
TURNS_THERE = Metric(
    key="vinhbao.turns",
    label=NAME,
    unit=TURNS,
    topic=NAME,
    table="participation",
    timing=Flow("event.start"),
    plugin="vinhbao",
    scope=SCOPE,
)
OUTSIDE = "ngoài địa bàn của tiện ích vinhbao (outside the plugin's places)"


def rules(**criterion: Any) -> Definition:
    """A campaign that everybody is scored in, and a criterion that the district's metric feeds."""
    whole = {"key": "1", "name": "Hội chợ", "maximum": 10, "rule": {"metric": "all.turns", "how": "yes_no"}}
    fed = {"key": "2", "name": "Riêng", "rule": {"metric": "vinhbao.turns", "how": "yes_no"}, **criterion}
    stages = [{"key": "self", "kind": "self", "name": "Tự chấm"}]
    told = {"name": "Thử", "period": "2024", "launched": "2023-12-20", "criteria": [whole, fed], "stages": stages}
    return Definition.of(told)


def metrics(*more: AnyMetric) -> dict[str, AnyMetric]:
    """The turns of the whole city, those of the district, and more."""
    everywhere = evolve(TURNS_THERE, key="all.turns", plugin="coopkit", scope=None)
    return {one.key: one for one in (everywhere, TURNS_THERE, *more)}


def test_units_outside_have_no_value():
    """Inside, nothing counted is 0; outside, and where nobody knows whether it lies inside, there is no value."""
    fed = feed(Snapshot.of(REGISTER), rules(bonus=2), "p", metrics(), shipped_regulation())["2"]
    assert {unit: (one.points, one.value, one.why) for unit, one in fed.items()} == {
        "in": (200, "1 lượt", ""),
        "idle": (0, "0 lượt", ""),
        "out": (None, "", OUTSIDE),
        "nowhere": (None, "", OUTSIDE),
    }


@pytest.mark.parametrize(
    "made",
    [
        Derived(key="vinhbao.twice", label=NAME, unit=TURNS, topic=NAME, of=("vinhbao.turns",), how=lambda n: n + n),
        Ratio(
            key="vinhbao.twice",
            label=NAME,
            unit=TURNS,
            topic=NAME,
            numerator="vinhbao.turns",
            denominator="vinhbao.units",
            form=RatioForm.AVERAGE,
        ),
    ],
)
def test_what_is_made_of_figures_has_none_outside_either(made: AnyMetric):
    """A ratio and a derived metric of the plugin belong to its places as its counts do."""
    own = evolve(made, plugin="vinhbao", scope=SCOPE)
    units = evolve(TURNS_THERE, key="vinhbao.units", measure=distinct("cooperative"))
    asked = rules(bonus=2, rule={"metric": "vinhbao.twice", "how": "yes_no"})
    fed = feed(Snapshot.of(REGISTER), asked, "p", metrics(own, units), shipped_regulation())["2"]
    assert {unit: one.why for unit, one in fed.items() if one.points is None and unit != "idle"} == {
        "out": OUTSIDE,
        "nowhere": OUTSIDE,
    }
    assert fed["in"].points == 200


def test_a_plugin_of_the_whole_city_feeds_everybody():
    """Without owners a plugin's metric is counted for every unit."""
    whole = evolve(TURNS_THERE, scope=evolve(SCOPE, owners=()))
    fed = feed(Snapshot.of(REGISTER), rules(bonus=2), "p", metrics() | {whole.key: whole}, shipped_regulation())["2"]
    assert {unit: one.points for unit, one in fed.items()} == {"in": 200, "idle": 0, "out": 200, "nowhere": 200}


def test_who_is_outside_stays_rated():
    """A bonus of one district opens no criterion elsewhere: everybody has a place, and only it has the bonus."""
    board = board_of(Snapshot.of(REGISTER), rules(bonus=2), "p", ["self"], metrics(), shipped_regulation())
    told = {line.unit: (line.total, line.bonus, line.open, line.place) for line in board.lines}
    assert told == {
        "in": (1200, 200, (), 1),
        "out": (1000, 0, (), 2),
        "nowhere": (1000, 0, (), 2),
        "idle": (0, 0, (), 4),
    }


def test_a_counted_criterion_is_open_outside():
    """Points that everybody must have are never 0 by themselves: for the other districts people score them."""
    board = board_of(Snapshot.of(REGISTER), rules(maximum=5), "p", ["self"], metrics(), shipped_regulation())
    assert {line.unit: line.open for line in board.lines} == {"in": (), "idle": (), "out": ("2",), "nowhere": ("2",)}


# ── A bonus alone ───────────────────────────────────────────────────────────────────────────────────────────────────


def bonus(how: RuleKind, **more: Any) -> Criterion:
    """A mere bonus of three points in halves."""
    return Criterion("b", NAME, bonus=Points(300), step=Points(50), rule=Rule("m.n", how, **more))


@pytest.mark.parametrize(
    ("criterion", "points"),
    [
        (bonus(RuleKind.RATIO, target=Fraction(2)), [0, 150, 300, 300]),
        (bonus(RuleKind.YES_NO), [0, 300, 300, 300]),
        (bonus(RuleKind.STEPS, nodes=((Fraction(1), Points(100)), (Fraction(3), Points(300)))), [0, 100, 100, 300]),
        (bonus(RuleKind.RANK, places=(Points(300), Points(100))), [0, 0, 100, 300]),
    ],
)
def test_a_rule_gives_a_mere_bonus(criterion: Criterion, points: list[int]):
    """Where there is no maximum, the bonus is the most that the rule gives, at values from 0 to 3."""
    given = rule_points(criterion, {str(value): Fraction(value) for value in range(4)})
    assert list(given.values()) == points


def test_a_maximum_keeps_its_rule_within_it():
    """A criterion with a maximum and a bonus is fed up to the maximum: the bonus above it is for people to give."""
    both = evolve(bonus(RuleKind.YES_NO), maximum=Points(500))
    assert rule_points(both, {"u": Fraction(9)}) == {"u": 500}
    assert (rule_words(both).vi, rule_words(bonus(RuleKind.YES_NO)).vi) == ("m.n từ 1: 5 điểm", "m.n từ 1: 3 điểm")


def test_nodes_of_a_bonus_lie_within_it():
    """A rule may give a mere bonus all its points, and no more."""
    asked = {"metric": "m.n", "how": "steps", "nodes": [[1, 2]]}
    assert rules(bonus=2, rule=asked).leaf("2").by_rule == 200
    with pytest.raises(CampaignError, match="0–2"):
        rules(bonus=2, rule={**asked, "nodes": [[1, "2,5"]]})
