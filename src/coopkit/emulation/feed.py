"""Criteria fed by metrics: the value of each unit in the campaign's period, and the points that the rule gives for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import frozen

from coopkit.campaign import Criterion, Definition
from coopkit.emulation.entrants import Block, entrants
from coopkit.emulation.rules import rule_points
from coopkit.errors import CampaignError
from coopkit.metrics import AnyMetric, Derived, Evaluation, Metric, Ratio, Unavailable, parts_of
from coopkit.metrics.dimensions import DIMENSIONS
from coopkit.metrics.engine import evaluate
from coopkit.quantity import Quantity, exact, format_quantity
from coopkit.regulation import Regulation
from coopkit.snapshot import Snapshot


@frozen
class Fed:
    """What the register gives one unit for one criterion: points in hundredths, the value as text, or why there is none.

    >>> Fed(None, "", "chưa có số liệu").points is None
    True
    """

    points: int | None
    value: str
    why: str = ""


def needed(rules: Definition, metrics: Mapping[str, AnyMetric]) -> dict[str, AnyMetric]:
    """The metrics that the criteria name, with those they are made of.

    Raises `CampaignError` for one that there is not, or that cannot be told for each unit.
    """
    found: dict[str, AnyMetric] = {}

    def add(key: str, criterion: Criterion) -> None:
        metric = metrics.get(key)
        if metric is None:
            raise CampaignError(f"tiêu chí {criterion.key}: không có chỉ tiêu {key!r} (no such metric)")
        if isinstance(metric, Metric) and DIMENSIONS["unit"].column(metric.table) is None:
            raise CampaignError(
                f"tiêu chí {criterion.key}: chỉ tiêu {key!r} không tính được cho từng đơn vị "
                "(the metric cannot be told for each unit: choose one that counts participations or yearly figures)"
            )
        found[key] = metric
        for part in parts_of(metric) if isinstance(metric, Ratio | Derived) else ():
            add(part, criterion)

    for leaf in rules.leaves:
        if leaf.rule:
            add(leaf.rule.metric, leaf)
    return found


def by_unit(
    snapshot: Snapshot, rules: Definition, metrics: Mapping[str, AnyMetric], regulation: Regulation
) -> Evaluation:
    """The figures of each unit in the campaign's period, for every metric that a criterion names."""
    asked = {key: metrics[key] for key in metrics if key in _named(rules, metrics)}
    return evaluate(asked.values(), snapshot, [rules.span], by="unit", totals=False, regulation=regulation)


def _named(rules: Definition, metrics: Mapping[str, AnyMetric]) -> set[str]:
    """The keys that are there; one that is gone with its plugin leaves its criteria open, and is told there."""
    found: set[str] = set()
    todo = [leaf.rule.metric for leaf in rules.leaves if leaf.rule]
    while todo:
        key = todo.pop()
        metric = metrics.get(key)
        if metric is not None and key not in found:
            found.add(key)
            todo += parts_of(metric) if isinstance(metric, Ratio | Derived) else ()
    return found


def feed(
    snapshot: Snapshot, rules: Definition, campaign: str, metrics: Mapping[str, AnyMetric], regulation: Regulation
) -> dict[str, dict[str, Fed]]:
    """What the register gives, by criterion and unit, for every criterion that has a rule.

    A unit of which nothing was counted has 0. A value that is unavailable gives no points: the criterion stays open.
    """
    blocks = entrants(snapshot, rules, campaign, rules.span.end)
    evaluation = by_unit(snapshot, rules, metrics, regulation)
    return {leaf.key: _fed(leaf, blocks, evaluation) for leaf in rules.leaves if leaf.rule}


def _fed(leaf: Criterion, blocks: Iterable[Block], evaluation: Evaluation) -> dict[str, Fed]:
    found: dict[str, Fed] = {}
    for block in blocks:
        values = {unit: _value(leaf, unit, evaluation) for unit in block.units}
        known = {unit: Fraction(value.low) for unit, value in values.items() if isinstance(value, Quantity)}
        points = rule_points(leaf, known)
        for unit, value in values.items():
            if isinstance(value, Unavailable):
                found[unit] = Fed(None, "", value.reason)
            else:
                found[unit] = Fed(points[unit], format_quantity(value))
    return found


def _value(leaf: Criterion, unit: str, evaluation: Evaluation) -> Quantity | Unavailable:
    assert leaf.rule is not None  # noqa: S101 - asked for a criterion that has one
    key, [period] = leaf.rule.metric, evaluation.periods
    metric = evaluation.metrics.get(key)
    if metric is None:
        return Unavailable("", f"không còn chỉ tiêu {key} (the metric is gone)")
    whole = evaluation.cells.get((key, period, None))
    cell = evaluation.cells.get((key, period, (unit,)))
    if cell is not None:
        return cell.value
    if whole is not None and isinstance(whole.value, Unavailable):
        return whole.value
    if isinstance(metric, Ratio):
        return Unavailable(metric.plugin, "mẫu số bằng 0 (the denominator is 0)")
    return exact(0, metric.unit)
