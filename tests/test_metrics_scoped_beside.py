"""Plugins that belong to places beside all else: nobody else's figure changes, and a seal counts in the same places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from tests.distributions import Site, manifest, site_of
from tests.test_metrics_scoped import (
    CAT_HAI,
    IN_2023,
    RECORDS,
    REGISTER,
    VINH_BAO,
    YEAR,
    derived,
    fair,
    trial,
    unit,
    units,
    value,
)

from coopkit.access import Actor
from coopkit.cooperative import Membership
from coopkit.event import Participation
from coopkit.group import Alliance
from coopkit.ledger import Batch, Change
from coopkit.metrics.engine import evaluate
from coopkit.metrics.own import OWN_METRICS
from coopkit.place import shipped
from coopkit.registry import Registry
from coopkit.registry.inside import Inside
from coopkit.regulation import shipped_regulation
from coopkit.snapshot import TABLES, Snapshot
from coopkit.workspace import Sealing, Workspace

# ── Nobody else's figure ────────────────────────────────────────────────────────────────────────────────────────────

_PLACES = st.sampled_from([None, "316@1900-01-01", "11824@1900-01-01", "11914@1900-01-01", "303@1900-01-01"])
_ROWS = st.lists(st.tuples(_PLACES, st.integers(0, 2), st.booleans()), max_size=10)
_BY = st.sampled_from(["", "place:district", "place:commune", "sector", "unit"])


def drawn(rows: list[tuple[str | None, int, bool]]) -> Snapshot:
    made: list[Any] = [fair(f"e{n}", dt.date(2023, 1 + n, 1)) for n in range(3)]
    for n, (home, of, member) in enumerate(rows):
        made += [unit(f"c{n}", home), Participation(f"t{n}", f"e{of}", f"c{n}")]
        made += [Membership(f"m{n}", f"c{n}", dt.date(2020, 1, 1))] if member else []
    return Snapshot.of([*shipped().places, *shipped().successions, Alliance("a", "L", "31@1900-01-01"), *made])


@given(_ROWS, _BY, st.permutations(range(3)))
@settings(max_examples=15, phases=[Phase.generate])
def test_others_are_as_without_the_plugin(rows: Any, by: str, order: list[int]):
    """Every cell of coopkit's own metrics is the same, plugin or none, and in whatever order they are offered."""
    snapshot = drawn(rows)
    own = [one for one in OWN_METRICS if one.key.startswith(("fairs.", "members."))]
    theirs = [trial("vinhbao.turns"), derived("vinhbao.d", "fairs.turns")]
    groups: list[list[Any]] = [own, theirs, [units("v.u", CAT_HAI)]]
    plain = evaluate(own, snapshot, [YEAR], by=by)
    found = evaluate([one for n in order for one in groups[n]], snapshot, [YEAR], by=by)
    assert {key: cell for key, cell in found.cells.items() if key[0] in plain.metrics} == plain.cells


@given(_ROWS, _BY)
@example([], "")
@example([("303@1900-01-01", 0, True)], "place:district")
@settings(max_examples=6, phases=[Phase.generate])
def test_the_engines_agree(rows: Any, by: str):
    """Polars and DuckDB give the same cells."""
    metrics = [*OWN_METRICS[:3], trial("vinhbao.turns"), units("vinhbao.units"), trial("cathai.turns", CAT_HAI)]
    one, other = (evaluate(metrics, drawn(rows), [YEAR], by=by, engine=engine) for engine in ("polars", "duckdb"))
    assert one.cells == other.cells


# ── Sealed ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CODE = """
from coopkit import TURNS, Derived, Exporter, Flow, Label, Metric, hookimpl

NAME = Label("Thử", "Trial")

@hookimpl
def coopkit_metrics():
    return [
        Metric(key="vinhbao.turns", label=NAME, unit=TURNS, topic=NAME, table="participation",
               timing=Flow("event.start")),
        Metric(key="vinhbao.honours", label=NAME, unit=TURNS, topic=NAME, table="honour", timing=Flow("decided")),
        Derived(key="vinhbao.same", label=NAME, unit=TURNS, topic=NAME, of=("fairs.turns",), how=lambda one: one),
    ]

def write(report):
    told = {figure.key: figure.text() for figure in report.figures if figure.key in ("fairs.turns", "vinhbao.turns")}
    return repr(sorted(told.items())).encode()

@hookimpl
def coopkit_exporters():
    return [Exporter("vinhbao.text", NAME, "txt", "text/plain", write)]
"""
TOLD = manifest(
    "vinhbao",
    owners='[{ place = "316", on = 2023-12-31 }]',
    provides='{ metrics = ["vinhbao.turns", "vinhbao.honours", "vinhbao.same"], exporters = ["vinhbao.text"] }',
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_of(tmp_path / "site", monkeypatch) as made:
        made.install("vinhbao", CODE, told=TOLD)
        yield made


@pytest.mark.usefixtures("site")
def test_a_sealed_run_counts_in_the_same_places(tmp_path: Path):
    """The run of its own reads the scope beside the sealed module: the same figures, rows and bytes, run twice."""
    registry = Registry.load(modules={"vinhbao": "vinhbao_module"})
    now = dt.datetime(2024, 1, 5, tzinfo=dt.UTC)
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=registry, clock=lambda: now) as workspace:
        held = {place.id for place in shipped().places} | {one.id for one in shipped().successions}
        records = [one for one in RECORDS if one.id not in held]
        workspace.ledger.write(Batch("an", "nhập", now, changes=tuple(map(Change, records))))
        sealing = Sealing(workspace.as_(Actor.office("an")))
        question = sealing.question(YEAR, date=IN_2023)
        keys = {one.key for one in sealing.obstacles(question)}
        assert "vinhbao.honours" in keys
        sealing.seal(question, "r", waive=dict.fromkeys(keys, "dữ liệu thử"))
        outcome = sealing.results("r")
        told = [outcome.facts[key]["value"] for key in ("vinhbao.turns", "vinhbao.same", "fairs.turns")]
        assert told == [3, 3, 5]
        assert outcome.records["vinhbao.same"] == {"participation": ["e1-v1", "e2-v1", "e3-v2"]}
        assert "honour" in str(outcome.facts["vinhbao.honours"])
        wanted = b"[('fairs.turns', '3 l\xc6\xb0\xe1\xbb\xa3t'), ('vinhbao.turns', '3 l\xc6\xb0\xe1\xbb\xa3t')]"
        assert sealing.file("r", "vinhbao.text") == wanted
        assert sealing.again("r").differences == ()


@pytest.mark.usefixtures("site")
def test_an_exporter_is_given_its_places():
    """Coopkit's own figures too are those of the district in the report that a district's exporter gets."""
    registry = Registry.load(modules={"vinhbao": "vinhbao_module"})
    inside = Inside(registry, REGISTER, shipped_regulation())
    told = {one.key: one for one in inside.metrics("vinhbao")}
    assert all(one.scope and one.scope.owners == VINH_BAO.owners for one in told.values())
    assert told["fairs.turns"].scope
    assert told["fairs.turns"].scope.tables == frozenset(TABLES)
    found = inside.evaluate("vinhbao", [YEAR])
    assert [value(found, key) for key in ("fairs.turns", "vinhbao.turns")] == [3, 3]
    opened = found.records(found.cell("vinhbao.turns"))["vinhbao.turns"]
    assert opened.counted.column("id").to_pylist() == ["e1-v1", "e2-v1", "e3-v2"]
