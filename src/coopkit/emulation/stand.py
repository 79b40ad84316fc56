"""How safe the places of a board are: with other weights, and without each of the scorers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from coopkit.campaign import Definition, Score, StageKind
from coopkit.emulation.feed import feed
from coopkit.emulation.scores import Ints
from coopkit.emulation.sheet import Reckoned, sheet_of
from coopkit.emulation.stability import Layers, Marks, perturbed, without_each_scorer
from coopkit.metrics import AnyMetric
from coopkit.regulation import Regulation
from coopkit.snapshot import Snapshot


@frozen
class Safety:
    """How safe a unit's place is: the best and worst place with other weights, and without any one scorer.

    `same` of `runs` are the tries with other weights in which it kept its place.

    >>> Safety("a", 1, 1, 1, 500, 500, 1, 1).safe
    True
    """

    unit: str
    place: int
    best: int
    worst: int
    same: int
    runs: int
    best_without: int
    worst_without: int

    @property
    def safe(self) -> bool:
        """Whether the place is the same in every try."""
        return self.place > 0 and self.same == self.runs and self.best_without == self.place == self.worst_without


def safety(  # noqa: PLR0913 - each argument is a part of the question
    snapshot: Snapshot,
    rules: Definition,
    campaign: str,
    upto: Sequence[str],
    metrics: Mapping[str, AnyMetric],
    regulation: Regulation,
    *,
    runs: int = 500,
    spread: int = 10,
) -> dict[str, Safety]:
    """How safe every unit's place is, by unit: `runs` times with weights up to `spread` percent off, by the seed."""
    sheet = sheet_of(snapshot, rules, campaign, feed(snapshot, rules, campaign, metrics, regulation), upto)
    if not sheet.units:
        return {}
    real = Reckoned.of(sheet, snapshot, rules, campaign, regulation)
    told = perturbed(
        real.points,
        real.given,
        sheet.rubric,
        sheet.block_of,
        real.eligible,
        real.ties,
        seed=rules.seed or campaign,
        runs=runs,
        spread=spread,
    )
    without = _without(snapshot, rules, campaign, real)
    place_of = real.places.place
    alone = without or (place_of, place_of)
    columns = (place_of, told.highest, told.lowest, told.same, *alone)
    found = {}
    for n, unit in enumerate(sheet.units):
        place, best, worst, same, best_without, worst_without = (int(column[n]) for column in columns)
        found[unit] = Safety(unit, place, best, worst, same, told.runs, best_without, worst_without)
    return found


def _without(snapshot: Snapshot, rules: Definition, campaign: str, real: Reckoned) -> tuple[Ints, Ints] | None:
    """The best and worst place of each unit when one scorer is left out; None where nobody cross-scored."""
    sheet = real.sheet
    cross = next((stage.key for stage in rules.stages if stage.kind is StageKind.CROSS), "")
    if cross not in sheet.names:
        return None
    at = {unit: n for n, unit in enumerate(sheet.units)}, {key: n for n, key in enumerate(sheet.rubric.keys)}
    scores = [
        one
        for one in snapshot.records(Score)
        if (one.campaign, one.stage) == (campaign, cross) and one.cooperative in at[0] and one.criterion in at[1]
    ]
    scorer = {name: n for n, name in enumerate(sorted({one.scorer for one in scores}))}
    rows = [(scorer[one.scorer], at[0][one.cooperative], at[1][one.criterion], one.points) for one in scores]
    if not rows:
        return None
    marks = Marks(*np.array(rows, dtype=np.int64).T)
    layers = Layers(sheet.points, sheet.given, sheet.names.index(cross))
    told = without_each_scorer(marks, layers, sheet.rubric, sheet.block_of, real.rated, rules.ties, votes=real.votes)
    return told.highest, told.lowest
