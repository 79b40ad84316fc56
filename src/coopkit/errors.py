"""Everything coopkit raises. Bad data is never raised: it is a `Problem` (see `coopkit.problem`).

    CoopkitError
    ├── BadText            a text that cannot be read as what its field asks
    ├── BadForm            a form with boxes that must be mended; carries a fault for each
    ├── UnitMismatch       quantities of different units were combined
    ├── NotFound           no record, metric, batch or exporter of that name
    ├── AccessDenied       the actor may not do that; says why
    ├── LedgerError        the ledger cannot be opened, or holds something it should not
    │   ├── StaleBase      the record changed since it was read; carries both versions
    │   ├── LedgerBusy     another process is writing
    │   └── CannotUndo     the batch cannot be taken back; says why
    ├── MetricError        a metric is declared or asked for in a way that cannot work
    ├── PluginError        a plugin breaks the contract; names plugin, hook and item
    ├── WorkbookError      a file is not a workbook that can be read at all
    ├── TemplateError      a Word template cannot be filled; names the placeholder
    ├── CampaignError      a campaign's definition cannot be, or a step of it may not be taken; says why
    ├── ArchiveError       a sealed input is no longer what its name says
    └── RunError           a run cannot be sealed, or run again; names what stands in the way

Every message is one sentence in the user's language pair, Vietnamese first: what is wrong, where, how to mend it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define

if TYPE_CHECKING:
    from collections.abc import Mapping


class CoopkitError(Exception):
    """The root of everything coopkit raises.

    >>> issubclass(AccessDenied, CoopkitError)
    True
    """


class BadText(CoopkitError, ValueError):
    """A text cannot be read as what its field asks. `what` and `mend` are (vi, en) pairs for a `Problem`.

    >>> raise BadText(("không phải là ngày", "is not a date"), ("viết dd/mm/yyyy", "write dd/mm/yyyy"))
    Traceback (most recent call last):
    coopkit.errors.BadText: không phải là ngày: viết dd/mm/yyyy (is not a date: write dd/mm/yyyy)
    """

    def __init__(self, what: tuple[str, str], mend: tuple[str, str]) -> None:
        super().__init__(f"{what[0]}: {mend[0]} ({what[1]}: {mend[1]})")
        self.what = what
        self.mend = mend


@define(slots=False)
class BadForm(CoopkitError):
    """A form has boxes that must be mended. Nothing was written.

    `faults` says of each box, by its field, what is the matter as a (vi, en) pair; "" is the form as a whole.

    >>> print(BadForm({"name": ("cần điền ô này", "this box must be filled in")}))
    name: cần điền ô này (this box must be filled in)
    """

    faults: Mapping[str, tuple[str, str]]

    def __str__(self) -> str:
        return "; ".join((f"{key}: " if key else "") + f"{vi} ({en})" for key, (vi, en) in self.faults.items())


class UnitMismatch(CoopkitError):
    """Quantities of different units were added or compared.

    >>> issubclass(UnitMismatch, CoopkitError)
    True
    """


class NotFound(CoopkitError):
    """There is no record, metric, batch, period or exporter of that name.

    >>> issubclass(NotFound, CoopkitError)
    True
    """


class AccessDenied(CoopkitError):
    """The actor may not do that; the message says why.

    >>> issubclass(AccessDenied, CoopkitError)
    True
    """


class LedgerError(CoopkitError):
    """The ledger cannot be opened, or holds something it should not.

    >>> issubclass(LedgerError, CoopkitError)
    True
    """


@define(slots=False)
class StaleBase(LedgerError):
    """A record changed since it was read. Nothing of the batch was written.

    `yours` is the version the writer wanted to write and `theirs` the one that is in the ledger now, each as a mapping
    of column to value (None: it was to be removed; it is not there).

    >>> stale = StaleBase("group", "g", base=1, current=2, yours={"name": "A"}, theirs={"name": "B"})
    >>> stale.base, stale.current
    (1, 2)
    """

    table: str
    record_id: str
    base: int | None
    current: int | None
    yours: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None

    def __str__(self) -> str:
        return (
            f"{self.table} {self.record_id!r} đã thay đổi từ khi được đọc (bản {self.base} → {self.current}): "
            f"mở lại bản ghi rồi sửa tiếp (changed since it was read: reload it and edit again). "
            f"Bạn đang có: {dict(self.yours or {})}; sổ đang có: {dict(self.theirs or {})}"
        )


class LedgerBusy(LedgerError):
    """Another process is writing to the ledger; try again.

    >>> issubclass(LedgerBusy, CoopkitError)
    True
    """


class CannotUndo(LedgerError):
    """A batch cannot be taken back; the message says which record stands in the way.

    >>> issubclass(CannotUndo, CoopkitError)
    True
    """


class MetricError(CoopkitError):
    """A metric is declared, or asked for, in a way that cannot work.

    >>> issubclass(MetricError, CoopkitError)
    True
    """


class PluginError(CoopkitError):
    """A plugin breaks the contract; the message names the plugin, the hook and the item.

    >>> issubclass(PluginError, CoopkitError)
    True
    """


class WorkbookError(CoopkitError):
    """A file is not a workbook that can be read at all; nothing of it was taken.

    >>> issubclass(WorkbookError, CoopkitError)
    True
    """


class TemplateError(CoopkitError):
    """A Word template cannot be filled: it is no .docx, or one of its placeholders means nothing.

    >>> issubclass(TemplateError, CoopkitError)
    True
    """


class CampaignError(CoopkitError):
    """A campaign's definition cannot be, or a step of it may not be taken.

    >>> issubclass(CampaignError, CoopkitError)
    True
    """


class ArchiveError(CoopkitError):
    """A file of the archive no longer holds what its name says.

    >>> issubclass(ArchiveError, CoopkitError)
    True
    """


class RunError(CoopkitError):
    """A run cannot be sealed or run again; the message names every ingredient that stands in the way.

    >>> issubclass(RunError, CoopkitError)
    True
    """
