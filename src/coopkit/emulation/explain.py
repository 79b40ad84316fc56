"""Why a unit stands where it does: each criterion with its rule, value and scores; and what a place up takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from coopkit.campaign import Criterion, Definition, Rule, RuleKind, Score, format_points
from coopkit.emulation.board import Board, Line, Mark
from coopkit.quantity import format_number
from coopkit.text import Label, Lang


@frozen
class Given:
    """Points that one scorer gave in one stage, and why; the scorer is "" where that is not told.

    >>> Given("self", "c", 750, "").points
    750
    """

    stage: str
    scorer: str
    points: int
    why: str


@frozen
class Explained:
    """One criterion of one unit: its rule in words, the metric's value, who gave what, and what counts (None: open).

    `records` is how many records stand behind the value. Points are hundredths.
    """

    criterion: Criterion
    rule: Label
    value: str
    records: int | None
    given: tuple[Given, ...]
    points: int | None
    spread: int
    why_open: str = ""


@frozen
class Explanation:
    """Why a unit stands where it does: its line, every criterion, and what it would take to move up one place."""

    line: Line
    criteria: tuple[Explained, ...]
    up: Label


def explain_unit(
    board: Board, rules: Definition, unit: str, scores: Sequence[Score], records: Mapping[str, int]
) -> Explanation | None:
    """The explanation of a unit from a board and the scores that may be seen; None where the unit is not on it.

    `records` tells by criterion how many records its figure counted.
    """
    line = board.line(unit)
    if line is None:
        return None
    marks = board.marks.get(unit, {})
    told = tuple(_explained(leaf, marks.get(leaf.key), scores, records.get(leaf.key)) for leaf in rules.leaves)
    return Explanation(line, told, _up(board, line))


def _explained(leaf: Criterion, mark: Mark | None, scores: Iterable[Score], records: int | None) -> Explained:
    given = tuple(
        Given(one.stage, one.scorer, one.points, "; ".join(filter(None, (one.reason, one.evidence))))
        for one in scores
        if one.criterion == leaf.key
    )
    if mark is None:
        return Explained(leaf, rule_words(leaf), "", None, given, None, 0)
    return Explained(leaf, rule_words(leaf), mark.value, records, given, mark.points, mark.spread, mark.why)


def rule_words(leaf: Criterion) -> Label:
    """A criterion's rule in words; how it is scored where it has none.

    >>> from coopkit.campaign import Points
    >>> rule = Rule("meetings.turns", RuleKind.YES_NO)
    >>> rule_words(Criterion("1", Label("Họp", "Meets"), Points(500), rule=rule)).vi
    'meetings.turns từ 1: 5 điểm'
    """
    if leaf.disqualifies:
        return Label("vi phạm thì bị loại", "disqualifies where it is found")
    if leaf.rule is None:
        vi, en = (
            format_points(leaf.maximum, lang) + (f" + {format_points(leaf.bonus, lang)}" if leaf.bonus else "")
            for lang in _LANGS
        )
        return Label(f"trừ đến {vi}", f"up to {en} off") if leaf.penalty else Label(f"chấm từ 0 đến {vi}", f"0 to {en}")
    vi, en = ("; ".join(_rule(leaf, leaf.rule, lang)) for lang in _LANGS)
    return Label(f"{leaf.rule.metric} {vi}", f"{leaf.rule.metric} {en}")


_LANGS: tuple[Lang, Lang] = ("vi", "en")


def _rule(leaf: Criterion, rule: Rule, lang: Lang) -> Iterator[str]:
    def points(number: int) -> str:
        return f"{format_points(number, lang)} {Label('điểm', 'points').in_(lang)}"

    def number(value: Fraction | None) -> str:
        return format_number(1 if value is None else value, lang)

    since, at, of = (Label(*words).in_(lang) for words in (("từ", "from"), ("đạt", "at"), ("hạng", "place")))
    if rule.how is RuleKind.RATIO:
        yield f"/ {number(rule.target)} × {points(leaf.by_rule)}"
    elif rule.how is RuleKind.YES_NO:
        yield f"{since} {number(rule.target)}: {points(leaf.by_rule)}"
    elif rule.how is RuleKind.RANK:
        yield from (f"{of} {n}: {points(given)}" for n, given in enumerate(rule.places, 1))
    else:
        word = since if rule.how is RuleKind.STEPS else at
        yield from (f"{word} {number(value)}: {points(given)}" for value, given in rule.nodes)


def _up(board: Board, line: Line) -> Label:
    """What it takes to move up one place."""
    if not line.place:
        told = line.unrated or "đơn vị không được xếp hạng"
        return Label(told, "the unit has no place, or it is not told yet")
    better = [one for one in board.of_block(line.block) if 0 < one.place < line.place]
    if not better:
        return Label("đang đứng đầu khối", "leads its block")
    nearest = min(better, key=lambda one: (-one.place, one.total))
    short = nearest.total - line.total
    if short == 0:
        return Label(
            f"bằng điểm {nearest.name}, hơn kém ở tiêu chí phân định",
            f"level with {nearest.name}, parted by a tie rule",
        )
    vi, en = format_points(short), format_points(short, "en")
    return Label(
        f"thiếu hơn {vi} điểm để vượt {nearest.name} (hạng {nearest.place})",
        f"more than {en} points to pass {nearest.name} (place {nearest.place})",
    )
