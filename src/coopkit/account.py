"""Who may sign in, and what each was given: acts of an administrator, kept in the journal.

Accounts are no facts of the register: no Snapshot holds them, and so no plugin, figure, export or seal ever does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Annotated, Final

from attrs import frozen

from coopkit.errors import BadText
from coopkit.field import Choice, Personal, choice, count, day, identifier, text
from coopkit.record import RecordType, Span, make_id, record, record_type

LONGEST: Final = 64
"""Letters that a login may have at most."""

EVERYWHERE: Final = "*"
"""Stands where a grant names no places: the whole city."""
NOWHERE: Final = "-"
"""Stands where a grant is for no place at all."""

_LOGIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


class AccountState(Choice):
    """Whether somebody may sign in.

    >>> AccountState.LEFT.label.vi
    'Đã nghỉ'
    """

    ACTIVE = "active", "Đang dùng", "Active"
    LOCKED = "locked", "Đã khóa", "Locked"
    LEFT = "left", "Đã nghỉ", "Left"


@record("account", "Tài khoản", "Account", identity=("login",))
@frozen
class Account:
    """Somebody who may sign in: the login, which is the name in the journal and never changes, and who that is.

    A session counts only while it is of the account's `epoch`: raising it ends them all. `password_set` is the moment
    of the last password, `session_ended` the number of the session that was ended last.

    >>> account = Account.of("an.nguyen", "Nguyễn Văn An")
    >>> account.state.label.vi, account.epoch
    ('Đang dùng', 1)
    """

    id: Annotated[str, identifier()]
    login: Annotated[str, text("Tên đăng nhập", "Login")]
    name: Annotated[str, text("Họ và tên", "Full name", personal=Personal.BASIC)]
    state: Annotated[AccountState, choice("Trạng thái", "State", AccountState)] = AccountState.ACTIVE
    epoch: Annotated[int, count("Lượt phiên", "Epoch of sessions")] = 1
    password_set: Annotated[str | None, text("Đặt mật khẩu lúc", "Password set at")] = None
    session_ended: Annotated[str | None, text("Phiên vừa kết thúc", "Session ended last")] = None

    @staticmethod
    def of(login: str, name: str) -> Account:
        """A new account. Raises `BadText` for a login that is none."""
        return Account(make_id("account", checked_login(login)), login, name)


@record(
    "grant",
    "Quyền được cấp",
    "Grant",
    identity=("account", "role", "since"),
    span=Span(("account", "role"), "since", "until"),
)
@frozen
class Grant:
    """What an account was given: a role by its key, the places it may edit and view, and from when to when.

    `account` is a login. `edits` and `views` are codes of places with spaces between, `EVERYWHERE` or `NOWHERE`;
    `units` are the ids of the units spoken for, likewise, where there are any.

    >>> grant = Grant.of("an", "district_officer", dt.date(2025, 7, 1), edits=("11824", "11827"), views=None)
    >>> grant.edit_places, grant.view_places, grant.spoken_for
    (('11824', '11827'), None, ())
    """

    id: Annotated[str, identifier()]
    account: Annotated[str, text("Tài khoản", "Account")]
    role: Annotated[str, text("Vai trò", "Role")]
    edits: Annotated[str, text("Địa bàn được sửa", "Places to edit")]
    views: Annotated[str, text("Địa bàn được xem", "Places to view")]
    since: Annotated[dt.date, day("Từ ngày", "Since")]
    until: Annotated[dt.date | None, day("Đến hết ngày", "Until")] = None
    units: Annotated[str | None, text("Đại diện cho đơn vị", "Speaks for units")] = None

    @staticmethod
    def of(  # noqa: PLR0913 - who, what, where and when: each is named where it is called
        account: str,
        role: str,
        since: dt.date,
        *,
        edits: Iterable[str] | None,
        views: Iterable[str] | None,
        until: dt.date | None = None,
        units: Iterable[str] = (),
    ) -> Grant:
        """A new grant; places are codes, None for the whole city, and an empty tuple for nowhere."""
        key, spoken = make_id("grant", account, role, since), " ".join(sorted(units))
        return Grant(key, account, role, _written(edits), _written(views), since, until, spoken or None)

    @property
    def edit_places(self) -> tuple[str, ...] | None:
        """The codes of the places that may be edited; None: the whole city."""
        return _read(self.edits)

    @property
    def view_places(self) -> tuple[str, ...] | None:
        """The codes of the places that may be viewed; None: the whole city."""
        return _read(self.views)

    @property
    def spoken_for(self) -> tuple[str, ...]:
        """The ids of the units that the account speaks for."""
        return tuple((self.units or "").split())


def checked_login(text: str) -> str:
    """A login as it must be: small letters without marks, digits, and `.`, `_`, `-` inside. Raises `BadText`.

    >>> checked_login("an.nguyen")
    'an.nguyen'
    """
    if not _LOGIN.fullmatch(text):
        raise BadText(
            (f"Tên đăng nhập {text[:LONGEST]!r} không hợp lệ", f"{text[:LONGEST]!r} is no login"),
            ("dùng chữ thường không dấu a–z, số, và . _ - ở giữa", "use a–z, digits, and . _ - inside"),
        )
    return text


def _written(places: Iterable[str] | None) -> str:
    return EVERYWHERE if places is None else " ".join(sorted(places)) or NOWHERE


def _read(told: str) -> tuple[str, ...] | None:
    return None if told == EVERYWHERE else () if told == NOWHERE else tuple(told.split())


ACCOUNT_TYPES: Final[tuple[RecordType, ...]] = (record_type(Account), record_type(Grant))
"""The record types of accounts: journalled like the register's, and never in a Snapshot."""
