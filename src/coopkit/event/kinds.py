"""coopkit's own event kinds: what an alliance does by law (Law 17/2023/QH15 Art 110.2) and counts in its reports."""

from __future__ import annotations

from coopkit.event.kind import EventKind
from coopkit.field import Choice, amount, choice, day, text
from coopkit.quantity import PEOPLE
from coopkit.text import Label


class LoanSource(Choice):
    """Where a loan comes from."""

    CITY_FUND = "city_fund", "Quỹ hỗ trợ phát triển HTX thành phố", "City cooperative support fund"
    CENTRAL_FUND = "central_fund", "Quỹ hỗ trợ phát triển HTX Việt Nam", "National cooperative support fund"
    BANK = "bank", "Ngân hàng", "Bank"
    OTHER = "other", "Nguồn khác", "Other"


_TRAINING = (
    amount("Số học viên", "Trainees", PEOPLE, aliases=("Học viên",)).named("trainees", required=False),
    text("Nghề, nội dung đào tạo", "Subject").named("subject", required=False),
)

# The three dates are the stage: paperwork completed is not approved, and approved is not disbursed.
_LOAN = (
    choice("Nguồn vốn", "Source of the loan", LoanSource).named("source", required=False),
    day("Ngày hoàn thiện thủ tục", "Paperwork completed").named("paperwork_completed", required=False),
    day("Ngày phê duyệt", "Approved").named("approved", required=False),
    day("Ngày giải ngân", "Disbursed").named("disbursed", required=False),
)

OWN_KINDS: tuple[EventKind, ...] = (
    EventKind("member_meeting", Label("Hội nghị sinh hoạt thành viên", "Members' meeting")),
    EventKind("meeting", Label("Hội nghị, hội thảo khác", "Other meeting")),
    EventKind(
        "training",
        Label("Lớp dạy nghề, bồi dưỡng", "Training class"),
        _TRAINING,
        sheet=Label("Đào tạo", "Training"),
    ),
    EventKind("fair", Label("Hội chợ, chương trình xúc tiến thương mại", "Fair or trade promotion")),
    EventKind(
        "loan_support",
        Label("Hỗ trợ vay vốn", "Loan support"),
        _LOAN,
        single=True,
        sheet=Label("Vay vốn", "Loans"),
    ),
    EventKind("club_founding", Label("Thành lập câu lạc bộ", "Founding of a club")),
    EventKind("consultation", Label("Tư vấn", "Consultation")),
    EventKind("technology_transfer", Label("Chuyển giao khoa học, công nghệ", "Technology transfer")),
    EventKind("contest", Label("Cuộc thi", "Contest")),
    EventKind("festival", Label("Ngày hội, lễ kỷ niệm", "Festival")),
    EventKind("cooperative_founding", Label("Vận động thành lập HTX", "Founding of a cooperative")),
    EventKind("model_built", Label("Xây dựng mô hình HTX kiểu mới", "Model cooperative built")),
    EventKind("honour", Label("Hội nghị tôn vinh, khen thưởng", "Honours ceremony")),
)
"""The kinds that coopkit offers, in the order of menus."""
