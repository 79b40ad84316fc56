"""A plugin's manifest: every rule of it, each fault told with the file and the key, and nothing of the plugin run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.distributions import manifest

from coopkit.errors import PluginError
from coopkit.plugin import PluginSetting, Settings
from coopkit.registry import PluginManifest, SettingSchema
from coopkit.registry.manifest import API, FILE, PROVIDES
from coopkit.scope import Owner
from coopkit.text import Label


def read(**more: Any) -> PluginManifest:
    return PluginManifest.read(manifest("thu", **more), "thu")


def with_setting(**more: Any) -> str:
    told = {"type": '"int"', "label": '{ vi = "Sao", en = "Stars" }', "default": "3", **more}
    return "{ sao = { " + ", ".join(f"{key} = {value}" for key, value in told.items() if value is not None) + " } }"


def test_a_manifest_that_is_right():
    """Owners with a day and without, what is read and given, and settings with their defaults."""
    told = read(
        owners='[{ place = "316", on = 2023-12-31 }, { place = "317" }]',
        reads='{ tables = ["event"], personal = true }',
        settings=with_setting(minimum="1", maximum="5", help='"Từ 1 đến 5"'),
        description='{ vi = "Thử", en = "Trial" }',
    )
    assert told.owners == (Owner("316", dt.date(2023, 12, 31)), Owner("317"))
    assert (told.api, told.defaults, told.provides) == (API, {"sao": 3}, {"metrics": ("thu.turns",)})
    assert told.scope(granted=True).personal
    assert not told.scope(granted=False).personal
    assert told.scope(granted=True).tables == {"event"}
    assert not read().scope(granted=True).personal


def test_a_label_may_be_one_text():
    """One text stands for both languages."""
    assert read(name='"Thử"').name == Label("Thử", "Thử")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"id": '"Thu"'}, "id 'Thu'"),
        ({"id": '"1thu"'}, "id '1thu'"),
        ({"id": '"thu-nghiem"'}, "id 'thu-nghiem'"),
        ({"id": '"thử"'}, "id 'thử'"),
        ({"id": '""'}, "id ''"),
        ({"id": '"coopkit"', "provides": "{}"}, "id 'coopkit'"),
        ({"id": "7"}, "7: cần str"),
        ({"id": None}, "id"),
        ({"version": None}, "version"),
        ({"version": "1.0"}, "version"),
        ({"api": None}, "api"),
        ({"api": '"1"'}, "api"),
        ({"api": "true"}, "api"),
        ({"requires": None}, "requires"),
        ({"name": None}, "name"),
        ({"name": '{ vi = "Thử" }'}, "name"),
        ({"name": '{ vi = "Thử", en = 7 }'}, "name"),
        ({"name": '{ vi = "Thử", en = "T", fr = "E" }'}, "name"),
        ({"provides": None}, "provides"),
        ({"provides": "7"}, "provides"),
        ({"provides": '{ metrics = "thu.turns" }'}, "provides"),
        ({"provides": '{ metric = ["thu.turns"] }'}, "provides: không có ['metric']"),
        ({"provides": '{ metrics = ["khac.turns"] }'}, "provides: 'khac.turns' phải bắt đầu bằng 'thu.'"),
        ({"provides": '{ metrics = ["thuturns"] }'}, "provides: 'thuturns'"),
        ({"provides": '{ metrics = ["thu."] }'}, "provides: 'thu.'"),
        ({"provides": '{ metrics = ["thu.a", "thu.a"] }'}, "provides.metrics: 'thu.a'"),
        ({"provides": "{ metrics = [7] }"}, "provides"),
        ({"reads": '{ tables = ["unions"] }'}, "reads.tables: không được khai ['unions']"),
        ({"reads": '{ tables = ["person"] }'}, "reads.personal"),
        ({"reads": '{ tables = ["plugin_setting"] }'}, "reads.tables: không được khai ['plugin_setting']"),
        ({"reads": '{ tables = ["sealed_run"] }'}, "reads.tables"),
        ({"reads": '{ personal = "yes" }'}, "reads.personal"),
        ({"reads": "{ people = true }"}, "reads"),
        ({"owners": '[{ place = "316", on = "2023-12-31" }]'}, "owners"),
        ({"owners": '[{ place = "316", on = 2023-12-31T00:00:00 }]'}, "owners"),
        ({"owners": "[{ place = 316 }]"}, "owners"),
        ({"owners": "[{ on = 2023-12-31 }]"}, "owners"),
        ({"owners": '["316"]'}, "owners"),
        ({"owner": '[{ place = "316" }]'}, "owner"),
        ({"settings": with_setting(type='"float"')}, "settings.sao: không có loại 'float'"),
        ({"settings": with_setting(default=None)}, "settings.sao: thiếu default"),
        ({"settings": with_setting(default='"3"')}, "settings.sao.default"),
        ({"settings": with_setting(default="true")}, "settings.sao.default"),
        ({"settings": with_setting(minimum="5")}, "settings.sao.default: phải từ 5"),
        ({"settings": with_setting(maximum="1")}, "settings.sao.default: nhiều nhất 1"),
        ({"settings": with_setting(type='"choice"', default='"a"')}, "settings.sao: thiếu options"),
        ({"settings": with_setting(type='"choice"', default='"a"', options='["b"]')}, "settings.sao.default"),
        ({"settings": with_setting(type='"secret"', default='"s3cret value"')}, "settings.sao.default"),
        ({"settings": with_setting(type='"text"')}, "settings.sao.default"),
        ({"settings": with_setting(label=None)}, "label"),
        ({"settings": with_setting(unit='"sao"')}, "unit"),
        ({"settings": "{ sao = 3 }"}, "settings"),
    ],
    ids=str,
)
def test_a_fault_names_the_file_and_the_key(more: dict[str, str | None], told: str):
    """Whatever is wrong is told with the plugin, the file, and the key or value that is."""
    with pytest.raises(PluginError) as caught:
        read(**more)
    assert str(caught.value).startswith("thu: ")
    assert FILE in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text", ["id = ", "id = 'a'\nid = 'b'", "\x00", "[[", "id = 2023-99-99", "id = " + "[" * 9_000]
)
def test_what_is_no_toml(text: str):
    """A spoilt file is told with its name; it is not a crash."""
    with pytest.raises(PluginError, match=f"thu: {FILE} không đúng TOML"):
        PluginManifest.read(text, "thu")


def test_an_empty_file_lacks_everything():
    """Each key that is missing is named at once."""
    with pytest.raises(PluginError) as caught:
        PluginManifest.read("", "thu")
    for key in ("id", "version", "api", "requires", "name", "provides"):
        assert key in str(caught.value)


def test_all_faults_are_told_at_once():
    """Whoever mends a manifest sees the whole list."""
    with pytest.raises(PluginError) as caught:
        read(provides='{ metrics = ["a.b"], pages = ["c.d"] }', reads='{ tables = ["x"] }')
    assert all(one in str(caught.value) for one in ("a.b", "c.d", "['x']"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, ""),
        ({"requires": '"coopkit"'}, ""),
        ({"requires": '"coopkit>=0.1a1,<1"'}, ""),
        ({"api": "2"}, "viết cho api 2, coopkit này có api 1"),
        ({"api": "0"}, "viết cho api 0"),
        ({"requires": '"coopkit>=2"'}, "cần coopkit>=2, đang có coopkit 0.1.0"),
        ({"requires": '"coopkit<0.1"'}, "cần coopkit<0.1"),
        ({"requires": '"polars>=1"'}, "cần polars>=1"),
        ({"requires": '"coopkit >> 1"'}, "requires 'coopkit >> 1'"),
        ({"requires": '""'}, "requires ''"),
    ],
)
def test_another_coopkit(more: dict[str, str], told: str):
    """A plugin of another contract, or of another range of versions, says so."""
    found = read(**more).incompatible("0.1.0")
    assert found.startswith(told)
    assert bool(found) is bool(told)


def test_each_hook_can_be_provided():
    """The kinds are the hooks' names without their prefix."""
    from coopkit.registry.seam import HOOKS

    assert {f"coopkit_{kind}" for kind in PROVIDES} == set(HOOKS)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (SettingSchema("int", Label("a", "a"), 3, 1, 5), [1, 5], [0, 6, True, "3", 3.0, None]),
        (SettingSchema("text", Label("a", "a"), ""), ["", "x"], [3, None]),
        (SettingSchema("flag", Label("a", "a"), default=False), [True, False], [1, 0, "true", None]),
        (SettingSchema("choice", Label("a", "a"), "a", options=("a", "b")), ["a", "b"], ["c", "", 1]),
        (SettingSchema("secret", Label("a", "a")), ["TOKEN", "A_1"], ["token", "hunter2", "", "A B", 7]),
    ],
    ids=lambda one: one.type if isinstance(one, SettingSchema) else "",
)
def test_a_setting_takes_what_it_may(schema: SettingSchema, good: list[Any], bad: list[Any]):
    """Values of its type within its bounds, and no others; the key is named."""
    assert [schema.check("sao", value) for value in good] == good
    for value in bad:
        with pytest.raises(PluginError, match="sao"):
            schema.check("sao", value)


# ── Settings as a plugin reads them ─────────────────────────────────────────────────────────────────────────────────


def told(value: str, **where: str) -> PluginSetting:
    return PluginSetting(f"s-{value}", "thu", "sao", value, **where)


CITY, PLACE, CAMPAIGN = told("4"), told("5", place="316"), told("6", campaign="pt")


@pytest.mark.parametrize(
    ("settings", "at", "found"),
    [
        ((), {}, (3, "default")),
        ((CITY,), {}, (4, "city")),
        ((CITY, PLACE), {}, (4, "city")),
        ((PLACE,), {}, (3, "default")),
        ((CITY, PLACE), {"place": "316"}, (5, "place")),
        ((CITY, PLACE), {"place": "317"}, (4, "city")),
        ((CAMPAIGN, PLACE, CITY), {"place": "316", "campaign": "pt"}, (6, "campaign")),
        ((CAMPAIGN, PLACE, CITY), {"place": "316", "campaign": "khac"}, (5, "place")),
        ((CAMPAIGN,), {}, (3, "default")),
        ((CAMPAIGN, CITY), {"campaign": "pt"}, (6, "campaign")),
    ],
)
def test_the_nearest_setting_holds(settings: tuple[PluginSetting, ...], at: dict[str, str], found: tuple[int, str]):
    """What was set for the campaign, else the place, else the city, else the manifest's default."""
    held = Settings({"sao": 3}, settings).at(**at)
    assert (held["sao"], held.origin("sao")) == found
    assert dict(held) == {"sao": found[0]}


def test_a_setting_that_is_not_declared_is_named():
    """Asking for another key says which there are; one that was set but is no longer declared is not read."""
    with pytest.raises(PluginError, match=r"không có thiết đặt 'x'.*sao"):
        Settings({"sao": 3}, (CITY,))["x"]
    assert dict(Settings({}, (CITY,))) == {}


def test_a_secret_is_what_the_environment_holds(monkeypatch: pytest.MonkeyPatch):
    """The setting names a variable; where that is not set, it is told by name, and no value ever is."""
    held = Settings({"token": "THU_TOKEN", "none": None})
    with pytest.raises(PluginError, match="THU_TOKEN"):
        held.secret("token")
    with pytest.raises(PluginError):
        held.secret("none")
    monkeypatch.setenv("THU_TOKEN", "x")
    assert held.secret("token") == "x"
    assert "THU_TOKEN" in str(dict(held))


def test_the_hash_follows_what_was_set():
    """It changes with any value or place, not with the order, and not with what is only a default."""
    assert Settings({"sao": 3}).hash == Settings({"sao": 9}).hash
    assert Settings({}, (CITY, PLACE)).hash == Settings({}, (PLACE, CITY)).hash
    hashes = {Settings({}, one).hash for one in ((), (CITY,), (PLACE,), (CAMPAIGN,), (told("5"),), (CITY, PLACE))}
    assert len(hashes) == 6
