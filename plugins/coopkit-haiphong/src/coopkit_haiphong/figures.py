"""The city's own figures. Each counts coopkit's records; none is typed in."""

from __future__ import annotations

from coopkit import TURNS, Flow, Label, Metric, Ratio, RatioForm, Stock, Unit, distinct

CLUBS = Label("Câu lạc bộ của Liên minh", "The alliance's clubs")
EMULATION = Label("Thi đua, khen thưởng", "Emulation and commendation")
TRADE = Label("Xúc tiến thương mại", "Trade promotion")
AWARDS = Unit("award", Label("lượt khen thưởng", "awards"), one="award")
MEMBERS = Unit("unit", Label("thành viên", "members"), one="member")


def _club(key: str, vi: str, en: str, named: str) -> Metric:
    """The members, on the period's last day, of the club whose name holds these words."""
    return Metric(
        key=key,
        label=Label(vi, en),
        unit=MEMBERS,
        topic=CLUBS,
        table="group_membership",
        timing=Stock("joined", "left", until_is_last=False),
        where=lambda row: (row["group.kind"] == "club") & row["group.name"].str.contains(named),
        measure=distinct("cooperative"),
    )


FIGURES: tuple[Metric | Ratio, ...] = (
    Metric(
        key="haiphong.awards_total",
        label=Label("Tổng số lượt khen thưởng các hình thức", "Awards of every form"),
        unit=AWARDS,
        topic=EMULATION,
        table="honour",
        timing=Flow("decided"),
        where=lambda row: row["award"] != "model_cooperative",
    ),
    Ratio(
        key="haiphong.turns_per_fair",
        label=Label("Lượt HTX bình quân một hội chợ", "Turns per fair"),
        unit=TURNS,
        topic=TRADE,
        numerator="fairs.turns",
        denominator="fairs.held",
        form=RatioForm.AVERAGE,
    ),
    _club(
        "haiphong.sanitation_club",
        "Thành viên Câu lạc bộ Dịch vụ vệ sinh môi trường",
        "Members of the sanitation services club",
        "vệ sinh môi trường",
    ),
    _club("haiphong.ocop_club", "Thành viên Câu lạc bộ OCOP Hải Phòng", "Members of the OCOP club", "OCOP"),
)
"""The metrics that the plugin offers."""
