"""Cát Hải's plugin: seasons as events of their own, figures by season, by place, and by the setting."""

import datetime as dt
import io
import runpy
import tomllib
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from coopkit import (
    OWN_KINDS,
    Actor,
    Cooperative,
    CooperativeKind,
    Event,
    Participation,
    Period,
    PluginError,
    Plugins,
    PluginSetting,
    Registry,
    Snapshot,
    Unavailable,
    Workspace,
    about,
    at_least,
    evaluate,
    exact,
    register_sheets,
    shipped_atlas,
    shipped_index,
    shipped_places,
    write_workbook,
)
from coopkit_cathai.kinds import FISHING_SEASON, KILOGRAMS, KINDS, TOUR_SEASON

HERE = Path(__file__).parents[1]
EXAMPLE = HERE.parents[1] / "examples" / "cathai"
MODULES = {"cathai": "coopkit_cathai"}
FIELDS = ("catch", "trips", "boats")
BEFORE = dt.date(2023, 12, 31)
CAT_BA, PHU_LONG, CAT_HAI, SPECIAL_ZONE = "11914", "11932", "317", "11914"
BACH_LONG_VI, VINH_BAO = "318", "316"
UNITS = {"lon": CAT_BA, "nho": PHU_LONG, "huyen": CAT_HAI, "dao": BACH_LONG_VI, "dong": VINH_BAO, "khong": None}


def day(text):
    return dt.date.fromisoformat(text) if text else None


def unit(name, code):
    place = shipped_index().get(code, BEFORE).id if code else None
    return Cooperative(id=name, name=f"HTX {name}", kind=CooperativeKind.COOPERATIVE, place=place)


def season(number, of, first, last, kind=FISHING_SEASON, **values):
    """One season of a cooperative, as an importer would make it."""
    key = f"e{number}"
    details = kind.details(values)
    event = Event(key, f"V-{number}", kind.key, "Vụ", day(first), day(last), None, str(kind.version), details)
    return [event, Participation(f"p{number}", key, of)]


def fished(number, of, first, last, kilograms, named=None):
    """A fishing season with as many trips as its number, and twice as many boats; kilograms may be a quantity."""
    catch = exact(kilograms, KILOGRAMS) if isinstance(kilograms, int) else kilograms
    return season(number, of, first, last, season=named, catch=catch, trips=number, boats=2 * number)


SEASONS = [
    *fished(1, "lon", "2022-10-01", "2023-03-31", 1_000),
    *fished(2, "lon", "2023-04-01", "2023-09-30", 2_000),
    *fished(3, "lon", "2023-10-01", "2024-03-31", 4_000),
    *fished(4, "nho", "2024-03-20", "2024-09-30", 8_000),
    *fished(5, "huyen", "2024-03-20", "2024-09-30", 16_000, named="south"),
    *fished(6, "lon", "2024-10-01", None, 32_000),
    *fished(7, "dao", "2024-04-01", "2024-09-30", 64_000),
    *fished(8, "dong", "2024-04-01", "2024-09-30", 128_000),
    *fished(9, "khong", "2024-04-01", "2024-09-30", 256_000),
    *season(20, "nho", "2023-10-01", "2024-03-31", TOUR_SEASON, guests=300, foreign_guests=200),
    *season(21, "lon", "2024-04-01", "2024-09-30", TOUR_SEASON, guests=700, foreign_guests=50),
    *season(22, "dao", "2024-04-01", "2024-09-30", TOUR_SEASON, guests=999, foreign_guests=99),
]


def register(*records):
    """A register that knows the map, the units and the kinds."""
    units = [unit(name, code) for name, code in UNITS.items()]
    ground = [*shipped_places(), *shipped_atlas().successions, *(kind.stored() for kind in KINDS)]
    return Snapshot.of([*ground, *units, *records])


def registry(*told):
    """The plugin as its manifest has it, with what was set of its first month."""
    return Registry.load(modules=MODULES, settings=told)


def setting(month, place=None):
    return PluginSetting(f"s-{place}", "cathai", "south_first_month", str(month), place)


def counted(*periods, snapshot=None, told=(), by="", on_map=None):
    """The plugin's figures of the hand-made seasons."""
    own = [metric for key, metric in registry(*told).metrics().items() if key.startswith("cathai.")]
    years = [Period.parse(str(one)) for one in periods]
    return evaluate(own, snapshot or register(*SEASONS), years, by=by, on_map=on_map)


def lows(evaluation, *keys, period=None):
    return tuple(evaluation.cell(f"cathai.{key}", period).value.low for key in keys)


@pytest.mark.parametrize(
    ("period", "south", "north"),
    [
        ("2022", (0, 0, 0), (0, 0, 0)),
        ("2023", (2_000, 2, 4), (1_000, 1, 2)),
        ("2024", (16_000, 5, 10), (12_000, 7, 14)),
        ("2024-H1", (0, 0, 0), (4_000, 3, 6)),
        ("2025", (0, 0, 0), (0, 0, 0)),
    ],
)
def test_figures_by_season(period, south, north):
    """Catch, trips and boats of each season; the northern one counts whole for the year in which it ends."""
    found = counted(period)
    assert lows(found, *(f"south_{field}" for field in FIELDS)) == south
    assert lows(found, *(f"north_{field}" for field in FIELDS)) == north


@pytest.mark.parametrize(
    ("first_month", "south", "north"), [(3, 24_000, 4_000), (4, 16_000, 12_000), (5, 20_000, 8_000)]
)
def test_the_setting_says_which_months_are_southern(first_month, south, north):
    """A season that names none goes by the month it began in; one that does keeps its name whatever is set."""
    assert lows(counted(2024, told=[setting(first_month)]), "south_catch", "north_catch") == (south, north)


def test_the_setting_of_the_place_comes_first():
    """What was set for Cát Hải itself stands above what was set for the city."""
    told = [setting(10), setting(3, CAT_HAI)]
    assert lows(counted(2024, told=told), "south_catch", "north_catch") == (24_000, 4_000)


def test_guests():
    """Guests of the seasons that ended in the year, and the share of those from abroad; nobody's share is no figure."""
    found = counted(2023, 2024)
    last = found.periods[1]
    assert lows(found, "guests", "foreign_guests", period=last) == (1_000, 250)
    share = found.cell("cathai.foreign_share", last)
    assert (share.numerator.low, share.denominator.low, share.value.low * 100) == (250, 1_000, 25)
    assert isinstance(found.cell("cathai.foreign_share", found.periods[0]).value, Unavailable)


def test_a_rough_catch_stays_rough():
    """ "Khoảng" and "trở lên" are kept in the sum."""
    records = [
        *fished(1, "lon", "2024-04-01", "2024-09-30", about(500, KILOGRAMS)),
        *fished(2, "nho", "2024-04-01", "2024-09-30", at_least(200, KILOGRAMS)),
    ]
    catch = counted(2024, snapshot=register(*records)).cell("cathai.south_catch").value
    assert (catch.low, catch.high, catch.about) == (700, None, True)


def test_nothing_outside_is_counted():
    """A figure opens to Cát Hải's own records; those of Bạch Long Vĩ, of Vĩnh Bảo and of no place are not seen."""
    found = counted(2024)
    opened = found.records(found.cell("cathai.south_catch"))["cathai.south_catch"]
    assert opened.counted.column("id").to_pylist() == ["p5"]
    seen = {*opened.counted.column("cooperative").to_pylist(), *opened.others.column("cooperative").to_pylist()}
    assert seen == {"lon", "nho", "huyen"}


@pytest.mark.parametrize(
    ("on", "guests", "south"),
    [
        (dt.date(2023, 12, 31), {CAT_BA: 700, PHU_LONG: 300}, {"": 16_000}),
        (dt.date(2025, 3, 1), {CAT_BA: 700, PHU_LONG: 300}, {"": 16_000}),
        (dt.date(2025, 7, 1), {SPECIAL_ZONE: 1_000}, {SPECIAL_ZONE: 16_000}),
    ],
)
def test_places_before_and_after_the_special_zone(on, guests, south):
    """Communes before 1/7/2025, the đặc khu from then on: nothing is lost on the way, and the total goes on."""
    found = counted(2024, by="place:commune", on_map=on)
    for key, expected in (("cathai.guests", guests), ("cathai.south_catch", south)):
        told = {cell.place: cell.value.low for cell in found.places(key) if cell.rows}
        assert told == expected
        assert sum(told.values()) == found.cell(key).value.low


@settings(max_examples=20)
@given(
    first_month=st.integers(1, 12),
    began=st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2023, 6, 30)), min_size=1, max_size=6),
)
def test_every_season_counts_once(first_month, began):
    """Whatever month is set, a season is southern or northern, and counts in one year."""
    told = [
        fished(n, "lon", one.isoformat(), (one + dt.timedelta(days=182)).isoformat(), 10**n)
        for n, one in enumerate(began, 1)
    ]
    snapshot = register(*(record for one in told for record in one))
    found = counted(*range(2020, 2024), snapshot=snapshot, told=[setting(first_month)])
    parts = [lows(found, "south_catch", "north_catch", period=period) for period in found.periods]
    assert sum(map(sum, parts)) == sum(10**n for n in range(1, len(began) + 1))


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def url(tmp_path):
    """Where a ledger of one's own lies."""
    return f"sqlite:///{tmp_path}/so.db"


def imported(workspace, data, name="cat-hai.xlsx"):
    return workspace.as_(Actor.office("van-phong")).import_files({name: data})


def test_the_example_workbook_and_a_setting_at_work(url):
    """Switched on, the plugin reads its workbook without a problem; its setting changes a figure of the desk."""
    with Workspace.open(url) as workspace:
        plugins = Plugins(workspace.as_(Actor.office("van-phong")))
        plugins.on("cathai")
        seen = imported(workspace, (EXAMPLE / "cat-hai.xlsx").read_bytes())
        assert seen.problems == ()
        year = Period.parse("2024")
        assert plugins.desk.report(year).figure("cathai.south_catch").text() == "145.300 kg"
        with pytest.raises(PluginError, match="nhiều nhất 12"):
            plugins.set("cathai", "south_first_month", 13)
        plugins.set("cathai", "south_first_month", 3)
        assert plugins.desk.report(year).figure("cathai.south_catch").text() == "172.500 kg"


def test_the_example_is_what_its_script_makes():
    """The workbook in examples/cathai is the one that make.py makes, byte for byte."""
    made = runpy.run_path(str(EXAMPLE / "make.py"))["workbook"]
    assert made() == (EXAMPLE / "cat-hai.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("head", "cell", "low", "problem"),
    [
        ("Sản lượng (kg)", "khoảng 12.000", 12_000, None),
        ("Sản lượng (kg)", "12.000 kg", 12_000, None),
        ("Sản lượng (kg)", "12 tấn", None, "F2"),
        ("Sản lượng (tấn)", 12, None, "A1"),
    ],
)
def test_catch_is_in_kilograms(url, head, cell, low, problem):
    """Tấn are never taken for kilograms, neither in a cell nor in a heading."""
    heading = ("Mã hoạt động", "Tên hoạt động", "Từ ngày", "Đến ngày", "Vụ cá", head, "Số chuyến biển", "Số tàu")
    row = ("V-1", "Vụ cá Nam 2024", "01/04/2024", "30/09/2024", "vụ cá nam", cell, 45, 9)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        seasons, units = book.add_worksheet("Vụ khai thác"), book.add_worksheet("Hợp tác xã")
        for number, line in enumerate([(*heading, "Tên đơn vị"), (*row, "HTX Mẫu")]):
            seasons.write_row(number, 0, line)
        for number, line in enumerate([("Tên đơn vị", "Loại hình"), ("HTX Mẫu", "Hợp tác xã")]):
            units.write_row(number, 0, line)
    with Workspace.open(url, registry=registry()) as workspace:
        seen = imported(workspace, out.getvalue())
        events = workspace.ledger.snapshot().records(Event)
    told = [FISHING_SEASON.values(one.details) for one in events]
    assert [one["catch"].low for one in told] == ([low] if low else [])
    assert all(one["season"] == "south" for one in told)
    assert (problem is None) == ("V" not in {one.sheet[:1] for one in seen.problems})
    assert problem is None or problem in {one.cell for one in seen.problems if one.sheet == "Vụ khai thác"}


def test_seasons_are_read_when_the_plugin_is_gone(url):
    """Without the plugin its fields are still there, typed and named, and go out and come in as a workbook."""
    with Workspace.open(url, registry=registry()) as workspace:
        imported(workspace, (EXAMPLE / "cat-hai.xlsx").read_bytes())
    with Workspace.open(url, registry=Registry.load()) as workspace:
        desk = workspace.as_(Actor.office("van-phong"))
        assert not any(key.startswith("cathai.") for key in desk.metrics())
        snapshot = desk.snapshot()
        kind = snapshot.kinds[FISHING_SEASON.key]
        assert kind == FISHING_SEASON
        [early] = [
            one for one in snapshot.records(Event) if one.start == dt.date(2024, 3, 20) and "season" in one.details
        ]
        told = kind.values(early.details)
        assert told == {"season": "south", "catch": exact(36_600, KILOGRAMS), "trips": 66, "boats": 9}
        assert kind.fields[0].option("south").label.vi == "Vụ cá Nam"
        assert "cathai.fishing_season.catch_low" in snapshot.table("event").column_names
        sheets = register_sheets(snapshot.kinds.values())
        written = write_workbook(snapshot, sheets, info={"paper_date": "30/06/2025"}, created=BEFORE)
        again = imported(workspace, written)
        assert (again.problems, {one.state.value for one in again.rows}) == ((), {"unchanged"})


# ── The package ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_offers_what_its_manifest_says():
    """Nothing is wrong with the plugin, and its kinds are told apart from coopkit's."""
    loaded = registry()
    loaded.require_sound()
    assert not {kind.key for kind in OWN_KINDS} & {kind.key for kind in KINDS}
    titles = [kind.title.vi for kind in loaded.event_kinds().values()]
    assert len(set(titles)) == len(titles)


def test_it_is_installed():
    """The distribution announces the plugin; version and id are the same in both its files."""
    [state] = [one for one in Registry.load(switches=[]).states if one.name == "cathai"]
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    manifest = tomllib.loads((HERE / "src/coopkit_cathai/coopkit_plugin.toml").read_text(encoding="utf-8"))
    assert (state.distribution, state.version) == (project["name"], project["version"])
    assert (manifest["id"], manifest["version"]) == (state.name, state.version)


def test_the_readme_names_everything():
    """Each key and setting is explained in README.md."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    keys = [*(kind.key for kind in KINDS), *(key for key in registry().metrics() if key.startswith("cathai."))]
    assert [key for key in [*keys, "south_first_month"] if f"`{key}`" not in text] == []


def test_imports_only_the_facade():
    """Of coopkit, the plugin's code imports only its public names."""
    lines = [line for file in (HERE / "src").rglob("*.py") for line in file.read_text(encoding="utf-8").splitlines()]
    assert not [line for line in lines if line.strip().startswith(("from coopkit.", "import coopkit."))]
