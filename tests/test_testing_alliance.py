"""The fixtures that coopkit brings to pytest: the tiny alliance, and plugins made of source text."""

from __future__ import annotations

import datetime as dt
import importlib
import subprocess
import sys
import unicodedata

import pytest
from tests.wrong_plugins import IMPORTS

from coopkit.cooperative import Cooperative, Membership
from coopkit.emulation import tensions
from coopkit.event import Event
from coopkit.period import Period
from coopkit.snapshot import Snapshot
from coopkit.testing import TinyAlliance
from coopkit.workspace import Ranking

REFORM = dt.date(2025, 7, 1)
METRIC = f"{IMPORTS}\n@hookimpl\ndef coopkit_metrics():\n    return [counted()]\n"


def units_in(snapshot: Snapshot, code: str) -> list[str]:
    """The units recorded in a district, as the map of 2024 has it."""
    return [
        one.id
        for one in snapshot.records(Cooperative)
        if one.place
        and (found := snapshot.atlas.locate(one.place, dt.date(2024, 12, 31), "district").place)
        and found.code == code
    ]


def test_it_has_both_sides_of_the_reforms(tiny_alliance: TinyAlliance):
    """Events before 1/1/2025 and after 1/7/2025, a unit of a commune that was split, one recorded after that."""
    snapshot = tiny_alliance.desk.snapshot()
    days = {one.id: one.start for one in snapshot.records(Event)}
    assert days[tiny_alliance.before] < dt.date(2025, 1, 1)
    assert days[tiny_alliance.after] >= REFORM
    places = {one.id: one.place or "" for one in snapshot.records(Cooperative)}
    assert snapshot.atlas.locate(places[tiny_alliance.split], REFORM, "commune").place is None
    assert snapshot.places.by_id(places[tiny_alliance.fresh]).valid_from == REFORM


def test_its_late_workbook_was_typed_in_nfd(tiny_alliance: TinyAlliance):
    """It came after its day, and its texts are kept composed."""
    [event] = [one for one in tiny_alliance.desk.snapshot().records(Event) if one.id == tiny_alliance.late]
    batch = tiny_alliance.desk.batches()[-1]
    assert dt.datetime.fromisoformat(batch.time).date() > event.start + dt.timedelta(days=300)
    assert unicodedata.is_normalized("NFC", event.name)
    assert event.name == "Hội chợ cuối năm ở Hải Phòng"


def test_its_campaign_has_a_tie_and_a_conflict(tiny_alliance: TinyAlliance):
    """Two units with the same points and place; two with the same chair."""
    lines = {line.unit: line for line in Ranking(tiny_alliance.board).board().lines}
    one, other = (lines[unit] for unit in tiny_alliance.tied)
    assert (one.total, one.place) == (other.total, other.place)
    found = tensions(tiny_alliance.desk.snapshot(), tiny_alliance.campaign, dt.date(2024, 12, 31))
    assert tiny_alliance.conflicted in [(each.one, each.other) for each in found if each.kind.value == "person"]


def test_it_has_a_closed_unit_and_places_with_one_and_none(tiny_alliance: TinyAlliance):
    """A unit that left, a district with one unit, a district with none."""
    snapshot = tiny_alliance.desk.snapshot()
    [left] = [one for one in snapshot.records(Membership) if one.cooperative == tiny_alliance.closed]
    assert left.left is not None
    assert len(units_in(snapshot, tiny_alliance.lone_place)) == 1
    assert units_in(snapshot, tiny_alliance.empty_place) == []


def test_it_is_sound(tiny_alliance: TinyAlliance):
    """Its chain of batches and its records are whole."""
    assert tiny_alliance.desk.verify() == []


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_its_own(tiny_alliance: TinyAlliance, turn: int):
    """What one test undoes is there again for the next."""
    desk = tiny_alliance.desk
    assert tiny_alliance.late in {one.id for one in desk.snapshot().records(Event)}, turn
    desk.undo(len(desk.batches()))
    assert tiny_alliance.late not in {one.id for one in desk.snapshot().records(Event)}


def test_a_plugin_joins_it(tiny_alliance: TinyAlliance, tmp_plugin):
    """A plugin of source text is loaded with its manifest, and counted in its place only."""
    reads = ("participation", "event", "cooperative")
    made = tmp_plugin(METRIC, provides={"metrics": ["thu.dem"]}, reads=reads, owners=["316"])
    desk = tiny_alliance.load(**{made.id: made.module})
    year = Period.parse("2024")
    own, whole = (desk.evaluate(year).cell(key).rows for key in ("thu.dem", "fairs.turns"))
    turns = desk.snapshot().table("participation").to_pylist()
    inside = set(units_in(desk.snapshot(), "316"))
    starts = {one.id: one.start for one in desk.snapshot().records(Event)}
    assert own == sum(row["cooperative"] in inside and year.contains(starts[row["event"]]) for row in turns)
    assert own > 0
    assert whole > 0


def test_a_temporary_plugin_has_a_registry(tmp_plugin):
    """Made with a manifest of its own text, too."""
    made = tmp_plugin(METRIC, provides={"metrics": ["thu.dem"]}, reads=["participation", "event"])
    assert "thu.dem" in made.registry().metrics()
    assert made.load().__name__ == made.module


LEFT: list[str] = []


def test_a_temporary_plugin_is_there(tmp_plugin):
    """While the test runs it is on the path."""
    made = tmp_plugin(METRIC, id="khac", provides={"metrics": ["khac.dem"]})
    LEFT.append(str(made.source))
    assert made.load()
    assert str(made.source) in sys.path


def test_a_temporary_plugin_is_gone_after_its_test():
    """Neither on the path nor imported, nor found."""
    assert LEFT
    assert LEFT[0] not in sys.path
    assert "tmp_khac" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("tmp_khac")


def test_pytest_loads_next_to_nothing():
    """Where coopkit is installed, a pytest start imports the names of the fixtures and none of its rooms."""
    code = "import sys, coopkit.testing.fixtures; print(*(n for n in sys.modules if n.startswith('coopkit')))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(told) == {"coopkit", "coopkit.testing", "coopkit.testing.fixtures"}


def test_the_kit_names_what_it_has():
    """Every public name of the kit is there; another is refused by its name."""
    kit = importlib.import_module("coopkit.testing")
    assert all(getattr(kit, name) is not None for name in kit.__all__)
    with pytest.raises(AttributeError, match="khong_co"):
        kit.khong_co  # noqa: B018 - asking is the test
