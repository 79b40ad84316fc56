"""What every page gets: the desk, and the language."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Mapping
from typing import Final, NoReturn

import streamlit as st
from attrs import field, frozen
from streamlit.navigation.page import StreamlitPage

from coopkit.access import Actor
from coopkit.admin.catalogue import Reader
from coopkit.admin.door import COOKIE, Visitor, visitor, workspace
from coopkit.admin.gate import LOGIN
from coopkit.period import format_date
from coopkit.text import Lang
from coopkit.workspace import Desk


@frozen
class Ctx(Reader):
    """The language of the one who looks at the page, and their desk."""

    desk: Desk
    on_map: dt.date | None = None
    """The day whose administrative map is shown; None: for figures their period's own, for the register today's."""
    links: Mapping[str, StreamlitPage] = field(factory=dict, eq=False)
    """The pages that this reader has, by their paths."""
    who: Visitor | None = None
    """Who looks; None where a test hands a desk alone."""

    def go(self, path: str, **asked: str) -> NoReturn:
        """Leave for another page, with what its URL asks; the language goes along by itself."""
        st.switch_page(self.links[path], query_params=asked)

    def link(self, path: str, label: str, **asked: str) -> None:
        """A link to another page, where the reader has it."""
        if path in self.links:
            st.page_link(self.links[path], label=label, query_params=asked, icon=":material/arrow_forward:")

    def choose(self, label: str, options: Mapping[str, str], key: str, none: str = "") -> str:
        """One of these options by its code, "" for all; the code stands in the URL, so that a reload keeps it."""
        codes = ["", *options]
        told = st.query_params.get(key, "")
        at = codes.index(told) if told in codes else 0
        every = none or self.t("Tất cả")
        own = f"url:{key}:{self.lang}"  # a box keeps the words it was drawn with
        code = st.selectbox(label, codes, index=at, format_func=lambda one: options.get(one, every), key=own)
        if code:
            st.query_params[key] = code
        elif key in st.query_params:
            del st.query_params[key]
        return code

    def ask_why(self, label: str, key: str) -> str:
        """A box for the reason of an act, which may stay empty."""
        told = self.t("Được ghi vào nhật ký; có thể để trống")
        return st.text_input(label, key=key, placeholder=told)

    def nothing_yet(self) -> None:
        """What an empty register shows: how to fill it; to who sees some places only, that these are empty."""
        if self.desk.actor.views is not None:
            st.info(self.t("Không có đơn vị nào ở địa bàn bạn được xem. Cần xem nơi khác thì nhờ quản trị."))
            return
        st.info(self.t("Sổ chưa có hợp tác xã nào: nhập tệp Excel, hoặc thêm từng đơn vị ở trang Hợp tác xã."))
        self.link("nhap", self.t("Nhập dữ liệu"))

    def is_empty(self) -> bool:
        """Whether the register has no cooperative at all."""
        rows: int = self.desk.snapshot().table("cooperative").num_rows
        return rows == 0


LANGUAGES: Final[Mapping[Lang, str]] = {"vi": "Tiếng Việt", "en": "English"}
_LANGUAGE: Final = "ngon-ngu"


def choose_language() -> Lang:
    """The switch of the language, and what it says; English stands in the URL, so that a reload keeps it."""
    if "lang" not in st.session_state:
        st.session_state["lang"] = "en" if st.query_params.get(_LANGUAGE) == "en" else "vi"
    switch = "Ngôn ngữ / Language"
    st.sidebar.radio(switch, list(LANGUAGES), format_func=LANGUAGES.get, key="lang", persist_state="session")
    lang = language()
    if lang == "en" and st.query_params.get(_LANGUAGE) != lang:  # going to another page empties the URL
        st.query_params[_LANGUAGE] = lang
    elif lang == "vi" and _LANGUAGE in st.query_params:
        del st.query_params[_LANGUAGE]
    return lang


def language() -> Lang:
    """The language that this session reads."""
    return "en" if st.session_state.get("lang") == "en" else "vi"


def plain(text: str) -> str:
    r"""A text that is shown as it is, although the place it is shown in reads Markdown.

    >>> print(plain("sao *4*, vinhbao.__init__"))
    sao \*4\*, vinhbao.\_\_init\_\_
    """
    return re.sub(r"([\\`*_\[\]$:~<|#])", r"\\\1", text)


_TOLD, _AGAIN = "coopkit:told", "coopkit:told-again"
_LINGERS: Final = 1.0
"""Seconds that a click may be under way."""


def tell(*, good: bool, text: str) -> NoReturn:
    """Draw the page anew, with what came of an act at its head."""
    tell_next(good=good, text=text)
    st.rerun()


def tell_next(*, good: bool, text: str) -> None:
    """What came of an act, to be told at the head of the page that is drawn next, be it another."""
    st.session_state[_TOLD] = good, text


def show_told() -> None:
    """What came of the act before: told once, and at what is drawn right after, which a click under way may ask for."""
    if _TOLD in st.session_state:
        good, text = st.session_state.pop(_TOLD)
        st.session_state[_AGAIN] = good, text, time.monotonic() + _LINGERS
    if _AGAIN in st.session_state:
        good, text, until = st.session_state[_AGAIN]
        if time.monotonic() > until:
            del st.session_state[_AGAIN]
        else:
            (st.success if good else st.error)(text)


def context(lang: Lang, on_map: dt.date | None = None, *, actor: Actor | None = None) -> Ctx:
    """The context of this rerun; the ledger is the one of COOPKIT_LEDGER.

    Who acts is asked of the ledger anew, by the session of this browser; `actor` is for code that has no browser.
    """
    who = Visitor(actor, actor.name) if actor else looking()
    return Ctx(lang, workspace(os.environ["COOPKIT_LEDGER"]).as_(who.actor), on_map, who=who)


_WHO: Final = "coopkit:who"
_AWAY: Final = f"""<script>
location.replace("{LOGIN}?next=" + encodeURIComponent(location.pathname + location.search))
</script>"""


def token() -> str:
    """The token of this browser's session; "" where it has none, as in a test without a browser."""
    told: object = st.context.cookies.get(COOKIE)
    return told if isinstance(told, str) else ""


def looking() -> Visitor:
    """Who looks at the page, asked of the ledger; nobody is shown anything but the way to sign in."""
    who = visitor(token())
    if who is None:
        leave()
    if st.session_state.setdefault(_WHO, who.actor.name) != who.actor.name:
        st.session_state.clear()  # what another typed and opened is not this one's
        st.session_state[_WHO] = who.actor.name
    return who


def leave() -> NoReturn:
    """Off to where one signs in, and back here after that; nothing more is drawn."""
    st.session_state.clear()
    st.html(_AWAY, unsafe_allow_javascript=True)
    st.stop()


def choose_map(c: Ctx) -> dt.date | None:
    """A box with the maps that follow one another; the day chosen is a day on which that map was in force."""
    days: dict[str, dt.date | None] = {c.t("Theo kỳ số liệu"): None}
    for first, last in c.desk.snapshot().atlas.maps():
        if first and last:
            name = f"{format_date(first)} – {format_date(last)}"
        elif first:
            name = c.t("từ {day}", day=format_date(first))
        else:
            name = c.t("đến {day}", day=format_date(last)) if last else ""
        days[name] = first or last
    label = c.t("Bản đồ hành chính")
    return days[st.sidebar.selectbox(label, list(days), key=f"map:{c.lang}", persist_state="session")]
