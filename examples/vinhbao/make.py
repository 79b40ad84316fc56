"""Makes the list of OCOP products that Vĩnh Bảo's office might send, about the made-up cooperatives of Hải Phòng 2023.

All drawn from the names themselves, so that it comes out the same on every machine; no unit, product or decision in it
is real. Run it from the repository: `python examples/vinhbao/make.py [FILE]`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from coopkit import Actor, Cooperative, Registry, Snapshot, Workspace, load_demo

FILE = Path(__file__).parent / "danh-sach-ocop.xlsx"
MADE = dt.date(2023, 12, 20)
HEADINGS = ("TT", "Tên chủ thể", "Tên sản phẩm", "Số sao", "Quyết định", "Ngày công nhận")
WIDTHS = (6, 50, 32, 9, 24, 18)
DECISIONS = (
    ("MẪU-01/QĐ-UBND", dt.date(2020, 11, 16)),  # 36 months later, before the year's end, it holds no more
    ("MẪU-02/QĐ-UBND", dt.date(2021, 12, 10)),
    ("MẪU-03/QĐ-UBND", dt.date(2022, 12, 8)),
    ("MẪU-04/QĐ-UBND", dt.date(2023, 11, 28)),
)
PRODUCTS = {
    "Dịch vụ nông nghiệp": ("Gạo nếp hoa vàng", "Gạo tám thơm", "Bột sắn dây", "Nấm rơm sấy"),
    "Nông nghiệp": ("Dưa lưới", "Ổi lê", "Khoai tây"),
    "Sản xuất rau an toàn": ("Cà chua bi", "Dưa chuột", "Bí xanh", "Cải kale"),
    "Chăn nuôi": ("Trứng gà ta", "Giò lụa", "Mật ong"),
    "Nuôi trồng thủy sản": ("Chả cá rô phi", "Ruốc cá", "Cá kho niêu"),
    "Chế biến nông sản": ("Bánh đa vừng", "Tương nếp"),
    "Thủ công mỹ nghệ": ("Tượng gỗ con giống", "Chiếu cói"),
}

Line: TypeAlias = tuple[str, str, int, str, dt.date]
"""Cooperative, product, stars, decision, day of the decision."""


def dice(*of: object) -> int:
    """A number from 0 to 99 that depends on these alone."""
    return hashlib.sha256("|".join(map(str, of)).encode()).digest()[0] * 100 // 256


def cooperatives() -> list[Cooperative]:
    """The example's cooperatives that lie in the huyện, in the order of the register."""
    with tempfile.TemporaryDirectory() as folder:
        with Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load()) as workspace:
            desk = workspace.as_(Actor.office("vinh-bao"))
            load_demo(desk)
            snapshot = desk.snapshot()
        return [one for one in snapshot.records(Cooperative) if one.place and district_of(snapshot, one.place) == "316"]


def district_of(snapshot: Snapshot, place: str) -> str:
    """The code of the district that a place lay in when the list was made."""
    found = snapshot.atlas.locate(place, MADE, "district").place
    return found.code if found else ""


def lines(units: Sequence[Cooperative]) -> Iterator[Line]:
    """One to three products of more than half of those that make any, most of them of three stars."""
    for unit in units:
        name, founded = unit.name, unit.founded or dt.date.min
        made = next((goods for kind, goods in PRODUCTS.items() if name.startswith(f"Hợp tác xã {kind} ")), ())
        if not made or dice(name) >= 65:
            continue
        decisions = [one for one in DECISIONS if one[1] > founded]
        for n in range(1 + dice(name, "number") // 40):
            product = made[(dice(name, "first") + n) % len(made)]
            stars = 3 + (dice(name, product) >= 60) + (dice(name, product) >= 94)
            yield name, product, stars, *decisions[dice(name, product, "when") * len(decisions) // 100]


def write_list(told: Sequence[Line]) -> bytes:
    """The list as the office lays it out: a cooperative's name merged over its products, a total, who signs."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime.combine(MADE, dt.time(), dt.UTC)})
        sheet = book.add_worksheet("Danh sách OCOP")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        plain = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", "text_wrap": True, "border": 1}
        cell, day = book.add_format(plain), book.add_format(plain | {"num_format": "dd/mm/yyyy", "align": "center"})
        bold = book.add_format(plain | {"bold": True, "align": "center", "border": 0})
        head = book.add_format(plain | {"bold": True, "align": "center"})
        sheet.merge_range(0, 0, 0, 5, "ỦY BAN NHÂN DÂN HUYỆN VĨNH BẢO", bold)
        sheet.merge_range(1, 0, 1, 5, "DANH SÁCH SẢN PHẨM OCOP CỦA CÁC HỢP TÁC XÃ", bold)
        sheet.merge_range(2, 0, 2, 5, "(Dữ liệu mẫu, sinh tự động; mọi tên đều là hư cấu)", bold)
        for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(4, column, heading, head)
        row = write_lines(sheet, told, cell, day)
        sheet.merge_range(row, 0, row, 1, "Tổng cộng", head)
        sheet.write_string(row, 2, f"{len(told)} sản phẩm", head)
        sheet.write_string(row + 2, 1, "Người lập biểu", bold)
    return out.getvalue()


def write_lines(sheet: Any, told: Sequence[Line], cell: Any, day: Any) -> int:
    """The products from the sixth row on, those of one cooperative together; gives the row below them."""
    row = 5
    for name, own in groupby(told, key=lambda line: line[0]):
        first = row
        for _, product, stars, decision, recognised in own:
            sheet.write_number(row, 0, row - 4, cell)
            sheet.write_string(row, 1, name, cell)
            sheet.write_string(row, 2, product, cell)
            sheet.write_string(row, 3, f"{stars} sao", cell)
            sheet.write_string(row, 4, decision, cell)
            sheet.write_datetime(row, 5, dt.datetime.combine(recognised, dt.time()), day)
            row += 1
        if row - first > 1:
            sheet.merge_range(first, 1, row - 1, 1, name, cell)
    return row


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else FILE).write_bytes(write_list([*lines(cooperatives())]))
