"""Tables to type in: what was typed is kept while it is typed, and stands there again after a reload."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from coopkit.admin.ctx import Ctx
from coopkit.workspace.typed import Typed

_ROUND: Final = "grid:round"


def grid_key(key: str) -> str:
    """The key of a grid, another one once what was typed was let go: then its cells begin anew."""
    return f"{key}:{st.session_state.get(_ROUND, 0)}"


def begun(typed: Typed, key: str) -> Any:
    """What a grid of this key begins with: what was kept of it, None for nothing.

    The same for as long as the grid is drawn: one that was fed with its own cells would lose every other of them.
    """
    if key not in st.session_state:
        st.session_state[f"{key}:begun"] = st.session_state[f"{key}:kept"] = typed.read()
    return st.session_state[f"{key}:begun"]


def hold(c: Ctx, typed: Typed, key: str, cells: Any) -> None:
    """Keep what stands in a grid now, and say so with a button that lets it go; None: it stands as it was opened."""
    if cells != st.session_state[f"{key}:kept"]:
        st.session_state[f"{key}:kept"] = cells
        typed.keep(cells)
    if cells is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(c.t("Những gì đã sửa được giữ lại, kể cả khi tải lại trang."), width="content")
            label = c.t("Bỏ những gì đã sửa")
            st.button(label, key=f"{key}:drop", type="tertiary", icon=":material/undo:", on_click=let_go, args=(typed,))


def let_go(typed: Typed) -> None:
    """Let go of what was typed into a grid, and begin it anew."""
    typed.keep(None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
