"""Fields: declared once, stored as columns, chosen from options."""

from __future__ import annotations

import pytest

from coopkit.event.kinds import LoanSource
from coopkit.field import (
    Choice,
    Field,
    FieldKind,
    Personal,
    Storage,
    amount,
    choice,
    count,
    day,
    flag,
    money,
    percent,
    text,
)
from coopkit.quantity import PEOPLE, VND


@pytest.mark.parametrize("kind", FieldKind)
def test_every_kind_has_columns(kind: FieldKind):
    """Whatever its kind, a field says how it is stored, and no two of its columns share a name."""
    columns = Field(kind, text("Tên", "Name").label, "own").columns
    assert columns
    assert len({column.name for column in columns}) == len(columns)


@pytest.mark.parametrize(
    ("declared", "storage"),
    [
        (text("Tên", "Name"), Storage.TEXT),
        (day("Ngày", "Day"), Storage.DATE),
        (count("Số", "Count"), Storage.INT),
        (money("Vốn", "Capital"), Storage.INT),
        (percent("Tỷ lệ", "Share"), Storage.INT),
        (flag("Có", "Has"), Storage.FLAG),
        (choice("Nguồn", "Source", LoanSource), Storage.TEXT),
    ],
)
def test_a_plain_field_is_one_column(declared: Field, storage: Storage):
    """One column of the field's name, which may be empty exactly where the field is not required."""
    (needed,) = declared.named("own").columns
    (optional,) = declared.named("own", required=False).columns
    assert (needed.name, needed.storage, needed.nullable) == ("own", storage, False)
    assert optional.nullable


def test_a_quantity_is_four_columns_and_its_unit_where_none_is_fixed():
    """Low, high, strict, about; only the upper bound of a required quantity may be empty."""
    fixed, free = amount("Tiền", "Money", VND).named("m"), amount("Mức", "Goal").named("g")
    assert [(column.name, column.nullable) for column in fixed.columns] == [
        ("m_low", False),
        ("m_high", True),
        ("m_strict", False),
        ("m_about", False),
    ]
    assert [column.name for column in free.columns][-1] == "g_unit"
    assert all(column.nullable for column in amount("Mức", "Goal").named("g", required=False).columns)


def test_choices_carry_their_labels():
    """The options of a choice stand in the declaration itself, with both labels, also without the class."""
    declared = choice("Nguồn", "Source", LoanSource)
    assert declared.values == {source.value for source in LoanSource}
    option = declared.option("bank")
    assert option is not None
    assert (option.label.vi, option.label.en) == ("Ngân hàng", "Bank")
    assert declared.option("casino") is None
    assert Field(FieldKind.CHOICE, declared.label, options=declared.options) == declared


def test_a_choice_without_labels_shows_its_value():
    """An option that was given no label is shown as it is stored."""

    class Size(Choice):
        BIG = "big"

    assert Size.BIG.label.vi == "big"


def test_units_and_bounds_are_declared():
    """A count may be of people and capped; profit may be below zero; personal data says its class."""
    assert count("Người", "People", PEOPLE, maximum=100).maximum == 100
    assert count("Người", "People").minimum == 0
    assert money("Lợi nhuận", "Profit", minimum=None).minimum is None
    assert text("Họ tên", "Name", personal=Personal.SENSITIVE).personal is Personal.SENSITIVE
