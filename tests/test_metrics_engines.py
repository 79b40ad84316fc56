"""The engine's questions: engines that agree to the digit, several periods and dimensions, versions, tidy table."""

import datetime as dt

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from coopkit.cooperative import Cooperative, CooperativeKind, Membership, Sector
from coopkit.errors import MetricError
from coopkit.event import Event, EventKind, Participation
from coopkit.field import count, text
from coopkit.group import Alliance, Group, GroupKind, GroupMembership, GroupRole
from coopkit.metrics import Derived, Flow, Metric, Stock, Unavailable, distinct, total
from coopkit.metrics.engine import evaluate
from coopkit.metrics.evaluation import adds_up
from coopkit.period import Period
from coopkit.place import Place, shipped_index, shipped_places
from coopkit.quantity import PEOPLE, TURNS, UNITS, VND, Quantity, exact
from coopkit.snapshot import Snapshot
from coopkit.text import Label

NAME, TOPIC = Label("Chỉ tiêu", "Figure"), Label("Thử", "Trial")
YEARS = [Period.parse("2022"), Period.parse("2023")]
DISTRICTS = ("315", "316")
EDGE = 2**63 - 1


def metric(key, unit=TURNS, **more):
    said = {"label": NAME, "topic": TOPIC, "table": "participation", "timing": Flow("event.start")}
    return Metric(key=f"trial.{key}", unit=unit, **{**said, **more})


METRICS = (
    metric("turns"),
    metric("units", UNITS, measure=distinct("cooperative")),
    metric("people", PEOPLE, measure=total("people")),
    metric("money", VND, measure=total("amount")),
    metric("fairs", where=lambda row: row["event.kind"] == "fair"),
)


def place(code):
    found = shipped_index().get(code, dt.date(2023, 12, 31))
    return None if found is None else found.id


def register(turns):
    """Two districts, four cooperatives (one without a place), four events in two years, and these turns."""
    homes = {"a": "315", "b": "316", "c": "316", "d": ""}
    coops = [
        Cooperative(id=name, name=name, kind=CooperativeKind.COOPERATIVE, place=place(code), sector=sector)
        for (name, code), sector in zip(homes.items(), [Sector.AGRICULTURE, None, Sector.SERVICES, None], strict=True)
    ]
    events = [
        Event(
            id=f"E{n}", code=f"E{n}", name="x", kind="fair" if n % 2 else "training", start=dt.date(2022 + n // 2, 6, 1)
        )
        for n in range(4)
    ]
    rows = [
        Participation(id=f"{n}", event=f"E{event}", cooperative="abcd"[coop], people=people, amount=amount)
        for n, (event, coop, people, amount) in enumerate(turns)
    ]
    return Snapshot.of(
        [*shipped_places(), Alliance(id="l", name="Liên minh", place=place("31")), *coops, *events, *rows]
    )


amounts = st.none() | st.builds(
    lambda low, more, flag: Quantity(
        low, None if more is None else low + more, strict=flag and more is None, about=flag, unit=VND
    ),
    st.sampled_from([0, 1, 500, 2**62, EDGE - 5]),
    st.none() | st.integers(0, 5),
    st.booleans(),
)
turns = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.none() | st.sampled_from([0, 1, 7, 2**62, EDGE]), amounts),
    max_size=12,
)


def by_hand(snapshot, key, year, code):
    """The oracle: plain Python over the records."""
    coops = {one.id: one for one in snapshot.records(Cooperative)}
    events = {one.id: one for one in snapshot.records(Event)}
    rows = [
        row
        for row in snapshot.records(Participation)
        if events[row.event].start.year == year
        and (code is None or (coops[row.cooperative].place or "@").split("@")[0] == code)
        and (key != "fairs" or events[row.event].kind == "fair")
    ]
    if key in ("turns", "fairs"):
        return exact(len(rows), TURNS)
    if key == "units":
        return exact(len({row.cooperative for row in rows}), UNITS)
    if key == "people":
        whole = sum(row.people for row in rows if row.people is not None)
        return exact(whole, PEOPLE) if whole <= EDGE else None
    told = [row.amount for row in rows if row.amount is not None]
    low, high = sum(one.low for one in told), sum(one.high or 0 for one in told)
    if max(low, high) > EDGE:
        return None
    bound = None if any(one.high is None for one in told) else high
    return Quantity(low, bound, strict=any(one.strict for one in told), about=any(one.about for one in told), unit=VND)


@settings(max_examples=25)
@given(turns=turns)
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_engines_agree_with_plain_python(engine, turns):
    """Two years, the whole and each district: nulls, empty groups, open bounds and sums past 64 bits included."""
    snapshot = register(turns)
    evaluation = evaluate(METRICS, snapshot, YEARS, by="place:district", engine=engine)
    for one in METRICS:
        for period in YEARS:
            for code in (None, *DISTRICTS):
                value = evaluation.cell(one.key, period, *([code] if code else [])).value
                expected = by_hand(snapshot, one.key.removeprefix("trial."), period.year, code)
                assert isinstance(value, Unavailable) if expected is None else value == expected


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_parquet_scan_is_a_table_like_any_other(engine, tmp_path):
    """Participations that lie in a Parquet file give the same cells as those in memory."""
    snapshot = register([(0, 0, 1, None), (1, 1, 2, None), (3, 1, None, None), (3, 3, 4, None)])
    pq.write_table(snapshot.table("participation"), tmp_path / "p.parquet")
    lazy = snapshot.replace(participation=ds.dataset(tmp_path / "p.parquet"))
    found = [evaluate(METRICS, one, YEARS, by="place:district", engine=engine).table for one in (snapshot, lazy)]
    assert found[0].equals(found[1])


def test_rows_without_a_place_stand_in_a_row_of_their_own():
    """A turn of a cooperative without a place is in the whole and in the undecided row, and in no district."""
    evaluation = evaluate(METRICS, register([(2, 3, 5, None), (2, 0, 1, None)]), YEARS, by="place:district")
    cells = {cell.at: cell for cell in evaluation.places("trial.turns", YEARS[1])}
    assert (cells["",].value.low, cells["",].state) == (1, "undecided")
    assert sum(cell.value.low for cell in cells.values()) == evaluation.cell("trial.turns", YEARS[1]).value.low == 2


def test_completeness_counts_the_districts_that_told_something():
    """One of 15 districts has rows: the whole says 1/15, that district 1/1."""
    evaluation = evaluate(METRICS, register([(2, 1, 5, None), (3, 2, 1, None)]), [YEARS[1]], by="place:district")
    assert evaluation.cell("trial.turns").completeness == "1/15"
    assert evaluation.cell("trial.turns", YEARS[1], "316").completeness == "1/1"


def test_a_reused_code_is_not_the_old_place():
    """On a map where its place is no more, a record is undecided, though another place bears the code now."""
    day = dt.date(2024, 12, 31)
    city = Place.of("31", dt.date(1900, 1, 1), name="Hải Phòng", type="thành phố", level="province")
    said = {"type": "phường", "level": "commune", "parent": "31"}
    old = Place.of("11341", dt.date(1900, 1, 1), day, name="Lạc Viên", **said)
    new = Place.of("11341", dt.date(2025, 1, 1), name="Gia Viên", **said)
    unit = Cooperative(id="a", name="a", kind=CooperativeKind.COOPERATIVE, place=old.id)
    events = [fair for fair in register([]).records(Event) if fair.id == "E2"]
    turn = Participation(id="1", event="E2", cooperative="a")
    snapshot = Snapshot.of([city, old, new, Alliance(id="l", name="Liên minh", place=city.id), unit, *events, turn])
    for on_map, told in (
        (day, [("11341", 1, "exact")]),
        (dt.date(2025, 1, 1), [("11341", 0, "exact"), ("", 1, "undecided")]),
    ):
        evaluation = evaluate(METRICS, snapshot, [YEARS[1]], by="place:commune", on_map=on_map)
        assert [(one.place, one.value.low, one.state) for one in evaluation.places("trial.turns")] == told
        assert evaluation.cell("trial.turns").value.low == 1


@pytest.mark.parametrize("by", [("place:district", "sector"), ("sector", "place:district")])
def test_the_order_of_dimensions_does_not_matter(by):
    """Whichever dimension comes first, the place says how complete a group is, and whether it is decided."""
    evaluation = evaluate(METRICS, register([(2, 2, None, None), (3, 3, None, None)]), [YEARS[1]], by=by)
    found = {frozenset(cell.at): (cell.completeness, cell.state) for cell in evaluation.places("trial.turns")}
    assert found == {frozenset(("316", "services")): ("1/1", "exact"), frozenset(("",)): ("", "undecided")}


def test_several_dimensions():
    """Figures by place and sector: each group once, what has neither in the row of empty texts."""
    snapshot = register([(2, 0, None, None), (2, 2, None, None), (3, 2, None, None), (3, 3, None, None)])
    evaluation = evaluate(METRICS, snapshot, [YEARS[1]], by=("place:district", "sector"))
    assert {cell.at: cell.value.low for cell in evaluation.places("trial.turns")} == {
        ("315", "agriculture"): 1,
        ("316", "services"): 2,
        ("", ""): 1,
    }


def test_blocks_are_those_of_the_periods_last_day():
    """A cooperative counts for the emulation block it is in when the period ends."""
    blocks = [Group(id=name, kind=GroupKind.BLOCK, name=name) for name in ("K1", "K2")]
    joined = [
        GroupMembership(id="1", group="K1", cooperative="a", role=GroupRole.MEMBER, left=dt.date(2023, 5, 1)),
        GroupMembership(id="2", group="K2", cooperative="a", role=GroupRole.MEMBER, joined=dt.date(2023, 5, 1)),
    ]
    turns = register([(0, 0, None, None), (2, 0, None, None)])
    tables = Snapshot.of([*blocks, *joined]).tables
    snapshot = turns.replace(group=tables["group"], group_membership=tables["group_membership"])
    evaluation = evaluate(METRICS, snapshot, YEARS, by="block")
    assert [cell.at for period in YEARS for cell in evaluation.places("trial.turns", period)] == [("K1",), ("K2",)]


def test_as_of_cuts_the_period():
    """A year to date counts what happened up to that day."""
    snapshot = register([(2, 0, None, None)])
    for day, expected in ((dt.date(2023, 5, 31), 0), (dt.date(2023, 6, 1), 1)):
        evaluation = evaluate(METRICS, snapshot, [YEARS[1]], as_of=day)
        assert (evaluation.periods[0].end, evaluation.cell("trial.turns").value.low) == (day, expected)


def test_overlapping_periods_each_count():
    """A year and its quarters are counted apart, a row in each it falls into."""
    periods = [YEARS[1], *YEARS[1].parts("quarter")]
    evaluation = evaluate(METRICS, register([(2, 0, None, None)]), periods)
    assert [evaluation.cell("trial.turns", period).value.low for period in periods] == [1, 0, 1, 0, 0]


def test_the_version_in_force_counts_and_is_named():
    """From the day a law changes a definition the new one counts; before it the old one does."""
    old = metric("turns")
    new = metric(
        "turns", where=lambda row: row["event.kind"] == "fair", version=2, since=dt.date(2023, 1, 1), before=old
    )
    snapshot = register([(0, 0, None, None), (2, 0, None, None), (3, 0, None, None)])
    cells = [evaluate([new], snapshot, YEARS).cell("trial.turns", period) for period in YEARS]
    assert [(cell.version, cell.value.low) for cell in cells] == [(1, 1), (2, 1)]


def test_derived_metrics():
    """Arithmetic of metrics is done in each group; one that fails says so alone."""
    fine = Derived(
        key="trial.both", label=NAME, unit=TURNS, topic=TOPIC, of=("trial.turns", "trial.fairs"), how=lambda a, b: a + b
    )
    wrong = Derived(key="trial.wrong", label=NAME, unit=TURNS, topic=TOPIC, of=("trial.turns",), how=lambda a: a / 0)
    evaluation = evaluate([*METRICS, fine, wrong], register([(2, 0, None, None), (3, 0, None, None)]), [YEARS[1]])
    assert evaluation.cell("trial.both").value == exact(3, TURNS)
    assert isinstance(evaluation.cell("trial.wrong").value, Unavailable)


def test_what_may_be_added():
    """Rows of a flow add over places and time, a stock's over places, a distinct count and a derived figure never."""
    stock = Metric(
        key="trial.stock", label=NAME, unit=UNITS, topic=TOPIC, table="membership", timing=Stock("joined", "left")
    )
    assert [adds_up(one) for one in (METRICS[0], METRICS[1], stock)] == [(True, True), (False, False), (True, False)]


TURN = st.tuples(st.integers(0, 3), st.integers(0, 3), st.none() | st.integers(0, 9), st.none())


@settings(max_examples=25)
@given(st.lists(TURN, max_size=12))
def test_what_may_be_added_adds_up(turns):
    """The districts with the undecided make the whole, the months make the year, wherever `adds_up` says so."""
    snapshot, months = register(turns), YEARS[1].months()
    placed = evaluate(METRICS, snapshot, [YEARS[1]], by="place:district")
    monthly = evaluate(METRICS, snapshot, months)
    for one in METRICS:
        over_places, over_time = adds_up(one)
        whole = placed.cell(one.key).value.low
        assert not over_places or sum(cell.value.low for cell in placed.places(one.key)) == whole
        assert not over_time or sum(monthly.cell(one.key, month).value.low for month in months) == whole


def test_tidy_table():
    """One row a cell with fixed columns; the whole has no group, and money is in đồng."""
    evaluation = evaluate(
        METRICS, register([(2, 0, 3, Quantity(5, 7, strict=False, about=False, unit=VND))]), [YEARS[1]]
    )
    table = evaluation.table
    assert table.schema.field("low").type == pa.int64()
    row = next(row for row in table.to_pylist() if row["metric"] == "trial.money")
    assert (row["period"], row["low"], row["high"], row["qualifier"], row["rows"]) == ("2023", 5, 7, "range", 1)


@pytest.mark.parametrize(("asked", "named"), [({"by": "colour"}, "sector"), ({"engine": "abacus"}, "polars")])
def test_what_cannot_be_asked(asked, named):
    """A dimension or an engine there is not is refused, naming those there are."""
    with pytest.raises(MetricError, match=named):
        evaluate(METRICS, register([]), YEARS, **asked)


def test_members_of_an_empty_year():
    """A stock in two periods is counted on the last day of each."""
    members = metric(
        "members", UNITS, table="membership", timing=Stock("joined", "left"), measure=distinct("cooperative")
    )
    snapshot = Snapshot.of(
        [*register([]).records(Cooperative), Membership(id="m", cooperative="a", joined=dt.date(2023, 3, 1))]
    )
    evaluation = evaluate([members], snapshot, YEARS)
    assert [evaluation.cell("trial.members", period).value.low for period in YEARS] == [0, 1]


def test_opened_rows_keep_the_values_of_older_versions():
    """A kind's field that became a count keeps its older texts in a column of its own, which opening shows too."""
    older = EventKind("visit", Label("Thăm", "Visit"), (text("Cỡ", "Size").named("size"),), version=1)
    newer = EventKind("visit", Label("Thăm", "Visit"), (count("Cỡ", "Size", PEOPLE).named("size"),), version=2)
    visit = Event(id="V", code="V", name="x", kind="visit", kind_version="1", start=dt.date(2023, 5, 1))
    visit = evolve(visit, details=older.details({"size": "lớn"}))
    snapshot = Snapshot.of([older.stored(), newer.stored(), visit])
    opened = metric("visits", table="event", timing=Flow("start")).records(snapshot, YEARS[1])
    assert opened.column("visit@1.size").to_pylist() == ["lớn"]
