"""A whole campaign over the made-up Hải Phòng: from the launch to the published decisions, and the next one launched.

The districts' workbooks are loaded, seven blocks of the 274 members are formed, and the campaign of 2023 goes through
its eight stages as the office kept it. On the way: a tie, a conflict of interest, points that overrule the register's,
a stage sent back, a figure that is unavailable, a proposal that the council cuts, and an award revoked later. In the
end the year's honours are those of the city's recap, in kind and number. All names are invented. The papers are written
into the folder phong-trao-2023 beside you.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from coopkit import (
    Actor,
    Awarding,
    Ballot,
    Batch,
    CampaignDesk,
    Change,
    ConflictKind,
    ConflictState,
    Cooperative,
    Definition,
    Desk,
    Entry,
    Giver,
    Group,
    GroupKind,
    GroupMembership,
    GroupRole,
    Honour,
    InitiativeKind,
    Membership,
    Papers,
    Period,
    Ranking,
    RecipientKind,
    Removal,
    Scoring,
    Sector,
    Stages,
    Workspace,
    load_demo,
    make_id,
)

HERE = Path(__file__).parent
NOW = dt.datetime(2024, 2, 1, 8, 0, tzinfo=dt.UTC)
FORMED, END = dt.date(2023, 1, 2), dt.date(2023, 12, 31)
NAMES = {
    Sector.AGRICULTURE: ("Khối Nông nghiệp 1", "Khối Nông nghiệp 2", "Khối Nông nghiệp 3"),
    Sector.SERVICES: ("Khối Dịch vụ 1", "Khối Dịch vụ 2"),
    Sector.INDUSTRY: ("Khối Công nghiệp",),
    Sector.FINANCE: ("Khối Quỹ tín dụng",),
}
ACHIEVED = "Dẫn đầu phong trào thi đua năm 2023"
ABSENT = "Chưa có số liệu năm: Hội đồng chấp nhận để trống"


def dice(*of: object) -> int:
    """A number from 0 to 99 that depends on these alone."""
    return hashlib.sha256("|".join(map(str, of)).encode()).digest()[0] * 100 // 256


def blocks(desk: Desk) -> Iterator[Group | GroupMembership]:
    """Seven blocks of all members by sector, each with a lead and a deputy; and a union of two members of one block."""
    snapshot = desk.snapshot()
    span = [one for one in snapshot.records(Membership) if one.joined <= END and (one.left is None or one.left > END)]
    members = {one.cooperative for one in span}
    units = sorted((one for one in snapshot.records(Cooperative) if one.id in members), key=lambda one: one.id)
    for sector, names in NAMES.items():
        own = [one for one in units if one.sector is sector]
        for n, name in enumerate(names):
            group = Group(make_id("group", GroupKind.BLOCK, name), GroupKind.BLOCK, name, FORMED)
            yield group
            for place, unit in enumerate(own[n :: len(names)]):
                role = {0: GroupRole.LEAD, 1: GroupRole.DEPUTY}.get(place, GroupRole.MEMBER)
                yield belongs(group, unit, role)
            if name == "Khối Công nghiệp":
                union = Group(
                    make_id("group", "union", "mẫu"), GroupKind.UNION, "Liên hiệp HTX Công nghiệp mẫu", FORMED
                )
                yield union
                yield from (belongs(union, unit, GroupRole.MEMBER) for unit in own[n :: len(names)][4:6])


def belongs(group: Group, unit: Cooperative, role: GroupRole) -> GroupMembership:
    """A unit's membership in a group from the day the blocks were formed."""
    return GroupMembership(make_id("group_membership", group.id, unit.id, FORMED), group.id, unit.id, role, FORMED)


def open_criteria(at: CampaignDesk) -> list[str]:
    """The criteria that people score, as no metric feeds them."""
    return [leaf.key for leaf in at.rules.leaves if leaf.rule is None and leaf.key not in {"P", "L", "T"}]


def claims(at: CampaignDesk, units: Iterable[str], by: dict[str, list[str]], shift: int) -> Iterator[Entry]:
    """What each scorer gives each unit: half points, drawn by unit and criterion; `shift` is how strict they are."""
    for unit in sorted(units):
        for key in open_criteria(at):
            most = at.rules.leaf(key).most
            for scorer in by.get(unit, []):
                share = 72 + (dice(unit, key) + (dice(scorer, unit, key) if shift else 0) // 4) % 27 - shift
                evidence = f"Hồ sơ {key}" if not shift else ""
                yield Entry(unit, key, most * share // 100 // 50 * 50, scorer, evidence=evidence)


def scoring(at: CampaignDesk, stages: Stages) -> None:
    """Self-scores, cross-scores, the secretary's check that is sent back once, and the block meetings' scores."""
    office, units = Scoring(at), at.units()
    office.give(claims(at, units, {unit: [unit] for unit in units}, 0), "Nhập bảng tự chấm của các đơn vị")
    stages.advance(ABSENT, dt.date(2023, 11, 16))
    pairs = office.pairs(at.rules.stage("cham-cheo"))
    scorers: dict[str, list[str]] = {}
    for pair in pairs:
        scorers.setdefault(pair.cooperative, []).append(pair.scorer)
    office.give(claims(at, units, scorers, 6), "Nhập phiếu chấm chéo")
    stages.advance(on=dt.date(2023, 11, 25))
    stages.back("Khối Công nghiệp nộp lại phiếu chấm chéo", dt.date(2023, 11, 26))
    stages.advance(on=dt.date(2023, 11, 28))
    check(at, office)
    stages.advance(on=dt.date(2023, 12, 5))


def check(at: CampaignDesk, office: Scoring) -> None:
    """The secretary overrules one figure with its reason, makes two units level, and finds one unit fined."""
    board = at.whole_board(["tu-cham", "cham-cheo"])
    for block in board.blocks:
        first, second, *_ = board.of_block(block)
        office.give([Entry(first.unit, "T", 300, reason="Được khen đột xuất")])
        if board.blocks[block] == "Khối Dịch vụ 1":
            level(at, office, second.unit, board.of_block(block)[2].unit)
        if board.blocks[block] == "Khối Công nghiệp":
            office.give([Entry(second.unit, "2.4", 500, reason="Có hồ sơ vay tại quỹ trung ương, ngoài sổ")])
            office.give([Entry(board.of_block(block)[-1].unit, "L", 100, reason="Quyết định xử phạt (mẫu)")])


def level(at: CampaignDesk, office: Scoring, one: str, other: str) -> None:
    """Give two units the same points for every criterion, so that they share their place to the end."""
    board = at.whole_board(["tu-cham", "cham-cheo"])
    for key, mark in board.marks[one].items():
        theirs = board.marks[other][key]
        if mark.points is not None and mark.points != theirs.points:
            leaf = at.rules.leaf(key)
            points = mark.points // leaf.step * leaf.step
            office.give([Entry(unit, key, points, reason="Thẩm định lại theo hồ sơ") for unit in (one, other)])


def awards(at: CampaignDesk, stages: Stages, medals: list[str]) -> Awarding:
    """Block meetings propose and vote, the council votes and cuts, the givers decide."""
    awarding, day = Awarding(at), dt.date(2023, 12, 8)
    for award in ("city_flag", "model"):
        awarding.nominate(award, [line.unit for line in awarding.suggest(award, day)], ACHIEVED, day)
    awarding.nominate_others("certificate", RecipientKind.UNSPLIT, 15, achievement=ACHIEVED, on=day)
    flags = [one for one in awarding.nominations() if one.award == "city_flag"]
    awarding.vote(Ballot(one.id, in_favour=12, against=1, present=15) for one in flags)
    stages.advance("", dt.date(2023, 12, 9))

    leads = sorted({at.matter.lead_of[unit] for unit in at.units()})
    seats: dict[str, str | None] = {"Chủ tịch Hội đồng": None, "Phó Chủ tịch": None, "Thư ký": None}
    awarding.seat(seats | {f"Ủy viên {n}": lead for n, lead in enumerate(leads, 1)})
    awarding.attend([*seats, *(f"Ủy viên {n}" for n in range(1, len(leads) + 1))])
    ballots = [Ballot(one.id, in_favour=9, against=0) for one in awarding.nominations()]
    ballots[[one.award for one in awarding.nominations()].index("certificate")] = Ballot(ballots[0].nomination, 3, 6)
    awarding.vote(ballots)
    stages.advance("", dt.date(2023, 12, 12))

    day = dt.date(2023, 12, 15)
    for award in ("city_merit", "vca_merit"):
        awarding.nominate_others(award, RecipientKind.UNSPLIT, 5, achievement=ACHIEVED, on=day)
    awarding.nominate_others("vca_medal", RecipientKind.INDIVIDUAL, 15, persons=medals, on=day)
    for n, rule in enumerate(at.rules.awards, 1):
        awarding.decide(rule.key, f"MẪU-{n:02}/QĐ-TĐKT-2023", day)
    awarding.propose_initiative(InitiativeKind.INITIATIVE, "Tưới tiết kiệm nước (mẫu)", min(at.units()))
    awarding.recognise("Tưới tiết kiệm nước (mẫu)", "MẪU-20/QĐ-SK-2023", day)
    stages.advance("", dt.date(2023, 12, 20))
    return awarding


def without_honours(desk: Desk) -> list[str]:
    """Take out the year's honours, which the campaign is to bring again; gives the persons who had a medal."""
    held = [one for one in desk.snapshot().records(Honour) if one.decided.year == 2023]
    ledger = desk.workspace.ledger
    bases = ledger.revisions("honour", [one.id for one in held])
    removals = tuple(Removal("honour", one.id, bases[one.id]) for one in held)
    ledger.write(Batch(desk.actor.name, "Khen thưởng 2023 được xét lại từ phong trào", NOW, changes=removals))
    return [one.person for one in held if one.giver is Giver.NATIONAL_ALLIANCE and one.person]


def launched(desk: Desk) -> Stages:
    """The campaign's rules in force, pledged by every unit of the blocks, the self-scores open."""
    stages = Stages.new(desk, Definition.read((HERE / "campaign_2023.toml").read_text("utf-8")))
    stages.apply()
    stages.advance(on=dt.date(2023, 1, 10))
    groups = {one.id for one in desk.snapshot().records(Group) if one.kind is GroupKind.BLOCK}
    units = [one.cooperative for one in desk.snapshot().records(GroupMembership) if one.group in groups]
    stages.pledge(units, dt.date(2023, 1, 20), "Hoàn thành các chỉ tiêu của khối")
    one, other = sorted(units)[:2]
    stages.settle(one, other, ConflictKind.DECLARED, ConflictState.DECLARED, "Hai giám đốc là anh em (tự khai)")
    stages.advance(on=dt.date(2023, 11, 1))
    return stages


def told(at: CampaignDesk, awarding: Awarding) -> None:
    """The board, how safe its places are, the papers, one award revoked, and the year's honours."""
    board = at.board()
    print(f"{len(board.lines)} đơn vị, {len(board.blocks)} khối, {sum(line.tied for line in board.lines)} đồng hạng")
    best = board.of_block(next(iter(board.blocks)))[0]
    print(f"Đứng đầu {board.blocks[best.block]}: {best.name}, {best.total / 100:g} điểm")
    safe = Ranking(at).stability(runs=200)
    print(f"{sum(one.safe for one in safe.values())} thứ hạng vững, tính 200 lần với trọng số lệch 10%")
    papers = Papers(at, dt.date(2023, 12, 20), {"venue": "Hội trường (mẫu)"})
    folder = Path("phong-trao-2023")
    folder.mkdir(exist_ok=True)
    for kind in ("pledge", "block_summary", "minutes", "submission", "decision", "certificate", "merit"):
        made = papers.write(kind)
        for name, data in made.items():
            (folder / name).write_bytes(data)
        print(f"{kind}: {len(made)} văn bản")

    certificate = next(honour for honour, _ in awarding.honours() if honour.award == "certificate")
    awarding.revoke(certificate.id, "MẪU-30/QĐ-HB-2024", dt.date(2024, 1, 30), "Khai thành tích không đúng (mẫu)")
    evaluation = at.desk.evaluate(Period.parse("2023"))
    for key in ("city_flags", "city_merit", "vca_merit", "vca_medals", "alliance_certificates", "model_cooperatives"):
        print(f"honours.{key}: {evaluation.cell(f'honours.{key}').value}")
    revoked = sum(act is not None for _, act in awarding.honours())
    print(f"{len(awarding.honours())} khen thưởng, {revoked} bị hủy bỏ; sổ toàn vẹn: {at.desk.verify() == []}")


def main() -> None:
    """The whole year, and the next one launched."""
    folder = Path(tempfile.mkdtemp())
    with Workspace.open(f"sqlite:///{folder}/so.db", clock=lambda: NOW) as workspace:
        desk = workspace.as_(Actor.office("thu-ky"))
        load_demo(desk)
        medals = without_honours(desk)
        changes = tuple(Change(one) for one in blocks(desk))
        workspace.ledger.write(Batch("thu-ky", "Chia khối thi đua", NOW, changes=changes))
        stages = launched(desk)
        scoring(stages.at, stages)
        told(stages.at, awards(stages.at, stages, medals))

        Stages.new(desk, Definition.read((HERE / "campaign_2024.toml").read_text("utf-8"))).apply()
        following = CampaignDesk.of(desk, "2024")
        for metric, reached in Ranking(following).targets(NOW.date()).items():
            print(f"{following.record.name}: {metric} {reached.value.low}/{reached.goal.low}–{reached.goal.high}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
