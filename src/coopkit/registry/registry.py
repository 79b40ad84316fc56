"""`Registry`: the plugins that are loaded, asked each in turn; who breaks the contract is left out and named."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pluggy
from attrs import evolve, field, frozen

import coopkit.builtin as own_offers
import coopkit.hookspecs as contract
from coopkit.campaign import CriteriaSet
from coopkit.errors import PluginError
from coopkit.event import EventKind
from coopkit.importers import Importer, RecordCheck
from coopkit.metrics import AnyMetric, Flow, Metric, Row
from coopkit.page import Page
from coopkit.plugin import PluginSetting, PluginSwitch, Settings, of_plugin
from coopkit.quantity import ITEMS
from coopkit.registry import found
from coopkit.registry.modes import Modes
from coopkit.registry.seam import HOOKS, Seam
from coopkit.registry.state import PluginState, State
from coopkit.report import Exporter
from coopkit.scope import Scope
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label

if TYPE_CHECKING:
    import narwhals as nw

OWN: Final = "coopkit"


@frozen
class Loaded:
    """A plugin in this process: the seam to it and its settings."""

    seam: Seam
    settings: Settings = field(factory=Settings)


@frozen
class Registry:
    """The plugins that are loaded, and what they offer.

    >>> registry = Registry.load()
    >>> registry.metrics()["fairs.turns"].plugin
    'coopkit'
    """

    states: tuple[PluginState, ...]
    _manager: pluggy.PluginManager = field(repr=False)
    _loaded: Mapping[str, Loaded] = field(repr=False, factory=dict)
    _scopes: Mapping[str, Scope | None] = field(factory=dict, repr=False)
    _failures: dict[str, str] = field(factory=dict, repr=False)
    _offers: dict[tuple[str, str], dict[str, Any]] = field(factory=dict, repr=False)

    @staticmethod
    def load(
        *plugins: ModuleType | object,
        switches: Iterable[PluginSwitch] | None = None,
        settings: Iterable[PluginSetting] = (),
        modules: Mapping[str, str] | None = None,
        modes: Modes | None = None,
    ) -> Registry:
        """Coopkit's own offers, the plugins given, and the installed ones that are switched on.

        A given plugin needs no manifest and sees the whole register; one that breaks the contract raises `PluginError`.
        `switches` says which installed plugins are on, with which code; None: none is looked for. One that is not
        loaded is in `states` with the reason. `modules` names further plugins by the modules that are them, as a sealed
        run does. `modes` are those of the environment unless given; strict ones let any problem raise `PluginError`.
        """
        making = _Making(tuple(settings), modes or Modes.of_environment())
        making.add(own_offers, PluginState(OWN, state=State.ON, wanted=True), Seam(OWN))
        for plugin in plugins:
            name = getattr(plugin, "__name__", type(plugin).__name__)
            module = getattr(plugin, "__name__", "")
            making.add(plugin, PluginState(name, module=module, state=State.ON, wanted=True), Seam(name))
        for name, module in (modules or {}).items():
            making.load(found.of_module(name, module), None)
        if switches is not None:
            known = {one.plugin: one for one in switches}
            for one in found.installed():
                making.load(one, known.pop(one.name, None), discovered=True)
            making.states += [gone(switch) for switch in known.values() if switch.on]
        registry = Registry(tuple(making.states), making.manager, making.loaded, making.scopes)
        if making.modes.strict:
            registry.require_sound()
        return registry

    def metrics(self) -> Mapping[str, AnyMetric]:
        """Every metric by key; each carries the name of the plugin that offers it.

        One that a plugin which should be on declares and does not give is there too: its figure says why there is none.
        """
        return {**self._collect("coopkit_metrics"), **self.missing()}

    def missing(self) -> Mapping[str, AnyMetric]:
        """The metrics that plugins which should be on declare and do not give, by key; none of them can be counted."""
        if ("missing", "") not in self._offers:
            offered = self._collect("coopkit_metrics")
            states = [self._told(state) for state in self.states if state.wanted]
            keys = [(key, one) for one in states for key in one.provides.get("metrics", ()) if key not in offered]
            self._offers["missing", ""] = {key: _gap(key, one) for key, one in keys}
        return self._offers["missing", ""]

    def exporters(self) -> Mapping[str, Exporter]:
        """Every exporter by key."""
        return self._collect("coopkit_exporters")

    def event_kinds(self) -> Mapping[str, EventKind]:
        """Every event kind by key."""
        return self._collect("coopkit_event_kinds")

    def criteria(self, campaign: str = "") -> Mapping[str, CriteriaSet]:
        """Every set of criteria by key; as it was set for a campaign, where one is told by its id."""
        return self._collect("coopkit_criteria", campaign)

    def importers(self) -> Mapping[str, Importer]:
        """Every importer of a plugin by key."""
        return self._collect("coopkit_importers")

    def checks(self) -> Mapping[str, RecordCheck]:
        """Every check of records by key; in place of one that its plugin should give and does not, one that refuses."""
        offered = self._collect("coopkit_checks")
        if ("refusals", "") not in self._offers:
            self._offers["refusals", ""] = {one.key: one for one in self._refusals(offered)}
        return {**offered, **self._offers["refusals", ""]}

    def pages(self) -> Mapping[str, Page]:
        """Every page of a plugin by key."""
        return self._collect("coopkit_pages")

    def scope(self, plugin: str) -> Scope | None:
        """What a plugin that should be on may see; None: everything."""
        return self._loaded[plugin].seam.scope if plugin in self._loaded else self._scopes.get(plugin)

    def settings(self, plugin: str) -> Settings:
        """A loaded plugin's settings."""
        return self._loaded[plugin].settings if plugin in self._loaded else Settings()

    def plugins(self) -> tuple[PluginState, ...]:
        """Every plugin, with what is wrong with it: each is asked for all that it offers."""
        for hook in HOOKS:
            self._collect(hook)
        return tuple(self._told(state) for state in self.states)

    def require_sound(self) -> None:
        """Raises `PluginError` naming every plugin that is not wholly what it should be."""
        wrong = [f"{state.name}: {state.problem}" for state in self.plugins() if state.problem]
        if wrong:
            raise PluginError("; ".join(wrong))

    def _refusals(self, offered: Mapping[str, RecordCheck]) -> Iterator[RecordCheck]:
        """For a check that is declared and not there, one a table that it may be about, which lets nothing through."""
        for state in self.states:
            missing = [key for key in state.provides.get("checks", ()) if key not in offered]
            scope = self.scope(state.name) if state.wanted and missing else None
            for table in sorted(scope.tables) if scope else ():
                why = self._told(state).reason
                told = Label(
                    f"tiện ích {state.name} không chạy nên không kiểm tra được ({why})",
                    f"the plugin {state.name} does not run, so that nobody can check it ({why})",
                )
                mend = Label(
                    f"bật lại tiện ích (coopkit plugin on {state.name}), hoặc tắt nó",
                    f"switch the plugin on again (coopkit plugin on {state.name}), or off",
                )
                yield RecordCheck(f"{missing[0]}@{table}", mend, table, _refusing(told), state.name)

    def _told(self, state: PluginState) -> PluginState:
        failure = self._failures.get(state.name)
        return evolve(state, state=State.QUARANTINED, reason=failure) if failure and not state.problem else state

    def _collect(self, hook: str, campaign: str = "") -> dict[str, Any]:
        """Ask each plugin in turn, once. One that fails, or offers wrong things, is left out of this hook and named."""
        if (hook, campaign) in self._offers:
            return self._offers[hook, campaign]
        offers: dict[str, Any] = {}
        owners: dict[str, str] = {}
        implementations = sorted(
            getattr(self._manager.hook, hook).get_hookimpls(),
            key=lambda each: (each.plugin_name != OWN, each.plugin_name),
        )
        settings = {name: one.settings.at(campaign=campaign) for name, one in self._loaded.items()}
        for name, outcome in asked(implementations, settings):
            try:
                told = self._loaded[name].seam.checked(hook, outcome, owners)
            except PluginError as error:
                self._failures.setdefault(name, str(error))
                continue
            offers |= {offer.key: offer for offer in told}
            owners |= {offer.key: name for offer in told}
        for name in self._loaded.keys() - {one.plugin_name for one in implementations}:
            if fault := self._loaded[name].seam.lacking(hook):
                self._failures.setdefault(name, fault)
        self._offers[hook, campaign] = offers
        return offers


def _gap(key: str, state: PluginState) -> Metric:
    """A metric that says why there is none: its condition raises before anything is counted."""

    def where(_: Row) -> nw.Expr:
        raise PluginError(state.reason)

    label = Label(key, key)
    scope = Scope(state.name, (), frozenset(TABLES))
    return Metric(
        key=key,
        label=label,
        unit=ITEMS,
        topic=state.label or Label(state.name, state.name),
        table="participation",
        timing=Flow("event.start"),
        where=where,
        plugin=state.name,
        scope=scope,
    )


def _refusing(told: Label) -> Callable[[Any, Snapshot], Label]:
    return lambda _record, _register: told


def asked(
    implementations: Iterable[pluggy.HookImpl], settings: Mapping[str, Settings]
) -> list[tuple[str, Any | BaseException]]:
    """What each implementation gives, or raised, with its plugin's name: one that fails keeps no other from answering.

    pluggy's own call stops at the first exception, loses what was given before, and does not name the culprit.
    """
    outcomes: list[tuple[str, Any | BaseException]] = []
    for one in implementations:
        try:
            given = one.function(settings[one.plugin_name]) if one.argnames else one.function()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is told with the plugin's name
            outcomes.append((one.plugin_name, error))
        else:
            outcomes.append((one.plugin_name, given))
    return outcomes


def gone(switch: PluginSwitch) -> PluginState:
    """What a plugin is that was switched on and is no longer installed."""
    told = "đã bật nhưng không còn được cài (was switched on, but is no longer installed)"
    state = State.FAILED
    return PluginState(switch.plugin, version=switch.version, code=switch.code, state=state, reason=told, wanted=True)


class _Making:
    """The plugins being loaded, one after the other."""

    def __init__(self, settings: tuple[PluginSetting, ...], modes: Modes) -> None:
        self.manager = pluggy.PluginManager(contract.PROJECT)
        self.manager.add_hookspecs(contract)
        self.states: list[PluginState] = []
        self.loaded: dict[str, Loaded] = {}
        self.scopes: dict[str, Scope | None] = {}
        self.told, self.modes = settings, modes

    def add(self, plugin: object, state: PluginState, seam: Seam) -> None:
        """Register a plugin, or leave nothing of it behind and raise `PluginError`."""
        manifest = seam.manifest
        settings = Settings(manifest.defaults if manifest else {}, of_plugin(self.told, state.name))
        if manifest and manifest.owners:
            settings = settings.at(place=manifest.owners[0].place)
        hooks = _register(self.manager, plugin, state.name)
        self.loaded[state.name] = Loaded(seam, settings)
        self.states.append(evolve(state, hooks=hooks, settings=settings.hash))

    def load(self, one: found.Found, switch: PluginSwitch | None, *, discovered: bool = False) -> None:
        """Load an installed plugin that is on; what is not loaded is told with the reason."""
        state = state_of(one, switch, self.modes)
        if not discovered:  # by a sealed run, or on trial: nobody asks whether it is on
            state = evolve(state, state=State.FAILED if one.problem else State.ON, reason=one.problem, wanted=True)
        manifest = one.manifest
        granted = not discovered or bool(switch and switch.personal)
        scope = manifest.scope(granted=granted) if manifest else None
        if state.wanted:
            self.scopes[one.name] = scope
        if state.state is not State.ON:
            self.states.append(state)
            return
        try:
            files = one.files.values() if state.code else ()
            self.add(import_plugin(one.module, state.code, files), state, Seam(one.name, manifest, scope))
        except PluginError as error:
            self.states.append(evolve(state, state=State.FAILED, reason=str(error)))


def state_of(one: found.Found, switch: PluginSwitch | None = None, modes: Modes | None = None) -> PluginState:
    """What an installed plugin is before any of it is loaded: found, incompatible, off with the reason, or on."""
    manifest, wanted = one.manifest, switch is not None and switch.on
    state = PluginState(
        one.name,
        manifest.name if manifest else None,
        one.dist_name,
        one.version or (manifest.version if manifest else ""),
        one.module,
        str(one.root.parent if one.root else ""),
        one.code if switch is not None else "",
        wanted=wanted,
        provides=manifest.provides if manifest else {},
    )
    bar = one.problem or (manifest.incompatible(found.coopkit_version()) if manifest else "")
    if bar:
        return evolve(state, state=State.INCOMPATIBLE, reason=bar)
    if switch is None:
        return evolve(state, reason="chưa được bật (nobody has switched it on yet)")
    if not switch.on:
        return evolve(state, state=State.OFF, reason="đã tắt (is switched off)")
    if reason := (modes or Modes()).bars(one.name):
        return evolve(state, state=State.OFF, reason=reason)
    if switch.code != one.code:
        told = "mã nguồn đã đổi từ khi được bật: xem lại rồi bật lại (its code changed: look at it and switch it on)"
        return evolve(state, state=State.OFF, reason=told)
    return evolve(state, state=State.ON)


_IMPORTED: dict[str, str] = {}
"""The hash of the code that each plugin's module was imported with."""


def import_plugin(module: str, code: str = "", files: Iterable[Path] = ()) -> ModuleType:
    """The module that is a plugin; imported anew, with all its `files`, where its code is another than is known here.

    Raises `PluginError` with what its import raised; a plugin cannot end the process.
    """
    root, own = module.partition(".")[0], set(map(str, files))
    if code and _IMPORTED.get(module, code) != code:
        for name, held in list(sys.modules.items()):
            if name == root or name.startswith(f"{root}.") or getattr(held, "__file__", None) in own:
                del sys.modules[name]
        importlib.invalidate_caches()
    try:
        made = importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise PluginError(f"không nạp được (cannot be imported): {type(error).__name__}: {error}") from error
    _IMPORTED[module] = code
    return made


def _register(manager: pluggy.PluginManager, plugin: object, name: str) -> tuple[str, ...]:
    try:
        manager.register(plugin, name=name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        if manager.has_plugin(name):
            manager.unregister(name=name)
        raise PluginError(f"plugin {name!r}: {error}") from error
    except ValueError as error:
        raise PluginError(f"plugin {name!r}: đã được nạp (is loaded already): {error}") from error
    except Exception as error:
        raise PluginError(f"plugin {name!r}: {type(error).__name__}: {error}") from error
    callers = manager.get_hookcallers(plugin) or []
    try:
        _vet(callers, plugin, name)
    except PluginError:
        manager.unregister(name=name)
        raise
    return tuple(sorted(caller.name for caller in callers))


def _vet(callers: Iterable[pluggy.HookCaller], plugin: object, name: str) -> None:
    """Refuse what would make a hook depend on others, or on pluggy's version.

    A wrapper or an order stands between plugins that must not know each other; an argument with a default is passed by
    pluggy 1.7 and not by 1.6.
    """
    for caller in callers:
        if not caller.has_spec():
            raise PluginError(f"plugin {name!r}: coopkit không có hook {caller.name!r} (there is no such hook)")
        for one in caller.get_hookimpls():
            if one.plugin is plugin and (
                one.wrapper or one.hookwrapper or one.tryfirst or one.trylast or one.kwargnames
            ):
                raise PluginError(
                    f"plugin {name!r}, hook {caller.name!r}: không dùng wrapper, tryfirst, trylast hay đối số mặc định "
                    "(no wrappers, no order and no arguments with a default)"
                )
