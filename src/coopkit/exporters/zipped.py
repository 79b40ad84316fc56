"""A zip without the time of day in it: what is an office file, and the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from typing import Final

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can tell."""


def timeless(archive: bytes) -> bytes:
    """The same zip without the time at which each part was written."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EARLIEST)
            part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(part, old.read(name))
    return out.getvalue()
