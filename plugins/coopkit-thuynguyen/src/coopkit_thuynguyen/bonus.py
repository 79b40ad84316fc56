"""Bonus points of Thủy Nguyên's own: for going to fairs and for learning. They stand above a campaign's maximum.

Both are fed by the plugin's metrics. A cooperative elsewhere in the city has no such figure: it gets no bonus, nothing
is taken from it, and it is rated like all others.
"""

from __future__ import annotations

from fractions import Fraction

from coopkit import CriteriaSet, Criterion, Label, Rule, RuleKind, parse_points

FAIRS_FOR_ALL = Fraction(2)
"""Turns at fairs in the campaign's period that earn the whole bonus; fewer earn their share."""

HALF = parse_points("0,5")


def bonus(points: int) -> CriteriaSet:
    """Two criteria, each with a bonus of at most so many points.

    >>> [(one.key, one.bonus) for one in bonus(3).criteria]
    [('thuynguyen.thuong_hoi_cho', 300), ('thuynguyen.thuong_dao_tao', 300)]
    """
    most = parse_points(points)
    return CriteriaSet(
        "thuynguyen.thuong",
        Label("Điểm thưởng của Thủy Nguyên", "Thủy Nguyên's bonus"),
        (
            Criterion(
                "thuynguyen.thuong_hoi_cho",
                Label("Thưởng: dự hội chợ, xúc tiến thương mại", "Bonus: fairs and trade promotion"),
                bonus=most,
                step=HALF,
                rule=Rule("thuynguyen.fair_turns", RuleKind.RATIO, target=FAIRS_FOR_ALL),
            ),
            Criterion(
                "thuynguyen.thuong_dao_tao",
                Label("Thưởng: cử người dự lớp đào tạo", "Bonus: sends people to a class"),
                bonus=most,
                step=HALF,
                rule=Rule("thuynguyen.class_turns", RuleKind.YES_NO),
            ),
        ),
        source="Quy ước mẫu của tiện ích, chưa theo quyết định nào (an example, by no decision)",
    )
