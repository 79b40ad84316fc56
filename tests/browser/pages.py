"""Every page of the admin page, once: the screenshots, axe and the request log walk through this table."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from attrs import field, frozen
from playwright.sync_api import Page, expect
from tests.browser.served import LONG, settled
from tests.made import made
from tests.papers import AN_BINH, HTX, SAO_MAI, workbook

from coopkit.access import Actor
from coopkit.demo import load_campaigns, load_demo, load_plugin_data, switch_on_plugins
from coopkit.period import Period
from coopkit.workspace import CampaignDesk, Desk, Filter, Sealing, Workspace
from coopkit.workspace.event_list import Asked
from coopkit.workspace.events import Events


def press(key: str) -> Callable[[Page], None]:
    """What clicks the button of that key, in either language."""

    def act(tab: Page) -> None:
        tab.locator(f".st-key-{key} button").first.click(timeout=LONG)
        settled(tab)

    return act


def bring(tab: Page) -> None:
    """Give a workbook with three faults into the import."""
    head = (*HTX, "Ngày thành lập")
    rows = [
        ("HTX An Bình Mẫu", "Hợp tác xã", AN_BINH, "Quận Lê Chân", "12/05/2019"),
        ("HTX Sao Mai Mẫu", "Trại", SAO_MAI, "Quận Hải An", "31/02/2020"),
        ("HTX Lúa Xanh Mẫu", "Hợp tác xã", "", "Huyện An Lảo", "01/03/2021"),
    ]
    data = workbook(Hợp_tác_xã=[head, *rows])
    file = {"name": "an-lao-2024.xlsx", "mimeType": "application/octet-stream", "buffer": data}
    tab.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(tab.locator("h3").filter(has_text="3. ")).to_be_visible(timeout=LONG)
    settled(tab)


@frozen
class Shown:
    """A page: what its picture is called, its path, its query, and what is done on it before it is looked at.

    A value of the query that is one of `NAMES` stands for what the example's ledger calls it.
    """

    name: str
    path: str
    query: dict[str, str] = field(factory=dict)
    dark: bool = False
    act: Callable[[Page], None] | None = None

    @property
    def is_paper(self) -> bool:
        """Whether it is a paper to print, not a page of Streamlit."""
        return self.path.startswith("in/")

    def address(self, names: Mapping[str, str], **more: str) -> str:
        """The path with its query."""
        told = {key: names.get(value, value) for key, value in {**self.query, **more}.items()}
        return f"{self.path}?{urlencode(told)}" if told else self.path


UNIT, EVENT, PUBLISHED, HALFWAY, SEALED = NAMES = ("UNIT", "EVENT", "PUBLISHED", "HALFWAY", "SEALED")
"""A unit with much to show, a fair, the campaign that is over and the one under way, and a seal of the report."""

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
    Shown("ca-nhan", "ca-nhan"),
    Shown("quan-tri", "quan-tri"),
    Shown("quan-tri-suc-khoe", "quan-tri", {"muc": "suc-khoe"}),
    Shown("tien-ich", "tien-ich"),
    Shown("tien-ich-mot", "tien-ich", {"tien-ich": "vinhbao"}),
    Shown("trang-tien-ich", "x-thuynguyen-ba-ban-do"),
    Shown("in-bao-cao", "in/bao-cao", {"ky": "2023"}),
    Shown("in-ho-so", "in/ho-so", {"ma": UNIT}),
    Shown("in-khong-co", "in/xep-hang", {"dot": "1999"}),
)
"""A new page is one line here."""

STATES = (
    Shown("htx-loc", "htx", {"q": "nong", "linh-vuc": "agriculture", "thanh-vien": "member"}),
    Shown("ho-so-sua", "htx-ho-so", {"ma": UNIT}, act=press("sua-don-vi")),
    Shown("ho-so-so-lieu", "htx-ho-so", {"ma": UNIT, "muc": "so-lieu"}),
    Shown("ho-so-su-kien", "htx-ho-so", {"ma": UNIT, "muc": "su-kien"}),
    Shown("ho-so-thi-dua", "htx-ho-so", {"ma": UNIT, "muc": "thi-dua"}),
    Shown("ho-so-dia-ban", "htx-ho-so", {"ma": UNIT, "muc": "dia-ban"}),
    Shown("ho-so-lich-su", "htx-ho-so", {"ma": UNIT, "muc": "lich-su"}),
    Shown(
        "htx-sua-xem-truoc",
        "htx-sua",
        {"thieu": "tax_code", "truong": "sector", "moi-sector": "services"},
        act=press("bulk-preview"),
    ),
    Shown("htx-sua-bang", "htx-sua", {"thieu": "tax_code", "cach": "bang"}),
    Shown("su-kien-mot", "su-kien", {"ma": EVENT}),
    Shown("su-kien-sua", "su-kien", {"ma": EVENT}, act=press("sk-edit")),
    Shown("su-kien-them-don-vi", "su-kien", {"ma": EVENT}, act=press("sk-add")),
    Shown("su-kien-nhan-ban", "su-kien", {"ma": EVENT}, act=press("sk-copy")),
    Shown("thi-dua-moi", "thi-dua", {"moi": "1"}),
    Shown("thi-dua-dang-cham", "thi-dua", {"dot": HALFWAY}),
    Shown("thi-dua-cap-cham", "thi-dua", {"dot": HALFWAY, "muc": "cap-cham"}),
    Shown("thi-dua-xung-dot", "thi-dua", {"dot": HALFWAY, "muc": "xung-dot"}),
    Shown("thi-dua-da-cong-bo", "thi-dua", {"dot": PUBLISHED}),
    Shown("tieu-chi-da-cong-bo", "thi-dua-tieu-chi", {"dot": PUBLISHED}),
    Shown("cham-da-cong-bo", "thi-dua-cham", {"dot": PUBLISHED}),
    Shown("cham-mot-don-vi", "thi-dua-cham", {"dot": HALFWAY, "don-vi": UNIT}),
    Shown("xep-hang-da-cong-bo", "thi-dua-xep-hang", {"dot": PUBLISHED}),
    Shown("xep-hang-mot-don-vi", "thi-dua-xep-hang", {"dot": PUBLISHED, "don-vi": UNIT}),
    Shown("khen-de-nghi", "thi-dua-khen", {"dot": PUBLISHED, "muc": "de-nghi"}),
    Shown("khen-hoi-dong", "thi-dua-khen", {"dot": PUBLISHED, "muc": "hoi-dong"}),
    Shown("khen-quyet-dinh", "thi-dua-khen", {"dot": PUBLISHED, "muc": "quyet-dinh"}),
    Shown("khen-van-ban", "thi-dua-khen", {"dot": PUBLISHED, "muc": "van-ban"}),
    Shown("nhap-loi", "nhap", act=bring),
    Shown("bao-cao-con-so", "bao-cao", {"ky": "2023", "chi-tieu": "fairs.turns"}),
    Shown("bao-cao-theo-huyen", "bao-cao", {"ky": "2023", "theo": "huyen"}),
    Shown("bao-cao-chot", "bao-cao", {"phan": "da-chot", "ky": "2023"}),
    Shown("bao-cao-mot-chot", "bao-cao", {"chot": SEALED}),
    Shown("in-xep-hang", "in/xep-hang", {"dot": PUBLISHED}),
)
"""What a page looks like further in: the screenshots show it beside the pages."""


def _make(folder: Path) -> None:
    with Workspace.open(f"sqlite:///{folder}/so.db") as workspace:
        desk = workspace.as_(Actor.office("an"))
        load_demo(desk)
        switch_on_plugins(desk)
        load_plugin_data(desk)
        load_campaigns(desk)


def demo_ledger(folder: Path) -> tuple[str, str]:
    """A ledger in the folder with the example, its campaigns and its plugins: its url, and the id of a unit to show."""
    shutil.copytree(made("browser-pages", _make), folder, dirs_exist_ok=True)
    url = f"sqlite:///{folder}/so.db"
    with Workspace.open(url) as workspace:
        [unit, *_] = workspace.as_(Actor.office("an")).units().search(Filter("Trúc Biếc"))
    return url, unit.id


def shown_ledger(folder: Path) -> tuple[str, dict[str, str]]:
    """That ledger with a sealed report: its url, and what it calls the `NAMES`."""
    url, unit = demo_ledger(folder)
    with Workspace.open(url) as workspace:
        desk = workspace.as_(Actor.office("an"))
        fair = Events(desk).find(Asked(kind="fair", year=2023)).page(1)[0]
        years = ((PUBLISHED, "2023"), (HALFWAY, "2024"))
        campaigns = {key: CampaignDesk.of(desk, year).campaign for key, year in years}
        return url, {UNIT: unit, EVENT: fair.id, SEALED: _sealed(desk), **campaigns}


def _sealed(desk: Desk) -> str:
    sealing = Sealing(desk)
    question = sealing.question(Period.parse("2023"))
    waived = {one.key: "Đã báo quận, huyện xác minh" for one in sealing.obstacles(question)}
    return sealing.seal(question, "bao-cao-nam-2023", waive=waived)[0].name
