"""`check_plugin`: the conformance suite that any plugin gets for free; and `assert_conforms`, for a test."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from attrs import frozen

from coopkit.errors import NotFound
from coopkit.registry import OWN
from coopkit.registry.found import GROUP, installed, of_module
from coopkit.testing.finding import RULES, Finding
from coopkit.testing.process import HERE, Job, run


@frozen
class Subject:
    """A plugin to be looked at: its id and module, whether it has no manifest, and the folders to import it from."""

    name: str
    module: str
    bare: bool = False
    paths: tuple[Path, ...] = ()
    folder: Path | None = None


def check_plugin(
    plugin: str | Path | ModuleType,
    *,
    rules: Iterable[str] = tuple(RULES),
    samples: Mapping[str, Path] | None = None,
    limit: float = 300,
) -> list[Finding]:
    """What is wrong with a plugin: by the rules of `RULES`, all of them or those named; empty where nothing is.

    `plugin` is the id of an installed one, its module, a folder with `pyproject.toml`, or "coopkit" for its own offers.
    Nothing of it is imported here: it is loaded and asked in a child process, over a made-up register that has units
    in its places. `samples` are files for its importers, by their keys, beside `samples/KEY.*` in its folder.
    `limit`: seconds it may take in all.

    Raises `NotFound` for a plugin or a rule that there is not.

    >>> check_plugin("coopkit", rules=["additive"])
    []
    """
    wanted = tuple(rules)
    if unknown := sorted(set(wanted) - RULES.keys()):
        raise NotFound(f"Không có quy tắc {', '.join(unknown)} (no such rule): {', '.join(RULES)}")
    return [one for subject in _subjects(plugin) for one in _checked(subject, wanted, samples or {}, limit)]


def assert_conforms(
    plugin: str | Path | ModuleType,
    *,
    rules: Iterable[str] = tuple(RULES),
    samples: Mapping[str, Path] | None = None,
    limit: float = 300,
) -> None:
    """Raises `AssertionError` that lists what `check_plugin` finds; what could not be looked at here is let pass.

    >>> assert_conforms("coopkit", rules=["order"])
    """
    found = check_plugin(plugin, rules=rules, samples=samples, limit=limit)
    if wrong := [f"  {one}" for one in found if not one.skipped]:
        raise AssertionError("\n".join([f"{plugin}: {len(wrong)} điều chưa đúng (what is wrong):", *wrong]))


def _checked(subject: Subject, rules: tuple[str, ...], samples: Mapping[str, Path], limit: float) -> Iterator[Finding]:
    with TemporaryDirectory(prefix="coopkit-check-") as folder:
        out = Path(folder) / "findings.jsonl"
        files = {key: str(Path(path).resolve()) for key, path in {**_samples(subject), **samples}.items()}
        job = Job(subject.name, subject.module, subject.bare, rules, files, str(out))
        ended = run(job, Path(folder), {**HERE, "PYTHONPATH": _path(subject)}, limit)
        lines = out.read_text("utf-8").splitlines() if out.is_file() else []
    told = [json.loads(line) for line in lines]
    for line in told:
        yield from (Finding(**one) for one in line["findings"])
    under_way = told[-1]["rule"] if told else "loads"
    if ended or under_way:
        yield Finding(under_way, "", ended or "tự thoát (ended the process)", subject.name)


def _path(subject: Subject) -> str:
    """The path of imports of the child: the plugin's own folders first."""
    inherited = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([*map(str, subject.paths), *([inherited] if inherited else [])])


def _subjects(plugin: str | Path | ModuleType) -> list[Subject]:
    if isinstance(plugin, ModuleType):
        return [_of_module(plugin)]
    folder = Path(plugin)
    if (folder / "pyproject.toml").is_file():
        return _of_folder(folder.resolve())
    if plugin == OWN:
        return [Subject(OWN, "coopkit.builtin")]
    known = {one.name: one for one in installed()}
    found = known.get(str(plugin))
    if found is None:
        told = ", ".join(known) or "-"
        raise NotFound(f"Không có tiện ích hay thư mục {str(plugin)!r} (no such plugin or folder): {told}")
    return [Subject(found.name, found.module, folder=_project(found.root))]


def _of_module(module: ModuleType) -> Subject:
    """The plugin that a module is, by the manifest beside it, or by its own name where there is none."""
    file = Path(module.__file__).resolve() if module.__file__ else None
    name = module.__name__
    if file is None:
        raise NotFound(f"{name} không nằm trong tệp nào (the module is in no file)")
    package = file.name == "__init__.py"
    home = file.parents[name.count(".") + package]
    manifest = of_module(name, name).manifest
    return Subject(manifest.id if manifest else name, name, manifest is None, (home,), _project(file))


def _of_folder(folder: Path) -> list[Subject]:
    """The plugins that a folder's pyproject.toml announces."""
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8-sig")).get("project", {})
    announced: Mapping[str, str] = project.get("entry-points", {}).get(GROUP, {})
    if not announced:
        raise NotFound(f"{folder / 'pyproject.toml'}: không có [project.entry-points.{GROUP}] (announces no plugin)")
    source = folder / "src" if (folder / "src").is_dir() else folder
    return [Subject(name, told.partition(":")[0], paths=(source,), folder=folder) for name, told in announced.items()]


def _project(file: Path | None) -> Path | None:
    """The folder with pyproject.toml that a file lies in, if it is a checkout."""
    above = file.parents[:4] if file else ()
    return next((folder for folder in above if (folder / "pyproject.toml").is_file()), None)


def _samples(subject: Subject) -> dict[str, Path]:
    """The sample files of a plugin's folder, by the keys they are named after."""
    if subject.folder is None:
        return {}
    files = (*subject.folder.glob("samples/*"), *subject.folder.glob("tests/samples/*"))
    return {file.stem: file for file in files if file.is_file() and file.stem.startswith(f"{subject.name}.")}
