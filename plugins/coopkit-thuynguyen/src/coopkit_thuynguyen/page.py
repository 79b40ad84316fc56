"""The page "Ba bản đồ": each figure on the maps of huyện, thành phố, and communes and wards, side by side."""

from __future__ import annotations

from coopkit import Label, Page, PageView, Period, Ratio, Unavailable, format_date
from coopkit_thuynguyen.figures import FIGURES
from coopkit_thuynguyen.maps import OnMap, evaluations, on_map, written, years

LABELS = {metric.key: metric.label for metric in FIGURES}


def show(view: PageView) -> None:
    """The page. Its filters are kept under keys that begin with the plugin's id."""
    import streamlit as st

    st.title(view.t("Ba bản đồ", "Three maps"))
    known = years(view)
    if not known:
        st.info(
            view.t(
                "Sổ chưa có hoạt động nào của hợp tác xã Thủy Nguyên. Nhập tệp của huyện: coopkit import TỆP.xlsx",
                "Nothing is recorded of Thủy Nguyên's cooperatives yet. Import its file: coopkit import FILE.xlsx",
            )
        )
        return
    st.markdown(
        view.t(
            "Thủy Nguyên là huyện đến 31/12/2024, thành phố đến 30/06/2025, nay là các xã, phường. "
            "Cùng những bản ghi ấy, đếm trên bản đồ của ba ngày.",
            "Thủy Nguyên was a district until 31/12/2024, a city until 30/06/2025, and is now communes and wards. "
            "The same records, counted on the maps of three days.",
        )
    )
    left, right = st.columns([1, 3])
    year = left.selectbox(view.t("Năm", "Year"), known, key="thuynguyen.year", persist_state="session")
    figure = right.selectbox(
        view.t("Chỉ tiêu", "Figure"),
        list(LABELS),
        format_func=lambda key: LABELS[key].in_(view.lang),
        key="thuynguyen.figure",
        persist_state="session",
    )
    found = evaluations(view, Period.parse(str(year)))
    maps = [on_map(view, one, str(figure), day) for day, one in found.items()]
    for column, one in zip(st.columns(len(maps)), maps, strict=True):
        with column:
            _show_map(view, one)
    st.caption(_sum_of(view, str(figure), maps))
    st.subheader(view.t(f"Cả Thủy Nguyên, năm {year}", f"All Thủy Nguyên, {year}"))
    whole = {key: [on_map(view, one, key, day) for day, one in found.items()] for key in LABELS}
    st.table([_summary(view, key, of) for key, of in whole.items()], hide_index=True)


def _show_map(view: PageView, one: OnMap) -> None:
    """A map's own heading and table."""
    import streamlit as st

    communes = view.t(f"{len(one.lines)} đơn vị cấp xã", f"{len(one.lines)} communes")
    st.subheader(view.t(f"Ngày {format_date(one.day)}", format_date(one.day)))
    if one.undecided is not None:
        communes += view.t(", chưa xác định: ", ", undecided: ") + written(one.undecided, view)
    st.caption(f"{one.district}: {communes}" if one.district else communes)
    place, number = view.t("Địa bàn", "Place"), view.t("Số liệu", "Figure")
    rows = [{place: title, number: written(cell, view)} for title, cell in one.lines]
    if one.undecided is not None:
        rows.append({place: view.t("Chưa xác định", "Undecided"), number: written(one.undecided, view)})
    right = {number: st.column_config.TextColumn(alignment="right")}
    st.dataframe(rows, hide_index=True, column_config=right, key=f"thuynguyen.map:{one.day}")


def _sum_of(view: PageView, figure: str, maps: list[OnMap]) -> str:
    """What a reader is told of the lines' sum, and of what is undecided."""
    value = maps[0].whole.value
    if isinstance(value, Unavailable):
        return str(value)
    if any(isinstance(metric, Ratio) and metric.key == figure for metric in FIGURES):
        return view.t(
            "Số bình quân được tính lại cho từng địa bàn, không cộng được; nơi chưa đơn vị nào báo cáo thì không có.",
            "An average is divided anew in every place, and never added up; there is none where nobody has reported.",
        )
    told = ""
    if all(one.adds_up for one in maps):
        whole = written(maps[0].whole, view)
        told = view.t(
            f"Các dòng của mỗi bản đồ cộng lại đều bằng {whole}.", f"The lines of each map add up to {whole}."
        )
    if any(one.undecided for one in maps):
        told += view.t(
            " «Chưa xác định» là đơn vị ở xã chưa rõ nhập vào đâu: xác định một lần ở trang «Xác định địa bàn».",
            " “Undecided” are units whose commune became nobody knows which: decide once on “Places to decide”.",
        )
    return told.strip()


def _summary(view: PageView, key: str, maps: list[OnMap]) -> dict[str, str]:
    """A figure's row: its name, and what it is in all on each map."""
    row = {view.t("Chỉ tiêu", "Figure"): LABELS[key].in_(view.lang)}
    return row | {format_date(one.day): written(one.whole, view) for one in maps}


THREE_MAPS = Page("thuynguyen.ba_ban_do", Label("Ba bản đồ", "Three maps"), show)
"""The page that the plugin offers."""
