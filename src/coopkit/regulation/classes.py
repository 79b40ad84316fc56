"""`Regulation`: the packs of laws there are; size and rating classes, each with its scheme and the day asked."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, Final

from attrs import frozen

from coopkit.errors import NotFound
from coopkit.text import Label

_UNKNOWN: Final = Label("Chưa xác định", "Unknown")
_UNRATED: Final = Label("Không xếp loại", "Not rated")


@frozen
class Class:
    """A class by a scheme, on a day: its key and label, or why there is none (`key` is then "unknown" or "unrated").

    >>> Class("unknown", Label("Chưa xác định", "Unknown"), "nd-113-2024", "NĐ 113/2024", dt.date(2024, 12, 31)).key
    'unknown'
    """

    key: str
    label: Label
    scheme: str
    source: str
    on: dt.date
    why: Label | None = None


@frozen(eq=False, slots=False)
class Regulation:
    """The packs by name, as the texts of their files: what a run is sealed with, and run again with.

    >>> [name for name in sorted(shipped_regulation().texts) if name.startswith("size")]
    ['size-nd-113-2024.toml', 'size-tt-01-2020.toml']
    """

    texts: Mapping[str, str]

    @cached_property
    def packs(self) -> tuple[Mapping[str, Any], ...]:
        """Every pack as its file states it, the newest first."""
        read = (tomllib.loads(text) for text in self.texts.values())
        return tuple(sorted(read, key=lambda pack: (pack["since"], pack["key"]), reverse=True))

    @property
    def content_hash(self) -> str:
        """The SHA-256 of all packs together."""
        told = "".join(f"{name}\n{text}\0" for name, text in sorted(self.texts.items()))
        return hashlib.sha256(told.encode()).hexdigest()

    def pack(self, kind: str, on: dt.date, scheme: str = "") -> Mapping[str, Any]:
        """The scheme of that kind that is in force on a day, the newest unless one is named.

        Raises `NotFound` where there is none.
        """
        for one in self.packs:
            in_force = one["since"] <= on and ("until" not in one or on <= one["until"])
            if one["kind"] == kind and (one["key"] == scheme or (not scheme and in_force)):
                return one
        told = ", ".join(f"{one['key']} ({one['kind']})" for one in self.packs)
        raise NotFound(f"Không có quy định {kind} {scheme} ngày {on:%d/%m/%Y} (no such scheme on that day): {told}")

    def size(
        self,
        on: dt.date,
        sector: str | None,
        *,
        members: int | None,
        revenue: int | None = None,
        capital: int | None = None,
        scheme: str = "",
    ) -> Class:
        """The size class of a unit by its sector group, official members, yearly revenue and total capital in đồng.

        A class asks for so many members AND (so much revenue OR so much capital), Decree 113/2024 Art 5. A figure that
        is missing matters only where it could decide. "unknown" where it could, or where the thresholds of the sector
        are in no source. Raises `NotFound` where no scheme was in force that day.
        """
        pack = self.pack("size", on, scheme)
        told = {"members": members, "revenue": revenue, "capital": capital}
        rules = pack["sector"].get("any") or pack["sector"].get(sector or "")
        if rules is None:
            return self._unknown(pack, on, Label("chưa có lĩnh vực", "the sector is not told"))
        for threshold in rules["thresholds"]:
            met = _meets(threshold, told)
            if met is None:
                missing = ", ".join(sorted(name for name, value in told.items() if value is None))
                return self._unknown(pack, on, Label(f"thiếu số liệu: {missing}", f"figures are missing: {missing}"))
            if met:
                return self._class(pack, threshold["class"], on)
        if not rules["complete"]:
            why = Label("chưa có nguồn nêu ngưỡng của lĩnh vực này", "no source states the thresholds of this sector")
            return self._unknown(pack, on, why)
        return self._class(pack, list(pack["class"])[-1], on)

    def rating(self, on: dt.date, points: int | Fraction, *, months: int, stopped: int = 0, scheme: str = "") -> Class:
        """The rating class of so many points out of 100, for a unit in operation for `months`, `stopped` for so many.

        Not rated under 12 months of operation, or stopped for more than 3 months in the year (TT 01/2020/TT-BKHĐT).
        Raises `NotFound` where no scheme was in force that day.
        """
        pack = self.pack("rating", on, scheme)
        if months < pack["months_at_least"] or stopped > pack["stopped_at_most"]:
            why = Label("hoạt động chưa đủ hoặc ngừng quá lâu", "too short in operation, or stopped for too long")
            return Class("unrated", _UNRATED, pack["key"], pack["source"], on, why)
        return self._class(pack, next(key for key, one in pack["class"].items() if points >= one["from"]), on)

    def base_salary(self, on: dt.date) -> tuple[int, str]:
        """The base salary (mức lương cơ sở) in đồng on a day, and its source. Raises `NotFound` where none is known."""
        pack = self.pack("base_salary", on)
        return int(pack["amount"]), str(pack["source"])

    def award(self, form: str, giver: str, on: dt.date) -> Mapping[str, Any] | None:
        """What the law in force on a day says of a form of award by a giver; None where no pack names it.

        `recipients`, `source`; `place`, the last place in its block that may be proposed; `coefficient` of the base
        salary for a collective; `title` where it is no form of commendation. Each is there only where a source says so.
        """
        try:
            pack = self.pack("award", on)
        except NotFound:
            return None
        return next((one for one in pack["award"] if (one["form"], one["giver"]) == (form, giver)), None)

    def _class(self, pack: Mapping[str, Any], key: str, on: dt.date) -> Class:
        one = pack["class"][key]
        return Class(key, Label(one["vi"], one["en"]), pack["key"], pack["source"], on)

    def _unknown(self, pack: Mapping[str, Any], on: dt.date, why: Label) -> Class:
        return Class("unknown", _UNKNOWN, pack["key"], pack["source"], on, why)


def _meets(threshold: Mapping[str, Any], told: Mapping[str, int | None]) -> bool | None:
    """Whether a unit meets a threshold: members AND (revenue OR capital); None where a missing figure could decide."""
    members = _reaches(told["members"], threshold["members"])
    money = [_reaches(told[name], threshold[name]) for name in ("revenue", "capital") if name in threshold]
    enough = True if not money or True in money else None if None in money else False
    if members is False or enough is False:
        return False
    return None if members is None or enough is None else True


def _reaches(value: int | None, least: int) -> bool | None:
    return None if value is None else value >= least


@cache
def shipped_regulation() -> Regulation:
    """The packs coopkit ships, read when first asked for; a further scheme is a further file, no code.

    >>> shipped_regulation().rating(dt.date(2023, 12, 31), 80, months=24).label.vi
    'Tốt'
    """
    from importlib.resources import files

    folder = files("coopkit.regulation") / "data"
    return Regulation({file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")})
