"""`Awarding`: from the proposal of a block to the decision of the giver: nominations, votes, decisions, revocations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from coopkit.access import Action
from coopkit.campaign import (
    VOTING,
    Attendance,
    AwardRule,
    CouncilSeat,
    Initiative,
    InitiativeKind,
    Nomination,
    NominationState,
    Revocation,
    StageKind,
    VoteCount,
)
from coopkit.emulation import (
    Docket,
    Eligibility,
    Line,
    Verdict,
    barred,
    eligibility,
    reward,
    suggested,
    tensions,
    verdict,
)
from coopkit.errors import CampaignError, NotFound
from coopkit.event import Award, Giver, Honour, RecipientKind
from coopkit.ledger import Receipt
from coopkit.record import make_id
from coopkit.workspace.campaign_desk import CampaignDesk

_PENDING = (NominationState.PROPOSED, NominationState.PASSED)


@frozen
class Ballot:
    """The counting panel's totals for one nomination, by its id; who was present is told with the meeting.

    >>> Ballot("n", in_favour=6, against=2).present is None
    True
    """

    nomination: str
    in_favour: int
    against: int
    present: int | None = None


@frozen
class Outcome:
    """What the giver decided of one nomination: granted, or refused for a reason.

    >>> Outcome("n").granted
    True
    """

    nomination: str
    granted: bool = True
    reason: str = ""


@frozen
class Awarding:
    """Propose, vote, decide and revoke, for who runs the campaign; every write is one journalled batch.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Awarding, Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     Awarding(at).nominations()
    []
    """

    at: CampaignDesk

    def _run(self) -> CampaignDesk:
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        return self.at

    # ── Proposals ───────────────────────────────────────────────────────────────────────────────────────────────────

    def nominations(self) -> list[Nomination]:
        """Every nomination that the actor may see, by award."""
        own = [one for one in self.at.desk.snapshot().records(Nomination) if one.campaign == self.at.campaign]
        return sorted(own, key=lambda one: (one.award, one.id))

    def _own(self) -> list[Nomination]:
        return [one for one in self.at.whole.records(Nomination) if one.campaign == self.at.campaign]

    def docket(self, on: dt.date | None = None) -> Docket:
        """What proposals of a day (today, unless told) are judged by; for who runs the campaign.

        Raises `CampaignError` before a scoring stage is closed.
        """
        at = self._run()
        board = at.sealed_board()
        if board is None:
            raise CampaignError("Chưa giai đoạn chấm điểm nào đóng nên chưa có thứ hạng (there is no closed board yet)")
        return Docket(at.rules, board, tuple(self._own()), at.desk.workspace.regulation, on or at.today())

    def suggest(self, award: str, on: dt.date | None = None) -> list[Line]:
        """The units that may be proposed for an award, the best first, at most its quotas; a tie goes whole."""
        self._run()
        return suggested(self.at.rules.award(award), self.docket(on))

    def check(self, award: str, unit: str, achievement: str = "") -> Eligibility:
        """Whether a unit may be proposed for an award; if not, why, and by which law."""
        rule = self.at.rules.award(award)
        return eligibility(rule, self._nomination(rule, RecipientKind.COLLECTIVE, unit, achievement), self.docket())

    def nominate(self, award: str, units: Iterable[str], achievement: str = "", on: dt.date | None = None) -> Receipt:
        """Propose units for an award: all in one batch, or none.

        Raises `CampaignError` that says of the first that may not be proposed why, and by which law.
        """
        at, rule, made = self._run(), self.at.rules.award(award), list[Nomination]()
        at.not_published()
        self._stage_for(rule)
        docket, known = self.docket(on), {one.id: one for one in self._own()}
        for unit in units:
            one = self._nomination(rule, RecipientKind.COLLECTIVE, unit, achievement)
            if one.id in known:
                state, whom = known[one.id].state.label, self._name(unit)
                raise CampaignError(f"{whom}: {rule.name.vi} {state.vi.lower()} rồi (proposed already: {state.en})")
            told = eligibility(rule, one, evolve(docket, proposed=(*docket.proposed, *made)))
            if not told.eligible:
                why = "; ".join(reason.vi for reason in told.reasons)
                english = "; ".join(reason.en for reason in told.reasons)
                raise CampaignError(
                    f"{self._name(unit)} không đủ điều kiện nhận {rule.name.vi}: {why} [{told.source}] "
                    f"(not eligible because {english})"
                )
            made.append(one)
        if not made:
            raise CampaignError("Không có đơn vị nào để đề nghị (there is nobody to be proposed)")
        return at.write(f"Đề nghị {rule.name.vi}: {len(made)} đơn vị", *made)

    def nominate_others(
        self,
        award: str,
        kind: RecipientKind,
        number: int = 1,
        *,
        persons: Sequence[str] = (),
        achievement: str = "",
        on: dt.date | None = None,
    ) -> Receipt:
        """Propose individuals, by the ids of their records, or so many recipients that the proposer leaves unsplit."""
        at, rule, made = self._run(), self.at.rules.award(award), list[Nomination]()
        at.not_published()
        self._stage_for(rule)
        docket = self.docket(on)
        known = [one.number or 0 for one in self._own() if one.award == award]
        for n in range(max(number, len(persons))):
            person = persons[n] if n < len(persons) else None
            count = max(known, default=0) + n + 1
            ident = make_id("nomination", at.campaign, award, None, person, count)
            one = Nomination(ident, at.campaign, award, kind, None, person, count, achievement or None)
            told = eligibility(rule, one, evolve(docket, proposed=(*docket.proposed, *made)))
            if not told.eligible:
                why, english = ("; ".join(each.in_(lang) for each in told.reasons) for lang in ("vi", "en"))
                raise CampaignError(f"{rule.name.vi}: {why} [{told.source}] (not eligible because {english})")
            made.append(one)
        return at.write(f"Đề nghị {rule.name.vi}: {len(made)}", *made)

    def _stage_for(self, rule: AwardRule) -> None:
        kinds = (StageKind.BLOCK, StageKind.COUNCIL, *((StageKind.DECISION,) if rule.outside else ()))
        self.at.open_stage(*kinds)

    def _nomination(self, rule: AwardRule, kind: RecipientKind, unit: str, achievement: str) -> Nomination:
        ident = make_id("nomination", self.at.campaign, rule.key, unit, None, None)
        return Nomination(ident, self.at.campaign, rule.key, kind, unit, achievement=achievement or None)

    def _name(self, unit: str) -> str:
        rows = self.at.whole.tables["cooperative"].select(["id", "name"]).to_pylist()
        return next((str(row["name"]) for row in rows if row["id"] == unit), unit)

    # ── Meetings and votes ──────────────────────────────────────────────────────────────────────────────────────────

    def seat(self, seats: Mapping[str, str | None]) -> Receipt:
        """Name the council's seats, by their offices, each with the unit it belongs to, if any."""
        at = self._run()
        at.not_published()
        made = [
            CouncilSeat(make_id("council_seat", at.campaign, name), at.campaign, name, unit)
            for name, unit in seats.items()
        ]
        return at.write("Thành phần Hội đồng thi đua", *made)

    def attend(self, seats: Iterable[str]) -> Receipt:
        """Record who takes part in the open stage's meeting: seats of the council, or units of a block."""
        at = self._run()
        stage, told = at.open_stage(*VOTING), list(seats)
        council = {one.name for one in at.whole.records(CouncilSeat) if one.campaign == at.campaign}
        known = council if stage.kind is StageKind.COUNCIL else at.units()
        if unknown := sorted(set(told) - known):
            raise NotFound(
                f"Không có {', '.join(unknown)}: {', '.join(sorted(known)) or '-'} (there are no such seats)"
            )
        made = [
            Attendance(make_id("attendance", at.campaign, stage.key, seat), at.campaign, stage.key, seat)
            for seat in told
        ]
        return at.write(f"Dự họp {stage.name.vi}", *made)

    def _entitled(self, one: Nomination) -> tuple[int, int]:
        """How many seats may vote on a nomination, those in conflict taken out, and how many of them are present."""
        at = self.at
        stage = at.open_stage(*VOTING)
        out = barred(tensions(at.whole, at.campaign, at.rules.span.end))
        seats = [seat for seat in at.whole.records(CouncilSeat) if seat.campaign == at.campaign]
        may = {
            seat.name
            for seat in seats
            if seat.cooperative is None
            or (seat.cooperative != one.cooperative and (seat.cooperative, one.cooperative or "") not in out)
        }
        there = {
            row.seat for row in at.whole.records(Attendance) if (row.campaign, row.stage) == (at.campaign, stage.key)
        }
        return len(may), len(may & there)

    def vote(self, ballots: Iterable[Ballot]) -> dict[str, Verdict]:
        """Enter the counting panel's totals in the open meeting; gives the verdict on each nomination.

        In the council who may vote and who is present follow from its seats, its attendance and the conflicts; in a
        block meeting the entrants' units vote and `present` is told. A council's verdict passes or cuts the nomination.
        Raises `CampaignError` for totals that cannot be.
        """
        at, told, records = self._run(), dict[str, Verdict](), list[object]()
        stage = at.open_stage(*VOTING)
        known = {one.id: one for one in self._own()}
        for ballot in ballots:
            one = known.get(ballot.nomination)
            if one is None:
                raise NotFound(f"Không có đề nghị {ballot.nomination!r} (no such nomination)")
            if one.state in (NominationState.GRANTED, NominationState.REFUSED):
                raise CampaignError(f"Đề nghị {one.id} đã được quyết định (it is decided already)")
            members, present = self._voters(stage.kind, one, ballot)
            made = make_id("vote_count", at.campaign, stage.key, one.id)
            count = VoteCount(made, at.campaign, stage.key, one.id, members, present, ballot.in_favour, ballot.against)
            told[one.id] = verdict(count, stage)
            records.append(count)
            if stage.kind is StageKind.COUNCIL:
                passed = NominationState.PASSED if told[one.id].passed else NominationState.CUT
                records.append(evolve(one, state=passed, reason=told[one.id].why.vi))
        at.write(f"Kết quả bỏ phiếu {stage.name.vi}: {len(told)} đề nghị", *records)
        return told

    def _voters(self, kind: StageKind, one: Nomination, ballot: Ballot) -> tuple[int, int]:
        if kind is StageKind.COUNCIL:
            return self._entitled(one)
        line = self.docket().board.line(one.cooperative or "")
        members = len(self.docket().board.of_block(line.block)) if line else 0
        return members, members if ballot.present is None else ballot.present

    # ── Decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def decide(self, award: str, decision: str, on: dt.date, outcomes: Iterable[Outcome] = ()) -> Receipt:
        """Record the giver's decision on an award: what passed is granted, but for what `outcomes` say.

        Each grant is an `Honour` of the decision with its reward, where the coefficient and the base salary of that day
        are known. Raises `CampaignError` for a nomination that the council cut.
        """
        at, rule = self._run(), self.at.rules.award(award)
        at.open_stage(StageKind.DECISION)
        said = {one.nomination: one for one in outcomes}
        own = {one.id: one for one in self._own() if one.award == award}
        waiting = [one for one in own.values() if one.state in _PENDING]
        if unknown := sorted(said.keys() - {one.id for one in waiting}):
            raise NotFound(f"Không có đề nghị chờ quyết định {', '.join(unknown)} (no such nomination is waiting)")
        if any(not one.granted and not one.reason.strip() for one in said.values()):
            raise CampaignError("Không tặng thì cần một lý do (a refusal needs a reason)")
        if not waiting and any(one.honour for one in own.values()):
            raise CampaignError(f"{rule.name.vi}: đã có quyết định (it is decided already)")
        unpassed = [one for one in waiting if one.state is NominationState.PROPOSED and not rule.outside]
        if unpassed or not waiting:
            raise CampaignError(
                f"{rule.name.vi}: không có đề nghị nào được Hội đồng thông qua (nothing passed the council)"
            )
        held = [one.number for one in at.whole.records(Honour) if one.decision == decision and one.award == rule.form]
        number, records = max(held, default=0), list[object]()
        for one in sorted(waiting, key=lambda each: (each.number or 0, each.id)):
            outcome = said.get(one.id, Outcome(one.id))
            if not outcome.granted:
                records.append(evolve(one, state=NominationState.REFUSED, reason=outcome.reason or None))
                continue
            number += 1
            honour = self._honour(rule, one, decision, number, on)
            records += [honour, evolve(one, state=NominationState.GRANTED, honour=honour.id)]
        return at.write(f"Quyết định {decision}: {rule.name.vi}", *records)

    def _honour(self, rule: AwardRule, one: Nomination, decision: str, number: int, on: dt.date) -> Honour:
        return Honour(
            make_id("honour", decision, rule.form, rule.giver, number),
            decision,
            number,
            Award(rule.form),
            Giver(rule.giver),
            one.recipient_kind,
            on,
            one.cooperative,
            one.person,
            one.achievement,
            self.at.campaign,
            self.reward(rule, one.recipient_kind, on),
        )

    def reward(self, rule: AwardRule, kind: RecipientKind, on: dt.date) -> int | None:
        """The reward in đồng for a recipient on a day; None where no source at hand states its coefficient.

        The campaign's own coefficient comes before that of the law in force; an unsplit recipient has none.
        """
        regulation = self.at.desk.workspace.regulation
        law = regulation.award(rule.form.value, rule.giver.value, on) or {}
        coefficient: Fraction | None = None
        if kind is RecipientKind.COLLECTIVE:
            stated = law.get("coefficient")
            coefficient = rule.coefficient or (Fraction(stated) if stated is not None else None)
        elif kind is RecipientKind.INDIVIDUAL:
            coefficient = rule.coefficient_individual
        if coefficient is None:
            return None
        try:
            return reward(coefficient, regulation.base_salary(on)[0])
        except NotFound:
            return None

    def revoke(self, honour: str, decision: str, on: dt.date, reason: str) -> Receipt:
        """Revoke an award: a new act, for a reason, also after the campaign is published. Raises `CampaignError`."""
        at = self._run()
        if not reason.strip():
            raise CampaignError("Hủy bỏ khen thưởng cần một lý do (a revocation needs a reason)")
        known = {one.id for one in at.whole.records(Honour)}
        if honour not in known:
            raise NotFound(f"Không có khen thưởng mã {honour!r} (no such honour)")
        if any(one.honour == honour for one in at.whole.records(Revocation)):
            raise CampaignError("Khen thưởng này đã bị hủy bỏ (it is revoked already)")
        made = Revocation(make_id("revocation", honour), honour, decision, on, reason)
        return at.write(f"Hủy bỏ khen thưởng theo {decision}: {reason}", made)

    def honours(self) -> list[tuple[Honour, Revocation | None]]:
        """The campaign's awards, each with the act that revoked it, if any."""
        snapshot = self.at.desk.snapshot()
        revoked = {one.honour: one for one in snapshot.records(Revocation)}
        own = [one for one in snapshot.records(Honour) if one.campaign == self.at.campaign]
        return [(one, revoked.get(one.id)) for one in sorted(own, key=lambda one: (one.decision, one.number))]

    # ── Initiatives and exemplars ───────────────────────────────────────────────────────────────────────────────────

    def propose_initiative(self, kind: InitiativeKind, title: str, unit: str) -> Receipt:
        """Nominate an initiative or an exemplar of a unit."""
        at = self._run()
        at.not_published()
        made = Initiative(make_id("initiative", at.campaign, title), at.campaign, kind, title, unit)
        return at.write(f"Đề nghị công nhận {kind.label.vi.lower()}: {title}", made)

    def recognise(self, title: str, decision: str, on: dt.date) -> Receipt:
        """Record that an initiative or exemplar is recognised. Raises `NotFound`."""
        at = self._run()
        own = [one for one in at.whole.records(Initiative) if one.campaign == at.campaign and one.title == title]
        if not own:
            raise NotFound(f"Không có sáng kiến, điển hình {title!r} (no such initiative)")
        return at.write(f"Công nhận theo {decision}", evolve(own[0], recognised=on, decision=decision))
