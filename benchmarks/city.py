"""A whole ledger of any size: the example, and made-up cooperatives of Hải Phòng with what they took part in.

    python benchmarks/city.py FOLDER UNITS TURNS

Everything goes through the journal, as staff would bring it, so that every page has something real to show. The same
sizes give the same ledger; one that is there already is kept.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from coopkit.access import Actor
from coopkit.cooperative import (
    Cooperative,
    CooperativeKind,
    Membership,
    OperatingState,
    OperatingStatus,
    Sector,
    YearFigures,
)
from coopkit.demo import load_campaigns, load_demo
from coopkit.event import Event, Participation
from coopkit.ledger import Batch, Change
from coopkit.place import shipped_index
from coopkit.record import identify
from coopkit.workspace import Workspace
from coopkit.workspace.runs import archive_beside

VERSION, AT_ONCE, EACH = 2, 100_000, 200
"""The ledger's making, so that an older one is not kept; records in a batch; turns an event has."""

FIRST, LAST = dt.date(2019, 1, 1), dt.date(2023, 12, 31)
TIME = dt.datetime(2024, 1, 5, 8, tzinfo=dt.UTC)
KINDS: Final = ("HTX", "HTX Dịch vụ nông nghiệp", "HTX Thủy sản", "Quỹ tín dụng nhân dân", "HTX Vận tải")
OWN: Final = ("An", "Ánh", "Ân", "Bình", "Dũng", "Đoàn Kết", "Đức", "Hải", "Hòa", "Lợi", "Phú", "Rau", "Tân", "Thịnh")
EVENTS: Final = {"member_meeting": "Hội nghị", "fair": "Hội chợ", "training": "Lớp tập huấn", "consultation": "Tư vấn"}


def _units(number: int, dice: random.Random) -> Iterator[Any]:
    communes = [place.id for place in shipped_index().level(LAST, "commune", within="31")]
    for n in range(number):
        unit = Cooperative(
            id=f"c{n}",
            name=f"{dice.choice(KINDS)} {' '.join(dice.choices(OWN, k=3))} {n}",
            kind=dice.choice(list(CooperativeKind)),
            tax_code=f"{9_000_000_000 + n}" if dice.random() < 0.9 else None,
            place=dice.choice(communes),
            sector=dice.choice(list(Sector)),
        )
        yield unit
        yield _of(Membership, cooperative=unit.id, joined=FIRST + dt.timedelta(days=dice.randrange(1500)))
        yield _of(OperatingStatus, cooperative=unit.id, state=OperatingState.OPERATING, since=FIRST)
        for year in ("2022", "2023"):
            told = {"workers": dice.randrange(1, 90), "revenue": dice.randrange(1, 90) * 100_000_000}
            yield _of(YearFigures, cooperative=unit.id, window=year, members_official=dice.randrange(7, 400), **told)


def _events(number: int, dice: random.Random) -> Iterator[Event]:
    for n in range(number):
        kind = dice.choice(list(EVENTS))
        day = FIRST + dt.timedelta(days=dice.randrange((LAST - FIRST).days))
        yield _of(Event, code=f"SK-{n}", kind=kind, name=f"{EVENTS[kind]} mẫu {n}", start=day)


def _turns(events: Sequence[Event], units: int, turns: int, dice: random.Random) -> Iterator[Participation]:
    for n in range(turns):
        event, place = events[n // EACH], n % EACH
        unit = f"c{(n // EACH * 7919 + place) % units}"  # neighbours: no event meets a unit twice
        yield _of(Participation, event=event.id, cooperative=unit, people=dice.randrange(1, 40))


def _of(cls: type, **values: Any) -> Any:
    return cls(id=identify(cls, values), **values)


def ledger(folder: Path, units: int, turns: int) -> str:
    """The url of a ledger with the example, so many units more, and so many turns."""
    file = folder / f"city-{VERSION}-{units}-{turns}.db"
    url = f"sqlite:///{file}"
    if file.exists():
        return url
    folder.mkdir(parents=True, exist_ok=True)
    beside, dice = file.with_suffix(".part"), random.Random(2023)  # noqa: S311 - made-up data
    beside.unlink(missing_ok=True)
    shutil.rmtree(archive_beside(beside).folder, ignore_errors=True)
    with Workspace.open(f"sqlite:///{beside}") as workspace:
        load_demo(workspace.as_(Actor.office("bench")))
        load_campaigns(workspace.as_(Actor.office("bench")))
        events = list(_events(-(-turns // EACH), dice))
        for records in (_units(units, dice), events, _turns(events, units, turns, dice)):
            rest = iter(records)
            while changes := tuple(Change(one) for one in islice(rest, AT_ONCE)):
                workspace.ledger.write(Batch("bench", "Dữ liệu lớn", TIME, changes=changes))
    shutil.move(archive_beside(beside).folder, archive_beside(file).folder)
    shutil.move(beside, file)
    return url


if __name__ == "__main__":
    print(ledger(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
