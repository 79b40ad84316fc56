"""`SealedRun`: that a period's figures were sealed under a name, and by what they can be found and proven."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from coopkit.field import identifier, period, text
from coopkit.record import record


@record("sealed_run", "Lần chốt số liệu", "Sealed run", identity=("name",))
@frozen
class SealedRun:
    """A sealed run: its name, period, and the SHA-256 names of its manifest and of its results in the archive.

    Who sealed it, and when, stands in the journal, outside both hashes. `campaign` is the emulation campaign whose
    stage was closed with it.

    >>> SealedRun(id="s", name="report-2023", period="2023", manifest="ab", results="cd").waived is None
    True
    """

    id: Annotated[str, identifier()]
    name: Annotated[str, text("Tên lần chốt", "Name of the run")]
    period: Annotated[str, period("Kỳ", "Period")]
    manifest: Annotated[str, text("Mã bản kê", "Manifest")]
    results: Annotated[str, text("Mã kết quả", "Results")]
    waived: Annotated[str | None, text("Điểm được bỏ qua", "Waived")] = None
    campaign: Annotated[str | None, text("Phong trào", "Campaign")] = None
