"""`CampaignDesk`: one campaign at one actor's desk: what the use cases of emulation share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Self

from attrs import frozen

from coopkit.access import Action, Actor, Matter, can, visible_board
from coopkit.archive import Archive
from coopkit.campaign import (
    SCORING,
    Campaign,
    CampaignVersion,
    Definition,
    Move,
    Stage,
    StageKind,
    StageStep,
    Standing,
)
from coopkit.emulation import Board, board_of, campaign_of, entrants, needed, rules_of, standing_of, versions_of
from coopkit.errors import CampaignError, StaleBase
from coopkit.ledger import Batch, Change, Receipt
from coopkit.record import make_id, record_type
from coopkit.seal import SealedRun
from coopkit.snapshot import Snapshot
from coopkit.workspace import runs
from coopkit.workspace.sealing import Sealing
from coopkit.workspace.workspace import Desk

OFFICER = Actor.office("coopkit")
"""Whose eyes a sealed board is read with before it is narrowed to what the actor may see."""


@frozen
class CampaignDesk:
    """One campaign, by its id, at one actor's desk.

    What it reads for itself is the whole register; what it gives out is what the actor may see.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import CampaignDesk, Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     CampaignDesk.of(at.desk, "2024").rules.name
    'Thử'
    """

    desk: Desk
    campaign: str

    @classmethod
    def of(cls, desk: Desk, told: str) -> Self:
        """The campaign of that id, name or period. Raises `NotFound`, naming those there are."""
        return cls(desk, campaign_of(desk.snapshot(), told).id)

    @staticmethod
    def all(desk: Desk) -> list[Campaign]:
        """Every campaign that is run here, thus has a definition, the latest first."""
        snapshot = desk.snapshot()
        defined = {one.campaign for one in snapshot.records(CampaignVersion)}
        known = [one for one in snapshot.records(Campaign) if one.id in defined]
        return sorted(known, key=lambda one: (one.launched, one.id), reverse=True)

    @property
    def whole(self) -> Snapshot:
        """The register as it is, for the use case's own reckoning."""
        return self.desk.workspace.ledger.snapshot()

    @property
    def record(self) -> Campaign:
        """The campaign's record."""
        return campaign_of(self.whole, self.campaign)

    @property
    def rules(self) -> Definition:
        """The definition in force."""
        return rules_of(self.whole, self.campaign)

    @property
    def standing(self) -> Standing:
        """Where the campaign stands."""
        return standing_of(self.whole, self.campaign)

    @property
    def matter(self) -> Matter:
        """The campaign as access sees it."""
        return Matter.of(self.whole, self.campaign)

    def may(self, action: Action, subject: str = "") -> None:
        """Raise `AccessDenied` where the actor may not."""
        can(self.desk.actor, action, subject).require()

    def open_stage(self, *kinds: StageKind) -> Stage:
        """The stage that is open, which must be of one of these kinds. Raises `CampaignError`."""
        stage = self.standing.current
        if stage is None or (kinds and stage.kind not in kinds):
            wanted = ", ".join(kind.label.vi for kind in kinds) or "một giai đoạn"
            now = stage.name.vi if stage else "không có giai đoạn nào đang mở"
            raise CampaignError(f"Việc này làm ở: {wanted}; hiện nay: {now} (it is done in another stage)")
        return stage

    def not_published(self) -> None:
        """Raise `CampaignError` where the campaign is published: from then on nothing of it changes."""
        if self.standing.published:
            raise CampaignError(
                "Phong trào đã công bố, không sửa được nữa; việc hủy bỏ khen thưởng là một quyết định mới "
                "(the campaign is published and cannot change; a revocation is a new act)"
            )

    @property
    def names(self) -> dict[str, str]:
        """What each unit is called, by its id."""
        rows = self.whole.tables["cooperative"].select(["id", "name"]).to_pylist()
        return {row["id"]: row["name"] for row in rows}

    def write(self, reason: str, *records: object, token: str = "") -> Receipt:
        """Write records as one batch, each over what is there of it now; a step and a seal only where there is none.

        `token` names the form they come from: what was written by it before is not written again. Raises
        `CampaignError` where somebody else has moved the campaign meanwhile.
        """
        by_table: dict[str, list[str]] = {}
        for one in records:
            by_table.setdefault(record_type(type(one)).table, []).append(one.id)  # type: ignore[attr-defined]
        ledger = self.desk.workspace.ledger
        bases = {table: ledger.revisions(table, ids) for table, ids in by_table.items()}
        once = (StageStep, SealedRun)
        changes = tuple(
            Change(one, None if isinstance(one, once) else bases[record_type(type(one)).table].get(one.id))  # type: ignore[attr-defined]
            for one in records
        )
        now = self.desk.workspace.clock()
        try:
            [receipt] = ledger.write(Batch(self.desk.actor.name, reason, now, changes=changes, token=token))
        except StaleBase as error:
            raise CampaignError(
                "Phong trào vừa được người khác chuyển bước: xem lại rồi làm lại (it was moved meanwhile: look again)"
            ) from error
        return receipt

    def earlier(self, token: str) -> Receipt | None:
        """What the form of that token wrote before; None where it wrote nothing, or has no token."""
        return self.desk.workspace.ledger.receipt(token) if token else None

    def today(self) -> dt.date:
        """The clock's day."""
        return self.desk.workspace.clock().date()

    def step(self, number: int, stage: Stage, move: Move, on: dt.date, reason: str = "", run: str = "") -> StageStep:
        """The record of a step."""
        made = make_id("stage_step", self.campaign, number)
        return StageStep(made, self.campaign, number, stage.key, move, on, reason or None, run or None)

    def next_number(self) -> int:
        """The number of the next step."""
        return 1 + max(
            (one.number for one in self.whole.records(StageStep) if one.campaign == self.campaign), default=0
        )

    def versions(self) -> list[CampaignVersion]:
        """Every version of the definition, oldest first."""
        return versions_of(self.whole, self.campaign)

    def whole_board(self, upto: Iterable[str] | None = None) -> Board:
        """The board as the register is now, with the closed scoring stages or those told; for who runs the campaign."""
        self.may(Action.CAMPAIGN, self.campaign)
        return self._whole_board(upto)

    def _whole_board(self, upto: Iterable[str] | None = None) -> Board:
        stages = [stage.key for stage in self.standing.closed(*SCORING)] if upto is None else list(upto)
        office = self.desk.workspace
        return board_of(self.whole, self.rules, self.campaign, stages, office.registry.metrics(), office.regulation)

    def sealed_board(self) -> Board | None:
        """The board of the last closed scoring stage, as it was sealed with it; None where none is closed.

        Later changes of the register do not move it. For who runs the campaign; others see `board`.
        """
        self.may(Action.CAMPAIGN, self.campaign)
        return self._sealed_board()

    def _sealed_board(self) -> Board | None:
        closed = [stage for stage in self.standing.closed(*SCORING) if stage.key in self.standing.runs]
        if not closed:
            return None
        sealing = Sealing(self.desk.workspace.as_(OFFICER))
        return _sealed(sealing.get(self.standing.runs[closed[-1].key]), sealing.archive)

    def board(self) -> Board:
        """The board as far as the actor may see it: sealed where a scoring stage is closed, else as things are now."""
        return self.visible(self._sealed_board() or self._whole_board())

    def visible(self, board: Board) -> Board:
        """The part of a board that the actor may see: of units outside the actor's places there is no line."""
        units = None
        if self.desk.actor.views is not None:
            units = frozenset(self.desk.snapshot().tables["cooperative"].column("id").to_pylist())
        return visible_board(self.desk.actor, board, self.matter, units)

    def only(self) -> tuple[str, ...]:
        """The keys of the metrics that the campaign's criteria and targets need."""
        metrics = self.desk.workspace.registry.metrics()
        targets = {target.metric for target in self.rules.targets if target.metric in metrics}
        return tuple(sorted({*needed(self.rules, metrics), *targets}))

    def units(self) -> set[str]:
        """The units that take part."""
        blocks = entrants(self.whole, self.rules, self.campaign, self.rules.span.end)
        return {unit for block in blocks for unit in block.units}


@lru_cache(maxsize=16)
def _sealed(run: SealedRun, archive: Archive) -> Board:
    """The board that a stage was sealed with, read once: what a run gave is named by its hash, and never another."""
    return Board.of_data(runs.results_of(run, archive).board)
