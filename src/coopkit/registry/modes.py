"""`Modes`: how plugins are dealt with in this process, as the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from attrs import frozen

_NO: Final = frozenset({"", "0", "false", "no"})


@frozen
class Modes:
    """`strict`: any problem of a plugin raises. `safe`: nothing installed is loaded. `only`: none but these are.

    >>> Modes.of_environment({"COOPKIT_PLUGINS": "vinhbao,cathai"}).bars("haiphong")
    'không có trong COOPKIT_PLUGINS (is not named there)'
    """

    strict: bool = False
    safe: bool = False
    only: tuple[str, ...] | None = None

    @staticmethod
    def of_environment(told: Mapping[str, str] | None = None) -> Modes:
        """What COOPKIT_PLUGINS_STRICT, COOPKIT_SAFE_MODE and COOPKIT_PLUGINS (names; empty for none) say."""
        told = os.environ if told is None else told
        only = told.get("COOPKIT_PLUGINS")
        return Modes(
            told.get("COOPKIT_PLUGINS_STRICT", "").lower() not in _NO,
            told.get("COOPKIT_SAFE_MODE", "").lower() not in _NO,
            None if only is None else tuple(name for part in only.split(",") if (name := part.strip())),
        )

    def bars(self, plugin: str) -> str:
        """Why an installed plugin is not loaded here, "" where it is."""
        if self.safe:
            return "chế độ an toàn: COOPKIT_SAFE_MODE (safe mode)"
        if self.only is not None and plugin not in self.only:
            return "không có trong COOPKIT_PLUGINS (is not named there)"
        return ""
