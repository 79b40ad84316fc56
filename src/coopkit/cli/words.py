"""The command line's own words, Vietnamese and English."""

from __future__ import annotations

import os
import sys
from itertools import pairwise

from coopkit.text import Label, Lang


def language(arguments: list[str]) -> Lang:
    """The language asked for with `--lang en` (or COOPKIT_LANG=en); Vietnamese otherwise.

    Help texts are made before any option is parsed, so the arguments are looked at here.

    >>> language(["metrics", "--lang", "en"])
    'en'
    """
    pairs = pairwise(arguments)
    asked = "--lang=en" in arguments or ("--lang", "en") in pairs or os.environ.get("COOPKIT_LANG") == "en"
    return "en" if asked else "vi"


LANG: Lang = language(sys.argv)


def say(vi: str, en: str) -> str:
    """The text in the language of this run."""
    return Label(vi, en).in_(LANG)
