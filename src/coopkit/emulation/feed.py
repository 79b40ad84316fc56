"""Criteria fed by metrics: the value of each unit in the campaign's period, and the points its rule gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from attrs import frozen

from coopkit.campaign import Criterion, Definition
from coopkit.emulation.entrants import Block, entrants
from coopkit.emulation.rules import rule_points
from coopkit.errors import CampaignError
from coopkit.metrics import AnyMetric, Derived, Evaluation, How, Metric, Ratio, Unavailable, parts_of
from coopkit.metrics.dimensions import DIMENSIONS
from coopkit.metrics.engine import evaluate
from coopkit.quantity import Quantity, exact, format_quantity
from coopkit.regulation import Regulation
from coopkit.scope import narrowed
from coopkit.snapshot import Snapshot


@frozen
class Fed:
    """What the register gives one unit for one criterion: points in hundredths, the value as text, or why none.

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
        if key in found:
            return
        found[key] = metric
        for part in parts_of(metric) if isinstance(metric, Ratio | Derived) else ():
            add(part, criterion)

    for leaf in rules.leaves:
        if leaf.rule:
            add(leaf.rule.metric, leaf)
    return found


def by_unit(
    snapshot: Snapshot,
    rules: Definition,
    metrics: Mapping[str, AnyMetric],
    regulation: Regulation,
    criteria: Collection[str] | None = None,
) -> Evaluation:
    """The figures of each unit in the campaign's period, for every metric that a criterion (of `criteria`) names."""
    fed = [leaf.rule.metric for leaf in rules.leaves if leaf.rule and (criteria is None or leaf.key in criteria)]
    named = _named(fed, metrics)
    asked = [metric for key, metric in metrics.items() if key in named]
    return evaluate(asked, snapshot, [rules.span], by="unit", totals=False, regulation=regulation)


def _named(keys: Iterable[str], metrics: Mapping[str, AnyMetric]) -> set[str]:
    """The keys that are there; one that is gone with its plugin leaves its criteria open, and is told there."""
    found: set[str] = set()
    todo = list(keys)
    while todo:
        key = todo.pop()
        metric = metrics.get(key)
        if metric is not None and key not in found:
            found.add(key)
            todo += parts_of(metric) if isinstance(metric, Ratio | Derived) else ()
    return found


def feed(
    snapshot: Snapshot,
    rules: Definition,
    campaign: str,
    metrics: Mapping[str, AnyMetric],
    regulation: Regulation,
    criteria: Collection[str] | None = None,
) -> dict[str, dict[str, Fed]]:
    """What the register gives, by criterion and unit, for every criterion that has a rule, or those of `criteria`.

    A unit of which nothing was counted has 0; one outside the places of the plugin whose metric it is has none. A value
    that is unavailable gives no points: the criterion stays open.
    """
    fed = [
        (leaf, leaf.rule.metric) for leaf in rules.leaves if leaf.rule and (criteria is None or leaf.key in criteria)
    ]
    if not fed:
        return {}
    blocks = entrants(snapshot, rules, campaign, rules.span.end)
    evaluation = by_unit(snapshot, rules, metrics, regulation, criteria)
    return {leaf.key: _fed(leaf, metric, blocks, evaluation) for leaf, metric in fed}


def _fed(leaf: Criterion, metric: str, blocks: Iterable[Block], evaluation: Evaluation) -> dict[str, Fed]:
    found: dict[str, Fed] = {}
    told: dict[Quantity, str] = {}
    inside = _inside(metric, evaluation)
    for block in blocks:
        values = {unit: _value(metric, unit, evaluation, inside) for unit in block.units}
        known = {unit: Fraction(value.low) for unit, value in values.items() if isinstance(value, Quantity)}
        points = rule_points(leaf, known)
        for unit, value in values.items():
            if isinstance(value, Unavailable):
                found[unit] = Fed(None, "", value.reason)
            else:
                found[unit] = Fed(points[unit], told.get(value) or told.setdefault(value, format_quantity(value)))
    return found


def _inside(key: str, evaluation: Evaluation) -> Collection[str] | None:
    """The units in the places of the plugin whose metric it is; None where that counts the whole city."""
    metric = evaluation.metrics.get(key)
    if metric is None or metric.scope is None or not metric.scope.owners:
        return None
    own = narrowed(evaluation.snapshot, metric.scope.owners).table("cooperative")
    return frozenset(own.column("id").to_pylist())


def _value(
    key: str, unit: str, evaluation: Evaluation, inside: Collection[str] | None = None
) -> Quantity | Unavailable:
    [period] = evaluation.periods
    metric = evaluation.metrics.get(key)
    if metric is None:
        return Unavailable("", f"không còn chỉ tiêu {key} (the metric is gone)")
    if inside is not None and unit not in inside:
        return Unavailable(metric.plugin, f"ngoài địa bàn của tiện ích {metric.plugin} (outside the plugin's places)")
    cell = evaluation.cells.get((key, period, (unit,)))
    for told in (cell, evaluation.cells.get((key, period, None))):
        if told is not None and isinstance(told.value, Unavailable):
            return told.value
    figures = isinstance(metric, Metric) and metric.table == "year_figures" and metric.measure.how is How.TOTAL
    if figures and (cell is None or not cell.rows):  # what nobody has sent is not nothing
        return Unavailable(metric.plugin, "đơn vị chưa có số liệu năm (the unit has no yearly figures)")
    if cell is not None:
        return cell.value
    if isinstance(metric, Ratio):
        return Unavailable(metric.plugin, "mẫu số bằng 0 (the denominator is 0)")
    parts = [_value(part, unit, evaluation) for part in parts_of(metric)] if isinstance(metric, Derived) else []
    return next((part for part in parts if isinstance(part, Unavailable)), exact(0, metric.unit))
