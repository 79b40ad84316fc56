"""A plugin is uninstalled: last year's sealed run and campaign still open, with every label, figure and point."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from tests.campaigns import NOW, UNITS, launched, register, rules, self_scores
from tests.distributions import manifest, site_of

from coopkit.access import Actor
from coopkit.ledger import Batch, Change
from coopkit.period import Period
from coopkit.registry import State
from coopkit.workspace import CampaignDesk, Plugins, Ranking, Sealing, Stages, Workspace

CODE = """
from fractions import Fraction
from coopkit import (TURNS, CriteriaSet, Criterion, EventKind, Exporter, Flow, Label, Metric, Rule, RuleKind, hookimpl,
                     parse_points, text_field)

METRIC = Metric(key="xaxoi.fairs", label=Label("Lượt dự hội chợ của huyện", "Turns at the fairs"), unit=TURNS,
                topic=Label("Huyện xa xôi", "A far district"), table="participation", timing=Flow("event.start"),
                where=lambda row: row["event.kind"] == "fair")

@hookimpl
def coopkit_metrics():
    return [METRIC]

@hookimpl
def coopkit_criteria():
    bonus = Criterion("xaxoi.bonus", Label("Thưởng hội chợ huyện", "Bonus for the fairs"), bonus=parse_points(2),
                      rule=Rule("xaxoi.fairs", RuleKind.YES_NO, target=Fraction(1)))
    return [CriteriaSet("xaxoi.set", Label("Thưởng", "Bonus"), (bonus,))]

@hookimpl
def coopkit_event_kinds():
    return [EventKind("xaxoi.visit", Label("Tham quan", "Visit"), (text_field("Nơi đến", "To").named("to"),))]

@hookimpl
def coopkit_exporters():
    write = lambda report: report.figure("xaxoi.fairs").text().encode()
    return [Exporter("xaxoi.text", Label("Văn bản", "Text"), "txt", "text/plain", write)]
"""
PROVIDES = (
    '{ metrics = ["xaxoi.fairs"], criteria = ["xaxoi.set"], event_kinds = ["xaxoi.visit"], exporters = ["xaxoi.text"] }'
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A ledger with a sealed year and a campaign whose self-scores are closed, both with a plugin now gone."""
    folder = tmp_path_factory.mktemp("uninstall")
    url = f"sqlite:///{folder}/so.db"
    with pytest.MonkeyPatch.context() as patch, site_of(folder / "site", patch) as site:
        site.install("xaxoi", CODE, told=manifest("xaxoi", provides=PROVIDES))
        with Workspace.open(url, clock=lambda: NOW) as workspace:
            workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(Change(one) for one in register())))
            Plugins(workspace.as_(Actor.office("an"))).on("xaxoi")
            _work(workspace.as_(Actor.office("an")))
        shutil.rmtree(site.folder)
    return url


def _work(desk):
    """Close a campaign's self-scores with the plugin's criteria in it, and seal the year."""
    extra = desk.workspace.registry.criteria()["xaxoi.set"]
    at = launched(desk, criteria=extra.put_into(rules()).declaration["criteria"])
    self_scores(at)
    Stages(at).advance()
    sealing = Sealing(desk)
    question = sealing.question(Period.parse("2024"))
    waive = {one.key: "thử" for one in sealing.obstacles(question)}
    sealing.seal(question, "bao-cao-2024", waive=waive)


@pytest.fixture
def office(ledger):
    """A desk in an installation that does not have the plugin any more."""
    with Workspace.open(ledger, clock=lambda: NOW) as workspace:
        yield workspace.as_(Actor.office("an"))


def test_it_is_told_that_it_is_gone(office):
    """It was switched on, so its absence is a problem with its name, and stands in the way of a seal."""
    [state] = [one for one in office.plugins() if one.name == "xaxoi"]
    assert (state.state, state.wanted) == (State.FAILED, True)
    assert "không còn được cài" in state.problem
    assert "xaxoi.fairs" not in office.metrics()


def test_the_sealed_figures_keep_their_labels(office):
    """Label, unit, value and records of the plugin's figure are those of the seal, and its file too."""
    fact = Sealing(office).results("bao-cao-2024").facts["xaxoi.fairs"]
    assert (fact["label"], fact["text"], fact["records"]) == ("Lượt dự hội chợ của huyện", "7 lượt", 7)
    [source] = Sealing(office).records("bao-cao-2024", "xaxoi.fairs")
    assert len(source.rows) == 7
    assert Sealing(office).file("bao-cao-2024", "xaxoi.text") == "7 lượt".encode()


def test_the_seal_runs_again(office):
    """Its code is in the archive: every figure and byte is the same, and what changed around it is named."""
    done = Sealing(office).again("bao-cao-2024")
    assert done.differences == ()
    assert any(one.startswith("xaxoi ") for one in done.changed)


def test_the_campaign_keeps_its_criteria_and_points(office):
    """The criterion's name, and the points that each unit got by it, are read without the plugin."""
    at = CampaignDesk.of(office, "2024")
    assert at.rules.leaf("xaxoi.bonus").name.vi == "Thưởng hội chợ huyện"
    board = Ranking(at).board()
    given = {unit: (marks["xaxoi.bonus"].points, marks["xaxoi.bonus"].value) for unit, marks in board.marks.items()}
    with_fairs = {"a1": "2 lượt", "a2": "2 lượt", "b1": "2 lượt", "b2": "1 lượt"}
    assert given == {unit: (200 if unit in with_fairs else 0, with_fairs.get(unit, "0 lượt")) for unit in UNITS}


def test_the_kinds_fields_are_read(office):
    """The declaration of its event kind stays in the ledger, with labels and types."""
    kind = office.snapshot().kinds["xaxoi.visit"]
    assert (kind.label.vi, kind.fields[0].label.vi) == ("Tham quan", "Nơi đến")


def test_the_commands_open_it(ledger):
    """On the command line, in a process of its own, the sealed figure stands with its label."""
    code = "import sys; from coopkit.cli import main; sys.argv[0] = 'coopkit'; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--ledger", ledger, "run", "show", "bao-cao-2024", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert json.loads(done.stdout)["facts"]["xaxoi.fairs"]["label"] == "Lượt dự hội chợ của huyện"
