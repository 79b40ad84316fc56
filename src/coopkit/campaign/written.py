"""A definition written as a TOML file that can be read again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from coopkit.campaign.definition import Definition

_LISTS: Final = ("criteria", "stages", "grades", "awards", "targets")


def written(rules: Definition) -> str:
    """The definition as TOML; reading it gives the same.

    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> print(written(rules), end="")
    name = "Thử"
    period = "2024"
    launched = "2023-12-20"
    >>> Definition.read(written(rules)) == rules
    True
    """
    return "\n".join(_table(rules.declaration, "")) + "\n"


def _table(told: Mapping[str, Any], at: str) -> Iterator[str]:
    """The plain values of a table, then its lists of tables."""
    yield from (f"{key} = {_value(value)}" for key, value in told.items() if key not in _LISTS and value is not None)
    for key in _LISTS:
        for one in told.get(key) or ():
            path = f"{at}.{key}" if at else key
            yield f"\n[[{path}]]"
            yield from _table(one, path)


def _value(told: Any) -> str:
    if isinstance(told, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(value)}" for key, value in told.items() if value is not None) + " }"
    if isinstance(told, Sequence) and not isinstance(told, str):
        return "[" + ", ".join(map(_value, told)) + "]"
    return json.dumps(told, ensure_ascii=False).replace("\x7f", "\\u007F")
