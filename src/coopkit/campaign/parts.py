"""The parts of a campaign's definition: criteria and their rules, stages, grades, awards, targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import NewType

from attrs import frozen

from coopkit.event import Award, Giver, RecipientKind
from coopkit.field import Choice
from coopkit.text import Label

Points = NewType("Points", int)
"""Hundredths of a point."""


class RuleKind(Choice):
    """How a metric's value becomes points.

    >>> RuleKind.RATIO.label.vi
    'Theo tỷ lệ đạt'
    """

    RATIO = "ratio", "Theo tỷ lệ đạt", "Ratio to a target"
    LINEAR = "linear", "Nội suy từng đoạn", "Piecewise linear"
    STEPS = "steps", "Theo bậc", "Steps"
    RANK = "rank", "Theo thứ hạng trong khối", "Rank in the block"
    YES_NO = "yes_no", "Có hoặc không", "Yes or no"


class StageKind(Choice):
    """What is done in a stage; a campaign goes through them in this order.

    >>> [kind.value for kind in StageKind][:3]
    ['pledge', 'self', 'cross']
    """

    PLEDGE = "pledge", "Ký giao ước", "Pledge"
    SELF = "self", "Tự chấm điểm", "Self-score"
    CROSS = "cross", "Chấm chéo", "Cross-score"
    CHECK = "check", "Thẩm định", "Secretary's check"
    BLOCK = "block", "Họp khối", "Block meeting"
    COUNCIL = "council", "Hội đồng thi đua", "Council"
    DECISION = "decision", "Quyết định", "Decision"
    PUBLISHED = "published", "Công bố", "Published"

    @property
    def scores(self) -> bool:
        """Whether points are given in it."""
        return self in SCORING


SCORING = (StageKind.SELF, StageKind.CROSS, StageKind.CHECK, StageKind.BLOCK)
VOTING = (StageKind.BLOCK, StageKind.COUNCIL)


class Base(Choice):
    """Of whom a vote needs its share.

    >>> Base.PRESENT.label.vi
    'Số người có mặt'
    """

    MEMBERS = "members", "Tổng số thành viên", "All members"
    PRESENT = "present", "Số người có mặt", "Those present"


@frozen
class Rule:
    """How a criterion is fed: the metric, and how its value for the unit becomes points.

    `ratio`: the maximum times value / `target`, at most the maximum. `linear` and `steps`: `nodes` of value and points,
    joined by lines, or each from its value on. `rank`: `places` gives the points of the first place in the block, the
    second and so on, nothing after the last; equal values share a place. `yes_no`: the maximum from the value `target`
    (1 unless told) on. Money is in đồng.

    >>> Rule("fairs.turns", RuleKind.RATIO, target=Fraction(4)).how.value
    'ratio'
    """

    metric: str
    how: RuleKind
    target: Fraction | None = None
    nodes: tuple[tuple[Fraction, Points], ...] = ()
    places: tuple[Points, ...] = ()


@frozen
class Criterion:
    """A criterion, or a group of criteria where it has `criteria` of its own.

    `maximum` and `bonus` are its own most; a bonus stands above every maximum. `step` is the least difference.
    A `penalty` is taken off; what `disqualifies` is found or not. `evidence` says what must be shown, `deadline` until
    when. `unknown` marks a group whose split is in no source: it is scored as one.

    >>> Criterion("5", Label("Sản phẩm OCOP", "OCOP products"), maximum=Points(1000)).most
    1000
    """

    key: str
    name: Label
    maximum: Points = Points(0)
    step: Points = Points(100)
    bonus: Points = Points(0)
    penalty: bool = False
    disqualifies: bool = False
    evidence: str = ""
    deadline: dt.date | None = None
    rule: Rule | None = None
    criteria: tuple[Criterion, ...] = ()
    unknown: bool = False

    @property
    def most(self) -> int:
        """The most points that can be given for it, its bonus included; one point for what disqualifies."""
        return 100 if self.disqualifies else self.maximum + self.bonus

    @property
    def by_rule(self) -> int:
        """The most points that its rule gives: its maximum; of a mere bonus, the bonus."""
        return self.maximum or self.bonus

    @property
    def is_counted(self) -> bool:
        """Whether every unit is to have points for it: no penalty, no mere bonus, nothing that disqualifies."""
        return not self.penalty and not self.disqualifies and self.maximum > 0

    def leaves(self) -> Iterator[Criterion]:
        """The criteria that are scored: itself, or those below it."""
        if not self.criteria:
            yield self
        for one in self.criteria:
            yield from one.leaves()


@frozen
class Stage:
    """A stage: what is done in it, until when, who sees what, and how its votes count.

    While a `blind` stage is open nobody sees points but who gave them. With `names_hidden` the scored unit never
    learns who scored it. `scorers`: how many units score each in a cross-scoring stage. A meeting needs `quorum` of its
    members to take part; a nominee needs `threshold` of the `base`.
    """

    key: str
    kind: StageKind
    name: Label
    opens: dt.date | None = None
    closes: dt.date | None = None
    blind: bool = False
    names_hidden: bool = False
    scorers: int = 1
    quorum: Fraction = Fraction(2, 3)
    threshold: Fraction = Fraction(1, 2)
    base: Base = Base.PRESENT


@frozen
class Grade:
    """A class by total points: from `least` on."""

    key: str
    name: Label
    least: Points


@frozen
class AwardRule:
    """An award of the campaign: its form, giver and recipients, how many there are, and who may be proposed.

    `quota` is how many in all, `per_block` in each block; `place` the last place in the block, and `least` the fewest
    points, that may be proposed. `coefficient` × base salary is the reward for a collective, `coefficient_individual`
    that for an individual; None where no source at hand states it. An `outside` award is decided by its giver: it is
    recorded and not derived from ranks.
    """

    key: str
    form: Award
    giver: Giver
    name: Label
    recipient: RecipientKind = RecipientKind.COLLECTIVE
    quota: int | None = None
    per_block: int | None = None
    place: int | None = None
    least: Points = Points(0)
    coefficient: Fraction | None = None
    coefficient_individual: Fraction | None = None
    outside: bool = False
    source: str = ""


@frozen
class TargetRule:
    """A range target of the campaign ("20–30 HTX"), bound to a metric."""

    metric: str
    low: int
    high: int | None = None
