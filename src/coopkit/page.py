"""`Page`: a page that a plugin adds to the admin page; and `PageView`, what it is given to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from attrs import frozen

from coopkit.metrics import Evaluation
from coopkit.period import Period
from coopkit.snapshot import Snapshot
from coopkit.text import Label, Lang


class Evaluate(Protocol):
    """Asks figures: all metrics in these periods, by a dimension, on the map of a day, in the plugin's own places."""

    def __call__(self, *periods: Period, by: str = "", on_map: dt.date | None = None) -> Evaluation: ...


@frozen
class PageView:
    """What a plugin's page is given: the part of the register it may see, the language, its settings, and figures.

    >>> from coopkit.snapshot import Snapshot
    >>> view = PageView(Snapshot.of([]), "vi", {}, lambda *periods, by="", on_map=None: None)
    >>> view.t("Nghề cá", "Fishery")
    'Nghề cá'
    """

    snapshot: Snapshot
    lang: Lang
    settings: Mapping[str, Any]
    evaluate: Evaluate

    def t(self, vi: str, en: str) -> str:
        """The text in the reader's language."""
        return Label(vi, en).in_(self.lang)


@frozen
class Page:
    """A page of a plugin: its key (of the URL too), its title, and the function that draws it with Streamlit.

    >>> Page("thuynguyen.chuyen_tiep", Label("Ba bản đồ", "Three maps"), lambda view: None).key
    'thuynguyen.chuyen_tiep'
    """

    key: str
    title: Label
    show: Callable[[PageView], None]
    plugin: str = ""
