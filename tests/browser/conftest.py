"""What journeys share: the page served over a module's `url`, one browser, and a tab for each test."""

from __future__ import annotations

import pytest
from tests.browser.served import browsing, served


@pytest.fixture(scope="module")
def address(url):
    """The address of the page over the ledger whose url the module's own fixture gives."""
    with served(url) as found:
        yield found


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium, for as long as the module's tests run: several of Playwright's loops at once do not live together."""
    with browsing(str(chromium)) as found:
        yield found


@pytest.fixture
def tab(browser):
    """A tab of an office computer, in Vietnamese."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="vi-VN", accept_downloads=True)
    yield page
    page.close()
