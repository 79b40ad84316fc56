"""Makes the workbook that Thủy Nguyên would send for 2024 and 2025: fairs, classes, figures, two new cooperatives.

Like the example of Hải Phòng 2023, whose cooperatives take part, it is drawn from a fixed seed. No unit, no person and
no decision in it is real. Run it from the repository: `python -m examples.thuynguyen.make [FOLDER]`.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from examples.haiphong_2023.dice import Dice
from examples.haiphong_2023.register import Unit, units
from examples.haiphong_2023.tables import MILLION

from coopkit import (
    OWN_KINDS,
    Cooperative,
    CooperativeKind,
    Event,
    EventPlace,
    LegalState,
    LegalStatus,
    Membership,
    OperatingState,
    OperatingStatus,
    Participation,
    Sector,
    Snapshot,
    YearFigures,
    register_sheets,
    shipped_index,
    shipped_places,
    write_workbook,
)

FOLDER = Path(__file__).parent
FILE = "thuy-nguyen-2024-2025.xlsx"
SENDER = "08-thuy-nguyen"
CREATED = dt.date(2025, 12, 31)
NOTE = "Dữ liệu mẫu, sinh tự động; mọi tên đơn vị đều là hư cấu (synthetic data, all names invented)"
VERSIONS = {kind.key: kind.stored().version for kind in OWN_KINDS}

# Kind, first day, the code of the place it was held for, and how many cooperatives came. What was the huyện was the
# thành phố half a year later, and a ward another half year later.
EVENTS = (
    ("fair", dt.date(2024, 4, 18), "311", 9),
    ("training", dt.date(2024, 6, 5), "311", 12),
    ("fair", dt.date(2024, 10, 24), "311", 11),
    ("fair", dt.date(2025, 2, 20), "311", 10),
    ("training", dt.date(2025, 4, 9), "311", 14),
    ("fair", dt.date(2025, 8, 28), "11560", 8),
    ("training", dt.date(2025, 10, 15), "11533", 13),
    ("fair", dt.date(2025, 11, 20), "11560", 12),
)
NAMES = {"fair": ("HC", "Hội chợ nông sản Thủy Nguyên"), "training": ("DT", "Lớp quản trị hợp tác xã Thủy Nguyên")}

# Name, sector, and the code of the ward or commune of 1/7/2025 that the new cooperative was registered in.
FOUNDED = (
    ("Hợp tác xã Dịch vụ nông nghiệp Vườn Xuân", Sector.AGRICULTURE, "11503"),
    ("Hợp tác xã Thương mại dịch vụ Bến Xuân", Sector.SERVICES, "11560"),
)
BEGAN, JOINED = dt.date(2025, 8, 5), dt.date(2025, 9, 15)


def place(code: str, on: dt.date) -> str:
    """The id of the place with that code on a day's map."""
    found = shipped_index().get(code, on)
    assert found is not None
    return found.id


def members() -> list[Unit]:
    """The cooperatives of the example that Thủy Nguyên reports for and that are members at the end of 2023."""
    return [one for one in units() if one.sender == SENDER and one.is_member(dt.date(2023, 12, 31))]


def newcomers() -> Iterator[Any]:
    """Two cooperatives founded after the wards of 1/7/2025 were there."""
    for n, (name, sector, code) in enumerate(FOUNDED, 1):
        key = f"tn-new-{n}"
        yield Cooperative(
            key, name, CooperativeKind.COOPERATIVE, place=place(code, BEGAN), sector=sector, founded=BEGAN
        )
        yield Membership(f"m-{key}", key, JOINED, source="Quyết định kết nạp (mẫu)")
        yield LegalStatus(f"l-{key}", key, LegalState.ACTIVE, BEGAN)
        yield OperatingStatus(f"o-{key}", key, OperatingState.OPERATING, BEGAN)


def events(dice: Dice) -> Iterator[Any]:
    """The fairs and classes, each with the cooperatives that came."""
    known = members()
    for n, (kind, day, code, came) in enumerate(EVENTS, 1):
        short, name = NAMES[kind]
        key = f"TN-{short}-{day.year}-{n:02}"
        yield Event(key, key, kind, f"{name}, đợt {n}", day, kind_version=VERSIONS[kind])
        yield EventPlace(f"place-{key}", key, place(code, day))
        for unit in dice.some(known, came):
            yield Participation(f"turn-{key}-{unit.id}", key, unit.id, dice.whole(1, 3))
        if day > JOINED:
            yield Participation(f"turn-{key}-new", key, "tn-new-2", 1)


def figures(dice: Dice) -> Iterator[YearFigures]:
    """The figures of 2024 and 2025 of about half of the cooperatives: 15/12 to 14/12 of each year."""
    for year in (2024, 2025):
        for unit in members():
            if dice.chance(0.5):
                revenue = dice.whole(*unit.line.revenue) * MILLION
                workers = dice.whole(*unit.line.workers)
                yield YearFigures(f"y-{year}-{unit.id}", unit.id, f"{year}-HTX", workers=workers, revenue=revenue)


def write(folder: Path) -> None:
    """Write the workbook: its own rows; the cooperatives of the example are only named."""
    dice = Dice(311)
    own = [*newcomers(), *events(dice), *figures(dice)]
    kinds = [kind.stored() for kind in OWN_KINDS]
    known = [record for unit in units() for record in unit.records]
    snapshot = Snapshot.of([*shipped_places(), *kinds, *known, *own])
    info = {"sender": "Thủy Nguyên", "paper_date": f"{CREATED:%d/%m/%Y}", "note": NOTE}
    ids = {record.id for record in own}
    made = write_workbook(snapshot, register_sheets(OWN_KINDS), info=info, created=CREATED, only=ids)
    (folder / FILE).write_bytes(made)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
