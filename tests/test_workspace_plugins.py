"""What an administrator does with plugins: each act is one journalled batch, and a refusal writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.distributions import METRIC, Site, manifest, site_of

from coopkit.access import NOBODY, OFFICE, SECRETARY, Action, Actor, Role
from coopkit.campaign import Campaign
from coopkit.errors import AccessDenied, NotFound, PluginError, RunError
from coopkit.ledger import Batch, Change
from coopkit.period import Period
from coopkit.plugin import PluginSetting, PluginSwitch
from coopkit.registry import PluginState, State
from coopkit.text import Label
from coopkit.workspace import Desk, Plugins, Question, Sealing, Workspace

NOON = dt.datetime(2024, 1, 5, 5, tzinfo=dt.UTC)
ADMIN = Role("admin", Label("Quản trị", "Administrator"), frozenset({Action.VIEW, Action.PLUGIN}))
SCHEMA = """{
  sao = { type = "int", label = { vi = "Sao", en = "Stars" }, default = 3, minimum = 1, maximum = 5 },
  token = { type = "secret", label = "Khóa" } }""".replace("\n", " ")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_of(tmp_path / "site", monkeypatch) as made:
        made.install("mau", told=manifest("mau", settings=SCHEMA))
        yield made


@pytest.fixture
def workspace(site: Site) -> Iterator[Workspace]:
    with Workspace.open(f"sqlite:///{site.folder.parent}/so.db", clock=lambda: NOON) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return workspace.as_(Actor.office("an"))


def state(desk: Desk, name: str = "mau") -> PluginState:
    return next(one for one in Plugins(desk).all() if one.name == name)


def journal(desk: Desk) -> list[tuple[str, str]]:
    return [(one.actor, one.reason) for one in desk.batches()]


def test_on_and_off(desk: Desk):
    """Each is one batch of the actor's, with its reason; the metric comes and goes at once."""
    assert state(desk).state is State.FOUND
    before = len(desk.batches())
    Plugins(desk).on("mau", reason="theo Quyết định 1")
    assert (state(desk).state, "mau.turns" in desk.metrics()) == (State.ON, True)
    [held] = desk.snapshot().records(PluginSwitch)
    assert (held.plugin, held.on, held.version, len(held.code), held.personal) == ("mau", True, "1.0", 64, False)
    Plugins(desk).off("mau")
    assert (state(desk).state, "mau.turns" in desk.metrics()) == (State.OFF, False)
    assert journal(desk)[before:] == [("an", "theo Quyết định 1"), ("an", "Tắt tiện ích mau")]
    assert len(desk.history(held.id)) == 2
    assert desk.verify() == []


def test_undo_switches_back(desk: Desk):
    """Taking the batch back leaves the plugin as it was before, at the next desk."""
    receipt = Plugins(desk).on("mau")
    desk.undo(receipt.number)
    again = desk.workspace.as_(desk.actor)
    assert "mau.turns" not in again.metrics()
    assert state(again).state is State.FOUND
    Plugins(again).on("mau")
    off = Plugins(again).off("mau")
    again.undo(off.number)
    assert "mau.turns" in desk.workspace.as_(desk.actor).metrics()


@pytest.mark.parametrize(
    ("code", "told", "why"),
    [
        ("raise ValueError('hỏng')", "", "ValueError: hỏng"),
        ("import os; os._exit(3)", "", "mã 3"),
        ("while True: pass", "", "chạy quá 2 giây"),
        (None, manifest("hong", owners='[{ place = "9999" }]'), "không có địa bàn mã '9999'"),
        (None, manifest("hong", owners='[{ place = "316", on = 2025-07-01 }]'), "01/07/2025"),
        (None, manifest("hong", api="2"), "api 2"),
        (None, manifest("hong", provides='{ metrics = ["hong.x"] }'), "hong.turns"),
        (None, "id =", "TOML"),
    ],
)
def test_what_cannot_be_switched_on(desk: Desk, site: Site, code: str | None, told: str, why: str):
    """Nothing is written, this process has loaded nothing, and why is told and remembered."""
    site.install("hong", code, told=told)
    before = desk.batches()
    with pytest.raises(PluginError, match="Không bật được hong") as caught:
        Plugins(desk).on("hong", limit=2 if code and "while" in code else 20)
    assert why in str(caught.value)
    assert desk.batches() == before
    assert desk.snapshot().records(PluginSwitch) == []
    failed = desk.workspace.health.failures()["hong"]
    assert (why in failed.what, failed.first) == (True, NOON)
    assert state(desk, "hong").state in (State.FAILED, State.INCOMPATIBLE)


def test_try_writes_nothing(desk: Desk, site: Site):
    """A trial says what a plugin offers, or what is wrong, which is remembered until it is switched on."""
    assert Plugins(desk).try_("mau").offers == {"coopkit_metrics": ("mau.turns",)}
    before = desk.batches()
    (site.folder / "mau_module/__init__.py").write_text("raise ValueError('hỏng')", encoding="utf-8")
    assert "hỏng" in Plugins(desk).try_("mau").problem
    assert state(desk).state is State.FAILED
    assert desk.batches() == before
    (site.folder / "mau_module/__init__.py").write_text(METRIC.format(id="mau"), encoding="utf-8")
    Plugins(desk).on("mau")
    assert state(desk).state is State.ON
    assert desk.workspace.health.failures() == {}


def test_personal_data_is_granted_apart(desk: Desk, site: Site):
    """Only to a plugin that asks for it, and only while the grant is repeated."""
    with pytest.raises(PluginError, match="không xin đọc dữ liệu cá nhân"):
        Plugins(desk).on("mau", personal=True)
    assert desk.snapshot().records(PluginSwitch) == []
    site.install("nguoi", told=manifest("nguoi", reads='{ tables = ["participation", "event"], personal = true }'))
    for personal in (True, False):
        Plugins(desk).on("nguoi", personal=personal)
        scope = desk.workspace.registry.scope("nguoi")
        assert scope
        assert scope.personal is personal
        assert scope.allows("person") is personal


def test_changed_code_is_off_until_it_is_switched_on(desk: Desk, site: Site):
    """The state says so; switching it on takes the new files, in this process too."""
    Plugins(desk).on("mau")
    text = METRIC.format(id="mau").replace("Lượt", "Lượt mới")
    (site.folder / "mau_module/__init__.py").write_text(text, encoding="utf-8")
    assert state(desk).state is State.OFF
    assert "đã đổi" in state(desk).problem
    Plugins(desk).on("mau")
    assert desk.metrics()["mau.turns"].label.vi == "Lượt mới"


def test_a_second_workspace_follows(tmp_path: Path, desk: Desk):
    """Another process's desk has what was switched and set since, when it is next taken."""
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", clock=lambda: NOON) as other:
        theirs = other.as_(Actor.office("binh"))
        assert "mau.turns" not in theirs.metrics()
        Plugins(desk).on("mau")
        assert "mau.turns" in other.as_(theirs.actor).metrics()
        loaded = other.registry
        other.as_(theirs.actor)
        assert other.registry is loaded
        Plugins(desk).set("mau", "sao", 5)
        assert other.as_(theirs.actor).workspace.registry.settings("mau")["sao"] == 5
        Plugins(theirs).off("mau")
        assert "mau.turns" not in desk.workspace.as_(desk.actor).metrics()


@pytest.mark.parametrize("role", [NOBODY, SECRETARY, Role("view", Label("x", "x"), frozenset({Action.VIEW}))])
def test_who_may_not(workspace: Workspace, role: Role):
    """Without the right to plugins nothing is tried, switched or set; who may look sees the list."""
    plugins = Plugins(workspace.as_(Actor("ai-do", role)))
    acts = [
        lambda: plugins.on("mau"),
        lambda: plugins.off("mau"),
        lambda: plugins.try_("mau"),
        lambda: plugins.set("mau", "sao", 4),
        lambda: plugins.on_together("mau", reason="x"),
    ]
    before = workspace.ledger.batches()
    for act in acts:
        with pytest.raises(AccessDenied):
            act()
    assert workspace.ledger.batches() == before
    if role is NOBODY:
        with pytest.raises(AccessDenied):
            plugins.all()
    else:
        assert plugins.all()


def test_the_right_to_plugins_is_enough(workspace: Workspace):
    """Who may do nothing else but look switches and sets all the same, under their own name."""
    plugins = Plugins(workspace.as_(Actor("quan-tri", ADMIN)))
    plugins.on("mau")
    plugins.set("mau", "sao", 4)
    plugins.off("mau")
    assert [one.actor for one in workspace.ledger.batches()][1:] == ["quan-tri"] * 3
    assert ADMIN.allows < OFFICE.allows


def test_kinds_of_events_come_with_the_plugin(desk: Desk, site: Site):
    """Switching on writes the declaration of its kinds, so that events of these can be read ever after."""
    code = """
from coopkit import OWN_KINDS, hookimpl
from attrs import evolve

@hookimpl
def coopkit_event_kinds():
    return [evolve(OWN_KINDS[0], key="kieu.hop")]
"""
    site.install(
        "kieu",
        code.replace("OWN_KINDS, ", "").replace("from attrs", "from coopkit.event import OWN_KINDS\nfrom attrs"),
        told=manifest("kieu", provides='{ event_kinds = ["kieu.hop"] }'),
    )
    Plugins(desk).on("kieu")
    assert "kieu.hop" in desk.snapshot().kinds
    Plugins(desk).off("kieu")
    assert "kieu.hop" in desk.snapshot().kinds


def test_on_together(desk: Desk, site: Site):
    """One batch for all that are sound; the others by name with the reason; a second time nothing is written."""
    site.install("hai")
    site.install("hong", "raise ValueError('hỏng')")
    before = len(desk.batches())
    problems = Plugins(desk).on_together("mau", "hai", "hong", "khong_cai", reason="dữ liệu mẫu")
    assert list(problems) == ["hong"]
    assert "hỏng" in problems["hong"]
    assert journal(desk)[before:] == [("an", "dữ liệu mẫu")]
    assert {"mau.turns", "hai.turns"} <= set(desk.metrics())
    Plugins(desk).on_together("mau", "hai", reason="dữ liệu mẫu")
    assert len(desk.batches()) == before + 1


@pytest.mark.parametrize("act", ["on", "try_", "settings", "find"])
def test_one_that_is_not_installed(desk: Desk, act: str):
    """It is told with those there are."""
    with pytest.raises(NotFound, match=r"'khong_co'.*mau"):
        getattr(Plugins(desk), act)("khong_co")


def test_one_that_is_not_on_cannot_be_switched_off(desk: Desk):
    """Neither one that never was, nor twice."""
    for _ in range(2):
        with pytest.raises(NotFound, match="không bật"):
            Plugins(desk).off("mau")
        if not desk.snapshot().records(PluginSwitch):
            Plugins(desk).on("mau")
            Plugins(desk).off("mau")


# ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_settings_for_city_place_and_campaign(desk: Desk):
    """Each is set by a batch of its own and told with where it comes from; setting it again changes it."""
    plugins = Plugins(desk)
    plugins.on("mau")
    campaign = Campaign("pt", "Phong trào", "2024", dt.date(2024, 1, 1))
    desk.workspace.ledger.write(Batch("an", "phát động", NOON, changes=(Change(campaign),)))
    plugins.set("mau", "sao", 4, reason="theo nghị quyết")
    plugins.set("mau", "sao", 5, place="316")
    plugins.set("mau", "sao", 2, campaign="pt")
    plugins.set("mau", "sao", 1, campaign="pt")
    told = [
        (one.value, one.origin)
        for at in ({}, {"place": "316"}, {"place": "317"}, {"campaign": "pt"}, {"place": "316", "campaign": "pt"})
        for one in plugins.settings("mau", **at)
        if one.key == "sao"
    ]
    assert told == [(4, "city"), (5, "place"), (4, "city"), (1, "campaign"), (1, "campaign")]
    assert len(desk.snapshot().records(PluginSetting)) == 3
    assert ("an", "theo nghị quyết") in journal(desk)
    assert desk.workspace.registry.settings("mau")["sao"] == 4


def test_what_was_set_is_taken_back(desk: Desk):
    """By an act of its own, also where the plugin is off; what was never set cannot be."""
    plugins = Plugins(desk)
    plugins.set("mau", "sao", 4)
    plugins.set("mau", "sao", 5, place="316@2023-12-31")
    plugins.unset("mau", "sao", place="316", reason="thôi")
    assert [(one.value, one.place) for one in desk.snapshot().records(PluginSetting)] == [("4", None)]
    assert ("an", "thôi") in journal(desk)
    with pytest.raises(NotFound, match="Chưa đặt"):
        plugins.unset("mau", "sao", place="316")


@pytest.mark.parametrize(
    ("key", "value", "more", "told"),
    [
        ("sao", 6, {}, "nhiều nhất 5"),
        ("sao", 0, {}, "phải từ 1"),
        ("sao", "4", {}, "không phải là int"),
        ("sao", None, {}, "không phải là int"),
        ("mau_sac", 4, {}, "không có thiết đặt 'mau_sac'"),
        ("token", "mat-khau-that", {}, "biến môi trường"),
        ("sao", 4, {"place": "316", "campaign": "pt"}, "cho địa bàn hoặc cho phong trào"),
        ("sao", 4, {"place": "99999"}, "Không có địa bàn mã '99999'"),
        ("sao", 4, {"campaign": "khong_co"}, "Không có phong trào 'khong_co'"),
    ],
)
def test_what_may_not_be_set(desk: Desk, key: str, value: object, more: dict[str, str], told: str):
    """A wrong key, value or place is told, and nothing is written."""
    before = desk.batches()
    with pytest.raises((PluginError, NotFound), match=told):
        Plugins(desk).set("mau", key, value, **more)
    assert desk.batches() == before


def test_a_plugin_can_be_set_before_it_is_on(desk: Desk):
    """What was set holds when it is."""
    Plugins(desk).set("mau", "sao", 5)
    Plugins(desk).on("mau")
    assert desk.workspace.registry.settings("mau")["sao"] == 5


def test_the_doctor(desk: Desk, site: Site):
    """What should be on and is not, and settings that nobody reads; nothing where all is well."""
    plugins = Plugins(desk)
    plugins.on("mau")
    plugins.set("mau", "sao", 4)
    assert list(plugins.doctor()) == []
    (site.folder / "mau_module/coopkit_plugin.toml").write_text(manifest("mau"), encoding="utf-8")
    told = list(plugins.doctor())
    assert len(told) == 2
    assert "mau: mã nguồn đã đổi" in told[0]
    assert told[1].startswith("mau.sao: thiết đặt không ai đọc")


# ── Seals ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def asked(desk: Desk) -> Question:
    return Sealing(desk).question(Period.parse("2023"), date=dt.date(2023, 12, 31))


def others(desk: Desk) -> dict[str, str]:
    keys = (one.key for one in Sealing(desk).obstacles(asked(desk)))
    return {key: "dữ liệu thử" for key in keys if not key.startswith("plugin.")}


BREAKS = {
    "changed": METRIC.format(id="mau") + "\n# khác",
    "failed": "raise ValueError('hỏng')",
    "quarantined": METRIC.format(id="mau").replace("    return", "    raise ValueError('hỏng')\n    return"),
}


@pytest.mark.parametrize("what", [*BREAKS, "gone", "barred"])
def test_a_wanted_plugin_that_is_not_on_refuses_the_seal(
    desk: Desk, site: Site, what: str, monkeypatch: pytest.MonkeyPatch
):
    """Changed, failed, quarantined, gone or barred: it is named, and can be let pass with a reason that is printed."""
    Plugins(desk).on("mau")
    assert not [one for one in Sealing(desk).obstacles(asked(desk)) if one.key == "plugin.mau"]
    if what == "gone":
        for path in (site.folder / "dist_mau-1.0.dist-info").iterdir():
            path.unlink()
        (site.folder / "dist_mau-1.0.dist-info").rmdir()
    elif what == "barred":
        monkeypatch.setenv("COOPKIT_SAFE_MODE", "1")
    else:
        (site.folder / "mau_module/__init__.py").write_text(BREAKS[what], encoding="utf-8")
    if what in ("failed", "quarantined"):
        _switch_by_force(desk)
    desk.workspace.follow(anew=True)
    sealing = Sealing(desk)
    told = [one for one in sealing.obstacles(asked(desk)) if one.key == "plugin.mau"]
    assert len(told) == 1
    with pytest.raises(RunError, match=r"plugin\.mau"):
        sealing.seal(asked(desk), "r", waive=others(desk))
    if what not in ("quarantined", "gone"):
        return
    waived = {**others(desk), "plugin.mau": "chờ bản sửa"}
    run, _ = sealing.seal(asked(desk), "r", waive=waived)
    assert "chờ bản sửa" in (run.waived or "")


def _switch_by_force(desk: Desk) -> None:
    """The switch as it stands where code that loads in a trial fails in the office."""
    plugins = Plugins(desk)
    plugins._write([plugins._on(plugins.find("mau"))], "bằng tay")
