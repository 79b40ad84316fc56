"""The records of a campaign: what was launched, pledged, scored, voted, proposed, decided and revoked, each an act."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from attrs import frozen

from coopkit.campaign.definition import Definition
from coopkit.event import RecipientKind
from coopkit.field import (
    Choice,
    amount,
    choice,
    count,
    day,
    details,
    flag,
    identifier,
    period,
    points,
    reference,
    text,
)
from coopkit.quantity import Quantity
from coopkit.record import canonical_json, record


@record("campaign", "Phong trào thi đua", "Emulation campaign", identity=("period", "name"))
@frozen
class Campaign:
    """An emulation campaign: the period it runs for and the day it was launched, often at the end of the year before.

    >>> Campaign(id="p", name="Phong trào thi đua năm 2024", period="2024", launched=dt.date(2023, 12, 20)).period
    '2024'
    """

    id: Annotated[str, identifier()]
    name: Annotated[str, text("Tên phong trào", "Name of the campaign")]
    period: Annotated[str, period("Kỳ thi đua", "Period")]
    launched: Annotated[dt.date, day("Ngày phát động", "Launched")]
    theme: Annotated[str | None, text("Chủ đề", "Theme")] = None
    organiser: Annotated[str | None, text("Đơn vị tổ chức", "Organiser")] = None
    legal_basis: Annotated[str | None, text("Căn cứ", "Legal basis")] = None


@record("target", "Chỉ tiêu phấn đấu", "Target", identity=("metric", "period"))
@frozen
class Target:
    """What a metric is to reach in a period ("từ 20 đến 30 HTX"), and the day it was set.

    >>> from coopkit.quantity import UNITS, between
    >>> target = Target(id="t", metric="cooperatives.founded", period="2024", goal=between(20, 30, UNITS),
    ...                 set_on=dt.date(2023, 12, 20))
    >>> target.goal.high
    30
    """

    id: Annotated[str, identifier()]
    metric: Annotated[str, text("Chỉ tiêu", "Metric", aliases=("Mã chỉ tiêu",))]
    period: Annotated[str, period("Kỳ phấn đấu", "Target period", aliases=("Năm phấn đấu",))]
    goal: Annotated[Quantity, amount("Mức phấn đấu", "Goal")]
    set_on: Annotated[dt.date, day("Ngày đề ra", "Set on")]


@record("campaign_version", "Thể lệ thi đua", "Campaign definition", identity=("campaign", "number"))
@frozen
class CampaignVersion:
    """One version of a campaign's definition. Once `applied` it is frozen: a change is a further version with a reason.

    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> CampaignVersion("v", "p", 1, rules.declaration).definition.name
    'Thử'
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    number: Annotated[int, count("Lần ban hành", "Version")]
    declaration: Annotated[Mapping[str, Any], details("Thể lệ", "Definition")]
    applied: Annotated[dt.date | None, day("Áp dụng từ", "Applied")] = None
    reason: Annotated[str | None, text("Lý do thay đổi", "Reason")] = None

    @property
    def definition(self) -> Definition:
        """The definition, as it was written."""
        return _read(canonical_json(self.declaration))


@lru_cache(maxsize=64)
def _read(declaration: str) -> Definition:
    """Read once: the use cases ask for the rules again and again."""
    return Definition.of(json.loads(declaration))


class Move(Choice):
    """A step of a campaign from stage to stage.

    >>> Move.BACK.label.vi
    'Trả lại'
    """

    OPEN = "open", "Mở", "Opened"
    CLOSE = "close", "Đóng", "Closed"
    BACK = "back", "Trả lại", "Sent back"


@record("stage_step", "Bước của phong trào", "Campaign step", identity=("campaign", "number"))
@frozen
class StageStep:
    """A step: a stage was opened, closed (its inputs sealed as `run`), or the campaign sent back to it for a reason.

    >>> StageStep("s", "p", 1, "self", Move.OPEN, dt.date(2024, 11, 1)).run is None
    True
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    number: Annotated[int, count("Thứ tự", "Number")]
    stage: Annotated[str, text("Giai đoạn", "Stage")]
    move: Annotated[Move, choice("Việc", "Move", Move)]
    on: Annotated[dt.date, day("Ngày", "Day")]
    reason: Annotated[str | None, text("Lý do", "Reason")] = None
    run: Annotated[str | None, text("Lần chốt", "Sealed run")] = None


@record("pledge", "Giao ước thi đua", "Pledge", identity=("campaign", "cooperative"))
@frozen
class Pledge:
    """A cooperative's pledge: that it takes part, since when, and what it promises.

    >>> Pledge("g", "p", "c", dt.date(2024, 1, 10)).promise is None
    True
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    signed: Annotated[dt.date, day("Ngày ký", "Signed")]
    promise: Annotated[str | None, text("Nội dung đăng ký", "Promise")] = None


@record("score", "Điểm", "Score", identity=("campaign", "stage", "criterion", "cooperative", "scorer"))
@frozen
class Score:
    """Points that one scorer gave one unit for one criterion in one stage; 0 is a score, no record is none.

    `scorer` is the id of a cooperative or the name of an officer. `computed` are the points that the criterion's rule
    gave; other `points` overrule them and need a `reason`. `evidence` names what proves it. A criterion that
    disqualifies is found with 1 point. Points are hundredths.

    >>> Score("s", "p", "self", "1.1", "c", "c", 750).computed is None
    True
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    stage: Annotated[str, text("Giai đoạn", "Stage")]
    criterion: Annotated[str, text("Tiêu chí", "Criterion")]
    cooperative: Annotated[str, reference("Đơn vị được chấm", "Scored unit", "cooperative")]
    scorer: Annotated[str, text("Người chấm", "Scorer")]
    points: Annotated[int, points("Điểm", "Points")]
    computed: Annotated[int | None, points("Điểm tính từ số liệu", "Computed points")] = None
    reason: Annotated[str | None, text("Lý do", "Reason")] = None
    evidence: Annotated[str | None, text("Minh chứng", "Evidence")] = None


@record("score_pair", "Cặp chấm chéo", "Cross-scoring pair", identity=("campaign", "stage", "scorer", "cooperative"))
@frozen
class ScorePair:
    """Who scores whom in a cross-scoring stage.

    >>> ScorePair("s", "p", "cross", "a", "b").scorer
    'a'
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    stage: Annotated[str, text("Giai đoạn", "Stage")]
    scorer: Annotated[str, reference("Đơn vị chấm", "Scoring unit", "cooperative")]
    cooperative: Annotated[str, reference("Đơn vị được chấm", "Scored unit", "cooperative")]


class ConflictKind(Choice):
    """Why somebody may not score or vote on a unit.

    >>> ConflictKind.OWN.label.vi
    'Chính đơn vị mình'
    """

    OWN = "own", "Chính đơn vị mình", "Own unit"
    PERSON = "person", "Cùng người đại diện hoặc quản lý", "Same representative or board"
    UNION = "union", "Cùng liên hiệp hợp tác xã", "Same union of cooperatives"
    DECLARED = "declared", "Tự khai", "Declared"


class ConflictState(Choice):
    """What was said of a conflict: pinned, it holds whatever the register says later; dismissed or waived, it does not.

    >>> ConflictState.WAIVED.label.vi
    'Được miễn'
    """

    DECLARED = "declared", "Đã khai", "Declared"
    PINNED = "pinned", "Giữ nguyên", "Pinned"
    DISMISSED = "dismissed", "Không phải xung đột", "Dismissed"
    WAIVED = "waived", "Được miễn", "Waived"


@record("conflict", "Xung đột lợi ích", "Conflict of interest", identity=("campaign", "one", "other", "kind"))
@frozen
class Conflict:
    """What was declared or decided of a conflict between two units; those that the register shows need no record.

    >>> Conflict("x", "p", "a", "b", ConflictKind.DECLARED, ConflictState.DECLARED, "Anh em").state.label.en
    'Declared'
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    one: Annotated[str, reference("Đơn vị", "Unit", "cooperative")]
    other: Annotated[str, reference("Đơn vị kia", "Other unit", "cooperative")]
    kind: Annotated[ConflictKind, choice("Loại xung đột", "Kind of conflict", ConflictKind)]
    state: Annotated[ConflictState, choice("Xử lý", "State", ConflictState)]
    reason: Annotated[str, text("Lý do", "Reason")]


@record("council_seat", "Thành viên Hội đồng", "Council seat", identity=("campaign", "name"))
@frozen
class CouncilSeat:
    """A seat in the emulation council, under the name of its office and not of a person, and the unit it belongs to.

    >>> CouncilSeat("h", "p", "Chủ tịch Hội đồng").cooperative is None
    True
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    name: Annotated[str, text("Chức danh", "Seat")]
    cooperative: Annotated[str | None, reference("Thuộc đơn vị", "Of the unit", "cooperative")] = None


@record("attendance", "Tham dự họp", "Attendance", identity=("campaign", "stage", "seat"))
@frozen
class Attendance:
    """That a seat, or a unit of the block, took part in a stage's meeting.

    >>> Attendance("a", "p", "council", "h").stage
    'council'
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    stage: Annotated[str, text("Giai đoạn", "Stage")]
    seat: Annotated[str, text("Thành viên dự họp", "Who took part")]


class NominationState(Choice):
    """Where a nomination stands.

    >>> NominationState.CUT.label.vi
    'Không được thông qua'
    """

    PROPOSED = "proposed", "Được đề nghị", "Proposed"
    PASSED = "passed", "Được thông qua", "Passed"
    CUT = "cut", "Không được thông qua", "Cut"
    GRANTED = "granted", "Được tặng", "Granted"
    REFUSED = "refused", "Không được tặng", "Refused"


@record(
    "nomination", "Đề nghị khen thưởng", "Nomination", identity=("campaign", "award", "cooperative", "person", "number")
)
@frozen
class Nomination:
    """That somebody is proposed for an award of the campaign, for one achievement.

    An individual is named through the person table; what the proposer leaves unsplit stays so and has a `number`.

    >>> Nomination("n", "p", "city_flag", RecipientKind.COLLECTIVE, "c").state.label.vi
    'Được đề nghị'
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    award: Annotated[str, text("Hình thức đề nghị", "Award")]
    recipient_kind: Annotated[RecipientKind, choice("Đối tượng", "Recipient", RecipientKind)]
    cooperative: Annotated[str | None, reference("Đơn vị", "Unit", "cooperative")] = None
    person: Annotated[str | None, reference("Cá nhân", "Person", "person")] = None
    number: Annotated[int | None, count("Số thứ tự", "Number")] = None
    achievement: Annotated[str | None, text("Thành tích", "Achievement")] = None
    state: Annotated[NominationState, choice("Kết quả", "State", NominationState)] = NominationState.PROPOSED
    reason: Annotated[str | None, text("Lý do", "Reason")] = None
    honour: Annotated[str | None, reference("Quyết định khen thưởng", "Honour", "honour")] = None


@record("vote_count", "Kết quả bỏ phiếu", "Vote count", identity=("campaign", "stage", "nomination"))
@frozen
class VoteCount:
    """The counting panel's totals for one nominee; single ballots are never kept.

    `members` are all who may vote on it, conflicts taken out, `present` those of them who took part.

    >>> VoteCount("v", "p", "council", "n", members=9, present=8, in_favour=6, against=2).in_favour
    6
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    stage: Annotated[str, text("Giai đoạn", "Stage")]
    nomination: Annotated[str, reference("Đề nghị", "Nomination", "nomination")]
    members: Annotated[int, count("Tổng số được bỏ phiếu", "Entitled")]
    present: Annotated[int, count("Có mặt", "Present")]
    in_favour: Annotated[int, count("Đồng ý", "In favour")]
    against: Annotated[int, count("Không đồng ý", "Against")]


@record("revocation", "Hủy bỏ khen thưởng", "Revocation", identity=("honour",))
@frozen
class Revocation:
    """That an award was revoked: a new act, which leaves the decision it revokes as it was (Law 06/2022, chapter VII).

    >>> Revocation("r", "h", "12/QĐ", dt.date(2025, 2, 1), "Khai không đúng").reclaimed is None
    True
    """

    id: Annotated[str, identifier()]
    honour: Annotated[str, reference("Khen thưởng", "Honour", "honour")]
    decision: Annotated[str, text("Quyết định hủy bỏ", "Decision")]
    decided: Annotated[dt.date, day("Ngày quyết định", "Decided")]
    reason: Annotated[str, text("Lý do", "Reason")]
    reclaimed: Annotated[bool | None, flag("Đã thu hồi tiền thưởng", "Reward reclaimed")] = None


class InitiativeKind(Choice):
    """What is recognised.

    >>> InitiativeKind.EXEMPLAR.label.vi
    'Điển hình tiên tiến'
    """

    INITIATIVE = "initiative", "Sáng kiến", "Initiative"
    EXEMPLAR = "exemplar", "Điển hình tiên tiến", "Exemplar"


@record("initiative", "Sáng kiến, điển hình", "Initiative or exemplar", identity=("campaign", "title"))
@frozen
class Initiative:
    """An initiative or exemplar that a unit nominates, and the decision that recognises it, if one does.

    >>> Initiative("i", "p", InitiativeKind.INITIATIVE, "Tưới tiết kiệm", "c").recognised is None
    True
    """

    id: Annotated[str, identifier()]
    campaign: Annotated[str, reference("Phong trào", "Campaign", "campaign")]
    kind: Annotated[InitiativeKind, choice("Loại", "Kind", InitiativeKind)]
    title: Annotated[str, text("Tên", "Title")]
    cooperative: Annotated[str, reference("Đơn vị", "Unit", "cooperative")]
    recognised: Annotated[dt.date | None, day("Ngày công nhận", "Recognised")] = None
    decision: Annotated[str | None, text("Quyết định công nhận", "Decision")] = None
