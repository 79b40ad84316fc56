"""The page as a process of its own, over a ledger."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
"""A page that is drawn, and waits for its reader."""

LONG = 60_000
"""Milliseconds that a page may take on a slow machine."""

PAINTED = 2_000
"""Milliseconds until a grid is painted: nothing in the page tells."""


@contextmanager
def served(url: str, *, script: tuple[str, ...] = (), locked: bool = False, **environment: str) -> Iterator[str]:
    """Serve the page over a ledger's url while the block runs; gives its address.

    Whoever sits here is let in, unless it is `locked`. A `script` that takes --port is served in the page's place.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {**os.environ, **environment, "COOPKIT_LEDGER": url}
    command = [
        sys.executable,
        *(script or ("-m", "coopkit.admin", *(() if locked else ("--demo",)))),
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer")


@contextmanager
def browsing(chromium: str) -> Iterator[Browser]:
    """Chromium while the block runs; it asks nobody for anything by itself."""
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


def go(tab: Page, address: str, path: str = "") -> None:
    """Open a page and wait until it is drawn; a paper, which no Streamlit draws, until it is loaded."""
    tab.goto(f"{address}/{path}")
    if not path.startswith("in/"):
        tab.wait_for_selector(READY, timeout=LONG)


def in_english(tab: Page, **more: Any) -> None:
    """Turn the page that is open English."""
    tab.get_by_text("English", exact=True).click(**more)
    tab.wait_for_selector("html[lang=en]", state="attached", timeout=LONG)
    tab.wait_for_selector(READY, timeout=LONG)


def settled(tab: Page) -> None:
    """The page has drawn what was asked of it, the last key and click among it."""
    tab.wait_for_timeout(300)  # until the browser has told the server
    tab.wait_for_selector(READY, timeout=LONG)
