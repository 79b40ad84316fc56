"""A plugin's setting that changed after a seal: the seal runs again as it was, and the difference is told as that."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.distributions import manifest, site_of

from coopkit.access import Actor
from coopkit.demo import load_demo
from coopkit.period import Period
from coopkit.workspace import Plugins, Sealing, Workspace

NOW = dt.datetime(2024, 1, 15, 8, tzinfo=dt.UTC)
CODE = """
from coopkit import TURNS, Flow, Label, Metric, hookimpl

@hookimpl
def coopkit_metrics(settings):
    least = settings["least"]
    label = Label("Lượt đi đông", "Turns of many")
    return [Metric(key="dong.turns", label=label, unit=TURNS, topic=label, table="participation",
                   timing=Flow("event.start"), where=lambda row: row["people"] >= least)]
"""
SETTING = '\n[settings.least]\ntype = "int"\nlabel = { vi = "Ít nhất", en = "Least" }\ndefault = 1\n'


@pytest.fixture(scope="module")
def sealing(tmp_path_factory):
    """The year 2023 sealed with a setting at its default; the setting is changed since."""
    folder = tmp_path_factory.mktemp("settings")
    with pytest.MonkeyPatch.context() as patch, site_of(folder / "site", patch) as site:
        site.install("dong", CODE, told=manifest("dong") + SETTING)
        with Workspace.open(f"sqlite:///{folder}/so.db", clock=lambda: NOW) as workspace:
            desk = workspace.as_(Actor.office("an"))
            load_demo(desk)
            Plugins(desk).on("dong")
            desk = workspace.as_(Actor.office("an"))
            made = Sealing(desk)
            made.seal(made.question(Period.parse("2023")), "bao-cao", waive={"place.undecided": "thử"})
            Plugins(desk).set("dong", "least", 10**6, reason="Chỉ đếm đoàn đông")
            yield Sealing(workspace.as_(Actor.office("an")))


def test_a_seal_runs_again_with_the_settings_it_had(sealing):
    """Every figure and byte is the same, and the setting stands among what changed since."""
    done = sealing.again("bao-cao")
    assert done.differences == ()
    assert "dong: thiết đặt (settings)" in done.changed


@pytest.mark.long
def test_a_difference_is_told_as_a_setting(sealing):
    """Not as records that came or went: nobody touched those."""
    parts, outcomes = sealing.why("bao-cao")
    assert {(part.kind, part.figure) for part in parts} == {("setting", "dong.turns")}
    assert parts[0].label.vi == "Thiết đặt tiện ích"
    assert outcomes[-1].facts["dong.turns"]["text"] == "0 lượt"


def test_the_manifest_names_the_settings(sealing):
    """The sealed run has the hash of how each plugin was set, beside its code."""
    old, new = sealing._sides("bao-cao", "", sealing.archive)
    [then], [now] = old.plugins, new.plugins
    assert then.settings
    assert now.settings not in {"", then.settings}
    assert then.files == now.files
