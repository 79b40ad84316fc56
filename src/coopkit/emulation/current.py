"""A campaign as the register has it: its record, the definition in force, and where it stands."""

from __future__ import annotations

from coopkit.campaign import Campaign, CampaignVersion, Definition, StageStep, Standing
from coopkit.errors import NotFound
from coopkit.snapshot import Snapshot
from coopkit.text import fold


def campaign_of(snapshot: Snapshot, told: str) -> Campaign:
    """The campaign of that id, name or period. Raises `NotFound`, naming those there are."""
    known = snapshot.records(Campaign)
    for same in (
        [one for one in known if one.id == told],
        [one for one in known if fold(one.name) == fold(told)],
        [one for one in known if one.period == told],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            told_of = "; ".join(one.name for one in same)
            raise NotFound(f"Có {len(same)} phong trào {told!r}: ghi tên (there are several, give a name): {told_of}")
    names = ", ".join(one.name for one in known) or "-"
    raise NotFound(f"Không có phong trào {told!r}, chỉ có: {names} (no such campaign {told!r}, only: {names})")


def versions_of(snapshot: Snapshot, campaign: str) -> list[CampaignVersion]:
    """Every version of a campaign's definition, oldest first."""
    own = [one for one in snapshot.records(CampaignVersion) if one.campaign == campaign]
    return sorted(own, key=lambda one: one.number)


def rules_of(snapshot: Snapshot, campaign: str) -> Definition:
    """The newest definition that is applied, or the newest draft. Raises `NotFound` where there is none."""
    versions = versions_of(snapshot, campaign)
    applied = [one for one in versions if one.applied is not None]
    if not versions:
        raise NotFound(f"Phong trào {campaign!r} chưa có thể lệ (it has no definition yet): coopkit campaign new")
    return (applied or versions)[-1].definition


def standing_of(snapshot: Snapshot, campaign: str) -> Standing:
    """Where a campaign stands. Raises `NotFound` where it has no definition."""
    steps = [one for one in snapshot.records(StageStep) if one.campaign == campaign]
    return Standing.of(rules_of(snapshot, campaign), steps)
