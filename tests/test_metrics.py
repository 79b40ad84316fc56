"""Metrics over small registers: what is counted, what is not, and that a figure opens to just the rows it counted."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.cooperative import Cooperative, CooperativeKind, Membership
from coopkit.errors import MetricError, NotFound
from coopkit.event import OWN_KINDS, Event, Participation
from coopkit.group import Alliance
from coopkit.metrics import Flow, Metric, Ratio, RatioForm, Stock, Unavailable, distinct, total
from coopkit.metrics.engine import evaluate
from coopkit.metrics.own import OWN_METRICS
from coopkit.period import Period
from coopkit.place import shipped_index, shipped_places
from coopkit.quantity import PEOPLE, TURNS, UNITS, VND, between, exact, more_than
from coopkit.snapshot import Snapshot
from coopkit.text import Label

YEAR = Period.parse("2023")
TOPIC = Label("Thử", "Trial")
NAME = Label("Chỉ tiêu", "Figure")


def place(code):
    found = shipped_index().get(code, dt.date(2023, 12, 31))
    assert found is not None
    return found.id


def fair(code, day):
    return Event(id=code, code=code, kind="fair", name=f"Hội chợ {code}", start=day)


def turn(event, cooperative, **values):
    return Participation(id=f"{event}-{cooperative}", event=event, cooperative=cooperative, **values)


def cooperative(name, district="316"):
    return Cooperative(id=name, name=name, kind=CooperativeKind.COOPERATIVE, place=place(district))


def trial(key, unit, **more):
    """A metric that counts participations by the day their event began."""
    said = {"label": NAME, "topic": TOPIC, "table": "participation", "timing": Flow("event.start")}
    return Metric(key=key, unit=unit, **said, **more)


TURNS_AT_FAIRS = trial("trial.turns", TURNS, where=lambda row: row["event.kind"] == "fair")
UNITS_AT_FAIRS = trial(
    "trial.units", UNITS, where=lambda row: row["event.kind"] == "fair", measure=distinct("cooperative")
)


@pytest.fixture(scope="module")
def fairs():
    """Two fairs of 2023 and one of 2024; a cooperative of Vĩnh Bảo at all of them, one of Tiên Lãng at the first."""
    return Snapshot.of(
        [
            *shipped_places(),
            Alliance(id="a", name="Liên minh", place=place("31")),
            cooperative("a"),
            cooperative("b", "315"),
            fair("F1", dt.date(2023, 1, 1)),
            fair("F2", dt.date(2023, 12, 31)),
            fair("F3", dt.date(2024, 1, 1)),
            turn("F1", "a", people=2),
            turn("F1", "b", people=3),
            turn("F2", "a"),
            turn("F3", "a", people=9),
        ]
    )


def test_turns_are_rows_and_units_are_cooperatives(fairs):
    """A cooperative at two fairs is two turns and one unit; the first and last day of the year count."""
    evaluation = evaluate([TURNS_AT_FAIRS, UNITS_AT_FAIRS], fairs, [YEAR])
    assert evaluation.cell("trial.turns").value == exact(3, TURNS)
    assert evaluation.cell("trial.units").value == exact(2, UNITS)


def test_by_district(fairs):
    """Each of the 15 districts has its own figures, its own distinct count, and a nought where nothing happened."""
    evaluation = evaluate([TURNS_AT_FAIRS, UNITS_AT_FAIRS], fairs, [YEAR], by="place:district")
    for key, told in (("trial.turns", {"315": 1, "316": 2}), ("trial.units", {"315": 1, "316": 1})):
        figures = {cell.place: cell.value.low for cell in evaluation.places(key)}
        assert len(figures) == 15
        assert {place: figure for place, figure in figures.items() if figure} == told


def test_a_figure_opens_to_the_rows_it_counted(fairs):
    """The rows of a figure are those counted, with what they refer to beside them."""
    rows = TURNS_AT_FAIRS.records(fairs, YEAR)
    assert rows.column("id").to_pylist() == ["F1-a", "F1-b", "F2-a"]
    assert rows.column("event.name").to_pylist() == ["Hội chợ F1", "Hội chợ F1", "Hội chợ F2"]
    assert TURNS_AT_FAIRS.records(fairs, YEAR, "315").column("id").to_pylist() == ["F1-b"]


def test_a_total_skips_what_was_not_told(fairs):
    """A missing number is not a nought: it is left out of the sum, and the row still counts as a row."""
    people = trial("trial.people", PEOPLE, measure=total("people"))
    cell = evaluate([people], fairs, [YEAR]).cell("trial.people")
    assert (cell.value, cell.rows) == (exact(5, PEOPLE), 3)


def test_quantities_add_lows_and_highs():
    """Ranges add up end by end; one bound that is open opens the sum."""
    loans = [between(300, 500, VND), between(200, 200, VND)]
    amounts = trial("trial.amount", VND, measure=total("amount"))
    events = [fair(f"F{n}", dt.date(2023, 5, 1)) for n in range(3)]
    turns = [turn(f"F{n}", "a", amount=amount) for n, amount in enumerate(loans)]
    told = Snapshot.of([cooperative("a"), *events, *turns])
    assert evaluate([amounts], told, [YEAR]).cell("trial.amount").value == between(500, 700, VND)
    opened = Snapshot.of([cooperative("a"), *events, *turns, turn("F2", "a", amount=more_than(100, VND))])
    assert evaluate([amounts], opened, [YEAR]).cell("trial.amount").value == more_than(600, VND)


@pytest.mark.parametrize(
    ("joined", "left", "counts"),
    [
        (dt.date(2023, 12, 31), None, True),
        (dt.date(2024, 1, 1), None, False),
        (dt.date(2020, 1, 1), dt.date(2023, 12, 31), False),
        (dt.date(2020, 1, 1), dt.date(2024, 1, 1), True),
    ],
)
def test_stock_is_taken_on_the_last_day(joined, left, counts):
    """A member that joins on the last day counts; one that leaves on it no longer does."""
    snapshot = Snapshot.of([cooperative("a"), Membership(id="m", cooperative="a", joined=joined, left=left)])
    members = evaluate(OWN_METRICS, snapshot, [YEAR]).cell("members.total")
    assert members.value == exact(int(counts), UNITS)


def test_a_failing_metric_is_unavailable_and_alone(fairs):
    """A metric that raises, reads a column that is not there, or returns no expression takes nobody with it."""

    def raises(_):
        raise ZeroDivisionError("thử")

    wheres = {"raises": raises, "column": lambda row: row["nothing"] == 1, "number": lambda _: 1}
    broken = [trial(f"trial.{name}", TURNS, where=where, plugin="hỏng") for name, where in wheres.items()]
    evaluation = evaluate([TURNS_AT_FAIRS, *broken], fairs, [YEAR])
    assert evaluation.cell("trial.turns").value == exact(3, TURNS)
    for metric in broken:
        value = evaluation.cell(metric.key).value
        assert isinstance(value, Unavailable)
        assert value.plugin == "hỏng"
    assert "thử" in str(evaluation.cell("trial.raises").value)


def test_a_sum_past_64_bits_is_unavailable():
    """Engines wrap silently at the edge of int64; the figure says so instead."""
    edge = between(2**62, 2**62, VND)
    metric = trial("trial.edge", VND, measure=total("amount"))
    turns = [turn("F1", name, amount=edge) for name in "abc"]
    snapshot = Snapshot.of([fair("F1", dt.date(2023, 1, 1)), *map(cooperative, "abc"), *turns])
    assert isinstance(evaluate([metric], snapshot, [YEAR]).cell("trial.edge").value, Unavailable)


def test_ratio_carries_its_parts(fairs):
    """A ratio is divided once and keeps what it was divided from; over nought it is unavailable."""
    parts = {"label": NAME, "unit": UNITS, "topic": TOPIC, "form": RatioForm.AVERAGE}
    average = Ratio(key="trial.average", numerator="trial.turns", denominator="trial.units", **parts)
    evaluation = evaluate([TURNS_AT_FAIRS, UNITS_AT_FAIRS, average], fairs, [YEAR, Period.parse("2020")])
    cell = evaluation.cell("trial.average", YEAR)
    assert cell.value.low * 2 == 3
    assert (cell.numerator, cell.denominator) == (exact(3, TURNS), exact(2, UNITS))
    assert isinstance(evaluation.cell("trial.average", Period.parse("2020")).value, Unavailable)


def test_a_ratio_without_its_metric_is_unavailable(fairs):
    """A ratio whose denominator nobody offers says which is missing."""
    alone = Ratio(key="trial.x", label=NAME, unit=UNITS, topic=TOPIC, numerator="trial.turns", denominator="no.where")
    value = evaluate([TURNS_AT_FAIRS, alone], fairs, [YEAR]).cell("trial.x").value
    assert "no.where" in str(value)


def test_what_cannot_be_asked(fairs):
    """A wrong `by`, a level the map does not have, and a metric nobody offers are told apart."""
    with pytest.raises(MetricError, match="place:district"):
        evaluate([TURNS_AT_FAIRS], fairs, [YEAR], by="colour")
    with pytest.raises(NotFound, match="district"):
        evaluate([TURNS_AT_FAIRS], fairs, [YEAR], by="place:galaxy")
    with pytest.raises(NotFound, match=r"trial\.turns"):
        evaluate([TURNS_AT_FAIRS], fairs, [YEAR]).cell("no.such")
    with pytest.raises(MetricError, match=r"fairs\.turns"):
        Metric(key="Fairs", label=NAME, unit=TURNS, topic=TOPIC, table="event", timing=Flow("start"))


def test_loans_count_by_the_day_their_paperwork_was_completed():
    """A file that came in before the year and was completed in it counts; one only approved in it does not."""
    kind = next(kind for kind in OWN_KINDS if kind.key == "loan_support")

    def file(code, **dates):
        details = kind.details(dates)
        return Event(id=code, code=code, kind="loan_support", name=code, start=dt.date(2022, 12, 1), details=details)

    snapshot = Snapshot.of(
        [
            kind.stored(),
            cooperative("a"),
            file("V1", paperwork_completed=dt.date(2023, 1, 5)),
            file("V2", paperwork_completed=dt.date(2022, 12, 30), approved=dt.date(2023, 2, 1)),
            file("V3"),
            *(turn(code, "a") for code in ("V1", "V2", "V3")),
        ]
    )
    evaluation = evaluate(OWN_METRICS, snapshot, [YEAR])
    assert evaluation.cell("loans.turns").value.low == 1


def test_own_metrics_count_nothing_in_an_empty_register():
    """In an empty register every figure is nought or, for a ratio, unavailable; none fails."""
    evaluation = evaluate(OWN_METRICS, Snapshot.of([kind.stored() for kind in OWN_KINDS]), [YEAR])
    for metric in OWN_METRICS:
        value = evaluation.cell(metric.key).value
        assert isinstance(value, Unavailable) if isinstance(metric, Ratio) else value.low == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=30, unique_by=lambda t: t[:2]))
def test_figures_agree_with_plain_counting(turns):
    """Turns, units and opened rows agree with counting by hand, whatever took part in whatever."""
    events = [fair(f"F{n}", dt.date(2023 if n % 2 else 2022, 6, 1)) for n in range(6)]
    rows = [turn(f"F{event}", "abcd"[coop]) for event, coop, _ in turns]
    snapshot = Snapshot.of([*events, *map(cooperative, "abcd"), *rows])
    counted = [(event, coop) for event, coop, _ in turns if event % 2]
    evaluation = evaluate([TURNS_AT_FAIRS, UNITS_AT_FAIRS], snapshot, [YEAR])
    assert evaluation.cell("trial.turns").value.low == len(counted)
    assert evaluation.cell("trial.units").value.low == len({coop for _, coop in counted})
    assert TURNS_AT_FAIRS.records(snapshot, YEAR).num_rows == len(counted)


def test_timings_say_what_they_are():
    """A stock's last day counts unless it is the first day out."""
    assert Stock("a", "b").until_is_last
