"""Rating schemes of laws as definitions that a campaign can be begun from."""

from __future__ import annotations

from importlib.resources import files

from attrs import evolve

from coopkit.campaign.definition import Definition
from coopkit.errors import NotFound
from coopkit.text import Label


def rubrics() -> dict[str, Label]:
    """The names of the schemes there are, by key.

    >>> list(rubrics())
    ['tt-01-2020']
    """
    folder = files("coopkit.campaign.rubrics")
    known = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    named = {key: Definition.read((folder / f"{key}.toml").read_text("utf-8")).name for key in known}
    return {key: Label(name, name) for key, name in named.items()}


def rubric(key: str, period: str) -> Definition:
    """The scheme of that key for a period, ready to be launched or changed. Raises `NotFound`, naming those there are.

    >>> rules = rubric("tt-01-2020", "2024")
    >>> (rules.period, sum(leaf.maximum for leaf in rules.leaves), [leaf.key for leaf in rules.leaves if leaf.unknown])
    ('2024', 10000, ['III'])
    """
    folder = files("coopkit.campaign.rubrics")
    known = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    if key not in known:
        raise NotFound(f"Không có bộ tiêu chí {key!r} (no such rubric): {', '.join(known)}")
    told = Definition.read((folder / f"{key}.toml").read_text("utf-8"))
    return evolve(told, period=period, name=f"{told.name} · {period}")
