"""The same metrics on Spark: every figure agrees with Polars to the digit. A few cases, each a batch of many."""

import pytest
from attrs import evolve
from tests.test_metrics_engines import EDGE, METRICS, YEARS, metric, register

from coopkit.metrics import Unavailable, distinct, total
from coopkit.metrics.engine import evaluate
from coopkit.metrics.engines import Spark
from coopkit.quantity import PEOPLE, UNITS, VND, between, exact, more_than

# PySpark leaves sockets to the collector and warns of the pandas it would like; neither is ours to mend.
pytestmark = [pytest.mark.needs("java"), pytest.mark.filterwarnings("ignore")]

TURNS = [
    (0, 0, None, None),
    (1, 0, 3, between(500, 700, VND)),
    (1, 1, 0, evolve(more_than(500, VND), about=True)),
    (2, 2, 12, None),
    (3, 3, 7, exact(1, VND)),
    (3, 3, None, evolve(between(2**40, 2**40 + 5, VND), about=True)),
    (3, 0, 5, None),
]
MORE = (
    metric("ties", UNITS, measure=distinct("people")),
    metric("none", PEOPLE, measure=total("people"), where=lambda row: row["event.kind"] == "no such kind"),
    metric("text", where=lambda row: row["event.name"].str.contains("x") & ~row["people"].is_null()),
)


@pytest.fixture(scope="module")
def spark():
    """A Spark of two threads in a process of its own."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("coopkit").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield Spark(session)
    session.stop()


@pytest.mark.parametrize("by", ["", "place:district", "sector", ("place:district", "kind")])
def test_spark_agrees_with_polars(spark, by):
    """Nulls, empty groups, ties, ranges, and rows without a place; one period and several."""
    snapshot = register(TURNS)
    for periods in (YEARS, YEARS[1:]):
        asked = {"by": by, "totals": not by}
        polars, other = (
            evaluate((*METRICS, *MORE), snapshot, periods, engine=one, **asked) for one in ("polars", spark)
        )
        assert other.cells == polars.cells


def test_a_sum_near_64_bits_is_exact_or_an_error_value(spark):
    """Spark raises where a sum leaves 64 bits; it is never asked for one that could."""
    for last in (4, 6):
        amounts = [exact(EDGE - 5, VND), exact(last, VND)]
        snapshot = register([(3, n, 1, amount) for n, amount in enumerate(amounts)])
        cells = [evaluate(METRICS, snapshot, YEARS[1:], engine=one).cell("trial.money") for one in ("polars", spark)]
        assert cells[0] == cells[1]
        assert isinstance(cells[1].value, Unavailable) is (last == 6)


def test_a_condition_is_true_or_false(spark):
    """Spark takes no number for a condition either."""
    number = metric("number", where=lambda row: row["people"])
    evaluation = evaluate([METRICS[0], number], register(TURNS), YEARS[1:], engine=spark)
    assert "phải trả về điều kiện" in str(evaluation.cell("trial.number").value)
    assert evaluation.cell("trial.turns").value == exact(4, METRICS[0].unit)
