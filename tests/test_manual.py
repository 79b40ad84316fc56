"""The staff's manual: every word that it says stands on the page stands there; its pictures are made, and all used."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from coopkit.admin.catalogue import CATALOGUE

ROOT = Path(__file__).parents[1]
MANUAL = ROOT / "docs/huong-dan"
IMAGES = ROOT / "docs/images"
PAGES = sorted(MANUAL.glob("*.md"))
READ = (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md")
LARGEST, ALL = 100_000, 3_000_000
"""Bytes of one picture, and of all."""

QUOTED = re.compile(r"«([^»]+)»|\*\*([^*]+)\*\*", re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


@cache
def said() -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
    """What the page can say: the catalogue's sentences and the library's texts; those with places in parts."""
    with CATALOGUE.open("rb") as file:
        texts = {text for one in read_po(file) if one.id for text in ([one.id] if isinstance(one.id, str) else one.id)}
    for source in (ROOT / "src").rglob("*.py"):
        texts |= set(filter(None, map(_text, ast.walk(ast.parse(source.read_text("utf-8"))))))
    for source in [*(ROOT / "src").rglob("*.toml"), *(ROOT / "src").rglob("*.js"), *(ROOT / "src").rglob("*.html")]:
        texts |= {
            text for pair in re.findall(r'"([^"\n]+)"|>\s*([^<>]+?)\s*<', source.read_text("utf-8")) for text in pair
        }
    plain = {_bare(text) for text in texts}
    return frozenset(plain), tuple(tuple(re.split(r"\{[^{}]*\}", text)) for text in plain if "{" in text)


def _text(node: ast.AST) -> str:
    """What a string of the source says, "{}" for what is filled in, without the English that follows in brackets."""
    if isinstance(node, ast.JoinedStr):
        told = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    else:
        told = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return re.sub(r"\s\([ -'*-~]*\)$", "", told)


def _bare(text: str) -> str:
    """A text without what is not read: Markdown's own letters, icons, a star for what must be filled in."""
    return " ".join(re.sub(r":[a-z-]+\[|\]|:material/\w+:|\*\*|\\", "", text).split()).rstrip(" *.…:")


def is_said(text: str) -> bool:
    """Whether a page says so; of a sentence with places, no more than the half is filled in."""
    plain, places = said()
    bare = _bare(text)
    return bare in plain or any(
        re.fullmatch(".+".join(map(re.escape, parts)), bare)
        for parts in places
        if 2 * sum(map(len, parts)) >= len(bare)
    )


def quotes() -> list[tuple[str, str]]:
    """Every word that the manual says stands on a page, with the manual's page."""
    return [
        (page.name, " ".join((screen or button).split()))
        for page in PAGES
        for screen, button in QUOTED.findall(page.read_text("utf-8"))
    ]


def pictures_made() -> list[str]:
    """The names of the pictures that the browser tests take."""
    names = []
    for source in sorted((ROOT / "tests/browser").glob("test_*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            at = {"picture": 1, "State": 0}.get(node.func.id) if _is_call(node) else None
            if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                names.append(node.args[at].value)
    return names


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def pictures_shown() -> dict[Path, Path]:
    """Every picture that a page of the documents shows, with the page."""
    return {
        (page.parent / target).resolve(): page
        for page in READ
        for target, _ in LINK.findall(page.read_text("utf-8"))
        if target.endswith(".png")
    }


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_what_the_manual_quotes_is_on_the_page(page):
    """Each «…» and each **…** is a sentence or a label of the page, letter for letter."""
    assert [text for name, text in quotes() if name == page.name and not is_said(text)] == []


def test_a_word_that_no_page_says_is_found():
    """The check itself can fail: a button that is not there, a sentence with one letter changed."""
    assert is_said("Ghi vào sổ")
    assert is_said("Đã ghi HTX An Bình (lô 12).")
    assert not is_said("Ghi vào sổ ngay")
    assert not is_said("Da ghi HTX An Bình (lô 12).")


def test_links_of_the_manual_lead_somewhere():
    """Every page is in the list of contents, and every link reaches a file."""
    contents = {target for target, _ in LINK.findall((MANUAL / "README.md").read_text("utf-8"))}
    assert {page.name for page in PAGES} - contents == {"README.md"}
    for page in PAGES:
        for target, _ in LINK.findall(page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_pictures_are_made_by_tests_and_all_are_shown():
    """A picture that is shown is there; one that is there is shown; each is taken by one browser test."""
    there = {file.resolve() for file in IMAGES.rglob("*.png")}
    made = pictures_made()
    assert sorted(set(made)) == sorted(made)
    assert there == {(IMAGES / f"{name}.png").resolve() for name in made}
    assert there == set(pictures_shown())


def test_pictures_are_small():
    """The folder stays light to clone."""
    sizes = {file.name: file.stat().st_size for file in IMAGES.rglob("*.png")}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) < ALL
