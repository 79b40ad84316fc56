"""The workbook a register is written to: read again it gives the same records, and the same bytes each time."""

import datetime as dt
import io
import sys
from pathlib import Path

import openpyxl
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from examples.haiphong_2023.make import records_by_sender  # noqa: E402

from coopkit.campaign import Campaign, Target  # noqa: E402
from coopkit.cooperative import (  # noqa: E402
    Contact,
    ContactRole,
    Cooperative,
    CooperativeKind,
    LegalStatus,
    Membership,
    OperatingStatus,
    Person,
    YearFigures,
)
from coopkit.errors import CoopkitError  # noqa: E402
from coopkit.event import (  # noqa: E402
    OWN_KINDS,
    Event,
    EventKind,
    EventOrganiser,
    EventPlace,
    Honour,
    Participation,
)
from coopkit.exporters.workbook import write_workbook  # noqa: E402
from coopkit.field import FieldKind, amount, count, day, flag, money, percent  # noqa: E402
from coopkit.group import Alliance, Group, GroupMembership  # noqa: E402
from coopkit.importers import Register, assemble, read_file  # noqa: E402
from coopkit.place import shipped_places  # noqa: E402
from coopkit.problem import Severity  # noqa: E402
from coopkit.quantity import (  # noqa: E402
    PEOPLE,
    PERCENT,
    TURNS,
    UNITS,
    VND,
    Unit,
    at_least,
    between,
    exact,
    more_than,
)
from coopkit.record import identify, make_id, record_type  # noqa: E402
from coopkit.sheet import register_sheets  # noqa: E402
from coopkit.snapshot import Snapshot  # noqa: E402
from coopkit.text import Label, name_key  # noqa: E402

SHEETS = register_sheets(OWN_KINDS)
END = dt.date(2023, 12, 31)


@pytest.fixture(scope="module")
def city():
    """Every record of the example."""
    sent = (record for records in records_by_sender().values() for record in records)
    every = {(type(record), record.id): record for record in (*shipped_places(), *sent)}
    return Snapshot.of(every.values())


def written(snapshot):
    return write_workbook(snapshot, SHEETS, info={"note": "mẫu"}, created=END)


def test_what_is_written_reads_back_the_same(city):
    """All of the city in one workbook reads back without a problem; a second reading gives the same records."""
    base = Register.of(Snapshot.of([*shipped_places(), *(kind.stored() for kind in OWN_KINDS)]))
    reads = [read_file(written(city), file="city.xlsx", sheets=SHEETS)]
    first = assemble(reads, base, on=END)
    assert first.problems == ()
    # Ids are made from what names a record, so they differ from the generator's: compare by what people see.
    found = Snapshot.of(one.record for one in first.found)
    for table in (
        "cooperative",
        "membership",
        "legal_status",
        "participation",
        "event",
        "year_figures",
        "honour",
        "person",
    ):
        assert found.table(table).num_rows == city.table(table).num_rows, table
    names = [sorted(snapshot.table("cooperative").column("name").to_pylist()) for snapshot in (found, city)]
    assert names[0] == names[1]
    assert assemble(reads, base, on=END) == first


def test_the_same_records_give_the_same_bytes(city):
    """No clock is in it."""
    assert written(city) == written(city)


def test_an_empty_register_gives_a_template():
    """Without a record every sheet is there with its headings, for a district to fill in."""
    book = openpyxl.load_workbook(io.BytesIO(written(Snapshot.of([]))))
    assert book.sheetnames == [sheet.title.vi for sheet in SHEETS]
    assert [cell.value for cell in book["Hợp tác xã"][1]] == [column.label.vi for column in SHEETS[1].columns]


def test_no_cell_is_a_formula(city):
    """Names that begin like a formula stay text."""
    book = openpyxl.load_workbook(io.BytesIO(written(city)))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


# ── Any register ────────────────────────────────────────────────────────────────────────────────────────────────────

SURVEY = EventKind(
    "city.survey",
    Label("Khảo sát", "Survey"),
    (
        count("Số phiếu", "Forms", PEOPLE).named("forms"),
        percent("Tỷ lệ trả lời", "Answered").named("answered", required=False),
        flag("Có báo cáo", "Reported").named("reported", required=False),
        amount("Khối lượng", "Volume").named("volume", required=False),
        money("Kinh phí", "Budget", minimum=None).named("budget", required=False),
        day("Ngày nộp", "Handed in").named("handed_in", required=False),
    ),
    version=2,
)
KINDS = {kind.key: kind for kind in (*OWN_KINDS, SURVEY)}
ALL_SHEETS = register_sheets(KINDS.values())
CITY = [place.id for place in shipped_places() if place.level != "province"]
CODES = ("0100233488", "0314409058", "0312687878", "0100112437")
NAMES = ("HTX An Bình", "=HTX Sao Mai", "Hợp tác xã @Hoa Sen", "QTDND Mây Tre", "-THT Lá Quế", "HTX Đồng Tâm")
LINES = st.sampled_from(
    ["=1+1", "+84 225", "@x", "-5 triệu", "hoà", "Thôn 1, xã A", "1.234,5", "QĐ 12/2023", "True", "007"]
)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
WHOLE = st.integers(0, 10**17)


def made(draw, cls, **given):
    """A record with an id of its natural key; what is not given is drawn, empty where it may be."""
    values = {}
    for own in record_type(cls).fields:
        if own.key in given:
            values[own.key] = given[own.key]
        elif own.key != "id":
            made_of = drawn(own)
            values[own.key] = draw(made_of if own.required else st.none() | made_of)
    return cls(**{"id": given.get("id") or identify(cls, values), **values})


def drawn(own):
    """The values that people may write into a field."""
    if own.kind is FieldKind.QUANTITY:
        return amounts(own.unit)
    if own.choices is not None:
        return st.sampled_from(list(own.choices))
    return {
        FieldKind.DATE: DAYS,
        FieldKind.PERIOD: st.sampled_from(["2023", "2023-HTX", "2024-Q3", "2023-H1", "2022-05"]),
        FieldKind.COUNT: WHOLE,
        FieldKind.PERCENT: st.integers(0, 100_000),
        FieldKind.FLAG: st.booleans(),
        FieldKind.MONEY: WHOLE if own.minimum == 0 else st.integers(-(10**12), 10**12),
    }.get(own.kind, LINES)


@st.composite
def amounts(draw, unit=None):
    of = unit or draw(
        st.sampled_from([PEOPLE, UNITS, VND, TURNS, PERCENT, Unit("hectare", Label("hectare", "hectare"))])
    )
    low, more = draw(WHOLE), draw(WHOLE)
    shape = draw(st.sampled_from([exact(low, of), at_least(low, of), more_than(low, of), between(low, low + more, of)]))
    return evolve(shape, about=draw(st.booleans()))


@st.composite
def registers(draw):
    """A register as people keep one: cooperatives with what hangs on them, groups, events and who took part."""
    units = [made(draw, Alliance, place="31@1900-01-01")] if draw(st.booleans()) else []
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    for at, name in enumerate(names):
        units += cooperative(draw, name, draw(st.sampled_from([None, CODES[at]])))
    ids = st.sampled_from([one.id for one in units if isinstance(one, Cooperative)])
    groups = [made(draw, Group, name=name) for name in draw(st.sets(st.sampled_from(["OCOP", "=Khối 1"]), max_size=2))]
    joined = [one for group in groups for one in dated(draw, GroupMembership, group=group.id, cooperative=draw(ids))]
    events = [
        one for code in draw(st.sets(st.sampled_from(["A-1", "=B", "007", "C"]))) for one in event(draw, code, ids)
    ]
    rest = [made(draw, cls, **more) for cls, more in ((Campaign, {}), (Target, {})) if draw(st.booleans())]
    return [*units, *groups, *joined, *events, *rest, *honour(draw, ids)]


def honour(draw, ids):
    """One award, to a cooperative, a person, or nobody told."""
    given = made(draw, Honour, cooperative=draw(st.none() | ids), person=None, campaign=None)
    if not draw(st.booleans()):
        return [given]
    who = Person(make_id("person", given.decision, given.award, given.giver, given.number), draw(LINES))
    return [who, evolve(given, person=who.id)]


def dated(draw, cls, **owner):
    """A few records of one owner, one after the other; the last may still hold."""
    span = record_type(cls).span
    days = sorted(draw(st.sets(DAYS, min_size=2, max_size=5)))
    if draw(st.booleans()) and not record_type(cls).field(span.first).required:
        days[0] = None
    while len(days) > 1:
        first, last, *days = days
        until = last if days or draw(st.booleans()) else None
        yield made(draw, cls, **owner, **{span.first: first, span.last: until})


def cooperative(draw, name, code):
    place = draw(st.none() | st.sampled_from(CITY))
    named = (code,) if code else (name_key(name), place)
    of = make_id("cooperative", *named)
    yield made(draw, Cooperative, id=of, name=name, tax_code=code, place=place)
    for cls in (Membership, LegalStatus, OperatingStatus):
        yield from dated(draw, cls, cooperative=of)
    yield from (made(draw, YearFigures, cooperative=of) for _ in range(2))
    if draw(st.booleans()):
        role, since = draw(st.sampled_from(list(ContactRole))), draw(st.none() | DAYS)
        who = make_id("person", of, role, since)
        yield made(draw, Person, id=who)
        yield made(draw, Contact, cooperative=of, person=who, role=role, since=since)


def event(draw, code, ids):
    kind = draw(st.sampled_from(list(KINDS.values())))
    told = {own.key: draw(drawn(own) if own.required else st.none() | drawn(own)) for own in kind.fields}
    one = made(draw, Event, code=code, kind=kind.key, kind_version=str(kind.version), details=kind.details(told))
    yield one
    yield kind.stored()
    for place in draw(st.sets(st.sampled_from(CITY), max_size=2)):
        yield made(draw, EventPlace, event=one.id, place=place)
    for name in draw(st.sets(st.sampled_from(["Sở A", "=Hội B"]))):
        yield made(draw, EventOrganiser, event=one.id, name=name)
    for of in {draw(ids) for _ in range(draw(st.integers(1 if kind.single else 0, 2)))}:
        yield made(draw, Participation, event=one.id, cooperative=of)


@given(registers())
def test_any_register_goes_through_a_workbook_unchanged(register):
    """Records → workbook → records is the same, without an error; and on top of themselves they change nothing."""
    register = {(type(one), one.id): one for one in register}
    day = dt.date(2023, 12, 31)
    data = write_workbook(Snapshot.of(register.values()), ALL_SHEETS, info={}, created=day)
    paper = read_file(data, file="a.xlsx", sheets=ALL_SHEETS)
    once = assemble([paper], Register.of(Snapshot.of([])), on=day)
    assert [str(one) for one in once.problems if one.severity is Severity.ERROR] == []
    assert {(type(one), one.id): one for one in once.records} == register
    again = assemble([paper], Register.of(Snapshot.of(once.records)), on=day)
    assert again.records == once.records


def test_an_event_without_a_sheet_is_refused():
    """Nothing is left out in silence: the message names the kind and says what to do."""
    lone = Event("e", "A", "gone.kind", "x", END)
    with pytest.raises(CoopkitError, match=r"gone\.kind.*snapshot\.kinds"):
        written(Snapshot.of([lone]))


def test_a_paper_date_that_is_none_is_refused():
    """The date of the paper decides the map, so it must be one."""
    with pytest.raises(CoopkitError, match="paper_date"):
        write_workbook(Snapshot.of([]), SHEETS, info={"paper_date": "cuối năm"}, created=END)


def test_dates_are_dates_and_long_numbers_are_text():
    """Excel gets real dates as dd/mm/yyyy, amounts as numbers; what it cannot keep exactly stands as text."""
    units = [
        Cooperative("a", "HTX A", CooperativeKind.COOPERATIVE, founded=dt.date(2015, 3, 5), charter_capital=5_000_000),
        Cooperative(
            "b", "HTX B", CooperativeKind.COOPERATIVE, founded=dt.date(1900, 1, 31), charter_capital=10**16 + 1
        ),
    ]
    page = openpyxl.load_workbook(io.BytesIO(written(Snapshot.of(units))))["Hợp tác xã"]
    column = {cell.value: cell.column - 1 for cell in page[1]}
    first, second = (list(row) for row in page.iter_rows(min_row=2))
    founded, capital = column["Ngày thành lập"], column["Vốn điều lệ"]
    assert (first[founded].value, first[founded].number_format) == (dt.datetime(2015, 3, 5), "dd/mm/yyyy")  # noqa: DTZ001 - a cell has no zone
    assert (first[capital].value, first[capital].number_format) == (5_000_000, "#,##0")
    assert (second[founded].value, second[capital].value) == ("31/01/1900", "10.000.000.000.000.001 đồng")
    assert page.freeze_panes == "B2"
