"""`Accounts`: what an administrator does with accounts: make, lock, grant, end sessions; each a journalled batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from attrs import evolve, field, frozen

from coopkit.access import Action, can, role_of
from coopkit.account import Account, AccountState, Grant
from coopkit.errors import AccessDenied, BadText, CoopkitError, NotFound
from coopkit.ledger import Batch, Change, Ledger, Receipt, StoredPassword, StoredSession
from coopkit.place import Place
from coopkit.record import make_id, span_of
from coopkit.scope import Owner
from coopkit.text import sort_key
from coopkit.workspace.journal import VIETNAM
from coopkit.workspace.logins import Limits, address_of, subject_of
from coopkit.workspace.passwords import digest_of, new_code
from coopkit.workspace.workspace import Desk

_CITY: Final = "province"
_FORMER: Final = "district"
_STATES: Final = {AccountState.ACTIVE: "Mở", AccountState.LOCKED: "Khóa", AccountState.LEFT: "Nghỉ việc, khóa"}


@frozen
class KnownAccount:
    """An account as an administrator sees it: what it was granted, whether it has a password, where it is signed in.

    `locked_until`: too many attempts to sign in failed. `invited_until`: a code to set a password is out.
    """

    account: Account
    grants: tuple[Grant, ...] = ()
    has_password: bool = False
    sessions: tuple[OpenSession, ...] = ()
    locked_until: dt.datetime | None = None
    invited_until: dt.datetime | None = None

    def granted(self, on: dt.date) -> tuple[Grant, ...]:
        """What it is granted on a day."""
        return tuple(one for one in self.grants if span_of(Grant).holds(one, on))


@frozen
class OpenSession:
    """A session that is open: its number, whose it is, since when, last seen, when it ends, from where, and by what."""

    number: str
    login: str
    created: dt.datetime
    seen: dt.datetime
    ends: dt.datetime
    address: str
    agent: str


@frozen
class KeptOut:
    """An address from which too many attempts to sign in failed."""

    address: str
    failures: int
    last: dt.datetime
    until: dt.datetime


@frozen
class Accounts:
    """The accounts at an administrator's desk. Every method raises `AccessDenied` where the actor may not.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     accounts = Accounts(workspace.as_(Actor.office("goc")))
    ...     code = accounts.add("an", "Nguyễn Văn An", "administrator")
    ...     [(one.account.login, one.has_password) for one in accounts.all()], len(code)
    ([('an', False)], 19)
    """

    desk: Desk
    limits: Limits = field(factory=Limits)

    def all(self) -> list[KnownAccount]:
        """Every account, by login."""
        self._may()
        now, store = self._now, self._ledger.logins
        grants, open_ = self._ledger.accounts(Grant), self.sessions()
        locked = {one.subject: one.locked for one in store.attempts() if one.locked and one.locked > now}
        found = []
        for account in sorted(self._ledger.accounts(Account), key=lambda one: one.login):
            held = store.password(account.login) or StoredPassword(account.login)
            own = sorted((one for one in grants if one.account == account.login), key=lambda one: one.since)
            here = tuple(one for one in open_ if one.login == account.login)
            out, code = locked.get(subject_of(account.login)), held.code_ends
            invited = code if code and code > now else None
            found.append(KnownAccount(account, tuple(own), held.hash is not None, here, out, invited))
        return found

    def sessions(self) -> list[OpenSession]:
        """Every session that is open, the one last seen first."""
        self._may()
        now, accounts = self._now, {one.login: one for one in self._ledger.accounts(Account)}
        return [
            _told(one)
            for one in self._ledger.logins.sessions()
            if one.ends > now and now - one.seen < self.limits.idle and _counts(one, accounts.get(one.login))
        ]

    def kept_out(self) -> list[KeptOut]:
        """The addresses that are locked out, the last first."""
        self._may()
        own = address_of("")
        return [
            KeptOut(one.subject.removeprefix(own), one.failures, one.last, one.locked)
            for one in self._ledger.logins.attempts()
            if one.subject.startswith(own) and one.locked and one.locked > self._now
        ]

    def places(self) -> dict[str, Place]:
        """The places that a grant may name, by code: those of today's map, and the districts there were before it."""
        self._may()
        index, today = self._ledger.snapshot().places, self.today
        found = {one.code: one for one in index.at(today) if one.level != _CITY}
        for day in index.earlier(today):
            for one in index.at(day):
                if one.level == _FORMER:
                    found.setdefault(one.code, one)
        return dict(sorted(found.items(), key=lambda item: (not item[1].in_force(today), sort_key(item[1].name))))

    def add(  # noqa: PLR0913 - who, as what, where and until when: each is named where it is called
        self,
        login: str,
        name: str,
        role: str,
        *,
        edits: Iterable[str] | None = None,
        views: Iterable[str] | None = None,
        units: Iterable[str] = (),
        since: dt.date | None = None,
        until: dt.date | None = None,
        reason: str = "",
    ) -> str:
        """A new account with what it is granted; gives the one-time code with which its owner sets a password.

        Raises `BadText` for a login that is none, `CoopkitError` for one that is taken, `NotFound` for a role or a
        place there is not.
        """
        self._may()
        account = Account.of(login, name.strip() or login)
        if any(one.login == login for one in self._ledger.accounts(Account)):
            raise CoopkitError(f"Đã có tài khoản {login!r}: chọn tên khác (the login is taken: choose another)")
        grant = self._grant(login, role, since, until, edits=edits, views=views, units=units)
        self._write(reason or f"Lập tài khoản {login}", account, grant)
        return self._invite(login)

    def grant(  # noqa: PLR0913 - as `add`
        self,
        login: str,
        role: str,
        *,
        edits: Iterable[str] | None = None,
        views: Iterable[str] | None = None,
        units: Iterable[str] = (),
        since: dt.date | None = None,
        until: dt.date | None = None,
        reason: str = "",
    ) -> Receipt:
        """Give an account a role from a day on (today, unless told); the same role and day given again is changed.

        Places are codes, None for the whole city, an empty tuple for nowhere. Raises `NotFound`, and `AccessDenied`
        for one's own account.
        """
        self._others(login)
        told = role_of(role).label.vi
        grant = self._grant(login, role, since, until, edits=edits, views=views, units=units)
        return self._write(reason or f"Cấp quyền {told} cho {login}", grant)

    def end_grant(self, grant: str, *, last: dt.date | None = None, reason: str = "") -> Receipt:
        """Let a grant, named by its id, end with a day; the day before today, unless told. Raises `NotFound`."""
        self._may()
        held, _ = self._ledger.get(Grant, grant)
        self._others(held.account)
        ended = evolve(held, until=last or self.today - dt.timedelta(days=1))
        return self._write(reason or f"Thôi quyền {role_of(held.role).label.vi} của {held.account}", ended)

    def lock(self, login: str, *, reason: str = "") -> Receipt:
        """Let nobody in with this account, at once."""
        return self._turn(login, AccountState.LOCKED, reason)

    def leave(self, login: str, *, reason: str = "") -> Receipt:
        """Its owner has left: let nobody in, at once, and let every grant end."""
        return self._turn(login, AccountState.LEFT, reason)

    def unlock(self, login: str, *, reason: str = "") -> Receipt | None:
        """Let its owner in again, also after too many failed attempts; None where only these were in the way."""
        account = self._account(login)
        self._ledger.logins.forgive(subject_of(login))
        return None if account.state is AccountState.ACTIVE else self._turn(login, AccountState.ACTIVE, reason)

    def let_in(self, address: str) -> None:
        """Forget the failed attempts from an address."""
        self._may()
        self._ledger.logins.forgive(address_of(address))

    def rename(self, login: str, name: str, *, reason: str = "") -> Receipt:
        """Change what an account's owner is called. Raises `BadText` for no name."""
        if not name.strip():
            raise BadText(("thiếu họ và tên", "the name is missing"), ("ghi họ và tên", "write it"))
        return self._write(reason or f"Đổi tên của {login}", evolve(self._account(login), name=name.strip()))

    def reset_password(self, login: str, *, reason: str = "") -> str:
        """Forget the password and end every session; gives the one-time code with which a new one is set."""
        account = self._account(login)
        after = evolve(account, password_set=None, epoch=account.epoch + 1)
        self._write(reason or f"Cấp lại mã đặt mật khẩu cho {login}", after)
        self._ledger.logins.end_all(login)
        return self._invite(login)

    def end_session(self, number: str, *, reason: str = "") -> Receipt:
        """End one session, by its number. Raises `NotFound`."""
        self._may()
        found = next((one for one in self._ledger.logins.sessions() if _number(one) == number), None)
        if found is None:
            raise NotFound(f"Không có phiên {number!r} đang mở (there is no such session)")
        self._ledger.logins.end(found.digest)
        ended = evolve(self._account(found.login), session_ended=number)
        return self._write(reason or f"Kết thúc một phiên của {found.login}", ended)

    def end_sessions(self, login: str, *, reason: str = "") -> Receipt:
        """End every session of an account."""
        account = self._account(login)
        ended = evolve(account, epoch=account.epoch + 1)
        receipt = self._write(reason or f"Kết thúc mọi phiên của {login}", ended)
        self._ledger.logins.end_all(login)
        return receipt

    def _turn(self, login: str, state: AccountState, reason: str) -> Receipt:
        account = self._account(login)
        self._others(login)
        changed: list[Account | Grant] = [evolve(account, state=state, epoch=account.epoch + 1)]
        if state is AccountState.LEFT:
            last = self.today - dt.timedelta(days=1)
            own = [one for one in self._ledger.accounts(Grant) if one.account == login]
            changed += [evolve(one, until=last) for one in own if one.until is None or one.until > last]
        receipt = self._write(reason or f"{_STATES[state]} tài khoản {login}", *changed)
        self._ledger.logins.end_all(login)
        return receipt

    def _grant(  # noqa: PLR0913 - as `grant`
        self,
        login: str,
        role: str,
        since: dt.date | None,
        until: dt.date | None,
        *,
        edits: Iterable[str] | None,
        views: Iterable[str] | None,
        units: Iterable[str],
    ) -> Grant:
        """A grant that can be: of a role that is given, of places and units that the register has."""
        if not role_of(role).grantable:
            raise NotFound(f"Vai trò {role!r} không cấp cho ai (this role is given to nobody)")
        snapshot, first = self._ledger.snapshot(), since or self.today
        made = Grant.of(login, role, first, edits=edits, views=views, until=until, units=units)
        for code in {*(made.edit_places or ()), *(made.view_places or ())}:
            Owner(code).of(snapshot)
        known = set(snapshot.tables["cooperative"].column("id").to_pylist())
        if missing := sorted(set(made.spoken_for) - known):
            raise NotFound(f"Không có đơn vị {missing[0]!r} (there is no such unit)")
        if until is not None and until < first:
            raise BadText(("ngày cuối trước ngày đầu", "the last day is before the first"), ("sửa ngày", "mend it"))
        return made

    def _invite(self, login: str) -> str:
        code = new_code()
        self._ledger.logins.keep_password(StoredPassword(login, None, digest_of(code), self._now + self.limits.code))
        self._ledger.logins.forgive(subject_of(login))
        return code

    def _write(self, reason: str, *records: Account | Grant) -> Receipt:
        bases: dict[str, int] = {}
        for table in ("account", "grant"):
            bases |= self._ledger.revisions(table, [one.id for one in records])
        changes = tuple(Change(one, bases.get(one.id)) for one in records)
        [receipt] = self._ledger.write(Batch(self.desk.actor.name, reason, self._now, changes=changes))
        return receipt

    def _account(self, login: str) -> Account:
        self._may()
        if not any(one.login == login for one in self._ledger.accounts(Account)):
            raise NotFound(f"Không có tài khoản {login!r} (there is no such account)")
        return self._ledger.get(Account, make_id("account", login))[0]

    def _may(self) -> None:
        can(self.desk.actor, Action.ACCOUNTS).require()

    def _others(self, login: str) -> None:
        """Nobody gives rights to oneself, or locks oneself out; the command line of the server may do both."""
        self._may()
        if login == self.desk.actor.name and self.desk.actor.role.grantable:
            raise AccessDenied(
                "Không ai tự đổi quyền hay tự khóa tài khoản của mình: nhờ quản trị khác "
                "(nobody changes their own rights or locks themselves: ask another administrator)"
            )

    @property
    def _ledger(self) -> Ledger:
        return self.desk.workspace.ledger

    @property
    def _now(self) -> dt.datetime:
        return self.desk.workspace.clock()

    @property
    def today(self) -> dt.date:
        """The day in Vietnam: by it grants begin and end."""
        return self._now.astimezone(VIETNAM).date()


def _counts(session: StoredSession, account: Account | None) -> bool:
    """Whether a session still is one of its account's."""
    return account is not None and account.state is AccountState.ACTIVE and session.epoch == account.epoch


def _number(session: StoredSession) -> str:
    return session.digest[:8]


def _told(one: StoredSession) -> OpenSession:
    return OpenSession(_number(one), one.login, one.created, one.seen, one.ends, one.address, one.agent)
