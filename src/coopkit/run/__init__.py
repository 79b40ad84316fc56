"""Runs: figures sealed with all they were made of, run again from that alone, and explained when they differ.

Pure over sealed inputs: nothing here knows a ledger. `workspace` gathers the inputs and writes the record of a seal.
"""

from coopkit.run.again import Outcome, run_sealed
from coopkit.run.code import Code, code_of, plugin_code
from coopkit.run.inputs import sealed_snapshot
from coopkit.run.manifest import Manifest, Piece, Plugin, environment
from coopkit.run.sound import Gap, faults
from coopkit.run.why import Asked, Part, Records, asked, explain

__all__ = [
    "Asked",
    "Code",
    "Gap",
    "Manifest",
    "Outcome",
    "Part",
    "Piece",
    "Plugin",
    "Records",
    "asked",
    "code_of",
    "environment",
    "explain",
    "faults",
    "plugin_code",
    "run_sealed",
    "sealed_snapshot",
]
