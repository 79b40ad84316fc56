"""The texts of real files find their places, or say which ones they could mean."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.test_place import CORNER, DAY, place, titles

from coopkit.place import (
    PlaceIndex,
    shipped_index,
)
from coopkit.text import fold

# -- the texts of real files


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("H. Vĩnh Bảo", ["Huyện Vĩnh Bảo"]),
        ("huyện vĩnh bảo", ["Huyện Vĩnh Bảo"]),
        ("HUYỆN VĨNH BẢO", ["Huyện Vĩnh Bảo"]),
        ("huyen Vinh Bao", ["Huyện Vĩnh Bảo"]),
        ("Vĩnh Bảo", ["Huyện Vĩnh Bảo", "Thị trấn Vĩnh Bảo"]),
        ("TT Vĩnh Bảo", ["Thị trấn Vĩnh Bảo"]),
        ("Q.Lê Chân", ["Quận Lê Chân"]),
        ("q le chan", ["Quận Lê Chân"]),
        ("TP Thủy Nguyên", ["Huyện Thủy Nguyên"]),
        ("thuỷ nguyên", ["Huyện Thủy Nguyên"]),
        ("Thuy\u0309 Nguye\u0302n", ["Huyện Thủy Nguyên"]),
        ("Đ. Hải 1", ["Phường Đông Hải 1"]),
        ("P. Đ.Hải 1", ["Phường Đông Hải 1"]),
        ("P. Đông Hải 1", ["Phường Đông Hải 1"]),
        ("P.Đông Hải II", ["Phường Đông Hải 2"]),
        ("phường Đông Hải 02", ["Phường Đông Hải 2"]),
        ("phường Đông Hải2", ["Phường Đông Hải 2"]),
        ("Đ. Hải", ["Phường Đông Hải", "Phường Đằng Hải"]),
        ("TT. Cát Bà", ["Thị trấn Cát Bà"]),
        ("huyện đảo Bạch Long Vĩ", ["Huyện Bạch Long Vĩ"]),
        ("BACH LONG VI", ["Huyện Bạch Long Vĩ"]),
        ("\u00d0ồ Sơn", ["Quận Đồ Sơn"]),
        ("Quán Toan", ["Phường Quán Toan"]),
        ("quan toan", ["Phường Quán Toan"]),
        ("Bắc Sơn", ["Phường Bắc Sơn", "Xã Bắc Sơn"]),
        ("xã Bắc Sơn", ["Xã Bắc Sơn"]),
        ("TP. Hải Phòng", ["Thành phố Hải Phòng"]),
        ("T.P Hải Phòng", ["Thành phố Hải Phòng"]),
        ("Bà Rịa - Vũng Tàu", ["Tỉnh Bà Rịa - Vũng Tàu"]),
        ("Xã Không Có Thật", []),
        ("Quận Bình Thạnh", []),
        ("Q.", []),
        ("P. 1", []),
        (" - , ", []),
        ("", []),
    ],
)
def test_texts_of_real_files_find_their_places(text: str, found: list[str]) -> None:
    """Abbreviated types, initials, other spellings and lost marks find the place; an unknown name finds none."""
    assert titles(text) == found


def test_the_level_asked_decides_between_namesakes() -> None:
    """In a column of districts Vĩnh Bảo is the huyện, in a column of communes the thị trấn."""
    assert titles("Vĩnh Bảo", level="district") == ["Huyện Vĩnh Bảo"]
    assert titles("Vĩnh Bảo", level="commune") == ["Thị trấn Vĩnh Bảo"]


def test_the_district_decides_between_communes_of_one_name() -> None:
    """Hòa Bình and Quốc Tuấn exist twice: a district, given apart or behind a comma, tells which."""
    assert titles("Hoà Bình", level="commune") == ["Xã Hòa Bình", "Xã Hòa Bình"]
    index = shipped_index()
    assert [one.code for one in index.find("Xã Hòa Bình", DAY, within="316")] == ["11890"]
    assert [one.code for one in index.find("xã Hoà Bình, H. Thuỷ Nguyên, HP", DAY)] == []
    assert [one.code for one in index.find("xã Hoà Bình, H. Thuỷ Nguyên, TP Hải Phòng, Việt Nam", DAY)] == ["11527"]
    assert [one.code for one in index.find("Quốc Tuấn - An Dương", DAY)] == ["11620"]
    assert index.find("Quốc Tuấn, Vĩnh Bảo", DAY) == []


def test_a_name_with_its_marks_goes_before_names_without() -> None:
    """'Đông Hải' is not 'Đồng Hải'; without marks all that read alike are candidates."""
    index = PlaceIndex(
        [place(str(n), name, "xã", "commune", None) for n, name in enumerate(("Tân An", "Tấn An", "Tân Ân", "Hòa"))]
    )
    assert [one.name for one in index.find("tấn an", DAY)] == ["Tấn An"]
    assert [one.name for one in index.find("tan an", DAY)] == ["Tân An", "Tấn An", "Tân Ân"]
    exact_twice = PlaceIndex([*index.places, place("9", "Tân Ân", "phường", "commune", None)])
    assert [one.name for one in exact_twice.find("Tân Ân", DAY)] == ["Tân Ân", "Tân Ân", "Tân An", "Tấn An"]


def test_the_day_of_the_paper_decides_between_maps() -> None:
    """The same text is a huyện on a paper of 2024 and a city on one of 2025."""
    two_maps = PlaceIndex(CORNER)
    [before] = two_maps.find("Thuỷ Nguyên", dt.date(2024, 12, 31))
    [after] = two_maps.find("Thuỷ Nguyên", dt.date(2025, 1, 1))
    assert (before.type, after.type) == ("huyện", "thành phố")
    assert two_maps.find("Lạc Viên", dt.date(2025, 1, 1)) == []


def test_a_match_says_how_well_it_agrees() -> None:
    """A caller can tell a full agreement from another type, lost marks or initials."""
    index = shipped_index()

    def how(text: str) -> tuple[bool, bool, bool]:
        [match] = index.matches(text, DAY)
        return match.exact, match.type_agrees, match.shortened

    assert how("Huyện Thủy Nguyên") == (True, True, False)
    assert how("TP Thuỷ Nguyên") == (True, False, False)
    assert how("huyen thuy nguyen") == (False, True, False)
    assert how("Đ. Hải 1") == (True, True, True)
    assert how("D. Hai 1") == (False, True, True)


def test_every_place_is_found_by_its_own_path_with_and_without_marks() -> None:
    """A full address finds just its place; typed without marks it is still among the candidates."""
    index = shipped_index()
    for one in index.at(DAY):
        path = index.path(one, DAY)
        assert index.find(path, DAY, level=one.level) == [one], path
        assert index.find(path.upper(), DAY) == [one], path
        assert one in index.find(", ".join(fold(part) for part in path.split(",")), DAY), path


@given(st.text(max_size=30))
def test_no_text_breaks_the_search(text: str) -> None:
    """Whatever a cell holds, finding and suggesting answer with places of that day."""
    index = shipped_index()
    assert set(index.find(text, DAY)) <= set(index.at(DAY))
    assert len(index.suggest(text, DAY)) <= 3


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("Huyện Vĩnh Bào Bào", "Huyện Vĩnh Bảo"), ("Q. Ngô Quền", "Quận Ngô Quyền"), ("Kiến Thuyj", "Huyện Kiến Thụy")],
)
def test_a_mistyped_name_suggests_the_one_meant(text: str, nearest: str) -> None:
    """An unknown name comes with up to three near ones, the nearest first."""
    index = shipped_index()
    assert index.find(text, DAY) == []
    suggested = index.suggest(text, DAY, level="district")
    assert suggested[0].title == nearest
    assert len(suggested) <= 3


def test_suggestions_keep_to_the_level_and_the_district_asked() -> None:
    """Nothing outside the column's level or the row's district is suggested; nonsense suggests nothing."""
    index = shipped_index()
    near = index.suggest("Xã Quốc Tuấm", DAY, within="313")
    assert [one.code for one in near][:1] == ["11650"]
    assert all(one.parent == "313" for one in near)
    assert index.suggest("zzzzzz", DAY) == []
