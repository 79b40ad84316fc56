"""A score sheet while it is drawn: what stands in each box, the key of each, and what is wrong beneath it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st
from attrs import evolve, frozen

from coopkit.admin.ctx import Ctx, plain
from coopkit.text import Label
from coopkit.workspace.score_form import ScoreForm, ScoreForms, SheetDraft

TOKEN: Final = "phieu"  # noqa: S105 - what the URL calls the draft
_ROUND: Final = "score:round"


def begin_anew() -> None:
    """Let every box begin anew: what was typed was given, or let go."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


@frozen
class Sheet:
    """A sheet as it is drawn: the form, the draft if anything was typed, the faults that are told."""

    c: Ctx
    forms: ScoreForms
    form: ScoreForm
    draft: SheetDraft | None
    faults: Mapping[str, Label]

    @property
    def typed(self) -> Mapping[str, str]:
        """What was typed, by the names of the boxes."""
        return self.draft.typed if self.draft else {}

    def text(self, name: str) -> str:
        """What stands in a box."""
        return self.typed.get(name, self.form.texts[name])

    def key(self, name: str) -> str:
        """The key of a box: of this sheet alone, and of the points that were given before it was opened."""
        return (
            f"score:{st.session_state.get(_ROUND, 0)}:{self.form.unit}:{self.form.scorer}:{self.form.stage.key}:{name}"
        )

    def keep(self, name: str, text: str) -> None:
        """Keep what was typed into a box, so that a reload loses nothing."""
        draft = self.forms.draft(st.query_params.get(TOKEN, "")) or self.forms.begin(self.form)
        self.forms.keep(evolve(draft, typed={**draft.typed, name: text}))
        st.query_params[TOKEN] = draft.token

    def keeper(self, name: str) -> Callable[[], None]:
        """What a box does when it was changed."""
        return lambda: self.keep(name, st.session_state[self.key(name)] or "")

    def fault(self, name: str) -> None:
        """What is wrong with a box, beneath it."""
        if name in self.faults:
            st.caption(f":red[:material/error: {plain(self.faults[name].in_(self.c.lang))}]")
