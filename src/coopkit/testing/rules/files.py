"""The rule on importers: the plugin's own sample file is read whole, and stays within its places."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from coopkit.importers import Importer
from coopkit.sheet import register_sheets
from coopkit.testing.case import PRINTED, Case, fault_of
from coopkit.testing.finding import Finding
from coopkit.text import nfc
from coopkit.workspace.guarding import Guard, sheets_from
from coopkit.workspace.importing import read_files

_LAYOUT: Final = frozenset({"sheet.unknown", "header.missing", "header.unknown", "header.twice", "column.missing"})


def importers(case: Case) -> Iterator[Finding]:
    """A sample file of each importer gives sheets as coopkit knows them, the same twice and in NFD, of its places."""
    for one in case.importers:
        if one.key not in case.samples:
            told = f"thêm samples/{one.key}.{one.extension} vào thư mục của tiện ích (no sample file: add one)"
            yield Finding("importers", one.key, told, skipped=True)
            continue
        for what in _faults(case, one, case.samples[one.key]):
            yield Finding("importers", one.key, what)


def _faults(case: Case, one: Importer, file: Path) -> Iterator[str]:
    data = file.read_bytes()
    try:
        first, again = _texts(one.read(data)), _texts(one.read(data))
        if first != again:
            yield f"{file.name}: đọc hai lần được hai kết quả (read twice, it gives two results)"
        if _texts(one.read(_decomposed(data))) != first:
            yield f"{file.name}: gõ bằng NFD thì đọc khác (typed in NFD it is read otherwise)"
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        yield f"{file.name}: {fault_of(error)}"
        return
    yield from _problems(case, one, file.name, data)


def _problems(case: Case, one: Importer, name: str, data: bytes) -> Iterator[str]:
    """What coopkit's own importer says of its layout, and the guard of its places."""
    failed: list[str] = []
    kinds = list(case.registry.event_kinds().values())
    read = partial(sheets_from, one, note=lambda _, what: failed.append(what))
    layout = read(data, file=name, sheets=register_sheets(kinds)).problems
    yield from failed
    yield from (str(problem) for problem in layout if problem.code in _LAYOUT)
    imported = read_files({name: data}, case.world, kinds, today=PRINTED, read=read)
    guard = Guard(case.registry, case.world, imported, lambda _, what: failed.append(what))
    yield from (str(one) for one in guard.checked(one).problems if one.code == "plugin.place")


def _texts(sheets: object) -> Any:
    """Sheets with their texts composed, as coopkit reads them."""
    if isinstance(sheets, str):
        return nfc(sheets)
    if isinstance(sheets, Mapping):
        return {_texts(key): _texts(value) for key, value in sheets.items()}
    return [_texts(one) for one in sheets] if isinstance(sheets, list | tuple) else sheets


def _decomposed(data: bytes) -> bytes:
    """A text file as a Mac types it; other files as they are."""
    try:
        return unicodedata.normalize("NFD", data.decode()).encode()
    except UnicodeDecodeError:
        return data
