"""The journal: who changed what, when and why, before and after, chained batch by batch."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import frozen

from coopkit.field import Field
from coopkit.ledger.schema import DECLARED
from coopkit.record import Row, canonical_json

GENESIS = "0" * 64
PERSONAL: Mapping[str, tuple[Field, ...]] = {
    table: tuple(field for field in declared.fields if field.personal) for table, declared in DECLARED.items()
}
"""The fields of each table whose values the journal keeps as digests only."""


@frozen
class Entry:
    """One line of a record's history: which batch, who, when, why, from which file and row, before and after.

    Personal values stand as they are while they are kept, and as None once the person was erased.
    """

    batch: int
    actor: str
    time: str
    reason: str
    source: str
    origin: str
    table: str
    record: str
    revision: int
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@frozen
class Fault:
    """Something `verify` found: the batch and line (0: the batch itself) and what is wrong with it."""

    batch: int
    line: int
    what: str


Line: TypeAlias = tuple[int, int, str, str, int, str, str | None, str | None, str]
"""A journal line: batch, line, table, record, revision, action, before, after, origin; the order of its SQL columns."""


class Link:
    """The chain link of a batch: SHA-256 over its header, which names the link before it, and every journal line.

    >>> link = Link({"number": 1, "previous": GENESIS})
    >>> link.add([(1, 1, "group", "g", 1, "insert", None, "{}", "")])
    >>> link.hash[:8]
    '05acae1d'
    """

    def __init__(self, header: Mapping[str, Any]) -> None:
        self._digest = hashlib.sha256(canonical_json(header).encode())

    def add(self, lines: Iterable[Line]) -> None:
        """Take in the next lines of the batch."""
        self._digest.update("".join(map(_line_text, lines)).encode())

    @property
    def hash(self) -> str:
        """The link over all lines so far."""
        return self._digest.hexdigest()


def _line_text(line: Line) -> str:
    # Texts stand behind their lengths, so that one moved to its neighbour, or to none, changes the hash.
    batch, number, table, record, revision, action, before, after, origin = line
    was = "-" if before is None else f"{len(before)}:{before}"
    becomes = "-" if after is None else f"{len(after)}:{after}"
    named = f"{len(table)}:{table}{len(record)}:{record}{len(action)}:{action}{len(origin)}:{origin}"
    return f"\n{batch},{number},{revision},{named},{was},{becomes}"


def personal_digest(salt: str, value: str) -> str:
    """The salted digest under which the journal knows a personal value."""
    return hmac.new(bytes.fromhex(salt), value.encode(), hashlib.sha256).hexdigest()


def sealed(row: Row, digests: Mapping[str, str]) -> str:
    """A row as the journal keeps it: canonical JSON, each personal value replaced by its digest.

    Empty cells are left out, so that a field declared later changes nothing of what is sealed.
    """
    filled: dict[str, Any] = {column: value for column, value in row.items() if value is not None}
    for column in filled.keys() & digests.keys() if digests else ():
        filled[column] = _digest_mark(digests[column])
    return canonical_json(filled)


def _digest_mark(digest: str) -> Any:
    return {"digest": digest}


def digests_in(text: str | None) -> Iterator[str]:
    """Every digest that a sealed row names."""
    for value in (json.loads(text) if text else {}).values():
        if isinstance(value, dict):
            yield value["digest"]


def opened(text: str | None, values: Mapping[str, str]) -> Row | None:
    """A sealed row with its personal values put back; None for a value that is no longer kept."""
    if text is None:
        return None
    return {
        column: values.get(value["digest"]) if isinstance(value, dict) else value
        for column, value in json.loads(text).items()
    }
