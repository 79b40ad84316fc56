"""An OCOP recognition: one product of one cooperative, its stars, and how long they hold.

The rules are those of Quyết định 148/QĐ-TTg of 24/02/2023 (the criteria of the programme "Mỗi xã một sản phẩm" and its
procedure), cited from memory: the six groups of products, the classes of stars, the 36 months.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import Final

from coopkit import (
    Choice,
    Event,
    EventKind,
    Label,
    RecordCheck,
    Snapshot,
    Unit,
    choice_field,
    count_field,
    day_field,
    text_field,
)

KIND: Final = "vinhbao.ocop_recognition"

STARS: Final = (3, 4, 5)
"""The stars a product may be recognised with: 3 by the district, 4 by the city, 5 by the centre."""

MONTHS: Final = 36
"""How long a recognition holds (Quyết định 148/QĐ-TTg of 24/02/2023, cited from memory)."""

STAR: Final = Unit("star", Label("sao", "stars"), one="star")


class OcopGroup(Choice):
    """The six groups of OCOP products (Quyết định 148/QĐ-TTg)."""

    FOOD = "food", "Thực phẩm", "Food"
    DRINK = "drink", "Đồ uống", "Drinks"
    HERBAL = "herbal", "Dược liệu và sản phẩm từ dược liệu", "Medicinal herbs and what is made of them"
    CRAFT = "craft", "Thủ công mỹ nghệ", "Handicrafts"
    ORNAMENTAL = "ornamental", "Sinh vật cảnh", "Ornamental plants and animals"
    TOURISM = (
        "tourism",
        "Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch",
        "Community tourism, eco-tourism and sights",
    )


RECOGNITION: Final = EventKind(
    KIND,
    Label("Công nhận sản phẩm OCOP", "OCOP recognition"),
    (
        text_field("Tên sản phẩm", "Product").named("product"),
        choice_field("Nhóm sản phẩm OCOP", "OCOP group", OcopGroup).named("group", required=False),
        count_field("Số sao", "Stars", STAR).named("stars"),
        day_field("Công nhận có giá trị đến", "Recognition valid until").named("valid_until"),
        text_field("Quyết định công nhận", "Decision").named("decision", required=False),
    ),
    single=True,
    sheet=Label("Sản phẩm OCOP", "OCOP products"),
)
"""The kind of event; its `start` is the day of the recognition, `valid_until` the last day it holds."""


def valid_until(recognised: dt.date, months: int = MONTHS) -> dt.date:
    """The last day of a recognition that says none: so many months on, the same day or the month's last.

    Bộ luật Dân sự 91/2015/QH13, Điều 148: a term in months ends on the corresponding day, cited from memory.

    >>> valid_until(dt.date(2023, 6, 15)), valid_until(dt.date(2024, 2, 29))
    (datetime.date(2026, 6, 15), datetime.date(2027, 2, 28))
    """
    years, month = divmod(recognised.month - 1 + months, 12)
    year = recognised.year + years
    return dt.date(year, month + 1, min(recognised.day, monthrange(year, month + 1)[1]))


def refusal(event: Event, _: Snapshot) -> Label | None:
    """Why a recognition may not be written; None where it may, and for events of other kinds.

    >>> told = {"product": "Gạo nếp", "stars": 6, "valid_until": "2026-06-15"}
    >>> event = Event("e", "OCOP-1", KIND, "Gạo nếp", dt.date(2023, 6, 15), details=told)
    >>> refusal(event, Snapshot(0, {})).vi
    'số sao phải là 3, 4 hoặc 5, ở đây là 6'
    """
    if event.kind != KIND:
        return None
    told = RECOGNITION.values(event.details)
    stars, last = told["stars"], told["valid_until"]
    if stars not in STARS:
        return Label(f"số sao phải là 3, 4 hoặc 5, ở đây là {stars}", f"stars must be 3, 4 or 5, here they are {stars}")
    if last < event.start:
        days = f"{last:%d/%m/%Y}", f"{event.start:%d/%m/%Y}"
        return Label(
            f"công nhận hết giá trị ngày {days[0]}, trước ngày công nhận {days[1]}",
            f"the recognition ends on {days[0]}, before it begins on {days[1]}",
        )
    return None


STARS_CHECK: Final = RecordCheck("vinhbao.sao", Label("Hạng sao OCOP", "OCOP stars"), "event", refusal)
"""The check that the plugin offers."""
