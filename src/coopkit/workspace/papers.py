"""`Papers`: a campaign's documents, filled from what the register holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from coopkit.access import Action
from coopkit.campaign import (
    SCORING,
    AwardRule,
    Definition,
    Nomination,
    NominationState,
    Pledge,
    Score,
    Stage,
    StageKind,
    VoteCount,
    format_points,
)
from coopkit.emulation import Board, Line, blocks_on
from coopkit.emulation.scores import Rubric, totals
from coopkit.errors import CampaignError, NotFound
from coopkit.event import Giver, Honour
from coopkit.exporters.papers import PAPERS, write_paper
from coopkit.exporters.score_sheet import score_lines
from coopkit.exporters.word import long_date
from coopkit.quantity import format_number
from coopkit.text import Label, fold
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.minutes import meetings, minutes_words
from coopkit.workspace.nominees import recipient_name
from coopkit.workspace.runs import Progress, silent
from coopkit.workspace.score_sheets import FILE_SAFE


@frozen(slots=False)
class Papers:
    """The documents of one campaign, for who runs it.

    `on` is the day on them; `words` are put over what the register gives: offices, places and names it does not hold.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Papers, Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     Papers(at, dt.date(2024, 12, 20)).write("poem")
    Traceback (most recent call last):
    ...
    coopkit.errors.NotFound: Không có văn bản 'poem' (no such paper): ...
    """

    at: CampaignDesk
    on: dt.date
    words: Mapping[str, Any] = field(factory=dict)

    def write(
        self, key: str, *, only: str = "", file: str = "", template: bytes | None = None, progress: Progress = silent
    ) -> dict[str, bytes]:
        """The papers of one kind by file name: one for each block, unit, giver, award or recipient it is of.

        `only` keeps those whose block, unit or award is of that name, `file` the one of that file name. Raises
        `NotFound` for a kind there is not, or where nothing is of it, and `TemplateError`.
        """
        own, made = template is not None, dict[str, bytes]()
        named = [(_file_name(key, name), words) for name, words in self._each(key) if fold(only) in fold(name)]
        wanted = [one for one in named if file in ("", one[0])]
        for done, (name, words) in enumerate(wanted):
            progress(done, len(wanted), Label(name, name))
            made[name] = write_paper(key, self._told(words, own=own), created=self.on, template=template)
        if not made:
            raise NotFound(f"{PAPERS[key].label.vi}: chưa có gì để lập (there is nothing for this paper yet)")
        return made

    def files(self, key: str) -> list[str]:
        """The names of the files that `write` would make of a kind; empty where nothing is of it.

        Raises `NotFound` for a kind there is not, `CampaignError` before its figures are sealed.
        """
        return [_file_name(key, name) for name, _ in self._each(key)]

    def _each(self, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        if key not in _MAKERS:
            raise NotFound(f"Không có văn bản {key!r} (no such paper): {', '.join(PAPERS)}")
        return _MAKERS[key](self)

    def _told(self, words: Mapping[str, Any], *, own: bool) -> dict[str, Any]:
        """All words of a paper. Raises `NotFound` for one put over that it does not have; an own template may."""
        known = {**self._letterhead(), **words}
        if strange := [] if own else [word for word in self.words if word not in known]:
            raise NotFound(f"Không có từ {', '.join(map(repr, strange))} (no such word): {', '.join(known)}")
        told = {**known, **self.words}
        return told | {"place": told["place"] or _BLANK}

    # ── What the register gives ─────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _rules(self) -> Definition:
        return self.at.rules

    @cached_property
    def _rubric(self) -> Rubric:
        return Rubric.of(self._rules)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return self.at.names

    @cached_property
    def _board(self) -> Board:
        board = self.at.sealed_board()
        if board is None:
            raise CampaignError(
                "Chưa giai đoạn chấm điểm nào đóng nên chưa có bảng điểm (there is no closed board yet)"
            )
        return board

    def _letterhead(self) -> dict[str, Any]:
        alliance = self.at.whole.tables["alliance"].to_pylist()
        place = self.at.whole.places.by_id(alliance[0]["place"]).name if alliance else ""
        organisation = alliance[0]["name"] if alliance else self._rules.organiser
        return {
            "parent": "",
            "organisation": organisation,
            "organiser": self._rules.organiser or organisation,
            "giver": organisation.upper(),
            "place": place,
            "long_date": long_date(self.on),
            "sign_for": "TM. BAN THƯỜNG VỤ",
            "signer_title": "CHỦ TỊCH",
            "signer": "",
            "number": "",
            "copies": ["Như trên", "Lưu: VT"],
            "campaign": self._rules.name,
            "theme": self._rules.theme,
            "venue": "",
            "secretary_signer": "",
            "notes": [],
        }

    def _nominations(self, *states: NominationState) -> list[Nomination]:
        own = [one for one in self.at.whole.records(Nomination) if one.campaign == self.at.campaign]
        return sorted((one for one in own if one.state in states), key=_in_order)

    def _whom(self, one: Nomination | Honour, number: int) -> str:
        return recipient_name(self.at.whole, one, number)

    # ── Pledge and score tables ─────────────────────────────────────────────────────────────────────────────────────

    def pledges(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The pledge of each block, with a line for every unit that signed it."""
        signed = {one.cooperative: one for one in self.at.whole.records(Pledge) if one.campaign == self.at.campaign}
        contents = [leaf.name.vi for leaf in self._rules.leaves if not leaf.disqualifies]
        for block in blocks_on(self.at.whole, self._rules, self._rules.span.end):
            units = [
                {
                    "number": str(n),
                    "name": self._names[unit],
                    "promise": signed[unit].promise or "",
                    "representative": "",
                }
                for n, unit in enumerate((unit for unit in block.units if unit in signed), 1)
            ]
            if units:
                yield block.name, {"block": block.name, "contents": contents, "units": units}

    def self_scores(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The table that each unit filled in for itself."""
        stage = next((one for one in self._rules.stages if one.kind is StageKind.SELF), None)
        if stage is None:
            return
        scores: dict[str, dict[str, Score]] = {}
        for one in self.at.whole.records(Score):
            if (one.campaign, one.stage) == (self.at.campaign, stage.key):
                scores.setdefault(one.cooperative, {})[one.criterion] = one
        for line in self._board.lines:
            rows, total = self._rows(line, scores.get(line.unit, {}))
            words = {"block": self._board.blocks[line.block], "stage": stage.name.vi, "organisation": line.name}
            words |= {"total": _points(total), "maximum": _points(self._rules.maximum), "preparer": ""}
            yield line.name, {**words, "rows": rows}

    def _rows(self, line: Line, scores: Mapping[str, Score]) -> tuple[list[dict[str, str]], int]:
        """The lines of a unit's own table: what it gave itself, or else what the register gives."""
        marks, rows, total = self._board.marks[line.unit], [], 0
        for one in score_lines(self._rules.criteria):
            score = scores.get(one.criterion)
            mark = marks.get(one.criterion)
            points = score.points if score else mark.by_stage.get("computed") if mark else None
            sign = -1 if one.penalty else 0 if one.disqualifies else 1
            total += sign * (points or 0)
            rows.append(
                {
                    "group": "x" if one.group else "",
                    "number": one.criterion,
                    "name": one.name,
                    "maximum": _points(one.maximum + one.bonus) if one.maximum + one.bonus else "",
                    "points": "" if points is None else _points(points),
                    "evidence": (score.evidence or "") if score else "",
                    "explanation": (score.reason or "") if score else (mark.value if mark else ""),
                }
            )
        return rows, total

    def summaries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The summary of each block: what every closed scoring stage came to, totals, places and grades."""
        closed = self.at.standing.closed(*SCORING)
        grades = {one.key: one.name.vi for one in self._rules.grades}
        for block, name in self._board.blocks.items():
            rows = []
            for n, line in enumerate(self._board.of_block(block), 1):
                rows.append(
                    {
                        "number": str(n),
                        "name": line.name,
                        "points": [self._stage_total(line, closed[:n]) for n in range(1, len(closed) + 1)],
                        "total": _points(line.total),
                        "place": str(line.place) if line.place else "–",
                        "tied": "x" if line.tied else "",
                        "grade": grades.get(line.grade, line.unrated or ("bị loại" if line.disqualified else "")),
                    }
                )
            notes = [
                f"{line.name}: tiêu chí {', '.join(line.open)} để trống"
                for line in self._board.of_block(block)
                if line.open
            ]
            yield name, {"block": name, "stages": [stage.name.vi for stage in closed], "rows": rows, "notes": notes}

    def _stage_total(self, line: Line, upto: Sequence[Stage]) -> str:
        """What the board came to with these stages: the last that scored a criterion counts, penalties are taken off.

        A dash where the last of them gave nothing.
        """
        marks, rubric = self._board.marks[line.unit], self._rubric
        if not any(upto[-1].key in mark.by_stage for mark in marks.values()):
            return "–"
        layers = ("computed", *(stage.key for stage in upto))
        given = [marks[key].by_stage if key in marks else {} for key in rubric.keys]
        last = [next((by[key] for key in reversed(layers) if key in by), None) for by in given]
        points, told = np.array([[one or 0 for one in last]]), np.array([[one is not None for one in last]])
        return _points(int(totals(points, told, rubric).total[0]))

    # ── Meetings ────────────────────────────────────────────────────────────────────────────────────────────────────

    def minutes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The minutes of each meeting that voted, each block's its own: who took part, and the totals of every vote."""
        for stage in self._rules.stages:
            counts = [
                one
                for one in self.at.whole.records(VoteCount)
                if (one.campaign, one.stage) == (self.at.campaign, stage.key)
            ]
            for title, own in meetings(self.at, stage, counts).items():
                yield title, minutes_words(self.at, title, stage, own, self.on, self._whom)

    # ── Proposals and decisions ─────────────────────────────────────────────────────────────────────────────────────

    def submissions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The proposal to each giver, with everybody proposed."""
        alive = self._nominations(*(state for state in NominationState if state is not NominationState.CUT))
        votes = {one.nomination: one for one in self.at.whole.records(VoteCount)}
        for giver in dict.fromkeys(rule.giver for rule in self._rules.awards):
            rules = {rule.key: rule for rule in self._rules.awards if rule.giver is giver}
            own = [one for one in alive if one.award in rules]
            if own:
                yield (
                    giver.label.vi,
                    {
                        "addressee": giver.label.vi,
                        "subject": f"đề nghị khen thưởng {_inside(self._rules.name)}",
                        "bases": list(self._rules.legal_basis),
                        "summary": f"Hội đồng thi đua, khen thưởng đề nghị {len(own)} trường hợp.",
                        "attachments": [
                            "Biên bản họp Hội đồng",
                            "Bảng tổng hợp điểm của các khối",
                            "Báo cáo thành tích",
                        ],
                        "nominees": [self._nominee(n, one, rules[one.award], votes) for n, one in enumerate(own, 1)],
                    },
                )

    def _nominee(self, n: int, one: Nomination, rule: AwardRule, votes: Mapping[str, VoteCount]) -> dict[str, str]:
        line = self._board.line(one.cooperative) if one.cooperative else None
        count = votes.get(one.id)
        return {
            "number": str(n),
            "name": self._whom(one, one.number or n),
            "kind": one.recipient_kind.label.vi,
            "award": rule.name.vi,
            "total": _points(line.total) if line else "",
            "place": str(line.place) if line and line.place else "",
            "votes": f"{count.in_favour}/{count.members}" if count else "",
            "achievement": one.achievement or "",
        }

    def _honours(self) -> list[Honour]:
        own = [one for one in self.at.whole.records(Honour) if one.campaign == self.at.campaign]
        return sorted(own, key=lambda one: (one.decision, one.number))

    def decisions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each decision with its recipients and their rewards."""
        honours, named = self._honours(), _inside(self._rules.name)
        for decision in dict.fromkeys(one.decision for one in honours):
            own = [one for one in honours if one.decision == decision]
            rewards = [one.reward for one in own if one.reward]
            form = own[0].award.label.vi
            yield (
                decision,
                _signed(own[0].giver)
                | {
                    "number": decision,
                    "long_date": long_date(own[0].decided),
                    "authority": own[0].giver.label.vi.upper(),
                    "subject": f"tặng {form}, {named}",
                    "bases": list(self._rules.legal_basis),
                    "granted": f"Tặng {form} cho {len(own):02} trường hợp có thành tích trong {named}",
                    "funding": "Quỹ thi đua, khen thưởng",
                    "executors": "Văn phòng và các đơn vị, cá nhân có tên",
                    "recipients": [
                        {
                            "number": str(one.number),
                            "name": self._whom(one, one.number),
                            "kind": one.recipient_kind.label.vi,
                            "award": form,
                            "reward": format_number(one.reward) if one.reward else "",
                        }
                        for one in own
                    ],
                    "reward_total": format_number(sum(rewards)) if rewards else "",
                },
            )

    def certificates(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """One certificate for each recipient of the alliance's certificates."""
        yield from self._one_each("certificate")

    def merits(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """One certificate of merit for each recipient."""
        yield from self._one_each("merit")

    def _one_each(self, form: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for one in self._honours():
            if one.award.value == form:
                whom = self._whom(one, one.number)
                words = {
                    "giver": one.giver.label.vi.upper(),
                    "recipient": whom,
                    "detail": "",
                    "achievement": one.reason or f"Đã có thành tích trong {_inside(self._rules.name)}",
                    "long_date": long_date(one.decided),
                    "decision": f"{one.decision} {long_date(one.decided)}",
                    "book": str(one.number),
                }
                yield f"{one.decision}-{one.number:02}-{whom}", words


def _in_order(one: Nomination) -> tuple[str, int, str]:
    return one.award, one.number or 0, one.id


def _file_name(key: str, name: str) -> str:
    return f"{PAPERS[key].label.vi} - {name}".translate(FILE_SAFE) + ".docx"


def _inside(name: str) -> str:
    """A campaign's name inside a sentence."""
    return "p" + name[1:] if name.startswith("Phong trào") else name


def _signed(giver: Giver) -> dict[str, str]:
    """The words of a decision's letterhead and signature that differ where the alliance is not who gives it."""
    return {} if giver is Giver.ALLIANCE else {"organisation": giver.label.vi, "sign_for": ""}


_points = cache(format_points)
_BLANK: Final = "......"
"""A place that is not known, to be filled in by hand."""
_Maker = Callable[[Papers], Iterator[tuple[str, dict[str, Any]]]]
_MAKERS: Final[Mapping[str, _Maker]] = {
    "pledge": Papers.pledges,
    "self_score": Papers.self_scores,
    "block_summary": Papers.summaries,
    "minutes": Papers.minutes,
    "submission": Papers.submissions,
    "decision": Papers.decisions,
    "certificate": Papers.certificates,
    "merit": Papers.merits,
}
