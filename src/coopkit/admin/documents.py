"""Văn bản, of the page Khen thưởng: every paper of the campaign as Word, also in the office's own template."""

from __future__ import annotations

import datetime as dt
from typing import Final

import streamlit as st

from coopkit.admin.award_act import runs
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.report_files import Offered, show_made
from coopkit.admin.report_files import offer as give
from coopkit.errors import CoopkitError
from coopkit.exporters import DOCX
from coopkit.workspace import CampaignDesk, Papers
from coopkit.workspace.paper_shelf import ZIP, Offer, PaperShelf

AT_ONCE: Final = 10
"""More files than so many are made beside the page."""


def show(c: Ctx, at: CampaignDesk) -> None:
    """The part of the page."""
    if not runs(c):
        st.info(c.t("Văn bản do người điều hành phong trào lập."))
        return
    box = st.container(horizontal=True)
    day = box.date_input(c.t("Ngày trên văn bản"), at.today(), format="DD/MM/YYYY", key="vb:ngay")
    title = box.text_input(c.t("Chức vụ người ký"), key="vb:chuc-vu", placeholder=c.t("CHỦ TỊCH")).strip()
    signer = box.text_input(c.t("Người ký"), key="vb:nguoi-ky", placeholder=c.t("Để trống để ghi tay")).strip()
    words = {key: text for key, text in (("signer_title", title), ("signer", signer)) if text}
    show_made(c)
    shelf = PaperShelf(Papers(at, day, words))
    for offer in _offers(at, at.desk.actor.name, at.whole.position, at.campaign, day):
        _paper(c, shelf, offer)


@st.cache_data(max_entries=16, show_spinner=False)
def _offers(_at: CampaignDesk, actor: str, position: int, campaign: str, day: dt.date) -> list[Offer]:  # noqa: ARG001
    """What can be made now; found out once while the register stays the same."""
    return PaperShelf(Papers(_at, day)).offers()


def _paper(c: Ctx, shelf: PaperShelf, offer: Offer) -> None:
    key, name = offer.paper.key, offer.paper.label.in_(c.lang)
    with st.container(border=True, key=f"vb:{key}"):
        text, act = st.columns([2, 3], vertical_alignment="center")
        text.markdown(f"**{plain(name)}**  \n:small[{plain(offer.purpose.in_(c.lang))}]")
        if offer.why:
            act.caption(c.t("Chưa lập được: {why}", why=plain(offer.why.in_(c.lang))))
            return
        row = act.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right")
        file = _file(row, c, offer)
        button = row.container(width="content")
        with row.popover(c.t("Mẫu riêng")):
            template = _template(c, shelf, offer)
        if template is not None:
            with button:
                _download(c, shelf, offer, file, template or None)


def _file(row: st.delta_generator.DeltaGenerator, c: Ctx, offer: Offer) -> str:
    """Which of its files: all, or one of that name."""
    if len(offer.files) == 1:
        return offer.files[0]
    every = c.n("Tất cả: {n} tệp", len(offer.files))
    return row.selectbox(
        c.t("Tệp của {paper}", paper=offer.paper.label.in_(c.lang)),
        ["", *offer.files],
        format_func=lambda one: one.removesuffix(".docx").partition(" - ")[2] or every,
        label_visibility="collapsed",
        key=f"vb:tep:{offer.paper.key}:{c.lang}",
    )


def _template(c: Ctx, shelf: PaperShelf, offer: Offer) -> bytes | None:
    """The office's own template; empty where there is none, None for one that cannot be filled."""
    paper = offer.paper
    st.caption(
        c.t("Tải mẫu gốc về, sửa trong Word, giữ những chỗ trong ngoặc nhọn, rồi chọn tệp đã sửa. Dùng cho lần này.")
    )
    st.download_button(
        c.t("Tải mẫu gốc"),
        paper.own_template,
        f"{paper.label.vi}.docx",
        DOCX,
        key=f"vb:goc:{paper.key}",
        on_click="ignore",
        icon=":material/download:",
    )
    own = st.file_uploader(c.t("Mẫu riêng (.docx)"), "docx", key=f"vb:mau:{paper.key}", max_upload_size=5)
    if own is None:
        return b""
    template = own.getvalue()
    try:
        shelf.tried(paper.key, template)
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return None
    st.success(c.t("Mẫu điền được: các tệp tải về dùng mẫu này."))
    return template


def _download(c: Ctx, shelf: PaperShelf, offer: Offer, file: str, template: bytes | None) -> None:
    """The button that makes the files when it is clicked; many of them beside the page."""
    papers, key = shelf.papers, offer.paper.key
    what = hash((key, file, template, papers.on, *sorted(papers.words.items())))
    files = Offered(
        file or f"{offer.paper.label.vi}.zip",
        DOCX if file else ZIP,
        lambda: shelf.made(key, file, template).data,
        lambda step: shelf.made(key, file, template, progress=step).data,
    )
    label = c.t("Tải về (.docx)") if file else c.t("Tải về (.zip)")
    long = not file and len(offer.files) > AT_ONCE
    give(c, label, files, f"vb:tai:{papers.at.campaign}:{what}", long=long, wide=False)
