"""The pages about plugins say what the code says: hooks, fields, states, switches, commands, and who uses what."""

from __future__ import annotations

import ast
import enum
import json
import re
import runpy
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from typer.main import get_command

from coopkit import hookspecs
from coopkit.cli.plugins import plugin as commands
from coopkit.page import PageView
from coopkit.registry import PluginManifest, State, manifest, modes
from coopkit.registry.seam import HOOKS
from coopkit.registry.trial import LIMIT
from coopkit.testing import RULES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs/plugins"
STAMPED = {"plugin", "scope"}
"""The fields that the registry puts on, so that no author gives them."""


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def page_of(hook: str) -> Path:
    return DOCS / f"{kind_of(hook).replace('_', '-')}.md"


def kind_of(hook: str) -> str:
    return hook.removeprefix("coopkit_")


def section(text: str, heading: str) -> str:
    """What stands under a heading; nothing where there is none."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table."""
    return [re.split(r"(?<!\\) \| ", line[2:-2]) for line in text.splitlines() if line.startswith("| ")]


@cache
def specifications() -> dict[str, ast.FunctionDef]:
    """The hooks as hookspecs.py declares them."""
    tree = ast.parse(read(Path(hookspecs.__file__)))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@cache
def users() -> dict[str, tuple[str, ...]]:
    """The plugins in plugins/ that provide something of each kind, by their manifests."""
    told = [tomllib.loads(read(file)) for file in sorted(ROOT.glob(f"plugins/*/src/*/{manifest.FILE}"))]
    return {
        kind_of(hook): tuple(sorted(one["id"] for one in told if one["provides"].get(kind_of(hook)))) for hook in HOOKS
    }


# ── One page a hook ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_hook_is_known():
    """The specifications, what the seam lets through, and the kinds of a manifest are the same hooks."""
    assert list(specifications()) == list(HOOKS) == [f"coopkit_{kind}" for kind in manifest.PROVIDES]


def test_no_page_is_left_over():
    """docs/plugins holds a page for each hook, the manifest's and README, which leads to all of them."""
    pages = {page_of(hook).name for hook in HOOKS} | {"manifest.md"}
    assert {path.name for path in DOCS.iterdir()} == {*pages, "README.md"}
    assert [name for name in sorted(pages) if f"]({name})" not in read(DOCS / "README.md")] == []


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_told_as_it_is_declared(hook: str):
    """Its page begins with its name, and has its exact signature and what it is for."""
    text, spec = read(page_of(hook)), specifications()[hook]
    assert spec.returns is not None
    assert text.startswith(f"# `{hook}`: ")
    assert f"```py\ndef {hook}({ast.unparse(spec.args)}) -> {ast.unparse(spec.returns)}\n```" in text
    assert (ast.get_docstring(spec) or "?") in " ".join(text.split())


def default_of(one: attrs.Attribute[Any]) -> str:
    """A field's default as a page writes it."""
    if one.default is attrs.NOTHING:
        return "–"
    if isinstance(one.default, attrs.Factory):  # type: ignore[arg-type]
        return f"`{one.default.factory.__name__}()`"  # type: ignore[union-attr]
    if isinstance(one.default, enum.Enum):
        return f"`{one.default.name}`"
    return f"`{json.dumps(one.default) if isinstance(one.default, str) else one.default}`"


@pytest.mark.parametrize(
    ("hook", "cls"),
    [*((hook, cls) for hook, classes in HOOKS.items() for cls in classes), ("coopkit_pages", PageView)],
)
def test_every_field_is_told(hook: str, cls: type):
    """Name, type and default of each field that an author gives, in order, each with what it is."""
    text = read(page_of(hook))
    says, gives = (section(text, f"What {article} `{cls.__name__}` {verb}") for article, verb in words(cls))
    told = [row for row in rows(says or gives) if row[0].startswith("`")]
    fields = [one for one in attrs.fields(cls) if one.name not in STAMPED]
    assert [row[:3] for row in told] == [
        [f"`{one.name}`", f"`{cls.__annotations__[one.name].replace(' | ', ' or ')}`", default_of(one)]
        for one in fields
    ]
    assert all(len(row) == 4 and row[3] for row in told)


def words(cls: type) -> list[tuple[str, str]]:
    article = "an" if cls.__name__[0] in "AEIO" else "a"
    return [(article, "says"), (article, "gives")]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_an_example(hook: str):
    """A block that the tests run offers something through the hook, loads it, and says what comes of it."""
    blocks = re.findall(r"^```python\n(.*?)^```$", read(page_of(hook)), re.MULTILINE | re.DOTALL)
    for block in blocks:
        ast.parse(block)
    whole = [one for one in blocks if f"def {hook}(" in one and "Registry.load(" in one and "assert " in one]
    failing = section(read(page_of(hook)), "When it fails")
    assert whole
    assert "assert " in failing
    assert re.search(r"\*(provide|compute|veto|notify)\*", failing)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_names_tests_that_there_are(hook: str):
    """Each test that a page names is a function of that file."""
    named = re.findall(r"`((?:tests|plugins)/[\w/.-]+\.py)::(\w+)`", section(read(page_of(hook)), "Who uses it"))
    assert named
    for file, test in named:
        tree = ast.parse(read(ROOT / file))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{file}::{test}"


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_names_who_uses_it(hook: str):
    """Its page, and its row in README, name exactly the plugins in plugins/ whose manifests provide something of it."""
    linked = re.findall(r"^- \[coopkit-(\w+)\]\(", section(read(page_of(hook)), "Who uses it"), re.MULTILINE)
    [row] = [row for row in rows(read(DOCS / "README.md")) if row[0].startswith(f"[`{hook}`]")]
    assert users()[kind_of(hook)]
    assert tuple(linked) == users()[kind_of(hook)]
    assert tuple(row[2].split(", ")) == users()[kind_of(hook)]


# ── The manifest ────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts/manifest_reference.py"))


def test_the_reference_is_what_its_script_writes():
    """manifest.md is what scripts/manifest_reference.py makes of the classes as they are now."""
    assert read(DOCS / "manifest.md") == script()["rendered"]()


def test_the_sample_is_a_manifest():
    """The manifest in the reference is read, fits this coopkit, and shows a setting of every type."""
    from coopkit.registry.found import coopkit_version

    [sample] = re.findall(r"^```toml\n(.*?)^```$", read(DOCS / "manifest.md"), re.MULTILINE | re.DOTALL)
    made = PluginManifest.read(sample, "manifest.md")
    assert made.incompatible(coopkit_version()) == ""
    assert {one.type for one in made.settings.values()} == set(manifest._TYPES)
    assert {one.name for one in attrs.fields(PluginManifest)} == set(tomllib.loads(sample))


# ── README ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def first_cells(heading: str) -> list[str]:
    """What stands first in the rows of a section of README, without its heading row."""
    return [row[0].strip("`") for row in rows(section(read(DOCS / "README.md"), heading)) if row[0][0] in "`*"]


def test_every_state_is_told():
    """By its name and as it stands on screen; and how long a trial may take."""
    told = [row for row in rows(section(read(DOCS / "README.md"), "Its life")) if row[0].startswith("`")]
    assert [(row[0], row[1]) for row in told] == [(f"`{one.name}`", one.label.vi) for one in State]
    assert all(one.name in read(DOCS / "README.md").split("## Its life")[1].split("```")[1] for one in State)
    assert f"within {LIMIT:g} seconds" in read(DOCS / "README.md")


def test_every_switch_is_told():
    """The variables of the environment that are looked at, by name."""
    asked = set(re.findall(r'"(COOPKIT_\w+)"', read(Path(modes.__file__))))
    assert {cell.partition("=")[0] for cell in first_cells("The environment")} == asked


def test_every_command_is_told():
    """`coopkit plugin …`, each that there is, and no other."""
    told = [re.fullmatch(r"coopkit plugin (\w+)\b.*", cell) for cell in first_cells("The commands")]
    assert sorted(found[1] if found else "?" for found in told) == sorted(get_command(commands).commands)  # type: ignore[attr-defined]


def test_every_rule_of_the_check_is_told():
    """The rules of the conformance suite, by name and in both languages."""
    told = [row for row in rows(section(read(DOCS / "README.md"), "Making one")) if row[0].startswith("`")]
    assert told == [[f"`{key}`", one.vi, one.en] for key, one in RULES.items()]


def test_every_option_that_is_told_is_there():
    """What README says of `--option`s is an option of some command."""
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", read(DOCS / "README.md"))) - {"--ledger", "--editable"}
    options = {name for one in get_command(commands).commands.values() for par in one.params for name in par.opts}  # type: ignore[attr-defined]
    assert named
    assert named - options == set()


def test_every_type_of_setting_is_told():
    """In README's words on settings."""
    told = section(read(DOCS / "README.md"), "Settings and secrets")
    assert [name for name in manifest._TYPES if f"`{name}`" not in told] == []


def test_every_family_is_told():
    """The families of failures that the contract names, with the same names."""
    named = re.findall(r"^    (\w+) {3,}", hookspecs.__doc__ or "", re.MULTILINE)
    assert [cell.strip("*") for cell in first_cells("The four failure families")] == named


def test_the_contract_is_not_called_more_than_it_is():
    """README says that a plugin runs in the same process, and that this is no wall."""
    told = section(read(DOCS / "README.md"), "A guard-rail, not a wall")
    assert "in coopkit's own process" in told
    assert "does not keep malice out" in told


# ── All pages ───────────────────────────────────────────────────────────────────────────────────────────────────────

PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    """Every link within the repository names a file that there is."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_is_run_once(page: Path):
    """Exactly one collector takes its examples, in whatever folder it lies."""
    documents = runpy.run_path(str(ROOT / "conftest.py"))["_documents"]
    assert [one.should_parse(page) for one in documents].count(True) == 1
