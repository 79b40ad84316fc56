"""`PluginState`: a plugin as it was found, what it is now, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from attrs import field, frozen

from coopkit.field import Choice
from coopkit.text import Label


class State(Choice):
    """What a plugin is.

    >>> State.OFF.label.vi
    'Tắt'
    """

    FOUND = "found", "Đã thấy", "Found"
    INCOMPATIBLE = "incompatible", "Không tương thích", "Incompatible"
    OFF = "off", "Tắt", "Off"
    FAILED = "failed", "Không nạp được", "Failed to load"
    QUARANTINED = "quarantined", "Cách ly", "Quarantined"
    ON = "on", "Bật", "On"


@frozen
class PluginState:
    """One plugin: whose it is, where it lies, its state with the reason, and when it first and last failed.

    `wanted`: an administrator switched it on, or the caller gave it. `code` is the hash of its files. `settings` is the
    hash of what was set. Where it is wanted and not wholly on, `problem` says what is wrong.

    >>> PluginState("vinhbao", state=State.FAILED, reason="ImportError", wanted=True).problem
    'ImportError'
    """

    name: str
    label: Label | None = None
    distribution: str = ""
    version: str = ""
    module: str = ""
    path: str = ""
    code: str = ""
    state: State = State.FOUND
    reason: str = ""
    wanted: bool = False
    hooks: tuple[str, ...] = ()
    provides: Mapping[str, tuple[str, ...]] = field(factory=dict)
    settings: str = ""
    first_failure: dt.datetime | None = None
    last_failure: dt.datetime | None = None

    @property
    def problem(self) -> str:
        """What is wrong with a plugin that should be on, or with the items it offers; "" where nothing is."""
        return self.reason if self.wanted and self.state is not State.ON else ""
