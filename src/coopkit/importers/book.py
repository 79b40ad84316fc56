"""A file as sheets of cells. What it is, its first bytes say, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from coopkit.errors import WorkbookError

_WORKBOOK: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_OTHER: Final = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"{\\rtf": "RTF", b"Rar!": "RAR"}
_WORD: Final = b"word/document.xml"
_EXCEL: Final = b"xl/workbook.xml"


def is_workbook(data: bytes) -> bool:
    r"""Whether the bytes begin as those of xlsx, ods or xls do; Word's begin so too.

    >>> is_workbook(b"PK\x03\x04..."), is_workbook("Tên;Vốn".encode())
    (True, False)
    """
    return data.startswith(_WORKBOOK)


def refuse_other(data: bytes, file: str) -> None:
    """Raise `WorkbookError` for a file of another kind, which it names.

    >>> refuse_other(b"%PDF-1.7", "a.xlsx")
    Traceback (most recent call last):
        ...
    coopkit.errors.WorkbookError: a.xlsx: là tệp PDF, không phải bảng tính; ...
    """
    kind = next((name for begins, name in _OTHER.items() if data.startswith(begins)), "")
    kind = "Word" if is_workbook(data) and _WORD in data and _EXCEL not in data else kind
    if kind:
        raise WorkbookError(
            f"{file}: là tệp {kind}, không phải bảng tính; gửi bảng dưới dạng .xlsx, .ods, .xls hoặc .csv "
            f"(is a {kind} file, no workbook: send the table as .xlsx, .ods, .xls or .csv)"
        )


def letters(at: int) -> str:
    """The letters of a column by its number from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def sheets_of(data: bytes, file: str) -> Iterator[tuple[str, list[list[Any]], list[Any]]]:
    """Every sheet's title, its rows from the very first cell, and its merged ranges."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ is SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(meta.name)
                yield meta.name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []
    except PasswordError as error:
        raise WorkbookError(
            f"{file}: tệp có mật khẩu; bỏ mật khẩu rồi gửi lại (has a password: remove it and send it again)"
        ) from error
    except CalamineError as error:
        raise WorkbookError(
            f"{file}: không phải là tệp Excel đọc được; mở bằng Excel rồi lưu lại dạng .xlsx "
            f"(is no workbook that can be read: open it in Excel and save it as .xlsx)"
        ) from error
