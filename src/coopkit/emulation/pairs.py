"""Who scores whom: drawn within the block by a seed, nobody itself, nobody in conflict, all alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache

from attrs import frozen

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
    order = sorted(units, key=lambda unit: _lot(seed, unit))
    draw = _Draw(order, {(unit, unit) for unit in units} | set(barred), {unit: [] for unit in order})
    for turn in range(scorers):
        draw.turn(turn, f"{seed}:{turn}")
    return sorted((scorer, scored) for scored, by in draw.scorers.items() for scorer in by)


def _lot(seed: str, *of: str) -> bytes:
    return hashlib.sha256("\x1f".join([seed, *of]).encode()).digest()


@frozen
class _Draw:
    """The pairs so far: the scorers of each unit, one more in every turn."""

    order: Sequence[str]
    never: Collection[tuple[str, str]]
    scorers: dict[str, list[str]]

    def turn(self, turn: int, seed: str) -> None:
        """One more scorer for every unit, each scorer once more: augmenting paths, tried in the order of the lots.

        What earlier turns drew moves only where nothing else is left: then pairs are found wherever there are any.
        """

        @cache
        def wish(scorer: str) -> list[str]:
            return sorted(self.order, key=lambda unit: _lot(seed, scorer, unit))

        for scorer in self.order:
            if not (self._place(scorer, wish, turn, [turn]) or self._place(scorer, wish, turn, range(turn + 1))):
                raise CampaignError(
                    f"Không chia được cặp chấm chéo cho {scorer!r}: xung đột lợi ích không để lại đơn vị nào; "
                    "miễn một xung đột hoặc giảm số đơn vị chấm "
                    "(no pair is left for it: waive a conflict, or ask for fewer scorers)"
                )

    def _place(self, scorer: str, wish: Callable[[str], list[str]], turn: int, movable: Sequence[int]) -> bool:
        """Whether the scorer got a unit; those in its way were given others in turn."""
        seen: set[str] = set()

        def moves(one: str) -> Iterator[tuple[str, int]]:
            for scored in wish(one):
                if scored in seen or (one, scored) in self.never or one in self.scorers[scored]:
                    continue
                seen.add(scored)
                yield from ((scored, at) for at in ([turn] if len(self.scorers[scored]) == turn else movable))

        path: list[tuple[str, str, int]] = []
        stack = [(scorer, moves(scorer))]  # by hand: a path may be as long as the block
        while stack:
            one, left = stack[-1]
            step = next(left, None)
            if step is None:
                stack.pop()
                del path[len(stack) - 1 :]
                continue
            scored, at = step
            path.append((one, scored, at))
            if at == len(self.scorers[scored]):
                for mover, to, place in path:
                    self.scorers[to][place : place + 1] = [mover]
                return True
            stack.append((self.scorers[scored][at], moves(self.scorers[scored][at])))
        return False
