"""Makes Cát Hải's workbook: made-up fishery and tourism cooperatives, and their seasons from October 2022 on.

No unit and no figure in it is real; tax codes lie in the made-up range 0299. The kinds of seasons are those of the
plugin coopkit-cathai. Run it from the repository: `python -m examples.cathai.make [FILE]`.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen
from stdnum.vn import mst

from coopkit import (
    OWN_KINDS,
    Cooperative,
    CooperativeKind,
    Event,
    EventKind,
    Participation,
    Sector,
    Snapshot,
    about,
    exact,
    make_id,
    register_sheets,
    shipped_index,
    shipped_places,
    write_workbook,
)
from coopkit_cathai.kinds import FISHING_SEASON, KILOGRAMS, KINDS, TOUR_SEASON, Season

FILE = Path(__file__).parent / "cat-hai.xlsx"
PAPER_DATE = dt.date(2025, 6, 30)
FOUNDED = dt.date(2019, 5, 20)
NOTE = "Dữ liệu mẫu, sinh tự động; mọi đơn vị và số liệu đều là hư cấu (synthetic data, all names invented)"


@frozen
class Span:
    """A season: what it is called, its first day, and its last, if it is over."""

    name: str
    first: dt.date
    last: dt.date | None


@frozen
class Catch:
    """What one season brought: kilograms, trips, boats.

    `roughly`: the catch is not known to the kilogram. `early`: the boats went out before the season's first month; and
    the cooperative `says` which season it was, or does not.
    """

    kilograms: int
    trips: int
    boats: int
    roughly: bool = False
    early: bool = False
    says: bool = False


def in_summer(name: str, year: int, *, over: bool = True) -> Span:
    """April to September."""
    return Span(f"{name} {year}", dt.date(year, 4, 1), dt.date(year, 9, 30) if over else None)


def in_winter(name: str, year: int) -> Span:
    """October to March of the year."""
    return Span(f"{name} {year - 1}–{year}", dt.date(year - 1, 10, 1), dt.date(year, 3, 31))


SOUTH, NORTH = "Vụ cá Nam", "Vụ cá Bắc"
FISHING_SEASONS: tuple[Span, ...] = (in_winter(NORTH, 2023), in_summer(SOUTH, 2023), in_winter(NORTH, 2024))
FISHING_SEASONS += (in_summer(SOUTH, 2024), in_winter(NORTH, 2025), in_summer(SOUTH, 2025, over=False))
TOUR_SEASONS: tuple[Span, ...] = (in_summer("Mùa hè", 2023), in_winter("Mùa đông", 2024))
TOUR_SEASONS += (in_summer("Mùa hè", 2024), in_winter("Mùa đông", 2025))

# Name, serial of the tax code, code of the commune (of the district, where nobody noted the commune), and the catch of
# the seasons from the first on; of the last, which is not over, only one cooperative tells yet.
FISHERY: tuple[tuple[str, int, str, tuple[Catch, ...]], ...] = (
    ("Hợp tác xã Khai thác thủy sản Sóng Biếc", 70_001, "11914",
     (Catch(61_200, 84, 14), Catch(88_400, 112, 16), Catch(57_900, 80, 16), Catch(93_700, 118, 17),
      Catch(60_000, 86, 17, roughly=True), Catch(41_000, 52, 17))),
    ("Hợp tác xã Khai thác thủy sản Gió Lành", 70_003, "11932",
     (Catch(22_500, 45, 9), Catch(34_100, 63, 9), Catch(24_800, 48, 8), Catch(36_600, 66, 9, early=True, says=True),
      Catch(21_700, 44, 9))),
    ("Hợp tác xã Khai thác thủy sản Mây Bạc", 70_005, "11923",
     (Catch(18_300, 36, 6), Catch(25_900, 49, 7), Catch(17_400, 35, 7), Catch(27_200, 50, 7, early=True),
      Catch(19_100, 37, 7))),
    ("Hợp tác xã Dịch vụ hậu cần nghề cá Trăng Êm", 70_009, "317",
     (Catch(9_600, 20, 4), Catch(14_200, 30, 5), Catch(10_100, 21, 5), Catch(15_000, 31, 5), Catch(9_900, 20, 5))),
)  # fmt: skip

# Name, serial of the tax code, code of the commune, and the guests of each season with those from abroad among them.
TOURISM: tuple[tuple[str, int, str, tuple[tuple[int, int], ...]], ...] = (
    ("Hợp tác xã Du lịch cộng đồng Nắng Thơ", 70_011, "11944",
     ((4_820, 1_310), (2_140, 1_460), (5_230, 1_520), (2_390, 1_680))),
    ("Hợp tác xã Du lịch sinh thái Suối Lam", 70_013, "11941",
     ((7_650, 940), (1_880, 820), (8_120, 1_070), (2_050, 910))),
)  # fmt: skip


def cooperative(name: str, serial: int, code: str, sector: Sector) -> Cooperative:
    """A cooperative in the place of that code."""
    place = shipped_index().get(code, PAPER_DATE)
    assert place is not None
    tax_code = f"0299{serial}{mst.calc_check_digit(f'0299{serial}')}"
    unit = make_id("cooperative", tax_code)
    return Cooperative(unit, name, CooperativeKind.COOPERATIVE, tax_code, place.id, None, sector, FOUNDED)


def told(kind: EventKind, unit: Cooperative, season: Span, values: Mapping[str, object]) -> Iterator[object]:
    """One season of one cooperative."""
    code = f"{'VKT' if kind is FISHING_SEASON else 'MDL'}-{str(unit.tax_code)[-5:]}-{season.first:%Y-%m}"
    first, last, version = season.first, season.last, str(kind.version)
    event = Event(make_id("event", code), code, kind.key, season.name, first, last, None, version, kind.details(values))
    yield event
    yield Participation(make_id("participation", event.id, unit.id), event.id, unit.id)


def fishing(unit: Cooperative, season: Span, caught: Catch) -> Iterator[object]:
    """One fishing season of one cooperative."""
    catch = about(caught.kilograms, KILOGRAMS) if caught.roughly else exact(caught.kilograms, KILOGRAMS)
    named = Season.SOUTH if caught.says else None
    values = {"season": named, "catch": catch, "trips": caught.trips, "boats": caught.boats}
    went_out = season.first - dt.timedelta(days=12 if caught.early else 0)
    return told(FISHING_SEASON, unit, evolve(season, first=went_out), values)


def records() -> Iterator[object]:
    """Every cooperative with its seasons."""
    for name, serial, code, catches in FISHERY:
        unit = cooperative(name, serial, code, Sector.AGRICULTURE)
        yield unit
        for season, caught in zip(FISHING_SEASONS, catches, strict=False):
            yield from fishing(unit, season, caught)
    for name, serial, code, received in TOURISM:
        unit = cooperative(name, serial, code, Sector.SERVICES)
        yield unit
        for season, (guests, foreign) in zip(TOUR_SEASONS, received, strict=True):
            yield from told(TOUR_SEASON, unit, season, {"guests": guests, "foreign_guests": foreign})


def workbook() -> bytes:
    """The workbook as Cát Hải sends it: the same bytes on every machine."""
    kinds = [*OWN_KINDS, *KINDS]
    snapshot = Snapshot.of([*shipped_places(), *(kind.stored() for kind in kinds), *records()])
    info = {"sender": "Huyện Cát Hải", "paper_date": f"{PAPER_DATE:%d/%m/%Y}", "note": NOTE}
    return write_workbook(snapshot, register_sheets(kinds), info=info, created=PAPER_DATE)


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else FILE).write_bytes(workbook())
