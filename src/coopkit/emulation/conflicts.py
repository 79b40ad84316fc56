"""Who may not score or vote on whom: what the register shows on a day, and what was said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import combinations

from attrs import frozen

from coopkit.campaign import Conflict, ConflictKind, ConflictState
from coopkit.cooperative import Contact, ContactRole
from coopkit.group import Group, GroupKind, GroupMembership
from coopkit.record import span_of
from coopkit.snapshot import Snapshot

_BOARD = frozenset({ContactRole.REPRESENTATIVE, ContactRole.CHAIR, ContactRole.DIRECTOR, ContactRole.CONTROLLER})
_HOLDS = frozenset({ConflictState.DECLARED, ConflictState.PINNED})


@frozen
class Tension:
    """A conflict between two units (`one` < `other`): of which kind, what was said of it, and whether it holds.

    `state` is None for one that the register shows and nobody has said anything of: it holds.

    >>> Tension("a", "b", ConflictKind.UNION).holds
    True
    """

    one: str
    other: str
    kind: ConflictKind
    state: ConflictState | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether it keeps one from scoring or voting on the other."""
        return self.state is None or self.state in _HOLDS


def tensions(snapshot: Snapshot, campaign: str, on: dt.date) -> list[Tension]:
    """Every conflict between units: found in the register as it was on that day, or declared; with what was said of it.

    The register shows a conflict where two units have the same person as representative, chair, director or head of
    control, or belong to the same union of cooperatives. Persons stay opaque: only their ids are compared.
    """
    said = {
        (min(one.one, one.other), max(one.one, one.other), one.kind): one
        for one in snapshot.records(Conflict)
        if one.campaign == campaign
    }
    found = {(one, other, kind): Tension(one, other, kind) for one, other, kind in _shown(snapshot, on)}
    for (one, other, kind), told in said.items():
        found[one, other, kind] = Tension(one, other, kind, told.state, told.reason)
    return [found[key] for key in sorted(found)]


def barred(found: Iterable[Tension]) -> frozenset[tuple[str, str]]:
    """The pairs of units, in both orders, between which a conflict holds."""
    pairs = [(one.one, one.other) for one in found if one.holds]
    return frozenset([*pairs, *((other, one) for one, other in pairs)])


def _shown(snapshot: Snapshot, on: dt.date) -> Iterator[tuple[str, str, ConflictKind]]:
    persons: dict[str, set[str]] = {}
    for contact in snapshot.records(Contact):
        began = contact.since is None or contact.since <= on
        if contact.role in _BOARD and began and (contact.until is None or contact.until >= on):
            persons.setdefault(contact.person, set()).add(contact.cooperative)
    unions = {group.id for group in snapshot.records(Group) if group.kind is GroupKind.UNION}
    span, members = span_of(GroupMembership), dict[str, set[str]]()
    for membership in snapshot.records(GroupMembership):
        if membership.group in unions and span.holds(membership, on):
            members.setdefault(membership.group, set()).add(membership.cooperative)
    for kind, shared in ((ConflictKind.PERSON, persons), (ConflictKind.UNION, members)):
        for units in shared.values():
            yield from ((one, other, kind) for one, other in combinations(sorted(units), 2))
