"""The made-up city of examples/haiphong_2023: what its records add up to by plain Python, and its workbooks."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
from examples.haiphong_2023.make import FOLDER, records_by_sender
from examples.haiphong_2023.tables import DISTRICT_OF, OFFICE
from stdnum.vn import mst

from coopkit import (
    OWN_KINDS,
    Award,
    Campaign,
    Contact,
    Cooperative,
    CooperativeKind,
    Event,
    EventOrganiser,
    EventPlace,
    Giver,
    Group,
    GroupMembership,
    Honour,
    LegalState,
    LegalStatus,
    Membership,
    OperatingStatus,
    Participation,
    Person,
    Quantity,
    RecipientKind,
    Register,
    Sector,
    Snapshot,
    Target,
    YearFigures,
    assemble,
    between,
    fold,
    more_than,
    read_file,
    register_sheets,
    shipped_index,
    shipped_places,
)
from coopkit.quantity import PEOPLE, UNITS

ROOT = Path(__file__).parents[1]
END = dt.date(2023, 12, 31)
R = TypeVar("R")


@cache
def sent() -> dict[type, list[Any]]:
    """All records by type, whoever sends them."""
    found: dict[type, list[Any]] = {}
    for records in records_by_sender().values():
        for one in records:
            found.setdefault(type(one), []).append(one)
    return found


def every(cls: type[R]) -> list[R]:
    return sent()[cls]


def by_id(cls: type[R]) -> dict[str, R]:
    records: list[Any] = every(cls)
    return {one.id: one for one in records}


def events(kind: str, year: int = 2023) -> list[Event]:
    return [event for event in every(Event) if event.kind == kind and event.start.year == year]


def turns_at(held: list[Event]) -> list[Participation]:
    ids = {event.id for event in held}
    return [turn for turn in every(Participation) if turn.event in ids]


def members(on: dt.date) -> set[str]:
    return {one.cooperative for one in every(Membership) if one.joined <= on and (one.left is None or on < one.left)}


def honours(award: Award, giver: Giver, year: int = 2023) -> list[Honour]:
    return [one for one in every(Honour) if (one.award, one.giver, one.decided.year) == (award, giver, year)]


# ── The register ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_members_at_the_end_of_the_year():
    """274 units are members on 31/12/2023; 11 joined in the year and 3 left."""
    assert len(members(END)) == 274
    assert len({one.cooperative for one in every(Membership) if one.joined.year == 2023}) == 11
    assert sum(1 for one in every(Membership) if one.left and one.left.year == 2023) == 3


def test_neighbouring_years_differ():
    """The stock grows year by year, and January 2024 already brings new members that 2023 must not count."""
    assert [len(members(dt.date(year, 12, 31))) for year in (2020, 2021, 2022)] == [253, 259, 266]
    assert len(members(dt.date(2024, 1, 31))) == 276


def test_some_units_are_known_but_no_members():
    """25 units never joined; one joined twice and counts once."""
    joined = Counter(one.cooperative for one in every(Membership))
    assert len(every(Cooperative)) - len(joined) == 25
    assert Counter(joined.values())[2] == 1


def test_members_are_a_mixture():
    """Most members are cooperatives; there are credit funds, one union, a few groups and enterprises."""
    kinds = Counter(by_id(Cooperative)[id_].kind for id_ in members(END))
    assert kinds == {
        CooperativeKind.COOPERATIVE: 241,
        CooperativeKind.CREDIT_FUND: 22,
        CooperativeKind.UNION: 1,
        CooperativeKind.GROUP: 4,
        CooperativeKind.ENTERPRISE: 6,
    }


def test_sectors_are_as_in_the_city():
    """About half of the units farm, as the city's own report of 2019 had it (166 of 342)."""
    share = Counter(one.sector for one in every(Cooperative))
    assert 0.44 < share[Sector.AGRICULTURE] / share.total() < 0.54
    assert 0.05 < share[Sector.FINANCE] / share.total() < 0.1


def test_units_lie_where_their_sender_is():
    """Each unit lies in a commune of its district of 2023; on Bạch Long Vĩ, which has none, in the district itself."""
    index = shipped_index()
    for sender, code in DISTRICT_OF.items():
        level = "commune" if index.children(code, END) else "district"
        for one in records_by_sender()[sender]:
            if isinstance(one, Cooperative):
                place = index.by_id(one.place or "")
                assert (place.level, code in {place.code, place.parent}) == (level, True)


def test_tax_codes_are_valid_and_made_up():
    """Every tax code has the right check digit and lies in the range 0299; some groups have none."""
    codes = [one.tax_code for one in every(Cooperative) if one.tax_code]
    assert all(mst.is_valid(code) and code.startswith("0299") for code in codes)
    assert len(set(codes)) == len(codes)
    assert {one.kind for one in every(Cooperative) if not one.tax_code} == {CooperativeKind.GROUP}


def test_names_are_made_up():
    """No two units share their own name, none is named for a place, and people are numbered samples."""
    own = [" ".join(one.name.split()[-2:]) for one in every(Cooperative)]
    assert len({fold(name) for name in own}) == len(own)
    assert {fold(name) for name in own} & {
        fold(place.name) for place in shipped_places() if place.in_force(END)
    } == set()
    assert all(re.fullmatch(r"(Người|Cá nhân) mẫu \d+", person.name) for person in every(Person))
    assert all(re.fullmatch(r"0000 000 \d{3}", person.phone) for person in every(Person) if person.phone)


@pytest.mark.parametrize("cls", [LegalStatus, OperatingStatus])
def test_statuses_follow_one_another(cls: type[Any]):
    """The statuses of a unit leave no gap and no day twice, from its founding on."""
    for id_, unit in by_id(Cooperative).items():
        own = sorted((one for one in every(cls) if one.cooperative == id_), key=lambda one: one.since)
        assert own[0].since == unit.founded
        assert own[-1].until is None
        assert all(a.until + dt.timedelta(days=1) == b.since for a, b in pairwise(own))


def test_some_units_were_suspended_once():
    """Some units have an earlier suspended period, and are active again."""
    suspended = {one.cooperative for one in every(LegalStatus) if one.state == LegalState.SUSPENDED and one.until}
    active = {one.cooperative for one in every(LegalStatus) if one.state == LegalState.ACTIVE and not one.until}
    assert len(suspended & active) >= 10


def test_yearly_figures_have_gaps():
    """Most units report both years, and here and there a cell is missing."""
    windows = Counter(one.window for one in every(YearFigures))
    assert windows.keys() == {"2022-HTX", "2023-HTX"}
    assert all(200 < number < 274 for number in windows.values())
    assert any(one.workers is None for one in every(YearFigures))


# ── The year ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_meetings_cover_every_district():
    """6 meetings of members cover all 15 districts, one district twice."""
    held = {event.id for event in events("member_meeting")}
    covered = [one.place for one in every(EventPlace) if one.event in held]
    assert (len(held), len(covered), len(set(covered))) == (6, 16, 15)


def test_clubs():
    """Two clubs are founded on 05/10/2023, with 20 and with 28 members, each with its event."""
    founded = {one.name: one.id for one in every(Group) if one.founded == dt.date(2023, 10, 5)}
    sizes = {name: sum(1 for one in every(GroupMembership) if one.group == id_) for name, id_ in founded.items()}
    assert sizes == {"Câu lạc bộ Dịch vụ vệ sinh môi trường": 20, "Câu lạc bộ OCOP Hải Phòng": 28}
    assert len(events("club_founding")) == 2


def test_classes():
    """8 classes are opened, all co-organised; their trainees add up to more than 200. A class of 2022 ends in 2023."""
    opened = events("training")
    trainees = [_quantity(event.details) for event in opened]
    assert (len(opened), sum(trainees)) == (8, more_than(200, PEOPLE))
    assert sum(one.is_exact for one in trainees) == 7
    assert {event.id for event in opened} <= {one.event for one in every(EventOrganiser)}
    assert any(event.end and event.end.year == 2023 for event in events("training", 2022))


def _quantity(details: Any) -> Quantity:
    low, high = details["trainees_low"], details.get("trainees_high")
    return Quantity(low, high, details["trainees_strict"], details["trainees_about"], PEOPLE)


def test_fairs():
    """96 turns at 17 fairs, all in other provinces, by 60 cooperatives; who sends three people is one turn."""
    held = events("fair")
    turns = turns_at(held)
    assert (len(held), len(turns), len({turn.cooperative for turn in turns})) == (17, 96, 60)
    assert {turn.people for turn in turns} == {1, 2, 3, 4}
    away = {one.place for one in every(EventPlace) if one.event in {event.id for event in held}}
    assert "31@1900-01-01" not in away
    assert {shipped_index().by_id(place).level for place in away} == {"province"}


def test_nobody_comes_twice_to_one_event():
    """A cooperative has one turn at an event, and only members that were members on the day take part in fairs."""
    pairs = [(turn.event, turn.cooperative) for turn in every(Participation)]
    assert len(set(pairs)) == len(pairs)
    assert all({turn.cooperative for turn in turns_at([fair])} <= members(fair.start) for fair in events("fair"))


def test_loans():
    """27 files of 24 cooperatives have their paperwork completed in 2023, from 500 to 700 triệu each on average."""
    completed = [event for event in every(Event) if event.details.get("paperwork_completed", "").startswith("2023")]
    files = turns_at(completed)
    borrowers = {turn.cooperative for turn in files}
    amounts = [turn.amount for turn in files if turn.amount]
    assert (len(files), len(borrowers), len(amounts)) == (27, 24, 27)
    assert sum(one.low for one in amounts) == 24 * 500_000_000
    assert sum(one.high or 0 for one in amounts) == 24 * 700_000_000
    assert len({(one.low, one.high) for one in amounts}) > 15


def test_loans_are_at_different_stages():
    """The year a file came in is not the year it was completed, and completed is neither approved nor disbursed."""
    files = [event for event in every(Event) if event.kind == "loan_support"]
    years = Counter((event.start.year, event.details.get("paperwork_completed", "none")[:4]) for event in files)
    assert years[2022, "2023"] == 1
    assert years[2023, "2024"] == 3
    assert years[2023, "none"] == 2
    assert years[2022, "2022"] > 5
    completed = [event.details for event in files if event.details.get("paperwork_completed", "").startswith("2023")]
    stages = Counter(("approved" in one) + ("disbursed" in one) for one in completed)
    assert all(stages[stage] for stage in (0, 1, 2))


def test_honours():
    """The awards of 2023: 5, 15, 3, 5, 14 and 8 model cooperatives; the years before had fewer."""
    forms = [
        (Award.MERIT, Giver.NATIONAL_ALLIANCE, RecipientKind.UNSPLIT),
        (Award.MEDAL, Giver.NATIONAL_ALLIANCE, RecipientKind.INDIVIDUAL),
        (Award.FLAG, Giver.CITY, RecipientKind.COLLECTIVE),
        (Award.MERIT, Giver.CITY, RecipientKind.UNSPLIT),
        (Award.CERTIFICATE, Giver.ALLIANCE, RecipientKind.UNSPLIT),
        (Award.MODEL_COOPERATIVE, Giver.ALLIANCE, RecipientKind.COLLECTIVE),
    ]
    given = [honours(award, giver) for award, giver, _ in forms]
    assert [len(some) for some in given] == [5, 15, 3, 5, 14, 8]
    assert [{one.recipient_kind for one in some} for some in given] == [{kind} for *_, kind in forms]
    assert all(one.cooperative in members(END) for some in (given[2], given[5]) for one in some)
    assert all(one.person in by_id(Person) for one in given[1])
    before = [honours(award, giver, 2022) for award, giver, _ in forms]
    assert all(0 < len(earlier) < len(some) for earlier, some in zip(before, given, strict=True))


def test_contest_festival_campaign_and_targets():
    """One contest, one festival; the campaign for 2024 is launched, and its goals are set, in December 2023."""
    assert (len(events("contest")), len(events("festival"))) == (1, 1)
    [campaign] = [one for one in every(Campaign) if one.launched.year == 2023]
    assert (campaign.period, campaign.launched.month) == ("2024", 12)
    goals = {one.metric: one.goal for one in every(Target) if one.set_on.year == 2023 and one.set_on.month == 12}
    assert goals.keys() == {"cooperatives.founded", "models.built"}
    assert goals["cooperatives.founded"] == between(20, 30, UNITS)
    assert (goals["models.built"].low, goals["models.built"].high) == (2, 3)


@pytest.mark.parametrize("kind", ["member_meeting", "training", "fair"])
def test_every_year_has_its_own_count(kind: str):
    """2021, 2022 and January 2024 have events too, and fewer: a figure of 2023 must not count them."""
    counts = [len(events(kind, year)) for year in (2021, 2022, 2023, 2024)]
    assert counts[0] < counts[1] < counts[2] > counts[3] > 0


def test_new_units_were_talked_into_being():
    """Every unit founded since 2021 has its founding event, so that both ways to count give one number."""
    founded = Counter(one.founded.year for one in every(Cooperative) if one.founded and one.founded.year >= 2021)
    assert founded == {year: len(events("cooperative_founding", year)) for year in (2021, 2022, 2023, 2024)}


def test_references_lead_somewhere():
    """Ids are unique, and every reference leads to a record that somebody sends."""
    assert all(len({one.id for one in records}) == len(records) for records in sent().values())
    for cls in (Membership, YearFigures, Contact, GroupMembership, Participation):
        assert all(one.cooperative in by_id(Cooperative) for one in sent()[cls])
    assert all(turn.event in by_id(Event) for turn in every(Participation))


def test_each_sends_what_it_knows():
    """The office sends events and honours, the districts their units and the turns of these."""
    papers = records_by_sender()
    assert (len(papers), next(iter(papers))) == (16, OFFICE)
    for sender in DISTRICT_OF:
        own = {one.id for one in papers[sender] if isinstance(one, Cooperative)}
        turns = [one for one in papers[sender] if isinstance(one, Participation)]
        assert own
        assert {turn.cooperative for turn in turns} <= own
        assert not any(isinstance(one, (Event, Honour, Campaign)) for one in papers[sender])


# ── The workbooks ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_workbooks_are_read_without_a_problem():
    """The importer finds nothing to complain of, and as many records of each kind as were sent."""
    sheets = register_sheets(OWN_KINDS)
    reads = [read_file(path.read_bytes(), file=path.name, sheets=sheets) for path in sorted(FOLDER.glob("*.xlsx"))]
    imported = assemble(reads, Register.of(Snapshot.of(shipped_places())), on=END)
    assert imported.problems == ()
    counted = Counter(type(one) for one in imported.records)
    assert counted == {cls: len(records) for cls, records in sent().items()}


def test_every_workbook_says_that_it_is_made_up():
    """The first sheet of each names its sender and says that nobody in it is real."""
    for path in FOLDER.glob("*.xlsx"):
        read = read_file(path.read_bytes(), file=path.name, sheets=register_sheets(OWN_KINDS))
        assert "hư cấu" in read.info["Ghi chú"]
        assert re.match("Quận|Huyện|Văn phòng", read.info["Đơn vị gửi"])
        assert read.paper_date == END


def test_workbooks_are_made_again_byte_for_byte(tmp_path: Path):
    """Made again in another process, the workbooks are those in the repository."""
    command = [sys.executable, "-W", "error", "-m", "examples.haiphong_2023.make", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in FOLDER.glob("*.xlsx")}
    assert sorted(made) == sorted(f"{sender}.xlsx" for sender in records_by_sender())
    assert {name for name in made if made[name] != kept.get(name)} == set()
    assert kept.keys() == made.keys()
