"""`Board`: every unit's points, place and grade, and every criterion's points with what each stage gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from attrs import frozen

from coopkit.campaign import Definition, Nomination, Score, VoteCount
from coopkit.cooperative import Cooperative
from coopkit.emulation.entrants import Block, entrants, unrated
from coopkit.emulation.feed import Fed, feed
from coopkit.emulation.ranks import grade_of, places, tie_columns
from coopkit.emulation.scores import Bools, Ints, Rubric, last_given, mean_of_scorers, totals
from coopkit.metrics import AnyMetric
from coopkit.regulation import Regulation
from coopkit.snapshot import Snapshot

COMPUTED = "computed"
"""The layer of points that the register's own figures give, below every stage."""


@frozen
class Mark:
    """One unit's points for one criterion: what each stage gave (the mean of its scorers), and what counts.

    `points` are those of the last stage that gave any, None where none did: the criterion is open. `value` is the
    metric's value as text, `why` tells why it is unavailable; `spread` how far the stages lie apart. Hundredths.
    """

    points: int | None
    by_stage: Mapping[str, int]
    spread: int = 0
    value: str = ""
    why: str = ""


@frozen
class Line:
    """One unit on the board. `place` is 0 for one that has none: disqualified (by these criteria), or not rated (why).

    `tied`: others share its place after everything that parts ties. `open` are the criteria nobody has scored. Points
    are hundredths.
    """

    unit: str
    name: str
    block: str
    base: int
    bonus: int
    penalty: int
    total: int
    place: int
    tied: bool = False
    grade: str = ""
    votes: int = 0
    open: tuple[str, ...] = ()
    disqualified: tuple[str, ...] = ()
    unrated: str = ""


@frozen
class Board:
    """The board of a campaign: its blocks, a line a unit in the order of places, and every unit's marks by criterion."""

    campaign: str
    blocks: Mapping[str, str]
    lines: tuple[Line, ...]
    marks: Mapping[str, Mapping[str, Mark]]

    def line(self, unit: str) -> Line | None:
        """The line of a unit, None where it does not take part."""
        return next((one for one in self.lines if one.unit == unit), None)

    def of_block(self, block: str) -> list[Line]:
        """The lines of a block, the best first, those without a place last."""
        return [one for one in self.lines if one.block == block]

    @property
    def data(self) -> dict[str, Any]:
        """As plain data, for a sealed run."""
        return attrs.asdict(self)

    @staticmethod
    def of_data(data: Mapping[str, Any]) -> Board:
        """The board of that data."""
        lines = tuple(
            Line(**{**one, "open": tuple(one["open"]), "disqualified": tuple(one["disqualified"])})
            for one in data["lines"]
        )
        marks = {
            unit: {key: Mark(**mark) for key, mark in by_criterion.items()}
            for unit, by_criterion in data["marks"].items()
        }
        return Board(data["campaign"], data["blocks"], lines, marks)


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
    layers = [_computed(fed, at)]
    scores = [one for one in snapshot.records(Score) if one.campaign == campaign]
    for stage in upto:
        layers.append(_stage([one for one in scores if one.stage == stage], at))
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


def board_of(
    snapshot: Snapshot,
    rules: Definition,
    campaign: str,
    upto: Sequence[str],
    metrics: Mapping[str, AnyMetric],
    regulation: Regulation,
) -> Board:
    """The board as the scoring stages of `upto` make it: the last one that scored a criterion counts.

    A criterion whose metric is unavailable and that nobody scored is open: it adds nothing, and its line says so.
    """
    fed = feed(snapshot, rules, campaign, metrics, regulation)
    sheet = sheet_of(snapshot, rules, campaign, fed, upto)
    points, given, spread, _ = last_given(sheet.points, sheet.given)
    summed = totals(points, given, sheet.rubric)
    left_out = unrated(snapshot, rules, regulation)
    eligible = ~summed.disqualified & np.array([unit not in left_out for unit in sheet.units], dtype=bool)
    votes = votes_of(snapshot, campaign, sheet.units)
    ties = tie_columns(rules.ties, points, given, summed, sheet.rubric, votes)
    ranked = places(summed.total, sheet.block_of, eligible, ties)
    least = [grade.least for grade in sorted(rules.grades, key=lambda grade: -grade.least)]
    grades = [grade.key for grade in sorted(rules.grades, key=lambda grade: -grade.least)]
    graded = grade_of(summed.total, least)
    names = {one.id: one.name for one in snapshot.records(Cooperative)}
    blocks, number = {block.id: block.name for block in sheet.blocks}, sheet.block_of
    lines = []
    for n, unit in enumerate(sheet.units):
        lines.append(
            Line(
                unit,
                names.get(unit, unit),
                sheet.blocks[number[n]].id,
                base=int(summed.base[n]),
                bonus=int(summed.bonus[n]),
                penalty=int(summed.penalty[n]),
                total=int(summed.total[n]),
                place=int(ranked.place[n]),
                tied=bool(ranked.tied[n]),
                grade=grades[graded[n]] if eligible[n] and graded[n] >= 0 else "",
                votes=int(votes[n]),
                open=_open(sheet.rubric, given[n]),
                disqualified=_disqualified(sheet.rubric, points[n]),
                unrated=left_out[unit].vi if unit in left_out else "",
            )
        )
    order = {block: n for n, block in enumerate(blocks)}
    lines.sort(key=lambda one: (order[one.block], one.place or len(lines) + 1, one.name, one.unit))
    marks = {
        unit: {key: _mark(sheet, fed, (n, m), points, given, spread) for m, key in enumerate(sheet.rubric.keys)}
        for n, unit in enumerate(sheet.units)
    }
    return Board(campaign, blocks, tuple(lines), marks)


def _open(rubric: Rubric, given: Bools) -> tuple[str, ...]:
    optional = rubric.penalty | rubric.disqualifies | (rubric.maximum == 0)
    return tuple(key for key, told, may in zip(rubric.keys, given, optional, strict=True) if not told and not may)


def _disqualified(rubric: Rubric, points: Ints) -> tuple[str, ...]:
    return tuple(key for key, found in zip(rubric.keys, rubric.disqualifies & (points > 0), strict=True) if found)


def _mark(
    sheet: Sheet,
    fed: Mapping[str, Mapping[str, Fed]],
    at: tuple[int, int],
    points: Ints,
    given: Bools,
    spread: Ints,
) -> Mark:
    n, m = at
    told = fed.get(sheet.rubric.keys[m], {}).get(sheet.units[n])
    return Mark(
        int(points[n, m]) if given[n, m] else None,
        {name: int(sheet.points[k, n, m]) for k, name in enumerate(sheet.names) if sheet.given[k, n, m]},
        int(spread[n, m]),
        told.value if told else "",
        told.why if told else "",
    )


def votes_of(snapshot: Snapshot, campaign: str, units: Sequence[str]) -> Ints:
    """The votes in favour that the block meeting gave each unit."""
    nominated = {one.id: one.cooperative for one in snapshot.records(Nomination) if one.campaign == campaign}
    found: dict[str, int] = {}
    for count in snapshot.records(VoteCount):
        unit = nominated.get(count.nomination)
        if count.campaign == campaign and unit is not None:
            found[unit] = max(found.get(unit, 0), count.in_favour)
    return np.array([found.get(unit, 0) for unit in units], dtype=np.int64)
