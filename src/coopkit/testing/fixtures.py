"""The pytest plugin that coopkit brings: two fixtures. Everything else is loaded when a test asks for one."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from coopkit.testing.alliance import TinyAlliance
    from coopkit.testing.temporary import TmpPlugin


@pytest.fixture(scope="session")
def tiny_alliance_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the tiny alliance, made once; copied for each test."""
    from coopkit.testing.alliance import build

    return build(tmp_path_factory.mktemp("tiny_alliance"))


@pytest.fixture
def tiny_alliance(tiny_alliance_file: Path, tmp_path: Path) -> Iterator[TinyAlliance]:
    """A small made-up alliance in a ledger of its own, open at an officer's desk (`TinyAlliance`).

    It has records before and after the reforms of 1/1/2025 and 1/7/2025, a workbook that came late and was typed in
    NFD, a campaign with a tie and a conflict of interest, a unit that closed, a district with one unit and one without.
    """
    from coopkit.testing.alliance import opened

    with opened(tiny_alliance_file, tmp_path / "tiny_alliance") as alliance:
        yield alliance


@pytest.fixture
def tmp_plugin(tmp_path: Path) -> Iterator[Callable[..., TmpPlugin]]:
    """Makes a plugin of source text, importable until the test ends: `tmp_plugin(source, provides={"metrics": [...]})`.

    Its id is "thu" unless told; `reads` are the tables and `owners` the codes of the places of its manifest, or
    `manifest` is its whole text; `files` are further files of its folder, by their paths.
    """
    from coopkit.testing.temporary import importable, manifest_of, write_plugin

    with ExitStack() as stack:

        def make(  # noqa: PLR0913 - each argument is a part of a plugin
            source: str,
            *,
            id: str = "thu",  # noqa: A002 - its name
            provides: Mapping[str, Iterable[str]] | None = None,
            reads: Iterable[str] = (),
            owners: Iterable[str] = (),
            personal: bool = False,
            manifest: str = "",
            files: Mapping[str, str | bytes] | None = None,
        ) -> TmpPlugin:
            told = manifest or manifest_of(id, provides=provides or {}, reads=reads, owners=owners, personal=personal)
            folder = tmp_path / f"plugin-{id}"
            made = write_plugin(folder, source, id=id, manifest=told, files=files or {})
            stack.enter_context(importable(made.source))
            return made

        yield make
