"""Who may be proposed for an award, how many there are, and the money that goes with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from attrs import frozen

from coopkit.campaign import AwardRule, Definition, Nomination, NominationState, format_points
from coopkit.emulation.board import Board, Line
from coopkit.event import RecipientKind
from coopkit.regulation import Regulation
from coopkit.text import Label

ROUNDING: Final = 10_000
_OUT: Final = frozenset({NominationState.CUT, NominationState.REFUSED})


def reward(coefficient: Fraction, base_salary: int) -> int:
    """The reward in đồng: coefficient × base salary, rounded up to the next 10,000 đồng (NĐ 98/2023/NĐ-CP).

    >>> reward(Fraction(8), 2_340_000), reward(Fraction(3, 10), 2_340_000)
    (18720000, 710000)
    """
    exact = coefficient * base_salary
    return int(-(-exact // ROUNDING)) * ROUNDING


@frozen
class Eligibility:
    """Whether somebody may be proposed for an award; if not, why; and the law it follows.

    >>> Eligibility((), "Luật 06/2022/QH15").eligible
    True
    """

    reasons: tuple[Label, ...]
    source: str

    @property
    def eligible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons


@frozen
class Docket:
    """What a proposal is judged by: the campaign's rules, the board, what is proposed already, the laws, the day."""

    rules: Definition
    board: Board
    proposed: tuple[Nomination, ...]
    regulation: Regulation
    on: dt.date


def eligibility(rule: AwardRule, nomination: Nomination, docket: Docket) -> Eligibility:
    """Whether a nomination may be made, by the law in force and the campaign's own rule."""
    law = docket.regulation.award(rule.form.value, rule.giver.value, docket.on) or {}
    source = "; ".join(filter(None, (rule.source, str(law.get("source", "")))))
    reasons = [*_recipient(rule, nomination, law.get("recipients")), *_quota(rule, nomination, docket)]
    if not rule.outside and nomination.cooperative is not None:
        line = docket.board.line(nomination.cooperative)
        place = min(filter(None, (rule.place, law.get("place"))), default=None)
        reasons += _standing(rule, line, place)
    if not law.get("title"):
        reasons += _twice(nomination, docket, rule)
    return Eligibility(tuple(reasons), source)


def _recipient(rule: AwardRule, nomination: Nomination, allowed: Iterable[str] | None) -> Iterator[Label]:
    kind = nomination.recipient_kind
    if rule.recipient not in (kind, RecipientKind.UNSPLIT):
        yield Label(
            f"thể lệ tặng {rule.recipient.label.vi.lower()}, không tặng {kind.label.vi.lower()}",
            f"the campaign gives it to: {rule.recipient.label.en}, not to: {kind.label.en}",
        )
    if allowed is not None and kind.value not in allowed:
        yield Label(
            f"{rule.form.label.vi} không tặng {kind.label.vi.lower()}",
            f"{rule.form.label.en} does not go to: {kind.label.en}",
        )
    if kind is RecipientKind.COLLECTIVE and nomination.cooperative is None:
        yield Label("tập thể phải là một đơn vị trong sổ", "a collective must be a unit of the register")


def _standing(rule: AwardRule, line: Line | None, place: int | None) -> Iterator[Label]:
    if line is None:
        yield Label("đơn vị không tham gia phong trào", "the unit does not take part in the campaign")
        return
    if line.unrated:
        yield Label(f"đơn vị không được xếp hạng: {line.unrated}", "the unit is not rated")
    if line.disqualified:
        told = ", ".join(line.disqualified)
        yield Label(f"đơn vị bị loại theo tiêu chí {told}", f"the unit is disqualified by {told}")
    if place is not None and not 0 < line.place <= place:
        yield Label(
            f"hạng {line.place or '–'} trong khối, cần hạng {place} trở lên",
            f"place {line.place or '–'} in its block, place {place} or better is needed",
        )
    if line.total < rule.least:
        yield Label(
            f"{format_points(line.total)} điểm, cần từ {format_points(rule.least)}",
            f"{format_points(line.total, 'en')} points, {format_points(rule.least, 'en')} are needed",
        )


def _quota(rule: AwardRule, nomination: Nomination, docket: Docket) -> Iterator[Label]:
    alive = [one for one in _alive(rule, docket) if one.id != nomination.id]
    if rule.quota is not None and len(alive) >= rule.quota:
        yield Label(f"đã đủ {rule.quota} đề nghị", f"all {rule.quota} are proposed already")
    if rule.per_block is not None and nomination.cooperative is not None:
        block = _block(docket.board, nomination.cooperative)
        same = [one for one in alive if one.cooperative and _block(docket.board, one.cooperative) == block]
        if block is not None and len(same) >= rule.per_block:
            yield Label(f"khối đã đủ {rule.per_block} đề nghị", f"the block has its {rule.per_block} already")


def _alive(rule: AwardRule, docket: Docket) -> list[Nomination]:
    return [one for one in docket.proposed if one.award == rule.key and one.state not in _OUT]


def _block(board: Board, unit: str) -> str | None:
    line = board.line(unit)
    return line.block if line else None


def _twice(nomination: Nomination, docket: Docket, rule: AwardRule) -> Iterator[Label]:
    """Law on Emulation and Commendation: not several forms of commendation for one achievement."""
    whom = nomination.cooperative or nomination.person
    for one in docket.proposed:
        same = whom is not None and whom in (one.cooperative, one.person) and one.achievement == nomination.achievement
        if same and one.award != rule.key and one.state not in _OUT and not _is_title(one, docket):
            yield Label(
                f"cùng một thành tích đã được đề nghị hình thức {one.award!r}",
                f"the same achievement is proposed for {one.award!r} already",
            )


def _is_title(one: Nomination, docket: Docket) -> bool:
    rule = docket.rules.award(one.award)
    law = docket.regulation.award(rule.form.value, rule.giver.value, docket.on) or {}
    return bool(law.get("title"))


def suggested(rule: AwardRule, docket: Docket) -> list[Line]:
    """The units that may yet be proposed for a collective award, the best first, at most what is left of its quotas.

    Units that share a place, or at the quota's end the total, are taken together or not at all: a tie is for the
    meeting to part.
    """
    found: list[Line] = []
    alive = _alive(rule, docket)
    held = {one.cooperative for one in alive}
    for block in docket.board.blocks:
        taken: list[Line] = []
        lines = docket.board.of_block(block)
        there = sum(line.unit in held for line in lines)
        for same in _by_place(lines):
            able = [line for line in same if line.unit not in held and _able(rule, line, docket)]
            if rule.per_block is not None and there + len(taken) + len(able) > rule.per_block:
                break
            taken += able
        found += taken
    found.sort(key=lambda line: (-line.total, line.place, line.unit))
    left = len(found) if rule.quota is None else max(0, rule.quota - len(alive))
    if len(found) <= left:
        return found
    last = found[left].total
    return [line for line in found if line.total > last]


def _by_place(lines: Iterable[Line]) -> Iterator[list[Line]]:
    groups: dict[int, list[Line]] = {}
    for line in lines:
        if line.place:
            groups.setdefault(line.place, []).append(line)
    for place in sorted(groups):
        yield groups[place]


def _able(rule: AwardRule, line: Line, docket: Docket) -> bool:
    nomination = Nomination("", docket.board.campaign, rule.key, RecipientKind.COLLECTIVE, line.unit)
    return eligibility(rule, nomination, docket).eligible
