"""What a plugin's tests use: `check_plugin`, `assert_conforms`, and the pytest fixtures `tiny_alliance`, `tmp_plugin`.

The fixtures are there wherever coopkit is installed (a pytest plugin); nothing is loaded before a test asks for one.

    from coopkit.testing import assert_conforms

    def test_it_keeps_the_contract():
        assert_conforms("vinhbao")
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coopkit.testing.alliance import TinyAlliance
    from coopkit.testing.check import assert_conforms, check_plugin
    from coopkit.testing.finding import RULES, Finding
    from coopkit.testing.temporary import TmpPlugin

_ROOM_OF = {
    "Finding": "finding",
    "RULES": "finding",
    "TinyAlliance": "alliance",
    "TmpPlugin": "temporary",
    "assert_conforms": "check",
    "check_plugin": "check",
}

__all__ = ["RULES", "Finding", "TinyAlliance", "TmpPlugin", "assert_conforms", "check_plugin"]


def __getattr__(name: str) -> object:
    # pytest imports this package at every start where coopkit is installed: nothing else may be loaded by that.
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'coopkit.testing' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"coopkit.testing.{_ROOM_OF[name]}"), name)
