"""coopkit's own metrics: what an alliance counts in its yearly recap, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from coopkit.event import Award, Giver
from coopkit.metrics.metric import AnyMetric, Metric, Ratio, RatioForm
from coopkit.metrics.parts import Flow, Measure, Row, Stock, Where, distinct, rows, total
from coopkit.quantity import DISTRICTS, EVENTS, PEOPLE, TURNS, UNITS, VND, Unit
from coopkit.text import Label

if TYPE_CHECKING:
    import narwhals as nw

MEMBERS = Label("Thành viên Liên minh", "Members of the alliance")
REGISTER = Label("Hợp tác xã trên địa bàn", "Cooperatives in the area")
MEETINGS = Label("Hội nghị sinh hoạt thành viên và câu lạc bộ", "Members' meetings and clubs")
TRAINING = Label("Đào tạo, bồi dưỡng", "Training")
TRADE = Label("Xúc tiến thương mại", "Trade promotion")
LOANS = Label("Hỗ trợ vay vốn", "Loan support")
EMULATION = Label("Thi đua, khen thưởng", "Emulation and commendation")
PLANS = Label("Chỉ tiêu phấn đấu cho năm sau", "Targets set for the year to come")

CLASSES = Unit("class", Label("lớp", "classes"), one="class")
CLUBS = Unit("club", Label("câu lạc bộ", "clubs"), one="club")
MODELS = Unit("model", Label("mô hình", "models"), one="model")
AWARDS = Unit("award", Label("lượt khen thưởng", "awards"), one="award")
TRAINEES = Unit("person", Label("học viên", "trainees"), one="trainee")
COOPERATIVES = Unit("unit", Label("HTX", "cooperatives"), one="cooperative")


def _events(key: str, vi: str, en: str, topic: Label, kind: str, *, unit: Unit = EVENTS) -> Metric:
    """Events of one kind that began in the period."""
    return Metric(
        key=key,
        label=Label(vi, en),
        unit=unit,
        topic=topic,
        table="event",
        timing=Flow("start"),
        where=_is("kind", kind),
    )


def _turns(area: str, vi: str, en: str, topic: Label, kind: str, day: str = "event.start") -> tuple[Metric, Metric]:
    """Turns at events of one kind and, beside them, the distinct cooperatives."""

    def counted(name: str, prefix: Label, unit: Unit, measure: Measure, beside: str = "") -> Metric:
        return Metric(
            key=f"{area}.{name}",
            label=Label(f"{prefix.vi} {vi}", f"{prefix.en} {en}"),
            unit=unit,
            topic=topic,
            table="participation",
            timing=Flow(day),
            where=_is("event.kind", kind),
            measure=measure,
            beside=beside,
        )

    return (
        counted("turns", Label("Lượt HTX", "Turns"), TURNS, rows(), f"{area}.cooperatives"),
        counted(
            "cooperatives", Label("Số HTX khác nhau", "Distinct cooperatives"), COOPERATIVES, distinct("cooperative")
        ),
    )


def _honours(key: str, vi: str, en: str, award: Award, giver: Giver) -> Metric:
    """Awards of one form by one giver, decided in the period."""

    def given(row: Row) -> nw.Expr:
        return (row["award"] == award.value) & (row["giver"] == giver.value)

    return Metric(
        key=key,
        label=Label(vi, en),
        unit=AWARDS,
        topic=EMULATION,
        table="honour",
        timing=Flow("decided"),
        where=given,
        source="Luật Thi đua, khen thưởng 06/2022/QH15",
    )


def _target(key: str, vi: str, en: str, of: str, unit: Unit) -> Metric:
    """The goal set, in the period, for a metric."""
    return Metric(
        key=key,
        label=Label(vi, en),
        unit=unit,
        topic=PLANS,
        table="target",
        timing=Flow("set_on"),
        where=_is("metric", of),
        measure=total("goal"),
    )


def _is(column: str, value: str) -> Where:
    return lambda row: row[column] == value


def _figure(key: str, vi: str, en: str, unit: Unit, measure: Measure) -> Metric:
    """Figures of the cooperatives' own reporting year (15/12 – 14/12) that ended in the period."""
    return Metric(
        key=key,
        label=Label(vi, en),
        unit=unit,
        topic=REGISTER,
        table="year_figures",
        timing=Flow("window_end"),
        where=lambda row: row["window"].str.ends_with("-HTX"),
        measure=measure,
        source="Thông tư 09/2024/TT-BKHĐT Điều 6",
    )


def _members(key: str, vi: str, en: str, timing: Flow | Stock, measure: Measure) -> Metric:
    return Metric(
        key=key, label=Label(vi, en), unit=UNITS, topic=MEMBERS, table="membership", timing=timing, measure=measure
    )


OWN_METRICS: tuple[AnyMetric, ...] = (
    _members(
        "members.total",
        "Tổng số thành viên cuối kỳ",
        "Members at the period's end",
        Stock("joined", "left", until_is_last=False),
        distinct("cooperative"),
    ),
    _members(
        "members.admitted", "Thành viên kết nạp trong kỳ", "Members admitted", Flow("joined"), distinct("cooperative")
    ),
    _members(
        "members.departed", "Thành viên ra khỏi Liên minh", "Members that left", Flow("left"), distinct("cooperative")
    ),
    Metric(
        key="cooperatives.founded",
        label=Label("HTX, tổ hợp tác thành lập mới", "Cooperatives and groups founded"),
        unit=UNITS,
        topic=REGISTER,
        table="cooperative",
        timing=Flow("founded"),
        where=lambda row: row["kind"] != "enterprise",
    ),
    Metric(
        key="cooperatives.operating",
        label=Label("Đơn vị đang hoạt động", "Units operating"),
        unit=UNITS,
        topic=REGISTER,
        table="operating_status",
        timing=Stock("since", "until"),
        where=_is("state", "operating"),
        measure=distinct("cooperative"),
    ),
    _figure(
        "figures.reporting", "Đơn vị có báo cáo số liệu năm", "Units that reported", UNITS, distinct("cooperative")
    ),
    _figure("figures.workers", "Lao động thường xuyên", "Regular workers", PEOPLE, total("workers")),
    _figure("figures.revenue", "Tổng doanh thu", "Total revenue", VND, total("revenue")),
    evolve(
        _figure("figures.micro", "Đơn vị quy mô siêu nhỏ", "Micro units", UNITS, distinct("cooperative")),
        where=lambda row: row["window"].str.ends_with("-HTX") & (row["size"] == "micro"),
        source="NĐ 113/2024/NĐ-CP Điều 5; trước 01/11/2024: TT 01/2020/TT-BKHĐT",
    ),
    Ratio(
        key="figures.average_revenue",
        label=Label("Doanh thu bình quân một đơn vị báo cáo", "Average revenue of a reporting unit"),
        unit=VND,
        topic=REGISTER,
        numerator="figures.revenue",
        denominator="figures.reporting",
        form=RatioForm.AVERAGE,
    ),
    _events("meetings.held", "Hội nghị sinh hoạt thành viên", "Members' meetings", MEETINGS, "member_meeting"),
    Metric(
        key="meetings.districts_covered",
        label=Label("Huyện, quận có hội nghị", "Districts with a meeting"),
        unit=DISTRICTS,
        topic=MEETINGS,
        table="event_place",
        timing=Flow("event.start"),
        where=_is("event.kind", "member_meeting"),
        measure=distinct("district"),
    ),
    Metric(
        key="places.districts",
        label=Label("Tổng số huyện, quận", "Districts"),
        unit=DISTRICTS,
        topic=MEETINGS,
        table="place",
        timing=Stock("valid_from", "valid_to"),
        where=lambda row: (row["level"] == "district") & row["home"],
        measure=distinct("code"),
    ),
    Ratio(
        key="meetings.districts",
        label=Label("Huyện, quận có hội nghị trên tổng số", "Districts with a meeting, of all"),
        unit=DISTRICTS,
        topic=MEETINGS,
        numerator="meetings.districts_covered",
        denominator="places.districts",
    ),
    Metric(
        key="clubs.founded",
        label=Label("Câu lạc bộ thành lập", "Clubs founded"),
        unit=CLUBS,
        topic=MEETINGS,
        table="group",
        timing=Flow("founded"),
        where=_is("kind", "club"),
    ),
    _events("classes.opened", "Lớp dạy nghề khai giảng", "Classes opened", TRAINING, "training", unit=CLASSES),
    Metric(
        key="classes.trainees",
        label=Label("Học viên các lớp", "Trainees"),
        unit=TRAINEES,
        topic=TRAINING,
        table="event",
        timing=Flow("start"),
        where=_is("kind", "training"),
        measure=total("training.trainees"),
    ),
    _events("fairs.held", "Hội chợ, chương trình xúc tiến thương mại", "Fairs and trade promotions", TRADE, "fair"),
    *_turns("fairs", "dự hội chợ, xúc tiến thương mại", "at fairs and trade promotions", TRADE, "fair"),
    *_turns(
        "loans",
        "được hoàn thiện thủ tục vay vốn",
        "with loan paperwork completed",
        LOANS,
        "loan_support",
        day="event.loan_support.paperwork_completed",
    ),
    Metric(
        key="loans.amount",
        label=Label("Tổng mức vay của các hồ sơ", "Loans of these files"),
        unit=VND,
        topic=LOANS,
        table="participation",
        timing=Flow("event.loan_support.paperwork_completed"),
        where=_is("event.kind", "loan_support"),
        measure=total("amount"),
    ),
    Ratio(
        key="loans.average",
        label=Label("Mức vay trung bình một HTX", "Average loan of a cooperative"),
        unit=VND,
        topic=LOANS,
        numerator="loans.amount",
        denominator="loans.cooperatives",
        form=RatioForm.AVERAGE,
    ),
    _honours(
        "honours.vca_merit", "Bằng khen của Liên minh HTX Việt Nam", "VCA merit", Award.MERIT, Giver.NATIONAL_ALLIANCE
    ),
    _honours("honours.vca_medals", "Kỷ niệm chương", "VCA medals", Award.MEDAL, Giver.NATIONAL_ALLIANCE),
    _honours("honours.city_flags", "Cờ thi đua của UBND thành phố", "City flags", Award.FLAG, Giver.CITY),
    _honours("honours.city_merit", "Bằng khen của UBND thành phố", "City merit", Award.MERIT, Giver.CITY),
    _honours(
        "honours.alliance_certificates",
        "Giấy khen của Liên minh HTX thành phố",
        "Alliance certificates",
        Award.CERTIFICATE,
        Giver.ALLIANCE,
    ),
    _honours(
        "honours.model_cooperatives",
        "HTX tiêu biểu được tôn vinh",
        "Model cooperatives",
        Award.MODEL_COOPERATIVE,
        Giver.ALLIANCE,
    ),
    _events("contests.launched", "Cuộc thi được phát động", "Contests launched", EMULATION, "contest"),
    Metric(
        key="campaigns.launched",
        label=Label("Phong trào thi đua được phát động", "Emulation campaigns launched"),
        unit=EVENTS,
        topic=EMULATION,
        table="campaign",
        timing=Flow("launched"),
    ),
    _events("festivals.held", "Ngày hội, lễ kỷ niệm", "Festivals", EMULATION, "festival"),
    _events(
        "models.built",
        "Mô hình HTX kiểu mới được xây dựng",
        "Model cooperatives built",
        PLANS,
        "model_built",
        unit=MODELS,
    ),
    _target(
        "targets.new_cooperatives",
        "Vận động thành lập mới",
        "New cooperatives to be founded",
        "cooperatives.founded",
        COOPERATIVES,
    ),
    _target("targets.models", "Xây dựng và nhân rộng mô hình", "Models to be built", "models.built", MODELS),
)
"""coopkit's own metrics, in the order of a report."""
