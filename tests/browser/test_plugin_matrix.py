"""Twelve broken plugins at once, in a browser: every page works, and the page of plugins names each culprit."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.broken_plugins import PLUGINS, twelve
from tests.browser.served import served

READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
LONG = 60_000
COMMAND = "import sys; from coopkit.cli import main; sys.argv[0] = 'coopkit'; main()"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """The ledger in which they are on, all of them broken."""
    with twelve(tmp_path_factory.mktemp("matrix")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def tab(ledger, chromium):
    """A browser's tab at the page's address."""
    with served(ledger) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = browser.new_page(base_url=address, viewport={"width": 1360, "height": 900})
        yield page
        browser.close()


def go(tab, path):
    """Open a page and wait until it is drawn."""
    tab.goto(f"/{path}")
    tab.wait_for_selector(READY, timeout=LONG)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("", "274 đơn vị"),
        ("htx", "Hợp tác xã"),
        ("bao-cao?ky=2023&chi-tieu=fairs.turns", "96 lượt"),
        ("dia-ban", "Xác định địa bàn"),
    ],
)
def test_every_page_works(tab, path, shown):
    """The figures of the recap stand where they stand without plugins."""
    go(tab, path)
    expect(tab.get_by_text(shown).first).to_be_visible(timeout=LONG)
    expect(tab.get_by_text("Traceback")).to_have_count(0)


def test_the_broken_page_says_so(tab):
    """A card with a number on its own page; the failure is remembered."""
    go(tab, "x-raising-page-first")
    expect(tab.get_by_test_id("stAlert").filter(has_text="Mã sự cố")).to_be_visible(timeout=LONG)


@pytest.mark.parametrize("one", PLUGINS, ids=lambda one: one.name)
def test_each_culprit_is_named_on_the_page(tab, one):
    """The plugin's own view on Tiện ích tells its state and what is wrong."""
    go(tab, f"tien-ich?tien-ich={one.name}")
    expect(tab.get_by_text(one.told.replace("{id}", one.name)).first).to_be_visible(timeout=LONG)


def test_the_command_names_them_after_the_page_ran(ledger):
    """What the page met is what `coopkit plugin list --json` tells of all twelve."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--ledger", ledger, "plugin", "list", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    states = {one["name"]: one["state"] for one in json.loads(done.stdout)}
    assert {states[one.name] for one in PLUGINS} <= {"failed", "quarantined", "incompatible"}
