"""A browser without a screen: asks an ASGI application, keeps its cookies, fills in forms, opens sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from attrs import define, field, frozen

HOST = "localhost:8501"


@frozen
class Answer:
    """What came back: status, headers (the last of each name), every cookie line, and the body."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: str

    @property
    def to(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("location", "")


@define
class Browser:
    """One browser over one application; `address` is where it sits."""

    app: object
    address: str = "192.0.2.7"
    scheme: str = "http"
    host: str = HOST
    cookies: dict[str, str] = field(factory=dict)

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask(method, path, b"", headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        """Send a form as it is told, and nothing besides."""
        return self._ask("POST", path, urlencode(form).encode(), headers)

    def fill(self, path: str, **form: str) -> Answer:
        """Open a page, fill in its form, and send it with what stands in it unseen."""
        page = self.get(path).body
        unseen = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        action = re.search(r'action="([^"]+)"', page)
        told = {key.replace("_", "-"): value for key, value in form.items()}
        return self.post((action.group(1) if action else path).replace("&amp;", "&"), {**unseen, **told})

    def sign_in(self, login: str, password: str, next_: str = "/") -> Answer:
        """Sign in by the form."""
        return self.fill(f"/dang-nhap?{urlencode({'next': next_})}", ten=login, mat_khau=password)

    def socket(self, path: str = "/_stcore/stream", *messages: bytes, origin: str = "", between=None) -> list[bytes]:
        """Open a socket and send these; gives what the application got, or raises `ConnectionRefusedError`.

        `between` is called before the last message.
        """
        scope = self._scope("websocket", path, {"origin": origin} if origin else {})
        scope["subprotocols"], got, sent = ["streamlit"], [], []
        waiting: list[dict[str, object]] = [{"type": "websocket.connect"}]
        waiting += [{"type": "websocket.receive", "bytes": one} for one in messages]
        waiting.append({"type": "websocket.disconnect", "code": 1000})

        async def receive():
            if between and len(waiting) == 2:
                between()
            return waiting.pop(0)

        async def send(message):
            sent.append(message)

        scope["state"] = {"got": got}
        asyncio.run(self.app(scope, receive, send))
        if not sent or sent[0]["type"] != "websocket.accept":
            raise ConnectionRefusedError
        return got

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        told = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))} if body else {}
        scope, sent, parts = self._scope("http", path, {**told, **headers}), [], [body]
        scope["method"] = method

        async def receive():
            if parts:
                return {"type": "http.request", "body": parts.pop(), "more_body": False}
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        start = next(one for one in sent if one["type"] == "http.response.start")
        lines = [(name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"]]
        given = tuple(value for name, value in lines if name == "set-cookie")
        for line in given:
            self._keep(line)
        whole = b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")
        return Answer(start["status"], dict(lines), given, whole.decode("utf-8", "replace"))

    def _keep(self, line: str) -> None:
        [(name, one)] = SimpleCookie(line).items()
        if one["max-age"] == "0":
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = one.value

    def _scope(self, kind: str, path: str, headers: Mapping[str, str]) -> dict[str, object]:
        told = {"host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            told["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        split = urlsplit(path)
        secure = {"http": self.scheme, "websocket": "wss" if self.scheme == "https" else "ws"}[kind]
        return {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": secure,
            "path": split.path,
            "raw_path": split.path.encode(),
            "root_path": "",
            "query_string": split.query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in told.items() if value],
            "client": (self.address, 50000),
            "server": ("127.0.0.1", 8501),
        }
