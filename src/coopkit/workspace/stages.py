"""`Stages`: a campaign from launch to publication: its definition, its pledges, its pairs, and the steps it takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from attrs import frozen

from coopkit.access import Action
from coopkit.campaign import (
    SCORING,
    Campaign,
    CampaignVersion,
    Conflict,
    ConflictKind,
    ConflictState,
    Definition,
    Move,
    NominationState,
    Pledge,
    Score,
    ScorePair,
    Stage,
    StageKind,
    StageStep,
    Target,
)
from coopkit.emulation import Board, Tension, barred, draw_pairs, entrants, needed, tensions
from coopkit.errors import CampaignError, NotFound
from coopkit.ledger import Receipt
from coopkit.metrics import AnyMetric
from coopkit.quantity import Quantity
from coopkit.record import make_id
from coopkit.run import run_sealed
from coopkit.seal import SealedRun
from coopkit.text import Label
from coopkit.workspace import runs
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.obstacles import nominations_of, obstacles_of, pairs_of
from coopkit.workspace.sealing import Sealing
from coopkit.workspace.workspace import Desk


@frozen
class Stages:
    """What the office does with a campaign as a whole; every write is one journalled batch.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     [one.number for one in at.versions()]
    [1]
    """

    at: CampaignDesk

    @staticmethod
    def new(desk: Desk, definition: Definition, *, token: str = "") -> Stages:
        """Launch a campaign with a first draft of its definition. Raises `CampaignError` where it is there already.

        `token` names the form it comes from, here and below: what it did before is not done again.
        """
        campaign = make_id("campaign", definition.period, definition.name)
        office = CampaignDesk(desk, campaign)
        office.may(Action.CAMPAIGN, definition.name)
        same = [one for one in office.whole.records(Campaign) if one.period == definition.period]
        known = next((one for one in same if one.name == definition.name), None)
        office = CampaignDesk(desk, known.id if known else campaign)
        if office.earlier(token):
            return Stages(office)
        if office.versions():
            raise CampaignError(
                f"«{definition.name}» đã có thể lệ: sửa bằng apply với một lý do "
                "(it has a definition already: change it with apply and a reason)"
            )
        record = Campaign(
            office.campaign,
            definition.name,
            definition.period,
            definition.launched,
            definition.theme or (known.theme if known else None),
            definition.organiser or None,
            "; ".join(definition.legal_basis) or None,
        )
        version = _version(office, 1, definition)
        targets = list(_targets(office, definition))
        office.write(f"Phát động {definition.name}", record, version, *targets, token=token)
        return Stages(office)

    def apply(
        self,
        definition: Definition | None = None,
        reason: str = "",
        on: dt.date | None = None,
        *,
        token: str = "",
        seen: int | None = None,
    ) -> Receipt:
        """Put the draft in force, or a changed definition in its place: from then on criteria are frozen.

        A change of what is applied already needs a reason and is a further version; a criterion that was scored stays.
        `seen` is the number of the version that was changed. Raises `CampaignError` where there is a newer one by now,
        and for what the register cannot serve: a metric there is not, a block without units.
        """
        at = self.at
        at.may(Action.CAMPAIGN, at.campaign)
        if earlier := at.earlier(token):
            return earlier
        last = self._last(seen)
        rules = definition or last.definition
        if definition is None and last.applied is not None:
            raise CampaignError("Thể lệ này đang áp dụng (this definition is in force already)")
        if last.applied is not None and not reason.strip():
            raise CampaignError("Thay đổi thể lệ đang áp dụng cần một lý do (changing what is in force needs a reason)")
        self.fits(rules)
        number = last.number + 1 if last.applied is not None else last.number
        made = _version(at, number, rules, on or at.today(), reason)
        return at.write(reason or f"Áp dụng thể lệ {rules.name}", made, *_targets(at, rules), token=token)

    def redraft(self, definition: Definition, *, token: str = "", seen: int | None = None) -> Receipt:
        """Keep a changed draft, which is not yet in force. Raises `CampaignError` where it is, or is newer by now."""
        at = self.at
        at.may(Action.CAMPAIGN, at.campaign)
        if earlier := at.earlier(token):
            return earlier
        last = self._last(seen)
        if last.applied is not None:
            raise CampaignError("Thể lệ đang áp dụng không còn là bản nháp (it is in force, thus no draft any more)")
        self._same(definition, last)
        return at.write(f"Sửa bản nháp {definition.name}", _version(at, last.number, definition), token=token)

    def fits(self, rules: Definition) -> None:
        """Raise `CampaignError` that says why a definition cannot take the place of the newest one."""
        self._same(rules, self.at.versions()[-1])
        self._serves(rules)

    def _last(self, seen: int | None) -> CampaignVersion:
        """The newest version, where it is the one that was seen."""
        self.at.not_published()
        last = self.at.versions()[-1]
        if seen is not None and last.number != seen:
            raise CampaignError(
                f"Thể lệ vừa được người khác sửa (lần {last.number}): xem lại rồi sửa tiếp "
                "(somebody else has changed it meanwhile: look again)"
            )
        return last

    def _same(self, rules: Definition, last: CampaignVersion) -> None:
        if (rules.name, rules.period) != (last.definition.name, last.definition.period):
            raise CampaignError(
                f"Tên và kỳ của phong trào không đổi: {last.definition.name}, {last.definition.period} "
                "(name and period stay; launch another campaign)"
            )

    def _serves(self, rules: Definition) -> None:
        at = self.at
        needed(rules, at.desk.workspace.registry.metrics())
        blocks = {block.name: block for block in entrants(at.whole, rules, at.campaign, rules.span.end)}
        missing = [name for name in rules.blocks if name not in blocks]
        if missing or not blocks:
            told = ", ".join(missing) or "khối thi đua nào"
            raise CampaignError(f"Sổ không có {told} vào ngày {rules.span.end:%d/%m/%Y} (there is no such block)")
        self._keeps(rules)

    def _keeps(self, rules: Definition) -> None:
        """What was used stays: scored criteria with room for their points, and stages that were opened, in order."""
        at, most = self.at, {leaf.key: leaf.most for leaf in rules.leaves}
        scores = [one for one in at.whole.records(Score) if one.campaign == at.campaign]
        if gone := sorted({one.criterion for one in scores} - most.keys()):
            raise CampaignError(f"Tiêu chí đã có điểm không bỏ được: {', '.join(gone)} (criteria with scores stay)")
        if over := sorted({one.criterion for one in scores if one.points > most[one.criterion]}):
            raise CampaignError(
                f"Tiêu chí đã có điểm cao hơn mức tối đa mới: {', '.join(over)} (scores above the new maximum)"
            )
        opened = {one.stage for one in at.whole.records(StageStep) if one.campaign == at.campaign}
        before = [(one.key, one.kind) for one in at.rules.stages if one.key in opened]
        after = [(one.key, one.kind) for one in rules.stages]
        if before != after[: len(before)]:
            told = ", ".join(key for key, _ in before)
            raise CampaignError(f"Giai đoạn đã mở không bỏ hay đổi được: {told} (stages that were opened stay)")

    def pledge(self, units: Iterable[str], signed: dt.date, promise: str = "", *, token: str = "") -> Receipt:
        """Record that units signed the pledge. Raises `CampaignError` outside the pledge stage."""
        at = self.at
        at.may(Action.CAMPAIGN, at.campaign)
        if earlier := at.earlier(token):
            return earlier
        at.open_stage(StageKind.PLEDGE)
        made = [
            Pledge(make_id("pledge", at.campaign, unit), at.campaign, unit, signed, promise or None) for unit in units
        ]
        if not made:
            raise CampaignError("Chưa chọn đơn vị nào ký giao ước (no unit is chosen)")
        return at.write(f"Ký giao ước thi đua: {len(made)} đơn vị", *made, token=token)

    def conflicts(self) -> list[Tension]:
        """Every conflict of interest between units, on the campaign's last day; for who runs the campaign."""
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        return tensions(self.at.whole, self.at.campaign, self.at.rules.span.end)

    def settle(
        self, one: str, other: str, kind: ConflictKind, state: ConflictState, reason: str, *, token: str = ""
    ) -> Receipt:
        """Declare a conflict, or pin, dismiss or waive one; needs a reason. Raises `CampaignError`."""
        at = self.at
        at.may(Action.CAMPAIGN, at.campaign)
        if earlier := at.earlier(token):
            return earlier
        at.not_published()
        if not reason.strip():
            raise CampaignError("Xử lý xung đột lợi ích cần một lý do (settling a conflict needs a reason)")
        first, second = min(one, other), max(one, other)
        if not first or first == second:
            raise CampaignError("Xung đột là giữa hai đơn vị khác nhau (a conflict is between two different units)")
        made = make_id("conflict", at.campaign, first, second, kind)
        return at.write(reason, Conflict(made, at.campaign, first, second, kind, state, reason), token=token)

    def advance(
        self, reason: str = "", on: dt.date | None = None, *, token: str = "", seen: int | None = None
    ) -> SealedRun | None:
        """Close the open stage and open the next; the first call opens the first stage.

        Closing seals the stage's inputs as a run, so that nothing moves what it gave. Raises `CampaignError` that lists
        what is missing; with a `reason` criteria nobody scored may stay open, which is kept with the run and not asked
        again in the stages after it. `seen` is the number of the step that the campaign waited for when it was looked
        at: where it has taken another meanwhile, nothing is moved.
        """
        at = self.at
        at.may(Action.CAMPAIGN, at.campaign)
        if at.earlier(token):
            return None
        self._waits_for(seen)
        if at.versions()[-1].applied is None:
            raise CampaignError("Thể lệ chưa được áp dụng: coopkit campaign apply (apply the definition first)")
        day, standing = on or at.today(), at.standing
        current, following = standing.current, standing.next
        if current is not None and following is None:
            raise CampaignError("Phong trào đã công bố (the campaign is published)")
        records: list[object] = []
        number, sealed = at.next_number(), None
        if current is not None:
            sealed = self._close(current, reason)
            records += [sealed, at.step(number, current, Move.CLOSE, day, reason, sealed.name)]
            number += 1
        if following is not None:
            records += [at.step(number, following, Move.OPEN, day), *self._opened(following)]
        done = f"Đóng {current.name.vi}" if current else ""
        begun = f"Mở {following.name.vi}" if following else ""
        at.write("; ".join(filter(None, (done, begun, reason))), *records, token=token)
        return sealed

    def _waits_for(self, seen: int | None) -> None:
        if seen is not None and self.at.next_number() != seen:
            raise CampaignError(
                "Phong trào vừa được người khác chuyển bước: xem lại rồi làm lại (it was moved meanwhile: look again)"
            )

    def back(self, reason: str, on: dt.date | None = None, *, token: str = "", seen: int | None = None) -> Receipt:
        """Go back one step: the open stage waits again, the one before it is open. Needs a reason."""
        at = self.at
        at.may(Action.CAMPAIGN, at.campaign)
        if earlier := at.earlier(token):
            return earlier
        self._waits_for(seen)
        at.not_published()
        if not reason.strip():
            raise CampaignError("Trả lại một bước cần một lý do (going back needs a reason)")
        if nominations_of(self.at, NominationState.GRANTED, NominationState.REFUSED):
            raise CampaignError("Đã có quyết định khen thưởng nên không trả lại được (a decision was made already)")
        last = at.standing.last_closed
        if last is None:
            raise CampaignError("Chưa có giai đoạn nào đóng để trả lại (no stage is closed yet)")
        return at.write(reason, at.step(at.next_number(), last, Move.BACK, on or at.today(), reason), token=token)

    def obstacles(self) -> list[Label]:
        """What keeps the open stage from being closed; empty where nothing does, or no stage is open.

        For who runs the campaign.
        """
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        stage = self.at.standing.current
        return list(obstacles_of(self.at, stage)) if stage else []

    def _opened(self, stage: Stage) -> list[ScorePair]:
        """What opening a stage brings: the pairs of a cross-scoring stage, drawn by the campaign's seed."""
        if stage.kind is not StageKind.CROSS or pairs_of(self.at, stage):
            return []
        at, rules = self.at, self.at.rules
        out = barred(tensions(at.whole, at.campaign, rules.span.end))
        made = []
        for block in entrants(at.whole, rules, at.campaign, rules.span.end):
            seed = f"{rules.seed or at.campaign}:{stage.key}:{block.id}"
            for scorer, scored in draw_pairs(block.units, min(stage.scorers, len(block.units) - 1), out, seed):
                ident = make_id("score_pair", at.campaign, stage.key, scorer, scored)
                made.append(ScorePair(ident, at.campaign, stage.key, scorer, scored))
        return made

    def _close(self, stage: Stage, reason: str) -> SealedRun:
        """Seal the stage's inputs. Raises `CampaignError` where something is missing and no reason lets it pass."""
        at, missing = self.at, self.obstacles()
        may_stay_open = stage.kind in SCORING and reason.strip()
        if missing and not may_stay_open:
            told = "; ".join(one.vi for one in missing[:5])
            more = f" … +{len(missing) - 5}" if len(missing) > 5 else ""
            raise CampaignError(
                f"Chưa đóng được {stage.name.vi}: {told}{more} (not closed; a reason lets criteria stay open)"
            )
        name = f"{at.campaign}:{stage.key}:{at.next_number()}"
        closed = [one.key for one in at.standing.closed(*SCORING)]
        counts = (*closed, stage.key) if stage.kind in SCORING else ()
        question = runs.Question(
            at.rules.span,
            at.today(),
            Label(f"{at.rules.name} · {stage.name.vi}", f"{at.rules.name} · {stage.name.en}"),
            at.rules.organiser,
            only=at.only(),
            campaign=at.campaign if counts else "",
            stages=counts,
        )
        sealing = Sealing(at.desk)
        office = at.desk.workspace
        manifest = runs.gather(question, at.whole, office.registry, office.regulation, sealing.archive)
        outcome = run_sealed(manifest, sealing.archive)
        if outcome.failed or (counts and Board.of_data(outcome.board) != at.whole_board(counts)):
            told = "; ".join(f"{plugin}: {why}" for plugin, why in outcome.failed.items()) or "bảng điểm"
            raise CampaignError(
                f"Lần chốt cho kết quả khác với lúc kiểm tra: {told} (the sealed run gives another board)"
            )
        waived = {"open": reason} if missing else {}
        kept = runs.keep(name, manifest, outcome, sealing.archive, waived)
        return SealedRun(kept.id, name, kept.period, kept.manifest, kept.results, kept.waived, at.campaign)


def _version(
    office: CampaignDesk, number: int, rules: Definition, applied: dt.date | None = None, reason: str = ""
) -> CampaignVersion:
    made = make_id("campaign_version", office.campaign, number)
    return CampaignVersion(made, office.campaign, number, rules.declaration, applied, reason or None)


def _targets(office: CampaignDesk, rules: Definition) -> Iterator[Target]:
    """The targets of the definition, each in the unit of its metric. Raises `NotFound` for a metric there is not."""
    known = office.desk.workspace.registry.metrics()
    existing = {(one.metric, one.period): one for one in office.whole.records(Target)}
    for one in rules.targets:
        metric: AnyMetric | None = known.get(one.metric)
        if metric is None:
            raise NotFound(f"Mức phấn đấu: không có chỉ tiêu {one.metric!r} (no such metric)")
        goal = Quantity(one.low, one.high, strict=False, about=False, unit=metric.unit)
        held = existing.get((one.metric, rules.period))
        ident = held.id if held else make_id("target", one.metric, rules.period)
        made = Target(ident, one.metric, rules.period, goal, held.set_on if held else rules.launched)
        if held is None or held.goal.low != goal.low or held.goal.high != goal.high:
            yield made
