"""What the made-up alliance did: its clubs, meetings, classes, fairs and smaller events, and who came to each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from attrs import field, frozen

from coopkit import (
    OWN_KINDS,
    PEOPLE,
    Event,
    EventOrganiser,
    EventPlace,
    Group,
    GroupKind,
    GroupMembership,
    GroupRole,
    Participation,
    Quantity,
    exact,
    more_than,
    shipped_index,
)

from .dice import Dice
from .register import Unit
from .tables import CITY, CLEANING, CRAFT, DAY, DISTRICTS, FARMING, FIGURES_OF, TRADE

KINDS = {kind.key: kind for kind in OWN_KINDS}
SHORT = {
    "member_meeting": "SH",
    "meeting": "HN",
    "training": "DT",
    "fair": "HC",
    "loan_support": "VV",
    "club_founding": "CLB",
    "consultation": "TV",
    "technology_transfer": "CG",
    "contest": "CT",
    "festival": "NH",
    "cooperative_founding": "TL",
    "model_built": "MH",
    "honour": "KT",
}
HALL = "Hội trường mẫu, trụ sở Liên minh"


@frozen
class Act:
    """An event with the places it covers, who helped, and who took part."""

    event: Event
    places: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    turns: tuple[Participation, ...] = field(default=())

    @property
    def records(self) -> list[object]:
        """The event and what belongs to it, but for the turns, which the districts report."""
        id_ = self.event.id
        return [
            self.event,
            *(EventPlace(f"place-{id_}-{n}", id_, place) for n, place in enumerate(self.places)),
            *(EventOrganiser(f"organiser-{id_}-{n}", id_, name) for n, name in enumerate(self.organisers)),
        ]


@frozen
class Numbers:
    """Numbers the events of each kind and year as the office does: HC-2023-07."""

    used: dict[tuple[str, int], int] = field(factory=dict)

    def event(
        self,
        kind: str,
        name: str,
        start: dt.date,
        end: dt.date | None = None,
        venue: str | None = None,
        **details: object,
    ) -> Event:
        """An event of the kind with the next number of its year."""
        number = self.used[kind, start.year] = self.used.get((kind, start.year), 0) + 1
        code = f"{SHORT[kind]}-{start.year}-{number:02}"
        declared = KINDS[kind]
        stored = declared.details(details)
        return Event(f"event-{code}", code, kind, name, start, end, venue, declared.stored().version, stored)


def turn(event: Event, unit: Unit, people: int | None = None, result: str | None = None) -> Participation:
    """One unit's part in an event."""
    return Participation(f"turn-{event.code}-{unit.id}", event.id, unit.id, people, None, result)


def turns(event: Event, units: Sequence[Unit], dice: Dice, most: int = 2) -> tuple[Participation, ...]:
    """A turn for each unit, with one to so many people."""
    return tuple(turn(event, unit, dice.whole(1, most)) for unit in units)


def present(units: Sequence[Unit], on: dt.date) -> list[Unit]:
    """The members that operate on that day: those who come to things."""
    return [unit for unit in units if unit.is_member(on) and unit.is_operating(on)]


def place(code: str) -> str:
    """The id of the place with that code."""
    found = shipped_index().get(code, FIGURES_OF)
    assert found is not None
    return found.id


def title(code: str) -> str:
    """The title of the place with that code."""
    return shipped_index().by_id(place(code)).title


# ── Meetings of members ─────────────────────────────────────────────────────────────────────────────────────────────

# Each meeting: its day and the districts it was held for. In 2023 Dương Kinh came to two of them.
MEETINGS: tuple[tuple[dt.date, tuple[str, ...]], ...] = (
    (dt.date(2021, 4, 9), ("311", "312")),
    (dt.date(2021, 11, 26), ("314", "315", "316")),
    (dt.date(2022, 4, 20), ("303", "304", "305")),
    (dt.date(2022, 6, 17), ("311", "312", "313")),
    (dt.date(2022, 9, 22), ("315", "316")),
    (dt.date(2022, 11, 11), ("307", "314", "309")),
    (dt.date(2023, 3, 23), ("303", "304", "305", "306")),
    (dt.date(2023, 4, 27), ("307", "309", "313")),
    (dt.date(2023, 6, 15), ("308", "309", "314")),
    (dt.date(2023, 8, 18), ("311", "312")),
    (dt.date(2023, 9, 21), ("315", "316")),
    (dt.date(2023, 11, 9), ("317", "318")),
    (dt.date(2024, 1, 12), ("303", "304")),
)


def member_meetings(numbers: Numbers, units: Sequence[Unit]) -> Iterator[Act]:
    """The meetings of the members of a few districts each; about half of those who could come do."""
    dice = Dice(101)
    sender_of = {code: sender for sender, code, _ in DISTRICTS}
    for day, codes in MEETINGS:
        names = ", ".join(title(code) for code in codes)
        event = numbers.event(
            "member_meeting", f"Sinh hoạt thành viên {names}", day, venue=f"Nhà văn hóa mẫu, {title(codes[0])}"
        )
        near = present([unit for unit in units if unit.sender in {sender_of[code] for code in codes}], day)
        came = [unit for unit in near if dice.chance(0.5)] or near
        yield Act(event, tuple(map(place, codes)), turns=turns(event, came, dice))


# ── Clubs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

# Name, day it was founded, size, and the lines of business it is for: the later ones fill what the first leave.
CLUBS = (
    ("Câu lạc bộ Giám đốc hợp tác xã trẻ", dt.date(2022, 6, 24), 12, ((CRAFT, TRADE),)),
    ("Câu lạc bộ Dịch vụ vệ sinh môi trường", dt.date(2023, 10, 5), 20, ((CLEANING,), (TRADE,))),
    ("Câu lạc bộ OCOP Hải Phòng", dt.date(2023, 10, 5), 28, ((FARMING, CRAFT),)),
)


def clubs(numbers: Numbers, units: Sequence[Unit]) -> Iterator[tuple[Group, list[GroupMembership], Act]]:
    """The clubs, who is in them, and the events at which they were founded."""
    dice = Dice(102)
    for n, (name, day, size, lines) in enumerate(CLUBS, 1):
        able = present(units, day)
        fitting = [unit for like in lines for unit in dice.shuffled([one for one in able if one.line in like])]
        chosen = fitting[:size]
        group = Group(f"group-{n}", GroupKind.CLUB, name, day, f"Quyết định số {n:02}-CLB/{day.year} (mẫu)")
        roles = [GroupRole.LEAD, GroupRole.DEPUTY, GroupRole.DEPUTY] + [GroupRole.MEMBER] * (size - 3)
        inside = [
            GroupMembership(f"in-{group.id}-{unit.id}", group.id, unit.id, role, day)
            for unit, role in zip(chosen, roles, strict=True)
        ]
        event = numbers.event("club_founding", f"Ra mắt {name}", day, venue=HALL)
        yield group, inside, Act(event, (place(CITY),), turns=turns(event, chosen, dice, most=1))


# ── Classes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SCHOOLS = (
    "Trung tâm dạy nghề mẫu số 1",
    "Trung tâm dạy nghề mẫu số 2",
    "Trường trung cấp nghề mẫu",
    "Hội Nông dân huyện",
)

# Day it opened, weeks, subject, district, trainees as reported ("hơn 30" for one).
CLASSES: tuple[tuple[dt.date, int, str, str, Quantity], ...] = (
    (dt.date(2021, 5, 10), 8, "Kỹ thuật trồng rau an toàn", "312", exact(24, PEOPLE)),
    (dt.date(2021, 10, 18), 6, "Kế toán hợp tác xã", "311", exact(30, PEOPLE)),
    (dt.date(2021, 11, 22), 8, "Nuôi trồng thủy sản nước lợ", "317", exact(22, PEOPLE)),
    (dt.date(2022, 3, 14), 8, "Trồng và chăm sóc cây ăn quả", "313", exact(26, PEOPLE)),
    (dt.date(2022, 5, 16), 6, "Quản trị hợp tác xã nông nghiệp", "316", exact(32, PEOPLE)),
    (dt.date(2022, 8, 8), 8, "Sửa chữa máy nông nghiệp", "315", exact(21, PEOPLE)),
    (dt.date(2022, 10, 3), 6, "Bán hàng trên sàn thương mại điện tử", "305", exact(28, PEOPLE)),
    (dt.date(2022, 12, 19), 10, "Chế biến và bảo quản nông sản", "314", exact(25, PEOPLE)),
    (dt.date(2023, 3, 13), 8, "Kỹ thuật trồng rau theo VietGAP", "312", exact(25, PEOPLE)),
    (dt.date(2023, 4, 17), 6, "Kế toán hợp tác xã", "311", exact(28, PEOPLE)),
    (dt.date(2023, 5, 22), 8, "Nuôi trồng thủy sản an toàn sinh học", "315", exact(22, PEOPLE)),
    (dt.date(2023, 7, 10), 6, "Chế biến và bảo quản nông sản", "316", exact(24, PEOPLE)),
    (dt.date(2023, 8, 14), 8, "Chăn nuôi an toàn dịch bệnh", "313", exact(26, PEOPLE)),
    (dt.date(2023, 9, 18), 6, "Chuyển đổi số cho hợp tác xã", "304", more_than(30, PEOPLE)),
    (dt.date(2023, 10, 16), 8, "Du lịch cộng đồng", "317", exact(20, PEOPLE)),
    (dt.date(2023, 12, 11), 8, "Quản lý, vận hành thu gom rác thải", "314", exact(25, PEOPLE)),
    (dt.date(2024, 1, 15), 6, "Kỹ thuật trồng hoa, cây cảnh", "306", exact(23, PEOPLE)),
)


def classes(numbers: Numbers, units: Sequence[Unit]) -> Iterator[Act]:
    """Vocational classes, each held with a school; the units that sent their people."""
    dice = Dice(103)
    for day, weeks, subject, code, trainees in CLASSES:
        event = numbers.event(
            "training",
            f"Lớp {subject}",
            day,
            day + (7 * weeks - 3) * DAY,
            f"Phòng học mẫu, {title(code)}",
            trainees=trainees,
            subject=subject,
        )
        sending = dice.some(present(units, day), dice.whole(4, 8))
        schools = tuple(dice.some(SCHOOLS, 2 if dice.chance(0.3) else 1))
        yield Act(event, (place(code),), schools, turns(event, sending, dice, most=3))


# ── Fairs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

PROMOTIONS: tuple[str, ...] = ("Hội chợ nông sản, sản phẩm OCOP", "Tuần kết nối cung cầu")
PROMOTIONS += ("Hội chợ thương mại và làng nghề", "Chương trình xúc tiến thương mại")
PROMOTIONS += ("Không gian trưng bày sản phẩm hợp tác xã",)

# Of each year: how many units went to each fair, how many different ones there were in all, the months.
FAIRS: tuple[tuple[int, tuple[int, ...], int, tuple[int, int]], ...] = (
    (2021, (5, 4, 3, 5), 14, (3, 11)),
    (2022, (6, 5, 4, 7, 5, 6, 4, 5, 6, 6, 4), 39, (2, 12)),
    (2023, (6, 5, 7, 4, 6, 5, 8, 6, 3, 5, 7, 6, 5, 6, 4, 7, 6), 60, (2, 12)),
    (2024, (5, 4), 8, (1, 1)),
)


def fairs(numbers: Numbers, units: Sequence[Unit]) -> Iterator[Act]:
    """Fairs and trade promotions in other provinces, and who went: a few go to several."""
    dice = Dice(104)
    provinces = [one.code for one in shipped_index().level(FIGURES_OF, "province") if one.code != CITY]
    for year, sizes, different, (first, last) in FAIRS:
        days = sorted(dice.day(dt.date(year, first, 2), dt.date(year, last, 24)) for _ in sizes)
        goers = dice.some(_traders(units, days[0]), different)
        queue = list(goers)
        for day, size in zip(days, sizes, strict=True):
            new, queue = queue[:size], queue[size:]
            again = dice.some([unit for unit in goers[: different // 2] if unit not in new], size - len(new))
            code = dice.pick(provinces)
            name = f"{dice.pick(PROMOTIONS)} tại {title(code)}"
            event = numbers.event(
                "fair", name, day, day + dice.whole(2, 5) * DAY, f"Trung tâm hội chợ mẫu, {title(code)}"
            )
            yield Act(event, (place(code),), turns=turns(event, [*new, *again], dice, most=4))


def _traders(units: Sequence[Unit], on: dt.date) -> list[Unit]:
    """Those with goods to show, who stay members and at work through the year."""
    end = dt.date(on.year, 12, 31) if on <= FIGURES_OF else on
    staying = {unit.id for unit in present(units, end)}
    return [unit for unit in present(units, on) if unit.id in staying and unit.line in {FARMING, CRAFT, TRADE}]
