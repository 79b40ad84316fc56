"""A plugin that should check records and does not run: nothing of its places is written unchecked."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.distributions import manifest, site_of
from tests.test_workspace_guarding import CAT_HAI, VINH_BAO, names, workbook

from coopkit.access import Actor
from coopkit.errors import PluginError
from coopkit.registry import Registry
from coopkit.workspace import Plugins, Workspace

NOON = dt.datetime(2024, 1, 5, 5, tzinfo=dt.UTC)
CODE = """
import os
from coopkit import Label, RecordCheck, hookimpl

if os.environ.get("GONE") == "import":
    raise ImportError("thư viện đã mất")

@hookimpl
def coopkit_checks():
    if os.environ.get("GONE") == "hook":
        raise ValueError("quy tắc hỏng")
    return [RecordCheck("gac.ten", Label("Tên đơn vị", "Name"), "cooperative", lambda record, register: None)]
"""
TOLD = manifest(
    "gac",
    provides='{ checks = ["gac.ten"] }',
    reads='{ tables = ["cooperative"] }',
    owners='[{ place = "316", on = 2023-12-31 }]',
)


@pytest.fixture
def url(tmp_path, monkeypatch):
    """A ledger in which a plugin of Vĩnh Bảo with a check is on."""
    with site_of(tmp_path / "site", monkeypatch) as site:
        site.install("gac", CODE, told=TOLD)
        address = f"sqlite:///{tmp_path}/so.db"
        with Workspace.open(address, registry=Registry.load(), clock=lambda: NOON) as workspace:
            Plugins(workspace.as_(Actor.office("an"))).on("gac")
        yield address


def imported(url):
    """What an import of a unit in Vĩnh Bảo and one in Cát Hải wrote, and what was told."""
    with Workspace.open(url, clock=lambda: NOON) as workspace:
        desk = workspace.as_(Actor.office("an"))
        seen = desk.import_files({"a.xlsx": workbook(VINH_BAO, CAT_HAI)})
        return sorted(names(desk)), [(problem.cell, str(problem)) for problem in seen.problems]


def test_running_it_lets_through(url):
    """The check runs and has nothing against either."""
    assert imported(url) == (sorted([VINH_BAO[1], CAT_HAI[1]]), [])


@pytest.mark.parametrize("gone", ["import", "hook"])
def test_not_running_it_refuses_its_places(url, monkeypatch, gone):
    """Failing at import or in its hook, it refuses what lies in its places, with the row and whose check is missing."""
    monkeypatch.setenv("GONE", gone)
    written, problems = imported(url)
    assert written == [CAT_HAI[1]]
    assert "tiện ích gac không chạy nên không kiểm tra được" in problems[0][1]
    assert problems[0][0] == "A2"


@pytest.mark.parametrize("gone", ["import", "hook"])
def test_switched_off_it_asks_nothing(url, monkeypatch, gone):
    """Who switches it off takes its rules away, by an act in the journal."""
    monkeypatch.setenv("GONE", gone)
    with Workspace.open(url, registry=Registry.load(), clock=lambda: NOON) as workspace:
        Plugins(workspace.as_(Actor.office("an"))).off("gac", reason="hỏng")
    assert imported(url)[1] == []


PEEKING = """
from coopkit import Label, RecordCheck, hookimpl

@hookimpl
def coopkit_checks():
    return [RecordCheck("nhin.nguoi", Label("Người", "People"), "person", lambda record, register: None)]
"""


@pytest.mark.parametrize("personal", ["false", "true"])
def test_a_check_sees_people_only_where_granted(tmp_path, monkeypatch, personal):
    """Undeclared, it is refused on trial; declared and not granted, its hook is refused, and nobody is shown to it."""
    told = manifest(
        "nhin",
        provides='{ checks = ["nhin.nguoi"] }',
        reads=f'{{ tables = ["contact", "cooperative"], personal = {personal} }}',
    )
    with site_of(tmp_path / "site", monkeypatch) as site:
        site.install("nhin", PEEKING, told=told)
        with Workspace.open(f"sqlite:///{tmp_path}/so.db", clock=lambda: NOON) as workspace:
            plugins = Plugins(workspace.as_(Actor.office("an")))
            if personal == "false":
                with pytest.raises(PluginError, match=r"nhin\.nguoi.*reads\.personal"):
                    plugins.on("nhin", limit=30)
                return
            plugins.on("nhin", limit=30)
            [state] = [one for one in workspace.registry.plugins() if one.name == "nhin"]
            assert "chưa được cấp quyền" in state.problem
            plugins.on("nhin", personal=True, limit=30)
            assert "nhin.nguoi" in workspace.registry.checks()
