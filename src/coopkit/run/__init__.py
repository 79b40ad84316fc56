"""Runs: figures sealed with all they were made of, run again from that alone, and explained when they differ.

Pure over sealed inputs: nothing here knows a ledger. `workspace` gathers the inputs and writes the record of a seal.
"""

from coopkit.run.again import Outcome, run_sealed
from coopkit.run.inputs import sealed_snapshot
from coopkit.run.manifest import Code, Manifest, Plugin, code_of, environment
from coopkit.run.why import Part, Records, explain

__all__ = [
    "Code",
    "Manifest",
    "Outcome",
    "Part",
    "Plugin",
    "Records",
    "code_of",
    "environment",
    "explain",
    "run_sealed",
    "sealed_snapshot",
]
