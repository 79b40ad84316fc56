"""`Health`: when each plugin first and last failed, in a small file beside the ledger. No figure depends on it."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import attrs
from attrs import evolve, field, frozen

from coopkit.registry.state import PluginState, State

_AGAIN: Final = dt.timedelta(minutes=1)


@frozen
class Failure:
    """What went wrong with a plugin's code of one hash: first, last, how it was told, and whether it was loaded."""

    code: str
    what: str
    first: dt.datetime
    last: dt.datetime
    loaded: bool = True


@frozen
class Health:
    """The failures by plugin. A file that is gone or spoilt is a clean slate: what fails will be told again.

    >>> import tempfile
    >>> health = Health(Path(tempfile.mkdtemp()) / "so.db.plugins.json")
    >>> health.note("vinhbao", "ab", "ZeroDivisionError", dt.datetime(2024, 1, 5, tzinfo=dt.UTC))
    >>> health.failures()["vinhbao"].what
    'ZeroDivisionError'
    """

    file: Path
    _known: dict[str, Failure] = field(factory=dict, repr=False)

    def failures(self) -> Mapping[str, Failure]:
        """Every failure that is remembered."""
        try:
            told = json.loads(self.file.read_text("utf-8"))
            return {name: _failure(one) for name, one in told.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}

    def note(self, plugin: str, code: str, what: str, when: dt.datetime, *, loaded: bool = True) -> None:
        """Remember that a plugin failed: in use, or not even `loaded`.

        What is known of this code, in these words, since a minute, is left alone.
        """
        known = self._known.get(plugin)
        if known and (known.code, known.what) == (code, what) and when - known.last < _AGAIN:
            return
        held = dict(self.failures())
        before = held.get(plugin)
        first = before.first if before and before.code == code else when
        held[plugin] = self._known[plugin] = Failure(code, what, first, when, loaded)
        self._write(held)

    def forget(self, plugin: str) -> None:
        """Forget what a plugin did: it was switched on anew."""
        self._known.pop(plugin, None)
        held = dict(self.failures())
        if held.pop(plugin, None):
            self._write(held)

    def told(self, state: PluginState) -> PluginState:
        """A state with what is remembered of this code: one that was refused failed, one that is on is quarantined."""
        failure = self.failures().get(state.name)
        if failure is None or (state.code and failure.code != state.code):
            return state
        told = evolve(state, first_failure=failure.first, last_failure=failure.last)
        if state.state is State.ON:
            return evolve(told, state=State.QUARANTINED if failure.loaded else State.FAILED, reason=failure.what)
        unwanted = state.state in (State.FOUND, State.OFF) and not state.wanted and not failure.loaded
        return evolve(told, state=State.FAILED, reason=failure.what) if unwanted else told

    def _write(self, held: Mapping[str, Failure]) -> None:
        told = {name: attrs.asdict(one, value_serializer=_plain) for name, one in sorted(held.items())}
        try:
            handle, name = tempfile.mkstemp(dir=self.file.parent, prefix=f"{self.file.name}.")
        except OSError:  # a folder that may not be written to: the page goes on, and shows what it sees itself
            return
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as draft:
                json.dump(told, draft, ensure_ascii=False, indent=1)
            Path(name).replace(self.file)
        except OSError:
            Path(name).unlink(missing_ok=True)


def _plain(_: type, __: Any, value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _failure(told: Mapping[str, Any]) -> Failure:
    first, last = (dt.datetime.fromisoformat(told[key]) for key in ("first", "last"))
    return Failure(told["code"], told["what"], first, last, bool(told.get("loaded", True)))


@lru_cache
def health_beside(file: Path) -> Health:
    """What is remembered of plugins beside a ledger's file."""
    return Health(file.with_name(f"{file.name}.plugins.json"))
