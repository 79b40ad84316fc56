"""From an account and what it was granted to the actor it is on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import reduce

from coopkit.access.roles import NOBODY, Action, Role, role_of
from coopkit.access.rules import EDITING, Actor
from coopkit.account import Account, AccountState, Grant
from coopkit.place import PlaceIndex
from coopkit.record import span_of
from coopkit.scope import Owner
from coopkit.text import Label

Places = tuple[Owner, ...] | None


def actor_of(account: Account, grants: Iterable[Grant], on: dt.date, places: PlaceIndex) -> Actor:
    """Who an account is on a day: what its grants of that day give together; nobody where none does, or it is not open.

    Several grants add up, their places too; but what one of them allows for fewer places than all together have is
    left out, so that nothing of one reaches where only another does. A code is a place of the map of the grant's first
    day, or the last place of that code where that day's map has none.

    >>> from coopkit.snapshot import Snapshot
    >>> actor_of(Account.of("an", "An"), [], dt.date(2026, 1, 1), Snapshot.of([]).places).role.label.vi
    'Chưa có quyền'
    """
    own = [one for one in grants if one.account == account.login and span_of(Grant).holds(one, on)]
    actors = [_actor(one, places) for one in own] if account.state is AccountState.ACTIVE else []
    return reduce(_together, actors) if actors else Actor(account.login, NOBODY, edits=(), views=())


def _actor(grant: Grant, places: PlaceIndex) -> Actor:
    edits, views = (
        None if codes is None else tuple(_owner(code, grant.since, places) for code in codes)
        for codes in (grant.edit_places, grant.view_places)
    )
    role = role_of(grant.role)
    return Actor(grant.account, role if role.grantable else NOBODY, frozenset(grant.spoken_for), edits, views)


def _owner(code: str, since: dt.date, places: PlaceIndex) -> Owner:
    return Owner(code, since if places.get(code, since) else None)


def _together(one: Actor, other: Actor) -> Actor:
    """Both, with no action where not every place of it is allowed."""
    edits, views = (_joined(*both) for both in ((one.edits, other.edits), (one.views, other.views)))
    allows = {
        action
        for action in one.role.allows | other.role.allows
        if _reach(action, one, other) == (edits if action in EDITING else views)
    }
    label = Label(f"{one.role.label.vi}, {other.role.label.vi}", f"{one.role.label.en}, {other.role.label.en}")
    role = Role(f"{one.role.key}+{other.role.key}", label, frozenset(allows), grantable=False)
    return Actor(one.name, role, one.units | other.units, edits, views)


def _reach(action: Action, *actors: Actor) -> Places:
    """The places for which an action is allowed by any of the actors."""
    nowhere: Places = ()
    own = [one.edits if action in EDITING else one.views for one in actors if action in one.role.allows]
    return reduce(_joined, own, nowhere)


def _joined(one: Places, other: Places) -> Places:
    return None if one is None or other is None else tuple(dict.fromkeys(sorted((*one, *other), key=str)))
