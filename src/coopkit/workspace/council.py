"""`Council`: who sits and who is there, and what the totals of a vote come to while they are typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

from attrs import field, frozen

from coopkit.access import Action
from coopkit.campaign import VOTING, Attendance, CouncilSeat, Nomination, NominationState, Stage, StageKind, VoteCount
from coopkit.emulation import Verdict, barred, tensions, verdict
from coopkit.errors import CampaignError
from coopkit.ledger import Batch, Change, Receipt, Removal
from coopkit.record import make_id
from coopkit.text import Label
from coopkit.workspace.campaign_desk import CampaignDesk

_DECIDED = (NominationState.GRANTED, NominationState.REFUSED)


@frozen
class Electorate:
    """Who may vote in the open meeting: the council's seats and who is there, or the units of each block.

    `bars`: the pairs of units between which a conflict holds.

    >>> Electorate({"Chủ tịch": None, "Ủy viên": "a1"}, frozenset({"Ủy viên"})).voters("a1")
    (1, 0)
    """

    seats: Mapping[str, str | None]
    there: frozenset[str] = frozenset()
    bars: frozenset[tuple[str, str]] = frozenset()
    blocks: Mapping[str, int] | None = None

    @classmethod
    def of(cls, at: CampaignDesk, stage: Stage) -> Self:
        """The electorate of a stage of this campaign, as the register is now."""
        if stage.kind is not StageKind.COUNCIL:
            board = at.sealed_board()
            lines = board.lines if board else ()
            sizes = {block: len(board.of_block(block)) for block in board.blocks} if board else {}
            return cls({}, blocks={line.unit: sizes[line.block] for line in lines})
        seats = {one.name: one.cooperative for one in at.whole.records(CouncilSeat) if one.campaign == at.campaign}
        here = (at.campaign, stage.key)
        there = {row.seat for row in at.whole.records(Attendance) if (row.campaign, row.stage) == here}
        return cls(seats, frozenset(there), barred(tensions(at.whole, at.campaign, at.rules.span.end)))

    def voters(self, unit: str | None) -> tuple[int, int | None]:
        """How many may vote on a unit, those in conflict taken out, and how many of them are there; None: not known."""
        if self.blocks is not None:
            return self.blocks.get(unit or "", 0), None
        may = {
            name
            for name, own in self.seats.items()
            if own is None or (own != unit and (own, unit or "") not in self.bars)
        }
        return len(may), len(may & self.there)


@frozen
class Seat:
    """A seat of the council: the unit it belongs to, by id, if any, and whether it is at the open meeting."""

    name: str
    unit: str = ""
    there: bool = False


@frozen
class BallotLine:
    """A nomination to be voted on: how many may vote on it, how many of them are there, and what was counted before.

    `present` is None where it is told with the votes, as in a block's meeting.
    """

    nomination: Nomination
    members: int
    present: int | None = None
    counted: VoteCount | None = None


@frozen
class Judged:
    """What totals come to: the verdict where they are all there and can be, else what is wrong, by its box."""

    verdict: Verdict | None = None
    faults: Mapping[str, Label] = field(factory=dict)


def judge(
    line: BallotLine, stage: Stage, in_favour: int | None, against: int | None, present: int | None = None
) -> Judged:
    """What the totals typed so far come to in a stage's vote; boxes still empty are None.

    >>> from coopkit.event import RecipientKind
    >>> stage = Stage("hd", StageKind.COUNCIL, Label("Hội đồng", "Council"))
    >>> line = BallotLine(Nomination("n", "p", "flag", RecipientKind.COLLECTIVE, "a"), members=9, present=8)
    >>> judge(line, stage, 6, 2).verdict.passed, list(judge(line, stage, 6, 3).faults)
    (True, ['against'])
    """
    there = present if line.present is None else line.present
    faults: dict[str, Label] = {}
    if there is not None:
        told = str(there)
        if there > line.members:
            most = str(line.members)
            faults["present"] = Label(f"chỉ {most} người được bỏ phiếu", f"only {most} may vote")
        if (in_favour or 0) > there:
            faults["in_favour"] = Label(f"nhiều hơn số người có mặt ({told})", f"more than are present ({told})")
        elif (in_favour or 0) + (against or 0) > there:
            faults["against"] = Label(
                f"cộng phiếu đồng ý nhiều hơn số người có mặt ({told})",
                f"with those in favour more than present ({told})",
            )
    if faults or there is None or in_favour is None or against is None:
        return Judged(faults=faults)
    one = line.nomination
    count = VoteCount("", one.campaign, stage.key, one.id, line.members, there, in_favour, against)
    return Judged(verdict(count, stage))


def rule_told(stage: Stage) -> Label:
    """What passes a nominee in a stage's vote, in words.

    >>> rule_told(Stage("hd", StageKind.COUNCIL, Label("Hội đồng", "Council"))).vi
    'quá 1/2 số người có mặt đồng ý; họp được khi có mặt từ 2/3 thành viên'
    """
    more_than_half = stage.threshold.numerator * 2 == stage.threshold.denominator
    share, base = _share(stage), stage.base.label
    return Label(
        f"{'quá' if more_than_half else 'từ'} {share} {base.vi.lower()} đồng ý; "
        f"họp được khi có mặt từ {stage.quorum} thành viên",
        f"{'more than' if more_than_half else 'at least'} {share} of {base.en.lower()} in favour; "
        f"the meeting needs {stage.quorum} of its members",
    )


def _share(stage: Stage) -> str:
    """A threshold as people say it: 2/3, but 80%."""
    percent = stage.threshold * 100
    plain = stage.threshold.denominator > 3 and percent.denominator == 1
    return f"{percent}%" if plain else str(stage.threshold)


@frozen
class Council:
    """The seats and the meetings of one campaign.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     Council(at).seats(), Council(at).lines(), Council(at).counted()
    ([], [], [])
    """

    at: CampaignDesk

    def meeting(self) -> Stage | None:
        """The open stage, where it votes."""
        stage = self.at.standing.current
        return stage if stage and stage.kind in VOTING else None

    def seats(self) -> list[Seat]:
        """The council's seats that the actor may see, and who of them is at the open meeting."""
        snapshot, stage = self.at.desk.snapshot(), self.meeting()
        here = (self.at.campaign, stage.key if stage else "")
        there = {row.seat for row in snapshot.records(Attendance) if (row.campaign, row.stage) == here}
        own = [one for one in snapshot.records(CouncilSeat) if one.campaign == self.at.campaign]
        return [Seat(one.name, one.cooperative or "", one.name in there) for one in own]

    def lines(self) -> list[BallotLine]:
        """What the open meeting votes on: what is not decided yet; in a block's meeting the units only."""
        stage = self.meeting()
        if stage is None:
            return []
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        electorate, counts = Electorate.of(self.at, stage), self._counts(stage)
        own = [one for one in self.at.whole.records(Nomination) if one.campaign == self.at.campaign]
        made = [
            BallotLine(one, *electorate.voters(one.cooperative), counts.get(one.id))
            for one in own
            if one.state not in _DECIDED
        ]
        return [line for line in made if line.members or stage.kind is StageKind.COUNCIL]

    def counted(self) -> list[tuple[Stage, VoteCount, Verdict]]:
        """Every total that was counted, with what it came to, stage by stage; as far as the actor may see them."""
        return [
            (stage, count, verdict(count, stage))
            for stage in self.at.rules.stages
            if stage.kind in VOTING
            for count in self._counts(stage).values()
        ]

    def _counts(self, stage: Stage) -> dict[str, VoteCount]:
        rows = self.at.desk.snapshot().records(VoteCount)
        return {one.nomination: one for one in rows if (one.campaign, one.stage) == (self.at.campaign, stage.key)}

    # ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def gather(self, there: Iterable[str], *, token: str = "") -> Receipt:
        """Record exactly who of the council is at the open meeting: who is not told is not there.

        Raises `CampaignError` where nobody is, or for a seat there is not.
        """
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        stage, told = self.at.open_stage(StageKind.COUNCIL), set(there)
        known = {seat.name: seat for seat in self.seats()}
        if not told or not told <= known.keys():
            raise CampaignError(
                "Chọn ai dự họp, trong các chức danh của Hội đồng (choose who is there, by their seats)"
            )
        left = [make_id("attendance", self.at.campaign, stage.key, name) for name in known if name not in told]
        records = [
            Attendance(make_id("attendance", self.at.campaign, stage.key, name), self.at.campaign, stage.key, name)
            for name in known
            if name in told
        ]
        return self._write(f"Dự họp {stage.name.vi}: {len(told)} người", records, left, token)

    def unseat(self, name: str, *, token: str = "") -> Receipt:
        """Take a seat out that was named by mistake. Raises `CampaignError` once the council has voted."""
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        self.at.not_published()
        stages = [stage for stage in self.at.rules.stages if stage.kind is StageKind.COUNCIL]
        if any(self._counts(stage) for stage in stages):
            raise CampaignError("Hội đồng đã bỏ phiếu nên không bớt thành viên được (the council has voted already)")
        gone = [make_id("attendance", self.at.campaign, stage.key, name) for stage in stages]
        seat = make_id("council_seat", self.at.campaign, name)
        return self._write(f"Bớt khỏi Hội đồng: {name}", [], gone, token, seat)

    def _write(self, reason: str, there: list[Attendance], left: list[str], token: str, *seats: str) -> Receipt:
        workspace = self.at.desk.workspace
        ledger = workspace.ledger
        bases = ledger.revisions("attendance", [*(one.id for one in there), *left])
        held = ledger.revisions("council_seat", list(seats))
        changes: tuple[Change | Removal, ...] = (
            *(Change(one, bases.get(one.id)) for one in there),
            *(Removal("attendance", one, bases[one]) for one in left if one in bases),
            *(Removal("council_seat", one, held[one]) for one in seats if one in held),
        )
        batch = Batch(self.at.desk.actor.name, reason, workspace.clock(), changes=changes, token=token)
        [receipt] = ledger.write(batch)
        return receipt
