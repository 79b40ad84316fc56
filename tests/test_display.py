"""Values as people read them: in two languages, with their units, personal ones masked."""

from __future__ import annotations

import datetime as dt

import pytest

from coopkit.cooperative import Cooperative, CooperativeKind, Person, Sector, YearFigures
from coopkit.display import Display, masked
from coopkit.event import Event, Participation
from coopkit.field import FieldKind, flag, percent
from coopkit.group import Alliance
from coopkit.place import shipped_places
from coopkit.quantity import VND, between
from coopkit.record import record_type, to_row
from coopkit.snapshot import Snapshot

UNIT = Cooperative(
    "c", "HTX An Bình", CooperativeKind.COOPERATIVE, None, "11890@1900-01-01", None, Sector.FINANCE,
    dt.date(2015, 3, 5), 1_500_000_000,
)  # fmt: skip
EVENT = Event("e", "HC-01", "fair", "Hội chợ xuân", dt.date(2023, 5, 1))
TURN = Participation("t", "e", "c", 3, between(500_000_000, 700_000_000, VND))
SNAPSHOT = Snapshot.of([*shipped_places(), UNIT, EVENT, TURN, Person("p", "Người mẫu 001", "0000 000 001")])


@pytest.mark.parametrize(
    ("record", "key", "vi", "en"),
    [
        (UNIT, "name", "HTX An Bình", "HTX An Bình"),
        (UNIT, "kind", "Hợp tác xã", "Cooperative"),
        (UNIT, "tax_code", "", ""),
        (UNIT, "place", "Xã Hòa Bình", "Xã Hòa Bình"),
        (UNIT, "founded", "05/03/2015", "05/03/2015"),
        (UNIT, "charter_capital", "1,5 tỷ đồng", "1.5 billion VND"),
        (TURN, "event", "Hội chợ xuân", "Hội chợ xuân"),
        (TURN, "cooperative", "HTX An Bình", "HTX An Bình"),
        (TURN, "people", "3 người", "3 people"),
        (TURN, "amount", "từ 500 đến 700 triệu đồng", "from 500 to 700 million VND"),
        (YearFigures("f", "gone", "2023-HTX"), "cooperative", "gone", "gone"),
        (YearFigures("f", "gone", "2023-Q2"), "window", "Quý II năm 2023", "Quarter II of 2023"),
        (Alliance("a", "Liên minh", "31@1900-01-01"), "place", "Thành phố Hải Phòng", "Thành phố Hải Phòng"),
    ],
)
def test_a_value_is_read_out(record: object, key: str, vi: str, en: str):
    """By name, label, title, dd/mm/yyyy, with its unit; a reference to nothing held shows its id."""
    declared, row = record_type(type(record)), to_row(record)
    assert Display(SNAPSHOT).row(declared, row, key) == (vi,)
    assert Display(SNAPSHOT, "en").row(declared, row, key) == (en,)


def test_shares_and_flags():
    """12,5 % and yes or no."""
    share, told = percent("Tỷ lệ", "Share").named("share"), flag("Có báo cáo", "Reported").named("told")
    assert share.kind is FieldKind.PERCENT
    assert Display(SNAPSHOT).text(share, {"share": 1250}) == "12,5%"
    assert Display(SNAPSHOT, "en").text(told, {"told": True}) == "Yes"


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("An", "••"), ("0225", "••••"), ("02251", "•••••"), ("022512", "02••12")]
)
def test_what_is_masked_cannot_be_read(text: str, shown: str):
    """A short value shows nothing at all."""
    assert masked(text) == shown


def test_personal_values_are_shown_only_when_asked_for():
    """Names too; where a person is referred to, the name is masked as well."""
    person, row = record_type(Person), SNAPSHOT.table("person").to_pylist()[0]
    assert Display(SNAPSHOT).row(person, row, "name", "phone") == ("Ng•••••••••01", "00••••••••01")
    assert Display(SNAPSHOT, personal=True).row(person, row, "name", "phone") == ("Người mẫu 001", "0000 000 001")
