"""Event kinds: declared as data, their own values checked, readable when their code is gone."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from attrs import evolve

from coopkit.errors import CoopkitError, UnitMismatch
from coopkit.event import OWN_KINDS, Event, EventKind
from coopkit.field import Choice, Field, amount, choice, count, day, flag, money, text
from coopkit.quantity import PEOPLE, VND, between, exact, more_than
from coopkit.snapshot import Snapshot
from coopkit.text import Label


class Season(Choice):
    """A plugin's own choice, whose class is gone once the plugin is."""

    WET = "wet", "Mùa mưa", "Wet season"
    DRY = "dry", "Mùa khô", "Dry season"


HARVEST = EventKind(
    "haiphong.harvest",
    Label("Ngày hội mùa", "Harvest day"),
    fields=(
        choice("Mùa", "Season", Season).named("season"),
        amount("Sản lượng", "Yield", VND).named("sold", required=False),
        amount("Người xem", "Visitors").named("visitors", required=False),
        day("Ngày gặt", "Reaped").named("reaped", required=False),
        count("Số gian hàng", "Stalls").named("stalls", required=False),
        money("Kinh phí", "Budget", minimum=None).named("budget", required=False),
        flag("Có truyền hình", "On television").named("filmed", required=False),
        text("Ghi chú", "Note", aliases=("Nhận xét",)).named("note", required=False),
    ),
    version=3,
    single=True,
    sheet=Label("Mùa vụ", "Harvest"),
)
VALUES = {
    "season": Season.DRY,
    "sold": between(500_000_000, 700_000_000, VND),
    "visitors": more_than(200, PEOPLE),
    "reaped": dt.date(2023, 5, 31),
    "stalls": 12,
    "budget": -5,
    "filmed": True,
    "note": "đông vui",
}


def held(kind: EventKind, values: dict[str, Any], number: int = 1, version: str | None = "") -> Event:
    """An event of the kind, as an importer would make it."""
    of = kind.stored().version if version == "" else version
    day = dt.date(2023, 5, 1)
    return Event(f"e{number}", f"HC-{number}", kind.key, "Ngày hội", day, None, None, of, kind.details(values))


@pytest.mark.parametrize("kind", [*OWN_KINDS, HARVEST], ids=lambda kind: kind.key)
def test_a_declaration_says_all_there_is_to_a_kind(kind: EventKind):
    """Kind → declaration → JSON text → kind gives the kind back, options and units included, but no class."""
    read = EventKind.of(json.loads(json.dumps(dict(kind.declaration))))
    assert read == kind
    assert kind.stored().kind == kind
    assert [own.options for own in read.fields] == [own.options for own in kind.fields]
    assert all(own.choices is None for own in read.fields)


def test_details_come_back_as_values():
    """Values → details, which are plain JSON → values; with the code, a choice comes back as a choice."""
    details = HARVEST.details(VALUES)
    assert json.loads(json.dumps(details)) == details
    assert HARVEST.values(details) == VALUES
    assert isinstance(HARVEST.values(details)["season"], Season)
    assert EventKind.of(HARVEST.declaration).values(details) == VALUES


def test_empty_values_take_no_room():
    """What was not said is not in the details, and comes back as None."""
    details = HARVEST.details({"season": "wet", "note": None})
    assert details == {"season": "wet"}
    assert HARVEST.values(details) == {**dict.fromkeys(VALUES), "season": Season.WET}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"season": None}, "season: thiếu"),
        ({"season": "spring"}, "season: 'spring'"),
        ({"colour": "red"}, "colour"),
        ({"reaped": "31/5/2023"}, "reaped"),
        ({"stalls": "12"}, "stalls"),
        ({"stalls": True}, "stalls"),
        ({"filmed": 1}, "filmed"),
        ({"note": 5}, "note"),
        ({"sold": 5}, "sold"),
    ],
)
def test_details_are_checked(change, said):
    """A field the kind does not have, a missing one, and a value of another type are refused by name."""
    with pytest.raises(CoopkitError, match=said):
        HARVEST.details({**VALUES, **change})


def test_details_keep_units_apart():
    """A quantity of people does not become one of đồng."""
    with pytest.raises(UnitMismatch, match="sold"):
        HARVEST.details({**VALUES, "sold": exact(5, PEOPLE)})


@pytest.mark.parametrize("key", ["Fair", "hội chợ", "", "a..b", "1a", "a.b "])
def test_a_key_is_plain(key):
    """Keys are small letters, digits, _ and dots, so that they can name a column."""
    with pytest.raises(CoopkitError, match="khóa"):
        EventKind(key, Label("Hội chợ", "Fair"))


@pytest.mark.parametrize(
    "fields",
    [
        (count("Số", "Count"),),
        (count("Số", "Count").named("n"), text("Tên", "Name").named("n")),
        (amount("Vay", "Loan").named("loan"), count("Thấp", "Low").named("loan_low")),
    ],
)
def test_fields_of_a_kind_have_names_of_their_own(fields: tuple[Field, ...]):
    """A field left without a name, or two that would share a column, are refused when the kind is declared."""
    with pytest.raises(CoopkitError, match=r"\.named"):
        EventKind("fair", Label("Hội chợ", "Fair"), fields=fields)


def test_own_kinds_are_told_apart():
    """No two of coopkit's kinds share a key, a label or the title of a sheet."""
    for told in ([kind.key for kind in OWN_KINDS], [kind.label.vi for kind in OWN_KINDS]):
        assert len(set(told)) == len(told)
    assert HARVEST.title.vi == "Mùa vụ"
    assert OWN_KINDS[0].title == OWN_KINDS[0].label


def test_own_fields_are_read_without_the_code():
    """With the declaration stored, the Snapshot has a typed column for every field of the kind."""
    table = Snapshot.of([HARVEST.stored(), held(HARVEST, VALUES)]).table("event")
    own = {name.removeprefix("haiphong.harvest."): table.column(name) for name in table.column_names if "." in name}
    assert {name: column.to_pylist() for name, column in own.items()} == {
        "season": ["dry"],
        "sold_low": [500_000_000],
        "sold_high": [700_000_000],
        "sold_strict": [False],
        "sold_about": [False],
        "visitors_low": [200],
        "visitors_high": [None],
        "visitors_strict": [True],
        "visitors_about": [False],
        "visitors_unit": ["person"],
        "reaped": [dt.date(2023, 5, 31)],
        "stalls": [12],
        "budget": [-5],
        "filmed": [True],
        "note": ["đông vui"],
    }
    assert [str(own[name].type) for name in ("season", "sold_low", "reaped", "filmed")] == [
        "string",
        "int64",
        "date32[day]",
        "bool",
    ]


def test_columns_are_there_before_the_first_event():
    """A declared kind without an event has its columns, empty, and other kinds' events leave them empty."""
    other = Event("e2", "HC-2", "fair", "Hội chợ", dt.date(2023, 5, 2))
    assert "haiphong.harvest.stalls" in Snapshot.of([HARVEST.stored()]).table("event").column_names
    table = Snapshot.of([HARVEST.stored(), held(HARVEST, VALUES), other]).table("event")
    assert table.column("haiphong.harvest.stalls").to_pylist() == [12, None]


OLD = EventKind(
    "visit",
    Label("Tham quan", "Visit"),
    fields=(
        text("Số người", "People").named("people", required=False),
        text("Nơi đến", "Where").named("where", required=False),
    ),
)
NEW = EventKind(
    "visit",
    Label("Tham quan học tập", "Study visit"),
    fields=(
        count("Số người", "People").named("people", required=False),
        flag("Xa", "Far").named("far", required=False),
    ),
    version=10,
)


def test_two_versions_of_a_kind_are_read_side_by_side():
    """A dropped field stays readable; one that changed its type keeps the old values in a column of their own."""
    events = [
        held(OLD, {"people": "khoảng chục", "where": "Cát Bà"}, 1),
        held(NEW, {"people": 12, "far": True}, 2),
        held(NEW, {"people": 7}, 3, version=None),
    ]
    snapshot = Snapshot.of([NEW.stored(), OLD.stored(), *events])
    table = snapshot.table("event")
    assert {name: table.column(name).to_pylist() for name in table.column_names if "." in name} == {
        "visit.people": [None, 12, 7],
        "visit.far": [None, True, None],
        "visit@1.people": ["khoảng chục", None, None],
        "visit.where": ["Cát Bà", None, None],
    }
    assert snapshot.kinds["visit"] == NEW


def test_a_version_is_a_record_of_its_own():
    """Each version is kept under key and number, so that the next does not overwrite it."""
    assert [kind.stored().id for kind in (OLD, NEW)] == ["visit@1", "visit@10"]
    assert evolve(NEW, version=11).stored() != NEW.stored()
