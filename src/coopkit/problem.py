"""`Problem`: something wrong in the user's data, where it is and how to mend it. A value, never raised."""

from __future__ import annotations

from enum import StrEnum

from attrs import evolve, frozen

from coopkit.text import Label, Lang


class Severity(StrEnum):
    """How a problem bears on the row it was found in.

    >>> [severity.value for severity in Severity]
    ['error', 'warning']
    """

    ERROR = "error"
    """The row was left out."""
    WARNING = "warning"
    """The row was kept; a person should look."""


@frozen
class Problem:
    """Something wrong in the user's data: what, where, what was seen, how to mend it.

    `code` is stable and made for programs and tests; `file`, `sheet` and `cell` say where, as the user sees it
    (`cell` as in the workbook, "B9"; empty when the whole sheet or file is meant).

    >>> what, mend = Label("không phải là ngày", "is not a date"), Label("viết dd/mm/yyyy", "write dd/mm/yyyy")
    >>> problem = Problem("date.unreadable", what, mend, file="a.xlsx", sheet="HTX", cell="C7", seen="31/2/2023")
    >>> print(problem)
    a.xlsx · HTX · C7: «31/2/2023» không phải là ngày. Cách sửa: viết dd/mm/yyyy.
    >>> print(problem.in_("en"))
    a.xlsx · HTX · C7: «31/2/2023» is not a date. To mend it: write dd/mm/yyyy.
    """

    code: str
    what: Label
    mend: Label
    file: str = ""
    sheet: str = ""
    cell: str = ""
    seen: str = ""
    severity: Severity = Severity.ERROR

    @property
    def where(self) -> str:
        """File, sheet and cell as one text, without the parts that are not known."""
        return " · ".join(part for part in (self.file, self.sheet, self.cell) if part)

    def at(self, *, file: str | None = None, sheet: str | None = None, cell: str | None = None) -> Problem:
        """The same problem with its place filled in; what is already known stays."""
        return evolve(self, file=self.file or file or "", sheet=self.sheet or sheet or "", cell=self.cell or cell or "")

    def in_(self, lang: Lang) -> str:
        """The problem as one sentence in the language asked for."""
        lead = f"{self.where}: " if self.where else ""
        seen = f"«{self.seen}» " if self.seen else ""
        mend = "Cách sửa" if lang == "vi" else "To mend it"
        return f"{lead}{seen}{self.what.in_(lang)}. {mend}: {self.mend.in_(lang)}."

    def __str__(self) -> str:
        return self.in_("vi")
