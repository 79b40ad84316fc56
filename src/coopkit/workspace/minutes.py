"""The minutes of a meeting that voted, in words for the Word template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from coopkit.campaign import Attendance, CouncilSeat, Nomination, Stage, StageKind, VoteCount
from coopkit.emulation import blocks_on, verdict, votes_needed
from coopkit.exporters.word import long_date
from coopkit.workspace.campaign_desk import CampaignDesk

Whom: TypeAlias = Callable[[Nomination, int], str]
"""What a nominee is called, by its nomination and number."""


def meetings(at: CampaignDesk, stage: Stage, counts: Sequence[VoteCount]) -> dict[str, list[VoteCount]]:
    """The votes of each meeting of a stage, by its title: the blocks meet apart."""
    block_of: dict[str, str] = {}
    if stage.kind is StageKind.BLOCK:
        for block in blocks_on(at.whole, at.rules, at.rules.span.end):
            block_of |= dict.fromkeys(block.units, block.name)
    unit_of = {one.id: one.cooperative or "" for one in at.whole.records(Nomination)}
    found: dict[str, list[VoteCount]] = {}
    for count in counts:
        name = block_of.get(unit_of[count.nomination], "")
        found.setdefault(f"{stage.name.vi} – {name}" if name else stage.name.vi, []).append(count)
    return dict(sorted(found.items()))


def minutes_words(
    at: CampaignDesk, title: str, stage: Stage, counts: Sequence[VoteCount], on: dt.date, whom: Whom
) -> dict[str, Any]:
    """The words of a meeting's minutes: who took part by seat, and the totals of every vote.

    `title` is the meeting's; how many were entitled and present is what was stored with its votes.

    What the register does not hold (when it began and ended, who signed) is left to be filled in by hand.
    """
    listed = _seats(at, stage) if stage.kind is StageKind.COUNCIL else []
    members = max(one.members for one in counts)
    present = max(one.present for one in counts)
    sign = ">" if stage.threshold.numerator * 2 == stage.threshold.denominator else "≥"
    return {
        "subject": f"{title} – {at.rules.name}",
        "opened": f"...... giờ ......, {long_date(on)}",
        "closed": f"...... giờ ......, {long_date(on)}",
        "chair": "Chủ tịch Hội đồng" if listed else "Khối trưởng",
        "secretary": "Thư ký",
        "seats": listed,
        "members": str(members),
        "present": str(present),
        "quorum": f"ít nhất {stage.quorum} tổng số thành viên có mặt",
        "quorum_result": "đủ điều kiện tiến hành"
        if members and present >= stage.quorum * members
        else "không đủ điều kiện",
        "items": ["Nghe báo cáo kết quả chấm điểm", "Thảo luận, bỏ phiếu; Ban kiểm phiếu công bố tổng số phiếu"],
        "threshold": f"{sign} {stage.threshold} {stage.base.label.vi.lower()}",
        "votes": list(_votes(at, stage, counts, whom)),
        "conclusions": ["Kết quả trên được thông qua và làm căn cứ đề nghị khen thưởng"],
    }


def _seats(at: CampaignDesk, stage: Stage) -> list[dict[str, str]]:
    rows = at.whole.tables["cooperative"].select(["id", "name"]).to_pylist()
    names = {row["id"]: row["name"] for row in rows}
    seats = [one for one in at.whole.records(CouncilSeat) if one.campaign == at.campaign]
    there = {one.seat for one in at.whole.records(Attendance) if (one.campaign, one.stage) == (at.campaign, stage.key)}
    return [
        {
            "number": str(n),
            "seat": seat.name,
            "unit": names.get(seat.cooperative or "", ""),
            "presence": "Có mặt" if seat.name in there else "Vắng mặt",
        }
        for n, seat in enumerate(seats, 1)
    ]


def _votes(at: CampaignDesk, stage: Stage, counts: Sequence[VoteCount], whom: Whom) -> Iterator[dict[str, str]]:
    known = {one.id: one for one in at.whole.records(Nomination)}
    ordered = sorted(counts, key=lambda one: (known[one.nomination].award, known[one.nomination].number or 0, one.id))
    for n, count in enumerate(ordered, 1):
        one = known[count.nomination]
        base = count.members if stage.base.value == "members" else count.present
        told = verdict(count, stage)
        yield {
            "number": str(n),
            "name": whom(one, one.number or n),
            "award": at.rules.award(one.award).name.vi,
            "members": str(count.members),
            "present": str(count.present),
            "in_favour": str(count.in_favour),
            "against": str(count.against),
            "share": _percent(count.in_favour, base),
            "needed": str(votes_needed(count, stage)),
            "result": "Thông qua" if told.passed else "Không thông qua",
        }


def _percent(part: int, base: int) -> str:
    """A share with one decimal, a half rounded up: 2 of 3 is 66,7%."""
    tenths = (2000 * part + base) // (2 * base) if base else 0
    return f"{tenths // 10},{tenths % 10}%"
