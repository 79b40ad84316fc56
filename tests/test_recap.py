"""The recap of 2023: each of its facts is counted from the example's records, and nowhere typed but here."""

import datetime as dt
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from examples.haiphong_2023 import make  # noqa: E402

from coopkit.event import OWN_KINDS, Event, Participation  # noqa: E402
from coopkit.exporters.plain import figure_data  # noqa: E402
from coopkit.metrics.engine import evaluate  # noqa: E402
from coopkit.period import Period  # noqa: E402
from coopkit.place import shipped_places  # noqa: E402
from coopkit.registry import Registry  # noqa: E402
from coopkit.report import make_report  # noqa: E402
from coopkit.snapshot import Snapshot  # noqa: E402
from coopkit.text import Label  # noqa: E402

FACTS = {
    "members.total": (274, "exact"),
    "members.admitted": (11, "exact"),
    "meetings.held": (6, "exact"),
    "meetings.districts": ([15, 15], "ratio"),
    "clubs.founded": (2, "exact"),
    "classes.opened": (8, "exact"),
    "classes.trainees": (200, "more_than"),
    "fairs.turns": (96, "exact"),
    "fairs.held": (17, "exact"),
    "loans.turns": (27, "exact"),
    "loans.average": ([500_000_000, 700_000_000], "range"),
    "targets.new_cooperatives": ([20, 30], "range"),
    "targets.models": ([2, 3], "range"),
    "honours.vca_merit": (5, "exact"),
    "honours.vca_medals": (15, "exact"),
    "honours.city_flags": (3, "exact"),
    "honours.city_merit": (5, "exact"),
    "honours.alliance_certificates": (14, "exact"),
    "honours.model_cooperatives": (8, "exact"),
    "contests.launched": (1, "exact"),
    "campaigns.launched": (1, "exact"),
    "festivals.held": (1, "exact"),
}


@pytest.fixture(scope="module")
def records():
    """Every record of the example once, with the map and the event kinds a new ledger has."""
    sent = [record for sender in make.records_by_sender().values() for record in sender]
    every = [*shipped_places(), *(kind.stored() for kind in OWN_KINDS), *sent]
    return list({(type(record), record.id): record for record in every}.values())


def facts_of(records):
    snapshot = Snapshot.of(records)
    evaluation = evaluate(Registry.load().metrics().values(), snapshot, [Period.parse("2023")])
    title = Label("Báo cáo", "Report")
    report = make_report(evaluation, title=title, organisation="", date=dt.date(2023, 12, 31))
    return report, {figure.key: figure_data(figure) for figure in report.figures}


def test_every_fact_of_the_recap(records):
    """The 22 countable facts of the city's recap come out of the records alone, qualifiers kept."""
    _, facts = facts_of(records)
    assert {key: (facts[key]["value"], facts[key]["qualifier"]) for key in FACTS} == FACTS


def test_turns_stand_beside_their_cooperatives(records):
    """Beside each turns figure stand the distinct cooperatives, fewer than the turns."""
    _, facts = facts_of(records)
    for area in ("fairs", "loans"):
        beside = facts[f"{area}.turns"]["beside"][f"{area}.cooperatives"]
        assert 0 < beside["value"] < facts[f"{area}.turns"]["value"]


def test_a_participation_less_is_a_turn_less(records):
    """The figures are computed: without one turn at a fair of 2023 there are 95."""
    fairs = {record.id for record in records if isinstance(record, Event) and record.kind == "fair"}
    in_2023 = {record.id for record in records if isinstance(record, Event) and record.start.year == 2023} & fairs
    gone = next(record for record in records if isinstance(record, Participation) and record.event in in_2023)
    _, facts = facts_of([record for record in records if record is not gone])
    assert facts["fairs.turns"]["value"] == FACTS["fairs.turns"][0] - 1


def test_every_figure_opens_to_its_records(records):
    """Behind each counted figure the report lists as many records as the figure says it counted."""
    report, _ = facts_of(records)
    opened = {source.figure: len(source.rows) for source in report.sources}
    counted = {figure.key: figure.rows for figure in report.figures if figure.form is None}
    assert opened == counted
