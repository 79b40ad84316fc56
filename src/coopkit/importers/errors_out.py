"""In the child process: the cells of an xlsx workbook that hold an error, which python-calamine reads as empty.

A script of its own: it imports the standard library alone.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401 - names in a zip may need it, and the child opens no file later
import html
import io
import json
import re
import zipfile
import zlib
from typing import BinaryIO, Final


def work(data: bytes, out: BinaryIO) -> None:
    """Write the errors by sheet and cell, as JSON."""
    out.write(json.dumps(_broken(data)).encode())


_TAG: Final = re.compile(r'([\w:]+)="([^"]*)"')
_BROKEN: Final = re.compile(r"<(?:\w+:)?c\s([^>]*\bt=\"e\"[^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE: Final = re.compile(r"<(?:\w+:)?v>([^<]*)<")


def _broken(data: bytes) -> dict[str, dict[str, str]]:
    """The errors of an xlsx workbook by sheet and cell."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            paths = _paths(archive)
            return {title: _errors(archive.read(path).decode("utf-8", "replace")) for title, path in paths.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, RuntimeError):
        return {}  # no xlsx: an xls, an ods, or no workbook at all, which is told elsewhere


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where in the archive each sheet lies, by its title."""
    targets: dict[str, str] = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", _text(archive, "xl/_rels/workbook.xml.rels")):
        told = dict(_TAG.findall(tag))
        targets[told["Id"]] = told["Target"]
    paths: dict[str, str] = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", _text(archive, "xl/workbook.xml")):
        told = dict(_TAG.findall(tag))
        target = targets[next((value for key, value in told.items() if key.endswith(":id")), "")]
        paths[html.unescape(told["name"])] = target[1:] if target.startswith("/") else f"xl/{target}"
    return paths


def _text(archive: zipfile.ZipFile, path: str) -> str:
    return archive.read(path).decode("utf-8", "replace")


def _errors(sheet: str) -> dict[str, str]:
    found = {}
    for tag, inner in _BROKEN.findall(sheet):
        value = _VALUE.search(inner)
        found[dict(_TAG.findall(tag))["r"]] = value[1] if value else "#"
    return found
