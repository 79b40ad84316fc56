"""Thủy Nguyên from the huyện to the thành phố to its wards, with the plugin coopkit-thuynguyen.

The made-up Hải Phòng of 2023 is loaded, and the workbook that Thủy Nguyên sends for 2024 and 2025 (made up by make.py
beside this file). The plugin is switched on; its figures are printed on three maps; the office decides where units of
merged communes lie now; and a campaign takes in the plugin's bonus criteria. All names are invented.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from coopkit import (
    Actor,
    Batch,
    CampaignDesk,
    Change,
    Cooperative,
    Definition,
    Desk,
    Group,
    GroupKind,
    GroupMembership,
    GroupRole,
    Period,
    Plugins,
    Ranking,
    Stages,
    Workspace,
    load_demo,
    make_id,
)

WORKBOOK = Path(__file__).parent / "thuy-nguyen-2024-2025.xlsx"
NOW = dt.datetime(2026, 1, 10, 8, 0, tzinfo=dt.UTC)
MAPS = (dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2025, 7, 1))
FORMED, YEAR = dt.date(2025, 1, 2), Period.parse("2025")
NAME = "Thi đua khối liên huyện (mẫu)"
CAMPAIGN = make_id("campaign", YEAR.key, NAME)
RULES = Definition.of(
    {
        "name": NAME,
        "period": YEAR.key,
        "launched": "2025-01-02",
        "maximum": 10,
        "criteria": [
            {
                "key": "1",
                "name": "Dự hội nghị, hội chợ",
                "maximum": 10,
                "step": 0.5,
                "rule": {"metric": "fairs.turns", "how": "ratio", "target": 4},
            }
        ],
        "stages": [
            {"key": "giao-uoc", "kind": "pledge", "name": "Giao ước"},
            {"key": "tu-cham", "kind": "self", "name": "Tự chấm"},
        ],
    }
)


def show(office: Desk, *metrics: str, maps: tuple[dt.date, ...] = MAPS) -> None:
    """Figures of 2025 on the maps of these days: by how many places, what nobody has placed, and in all."""
    found = {day: office.evaluate(YEAR, by="place:commune", on_map=day) for day in maps}
    for metric in metrics:
        print(office.metrics()[metric].label.vi)
        for day, evaluation in found.items():
            cells = list(evaluation.places(metric))
            undecided = sum(cell.rows for cell in cells if not cell.place)
            placed = sum(1 for cell in cells if cell.place and cell.rows)
            waiting = f", {undecided} bản ghi chưa xác định" if undecided else ""
            print(f"  {day:%d/%m/%Y}: {evaluation.cell(metric).value} ở {placed} đơn vị cấp xã{waiting}")


def decide(office: Desk) -> int:
    """Say where each unit of a merged commune of Thủy Nguyên lies now; here simply in the ward with the first code."""
    mine = [one for one in office.waiting(MAPS[-1]) if one.recorded.parent == "311"]
    for one in mine:
        ward = min(place.code for place in one.candidates)
        office.decide(one.record, ward, on_map=MAPS[-1], reason="Tra địa chỉ đăng ký (mẫu)")
    return len(mine)


def block(office: Desk) -> list[str]:
    """A block of the credit funds of Thủy Nguyên and of Vĩnh Bảo; gives its units."""
    index = office.snapshot().places
    funds = [
        one.id
        for one in office.snapshot().records(Cooperative)
        if one.kind == "credit_fund" and one.place and index.by_id(one.place).parent in ("311", "316")
    ]
    group = Group(make_id("group", NAME), GroupKind.BLOCK, "Khối Quỹ tín dụng hai huyện", FORMED)
    inside = [
        GroupMembership(
            make_id("m", NAME, unit), group.id, unit, GroupRole.LEAD if n == 0 else GroupRole.MEMBER, FORMED
        )
        for n, unit in enumerate(sorted(funds))
    ]
    changes = tuple(Change(one) for one in (group, *inside))
    office.workspace.ledger.write(Batch("van-phong", "Lập khối thi đua (mẫu)", NOW, changes=changes))
    return funds


def points(hundredths: int) -> str:
    """Points as people write them."""
    return f"{hundredths / 100:g}".replace(".", ",")


def campaign(office: Desk) -> None:
    """A campaign with the plugin's bonus, of three points instead of the two that it gives by itself."""
    units = block(office)
    Plugins(office).set("thuynguyen", "bonus_points", 3, campaign=CAMPAIGN)
    bonus = office.workspace.registry.criteria(CAMPAIGN)["thuynguyen.thuong"]
    stages = Stages.new(office, bonus.put_into(RULES))
    stages.apply()
    stages.advance(on=FORMED)
    stages.pledge(units, FORMED)
    stages.advance(on=FORMED)
    at = CampaignDesk.of(office, NAME)
    board = at.whole_board()
    for line in board.lines:
        print(f"  {line.place}. {line.name}: {points(line.total)} điểm, trong đó thưởng {points(line.bonus)}")
    last = board.lines[-1]
    told = next(one for one in Ranking(at).explain(last.unit).criteria if one.criterion.key.startswith("thuynguyen"))
    print(f"  {last.name}: {told.criterion.name.vi}: {told.why_open}")


def main() -> None:
    """The three maps, the decisions, the campaign."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/so.db"
        with Workspace.open(url, clock=lambda: NOW) as workspace:
            office = workspace.as_(Actor.office("van-phong"))
            load_demo(office)
            problems = office.import_files({WORKBOOK.name: WORKBOOK.read_bytes()}).problems
            print(f"{WORKBOOK.name}: {len(problems)} lỗi")
            Plugins(office).on("thuynguyen")
            show(office, "thuynguyen.members", "thuynguyen.fair_turns", "thuynguyen.class_turns")
            print(f"Xác định địa bàn: {decide(office)} đơn vị")
            show(office, "thuynguyen.fair_turns", maps=MAPS[-1:])
            print(NAME)
            campaign(office)


if __name__ == "__main__":
    main()
