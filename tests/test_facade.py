"""What `import coopkit` offers: a sorted list, each name documented with an example, told alike to type checkers."""

from __future__ import annotations

import inspect
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import coopkit

ROOT = Path(__file__).parents[1]


def test_public_names_are_sorted():
    """The list can be read, and a doubled name seen."""
    assert coopkit.__all__ == sorted(set(coopkit.__all__))


def test_public_names_are_what_is_offered():
    """In a fresh interpreter, `dir` and `import *` give the public names and nothing else."""
    code = """
import coopkit
shown = [name for name in dir(coopkit) if not name.startswith("_")]
got = {}
exec("from coopkit import *", got)
print(shown == sorted(name for name in got if not name.startswith("_")) == coopkit.__all__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@pytest.mark.parametrize("name", coopkit.__all__)
def test_public_name_is_documented(name: str):
    """Every public name says what it is, with an example that the tests run."""
    value = getattr(coopkit, name)
    defined_by_us = getattr(value, "__module__", type(value).__module__).startswith("coopkit")
    # A marker of pluggy's (`hookimpl`) brings pluggy's own documentation.
    if not defined_by_us:
        assert inspect.getdoc(value)
        return
    assert ">>> " in (inspect.getdoc(value) or ""), f"{name} has no example in its docstring"


def test_unknown_name_is_refused():
    """A misspelled name is an AttributeError that repeats it, as from any module."""
    with pytest.raises(AttributeError, match="'coopkit' has no attribute 'Legder'"):
        _ = coopkit.Legder  # type: ignore[attr-defined]


def test_type_checkers_are_told_the_same():
    """The stub beside the facade lists the same names from the same rooms; `make facade` writes it."""
    stub = runpy.run_path(str(ROOT / "scripts/facade.py"))["stub"]()
    assert (ROOT / "src/coopkit/__init__.pyi").read_text(encoding="utf-8") == stub
