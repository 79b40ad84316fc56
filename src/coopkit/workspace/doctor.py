"""Whether the installation is well: journal, seals, plugins, disk and backups, each with what to do about it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

from coopkit.access import Action, can
from coopkit.errors import LedgerError
from coopkit.field import Choice
from coopkit.ledger.migrate import HEAD
from coopkit.period import format_moment
from coopkit.quantity import format_number
from coopkit.registry import State
from coopkit.text import Label
from coopkit.workspace.backups import read_backup
from coopkit.workspace.plugins import Plugins
from coopkit.workspace.sealing import Sealing
from coopkit.workspace.workspace import Desk

STALE: Final = dt.timedelta(days=2)
"""How old the newest backup may be: one missed night is told."""

ROOM: Final = 1 << 30
"""So many bytes should stay free beside three times the ledger: a backup takes a copy and its packed form."""

_MEGA: Final = 1 << 20
_TOLD: Final = 3


_NONE: Final = Label("", "")


class Wellness(Choice):
    """How a part is.

    >>> Wellness.WARN.label.vi
    'Cần để ý'
    """

    WELL = "well", "Tốt", "Well"
    WARN = "warn", "Cần để ý", "Take heed"
    ILL = "ill", "Hỏng", "Broken"


@frozen
class Finding:
    """One part that was looked at: how it is, what was seen, and what to do where it is not well.

    >>> Finding(Label("Nhật ký", "Journal"), Wellness.WELL, Label("7 lô", "7 batches")).cure.vi
    ''
    """

    part: Label
    state: Wellness
    seen: Label
    cure: Label = _NONE


def examine(desk: Desk, backups: Path | None = None) -> list[Finding]:
    """Look at every part; nothing is changed, and one broken part keeps no other from being looked at.

    `backups` is the folder that backups are written to. Raises `AccessDenied`.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     found = examine(workspace.as_(Actor.office("an")))
    >>> [(one.part.en, one.state.value) for one in found][:3]
    [('Journal', 'well'), ('Tables', 'well'), ('Sealed runs', 'well')]
    """
    can(desk.actor, Action.VERIFY).require()
    return [
        _journal(desk),
        Finding(Label("Bảng dữ liệu", "Tables"), Wellness.WELL, Label(f"phiên bản {HEAD}", f"revision {HEAD}")),
        _seals(desk),
        *_plugins(desk),
        _clock(desk),
        _disk(desk.workspace.ledger.file),
        _rights(desk.workspace.ledger.file),
        _backups(backups, desk.workspace.clock()),
    ]


def _journal(desk: Desk) -> Finding:
    part = Label("Nhật ký", "Journal")
    if faults := desk.verify():
        told = "; ".join(f"lô {one.batch}, dòng {one.line}: {one.what}" for one in faults[:_TOLD])
        cure = Label(
            "sổ đã bị sửa ngoài coopkit: khôi phục bản sao lưu gần nhất", "it was changed by hand: restore a backup"
        )
        return Finding(part, Wellness.ILL, Label(told, told), cure)
    batches = format_number(desk.workspace.ledger.snapshot().position, "vi")
    return Finding(part, Wellness.WELL, Label(f"{batches} lô, liền chuỗi", f"{batches} batches, unbroken"))


def _seals(desk: Desk) -> Finding:
    part, sealing = Label("Các lần chốt", "Sealed runs"), Sealing(desk)
    if gaps := sealing.faults():
        told = "; ".join(f"{one.run}, {one.piece}: {one.what}" for one in gaps[:_TOLD])
        cure = Label("chép lại kho lưu từ bản sao lưu", "bring the archive back from a backup")
        return Finding(part, Wellness.ILL, Label(told, told), cure)
    number = len(sealing.all())
    return Finding(part, Wellness.WELL, Label(f"{number} lần, nguyên vẹn", f"{number}, whole"))


def _plugins(desk: Desk) -> Iterator[Finding]:
    """One line for all that are well, and one for each that is not."""
    part, states = Label("Tiện ích", "Plugins"), Plugins(desk).all()
    on = sum(1 for one in states if one.state is State.ON)
    yield Finding(part, Wellness.WELL, Label(f"{on} đang bật / {len(states)} đã cài", f"{on} on of {len(states)}"))
    for one in states:
        if one.problem:
            cure = Label("mở trang Tiện ích, sửa hoặc tắt nó", "open the page Plugins, mend it or switch it off")
            yield Finding(
                Label(f"Tiện ích {one.name}", f"Plugin {one.name}"), Wellness.WARN, Label(*[one.problem] * 2), cure
            )


def _clock(desk: Desk) -> Finding:
    part, now = Label("Đồng hồ", "Clock"), desk.workspace.clock()
    seen = Label(*[format_moment(now)] * 2)
    if any(dt.datetime.fromisoformat(one.time) > now for one in desk.workspace.ledger.batches()[-1:]):
        cure = Label(
            "lô mới nhất ghi ở tương lai: chỉnh giờ của máy", "the newest batch is of the future: set the clock"
        )
        return Finding(part, Wellness.WARN, seen, cure)
    return Finding(part, Wellness.WELL, seen)


def _disk(ledger: Path) -> Finding:
    free, size = shutil.disk_usage(ledger.parent).free, ledger.stat().st_size
    told = f"{format_number(free // _MEGA, 'vi')} MB", f"{format_number(size // _MEGA, 'vi')} MB"
    seen = Label(f"còn trống {told[0]}, sổ {told[1]}", f"{told[0]} free, the ledger {told[1]}")
    state = Wellness.ILL if free < size else Wellness.WARN if free < ROOM + 3 * size else Wellness.WELL
    cure = Label("dọn đĩa, hoặc chuyển sổ sang đĩa lớn hơn", "free some room, or move to a larger disk")
    return Finding(Label("Đĩa", "Disk"), state, seen, cure if state is not Wellness.WELL else _NONE)


def _rights(ledger: Path) -> Finding:
    """Whether others on this machine can read the ledger; where the system has no such rights, nothing is said."""
    part, mode = Label("Quyền tệp", "File rights"), stat.S_IMODE(ledger.stat().st_mode)
    open_to_all = os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP)
    beyond = os.name == "posix" and stat.S_IMODE(ledger.parent.stat().st_mode) & stat.S_IXOTH
    seen = Label(f"{mode:03o}", f"{mode:03o}")
    if open_to_all and beyond:
        cure = Label(f"chmod 600 {ledger.name}, chmod 700 thư mục của sổ", f"chmod 600 {ledger.name}, 700 its folder")
        return Finding(part, Wellness.WARN, seen, cure)
    return Finding(part, Wellness.WELL, seen)


def _backups(folder: Path | None, now: dt.datetime) -> Finding:
    part = Label("Sao lưu", "Backups")
    if folder is None:
        return Finding(
            part,
            Wellness.WARN,
            Label("chưa biết thư mục sao lưu", "the folder of backups is not known"),
            Label(
                "đặt COOPKIT_BACKUPS, chạy coopkit backup mỗi đêm", "set COOPKIT_BACKUPS, run coopkit backup nightly"
            ),
        )
    cure = Label("chạy coopkit backup, và mỗi đêm một lần", "run coopkit backup, and every night")
    files = sorted(folder.glob("*.zip"), key=lambda one: one.stat().st_mtime)
    if not files:
        return Finding(part, Wellness.ILL, Label("chưa có bản nào", "there is none"), cure)
    try:
        newest = read_backup(files[-1])
    except LedgerError as error:
        return Finding(part, Wellness.ILL, Label(*[str(error)] * 2), cure)
    seen = Label(*[f"{files[-1].name}, {format_moment(newest.time)}"] * 2)
    old = now - dt.datetime.fromisoformat(newest.time) > STALE
    return Finding(part, Wellness.WARN, seen, cure) if old else Finding(part, Wellness.WELL, seen)
