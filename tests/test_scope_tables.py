"""Which tables a plugin may read: what it declared, the map, and no way round."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.test_scope import RICH, VINH_BAO, ids, register, rich

from coopkit.cooperative import Person
from coopkit.errors import NotFound, PluginError
from coopkit.plugin import PluginSetting
from coopkit.record import make_id
from coopkit.scope import GROUND, KEPT_BACK, Scope, limited, narrowed
from coopkit.snapshot import TABLES, Snapshot

SCOPE = Scope("vinhbao", (VINH_BAO,), frozenset({"participation", "event"}))


@pytest.mark.parametrize("table", sorted(set(TABLES) - GROUND - {"participation", "event"}))
def test_a_table_that_was_not_declared(table: str):
    """Asking for it, however that is done, says who asked, for what, and where to declare it."""
    seen = limited(RICH, SCOPE)
    where = "reads.personal" if table == "person" else "reads.tables"
    told = rf"vinhbao: đọc bảng {table} chưa khai trong {where} của coopkit_plugin\.toml"
    for ask in (
        lambda: seen.table(table),
        lambda: seen.tables[table],
        lambda: seen.tables.get(table),
        lambda: table in seen.tables,
        lambda: seen.records(TABLES[table].cls),
    ):
        with pytest.raises(PluginError, match=told):
            ask()
    assert table not in seen.replace(participation=seen.table("participation")).tables


def test_what_is_declared_is_given():
    """Its own rows of the tables it declared, the map, and the events with their fields; no other table is listed."""
    seen = limited(RICH, SCOPE)
    assert set(seen.tables) == GROUND | SCOPE.tables
    assert len(seen.tables) == len(list(seen.tables))
    assert ids(seen, "participation") == ["t1"]
    assert sorted(seen.table("event").column("id").to_pylist()) == ["covers-both", "covers-vb", "gathers-vb"]
    assert seen.places.get("316", dt.date(2023, 12, 31)) is not None
    assert limited(RICH, SCOPE) is seen


def test_a_table_that_is_nowhere_is_none():
    """A slip of the pen is told as one, with the tables that may be read."""
    with pytest.raises(NotFound, match=r"'participations'.*participation"):
        limited(RICH, SCOPE).table("participations")


def test_nobody_reads_what_is_kept_back():
    """Not even a plugin that declared it: switches, settings and seals are no plugin's matter; people only granted."""
    greedy = Scope("x", (), frozenset(TABLES))
    kept = [table for table in TABLES if not greedy.allows(table)]
    assert kept == [name for name in TABLES if name in KEPT_BACK]
    assert Scope("x", (), personal=True).allows("person")
    assert not Scope("x", (), personal=True).allows("plugin_setting")


def test_people_are_seen_where_granted():
    """With the grant a district's plugin sees the names of its own people, and of no others."""
    seen = limited(RICH, Scope("x", (VINH_BAO,), frozenset(), personal=True))
    assert sorted(person.name for person in seen.records(Person)) == ["Người Thử Ba", "Người Thử Một"]


def test_personal_columns_are_empty_without_the_grant(monkeypatch: pytest.MonkeyPatch):
    """Were a table with personal columns ever open to all, these columns would be empty in it."""
    monkeypatch.setattr("coopkit.scope.KEPT_BACK", frozenset())
    seen = limited(Snapshot.of(rich()), Scope("x", (), frozenset({"person"})))
    assert seen.table("person").num_rows == 4
    for column in ("name", "phone", "email"):
        assert seen.table("person").column(column).null_count == 4


def test_settings_of_other_plugins_are_not_seen():
    """A setting may name where a secret lies."""
    snapshot = register(PluginSetting(make_id("plugin_setting", "a", "k"), "other", "token", '"TOKEN"'))
    with pytest.raises(PluginError, match="plugin_setting"):
        limited(snapshot, SCOPE).records(PluginSetting)


def test_a_limited_register_can_be_narrowed_again():
    """What belongs to the same places already is not looked for in tables that the plugin may not read."""
    seen = limited(RICH, SCOPE)
    assert ids(narrowed(seen, SCOPE.owners), "participation") == ["t1"]


@pytest.mark.parametrize(
    ("reads", "told"),
    [
        ({("membership", "joined")}, "membership"),
        ({("event", "kind"), ("sealed_run", "id")}, "sealed_run"),
        ({("person", "phone")}, "reads.personal"),
    ],
)
def test_require_names_what_may_not_be_read(reads: set[tuple[str, str]], told: str):
    """The table, or where to ask for people."""
    SCOPE.require({("event", "kind"), ("participation", "id"), ("place", "code")})
    with pytest.raises(PluginError, match=told):
        SCOPE.require(reads)


def test_a_lazy_table_stays_lazy(tmp_path: Any):
    """A table that is scanned out of a file is narrowed by a condition, not read into memory."""
    pq.write_table(RICH.tables["participation"], tmp_path / "p.parquet")
    scan = ds.dataset(tmp_path / "p.parquet")
    seen = narrowed(RICH.replace(participation=scan), (VINH_BAO,))
    assert isinstance(seen.tables["participation"], ds.Dataset)
    assert ids(seen, "participation") == ["t1"]
    assert ids(seen, "event") == ["covers-both", "covers-vb", "gathers-vb"]
    again = narrowed(seen, (VINH_BAO,))
    assert isinstance(again.tables["participation"], ds.Dataset)
    assert ids(again, "participation") == ["t1"]
