"""The example's emulation: the campaign of 2023 from its launch to the published awards, that of 2024 half way."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve

from coopkit.campaign import ConflictKind, ConflictState, Definition, InitiativeKind, copied, template
from coopkit.cooperative import Cooperative, Membership, Sector
from coopkit.event import RecipientKind
from coopkit.group import Group, GroupKind, GroupMembership, GroupRole
from coopkit.ledger import Batch, Change
from coopkit.record import make_id
from coopkit.text import Label
from coopkit.workspace import Awarding, Ballot, CampaignDesk, Desk, Entry, Progress, Scoring, Stages

FORMED: Final = dt.date(2023, 1, 2)
DECIDED: Final = dt.date(2024, 1, 15)
"""The day of the decisions: after the year, so that the honours of 2023 are those that the workbooks hold."""

_END: Final = dt.date(2023, 12, 31)
_BLOCKS: Final = {
    Sector.AGRICULTURE: ("Khối Nông nghiệp 1", "Khối Nông nghiệp 2", "Khối Nông nghiệp 3"),
    Sector.SERVICES: ("Khối Dịch vụ 1", "Khối Dịch vụ 2"),
    Sector.INDUSTRY: ("Khối Công nghiệp",),
    Sector.FINANCE: ("Khối Quỹ tín dụng",),
}
_ACHIEVED: Final = "Dẫn đầu phong trào thi đua năm 2023"
_ABSENT: Final = "Chưa có số liệu năm: Hội đồng chấp nhận để trống"


def load_campaigns(desk: Desk, progress: Progress | None = None) -> None:
    """Run the example's campaigns over the units that `load_demo` loaded; where any is run already, nothing is done.

    That of 2023 is published, with its board, votes and awards; that of 2024 stands in its cross-scoring.
    """
    if CampaignDesk.all(desk):
        return
    told, following = progress or _quiet, template()
    rules = evolve(copied(following, "2023"), legal_basis=("Luật Thi đua, Khen thưởng", *following.legal_basis[2:]))
    told(0, 4, Label("Phát động phong trào mẫu", "Launching the example's campaigns"))
    form_blocks(desk)
    stages = launch(desk, rules)
    told(1, 4, Label("Chấm điểm năm 2023", "Scoring 2023"))
    score(stages)
    told(2, 4, Label("Bình xét, khen thưởng năm 2023", "Votes and awards of 2023"))
    award(stages, DECIDED)
    told(3, 4, Label("Chấm điểm năm 2024", "Scoring 2024"))
    score_halfway(launch(desk, following))
    told(4, 4, Label("Xong", "Done"))


def _quiet(_done: int, _total: int, _step: Label) -> None:
    """Where nobody watches."""


def form_blocks(desk: Desk) -> None:
    """Form the seven blocks of all members by sector, and a union of two members of one block."""
    changes = tuple(Change(one) for one in _blocks(desk))
    workspace = desk.workspace
    workspace.ledger.write(Batch(desk.actor.name, "Chia khối thi đua", workspace.clock(), changes=changes))


def _blocks(desk: Desk) -> Iterator[Group | GroupMembership]:
    """The blocks, each with a lead and a deputy, their units dealt out in turn."""
    snapshot = desk.snapshot()
    span = [one for one in snapshot.records(Membership) if one.joined <= _END and (one.left is None or one.left > _END)]
    members = {one.cooperative for one in span}
    units = sorted((one for one in snapshot.records(Cooperative) if one.id in members), key=lambda one: one.id)
    for sector, names in _BLOCKS.items():
        own = [one.id for one in units if one.sector is sector]
        for n, name in enumerate(names):
            dealt = own[n :: len(names)]
            roles = (GroupRole.LEAD, GroupRole.DEPUTY, *[GroupRole.MEMBER] * len(dealt))
            yield from _group(GroupKind.BLOCK, name, zip(dealt, roles, strict=False))
            if name == "Khối Công nghiệp":
                two = ((unit, GroupRole.MEMBER) for unit in dealt[4:6])
                yield from _group(GroupKind.UNION, "Liên hiệp HTX Công nghiệp mẫu", two)


def _group(kind: GroupKind, name: str, members: Iterable[tuple[str, GroupRole]]) -> Iterator[Group | GroupMembership]:
    group = Group(make_id("group", kind, name), kind, name, FORMED)
    yield group
    for unit, role in members:
        yield GroupMembership(make_id("group_membership", group.id, unit, FORMED), group.id, unit, role, FORMED)


def launch(desk: Desk, rules: Definition) -> Stages:
    """The rules in force, pledged by every unit of the blocks, a conflict declared, the self-scores open."""
    stages, year = Stages.new(desk, rules), rules.span.start.year
    stages.apply(on=rules.launched)
    stages.advance(on=dt.date(year, 1, 10))
    snapshot = desk.snapshot()
    groups = {one.id for one in snapshot.records(Group) if one.kind is GroupKind.BLOCK}
    units = [one.cooperative for one in snapshot.records(GroupMembership) if one.group in groups]
    stages.pledge(units, dt.date(year, 1, 20), "Hoàn thành các chỉ tiêu của khối")
    one, other = sorted(units)[:2]
    stages.settle(one, other, ConflictKind.DECLARED, ConflictState.DECLARED, "Hai giám đốc là anh em (tự khai)")
    stages.advance(on=dt.date(year, 11, 1))
    return stages


def score(stages: Stages) -> None:
    """Self-scores, cross-scores and the secretary's check, up to the block meetings."""
    year = _self_scores(stages)
    Scoring(stages.at).give(_cross_scores(stages.at), "Nhập phiếu chấm chéo")
    stages.advance(on=dt.date(year, 11, 28))
    _check(stages.at)
    stages.advance(on=dt.date(year, 12, 5))


def score_halfway(stages: Stages) -> None:
    """Self-scores, and the cross-scores of three pairs in five."""
    _self_scores(stages)
    given = [one for one in _cross_scores(stages.at) if _dice("phiếu", one.scorer, one.unit) < 60]
    Scoring(stages.at).give(given, "Nhập phiếu chấm chéo (đợt 1)")


def _self_scores(stages: Stages) -> int:
    at = stages.at
    units, year = at.units(), at.rules.span.start.year
    Scoring(at).give(_claims(at.rules, {unit: [unit] for unit in units}, 0), "Nhập bảng tự chấm của các đơn vị")
    stages.advance(_ABSENT, dt.date(year, 11, 16))
    return year


def _cross_scores(at: CampaignDesk) -> list[Entry]:
    scorers: dict[str, list[str]] = {}
    for pair in Scoring(at).pairs(at.rules.stage("cham-cheo")):
        scorers.setdefault(pair.cooperative, []).append(pair.scorer)
    return list(_claims(at.rules, scorers, 6))


def _claims(rules: Definition, scorers: dict[str, list[str]], shift: int) -> Iterator[Entry]:
    """What each scorer gives each unit for the criteria that no metric feeds: half points, drawn by unit and criterion.

    `shift` is how strict the scorers are; who is strict shows no evidence of its own.
    """
    leaves = [leaf for leaf in rules.leaves if leaf.rule is None and leaf.key not in {"P", "L", "T"}]
    for unit, by in sorted(scorers.items()):
        for leaf in leaves:
            for scorer in by:
                other = _dice(scorer, unit, leaf.key) // 4 if shift else 0
                share = 72 + (_dice(unit, leaf.key) + other) % 27 - shift
                evidence = "" if shift else f"Hồ sơ {leaf.key}"
                yield Entry(unit, leaf.key, leaf.most * share // 100 // 50 * 50, scorer, evidence=evidence)


def _dice(*of: object) -> int:
    """A number from 0 to 99 that depends on these alone."""
    return hashlib.sha256("|".join(map(str, of)).encode()).digest()[0] * 100 // 256


def _check(at: CampaignDesk) -> None:
    """The secretary overrules one figure with its reason, makes two units level, and finds one unit fined."""
    board, found = at.whole_board(["tu-cham", "cham-cheo"]), list[Entry]()
    for block, name in board.blocks.items():
        first, second, third, *_, last = board.of_block(block)
        found.append(Entry(first.unit, "T", 300, reason="Được khen đột xuất"))
        if name == "Khối Dịch vụ 1":
            for key, mark in board.marks[second.unit].items():
                if mark.points is not None and mark.points != board.marks[third.unit][key].points:
                    points = mark.points // at.rules.leaf(key).step * at.rules.leaf(key).step
                    level = (second.unit, third.unit)
                    found += [Entry(unit, key, points, reason="Thẩm định lại theo hồ sơ") for unit in level]
        if name == "Khối Công nghiệp":
            found.append(Entry(second.unit, "2.4", 500, reason="Có hồ sơ vay tại quỹ trung ương, ngoài sổ"))
            found.append(Entry(last.unit, "L", 100, reason="Quyết định xử phạt (mẫu)"))
    Scoring(at).give(found, "Thư ký thẩm định")


def award(stages: Stages, decided: dt.date, medals: Sequence[str] = ()) -> Awarding:
    """Block meetings propose and vote, the council votes and cuts, the givers decide on a day, all is published.

    `medals` are the ids of persons to be given one.
    """
    awarding, year = Awarding(stages.at), stages.at.rules.span.start.year
    _propose(awarding, dt.date(year, 12, 8))
    stages.advance(on=dt.date(year, 12, 9))
    _vote(awarding)
    stages.advance(on=dt.date(year, 12, 12))
    for key in ("city_merit", "vca_merit"):
        awarding.nominate_others(key, RecipientKind.UNSPLIT, 5, achievement=_ACHIEVED, on=decided)
    if medals:
        awarding.nominate_others("vca_medal", RecipientKind.INDIVIDUAL, len(medals), persons=medals, on=decided)
    rules = [rule for rule in stages.at.rules.awards if medals or rule.key != "vca_medal"]
    for n, rule in enumerate(rules, 1):
        awarding.decide(rule.key, f"MẪU-{n:02}/QĐ-TĐKT-{decided.year}", decided)
    awarding.propose_initiative(InitiativeKind.INITIATIVE, "Tưới tiết kiệm nước (mẫu)", min(stages.at.units()))
    awarding.recognise("Tưới tiết kiệm nước (mẫu)", f"MẪU-20/QĐ-SK-{decided.year}", decided)
    stages.advance(on=decided + dt.timedelta(days=5))
    return awarding


def _propose(awarding: Awarding, day: dt.date) -> None:
    """The block meetings' proposals, and their votes on the flags."""
    for key in ("city_flag", "model"):
        awarding.nominate(key, [line.unit for line in awarding.suggest(key, day)], _ACHIEVED, day)
    awarding.nominate_others("certificate", RecipientKind.UNSPLIT, 15, achievement=_ACHIEVED, on=day)
    flags = [one for one in awarding.nominations() if one.award == "city_flag"]
    awarding.vote(Ballot(one.id, in_favour=12, against=1, present=15) for one in flags)


def _vote(awarding: Awarding) -> None:
    """The council's seats, who of it came, and its votes: one certificate is not carried."""
    at, proposed = awarding.at, awarding.nominations()
    lead_of = at.matter.lead_of
    leads = sorted({lead_of[unit] for unit in at.units()})
    seats: dict[str, str | None] = {"Chủ tịch Hội đồng": None, "Phó Chủ tịch": None, "Thư ký": None}
    awarding.seat(seats | {f"Ủy viên {n}": lead for n, lead in enumerate(leads, 1)})
    awarding.attend([*seats, *(f"Ủy viên {n}" for n in range(1, len(leads) + 1))])
    cut = next(one.id for one in proposed if one.award == "certificate")
    awarding.vote(Ballot(one.id, 3, 6) if one.id == cut else Ballot(one.id, 9, 0) for one in proposed)
