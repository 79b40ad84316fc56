"""Places: the shipped map, the dated tree, and the texts of real files."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.errors import CoopkitError, NotFound
from coopkit.place import (
    LIST_BEGINS,
    PLACE_TYPES,
    Place,
    PlaceIndex,
    place_id,
    read_places,
    shipped_index,
    shipped_places,
)
from coopkit.text import normalize

DAY, TODAY = dt.date(2023, 12, 31), dt.date(2026, 11, 24)
REFORM = dt.date(2025, 7, 1)
ROOT = Path(__file__).parents[1]
DATA = files("coopkit.place") / "data"

DISTRICTS_2023 = {
    "303": "Quận Hồng Bàng",
    "304": "Quận Ngô Quyền",
    "305": "Quận Lê Chân",
    "306": "Quận Hải An",
    "307": "Quận Kiến An",
    "308": "Quận Đồ Sơn",
    "309": "Quận Dương Kinh",
    "311": "Huyện Thủy Nguyên",
    "312": "Huyện An Dương",
    "313": "Huyện An Lão",
    "314": "Huyện Kiến Thụy",
    "315": "Huyện Tiên Lãng",
    "316": "Huyện Vĩnh Bảo",
    "317": "Huyện Cát Hải",
    "318": "Huyện Bạch Long Vĩ",
}

# Codes that carry another name since 1 January 2025, with the names of before.
REUSED_CODES = {
    "11341": "Phường Lạc Viên",
    "11365": "Phường Đổng Quốc Bình",
    "11383": "Phường Hồ Nam",
    "11395": "Phường Đông Hải",
    "11401": "Phường Nghĩa Xá",
    "11449": "Phường Phù Liễn",
    "11485": "Xã Liên Khê",
    "11500": "Xã Minh Tân",
    "11503": "Xã Phù Ninh",
    "11512": "Xã Kênh Giang",
    "11518": "Xã Cao Nhân",
    "11521": "Xã Mỹ Đồng",
    "11530": "Xã Trung Hà",
    "11539": "Xã Ngũ Lão",
    "11542": "Xã Phục Lễ",
    "11560": "Xã Thủy Sơn",
    "11569": "Xã Lâm Động",
    "11581": "Thị trấn An Dương",
    "11614": "Xã Đặng Cương",
    "11728": "Xã Đại Hà",
    "11791": "Xã Quang Phục",
    "11848": "Xã Hiệp Hòa",
    "11866": "Xã Tam Đa",
    "11875": "Xã Đồng Minh",
    # names that moved to another code
    "11347": "Phường Gia Viên",
    "11362": "Phường Lạch Tray",
    "11377": "Phường An Dương",
    "11380": "Phường Trần Nguyên Hãn",
    "11392": "Phường Hàng Kênh",
}


def place(code: str, name: str, kind: str, level: str, parent: str | None, *days: str) -> Place:
    """A place from days written dd/mm/yyyy: the first, then the last if there is one."""
    first, *last = (dt.date(*map(int, reversed(day.split("/")))) for day in days or ("01/01/1900",))
    return Place.of(code, first, last[0] if last else None, name=name, type=kind, level=level, parent=parent)


CORNER = (
    place("31", "Hải Phòng", "thành phố trực thuộc trung ương", "province", None),
    place("303", "Hồng Bàng", "quận", "district", "31"),
    place("304", "Ngô Quyền", "quận", "district", "31"),
    place("311", "Thủy Nguyên", "huyện", "district", "31", "01/01/1900", "31/12/2024"),
    place("311", "Thủy Nguyên", "thành phố", "district", "31", "01/01/2025", "30/06/2025"),
    place("312", "An Dương", "huyện", "district", "31", "01/01/1900", "31/12/2024"),
    place("11341", "Lạc Viên", "phường", "commune", "304", "01/01/1900", "31/12/2024"),
    place("11341", "Gia Viên", "phường", "commune", "304", "01/01/2025"),
    place("11533", "An Lư", "xã", "commune", "311"),
    place("11602", "An Hồng", "xã", "commune", "312", "01/01/1900", "31/12/2024"),
    place("11602", "An Hồng", "phường", "commune", "303", "01/01/2025"),
)
"""A corner of Hải Phòng before and after 1 January 2025."""


@pytest.fixture
def two_maps() -> PlaceIndex:
    return PlaceIndex(CORNER)


def titles(text: str, on: dt.date = DAY, **narrowed: Any) -> list[str]:
    return [found.title for found in shipped_index().find(text, on, **narrowed)]


# -- what is shipped


def test_the_shipped_map_has_the_counts_of_2023() -> None:
    """63 provinces; in Hải Phòng 7 quận, 8 huyện; 66 phường, 10 thị trấn, 141 xã."""
    counts = Counter((one.level, one.type) for one in shipped_places() if one.in_force(DAY))
    assert counts == {
        ("province", "tỉnh"): 58,
        ("province", "thành phố trực thuộc trung ương"): 5,
        ("district", "quận"): 7,
        ("district", "huyện"): 8,
        ("commune", "phường"): 66,
        ("commune", "thị trấn"): 10,
        ("commune", "xã"): 141,
    }


def test_the_districts_of_2023_have_their_codes_and_types() -> None:
    """The 15 district units of 2023 stand under Hải Phòng with the codes of the statistics office."""
    assert {one.code: one.title for one in shipped_index().children("31", DAY)} == DISTRICTS_2023


def test_codes_that_were_later_reused_carry_their_old_names() -> None:
    """In 2023 a code that was given to another commune in 2025 still means the commune of 2023."""
    index = shipped_index()
    found = {code: index.get(code, DAY) for code in REUSED_CODES}
    assert {code: one.title for code, one in found.items() if one} == REUSED_CODES


def test_communes_that_later_changed_district_stand_in_their_old_one() -> None:
    """Đại Bản, An Hưng and An Hồng belong to huyện An Dương in 2023."""
    index = shipped_index()
    communes = [index.by_id(place_id(code, LIST_BEGINS)) for code in ("11587", "11599", "11602")]
    assert {one.parent for one in communes} == {"312"}


def test_bach_long_vi_has_no_communes() -> None:
    """Huyện Bạch Long Vĩ is a district without communes; every other district has some."""
    index = shipped_index()
    without = [one.title for one in index.level(DAY, "district") if not index.children(one.code, DAY)]
    assert without == ["Huyện Bạch Long Vĩ"]


def test_every_shipped_place_is_well_formed() -> None:
    """Parents exist on the same map one level up, names are in one spelling, types belong to their level."""
    index = shipped_index()
    above = {"province": None, "district": "province", "commune": "district"}
    types = {(kind.word, kind.level) for kind in PLACE_TYPES}
    for one in shipped_places():
        for day in (one.valid_from, one.valid_to or TODAY):
            parent = index.parent(one, day)
            without = day >= REFORM and one.level == "commune"
            assert (parent.level if parent else None) == ("province" if without else above[one.level]), one.id
        assert one.name == normalize(one.name), one.id
        assert (one.type, one.level) in types, one.id


def test_every_shipped_file_says_its_source_and_its_reviewed_count() -> None:
    """SOURCES.toml has one entry per CSV file, with the rows it has and a licence that ships with it."""
    stated = tomllib.loads((DATA / "SOURCES.toml").read_text("utf-8"))
    folder = ROOT / "src" / "coopkit" / "place" / "data"
    found = {
        file.relative_to(folder).as_posix(): len(list(csv.DictReader(file.read_text("utf-8").splitlines())))
        for file in folder.rglob("*.csv")
    }
    assert {one["path"]: one["rows"] for one in stated["file"]} == found
    for one in stated["file"]:
        source = stated["source"][one["source"]]
        if one["source"] == "coopkit":
            assert source["licence"] == "Apache-2.0"
            continue
        assert source["licence"] == "MIT"
        assert "MIT License" in (DATA / source["licence_file"]).read_text("utf-8")


def test_the_data_are_read_only_when_asked_for() -> None:
    """Importing the room reads no file."""
    code = "import coopkit.place as p; print(p.shipped.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


# -- the tree by date


def test_a_code_means_another_place_on_another_day(two_maps: PlaceIndex) -> None:
    """11341 is Lạc Viên up to its last day and Gia Viên from the next."""
    before, after = two_maps.get("11341", dt.date(2024, 12, 31)), two_maps.get("11341", dt.date(2025, 1, 1))
    assert before
    assert after
    assert (before.title, after.title) == ("Phường Lạc Viên", "Phường Gia Viên")
    assert (before.id, after.id) == ("11341@1900-01-01", "11341@2025-01-01")


def test_a_parent_is_looked_up_on_the_day_asked(two_maps: PlaceIndex) -> None:
    """A commune that did not change itself stands below a huyện one day and below a city the next."""
    commune = two_maps.by_id("11533@1900-01-01")
    assert two_maps.path(commune, DAY) == "Xã An Lư, Huyện Thủy Nguyên, Thành phố Hải Phòng"
    assert two_maps.path(commune, dt.date(2025, 3, 1)) == "Xã An Lư, Thành phố Thủy Nguyên, Thành phố Hải Phòng"
    assert two_maps.parent(commune, dt.date(2026, 1, 1), "district") is None


def test_a_commune_may_change_district_and_keep_its_code(two_maps: PlaceIndex) -> None:
    """An Hồng goes from huyện An Dương to quận Hồng Bàng under the same code."""
    days = DAY, dt.date(2025, 2, 1)
    above = [two_maps.parent(found, day, "district") for day in days if (found := two_maps.get("11602", day))]
    assert [one.title for one in above if one] == ["Huyện An Dương", "Quận Hồng Bàng"]


def test_a_place_of_the_level_asked_is_its_own_answer() -> None:
    """A member known by district only groups under that district; a province has no district."""
    index = shipped_index()
    district, province = index.by_id("318@1900-01-01"), index.by_id("31@1900-01-01")
    assert index.parent(district, DAY, "district") == district
    assert index.parent(province, DAY, "district") is None
    assert index.parent(province, DAY) is None


def test_levels_come_from_the_map_of_the_day(two_maps: PlaceIndex) -> None:
    """Asking for a level that the map of the day lacks is refused, naming those it has."""
    only_top = PlaceIndex([place("31", "Hải Phòng", "tỉnh", "province", None)])
    assert two_maps.levels(DAY) == ("province", "district", "commune")
    with pytest.raises(NotFound, match=r"31/12/2023 không có cấp 'district', chỉ có: province"):
        only_top.level(DAY, "district")


def test_before_the_first_day_the_map_is_empty(two_maps: PlaceIndex) -> None:
    """Nothing is in force before the list begins."""
    day = dt.date(1899, 12, 31)
    assert (two_maps.at(day), two_maps.levels(day), two_maps.find("Hải Phòng", day)) == ((), (), [])


def test_an_unknown_id_is_refused(two_maps: PlaceIndex) -> None:
    """An id no place has raises, naming it."""
    with pytest.raises(NotFound, match="11341@2024-01-01"):
        two_maps.by_id("11341@2024-01-01")


def test_one_code_cannot_name_two_places_on_one_day() -> None:
    """Overlapping validity is refused when the index is built."""
    older, newer = place("1", "A", "xã", "commune", None), place("1", "B", "xã", "commune", None, "01/01/2025")
    with pytest.raises(CoopkitError, match="1@1900-01-01 và 1@2025-01-01"):
        PlaceIndex([older, newer])


def test_a_place_inside_itself_is_refused() -> None:
    """A parent that leads back to the place is an error, not an endless walk."""
    index = PlaceIndex([place("1", "A", "xã", "commune", "2"), place("2", "B", "huyện", "district", "1")])
    with pytest.raises(CoopkitError, match="is inside itself"):
        index.at(DAY)


def test_a_place_checks_its_id_and_its_days() -> None:
    """The id is made of code and first day; the last day is not before the first."""
    with pytest.raises(ValueError, match="1@1900-01-01"):
        Place("x", "1", LIST_BEGINS, None, "A", "xã", "commune", None)
    with pytest.raises(ValueError, match="valid_to is before valid_from"):
        place("1", "A", "xã", "commune", None, "02/01/2025", "01/01/2025")


@given(st.dates(), st.permutations(range(len(CORNER))))
def test_the_order_of_places_does_not_matter(day: dt.date, order: list[int]) -> None:
    """Any order of the same places gives the same map on every day, and it holds just the places in force."""
    index = PlaceIndex([CORNER[at] for at in order])
    assert index.at(day) == PlaceIndex(CORNER).at(day)
    assert set(index.at(day)) == {one for one in CORNER if one.in_force(day)}


# -- files and the script that makes them


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,name\n", "x.csv: dòng đầu"),
        ("", "x.csv: dòng đầu"),
        ("code,valid_from,valid_to,name,type,level,parent\n31,1/1/1900,,A,xã,commune,\n", "x.csv, dòng 2"),
        ("code,valid_from,valid_to,name,type,level,parent\n31,1900-01-01\n", "x.csv, dòng 2"),
    ],
)
def test_a_broken_file_of_places_says_where(text: str, told: str) -> None:
    """File and line are named."""
    with pytest.raises(CoopkitError, match=told):
        list(read_places(text, file="x.csv"))
