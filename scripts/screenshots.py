"""Pictures of every page over the example, in both languages, at desktop and phone width: `make screenshots`.

    python -m scripts.screenshots [FOLDER]

FOLDER is build/screenshots unless told. A picture is called NAME-LANGUAGE-WIDTH.png; two pages are there in the dark,
too. The pages are those of tests/browser/pages.py.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize
from tests.browser.pages import PAGES, STATES, Shown, shown_ledger
from tests.browser.served import browsing, go, in_english, served

DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
SETTLED = 2_000
"""Milliseconds until charts and grids are painted: nothing in the page tells."""


def main() -> None:
    """Write all pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--only", default="", help="pages whose name begins so; several with commas")
    told = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("chromium is not installed: make system-packages")
    told.folder.mkdir(parents=True, exist_ok=True)
    chosen = [page for page in (*PAGES, *STATES) if page.name.startswith(tuple(told.only.split(",")))]
    with TemporaryDirectory(prefix="coopkit-screenshots-") as folder:
        url, names = shown_ledger(Path(folder))
        with served(url) as address, browsing(chromium) as browser:
            for page in chosen:
                for lang in ("vi", "en"):
                    _take(browser, address, page, names, told.folder / f"{page.name}-{lang}")
    print(f"{told.folder}: {len(list(told.folder.glob('*.png')))} pictures of {len(chosen)} pages")


def _take(browser: Browser, address: str, page: Shown, names: dict[str, str], file: Path) -> None:
    """One page in one language: at desktop width, then at phone width; and in the dark where it is asked for."""
    lang = file.name.rpartition("-")[2]
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark") if page.dark and lang == "vi" else ("light",)
    for scheme in schemes:
        tab = browser.new_page(viewport=DESKTOP, color_scheme=scheme, locale="vi-VN")
        go(tab, address, page.address(names, **({"lang": "en"} if lang == "en" and page.is_paper else {})))
        if lang == "en" and not page.is_paper:
            in_english(tab)
        if page.act:
            page.act(tab)
        dark = "-dark" if scheme == "dark" else ""
        _shoot(tab, Path(f"{file}-desktop{dark}.png"))
        tab.set_viewport_size(PHONE)
        _shoot(tab, Path(f"{file}-phone{dark}.png"))
        tab.close()


def _shoot(tab: Page, file: Path) -> None:
    tab.wait_for_timeout(SETTLED)
    tab.screenshot(path=file)


if __name__ == "__main__":
    main()
