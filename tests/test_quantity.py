"""Quantities: the algebra of bounds, reading and writing them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from coopkit.errors import CoopkitError, UnitMismatch
from coopkit.quantity import (
    DISTRICTS,
    EVENTS,
    ITEMS,
    PEOPLE,
    PERCENT,
    TURNS,
    UNITS,
    VND,
    Quantity,
    Unit,
    about,
    at_least,
    between,
    exact,
    format_number,
    format_quantity,
    more_than,
    parse_quantity,
    total,
)
from coopkit.text import Label

WHOLE = st.integers(0, 10**15)


@st.composite
def quantities(draw: st.DrawFn, unit: Unit = PEOPLE, numbers: st.SearchStrategy[int] = WHOLE) -> Quantity:
    low, more = draw(numbers), draw(numbers)
    make = draw(
        st.sampled_from(
            [
                lambda: exact(low, unit),
                lambda: at_least(low, unit),
                lambda: more_than(low, unit),
                lambda: between(low, low + more, unit),
            ]
        )
    )
    return evolve(make(), about=draw(st.booleans()))


@given(quantities(), quantities(), quantities())
def test_adding_knows_no_order(a, b, c):
    """Sums come out the same in any order and grouping, and an exact 0 changes nothing."""
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + exact(0, PEOPLE) == a
    assert sum([a, b, c]) == total([c, a, b], PEOPLE) == a + b + c


@given(quantities(), quantities(), WHOLE, WHOLE)
def test_a_sum_covers_the_sums_of_what_its_parts_cover(a, b, x, y):
    """Whatever the true numbers within the bounds, their sum lies within the sum's bounds."""
    assume(a.covers(a.low + x) and b.covers(b.low + y))
    assert (a + b).covers(a.low + x + b.low + y)


@given(quantities(), quantities(), st.integers(0, 50), st.integers(0, 50))
def test_scaling_is_repeated_adding(a, b, m, n):
    """Multiplying is adding again and again, and distributes over sums."""
    assert a * n == n * a == total([a] * n, PEOPLE)
    assert (a + b) * n == a * n + b * n
    assert a * (m + n) == a * m + a * n


@given(quantities(), st.integers(1, 10**6))
def test_dividing_is_exact(a, n):
    """A share times the number of shares is the whole again, without any rounding."""
    assert (a / n) * n == a


@given(quantities(), quantities())
def test_a_sum_keeps_strict_and_about(a, b):
    """One "hơn" or "khoảng" among the parts is one in the sum; an open end stays open."""
    both = a + b
    assert (both.strict, both.about) == (a.strict or b.strict, a.about or b.about)
    assert (both.high is None) == (a.high is None or b.high is None)
    assert not (both.strict and both.high is not None)


def test_sums_of_real_figures():
    """hơn 200 and 20 is hơn 220; a range and hơn 200 has no upper end."""
    assert more_than(200, PEOPLE) + exact(20, PEOPLE) == more_than(220, PEOPLE)
    assert between(500, 700, PEOPLE) + more_than(200, PEOPLE) == more_than(700, PEOPLE)
    assert exact(96, TURNS) / 17 == exact(Fraction(96, 17), TURNS)
    assert total([], VND) == exact(0, VND)
    assert str(sum([exact(6, EVENTS), about(8, EVENTS)])) == "khoảng 14 sự kiện"


def test_whole_fractions_become_integers():
    """A value that is whole is held as an int, however it came."""
    assert type((exact(10, UNITS) / 5).low) is int
    assert exact(Decimal("5.0"), UNITS) == exact(5, UNITS)
    assert exact(Decimal("2.5"), PERCENT).low == Fraction(5, 2)


@pytest.mark.parametrize(
    ("quantity", "word"),
    [
        (exact(5, UNITS), "exact"),
        (at_least(5, UNITS), "at_least"),
        (more_than(5, UNITS), "more_than"),
        (between(5, 6, UNITS), "range"),
        (between(5, 5, UNITS), "exact"),
        (about(5, UNITS), "about"),
        (evolve(at_least(5, UNITS), about=True), "about_at_least"),
        (evolve(more_than(5, UNITS), about=True), "about_more_than"),
        (evolve(between(5, 6, UNITS), about=True), "about_range"),
    ],
)
def test_qualifier_says_how_the_figure_was_given(quantity, word):
    """Each kind of figure has one word."""
    assert quantity.qualifier == word
    assert quantity.is_exact == (word == "exact")


def test_units_do_not_mix():
    """lượt are not đơn vị: adding them is refused, in words of the user."""
    with pytest.raises(UnitMismatch, match="không cộng được lượt với đơn vị"):
        exact(11, UNITS) + exact(96, TURNS)
    with pytest.raises(UnitMismatch):
        total([exact(11, UNITS)], TURNS)
    hours = Unit("hour", Label("giờ", "hours"))
    assert exact(1, hours) + exact(2, Unit("hour", Label("tiếng", "hours"))) == exact(3, hours)


@pytest.mark.parametrize(
    "make",
    [
        lambda: between(7, 5, UNITS),
        lambda: Quantity(5, 7, strict=True, about=False, unit=UNITS),
        lambda: Quantity(5, 5, strict=True, about=False, unit=UNITS),
        lambda: exact(0.1, UNITS),  # type: ignore[arg-type]
        lambda: exact(True, UNITS),
        lambda: exact("5", UNITS),  # type: ignore[arg-type]
        lambda: exact(Decimal("NaN"), UNITS),
        lambda: exact(5, UNITS) * -1,
        lambda: exact(5, UNITS) / 0,
    ],
)
def test_what_makes_no_quantity_is_refused(make):
    """Inverted bounds, "hơn" with an upper bound, floats and negative factors raise a CoopkitError."""
    with pytest.raises(CoopkitError):
        make()


def test_other_operands_are_left_to_python():
    """Adding a bare number, or multiplying by a fraction, is a TypeError like anywhere in Python."""
    for attempt in (
        lambda: exact(5, UNITS) + 5,  # type: ignore[operator]
        lambda: 5 + exact(5, UNITS),
        lambda: exact(5, UNITS) * 0.5,  # type: ignore[operator]
        lambda: exact(5, UNITS) / 0.5,  # type: ignore[operator]
    ):
        with pytest.raises(TypeError):
            attempt()


@pytest.mark.parametrize(
    ("quantity", "vi", "en"),
    [
        (exact(274, UNITS), "274 đơn vị", "274 units"),
        (exact(1, UNITS), "1 đơn vị", "1 unit"),
        (exact(1234567, PEOPLE), "1.234.567 người", "1,234,567 people"),
        (more_than(200, PEOPLE), "hơn 200 người", "more than 200 people"),
        (at_least(5, PEOPLE), "từ 5 người trở lên", "at least 5 people"),
        (between(2, 3, EVENTS), "từ 2 đến 3 sự kiện", "from 2 to 3 events"),
        (about(500, PEOPLE), "khoảng 500 người", "about 500 people"),
        (evolve(more_than(5, ITEMS), about=True), "khoảng hơn 5 cái", "about more than 5 items"),
        (exact(15, DISTRICTS), "15 huyện, quận", "15 districts"),
        (exact(Decimal("32.33"), PERCENT), "32,33%", "32.33%"),
        (exact(Fraction(96, 17), TURNS), "5,65 lượt", "5.65 participations"),
        (between(500_000_000, 700_000_000, VND), "từ 500 đến 700 triệu đồng", "from 500 to 700 million VND"),
        (between(0, 5_000_000, VND), "từ 0 đến 5 triệu đồng", "from 0 to 5 million VND"),
        (exact(1_234_500_000, VND), "1.234,5 triệu đồng", "1,234.5 million VND"),
        (exact(2_500_000_000, VND), "2,5 tỷ đồng", "2.5 billion VND"),
        (exact(1_250_000_000, VND), "1,25 tỷ đồng", "1.25 billion VND"),
        (exact(1_234_567, VND), "1.234.567 đồng", "1,234,567 VND"),
        (exact(900_000, VND), "900.000 đồng", "900,000 VND"),
        (exact(0, VND), "0 đồng", "0 VND"),
        (exact(-2_000_000, VND), "-2 triệu đồng", "-2 million VND"),
        (exact(10_000_000, VND) / 3, "3.333.333,33 đồng", "3,333,333.33 VND"),
    ],
)
def test_quantities_are_written_in_both_languages(quantity, vi, en):
    """Vietnamese and English say the same, each in its own words and signs."""
    assert (format_quantity(quantity), format_quantity(quantity, "en"), str(quantity)) == (vi, en, vi)


def test_a_noun_may_fit_better_than_the_unit():
    """The noun asked for stands in place of the unit's label."""
    trainees, fairs = Label("học viên", "trainees"), Label("hội chợ", "fairs")
    assert format_quantity(more_than(200, PEOPLE), noun=trainees) == "hơn 200 học viên"
    assert format_quantity(exact(1, EVENTS), "en", Label("hội chợ", "fair")) == "1 fair"
    assert parse_quantity(format_quantity(exact(17, EVENTS), noun=fairs), EVENTS) == exact(17, EVENTS)


@pytest.mark.parametrize(
    ("number", "decimals", "vi", "en"),
    [
        (Decimal("1234.5"), None, "1.234,5", "1,234.5"),
        (1234567, None, "1.234.567", "1,234,567"),
        (Fraction(1, 3), None, "0,33", "0.33"),
        (Fraction(1, 8), None, "0,125", "0.125"),
        (Fraction(1, 2**10), None, "0,00", "0.00"),
        (Decimal("2.5"), 0, "3", "3"),
        (Decimal("-2.5"), 0, "-3", "-3"),
        (Decimal("-0.001"), 2, "0,00", "0.00"),
        (7, 2, "7,00", "7.00"),
        (10**40, None, "10" + ".000" * 13, "10" + ",000" * 13),
    ],
)
def test_numbers_are_written_in_both_languages(number, decimals, vi, en):
    """Signs and rounding follow the language and the decimals asked for."""
    assert (format_number(number, "vi", decimals), format_number(number, "en", decimals)) == (vi, en)
