"""The registry: what plugins offer, and whose fault it is when they do not."""

from types import ModuleType

import pytest

from coopkit.errors import PluginError
from coopkit.hookspecs import hookimpl
from coopkit.metrics import Flow, Metric
from coopkit.quantity import TURNS
from coopkit.registry import Registry
from coopkit.text import Label


def metric(key):
    return Metric(
        key=key,
        label=Label("Thử", "Trial"),
        unit=TURNS,
        topic=Label("Thử", "Trial"),
        table="participation",
        timing=Flow("event.start"),
    )


def plugin(name, **hooks):
    """A plugin module with these hooks, each giving what it is told to."""
    module = ModuleType(name)
    for hook, offer in hooks.items():

        def implementation(offer=offer):
            if isinstance(offer, Exception):
                raise offer
            return offer

        implementation.__name__ = hook
        setattr(module, hook, hookimpl(_without_arguments(implementation)))
    return module


def _without_arguments(function):
    def call():
        return function()

    return call


def test_offers_carry_their_plugin():
    """A plugin's metric stands beside coopkit's own and names who offers it."""
    registry = Registry.load(plugin("vinh_bao", coopkit_metrics=[metric("vinhbao.turns")]))
    assert registry.metrics()["vinhbao.turns"].plugin == "vinh_bao"
    assert registry.metrics()["members.total"].plugin == "coopkit"


@pytest.mark.parametrize(
    ("offers", "told"),
    [
        (ZeroDivisionError("chia cho 0"), "ZeroDivisionError: chia cho 0"),
        ("members", "phải trả về danh sách"),
        (None, "phải trả về danh sách"),
        ([metric("x.a"), 7], "mục 2 là int"),
        ([metric("x.a"), metric("x.a")], "'x.a' có hai lần"),
        ([metric("members.total")], "'members.total' đã có của 'coopkit'"),
    ],
)
def test_a_bad_offer_names_the_culprit(offers, told):
    """What a plugin does wrong is told with its name and hook, and everybody else's offers still come."""
    registry = Registry.load(plugin("hong", coopkit_metrics=offers))
    assert "members.total" in registry.metrics()
    assert registry.metrics()["members.total"].plugin == "coopkit"
    state = next(state for state in registry.plugins() if state.name == "hong")
    assert told in state.problem
    assert "coopkit_metrics" in state.problem


def test_a_misspelled_hook_is_refused():
    """A hook that coopkit does not know is a mistake, not silence."""
    with pytest.raises(PluginError, match="coopkit_metrix"):
        Registry.load(plugin("sai_chinh_ta", coopkit_metrix=[]))


def test_own_offers_are_there():
    """Coopkit offers its own metrics, exporters and event kinds through the same hooks."""
    registry = Registry.load()
    assert {"xlsx", "csv", "json"} <= set(registry.exporters())
    assert "loan_support" in registry.event_kinds()
    assert [state.problem for state in registry.plugins()] == [""]


def _wrapped(**options):
    """A module whose one hook is declared with these options."""
    module = ModuleType("dua_len_truoc")

    def coopkit_metrics():
        yield

    def ordered():
        return []

    chosen = coopkit_metrics if "wrapper" in options else ordered
    module.coopkit_metrics = hookimpl(**options)(chosen)
    return module


@pytest.mark.parametrize("options", [{"wrapper": True}, {"tryfirst": True}, {"trylast": True}])
def test_no_plugin_stands_between_others(options):
    """Wrappers and orders are refused by name, and leave nothing of the plugin behind."""
    with pytest.raises(PluginError, match="'dua_len_truoc', hook 'coopkit_metrics'"):
        Registry.load(_wrapped(**options))


def test_an_argument_with_a_default_is_refused():
    """pluggy 1.7 passes it and 1.6 does not, so that a plugin would do one thing here and another there."""
    module = ModuleType("mac_dinh")
    module.coopkit_metrics = hookimpl(lambda _period=None: [])
    with pytest.raises(PluginError, match="'mac_dinh'"):
        Registry.load(module)
