"""Signing in and out, and changing one's password: plain forms that need no script."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

from attrs import evolve
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from coopkit.account import LONGEST
from coopkit.admin import login_page
from coopkit.admin.catalogue import Reader
from coopkit.admin.door import COOKIE, is_secure, logins, visitor
from coopkit.admin.gate import FORMS, LOGIN, LOGOUT, PASSWORD
from coopkit.admin.login_page import Form, Sheet, link
from coopkit.errors import AccessDenied, BadText, CoopkitError
from coopkit.text import Label, Lang

FORM_COOKIE: Final = "coopkit_bieu_mau"
"""A secret of one browser's: the forms that it is given carry a proof made of it."""
PROOF: Final = "xac-nhan"
"""The unseen box with that proof."""

_LOG = logging.getLogger(__name__)
_Handle = Callable[[Request, Mapping[str, str]], Response]

_ENTER: Final = Label("Đăng nhập", "Sign in")
_LEAVE: Final = Label("Đăng xuất", "Sign out")
_CHANGE: Final = Label("Đổi mật khẩu", "Change password")
_SET: Final = Label("Đặt mật khẩu", "Set a password")
_FIRST: Final = Label("Chưa có tài khoản nào", "No account yet")
_NOT_TAKEN: Final = Label("Chưa làm được", "Not done")
_NOT_OURS: Final = Label(
    "Biểu mẫu đã cũ hoặc từ nơi khác gửi đến: mở lại trang rồi gửi lại", "the form is old, or not ours: open it anew"
)
_UNLIKE: Final = Label("Hai lần nhập mật khẩu mới khác nhau", "the two new passwords differ")
_FAILED: Final = Label("Lỗi ngoài dự kiến, mã sự cố", "something went wrong, incident")
_SAID: Final = {
    "xong": Label("Đã đặt mật khẩu, mời đăng nhập.", "The password is set, please sign in."),
    "ra": Label("Đã đăng xuất.", "You are signed out."),
}
_WITH_CODE: Final = Label("Có mã đặt mật khẩu?", "Have a code to set a password?")
_BACK: Final = Label("Về trang đăng nhập", "Back to signing in")


def inside(next_: str) -> str:
    r"""Where to go after signing in: a page of ours, told by its path; the first page for anything else.

    >>> inside("/htx?q=oc"), inside("//evil.example"), inside("https://evil.example"), inside("/\\evil.example")
    ('/htx?q=oc', '/', '/', '/')
    """
    if not re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", next_):
        return "/"
    return "/" if urlsplit(next_).path in FORMS else next_


def _login(request: Request, told: Mapping[str, str]) -> Response:
    next_, login = inside(request.query_params.get("next", "/")), told.get("ten", "")
    if request.method != "POST":
        if visitor(_token(request)) is not None:
            return _away(next_)
        if logins().is_empty:
            return _shown(request, Sheet(_FIRST, told=login_page.FIRST, code=login_page.COMMAND))
        return _login_sheet(request, next_)
    try:
        token = logins().sign_in(login, told.get("mat-khau", ""), address=_address(request), agent=_agent(request))
    except AccessDenied as error:
        return _login_sheet(request, next_, login, error)
    logins().sign_out(_token(request))  # what was there before is of no use to whoever may have put it there
    return _entered(request, _away(next_), token)


def _login_sheet(request: Request, next_: str, login: str = "", error: CoopkitError | None = None) -> Response:
    action = _in_language(f"{LOGIN}?next={quote(next_, safe='')}", request)
    form = Form(action, _ENTER, (evolve(login_page.LOGIN, value=login[:LONGEST]), login_page.PASSWORD))
    good = next((_SAID[key] for key in _SAID if key in request.query_params), None)
    foot = link(_in_language(PASSWORD, request), _WITH_CODE.in_(_lang(request)))
    return _shown(request, Sheet(_ENTER, form, good=None if error else good, foot=foot), error)


def _logout(request: Request, _: Mapping[str, str]) -> Response:
    if request.method != "POST":
        return _shown(request, Sheet(_LEAVE, Form(_in_language(LOGOUT, request), _LEAVE)))
    logins().sign_out(_token(request))
    answer = _away(_in_language(f"{LOGIN}?ra=1", request))
    _give(request, answer, COOKIE, "")
    return answer


def _password(request: Request, told: Mapping[str, str]) -> Response:
    token, new, address = _token(request), told.get("moi", ""), _address(request)
    known = logins().signed_in(token) is not None
    login = told.get("ten", request.query_params.get("ten", ""))
    if request.method != "POST":
        return _password_sheet(request, login, known=known)
    if new != told.get("lai"):
        return _password_sheet(request, login, _refusal(_UNLIKE), known=known)
    try:
        if known:
            old, agent = told.get("mat-khau", ""), _agent(request)
            fresh = logins().change_password(token, old, new, address=address, agent=agent)
            return _entered(request, _away("/"), fresh)
        logins().set_password(login, told.get("ma", ""), new, address=address)
    except (AccessDenied, BadText) as error:
        return _password_sheet(request, login, error, known=known)
    return _away(_in_language(f"{LOGIN}?xong=1", request))


def _password_sheet(request: Request, login: str, error: CoopkitError | None = None, *, known: bool) -> Response:
    own = (login_page.OLD,) if known else (evolve(login_page.LOGIN, value=login[:LONGEST]), login_page.CODE)
    title = _CHANGE if known else _SET
    form = Form(_in_language(PASSWORD, request), title, (*own, login_page.NEW, login_page.AGAIN))
    foot = "" if known else link(_in_language(LOGIN, request), _BACK.in_(_lang(request)))
    return _shown(request, Sheet(title, form, told=login_page.RULES, foot=foot), error)


def _answered(handle: _Handle) -> Callable[[Request], Any]:
    """A page answered in a thread; what was sent counts only from a form that this very browser was given."""

    async def answer(request: Request) -> Response:
        posted = request.method == "POST"
        try:
            told = dict(parse_qsl((await request.body()).decode("utf-8", "replace"))) if posted else {}
            if posted and not _is_ours(request, told):
                return _shown(request, Sheet(_NOT_TAKEN), _refusal(_NOT_OURS), HTTPStatus.FORBIDDEN)
            return await run_in_threadpool(handle, request, told)
        except ClientDisconnect:
            raise
        except Exception:  # noqa: BLE001 - the reader is told by a number, the log has the rest
            number = secrets.token_hex(4)
            _LOG.exception("Mã sự cố %s, %s", number, request.url.path)
            failed = CoopkitError(f"{_FAILED.vi} {number} ({_FAILED.en} {number})")
            return _shown(request, Sheet(_NOT_TAKEN), failed, HTTPStatus.INTERNAL_SERVER_ERROR)

    return answer


def _refusal(why: Label) -> AccessDenied:
    return AccessDenied(f"{why.vi} ({why.en})")


def _is_ours(request: Request, told: Mapping[str, str]) -> bool:
    """Whether a form was given to this browser, by a page of ours (OWASP ASVS 5.0.0, 3.5.1)."""
    origin, secret = request.headers.get("origin"), _secret(request)
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        return False
    return bool(secret) and hmac.compare_digest(_proof(secret).encode(), told.get(PROOF, "").encode())


def _proof(secret: str) -> str:
    return hmac.new(secret.encode(), b"coopkit", hashlib.sha256).hexdigest()


def _secret(request: Request) -> str:
    return request.cookies.get(_kept_as(request, FORM_COOKIE), "")


def _kept_as(request: Request, name: str) -> str:
    """The name under which a browser keeps a cookie of ours: over TLS one that no other host can set."""
    return f"__Host-{name}" if is_secure(request.scope) else name


def _shown(
    request: Request, sheet: Sheet, error: CoopkitError | None = None, status: HTTPStatus | None = None
) -> Response:
    """A page; the browser is given a secret for its forms where it has none."""
    lang, held = _lang(request), _secret(request)
    secret = held or secrets.token_urlsafe(32)
    bad = Reader(lang).told(error) if error else ""
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, BadText) else HTTPStatus.UNAUTHORIZED
    body = sheet.html(lang, (PROOF, _proof(secret)), bad=bad, languages=_languages(request))
    answer = Response(body, status or (wrong if error else HTTPStatus.OK), login_page.HEADERS, "text/html")
    if not held:
        _give(request, answer, FORM_COOKIE, secret)
    return answer


def _entered(request: Request, answer: Response, token: str) -> Response:
    """The answer that gives a browser its session, and a new secret for its forms."""
    _give(request, answer, COOKIE, token)
    _give(request, answer, FORM_COOKIE, secrets.token_urlsafe(32))
    return answer


def _give(request: Request, answer: Response, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites cannot use; an empty one is taken away."""
    kept, secure = _kept_as(request, name), is_secure(request.scope)
    answer.set_cookie(kept, value, max_age=None if value else 0, secure=secure, httponly=True, samesite="lax")


def _away(to: str) -> Response:
    return RedirectResponse(to, HTTPStatus.SEE_OTHER, {"cache-control": "no-store"})


def _token(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


def _lang(request: Request) -> Lang:
    return "en" if request.query_params.get("ngon-ngu") == "en" else "vi"


def _in_language(path: str, request: Request) -> str:
    """The path, in the language that is read."""
    return path if _lang(request) == "vi" else f"{path}{'&' if '?' in path else '?'}ngon-ngu=en"


def _languages(request: Request) -> str:
    """The way to the same page in the other language."""
    kept = {key: value for key, value in request.query_params.items() if key in {"next", "ten"}}
    other = {**kept, **({"ngon-ngu": "en"} if _lang(request) == "vi" else {})}
    asked = "&".join(f"{key}={quote(value, safe='')}" for key, value in other.items())
    return link(f"{request.url.path}?{asked}", "English" if _lang(request) == "vi" else "Tiếng Việt")


LOGIN_ROUTES: Final[tuple[BaseRoute, ...]] = (
    Route(LOGIN, _answered(_login), methods=["GET", "POST"]),
    Route(LOGOUT, _answered(_logout), methods=["GET", "POST"]),
    Route(PASSWORD, _answered(_password), methods=["GET", "POST"]),
)
