"""Twelve broken plugins at once: every figure of the recap still comes out, each culprit is named, sealing refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from tests.broken_plugins import NOW, PLUGINS, twelve

from coopkit.access import Actor
from coopkit.errors import RunError
from coopkit.metrics import Unavailable
from coopkit.period import Period
from coopkit.registry import Registry, State
from coopkit.workspace import Sealing, Workspace

YEAR = Period.parse("2023")
PLACED = [one for one in PLUGINS if not one.refused]


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """The ledger's address, and what `on` said of those that it refused; all the others are broken since."""
    with twelve(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture(scope="module")
def office(broken):
    """A desk in a process where all that was switched on is broken."""
    with Workspace.open(broken[0], clock=lambda: NOW) as workspace:
        yield workspace.as_(Actor.office("an"))


@pytest.fixture(scope="module")
def report(office):
    """The year's report, everything broken."""
    return office.report(YEAR, date=NOW.date())


@pytest.mark.parametrize("one", [one for one in PLUGINS if one.refused], ids=lambda one: one.name)
def test_on_refuses_by_name(broken, one):
    """Endless import, a place that no map knows, another version: none gets on, and the refusal says why."""
    told = broken[1][one.name]
    assert one.name in told
    assert one.told in told


def test_every_figure_of_the_recap_comes_out(office, report):
    """With all of them broken, coopkit's own figures are those of a ledger without plugins, cell by cell."""
    with Workspace.open(f"sqlite:///{office.workspace.ledger.file}", registry=Registry.load()) as bare:
        alone = bare.as_(Actor.office("an")).report(YEAR, date=NOW.date())
    mine = {figure.key: figure for figure in report.figures if figure.plugin == "coopkit"}
    assert mine == {figure.key: figure for figure in alone.figures}
    assert mine["members.total"].text() == "274 đơn vị"


def test_what_cannot_be_computed_says_so(report):
    """A failing metric, one that is no number, those of plugins that do not run: each is there, never 0."""
    gaps = {figure.key: figure.value for figure in report.figures if isinstance(figure.value, Unavailable)}
    idle = {"import_error", "exits", "unknown_hook", "wrong_type", "twice"}
    assert set(gaps) == {"not_a_number.nan", "raises.turns", *(f"{name}.turns" for name in idle)}
    assert {key.partition(".")[0] for key in gaps} == {value.plugin for value in gaps.values()}
    assert "thư viện đã mất" in gaps["import_error.turns"].reason


@pytest.mark.parametrize("one", [one for one in PLACED if one.name != "raising_page"], ids=lambda one: one.name)
def test_each_culprit_is_named(office, report, one):
    """The list of plugins says of each what is wrong, and that it is not simply on; `report` was asked for before."""
    assert report.figures
    state = next(state for state in office.plugins() if state.name == one.name)
    assert state.state in (State.FAILED, State.QUARANTINED)
    assert one.told.replace("{id}", one.name) in state.reason
    assert state.first_failure == NOW


def test_the_command_names_all_twelve(office, report):
    """`coopkit plugin list --json`, imports none of them and names all; the page was not opened yet."""
    assert report.figures
    office.note("raising_page", "trang hỏng")
    command = "import sys; from coopkit.cli import main; sys.argv[0] = 'coopkit'; main()"
    url = f"sqlite:///{office.workspace.ledger.file}"
    done = subprocess.run(
        [sys.executable, "-c", command, "--ledger", url, "plugin", "list", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    states = {one["name"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 1
    for one in PLUGINS:
        assert states[one.name]["state"] in {"failed", "quarantined", "incompatible"}, one.name
        assert one.told.replace("{id}", one.name) in states[one.name]["reason"]


def test_sealing_refuses_and_names_them(office):
    """Nothing is sealed over a gap: every broken plugin and figure stands in the refusal, and nothing is written."""
    sealing, before = Sealing(office), office.snapshot().position
    with pytest.raises(RunError) as refused:
        sealing.seal(sealing.question(YEAR), "bao-cao-2023")
    for told in ("plugin.import_error", "plugin.exits", "plugin.unknown_hook", "plugin.wrong_type", "plugin.twice"):
        assert told in str(refused.value)
    for key in ("not_a_number.nan", "raises.turns"):
        assert key in str(refused.value)
    assert office.snapshot().position == before


def test_nothing_is_silently_missing(office, report):
    """Every figure that what was switched on declares stands in the report, counted or with the reason."""
    given = {figure.key for figure in report.figures}
    wanted = [state for state in office.workspace.registry.plugins() if state.wanted]
    assert len(wanted) == 1 + len(PLACED)
    assert {key for state in wanted for key in state.provides.get("metrics", ())} <= given
