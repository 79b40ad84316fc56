"""When reports are due: each text's own day in several years, and what is due between two days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.regulation.calendar import Deadline, due_between, shipped_calendar

KNOWN = {one.key: one for one in shipped_calendar()}
DAY = dt.timedelta(days=1)
DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2032, 12, 31))
TOLD = {"key": "k", "label": {"vi": "Báo cáo", "en": "Report"}, "source": "TT", "window": "year", "since": 2020}


@pytest.mark.parametrize(
    ("key", "year", "last", "about"),
    [
        ("cooperative_data", 2025, dt.date(2025, 12, 15), "2025-HTX"),
        ("district_data", 2024, dt.date(2024, 12, 18), "2024-HTX"),
        ("province_data", 2025, dt.date(2025, 12, 21), "2025-HTX"),
        ("groups_commune", 2025, dt.date(2025, 12, 15), "2025-HTX"),
        ("groups_district", 2024, dt.date(2024, 12, 29), "2024-HTX"),
        ("groups_province", 2023, dt.date(2024, 1, 14), "2023-HTX"),
        ("groups_ministry", 2025, dt.date(2026, 1, 29), "2025-HTX"),
        ("support", 2025, dt.date(2025, 12, 19), "2025-HTX"),
        ("fund_half", 2025, dt.date(2025, 7, 30), "2025-H1"),
        ("fund_year", 2024, dt.date(2025, 3, 31), "2024"),
        ("fund_year", 2023, dt.date(2024, 3, 30), "2023"),
        ("fund_audit", 2024, dt.date(2025, 4, 30), "2024"),
        ("fund_rating", 2024, dt.date(2025, 5, 30), "2024"),
        ("rating_self", 2024, dt.date(2025, 3, 31), "2024"),
        ("rating_district", 2023, dt.date(2024, 4, 10), "2023"),
        ("rating_published", 2024, dt.date(2025, 4, 15), "2024"),
        ("emulation", 2025, dt.date(2025, 12, 15), "2025"),
    ],
)
def test_every_report_has_its_last_day(key: str, year: int, last: dt.date, about: str):
    """ "Before" a day is until the day before; 90 days after a leap year's beginning end a day earlier."""
    assert (KNOWN[key].last_day(year), KNOWN[key].period(year).key) == (last, about)


def test_every_deadline_names_its_text_and_is_tried():
    """No deadline without a citation, no key twice, both languages."""
    assert len(KNOWN) == len(shipped_calendar()) == 16
    assert all(one.source and one.label.vi and one.label.en for one in shipped_calendar())


def test_what_districts_did_ends_with_them():
    """Since 1/7/2025 there are no districts: what they handed in is not asked for; the communes' own data is."""
    before = {one.deadline.key for one in due_between(dt.date(2024, 12, 1), dt.date(2025, 1, 31))}
    after = {one.deadline.key for one in due_between(dt.date(2025, 12, 1), dt.date(2026, 1, 31))}
    assert before - after == {"district_data", "groups_district", "groups_province"}
    assert after <= before


def test_nothing_is_due_before_its_text():
    """A text of 2024 asks for nothing in 2023; one of 2019 does."""
    keys = {one.deadline.key for one in due_between(dt.date(2023, 12, 1), dt.date(2023, 12, 31))}
    assert "cooperative_data" not in keys
    assert "groups_commune" in keys


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_two_spans_tell_what_one_tells(first: dt.date, some: int, more: int):
    """Days that follow one another tell, together, the same as all of them at once; in the order of the days."""
    middle, last = first + some * DAY, first + (some + 1 + more) * DAY
    whole = due_between(first, last)
    assert whole == due_between(first, middle) + due_between(middle + DAY, last)
    assert [one.day for one in whole] == sorted(one.day for one in whole)


@pytest.mark.parametrize("told", [{}, {"by": "12-15", "within": 90}, {"by": "12-15", "before": "12-16"}])
def test_a_deadline_tells_its_day_in_one_way(told: dict[str, object]):
    """None of the ways, or two of them, are refused, with the deadline's key."""
    with pytest.raises(ValueError, match="k: ghi một trong"):
        Deadline.of({**TOLD, **told})
