"""The pictures of the manual and the documents, made by the journeys themselves: `make manual`."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops
from tests.browser.served import PAINTED, settled

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page

FOLDER: Final = "COOPKIT_PICTURES"
"""The environment variable that names the folder; where it is not set, no picture is made."""

MAIN: Final = "[data-testid=stMain]"
DIALOG: Final = "[role=dialog]"
"""The page without what stands at its side, and the drawer or window that is open."""

WIDTH: Final = 1440
HEIGHT: Final = 900
MARGIN: Final = 16
LINE: Final = 2
"""Pixels that are left around what is meant, and those of a line at its side."""

PLAIN: Final = "[data-testid=stToolbar], [data-testid=stHeader] { visibility: hidden }"
"""What a part of a page is taken without."""

COLOURS: Final = 128
"""So many colours a picture has: no page has more that anybody tells apart, and its file is a third."""


def picture(tab: Page, name: str, *around: str, height: int = HEIGHT, at: str = "") -> None:
    """Write the picture NAME.png of the open page, where `COOPKIT_PICTURES` names a folder; else do nothing.

    With selectors in `around`, no more than what the first match of each covers, without the empty space at its sides;
    else the whole window. The page stands at its head, unless `at` names what is to stand there; below `height` pixels
    it is cut. It is at desktop width while it is taken, and as it was afterwards.
    """
    told = os.environ.get(FOLDER)
    if not told:
        return
    before = tab.viewport_size
    tab.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    tab.mouse.move(WIDTH - 1, 1)
    if tab.locator(MAIN).count():  # the pages of signing in are no Streamlit's
        settled(tab)
    if at:
        tab.locator(at).first.evaluate("part => part.scrollIntoView()")
    else:
        tab.locator(f"{MAIN}, html").last.evaluate("page => page.scrollTo(0, 0)")
    tab.wait_for_timeout(PAINTED)
    taken = Image.open(
        io.BytesIO(tab.screenshot(clip=_covered(tab, around, height, at), style=PLAIN if around else None))
    )
    file = Path(told) / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    shown = _trimmed(taken.convert("RGB")) if around else taken.convert("RGB")
    indexed = shown.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE)
    indexed.save(file, optimize=True)
    if before:
        tab.set_viewport_size(before)


def _covered(tab: Page, around: tuple[str, ...], height: int, at: str) -> FloatRect:
    """The part of the window that these elements cover together, from `at` on; the line at the sidebar left out."""
    boxes = [box for one in around if (box := tab.locator(one).first.bounding_box())]
    if not boxes:
        return {"x": 0, "y": 0, "width": WIDTH, "height": height}
    left, top = (max(0, min(box[of] for box in boxes)) for of in ("x", "y"))
    if at and (head := tab.locator(at).first.bounding_box()):
        top = max(0, head["y"] - MARGIN)
    right = min(WIDTH, max(box["x"] + box["width"] for box in boxes))
    bottom = min(HEIGHT, top + height, max(box["y"] + box["height"] for box in boxes))
    return {"x": left + LINE, "y": top, "width": right - left - LINE, "height": bottom - top}


def _trimmed(taken: Image.Image) -> Image.Image:
    """Without the empty space around it, but for a margin."""
    empty = Image.new("RGB", taken.size, taken.getpixel((0, 0)))
    box = ImageChops.difference(taken, empty).getbbox()
    if box is None:
        return taken
    left, top, right, bottom = box
    width, height = taken.size
    edges = max(0, left - MARGIN), max(0, top - MARGIN), min(width, right + MARGIN), min(height, bottom + MARGIN)
    return taken.crop(edges)
