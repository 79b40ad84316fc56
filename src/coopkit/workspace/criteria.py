"""`Criteria`: a campaign's criteria as a table that people edit, looked at as a whole before it is put in force."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence

from attrs import evolve, frozen

from coopkit.access import Action, can
from coopkit.campaign import Definition
from coopkit.campaign.table import (
    BY_HAND,
    COLUMNS,
    Altered,
    Line,
    Misfit,
    Role,
    altered,
    criteria_of,
    lines,
    points_or_none,
)
from coopkit.emulation import needed
from coopkit.errors import CampaignError, CoopkitError
from coopkit.ledger import Receipt
from coopkit.text import Label, sort_key
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.campaigns import scores_are_open
from coopkit.workspace.stages import Stages


@frozen
class Draft:
    """An edited table: the definition it makes, or its faults; and how it differs from the newest version.

    `total` is the sum of the maxima at the top in hundredths, without penalties; `maximum` what it may be at most.
    """

    definition: Definition | None
    faults: tuple[Misfit, ...]
    changes: tuple[Altered, ...]
    total: int
    maximum: int


@frozen
class Criteria:
    """The criteria of one campaign.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20", "maximum": 10,
    ...     "criteria": [{"key": "1", "name": "Họp", "maximum": 10}]})
    >>> edited = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{edited.name}/so.db", registry=Registry.load()) as workspace:
    ...     criteria = Criteria(Stages.new(workspace.as_(Actor.office("an")), rules).at)
    ...     [line] = criteria.lines
    ...     look = criteria.look([evolve(line, maximum="12")])
    ...     (look.total, look.definition, [one.column for one in look.changes])
    (1200, None, ['maximum'])
    """

    at: CampaignDesk

    @property
    def newest(self) -> Definition:
        """The newest version of the definition, in force or a draft."""
        return self.at.versions()[-1].definition

    @property
    def seen(self) -> int:
        """The number of the newest version: what an edit begins from."""
        return self.at.versions()[-1].number

    @property
    def is_draft(self) -> bool:
        """Whether no version is in force yet."""
        return self.at.versions()[-1].applied is None

    @property
    def lines(self) -> list[Line]:
        """The newest version's criteria as rows."""
        return lines(self.newest.criteria)

    @property
    def locked(self) -> Label | None:
        """Why the criteria cannot be edited now; None where they can."""
        if not can(self.at.desk.actor, Action.CAMPAIGN, self.at.campaign).allowed:
            return Label("Chỉ người điều hành phong trào được sửa tiêu chí.", "Only who runs the campaign may edit it.")
        standing = self.at.standing
        if standing.published:
            return Label(
                "Phong trào đã công bố: tiêu chí không đổi nữa.", "The campaign is published: nothing changes."
            )
        if scores_are_open(standing):
            return Label(
                "Đã mở chấm điểm: tiêu chí được giữ nguyên để mọi đơn vị được chấm như nhau. "
                "Cần sửa thì trả lại về trước giai đoạn tự chấm ở trang Đợt thi đua.",
                "Scoring is open: the criteria stay, so that all units are judged alike. "
                "To change them, send the campaign back before the self-scores.",
            )
        return None

    @property
    def metrics(self) -> Mapping[str, Label]:
        """The metrics that may feed a criterion, as they can be told for each unit, by key in Vietnamese order."""
        known, newest = self.at.desk.workspace.registry.metrics(), self.newest
        found = {}
        for key, metric in known.items():
            probe = evolve(
                newest, criteria=criteria_of([Line("x", name="x", maximum="1", how="yes_no", metric=key)])[0], ties=()
            )
            try:
                needed(probe, known)
            except CampaignError:
                continue
            found[key] = metric.label
        return dict(sorted(found.items(), key=lambda item: sort_key(item[1].vi)))

    def look(self, rows: Sequence[Line]) -> Draft:
        """What an edited table comes to, with every fault by its row and column; nothing is written."""
        newest, (criteria, faults) = self.newest, criteria_of(rows)
        definition = None
        if not faults:
            try:
                definition = evolve(newest, criteria=criteria)
                Stages(self.at).fits(definition)
            except CoopkitError as error:
                definition, faults = None, [Misfit(0, "", "", Label(str(error), str(error)))]
        return Draft(definition, tuple(faults), tuple(altered(self.lines, rows)), sums(rows)[""][0], newest.maximum)

    def apply(self, rows: Sequence[Line], reason: str, *, token: str, seen: int) -> Receipt:
        """Put the edited criteria in force as one batch, as the further version of the one that was `seen`.

        `token` names the form. Raises `CampaignError` for a table with faults, one that changes nothing, without a
        reason where a version is in force already, and where the criteria are locked or somebody else changed them.
        """
        if earlier := self.at.earlier(token):
            return earlier
        return Stages(self.at).apply(self._changed(rows, seen), reason, token=token, seen=seen)

    def keep(self, rows: Sequence[Line], *, token: str, seen: int) -> Receipt:
        """Keep the edited criteria in the draft, which is not yet in force. Raises as `apply`."""
        if earlier := self.at.earlier(token):
            return earlier
        return Stages(self.at).redraft(self._changed(rows, seen), token=token, seen=seen)

    def _changed(self, rows: Sequence[Line], seen: int) -> Definition:
        if why := self.locked:
            raise CampaignError(f"{why.vi} ({why.en})")
        look = self.look(rows)
        if look.definition is None:
            told = "; ".join(" – ".join(filter(None, (one.where.vi, one.what.vi))) for one in look.faults)
            raise CampaignError(f"Bảng tiêu chí chưa đúng (the criteria are wrong): {told}")
        if not look.changes and not (self.is_draft and seen):
            raise CampaignError("Bảng tiêu chí không có gì thay đổi (nothing has changed)")
        return look.definition


PLACE = "place"
"""The column of an edited table that orders its rows: 2,5 stands between the second and the third."""


def cells(rows: Sequence[Line]) -> list[dict[str, object]]:
    """The rows as cells of a table to edit: each column of `COLUMNS` by name, and its place.

    >>> cells([Line("1", name="Họp")])[0]["place"], cells([Line("1", name="Họp")])[0]["role"]
    (1.0, 'scored')
    """
    made: list[dict[str, object]] = []
    for number, row in enumerate(rows, 1):
        texts = {one: str(getattr(row, one)) for one in COLUMNS}
        day = dt.date.fromisoformat(row.deadline) if row.deadline else None
        made.append({PLACE: float(number), **texts, "role": row.role.value, "deadline": day})
    return made


def plain_cells(rows: Sequence[Line]) -> list[dict[str, object]]:
    """The rows as `cells`, the days as texts: what can be kept, and what `rows_of` reads again.

    >>> line = Line("1", name="Họp", deadline="2024-11-30")
    >>> rows_of(plain_cells([line]), []) == [line]
    True
    """
    return [{**told, "deadline": row.deadline} for told, row in zip(cells(rows), rows, strict=True)]


def rows_of(edited: Sequence[Mapping[str, object]], before: Sequence[Line]) -> list[Line]:
    """The rows that edited cells say, in the order of their places; a row without one stands after all others.

    What the cells do not hold is that of the row of the same code `before`.

    >>> [row.key for row in rows_of([{"key": "2", "place": 2.0}, {"key": "1", "place": 1.5}, {"key": None}], [])]
    ['1', '2', '']
    """
    unknown = {row.key for row in before if row.unknown}

    def place(one: Mapping[str, object]) -> float:
        told = one.get(PLACE)
        return told if isinstance(told, int | float) and told == told else math.inf  # noqa: PLR0124 - NaN is no place

    return [_row(one, unknown) for one in sorted(edited, key=place)]


def _row(cells_: Mapping[str, object], unknown: Collection[str]) -> Line:
    texts = {one: _text(cells_.get(one)) for one in COLUMNS}
    role, how = texts.pop("role") or Role.SCORED.value, texts.pop("how") or BY_HAND
    return Line(**texts, role=Role(role), how=how, unknown=texts["key"] in unknown)


def _text(cell: object) -> str:
    """A cell as text; empty cells come as None, NaN or NaT."""
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return ""
    return cell.strftime("%Y-%m-%d") if isinstance(cell, dt.date) else str(cell).strip()


def sums(rows: Sequence[Line]) -> dict[str, tuple[int, int]]:
    """For each group, and "" for the whole, the sum of the maxima in it and its own maximum, in hundredths.

    Penalties and what disqualifies do not count; a cell that is no number is 0. The whole's own maximum is 0 here.

    >>> sums([Line("I", role=Role.GROUP, maximum="5"), Line("1", "I", maximum="3"), Line("2", "I", maximum="1,5")])
    {'': (500, 0), 'I': (450, 500)}
    """
    own = {"": 0} | {row.key: points_or_none(row.maximum) or 0 for row in rows if row.role is Role.GROUP}
    found = dict.fromkeys(own, 0)
    for row in rows:
        if row.under in found and row.role in (Role.GROUP, Role.SCORED):
            found[row.under] += points_or_none(row.maximum) or 0
    return {key: (found[key], own[key]) for key in own}
