"""What a definition must hold before it can be used; each rule says which criterion, stage or award breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from coopkit.campaign.parts import SCORING, AwardRule, Criterion, Grade, Points, RuleKind, Stage, StageKind, TargetRule
from coopkit.campaign.points import format_points
from coopkit.errors import BadText
from coopkit.event import Award, RecipientKind
from coopkit.period import Period


class Rules(Protocol):
    """What is checked: the parts of a definition."""

    @property
    def period(self) -> str: ...
    @property
    def maximum(self) -> Points: ...
    @property
    def criteria(self) -> tuple[Criterion, ...]: ...
    @property
    def stages(self) -> tuple[Stage, ...]: ...
    @property
    def ties(self) -> tuple[str, ...]: ...
    @property
    def grades(self) -> tuple[Grade, ...]: ...
    @property
    def awards(self) -> tuple[AwardRule, ...]: ...
    @property
    def targets(self) -> tuple[TargetRule, ...]: ...


def faults(rules: Rules) -> Iterator[str]:
    """Every rule that does not hold, in words."""
    yield from _period(rules)
    yield from _keys(rules)
    yield from _criteria(rules)
    yield from _stages(rules)
    yield from _ties(rules)
    yield from _awards(rules)
    yield from _targets(rules)


def _period(rules: Rules) -> Iterator[str]:
    try:
        key = Period.parse(rules.period).key
    except BadText:
        key = ""
    if key != rules.period:
        yield f"kỳ {rules.period!r}: viết như {key or '2024, 2024-H1, 2024-Q3'} (the period is written so)"


def _keys(rules: Rules) -> Iterator[str]:
    listed: dict[str, Sequence[str]] = {
        "tiêu chí (criterion)": [one.key for top in rules.criteria for one in _all(top)],
        "giai đoạn (stage)": [one.key for one in rules.stages],
        "hình thức (award)": [one.key for one in rules.awards],
        "hạng (grade)": [one.key for one in rules.grades],
        "chỉ tiêu (target)": [one.metric for one in rules.targets],
    }
    for what, keys in listed.items():
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"{what} {key!r} có hai lần (is there twice)"


def _all(one: Criterion) -> Iterator[Criterion]:
    yield one
    for below in one.criteria:
        yield from _all(below)


def _criteria(rules: Rules) -> Iterator[str]:
    tops = _counted(rules.criteria)
    total = sum(one.maximum for one in tops)
    if total > rules.maximum:
        yield (
            f"tổng điểm tối đa {format_points(total)} vượt quá {format_points(rules.maximum)} của phong trào "
            "(the maxima add up to more than the campaign's)"
        )
    for top in rules.criteria:
        for one in _all(top):
            yield from _group(one) if one.criteria else _leaf(one)


def _counted(criteria: Iterable[Criterion]) -> list[Criterion]:
    return [one for one in criteria if not one.penalty and not one.disqualifies]


def _group(one: Criterion) -> Iterator[str]:
    total = sum(below.maximum for below in _counted(one.criteria))
    if total > one.maximum:
        yield (
            f"nhóm {one.key}: tổng điểm tối đa {format_points(total)} vượt quá {format_points(one.maximum)} của nhóm "
            "(its criteria add up to more than its maximum)"
        )
    if one.rule or one.bonus or one.disqualifies or one.penalty:
        yield (
            f"nhóm {one.key}: luật tính, điểm thưởng, điểm trừ và loại trừ thuộc về tiêu chí, không thuộc nhóm "
            "(rule, bonus, penalty and exclusion belong to a criterion)"
        )


def _leaf(one: Criterion) -> Iterator[str]:
    if one.disqualifies:
        if one.rule:
            yield f"tiêu chí {one.key}: loại trừ không có luật tính (what disqualifies is found by people, by no rule)"
        return
    if one.maximum < 0 or one.bonus < 0:
        yield f"tiêu chí {one.key}: điểm không âm (points are not negative)"
    if one.step <= 0 or one.maximum % one.step or one.bonus % one.step:
        yield (
            f"tiêu chí {one.key}: {format_points(one.maximum)} và thưởng {format_points(one.bonus)} phải là bội của "
            f"bước {format_points(one.step)} (maximum and bonus must be multiples of the step)"
        )
    if one.maximum <= 0 and one.bonus <= 0:
        yield f"tiêu chí {one.key}: thiếu điểm tối đa (it has no maximum)"
    if one.rule:
        yield from _rule(one)


def _rule(one: Criterion) -> Iterator[str]:
    rule = one.rule
    assert rule is not None  # noqa: S101 - asked for a criterion that has one
    if rule.how is RuleKind.RATIO and (rule.target is None or rule.target <= 0):
        yield f"tiêu chí {one.key}: tỷ lệ cần mục tiêu lớn hơn 0 (a ratio needs a target above 0)"
    if rule.how in (RuleKind.LINEAR, RuleKind.STEPS):
        values = [value for value, _ in rule.nodes]
        if not values or values != sorted(set(values)):
            yield f"tiêu chí {one.key}: các mốc phải tăng dần (its nodes must rise)"
    given = [*(points for _, points in rule.nodes), *rule.places]
    if any(not 0 <= points <= one.by_rule for points in given):
        most = format_points(one.by_rule)
        yield f"tiêu chí {one.key}: luật cho điểm ngoài 0–{most} (its rule gives points outside these)"
    if rule.how is RuleKind.RANK and not rule.places:
        yield f"tiêu chí {one.key}: thứ hạng cần điểm của từng hạng (a rank needs the points of each place)"


def _stages(rules: Rules) -> Iterator[str]:
    order = [list(StageKind).index(one.kind) for one in rules.stages]
    if order != sorted(set(order)):
        told = " → ".join(kind.value for kind in StageKind)
        yield f"các giai đoạn phải theo thứ tự và mỗi loại một lần: {told} (stages must follow that order, each once)"
    if rules.stages and not any(one.kind in SCORING for one in rules.stages):
        yield "cần ít nhất một giai đoạn chấm điểm (a stage that scores is needed)"
    for one in rules.stages:
        if one.kind is StageKind.CROSS and one.scorers < 1:
            yield f"giai đoạn {one.key}: cần ít nhất một đơn vị chấm (needs a scorer)"
        if one.opens and one.closes and one.closes < one.opens:
            yield f"giai đoạn {one.key}: đóng trước khi mở (closes before it opens)"
        if not (0 <= one.quorum <= 1 and 0 < one.threshold <= 1):
            yield f"giai đoạn {one.key}: tỷ lệ phải trong 0–1 (its shares must lie in 0–1)"


def _ties(rules: Rules) -> Iterator[str]:
    keys = {leaf.key for top in rules.criteria for leaf in top.leaves()}
    for one in rules.ties:
        kind, _, key = one.partition(":")
        if one not in {"base", "votes"} and not (kind == "criterion" and key in keys):
            yield f"phân định {one!r}: dùng base, votes hoặc criterion:KHÓA (a tie is parted by one of these)"


def _awards(rules: Rules) -> Iterator[str]:
    for one in rules.awards:
        yield from _recipient(one)
        numbers = (one.quota, one.per_block, one.least, one.coefficient, one.coefficient_individual)
        if any(number is not None and number < 0 for number in numbers):
            yield f"hình thức {one.key}: số lượng không âm (numbers are not negative)"
        if one.place is not None and one.place < 1:
            yield f"hình thức {one.key}: hạng từ 1 trở lên (places begin at 1)"


def _recipient(one: AwardRule) -> Iterator[str]:
    if one.form is Award.FLAG and one.recipient is not RecipientKind.COLLECTIVE:
        yield f"hình thức {one.key}: cờ thi đua chỉ tặng tập thể (a flag goes to collectives only)"
    if one.form is Award.MEDAL and one.recipient is not RecipientKind.INDIVIDUAL:
        yield f"hình thức {one.key}: kỷ niệm chương chỉ tặng cá nhân (a medal goes to individuals only)"


def _targets(rules: Rules) -> Iterator[str]:
    for one in rules.targets:
        if one.low < 0 or (one.high is not None and one.high < one.low):
            yield f"chỉ tiêu {one.metric}: mức phấn đấu phải tăng dần từ 0 (its range must rise from 0)"
