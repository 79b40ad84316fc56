"""`Registry`: finds plugins, refuses those that break the contract, asks each in turn, and names the culprit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from attrs import evolve, field, frozen

import coopkit.builtin as own_offers
import coopkit.hookspecs as contract
from coopkit.errors import PluginError
from coopkit.event import EventKind
from coopkit.metrics import AnyMetric, Derived, Metric, Ratio
from coopkit.report import Exporter

Offer = TypeVar("Offer")
OWN = "coopkit"


@frozen
class PluginState:
    """One plugin as the registry found it: name, distribution, version, hooks, what went wrong, and its module."""

    name: str
    distribution: str = ""
    version: str = ""
    hooks: tuple[str, ...] = ()
    problem: str = ""
    module: str = ""


@frozen
class Registry:
    """The plugins that are loaded, and what they offer.

    >>> registry = Registry.load()
    >>> registry.metrics()["fairs.turns"].plugin
    'coopkit'
    """

    states: tuple[PluginState, ...]
    _manager: pluggy.PluginManager = field(repr=False)
    _failures: dict[str, str] = field(factory=dict, repr=False)

    @staticmethod
    def load(
        *plugins: ModuleType | object, discover: bool = False, modules: Mapping[str, str] | None = None
    ) -> Registry:
        """Coopkit's own offers, the plugins given, and with `discover` every installed one (entry points "coopkit").

        `modules` names further plugins by the modules that are them. A given plugin that breaks the contract raises
        `PluginError`; one that is installed or named is left out, its state says why.
        """
        manager = pluggy.PluginManager(contract.PROJECT)
        manager.add_hookspecs(contract)
        states = [_register(manager, own_offers, OWN, PluginState(OWN))]
        for plugin in plugins:
            name = getattr(plugin, "__name__", type(plugin).__name__)
            states.append(_register(manager, plugin, name, PluginState(name, module=getattr(plugin, "__name__", ""))))
        points = sorted(entry_points(group=contract.PROJECT), key=lambda point: point.name) if discover else []
        named = [EntryPoint(name, module, contract.PROJECT) for name, module in (modules or {}).items()]
        states.extend(_discovered(manager, point) for point in (*points, *named))
        return Registry(tuple(states), manager)

    def metrics(self) -> Mapping[str, AnyMetric]:
        """Every metric by key; each carries the name of the plugin that offers it."""
        return self._collect("coopkit_metrics", (Metric, Ratio, Derived))

    def exporters(self) -> Mapping[str, Exporter]:
        """Every exporter by key."""
        return self._collect("coopkit_exporters", (Exporter,))

    def event_kinds(self) -> Mapping[str, EventKind]:
        """Every event kind by key."""
        return self._collect("coopkit_event_kinds", (EventKind,))

    def plugins(self) -> tuple[PluginState, ...]:
        """Every plugin, with what is wrong with it: each is asked for all that it offers."""
        for ask in (self.metrics, self.exporters, self.event_kinds):
            ask()
        return tuple(
            evolve(state, problem=state.problem or self._failures.get(state.name, "")) for state in self.states
        )

    def _collect(self, hook: str, types: tuple[type, ...]) -> dict[str, Any]:
        """Ask each plugin in turn. One that fails, or offers a wrong thing, is left out of this hook and named."""
        found: dict[str, Any] = {}
        owners: dict[str, str] = {}
        implementations = sorted(
            getattr(self._manager.hook, hook).get_hookimpls(),
            key=lambda each: (each.plugin_name != OWN, each.plugin_name),
        )
        for implementation in implementations:
            name = implementation.plugin_name
            try:
                offers = _checked(name, hook, types, implementation.function, owners)
            except PluginError as error:
                self._failures[name] = str(error)
                continue
            owners |= {offer.key: name for offer in offers}
            found |= {offer.key: evolve(offer, plugin=name) if hasattr(offer, "plugin") else offer for offer in offers}
        return found


def _checked(
    plugin: str, hook: str, types: tuple[type, ...], function: Callable[[], Any], owners: Mapping[str, str]
) -> list[Any]:
    """What one implementation returns, checked once, here. Raises `PluginError` naming plugin, hook and item."""
    where = f"plugin {plugin!r}, hook {hook!r}"
    try:
        offers = function()
    except Exception as error:
        raise PluginError(f"{where}: {type(error).__name__}: {error}") from error
    if not isinstance(offers, Iterable) or isinstance(offers, str | bytes):
        raise PluginError(f"{where}: phải trả về danh sách, không phải {type(offers).__name__} (must return a list)")
    listed = list(offers)
    for number, offer in enumerate(listed, 1):
        if not isinstance(offer, types):
            wanted = " | ".join(each.__name__ for each in types)
            raise PluginError(
                f"{where}: mục {number} là {type(offer).__name__}, cần {wanted} (item {number} is no {wanted})"
            )
    keys = [offer.key for offer in listed]
    double = next((key for key in keys if keys.count(key) > 1), None)
    if double is not None:
        raise PluginError(f"{where}: {double!r} có hai lần (is offered twice)")
    for key in keys:
        if key in owners:
            raise PluginError(
                f"{where}: {key!r} đã có của {owners[key]!r}: chọn khóa khác (it offers that already: choose another)"
            )
    return listed


def _register(manager: pluggy.PluginManager, plugin: object, name: str, state: PluginState) -> PluginState:
    """Register one plugin, or leave nothing of it behind and raise `PluginError`."""
    try:
        manager.register(plugin, name=name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        if manager.has_plugin(name):
            manager.unregister(name=name)
        raise PluginError(f"plugin {name!r}: {error}") from error
    except ValueError as error:
        raise PluginError(f"plugin {name!r}: đã được nạp (is loaded already): {error}") from error
    callers = manager.get_hookcallers(plugin) or []
    try:
        _vet(callers, plugin, name)
    except PluginError:
        manager.unregister(name=name)
        raise
    return evolve(state, hooks=tuple(sorted(caller.name for caller in callers)))


def _vet(callers: Iterable[pluggy.HookCaller], plugin: object, name: str) -> None:
    """Refuse what would make a hook depend on others, or on pluggy's version.

    A wrapper or an order stands between plugins that must not know each other; an argument with a default is passed by
    pluggy 1.7 and not by 1.6.
    """
    for caller in callers:
        for one in caller.get_hookimpls():
            if one.plugin is plugin and (
                one.wrapper or one.hookwrapper or one.tryfirst or one.trylast or one.kwargnames
            ):
                raise PluginError(
                    f"plugin {name!r}, hook {caller.name!r}: không dùng wrapper, tryfirst, trylast hay đối số mặc định "
                    "(no wrappers, no order and no arguments with a default)"
                )


def _discovered(manager: pluggy.PluginManager, point: EntryPoint) -> PluginState:
    state = PluginState(point.name, point.dist.name if point.dist else "", point.dist.version if point.dist else "")
    state = evolve(state, module=point.module)
    try:
        return _register(manager, point.load(), point.name, state)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin must not keep coopkit from starting
        problem = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
        return evolve(state, problem=problem)
