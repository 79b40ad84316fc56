"""Reading quantities: every way people write them, and the way back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from coopkit.errors import BadText
from coopkit.quantity import (
    DISTRICTS,
    EVENTS,
    ITEMS,
    PEOPLE,
    PERCENT,
    TURNS,
    UNITS,
    VND,
    about,
    at_least,
    between,
    exact,
    format_quantity,
    more_than,
    parse_number,
    parse_quantity,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", Decimal("1234.5")),
        ("1.234", 1234),
        ("1.234.567", 1234567),
        ("1 234 567", 1234567),
        ("1\u00a0234", 1234),
        ("1234", 1234),
        ("1234,50", Decimal("1234.50")),
        ("1,234", Decimal("1.234")),
        ("08", 8),
        ("0", 0),
        ("-5", -5),
        ("−2,5", Decimal("-2.5")),
        (" 7 ", 7),
    ],
)
def test_numbers_are_read_the_vietnamese_way(text, number):
    """A dot groups thousands, a comma starts the decimals."""
    read = parse_number(text)
    assert (read, type(read)) == (number, type(number))


@pytest.mark.parametrize(
    "text",
    ["", "a", "1.5", "1,234.5", "1,234,567", "1.23.456", "0.123", "12.34", "1..2", "1 23", ",5", "5,", "٣", "1e5"],
)
def test_doubtful_numbers_are_refused(text):
    """What may mean two things, or nothing, is not guessed."""
    with pytest.raises(BadText) as refused:
        parse_number(text)
    assert all([*refused.value.what, *refused.value.mend])


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("274", exact(274, PEOPLE)),
        ("15 người", exact(15, PEOPLE)),
        ("08 người", exact(8, PEOPLE)),
        ("1.234.567", exact(1234567, PEOPLE)),
        ("hơn 200", more_than(200, PEOPLE)),
        ("Hơn 200 học viên", more_than(200, PEOPLE)),
        ("trên 80", more_than(80, PEOPLE)),
        (">200", more_than(200, PEOPLE)),
        ("more than 200 trainees", more_than(200, PEOPLE)),
        ("từ 20-30", between(20, 30, PEOPLE)),
        ("20 - 30", between(20, 30, PEOPLE)),
        ("20–30 học viên", between(20, 30, PEOPLE)),
        ("từ 20 đến 30", between(20, 30, PEOPLE)),
        ("20 tới 30", between(20, 30, PEOPLE)),
        ("from 20 to 30 people", between(20, 30, PEOPLE)),
        ("khoảng 500", about(500, PEOPLE)),
        ("gần 500", about(500, PEOPLE)),
        ("~500", about(500, PEOPLE)),
        ("ước đạt 500", about(500, PEOPLE)),
        ("ít nhất 5", at_least(5, PEOPLE)),
        ("từ 5 trở lên", at_least(5, PEOPLE)),
        ("5 người trở lên", at_least(5, PEOPLE)),
        ("≥ 5", at_least(5, PEOPLE)),
        (">= 5", at_least(5, PEOPLE)),
        ("5+", at_least(5, PEOPLE)),
        ("at least 5", at_least(5, PEOPLE)),
        ("tối đa 5", between(0, 5, PEOPLE)),
        ("không quá 5", between(0, 5, PEOPLE)),
        ("khoảng hơn 200", evolve(more_than(200, PEOPLE), about=True)),
        ("khoảng 500-700", evolve(between(500, 700, PEOPLE), about=True)),
        ("từ 20\u00a0đến\u00a030", between(20, 30, PEOPLE)),
    ],
)
def test_counts_are_read_as_people_write_them(text, quantity):
    """Every common way of giving a count is understood, composed or decomposed."""
    assert parse_quantity(text, PEOPLE) == quantity


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("từ 500 đến 700 triệu đồng", between(500_000_000, 700_000_000, VND)),
        ("từ 500 đến 700 triệu đồng/ HTX", between(500_000_000, 700_000_000, VND)),
        ("500-700 triệu", between(500_000_000, 700_000_000, VND)),
        ("500 triệu - 1,5 tỷ", between(500_000_000, 1_500_000_000, VND)),
        ("500.000 đồng đến 1 triệu đồng", between(500_000, 1_000_000, VND)),
        ("2,5 tỷ", exact(2_500_000_000, VND)),
        ("2,5 tỉ đồng", exact(2_500_000_000, VND)),
        ("2.925 triệu", exact(2_925_000_000, VND)),
        ("50 nghìn đồng", exact(50_000, VND)),
        ("3 nghìn tỷ đồng", exact(3 * 10**12, VND)),
        ("1.234.567 đ", exact(1_234_567, VND)),
        ("1.234.567", exact(1_234_567, VND)),
        ("hơn 5tr", more_than(5_000_000, VND)),
        ("0,5 đồng", exact(Fraction(1, 2), VND)),
        ("khoảng 2 billion VND", about(2 * 10**9, VND)),
        ("từ 2 tỷ đồng trở lên", at_least(2 * 10**9, VND)),
        ("-5 triệu", exact(-5_000_000, VND)),
    ],
)
def test_money_is_read_with_its_scale(text, quantity):
    """nghìn, triệu and tỷ count, and one at the end holds for both ends of a range."""
    assert parse_quantity(text, VND) == quantity


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("32,33%", exact(Decimal("32.33"), PERCENT)),
        ("trên 80 %", more_than(80, PERCENT)),
        ("20% - 30%", between(20, 30, PERCENT)),
        ("80 phần trăm", exact(80, PERCENT)),
        ("80", exact(80, PERCENT)),
    ],
)
def test_shares_are_read_with_decimals(text, quantity):
    """A percentage may have decimals and its sign."""
    assert parse_quantity(text, PERCENT) == quantity


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", PEOPLE),
        ("nhiều", PEOPLE),
        ("nt", PEOPLE),
        ("15/15", PEOPLE),
        ("từ 5", PEOPLE),
        ("30-20", PEOPLE),
        ("hơn 20-30", PEOPLE),
        ("hơn 200 trở lên", PEOPLE),
        ("từ 20-30 trở lên", PEOPLE),
        ("dưới 50", PEOPLE),
        ("<50", PEOPLE),
        ("2,5", PEOPLE),
        ("1,234", PEOPLE),
        ("5 triệu", PEOPLE),
        ("5 triệu người", PEOPLE),
        ("3 trăm", PEOPLE),
        ("5%", PEOPLE),
        ("5% - 6", PEOPLE),
        ("200 đồng", PEOPLE),
        ("5 hoặc 6", PEOPLE),
        ("5 và một", PEOPLE),
        ("tháng 5", PEOPLE),
        ("5 (ước)", PEOPLE),
        ("96 lượt", UNITS),
        ("96 lượt HTX", UNITS),
        ("15 người", EVENTS),
        ("2 tỷ rưỡi", VND),
        ("1 tỷ 200 triệu", VND),
        ("5 người", VND),
        ("5%", VND),
        ("500 triệu - 700", VND),
        ("5 người", PERCENT),
        ("5 triệu", PERCENT),
    ],
)
def test_unclear_quantities_are_refused(text, unit):
    """What is not clear, or counts something else, is refused with a way to mend it in both languages."""
    with pytest.raises(BadText) as refused:
        parse_quantity(text, unit)
    assert all([*refused.value.what, *refused.value.mend])


@given(st.text(), st.sampled_from([PEOPLE, VND, PERCENT]))
def test_reading_any_text_gives_a_quantity_or_bad_text(text, unit):
    """No text brings down the reader."""
    try:
        quantity = parse_quantity(text, unit)
    except BadText:
        return
    assert quantity.unit == unit


@given(st.data(), st.sampled_from([UNITS, TURNS, PEOPLE, EVENTS, DISTRICTS, ITEMS, VND, PERCENT]))
def test_what_is_written_is_read_back(data, unit):
    """Reading the Vietnamese text of a quantity gives the quantity, for whole numbers of any size."""
    numbers = st.one_of(st.integers(0, 3000), st.integers(0, 10**40))
    low, more, rough = data.draw(numbers), data.draw(numbers), data.draw(st.booleans())
    for quantity in (exact(low, unit), at_least(low, unit), more_than(low, unit), between(low, low + more, unit)):
        said = evolve(quantity, about=rough)
        assert parse_quantity(format_quantity(said), unit) == said


@given(st.sampled_from([VND, PERCENT]), st.decimals(-(10**12), 10**12, places=6), st.integers(0, 10**6))
def test_decimals_are_read_back(unit, low, more):
    """Up to six decimals survive writing and reading, and so do negative figures."""
    for quantity in (exact(low, unit), between(low, low + more, unit), about(low, unit)):
        assert parse_quantity(format_quantity(quantity), unit) == quantity


@given(st.integers(0, 10**6), st.integers(0, 9))
def test_round_money_keeps_its_scale(number, zeros):
    """Money with many zeros is read back from triệu and tỷ exactly."""
    quantity = exact(number * 10**zeros, VND)
    assert parse_quantity(format_quantity(quantity), VND) == quantity
