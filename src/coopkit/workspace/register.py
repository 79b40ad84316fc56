"""Searching the register."""

from __future__ import annotations

from attrs import frozen

from coopkit.cooperative import Cooperative, CooperativeKind, Sector
from coopkit.place import place_title
from coopkit.snapshot import Snapshot
from coopkit.text import Label, fold, normalize, sort_key


@frozen
class Found:
    """A unit of the register as a list shows it."""

    id: str
    name: str
    tax_code: str
    kind: Label
    sector: Label
    place: str


def search(
    snapshot: Snapshot, text: str = "", *, kind: CooperativeKind | None = None, sector: Sector | None = None
) -> list[Found]:
    """The units whose name or tax code has the text, marks or not; exact hits first, then in Vietnamese order."""
    wanted, exact = fold(text), normalize(text).casefold()
    places = {row["id"]: place_title(row["type"], row["name"]) for row in snapshot.table("place").to_pylist()}
    hits = []
    for one in snapshot.records(Cooperative):
        if (kind and one.kind != kind) or (sector and one.sector != sector):
            continue
        if wanted and wanted not in fold(one.name) and wanted not in (one.tax_code or ""):
            continue
        rank = 0 if exact and exact in normalize(one.name).casefold() else 1
        hits.append((rank, sort_key(one.name), one))
    return [_found(one, places) for _, _, one in sorted(hits, key=lambda hit: (hit[0], hit[1], hit[2].id))]


def _found(one: Cooperative, places: dict[str, str]) -> Found:
    sector = one.sector.label if one.sector else Label("", "")
    return Found(one.id, one.name, one.tax_code or "", one.kind.label, sector, places.get(one.place or "", ""))
