"""`Ranking`: the board, why a unit stands where it does, how safe its place is, and what has drifted since the seal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from attrs import frozen

from coopkit.access import CITY, Action, can
from coopkit.campaign import SCORING, Definition, Nomination, NominationState, Stage
from coopkit.display import Display
from coopkit.emulation import (
    Board,
    Explanation,
    Line,
    Mark,
    Progress,
    Safety,
    explain_unit,
    progress,
    safety,
)
from coopkit.emulation.scores import Rubric, totals
from coopkit.errors import NotFound
from coopkit.exporters.board_workbook import write_board
from coopkit.exporters.page import board_tables
from coopkit.metrics import Cell, Evaluation, Metric, Stock, Unavailable
from coopkit.metrics.engine import evaluate
from coopkit.quantity import Quantity
from coopkit.report import Source, source_from
from coopkit.run import sealed_snapshot
from coopkit.snapshot import Snapshot
from coopkit.text import Label, Lang, fold
from coopkit.workspace import runs
from coopkit.workspace.campaign_desk import OFFICER, CampaignDesk
from coopkit.workspace.score_form import said_figures, said_rule
from coopkit.workspace.scoring import Scoring, figures_of
from coopkit.workspace.sealing import Sealing


@frozen
class Moved:
    """A criterion whose figure the register tells otherwise now: its value and points as sealed, and as they are.

    >>> Moved("2.1", "2 lượt", "3 lượt", 500, 750).points_now
    750
    """

    criterion: str
    value: str
    value_now: str
    points: int | None
    points_now: int | None


@frozen
class Drift:
    """A unit whose total or place would be another with the register as it is now; both 0 where it left its block.

    `moved` are the criteria of its own that make it so; where there are none, it is others that have moved.

    >>> Drift("c", "HTX A", 9000, 9100, 2, 1).place_now
    1
    """

    unit: str
    name: str
    total: int
    total_now: int
    place: int
    place_now: int
    moved: tuple[Moved, ...] = ()


@frozen
class Place:
    """A line of the board as it is read: the points of each group of criteria, the total after each closed stage.

    `titles` are the awards that the unit is proposed for or was given, `note` tells what is missing or shared, in the
    language asked for. Points are hundredths; None where a total may not be seen.

    >>> line = Line("a", "HTX A", "k", base=9000, bonus=500, penalty=0, total=9500, place=1)
    >>> Place(line, (9500,)).line.name
    'HTX A'
    """

    line: Line
    groups: tuple[int, ...]
    stages: tuple[int | None, ...] = ()
    grade: str = ""
    titles: tuple[str, ...] = ()
    note: str = ""


@frozen
class Opened:
    """Why a unit stands where it does, opened: its block's name, the explanation, and by criterion its rule and figure
    in words, and the figure's records.

    >>> line = Line("a", "HTX A", "k", base=9000, bonus=0, penalty=0, total=9000, place=1)
    >>> Opened("Khối 1", Explanation(line, (), Label("đứng đầu", "leads")), {}, {}, {}).explanation.line.name
    'HTX A'
    """

    block: str
    explanation: Explanation
    rules: Mapping[str, Label]
    figures: Mapping[str, Label]
    sources: Mapping[str, list[Source]]


@frozen
class Ranking:
    """What a campaign's points come to, as far as the actor may see it.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Ranking, Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     Ranking(at).board().lines
    ()
    """

    at: CampaignDesk

    def board(self) -> Board:
        """The board: as sealed with the last closed scoring stage, or as things are now where none is closed."""
        return self.at.board()

    @property
    def stage(self) -> Stage | None:
        """The closed scoring stage that the board is of; None where it is as things are now."""
        closed = self._closed()
        return closed[-1] if closed else None

    def _closed(self) -> list[Stage]:
        """The closed scoring stages whose inputs were sealed."""
        standing = self.at.standing
        return [stage for stage in standing.closed(*SCORING) if stage.key in standing.runs]

    def places(self, lang: Lang = "vi") -> dict[str, list[Place]]:
        """The board by block, the best first, those without a place last: as far as the actor may see it."""
        at, sealed = self.at, self._boards()
        board = sealed[-1] if sealed else self.board()
        rules, groups = at.rules, group_points(at.rules, board)
        before = [{line.unit: line.total for line in one.lines} for one in sealed]
        grades = {grade.key: grade.name.in_(lang) for grade in rules.grades}
        awards = {award.key: award.name.in_(lang) for award in rules.awards}
        titles: dict[str, list[str]] = {}
        for one in at.desk.snapshot().records(Nomination):
            if one.campaign == at.campaign and one.cooperative and one.state in _HOPEFUL:
                titles.setdefault(one.cooperative, []).append(awards.get(one.award, one.award))
        found: dict[str, list[Place]] = {}
        for block in board.blocks:
            [table] = board_tables(board, rules, lang, block)
            found[block] = [
                Place(
                    line,
                    groups.get(line.unit, ()),
                    tuple(totals.get(line.unit) for totals in before),
                    grades.get(line.grade, ""),
                    tuple(titles.get(line.unit, ())),
                    row.cells[-1],
                )
                for line, row in zip(board.of_block(block), table.rows, strict=True)
            ]
        return found

    def stages(self) -> list[Stage]:
        """The stages that `Place.stages` tells of: every closed scoring stage, in order."""
        return self._closed()

    def _boards(self) -> list[Board]:
        """The board after each closed scoring stage, as far as the actor may see it."""
        sealing, runs_of = Sealing(self.at.desk.workspace.as_(OFFICER)), self.at.standing.runs
        sealed = (Board.of_data(sealing.results(runs_of[stage.key]).board) for stage in self._closed())
        return [self.at.visible(one) for one in sealed]

    def workbook(self, block: str = "", lang: Lang = "vi") -> bytes:
        """The board, or one block of it, as an Excel workbook, dated today. Raises `AccessDenied`."""
        self.at.may(Action.EXPORT, self.at.campaign)
        stage = self.stage
        return write_board(self.board(), self.at.rules, stage.name if stage else None, self.at.today(), block, lang)

    def find(self, told: str) -> str:
        """The id of a unit that the actor may see, by id, tax code or name. Raises `NotFound`."""
        rows = self.at.desk.snapshot().tables["cooperative"].select(["id", "name", "tax_code"]).to_pylist()
        same = [row["id"] for row in rows if told in (row["id"], row["tax_code"]) or fold(told) == fold(row["name"])]
        if len(same) > 1:
            raise NotFound(f"Có {len(same)} đơn vị tên {told!r}: dùng mã số thuế hoặc mã bản ghi (there are several)")
        if not same:
            raise NotFound(f"Không có đơn vị {told!r}: dùng mã bản ghi, mã số thuế hoặc tên (no such unit)")
        return str(same[0])

    def explain(self, told: str) -> Explanation:
        """Why a unit stands where it does. Raises `NotFound` for one that the actor does not see on the board."""
        return self.opened(told).explanation

    def _may_see(self, unit: str, board: Board) -> None:
        if board.line(unit) is None:
            can(self.at.desk.actor, Action.SEE_SCORES, self.at.matter.line(unit)).require()

    def _figures(self, unit: str) -> tuple[Evaluation, dict[str, Cell]]:
        """The figures that feed the criteria of a unit, by criterion, as the board has them."""
        return figures_of(self.at, self._inputs(), unit)

    def evidence(self, told: str, lang: Lang = "vi") -> dict[str, list[Source]]:
        """The records that each figure of a unit counted, by criterion, as the board has them.

        Raises `NotFound`, and `AccessDenied` where the actor may not see how the unit stands.
        """
        unit = self.find(told)
        self._may_see(unit, self.board())
        return _sources(*self._figures(unit), lang)

    def opened(self, told: str, lang: Lang = "vi") -> Opened:
        """All that a reader opens of a unit, worked out at once. Raises as `explain`."""
        unit, board = self.find(told), self.board()
        self._may_see(unit, board)
        evaluation, cells = self._figures(unit)
        records = {key: cell.rows for key, cell in cells.items()}
        found = explain_unit(board, self.at.rules, unit, Scoring(self.at).seen(unit), records)
        if found is None:
            raise NotFound(f"{told!r} không tham gia phong trào (does not take part in the campaign)")
        metrics = self.at.desk.workspace.registry.metrics()
        return Opened(
            board.blocks.get(found.line.block, ""),
            found,
            {leaf.key: said_rule(leaf, metrics) for leaf in self.at.rules.leaves},
            said_figures(cells),
            _sources(evaluation, cells, lang),
        )

    def stability(self, *, runs: int = 500, spread: int = 10) -> dict[str, Safety]:
        """How safe every unit's place is, by unit: with weights up to `spread` percent off, and without each scorer.

        For who may see the points of others, in the whole city: one place's safety is made of all the others'.
        """
        self.at.may(Action.SEE_SCORES, CITY)
        stages = [stage.key for stage in self.at.standing.closed(*SCORING)]
        office = self.at.desk.workspace
        metrics = office.registry.metrics()
        return safety(
            self._inputs(),
            self.at.rules,
            self.at.campaign,
            stages,
            metrics,
            office.regulation,
            runs=runs,
            spread=spread,
        )

    def _inputs(self) -> Snapshot:
        """The register that the board stands on: as sealed, or as it is now where no scoring stage is closed."""
        stage = self.stage
        if stage is None:
            return self.at.whole
        sealing = Sealing(self.at.desk.workspace.as_(OFFICER))
        run = sealing.get(self.at.standing.runs[stage.key])
        return sealed_snapshot(runs.manifest_of(run, sealing.archive), sealing.archive)

    def drift(self) -> list[Drift]:
        """Where the register as it is now would give another total or place than the sealed board has.

        Nothing of the board moves; who runs the campaign sees what was corrected or came late since.
        """
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        sealed = self.at.sealed_board()
        if sealed is None:
            return []
        board = self.at.whole_board()
        now = {line.unit: line for line in board.lines}
        found = []
        for line in sealed.lines:
            other = now.get(line.unit)
            total, place = (other.total, other.place) if other else (0, 0)
            if (total, place) != (line.total, line.place):
                moved = tuple(_moved(sealed.marks.get(line.unit, {}), board.marks.get(line.unit, {})))
                found.append(Drift(line.unit, line.name, line.total, total, line.place, place, moved))
        return found

    def targets(self, on: dt.date | None = None) -> dict[str, Progress]:
        """How far each target is on a day (today, unless told), by metric; without those unavailable."""
        at, rules = self.at, self.at.rules
        day = min(max(on or at.today(), rules.span.start), rules.span.end)
        metrics = at.desk.workspace.registry.metrics()
        asked = [metrics[one.metric] for one in rules.targets if one.metric in metrics]
        law = at.desk.workspace.regulation
        found = evaluate(asked, at.desk.snapshot(), [rules.span], as_of=day, regulation=law)
        told = {}
        for one in rules.targets:
            if one.metric not in metrics:
                continue
            value, metric = found.cell(one.metric).value, metrics[one.metric]
            if not isinstance(value, Unavailable):
                goal = Quantity(one.low, one.high, strict=False, about=False, unit=metric.unit)
                stock = isinstance(metric, Metric) and isinstance(metric.timing, Stock)
                told[one.metric] = progress(value, goal, rules.span, day, flow=not stock)
        return told


_HOPEFUL: Final = (NominationState.PROPOSED, NominationState.PASSED, NominationState.GRANTED)
"""States of a nomination that still leads, or has led, to an award."""


def _sources(evaluation: Evaluation, cells: Mapping[str, Cell], lang: Lang) -> dict[str, list[Source]]:
    """The records that each figure counted, by criterion, as they are read."""
    display = Display(evaluation.snapshot, lang)
    tables = {key: metric.table for key, metric in evaluation.metrics.items() if isinstance(metric, Metric)}
    return {
        criterion: [
            source_from(key, tables[key], picked.counted, display) for key, picked in evaluation.records(cell).items()
        ]
        for criterion, cell in cells.items()
    }


def group_points(rules: Definition, board: Board) -> dict[str, tuple[int, ...]]:
    """What each group of criteria gives each unit that the board tells the marks of: its caps held, penalties less.

    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20", "maximum": 10,
    ...     "criteria": [{"key": "1", "name": "Họp", "maximum": 7},
    ...                  {"key": "P", "name": "Trừ", "maximum": 2, "penalty": True}]})
    >>> group_points(rules, Board("p", {}, (), {"a": {"1": Mark(500, {}), "P": Mark(100, {})}}))
    {'a': (500, -100)}
    """
    rubric, units = Rubric.of(rules), list(board.marks)
    told = [[mark.points if (mark := board.marks[unit].get(key)) else None for key in rubric.keys] for unit in units]
    if not told:
        return {}
    points = np.array([[number or 0 for number in row] for row in told], np.int64)
    given = np.array([[number is not None for number in row] for row in told])
    columns, start = [], 0
    for one in rules.criteria:
        inside = np.zeros(len(rubric.keys), np.bool_)
        inside[start : (start := start + sum(1 for _ in one.leaves()))] = True
        found = totals(points, given & inside, rubric)
        columns.append(found.base + found.bonus - found.penalty)
    return {unit: tuple(int(column[n]) for column in columns) for n, unit in enumerate(units)}


def _moved(then: Mapping[str, Mark], now: Mapping[str, Mark]) -> Iterator[Moved]:
    """The criteria whose figure, or whose points, are not what they were."""
    for key, mark in then.items():
        other = now.get(key, Mark(None, {}))
        if (mark.value, mark.points) != (other.value, other.points):
            yield Moved(key, mark.value, other.value, mark.points, other.points)
