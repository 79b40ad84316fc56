"""The evidence of one criterion on a score sheet: a text or a link, and files that are kept at once."""

from __future__ import annotations

from typing import Final

import streamlit as st
from attrs import evolve

from coopkit.admin.ctx import plain
from coopkit.admin.score_drawn import Sheet
from coopkit.errors import BadText, CoopkitError
from coopkit.text import Label
from coopkit.workspace import CampaignDesk
from coopkit.workspace.evidence import LIMIT, MEDIA, EvidenceFiles, Proof, Told
from coopkit.workspace.score_form import Item

OPEN: Final = "proof:open"
"""The criterion whose evidence is open."""


def show_opener(sheet: Sheet, item: Item) -> None:
    """The button that opens the evidence of a criterion, with how much there is of it."""
    c, key = sheet.c, item.criterion.key
    files, words = f"files:{key}", f"words:{key}"
    count = len(Told.read(sheet.text(files)).files) + bool(sheet.text(words))
    opened = st.session_state.get(OPEN) == sheet.key(key)

    def turn() -> None:
        st.session_state[OPEN] = "" if opened else sheet.key(key)

    st.button(
        c.n("Minh chứng ({n})", count) if count else c.t("Minh chứng"),
        key=sheet.key(f"proof:{key}"),
        type="tertiary",
        icon=":material/expand_less:" if opened else ":material/attach_file:",
        on_click=turn,
    )


def show_proof(sheet: Sheet, at: CampaignDesk, item: Item) -> None:
    """The boxes for the evidence of a criterion, where they were opened or something is wrong in them."""
    c, leaf = sheet.c, item.criterion
    words = f"words:{leaf.key}"
    if st.session_state.get(OPEN) != sheet.key(leaf.key) and words not in sheet.faults:
        return
    hint = leaf.evidence or c.t("Số, ngày của văn bản, hoặc đường dẫn")
    st.text_input(
        c.t("Minh chứng"), sheet.text(words), key=sheet.key(words), placeholder=hint, on_change=sheet.keeper(words)
    )
    sheet.fault(words)
    files = f"files:{leaf.key}"
    _files(sheet, at, leaf.key, Told.read(sheet.text(files)))


def _files(sheet: Sheet, at: CampaignDesk, criterion: str, told: Told) -> None:
    c, name = sheet.c, f"files:{criterion}"
    for at_, proof in enumerate(told.files):  # the same bytes may stand under two names
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f":material/description: {plain(proof.name)}", width="stretch")
        row.button(
            c.t("Bỏ tệp"),
            key=sheet.key(f"{name}:{at_}:{proof.digest}"),
            type="tertiary",
            on_click=sheet.keep,
            args=(name, _without(told, proof)),
        )
    told_key, box = sheet.key(f"{name}:told"), sheet.key(f"{name}:{len(told.files)}")

    def taken() -> None:
        handed = st.session_state.get(box)
        if handed is None:
            return
        try:
            proof = EvidenceFiles(at).keep(handed.name, handed.getvalue())
        except BadText as bad:
            st.session_state[told_key] = Label(*map(": ".join, zip(bad.what, bad.mend, strict=True)))
        except CoopkitError as error:
            st.session_state[told_key] = Label(str(error), c.told(error))
        else:
            st.session_state.pop(told_key, None)
            files = dict.fromkeys((*told.files, proof))
            sheet.keep(name, evolve(told, words="", files=tuple(files)).text)

    st.file_uploader(
        c.t("Tệp minh chứng (pdf, jpg, png, docx, xlsx, không quá 10 MB)"),
        type=[*MEDIA, "jpeg"],
        max_upload_size=LIMIT // 2**20,
        key=box,
        on_change=taken,
    )
    if told_key in st.session_state:
        st.caption(f":red[:material/error: {plain(st.session_state[told_key].in_(c.lang))}]")


def _without(told: Told, proof: Proof) -> str:
    return evolve(told, words="", files=tuple(one for one in told.files if one != proof)).text
