"""The rules of access: who an actor is, what a role allows, and what stands against seeing or giving points."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from coopkit.campaign import Stage, StageKind, StageState
from coopkit.errors import AccessDenied
from coopkit.text import Label


class Action(StrEnum):
    """What an actor may want to do."""

    VIEW = "view"
    VIEW_PERSONAL = "view_personal"
    WRITE = "write"
    UNDO = "undo"
    ERASE = "erase"
    EXPORT = "export"
    VERIFY = "verify"
    BACKUP = "backup"
    """Take the whole ledger away in one file, with everybody's personal data."""
    PLUGIN = "plugin"
    """Switch plugins on and off, and set them."""
    SEAL = "seal"
    HISTORY = "history"
    """Look into the journal: who changed what, and when."""
    CAMPAIGN = "campaign"
    """Run a campaign: its definition, its stages, its pairs, votes and awards."""
    SCORE = "score"
    """Give points in the name of a unit that one speaks for, or in the secretary's check."""
    SCORE_FOR = "score_for"
    """Type in the points that another gave on paper."""
    SEE_SCORES = "see_scores"
    """See the points of others, once their stage lets them be seen."""
    SEE_SCORER = "see_scorer"
    """See who gave points, also where names are hidden from the scored."""
    SEE_VOTES = "see_votes"
    """See nominations, attendance and the totals of votes before anything is published."""


@frozen
class Role:
    """A role is data: its name and what it allows."""

    key: str
    label: Label
    allows: frozenset[Action]


OFFICE = Role("office", Label("Cán bộ Liên minh", "Alliance officer"), frozenset(Action))
"""An officer of the alliance's own office: everything."""

NOBODY = Role("nobody", Label("Chưa có quyền", "No rights"), frozenset())
"""Somebody who is known but has been given nothing."""

UNIT = Role("unit", Label("Đại diện đơn vị", "Representative of a unit"), frozenset({Action.VIEW, Action.SCORE}))
"""Who speaks for a unit in a campaign: scores it, and scores those it was paired with."""

COUNCIL = Role(
    "council",
    Label("Thành viên Hội đồng", "Council member"),
    frozenset({Action.VIEW, Action.SEE_SCORES, Action.SEE_VOTES}),
)
"""A member of the emulation council: sees what is closed."""

SECRETARY = Role(
    "secretary",
    Label("Thư ký Hội đồng", "Secretary of the council"),
    frozenset(Action) - {Action.VIEW_PERSONAL, Action.ERASE, Action.WRITE, Action.UNDO, Action.PLUGIN, Action.BACKUP},
)
"""Who runs the campaign."""


@frozen
class Actor:
    """Who acts: the name that stands in the journal, the role, and the units spoken for, by their ids.

    >>> Actor("van-phong", OFFICE).role.label.vi
    'Cán bộ Liên minh'
    """

    name: str
    role: Role
    units: frozenset[str] = field(default=frozenset(), converter=frozenset)

    @staticmethod
    def office(name: str) -> Actor:
        """An officer of the alliance's office."""
        return Actor(name, OFFICE)


@frozen
class ScoreOf:
    """Points as a subject: in which stage, open or not, of which unit, by whom, and which unit leads the block.

    `paired`: the scorer was drawn to score the unit. `published`: the campaign's results are.
    """

    stage: Stage
    state: StageState
    unit: str
    scorer: str
    lead: str = ""
    paired: bool = True
    published: bool = False

    def __str__(self) -> str:
        return f"{self.stage.name.vi} · {self.unit}"


@frozen
class BoardOf:
    """One unit's line of a board as a subject: `closed` stages have scored it; published or not."""

    unit: str
    lead: str = ""
    closed: bool = False
    published: bool = False

    def __str__(self) -> str:
        return self.unit


@frozen
class Decision:
    """Whether something is allowed, and why."""

    allowed: bool
    why: Label

    def require(self) -> None:
        """Go on if allowed; otherwise raise `AccessDenied` with the reason."""
        if not self.allowed:
            raise AccessDenied(f"{self.why.vi} ({self.why.en})")


def can(actor: Actor, action: Action, subject: str | ScoreOf | BoardOf = "") -> Decision:
    """Whether the actor may do that to the subject (a table, a record, points, a line of a board), and why.

    >>> can(Actor("khach", NOBODY), Action.WRITE).allowed
    False
    """
    if isinstance(subject, ScoreOf):
        bar = _scoring(actor, action, subject)
    elif isinstance(subject, BoardOf):
        bar = _looking(actor, subject)
    else:
        bar = None if action in actor.role.allows else _NOT_OF_ROLE
    if bar is None:
        return Decision(allowed=True, why=Label(f"vai trò {actor.role.label.vi}", f"role {actor.role.label.en}"))
    on = f" {subject}" if str(subject) else ""
    why = Label(
        f"«{actor.name}» ({actor.role.label.vi}) không được phép: {action.value}{on}; {bar.vi}",
        f"{actor.name} ({actor.role.label.en}) may not {action.value}{on}; {bar.en}",
    )
    return Decision(allowed=False, why=why)


_NOT_OF_ROLE = Label("hãy nhờ quản trị cấp quyền", "ask an administrator for the right")
_NOT_OPEN = Label("giai đoạn này không mở", "this stage is not open")
_NOT_YOURS = Label("đơn vị này không do bạn chấm", "this unit is not yours to score")
_ITSELF = Label("không ai tự chấm mình ở giai đoạn này", "nobody scores itself in this stage")
_NOT_YET = Label("điểm chỉ xem được khi giai đoạn đã đóng", "points are seen once their stage is closed")
_NOT_PUBLISHED = Label("thứ hạng chỉ xem được khi phong trào đã công bố", "places are told when it is published")
_NOT_TOLD = Label("tên người chấm được giấu", "who scored is not told")


def _scoring(actor: Actor, action: Action, one: ScoreOf) -> Label | None:
    """What stands against giving these points, or seeing them or their scorer; None where nothing does."""
    if action is Action.SCORE:
        return _giving(actor, one)
    own = one.scorer in actor.units or one.scorer == actor.name
    if action is Action.SEE_SCORER:
        hidden = one.stage.names_hidden and not own and Action.SEE_SCORER not in actor.role.allows
        return _NOT_TOLD if hidden else _scoring(actor, Action.SEE_SCORES, one)
    if Action.VIEW not in actor.role.allows:
        return _NOT_OF_ROLE
    if own:
        return None
    if one.state is not StageState.CLOSED:
        blind = one.stage.blind or Action.SEE_SCORER not in actor.role.allows
        return _NOT_YET if blind else None
    concerned = one.unit in actor.units or (bool(one.lead) and one.lead in actor.units)
    return None if concerned or Action.SEE_SCORES in actor.role.allows else _NOT_OF_ROLE


def _giving(actor: Actor, one: ScoreOf) -> Label | None:
    if one.state is not StageState.OPEN or one.published or not one.stage.kind.scores:
        return _NOT_OPEN
    allows, kind = actor.role.allows, one.stage.kind
    if kind is not StageKind.SELF and one.scorer == one.unit:
        return _ITSELF
    if kind is StageKind.SELF and one.scorer != one.unit:
        return _NOT_YOURS
    if kind is StageKind.CROSS and not one.paired:
        return _NOT_YOURS
    if kind in (StageKind.CHECK, StageKind.BLOCK):
        leads = kind is StageKind.BLOCK and one.scorer == one.lead and one.lead in actor.units
        own = one.scorer == actor.name and Action.CAMPAIGN in allows
        return None if leads or own else _NOT_YOURS
    speaks = one.scorer in actor.units and Action.SCORE in allows
    return None if speaks or Action.SCORE_FOR in allows else _NOT_YOURS


def _looking(actor: Actor, one: BoardOf) -> Label | None:
    """What stands against seeing how a unit stands: its total and its place."""
    if Action.VIEW not in actor.role.allows:
        return _NOT_OF_ROLE
    if one.published or Action.SEE_SCORER in actor.role.allows:
        return None
    if not one.closed:
        return _NOT_YET
    return None if Action.SEE_SCORES in actor.role.allows else _NOT_PUBLISHED
