"""Thủy Nguyên's plugin: the same figures on three maps, a bonus of its own in campaigns, and the page with the maps."""

import datetime as dt
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from coopkit import (
    OWN_KINDS,
    Actor,
    Alliance,
    Batch,
    CampaignDesk,
    Change,
    Cooperative,
    CooperativeKind,
    Definition,
    Event,
    Group,
    GroupKind,
    GroupMembership,
    GroupRole,
    Membership,
    NotFound,
    Participation,
    Period,
    PluginError,
    Plugins,
    PluginSetting,
    Registry,
    Snapshot,
    Stages,
    State,
    Unavailable,
    Workspace,
    evaluate,
    load_demo,
    make_id,
    shipped_atlas,
    shipped_index,
    shipped_places,
)

HERE = Path(__file__).parents[1]
EXAMPLE = HERE.parents[1] / "examples" / "thuynguyen"
WORKBOOK = "thuy-nguyen-2024-2025.xlsx"
MODULES = {"thuynguyen": "coopkit_thuynguyen"}
HUYEN, CITY, WARDS = dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2025, 7, 1)
MAPS = (HUYEN, CITY, WARDS)
NOW = dt.datetime(2026, 1, 10, 8, 0, tzinfo=dt.UTC)
ADDED = ("thuynguyen.members", "thuynguyen.fair_turns", "thuynguyen.class_turns", "thuynguyen.supported")
AVERAGE = "thuynguyen.average_revenue"
YEARS = [Period.parse(str(year)) for year in (2022, 2023, 2024, 2025)]
NAME = "Thi đua hai huyện (mẫu)"
CAMPAIGN = make_id("campaign", "2025", NAME)
OWN_WARDS = {"11473", "11488", "11503", "11506", "11533", "11542", "11557", "11560"}


def opened(folder, **more):
    """A workspace in that folder with the plugin loaded."""
    registry = Registry.load(modules=MODULES, **more)
    return Workspace.open(f"sqlite:///{folder}/so.db", registry=registry, clock=lambda: NOW)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The made-up Hải Phòng of 2023, and what Thủy Nguyên sent for 2024 and 2025."""
    with opened(tmp_path_factory.mktemp("thuynguyen")) as workspace:
        office = workspace.as_(Actor.office("van-phong"))
        load_demo(office)
        assert office.import_files({WORKBOOK: (EXAMPLE / WORKBOOK).read_bytes()}).problems == ()
        yield office


@pytest.fixture(scope="module")
def on_maps(desk):
    """Every figure of the four years by commune, on each of the three maps."""
    return {day: desk.evaluate(*YEARS, by="place:commune", on_map=day) for day in MAPS}


def is_own(unit):
    """Whether a cooperative was recorded in Thủy Nguyên, read off its place alone."""
    if unit.place is None:
        return False
    place = shipped_index().by_id(unit.place)
    return "311" in (place.code, place.parent) or (place.valid_from == WARDS and place.code in OWN_WARDS)


# ── The package ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_found_installed_and_sound():
    """The installed distribution announces it; loaded, it offers what its manifest declares and nothing is wrong."""
    [found] = [one for one in Registry.load(switches=()).plugins() if one.name == "thuynguyen"]
    assert (found.distribution, found.state) == ("coopkit-thuynguyen", State.FOUND)
    loaded = Registry.load(modules=MODULES)
    assert [one.problem for one in loaded.plugins()] == ["", ""]
    assert {key for key in loaded.metrics() if key.startswith("thuynguyen.")} == {*ADDED, AVERAGE}
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == found.version


def test_importing_it_loads_no_streamlit():
    """Streamlit is loaded by showing the page, not by having the plugin on."""
    code = "import sys, coopkit_thuynguyen; print('streamlit' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"


def test_the_example_is_what_its_script_makes(tmp_path):
    """The workbook in examples/thuynguyen is the one that make.py writes, byte for byte."""
    command = [sys.executable, "-W", "error", "-m", "examples.thuynguyen.make", str(tmp_path)]
    subprocess.run(command, cwd=HERE.parents[1], check=True, capture_output=True)
    assert (tmp_path / WORKBOOK).read_bytes() == (EXAMPLE / WORKBOOK).read_bytes()


# ── The figures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def by_hand(desk, figure, year):
    """An additive figure of a year, counted from the records in plain Python."""
    snapshot = desk.snapshot()
    own = {unit.id for unit in snapshot.records(Cooperative) if is_own(unit)}
    if figure == "thuynguyen.members":
        spans = [one for one in snapshot.records(Membership) if one.joined <= year.end]
        return len({one.cooperative for one in spans if one.left is None or one.left > year.end} & own)
    kinds = {"thuynguyen.fair_turns": {"fair"}, "thuynguyen.class_turns": {"training"}}.get(
        figure, {"fair", "training", "loan_support", "consultation", "technology_transfer"}
    )
    held = {one.id for one in snapshot.records(Event) if one.kind in kinds and year.contains(one.start)}
    turns = [one.cooperative for one in snapshot.records(Participation) if one.event in held]
    inside = [unit for unit in turns if unit in own]
    return len(set(inside) if figure == "thuynguyen.supported" else inside)


@pytest.mark.parametrize("year", YEARS, ids=str)
@pytest.mark.parametrize("figure", ADDED)
def test_the_same_in_all_on_every_map(desk, on_maps, figure, year):
    """The records counted by hand are the figure of all Thủy Nguyên, and what the lines of every map add up to."""
    expected = by_hand(desk, figure, year)
    assert expected > 0
    for day, found in on_maps.items():
        assert found.cell(figure, year).value.low == expected
        assert sum(cell.value.low for cell in found.places(figure, year)) == expected, day


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("thuynguyen.members", ("44 đơn vị", "45 đơn vị", "47 đơn vị")),
        ("thuynguyen.fair_turns", ("19 lượt", "23 lượt", "31 lượt")),
        ("thuynguyen.class_turns", ("9 lượt", "13 lượt", "28 lượt")),
        ("thuynguyen.supported", ("21 HTX", "26 HTX", "36 HTX")),
    ],
)
def test_they_go_on_over_the_years(on_maps, figure, values):
    """From the huyện's last year over the thành phố's to the wards' first, one figure follows the other."""
    assert tuple(str(on_maps[WARDS].cell(figure, year).value) for year in YEARS[1:]) == values


def test_average_revenue_is_of_those_who_reported(desk, on_maps):
    """Revenue over the units that told it, both of Thủy Nguyên; a year of which nobody told is unavailable, not 0."""
    cell = on_maps[HUYEN].cell(AVERAGE, YEARS[2])
    assert cell.value.low == cell.numerator.low / cell.denominator.low
    assert 0 < cell.denominator.low < on_maps[HUYEN].cell("figures.reporting", YEARS[1]).value.low
    none = desk.evaluate(Period.parse("2026")).cell(AVERAGE)
    assert isinstance(none.value, Unavailable)


@pytest.mark.parametrize("day", [HUYEN, CITY])
@pytest.mark.parametrize("figure", ADDED)
def test_by_district_all_is_one_line(desk, figure, day):
    """On the maps with districts Thủy Nguyên is one line, which holds all of a year before the wards."""
    found = desk.evaluate(YEARS[2], by="place:district", on_map=day)
    assert [(cell.place, cell.value) for cell in found.places(figure)] == [("311", found.cell(figure).value)]


@pytest.mark.parametrize(("day", "lines"), [(HUYEN, {"311": 45, "": 2}), (CITY, {"311": 47})])
def test_who_was_founded_in_a_ward_is_not_forced_onto_the_old_map(desk, day, lines):
    """The thành phố took in land of another district: on the huyện's map a unit of a ward is undecided, and counted."""
    found = desk.evaluate(YEARS[-1], by="place:district", on_map=day)
    assert {cell.place: cell.value.low for cell in found.places("thuynguyen.members")} == lines


def test_there_is_no_district_on_the_last_map(desk):
    """From 1/7/2025 there are communes right below the province, and asking for districts says so."""
    with pytest.raises(NotFound, match="commune"):
        desk.evaluate(YEARS[-1], by="place:district", on_map=WARDS)


@pytest.mark.parametrize(("day", "communes"), [(HUYEN, 37), (CITY, 21), (WARDS, 8)])
def test_each_map_has_its_communes(on_maps, day, communes):
    """Every commune of the map's own day has its line, those without any turn too."""
    cells = [cell for cell in on_maps[day].places("thuynguyen.fair_turns", YEARS[-1]) if cell.place]
    assert len(cells) == communes
    assert {str(cell.value) for cell in cells} > {"0 lượt"}


@pytest.mark.parametrize("day", MAPS)
def test_what_is_certain_has_its_commune(desk, on_maps, day):
    """A member stands in the commune that the acts lead its own to for certain; all others are undecided."""
    snapshot, atlas = desk.snapshot(), shipped_atlas()
    members = {one.cooperative for one in snapshot.records(Membership) if one.left is None or one.left > YEARS[-1].end}
    places = [unit.place for unit in snapshot.records(Cooperative) if unit.id in members and is_own(unit)]
    found = [atlas.locate(place, day, "commune").place for place in places]
    told = {cell.place: cell.value.low for cell in on_maps[day].places("thuynguyen.members", YEARS[-1])}
    assert {code: number for code, number in told.items() if number} == {
        code: sum((place.code if place else "") == code for place in found)
        for code in {place.code if place else "" for place in found}
    }


def test_a_decision_moves_a_unit_and_no_total(tmp_path):
    """Once the office says where a unit lies now, it leaves the undecided for its ward; the whole stays."""
    an_lu, own = shipped_index().get("11533", HUYEN), "11533"
    with opened(tmp_path) as workspace:
        office = workspace.as_(Actor.office("an"))
        records = [
            Alliance("lm", "Liên minh thử", shipped_index().get("31", HUYEN).id),
            Cooperative("c", "HTX C", CooperativeKind.COOPERATIVE, place=an_lu.id),
            Membership("m", "c", dt.date(2020, 1, 1)),
        ]
        workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, records))))
        told = []
        for decide in (False, True):
            if decide:
                office.decide("c", own, on_map=WARDS)
            found = office.evaluate(YEARS[-1], by="place:commune", on_map=WARDS)
            lines = {cell.place: cell.state for cell in found.places("thuynguyen.members") if cell.rows}
            told.append((found.cell("thuynguyen.members").value.low, lines))
    assert told == [(1, {"": "undecided"}), (1, {own: "by_address"})]


PLACES = [None] + [
    place.id for place in shipped_index().places if place.level == "commune" and place.code.startswith("11")
]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 3)), max_size=12))
def test_no_turn_is_lost_or_doubled(drawn):
    """Whatever communes of whatever map cooperatives were recorded in, the three maps hold the same turns."""
    metric = Registry.load(modules=MODULES).metrics()["thuynguyen.fair_turns"]
    city = shipped_index().get("31", HUYEN)
    records = [Alliance("lm", "Liên minh thử", city.id), Event("e", "HC-1", "fair", "Hội chợ", dt.date(2025, 2, 1))]
    own = 0
    for n, (place, turns) in enumerate(drawn):
        unit = Cooperative(f"c{n}", f"HTX {n}", CooperativeKind.COOPERATIVE, place=place)
        own += turns if is_own(unit) else 0
        records += [unit, *(Participation(f"t{n}-{m}", "e", unit.id) for m in range(turns))]
    snapshot = Snapshot.of(
        [*shipped_places(), *shipped_atlas().successions, *(kind.stored() for kind in OWN_KINDS), *records]
    )
    for day in MAPS:
        found = evaluate([metric], snapshot, [YEARS[-1]], by="place:commune", on_map=day)
        assert found.cell(metric.key).value.low == own
        assert sum(cell.value.low for cell in found.places(metric.key)) == own


# ── The bonus ───────────────────────────────────────────────────────────────────────────────────────────────────────


def setting(value, campaign=None):
    """What was set for the bonus: as JSON, for the city or for a campaign."""
    return PluginSetting(f"s{campaign}", "thuynguyen", "bonus_points", value, None, campaign)


@pytest.mark.parametrize(
    ("told", "campaign", "points"),
    [
        ([], "", 200),
        ([], "a", 200),
        ([setting("4")], "a", 400),
        ([setting("4"), setting("5", "a")], "a", 500),
        ([setting("4"), setting("5", "a")], "b", 400),
        ([setting("5", "a")], "", 200),
    ],
)
def test_the_bonus_is_what_was_set_for_the_campaign(told, campaign, points):
    """A campaign's own setting goes before the city's, and that before the manifest's."""
    registry = Registry.load(modules=MODULES, settings=told)
    found = registry.criteria(campaign)["thuynguyen.thuong"]
    assert [(one.most, one.bonus, one.maximum) for one in found.criteria] == [(points, points, 0)] * 2


@pytest.mark.parametrize("value", [0, 11, "3", True])
def test_a_bonus_has_bounds(desk, value):
    """From one to ten whole points; anything else is refused and nothing is written."""
    with pytest.raises(PluginError, match="bonus_points"):
        Plugins(desk).set("thuynguyen", "bonus_points", value)
    assert desk.snapshot().records(PluginSetting) == []


RULES = {
    "name": NAME,
    "period": "2025",
    "launched": "2025-01-02",
    "maximum": 10,
    "criteria": [
        {"key": "1", "name": "Hội chợ", "maximum": 10, "rule": {"metric": "fairs.turns", "how": "ratio", "target": 4}}
    ],
    "stages": [
        {"key": "giao-uoc", "kind": "pledge", "name": "Giao ước"},
        {"key": "tu-cham", "kind": "self", "name": "Tự chấm"},
        {"key": "cong-bo", "kind": "published", "name": "Công bố"},
    ],
}
FAIRS = {"c1": 2, "c2": 1, "c3": 0, "d1": 2}
"""Turns at fairs: of three units of Thủy Nguyên, and of one of Vĩnh Bảo."""


def small_city():
    """Three units of Thủy Nguyên and one of Vĩnh Bảo in one block; two went to a class."""
    began, index = dt.date(2020, 1, 1), shipped_index()
    made = [Alliance("lm", "Liên minh thử", index.get("31", HUYEN).id), Group("k", GroupKind.BLOCK, "Khối", began)]
    made += [Event(f"f{n}", f"HC-{n}", "fair", "Hội chợ", dt.date(2025, 2, n)) for n in (1, 2)]
    made.append(Event("l", "DT-1", "training", "Lớp", dt.date(2025, 8, 1)))
    for unit, turns in FAIRS.items():
        home = index.get("311" if unit.startswith("c") else "316", HUYEN)
        role = GroupRole.LEAD if unit == "c1" else GroupRole.MEMBER
        made.append(Cooperative(unit, f"HTX {unit}", CooperativeKind.COOPERATIVE, place=home.id, founded=began))
        made.append(GroupMembership(f"g{unit}", "k", unit, role, began))
        made += [Participation(f"t{n}{unit}", f"f{n}", unit) for n in range(1, turns + 1)]
    return [*made, Participation("l2", "l", "c2"), Participation("ld", "l", "d1")]


def test_a_campaign_with_the_bonus_of_three(tmp_path):
    """Half the fairs are half the bonus, a class is a whole one; Vĩnh Bảo's unit has none, loses none, and is rated."""
    with opened(tmp_path, settings=[setting("3", CAMPAIGN)]) as workspace:
        workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, small_city()))))
        office = workspace.as_(Actor.office("an"))
        bonus = workspace.registry.criteria(CAMPAIGN)["thuynguyen.thuong"]
        stages = Stages.new(office, bonus.put_into(Definition.of(RULES)))
        stages.apply()
        stages.advance()
        stages.pledge(FAIRS, dt.date(2025, 1, 10))
        stages.advance()
        board = CampaignDesk.of(office, NAME).whole_board()
        assert stages.obstacles() == []
        stages.advance()  # sealed, and counted again from the seal
        assert stages.at.board().lines == board.lines
    told = {line.unit: (line.base, line.bonus, line.open, line.place) for line in board.lines}
    assert told == {
        "c1": (500, 300, (), 1),
        "c2": (200, 450, (), 2),
        "d1": (500, 0, (), 3),
        "c3": (0, 0, (), 4),
    }
    assert "ngoài địa bàn của tiện ích thuynguyen" in board.marks["d1"]["thuynguyen.thuong_hoi_cho"].why


def coopkit(url, *arguments, code=0):
    """What a command of coopkit says."""
    call = "import sys; from coopkit.cli import main; sys.argv[0] = 'coopkit'; main()"
    environment = {**os.environ, "COOPKIT_LEDGER": url, "COOPKIT_LANG": "vi"}
    command = [sys.executable, "-W", "error", "-c", call, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_campaign_is_launched_with_it_on_the_command_line(tmp_path):
    """`campaign new --criteria` takes the criteria in, as set for that campaign; an unknown key names the known ones."""
    url = f"sqlite:///{tmp_path}/so.db"
    scheme = ("campaign", "new", "--rubric", "tt-01-2020", "--period", "2024")
    with Workspace.open(url) as workspace:
        office = workspace.as_(Actor.office("an"))
        Plugins(office).on("thuynguyen")
        name = "Đánh giá hợp tác xã theo TT 01/2020 · 2024"
        Plugins(office).set("thuynguyen", "bonus_points", 7, campaign=make_id("campaign", "2024", name))
    refused = coopkit(url, *scheme, "--criteria", "thuynguyen.khong_co", code=2)
    assert "thuynguyen.thuong" in refused
    coopkit(url, *scheme, "--criteria", "thuynguyen.thuong")
    with Workspace.open(url) as workspace:
        leaves = CampaignDesk.of(workspace.as_(Actor.office("an")), "2024").rules.leaves
    told = [(leaf.key, leaf.bonus) for leaf in leaves if leaf.rule]
    assert told == [("thuynguyen.thuong_hoi_cho", 700), ("thuynguyen.thuong_dao_tao", 700)]


# ── The page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def script(view):
    """What AppTest runs: its text is taken out of here, so it imports what it needs."""
    from coopkit_thuynguyen.page import show

    show(view)


def shown(office, lang="vi", **state):
    """The page as a reader of that language sees it."""
    page = office.workspace.registry.pages()["thuynguyen.ba_ban_do"]
    test = AppTest.from_function(script, args=(office.inside.view(page, lang),), default_timeout=60)
    for key, value in state.items():
        test.session_state[f"thuynguyen.{key}"] = value
    test.run()
    assert not test.exception
    return test


def test_three_maps_side_by_side(desk):
    """Each map has its heading, its communes, and its own table; the lines of each add up to the same."""
    page = shown(desk, figure="thuynguyen.fair_turns")
    assert page.title[0].value == "Ba bản đồ"
    assert [one.value for one in page.subheader][:3] == ["Ngày 31/12/2023", "Ngày 01/03/2025", "Ngày 01/07/2025"]
    captions = [one.value for one in page.caption]
    assert captions[:3] == [
        "Huyện Thủy Nguyên: 37 đơn vị cấp xã",
        "Thành phố Thủy Nguyên: 21 đơn vị cấp xã",
        "8 đơn vị cấp xã",
    ]
    assert captions[3].startswith("Các dòng của mỗi bản đồ cộng lại đều bằng 31.")
    tables = [one.value for one in page.dataframe]
    assert [len(one) for one in tables] == [38, 22, 9]
    assert [one["Số liệu"].astype(int).sum() for one in tables] == [31, 31, 31]
    assert [one["Địa bàn"].iloc[-1] for one in tables] == ["Chưa xác định"] * 3
    assert "Phường Lê Ích Mộc" in set(tables[2]["Địa bàn"])


def test_every_figure_in_all(desk):
    """Below the maps each figure of the plugin stands in all, the same under each map, as coopkit writes numbers."""
    table = shown(desk).table[0].value
    assert list(table.columns) == ["Chỉ tiêu", "31/12/2023", "01/03/2025", "01/07/2025"]
    assert dict(zip(table["Chỉ tiêu"], table["01/07/2025"], strict=True)) == {
        "Thành viên cuối kỳ": "47",
        "Lượt HTX dự hội chợ, xúc tiến thương mại": "31",
        "Lượt HTX dự lớp đào tạo, bồi dưỡng": "28",
        "HTX được hỗ trợ": "36",
        "Doanh thu bình quân một đơn vị báo cáo": "6.337 triệu đồng",
    }
    assert (table["31/12/2023"] == table["01/07/2025"]).all()


def test_the_filters_have_keys_of_the_plugin(desk):
    """What a reader chooses is kept under keys with the plugin's prefix, and changes what is shown."""
    page = shown(desk)
    assert {one.key for one in page.selectbox} == {"thuynguyen.year", "thuynguyen.figure"}
    page.selectbox(key="thuynguyen.year").set_value(2024)
    page.selectbox(key="thuynguyen.figure").set_value("thuynguyen.class_turns").run()
    assert not page.exception
    assert page.session_state["thuynguyen.figure"] == "thuynguyen.class_turns"
    assert [one.value["Số liệu"].astype(int).sum() for one in page.dataframe] == [13, 13, 13]


def test_an_average_is_not_added_up(desk):
    """Of an average the page says that places do not add up; money is written with its unit."""
    page = shown(desk, figure=AVERAGE)
    assert "không cộng được" in page.caption[3].value
    assert any("triệu đồng" in told for told in page.dataframe[2].value["Số liệu"])


def test_a_figure_that_is_unavailable_says_why(desk):
    """Of a year without figures the page tells the reason, and shows no 0."""
    page = shown(desk, figure=AVERAGE, year=2021)
    assert "mẫu số bằng 0" in page.caption[3].value
    assert set(page.dataframe[2].value["Số liệu"]) == {"không tính được"}


def test_the_page_in_english(desk):
    """The same page for a reader of English."""
    page = shown(desk, "en", figure=AVERAGE)
    assert page.title[0].value == "Three maps"
    assert page.table[0].value.columns[0] == "Figure"
    assert "6,337 million VND" in set(page.table[0].value["01/07/2025"])


def test_the_page_of_an_empty_register(tmp_path):
    """A register without an event of Thủy Nguyên shows how to fill it, and no table."""
    with opened(tmp_path) as workspace:
        page = shown(workspace.as_(Actor.office("an")))
    assert "coopkit import" in page.info[0].value
    assert (len(page.dataframe), len(page.table), len(page.selectbox)) == (0, 0, 0)
