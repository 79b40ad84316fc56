"""What an installed plugin is: found, off, on, changed, gone, barred; and what strict and safe modes do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.distributions import METRIC, Site, found, manifest, site_of, switched

from coopkit.errors import PluginError
from coopkit.plugin import PluginSetting
from coopkit.registry import Modes, PluginState, Registry, State


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_of(tmp_path / "site", monkeypatch) as made:
        made.install("mau")
        yield made


def state(registry: Registry, name: str = "mau") -> PluginState:
    return next(one for one in registry.plugins() if one.name == name)


def loads(registry: Registry, name: str = "mau") -> bool:
    return f"{name}.turns" in registry.metrics().keys() - registry.missing().keys()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("switches", "modes", "told", "reason"),
    [
        (None, Modes(), None, ""),
        ([], Modes(), State.FOUND, "chưa được bật"),
        ([True], Modes(), State.ON, ""),
        ([False], Modes(), State.OFF, "đã tắt"),
        ([True], Modes(safe=True), State.OFF, "COOPKIT_SAFE_MODE"),
        ([True], Modes(only=()), State.OFF, "COOPKIT_PLUGINS"),
        ([True], Modes(only=("khac",)), State.OFF, "COOPKIT_PLUGINS"),
        ([True], Modes(only=("mau",)), State.ON, ""),
        ([False], Modes(only=("mau",)), State.OFF, "đã tắt"),
        ([True], Modes(safe=True, only=("mau",)), State.OFF, "COOPKIT_SAFE_MODE"),
    ],
)
def test_what_it_is(switches: list[bool] | None, modes: Modes, told: State | None, reason: str):
    """Loaded only where it is on with this code and nothing bars it; the reason is told, and whether it was wanted."""
    made = None if switches is None else [switched("mau", on=on) for on in switches]
    registry = Registry.load(switches=made, modes=modes)
    assert loads(registry) is (told is State.ON)
    if told is None:
        assert [one.name for one in registry.plugins()] == ["coopkit"]
        return
    found_state = state(registry)
    assert (found_state.state, found_state.wanted) == (told, bool(switches and switches[0]))
    assert reason in found_state.reason
    assert bool(found_state.problem) is (found_state.wanted and told is not State.ON)


def test_changed_code_is_not_loaded(site: Site):
    """Other files than those that were switched on are not run, until somebody switches these on."""
    switch = switched("mau")
    (site.folder / "mau_module/__init__.py").write_text("raise RuntimeError('changed')", encoding="utf-8")
    registry = Registry.load(switches=[switch])
    assert state(registry).state is State.OFF
    assert "mã nguồn đã đổi" in state(registry).problem
    assert "mau_module" not in sys.modules
    assert state(Registry.load(switches=[switched("mau")])).state is State.FAILED


def test_one_that_is_gone():
    """Switched on and no longer installed is told; switched off and gone is nobody's matter."""
    registry = Registry.load(switches=[switched("di_roi", code="x"), switched("cu", on=False, code="x")])
    told = state(registry, "di_roi")
    assert (told.state, told.wanted) == (State.FAILED, True)
    assert "không còn được cài" in told.problem
    assert "cu" not in {one.name for one in registry.plugins()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("raise ValueError('hỏng')", "ValueError: hỏng"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import khong_co_module_nao", "ModuleNotFoundError"),
        ("def f(:", "SyntaxError"),
        ("from coopkit import KhongCo", "ImportError"),
    ],
)
def test_one_that_cannot_be_imported(site: Site, text: str, told: str):
    """It failed, with what it raised; the process and the others go on."""
    site.install("hong", text)
    registry = Registry.load(switches=[switched("hong"), switched("mau")])
    assert state(registry, "hong").state is State.FAILED
    assert told in state(registry, "hong").problem
    assert loads(registry)


def test_changed_code_is_imported_anew(site: Site):
    """Switched on again with its new files, this process runs these: its parts and the modules beside it too."""
    beside = {"moi_module/part.py": "X = 'một'", "moi_beside.py": "Y = 'một'"}
    code = METRIC.replace('Label("Lượt", "Turns")', "Label(part.X, moi_beside.Y)").format(id="moi")
    site.install("moi", f"import moi_beside\nfrom moi_module import part\n{code}", files=beside, record=False)
    sys.modules.pop("moi_beside", None)
    first = Registry.load(switches=[switched("moi")]).metrics()["moi.turns"]
    for path, text in beside.items():
        (site.folder / path).write_text(text.replace("một", "hai hai"), encoding="utf-8")
    second = Registry.load(switches=[switched("moi")]).metrics()["moi.turns"]
    assert [(one.label.vi, one.label.en) for one in (first, second)] == [("một", "một"), ("hai hai", "hai hai")]
    kept = sys.modules["moi_module"]
    Registry.load(switches=[switched("moi")])
    assert sys.modules["moi_module"] is kept


def test_code_that_failed_is_tried_again_when_mended(site: Site):
    """A module that could not be imported is imported once its file is right."""
    site.install("sua", "raise ValueError")
    assert state(Registry.load(switches=[switched("sua")]), "sua").state is State.FAILED
    (site.folder / "sua_module/__init__.py").write_text(METRIC.format(id="sua"), encoding="utf-8")
    assert loads(Registry.load(switches=[switched("sua")]), "sua")


@pytest.mark.usefixtures("site")
def test_strict_raises():
    """Any problem of a wanted plugin raises, naming it; what nobody wants does not."""
    strict = Modes(strict=True)
    assert loads(Registry.load(switches=[switched("mau")], modes=strict))
    Registry.load(switches=[], modes=strict)
    with pytest.raises(PluginError, match="mau: mã nguồn đã đổi"):
        Registry.load(switches=[switched("mau", code="x")], modes=strict)
    with pytest.raises(PluginError, match="di_roi"):
        Registry.load(switches=[switched("di_roi", code="x")], modes=strict)


@pytest.mark.parametrize(
    ("environment", "modes"),
    [
        ({}, Modes()),
        ({"COOPKIT_SAFE_MODE": "1"}, Modes(safe=True)),
        ({"COOPKIT_SAFE_MODE": "yes"}, Modes(safe=True)),
        ({"COOPKIT_SAFE_MODE": "0"}, Modes()),
        ({"COOPKIT_SAFE_MODE": "False"}, Modes()),
        ({"COOPKIT_PLUGINS_STRICT": "1"}, Modes(strict=True)),
        ({"COOPKIT_PLUGINS_STRICT": ""}, Modes()),
        ({"COOPKIT_PLUGINS": ""}, Modes(only=())),
        ({"COOPKIT_PLUGINS": " a, b ,,"}, Modes(only=("a", "b"))),
    ],
)
def test_what_the_environment_says(environment: dict[str, str], modes: Modes, monkeypatch: pytest.MonkeyPatch):
    """The three variables, and what counts as no."""
    assert Modes.of_environment(environment) == modes
    for name in ("COOPKIT_SAFE_MODE", "COOPKIT_PLUGINS", "COOPKIT_PLUGINS_STRICT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Modes.of_environment() == modes


def test_the_environment_bars_the_installed(site: Site, monkeypatch: pytest.MonkeyPatch):
    """Without modes of the caller's, the environment's hold; a module given by name is loaded all the same."""
    site.install("khac")
    monkeypatch.setenv("COOPKIT_PLUGINS", "khac")
    registry = Registry.load(switches=[switched("mau"), switched("khac")])
    assert (loads(registry), loads(registry, "khac")) == (False, True)
    monkeypatch.setenv("COOPKIT_SAFE_MODE", "1")
    assert loads(Registry.load(modules={"mau": "mau_module"}))


SETTINGS = """
from coopkit import Importer, Label, hookimpl

@hookimpl
def coopkit_importers(settings):
    told = f"{settings['sao']} {settings.origin('sao')}"
    return [Importer("dat.nhap", Label(told, told), "csv", lambda data: {})]

@hookimpl
def coopkit_metrics():
    return []
"""


@pytest.mark.parametrize(
    ("values", "told"),
    [({}, "3 default"), ({"city": "4"}, "4 city"), ({"316": "5", "city": "4"}, "5 place"), ({"317": "6"}, "3 default")],
)
def test_a_hook_is_given_its_settings(site: Site, values: dict[str, str], told: str):
    """Those of its own place where they were set, and of no other plugin."""
    schema = '{ sao = { type = "int", label = "Sao", default = 3 } }'
    owners, gives = '[{ place = "316" }]', '{ importers = ["dat.nhap"] }'
    site.install("dat", SETTINGS, told=manifest("dat", settings=schema, owners=owners, provides=gives))
    made = [
        PluginSetting(f"s{n}", "dat", "sao", value, place=None if at == "city" else at)
        for n, (at, value) in enumerate(values.items())
    ]
    other = PluginSetting("s9", "khac", "sao", "9")
    registry = Registry.load(switches=[switched("dat")], settings=[*made, other])
    assert registry.importers()["dat.nhap"].label.vi == told
    assert state(registry, "dat").problem == ""
    assert registry.settings("dat")["sao"] == int(told[0])
    other_set = [*made, PluginSetting("s8", "dat", "sao", "7", campaign="pt")]
    again = Registry.load(switches=[switched("dat")], settings=other_set)
    assert state(again, "dat").settings != state(registry, "dat").settings


def test_the_scope_is_the_manifests(site: Site):
    """Each item bears it; personal data only where it was granted; one without a manifest sees everything."""
    told = manifest("rieng", owners='[{ place = "316", on = 2023-12-31 }]', reads="{ personal = true }")
    site.install("rieng", told=told)
    for personal in (False, True):
        registry = Registry.load(switches=[switched("rieng", personal=personal)])
        scope = registry.metrics()["rieng.turns"].scope
        assert scope
        assert (scope.plugin, scope.personal, scope.owners[0].place) == ("rieng", personal, "316")
        assert registry.scope("rieng") == scope
    assert Registry.load().scope("coopkit") is None


def test_a_module_with_a_broken_manifest_is_not_loaded(site: Site):
    """It would see the whole city otherwise: a sealed run or a trial says what is wrong instead."""
    site.install("hong", told=manifest("hong", owners="[{ place = 316 }]"))
    registry = Registry.load(modules={"hong": "hong_module"})
    assert state(registry, "hong").state is State.FAILED
    assert "owners" in state(registry, "hong").problem
    assert "hong.turns" not in registry.metrics()
    assert found("hong").manifest is None


def test_a_module_without_a_manifest_is_loaded(site: Site):
    """As an old seal has it: it sees the whole register."""
    site.install("tran", told=None)
    registry = Registry.load(modules={"tran": "tran_module"})
    assert registry.metrics()["tran.turns"].scope is None
    assert state(registry, "tran").problem == ""
