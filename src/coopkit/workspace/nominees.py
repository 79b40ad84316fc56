"""`Nominees`: who is proposed for the awards of a campaign, and who may yet be."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import pyarrow.compute as pc
from attrs import frozen

from coopkit.access import Action, can
from coopkit.campaign import AwardRule, Nomination, NominationState, Revocation
from coopkit.cooperative import Contact, Person
from coopkit.emulation import Board, Eligibility, Line, eligibility, suggested
from coopkit.event import Honour, RecipientKind
from coopkit.snapshot import Snapshot
from coopkit.text import Lang
from coopkit.workspace.awarding import Awarding
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.workspace import Desk

_OUT = (NominationState.CUT, NominationState.REFUSED)


def recipient_name(snapshot: Snapshot, one: Nomination | Honour, number: int = 0, lang: Lang = "vi") -> str:
    """What a recipient is called: a unit or a person by name, as far as this Snapshot tells it, else by number.

    >>> one = Nomination("n", "p", "flag", RecipientKind.UNSPLIT, number=3)
    >>> recipient_name(Snapshot(0, {}), one)
    'Tập thể, cá nhân (chưa tách), số 3'
    """
    told = number or one.number or 0
    table, key = ("cooperative", one.cooperative) if one.cooperative else ("person", one.person)
    if key:
        rows = snapshot.tables[table]
        names = rows.filter(pc.equal(rows.column("id"), key)).column("name").to_pylist()
        if names and names[0]:
            return str(names[0])
    kind = RecipientKind.INDIVIDUAL if one.person else one.recipient_kind
    return f"{kind.label.in_(lang)}, {'số' if lang == 'vi' else 'no.'} {told}"


@frozen
class Share:
    """An award of the campaign: its rule, how many are proposed for it, and how many more may be; None: no quota."""

    rule: AwardRule
    proposed: int
    left: int | None


@frozen
class Candidate:
    """A unit that might be proposed: its line of the board, its block's name, whether the campaign suggests it.

    `told`: whether it may be, and if not, why and by which law.
    """

    line: Line
    block: str
    suggested: bool
    told: Eligibility


@frozen
class Nominee:
    """A nomination as people read it: whom, and its award's rule; its line of the board where it is a unit's."""

    nomination: Nomination
    whom: str
    rule: AwardRule
    line: Line | None = None
    block: str = ""


@frozen
class Honoured:
    """An honour as people read it: whom it went to, and the act that revoked it, if any."""

    honour: Honour
    whom: str
    revocation: Revocation | None = None


def honoured(at: CampaignDesk, lang: Lang = "vi") -> list[Honoured]:
    """The campaign's honours that the actor may see, by decision and number."""
    snapshot = at.desk.snapshot()
    return [Honoured(one, recipient_name(snapshot, one, lang=lang), act) for one, act in Awarding(at).honours()]


def honoured_outside(desk: Desk, lang: Lang = "vi", most: int = 50) -> tuple[list[Honoured], int]:
    """The honours that belong to no campaign, the latest first, at most so many; and how many there are."""
    snapshot = desk.snapshot()
    revoked = {one.honour: one for one in snapshot.records(Revocation)}
    own = [one for one in snapshot.records(Honour) if one.campaign is None]
    own.sort(key=lambda one: (-one.decided.toordinal(), one.decision, one.number))
    told = [Honoured(one, recipient_name(snapshot, one, lang=lang), revoked.get(one.id)) for one in own[:most]]
    return told, len(own)


@frozen(slots=False)
class Nominees:
    """The nominations of one campaign, as far as the actor may see them.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     Nominees(at).all(), Nominees(at).shares()
    ([], [])
    """

    at: CampaignDesk
    lang: Lang = "vi"

    @cached_property
    def _awarding(self) -> Awarding:
        return Awarding(self.at)

    @cached_property
    def _board(self) -> Board:
        return self.at.board()

    def all(self, award: str = "") -> list[Nominee]:
        """Every nomination, or those for one award: by award, the best placed first."""
        snapshot, rules = self.at.desk.snapshot(), {rule.key: rule for rule in self.at.rules.awards}
        found = []
        for one in self._awarding.nominations():
            if one.award in rules and award in ("", one.award):
                line = self._board.line(one.cooperative) if one.cooperative else None
                whom = recipient_name(snapshot, one, lang=self.lang)
                block = self._board.blocks[line.block] if line else ""
                found.append(Nominee(one, whom, rules[one.award], line, block))
        order = list(rules)
        return sorted(
            found, key=lambda one: (order.index(one.rule.key), *_standing(one.line), one.nomination.number or 0)
        )

    def shares(self) -> list[Share]:
        """Every award with how much of its quota is used: what was cut or refused uses nothing."""
        own = [one.award for one in self._awarding.nominations() if one.state not in _OUT]
        rules = self.at.rules.awards
        used = {rule.key: own.count(rule.key) for rule in rules}
        return [
            Share(rule, used[rule.key], None if rule.quota is None else max(0, rule.quota - used[rule.key]))
            for rule in rules
        ]

    def candidates(self, award: str, on: dt.date | None = None) -> list[Candidate]:
        """Every unit that is not proposed for the award: those suggested first, then who else may be, then the others.

        Raises `AccessDenied`, and `CampaignError` before a scoring stage is closed.
        """
        docket, rule = self._awarding.docket(on), self.at.rules.award(award)
        told = {line.unit for line in suggested(rule, docket)}
        held = {one.cooperative for one in docket.proposed if one.award == award}
        found = []
        for line in docket.board.lines:
            if line.unit not in held:
                one = Nomination("", self.at.campaign, award, RecipientKind.COLLECTIVE, line.unit)
                judged = eligibility(rule, one, docket)
                found.append(Candidate(line, docket.board.blocks[line.block], line.unit in told, judged))
        return sorted(found, key=lambda one: (not one.suggested, not one.told.eligible, *_standing(one.line)))

    def waiting(self, award: str) -> list[Nominee]:
        """The nominations that the giver of an award may decide on."""
        able = {one.id for one in self._awarding.waiting(award)}
        return [one for one in self.all(award) if one.nomination.id in able]

    def people(self) -> dict[str, str]:
        """The persons that may be proposed, by id: each with the unit they speak for; for who runs the campaign.

        Their names alone, which awards tell everybody (Law 06/2022/QH15), and only to who may see personal data.
        """
        if not can(self.at.desk.actor, Action.CAMPAIGN, self.at.campaign).allowed:
            return {}
        snapshot, names = self.at.desk.snapshot(), self.at.names
        units: dict[str, str] = {}
        for contact in snapshot.records(Contact):
            units.setdefault(contact.person, names.get(contact.cooperative, ""))
        told = {one.id: " – ".join(filter(None, (one.name, units.get(one.id)))) for one in snapshot.records(Person)}
        return dict(sorted(told.items(), key=lambda pair: pair[1]))


def _standing(line: Line | None) -> tuple[int, int, str]:
    return (-line.total, line.place, line.unit) if line else (0, 0, "")
