"""Step four of an import: what was looked at is written, once; and what was written."""

from __future__ import annotations

from typing import Final

import streamlit as st

from coopkit.admin import import_work
from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.import_work import Work
from coopkit.admin.jobs import show_failed, show_progress

WHY: Final = "ly-do"


def show(c: Ctx, work: Work) -> None:
    """The step, while nothing is written yet."""
    if work.look is None:
        return
    st.subheader(c.t("4. Ghi vào sổ"))
    if work.writing and not work.writing.state.is_over:
        show_progress(c, work.writing.id)
        return
    if work.writing:
        show_failed(c, work.writing)
    files = work.look.seen.to_write
    if not files:
        st.info(
            c.t("Không có gì để ghi: mọi dòng đọc được đã có trong sổ như thế rồi, hoặc bị loại. Sửa rồi chọn lại tệp.")
        )
        return
    with st.container(border=True):
        records, batches = c.n("{n} bản ghi", sum(files.values())), c.n("{n} lô", len(files))
        st.markdown(c.t("Sẽ ghi **{records}** trong **{batches}**, mỗi tệp một lô:", records=records, batches=batches))
        told = (f"- {plain(file)}: {c.n('{n} bản ghi', count)}" for file, count in files.items())
        st.markdown("\n".join(told))
        if left_out := work.look.seen.rejected_page(size=1).total:
            st.caption(c.n("{n} dòng bị loại không được ghi; sửa rồi nhập sau cũng được.", left_out))
        _go(c, work)


def _go(c: Ctx, work: Work) -> None:
    key = f"imports:why:{work.job.id}"
    st.text_input(
        c.t("Lý do ghi"),
        st.query_params.get(WHY, ""),
        key=key,
        placeholder=c.t("Được ghi vào nhật ký; có thể để trống"),
        on_change=_keep,
        args=(key,),
    )
    st.button(
        c.t("Ghi vào sổ"),
        key=f"imports:write:{work.job.id}:{work.turn}",
        type="primary",
        icon=":material/save:",
        on_click=_write,
        args=(c, work, key),
    )


def _keep(key: str) -> None:
    """The reason stands in the URL, so that a reload keeps it."""
    keep(WHY, st.session_state.get(key, "").strip())


def _write(c: Ctx, work: Work, key: str) -> None:
    import_work.write(c, work, st.session_state.get(key, ""))


def show_written(c: Ctx, work: Work) -> None:
    """What was written: each batch with the way to it, where it can be taken back."""
    written = work.written
    if written is None:
        return
    done = written.batches
    records = c.n("{n} bản ghi", sum(one.inserted + one.updated for one in done.values()))
    st.success(c.t("Đã ghi vào sổ {records} trong {batches}.", records=records, batches=c.n("{n} lô", len(done))))
    for file, one in done.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            number, link = str(one.number), c.t("Xem hoặc hoàn tác lô {number}", number=str(one.number))
            counts = [c.n("thêm {n}", one.inserted)] * (one.inserted > 0) + [c.n("sửa {n}", one.updated)] * (
                one.updated > 0
            )
            st.markdown(
                f"**{c.t('Lô {number}', number=number)}** · {plain(file)} · {', '.join(counts)}", width="stretch"
            )
            c.link("nhat-ky", link, lo=number)
