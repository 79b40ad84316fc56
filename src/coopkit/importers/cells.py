"""One cell into one typed value, as its field asks. A parser is made per column and called per distinct cell.

A parser gives the value, or a `Doubtful` value that a person should look at; what it cannot read it raises as BadText.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from coopkit.errors import BadText
from coopkit.field import Field, FieldKind
from coopkit.importers.amounts import (
    parse_count,
    parse_money,
    parse_percent,
    parse_points_of,
    parse_quantity_of,
    quantity_of,
    unit_of,
)
from coopkit.importers.faults import doubt
from coopkit.importers.text import Cell, Doubtful, Parse, as_text, as_texts
from coopkit.period import Period, format_date, parse_date
from coopkit.sheet import Column, Role
from coopkit.text import Label, fold, name_key


def parser(column: Column, scale: int = 0) -> Parse:
    """The parser of a column. `scale` is what its header says money is counted in (10⁶: "triệu đồng"), 0 if nothing."""
    field = column.field
    if column.many:
        return as_texts
    if column.role is Role.TAX_CODE or (column.role is Role.VALUE and field.kind is FieldKind.TAX_CODE):
        return _tax_code
    if column.role is not Role.VALUE:
        return as_text
    make = _PARSERS.get(field.kind)
    return make(field, scale) if make else as_text


def parse_text(field: Field, text: str) -> Any:
    """What a person typed into a form, as the value of its field; read as a cell of a workbook is.

    A quantity whose field fixes no unit names it itself: "hơn 200 học viên". Raises `BadText`.

    >>> from coopkit.field import count
    >>> parse_text(count("Lao động", "Workers").named("workers"), "1.234")
    1234
    """
    if field.kind is FieldKind.QUANTITY and field.unit is None:
        read = quantity_of(text, *unit_of(None, text))
    else:
        read = parser(Column(field.key, field.label, (), field, Role.VALUE))(text)
    return read.value if isinstance(read, Doubtful) else read


def _date(_: Field, __: int) -> Parse:
    def parse(cell: Cell) -> Any:
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date):
            return cell
        if isinstance(cell, float) and 20_000 <= cell < 80_000:  # 1954 to 2119 as Excel counts days
            day = dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))
            shown = format_date(day)
            problem = doubt(
                "date.serial",
                (f"được hiểu là {shown}", f"was taken to be {shown}"),
                ("định dạng ô là ngày", "format the cell as a date"),
                as_text(cell),
            )
            return Doubtful(day, problem)
        text = as_text(cell)
        return None if text is None else parse_date(text)

    return parse


def _period(_: Field, __: int) -> Parse:
    def parse(cell: Cell) -> str | None:
        text = as_text(cell)
        return None if text is None else Period.parse(text).key

    return parse


_YES: Final = frozenset(("co", "x", "yes", "y", "true", "1", "dung", "da"))
_NO: Final = frozenset(("khong", "no", "n", "false", "0", "sai", "chua"))


def _flag(_: Field, __: int) -> Parse:
    def parse(cell: Cell) -> bool | None:
        if isinstance(cell, bool):
            return cell
        if isinstance(cell, str) and cell.strip() in {"✓", "✔", "x", "X", "v", "V"}:
            return True
        text = as_text(cell)
        folded = fold(text) if text else ""
        if text and folded not in _YES | _NO:
            raise BadText(
                ("không phải là có hay không", "is neither yes nor no"), ("ghi có hoặc không", "write có or không")
            )
        return folded in _YES if text else None

    return parse


def _spellings(value: str, label: Label) -> Iterable[str]:
    for text in (value, label.vi, label.en, *label.vi.split("/"), re.sub(r"\(.*?\)", "", label.vi)):
        yield fold(text)


def _choice(field: Field, _: int) -> Parse:
    known: dict[str, str] = {}
    for option in field.options:
        value = field.choices(option.value) if field.choices else option.value
        for spelling in _spellings(option.value, option.label):
            known.setdefault(spelling, value)

    def parse(cell: Cell) -> str | None:
        text = as_text(cell)
        if text is None:
            return None
        found = known.get(fold(text)) or known.get(fold(name_key(text)))  # HTX, QTDND … written out
        if found is None:
            vi, en = ("; ".join(option.label.in_(lang) for option in field.options) for lang in ("vi", "en"))
            raise BadText(("không có trong danh sách", "is not in the list"), (f"chọn: {vi}", f"choose: {en}"))
        return found

    return parse


_PARSERS: Final[dict[FieldKind, Callable[[Field, int], Parse]]] = {
    FieldKind.COUNT: parse_count,
    FieldKind.MONEY: parse_money,
    FieldKind.PERCENT: parse_percent,
    FieldKind.POINTS: parse_points_of,
    FieldKind.QUANTITY: parse_quantity_of,
    FieldKind.DATE: _date,
    FieldKind.PERIOD: _period,
    FieldKind.FLAG: _flag,
    FieldKind.CHOICE: _choice,
}


def _tax_code(cell: Cell) -> Any:
    """A tax code of 10 or 13 digits with a valid check digit, without dashes."""
    from stdnum.exceptions import ValidationError
    from stdnum.vn import mst

    text = as_text(cell)
    if text is None:
        return None
    try:
        return mst.validate(text)
    except ValidationError:
        digits = mst.compact(text)
    if digits.isdecimal() and len(digits) in {9, 12} and mst.is_valid(f"0{digits}"):
        problem = doubt(
            "tax_code.leading_zero",
            (f"đã mất số 0 ở đầu, được hiểu là 0{digits}", f"lost its leading zero and was taken to be 0{digits}"),
            (f"định dạng cột là văn bản rồi ghi 0{digits}", f"format the column as text and write 0{digits}"),
            text,
        )
        return Doubtful(f"0{digits}", problem)
    if not digits.isdecimal() or len(digits) not in {9, 10, 12, 13}:
        what = (f"không phải là mã số thuế: có {len(digits)} ký tự", f"is no tax code: it has {len(digits)} characters")
        raise BadText(what, ("ghi đủ 10 chữ số (đơn vị phụ thuộc: 13)", "write all 10 digits (13 for a branch)"))
    raise BadText(
        ("không phải là mã số thuế đúng: sai chữ số kiểm tra", "is no valid tax code: its check digit is wrong"),
        ("đối chiếu với giấy chứng nhận đăng ký", "compare it with the registration certificate"),
    )
