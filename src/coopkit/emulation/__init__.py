"""Emulation: scores, ranks, stability, conflicts, pairs, votes, quotas: pure over a campaign and a Snapshot."""

from coopkit.emulation.awards import Docket, Eligibility, eligibility, reward, suggested
from coopkit.emulation.board import Board, Line, Mark, board_of
from coopkit.emulation.conflicts import Tension, barred, tensions
from coopkit.emulation.current import campaign_of, rules_of, standing_of, versions_of
from coopkit.emulation.entrants import Block, blocks_on, entrants, unrated
from coopkit.emulation.explain import Explained, Explanation, Given, explain_unit, rule_words
from coopkit.emulation.feed import Fed, by_unit, feed, needed
from coopkit.emulation.pairs import draw_pairs
from coopkit.emulation.rules import rule_points
from coopkit.emulation.sheet import COMPUTED
from coopkit.emulation.stand import Safety, safety
from coopkit.emulation.targets import Progress, Reach, progress
from coopkit.emulation.votes import Verdict, verdict, votes_needed

__all__ = [
    "COMPUTED",
    "Block",
    "Board",
    "Docket",
    "Eligibility",
    "Explained",
    "Explanation",
    "Fed",
    "Given",
    "Line",
    "Mark",
    "Progress",
    "Reach",
    "Safety",
    "Tension",
    "Verdict",
    "barred",
    "blocks_on",
    "board_of",
    "by_unit",
    "campaign_of",
    "draw_pairs",
    "eligibility",
    "entrants",
    "explain_unit",
    "feed",
    "needed",
    "progress",
    "reward",
    "rule_points",
    "rule_words",
    "rules_of",
    "safety",
    "standing_of",
    "suggested",
    "tensions",
    "unrated",
    "verdict",
    "versions_of",
    "votes_needed",
]
