"""A new campaign: from the template, a rating scheme, or one that was run before; looked at before it is written."""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from coopkit.campaign import Definition, copied, rubric, template
from coopkit.campaign.rubrics import rubrics
from coopkit.emulation import blocks_on, needed
from coopkit.errors import CampaignError
from coopkit.group import Group, GroupKind
from coopkit.text import Label, sort_key
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.workspace import Desk


def sources(desk: Desk) -> dict[str, Label]:
    """What a campaign may be begun from, by key: those that were run before, the template, the rating schemes.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.workspace import Workspace
    >>> begun = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{begun.name}/so.db") as workspace:
    ...     list(sources(workspace.as_(Actor.office("an"))))
    ['template', 'rubric:tt-01-2020']
    """
    found = {f"campaign:{one.id}": Label(one.name, one.name) for one in CampaignDesk.all(desk)}
    found["template"] = Label("Thể lệ mẫu đi kèm", "The template that ships")
    return found | {f"rubric:{key}": name for key, name in rubrics().items()}


def blocks_of(desk: Desk) -> list[str]:
    """The names of the register's emulation blocks, in Vietnamese order."""
    groups = desk.snapshot().records(Group)
    return sorted({one.name for one in groups if one.kind is GroupKind.BLOCK}, key=sort_key)


def begun(desk: Desk, source: str, period: str, launched: dt.date | None = None, name: str = "") -> Definition:
    """The definition of a source for a period, its days shifted. Raises `BadText` for what is no period."""
    kind, _, key = source.partition(":")
    if kind == "campaign":
        return copied(CampaignDesk(desk, key).rules, period, launched, name)
    if kind == "rubric":
        made = rubric(key, period)
        return evolve(made, name=name or made.name, launched=launched or made.launched)
    return copied(template(), period, launched, name)


def misfits(desk: Desk, rules: Definition) -> list[str]:
    """What the register cannot serve of a definition, in words: metrics there are not, blocks there are not."""
    found = []
    try:
        needed(rules, desk.workspace.registry.metrics())
    except CampaignError as error:
        found.append(str(error))
    known = {block.name: block for block in blocks_on(desk.snapshot(), rules, rules.span.end)}
    missing = [name for name in rules.blocks if name not in known]
    if missing or not known:
        told = ", ".join(missing) or "khối thi đua nào"
        found.append(f"Sổ không có {told} vào ngày {rules.span.end:%d/%m/%Y} (there is no such block)")
    return found
