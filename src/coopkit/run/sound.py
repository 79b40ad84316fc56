"""Whether sealed runs are still whole: every piece of each in the archive, and unspoilt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from coopkit.archive import Archive
from coopkit.run.again import Outcome
from coopkit.run.manifest import Manifest, Piece
from coopkit.seal import SealedRun


@frozen
class Gap:
    """A piece of a sealed run that is missing or spoilt: of which run, which piece, and what is wrong with it.

    >>> Gap("bao-cao-2023", "bảng place (table)", "đã bị sửa").run
    'bao-cao-2023'
    """

    run: str
    piece: str
    what: str


def faults(sealed: Iterable[SealedRun], archive: Archive) -> list[Gap]:
    """Every piece of these runs that is missing or spoilt; empty where all of them can be opened and run again."""
    known: dict[tuple[str, bool], str] = {}
    return [gap for run in sealed for gap in _faults(run, archive, known)]


def _faults(run: SealedRun, archive: Archive, known: dict[tuple[str, bool], str]) -> Iterator[Gap]:
    """What is wrong with one run; `known` is what was found so far, for runs share most of their pieces."""
    if not archive.folder.is_dir():
        yield Gap(run.name, f"kho lưu {archive.folder.name} (archive)", archive.fault(run.manifest))
        return
    manifest, results = Piece("bản kê (manifest)", run.manifest), Piece("kết quả (results)", run.results)
    broken = {one.at: fault for one in (manifest, results) if (fault := archive.fault(one.at))}
    yield from (Gap(run.name, one.what, broken[one.at]) for one in (manifest, results) if one.at in broken)
    pieces: list[Piece] = []
    if manifest.at not in broken:
        pieces += Manifest.of_bytes(archive.get(manifest.at)).pieces()
    if results.at not in broken:
        pieces += Outcome.of_bytes(archive.get(results.at)).pieces()
    for one in pieces:
        if (one.at, one.table) not in known:
            known[one.at, one.table] = archive.fault(one.at, table=one.table)
        if fault := known[one.at, one.table]:
            yield Gap(run.name, one.what, fault)
