"""What coopkit raises: one root, the tree in the docstring, messages that say how to go on."""

from __future__ import annotations

import inspect
import re

from coopkit import errors
from coopkit.errors import CoopkitError, StaleBase


def raised() -> list[type[CoopkitError]]:
    own = [item for _, item in inspect.getmembers(errors, inspect.isclass) if item.__module__ == errors.__name__]
    return [item for item in own if issubclass(item, CoopkitError)]


def test_every_error_descends_from_one_root():
    """Whoever catches CoopkitError catches everything that coopkit raises, and nothing else is offered."""
    own = [item for _, item in inspect.getmembers(errors, inspect.isclass) if item.__module__ == errors.__name__]
    assert own
    assert all(issubclass(item, CoopkitError) for item in own)


def test_tree_in_the_docstring_is_the_tree():
    """The docstring draws each class, indented under its parent."""
    lines = [re.match(r"^    ([│├└─ ]*)(\w+)", line) for line in (errors.__doc__ or "").splitlines()]
    drawn = [(len(line[1]) // 4, line[2]) for line in lines if line]
    parents: list[str] = []
    told = set()
    for depth, name in drawn:
        parents[depth:] = [name]
        told.add((name, parents[depth - 1] if depth else "Exception"))
    assert told == {(item.__name__, item.__bases__[0].__name__) for item in raised()}


def test_stale_base_shows_both_versions():
    """The message names the record, both revisions and both versions; the parts can be read one by one."""
    error = StaleBase("group", "g", 1, 2, {"name": "OCOP"}, {"name": "Làng nghề"})
    assert all(part in str(error) for part in ("group", "'g'", "1 → 2", "OCOP", "Làng nghề"))
    assert (error.base, error.current, error.theirs) == (1, 2, {"name": "Làng nghề"})


def test_errors_can_be_told_apart_and_collected():
    """An error is itself only, also beside one with the same parts, as `raise … from` and tracebacks expect."""
    one, other = (StaleBase("group", "g", 1, 2, None, None) for _ in range(2))
    assert len({one, other}) == 2
