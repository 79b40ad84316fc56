"""Every page of the admin page, once: the screenshots, axe and the request log walk through this table."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from attrs import field, frozen

from coopkit.access import Actor
from coopkit.demo import load_campaigns, load_demo, load_plugin_data, switch_on_plugins
from coopkit.workspace import Filter, Workspace


@frozen
class Shown:
    """A page: what its picture is called, its path, and its query; `UNIT` stands for a unit's id."""

    name: str
    path: str
    query: dict[str, str] = field(factory=dict)
    dark: bool = False

    @property
    def is_paper(self) -> bool:
        """Whether it is a paper to print, not a page of Streamlit."""
        return self.path.startswith("in/")

    def address(self, unit: str, **more: str) -> str:
        """The path with its query."""
        told = {key: unit if value == UNIT else value for key, value in {**self.query, **more}.items()}
        return f"{self.path}?{urlencode(told)}" if told else self.path


UNIT = "UNIT"

PAGES = (
    Shown("tong-quan", "", dark=True),
    Shown("hop-tac-xa", "htx", dark=True),
    Shown("ho-so", "htx-ho-so", {"ma": UNIT}),
    Shown("htx-sua", "htx-sua"),
    Shown("su-kien", "su-kien"),
    Shown("thi-dua", "thi-dua"),
    Shown("thi-dua-tieu-chi", "thi-dua-tieu-chi"),
    Shown("thi-dua-cham", "thi-dua-cham"),
    Shown("thi-dua-xep-hang", "thi-dua-xep-hang"),
    Shown("thi-dua-khen", "thi-dua-khen"),
    Shown("nhap", "nhap"),
    Shown("bao-cao", "bao-cao"),
    Shown("dia-ban", "dia-ban"),
    Shown("nhat-ky", "nhat-ky"),
    Shown("nhat-ky-lo", "nhat-ky", {"lo": "2"}),
    Shown("tien-ich", "tien-ich"),
    Shown("tien-ich-mot", "tien-ich", {"tien-ich": "vinhbao"}),
    Shown("trang-tien-ich", "x-thuynguyen-ba-ban-do"),
    Shown("in-bao-cao", "in/bao-cao", {"ky": "2023"}),
    Shown("in-ho-so", "in/ho-so", {"ma": UNIT}),
    Shown("in-khong-co", "in/xep-hang", {"dot": "1999"}),
)
"""A new page is one line here."""


@cache
def _made() -> tuple[TemporaryDirectory[str], str]:
    """The ledger as it is made once in this process, and the id of a unit with much to show."""
    folder = TemporaryDirectory(prefix="coopkit-pages-")
    with Workspace.open(f"sqlite:///{folder.name}/so.db") as workspace:
        load_demo(workspace.as_(Actor.office("an")))
        switch_on_plugins(workspace.as_(Actor.office("an")))
        load_plugin_data(workspace.as_(Actor.office("an")))
        load_campaigns(workspace.as_(Actor.office("an")))
        [unit, *_] = workspace.as_(Actor.office("an")).units().search(Filter("Trúc Biếc"))
    return folder, unit.id


def demo_ledger(folder: Path) -> tuple[str, str]:
    """A ledger in the folder with the example, its campaigns and its plugins: its url, and the id of a unit to show."""
    made, unit = _made()
    shutil.copytree(made.name, folder, dirs_exist_ok=True)
    return f"sqlite:///{folder}/so.db", unit
