"""Records: what every type declares, rows and back, ids, and what a field refuses to keep."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import ANY_RECORD, DETAILS

from coopkit.campaign import Target
from coopkit.cooperative import Cooperative, CooperativeKind, Person
from coopkit.errors import CoopkitError, UnitMismatch
from coopkit.event import Event, Participation
from coopkit.field import FieldKind
from coopkit.group import Group, GroupKind
from coopkit.quantity import EVENTS, PEOPLE, VND, Unit, exact
from coopkit.record import RecordType, canonical_json, from_row, identify, make_id, record_type, to_row
from coopkit.snapshot import RECORD_TYPES, TABLES
from coopkit.text import Label

TYPES = pytest.mark.parametrize("declared", RECORD_TYPES, ids=lambda declared: declared.table)
CLUB = Group(id="g", kind=GroupKind.CLUB, name="Câu lạc bộ OCOP")
TURN = Participation(id="p", event="e", cooperative="c")


@given(ANY_RECORD)
def test_a_record_is_the_same_after_its_row(item):
    """Record → row → record gives the record back, and the row has the declared columns in their order."""
    row = to_row(item)
    assert list(row) == [column.name for column in record_type(type(item)).columns]
    assert from_row(type(item), row) == item


@TYPES
def test_every_field_is_labelled_in_both_languages(declared: RecordType):
    """No column of a sheet, form or report stands without a Vietnamese and an English name."""
    labels = [declared.label, *(field.label for field in declared.fields)]
    labels += [option.label for field in declared.fields for option in field.options]
    assert all(label.vi.strip() and label.en.strip() for label in labels)


@TYPES
def test_every_attribute_is_a_declared_field(declared: RecordType):
    """A record keeps nothing that its declaration does not know; its id comes first."""
    assert [own.key for own in declared.fields] == [own.name for own in declared.cls.__attrs_attrs__]
    assert declared.fields[0].key == "id"


@TYPES
def test_references_and_identities_name_what_exists(declared: RecordType):
    """A reference points to a table that comes before, and the fields that name a record are its own."""
    before = list(TABLES)[: list(TABLES).index(declared.table)]
    assert [own.refers for own in declared.fields if own.refers and own.refers not in before] == []
    assert {*declared.identity} <= {own.key for own in declared.fields}


def test_only_the_person_table_holds_personal_data():
    """Personal fields are texts of `person`, so that the journal can seal them and a person can be erased."""
    personal = [(declared.table, own) for declared in RECORD_TYPES for own in declared.fields if own.personal]
    assert {table for table, _ in personal} == {"person"}
    assert {own.kind for _, own in personal} == {FieldKind.TEXT}
    assert {own.key for _, own in personal} == {own.key for own in record_type(Person).fields} - {"id"}


def test_tables_are_named_once():
    """No two record types lie in one table."""
    assert len(TABLES) == len(RECORD_TYPES)


def test_a_class_that_declares_nothing_is_no_record():
    """Asking for the record type of something else says what to do."""
    with pytest.raises(CoopkitError, match="@record"):
        record_type(dict)
    with pytest.raises(CoopkitError, match="has no field 'colour'"):
        record_type(Group).field("colour")


@pytest.mark.parametrize(
    ("item", "change", "said"),
    [
        (CLUB, {"name": None}, "name: thiếu giá trị"),
        (CLUB, {"kind": None}, "kind: thiếu giá trị"),
        (CLUB, {"name": 5}, "name: 5 .*a text"),
        (CLUB, {"kind": "tribe"}, "kind: 'tribe'"),
        (CLUB, {"founded": "01/05/2023"}, "founded: .*a date"),
        (CLUB, {"founded": dt.datetime(2023, 5, 1, 8, tzinfo=dt.UTC)}, "founded: .*a date"),
        (TURN, {"people": True}, "people: True .*a whole number"),
        (TURN, {"people": 1.5}, "people: 1.5 .*a whole number"),
        (TURN, {"people": "12"}, "people: '12' .*a whole number"),
        (TURN, {"people": 2**63}, "64"),
        (TURN, {"amount": exact(2**63, VND)}, "64"),
        (TURN, {"amount": exact(Fraction(1, 3), VND)}, "only whole numbers"),
        (TURN, {"amount": 5}, "amount: 5 .*a Quantity"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(item: Any, change: dict[str, Any], said: str):
    """What a column would change, or choke on later, is refused when written, by the name of the field."""
    with pytest.raises(CoopkitError, match=said):
        to_row(evolve(item, **change))


def test_a_quantity_of_another_unit_is_refused():
    """People do not turn into đồng on their way through a column of đồng."""
    with pytest.raises(UnitMismatch, match="amount"):
        to_row(evolve(TURN, amount=exact(5, PEOPLE)))


def test_a_plugin_unit_reads_as_its_key_and_still_adds_up():
    """A target in a unit that no longer has code keeps its unit."""
    household = Unit("household", Label("hộ", "households"))
    target = Target(id="t", metric="m", period="2024", goal=exact(20, household), set_on=dt.date(2023, 12, 1))
    read = from_row(Target, to_row(target))
    assert read == target
    assert (read.goal + exact(1, household)).low == 21
    assert from_row(Target, to_row(evolve(target, goal=exact(2, EVENTS)))).goal.unit.label == EVENTS.label


def test_choices_come_back_as_choices():
    """A choice given as its value is the same record, and reads back with its label."""
    row = to_row(Cooperative(id="c", name="HTX An Bình", kind="cooperative"))  # type: ignore[arg-type]
    assert row["kind"] == "cooperative"
    assert from_row(Cooperative, row).kind is CooperativeKind.COOPERATIVE


@pytest.mark.parametrize("declared", [d for d in RECORD_TYPES if d.identity], ids=lambda declared: declared.table)
def test_an_id_follows_from_what_names_the_record(declared: RecordType):
    """The same naming fields give the same id; another value of any of them gives another."""
    named = {key: f"value of {key}" for key in declared.identity}
    first = identify(declared.cls, named)
    assert first == identify(declared.cls, {**named, "no such field": 1})
    assert first.startswith(f"{declared.table}-")
    for key in declared.identity:
        assert identify(declared.cls, {**named, key: "another"}) != first


def test_a_type_that_nothing_names_gets_no_id():
    """A cooperative is not named by its fields: asking for its id does not give all of them the same one."""
    with pytest.raises(CoopkitError, match="cooperative"):
        identify(Cooperative, {"name": "HTX An Bình"})


@given(st.lists(st.tuples(st.text("ab", max_size=2), st.text("ab", max_size=2)), unique=True))
def test_ids_do_not_run_together(parts):
    """Letters moved from one naming field to the next give another id."""
    assert len({make_id("group", *part) for part in parts}) == len(parts)


@given(DETAILS)
def test_canonical_json_knows_no_order(mapping):
    """The same mapping is the same text, however it was put together."""
    assert canonical_json(dict(reversed(mapping.items()))) == canonical_json(mapping)


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, {1: 1, "a": 2}])
def test_what_json_cannot_keep_is_refused(value):
    """A number that is none, or a set, is refused rather than written as something else."""
    event = Event("e", "HC-01", "fair", "Hội chợ", dt.date(2023, 5, 1), details={"odd": value})
    with pytest.raises(CoopkitError, match="JSON"):
        to_row(event)
