"""Makes three workbooks as they really arrive: merged titles, two-line headers, "nt", totals, text for numbers.

Between good rows they hold planted faults, one of each kind; a test lists them all with their cells. The units are as
made up as those of `haiphong_2023`. Run it from the repository: `python -m examples.messy.make [FOLDER]`.
"""

from __future__ import annotations

import datetime as dt
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from attrs import define
from stdnum.vn import mst

FOLDER = Path(__file__).parent
NOTE = "Dữ liệu mẫu, sinh tự động; tên đơn vị và người là hư cấu"


def tax_code(serial: int) -> str:
    """A valid tax code of the made-up range 0299."""
    return f"0299{serial}{mst.calc_check_digit(f'0299{serial}')}"


def nfd(text: str) -> str:
    """The text with its marks as letters of their own, as some keyboards and old systems write it."""
    return unicodedata.normalize("NFD", text)


@define
class Pen:
    """Writes down one sheet, row by row."""

    book: Any
    sheet: Any
    row: int = 0

    def title(self, *lines: str, width: int = 9) -> None:
        """Lines merged over the whole width, and an empty one below."""
        bold = self.book.add_format({"bold": True, "align": "center"})
        for line in lines:
            self.sheet.merge_range(self.row, 0, self.row, width - 1, line, bold)
            self.row += 1
        self.row += 1

    def line(self, *cells: Any) -> None:
        """One row: texts as texts, dates as Excel dates, None as an empty cell."""
        for column, cell in enumerate(cells):
            if isinstance(cell, dt.date):
                self.sheet.write_datetime(self.row, column, dt.datetime.combine(cell, dt.time()), self._date)
            elif isinstance(cell, str):
                self.sheet.write_string(self.row, column, cell)
            elif cell is not None:
                self.sheet.write_number(self.row, column, cell)
        self.row += 1

    @property
    def _date(self) -> Any:
        return self.book.add_format({"num_format": "dd/mm/yyyy"})

    def two_lines(self, columns: Iterable[tuple[str, Sequence[str]]]) -> None:
        """A header of two lines: a text over both, or over several columns each with a text of its own below."""
        bold, at = self.book.add_format({"bold": True, "text_wrap": True, "border": 1}), 0
        for over, below in columns:
            if not below:
                self.sheet.merge_range(self.row, at, self.row + 1, at, over, bold)
                at += 1
                continue
            self.sheet.merge_range(self.row, at, self.row, at + len(below) - 1, over, bold)
            for text in below:
                self.sheet.write_string(self.row + 1, at, text, bold)
                at += 1
        self.row += 2


def _info(book: Any, sender: str) -> None:
    pen = Pen(book, book.add_worksheet("THÔNG TIN CHUNG"))
    pen.line("Đơn vị báo cáo", sender)
    pen.line("Số liệu đến ngày", "31/12/2023")
    pen.line("Ghi chú", NOTE)


# ── Huyện Vĩnh Bảo: two-line header, "nt", a total, a signature ─────────────────────────────────────────────────────

SAO_BANG, MAY_TRE, NANG_MAI, GIO_TRE = (tax_code(serial) for serial in (80_001, 80_005, 80_007, 80_011))
SONG_QUE, BONG_QUE, HAT_MAI = (tax_code(serial) for serial in (80_013, 80_017, 80_019))
FARM = "Nông, lâm, ngư, diêm nghiệp"
CRAFT = "Công nghiệp - xây dựng"


def _wrong(code: str) -> str:
    """The code with another last digit."""
    return f"{code[:-1]}{(int(code[-1]) + 1) % 10}"


VINH_BAO_HEADER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("TT", ()),
    (nfd("Tên hợp tác xã"), ()),
    ("Loại hình", ()),
    ("MST", ()),
    ("Địa bàn", ("Huyện", "Xã")),
    ("Lĩnh  vực", ()),
    ("Ngày thành lập", ()),
    ("Vốn điều lệ (triệu đồng)", ()),
    ("Ngày kết nạp", ()),
)
# fmt: off
VINH_BAO_UNITS: tuple[tuple[Any, ...], ...] = (
    (nfd("HTX DVNN Sao Bằng"), "HTX", SAO_BANG, nfd("Vĩnh Bảo"), "Hoà Bình", FARM, "12/03/2015", "1.234,5", "5/6/2016"),
    ("HTX Chăn nuôi Mây Tre", "nt", MAY_TRE, "nt", "Hòa Bình", "nt", dt.date(2014, 5, 9), "2,5 tỷ", "1.8.2015"),
    ("Hợp tác xã Cơ khí Nắng Mai", "HTX", NANG_MAI, "nt", "TT Vĩnh Bảo", CRAFT, "01-07-2010", 800),
    # Faults: a wrong check digit, a day there is not, a kind there is not, a district there is not.
    ("HTX DVNN Trăng Mai", "HTX", _wrong(SAO_BANG), "nt", "Lý Học", FARM, "9/9/2009", 300),
    ("HTX DVNN Gió Tre", "HTX", GIO_TRE, "Huyện Vĩnh Bảo", "Cổ Am", FARM, "31/02/2023", 450),
    ("Trang trại Sóng Quế", "Trang trại", SONG_QUE, "nt", "Cổ Am", FARM, "2/2/2012", 450),
    ("HTX DVNN Bông Quế", "HTX", BONG_QUE, "Huyện Vĩnh Hải", None, FARM, "2/2/2012", 450),
    # The first unit again, without its code and spelled otherwise.
    ("Hợp tác xã Dịch vụ nông nghiệp Sao Băng", "HTX", None, "Vĩnh Bảo", "Hòa Bình", FARM, "12/03/2015"),
    # Good again: a code that lost its zero, marks left out; a group without a code.
    ("HTX DVNN Hạt Mai", "htx", int(HAT_MAI), "vinh bao", "Liên Am", FARM, dt.date(2016, 6, 30)),
    ("Tổ hợp tác Lá Quế", "THT", "–", "H. Vĩnh Bảo", "xã Cao Minh", FARM, "15/10/2020"),
)
# fmt: on


def _vinh_bao(book: Any) -> None:
    _info(book, "Huyện Vĩnh Bảo")
    _vinh_bao_units(book)
    _vinh_bao_figures(book)
    _vinh_bao_turns(book)


def _vinh_bao_units(book: Any) -> None:
    pen = Pen(book, book.add_worksheet("DANH SÁCH HTX"))
    pen.title("UBND HUYỆN VĨNH BẢO (MẪU)", "DANH SÁCH HỢP TÁC XÃ ĐẾN 31/12/2023", width=10)
    pen.two_lines(VINH_BAO_HEADER)
    pen.line(*(f"({number})" for number in range(1, 11)))
    for number, row in enumerate(VINH_BAO_UNITS, 1):
        pen.line(number, *row)
    pen.line("Tổng cộng", None, None, None, None, None, None, None, 7_234.5)
    pen.row += 1
    pen.line(None, None, None, None, None, None, None, "Vĩnh Bảo, ngày 15 tháng 12 năm 2023")
    pen.line(None, "NGƯỜI LẬP BIỂU", None, None, None, None, None, "TM. ỦY BAN NHÂN DÂN (MẪU)")


def _vinh_bao_figures(book: Any) -> None:
    pen = Pen(book, book.add_worksheet("Số liệu năm 2023"))
    pen.title("SỐ LIỆU HOẠT ĐỘNG NĂM 2023", width=8)
    pen.line("STT", "Doanh thu (triệu đồng)", "Lợi nhuận trước thuế (triệu đồng)", "Thành viên chính thức")
    pen.row -= 1
    for column, header in enumerate(("Lao động thường xuyên", "Mã số", "Tên HTX", "Kỳ số liệu"), 4):
        pen.sheet.write_string(pen.row, column, header)
    pen.row += 1
    pen.line(1, "1.234,5", 56, 120, 12, SAO_BANG, "HTX DVNN Sao Bằng", "2023-HTX")
    pen.line(2, "2,5 tỷ", "(30)", "1.050", "nt", MAY_TRE, "HTX Chăn nuôi Mây Tre", "nt")
    # Faults: fewer than nobody; a number nobody counted; a unit whose own row was left out.
    pen.line(3, 900, 12, -3, 9, NANG_MAI, "HTX Cơ khí Nắng Mai", "nt")
    pen.line(4, 900, 12, 15, "hơn 30", None, "HTX Cơ khí Nắng Mai", "2022-HTX")
    pen.line(5, 700, 20, 40, 6, GIO_TRE, "HTX DVNN Gió Tre", "2023-HTX")
    pen.line(6, 640, "—", 33, 5, None, nfd("HTX DVNN Hạt Mai"), "2023-HTX")
    pen.line("Cộng", 5_974.5, None, 1_255)


def _vinh_bao_turns(book: Any) -> None:
    pen = Pen(book, book.add_worksheet("Tham gia"))
    pen.line("Số người", "Tên HTX", "Mã sự kiện", "Kết quả")
    pen.line(2, "HTX DVNN Sao Bằng", "MESSY-HC-01", "Bán hết hàng")
    pen.line("03 người", "HTX Chăn nuôi Mây Tre", "nt", None)
    # Faults: an event nobody knows, a unit nobody knows.
    pen.line(1, "HTX Chăn nuôi Mây Tre", "MESSY-HC-99", None)
    pen.line(1, "HTX Vận tải Cánh Sương", "MESSY-HC-01", None)
    pen.line(4, "HTX CƠ KHÍ NẮNG MAI", "messy-hc-01", None)


# ── Quận Lê Chân: other titles and another order, one line of header, everything typed as text ──────────────────────


SUOI_TRE, DOI_MAI, KHOI_TRE = (tax_code(serial) for serial in (80_029, 80_031, 80_037))


def _le_chan(book: Any) -> None:
    _info(book, "Quận Lê Chân")
    pen = Pen(book, book.add_worksheet("2. DS HTX 2023"))
    pen.title("Biểu số 2", width=6)
    pen.line("Phường", "Quận", "MÃ SỐ THUẾ", "Tên đơn vị", "Loại hình", "Tình trạng hoạt động", "Ghi chú của cán bộ")
    running, stopped = "Đang hoạt động", "Ngừng hoạt động"
    spaced = f"{DOI_MAI[:3]} {DOI_MAI[3:6]} {DOI_MAI[6:]}"
    pen.line("Phường Đông Hải", "Q. Lê Chân", SUOI_TRE, "HTX Vận tải Suối Tre", "Hợp tác xã", running, "đã gọi")
    pen.line("P. Dư Hàng Kênh", "Lê Chân", spaced, "HTX TMDV Đồi Mai", "HTX", stopped)
    # Faults: too few digits; a ward of another district; on the next sheet, a ditto of nothing.
    pen.line("Kênh Dương", "nt", "02998", "HTX Dịch vụ điện Lá Mai", "HTX", "nt")
    pen.line("Quán Toan", "Lê Chân", KHOI_TRE, "Hợp tác xã Xây dựng Khói Tre", "HTX", running)
    pen = Pen(book, book.add_worksheet("Lượt tham gia"))
    pen.line("Mã hoạt động", "MST", "Tên đơn vị", "Số người")
    pen.line("nt", SUOI_TRE, "HTX Vận tải Suối Tre", "1")
    pen.line("MESSY-HC-01", SUOI_TRE, "HTX Vận tải Suối Tre", "1")
    pen.line('"', DOI_MAI, "HTX TMDV Đồi Mai", "2")
    book.add_worksheet("Nháp").write_string(0, 0, "Số điện thoại, ghi tạm")


# ── The office: events, classes and loans ───────────────────────────────────────────────────────────────────────────


def _office(book: Any) -> None:
    _info(book, "Văn phòng Liên minh")
    pen = Pen(book, book.add_worksheet("HOẠT ĐỘNG"))
    pen.title("CÁC HOẠT ĐỘNG TRONG NĂM", width=6)
    pen.line("Nội dung", "Mã hoạt động", "Loại hoạt động", "Ngày bắt đầu", "Ngày kết thúc", "Địa bàn tham gia")
    fair = "Hội chợ, chương trình xúc tiến thương mại"
    pen.line("Hội chợ nông sản mẫu", "MESSY-HC-01", fair, "5/9/2023", dt.date(2023, 9, 8), "Tỉnh Ninh Bình")
    meeting = "Hội nghị sinh hoạt thành viên"
    pen.line("Sinh hoạt thành viên", "MESSY-SH-01", meeting, dt.date(2023, 6, 1), None, "Quận Lê Chân; H. Vĩnh Bảo")
    # Fault: the same code again, for something else.
    pen.line("Hội chợ làng nghề mẫu", "MESSY-HC-01", fair, "10/10/2023", None, "Tỉnh Ninh Bình")
    pen.line("Tổng số: 3")
    pen = Pen(book, book.add_worksheet("đào tạo"))
    pen.line("Mã hoạt động", "Tên hoạt động", "Ngày tổ chức", "Học viên", "Phối hợp với")
    pen.line("MESSY-DT-01", "Lớp trồng rau an toàn", "13/03/2023", "hơn 30", "Trung tâm dạy nghề mẫu số 1")
    pen.line("MESSY-DT-02", nfd("Lớp kế toán hợp tác xã"), dt.date(2023, 4, 17), 25, "nt")
    # Fault: a number of people that says nothing.
    pen.line("MESSY-DT-03", "Lớp chuyển đổi số", "18/9/2023", "đông", None)
    pen = Pen(book, book.add_worksheet("Vay vốn"))
    pen.line("Số hồ sơ", "Nội dung", "Ngày nhận hồ sơ", "Tên HTX", "Mức vay (triệu đồng)", "Ngày hoàn thiện thủ tục")
    pen.line("MESSY-VV-01", "Vay vốn mua máy", "2/5/2023", "HTX Vận tải Suối Tre", "500-700", dt.date(2023, 6, 5))
    pen.line("MESSY-VV-02", "nt", "20/12/2023", "HTX DVNN Sao Bằng", "từ 300 đến 400 triệu", "08/01/2024")
    # Fault: the higher amount first.
    pen.line("MESSY-VV-03", "nt", "3/3/2023", "HTX Chăn nuôi Mây Tre", "700-500", None)


PAPERS = {"huyen-vinh-bao": _vinh_bao, "quan-le-chan": _le_chan, "van-phong": _office}


def write(folder: Path) -> None:
    """Write the workbooks into a folder; the same bytes every time."""
    for name, fill in PAPERS.items():
        with xlsxwriter.Workbook(folder / f"{name}.xlsx", {"strings_to_formulas": False}) as book:
            book.set_properties({"comments": NOTE, "created": dt.datetime(2024, 1, 31, tzinfo=dt.UTC)})
            fill(book)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
