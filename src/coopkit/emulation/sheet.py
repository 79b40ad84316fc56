"""The points of a campaign as columns, layer by layer, and what they come to: totals, places, ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from coopkit.campaign import Definition, Nomination, Score, VoteCount
from coopkit.emulation.entrants import Block, entrants, unrated
from coopkit.emulation.feed import Fed
from coopkit.emulation.ranks import Places, places, tie_columns
from coopkit.emulation.scores import Bools, Ints, Rubric, Totals, last_given, mean_of_scorers, totals
from coopkit.regulation import Regulation
from coopkit.snapshot import Snapshot
from coopkit.text import Label

COMPUTED = "computed"
"""The layer of points that the register's own figures give, below every stage."""


@frozen(eq=False)
class Sheet:
    """The points of a campaign as columns: units by criteria, in layers from the computed one to the last stage."""

    blocks: tuple[Block, ...]
    units: tuple[str, ...]
    rubric: Rubric
    names: tuple[str, ...]
    points: Ints
    given: Bools

    @property
    def block_of(self) -> Ints:
        """The number of each unit's block."""
        number = {unit: n for n, block in enumerate(self.blocks) for unit in block.units}
        return np.array([number[unit] for unit in self.units], dtype=np.int64)


def sheet_of(
    snapshot: Snapshot, rules: Definition, campaign: str, fed: Mapping[str, Mapping[str, Fed]], upto: Sequence[str]
) -> Sheet:
    """The layers of points: what the register gives, then each scoring stage of `upto` in turn."""
    blocks = tuple(entrants(snapshot, rules, campaign, rules.span.end))
    units = tuple(unit for block in blocks for unit in block.units)
    rubric = Rubric.of(rules)
    at = {unit: n for n, unit in enumerate(units)}, {key: n for n, key in enumerate(rubric.keys)}
    scores = [one for one in snapshot.records(Score) if one.campaign == campaign]
    layers = [_computed(fed, at), *(_stage([one for one in scores if one.stage == stage], at) for stage in upto)]
    points, given = (np.stack(one) for one in zip(*layers, strict=True))
    return Sheet(blocks, units, rubric, (COMPUTED, *upto), points, given)


_At = tuple[Mapping[str, int], Mapping[str, int]]


def _computed(fed: Mapping[str, Mapping[str, Fed]], at: _At) -> tuple[Ints, Bools]:
    points, given = _empty(at)
    for criterion, by_unit in fed.items():
        for unit, one in by_unit.items():
            if one.points is not None and unit in at[0]:
                points[at[0][unit], at[1][criterion]] = one.points
                given[at[0][unit], at[1][criterion]] = True
    return points, given


def _empty(at: _At) -> tuple[Ints, Bools]:
    shape = len(at[0]), len(at[1])
    return np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)


def _stage(scores: Sequence[Score], at: _At) -> tuple[Ints, Bools]:
    """The mean of a stage's scorers."""
    scorers: dict[tuple[int, int], int] = {}
    cells: list[tuple[int, int, int, int]] = []
    for one in sorted(scores, key=lambda score: score.id):
        unit, criterion = at[0].get(one.cooperative), at[1].get(one.criterion)
        if unit is not None and criterion is not None:
            scorer = scorers[unit, criterion] = scorers.get((unit, criterion), -1) + 1
            cells.append((scorer, unit, criterion, one.points))
    deep = max((scorer for scorer, *_ in cells), default=0) + 1
    points = np.zeros((deep, len(at[0]), len(at[1])), dtype=np.int64)
    given = np.zeros(points.shape, dtype=bool)
    for scorer, unit, criterion, number in cells:
        points[scorer, unit, criterion], given[scorer, unit, criterion] = number, True
    mean, told, _ = mean_of_scorers(points, given)
    return mean, told


def votes_of(snapshot: Snapshot, campaign: str, units: Sequence[str]) -> Ints:
    """The votes in favour that the block meeting gave each unit."""
    nominated = {one.id: one.cooperative for one in snapshot.records(Nomination) if one.campaign == campaign}
    found: dict[str, int] = {}
    for count in snapshot.records(VoteCount):
        unit = nominated.get(count.nomination)
        if count.campaign == campaign and unit is not None:
            found[unit] = max(found.get(unit, 0), count.in_favour)
    return np.array([found.get(unit, 0) for unit in units], dtype=np.int64)


@frozen(eq=False)
class Reckoned:
    """A sheet reckoned: the points that count, how far the stages lie apart, totals, tie columns and places.

    `unrated` tells why units are not rated; `rated` marks the others, `eligible` those that may have a place.
    """

    sheet: Sheet
    points: Ints
    given: Bools
    spread: Ints
    totals: Totals
    votes: Ints
    unrated: Mapping[str, Label]
    rated: Bools
    ties: tuple[Ints, ...]
    places: Places

    @property
    def eligible(self) -> Bools:
        """The units that may have a place."""
        return self.rated & ~self.totals.disqualified

    @staticmethod
    def of(sheet: Sheet, snapshot: Snapshot, rules: Definition, campaign: str, regulation: Regulation) -> Reckoned:
        """What the sheet's points come to: of each criterion the last layer that gave any counts."""
        points, given, spread, _ = last_given(sheet.points, sheet.given)
        summed = totals(points, given, sheet.rubric)
        left_out = unrated(snapshot, rules, regulation)
        rated = np.array([unit not in left_out for unit in sheet.units], dtype=bool)
        votes = votes_of(snapshot, campaign, sheet.units)
        ties = tie_columns(rules.ties, points, given, summed, sheet.rubric, votes)
        ranked = places(summed.total, sheet.block_of, rated & ~summed.disqualified, ties)
        return Reckoned(sheet, points, given, spread, summed, votes, left_out, rated, ties, ranked)
