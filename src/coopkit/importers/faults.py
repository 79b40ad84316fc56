"""The wording of what may be wrong in a workbook: each fault has one code, and says what it is and how to mend it.

Every function gives a `Problem` that knows no place yet; whoever met it adds file, sheet and cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from coopkit.errors import BadText
from coopkit.period import format_date
from coopkit.problem import Problem, Severity
from coopkit.text import Label, nfc


def fault(code: str, what: tuple[str, str], mend: tuple[str, str], seen: object = "") -> Problem:
    """A fault for which a row is left out."""
    return Problem(code, Label(*what), Label(*mend), seen=str(seen))


def doubt(code: str, what: tuple[str, str], mend: tuple[str, str], seen: object = "") -> Problem:
    """A doubt: the row is kept, a person should look."""
    return Problem(code, Label(*what), Label(*mend), seen=str(seen), severity=Severity.WARNING)


def unreadable(kind: str, bad: BadText, seen: object) -> Problem:
    """A cell whose text is not what its column asks."""
    return fault(f"{kind}.unreadable", bad.what, bad.mend, seen)


def missing(label: Label) -> Problem:
    """A required cell is empty."""
    return fault(
        "value.missing",
        (f"thiếu «{label.vi}»", f"“{label.en}” is missing"),
        ("điền ô này", "fill in this cell"),
    )


def listed(names: Iterable[str]) -> str:
    """Names for a person to choose from."""
    return "; ".join(names)


def choose(names: Iterable[str], otherwise: tuple[str, str]) -> tuple[str, str]:
    """How to mend what names nothing: did you mean one of these, or else."""
    near = listed(names)
    return (f"có phải: {near}?", f"did you mean: {near}?") if near else otherwise


def ditto_without_above(seen: object) -> Problem:
    """A "nt" with nothing above it."""
    return fault(
        "ditto.nothing_above",
        ("không có giá trị ở ô phía trên", "has no value above it"),
        ("ghi đầy đủ giá trị vào ô này", "write the value itself into this cell"),
        seen,
    )


def turned(seen: str) -> Problem:
    """A cell with invisible signs that turn the direction of writing; it is read without them."""
    return doubt(
        "text.turned",
        (
            "có ký tự ẩn đảo chiều chữ, nên chữ nhìn thấy có thể khác chữ thật; đã bỏ các ký tự đó",
            "has hidden signs that turn the writing, so that it may look otherwise than it is; they were left out",
        ),
        ("xem lại, gõ lại ô này", "check it, and type this cell anew"),
        nfc(seen),
    )


# -- sheets and headers


def sheet_unknown(title: str, known: Iterable[str]) -> Problem:
    """A sheet of no known title."""
    names = listed(known)
    return doubt(
        "sheet.unknown",
        ("không phải là trang coopkit biết, nên không đọc", "is no sheet that coopkit knows; it was not read"),
        (f"nếu cần đọc, đổi tên trang thành một trong: {names}", f"to have it read, rename it to one of: {names}"),
        title,
    )


def header_missing(required: Iterable[Label]) -> Problem:
    """A sheet without a header row that can be recognised."""
    labels = list(required)
    vi, en = listed(one.vi for one in labels), listed(one.en for one in labels)
    return fault(
        "header.missing",
        ("không tìm thấy dòng tiêu đề", "has no header row that can be recognised"),
        (f"ghi tiêu đề các cột trong 15 dòng đầu: {vi}", f"put the headers into the first 15 rows: {en}"),
    )


def header_unknown(seen: str) -> Problem:
    """A column of no known header."""
    return doubt(
        "header.unknown",
        ("không phải là cột coopkit biết, nên không đọc", "is no column that coopkit knows; it was not read"),
        ("sửa tiêu đề cột cho đúng, hoặc bỏ qua nếu không cần", "mend the header, or ignore this if it is not needed"),
        seen,
    )


def header_twice(seen: str, first: str) -> Problem:
    """Two columns with the same header."""
    return doubt(
        "header.twice",
        (f"trùng với cột {first}, nên không đọc", f"repeats column {first}; it was not read"),
        ("bỏ một trong hai cột, hoặc đổi tiêu đề", "remove one of the two columns, or change its header"),
        seen,
    )


def column_missing(labels: Iterable[Label]) -> Problem:
    """A sheet without a column it cannot do without."""
    names = list(labels)
    vi, en = " / ".join(one.vi for one in names), " / ".join(one.en for one in names)
    return fault(
        "column.missing",
        (f"thiếu cột «{vi}», nên cả trang không được đọc", f"lacks the column “{en}”; nothing of it was read"),
        (f"thêm cột «{vi}»", f"add the column “{en}”"),
    )


def sheet_of_csv(known: Iterable[str], font: str | None) -> Problem:
    """A CSV whose header is that of no sheet, or of several."""
    if font:
        return font_of_sheet(font, "")
    names = listed(known)
    return fault(
        "sheet.unclear",
        ("không rõ là trang nào của coopkit, nên không đọc", "cannot be told which sheet it is; it was not read"),
        (
            f"dùng tiêu đề cột của tệp mẫu, hoặc đặt tên tệp theo một trong: {names}",
            f"use the headers of the template, or name the file after one of: {names}",
        ),
    )


# -- old fonts

OLD_FONT: Final = "font.old"
_CONVERT: Final = (
    "chuyển sang Unicode, như bằng UniKey (Ctrl+Shift+F6), rồi dán lại",
    "convert it to Unicode, as with UniKey (Ctrl+Shift+F6), and paste it again",
)


def font_of_cells(font: str, seen: str, cells: int) -> Problem:
    """A column whose text is written for an old font; told once, at its first cell."""
    more = cells - 1
    return fault(
        OLD_FONT,
        (
            f"viết bằng phông chữ cũ {font}" + (f"; {more} ô nữa của cột này cũng vậy" if more else ""),
            f"is written for the old font {font}" + (f"; so are {more} more cells of this column" if more else ""),
        ),
        _CONVERT,
        seen,
    )


def font_of_sheet(font: str, title: str) -> Problem:
    """A sheet whose header is written for an old font."""
    return fault(
        OLD_FONT,
        (f"viết bằng phông chữ cũ {font}, nên không đọc", f"is written for the old font {font}; it was not read"),
        _CONVERT,
        title,
    )


# -- places


def place_unknown(seen: str, near: Iterable[str], within: str) -> Problem:
    """A place that the map of the day does not have."""
    where = (f"không có trên bản đồ của {within}", f"is not on the map of {within}") if within else None
    return fault(
        "place.unknown",
        where or ("không có trong danh mục địa bàn vào ngày đó", "is not a place of that day's map"),
        choose(near, ("viết tên đầy đủ, như Huyện An Lão", "write the full name, like Huyện An Lão")),
        seen,
    )


def place_former(seen: object, title: str, day: dt.date) -> Problem:
    """A place that the map of the paper's day no longer has, found on an earlier one."""
    until = format_date(day)
    return doubt(
        "place.former",
        (f"được hiểu là {title}, đơn vị có đến {until}", f"was taken to be {title}, which there was until {until}"),
        (
            "ghi đơn vị hiện nay, hoặc ghi «Ngày số liệu» của tệp",
            "write the place of today, or tell the date of the figures",
        ),
        seen,
    )


def place_several(seen: str, paths: Iterable[str]) -> Problem:
    """A name that several places carry."""
    names = listed(paths)
    return fault(
        "place.several",
        ("là tên của nhiều địa bàn", "is the name of several places"),
        (f"ghi rõ một trong: {names}", f"write one of: {names}"),
        seen,
    )


def place_inexact(seen: str, title: str) -> Problem:
    """A place recognised though it is written differently."""
    return doubt(
        "place.inexact",
        (f"được hiểu là {title}", f"was taken to be {title}"),
        (f"viết đúng là {title}", f"write {title}"),
        seen,
    )


# -- one record, another record


def duplicate(seen: object, other: str) -> Problem:
    """Two rows of one natural key that say different things."""
    return fault(
        "record.duplicate",
        (f"khác với {other}, mà hai dòng nói về cùng một bản ghi", f"differs from {other} about the same record"),
        ("giữ một dòng đúng, bỏ dòng kia", "keep the row that is right and remove the other"),
        seen,
    )


def two_spellings(seen: object, name: str, other: str) -> Problem:
    """One cooperative, as it seems, under two names."""
    return fault(
        "cooperative.two_spellings",
        (f"có vẻ là «{name}» ở {other}, viết khác đi", f"seems to be “{name}” at {other}, spelled differently"),
        (
            "viết cùng tên và mã số thuế, hoặc bỏ một dòng; nếu là hai đơn vị thì ghi mã số thuế của cả hai",
            "write one name and tax code, or remove one row; if they are two units, give the tax codes of both",
        ),
        seen,
    )


def alike_names(seen: object, name: str, other: str) -> Problem:
    """Two cooperatives whose names are easily confused (Decree 92/2024 Art 17)."""
    return doubt(
        "cooperative.alike_names",
        (f"dễ nhầm với «{name}» ở {other}", f"is easily confused with “{name}” at {other}"),
        ("kiểm tra xem có phải một đơn vị", "check that they are not one unit"),
        seen,
    )


def name_differs(seen: object, name: str) -> Problem:
    """A tax code and a name that do not go together."""
    return doubt(
        "cooperative.name_differs",
        (f"khác với tên của mã số thuế này: «{name}»", f"is not the name under this tax code: “{name}”"),
        ("kiểm tra lại tên và mã số thuế; dòng được ghi theo mã số thuế", "check both; the tax code was followed"),
        seen,
    )


def dates_reversed(seen: object, first: str) -> Problem:
    """A last day before the first."""
    return fault(
        "dates.reversed",
        (f"sớm hơn ngày bắt đầu {first}", f"is earlier than the first day, {first}"),
        ("kiểm tra lại hai ngày", "check both days"),
        seen,
    )


def dates_overlap(seen: object, other: str) -> Problem:
    """Of records of which one holds at a time, two that hold on the same day."""
    return fault(
        "dates.overlap",
        (f"chồng lên thời gian đã ghi: {other}", f"overlaps the time already told: {other}"),
        (
            "sửa ngày bắt đầu, hoặc ghi ngày kết thúc cho lần trước",
            "correct the first day, or tell the last day of the earlier one",
        ),
        seen,
    )


def state_undated(seen: object, held: str) -> Problem:
    """Another state than the ledger holds, without the day since when."""
    return fault(
        "state.undated",
        (f"khác với tình trạng đang ghi trong sổ: «{held}»", f"is not the state in the ledger: “{held}”"),
        ("ghi thêm từ ngày nào", "tell since what day"),
        seen,
    )


def reference_unknown(table: str, label: Label, seen: object, near: Iterable[str]) -> Problem:
    """A cooperative, event or group that is in none of the files nor in the ledger."""
    return fault(
        f"{table}.unknown",
        (f"không có {label.vi.lower()} này trong tệp nào hay trong sổ", f"is no known {label.en.lower()}"),
        choose(near, ("ghi đúng như ở trang khai báo, hoặc khai báo trước", "declare it on its own sheet first")),
        seen,
    )


def reference_rejected(table: str, seen: object, where: str) -> Problem:
    """A cooperative, event or group whose own row was left out."""
    return fault(
        f"{table}.rejected",
        (f"nói về dòng bị bỏ ở {where}", f"refers to the row left out at {where}"),
        ("sửa dòng đó trước", "mend that row first"),
        seen,
    )


def reference_several(table: str, seen: object, names: Iterable[str]) -> Problem:
    """A name that several records carry."""
    several = listed(names)
    return fault(
        f"{table}.several",
        (f"là tên của nhiều bản ghi: {several}", f"is the name of several records: {several}"),
        ("ghi thêm mã số để phân biệt", "add the code that tells them apart"),
        seen,
    )


def reference_inexact(table: str, seen: object, name: str) -> Problem:
    """A name recognised though it is written differently."""
    return doubt(
        f"{table}.inexact",
        (f"được hiểu là «{name}»", f"was taken to be “{name}”"),
        (f"viết đúng là «{name}»", f"write “{name}”"),
        seen,
    )
