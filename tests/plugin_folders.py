"""Plugins made of source text, laid down as an installer leaves them: a package and its distribution's metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

PAGES = """
import sys
import streamlit as st
from coopkit import Label, Page, hookimpl


def broken(view):
    st.title("Nửa trang")
    raise ZeroDivisionError("chia cho 0")


def leaving(view):
    sys.exit(3)


def doubled(view):
    st.button("Một", key="nut")
    st.button("Hai", key="nut")


def callback(view):
    st.title("Nút hỏng")
    st.button("Bấm", key="bam", on_click=lambda: 1 / 0)


def fragment(view):
    st.title("Mảnh hỏng")

    @st.fragment
    def part():
        if st.button("Tính", key="tinh"):
            raise RuntimeError("mảnh hỏng")

    part()


def leaving_callback(view):
    st.title("Nút thoát")
    st.button("Thoát", key="thoat", on_click=sys.exit)


def dialog(view):
    st.title("Hộp hỏng")

    @st.dialog("Hộp")
    def box():
        st.button("Ghi", key="ghi")
        raise RuntimeError("hộp hỏng")

    if st.button("Mở hộp", key="mo"):
        box()


def usurper(view):
    st.set_page_config(page_title="Của tôi", layout="centered", initial_sidebar_state="collapsed")
    st.navigation([st.Page(lambda: None, title="Chiếm", url_path="chiem")])
    st.title("Chiếm chỗ")


def stopping(view):
    st.title("Dừng")
    st.stop()


def sound(view):
    st.title(view.t("Trang tốt", "A sound page"))
    st.session_state["lang-of-plugin"] = view.lang


SHOWN = {
    "than": broken,
    "thoat": leaving,
    "trung_khoa": doubled,
    "nut": callback,
    "nut_thoat": leaving_callback,
    "manh": fragment,
    "hop": dialog,
    "chiem": usurper,
    "dung": stopping,
    "tot": sound,
    "tot-": sound,
    "khong/ten": sound,
}


@hookimpl
def coopkit_pages():
    return [Page(f"hong.{key}", Label("" if key == "khong/ten" else f"Trang {key}", key), show)
            for key, show in SHOWN.items()]
"""
"""A plugin whose pages do all that a page must not do, and three that are sound: two of one address, one untitled."""

PAGE_KEYS = (
    "than thoat trung_khoa nut nut_thoat manh hop chiem dung tot tot- khong/ten".split()  # noqa: SIM905 - easier to read
)

SETTINGS = """
[settings.sao]
type = "int"
label = { vi = "Số sao ít nhất", en = "Fewest stars" }
default = 3
minimum = 1
maximum = 5

[settings.ten]
type = "text"
label = { vi = "Tên biểu", en = "Name of the form" }
default = "Biểu 1"

[settings.gop]
type = "flag"
label = { vi = "Gộp các xã", en = "Join the communes" }
default = false

[settings.kieu]
type = "choice"
label = { vi = "Kiểu", en = "Kind" }
default = "xa"
options = ["xa", "huyen"]

[settings.khoa]
type = "secret"
label = { vi = "Khóa", en = "Key" }
"""

CHECKED = """
from coopkit import Label, RecordCheck, hookimpl


@hookimpl
def coopkit_checks(settings):
    settings["sao"]
    return [RecordCheck("thu.ten", Label("Tên", "Name"), "cooperative", lambda record, snapshot: None)]
"""


def install(
    folder: Path,
    plugin: str,
    source: str,
    *,
    provides: Mapping[str, Iterable[str]],
    personal: bool = False,
    settings: str = "",
) -> Path:
    """Lay a plugin down in a folder of the path, as an installer does; gives its module's file."""
    module = f"tam_{plugin}"
    package, info = folder / module, folder / f"{module}-1.0.dist-info"
    for made in (package, info):
        made.mkdir(parents=True)
    told = "\n".join(f"{kind} = {[f'{plugin}.{key}' for key in keys]}" for kind, keys in provides.items())
    manifest = (
        f'id = "{plugin}"\nversion = "1.0"\napi = 1\nrequires = "coopkit>=0.1,<1"\n'
        f'name = {{ vi = "Tiện ích {plugin}", en = "Plugin {plugin}" }}\n'
        f'[reads]\ntables = ["cooperative"]\npersonal = {str(personal).lower()}\n[provides]\n{told}\n{settings}'
    )
    (package / "__init__.py").write_text(source, "utf-8")
    (package / "coopkit_plugin.toml").write_text(manifest, "utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tam-{plugin}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[coopkit]\n{plugin} = {module}\n", "utf-8")
    listed = [f"{module}/__init__.py,,", f"{module}/coopkit_plugin.toml,,", f"{info.name}/METADATA,,"]
    (info / "RECORD").write_text("\n".join([*listed, ""]), "utf-8")
    return package / "__init__.py"


def install_pages(folder: Path) -> Path:
    """The plugin with the pages."""
    return install(folder, "hong", PAGES, provides={"pages": PAGE_KEYS})


def install_checked(folder: Path, *, personal: bool = False) -> Path:
    """The plugin with a check and settings."""
    return install(folder, "thu", CHECKED, provides={"checks": ["ten"]}, personal=personal, settings=SETTINGS)
