"""The seam: what a plugin's hooks give is checked once; a fault names plugin, hook, item and field, and is alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from tests.distributions import Site, manifest, site_of

from coopkit.campaign import CriteriaSet
from coopkit.errors import PluginError
from coopkit.event import OWN_KINDS
from coopkit.hookspecs import hookimpl
from coopkit.importers import Importer, RecordCheck
from coopkit.metrics import Derived, Flow, Metric, Ratio
from coopkit.page import Page
from coopkit.quantity import TURNS
from coopkit.registry import PluginManifest, Registry
from coopkit.registry.seam import HOOKS, Seam
from coopkit.report import Exporter
from coopkit.scope import Owner, Scope
from coopkit.text import Label

NAME = Label("Thử", "Trial")
METRIC = Metric(key="x.turns", label=NAME, unit=TURNS, topic=NAME, table="participation", timing=Flow("event.start"))
EXPORTER = Exporter("x.text", NAME, "txt", "text/plain", lambda _: b"")
IMPORTER = Importer("x.read", NAME, "csv", lambda _: {})
CHECK = RecordCheck("x.check", NAME, "event", lambda _, __: None)
PAGE = Page("x.page", NAME, lambda _: None)
DERIVED = Derived(key="x.made", label=NAME, unit=TURNS, topic=NAME, of=("x.turns",), how=lambda one: one)
GOOD: dict[str, Any] = {
    "coopkit_metrics": METRIC,
    "coopkit_exporters": EXPORTER,
    "coopkit_event_kinds": evolve(OWN_KINDS[0], key="x_fair"),
    "coopkit_importers": IMPORTER,
    "coopkit_checks": CHECK,
    "coopkit_pages": PAGE,
}


def plugin(name: str, hook: str, give: Callable[[], Any]) -> ModuleType:
    """A plugin module with one hook that gives what it is told to."""
    module = ModuleType(name)

    def implementation() -> Any:
        return give()

    setattr(module, hook, hookimpl(implementation))
    return module


def problem(hook: str, give: Callable[[], Any], name: str = "hong") -> str:
    """What is told of a plugin with that hook; everybody else's offers of the hook still come."""
    registry = Registry.load(plugin(name, hook, give))
    own = Registry.load()
    told = next(one for one in registry.plugins() if one.name == name).problem
    kind = hook.removeprefix("coopkit_")
    if told:
        assert list(getattr(registry, kind)()) == list(getattr(own, kind)())
        assert told.startswith(f"plugin {name!r}, hook {hook!r}: ")
    return told


@pytest.mark.parametrize("hook", GOOD)
def test_a_sound_offer_is_taken(hook: str):
    """Whole, with the plugin's name on it where the item has a place for that; a tuple or a generator will do."""
    for give in (lambda: [GOOD[hook]], lambda: (GOOD[hook],), lambda: iter([GOOD[hook]])):
        assert problem(hook, give) == ""
    registry = Registry.load(plugin("tot", hook, lambda: [GOOD[hook]]))
    taken = getattr(registry, hook.removeprefix("coopkit_"))()[GOOD[hook].key]
    assert getattr(taken, "plugin", "tot") == "tot"


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    ("offers", "told"),
    [
        (None, "phải trả về danh sách, không phải NoneType"),
        (7, "không phải int"),
        ("x.turns", "không phải str"),
        (b"x", "không phải bytes"),
        ({"x.turns": METRIC}, "không phải dict"),
        (METRIC, "không phải Metric"),
        ([7], "mục 1 là int"),
        ([None], "mục 1 là NoneType"),
        ([NAME], "mục 1 là Label"),
    ],
    ids=str,
)
def test_what_is_no_list_of_offers(hook: str, offers: Any, told: str):
    """Another thing than a list, or another thing in it, is told with its type."""
    assert told in problem(hook, lambda: offers)


def failing(error: BaseException) -> Callable[[], Any]:
    def give() -> Any:
        raise error

    return give


def failing_late(error: BaseException) -> Callable[[], Iterator[Any]]:
    def give() -> Iterator[Any]:
        yield METRIC
        raise error

    return give


@pytest.mark.parametrize("make", [failing, failing_late], ids=["at once", "a generator, half way"])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ZeroDivisionError("chia cho 0"), "ZeroDivisionError: chia cho 0"),
        (SystemExit(3), "SystemExit: 3"),
        (PluginError("tự báo"), "PluginError: tự báo"),
        (RecursionError("sâu"), "RecursionError: sâu"),
        (StopIteration("dừng"), "StopIteration"),
    ],
    ids=str,
)
def test_a_hook_that_fails(make: Any, error: BaseException, told: str):
    """Whatever it raises, at once or half way, none of its offers is taken, and the process goes on."""
    found = problem("coopkit_metrics", make(error))
    assert told.rpartition(": ")[2] in found
    assert "x.turns" not in Registry.load(plugin("hong", "coopkit_metrics", make(error))).metrics()


def test_somebody_who_presses_ctrl_c_is_heard():
    """An interruption from the keyboard is no plugin's failing."""
    registry = Registry.load(plugin("hong", "coopkit_metrics", failing(KeyboardInterrupt())))
    with pytest.raises(KeyboardInterrupt):
        registry.metrics()


class _Thing:
    """What has a key, and nothing else."""

    key = "x.thing"


def other(item: Any, **fields: Any) -> Any:
    """The item with fields that it may not have."""
    return evolve(item, **fields)


@pytest.mark.parametrize(
    ("hook", "offers", "told"),
    [
        ("coopkit_metrics", [METRIC, 7], "mục 2 là int, cần Metric | Ratio | Derived"),
        ("coopkit_metrics", [_Thing()], "mục 1 là _Thing"),
        ("coopkit_metrics", [METRIC, METRIC], "'x.turns' có hai lần"),
        ("coopkit_metrics", [other(METRIC, key="members.total")], "'members.total' đã có của 'coopkit'"),
        ("coopkit_metrics", [other(METRIC, label="Thử")], "mục 1, label"),
        ("coopkit_metrics", [other(METRIC, table="unions")], "mục 1, table: không có bảng 'unions'"),
        ("coopkit_metrics", [other(DERIVED, how=None)], "mục 1, how: phải là hàm"),
        ("coopkit_exporters", [other(EXPORTER, key=7)], "mục 1, key: phải là chuỗi, không phải 7"),
        ("coopkit_exporters", [other(EXPORTER, key="")], "mục 1, key"),
        ("coopkit_exporters", [other(EXPORTER, key=["x"])], "mục 1, key"),
        ("coopkit_exporters", [other(EXPORTER, label=None)], "mục 1, label: phải là Label(vi, en)"),
        ("coopkit_exporters", [other(EXPORTER, write="write")], "mục 1, write: phải là hàm"),
        ("coopkit_exporters", [other(EXPORTER, extension="../x")], "mục 1, extension"),
        ("coopkit_exporters", [other(EXPORTER, extension="")], "mục 1, extension"),
        ("coopkit_exporters", [EXPORTER, other(EXPORTER, key="xlsx")], "'xlsx' đã có của 'coopkit'"),
        ("coopkit_event_kinds", [OWN_KINDS[0]], "đã có của 'coopkit'"),
        ("coopkit_event_kinds", [METRIC], "mục 1 là Metric, cần EventKind"),
        ("coopkit_importers", [other(IMPORTER, read=None)], "mục 1, read: phải là hàm"),
        ("coopkit_checks", [other(CHECK, check=7)], "mục 1, check: phải là hàm"),
        ("coopkit_checks", [other(CHECK, table="unions")], "mục 1, table: không có bảng 'unions'"),
        ("coopkit_pages", [other(PAGE, show=None)], "mục 1, show: phải là hàm"),
        ("coopkit_pages", [other(PAGE, title="Trang")], "mục 1, label"),
        ("coopkit_criteria", [PAGE], f"mục 1 là Page, cần {CriteriaSet.__name__}"),
    ],
)
def test_a_fault_names_item_and_field(hook: str, offers: list[Any], told: str):
    """The number of the item and its field, or the key and whose it is."""
    assert told in problem(hook, lambda: offers)


def test_an_item_that_traps_is_its_plugins_fault():
    """Looking at an item may raise what it likes: the registry goes on."""

    class Trap(Exporter):
        @property
        def label(self) -> Label:
            raise ZeroDivisionError("bẫy")

    trap = Trap.__new__(Trap)
    object.__setattr__(trap, "key", "x.trap")
    assert "ZeroDivisionError: bẫy" in problem("coopkit_exporters", lambda: [trap])


def test_two_plugins_with_one_key():
    """The first by name keeps it; the other one's offers of that hook are left out, and it is named."""
    both = [plugin(name, "coopkit_metrics", lambda: [METRIC]) for name in ("hai", "ba")]
    for order in (both, both[::-1]):
        registry = Registry.load(*order)
        assert registry.metrics()["x.turns"].plugin == "ba"
        told = {one.name: one.problem for one in registry.plugins()}
        assert told["ba"] == ""
        assert "'x.turns' đã có của 'ba'" in told["hai"]


def test_one_bad_hook_leaves_the_other():
    """A plugin whose exporters are wrong still has its metrics."""
    module = plugin("nua", "coopkit_metrics", lambda: [METRIC])
    module.coopkit_exporters = hookimpl(lambda: [7])  # type: ignore[attr-defined]
    registry = Registry.load(module)
    assert "x.turns" in registry.metrics()
    assert "coopkit_exporters" in next(one for one in registry.plugins() if one.name == "nua").problem


def test_each_hook_is_asked_once():
    """However often its offers are looked at."""
    calls: list[int] = []

    def give() -> list[Any]:
        calls.append(1)
        return [METRIC]

    registry = Registry.load(plugin("dem", "coopkit_metrics", give))
    for _ in range(3):
        registry.metrics()
        registry.plugins()
    assert calls == [1]


# ── Against its manifest ────────────────────────────────────────────────────────────────────────────────────────────

TOLD = PluginManifest.read(manifest("x"), "x")
SCOPE = Scope("x", (Owner("316"),), frozenset({"participation"}))


@pytest.mark.parametrize(
    ("offers", "told"),
    [
        ([METRIC], ""),
        ([], "'x.turns' đã khai trong provides.metrics mà không có"),
        ([METRIC, evolve(METRIC, key="x.more")], "'x.more' chưa khai trong provides.metrics"),
        ([evolve(METRIC, key="y.turns")], "'y.turns' chưa khai"),
    ],
)
def test_offered_is_what_was_declared(offers: list[Any], told: str):
    """Neither more nor less; without a manifest anything may be offered."""
    seam = Seam("x", TOLD, SCOPE)
    if not told:
        assert [one.key for one in seam.checked("coopkit_metrics", offers, {})] == ["x.turns"]
        return
    with pytest.raises(PluginError) as caught:
        seam.checked("coopkit_metrics", offers, {})
    assert told in str(caught.value)
    assert str(caught.value).startswith("plugin 'x', hook 'coopkit_metrics': ")
    assert len(Seam("x").checked("coopkit_metrics", offers, {})) == len(offers)


def test_scope_is_put_on_by_the_seam():
    """An item cannot bring a scope or a name of its own; older definitions are scoped too."""
    old = evolve(METRIC, plugin="coopkit")
    new = evolve(METRIC, version=2, since=dt.date(2024, 1, 1), before=old, plugin="coopkit", scope=Scope("y"))
    [made] = Seam("x", TOLD, SCOPE).checked("coopkit_metrics", [new], {})
    assert (made.plugin, made.scope, made.before.plugin, made.before.scope) == ("x", SCOPE, "x", SCOPE)
    ratio = Ratio(key="x.turns", label=NAME, unit=TURNS, topic=NAME, numerator="a.b", denominator="a.c")
    [made] = Seam("x", TOLD, SCOPE).checked("coopkit_metrics", [ratio], {})
    assert (made.plugin, made.scope) == ("x", SCOPE)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_of(tmp_path / "site", monkeypatch) as made:
        yield made


def test_a_declared_hook_that_is_not_there(site: Site):
    """A key that is declared for a hook that the module does not have is told too."""
    site.install("thieu", told=manifest("thieu", provides='{ metrics = ["thieu.turns"], pages = ["thieu.trang"] }'))
    registry = Registry.load(modules={"thieu": "thieu_module"})
    told = next(one for one in registry.plugins() if one.name == "thieu").problem
    assert told.startswith("plugin 'thieu', hook 'coopkit_pages': 'thieu.trang' đã khai trong provides.pages")
    assert "thieu.turns" in registry.metrics()
    assert registry.pages() == {}


@pytest.mark.parametrize(
    ("options", "hook"),
    [({"optionalhook": True}, "coopkit_metrix"), ({"specname": "coopkit_metrix"}, "coopkit_metrics")],
    ids=str,
)
def test_a_hook_that_coopkit_does_not_have(options: dict[str, Any], hook: str):
    """A misspelled hook is a mistake, also where pluggy is told to let it pass or the name is given apart."""
    module = ModuleType("sai")
    setattr(module, hook, hookimpl(**options)(lambda: []))  # noqa: PIE807 - pluggy marks the function
    with pytest.raises(PluginError, match="coopkit_metrix"):
        Registry.load(module)


def test_more_arguments_than_there_are():
    """A hook takes nothing or its settings."""
    module = ModuleType("thua")
    module.coopkit_metrics = hookimpl(lambda settings, registry: [])  # type: ignore[attr-defined]  # noqa: ARG005
    with pytest.raises(PluginError, match="thua"):
        Registry.load(module)


def test_one_plugin_twice():
    """The same name is loaded once."""
    module = plugin("mot", "coopkit_metrics", lambda: [METRIC])
    with pytest.raises(PluginError, match="đã được nạp"):
        Registry.load(module, plugin("mot", "coopkit_metrics", list))
