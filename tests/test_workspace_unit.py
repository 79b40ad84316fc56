"""What the page of a unit shows beside its profile: figures over years, and its campaigns as far as one may see."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.campaigns import NOW, launched, office

from coopkit.access import UNIT, Actor
from coopkit.campaign import Campaign
from coopkit.cooperative import CooperativeKind, YearFigures
from coopkit.errors import NotFound
from coopkit.event import Award, Giver, Honour, RecipientKind
from coopkit.ledger import Batch, Change
from coopkit.workspace.register import Standing
from coopkit.workspace.unit import figure_labels, took_part, unit_today, yearly


@pytest.fixture
def desk(tmp_path):
    with office(tmp_path) as opened:
        yield opened


def write(desk, *records):
    desk.workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, records))))


def test_what_a_unit_is_today(desk):
    """As the list has it; an id that is no unit's is refused."""
    found = unit_today(desk, "a2")
    assert (found.name, found.kind, found.standing) == ("HTX A2", CooperativeKind.COOPERATIVE, Standing.MEMBER)
    with pytest.raises(NotFound):
        unit_today(desk, "không có")


def test_figures_of_two_years_or_more(desk):
    """Each by its year, the earliest first; of a year told in two windows each by its own; one year is no line."""
    write(
        desk,
        YearFigures("1", "a1", "2023-HTX", workers=12, revenue=5),
        YearFigures("2", "a1", "2022-HTX", workers=10),
        YearFigures("3", "a1", "2023", workers=11),
        YearFigures("4", "a2", "2021", workers=99),
    )
    found = yearly(desk, "a1")
    assert figure_labels(found, "en") == {"workers": "Regular workers"}
    assert [(one.key, one.low) for one in found["workers"]] == [("2022", 10.0), ("2023", 11.0), ("2023-HTX", 12.0)]
    assert [one.name.vi for one in found["workers"]] == ["2022", "Năm 2023", "Năm HTX 2023"]
    assert yearly(desk, "a2") == {}


def test_the_campaigns_of_a_unit(desk):
    """How it stands, of how many; what it was awarded there, and nothing of another campaign or unit."""
    at = launched(desk)
    day = dt.date(2024, 11, 20)
    given = Honour("h1", "01/QĐ", 1, Award.FLAG, Giver.CITY, RecipientKind.COLLECTIVE, day, "a1", campaign=at.campaign)
    write(desk, given, Honour("h2", "01/QĐ", 2, Award.MERIT, Giver.CITY, RecipientKind.COLLECTIVE, day, "a1"))
    [found] = took_part(desk, "a1")
    assert (found.campaign.id, found.rivals, found.published) == (at.campaign, 4, False)
    assert found.line is not None
    assert found.line.place == 1
    assert found.points("vi").endswith(" / 20")
    assert found.grade("vi") in {"", "Tốt"}
    assert found.awards == ("Cờ thi đua · UBND thành phố · 01/QĐ",)
    [other] = took_part(desk, "a2")
    assert other.awards == ()


def test_a_unit_does_not_see_how_it_stands_before_it_may(desk):
    """Before a scoring stage is closed, neither points nor place, nor an award that is not published."""
    at = launched(desk)
    day = dt.date(2024, 11, 20)
    write(
        desk,
        Honour("h1", "01/QĐ", 1, Award.FLAG, Giver.CITY, RecipientKind.COLLECTIVE, day, "a1", campaign=at.campaign),
    )
    [seen] = took_part(desk.workspace.as_(Actor("a1", UNIT, frozenset({"a1"}))), "a1")
    assert (seen.line, seen.rivals, seen.points("vi"), seen.grade("vi"), seen.awards) == (None, 0, "", "", ())


def test_an_award_names_its_campaign(desk):
    """On the page of the unit and on paper: not its key."""
    write(
        desk,
        Campaign("p", "Phong trào mẫu", "2023", dt.date(2023, 1, 1)),
        Honour("h", "1", 1, Award.FLAG, Giver.CITY, RecipientKind.COLLECTIVE, dt.date(2023, 12, 1), "a1", campaign="p"),
    )
    section = desk.unit("a1").section("honour")
    assert "Phong trào mẫu" in section.rows[0]
    assert section.ids == ("h",)
