"""`Logins`: signing in and out, sessions that end, and one's own password; the ledger keeps digests of secrets only."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from attrs import evolve, field, frozen

from coopkit.access import Actor, actor_of
from coopkit.account import LONGEST, Account, AccountState, Grant
from coopkit.errors import AccessDenied, BadText
from coopkit.ledger import Batch, Change, StoredPassword, StoredSession
from coopkit.ledger.logins import Bar
from coopkit.record import make_id
from coopkit.workspace.journal import VIETNAM
from coopkit.workspace.passwords import digest_of, hashed, matches, new_token, weakness
from coopkit.workspace.workspace import Workspace

FAILURES: Final = 5
"""So many times a login may be tried in vain until it is locked out for a while …"""
FROM_ONE: Final = 20
"""… and so many times from one address: a whole office may stand behind one."""
_FIRST: Final = dt.timedelta(minutes=1)
_LONGEST_BAR: Final = dt.timedelta(hours=1)
_GLANCE: Final = dt.timedelta(minutes=1)
"""A session's last use is written down no more often than this: a page that is drawn again must not wait for a disk."""

_LOG = logging.getLogger(__name__)
_WRONG: Final = "Tên đăng nhập hoặc mật khẩu không đúng (wrong login or password)"
_NO_CODE: Final = "Mã đặt mật khẩu không đúng hoặc đã hết hạn (the code is wrong, or no longer good)"


@frozen
class Limits:
    """How long a session may rest, how long it may last, and how long a code to set a password is good.

    >>> Limits().idle
    datetime.timedelta(seconds=1800)
    """

    idle: dt.timedelta = dt.timedelta(minutes=30)
    longest: dt.timedelta = dt.timedelta(hours=12)
    code: dt.timedelta = dt.timedelta(hours=72)


@frozen
class SignedIn:
    """Somebody who is signed in: the account, who it is today, and the session."""

    account: Account
    actor: Actor
    session: StoredSession


@frozen
class Logins:
    """The front door of a workspace.

    >>> import tempfile
    >>> from coopkit.registry import Registry
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     Logins(workspace).signed_in("khong-co")
    ...     Logins(workspace).sign_in("an", "sai mật khẩu rồi")
    Traceback (most recent call last):
    coopkit.errors.AccessDenied: Tên đăng nhập hoặc mật khẩu không đúng (wrong login or password)
    """

    workspace: Workspace
    limits: Limits = field(factory=Limits)

    @property
    def is_empty(self) -> bool:
        """Whether there is no account yet: then nobody can sign in."""
        return not self.workspace.ledger.accounts(Account)

    def sign_in(self, login: str, password: str, *, address: str = "", agent: str = "") -> str:
        """A new session's token for who has the password. It is told once: the ledger keeps its digest.

        Raises `AccessDenied`, the same for an unknown login and a wrong password; and while the login, or the address,
        is locked out, be the password right.
        """
        login = login.strip().lower()[:LONGEST]
        self._try(login, address)
        account = self._account(login)
        held = self.workspace.ledger.logins.password(login) if account else None
        right = matches(held.hash if held else None, password)
        if not right or account is None or account.state is not AccountState.ACTIVE:
            _LOG.warning("Đăng nhập sai: %s từ %s", login if account else "?", address or "?")
            raise AccessDenied(_WRONG)
        self._forgive(login, address)
        _LOG.info("Đăng nhập: %s từ %s", login, address or "?")
        return self._begin(account, address, agent)

    def signed_in(self, token: str) -> SignedIn | None:
        """Who has that token; None where its session ended, rested too long, or its account is no longer open."""
        store, now = self.workspace.ledger.logins, self.workspace.clock()
        found = store.find(digest_of(token)) if token else None
        if found is None:
            return None
        session, account = found
        of_now = session.epoch == account.epoch and account.state is AccountState.ACTIVE
        if not of_now or now >= session.ends or now - session.seen >= self.limits.idle:
            store.end(session.digest)
            return None
        if now - session.seen > _GLANCE:
            store.saw(session.digest, now)
        ledger = self.workspace.ledger
        places, today = ledger.snapshot().places, now.astimezone(VIETNAM).date()
        return SignedIn(account, actor_of(account, ledger.accounts(Grant), today, places), session)

    def sign_out(self, token: str) -> None:
        """End the session of that token."""
        self.workspace.ledger.logins.end(digest_of(token))

    def change_password(self, token: str, old: str, new: str, *, address: str = "", agent: str = "") -> str:
        """Change one's own password; every session of the account ends, and a new one's token is given.

        Raises `AccessDenied` for a wrong old password, `BadText` for a new one that is too easy to guess.
        """
        who = self.signed_in(token)
        if who is None:
            raise AccessDenied("Phiên đã hết: đăng nhập lại (the session has ended: sign in again)")
        login = who.account.login
        self._try(login, address)
        held = self.workspace.ledger.logins.password(login)
        if not matches(held.hash if held else None, old):
            raise AccessDenied("Mật khẩu hiện tại không đúng (the present password is wrong)")
        self._forgive(login, address)
        if old == new:
            raise _unfit(("trùng mật khẩu hiện tại", "is the present one"))
        return self._begin(self._set(who.account, new), address, agent)

    def set_password(self, login: str, code: str, new: str, *, address: str = "") -> None:
        """Set a password with the one-time code that an administrator gave; every session of the account ends.

        Raises `AccessDenied` for a code that is wrong, used, or too old; `BadText` for a password too easy to guess.
        """
        login = login.strip().lower()[:LONGEST]
        self._try(login, address)
        account, held = self._account(login), self.workspace.ledger.logins.password(login)
        good = held is not None and held.code is not None and held.code == digest_of(code.strip().upper())
        ends = held.code_ends if held else None
        if account is None or not good or ends is None or ends <= self.workspace.clock():
            raise AccessDenied(_NO_CODE)
        self._forgive(login, address)
        self._set(account, new)

    def _account(self, login: str) -> Account | None:
        return next((one for one in self.workspace.ledger.accounts(Account) if one.login == login), None)

    def _set(self, account: Account, new: str) -> Account:
        """Keep a new password's hash, and nothing else of it; write down when, and end every session."""
        if fault := weakness(new, account.login, account.name):
            raise _unfit((fault.vi, fault.en))
        ledger, now = self.workspace.ledger, self.workspace.clock()
        held, base = ledger.get(Account, make_id("account", account.login))
        after = evolve(held, password_set=now.isoformat(timespec="seconds"), epoch=held.epoch + 1)
        ledger.write(Batch(account.login, "Đặt mật khẩu", now, changes=(Change(after, base),)))
        ledger.logins.keep_password(StoredPassword(account.login, hashed(new)))
        ledger.logins.end_all(account.login)
        return after

    def _begin(self, account: Account, address: str, agent: str) -> str:
        token, now = new_token(), self.workspace.clock()
        ends = now + self.limits.longest
        session = StoredSession(digest_of(token), account.login, account.epoch, now, now, ends, address, agent[:120])
        self.workspace.ledger.logins.begin(session)
        return token

    def _try(self, login: str, address: str) -> None:
        """Count the attempt. Raises `AccessDenied` while there were too many."""
        bars = {subject_of(login): _bar(FAILURES), **({address_of(address): _bar(FROM_ONE)} if address else {})}
        now = self.workspace.clock()
        until = self.workspace.ledger.logins.try_(bars, now)
        if until is not None:
            _LOG.warning("Đang bị chặn mà vẫn thử: từ %s", address or "?")
            minutes = -(-(until - now) // dt.timedelta(minutes=1))
            raise AccessDenied(
                f"Đã thử sai nhiều lần: đợi {minutes} phút, hoặc nhờ quản trị mở khóa "
                f"(too many attempts: wait {minutes} min, or ask an administrator to unlock)"
            )

    def _forgive(self, login: str, address: str) -> None:
        """What was tried is forgotten; of the address only this attempt, or one's own account would open it to all."""
        self.workspace.ledger.logins.forgive(subject_of(login))
        if address:
            self.workspace.ledger.logins.take_back(address_of(address))


def subject_of(login: str) -> str:
    """Under what attempts of a login are counted: many a password was typed into the box for the login."""
    return f"login:{digest_of(login)}"


def address_of(address: str) -> str:
    """Under what attempts from an address are counted.

    >>> address_of("192.0.2.7")
    'address:192.0.2.7'
    """
    return f"address:{address}"


def _bar(free: int) -> Bar:
    def out(failures: int) -> dt.timedelta | None:
        return min(_FIRST * 2 ** min(failures - free, 10), _LONGEST_BAR) if failures >= free else None

    return out


def _unfit(fault: tuple[str, str]) -> BadText:
    return BadText(
        (f"Mật khẩu mới {fault[0]}", f"the new password: {fault[1]}"), ("chọn mật khẩu khác", "choose another")
    )
