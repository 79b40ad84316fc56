"""The rules of the conformance suite: each a function of a `Case` that gives what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from coopkit.testing.case import Case
from coopkit.testing.finding import Finding
from coopkit.testing.rules.cost import budget
from coopkit.testing.rules.figures import additive, as_of, engines, order
from coopkit.testing.rules.files import importers
from coopkit.testing.rules.leaving import uninstall
from coopkit.testing.rules.looks import answers, reads
from coopkit.testing.rules.quiet import writes
from coopkit.testing.rules.twice import deterministic

Rule: TypeAlias = Callable[[Case], Iterator[Finding]]

CHECKED: Final[Mapping[str, Rule]] = {
    "reads": reads,
    "answers": answers,
    "deterministic": deterministic,
    "order": order,
    "additive": additive,
    "as_of": as_of,
    "engines": engines,
    "writes": writes,
    "budget": budget,
    "importers": importers,
    "uninstall": uninstall,
}
"""What looks at each rule, by its name, but for `loads`, which must hold before any of them can be looked at."""
