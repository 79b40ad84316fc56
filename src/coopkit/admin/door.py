"""Who the page lets in: how this process was set up, and who has a session's token.

There are two ways in. `visitor` knows an account by the token in its cookie. The demo's door stands open to whoever
sits at this very machine: only the code that starts the process opens it (`open_demo`), never an environment variable
or anything in a request, and it shuts as soon as the ledger has an account. Signing in with an identity provider
(OpenID Connect) has its place in `visitor`, as a third: from what the provider says of somebody to the account of that
login; all that follows (`actor_of`, sessions that are revoked, the journal) stays as it is.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import streamlit as st
from attrs import evolve, field, frozen
from starlette.datastructures import Headers
from starlette.types import Scope

from coopkit.access import Actor
from coopkit.errors import CoopkitError
from coopkit.workspace import Workspace
from coopkit.workspace.logins import Limits, Logins

COOKIE: Final = "coopkit_phien"
"""The cookie of a session's token, as the pages see it."""
GUARDED: Final = f"__Host-{COOKIE}"
"""… and as a browser keeps it over TLS: no other host can have set it, and it is never sent in the clear."""

HOME: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""What a machine calls itself."""


@frozen
class Door:
    """How a process was set up: the hosts that it answers to, how long sessions last, and whether it is a demo."""

    hosts: frozenset[str] = HOME
    limits: Limits = field(factory=Limits)
    tls: bool = False
    demo: bool = False

    @staticmethod
    def of(told: Mapping[str, str], address: str = "") -> Door:
        """As the environment says: COOPKIT_HOSTS (with commas between), COOPKIT_IDLE_MINUTES, COOPKIT_SESSION_HOURS,
        and COOPKIT_TLS=1 where everybody comes over TLS. Raises `CoopkitError` for a time that is none.

        >>> sorted(Door.of({"COOPKIT_HOSTS": "htx.example.vn"}).hosts)[-1]
        'localhost'
        """
        named = {one.strip().lower() for one in told.get("COOPKIT_HOSTS", "").split(",")} | {address}
        limits = Limits(
            idle=dt.timedelta(minutes=_time(told, "COOPKIT_IDLE_MINUTES", 30)),
            longest=dt.timedelta(hours=_time(told, "COOPKIT_SESSION_HOURS", 12)),
        )
        return Door(HOME | (named - {"", "0.0.0.0", "::"}), limits, told.get("COOPKIT_TLS", "") == "1")  # noqa: S104


@frozen
class Visitor:
    """Who looks at a page: the actor, what they are called, and whether it is the demo that let them in."""

    actor: Actor
    name: str
    demo: bool = False


def _time(told: Mapping[str, str], name: str, otherwise: int) -> int:
    text = told.get(name, "") or str(otherwise)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1440:
        raise CoopkitError(f"{name}={text}: cần một số nguyên từ 1 đến 1440 (a whole number from 1 to 1440 is needed)")
    return int(text)


_held: dict[str, Door] = {}


def door() -> Door:
    """How this process was set up."""
    return _held.setdefault("door", Door.of(os.environ))


def set_up(one: Door) -> None:
    """Set this process up."""
    _held["door"] = one


def open_demo(address: str) -> None:
    """Let everybody in who sits at this machine, as the office. Raises `CoopkitError` where that is not to be.

    It is not where the page could be asked for from another machine, nor where the ledger has accounts.
    """
    if not is_home(address):
        raise CoopkitError(
            f"Bản trình diễn chỉ mở trên chính máy này, không ở địa chỉ {address} "
            f"(the demo opens on this machine only, not at {address})"
        )
    if not logins().is_empty:
        raise CoopkitError(
            "Sổ này có tài khoản nên không mở như bản trình diễn: dùng `coopkit app` "
            "(this ledger has accounts and is no demo: use `coopkit app`)"
        )
    set_up(evolve(door(), demo=True, hosts=HOME))


def is_home(address: str) -> bool:
    """Whether an address is only this machine's.

    >>> is_home("127.0.0.1"), is_home("localhost"), is_home("0.0.0.0"), is_home("10.0.0.5")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


@st.cache_resource(show_spinner=False)
def workspace(url: str) -> Workspace:
    """One workspace for the whole process; it holds no user."""
    return Workspace.open(url)


def logins() -> Logins:
    """Where one signs in to the ledger of COOPKIT_LEDGER."""
    return Logins(workspace(os.environ["COOPKIT_LEDGER"]), door().limits)


def visitor(token: str) -> Visitor | None:
    """Who has that token, asked of the ledger each time; None where nobody is let in with it."""
    who = logins().signed_in(token)
    if who is not None:
        return Visitor(who.actor, who.account.name)
    if door().demo and logins().is_empty:
        return Visitor(Actor.office("van-phong"), "", demo=True)
    return None


def is_secure(scope: Scope) -> bool:
    """Whether a request came over TLS, to us or to the proxy before us."""
    return door().tls or scope.get("scheme") in {"https", "wss"}


def host_of(scope: Scope) -> str:
    """The host that a request names, without its port; "" where it names none that can be."""
    told = Headers(scope=scope).getlist("host")
    try:
        return (urlsplit(f"//{told[0]}").hostname or "") if len(told) == 1 else ""
    except ValueError:
        return ""
