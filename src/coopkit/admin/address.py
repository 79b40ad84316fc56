"""What was chosen on a page, as its address says it: a reload, a link and the way back keep it."""

from __future__ import annotations

import streamlit as st


def keep(key: str, chosen: str, first: str = "") -> None:
    """Have the address say what was chosen, nothing for nothing; what a page shows by itself it need not say.

    Each change of the address is a step of the browser's way back: of a page that said at once what it shows the way
    back would take two.
    """
    if chosen == st.query_params.get(key, first):
        return
    if chosen or first:
        st.query_params[key] = chosen
    else:
        del st.query_params[key]
