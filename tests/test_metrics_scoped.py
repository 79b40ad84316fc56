"""Metrics of plugins that belong to places: counted there only, opened there only, and nobody else's figure changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import evolve

from coopkit.cooperative import Contact, ContactRole, Cooperative, CooperativeKind, Membership, Person, Sector
from coopkit.errors import MetricError, NotFound
from coopkit.event import Event, EventPlace, Participation
from coopkit.group import Alliance
from coopkit.metrics import Derived, Evaluation, Flow, Metric, Ratio, RatioForm, Stock, Unavailable, distinct
from coopkit.metrics.engine import evaluate
from coopkit.metrics.evaluation import leaves_of
from coopkit.metrics.own import OWN_METRICS
from coopkit.period import Period
from coopkit.place import shipped
from coopkit.quantity import EVENTS, PEOPLE, TURNS, UNITS
from coopkit.scope import Owner, Scope
from coopkit.snapshot import Snapshot
from coopkit.text import Label

IN_2023, IN_JULY = dt.date(2023, 12, 31), dt.date(2025, 7, 1)
YEAR = Period.parse("2023")
NAME = Label("Thử", "Trial")
READS = frozenset({"participation", "event", "cooperative", "event_place", "membership"})
VINH_BAO = Scope("vinhbao", (Owner("316", IN_2023),), READS)
CAT_HAI = Scope("cathai", (Owner("317", IN_2023),), READS)
ENGINES = pytest.mark.parametrize("engine", ["polars", "duckdb"])


def trial(key: str, scope: Scope | None = VINH_BAO, **more: Any) -> Metric:
    told: dict[str, Any] = {"unit": TURNS, "table": "participation", "timing": Flow("event.start")}
    plugin = scope.plugin if scope else "coopkit"
    return Metric(**{**told, "key": key, "label": NAME, "topic": NAME, "plugin": plugin, "scope": scope, **more})


def units(key: str, scope: Scope | None = VINH_BAO) -> Metric:
    return trial(key, scope, unit=UNITS, measure=distinct("cooperative"))


def unit(name: str, place: str | None, sector: Sector = Sector.SERVICES) -> Cooperative:
    return Cooperative(id=name, name=name, kind=CooperativeKind.COOPERATIVE, place=place, sector=sector)


def fair(code: str, day: dt.date = dt.date(2023, 5, 1)) -> Event:
    return Event(code, code, "fair", code, day)


RECORDS: list[Any] = [
    *shipped().places,
    *shipped().successions,
    Alliance("a", "Liên minh", "31@1900-01-01"),
    unit("v1", "11824@1900-01-01", Sector.AGRICULTURE),
    unit("v2", "11836@1900-01-01"),
    unit("v3", "316@1900-01-01"),
    unit("c1", "11914@1900-01-01"),
    unit("nowhere", None),
    *(fair(code) for code in ("e1", "e2", "e3")),
    fair("later", dt.date(2024, 2, 1)),
    EventPlace("p1", "e1", "316@1900-01-01"),
    EventPlace("p2", "e1", "317@1900-01-01"),
    EventPlace("p3", "e2", "317@1900-01-01"),
    EventPlace("p4", "e3", "303@1900-01-01"),
    *(Participation(f"{event}-{of}", event, of) for event, of in [("e1", "v1"), ("e2", "v1"), ("e3", "v2")]),
    *(Participation(f"{event}-{of}", event, of) for event, of in [("e1", "c1"), ("e3", "nowhere"), ("later", "v1")]),
    Membership("m1", "v1", dt.date(2020, 1, 1)),
    Membership("m2", "c1", dt.date(2020, 1, 1)),
    Person("boss", "Người Thử"),
    Contact("k", "v1", "boss", ContactRole.DIRECTOR),
]
REGISTER = Snapshot.of(RECORDS)


def seen(metrics: list[Any], **asked: Any) -> Evaluation:
    return evaluate(metrics, REGISTER, [YEAR], **asked)


def value(evaluation: Evaluation, key: str, *at: str) -> Any:
    told = evaluation.cell(key, YEAR, *at).value
    return told if isinstance(told, Unavailable) else told.low


def by_place(evaluation: Evaluation, key: str) -> dict[Any, Any]:
    return {cell.place: (value(evaluation, key, *(cell.at or ()))) for cell in evaluation.places(key)}


# ── What is counted ─────────────────────────────────────────────────────────────────────────────────────────────────


@ENGINES
def test_the_whole_is_its_own_places(engine: str):
    """Turns and units of its own cooperatives, events that cover or gather it; beside them the whole city's."""
    events = trial("vinhbao.events", unit=EVENTS, table="event", timing=Flow("start"))
    of_city = [evolve(one, key=f"city.{one.key.split('.')[1]}", scope=None) for one in (trial("a.turns"), events)]
    found = seen([trial("vinhbao.turns"), units("vinhbao.units"), events, *of_city], engine=engine)
    keys = ("vinhbao.turns", "vinhbao.units", "vinhbao.events", "city.turns", "city.events")
    assert [value(found, key) for key in keys] == [3, 2, 3, 5, 3]


@ENGINES
def test_by_district_only_its_own(engine: str):
    """One group: the district itself; what has no place is not its own."""
    found = seen([trial("vinhbao.turns"), trial("city.turns", None)], by="place:district", engine=engine)
    assert by_place(found, "vinhbao.turns") == {"316": 3}
    told = by_place(found, "city.turns")
    assert (len(told), told["316"], told["317"], told[""]) == (16, 3, 1, 1)


@ENGINES
def test_by_commune_only_its_own(engine: str):
    """Its thirty communes and what is known of the district alone, on the map of the year; seven on that of July."""
    found = seen([trial("vinhbao.turns")], by="place:commune", engine=engine)
    told = by_place(found, "vinhbao.turns")
    assert len(told) == 30
    assert {code: number for code, number in told.items() if number} == {"11824": 2, "11836": 1}
    july = seen([trial("vinhbao.turns")], by="place:commune", engine=engine, on_map=IN_JULY)
    told = by_place(july, "vinhbao.turns")
    assert (len(told), sum(told.values())) == (7, 3)


def test_what_lies_somewhere_in_the_district_is_told():
    """A unit recorded with its district alone counts for the whole, and stands apart where communes are asked."""
    own = [Participation("e2-v3", "e2", "v3")]
    found = evaluate([trial("vinhbao.turns")], Snapshot.of([*RECORDS, *own]), [YEAR], by="place:commune")
    assert value(found, "vinhbao.turns") == 4
    assert by_place(found, "vinhbao.turns")[""] == 1
    assert sum(by_place(found, "vinhbao.turns").values()) == 4


@pytest.mark.parametrize(
    ("on", "of_whole", "reporting"),
    [(IN_2023, 1, 1), (IN_JULY, 7, 2)],
)
def test_completeness_counts_its_own_places(on: dt.date, of_whole: int, reporting: int):
    """One district of one, or so many of its seven communes; the city's own count of districts is untouched."""
    found = seen([trial("vinhbao.turns"), trial("city.turns", None)], on_map=on)
    cell = found.cell("vinhbao.turns")
    assert (cell.reporting, cell.expected) == (reporting, of_whole)
    assert (found.cell("city.turns").expected or 0) > of_whole


def test_by_a_dimension_that_is_no_place():
    """Sectors, units and kinds hold its own rows only."""
    found = seen([trial("vinhbao.turns"), trial("city.turns", None)], by="unit")
    told = by_place(found, "vinhbao.turns")
    assert {name: number for name, number in told.items() if number} == {"v1": 2, "v2": 1}
    assert not {"c1", "nowhere"} & set(told)
    found = seen([trial("vinhbao.turns")], by=("place:district", "sector"))
    assert {cell.at for cell in found.places("vinhbao.turns")} == {("316", "agriculture"), ("316", "services")}


def test_two_districts_at_once():
    """Each is counted in its own places in one call, whatever the order."""
    metrics = [trial("vinhbao.turns"), trial("cathai.turns", CAT_HAI), trial("city.turns", None)]
    for order in (metrics, metrics[::-1]):
        found = seen(order)
        assert [value(found, f"{name}.turns") for name in ("vinhbao", "cathai", "city")] == [3, 1, 5]


def test_a_place_with_two_owners():
    """A plugin of two districts counts both, each group of its own."""
    both = evolve(VINH_BAO, owners=(*VINH_BAO.owners, *CAT_HAI.owners))
    found = seen([trial("vinhbao.turns", both)], by="place:district")
    assert value(found, "vinhbao.turns") == 4
    assert by_place(found, "vinhbao.turns") == {"316": 3, "317": 1}


def test_an_older_definition_is_scoped_too():
    """The version in force before is counted in the same places."""
    old = trial("vinhbao.turns")
    new = evolve(old, version=2, since=dt.date(2024, 1, 1), before=old, where=lambda row: row["event.kind"] == "none")
    assert value(seen([new]), "vinhbao.turns") == 3


# ── Ratios and derived figures ──────────────────────────────────────────────────────────────────────────────────────


def ratio(key: str, over: str, under: str, scope: Scope | None = VINH_BAO) -> Ratio:
    told: dict[str, Any] = {"numerator": over, "denominator": under, "form": RatioForm.AVERAGE, "scope": scope}
    return Ratio(key=key, label=NAME, topic=NAME, unit=TURNS, plugin=scope.plugin if scope else "coopkit", **told)


def derived(key: str, *of: str, scope: Scope | None = VINH_BAO) -> Derived:
    plugin = scope.plugin if scope else "coopkit"
    told: dict[str, Any] = {"of": of, "scope": scope, "plugin": plugin}
    return Derived(key=key, label=NAME, topic=NAME, unit=TURNS, how=lambda one, *_: one, **told)


def test_parts_of_coopkit_are_counted_in_the_district():
    """A district's ratio and sum of coopkit's own metrics; coopkit's own figures beside stay those of the city."""
    made = [ratio("vinhbao.average", "fairs.turns", "fairs.cooperatives"), derived("vinhbao.same", "fairs.turns")]
    found = seen([*OWN_METRICS, *made], by="place:district")
    whole = found.cell("vinhbao.average")
    assert whole.numerator
    assert whole.denominator
    assert (whole.numerator.low, whole.denominator.low) == (3, 2)
    assert (value(found, "vinhbao.same"), value(found, "fairs.turns")) == (3, 5)
    assert by_place(found, "vinhbao.same") == {"316": 3}
    plain = evaluate(OWN_METRICS, REGISTER, [YEAR], by="place:district")
    assert {key: cell for key, cell in found.cells.items() if key[0] in plain.metrics} == plain.cells


def test_a_part_of_another_district_is_not_used():
    """Neither by a district nor by the city: it is told as missing, not counted elsewhere."""
    found = seen(
        [
            trial("cathai.turns", CAT_HAI),
            trial("vinhbao.turns"),
            derived("vinhbao.of_cathai", "cathai.turns", "vinhbao.turns"),
            derived("city.of_cathai", "cathai.turns", scope=None),
        ]
    )
    for key in ("vinhbao.of_cathai", "city.of_cathai"):
        assert isinstance(value(found, key), Unavailable)
        assert "cathai.turns" in str(value(found, key))
    assert value(found, "cathai.turns") == 1


def test_a_figure_of_a_figure():
    """A district's figure made of another of its own that is made of coopkit's."""
    found = seen([*OWN_METRICS, derived("vinhbao.two", "vinhbao.one"), derived("vinhbao.one", "fairs.turns")])
    assert value(found, "vinhbao.two") == 3


# ── What it may read ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        (trial("v.a", table="honour", timing=Flow("decided")), "honour"),
        (trial("v.b", table="year_figures", timing=Stock("window_end", "window_end")), "year_figures"),
        (trial("v.c", evolve(VINH_BAO, tables=frozenset({"participation"}))), "event"),
        (
            trial(
                "v.d",
                evolve(VINH_BAO, tables=frozenset({"participation", "event"})),
                where=lambda row: row["cooperative.kind"] == "cooperative",
            ),
            "cooperative",
        ),
        (
            trial(
                "v.e",
                evolve(VINH_BAO, tables=frozenset({"event"})),
                table="event",
                timing=Flow("start"),
                where=lambda row: row["@covered.place"] == "316@1900-01-01",
            ),
            "event_place",
        ),
        (
            trial(
                "v.f",
                evolve(VINH_BAO, tables=READS | {"contact"}),
                unit=PEOPLE,
                table="contact",
                timing=Stock("since", "until"),
                where=lambda row: row["person.name"] == "Người Thử",
            ),
            "reads.personal",
        ),
        (trial("v.g", table="sealed_run", timing=Flow("name")), "sealed_run"),
    ],
    ids=lambda one: one.key if isinstance(one, Metric) else one,
)
def test_what_was_not_declared_is_unavailable(metric: Metric, told: str):
    """Its figure says which table, in the whole and in each group; those beside it are counted."""
    found = seen([trial("vinhbao.turns"), metric, trial("city.turns", None)], by="place:district")
    reason = str(value(found, metric.key))
    assert isinstance(value(found, metric.key), Unavailable)
    assert told in reason
    assert "coopkit_plugin.toml" in reason
    assert set(by_place(found, metric.key)) == {"316"}
    assert [value(found, key) for key in ("vinhbao.turns", "city.turns")] == [3, 5]
    with pytest.raises(MetricError, match=told):
        metric.records(REGISTER, YEAR)
    with pytest.raises(MetricError, match=told):
        metric.left_out(REGISTER, YEAR)
    with pytest.raises(MetricError, match=told):
        found.records(found.cell(metric.key))


def test_an_owner_that_is_on_no_map_is_unavailable():
    """Where the register's maps do not know the plugin's place, its figures say so, and the others are counted."""
    lost = evolve(VINH_BAO, owners=(Owner("9999"),))
    made = derived("vinhbao.made", "fairs.turns", scope=lost)
    found = seen([*OWN_METRICS, trial("vinhbao.turns", lost), made], by="place:district")
    for key in ("vinhbao.turns", "vinhbao.made"):
        assert "9999" in str(value(found, key))
        assert isinstance(value(found, key), Unavailable)
    assert value(found, "fairs.turns") == 5
    with pytest.raises((MetricError, NotFound), match="9999"):
        found.records(found.cell("vinhbao.turns"))


# ── What a figure opens to ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_figure_opens_to_its_own_rows():
    """Counted and left out are rows of the district: another one's is not even among those left out."""
    metric = trial("vinhbao.turns")
    found = seen([metric, trial("city.turns", None)], by="place:district")
    for cell in (found.cell("vinhbao.turns"), found.cell("vinhbao.turns", YEAR, "316")):
        picked = found.records(cell)["vinhbao.turns"]
        assert picked.counted.column("id").to_pylist() == ["e1-v1", "e2-v1", "e3-v2"]
        assert picked.others.column("id").to_pylist() == ["later-v1"]
    assert metric.records(REGISTER, YEAR).column("id").to_pylist() == ["e1-v1", "e2-v1", "e3-v2"]
    assert metric.left_out(REGISTER, YEAR).column("id").to_pylist() == ["later-v1"]
    assert found.records(found.cell("city.turns"))["city.turns"].counted.num_rows == 5


def test_the_parts_of_a_figure_open_in_the_district():
    """Coopkit's own metric opens to the district's rows where it is a part of the district's."""
    made = derived("vinhbao.same", "fairs.turns")
    found = seen([*OWN_METRICS, made])
    opened = found.records(found.cell("vinhbao.same"))["fairs.turns"]
    assert opened.counted.column("id").to_pylist() == ["e1-v1", "e2-v1", "e3-v2"]
    [leaf] = leaves_of("vinhbao.same", found.metrics)
    assert leaf.scope
    assert leaf.scope.owners == VINH_BAO.owners
    assert found.records(found.cell("fairs.turns"))["fairs.turns"].counted.num_rows == 5


def test_a_page_opens_its_figures():
    """The figures that a page asks for open to rows, though it may not read every table that says whose they are."""
    scope = evolve(VINH_BAO, tables=frozenset({"participation", "event"}))
    found = seen([trial("vinhbao.turns", scope)])
    from coopkit.scope import limited

    opened = evolve(found, snapshot=limited(REGISTER, scope))
    rows = opened.records(opened.cell("vinhbao.turns"))["vinhbao.turns"].counted
    assert rows.column("id").to_pylist() == ["e1-v1", "e2-v1", "e3-v2"]
