"""`Plugins`: what one actor does with plugins: list, try, switch on and off, set; each act one journalled batch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from attrs import evolve, frozen

from coopkit.access import Action, Actor, can
from coopkit.errors import NotFound, PluginError
from coopkit.ledger import Batch, Change, Receipt, Removal
from coopkit.plugin import PluginSetting, PluginSwitch, Settings, of_plugin, setting_value
from coopkit.record import make_id
from coopkit.registry import OWN, PluginManifest, PluginState
from coopkit.registry.found import Found, installed
from coopkit.registry.modes import Modes
from coopkit.registry.registry import gone, state_of
from coopkit.registry.trial import LIMIT, Trial, tried
from coopkit.text import Label
from coopkit.workspace.workspace import Desk

_TO_COME = re.compile(r"campaign-[0-9a-f]{16}")
"""The id of a campaign that may not be launched yet: it is set first, so that its criteria are taken in as set."""


@frozen
class SettingValue:
    """A setting as it stands: its key, label, type and value, and which of city, place, campaign, default told it.

    >>> SettingValue("min_stars", Label("Số sao", "Stars"), "int", 3, "default").value
    3
    """

    key: str
    label: Label
    type: str
    value: Any
    origin: str


@frozen
class Plugins:
    """The plugins at an actor's desk. Nothing here imports a plugin's code in this process, but what is on already.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     Plugins(workspace.as_(Actor.office("an"))).find("khong_co")
    Traceback (most recent call last):
    coopkit.errors.NotFound: Không có tiện ích 'khong_co' (no such plugin): ...
    """

    desk: Desk

    def all(self) -> list[PluginState]:
        """Every installed plugin, and every one that was switched on and is gone, without importing any."""
        can(self.desk.actor, Action.VIEW).require()
        switches = self._switches()
        states = [state_of(one, switches.pop(one.name, None), Modes.of_environment()) for one in installed()]
        states += [gone(one) for one in switches.values() if one.on]
        return list(map(self.desk.workspace.health.told, states))

    def find(self, name: str) -> Found:
        """The installed plugin of that name. Raises `NotFound`, naming those there are."""
        found = {one.name: one for one in installed()}
        if name not in found:
            raise NotFound(f"Không có tiện ích {name!r} (no such plugin): {', '.join(found) or '-'}")
        return found[name]

    def granted(self, name: str) -> bool:
        """Whether a plugin was granted the personal data that it asks for."""
        held = self._switches().get(name)
        return held is not None and held.on and held.personal

    def try_(self, name: str, *, limit: float = LIMIT) -> Trial:
        """Load a plugin in a child process and ask it for all it offers; what is wrong is told and remembered."""
        can(self.desk.actor, Action.PLUGIN, name).require()
        return self._tried(self.find(name), limit)

    def on(self, name: str, *, reason: str = "", personal: bool = False, limit: float = LIMIT) -> Receipt:
        """Switch a plugin on, with the code it has now, once a child process could load it.

        `personal` grants the personal data that its manifest asks for; without it those fields are empty. Raises
        `PluginError` where it cannot be loaded, offers what it may not, or asks for no such grant; nothing is written.
        """
        can(self.desk.actor, Action.PLUGIN, name).require()
        one = self.find(name)
        trial = self._tried(one, limit)
        if trial.problem:
            raise PluginError(f"Không bật được {name} (cannot be switched on): {trial.problem}")
        if personal and not (one.manifest and one.manifest.reads.personal):
            raise PluginError(f"{name} không xin đọc dữ liệu cá nhân (asks for no personal data)")
        return self._write([self._on(one, personal=personal)], reason or f"Bật tiện ích {name}")

    def on_together(self, *names: str, reason: str, limit: float = LIMIT) -> dict[str, str]:
        """Switch several plugins on in one batch: those that are installed, can be loaded, and are not on as they are.

        Gives what was wrong with each of the others, by name.
        """
        can(self.desk.actor, Action.PLUGIN).require()
        held = self._switches()
        wanted = [one for one in installed() if one.name in names and not self._is_on(one, held)]
        with ThreadPoolExecutor() as pool:
            trials = list(zip(wanted, pool.map(lambda one: self._tried(one, limit), wanted), strict=True))
        sound = [self._on(one) for one, trial in trials if not trial.problem]
        if sound:
            self._write(sound, reason)
        return {one.name: trial.problem for one, trial in trials if trial.problem}

    @staticmethod
    def _is_on(one: Found, held: Mapping[str, PluginSwitch]) -> bool:
        return one.name in held and held[one.name].on and held[one.name].code == one.code

    def _on(self, one: Found, *, personal: bool = False) -> PluginSwitch:
        self.desk.workspace.health.forget(one.name)
        key = make_id("plugin_switch", one.name)
        return PluginSwitch(key, one.name, on=True, code=one.code, version=one.version, personal=personal)

    def off(self, name: str, *, reason: str = "") -> Receipt:
        """Switch a plugin off. Raises `NotFound` for one that was never switched on."""
        can(self.desk.actor, Action.PLUGIN, name).require()
        held = self._switches().get(name)
        if held is None or not held.on:
            raise NotFound(f"Tiện ích {name!r} không bật (the plugin is not on)")
        return self._write([evolve(held, on=False)], reason or f"Tắt tiện ích {name}")

    def settings(self, name: str, *, place: str | None = None, campaign: str = "") -> list[SettingValue]:
        """The settings of a plugin as they hold, each with where its value comes from: as the plugin itself reads them,
        or with `place` for a place (its code; "" for the city alone), with `campaign` for a campaign (its id).
        """
        manifest = self._manifest(name)
        own = manifest.owners[0].place if manifest.owners else ""
        told = of_plugin(self.desk.snapshot().records(PluginSetting), name)
        held = Settings(manifest.defaults, told).at(place=own if place is None else place, campaign=campaign)
        schema = manifest.settings.items()
        return [SettingValue(key, one.label, one.type, held[key], held.origin(key)) for key, one in schema]

    def set(self, name: str, key: str, value: Any, *, place: str = "", campaign: str = "", reason: str = "") -> Receipt:
        """Set a setting: for the city, for a place (its code) or for a campaign (its id).

        Raises `PluginError` for a key that the manifest does not have or a value that it does not let; `NotFound` for
        a place or a campaign that the register does not have.
        """
        can(self.desk.actor, Action.PLUGIN, name).require()
        schema = self._manifest(name).settings
        if key not in schema:
            known = ", ".join(schema) or "-"
            raise PluginError(f"{name} không có thiết đặt {key!r} (no such setting): {known}")
        where = self._where(place, campaign)
        kept = setting_value(schema[key].check(key, value))
        record = PluginSetting(make_id("plugin_setting", name, key, *where), name, key, kept, *where)
        return self._write([record], reason or f"Thiết đặt {name}.{key} = {kept}")

    def unset(self, name: str, key: str, *, place: str = "", campaign: str = "", reason: str = "") -> Receipt:
        """Take back what was set, also of a plugin that is gone. Raises `NotFound` where nothing was set so."""
        can(self.desk.actor, Action.PLUGIN, name).require()
        wanted = name, key, place.partition("@")[0] or None, campaign or None
        held = self.desk.workspace.ledger.snapshot().records(PluginSetting)
        found = next((one for one in held if (one.plugin, one.key, one.place, one.campaign) == wanted), None)
        if found is None:
            raise NotFound(f"Chưa đặt {name}.{key} như vậy (nothing was set so)")
        base = self.desk.workspace.ledger.revisions("plugin_setting", [found.id])[found.id]
        removal = Removal("plugin_setting", found.id, base, OWN)
        return self._act((removal,), reason or f"Bỏ thiết đặt {name}.{key}")

    def _where(self, place: str, campaign: str) -> tuple[str | None, str | None]:
        """For whom a setting is. Raises `NotFound` for a place or campaign there is not."""
        snapshot, place = self.desk.snapshot(), place.partition("@")[0]
        if place and campaign:
            raise PluginError("đặt cho địa bàn hoặc cho phong trào (set it for a place, or for a campaign)")
        if place and not snapshot.places.versions(place):
            raise NotFound(f"Không có địa bàn mã {place!r}: ghi mã, như 315 (no place of that code)")
        campaigns = snapshot.table("campaign").column("id").to_pylist()
        if campaign and campaign not in campaigns and not _TO_COME.fullmatch(campaign):
            known = ", ".join(campaigns) or "-"
            raise NotFound(f"Không có phong trào {campaign!r}, chỉ có: {known} (no such campaign, only: {known})")
        return place or None, campaign or None

    def doctor(self) -> Iterator[str]:
        """What is to be looked after: plugins that should be on and are not, and settings that nobody reads."""
        states = self.all()
        yield from (f"{state.name}: {state.reason}" for state in states if state.problem)
        known = {one.name: one.manifest for one in installed()}
        for one in self.desk.snapshot().records(PluginSetting):
            manifest = known.get(one.plugin)
            if manifest is None or one.key not in manifest.settings:
                at = f" --place {one.place}" * bool(one.place) + f" --campaign {one.campaign}" * bool(one.campaign)
                mend = f"coopkit plugin unset {one.plugin} {one.key}{at}"
                yield f"{one.plugin}.{one.key}: thiết đặt không ai đọc (a setting that nobody reads): {mend}"

    def _tried(self, one: Found, limit: float) -> Trial:
        manifest, _ = one.manifest, one.code  # hashed first: what is changed while it is tried is not what was tried
        bar = state_of(one).reason if manifest and state_of(one).state == "incompatible" else ""
        trial = Trial(problem=bar) if bar else tried(one, limit=limit)
        if not trial.problem and manifest:
            trial = Trial(trial.offers, "; ".join(self._strangers(manifest)))
        if trial.problem:
            now = self.desk.workspace.clock()
            self.desk.workspace.health.note(one.name, one.code, trial.problem, now, loaded=False)
        return trial

    def _strangers(self, manifest: PluginManifest) -> Iterator[str]:
        """The owners that the register's maps do not know."""
        for owner in manifest.owners:
            try:
                owner.of(self.desk.snapshot())
            except NotFound as error:
                yield str(error)

    def _manifest(self, name: str) -> PluginManifest:
        found = self.find(name)
        if found.manifest is None:
            raise PluginError(f"{name}: {found.problem}")
        return found.manifest

    def _switches(self) -> dict[str, PluginSwitch]:
        return {one.plugin: one for one in self.desk.workspace.ledger.snapshot().records(PluginSwitch)}

    def _write(self, records: Sequence[PluginSwitch | PluginSetting], reason: str) -> Receipt:
        bases: dict[str, int] = {}
        for table in ("plugin_switch", "plugin_setting"):
            bases |= self.desk.workspace.ledger.revisions(table, [one.id for one in records])
        return self._act(tuple(Change(one, bases.get(one.id), OWN) for one in records), reason)

    def _act(self, changes: tuple[Change | Removal, ...], reason: str) -> Receipt:
        workspace, name = self.desk.workspace, self.desk.actor.name
        [receipt] = workspace.ledger.write(Batch(name, reason, workspace.clock(), changes=changes))
        workspace.follow(anew=True)
        Desk(workspace, Actor.office(name)).prepare()  # its kinds of events, whatever the actor may write
        return receipt
