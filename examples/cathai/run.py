"""Cát Hải's seasons: the plugin switched on, the district's workbook in, figures by season and by place, before and
after the huyện became a đặc khu, and by another first month of the southern season. All data is invented.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from coopkit import Actor, Desk, Period, Plugins, Workspace, format_date

WORKBOOK = Path(__file__).parent / "cat-hai.xlsx"
MAPS = (dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2025, 7, 1))


def told(desk: Desk, year: str) -> None:
    """The plugin's figures of a year."""
    report = desk.report(Period.parse(year))
    print(f"{report.period}:")
    for figure in report.figures:
        if figure.plugin == "cathai":
            print(f"  {figure.label.vi}: {figure.text()}")


def by_place(desk: Desk, day: dt.date) -> None:
    """The southern catch of 2024 by commune, on the map of a day."""
    evaluation = desk.evaluate(Period.parse("2024"), by="place:commune", on_map=day)
    names = desk.groups("place:commune", day)
    print(f"Sản lượng vụ cá Nam 2024, bản đồ ngày {format_date(day)}:")
    for cell in evaluation.places("cathai.south_catch"):
        if cell.rows:
            print(f"  {names[cell.place].vi if cell.place else 'chưa rõ xã'}: {cell.value}")
    print(f"  Cộng: {evaluation.cell('cathai.south_catch').value}")


def main() -> None:
    """Two years, three maps, and the setting."""
    with tempfile.TemporaryDirectory() as folder, Workspace.open(f"sqlite:///{folder}/so.db") as workspace:
        Plugins(workspace.as_(Actor.office("quan-tri"))).on("cathai")
        desk = workspace.as_(Actor.office("van-phong"))
        seen = desk.import_files({WORKBOOK.name: WORKBOOK.read_bytes()})
        print(f"Nhập {len(seen.rows)} bản ghi, {len(seen.problems)} vấn đề")
        for year in ("2023", "2024", "2025"):
            told(desk, year)
        for day in MAPS:
            by_place(desk, day)
        Plugins(desk).set("cathai", "south_first_month", 3, reason="Tàu ra khơi từ cuối tháng 3")
        print("Vụ cá Nam kể từ tháng 3:")
        told(workspace.as_(desk.actor), "2024")


if __name__ == "__main__":
    main()
