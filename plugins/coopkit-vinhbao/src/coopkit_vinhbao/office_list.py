"""The list of OCOP products as the district's office keeps it, read into coopkit's sheet of the same products.

    title lines
    TT | Tên chủ thể | Tên sản phẩm | Số sao | Quyết định | Ngày công nhận

Every cell stays at its own place, so that problems name the file's own rows and columns; what the list does not tell
(a code, the name of the event, how long it holds) follows in columns to the right.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final, TypeAlias

from attrs import frozen

from coopkit import CoopkitError, Importer, Label, WorkbookError, fold, parse_date
from coopkit_vinhbao.recognition import RECOGNITION, valid_until

_HEADINGS: Final = {
    "Tên đơn vị": ("ten chu the", "chu the", "ten chu the san xuat", "ten htx", "ten hop tac xa"),
    "Tên sản phẩm": ("ten san pham", "san pham", "san pham ocop"),
    "Số sao": ("so sao", "hang sao", "hang", "xep hang"),
    "Quyết định công nhận": ("quyet dinh", "so quyet dinh", "quyet dinh cong nhan"),
    "Từ ngày": ("ngay cong nhan", "ngay quyet dinh"),
    "Công nhận có giá trị đến": ("co gia tri den", "gia tri den", "hieu luc den"),
    "Nhóm sản phẩm OCOP": ("nhom", "nhom san pham"),
}
"""What coopkit calls a column, and what the list may call it; the last two it need not have."""

_OFFICE: Final = ("Tên chủ thể", "Tên sản phẩm", "Số sao", "Quyết định", "Ngày công nhận")
_NEEDED: Final = ("Tên đơn vị", "Tên sản phẩm", "Số sao", "Quyết định công nhận", "Từ ngày")
_ADDED: Final = ("Mã hoạt động", "Tên hoạt động")
_SEARCHED: Final = 15
_SAME: Final = frozenset(("nt", "nhu tren"))

Rows: TypeAlias = list[list[Any]]


def read_list(data: bytes) -> dict[str, Rows]:
    """The sheet "Sản phẩm OCOP" as coopkit reads it, each row at its number in the file.

    Raises `WorkbookError` for a file that is no workbook, has no such list, or has two.
    """
    lists = [(rows, at) for rows in _sheets(data) if (at := _header_row(rows)) is not None]
    if len(lists) != 1:
        raise WorkbookError(
            f"phải có đúng một trang tính với dòng đề mục {', '.join(_OFFICE)}; tệp này có {len(lists)} "
            f"(one sheet must have that header, here are {len(lists)})"
        )
    rows, at = lists[0]
    return {RECOGNITION.title.vi: _List.of(rows, at).told(rows)}


OFFICE_LIST: Final = Importer(
    "vinhbao.danh_sach_ocop", Label("Danh sách sản phẩm OCOP của huyện", "The district's list"), "xlsx", read_list
)
"""The importer that the plugin offers."""


def _sheets(data: bytes) -> list[Rows]:
    """The rows of every sheet from its first cell; a cell merged downwards stands in each of its rows."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except (CalamineError, PasswordError) as error:
        raise WorkbookError("không phải là tệp Excel đọc được (is no workbook that can be read)") from error
    found = []
    for sheet in sheets:
        rows = sheet.to_python(skip_empty_area=False)
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
        found.append(rows)
    return found


def _columns(row: Sequence[Any]) -> dict[str, int]:
    """Where a row of headings has what coopkit calls so."""
    called = {fold(cell): at for at, cell in reversed([*enumerate(row)]) if isinstance(cell, str)}
    return {ours: called[name] for ours, names in _HEADINGS.items() for name in names[::-1] if name in called}


def _header_row(rows: Rows) -> int | None:
    return next((at for at, row in enumerate(rows[:_SEARCHED]) if _columns(row).keys() >= {*_NEEDED}), None)


@frozen
class _List:
    """A list whose header was found: the row of it, where its columns are, and how wide it is."""

    at: int
    columns: dict[str, int]
    width: int

    @staticmethod
    def of(rows: Rows, at: int) -> _List:
        """The list below the header in that row; how long a product's recognition holds may stand in it or not."""
        width = len(rows[at])
        return _List(at, {"Công nhận có giá trị đến": width, **_columns(rows[at])}, width)

    def told(self, rows: Rows) -> Rows:
        """Every row of the file in coopkit's words: empty above the header, completed below it."""
        head = [*rows[self.at], "", *_ADDED]
        for ours, at in self.columns.items():
            head[at] = ours
        made: Rows = [*([] for _ in range(self.at)), head]
        above: list[Any] = []
        for row in rows[self.at + 1 :]:
            if _columns(row) == _columns(rows[self.at]) or _is_numbering(row):
                made.append([])
                continue
            made.append(self._completed(row, above))
            above = made[-1] if any(row) else above
        return made

    def _completed(self, row: Sequence[Any], above: Sequence[Any]) -> list[Any]:
        """A row with what it repeats from the one above it, and with what follows from it."""
        cells = [above[at] if above and _is_ditto(cell) else cell for at, cell in enumerate(row)]
        owner, product, stars, decision, recognised = (cells[self.columns[name]] for name in _NEEDED)
        cells += ["", "", ""]
        if product and (owner or stars):  # not a line of signatures
            last = self.columns["Công nhận có giá trị đến"]
            cells[last] = cells[last] or _end(recognised)
            cells[-2:] = [_code(owner, product, decision), f"Sản phẩm OCOP: {product}"]
        return cells


def _code(*of: object) -> str:
    """The code of a recognition: the same for the same cooperative, product and decision, however they are spelt."""
    return f"OCOP-{hashlib.sha256('|'.join(fold(str(one)) for one in of).encode()).hexdigest()[:10]}"


def _is_ditto(cell: object) -> bool:
    return isinstance(cell, str) and (fold(cell) in _SAME or cell.strip() in {'"', "″", "”"})


def _is_numbering(row: Sequence[Any]) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3)."""
    cells = [str(int(cell) if isinstance(cell, float) else cell).strip("() ") for cell in row if cell != ""]
    return len(cells) >= 3 and cells == [str(number) for number in range(1, len(cells) + 1)]


def _end(recognised: object) -> dt.date | str:
    """The last day of a recognition that began on that day; without one, words that coopkit shows to the office."""
    first = _day(recognised)
    return valid_until(first) if first else "" if recognised else "không có ngày công nhận"


def _day(cell: object) -> dt.date | None:
    """The day that a cell says; None where it says none that can be read: coopkit tells so when it reads it."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, float) and 20_000 <= cell < 80_000:  # a day as Excel counts them
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))
    try:
        return cell if isinstance(cell, dt.date) else parse_date(str(cell))
    except CoopkitError:
        return None
