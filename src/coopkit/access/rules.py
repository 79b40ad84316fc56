"""The rules of access: what an actor is, what stands against an action on a subject, and the one function that decides.

A role says what somebody may do at all (`roles.toml`); the places say where. Editing is judged by the places as they
are today, viewing as they are on the day of what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen

from coopkit.access.places import RecordsOf
from coopkit.access.roles import OFFICE, Action, Role
from coopkit.campaign import Stage, StageKind, StageState
from coopkit.errors import AccessDenied
from coopkit.scope import Owner
from coopkit.text import Label

CITY: Final = "cả thành phố"
"""The subject of what is of the whole city, as its journal: nobody's who sees or edits only places of it."""

EDITING: Final = frozenset({Action.WRITE, Action.UNDO, Action.ERASE})
"""What is done to records: judged by the places that the actor may edit; everything else by those to view."""

WHOLE: Final = frozenset(
    {Action.CAMPAIGN, Action.SCORE_FOR, Action.SEAL, Action.VERIFY, Action.SEE_SCORER, Action.SEE_VOTES}
)
"""What is of the whole city: nobody's whose places are only some of it. A backup is by role alone."""

WRITTEN_WITH: Final[Mapping[str, Action]] = {
    **dict.fromkeys(("campaign_version", "stage_step", "pledge", "score_pair", "score", "conflict"), Action.CAMPAIGN),
    **dict.fromkeys(("council_seat", "attendance", "nomination", "vote_count", "revocation"), Action.CAMPAIGN),
    "initiative": Action.CAMPAIGN,
    "sealed_run": Action.SEAL,
    "plugin_switch": Action.PLUGIN,
    "plugin_setting": Action.PLUGIN,
    "account": Action.ACCOUNTS,
    "grant": Action.ACCOUNTS,
    "disclosure": Action.VIEW_PERSONAL,
}
"""What one must be allowed to write such a record, also by taking a batch back; any other needs `Action.WRITE`."""

SEEN_WITH: Final[Mapping[str, Action]] = {
    "person": Action.VIEW_PERSONAL,
    "score": Action.SEE_SCORER,
    "score_pair": Action.SEE_SCORER,
    "conflict": Action.SEE_SCORER,
    "sealed_run": Action.SEE_SCORER,
    "attendance": Action.SEE_VOTES,
    "council_seat": Action.SEE_VOTES,
    "nomination": Action.SEE_VOTES,
    "vote_count": Action.SEE_VOTES,
    "initiative": Action.SEE_VOTES,
    "honour": Action.SEE_VOTES,
    "plugin_setting": Action.PLUGIN,
    "account": Action.ACCOUNTS,
    "grant": Action.ACCOUNTS,
    "disclosure": Action.DISCLOSURES,
}
"""What one must be allowed, beside looking into the journal, to see what a line says of such a record."""


def _ids(told: Iterable[str]) -> frozenset[str]:
    return frozenset(told)


@frozen
class Actor:
    """Who acts: the name that stands in the journal, the role, the units spoken for, and the places.

    `edits` and `views` are the places whose records may be changed and seen: None is the whole city, an empty tuple
    nowhere. Whoever made an actor without them meant the whole city, as the library and the command line do.

    >>> Actor("van-phong", OFFICE).role.label.vi
    'Liên minh (toàn quyền)'
    """

    name: str
    role: Role
    units: frozenset[str] = field(default=frozenset(), converter=_ids)
    edits: tuple[Owner, ...] | None = None
    views: tuple[Owner, ...] | None = None

    @staticmethod
    def office(name: str) -> Actor:
        """The alliance's own office, which may do everything: whoever runs the library or the command line."""
        return Actor(name, OFFICE)

    def has(self, action: Action) -> bool:
        """Whether the role allows an action, and the places are all that it needs."""
        whole = self.views is None and (self.edits is None or action not in _CITY_EDITS)
        return action in self.role.allows and (whole or action not in WHOLE)


_CITY_EDITS: Final = frozenset({Action.CAMPAIGN, Action.SCORE_FOR, Action.SEAL})


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


def can(actor: Actor, action: Action, subject: str | ScoreOf | BoardOf | RecordsOf = "") -> Decision:
    """Whether the actor may do that to the subject (a table, records, points, a line of a board), and why.

    >>> from coopkit.access import NOBODY
    >>> can(Actor("khach", NOBODY), Action.WRITE).why.vi
    '«khach» (Chưa có quyền) không được phép ghi vào sổ; hãy nhờ quản trị cấp quyền'
    """
    if isinstance(subject, ScoreOf):
        bar = _scoring(actor, action, subject)
    elif isinstance(subject, BoardOf):
        bar = _looking(actor, subject)
    elif action not in actor.role.allows:
        bar = _NOT_OF_ROLE
    else:
        bar = _elsewhere(actor, action, subject)
    if bar is None:
        return Decision(allowed=True, why=Label(f"vai trò {actor.role.label.vi}", f"role {actor.role.label.en}"))
    on = subject.name if isinstance(subject, RecordsOf) else Label(str(subject), str(subject))
    vi, en = (f": {told}" if told else "" for told in (on.vi, on.en))
    why = Label(
        f"«{actor.name}» ({actor.role.label.vi}) không được phép {action.label.vi}{vi}; {bar.vi}",
        f"{actor.name} ({actor.role.label.en}) may not {action.label.en}{en}; {bar.en}",
    )
    return Decision(allowed=False, why=why)


def _elsewhere(actor: Actor, action: Action, subject: str | RecordsOf) -> Label | None:
    """What stands against it by where the subject lies; None where nothing does."""
    reach = actor.edits if action in EDITING else actor.views
    if isinstance(subject, RecordsOf):
        return None if reach is None or _within(actor, reach, subject, action) else _OUTSIDE
    if subject == CITY and reach is not None:
        return _OF_THE_CITY
    if action in EDITING and reach == ():
        return _NO_PLACE
    return None if actor.has(action) else _OF_THE_CITY


def _within(actor: Actor, reach: tuple[Owner, ...], subject: RecordsOf, action: Action) -> bool:
    """Whether records lie there; whoever speaks for a unit sees it wherever it lies."""
    editing = action in EDITING
    return subject.within(reach, editing=editing, units=frozenset() if editing else actor.units)


_NOT_OF_ROLE = Label("hãy nhờ quản trị cấp quyền", "ask an administrator for the right")
_OUTSIDE = Label(
    "có phần nằm ngoài địa bàn được giao: hãy nhờ cán bộ Liên minh", "a part lies outside your places: ask the alliance"
)
_OF_THE_CITY = Label(
    "việc này là của cả thành phố: hãy nhờ cán bộ Liên minh", "it is of the whole city: ask the alliance"
)
_NO_PLACE = Label(
    "chưa được giao địa bàn nào để sửa: hãy nhờ quản trị", "no place is yours to edit: ask an administrator"
)
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
        hidden = one.stage.names_hidden and not own and not actor.has(Action.SEE_SCORER)
        return _NOT_TOLD if hidden else _scoring(actor, Action.SEE_SCORES, one)
    if not actor.has(Action.VIEW):
        return _NOT_OF_ROLE
    if own:
        return None
    if one.state is not StageState.CLOSED:
        blind = one.stage.blind or not actor.has(Action.SEE_SCORER)
        return _NOT_YET if blind else None
    concerned = one.unit in actor.units or (bool(one.lead) and one.lead in actor.units)
    return None if concerned or actor.has(Action.SEE_SCORES) else _NOT_OF_ROLE


def _giving(actor: Actor, one: ScoreOf) -> Label | None:
    if one.state is not StageState.OPEN or one.published or not one.stage.kind.scores:
        return _NOT_OPEN
    kind = one.stage.kind
    if kind is not StageKind.SELF and one.scorer == one.unit:
        return _ITSELF
    if kind is StageKind.SELF and one.scorer != one.unit:
        return _NOT_YOURS
    if kind is StageKind.CROSS and not one.paired:
        return _NOT_YOURS
    if kind in (StageKind.CHECK, StageKind.BLOCK):
        leads = kind is StageKind.BLOCK and one.scorer == one.lead and one.lead in actor.units
        own = one.scorer == actor.name and actor.has(Action.CAMPAIGN)
        return None if leads or own else _NOT_YOURS
    speaks = one.scorer in actor.units and actor.has(Action.SCORE)
    return None if speaks or actor.has(Action.SCORE_FOR) else _NOT_YOURS


def _looking(actor: Actor, one: BoardOf) -> Label | None:
    """What stands against seeing how a unit stands: its total and its place."""
    if not actor.has(Action.VIEW):
        return _NOT_OF_ROLE
    if one.published or actor.has(Action.SEE_SCORER):
        return None
    if not one.closed:
        return _NOT_YET
    return None if actor.has(Action.SEE_SCORES) else _NOT_PUBLISHED
