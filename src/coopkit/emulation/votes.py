"""Whether a meeting may vote, and whether a nominee passes: totals only, never a ballot."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from coopkit.campaign import Base, Stage, VoteCount
from coopkit.errors import CampaignError
from coopkit.text import Label


@frozen
class Verdict:
    """Whether a nominee passes, and the arithmetic that says so.

    >>> Verdict(True, Label("6/8", "6/8")).passed
    True
    """

    passed: bool
    why: Label


def verdict(count: VoteCount, stage: Stage) -> Verdict:
    """What the totals say, by the stage's threshold and its base; a count without a quorum passes nothing.

    Raises `CampaignError` for totals that cannot be: more votes than people or fewer than none, more people present
    than entitled.
    """
    voted = count.in_favour + count.against
    if count.present > count.members or voted > count.present or min(count.in_favour, count.against) < 0:
        raise CampaignError(
            f"Số phiếu không khớp: {count.in_favour} + {count.against} phiếu, {count.present} người có mặt, "
            f"{count.members} người được bỏ phiếu (more votes than people present, or more present than entitled)"
        )
    base = count.members if stage.base is Base.MEMBERS else count.present
    of = f"{count.in_favour}/{base} {stage.base.label.vi.lower()}", f"{count.in_favour}/{base} ({stage.base.label.en})"
    if count.members == 0 or Fraction(count.present, count.members) < stage.quorum:
        there = f"{count.present}/{count.members}"
        return Verdict(
            passed=False,
            why=Label(
                f"không đủ số người dự họp: {there}, cần {stage.quorum}", f"no quorum: {there}, needs {stage.quorum}"
            ),
        )
    need = votes_needed(count, stage)
    return Verdict(
        passed=count.in_favour >= need, why=Label(f"{of[0]}, cần {need} phiếu", f"{of[1]}, needs {need} votes")
    )


def votes_needed(count: VoteCount, stage: Stage) -> int:
    """How many votes in favour pass a nominee: the threshold's share of its base, or more than half where it is 1/2.

    >>> from coopkit.campaign import StageKind
    >>> count = VoteCount("v", "p", "council", "n", members=9, present=8, in_favour=6, against=2)
    >>> votes_needed(count, Stage("council", StageKind.COUNCIL, Label("Hội đồng", "Council")))
    5
    """
    base = count.members if stage.base is Base.MEMBERS else count.present
    exact = stage.threshold * base
    return int(exact) + 1 if stage.threshold == Fraction(1, 2) else max(1, -int(-exact // 1))
