"""What every page gets: the desk, and the language."""

from __future__ import annotations

import os

import streamlit as st
from attrs import frozen

from coopkit.access import Actor
from coopkit.text import Label, Lang
from coopkit.workspace import Desk, Workspace


@frozen
class Ctx:
    """The desk of the one who looks at the page, and the language they read."""

    desk: Desk
    lang: Lang

    def t(self, vi: str, en: str) -> str:
        """The text in the reader's language."""
        return Label(vi, en).in_(self.lang)


@st.cache_resource
def workspace(url: str) -> Workspace:
    """One workspace for the whole process; it holds no user."""
    return Workspace.open(url)


def context(lang: Lang) -> Ctx:
    """The context of this rerun; the ledger is the one of COOPKIT_LEDGER."""
    return Ctx(workspace(os.environ["COOPKIT_LEDGER"]).as_(Actor.office("van-phong")), lang)


def choose_year(c: Ctx, key: str) -> tuple[int, list[int]]:
    """A box with the years that hold events, the fullest chosen at first: a year just begun tells little."""
    events = c.desk.years()
    known = list(events)
    year = st.selectbox(c.t("Năm", "Year"), known, index=known.index(max(known, key=lambda one: events[one])), key=key)
    return year, known
