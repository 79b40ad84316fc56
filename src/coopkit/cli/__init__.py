"""The command line: `coopkit import`, `metrics`, `records`, `report`, `history`, `undo`, `verify`, `demo` …"""

from coopkit.cli.main import main

__all__ = ["main"]
