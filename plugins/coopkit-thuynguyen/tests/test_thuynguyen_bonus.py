"""The plugin's bonus in campaigns: as it was set, for its own units, from the register to the board."""

import datetime as dt
import os
import subprocess
import sys

import pytest

from coopkit import (
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
    Participation,
    PluginError,
    Plugins,
    PluginSetting,
    Registry,
    Stages,
    Workspace,
    make_id,
    shipped_index,
)

HUYEN = dt.date(2023, 12, 31)
NOW = dt.datetime(2026, 1, 10, 8, 0, tzinfo=dt.UTC)
NAME = "Thi đua hai huyện (mẫu)"
CAMPAIGN = make_id("campaign", "2025", NAME)


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
    registry = Registry.load(modules={"thuynguyen": "coopkit_thuynguyen"}, settings=told)
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


def test_a_campaign_with_the_bonus_of_three(opened, tmp_path):
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
    """`campaign new --criteria` takes in what was set for that campaign; an unknown key names those there are."""
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
