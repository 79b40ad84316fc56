"""What a metric's value gives in points, by the criterion's rule."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from coopkit.campaign import Criterion, Rule, RuleKind


def rule_points(criterion: Criterion, values: Mapping[str, Fraction]) -> dict[str, int]:
    """The points, in hundredths, of every unit for one criterion; `values` are those of one block, by unit.

    Points are rounded down to the criterion's step: what is not reached is not given.

    >>> from coopkit.campaign import Points
    >>> from coopkit.text import Label
    >>> rule = Rule("m.n", RuleKind.RATIO, Fraction(4))
    >>> half = Criterion("1", Label("Họp", "Meetings"), Points(750), Points(50), rule=rule)
    >>> rule_points(half, {"a": Fraction(3), "b": Fraction(9)})
    {'a': 550, 'b': 750}
    """
    rule = criterion.rule
    if rule is None:
        return {}
    if rule.how is RuleKind.RANK:
        exact: Mapping[str, Fraction] = _by_place(rule, values)
    else:
        exact = {unit: _one(rule, criterion.by_rule, value) for unit, value in values.items()}
    return {unit: _stepped(points, criterion) for unit, points in exact.items()}


def _one(rule: Rule, maximum: int, value: Fraction) -> Fraction:
    if rule.how is RuleKind.RATIO:
        assert rule.target is not None  # noqa: S101 - a definition without it cannot be
        return maximum * max(Fraction(0), min(Fraction(1), value / rule.target))
    if rule.how is RuleKind.YES_NO:
        return Fraction(maximum if value >= (1 if rule.target is None else rule.target) else 0)
    if rule.how is RuleKind.STEPS:
        return Fraction(next((points for least, points in reversed(rule.nodes) if value >= least), 0))
    return _on_lines(rule, value)


def _on_lines(rule: Rule, value: Fraction) -> Fraction:
    """The point of the broken line through the nodes; flat before the first and after the last."""
    before = rule.nodes[0]
    if value <= before[0]:
        return Fraction(before[1])
    for node in rule.nodes[1:]:
        if value <= node[0]:
            share = (value - before[0]) / (node[0] - before[0])
            return before[1] + share * (node[1] - before[1])
        before = node
    return Fraction(before[1])


def _by_place(rule: Rule, values: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The points of each unit's place among the values; equal values share one, and the places after them skip."""
    ordered = sorted(values.values(), reverse=True)
    place = {value: ordered.index(value) for value in set(ordered)}
    given = rule.places
    return {
        unit: Fraction(given[place[value]] if place[value] < len(given) and value > 0 else 0)
        for unit, value in values.items()
    }


def _stepped(points: Fraction, criterion: Criterion) -> int:
    return int(points // criterion.step) * criterion.step
