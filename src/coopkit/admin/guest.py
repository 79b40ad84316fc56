"""The pages of plugins: each at an address of its own; where one fails, all the others stay."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import traceback
from collections.abc import Iterable
from functools import partial
from itertools import count
from typing import Final

import streamlit as st
from streamlit.errors import FragmentHandledException
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from coopkit.access import NOBODY, Actor
from coopkit.admin.catalogue import Reader
from coopkit.admin.ctx import Ctx, language, plain
from coopkit.admin.door import workspace
from coopkit.errors import CoopkitError
from coopkit.page import Page
from coopkit.text import fold

SCREEN: Final = "coopkit:plugin"
"""Where a session keeps which plugin's page it shows: callbacks and fragments run when the page itself does not."""

_LOG = logging.getLogger(__name__)


def addresses(keys: Iterable[str]) -> dict[str, str]:
    """The address of each page by its key. No two are alike: one address twice would end the whole application.

    No page of coopkit's own begins with x-.

    >>> addresses(["vinhbao.sao_ocop", "vinhbao_sao.ocop"])
    {'vinhbao.sao_ocop': 'x-vinhbao-sao-ocop', 'vinhbao_sao.ocop': 'x-vinhbao-sao-ocop-2'}
    """
    found: dict[str, str] = {}
    for key in sorted(keys):
        first = "x-" + re.sub(r"[^a-z0-9]+", "-", fold(key)).strip("-")
        several = (first if number == 1 else f"{first}-{number}" for number in count(1))
        found[key] = next(one for one in several if one not in found.values())
    return found


def pages(c: Ctx) -> list[StreamlitPage]:
    """What plugins add to the navigation, by the order of their keys."""
    offered = c.desk.workspace.registry.pages()
    return [
        st.Page(partial(show, c, offered[key]), title=_title(c, offered[key]), url_path=address)
        for key, address in addresses(offered).items()
    ]


def show(c: Ctx, page: Page) -> None:
    """One page of a plugin, and whose it is. What it raises is told above what it drew so far, and noted."""
    st.session_state[SCREEN] = page.plugin
    st.caption(c.t("Tiện ích: {name}", name=plain(name_of(c, page.plugin))))
    above = st.empty()
    try:
        page.show(c.desk.inside.view(page, c.lang))
    except FragmentHandledException:  # told already, in its place
        raise
    except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever a plugin does, the application goes on
        number = noted(page.plugin, error, f"{page.key}: ")
        above.warning(
            c.t(
                "Trang này đang lỗi, nội dung bên dưới có thể thiếu. Các trang khác vẫn dùng bình thường.\n\n"
                "Mã sự cố: **{number}**. Báo mã này cho người quản trị tiện ích.",
                number=number,
            ),
            icon=":material/error:",
        )


def failed(error: Exception) -> bool:
    """What `st.App(on_script_error=…)` calls for what is raised in callbacks, fragments, dialogs, and by coopkit.

    Tells a sentence in its place and gives True: nobody is shown a traceback.
    """
    plugin, c = str(st.session_state.get(SCREEN, "")), Reader(language())
    number = noted(plugin, error)
    st.warning(
        c.t("Thao tác này bị lỗi. Thử lại hoặc mở trang khác. Mã sự cố: **{number}**.", number=number),
        icon=":material/error:",
    )
    if isinstance(error, CoopkitError) and not plugin:
        st.error(plain(c.told(error)))
    run = get_script_run_ctx()
    if run is not None and not run.has_script_started:  # in a callback: the page itself was not drawn
        st.button(c.t("Mở lại trang"), key="coopkit:again")
    return True


def noted(plugin: str, error: BaseException, where: str = "") -> str:
    """Log an error with its traceback, remember that the plugin failed, and give the incident's number.

    The same error has the same number, so that it is remembered once.
    """
    number = _number(error)
    _LOG.error("Mã sự cố %s, tiện ích %s", number, plugin or "-", exc_info=error)
    if plugin:
        what = traceback.format_exception_only(error)[-1].strip()
        desk = workspace(os.environ["COOPKIT_LEDGER"]).as_(Actor("coopkit", NOBODY))
        desk.note(plugin, f"{where}{what} (mã sự cố {number})")
    return number


def name_of(c: Ctx, plugin: str) -> str:
    """What a plugin is called on screen."""
    labels = {state.name: state.label for state in c.desk.workspace.registry.states}
    label = labels.get(plugin)
    return label.in_(c.lang) if label else plugin


def _title(c: Ctx, page: Page) -> str:
    return str(page.title.in_(c.lang)).strip() or page.key


def _number(error: BaseException) -> str:
    told = "".join(traceback.format_exception(error))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:8]
