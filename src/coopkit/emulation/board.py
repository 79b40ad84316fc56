"""`Board`: every unit's points, place and grade, and every criterion's points with what each stage gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs
from attrs import frozen

from coopkit.campaign import Definition, Grade
from coopkit.cooperative import Cooperative
from coopkit.emulation.feed import Fed, feed
from coopkit.emulation.ranks import grade_of
from coopkit.emulation.scores import Bools, Ints, Rubric
from coopkit.emulation.sheet import Reckoned, sheet_of
from coopkit.metrics import AnyMetric
from coopkit.regulation import Regulation
from coopkit.snapshot import Snapshot
from coopkit.text import sort_key


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


@frozen(slots=False)
class Board:
    """The board of a campaign: its blocks, a line a unit in the order of places, every unit's marks by criterion.

    >>> line = Line("a", "HTX A", "k", base=9000, bonus=500, penalty=0, total=9500, place=1)
    >>> Board("p", {"k": "Khối 1"}, (line,), {"a": {}}).line("a").place
    1
    """

    campaign: str
    blocks: Mapping[str, str]
    lines: tuple[Line, ...]
    marks: Mapping[str, Mapping[str, Mark]]

    def line(self, unit: str) -> Line | None:
        """The line of a unit, None where it does not take part."""
        return self._of_unit.get(unit)

    @cached_property
    def _of_unit(self) -> Mapping[str, Line]:
        return {one.unit: one for one in self.lines}

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
        told = dict.fromkeys([*(line.block for line in lines), *data["blocks"]])  # JSON keeps no order of names
        return Board(data["campaign"], {block: data["blocks"][block] for block in told}, lines, marks)


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
    told = Reckoned.of(sheet, snapshot, rules, campaign, regulation)
    names = {one.id: one.name for one in snapshot.records(Cooperative)}
    grades = sorted(rules.grades, key=lambda grade: -grade.least)
    graded = grade_of(told.totals.total, [grade.least for grade in grades])
    lines = [
        _line(told, n, names.get(unit, unit), _grade(told, n, grades, int(graded[n])))
        for n, unit in enumerate(sheet.units)
    ]
    order = {block.id: n for n, block in enumerate(sheet.blocks)}
    lines.sort(key=lambda one: (order[one.block], one.place == 0, one.place, -one.total, sort_key(one.name), one.unit))
    marks = {
        unit: {key: _mark(told, fed, n, m) for m, key in enumerate(sheet.rubric.keys)}
        for n, unit in enumerate(sheet.units)
    }
    return Board(campaign, {block.id: block.name for block in sheet.blocks}, tuple(lines), marks)


def _grade(told: Reckoned, n: int, grades: Sequence[Grade], graded: int) -> str:
    return grades[graded].key if told.eligible[n] and graded >= 0 else ""


def _line(told: Reckoned, n: int, name: str, grade: str) -> Line:
    unit, sums = told.sheet.units[n], told.totals
    return Line(
        unit,
        name,
        told.sheet.blocks[told.sheet.block_of[n]].id,
        base=int(sums.base[n]),
        bonus=int(sums.bonus[n]),
        penalty=int(sums.penalty[n]),
        total=int(sums.total[n]),
        place=int(told.places.place[n]),
        tied=bool(told.places.tied[n]),
        grade=grade,
        votes=int(told.votes[n]),
        open=_open(told.sheet.rubric, told.given[n]),
        disqualified=_disqualified(told.sheet.rubric, told.points[n]),
        unrated=told.unrated[unit].vi if unit in told.unrated else "",
    )


def _open(rubric: Rubric, given: Bools) -> tuple[str, ...]:
    optional = rubric.penalty | rubric.disqualifies | (rubric.maximum == 0)
    return tuple(key for key, told, may in zip(rubric.keys, given, optional, strict=True) if not told and not may)


def _disqualified(rubric: Rubric, points: Ints) -> tuple[str, ...]:
    return tuple(key for key, found in zip(rubric.keys, rubric.disqualifies & (points > 0), strict=True) if found)


def _mark(told: Reckoned, fed: Mapping[str, Mapping[str, Fed]], n: int, m: int) -> Mark:
    sheet = told.sheet
    value = fed.get(sheet.rubric.keys[m], {}).get(sheet.units[n])
    return Mark(
        int(told.points[n, m]) if told.given[n, m] else None,
        {name: int(sheet.points[k, n, m]) for k, name in enumerate(sheet.names) if sheet.given[k, n, m]},
        int(told.spread[n, m]),
        value.value if value else "",
        value.why if value else "",
    )
