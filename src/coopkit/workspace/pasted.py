"""What was pasted out of a workbook: who took part in an event, a line each, with or without a header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from coopkit.cooperative import Cooperative
from coopkit.event import Participation
from coopkit.importers.header import columns_by_header, find_header
from coopkit.importers.rows import data_rows
from coopkit.sheet import Part, Sheet
from coopkit.text import Label, fold, nfc


@frozen
class Entry:
    """One who is said to have taken part: who, as it was told or as a unit's id; and what is told of it, as text."""

    name: str = ""
    tax_code: str = ""
    place: str = ""
    unit: str = ""
    people: str = ""
    amount: str = ""
    result: str = ""

    @property
    def told(self) -> str:
        """Who, as it was told."""
        return " · ".join(filter(None, (self.name, self.tax_code, self.place)))


_SHEET: Final = Sheet(
    "attendance",
    Label("Tham gia", "Participation"),
    (Part(Participation, ("cooperative", "people", "amount", "result")), Part(Cooperative, ("place",), optional=True)),
)
_KEYS: Final = {
    "participation.cooperative.name": "name",
    "participation.cooperative.tax_code": "tax_code",
    "cooperative.place.district": "place",
    "cooperative.place.commune": "place",
    "participation.people": "people",
    "participation.amount": "amount",
    "participation.result": "result",
}
_ORDER: Final = ("people", "amount", "result")
_SCALES: Final = {1: "đồng", 10**3: "nghìn đồng", 10**6: "triệu đồng", 10**9: "tỷ đồng"}
_NUMBERED: Final = re.compile(r"\d{1,4}[.)]?")
_NUMBER: Final = re.compile(r"[\d.,\s–-]+")
_MONEY: Final = re.compile(r"\b(?:đồng|vnd|vnđ|nghìn|ngàn|triệu|trđ|tr|tỷ|tỉ)\b|\d{6}|\d\.\d{3}\.\d{3}", re.IGNORECASE)


def pasted(text: str) -> list[Entry]:
    r"""The lines of a text as entries; blank lines, titles above a header and totals are left out.

    Cells stand between tabs, as Excel copies them. A header says which column is which, and what money is counted in;
    without one they are: name or tax code (or both), people, amount, result.

    >>> [one.told for one in pasted("1\tHTX An Bình\t3\n2\tHTX Sao Mai")]
    ['HTX An Bình', 'HTX Sao Mai']
    """
    rows = [[_cell(cell) for cell in line.split("\t")] for line in text.splitlines()]
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows if any(row)]
    if not rows:
        return []
    header = find_header(_SHEET, list(rows), ())
    if header is None:
        return list(_by_order(_data(rows[1:] if _heads(rows[0]) else rows)))
    heads = {one.at: (_KEYS[one.column.key], one.scale) for one in header.columns if one.column}
    return [entry for row in _data(rows[header.body :]) if (entry := _headed(row, heads)).told]


def _cell(cell: str) -> str:
    """A cell as it stood in the workbook: Excel puts quotes around one that has quotes in it."""
    told = nfc(cell)
    inner = told[1:-1].replace('""', "")
    quoted = len(told) > 2 and told[0] == told[-1] == '"' and '""' in told[1:-1] and '"' not in inner
    return told[1:-1].replace('""', '"') if quoted else told


def _data(rows: Sequence[list[str]]) -> list[list[str]]:
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    return [rows[at] for at in data_rows(columns)] if columns else []


def _heads(row: Sequence[str]) -> bool:
    """Whether a row is a header of one column."""
    filled = [cell for cell in row if cell]
    return len(filled) == 1 and fold(filled[0]) in columns_by_header(_SHEET)


def _headed(row: Sequence[str], heads: Mapping[int, tuple[str, int]]) -> Entry:
    told: dict[str, str] = {}
    for at, (key, scale) in heads.items():
        if cell := row[at]:
            if key == "amount" and scale and _NUMBER.fullmatch(cell):
                cell = f"{cell} {_SCALES[scale]}"
            told[key] = f"{told[key]}, {cell}" if key in told else cell
    return sorted_out(Entry(**told))


def _by_order(rows: Sequence[list[str]]) -> Iterator[Entry]:
    for row in rows:
        cells = row[1:] if _NUMBERED.fullmatch(row[0]) and any(row[1:]) else list(row)
        entry = sorted_out(Entry(cells.pop(0)))
        if cells and not entry.tax_code and is_code(cells[0]):
            entry = evolve(entry, tax_code=cells.pop(0))
        elif cells and entry.tax_code and re.search(r"[^\W\d]{2}", cells[0]) and not _MONEY.search(cells[0]):
            entry = evolve(entry, name=cells.pop(0))
        keys = _ORDER[1:] if cells and _MONEY.search(cells[0]) else _ORDER
        told = dict(zip(keys, cells, strict=False))
        if entry.told:
            yield evolve(entry, **told)


def sorted_out(entry: Entry) -> Entry:
    """The entry, with a tax code that was told in place of a name where it belongs."""
    return evolve(entry, name="", tax_code=entry.name) if not entry.tax_code and is_code(entry.name) else entry


def is_code(text: str) -> bool:
    """Whether a text is a tax code, also one that lost its leading zero; a sum of money rarely passes for one.

    >>> is_code("0299000035"), is_code("500000000")
    (True, False)
    """
    from stdnum.vn import mst

    digits = mst.compact(text) if re.fullmatch(r"[\d -]+", text) else ""
    return mst.is_valid(digits) or (len(digits) in {9, 12} and mst.is_valid(f"0{digits}"))
