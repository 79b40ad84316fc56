"""Events, the places they cover, who organised and who took part; and honours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from attrs import Factory, frozen

from coopkit.field import Choice, amount, choice, count, day, details, identifier, money, place, reference, text
from coopkit.quantity import PEOPLE, VND, Quantity
from coopkit.record import record


@record("event", "Hoạt động", "Event", identity=("code",))
@frozen
class Event:
    """Something the alliance did: a meeting, a class, a fair, a loan file …, on one day or over several.

    `code` is the sender's own number for it, unique in the city. `kind_version` names the declaration that `details`
    follow. `code` and `start` say which event it is and when it counts.

    >>> Event(id="e", code="HC-01", kind="fair", name="Hội chợ Xuân", start=dt.date(2023, 2, 1)).details
    {}
    """

    id: Annotated[str, identifier()]
    code: Annotated[str, text("Mã hoạt động", "Event code", aliases=("Mã sự kiện", "Số hồ sơ"))]
    kind: Annotated[str, text("Loại hoạt động", "Kind of event")]
    name: Annotated[str, text("Tên hoạt động", "Event name", aliases=("Tên sự kiện", "Nội dung"))]
    start: Annotated[dt.date, day("Từ ngày", "From", aliases=("Ngày bắt đầu", "Ngày tổ chức", "Ngày nhận hồ sơ"))]
    end: Annotated[dt.date | None, day("Đến ngày", "To", aliases=("Ngày kết thúc",))] = None
    venue: Annotated[str | None, text("Địa điểm", "Venue")] = None
    kind_version: Annotated[str | None, text("Phiên bản loại hoạt động", "Kind version")] = None
    details: Annotated[Mapping[str, Any], details("Chi tiết", "Details")] = Factory(dict)


@record("event_place", "Địa bàn của hoạt động", "Place of an event", identity=("event", "place"))
@frozen
class EventPlace:
    """A place that an event was for. One event may cover several: coverage is not the number of events.

    >>> EventPlace(id="p", event="e", place="316@1900-01-01").place
    '316@1900-01-01'
    """

    id: Annotated[str, identifier()]
    event: Annotated[str, reference("Hoạt động", "Event", "event")]
    place: Annotated[str, place("Địa bàn", "Place", aliases=("Địa bàn tham gia",))]


@record("event_organiser", "Đơn vị phối hợp", "Co-organiser", identity=("event", "name"))
@frozen
class EventOrganiser:
    """Who organised an event together with the alliance.

    >>> EventOrganiser(id="o", event="e", name="Sở Công Thương").name
    'Sở Công Thương'
    """

    id: Annotated[str, identifier()]
    event: Annotated[str, reference("Hoạt động", "Event", "event")]
    name: Annotated[str, text("Đơn vị phối hợp", "Co-organiser", aliases=("Phối hợp với",))]


@record("participation", "Lượt tham gia", "Participation", identity=("event", "cooperative"))
@frozen
class Participation:
    """One turn (lượt): a cooperative's part in an event, however many people it sent.

    >>> Participation(id="t", event="e", cooperative="c", people=3).people
    3
    """

    id: Annotated[str, identifier()]
    event: Annotated[str, reference("Hoạt động", "Event", "event")]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    people: Annotated[int | None, count("Số người", "People", PEOPLE)] = None
    amount: Annotated[Quantity | None, amount("Số tiền", "Amount", VND, aliases=("Mức vay",))] = None
    result: Annotated[str | None, text("Kết quả", "Result")] = None


class Giver(Choice):
    """Who gives an award.

    >>> Giver.CITY.label.vi
    'UBND thành phố'
    """

    ALLIANCE = "alliance", "Liên minh HTX thành phố", "City cooperative alliance"
    CITY = "city", "UBND thành phố", "City People's Committee"
    NATIONAL_ALLIANCE = "national_alliance", "Liên minh HTX Việt Nam", "Vietnam Cooperative Alliance"
    GOVERNMENT = "government", "Chính phủ", "Government"
    OTHER = "other", "Khác", "Other"


class Award(Choice):
    """The form of an award (Law on Emulation and Commendation 06/2022/QH15).

    >>> Award.MEDAL.label.vi
    'Kỷ niệm chương'
    """

    FLAG = "flag", "Cờ thi đua", "Emulation flag"
    MERIT = "merit", "Bằng khen", "Certificate of merit"
    CERTIFICATE = "certificate", "Giấy khen", "Certificate of commendation"
    MEDAL = "medal", "Kỷ niệm chương", "Commemorative medal"
    MODEL_COOPERATIVE = "model_cooperative", "HTX tiêu biểu", "Model cooperative"


class RecipientKind(Choice):
    """Whom an award went to; unsplit where the source says only "tập thể, cá nhân".

    >>> [kind.value for kind in RecipientKind]
    ['collective', 'individual', 'unsplit']
    """

    COLLECTIVE = "collective", "Tập thể", "Collective"
    INDIVIDUAL = "individual", "Cá nhân", "Individual"
    UNSPLIT = "unsplit", "Tập thể, cá nhân (chưa tách)", "Collective or individual, not split"


@record("honour", "Khen thưởng", "Honour", identity=("decision", "award", "giver", "number"))
@frozen
class Honour:
    """One award to one recipient, as the `number`-th of its decision.

    A person is named only through the person table; an unsplit recipient is named by its number alone.

    >>> Honour(id="h", decision="01/QĐ", number=1, award=Award.FLAG, giver=Giver.CITY,
    ...        recipient_kind=RecipientKind.COLLECTIVE, decided=dt.date(2023, 12, 20)).giver.label.vi
    'UBND thành phố'
    """

    id: Annotated[str, identifier()]
    decision: Annotated[str, text("Số quyết định", "Decision", aliases=("Quyết định",))]
    number: Annotated[int, count("STT trong quyết định", "Number in the decision", aliases=("STT",))]
    award: Annotated[Award, choice("Hình thức khen thưởng", "Award", Award)]
    giver: Annotated[Giver, choice("Cấp khen thưởng", "Giver", Giver)]
    recipient_kind: Annotated[RecipientKind, choice("Đối tượng", "Recipient", RecipientKind)]
    decided: Annotated[dt.date, day("Ngày quyết định", "Decided")]
    cooperative: Annotated[str | None, reference("Đơn vị được khen", "Honoured unit", "cooperative")] = None
    person: Annotated[str | None, reference("Người được khen", "Honoured person", "person")] = None
    reason: Annotated[str | None, text("Thành tích", "Achievement")] = None
    campaign: Annotated[str | None, reference("Phong trào được xét", "Campaign", "campaign")] = None
    reward: Annotated[int | None, money("Tiền thưởng", "Reward")] = None
