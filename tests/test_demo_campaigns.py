"""The example's campaigns: published and half way, without a change to the figures of the year they were run in."""

import pytest
from tests.admin_pages import campaign_ledger, example_ledger

from coopkit.access import Actor
from coopkit.campaign import Move, StageStep
from coopkit.demo import load_campaigns
from coopkit.event import Honour
from coopkit.period import Period
from coopkit.registry import Registry
from coopkit.workspace import CampaignDesk, Workspace
from coopkit.workspace.campaigns import by_scorer, every_campaign


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """An officer at the example with its campaigns."""
    url = campaign_ledger(tmp_path_factory.mktemp("campaigns"))
    with Workspace.open(url, registry=Registry.load()) as workspace:
        yield workspace.as_(Actor.office("an"))


def test_where_they_stand(desk):
    """That of 2023 is published, that of 2024 in its cross-scoring; one of 2022 is recorded only."""
    found = [(one.record.period, one.closed, one.total) for one in every_campaign(desk)]
    assert found == [("2024", 2, 8), ("2023", 8, 8), ("2022", 0, 0)]


def test_the_published_one(desk):
    """All 274 members stand on its board; its awards were decided after the year; each closed stage is sealed."""
    at = CampaignDesk.of(desk, "2023")
    assert len(at.board().lines) == 274
    honours = [one for one in desk.snapshot().records(Honour) if one.campaign == at.campaign]
    assert len(honours) == 35
    assert {one.decided.year for one in honours} == {2024}
    closed = [one for one in desk.snapshot().records(StageStep) if one.move is Move.CLOSE]
    assert all(one.run for one in closed)


def test_the_one_half_way(desk):
    """Some scorers have given all their points, some none."""
    shares = {one.share for one in by_scorer(CampaignDesk.of(desk, "2024"))}
    assert {0.0, 1.0} <= shares


def test_the_year_is_as_it_was(desk, tmp_path):
    """Every figure of the recap of 2023 is that of the workbooks alone; the ledger is sound."""
    with Workspace.open(example_ledger(tmp_path), registry=Registry.load()) as workspace:
        before = workspace.as_(Actor.office("an")).report(Period.parse("2023")).figures
    after = desk.report(Period.parse("2023")).figures
    assert [(one.key, one.value) for one in after] == [(one.key, one.value) for one in before]
    assert desk.verify() == []


def test_a_second_time_nothing_is_written(desk):
    """Where a campaign is run already, nothing is done."""
    position = desk.snapshot().position
    load_campaigns(desk)
    assert desk.snapshot().position == position
