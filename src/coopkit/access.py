"""Who may do what: actors, roles, and the one function that decides; pages, CLI, exports and plugins go through it."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from coopkit.errors import AccessDenied
from coopkit.snapshot import Snapshot
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
    SEAL = "seal"


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


@frozen
class Actor:
    """Who acts: the name that stands in the journal, and the role.

    >>> Actor("van-phong", OFFICE).role.label.vi
    'Cán bộ Liên minh'
    """

    name: str
    role: Role

    @staticmethod
    def office(name: str) -> Actor:
        """An officer of the alliance's office."""
        return Actor(name, OFFICE)


@frozen
class Decision:
    """Whether something is allowed, and why."""

    allowed: bool
    why: Label

    def require(self) -> None:
        """Go on if allowed; otherwise raise `AccessDenied` with the reason."""
        if not self.allowed:
            raise AccessDenied(f"{self.why.vi} ({self.why.en})")


def can(actor: Actor, action: Action, subject: str = "") -> Decision:
    """Whether the actor may do that to the subject (a table or a record), and why.

    >>> can(Actor("khach", NOBODY), Action.WRITE).allowed
    False
    """
    if action in actor.role.allows:
        return Decision(allowed=True, why=Label(f"vai trò {actor.role.label.vi}", f"role {actor.role.label.en}"))
    on = f" {subject}" if subject else ""
    why = Label(
        f"«{actor.name}» ({actor.role.label.vi}) không được phép: {action.value}{on}; hãy nhờ quản trị cấp quyền",
        f"{actor.name} ({actor.role.label.en}) may not {action.value}{on}; ask an administrator for the right",
    )
    return Decision(allowed=False, why=why)


def narrow(actor: Actor, snapshot: Snapshot) -> Snapshot:
    """The part of a Snapshot that the actor may see: no personal data unless allowed, nothing without rights."""
    if not can(actor, Action.VIEW).allowed:
        return Snapshot(snapshot.position, {name: table.slice(0, 0) for name, table in snapshot.tables.items()})
    if not can(actor, Action.VIEW_PERSONAL).allowed:
        return snapshot.replace(person=snapshot.tables["person"].slice(0, 0))
    return snapshot
