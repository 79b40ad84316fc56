"""`Place`: an administrative unit as it was between two dates."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from attrs import Attribute, field, frozen

from coopkit.field import day, identifier
from coopkit.field import text as text_field
from coopkit.record import record


def place_id(code: str, valid_from: dt.date) -> str:
    """The id of the place that carries `code` from that day on; the code alone names several places through time.

    >>> place_id("11341", dt.date(2025, 1, 1))
    '11341@2025-01-01'
    """
    return f"{code}@{valid_from.isoformat()}"


def place_title(type_: str, name: str) -> str:
    """Type and name as written in a document.

    >>> place_title("thành phố trực thuộc trung ương", "Hải Phòng"), place_title("huyện", "Vĩnh Bảo")
    ('Thành phố Hải Phòng', 'Huyện Vĩnh Bảo')
    """
    word = type_.removesuffix(" trực thuộc trung ương")
    return f"{word[:1].upper()}{word[1:]} {name}"


def _is_made_of_code_and_date(place: Place, _: Attribute[Any], value: str) -> None:
    expected = place_id(place.code, place.valid_from)
    if value != expected:
        raise ValueError(f"id phải là {expected!r}, không phải {value!r} (the id must be made of code and valid_from)")


def _ends_after_it_begins(place: Place, _: Attribute[Any], value: dt.date | None) -> None:
    if value is not None and value < place.valid_from:
        raise ValueError(f"{place.id}: ngày cuối {value} trước ngày đầu (valid_to is before valid_from)")


@record("place", "Đơn vị hành chính", "Place")
@frozen
class Place:
    """An administrative unit with the name, type, level and parent it had from `valid_from` to `valid_to`.

    Statistics codes are reused (11341 is Phường Lạc Viên until 31/12/2024, Phường Gia Viên after), so a place is named
    by code *and* first day. When its name, type, level or parent's code changes, a new Place of the same code begins.

    - `type` is the Vietnamese type word in small letters: "huyện", "phường", "thành phố trực thuộc trung ương" …
    - `level` is "province", "district", "commune", or whatever the data says: no code counts on these three.
    - `parent` is a *code*: which Place it means is looked up on the date of the question (`PlaceIndex.parent`).
    - `valid_to` is the last day, None while it has no known end.

    >>> place = Place.of("316", dt.date(1900, 1, 1), name="Vĩnh Bảo", type="huyện", level="district", parent="31")
    >>> place.id, place.title
    ('316@1900-01-01', 'Huyện Vĩnh Bảo')
    """

    id: Annotated[str, identifier()] = field(validator=_is_made_of_code_and_date)
    code: Annotated[str, text_field("Mã", "Code")]
    valid_from: Annotated[dt.date, day("Có hiệu lực từ", "Valid from")]
    valid_to: Annotated[dt.date | None, day("Có hiệu lực đến", "Valid to")] = field(validator=_ends_after_it_begins)
    name: Annotated[str, text_field("Tên", "Name")]
    type: Annotated[str, text_field("Loại", "Type")]
    level: Annotated[str, text_field("Cấp", "Level")]
    parent: Annotated[str | None, text_field("Thuộc (mã)", "Parent code")]

    @classmethod
    def of(  # noqa: PLR0913 - one argument per field
        cls,
        code: str,
        valid_from: dt.date,
        valid_to: dt.date | None = None,
        *,
        name: str,
        type: str,  # noqa: A002 - the field's own name
        level: str,
        parent: str | None = None,
    ) -> Place:
        """A place with its id made for it."""
        return cls(place_id(code, valid_from), code, valid_from, valid_to, name, type, level, parent)

    def in_force(self, on: dt.date) -> bool:
        """Whether the place exists, as described here, on that day.

        >>> old = Place.of("311", dt.date(1900, 1, 1), dt.date(2024, 12, 31), name="Thủy Nguyên", type="huyện",
        ...                level="district", parent="31")
        >>> old.in_force(dt.date(2024, 12, 31)), old.in_force(dt.date(2025, 1, 1))
        (True, False)
        """
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def title(self) -> str:
        """Type and name as written in a document: 'Huyện Vĩnh Bảo', 'Thành phố Hải Phòng'."""
        return place_title(self.type, self.name)
