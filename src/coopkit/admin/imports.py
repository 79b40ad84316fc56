"""Nhập dữ liệu: files into the register in four steps; where an import stands is found by the id in the URL."""

from __future__ import annotations

from typing import Final

import streamlit as st

from coopkit.admin import import_check, import_work, import_write
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.import_work import JOB, Work
from coopkit.admin.jobs import show_failed, show_progress
from coopkit.errors import CoopkitError, NotFound
from coopkit.exporters import XLSX
from coopkit.workspace import intake
from coopkit.workspace.intake import Intake

_REFUSED: Final = "imports:refused"
_ROUND: Final = "imports:round"
_OWN: Final = ("xem", "trang", "ly-do")
"""What the URL says of one import, beside its job."""


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Nhập dữ liệu"))
    asked = st.query_params.get(JOB, "")
    try:
        work = import_work.current(c, asked) if asked else None
    except NotFound:
        _steps(c, 1)
        _gone(c)
        return
    _steps(c, _at(work))
    if work is None:
        _begin(c)
    elif work.look is None:
        _reading(c, work)
    elif work.written:
        import_write.show_written(c, work)
        _other_files(c)
        with st.expander(c.t("Xem lại những gì đã kiểm tra")):
            import_check.show(c, work)
    else:
        _chosen(c, work)
        import_check.show(c, work)
        import_write.show(c, work)


def _at(work: Work | None) -> int:
    """The step that waits for the reader, from 1; 5 once everything is done."""
    if work is None or work.look is None:
        return 2 if work else 1
    return 5 if work.written else 4 if work.writing else 3


def _steps(c: Ctx, at: int) -> None:
    """The four steps in a line, and where the reader is."""
    names = (c.t("Tải mẫu"), c.t("Chọn tệp"), c.t("Kiểm tra"), c.t("Ghi vào sổ"))
    told = []
    for number, name in enumerate(names, 1):
        if number < at:
            told.append(f":green-badge[:material/check: {number}. {name}]")
        elif number == at:
            told.append(f":blue-badge[**{number}. {name}**]")
        else:
            told.append(f":gray-badge[{number}. {name}]")
    st.markdown(" ".join(told))


def _begin(c: Ctx) -> None:
    """Steps one and two: a template, and the files."""
    for job in import_work.unfinished(c):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(c.t("Đang dở: {files}", files=plain(job.title.in_(c.lang))), width="stretch")
            label = c.t("Làm tiếp")
            st.button(label, key=f"go-on:{job.id}", on_click=_open, args=(job.id,))
            st.button(c.t("Bỏ"), key=f"drop:{job.id}", type="tertiary", on_click=_give_up, args=(c, job.id))
    with st.container(border=True):
        _template(c)
    with st.container(border=True):
        _upload(c)


def _template(c: Ctx) -> None:
    """Step one: an empty workbook with the sheets that are wanted."""
    desk = Intake(c.desk)
    sheets = desk.sheets()
    st.subheader(c.t("1. Tải mẫu"))
    st.markdown(
        c.t("Tệp Excel trống, mỗi trang một loại số liệu; bấm vào ô nào cũng thấy cách điền. Có mẫu thì bỏ qua.")
    )
    chosen = st.pills(
        c.t("Các trang của mẫu"),
        list(sheets),
        selection_mode="multi",
        default=list(sheets),
        format_func=lambda key: sheets[key].title.in_(c.lang),
        key=f"imports:sheets:{c.lang}",
    )
    if not chosen:
        st.caption(c.t("Chọn ít nhất một trang."))
    st.download_button(
        c.t("Tải mẫu"),
        lambda: desk.template(chosen, c.lang),
        file_name="mau-nhap-lieu.xlsx",
        mime=XLSX,
        icon=":material/download:",
        on_click="ignore",
        disabled=not chosen,
        key="imports:template",
    )


def _upload(c: Ctx) -> None:
    """Step two: the files; once they are there, they are read."""
    st.subheader(c.t("2. Chọn tệp"))
    st.markdown(c.t("Chọn xong là đọc và đối chiếu ngay; sổ chưa thay đổi gì cho đến khi bấm ghi ở bước 4."))
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(plain(c.told(refused)))
    importer = _how(c)
    key = f"imports:files:{st.session_state.get(_ROUND, 0)}"
    st.file_uploader(
        c.t("Các tệp cần nhập (.xlsx, .xls, .ods, .csv)"),
        type=[*intake.KINDS, *(own.extension for own in Intake(c.desk).importers().values() if own.key == importer)],
        accept_multiple_files=True,
        max_upload_size=intake.LARGEST,
        key=key,
        on_change=_take,
        args=(c, key, importer),
    )


def _how(c: Ctx) -> str:
    """Which importer reads the files, where plugins have any: its key, "" for coopkit's own."""
    offered = {key: own.label.in_(c.lang) for key, own in Intake(c.desk).importers().items()}
    return c.choose(c.t("Cách đọc tệp"), offered, "cach", c.t("Theo mẫu của coopkit")) if offered else ""


def _take(c: Ctx, key: str, importer: str) -> None:
    """Read the files that were just chosen; those that cannot be taken are told."""
    files = st.session_state.get(key)
    if not files:
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # the next box is an empty one
    try:
        taken = Intake(c.desk).taken((one.name, one.getvalue()) for one in files)
    except CoopkitError as error:
        st.session_state[_REFUSED] = error
        return
    _forget()
    import_work.read(c, taken, importer)


def _reading(c: Ctx, work: Work) -> None:
    """The files are being read, or could not be."""
    st.subheader(c.t("2. Chọn tệp"))
    st.markdown(plain(work.job.title.in_(c.lang)))
    if not work.job.state.is_over:
        show_progress(c, work.job.id)
        return
    show_failed(c, work.job)
    _other_files(c, work.job.id)


def _chosen(c: Ctx, work: Work) -> None:
    """The files that were read, by their names, and the way to choose others."""
    if work.look is None:
        return
    own = Intake(c.desk).importers().get(work.look.importer)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        names = " · ".join(f"**{plain(name)}** ({_size(c, len(data))})" for name, data in work.look.files.items())
        how = c.t("Cách đọc tệp: {how}", how=plain(own.label.in_(c.lang))) if own else ""
        st.markdown("  \n".join(filter(None, (names, how))), width="stretch")
        if work.writing is None or work.writing.state.is_over:
            _other_files(c, work.job.id)


def _size(c: Ctx, size: int) -> str:
    return f"{c.number(max(1, round(size / 1000)))} kB"


def _other_files(c: Ctx, gives_up: str = "") -> None:
    """A button to begin anew; it gives up the import of that job, which was not written."""
    label, icon = c.t("Chọn tệp khác"), ":material/upload_file:"
    st.button(label, key="imports:other", icon=icon, on_click=_give_up, args=(c, gives_up))


def _gone(c: Ctx) -> None:
    """The job in the URL is no more, or another's."""
    st.warning(
        c.t(
            "Không còn lần nhập này: máy chủ đã khởi động lại, hoặc đây là lần nhập của người khác. Nếu đã bấm ghi, "
            "hãy xem Nhật ký; nếu chưa, chọn lại tệp. Nhập lại một tệp đã ghi không ghi gì thêm."
        )
    )
    with st.container(horizontal=True):
        c.link("nhat-ky", c.t("Mở Nhật ký"))
        _other_files(c)


def _give_up(c: Ctx, job: str) -> None:
    _forget()
    if job:
        import_work.drop(c, job)


def _open(job: str) -> None:
    _forget()
    st.query_params[JOB] = job


def _forget() -> None:
    for key in (JOB, *_OWN):
        st.query_params.pop(key, None)
