"""`Importer`: how a file of a plugin's own becomes the sheets that coopkit's importer reads and checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from coopkit.text import Label

Sheets: TypeAlias = Mapping[str, Sequence[Sequence[Any]]]
"""The rows of each sheet by its title, the header among them; cells are text, int, float, bool, dates or ""."""


@frozen
class Importer:
    """How a district's own file is read: its key, its label, the file's extension, and the function.

    The function takes the file's bytes and gives the sheets of coopkit's own workbook, by their titles: rows of cells,
    the header first found among them. It looks nothing up: every value is then checked as if staff had typed it. Where
    it keeps rows at their number in the file (empty lists in between), problems name the file's own rows.

    >>> plain = Importer("vinhbao.danh_sach", Label("Danh sách", "List"), "csv", lambda data: {"Hợp tác xã": [["Tên"]]})
    >>> sorted(plain.read(b""))
    ['Hợp tác xã']
    """

    key: str
    label: Label
    extension: str
    read: Callable[[bytes], Sheets]
    plugin: str = ""
