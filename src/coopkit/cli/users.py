"""`coopkit user`: accounts, from the server's command line; a password is typed at a prompt, or read from a pipe."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from coopkit.access import ROLES
from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.errors import CoopkitError
from coopkit.period import format_moment, parse_date
from coopkit.workspace.accounts import Accounts, KnownAccount
from coopkit.workspace.logins import Logins
from coopkit.workspace.passwords import weakness

user = typer.Typer(no_args_is_help=True, help=say("Tài khoản và quyền.", "Accounts and rights."))

_ROLES = ", ".join(key for key, role in ROLES.items() if role.grantable)
Login = Annotated[str, typer.Argument(help=say("Tên đăng nhập: a–z, 0–9, . _ -", "The login: a–z, 0–9, . _ -"))]
Role = Annotated[str, typer.Option("--role", help=say("Vai trò", "The role") + f": {_ROLES}")]
Because = Annotated[str, typer.Option("--because", help=say("Lý do", "Why"))]
Places = Annotated[
    str | None,
    typer.Option(help=say("Mã địa bàn, cách nhau dấu phẩy; để trống: cả thành phố", "Codes, or all where left out")),
]
Units = Annotated[str, typer.Option(help=say("Đại diện cho đơn vị: mã, cách nhau dấu phẩy", "Units spoken for"))]
Day = Annotated[str, typer.Option(help="dd/mm/yyyy")]
Typed = Annotated[
    bool,
    typer.Option(
        "--type-password",
        help=say("Gõ mật khẩu ngay (hoặc đưa qua ống), thay cho mã", "Type a password now (or pipe it), not a code"),
    ),
]


@user.command(help=say("Lập tài khoản; in mã để chủ tài khoản đặt mật khẩu.", "Make an account; prints its code."))
def add(  # noqa: PLR0913, PLR0917 - who, as what, where and until when
    login: Login,
    role: Role,
    name: Annotated[str, typer.Option(help=say("Họ và tên", "The full name"))] = "",
    edits: Places = None,
    views: Places = None,
    units: Units = "",
    until: Day = "",
    because: Because = "",
    typed: Typed = False,
) -> None:
    given = _password(login, name) if typed else ""
    with desk(plugins=False) as office:
        code = Accounts(office).add(
            login,
            name,
            role,
            edits=_codes(edits),
            views=_codes(views),
            units=_codes(units) or (),
            until=_day(until),
            reason=because,
        )
        if given:
            Logins(office.workspace).set_password(login, code, given)
    typer.echo(say(f"Đã lập tài khoản {login}.", f"The account {login} is made."))
    _tell(login, "" if given else code)


@user.command("list", help=say("Các tài khoản, quyền và phiên.", "The accounts, their rights and sessions."))
def list_() -> None:
    with desk(plugins=False) as office:
        known, today = Accounts(office).all(), Accounts(office).today
    for one in known:
        account = one.account
        roles = ", ".join(_granted(one, today)) or say("chưa có quyền", "no rights")
        typer.echo(f"{account.login:<20} {account.name:<28} {account.state.label.in_(LANG):<12} {roles}")
        for note in _notes(one):
            typer.echo(f"{'':<20} {note}")
    if not known:
        typer.echo(say("Chưa có tài khoản nào: coopkit user add", "No account yet: coopkit user add"))


@user.command(help=say("Khóa tài khoản, chấm dứt mọi phiên.", "Lock an account and end its sessions."))
def lock(
    login: Login,
    because: Because = "",
    left: Annotated[
        bool, typer.Option("--left", help=say("Đã nghỉ việc: thôi mọi quyền", "Has left: ends every right"))
    ] = False,
) -> None:
    with desk(plugins=False) as office:
        accounts = Accounts(office)
        receipt = accounts.leave(login, reason=because) if left else accounts.lock(login, reason=because)
    typer.echo(say(f"Đã khóa {login} (lô {receipt.number}).", f"{login} is locked (batch {receipt.number})."))


@user.command(help=say("Mở khóa, kể cả khi gõ sai nhiều lần.", "Unlock, also after too many wrong passwords."))
def unlock(login: Login, because: Because = "") -> None:
    with desk(plugins=False) as office:
        Accounts(office).unlock(login, reason=because)
    typer.echo(say(f"{login} đăng nhập được lại.", f"{login} may sign in again."))


@user.command(help=say("Cấp mã mới, hoặc gõ mật khẩu mới.", "Give a new code, or type a new password."))
def password(login: Login, because: Because = "", typed: Typed = False) -> None:
    given = _password(login) if typed else ""
    with desk(plugins=False) as office:
        code = Accounts(office).reset_password(login, reason=because)
        if given:
            Logins(office.workspace).set_password(login, code, given)
    _tell(login, "" if given else code)


@user.command(help=say("Cấp một vai trò.", "Give a role."))
def grant(  # noqa: PLR0913, PLR0917 - as `add`
    login: Login,
    role: Role,
    edits: Places = None,
    views: Places = None,
    units: Units = "",
    since: Day = "",
    until: Day = "",
    because: Because = "",
) -> None:
    with desk(plugins=False) as office:
        receipt = Accounts(office).grant(
            login,
            role,
            edits=_codes(edits),
            views=_codes(views),
            units=_codes(units) or (),
            since=_day(since),
            until=_day(until),
            reason=because,
        )
    typer.echo(say(f"Đã cấp quyền (lô {receipt.number}).", f"Granted (batch {receipt.number})."))


@user.command(help=say("Thôi một vai trò.", "End a role."))
def revoke(login: Login, role: Role, because: Because = "") -> None:
    with desk(plugins=False) as office:
        accounts = Accounts(office)
        today = accounts.today
        held = [one for one in accounts.all() if one.account.login == login]
        grants = [one for account in held for one in account.granted(today) if one.role == role]
        if not grants:
            raise CoopkitError(say(f"{login} không có vai trò {role}", f"{login} has no role {role}"))
        for one in grants:
            accounts.end_grant(one.id, reason=because)
    typer.echo(say(f"{login} thôi vai trò {role}.", f"{login} has the role {role} no more."))


@user.command(help=say("Các phiên đang mở; chấm dứt một hay tất cả.", "The open sessions; end one, or all."))
def sessions(
    end: Annotated[str, typer.Option(help=say("Số của phiên cần chấm dứt", "The number of the session to end"))] = "",
    end_all: Annotated[str, typer.Option(help=say("Chấm dứt mọi phiên của tài khoản", "End all of an account"))] = "",
    because: Because = "",
) -> None:
    with desk(plugins=False) as office:
        accounts = Accounts(office)
        if end:
            accounts.end_session(end, reason=because)
        if end_all:
            accounts.end_sessions(end_all, reason=because)
        open_ = accounts.sessions()
    for one in open_:
        first, seen = (format_moment(moment.isoformat()) for moment in (one.created, one.seen))
        typer.echo(f"{one.number}  {one.login:<20} {first} – {seen}  {one.address}  {one.agent[:40]}")
    if not open_:
        typer.echo(say("Không ai đang đăng nhập.", "Nobody is signed in."))


def _password(login: str, name: str = "") -> str:
    """A password typed twice where somebody sits at a terminal, else the first line of what is piped in.

    Raises `CoopkitError` for one that is too easy to guess.
    """
    if sys.stdin.isatty():
        typed = str(typer.prompt(say("Mật khẩu", "Password"), hide_input=True, confirmation_prompt=True))
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    if fault := weakness(typed, login, name):
        raise CoopkitError(say(f"Mật khẩu {fault.vi}", f"The password: {fault.en}"))
    return typed


def _tell(login: str, code: str) -> None:
    """How the account's owner sets a password."""
    if not code:
        typer.echo(say("Đã đặt mật khẩu.", "The password is set."))
        return
    vi = f"Mã đặt mật khẩu, dùng một lần trong 3 ngày: {code}"
    en = f"The code to set a password, good once within 3 days: {code}"
    typer.echo(say(vi, en))
    typer.echo(
        say(f"Mở /doi-mat-khau?ten={login} trên trang quản trị.", f"Open /doi-mat-khau?ten={login} on the page.")
    )


def _granted(one: KnownAccount, today: dt.date) -> list[str]:
    return [ROLES[grant.role].label.in_(LANG) if grant.role in ROLES else grant.role for grant in one.granted(today)]


def _notes(one: KnownAccount) -> list[str]:
    notes = []
    if not one.has_password:
        notes.append(say("chưa đặt mật khẩu", "no password yet"))
    if one.locked_until:
        until = format_moment(one.locked_until.isoformat())
        notes.append(say(f"tạm khóa vì gõ sai đến {until}", f"kept out after wrong passwords until {until}"))
    if one.sessions:
        notes.append(say(f"{len(one.sessions)} phiên đang mở", f"{len(one.sessions)} open sessions"))
    return notes


def _codes(told: str | None) -> tuple[str, ...] | None:
    return None if told is None else tuple(one.strip() for one in told.split(",") if one.strip())


def _day(told: str) -> dt.date | None:
    return parse_date(told) if told else None
