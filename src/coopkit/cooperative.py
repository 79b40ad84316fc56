"""The register: cooperatives, their dated statuses, their membership in the alliance, yearly figures and contacts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from attrs import frozen

from coopkit.field import (
    Choice,
    Personal,
    choice,
    count,
    day,
    identifier,
    money,
    period,
    place,
    reference,
    tax_code,
    text,
)
from coopkit.quantity import PEOPLE
from coopkit.record import Span, record


class CooperativeKind(Choice):
    """What a unit of the register is (Law 17/2023/QH15 Art 4; a credit fund is a cooperative under the State Bank).

    >>> CooperativeKind.CREDIT_FUND.label.vi
    'Quỹ tín dụng nhân dân'
    """

    COOPERATIVE = "cooperative", "Hợp tác xã", "Cooperative"
    UNION = "union", "Liên hiệp hợp tác xã", "Cooperative union"
    GROUP = "group", "Tổ hợp tác", "Cooperative group"
    CREDIT_FUND = "credit_fund", "Quỹ tín dụng nhân dân", "People's credit fund"
    ENTERPRISE = "enterprise", "Doanh nghiệp thành viên", "Member enterprise"


class Sector(Choice):
    """The sector group of the main registered line of business (Decree 113/2024 Art 4).

    >>> Sector.FINANCE.label.vi
    'Tài chính, ngân hàng, bảo hiểm'
    """

    AGRICULTURE = "agriculture", "Nông, lâm, ngư, diêm nghiệp", "Agriculture, forestry, fishery, salt"
    INDUSTRY = "industry", "Công nghiệp – xây dựng", "Industry and construction"
    FINANCE = "finance", "Tài chính, ngân hàng, bảo hiểm", "Finance, banking, insurance"
    SERVICES = "services", "Dịch vụ và lĩnh vực khác", "Services and other"


class LegalState(Choice):
    """The seven legal statuses of Decree 92/2024 Art 27, in its order.

    >>> len(LegalState), LegalState.ACTIVE.label.vi
    (7, 'Đang hoạt động')
    """

    SUSPENDED = "suspended", "Tạm ngừng kinh doanh", "Business suspended"
    REVOKED = "revoked", "Bị thu hồi do cưỡng chế về quản lý thuế", "Certificate withdrawn for tax enforcement"
    DISSOLVING = (
        "dissolving",
        "Đang làm thủ tục giải thể, bị chia, bị hợp nhất, được sáp nhập",
        "Being dissolved, divided, consolidated or merged",
    )
    BANKRUPTCY = "bankruptcy", "Đang làm thủ tục phá sản", "In bankruptcy proceedings"
    ENDED = "ended", "Đã giải thể, phá sản, chấm dứt tồn tại", "Dissolved, bankrupt or ended"
    NOT_AT_ADDRESS = "not_at_address", "Không hoạt động tại địa chỉ đã đăng ký", "Not at the registered address"
    ACTIVE = "active", "Đang hoạt động", "Active"


class OperatingState(Choice):
    """What the alliance observes, beside the legal status.

    >>> OperatingState.STOPPED.label.vi
    'Ngừng hoạt động'
    """

    OPERATING = "operating", "Đang hoạt động", "Operating"
    STOPPED = "stopped", "Ngừng hoạt động", "Stopped"


class ContactRole(Choice):
    """What a person is to a cooperative.

    >>> ContactRole.DIRECTOR.label.vi
    'Giám đốc'
    """

    REPRESENTATIVE = "representative", "Người đại diện theo pháp luật", "Legal representative"
    CHAIR = "chair", "Chủ tịch HĐQT", "Chair of the board"
    DIRECTOR = "director", "Giám đốc", "Director"
    CONTROLLER = "controller", "Trưởng ban kiểm soát", "Head of the control board"
    CONTACT = "contact", "Người liên hệ", "Contact"


@record("cooperative", "Hợp tác xã", "Cooperative")
@frozen
class Cooperative:
    """A unit known to the alliance, member or not: cooperative, union, group, credit fund or member enterprise.

    `tax_code` is the cooperative's number, unique and never issued again (Decree 92/2024 Art 14); a group may have
    none. `place` is the place it was recorded with: its commune, or its district where there is no commune.

    >>> Cooperative(id="c1", name="Hợp tác xã An Bình", kind=CooperativeKind.COOPERATIVE).tax_code is None
    True
    """

    id: Annotated[str, identifier()]
    name: Annotated[str, text("Tên đơn vị", "Name", aliases=("Tên HTX", "Tên hợp tác xã"))]
    kind: Annotated[CooperativeKind, choice("Loại hình", "Kind", CooperativeKind)]
    tax_code: Annotated[str | None, tax_code("Mã số thuế", "Tax code", aliases=("MST", "Mã số HTX", "Mã số"))] = None
    place: Annotated[str | None, place("Địa bàn", "Place")] = None
    address: Annotated[str | None, text("Địa chỉ", "Address", aliases=("Địa chỉ trụ sở chính",))] = None
    sector: Annotated[Sector | None, choice("Lĩnh vực", "Sector", Sector)] = None
    founded: Annotated[dt.date | None, day("Ngày thành lập", "Founded")] = None
    charter_capital: Annotated[int | None, money("Vốn điều lệ", "Charter capital")] = None


_STATUS = Span(("cooperative",), "since", "until", state="state")


@record("legal_status", "Tình trạng pháp lý", "Legal status", identity=("cooperative", "since"), span=_STATUS)
@frozen
class LegalStatus:
    """One legal status of a cooperative and the days it held; `since` None: from before the register began.

    >>> LegalStatus(id="s", cooperative="c", state=LegalState.SUSPENDED, since=dt.date(2023, 3, 1)).until is None
    True
    """

    id: Annotated[str, identifier()]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    state: Annotated[LegalState, choice("Tình trạng pháp lý", "Legal status", LegalState)]
    since: Annotated[dt.date | None, day("Tình trạng pháp lý từ ngày", "Legal status since")] = None
    until: Annotated[dt.date | None, day("Tình trạng pháp lý đến ngày", "Legal status until")] = None
    source: Annotated[str | None, text("Căn cứ tình trạng pháp lý", "Source of legal status")] = None


@record("operating_status", "Tình trạng hoạt động", "Operating status", identity=("cooperative", "since"), span=_STATUS)
@frozen
class OperatingStatus:
    """What was observed of a cooperative's operation and the days it held.

    >>> OperatingStatus(id="s", cooperative="c", state=OperatingState.OPERATING).since is None
    True
    """

    id: Annotated[str, identifier()]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    state: Annotated[OperatingState, choice("Tình trạng hoạt động", "Operating status", OperatingState)]
    since: Annotated[dt.date | None, day("Tình trạng hoạt động từ ngày", "Operating status since")] = None
    until: Annotated[dt.date | None, day("Tình trạng hoạt động đến ngày", "Operating status until")] = None
    source: Annotated[str | None, text("Nguồn tình trạng hoạt động", "Source of operating status")] = None


@record(
    "membership",
    "Thành viên Liên minh",
    "Alliance membership",
    identity=("cooperative", "joined"),
    span=Span(("cooperative",), "joined", "left", last_counts=False),
)
@frozen
class Membership:
    """A unit's membership in the alliance: from the day it joined to the day it left, if it did, and why.

    A cooperative without one is known to the alliance but not its member (Law 17/2023/QH15 Art 111.3).

    >>> Membership(id="m", cooperative="c", joined=dt.date(2023, 5, 4)).left is None
    True
    """

    id: Annotated[str, identifier()]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    joined: Annotated[dt.date, day("Ngày kết nạp", "Joined", aliases=("Ngày gia nhập",))]
    left: Annotated[dt.date | None, day("Ngày ra khỏi Liên minh", "Left")] = None
    reason: Annotated[str | None, text("Lý do ra khỏi Liên minh", "Why it left")] = None
    source: Annotated[str | None, text("Quyết định kết nạp", "Decision of admission")] = None


@record("year_figures", "Số liệu năm", "Yearly figures", identity=("cooperative", "window"))
@frozen
class YearFigures:
    """A cooperative's figures of one reporting year.

    `window` names the days they stand for: "2023-HTX" is 15/12/2022 to 14/12/2023 (Circular 09/2024 Art 6), "2023" the
    calendar year. Money in whole đồng; people as headcounts at the window's end.

    >>> YearFigures(id="f", cooperative="c", window="2023-HTX", workers=12).revenue is None
    True
    """

    id: Annotated[str, identifier()]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    window: Annotated[str, period("Kỳ số liệu", "Window", aliases=("Năm số liệu",))]
    members_official: Annotated[int | None, count("Thành viên chính thức", "Official members", PEOPLE)] = None
    members_associate: Annotated[int | None, count("Thành viên liên kết", "Associate members", PEOPLE)] = None
    workers: Annotated[int | None, count("Lao động thường xuyên", "Regular workers", PEOPLE)] = None
    revenue: Annotated[int | None, money("Doanh thu", "Revenue")] = None
    profit: Annotated[int | None, money("Lợi nhuận trước thuế", "Profit before tax", minimum=None)] = None
    capital: Annotated[int | None, money("Tổng nguồn vốn", "Total capital")] = None
    assets: Annotated[int | None, money("Tổng tài sản", "Total assets")] = None
    average_income: Annotated[
        int | None, money("Thu nhập bình quân lao động/năm", "Average yearly income per worker")
    ] = None


@record("person", "Người", "Person")
@frozen
class Person:
    """A natural person under an opaque id; the only record with personal data, and it can be erased (Law 91/2025/QH15).

    >>> Person(id="p", name="Người mẫu 001").phone is None
    True
    """

    id: Annotated[str, identifier()]
    name: Annotated[str, text("Họ và tên", "Full name", aliases=("Người được khen",), personal=Personal.BASIC)]
    phone: Annotated[str | None, text("Điện thoại", "Phone", personal=Personal.BASIC)] = None
    email: Annotated[str | None, text("Thư điện tử", "Email", personal=Personal.BASIC)] = None


@record("contact", "Đầu mối liên hệ", "Contact", identity=("cooperative", "role", "since"))
@frozen
class Contact:
    """Which person is what to which cooperative, and since when.

    >>> Contact(id="k", cooperative="c", person="p", role=ContactRole.CHAIR).role.label.vi
    'Chủ tịch HĐQT'
    """

    id: Annotated[str, identifier()]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    person: Annotated[str, reference("Người", "Person", "person")]
    role: Annotated[ContactRole, choice("Chức vụ", "Role", ContactRole)]
    since: Annotated[dt.date | None, day("Giữ chức vụ từ ngày", "In the role since")] = None
    until: Annotated[dt.date | None, day("Giữ chức vụ đến ngày", "In the role until")] = None
