"""`run_page`: one page of a plugin drawn without a browser, for the tests of whoever writes it."""

from __future__ import annotations

from functools import partial

from streamlit.testing.v1 import AppTest

from coopkit.page import Page, PageView


def run_page(page: Page, view: PageView, *, limit: float = 30) -> AppTest:
    """The page as it is drawn for this view within `limit` seconds, as Streamlit's AppTest: its widgets can be used.

    What the page raises is in `.exception`, of which a good page has none.

    >>> import streamlit as st
    >>> from coopkit.snapshot import Snapshot
    >>> from coopkit.text import Label
    >>> def show(view):
    ...     st.title(view.t("Nghề cá", "Fishery"))
    ...     if st.button(view.t("Đếm", "Count"), key="count"):
    ...         st.write(str(view.snapshot.table("event").num_rows))
    >>> view = PageView(Snapshot.of([]), "vi", {}, lambda *periods, by="": None)
    >>> shown = run_page(Page("cathai.nghe_ca", Label("Nghề cá", "Fishery"), show), view)
    >>> shown.title[0].value
    'Nghề cá'
    >>> shown.button(key="count").click().run().markdown[0].value
    '0'
    >>> len(shown.exception)
    0
    """
    drawing = partial(page.show, view)
    return AppTest.from_function(_draw, kwargs={"drawing": drawing}, default_timeout=limit).run()


def _draw(drawing: object) -> None:
    """The script: AppTest runs its source alone, without what stands around it."""
    if callable(drawing):
        drawing()
