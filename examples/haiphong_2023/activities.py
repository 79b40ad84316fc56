"""What else the made-up alliance did: loan files, smaller events, honours, campaigns and targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from attrs import evolve

from coopkit import (
    UNITS,
    VND,
    Award,
    Campaign,
    CooperativeKind,
    Giver,
    Honour,
    Label,
    Participation,
    Person,
    RecipientKind,
    Target,
    at_least,
    between,
)
from coopkit import (
    Unit as Measured,
)

from .calendar_of_events import HALL, SCHOOLS, Act, Numbers, place, present, turn, turns
from .dice import Dice
from .register import Unit
from .tables import CITY, DAY, DISTRICT_OF, MILLION

# ── Loans ───────────────────────────────────────────────────────────────────────────────────────────────────────────

Amounts: TypeAlias = tuple[tuple[int, int], ...]

# The amounts asked for, low and high in triệu đồng, in the files whose paperwork was completed in each year.
LOANS_2021: Amounts = ((200, 300), (300, 500), (400, 600), (350, 500), (500, 600), (250, 400))
LOANS_2022: Amounts = ((300, 400), (500, 700), (250, 400), (400, 500), (600, 800), (350, 550), (450, 600), (300, 500))
LOANS_2022 += ((200, 300), (500, 600), (400, 700), (550, 800), (300, 450))
LOANS_2023: Amounts = (
    (300, 500),
    (400, 600),
    (500, 700),
    (350, 500),
    (600, 800),
    (450, 600),
    (250, 400),
    (500, 600),
    (700, 900),
)
LOANS_2023 += ((400, 500), (300, 450), (550, 750), (800, 1_000), (450, 700), (350, 600), (500, 800), (600, 900))
LOANS_2023 += ((250, 350), (400, 700), (300, 400), (450, 650), (350, 550), (500, 500), (400, 550), (600, 700))
LOANS_2023 += ((350, 500), (400, 600))
LOANS_2024: Amounts = ((450, 600), (300, 500), (600, 900))
LOANS_UNFINISHED: Amounts = ((500, 800), (350, 450))

SOURCES = ("city_fund", "city_fund", "city_fund", "central_fund", "bank", "other")
PURPOSES = ("mở rộng sản xuất", "mua máy nông nghiệp", "đầu tư nhà xưởng", "mua xe thu gom rác", "nâng cấp kho lạnh")
RESULTS = {"disbursed": "Đã giải ngân", "approved": "Đã phê duyệt", "completed": "Đã hoàn thiện thủ tục"}


def loans(numbers: Numbers, units: Sequence[Unit]) -> Iterator[Act]:
    """Loan files with their dates; in 2023 three units come twice. Some are completed only in the year after."""
    dice = Dice(105)
    for year, amounts, twice in ((2021, LOANS_2021, 0), (2022, LOANS_2022, 1), (2023, LOANS_2023, 3)):
        borrowers = dice.some(_borrowers(units, dt.date(year, 1, 1)), len(amounts) - twice)
        for n, (unit, amount) in enumerate(zip([*borrowers, *borrowers[:twice]], amounts, strict=True)):
            # The first comes in late in the year before, a second file of the same unit in autumn.
            months = (9, 11) if n >= len(borrowers) else (1, 7)
            received = dt.date(year - 1, 12, 6) if n == 0 else dt.date(year, dice.whole(*months), dice.whole(1, 28))
            completed = received + dice.whole(26, 31) * DAY
            completed = max(completed, dt.date(year, 1, 9))
            yield _loan(numbers, dice, unit, amount, received, completed)
    late = dice.some(_borrowers(units, dt.date(2023, 1, 1)), len(LOANS_2024) + len(LOANS_UNFINISHED))
    for unit, amount in zip(late, LOANS_2024, strict=False):
        received = dt.date(2023, 12, dice.whole(1, 15))
        yield _loan(numbers, dice, unit, amount, received, dt.date(2024, 1, dice.whole(4, 26)))
    for unit, amount in zip(late[len(LOANS_2024) :], LOANS_UNFINISHED, strict=True):
        yield _loan(numbers, dice, unit, amount, dt.date(2023, dice.whole(9, 12), 20), None)


def _borrowers(units: Sequence[Unit], on: dt.date) -> list[Unit]:
    end = dt.date(on.year, 12, 31)
    able = {unit.id for unit in present(units, end) if unit.cooperative.kind == CooperativeKind.COOPERATIVE}
    return [unit for unit in present(units, on) if unit.id in able and unit.sender in DISTRICT_OF]


def _loan(
    numbers: Numbers, dice: Dice, unit: Unit, amount: tuple[int, int], received: dt.date, completed: dt.date | None
) -> Act:
    """One file: paperwork completed is not approved, and approved is not disbursed."""
    stage = dice.whole(1, 3) if completed else 0
    approved = completed + dice.whole(8, 40) * DAY if completed and stage >= 2 else None
    disbursed = approved + dice.whole(6, 30) * DAY if approved and stage >= 3 else None
    known = dt.date(2024, 1, 31)
    approved, disbursed = (day if day and day <= known else None for day in (approved, disbursed))
    event = numbers.event(
        "loan_support",
        f"Vay vốn {dice.pick(PURPOSES)}",
        received,
        source=dice.pick(SOURCES),
        paperwork_completed=completed,
        approved=approved,
        disbursed=disbursed,
    )
    reached = "disbursed" if disbursed else "approved" if approved else "completed" if completed else ""
    low, high = (bound * MILLION for bound in amount)
    share: Participation = turn(event, unit, result=RESULTS.get(reached, "Đang bổ sung hồ sơ"))
    return Act(event, turns=(evolve(share, amount=between(low, high, VND)),))


# ── Smaller events ──────────────────────────────────────────────────────────────────────────────────────────────────

# Kind, name, days, and how many units came at most.
SMALL: tuple[tuple[str, str, tuple[dt.date, ...], int], ...] = (
    (
        "meeting",
        "Hội nghị tổng kết công tác năm",
        (dt.date(2021, 1, 14), dt.date(2022, 1, 13), dt.date(2023, 1, 11)),
        40,
    ),
    ("meeting", "Hội thảo phát triển kinh tế tập thể", (dt.date(2022, 7, 8), dt.date(2023, 7, 14)), 25),
    ("meeting", "Hội nghị phổ biến Luật Hợp tác xã năm 2023", (dt.date(2023, 9, 7), dt.date(2023, 11, 23)), 35),
    (
        "consultation",
        "Tư vấn tổ chức lại hợp tác xã",
        (dt.date(2021, 6, 3), dt.date(2022, 5, 12), dt.date(2023, 5, 11)),
        3,
    ),
    (
        "consultation",
        "Tư vấn xây dựng phương án sản xuất, kinh doanh",
        (dt.date(2022, 10, 6), dt.date(2023, 10, 12)),
        2,
    ),
    ("consultation", "Tư vấn thuế, kế toán", (dt.date(2022, 8, 25), dt.date(2023, 2, 16), dt.date(2023, 8, 24)), 4),
    ("technology_transfer", "Chuyển giao quy trình ủ phân hữu cơ", (dt.date(2022, 4, 7), dt.date(2023, 4, 6)), 5),
    ("technology_transfer", "Chuyển giao hệ thống tưới tiết kiệm", (dt.date(2022, 9, 15), dt.date(2023, 6, 8)), 4),
    ("technology_transfer", "Chuyển giao phần mềm truy xuất nguồn gốc", (dt.date(2023, 10, 26),), 6),
    ("model_built", "Mô hình hợp tác xã gắn với chuỗi giá trị", (dt.date(2021, 11, 5), dt.date(2023, 8, 30)), 1),
    ("model_built", "Mô hình hợp tác xã nông nghiệp tuần hoàn", (dt.date(2022, 10, 20), dt.date(2023, 11, 30)), 1),
    ("contest", "Cuộc thi ảnh đẹp hợp tác xã", (dt.date(2022, 3, 15),), 14),
    ("contest", "Cuộc thi tìm hiểu Luật Hợp tác xã năm 2023", (dt.date(2023, 12, 22),), 32),
    ("festival", "Lễ kỷ niệm ngày truyền thống hợp tác xã", (dt.date(2022, 4, 11),), 50),
    ("festival", "Ngày hội hợp tác xã thành phố", (dt.date(2023, 12, 22),), 85),
    (
        "honour",
        "Tôn vinh hợp tác xã tiêu biểu",
        (dt.date(2021, 12, 17), dt.date(2022, 12, 16), dt.date(2023, 12, 22)),
        20,
    ),
    ("consultation", "Tư vấn thành lập hợp tác xã", (dt.date(2024, 1, 10),), 2),
)


def small_events(numbers: Numbers, units: Sequence[Unit]) -> Iterator[Act]:
    """Meetings, consultations, transfers of technology, models, the contest, the festival, the ceremonies."""
    dice = Dice(106)
    dated = sorted((day, kind, name, most) for kind, name, days, most in SMALL for day in days)
    for day, kind, name, most in dated:
        end = dt.date(2024, 3, 31) if kind == "contest" and day.year == 2023 else None
        event = numbers.event(kind, name, day, end, HALL if most > 6 else None)
        came = dice.some(present(units, day), most if most < 5 else dice.whole(most * 3 // 4, most))
        helping = (dice.pick(SCHOOLS[:3]),) if kind == "technology_transfer" else ()
        codes = [DISTRICT_OF.get(unit.sender, CITY) for unit in came] if most < 7 else [CITY]
        yield Act(event, tuple(map(place, dict.fromkeys(codes))), helping, turns(event, came, dice))


def foundings(numbers: Numbers, units: Sequence[Unit]) -> Iterator[Act]:
    """The founding of every unit that was founded since 2021: the alliance had talked them into it."""
    young = [(unit.cooperative.founded, unit) for unit in units]
    recent = [(day, unit) for day, unit in young if day and day.year >= 2021]
    for day, unit in sorted(recent, key=lambda one: (one[0], one[1].id)):
        event = numbers.event("cooperative_founding", f"Vận động thành lập {unit.cooperative.name}", day)
        yield Act(event, (place(DISTRICT_OF.get(unit.sender, CITY)),), turns=(turn(event, unit),))


# ── Honours, campaigns, targets ─────────────────────────────────────────────────────────────────────────────────────

# The day decided; then, of each award, how many: merit and medals of the national alliance, the city's flags and
# merit, the alliance's certificates and model cooperatives.
HONOURS: tuple[tuple[dt.date, tuple[int, int, int, int, int, int]], ...] = (
    (dt.date(2021, 12, 10), (2, 5, 1, 3, 8, 3)),
    (dt.date(2022, 12, 9), (3, 9, 2, 4, 11, 5)),
    (dt.date(2023, 12, 15), (5, 15, 3, 5, 14, 8)),
    (dt.date(2024, 1, 18), (0, 0, 0, 0, 1, 0)),
)
FORMS = (
    (Award.MERIT, Giver.NATIONAL_ALLIANCE, RecipientKind.UNSPLIT, "LMHTXVN-BK"),
    (Award.MEDAL, Giver.NATIONAL_ALLIANCE, RecipientKind.INDIVIDUAL, "LMHTXVN-KNC"),
    (Award.FLAG, Giver.CITY, RecipientKind.COLLECTIVE, "UBND-CTĐ"),
    (Award.MERIT, Giver.CITY, RecipientKind.UNSPLIT, "UBND-BK"),
    (Award.CERTIFICATE, Giver.ALLIANCE, RecipientKind.UNSPLIT, "LMHTX-GK"),
    (Award.MODEL_COOPERATIVE, Giver.ALLIANCE, RecipientKind.COLLECTIVE, "LMHTX-TB"),
)
REASONS = {
    Award.FLAG: "Đơn vị xuất sắc dẫn đầu phong trào thi đua",
    Award.MEDAL: "Vì sự nghiệp phát triển hợp tác xã",
    Award.MODEL_COOPERATIVE: "Hợp tác xã tiêu biểu của năm",
}


def honours(units: Sequence[Unit]) -> Iterator[Honour | Person]:
    """The awards of each year; collectives are cooperatives, individuals made-up persons, the unsplit nobody."""
    dice = Dice(107)
    persons = 0
    for day, numbers in HONOURS:
        for (award, giver, recipient, office), number in zip(FORMS, numbers, strict=True):
            decision = f"MẪU-01/{office}-{day.year}"
            chosen = dice.some(present(units, day), number) if recipient == RecipientKind.COLLECTIVE else []
            for n in range(1, number + 1):
                person = None
                if recipient == RecipientKind.INDIVIDUAL:
                    persons += 1
                    person = f"person-honoured-{persons:02}"
                    yield Person(person, f"Cá nhân mẫu {persons:02}")
                unit = chosen[n - 1].id if chosen else None
                id_ = f"honour-{office}-{day.year}-{n:02}"
                yield Honour(id_, decision, n, award, giver, recipient, day, unit, person, REASONS.get(award))


MODELS = Measured("model", Label("mô hình", "models"), one="model")
THEMES = {
    2022: "Thích ứng, phục hồi, phát triển",
    2023: "Đổi mới, liên kết, hiệu quả",
    2024: "Hợp tác xã kiểu mới, tiêu biểu",
}


def campaigns() -> Iterator[Campaign | Target]:
    """The campaign of each year, launched in December before, and the goals then set for the year."""
    launched = {2022: dt.date(2021, 12, 17), 2023: dt.date(2022, 12, 16), 2024: dt.date(2023, 12, 22)}
    goals = {
        2022: (at_least(10, UNITS), at_least(1, MODELS)),
        2023: (between(15, 20, UNITS), between(1, 2, MODELS)),
        2024: (between(20, 30, UNITS), between(2, 3, MODELS)),
    }
    for year, day in launched.items():
        yield Campaign(f"campaign-{year}", f"Phong trào thi đua năm {year}", str(year), day, THEMES[year])
        for metric, goal in zip(("cooperatives.founded", "models.built"), goals[year], strict=True):
            yield Target(f"target-{metric}-{year}", metric, str(year), goal, day)
