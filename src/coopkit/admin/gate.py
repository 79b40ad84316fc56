"""`Gate`: before every route and socket. Who has no session gets to the login page, and to nothing else.

What stands open to all: the pages of signing in, whether the server is well, the icon, and the files of Streamlit's own
package. These last are the same for everybody in the world, and a page that was thrown out still has to load a part of
them to show where to sign in again.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from coopkit.admin.door import COOKIE, GUARDED, Visitor, door, host_of, is_secure, visitor
from coopkit.text import Label
from coopkit.workspace.intake import LARGEST

LOGIN: Final = "/dang-nhap"
LOGOUT: Final = "/dang-xuat"
PASSWORD: Final = "/doi-mat-khau"  # noqa: S105 - where it is changed
FORMS: Final = frozenset({LOGIN, LOGOUT, PASSWORD})
OPEN: Final = FORMS | {"/healthz", "/favicon.png"}
"""What everybody may ask for …"""
SHUT: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth/", "/oauth2callback")
"""… and what nobody may: it tells of the process, or of a way to sign in that is not set up."""
PARTS: Final = ("/static/", "/_stcore/", "/media/", "/component/", "/assets/", "/app/static/")
"""Where parts of pages are, which no browser opens by themselves."""

UPLOAD: Final = LARGEST
"""MiB of one upload at most, as Streamlit is told too; what a page takes may be less."""
FORM: Final = 1 << 16
"""Bytes of one of our own forms."""

_NO_HOST: Final = Label(
    "Máy chủ không nhận tên miền này: đặt COOPKIT_HOSTS", "this host is not known here: set COOPKIT_HOSTS"
)
_FILES: Final = Path(st.__file__).parent / "static"


class Gate:
    """Pure ASGI around everything: the host, the session, the size of what is sent; on a socket at every message."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        token, inner = _token(scope)
        refused = await self._refused(inner, token)
        if refused is None:
            await self._through(inner, receive, send, token)
        elif scope["type"] == "http":
            await refused(inner, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _refused(self, scope: Scope, token: str) -> Response | None:
        """What a request is answered at the gate; None where it may go on."""
        path = scope["path"]
        if host_of(scope) not in door().hosts:
            return PlainTextResponse(f"{_NO_HOST.vi} ({_NO_HOST.en})", HTTPStatus.BAD_REQUEST)
        if path.startswith(SHUT):
            return PlainTextResponse("", HTTPStatus.NOT_FOUND)
        if scope["type"] == "websocket" and not _same_origin(scope):
            return PlainTextResponse("", HTTPStatus.FORBIDDEN)
        if scope["type"] == "http" and _is_open(scope):
            return None
        if await run_in_threadpool(visitor, token) is not None:
            return None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and not path.startswith(PARTS):
            return RedirectResponse(f"{LOGIN}?next={quote(_asked(scope), safe='')}", HTTPStatus.SEE_OTHER, _NOT_KEPT)
        return PlainTextResponse("", HTTPStatus.UNAUTHORIZED, _NOT_KEPT)

    async def _through(self, scope: Scope, receive: Receive, send: Send, token: str) -> None:
        if scope["type"] == "websocket":
            await self.app(scope, _Watched(receive, token, await run_in_threadpool(visitor, token)), send)
            return
        limit = FORM if scope["path"] in FORMS else (UPLOAD << 20) + FORM
        if int(Headers(scope=scope).get("content-length") or 0) > limit:
            await PlainTextResponse("", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
            return
        with suppress(ClientDisconnect):
            await self.app(scope, _Counted(receive, limit), send)


class _Watched:
    """The `receive` of a socket. Before a message goes on it is asked who sends it, and what they may now.

    Callbacks and fragments of a page run before its script, or without it, and so would do once more what was
    forbidden meanwhile. Whoever is no longer let in, or is given other rights, asks for the page and nothing else.
    """

    def __init__(self, receive: Receive, token: str, who: Visitor | None) -> None:
        self.receive, self.token, self.who = receive, token, who

    async def __call__(self) -> Message:
        """The next message of the browser."""
        message = await self.receive()
        if message["type"] != "websocket.receive":
            return message
        who = await run_in_threadpool(visitor, self.token)
        if who is None or who != self.who:
            self.who = who
            return {**message, "bytes": _asking_only(message.get("bytes") or b""), "text": None}
        return message


def _asking_only(data: bytes) -> bytes:
    """The message as one that asks for its page to be drawn, with nothing that was clicked or typed."""
    asked, bare = BackMsg(), BackMsg()
    with suppress(Exception):  # what cannot be read asks for the first page
        asked.ParseFromString(data)
    bare.rerun_script.query_string = asked.rerun_script.query_string
    bare.rerun_script.page_script_hash = asked.rerun_script.page_script_hash
    bare.rerun_script.page_name = asked.rerun_script.page_name
    bare.rerun_script.context_info.CopyFrom(asked.rerun_script.context_info)
    told: bytes = bare.SerializeToString()
    return told


class _Counted:
    """The `receive` of a request, counted: who does not say how much comes is cut off all the same."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive, self.left = receive, limit

    async def __call__(self) -> Message:
        """The next part of the request."""
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        return message if self.left >= 0 else {"type": "http.disconnect"}


_NOT_KEPT: Final = {"cache-control": "no-store"}


def _token(scope: Scope) -> tuple[str, Scope]:
    """The token of a request's session, and the request with that one cookie of ours, under the name pages know.

    Over TLS only the guarded cookie counts: another could have been planted from elsewhere.
    """
    told = ";".join(Headers(scope=scope).getlist("cookie"))
    cookies = cookie_parser(told)
    token = cookies.pop(GUARDED, "") if is_secure(scope) else cookies.get(COOKIE, "")
    kept = {name: value for name, value in cookies.items() if name not in {COOKIE, GUARDED}}
    if token:
        kept[COOKIE] = token
    line = "; ".join(f"{name}={value}" for name, value in kept.items()).encode("latin-1", "ignore")
    headers = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
    return token, {**scope, "headers": [*headers, *([(b"cookie", line)] if line else [])]}


def _same_origin(scope: Scope) -> bool:
    """Whether a socket is opened by a page of ours: browsers always say by whose."""
    headers = Headers(scope=scope)
    return urlsplit(headers.get("origin", "")).netloc.lower() == headers.get("host", "").lower()


def _is_open(scope: Scope) -> bool:
    """Whether everybody may ask for this."""
    if scope["path"] in OPEN:
        return True
    if scope["method"] not in {"GET", "HEAD"}:
        return False
    return scope["path"] in {"/assets/logo.svg", "/assets/icon.png"} or scope["path"] in _public()


@cache
def _public() -> frozenset[str]:
    """The paths of the files in Streamlit's own package; none of them is a page."""
    files = (path for path in (_FILES / "static").rglob("*") if path.is_file() and path.suffix != ".html")
    return frozenset(f"/{path.relative_to(_FILES).as_posix()}" for path in files)


def _asked(scope: Scope) -> str:
    path, query = str(scope["path"]), scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path
