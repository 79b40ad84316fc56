"""Who scores whom: drawn within the block by a seed, nobody itself, nobody in conflict, all alike."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from coopkit.errors import CampaignError


def draw_pairs(
    units: Sequence[str], scorers: int, barred: Collection[tuple[str, str]], seed: str
) -> list[tuple[str, str]]:
    """Pairs (scorer, scored) so that every unit scores `scorers` others and is scored by as many.

    The same units, conflicts and seed give the same pairs, in whatever order the units come. Raises `CampaignError`
    that names a unit for which no scorer is left.

    >>> draw_pairs(["a", "b", "c"], 1, {("a", "b")}, "2024")
    [('a', 'c'), ('b', 'a'), ('c', 'b')]
    """
    if not units:
        return []
    order = sorted(units, key=lambda unit: _lot(seed, unit))
    taken = {(unit, unit) for unit in units} | set(barred)
    drawn: list[tuple[str, str]] = []
    for turn in range(scorers):
        matched = _matching(order, taken, f"{seed}:{turn}")
        drawn += [(scorer, scored) for scored, scorer in matched.items()]
        taken |= {(scorer, scored) for scored, scorer in matched.items()}
    return sorted(drawn)


def _lot(seed: str, *of: str) -> bytes:
    return hashlib.sha256("\x1f".join([seed, *of]).encode()).digest()


def _matching(order: Sequence[str], taken: Collection[tuple[str, str]], seed: str) -> dict[str, str]:
    """A scorer for every unit, each scorer once: augmenting paths, tried in the order of the lots."""
    scorer_of: dict[str, str] = {}

    def place(scorer: str, seen: set[str]) -> bool:
        for scored in sorted(order, key=lambda unit: _lot(seed, scorer, unit)):
            if scored in seen or (scorer, scored) in taken:
                continue
            seen.add(scored)
            if scored not in scorer_of or place(scorer_of[scored], seen):
                scorer_of[scored] = scorer
                return True
        return False

    for scorer in order:
        if not place(scorer, set()):
            raise CampaignError(
                f"Không chia được cặp chấm chéo cho {scorer!r}: xung đột lợi ích không để lại đơn vị nào; "
                "miễn một xung đột hoặc giảm số đơn vị chấm "
                "(no pair is left for it: waive a conflict, or ask for fewer scorers)"
            )
    return scorer_of
