"""`Ranking`: the board, why a unit stands where it does, how safe its place is, and what has drifted since the seal."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from coopkit.access import Action, can
from coopkit.campaign import SCORING
from coopkit.display import Display
from coopkit.emulation import (
    Board,
    Explanation,
    Progress,
    Safety,
    by_unit,
    explain_unit,
    progress,
    safety,
)
from coopkit.errors import NotFound
from coopkit.metrics import Cell, Evaluation, Metric, Stock, Unavailable
from coopkit.metrics.engine import evaluate
from coopkit.quantity import Quantity
from coopkit.report import Source, source_from
from coopkit.run import sealed_snapshot
from coopkit.snapshot import Snapshot
from coopkit.text import Lang, fold
from coopkit.workspace import runs
from coopkit.workspace.campaign_desk import OFFICER, CampaignDesk
from coopkit.workspace.scoring import Scoring
from coopkit.workspace.sealing import Sealing


@frozen
class Drift:
    """A unit whose total or place would be another with the register as it is now; both 0 where it left its block.

    >>> Drift("c", "HTX A", 9000, 9100, 2, 1).place_now
    1
    """

    unit: str
    name: str
    total: int
    total_now: int
    place: int
    place_now: int


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

    def find(self, told: str) -> str:
        """The id of a unit on the board, by id, tax code or name. Raises `NotFound`."""
        rows = self.at.whole.tables["cooperative"].select(["id", "name", "tax_code"]).to_pylist()
        same = [row["id"] for row in rows if told in (row["id"], row["tax_code"]) or fold(told) == fold(row["name"])]
        if len(same) > 1:
            raise NotFound(f"Có {len(same)} đơn vị tên {told!r}: dùng mã số thuế hoặc mã bản ghi (there are several)")
        if not same:
            raise NotFound(f"Không có đơn vị {told!r}: dùng mã bản ghi, mã số thuế hoặc tên (no such unit)")
        return str(same[0])

    def explain(self, told: str) -> Explanation:
        """Why a unit stands where it does. Raises `NotFound` for one that the actor does not see on the board."""
        unit, board = self.find(told), self.board()
        self._may_see(unit, board)
        found = explain_unit(board, self.at.rules, unit, Scoring(self.at).seen(unit), self._records(unit))
        if found is None:
            raise NotFound(f"{told!r} không tham gia phong trào (does not take part in the campaign)")
        return found

    def _may_see(self, unit: str, board: Board) -> None:
        if board.line(unit) is None:
            can(self.at.desk.actor, Action.SEE_SCORES, self.at.matter.line(unit)).require()

    def _figures(self, unit: str) -> tuple[Evaluation, dict[str, Cell]]:
        """The figures that feed the criteria of a unit, by criterion, as the board has them."""
        office = self.at.desk.workspace
        evaluation = by_unit(self._inputs(), self.at.rules, office.registry.metrics(), office.regulation)
        found = {}
        for leaf in self.at.rules.leaves:
            if leaf.rule and (leaf.rule.metric, evaluation.periods[0], (unit,)) in evaluation.cells:
                found[leaf.key] = evaluation.cell(leaf.rule.metric, None, unit)
        return evaluation, found

    def _records(self, unit: str) -> dict[str, int]:
        return {key: cell.rows for key, cell in self._figures(unit)[1].items()}

    def evidence(self, told: str, lang: Lang = "vi") -> dict[str, list[Source]]:
        """The records that each figure of a unit counted, by criterion, as the board has them.

        Raises `NotFound`, and `AccessDenied` where the actor may not see how the unit stands.
        """
        unit = self.find(told)
        self._may_see(unit, self.board())
        evaluation, cells = self._figures(unit)
        display = Display(evaluation.snapshot, lang)
        tables = {key: metric.table for key, metric in evaluation.metrics.items() if isinstance(metric, Metric)}
        return {
            criterion: [
                source_from(key, tables[key], picked.counted, display)
                for key, picked in evaluation.records(cell).items()
            ]
            for criterion, cell in cells.items()
        }

    def stability(self, *, runs: int = 500, spread: int = 10) -> dict[str, Safety]:
        """How safe every unit's place is, by unit: with weights up to `spread` percent off, and without each scorer.

        For who may see the points of others.
        """
        self.at.may(Action.SEE_SCORES, self.at.campaign)
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
        standing = self.at.standing
        closed = [stage.key for stage in standing.closed(*SCORING) if stage.key in standing.runs]
        if not closed:
            return self.at.whole
        sealing = Sealing(self.at.desk.workspace.as_(OFFICER))
        run = sealing.get(standing.runs[closed[-1]])
        return sealed_snapshot(runs.manifest_of(run, sealing.archive), sealing.archive)

    def drift(self) -> list[Drift]:
        """Where the register as it is now would give another total or place than the sealed board has.

        Nothing of the board moves; who runs the campaign sees what was corrected or came late since.
        """
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        sealed = self.at.sealed_board()
        if sealed is None:
            return []
        now = {line.unit: line for line in self.at.whole_board().lines}
        found = []
        for line in sealed.lines:
            other = now.get(line.unit)
            total, place = (other.total, other.place) if other else (0, 0)
            if (total, place) != (line.total, line.place):
                found.append(Drift(line.unit, line.name, line.total, total, line.place, place))
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
