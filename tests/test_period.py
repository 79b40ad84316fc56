"""Periods and dates: names, neighbours, cutting short, splitting, reading."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.errors import BadText
from coopkit.period import Period, PeriodKind, format_date, parse_date

KINDS: tuple[PeriodKind, ...] = ("year", "half", "quarter", "month", "cooperative_year")
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2900, 12, 31))
WHOLE = st.builds(Period.of, st.sampled_from(KINDS), DAYS)
ONE_DAY = dt.timedelta(days=1)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Periods, whole or cut short."""
    whole = draw(WHOLE)
    return whole.to_date(whole.start + ONE_DAY * draw(st.integers(0, 400)))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("key", "start", "end", "vi", "en"),
    [
        ("2023", "2023-01-01", "2023-12-31", "Năm 2023", "Year 2023"),
        ("2023-H1", "2023-01-01", "2023-06-30", "6 tháng đầu năm 2023", "First half of 2023"),
        ("2023-H2", "2023-07-01", "2023-12-31", "6 tháng cuối năm 2023", "Second half of 2023"),
        ("2023-Q3", "2023-07-01", "2023-09-30", "Quý III năm 2023", "Quarter III of 2023"),
        ("2024-02", "2024-02-01", "2024-02-29", "Tháng 02/2024", "February 2024"),
        (
            "2023-HTX",
            "2022-12-15",
            "2023-12-14",
            "Năm báo cáo HTX 2023 (15/12/2022–14/12/2023)",
            "Cooperative reporting year 2023 (15/12/2022–14/12/2023)",
        ),
        (
            "2023-Q3@2023-08-15",
            "2023-07-01",
            "2023-08-15",
            "Quý III năm 2023, đến 15/08/2023",
            "Quarter III of 2023, up to 15/08/2023",
        ),
    ],
)
def test_a_key_names_days_and_a_label(key, start, end, vi, en):
    """Each key stands for its first and last day, and has a name in both languages."""
    period = Period.parse(key)
    assert (period.key, period.start, period.end) == (key, day(start), day(end))
    assert (period.label.vi, period.label.en, str(period)) == (vi, en, vi)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("năm 2023", "2023"),
        ("Năm 2023", "2023"),
        ("6 tháng đầu năm 2023", "2023-H1"),
        ("sáu tháng cuối năm 2023", "2023-H2"),
        ("nửa đầu năm 2023", "2023-H1"),
        ("H2/2023", "2023-H2"),
        ("quý III/2023", "2023-Q3"),
        ("Quý 3 năm 2023", "2023-Q3"),
        ("Q3/2023", "2023-Q3"),
        ("tháng 5/2023", "2023-05"),
        ("Tháng 05 năm 2023", "2023-05"),
        ("5/2023", "2023-05"),
        ("2023-htx", "2023-HTX"),
        ("năm HTX 2023", "2023-HTX"),
        ("9 tháng đầu năm 2023", "2023@2023-09-30"),
        ("12 tháng đầu năm 2023", "2023"),
        ("2023@2023-12-31", "2023"),
    ],
)
def test_periods_are_read_as_people_write_them(text, key):
    """The usual phrases are understood, with or without marks."""
    assert Period.parse(text).key == key


@pytest.mark.parametrize(
    "text",
    [
        *("", "23", "20233", "2023-H3", "2023-Q5", "2023-Q0", "2023-13", "2023-00", "2023-5-1", "quý V/2023", "1023"),
        *("tháng 13/2023", "hôm nay", "2023@2022-12-31", "2023@", "0 tháng đầu năm 2023", "6 tháng 2023"),
    ],
)
def test_other_texts_are_no_period(text):
    """What names no period is refused, with how to write one in both languages."""
    with pytest.raises(BadText) as refused:
        Period.parse(text)
    assert all([*refused.value.what, *refused.value.mend])


@given(st.text())
def test_reading_any_text_gives_a_period_a_date_or_bad_text(text):
    """No text brings down the readers: each gives what it is to give, or refuses."""
    for read, kind in ((Period.parse, Period), (parse_date, dt.date)):
        try:
            found = read(text)
        except BadText:
            continue
        assert isinstance(found, kind)


@given(periods())
def test_key_and_label_are_read_back(period):
    """A period is found again by its key and by its Vietnamese name."""
    assert Period.parse(period.key) == Period.parse(period.label.vi) == period


@given(st.sampled_from(KINDS), DAYS)
def test_every_day_lies_in_one_period_of_a_kind(kind, any_day):
    """The period of a day contains it, and its neighbour ends the day before it starts."""
    period = Period.of(kind, any_day)
    assert period.contains(any_day)
    assert period.before().end + ONE_DAY == period.start
    assert not period.before().contains(any_day)
    assert period.days == (period.end - period.start).days + 1


@given(WHOLE)
def test_the_year_before_is_so_many_periods_before(period):
    """Going back period by period through a year ends at the same period of the year before."""
    back = period
    for _ in range({"half": 2, "quarter": 4, "month": 12}.get(period.kind, 1)):
        back = back.before()
    assert back == period.year_before()
    assert (back.kind, back.number, back.year) == (period.kind, period.number, period.year - 1)


@given(periods())
def test_a_cut_period_is_compared_with_one_cut_at_the_same_place(period):
    """Before and year before have as many whole months, and as many days in the last within what a month allows."""
    for other in (period.before(), period.year_before()):
        assert other.kind == period.kind
        assert other.end < period.start or period.kind != "year"
        assert abs(other.days - period.days) <= 3 + (period.whole.kind == "half") * 2
    assert period.year_before().end.replace(day=1) == period.end.replace(day=1, year=period.end.year - 1)


@pytest.mark.parametrize(
    ("cut", "before", "year_before"),
    [
        ("2024@2024-02-29", "2023@2023-02-28", "2023@2023-02-28"),
        ("2025@2025-02-28", "2024@2024-02-29", "2024@2024-02-29"),
        ("2025@2025-02-27", "2024@2024-02-27", "2024@2024-02-27"),
        ("2024-02@2024-02-28", "2024-01@2024-01-28", "2023-02"),
        ("2023-03@2023-03-30", "2023-02", "2022-03@2022-03-30"),
        ("2023-Q2@2023-05-31", "2023-Q1@2023-02-28", "2022-Q2@2022-05-31"),
        ("2023-Q2@2023-04-30", "2023-Q1@2023-01-31", "2022-Q2@2022-04-30"),
        ("2023-HTX@2022-12-31", "2022-HTX@2021-12-31", "2022-HTX@2021-12-31"),
        ("2024-HTX@2024-02-29", "2023-HTX@2023-02-28", "2023-HTX@2023-02-28"),
    ],
)
def test_the_end_of_february_is_safe(cut, before, year_before):
    """Months that are over are compared with months that are over; a day that is not there gives the last there is."""
    period = Period.parse(cut)
    assert (period.before().key, period.year_before().key) == (before, year_before)


def test_to_date_cuts_only_what_lies_ahead():
    """A period over by then stays whole; one not begun cannot be cut; cutting again cuts further."""
    year = Period.parse("2023")
    assert year.to_date(day("2023-12-31")) is year
    assert year.to_date(day("2024-05-01")) is year
    cut = year.to_date(day("2023-06-30"))
    assert (cut.to_date(day("2023-08-01")), cut.whole, cut.days) == (cut, year, 181)
    assert cut.to_date(day("2023-03-31")).key == "2023@2023-03-31"
    with pytest.raises(BadText, match="chưa bắt đầu"):
        year.to_date(day("2022-12-31"))


def test_parts_make_up_the_whole():
    """Parts follow one another without gap; a cut period ends with a cut part."""
    year = Period.parse("2024")
    assert [part.key for part in year.parts("half")] == ["2024-H1", "2024-H2"]
    assert len(year.months()) == 12
    assert [part.key for part in Period.parse("2024-Q2").months()] == ["2024-04", "2024-05", "2024-06"]
    assert [part.key for part in Period.parse("2024@2024-05-10").parts("quarter")] == ["2024-Q1", "2024-Q2@2024-05-10"]
    assert year.parts("year") == (year,)


@given(periods(), st.sampled_from(KINDS))
def test_parts_follow_without_gap(period, kind):
    """Whatever the kinds, parts cover the period exactly, or splitting is refused."""
    try:
        parts = period.parts(kind)
    except BadText:
        sizes = ["month", "quarter", "half", "year"]
        assert "cooperative_year" in {kind, period.kind} or sizes.index(kind) > sizes.index(period.kind)
        return
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    assert all(one.end + ONE_DAY == next_.start for one, next_ in pairwise(parts))


def test_periods_are_ordered_by_start():
    """Sorting puts earlier periods first, and of those that start together the shorter."""
    keys = ["2024", "2023-Q3", "2023", "2023-HTX", "2023-01", "2023-Q1", "2023@2023-02-28"]
    ordered = ["2023-HTX", "2023-01", "2023@2023-02-28", "2023-Q1", "2023", "2023-Q3", "2024"]
    assert [period.key for period in sorted(map(Period.parse, keys))] == ordered
    assert len({Period.parse("2023"), Period.parse("năm 2023"), Period.parse("2023-HTX")}) == 2
    assert Period.parse("2023") <= Period.parse("2023")
    with pytest.raises(TypeError):
        sorted([Period.parse("2023"), "2022"])  # type: ignore[type-var]


def test_the_reporting_year_turns_on_15_december():
    """14 December is still this reporting year, the 15th already the next."""
    year = Period.parse("2023-HTX")
    assert (year.contains(day("2023-12-14")), year.contains(day("2023-12-15"))) == (True, False)
    assert Period.of("cooperative_year", day("2023-12-14")) == year
    assert Period.of("cooperative_year", day("2023-12-15")).before() == year


@pytest.mark.parametrize(
    "make",
    [
        lambda: Period("week", 2023),  # type: ignore[arg-type]
        lambda: Period("half", 2023, 3),
        lambda: Period("year", 1),
        lambda: Period("year", 2023, until=day("2023-12-31")),
        lambda: Period("year", 2023, until=day("2022-12-31")),
        lambda: Period.of("week", day("2023-01-01")),  # type: ignore[arg-type]
    ],
)
def test_impossible_periods_are_refused(make):
    """A period is one the calendar has."""
    with pytest.raises(BadText):
        make()


@pytest.mark.parametrize(
    "text",
    [
        *("5/3/2023", "05/03/2023", "05-03-2023", "5.3.2023", " 05/03/2023 ", "2023-03-05", "2023-03-05 00:00:00"),
        *("2023-03-05T00:00:00", "ngày 5/3/2023", "Ngày 05 tháng 03 năm 2023", "5 tháng 3 năm 2023"),
    ],
)
def test_dates_are_read_day_first(text):
    """Every usual way of writing 5 March is read as that, never as 3 May."""
    assert parse_date(text) == dt.date(2023, 3, 5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tháng 3/2023", "không phải là ngày đầy đủ"),
        ("3/2023", "không phải là ngày đầy đủ"),
        ("2023", "không phải là ngày đầy đủ"),
        ("", "không phải là ngày đầy đủ"),
        ("5/3-2023", "không phải là ngày đầy đủ"),
        ("2023-03-05 17:30", "không phải là ngày đầy đủ"),
        ("5/3/23", "năm chỉ có hai chữ số"),
        ("31/2/2023", "không có ngày này"),
        ("29/2/2023", "không có ngày này"),
        ("3/25/2023", "không có ngày này"),
        ("0/1/2023", "không có ngày này"),
        ("1/1/0023", "năm nằm ngoài 1900–2999"),
    ],
)
def test_other_texts_are_no_date(text, why):
    """What is not a full date, or not in the calendar, is refused and says why."""
    with pytest.raises(BadText, match=why):
        parse_date(text)


@given(DAYS)
def test_dates_are_read_back(any_day):
    """A date is written dd/mm/yyyy in both languages and read back."""
    assert parse_date(format_date(any_day)) == parse_date(format_date(any_day, "en")) == any_day
    assert parse_date(any_day.isoformat()) == any_day
