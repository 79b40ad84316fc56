"""Metrics: what one is, the engine that counts them in one pass a table, and coopkit's own."""

from coopkit.metrics.evaluation import Cell, Evaluation, parts_of
from coopkit.metrics.metric import AnyMetric, Derived, Metric, Ratio, RatioForm, Unavailable
from coopkit.metrics.parts import At, Flow, How, LeftOut, Measure, Row, Stock, distinct, rows, total

__all__ = [
    "AnyMetric",
    "At",
    "Cell",
    "Derived",
    "Evaluation",
    "Flow",
    "How",
    "LeftOut",
    "Measure",
    "Metric",
    "Ratio",
    "RatioForm",
    "Row",
    "Stock",
    "Unavailable",
    "distinct",
    "parts_of",
    "rows",
    "total",
]
