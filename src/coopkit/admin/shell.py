"""What stands around every page: the brand, the language of the document, the words of Streamlit's own, the headers."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.navigation.page import StreamlitPage

from coopkit.admin.gate import OPEN
from coopkit.admin.routes import ASSETS, ICON
from coopkit.text import Lang

NAME: Final = "coopkit"
SCRIPT: Final = b'<script src="/assets/vi.js" defer></script></head>'
_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]+)?|\[[0-9a-fA-F:]+\](:[0-9]+)?")

STYLE: Final = """<style class="coopkit-lang" lang="{lang}">
[data-testid=stTab][data-selected],
[data-testid=stButtonGroup] [data-variant][data-selected] {{ color: light-dark(#0b6b3a, #7fd3a2) }}
[data-testid=stMainBlockContainer] {{ padding-inline: clamp(1rem, 4vw, 3rem) }}
@media print {{ [data-testid=stSidebar], [data-testid=stHeader], [data-testid=stToolbar] {{ display: none }} }}
</style>"""
"""What the theme's settings cannot say. A style alone takes no room on a page; it also carries the page's language."""


def dress(lang: Lang, page: StreamlitPage) -> None:
    """The brand in the sidebar, the tab's title, and the language that the document says it is in.

    Called once a rerun, by the page script, after `st.navigation`.
    """
    st.set_page_config(page_title=f"{NAME} · {page.title}", page_icon=str(ICON))
    st.logo(str(ASSETS / "logo.svg"), size="large", icon_image=str(ICON))
    st.html(STYLE.format(lang=lang))


def policy(host: str) -> str:
    """The Content-Security-Policy of Streamlit's pages, for the host they are asked of: nothing from elsewhere.

    >>> "connect-src 'self' ws://localhost:8501 wss://localhost:8501;" in policy("localhost:8501")
    True
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'self'; "
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; "
        "font-src 'self' data:; "
        f"connect-src 'self'{sockets}; "
        "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )


class Shell:
    """Pure ASGI around Streamlit: tells browsers what they may load, and turns Streamlit's document into ours.

    Streamlit's document says `lang="en"` and its own name; ours says the reader's language, and loads the dictionary
    of Streamlit's own words.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; what is no HTTP goes through as it is."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _is_document(scope):
            # What is compressed, or not sent because the browser has it, cannot be rewritten.
            unwanted = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in unwanted]}
        await self.app(scope, receive, _Answer(scope, send))


class _Answer:
    """The `send` of one request: headers put on, Streamlit's document held until it is whole and rewritten."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self.send = scope, send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(
                raw=message["headers"] if isinstance(message["headers"], list) else list(message["headers"])
            )
            message["headers"] = headers.raw
            self._protect(headers)
            if self._is_streamlits(headers):
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._rewritten(self.start)
            return
        await self.send(message)

    def _protect(self, headers: MutableHeaders) -> None:
        headers.setdefault("content-security-policy", policy(Headers(scope=self.scope).get("host", "")))
        headers.setdefault("x-content-type-options", "nosniff")
        headers.setdefault("referrer-policy", "same-origin")

    def _is_streamlits(self, headers: MutableHeaders) -> bool:
        is_html = headers.get("content-type", "").startswith("text/html")
        return is_html and _is_document(self.scope) and self.scope["method"] == "GET"

    async def _rewritten(self, start: Message) -> None:
        lang = b"en" if b"ngon-ngu=en" in self.scope["query_string"].split(b"&") else b"vi"
        body = self.body.replace(b'<html lang="en">', b'<html lang="' + lang + b'">', 1)
        body = body.replace(b"<title>Streamlit</title>", b"<title>" + NAME.encode() + b"</title>", 1)
        body = body.replace(b"</head>", SCRIPT, 1)
        headers = MutableHeaders(raw=start["headers"])
        headers["content-length"] = str(len(body))
        for validator in ("etag", "last-modified"):
            del headers[validator]
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})


_OTHERS: Final = ("/static/", "/_stcore/", "/media/", "/component/", "/assets/", "/in/", "/app/static/")


def _is_document(scope: Scope) -> bool:
    """Whether Streamlit may answer with its document: any path that is nobody else's."""
    path = scope["path"]
    return not path.startswith(_OTHERS) and path not in OPEN
