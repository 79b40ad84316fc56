"""Size and rating classes at every threshold, one below and one above; what no source states is unknown."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.errors import NotFound
from coopkit.regulation import Regulation, shipped_regulation

NEW, OLD, BILLION = dt.date(2024, 12, 31), dt.date(2023, 12, 31), 10**9
LAW = shipped_regulation()
FARM = (("large", 300, 50, 10), ("medium", 200, 10, 5), ("small", 50, 2, 1))
BELOW = {"large": "medium", "medium": "small", "small": "micro"}


def size(sector: str | None = "agriculture", on: dt.date = NEW, **told: Any) -> str:
    return LAW.size(on, sector, **{"members": None, **told}).key


@pytest.mark.parametrize(("name", "members", "revenue", "capital"), FARM)
def test_agriculture_at_every_threshold(name: str, members: int, revenue: int, capital: int):
    """Members AND (revenue OR capital), each at its threshold and one below (Decree 113/2024 Art 5)."""
    rich, wealthy = revenue * BILLION, capital * BILLION
    assert size(members=members, revenue=rich, capital=0) == name
    assert size(members=members, revenue=0, capital=wealthy) == name
    assert size(members=members + 1, revenue=rich + 1, capital=wealthy + 1) == name
    assert size(members=members - 1, revenue=rich, capital=wealthy) == BELOW[name]
    assert size(members=members, revenue=rich - 1, capital=wealthy - 1) == BELOW[name]


def test_what_is_missing_matters_only_where_it_could_decide():
    """49 members are micro whatever else; 300 with enough capital are large though the revenue is missing."""
    assert size(members=49) == "micro"
    assert size(members=300, capital=10 * BILLION) == "large"
    assert size(members=300, capital=BILLION) == "unknown"
    assert size(members=None, revenue=0, capital=0) == "micro"
    assert size(members=None, revenue=60 * BILLION) == "unknown"
    why = LAW.size(NEW, "agriculture", members=300, capital=BILLION).why
    assert why is not None
    assert why.vi == "thiếu số liệu: revenue"


@pytest.mark.parametrize(
    ("sector", "told", "found"),
    [
        ("industry", {"members": 100, "revenue": 80 * BILLION, "capital": 0}, "large"),
        ("industry", {"members": 99, "revenue": 80 * BILLION, "capital": 0}, "unknown"),
        ("industry", {"members": 100, "revenue": 80 * BILLION - 1, "capital": 20 * BILLION - 1}, "unknown"),
        ("finance", {"members": 5_000, "revenue": 90 * BILLION, "capital": 90 * BILLION}, "unknown"),
        ("services", {"members": 5, "revenue": 1, "capital": 1}, "unknown"),
        (None, {"members": 5, "revenue": 1, "capital": 1}, "unknown"),
    ],
)
def test_what_no_source_states_is_unknown(sector: str | None, told: dict[str, int], found: str):
    """Of industry only the large ones are stated, of finance and services nothing."""
    assert size(sector, **told) == found


@pytest.mark.parametrize(
    ("members", "found"),
    [(49, "micro"), (50, "small"), (300, "small"), (301, "medium"), (1000, "medium"), (1001, "large")],
)
def test_the_older_scheme_counts_members(members: int, found: str):
    """Below 50, to 300, to 1,000, above (TT 01/2020); a class always carries its scheme and day."""
    made = LAW.size(OLD, None, members=members)
    assert (made.key, made.scheme, made.on) == (found, "tt-01-2020", OLD)
    assert LAW.size(NEW, None, members=members, scheme="tt-01-2020").key == found


def test_the_day_chooses_the_scheme():
    """The day before Decree 113/2024 is in force the older scheme is asked; before both there is none."""
    assert LAW.size(dt.date(2024, 10, 31), "agriculture", members=300).scheme == "tt-01-2020"
    assert LAW.size(dt.date(2024, 11, 1), "agriculture", members=1).scheme == "nd-113-2024"
    with pytest.raises(NotFound, match="31/03/2020"):
        LAW.size(dt.date(2020, 3, 31), "agriculture", members=1)


@pytest.mark.parametrize(
    ("points", "found"),
    [
        *[(100, "good"), (80, "good"), (Fraction(799, 10), "fair"), (65, "fair"), (Fraction(649, 10), "average")],
        *[(50, "average"), (Fraction(499, 10), "weak"), (0, "weak")],
    ],
)
def test_ratings_at_every_threshold(points: int | Fraction, found: str):
    """80, 65 and 50 points belong to the better class."""
    assert LAW.rating(OLD, points, months=12, stopped=3).key == found


@pytest.mark.parametrize(("months", "stopped"), [(11, 0), (12, 4), (0, 12)])
def test_who_is_not_rated(months: int, stopped: int):
    """Less than 12 months in operation, or stopped for more than 3."""
    assert LAW.rating(OLD, 90, months=months, stopped=stopped).key == "unrated"


@given(st.integers(0, 2_000), st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_is_never_less(members: int, revenue: int, capital: int):
    """A unit that grows does not fall into a smaller class."""
    order = ["micro", "small", "medium", "large"]
    classes = [size(members=members + more, revenue=revenue + more, capital=capital + more) for more in (0, 1, 1_000)]
    assert [order.index(one) for one in classes] == sorted(order.index(one) for one in classes)


def test_the_hash_follows_the_texts():
    """Another threshold is another regulation."""
    changed = {name: text.replace("members = 300", "members = 299") for name, text in LAW.texts.items()}
    assert Regulation(changed).content_hash != LAW.content_hash
    assert Regulation(dict(LAW.texts)).content_hash == LAW.content_hash
