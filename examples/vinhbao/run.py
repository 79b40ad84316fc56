"""Vĩnh Bảo's OCOP products: the plugin switched on, the office's own list read, the figures, and the form to be signed.

The list is made up (make.py beside this file). The form is written into bieu-ocop-vinh-bao.xlsx beside you.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from coopkit import Actor, Desk, Period, Plugins, Workspace, load_demo

LIST = Path(__file__).parent / "danh-sach-ocop.xlsx"
NOW = dt.datetime(2024, 1, 5, 8, 0, tzinfo=dt.UTC)
FORM = "vinhbao.bieu_ocop"


def figures(desk: Desk, year: str) -> None:
    """The district's own figures of a year, and one of them by the places of that year's map."""
    period = Period.parse(year)
    report = desk.report(period, date=period.end)
    own = [figure for figure in report.figures if figure.plugin == "vinhbao"]
    print(f"{period.label.vi}: " + "; ".join(f"{one.label.vi}: {one.text()}" for one in own))
    communes = desk.evaluate(period, by="place:commune").places("vinhbao.ocop_products")
    print(f"  chia theo {sum(cell.rows > 0 for cell in communes)} xã của bản đồ ngày {period.end:%d/%m/%Y}")


def main() -> None:
    """The year 2023, from the list to the form; then only from four stars; then on the map of 2025."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(f"sqlite:///{folder}/so.db", clock=lambda: NOW) as workspace,
    ):
        desk = workspace.as_(Actor.office("vinh-bao"))
        load_demo(desk)
        Plugins(desk).on("vinhbao")
        seen = desk.import_files({LIST.name: LIST.read_bytes()}, importer="vinhbao.danh_sach_ocop")
        print(f"{LIST.name}: {len(seen.rows)} bản ghi, {len(seen.problems)} chỗ cần xem lại")
        figures(desk, "2023")
        report = desk.report(Period.parse("2023"), date=dt.date(2023, 12, 31))
        Path("bieu-ocop-vinh-bao.xlsx").write_bytes(desk.export(report, FORM))

        Plugins(desk).set("vinhbao", "min_stars", 4, reason="Chỉ báo cáo sản phẩm từ 4 sao")
        figures(desk, "2023")
        Plugins(desk).set("vinhbao", "min_stars", 3)
        figures(desk, "2025")


if __name__ == "__main__":
    main()
