"""An act that is done once: its token is made when its form is drawn, and clicks after the first wait."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import streamlit as st

from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.errors import CoopkitError


def token_of(form: str) -> str:
    """The token of a form that is drawn: the same until what it is about has moved on, which names another form."""
    held: str = st.session_state.setdefault(f"token:{form}", secrets.token_urlsafe())
    return held


def running(form: str) -> bool:
    """Whether the form was sent off and is not done yet: its buttons are to be shut."""
    return bool(st.session_state.get(f"doing:{form}"))


def start(form: str) -> None:
    """Send a form off: what a button's `on_click` calls."""
    st.session_state.pop(f"wrong:{form}", None)
    st.session_state[f"doing:{form}"] = True


def show_wrong(form: str) -> None:
    """Why the form was not done, where it was sent off and came back."""
    if told := st.session_state.get(f"wrong:{form}"):
        st.error(told)


def carry_out(c: Ctx, form: str, act: Callable[[str], str], doing: str) -> None:
    """Do what a form was sent off for, with its token, and draw the page anew.

    What came of it is told at the page's head; why it could not be, by `show_wrong` in the form.
    To be called after the form is drawn, so that its buttons are shut meanwhile.
    """
    if not running(form):
        return
    try:
        with st.spinner(doing):
            done = act(token_of(form))
    except CoopkitError as error:
        st.session_state[f"wrong:{form}"] = plain(c.told(error))
        st.session_state.pop(f"doing:{form}", None)
        st.rerun()
    st.session_state.pop(f"doing:{form}", None)
    tell(good=True, text=done)
