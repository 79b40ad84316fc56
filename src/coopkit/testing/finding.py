"""`Finding`: one thing that a plugin does otherwise than the contract asks; and `RULES`, what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from coopkit.text import Label

RULES: Final[Mapping[str, Label]] = {
    "loads": Label("nạp được một mình", "loads alone"),
    "reads": Label("chỉ đọc bảng đã khai", "reads nothing that it did not declare"),
    "answers": Label(
        "trả lời ở mọi nơi: không có đơn vị nào, có một, đã đóng", "answers everywhere: no unit, one, a closed one"
    ),
    "deterministic": Label("chạy lại cho đúng kết quả ấy", "gives the same again"),
    "order": Label("không phụ thuộc thứ tự bản ghi", "does not depend on the order of records"),
    "additive": Label("cộng các nơi bằng cả thành phố", "places add up to the whole"),
    "as_of": Label("kỳ đã qua không đổi khi có bản ghi mới", "a past period stays as it was when records come later"),
    "engines": Label("các bộ máy cho cùng số liệu", "engines agree"),
    "writes": Label("không ghi gì, không đổi gì", "writes and changes nothing"),
    "budget": Label("đủ nhanh và ít bộ nhớ", "keeps within time and memory"),
    "importers": Label("đọc tệp mẫu của mình", "reads its own sample files"),
    "uninstall": Label("gỡ ra rồi vẫn mở được số liệu", "what it left behind still opens once it is gone"),
}
"""The rules of the conformance suite, by the short names that findings bear, in the order they are looked at."""


@frozen
class Finding:
    """One thing that is wrong with a plugin: by which rule, of which of its items ("" for all), and what.

    `skipped`: the rule could not be looked at here, and why; nothing is wrong then.

    >>> print(Finding("writes", "vinhbao.csv", "ghi tệp a.txt (writes a file)", plugin="vinhbao"))
    writes · vinhbao.csv: ghi tệp a.txt (writes a file)
    """

    rule: str
    item: str
    what: str
    plugin: str = ""
    skipped: bool = False

    def __str__(self) -> str:
        """The rule's name, the item and what is wrong."""
        told = f"{self.rule} · {self.item or self.plugin}: {self.what}"
        return f"{told} [bỏ qua (skipped)]" if self.skipped else told
