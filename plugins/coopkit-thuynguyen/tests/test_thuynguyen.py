"""Thủy Nguyên's plugin: its package, and figures that are the same on three maps."""

import datetime as dt
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopkit import (
    OWN_KINDS,
    Actor,
    Alliance,
    Batch,
    Change,
    Cooperative,
    CooperativeKind,
    Event,
    Membership,
    NotFound,
    Participation,
    Period,
    Registry,
    Snapshot,
    State,
    Unavailable,
    evaluate,
    shipped_atlas,
    shipped_index,
    shipped_places,
)
from coopkit.testing import assert_conforms

HERE = Path(__file__).parents[1]
EXAMPLE = HERE.parents[1] / "examples" / "thuynguyen"
WORKBOOK = "thuy-nguyen-2024-2025.xlsx"
MODULES = {"thuynguyen": "coopkit_thuynguyen"}
HUYEN, CITY, WARDS = dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2025, 7, 1)
MAPS = (HUYEN, CITY, WARDS)
NOW = dt.datetime(2026, 1, 10, 8, 0, tzinfo=dt.UTC)
ADDED = ("thuynguyen.members", "thuynguyen.fair_turns", "thuynguyen.class_turns", "thuynguyen.supported")
AVERAGE = "thuynguyen.average_revenue"
YEARS = [Period.parse(str(year)) for year in (2022, 2023, 2024, 2025)]
OWN_WARDS = {"11473", "11488", "11503", "11506", "11533", "11542", "11557", "11560"}


@pytest.fixture(scope="module")
def on_maps(desk):
    """The plugin's figures of the four years by commune, on each of the three maps."""
    metrics = [desk.metrics()[key] for key in (*ADDED, AVERAGE, "figures.revenue", "figures.reporting")]
    return {day: evaluate(metrics, desk.snapshot(), YEARS, by="place:commune", on_map=day) for day in MAPS}


def is_own(unit):
    """Whether a cooperative was recorded in Thủy Nguyên, read off its place alone."""
    if unit.place is None:
        return False
    place = shipped_index().by_id(unit.place)
    return "311" in (place.code, place.parent) or (place.valid_from == WARDS and place.code in OWN_WARDS)


# ── The package ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_found_installed_and_sound():
    """The installed distribution announces it; loaded, it offers what its manifest declares and nothing is wrong."""
    [found] = [one for one in Registry.load(switches=()).plugins() if one.name == "thuynguyen"]
    assert (found.distribution, found.state) == ("coopkit-thuynguyen", State.FOUND)
    loaded = Registry.load(modules=MODULES)
    assert [one.problem for one in loaded.plugins()] == ["", ""]
    assert {key for key in loaded.metrics() if key.startswith("thuynguyen.")} == {*ADDED, AVERAGE}
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == found.version


def test_it_keeps_the_contract():
    """Nothing that the conformance kit looks at is wrong with it."""
    assert_conforms("thuynguyen")


def test_importing_it_loads_no_streamlit():
    """Streamlit is loaded by showing the page, not by having the plugin on."""
    code = "import sys, coopkit_thuynguyen; print('streamlit' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"


def test_the_example_is_what_its_script_makes(tmp_path):
    """The workbook in examples/thuynguyen is the one that make.py writes, byte for byte."""
    command = [sys.executable, "-W", "error", "-m", "examples.thuynguyen.make", str(tmp_path)]
    subprocess.run(command, cwd=HERE.parents[1], check=True, capture_output=True)
    assert (tmp_path / WORKBOOK).read_bytes() == (EXAMPLE / WORKBOOK).read_bytes()


# ── The figures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def by_hand(desk, figure, year):
    """An additive figure of a year, counted from the records in plain Python."""
    snapshot = desk.snapshot()
    own = {unit.id for unit in snapshot.records(Cooperative) if is_own(unit)}
    if figure == "thuynguyen.members":
        spans = [one for one in snapshot.records(Membership) if one.joined <= year.end]
        return len({one.cooperative for one in spans if one.left is None or one.left > year.end} & own)
    kinds = {"thuynguyen.fair_turns": {"fair"}, "thuynguyen.class_turns": {"training"}}.get(
        figure, {"fair", "training", "loan_support", "consultation", "technology_transfer"}
    )
    held = {one.id for one in snapshot.records(Event) if one.kind in kinds and year.contains(one.start)}
    turns = [one.cooperative for one in snapshot.records(Participation) if one.event in held]
    inside = [unit for unit in turns if unit in own]
    return len(set(inside) if figure == "thuynguyen.supported" else inside)


@pytest.mark.parametrize("year", YEARS, ids=str)
@pytest.mark.parametrize("figure", ADDED)
def test_the_same_in_all_on_every_map(desk, on_maps, figure, year):
    """The records counted by hand are the figure of all Thủy Nguyên, and what the lines of every map add up to."""
    expected = by_hand(desk, figure, year)
    assert expected > 0
    for day, found in on_maps.items():
        assert found.cell(figure, year).value.low == expected
        assert sum(cell.value.low for cell in found.places(figure, year)) == expected, day


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("thuynguyen.members", ("44 đơn vị", "45 đơn vị", "47 đơn vị")),
        ("thuynguyen.fair_turns", ("19 lượt", "23 lượt", "31 lượt")),
        ("thuynguyen.class_turns", ("9 lượt", "13 lượt", "28 lượt")),
        ("thuynguyen.supported", ("21 HTX", "26 HTX", "36 HTX")),
    ],
)
def test_they_go_on_over_the_years(on_maps, figure, values):
    """From the huyện's last year over the thành phố's to the wards' first, one figure follows the other."""
    assert tuple(str(on_maps[WARDS].cell(figure, year).value) for year in YEARS[1:]) == values


def test_average_revenue_is_of_those_who_reported(desk, on_maps):
    """Revenue over the units that told it, both of Thủy Nguyên; a year of which nobody told is unavailable, not 0."""
    cell = on_maps[HUYEN].cell(AVERAGE, YEARS[2])
    assert cell.value.low == cell.numerator.low / cell.denominator.low
    assert 0 < cell.denominator.low < on_maps[HUYEN].cell("figures.reporting", YEARS[1]).value.low
    none = desk.evaluate(Period.parse("2026")).cell(AVERAGE)
    assert isinstance(none.value, Unavailable)


@pytest.mark.parametrize("day", [HUYEN, CITY])
@pytest.mark.parametrize("figure", ADDED)
def test_by_district_all_is_one_line(desk, figure, day):
    """On the maps with districts Thủy Nguyên is one line, which holds all of a year before the wards."""
    found = desk.evaluate(YEARS[2], by="place:district", on_map=day)
    assert [(cell.place, cell.value) for cell in found.places(figure)] == [("311", found.cell(figure).value)]


@pytest.mark.parametrize(("day", "lines"), [(HUYEN, {"311": 45, "": 2}), (CITY, {"311": 47})])
def test_who_was_founded_in_a_ward_is_not_forced_onto_the_old_map(desk, day, lines):
    """The thành phố took in land of another district: on the huyện's map a unit of a ward is undecided, and counted."""
    found = desk.evaluate(YEARS[-1], by="place:district", on_map=day)
    assert {cell.place: cell.value.low for cell in found.places("thuynguyen.members")} == lines


def test_there_is_no_district_on_the_last_map(desk):
    """From 1/7/2025 there are communes right below the province, and asking for districts says so."""
    with pytest.raises(NotFound, match="commune"):
        desk.evaluate(YEARS[-1], by="place:district", on_map=WARDS)


@pytest.mark.parametrize(("day", "communes"), [(HUYEN, 37), (CITY, 21), (WARDS, 8)])
def test_each_map_has_its_communes(on_maps, day, communes):
    """Every commune of the map's own day has its line, those without any turn too."""
    cells = [cell for cell in on_maps[day].places("thuynguyen.fair_turns", YEARS[-1]) if cell.place]
    assert len(cells) == communes
    assert {str(cell.value) for cell in cells} > {"0 lượt"}


@pytest.mark.parametrize("day", MAPS)
def test_what_is_certain_has_its_commune(desk, on_maps, day):
    """A member stands in the commune that the acts lead its own to for certain; all others are undecided."""
    snapshot, atlas = desk.snapshot(), shipped_atlas()
    members = {one.cooperative for one in snapshot.records(Membership) if one.left is None or one.left > YEARS[-1].end}
    places = [unit.place for unit in snapshot.records(Cooperative) if unit.id in members and is_own(unit)]
    found = [atlas.locate(place, day, "commune").place for place in places]
    told = {cell.place: cell.value.low for cell in on_maps[day].places("thuynguyen.members", YEARS[-1])}
    assert {code: number for code, number in told.items() if number} == {
        code: sum((place.code if place else "") == code for place in found)
        for code in {place.code if place else "" for place in found}
    }


def test_a_decision_moves_a_unit_and_no_total(opened, tmp_path):
    """Once the office says where a unit lies now, it leaves the undecided for its ward; the whole stays."""
    an_lu, own = shipped_index().get("11533", HUYEN), "11533"
    with opened(tmp_path) as workspace:
        office = workspace.as_(Actor.office("an"))
        records = [
            Alliance("lm", "Liên minh thử", shipped_index().get("31", HUYEN).id),
            Cooperative("c", "HTX C", CooperativeKind.COOPERATIVE, place=an_lu.id),
            Membership("m", "c", dt.date(2020, 1, 1)),
        ]
        workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, records))))
        told = []
        for decide in (False, True):
            if decide:
                office.decide("c", own, on_map=WARDS)
            found = office.evaluate(YEARS[-1], by="place:commune", on_map=WARDS)
            lines = {cell.place: cell.state for cell in found.places("thuynguyen.members") if cell.rows}
            told.append((found.cell("thuynguyen.members").value.low, lines))
    assert told == [(1, {"": "undecided"}), (1, {own: "by_address"})]


PLACES = [None] + [
    place.id for place in shipped_index().places if place.level == "commune" and place.code.startswith("11")
]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 3)), max_size=12))
def test_no_turn_is_lost_or_doubled(drawn):
    """Whatever communes of whatever map cooperatives were recorded in, the three maps hold the same turns."""
    metric = Registry.load(modules=MODULES).metrics()["thuynguyen.fair_turns"]
    city = shipped_index().get("31", HUYEN)
    records = [Alliance("lm", "Liên minh thử", city.id), Event("e", "HC-1", "fair", "Hội chợ", dt.date(2025, 2, 1))]
    own = 0
    for n, (place, turns) in enumerate(drawn):
        unit = Cooperative(f"c{n}", f"HTX {n}", CooperativeKind.COOPERATIVE, place=place)
        own += turns if is_own(unit) else 0
        records += [unit, *(Participation(f"t{n}-{m}", "e", unit.id) for m in range(turns))]
    snapshot = Snapshot.of(
        [*shipped_places(), *shipped_atlas().successions, *(kind.stored() for kind in OWN_KINDS), *records]
    )
    for day in MAPS:
        found = evaluate([metric], snapshot, [YEARS[-1]], by="place:commune", on_map=day)
        assert found.cell(metric.key).value.low == own
        assert sum(cell.value.low for cell in found.places(metric.key)) == own
