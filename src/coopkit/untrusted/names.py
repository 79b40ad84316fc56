"""Names that strangers chose: no path, nothing hidden in them, and no longer than a screen can show."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from coopkit.text import nfc

LONGEST: Final = 120
"""So many letters of a file's name are kept."""

_HIDDEN: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def hidden(text: str) -> bool:
    r"""Whether a text holds characters that turn the direction of writing, so that it looks otherwise than it is.

    Vietnamese has no use for them (Unicode Technical Report 36, section 2.10.3; CVE-2021-42574, "Trojan Source").

    >>> hidden("HTX An Bình"), hidden("HTX \u202ehnìB nA")
    (False, True)
    """
    return _HIDDEN.search(text) is not None


def safe_name(name: str) -> str:
    r"""A file's name as it may be shown and stored: its last part, without what is invisible, its ending kept.

    >>> safe_name("../../etc/an-lao.xlsx"), safe_name("C:\\may\\an lão\u202e.csv"), safe_name("\x00")
    ('an-lao.xlsx', 'an lão.csv', 'tep')
    >>> len(safe_name("a" * 5000 + ".xlsx"))
    120
    """
    path = PurePosixPath(nfc(name.replace("\\", "/").replace("\0", "")))
    last = "" if path.name in {"..", "."} else path.name
    ending = PurePosixPath(last).suffix[:12]
    return f"{last.removesuffix(ending)[: LONGEST - len(ending)].rstrip()}{ending}" or "tep"
