"""What Thủy Nguyên counts of its cooperatives, whatever its communes are called in the year.

A record keeps the place it was written with. It is followed through the acts of 1/1/2025 and 1/7/2025 to the map that
is asked for, and so each figure is the same in all on every map; only the communes it is parted among are others.
"""

from __future__ import annotations

from coopkit import TURNS, UNITS, VND, Flow, Label, Metric, Ratio, RatioForm, Stock, Unit, distinct

MEMBERS = Label("Thành viên Liên minh", "Members of the alliance")
SUPPORT = Label("Hoạt động hỗ trợ", "Support")
RESULTS = Label("Kết quả sản xuất kinh doanh", "Results")
COOPERATIVES = Unit("unit", Label("HTX", "cooperatives"), one="cooperative")

KINDS_OF_SUPPORT = ("training", "fair", "loan_support", "consultation", "technology_transfer")
"""The kinds of events by which the alliance supports a cooperative: classes, fairs, loans, advice, technology."""


def _turns(key: str, vi: str, en: str, kind: str) -> Metric:
    """Turns of cooperatives at events of a kind that began in the period."""
    return Metric(
        key=key,
        label=Label(vi, en),
        unit=TURNS,
        topic=SUPPORT,
        table="participation",
        timing=Flow("event.start"),
        where=lambda row: row["event.kind"] == kind,
    )


FIGURES: tuple[Metric | Ratio, ...] = (
    Metric(
        key="thuynguyen.members",
        label=Label("Thành viên cuối kỳ", "Members at the period's end"),
        unit=UNITS,
        topic=MEMBERS,
        table="membership",
        timing=Stock("joined", "left", until_is_last=False),
        measure=distinct("cooperative"),
    ),
    _turns("thuynguyen.fair_turns", "Lượt HTX dự hội chợ, xúc tiến thương mại", "Turns at fairs", "fair"),
    _turns("thuynguyen.class_turns", "Lượt HTX dự lớp đào tạo, bồi dưỡng", "Turns at classes", "training"),
    Metric(
        key="thuynguyen.supported",
        label=Label("HTX được hỗ trợ", "Cooperatives supported"),
        unit=COOPERATIVES,
        topic=SUPPORT,
        table="participation",
        timing=Flow("event.start"),
        where=lambda row: row["event.kind"].is_in(KINDS_OF_SUPPORT),
        measure=distinct("cooperative"),
        source="Luật Hợp tác xã 17/2023/QH15, Điều 110 khoản 2",
    ),
    Ratio(
        key="thuynguyen.average_revenue",
        label=Label("Doanh thu bình quân một đơn vị báo cáo", "Average revenue of a reporting unit"),
        unit=VND,
        topic=RESULTS,
        numerator="figures.revenue",
        denominator="figures.reporting",
        form=RatioForm.AVERAGE,
        source="Thông tư 09/2024/TT-BKHĐT, Điều 6",
    ),
)
"""The metrics that the plugin offers. A cooperative lies in one place, so all but the average add up over places."""
