"""axe-core over the page that is open: what would keep somebody from using it with a keyboard or a screen reader."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

HARSH = ("serious", "critical")

STREAMLITS_OWN = {
    # The navigation's sections are put between <ul> and <li>; the links themselves are read out as links.
    "list": "[data-testid=stSidebarNavItems]",
    "listitem": "[data-testid=stSidebarNavItems]",
}
"""By axe's rule, the part of a page that Streamlit draws so and that no setting of ours changes."""


def findings(page: Page) -> list[str]:
    """The serious and critical findings on the open page, each as "rule: the element"."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in HARSH
        for node in one["nodes"]
        if not (one["id"] in STREAMLITS_OWN and _inside(page, node["target"][0], STREAMLITS_OWN[one["id"]]))
    ]


def _inside(page: Page, element: str, part: str) -> bool:
    script = "([element, part]) => Boolean(document.querySelector(element)?.closest(part))"
    return bool(page.evaluate(script, [element, part]))
