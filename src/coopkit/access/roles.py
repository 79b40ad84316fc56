"""Roles: what each allows, as data (`roles.toml`), and the actions they are made of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from coopkit.errors import NotFound
from coopkit.field import Choice
from coopkit.text import Label


class Action(Choice):
    """What an actor may want to do; the label goes on from "may not".

    >>> Action.WRITE.label.vi
    'ghi vào sổ'
    """

    VIEW = "view", "xem", "view"
    VIEW_PERSONAL = "view_personal", "xem dữ liệu cá nhân", "see personal data"
    WRITE = "write", "ghi vào sổ", "write to the register"
    UNDO = "undo", "hoàn tác", "undo"
    ERASE = "erase", "xóa dữ liệu cá nhân", "erase personal data"
    EXPORT = "export", "xuất tệp", "export"
    VERIFY = "verify", "kiểm tra sổ", "verify the ledger"
    BACKUP = "backup", "sao lưu", "back up"
    """Take the whole ledger away in one file, with everybody's personal data."""
    PLUGIN = "plugin", "bật, tắt và cài đặt tiện ích", "switch and set plugins"
    ACCOUNTS = "accounts", "quản lý tài khoản", "manage accounts"
    """Make accounts, give and end rights, end sessions, and change the settings of the page."""
    SEAL = "seal", "chốt số liệu", "seal figures"
    HISTORY = "history", "xem nhật ký", "look into the journal"
    DISCLOSURES = "disclosures", "xem ai đã xem dữ liệu cá nhân", "see who looked at personal data"
    CAMPAIGN = "campaign", "điều hành phong trào", "run a campaign"
    """Run a campaign: its definition, its stages, its pairs, votes and awards."""
    SCORE = "score", "chấm điểm", "give points"
    """Give points in the name of a unit that one speaks for, or in the secretary's check."""
    SCORE_FOR = "score_for", "nhập điểm người khác đã chấm", "type in the points of others"
    SEE_SCORES = "see_scores", "xem điểm của đơn vị khác", "see the points of others"
    """See the points of others, once their stage lets them be seen."""
    SEE_SCORER = "see_scorer", "xem ai đã chấm điểm", "see who gave points"
    """See who gave points, also where names are hidden from the scored."""
    SEE_VOTES = "see_votes", "xem phiếu bầu trước khi công bố", "see votes before they are published"
    """See nominations, attendance and the totals of votes before anything is published."""


@frozen
class Role:
    """A role is data: its name and what it allows; `grantable` where an account may be given it."""

    key: str
    label: Label
    allows: frozenset[Action]
    grantable: bool = True


def _read() -> dict[str, Role]:
    told: Mapping[str, Any] = tomllib.loads((files("coopkit.access") / "roles.toml").read_text("utf-8"))
    return {key: _role(key, one) for key, one in told.items()}


def _role(key: str, told: Mapping[str, Any]) -> Role:
    every = told["allows"] == ["*"]
    allows = frozenset(Action) if every else frozenset(map(Action, told["allows"]))
    return Role(key, Label(told["vi"], told["en"]), allows, told.get("grantable", True))


ROLES: Final[Mapping[str, Role]] = MappingProxyType(_read())
"""Every role there is, by key."""

OFFICE: Final = ROLES["office"]
"""The alliance's own office, everything: for the library and the command line. The page's accounts get finer ones."""
NOBODY: Final = ROLES["nobody"]
"""Somebody who is known but has been given nothing."""
UNIT: Final = ROLES["unit"]
"""Who speaks for a unit in a campaign: scores it, and scores those it was paired with."""
COUNCIL: Final = ROLES["council"]
"""A member of the emulation council: sees what is closed."""
SECRETARY: Final = ROLES["secretary"]
"""Who runs the campaign."""


def role_of(key: str) -> Role:
    """The role of that key. Raises `NotFound`, naming those there are.

    >>> role_of("viewer").label.vi
    'Người xem'
    """
    if key not in ROLES:
        raise NotFound(f"Không có vai trò {key!r} (no such role): {', '.join(ROLES)}")
    return ROLES[key]
