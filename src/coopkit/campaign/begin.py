"""Definitions to begin a campaign from: the template that ships, and that of a campaign before, its days shifted."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

from attrs import evolve

from coopkit.campaign.definition import Definition
from coopkit.campaign.parts import Criterion, Stage
from coopkit.period import Period


def template_text() -> str:
    """The definition to begin with as TOML, with a word on each part.

    >>> Definition.read(template_text()).period
    '2024'
    """
    return (files("coopkit.campaign") / "template.toml").read_text("utf-8")


def template() -> Definition:
    """The definition to begin with.

    >>> [stage.kind.value for stage in template().stages][:2]
    ['pledge', 'self']
    """
    return Definition.read(template_text())


def copied(rules: Definition, period: str, launched: dt.date | None = None, name: str = "") -> Definition:
    """The definition for another period: every day moved by as many years, the rest as it is.

    `name` and `launched` are those of before in the new year, unless told. Raises `BadText` for what is no period.

    >>> coming = copied(template(), "2025")
    >>> (coming.name, coming.launched.year, coming.stages[0].opens.year, coming.seed)
    ('Phong trào thi đua năm 2025', 2024, 2025, 'thi-dua-2025')
    """
    years = Period.parse(period).start.year - rules.span.start.year
    old, new = str(rules.span.start.year), str(rules.span.start.year + years)
    told = name or rules.name.replace(rules.period, period).replace(old, new)
    return evolve(
        rules,
        name=told,
        period=period,
        launched=launched or later(rules.launched, years),
        seed=rules.seed.replace(old, new) if old in rules.seed else f"{rules.seed}:{period}" if rules.seed else "",
        criteria=tuple(_criterion(one, years) for one in rules.criteria),
        stages=tuple(_stage(one, years) for one in rules.stages),
    )


def later(day: dt.date, years: int) -> dt.date:
    """The same day of another year; the last of February where there is no 29th.

    >>> later(dt.date(2024, 2, 29), 1)
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _stage(one: Stage, years: int) -> Stage:
    return evolve(
        one,
        opens=later(one.opens, years) if one.opens else None,
        closes=later(one.closes, years) if one.closes else None,
    )


def _criterion(one: Criterion, years: int) -> Criterion:
    below = tuple(_criterion(each, years) for each in one.criteria)
    return evolve(one, deadline=later(one.deadline, years) if one.deadline else None, criteria=below)
