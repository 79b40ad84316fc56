"""`CriteriaSet`: criteria that a plugin offers for campaigns, to be put into a definition."""

from __future__ import annotations

from attrs import evolve, frozen

from coopkit.campaign.definition import Definition
from coopkit.campaign.parts import Criterion
from coopkit.text import Label


@frozen
class CriteriaSet:
    """Criteria that go together: their key, their name, and the law or decision they follow.

    >>> from coopkit.campaign import Points
    >>> bonus = CriteriaSet("thuynguyen.thuong", Label("Điểm thưởng", "Bonus"),
    ...     (Criterion("thuynguyen.thuong_ocop", Label("OCOP", "OCOP"), bonus=Points(500)),))
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20", "maximum": 10,
    ...     "criteria": [{"key": "1", "name": "Họp", "maximum": 10}]})
    >>> [leaf.key for leaf in bonus.put_into(rules).leaves]
    ['1', 'thuynguyen.thuong_ocop']
    """

    key: str
    label: Label
    criteria: tuple[Criterion, ...]
    source: str = ""
    plugin: str = ""

    def put_into(self, rules: Definition) -> Definition:
        """The definition with these criteria after its own. Raises `CampaignError` where they do not fit."""
        return evolve(rules, criteria=(*rules.criteria, *self.criteria))
