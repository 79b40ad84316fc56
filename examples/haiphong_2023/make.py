"""Makes the example: a made-up cooperative alliance, and the workbooks its office and its 15 districts would send.

Everything is drawn from fixed seeds, so that it comes out the same on every machine. No unit, no person and no decision
in it is real. Run it from the repository: `python -m examples.haiphong_2023.make [FOLDER]`.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

from coopkit import OWN_KINDS, Alliance, Snapshot, register_sheets, shipped_index, shipped_places, write_workbook

from .activities import campaigns, foundings, honours, loans, small_events
from .calendar_of_events import KINDS, Act, Numbers, classes, clubs, fairs, member_meetings, place
from .register import units
from .tables import CITY, DISTRICT_OF, FIGURES_OF, OFFICE

FOLDER = Path(__file__).parent / "workbooks"


@cache
def records_by_sender() -> dict[str, list[Any]]:
    """The records each sender sends, by the name of its workbook: what it knows itself, not what it refers to."""
    known = units()
    sender_of = {unit.id: unit.sender for unit in known}
    sent: dict[str, list[Any]] = {OFFICE: [], **{sender: [] for sender in DISTRICT_OF}}
    office = sent[OFFICE]
    office += [Alliance("alliance", "Liên minh Hợp tác xã thành phố Hải Phòng", place(CITY))]
    office += [kind.stored() for kind in KINDS.values()]
    for unit in known:
        sent[unit.sender] += unit.records
    numbers = Numbers()
    founded = list(clubs(numbers, known))
    for group, inside, _ in founded:
        office.append(group)
        for one in inside:
            sent[sender_of[one.cooperative]].append(one)
    acts = [act for _, _, act in founded]
    for happening in (member_meetings, classes, fairs, small_events, foundings):
        acts += happening(numbers, known)
    _send(acts, sent, sender_of)
    for file in loans(numbers, known):  # a loan file is one row, so its turn stays with the office
        office += [*file.records, *file.turns]
    office += [*honours(known), *campaigns()]
    return sent


def _send(acts: list[Act], sent: dict[str, list[Any]], sender_of: dict[str, str]) -> None:
    """The office sends the events, each district the turns of its own units."""
    for act in sorted(acts, key=lambda one: (one.event.start, one.event.code)):
        sent[OFFICE] += act.records
        for turn in act.turns:
            sent[sender_of[turn.cooperative]].append(turn)


NOTE = "Dữ liệu mẫu, sinh tự động; mọi tên đơn vị và tên người đều là hư cấu (synthetic data, all names invented)"


def write_workbooks(folder: Path) -> None:
    """Write each sender's workbook into the folder: its own rows; what they refer to is only named."""
    sent = records_by_sender()
    every = {(type(record), record.id): record for records in sent.values() for record in records}
    snapshot, sheets = Snapshot.of([*shipped_places(), *every.values()]), register_sheets(OWN_KINDS)
    for sender, records in sent.items():
        info = {"sender": _title(sender), "paper_date": f"{FIGURES_OF:%d/%m/%Y}", "note": NOTE}
        own = {record.id for record in records}
        made = write_workbook(snapshot, sheets, info=info, created=FIGURES_OF, only=own)
        (folder / f"{sender}.xlsx").write_bytes(made)


def _title(sender: str) -> str:
    district = shipped_index().get(DISTRICT_OF.get(sender, CITY), FIGURES_OF)
    assert district is not None
    return "Văn phòng Liên minh HTX thành phố" if sender == OFFICE else district.title


if __name__ == "__main__":
    write_workbooks(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
