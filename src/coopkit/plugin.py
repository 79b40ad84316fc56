"""That a plugin was switched on or off, and how it was set: acts of an administrator, kept in the journal."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from attrs import evolve, field, frozen

from coopkit.errors import PluginError
from coopkit.field import flag, identifier, text
from coopkit.record import canonical_json, record


@record("plugin_switch", "Bật, tắt tiện ích", "Plugin switch", identity=("plugin",))
@frozen
class PluginSwitch:
    """Whether a plugin is on, and which code was: only files of this hash are loaded.

    `personal`: whether it was granted the personal data that its manifest asks for.

    >>> PluginSwitch(id="p", plugin="vinhbao", on=True, code="ab12", version="1.0").personal
    False
    """

    id: Annotated[str, identifier()]
    plugin: Annotated[str, text("Tiện ích", "Plugin")]
    on: Annotated[bool, flag("Bật", "On")]
    code: Annotated[str, text("Mã băm của mã nguồn", "Code hash")]
    version: Annotated[str, text("Phiên bản", "Version")]
    personal: Annotated[bool, flag("Được đọc dữ liệu cá nhân", "Granted personal data")] = False


@record("plugin_setting", "Thiết đặt tiện ích", "Plugin setting", identity=("plugin", "key", "place", "campaign"))
@frozen
class PluginSetting:
    """One value of a plugin's setting as JSON: for the city, for a place (its code), or for a campaign (its id).

    >>> PluginSetting(id="s", plugin="vinhbao", key="min_stars", value="4").place is None
    True
    """

    id: Annotated[str, identifier()]
    plugin: Annotated[str, text("Tiện ích", "Plugin")]
    key: Annotated[str, text("Thiết đặt", "Setting")]
    value: Annotated[str, text("Giá trị", "Value")]
    place: Annotated[str | None, text("Địa bàn", "Place")] = None
    campaign: Annotated[str | None, text("Phong trào", "Campaign")] = None


@frozen(slots=False)
class Settings(Mapping[str, Any]):
    """A plugin's settings as it reads them: what was set for the campaign, else for the place, else the city, else the
    default of the manifest.

    >>> told = Settings({"min_stars": 3}, (PluginSetting("s", "vinhbao", "min_stars", "4"),))
    >>> told["min_stars"], told.origin("min_stars")
    (4, 'city')
    """

    defaults: Mapping[str, Any] = field(factory=dict)
    told: tuple[PluginSetting, ...] = ()
    place: str = ""
    campaign: str = ""

    def at(self, *, place: str = "", campaign: str = "") -> Settings:
        """The same settings as they hold for a place (its code), or for a campaign (its id)."""
        return evolve(self, place=place or self.place, campaign=campaign or self.campaign)

    def origin(self, key: str) -> str:
        """Which of "campaign", "place", "city" or "default" a value comes from."""
        return self._found(key)[0]

    def secret(self, key: str) -> str:
        """What a secret setting stands for: the environment variable it names. Raises `PluginError` without it."""
        name = self[key]
        if not name or name not in os.environ:
            raise PluginError(f"{key}: chưa đặt biến môi trường {name!r} (the environment variable is not set)")
        return os.environ[name]

    @property
    def hash(self) -> str:
        """A SHA-256 over what was set, defaults aside."""
        rows = sorted((one.key, one.place or "", one.campaign or "", one.value) for one in self.told)
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def __getitem__(self, key: str) -> Any:
        if key not in self.defaults:
            known = ", ".join(self.defaults) or "-"
            raise PluginError(f"không có thiết đặt {key!r} (no such setting): {known}")
        return self._found(key)[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.defaults)

    def __len__(self) -> int:
        return len(self.defaults)

    def _found(self, key: str) -> tuple[str, Any]:
        told = [one for one in self.told if one.key == key]
        for origin, fits in (
            ("campaign", [one for one in told if self.campaign and one.campaign == self.campaign]),
            ("place", [one for one in told if self.place and one.place == self.place and not one.campaign]),
            ("city", [one for one in told if not one.place and not one.campaign]),
        ):
            if fits:
                return origin, json.loads(fits[0].value)
        return "default", self.defaults[key]


def setting_value(value: Any) -> str:
    """A setting's value as it is kept.

    >>> setting_value(4)
    '4'
    """
    return canonical_json(value)


def of_plugin(told: Iterable[PluginSetting], plugin: str) -> tuple[PluginSetting, ...]:
    """The settings of one plugin."""
    return tuple(one for one in told if one.plugin == plugin)
