"""docs/security.md: each item of OWASP ASVS 5.0.0, levels 1 and 2, stands in it once, and what it names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from attrs import field, frozen

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/security.md"
ITEMS = {
    item: int(level)
    for item, level in (line.split() for line in (ROOT / "tests/golden/asvs-5.0.0.txt").read_text("utf-8").splitlines())
}
"""The items of levels 1 and 2, by number, with their level."""

NOT_MET = "Not met"
APART = "Does not apply:"
NUMBER = re.compile(r"(?<![\d.])\d+\.\d+\.\d+(?!\.?\d)")
SPAN = re.compile(rf"({NUMBER.pattern})–({NUMBER.pattern})")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NAMED = re.compile(r"`((?:tests|src|docs|deploy|requirements|scripts)/[\w./-]+\w)(?:::\w+)?`")


@frozen
class Page:
    """What the page says: its items by where they stand, what each row ends with, and what is wrong with it."""

    held: list[str] = field(factory=list)
    apart: list[str] = field(factory=list)
    missing: list[str] = field(factory=list)
    empty: list[str] = field(factory=list)
    """Items whose row leaves a cell empty."""

    @property
    def every(self) -> list[str]:
        return [*self.held, *self.apart, *self.missing]


def read(text: str) -> Page:
    """The items that a page accounts for."""
    page, heading = Page(), ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith(APART):
            page.apart.extend(spread(line))
        elif line.startswith("| ") and line[2].isdigit():
            item, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            (page.missing if heading.startswith(NOT_MET) else page.held).append(item)
            page.empty.extend([item] if not all(cells) or len(cells) != 3 else [])
    return page


def spread(line: str) -> Iterator[str]:
    """The items of a line, those from one to another and those of a whole chapter too."""
    for chapter in re.findall(r"\bV(\d+)\b", line):
        yield from (item for item in ITEMS if item.startswith(f"{chapter}."))
    for first, last in SPAN.findall(line):
        order = list(ITEMS)
        yield from order[order.index(first) : order.index(last) + 1]
    yield from NUMBER.findall(SPAN.sub("", line))


@cache
def named_in(path: str) -> frozenset[str]:
    """The tests of a file, found without running it."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


TOLD = PAGE.read_text("utf-8")
SAID = read(TOLD)


def test_the_list_is_that_of_the_standard():
    """70 items of level 1 and 183 of level 2, as ASVS 5.0.0 has them."""
    assert [list(ITEMS.values()).count(level) for level in (1, 2)] == [70, 183]


def test_every_item_stands_once():
    """None is left out, none stands in two places, and none is made up."""
    assert sorted(SAID.every) == sorted(ITEMS)


def test_every_row_is_filled_in():
    """What it asks, how it is held and by which test; or what is missing and what to do about it."""
    assert SAID.empty == []


@pytest.mark.parametrize("named", sorted(set(NAMED.findall(TOLD))))
def test_what_is_named_is_there(named: str):
    """Every file that the page names."""
    assert (ROOT / named).exists()


@pytest.mark.parametrize(("path", "name"), sorted(set(TEST.findall(TOLD))))
def test_every_test_is_there(path: str, name: str):
    """A test that was renamed or deleted holds nothing any more."""
    assert name.startswith("test_")
    assert name in named_in(path)


def test_the_figures_are_those_of_the_tables():
    """How many items are held, do not apply, and are not met."""
    [told] = re.findall(r"(\d+) are held, (\d+) do not apply, (\d+) are not met", TOLD)
    assert tuple(map(int, told)) == (len(SAID.held), len(SAID.apart), len(SAID.missing))


ROW = "| 1.1.1 | asks | held | test |"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ROW, (["1.1.1"], [], [], [])),
        (f"## {NOT_MET}, or in part\n{ROW}", ([], [], ["1.1.1"], [])),
        ("| 1.1.1 | asks |  | test |", (["1.1.1"], [], [], ["1.1.1"])),
        ("| 1.1.1 | asks | held |", (["1.1.1"], [], [], ["1.1.1"])),
        (f"{APART} 6.5.4–6.6.1, 1.2.8 (LaTeX 1.2).", ([], ["6.5.4", "6.5.5", "6.6.1", "1.2.8"], [], [])),
        (f"{APART} all of V9.", ([], ["9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3", "9.2.4"], [], [])),
        ("ASVS 5.0.0\n| item | asks |\n|---|---|", ([], [], [], [])),
    ],
)
def test_a_page_is_read_as_a_person_reads_it(text: str, found: tuple[list[str], ...]):
    """Rows of the tables, single items and those from one to another."""
    page = read(text)
    assert (page.held, page.apart, page.missing, page.empty) == found
