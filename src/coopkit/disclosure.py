"""That personal data was shown or taken along: whose, for what; the batch says by whom and when.

A disclosure is no fact of the register: no Snapshot holds it, and so no plugin, figure, export or seal ever does.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

from attrs import frozen

from coopkit.errors import BadText
from coopkit.field import Choice, choice, identifier, text
from coopkit.record import RecordType, make_id, record, record_type

SHORTEST: Final = 5
"""Letters that a purpose in one's own words must have at least."""


class Purpose(Choice):
    """What personal data is looked at for (Law 91/2025/QH15: only as far as a purpose needs it).

    >>> Purpose.CONTACT.label.vi
    'Liên hệ công việc với đơn vị'
    """

    CONTACT = "contact", "Liên hệ công việc với đơn vị", "To reach the unit"
    UPDATE = "update", "Cập nhật, đối chiếu hồ sơ", "To keep the record right"
    AWARD = "award", "Lập hồ sơ khen thưởng", "For an award"
    AUTHORITY = "authority", "Cơ quan có thẩm quyền yêu cầu", "An authority asked for it"
    SUBJECT = "subject", "Người có dữ liệu yêu cầu", "The person asked for it"
    OTHER = "other", "Mục đích khác (ghi rõ)", "Another purpose (say which)"


class Manner(Choice):
    """How personal data was disclosed.

    >>> Manner.EXPORTED.label.vi
    'Xuất ra tệp'
    """

    SHOWN = "shown", "Hiện trên màn hình", "Shown"
    EDITED = "edited", "Mở ra sửa", "Opened to edit"
    EXPORTED = "exported", "Xuất ra tệp", "Exported"


@frozen
class Why:
    """What somebody wants personal data for: one of the purposes, and more in their own words.

    >>> Why(Purpose.OTHER)
    Traceback (most recent call last):
    coopkit.errors.BadText: Chưa ghi rõ mục đích: ...
    """

    purpose: Purpose
    note: str = ""

    def __attrs_post_init__(self) -> None:
        if self.purpose is Purpose.OTHER and len(self.note.strip()) < SHORTEST:
            raise BadText(
                ("Chưa ghi rõ mục đích", "The purpose is not told"),
                ("ghi xem dữ liệu cá nhân để làm gì", "say what the personal data is for"),
            )


@record("disclosure", "Lần xem dữ liệu cá nhân", "Disclosure of personal data")
@frozen
class Disclosure:
    """Personal data of a record that was shown, opened or taken along, and for what.

    >>> why = Why(Purpose.CONTACT)
    >>> one = Disclosure.of("an", "cooperative", "c", why, Manner.SHOWN, dt.date(2026, 1, 5))
    >>> one == Disclosure.of("an", "cooperative", "c", why, Manner.SHOWN, dt.date(2026, 1, 5))
    True
    """

    id: Annotated[str, identifier()]
    table: Annotated[str, text("Loại bản ghi", "Kind of record")]
    record: Annotated[str, text("Bản ghi", "Record")]
    purpose: Annotated[Purpose, choice("Mục đích", "Purpose", Purpose)]
    manner: Annotated[Manner, choice("Cách", "Manner", Manner)]
    note: Annotated[str | None, text("Ghi rõ", "In words")] = None

    @staticmethod
    def of(actor: str, table: str, record: str, why: Why, manner: Manner, on: dt.date) -> Disclosure:
        """The disclosure of a day: looking again that day, for the same, is the same one."""
        key = make_id("disclosure", actor, table, record, why.purpose, why.note, manner, on)
        return Disclosure(key, table, record, why.purpose, manner, why.note.strip() or None)


DISCLOSURE_TYPES: Final[tuple[RecordType, ...]] = (record_type(Disclosure),)
"""The record type of disclosures: journalled like the register's, and never in a Snapshot."""
