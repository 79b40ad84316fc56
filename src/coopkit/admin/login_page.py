"""The pages of signing in, as HTML: one form each, with their style inside and without a script."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import Final

from attrs import frozen

from coopkit.text import Label, Lang


def _file(name: str) -> str:
    return (files("coopkit.admin") / "templates" / name).read_text("utf-8")


_STYLE: Final = _file("login.css")
_WHOLE: Final = _file("login.html")

POLICY: Final = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""The Content-Security-Policy of these pages: their own style and logo, forms to this server, and nothing else."""

HEADERS: Final = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


@frozen
class Box:
    """A box of a form: its name, what it is called, its type, and what a browser's own keeper of passwords fills in."""

    name: str
    label: Label
    type: str = "text"
    fill: str = "off"
    value: str = ""

    def html(self, lang: Lang, *, first: bool) -> str:
        """The box and what it is called, as HTML."""
        more = " autofocus" if first else ""
        return (
            f'<label for="{self.name}">{escape(self.label.in_(lang))}</label>'
            f'<input id="{self.name}" name="{self.name}" type="{self.type}" autocomplete="{self.fill}" '
            f'value="{escape(self.value)}" maxlength="200" autocapitalize="none" spellcheck="false" required{more}>'
        )


@frozen
class Form:
    """A form: where it is sent, its button and its boxes."""

    action: str
    button: Label
    boxes: tuple[Box, ...] = ()

    def html(self, lang: Lang, unseen: tuple[str, str]) -> str:
        """The form as HTML; `unseen` is the name and value of a box that is not shown."""
        name, proof = map(escape, unseen)
        parts = [f'<form method="post" action="{escape(self.action)}">']
        parts += [f'<input type="hidden" name="{name}" value="{proof}">']
        parts += [box.html(lang, first=box is self.boxes[0]) for box in self.boxes]
        parts += [f'<button type="submit">{escape(self.button.in_(lang))}</button>', "</form>"]
        return "\n".join(parts)


@frozen
class Sheet:
    """A page: its title, its form, what went well, a sentence, a line to copy, and its foot, which is HTML.

    >>> "<h1>Sign in</h1>" in Sheet(Label("Đăng nhập", "Sign in")).html("en", ("a", "b")).decode()
    True
    """

    title: Label
    form: Form | None = None
    good: Label | None = None
    told: Label | None = None
    code: str = ""
    foot: str = ""

    def html(self, lang: Lang, unseen: tuple[str, str], *, bad: str = "", languages: str = "") -> bytes:
        """The whole page; `bad` is what went wrong, `languages` the way to the other language, as HTML."""
        title = escape(self.title.in_(lang))
        parts = [f"<h1>{title}</h1>"]
        parts += [f'<p class="bad" role="alert">{escape(bad)}</p>'] if bad else []
        parts += [f'<p class="good" role="status">{escape(self.good.in_(lang))}</p>'] if self.good else []
        parts += [f"<p>{escape(self.told.in_(lang))}</p>"] if self.told else []
        parts += [f"<p><code>{escape(self.code)}</code></p>"] if self.code else []
        parts += [self.form.html(lang, unseen)] if self.form else []
        parts += [f'<p class="small">{" · ".join(filter(None, (self.foot, languages)))}</p>']
        return _WHOLE.format(lang=lang, title=title, style=_STYLE, body="\n".join(parts)).encode()


LOGIN: Final = Box("ten", Label("Tên đăng nhập", "Login"), fill="username")
PASSWORD: Final = Box("mat-khau", Label("Mật khẩu", "Password"), "password", "current-password")
OLD: Final = Box("mat-khau", Label("Mật khẩu hiện tại", "Present password"), "password", "current-password")
CODE: Final = Box("ma", Label("Mã đặt mật khẩu", "Code to set a password"), fill="one-time-code")
NEW: Final = Box("moi", Label("Mật khẩu mới", "New password"), "password", "new-password")
AGAIN: Final = Box("lai", Label("Nhập lại mật khẩu mới", "New password again"), "password", "new-password")

RULES: Final = Label(
    "Ít nhất 12 ký tự; có thể là một câu dài có dấu cách. Không dùng tên mình hay từ thông dụng.",
    "At least 12 characters; a long sentence with spaces is fine. Not your name, and no common words.",
)
FIRST: Final = Label(
    "Trên máy chủ, người cài đặt lập tài khoản quản trị đầu tiên bằng lệnh:",
    "On the server, whoever installed this makes the first administrator with:",
)
COMMAND: Final = 'coopkit user add TEN --name "HO VA TEN" --role administrator'


def link(to: str, label: str) -> str:
    """A link as HTML."""
    return f'<a href="{escape(to)}">{escape(label)}</a>'
