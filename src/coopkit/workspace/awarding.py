"""`Awarding`: from the proposal of a block to the decision of the giver: nominations, votes, decisions, revocations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

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
    eligibility,
    suggested,
    verdict,
)
from coopkit.errors import CampaignError, NotFound
from coopkit.event import Award, Giver, Honour, RecipientKind
from coopkit.ledger import Receipt
from coopkit.record import make_id
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.council import Electorate
from coopkit.workspace.worth import Worth

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

    A `token` names the form that a write comes from: handed in again it gives the first receipt, and writes nothing.

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

    def _before(self, token: str) -> Receipt | None:
        """What the form of that token became; None where it is handed in for the first time."""
        return self.at.desk.workspace.ledger.receipt(token) if token else None

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

    def nominate(
        self, award: str, units: Iterable[str], achievement: str = "", on: dt.date | None = None, *, token: str = ""
    ) -> Receipt:
        """Propose units for an award: all in one batch, or none.

        Raises `CampaignError` that says of the first that may not be proposed why, and by which law.
        """
        at, rule, made, names = self._run(), self.at.rules.award(award), list[Nomination](), self.at.names
        if written := self._before(token):
            return written
        at.not_published()
        at.open_stage(*self.proposed_in(rule))
        docket, known = self.docket(on), {one.id: one for one in self._own()}
        for unit in units:
            one = self._nomination(rule, RecipientKind.COLLECTIVE, unit, achievement)
            if one.id in known:
                state, whom = known[one.id].state.label, names.get(unit, unit)
                raise CampaignError(f"{whom}: {rule.name.vi} {state.vi.lower()} rồi (proposed already: {state.en})")
            told = eligibility(rule, one, evolve(docket, proposed=(*docket.proposed, *made)))
            _require(told, f"{names.get(unit, unit)} không đủ điều kiện nhận {rule.name.vi}")
            made.append(one)
        if not made:
            raise CampaignError("Không có đơn vị nào để đề nghị (there is nobody to be proposed)")
        return at.write(f"Đề nghị {rule.name.vi}: {len(made)} đơn vị", *made, token=token)

    def nominate_others(  # noqa: PLR0913 - whom, why, when, and the form it comes from
        self,
        award: str,
        kind: RecipientKind,
        number: int = 1,
        *,
        persons: Sequence[str] = (),
        achievement: str = "",
        on: dt.date | None = None,
        token: str = "",
    ) -> Receipt:
        """Propose individuals, by the ids of their records, or so many recipients that the proposer leaves unsplit."""
        at, rule, made = self._run(), self.at.rules.award(award), list[Nomination]()
        if written := self._before(token):
            return written
        at.not_published()
        at.open_stage(*self.proposed_in(rule))
        docket = self.docket(on)
        known = [one.number or 0 for one in self._own() if one.award == award]
        for n in range(max(number, len(persons))):
            person = persons[n] if n < len(persons) else None
            count = max(known, default=0) + n + 1
            ident = make_id("nomination", at.campaign, award, None, person, count)
            one = Nomination(ident, at.campaign, award, kind, None, person, count, achievement or None)
            told = eligibility(rule, one, evolve(docket, proposed=(*docket.proposed, *made)))
            _require(told, rule.name.vi)
            made.append(one)
        return at.write(f"Đề nghị {rule.name.vi}: {len(made)}", *made, token=token)

    @staticmethod
    def proposed_in(rule: AwardRule) -> tuple[StageKind, ...]:
        """In which stages somebody is proposed for an award: one outside the campaign also when it is decided."""
        return (StageKind.BLOCK, StageKind.COUNCIL, *((StageKind.DECISION,) if rule.outside else ()))

    def _nomination(self, rule: AwardRule, kind: RecipientKind, unit: str, achievement: str) -> Nomination:
        ident = make_id("nomination", self.at.campaign, rule.key, unit, None, None)
        return Nomination(ident, self.at.campaign, rule.key, kind, unit, achievement=achievement or None)

    # ── Meetings and votes ──────────────────────────────────────────────────────────────────────────────────────────

    def seat(self, seats: Mapping[str, str | None], *, token: str = "") -> Receipt:
        """Name the council's seats, by their offices, each with the unit it belongs to, if any."""
        at = self._run()
        at.not_published()
        made = [
            CouncilSeat(make_id("council_seat", at.campaign, name), at.campaign, name, unit)
            for name, unit in seats.items()
        ]
        return at.write("Thành phần Hội đồng thi đua", *made, token=token)

    def attend(self, seats: Iterable[str], *, token: str = "") -> Receipt:
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
        return at.write(f"Dự họp {stage.name.vi}", *made, token=token)

    def vote(self, ballots: Iterable[Ballot], *, token: str = "") -> dict[str, Verdict]:
        """Enter the counting panel's totals in the open meeting; gives the verdict on each nomination.

        In the council who may vote and who is present follow from its seats, its attendance and the conflicts; in a
        block meeting the entrants' units vote and `present` is told. A council's verdict passes or cuts the nomination.
        Raises `CampaignError` for totals that cannot be.
        """
        at, told, records = self._run(), dict[str, Verdict](), list[object]()
        stage = at.open_stage(*VOTING)
        known, electorate = {one.id: one for one in self._own()}, Electorate.of(at, stage)
        for ballot in ballots:
            one = known.get(ballot.nomination)
            if one is None:
                raise NotFound(f"Không có đề nghị {ballot.nomination!r} (no such nomination)")
            if one.state in (NominationState.GRANTED, NominationState.REFUSED):
                raise CampaignError(f"Đề nghị {one.id} đã được quyết định (it is decided already)")
            members, there = electorate.voters(one.cooperative)
            present = next(n for n in (there, ballot.present, members) if n is not None)
            made = make_id("vote_count", at.campaign, stage.key, one.id)
            count = VoteCount(made, at.campaign, stage.key, one.id, members, present, ballot.in_favour, ballot.against)
            told[one.id] = verdict(count, stage)
            records.append(count)
            if stage.kind is StageKind.COUNCIL:
                passed = NominationState.PASSED if told[one.id].passed else NominationState.CUT
                records.append(evolve(one, state=passed, reason=told[one.id].why.vi))
        at.write(f"Kết quả bỏ phiếu {stage.name.vi}: {len(told)} đề nghị", *records, token=token)
        return told

    # ── Decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def decide(
        self, award: str, decision: str, on: dt.date, outcomes: Iterable[Outcome] = (), *, token: str = ""
    ) -> Receipt:
        """Record the giver's decision on an award: what passed is granted, but for what `outcomes` say.

        Each grant is an `Honour` of the decision with its reward, where the coefficient and the base salary of that day
        are known. Raises `CampaignError` for a nomination that the council cut.
        """
        at, rule = self._run(), self.at.rules.award(award)
        if written := self._before(token):
            return written
        at.open_stage(StageKind.DECISION)
        if not decision.strip():
            raise CampaignError("Ghi số quyết định (a decision needs its number)")
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
        return at.write(f"Quyết định {decision}: {rule.name.vi}", *records, token=token)

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

    def worth(self, rule: AwardRule, kind: RecipientKind, on: dt.date) -> Worth:
        """What goes with an award for a recipient on a day, and by which law or rule."""
        return Worth.of(self.at.desk.workspace.regulation, rule, kind, on)

    def reward(self, rule: AwardRule, kind: RecipientKind, on: dt.date) -> int | None:
        """The reward in đồng for a recipient on a day; None where no source at hand states it (see `worth`)."""
        return self.worth(rule, kind, on).reward

    def revoke(self, honour: str, decision: str, on: dt.date, reason: str, *, token: str = "") -> Receipt:
        """Revoke an award: a new act, for a reason, also after the campaign is published. Raises `CampaignError`."""
        at = self._run()
        if written := self._before(token):
            return written
        if not reason.strip() or not decision.strip():
            raise CampaignError(
                "Hủy bỏ khen thưởng cần số quyết định và lý do (a revocation needs a number and a reason)"
            )
        known = {one.id for one in at.whole.records(Honour)}
        if honour not in known:
            raise NotFound(f"Không có khen thưởng mã {honour!r} (no such honour)")
        if any(one.honour == honour for one in at.whole.records(Revocation)):
            raise CampaignError("Khen thưởng này đã bị hủy bỏ (it is revoked already)")
        made = Revocation(make_id("revocation", honour), honour, decision, on, reason)
        return at.write(f"Hủy bỏ khen thưởng theo {decision}: {reason}", made, token=token)

    def honours(self) -> list[tuple[Honour, Revocation | None]]:
        """The campaign's awards, each with the act that revoked it, if any."""
        snapshot = self.at.desk.snapshot()
        revoked = {one.honour: one for one in snapshot.records(Revocation)}
        own = [one for one in snapshot.records(Honour) if one.campaign == self.at.campaign]
        return [(one, revoked.get(one.id)) for one in sorted(own, key=lambda one: (one.decision, one.number))]

    def waiting(self, award: str) -> list[Nomination]:
        """What the giver may decide on: what the council passed, and what is proposed outside the campaign."""
        rule, able = self.at.rules.award(award), [NominationState.PASSED]
        if rule.outside:
            able.append(NominationState.PROPOSED)
        return [one for one in self.nominations() if one.award == award and one.state in able]

    # ── Initiatives and exemplars ───────────────────────────────────────────────────────────────────────────────────

    def initiatives(self) -> list[Initiative]:
        """The campaign's initiatives and exemplars that the actor may see, by title."""
        own = [one for one in self.at.desk.snapshot().records(Initiative) if one.campaign == self.at.campaign]
        return sorted(own, key=lambda one: one.title)

    def propose_initiative(self, kind: InitiativeKind, title: str, unit: str, *, token: str = "") -> Receipt:
        """Nominate an initiative or an exemplar of a unit."""
        at = self._run()
        at.not_published()
        if not title.strip() or unit not in at.names:
            raise CampaignError("Ghi tên và chọn đơn vị có sáng kiến (tell its title, and choose the unit)")
        made = Initiative(make_id("initiative", at.campaign, title), at.campaign, kind, title, unit)
        return at.write(f"Đề nghị công nhận {kind.label.vi.lower()}: {title}", made, token=token)

    def recognise(self, title: str, decision: str, on: dt.date, *, token: str = "") -> Receipt:
        """Record that an initiative or exemplar is recognised. Raises `NotFound`."""
        at = self._run()
        own = [one for one in at.whole.records(Initiative) if one.campaign == at.campaign and one.title == title]
        if not own:
            raise NotFound(f"Không có sáng kiến, điển hình {title!r} (no such initiative)")
        return at.write(f"Công nhận theo {decision}", evolve(own[0], recognised=on, decision=decision), token=token)


def _require(told: Eligibility, whom: str) -> None:
    """Raise `CampaignError` where somebody may not be proposed: why, and by which law."""
    if not told.eligible:
        why, english = ("; ".join(one.in_(lang) for one in told.reasons) for lang in ("vi", "en"))
        raise CampaignError(f"{whom}: {why} [{told.source}] (not eligible because {english})")
