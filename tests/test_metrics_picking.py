"""A figure opens to the rows it counted and to those it did not, each with why."""

from __future__ import annotations

import datetime as dt
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.access import Actor
from coopkit.cooperative import Cooperative, CooperativeKind, Membership
from coopkit.demo import load_demo
from coopkit.errors import MetricError
from coopkit.event import OWN_KINDS, Event, Participation
from coopkit.metrics import At, Flow, LeftOut, Metric, rows
from coopkit.metrics.engine import evaluate
from coopkit.metrics.own import OWN_METRICS
from coopkit.metrics.picking import pick_apart
from coopkit.period import Period
from coopkit.place import shipped
from coopkit.quantity import TURNS
from coopkit.registry import Registry
from coopkit.report import left_out_of, make_report
from coopkit.snapshot import Snapshot
from coopkit.text import Label
from coopkit.workspace import Workspace

YEAR = Period.parse("2023")
OWN = {metric.key: metric for metric in OWN_METRICS}
KIND = CooperativeKind.COOPERATIVE
RECORDS = [
    *(kind.stored() for kind in OWN_KINDS),
    *shipped().places,
    *shipped().successions,
    Cooperative("a", "HTX A", KIND, place="305@1900-01-01"),
    Cooperative("b", "HTX B", KIND, place="316@1900-01-01"),
    Event("f23", "1", "fair", "Hội chợ", dt.date(2023, 5, 1)),
    Event("f22", "2", "fair", "Hội chợ", dt.date(2022, 5, 1)),
    Event("t23", "3", "training", "Lớp", dt.date(2023, 6, 1)),
    Participation("p1", "f23", "a"),
    Participation("p2", "f23", "b"),
    Participation("p3", "f22", "a"),
    Participation("p4", "t23", "a"),
    Participation("p5", "f23", "a", 2),
    Membership("m1", "a", dt.date(2020, 1, 1)),
    Membership("m2", "b", dt.date(2020, 1, 1), dt.date(2022, 1, 1)),
]
SNAPSHOT = Snapshot.of(RECORDS)


def reasons(key: str, at: At | str | None = None) -> dict[str, str]:
    """Why each row was left out, by its id."""
    table = OWN[key].left_out(SNAPSHOT, YEAR, at)  # type: ignore[union-attr]
    return dict(zip(table.column("id").to_pylist(), table.column("left_out").to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("key", "at", "found"),
    [
        ("fairs.turns", None, {"p3": "period", "p4": "condition"}),
        ("fairs.cooperatives", None, {"p3": "period", "p4": "condition", "p5": "duplicate"}),
        ("fairs.turns", "316", {"p1": "elsewhere", "p3": "period", "p4": "condition", "p5": "elsewhere"}),
        ("members.total", None, {"m2": "not_in_force"}),
        ("members.total", At("", dt.date(2025, 7, 1), "commune"), {"m2": "not_in_force"}),
    ],
)
def test_each_row_left_out_says_why(key: str, at: At | str | None, found: dict[str, str]):
    """Another day, another kind, another place, counted once already, not a member that day."""
    assert reasons(key, at) == found


def test_reasons_are_told_in_both_languages():
    """The first column of what a reader sees."""
    source = left_out_of(OWN["fairs.turns"], SNAPSHOT, YEAR)  # type: ignore[arg-type]
    assert [row[0] for row in source.rows] == ["Ngoài kỳ", "Không thuộc loại mà chỉ tiêu đếm"]
    english = left_out_of(OWN["fairs.turns"], SNAPSHOT, YEAR, lang="en")  # type: ignore[arg-type]
    assert english.rows[0][0] == "Outside the period"


def test_a_metric_that_fails_is_named():
    """With its plugin."""
    broken = Metric(
        key="x.y", label=Label("x", "x"), unit=TURNS, topic=Label("x", "x"), table="participation",
        timing=Flow("event.start"), where=lambda row: row["no_such"] == 1, measure=rows(), plugin="x",
    )  # fmt: skip
    with pytest.raises(MetricError, match="no_such"):
        broken.left_out(SNAPSHOT, YEAR)


@pytest.fixture(scope="module")
def city():
    """The whole example, as a Snapshot."""
    with (
        TemporaryDirectory() as folder,
        Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load()) as office,
    ):
        desk = office.as_(Actor.office("an"))
        load_demo(desk)
        yield desk.snapshot()


@pytest.mark.parametrize("by", ["", "sector", "kind", "block", "place:district", ("place:district", "sector")])
def test_every_cell_opens(city: Snapshot, by: str | tuple[str, ...]):
    """To as many rows as it counted, whatever it is grouped by; what it is made of opens as well."""
    evaluation = evaluate(OWN_METRICS, city, [YEAR], by=by)
    cells = [cell for cell in evaluation.cells.values() if bool(cell.at) is bool(by)]
    for cell in cells[:: max(1, len(cells) // 40)]:
        opened = evaluation.records(cell)
        assert set(opened) == {one.key for one in evaluation.counted(cell.metric)}
        first = next(iter(opened.values()))
        assert cell.state == "unavailable" or first.counted.num_rows == cell.rows, cell
        assert None not in first.others.column("left_out").to_pylist()


def test_the_version_in_force_is_opened_and_named():
    """A year before the law changed opens to what counted then, and its figure carries that version."""
    said = {"label": Label("x", "x"), "unit": TURNS, "topic": Label("x", "x"), "table": "participation"}
    old = Metric(key="x.y", timing=Flow("event.start"), **said)
    new = Metric(
        key="x.y", timing=Flow("event.start"), where=lambda row: row["people"] > 1, version=2,
        since=dt.date(2023, 1, 1), before=old, **said,
    )  # fmt: skip
    years = [Period.parse("2022"), YEAR]
    evaluation = evaluate([new], SNAPSHOT, years)
    opened = [evaluation.records(evaluation.cell("x.y", year))["x.y"].counted.num_rows for year in years]
    assert opened == [new.records(SNAPSHOT, year).num_rows for year in years] == [1, 1]
    [figure] = make_report(
        evaluate([new], SNAPSHOT, years[:1]), title=Label("x", "x"), organisation="", date=YEAR.end
    ).figures
    assert figure.version == 1


TURN = st.tuples(st.sampled_from(["f23", "f22", "t23"]), st.sampled_from(["a", "b"]), st.integers(1, 5))


@given(st.lists(TURN, max_size=12), st.sampled_from(["fairs.turns", "fairs.cooperatives"]))
def test_every_row_is_counted_or_left_out(turns: list[tuple[str, str, int]], key: str):
    """None is forgotten; only one that was counted already stands on both sides."""
    held = [Participation(f"t{n}", *turn) for n, turn in enumerate(turns)]
    snapshot = Snapshot.of([*(one for one in RECORDS if not isinstance(one, Participation)), *held])
    metric = OWN[key]
    picked = pick_apart(snapshot, metric, YEAR)  # type: ignore[arg-type]
    counted = set(picked.counted.column("id").to_pylist())
    others = dict(zip(*(picked.others.column(name).to_pylist() for name in ("id", "left_out")), strict=True))
    assert counted | others.keys() == {one.id for one in held}
    assert {of for of, why in others.items() if why == LeftOut.DUPLICATE} == counted & others.keys()
    assert counted == set(metric.records(snapshot, YEAR).column("id").to_pylist())  # type: ignore[union-attr]
    if key == "fairs.cooperatives":
        assert len(counted - others.keys()) == len(set(picked.counted.column("cooperative").to_pylist()))
