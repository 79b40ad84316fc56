"""What runs in the child process: the plugin is loaded, looked at rule by rule, and what is found written down."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import attrs

from coopkit.errors import NotFound, PluginError
from coopkit.place import shipped
from coopkit.registry import OWN, Modes, Registry
from coopkit.registry.found import Found, coopkit_version, of_module
from coopkit.registry.trial import tried
from coopkit.snapshot import Snapshot
from coopkit.testing.case import Case, fault_of
from coopkit.testing.finding import Finding
from coopkit.testing.process import Job
from coopkit.testing.rules import CHECKED
from coopkit.testing.rules.quiet import EAR


def main(told: str) -> None:
    """Do the job; each rule's findings are written as they come, so that the last line tells where a child ended."""
    job = Job.read(told)
    out = Path(job.out)
    if job.answers:
        case = _case(job)
        out.write_text(json.dumps(case.answers(case.world), ensure_ascii=False), "utf-8")
        return
    with out.open("w", encoding="utf-8") as page:

        def say(rule: str, findings: list[Finding]) -> None:
            plain = [attrs.asdict(attrs.evolve(one, plugin=job.name)) for one in findings]
            page.write(json.dumps({"rule": rule, "findings": plain}, ensure_ascii=False) + "\n")
            page.flush()

        for rule, findings in _looked(job):
            say(rule, findings)
        say("", [])


def _looked(job: Job) -> Iterator[tuple[str, list[Finding]]]:
    """Each rule, first without findings when it is about to be looked at, then with them."""
    yield "loads", []
    if found := list(_loads(job) if "loads" in job.rules else ()):
        yield "loads", found
        return
    EAR.put_on(*_folders(job))
    case = _case(job)
    problem = next((one.problem for one in case.registry.plugins() if one.name == job.name), "")
    if problem:
        yield "loads", [Finding("loads", "", problem)]
        return
    for rule in (rule for rule in CHECKED if rule in job.rules):
        yield rule, []
        yield rule, _checked(rule, case)


def _checked(rule: str, case: Case) -> list[Finding]:
    try:
        return list(CHECKED[rule](case))
    except Exception as error:  # noqa: BLE001 - what kept a rule from being looked at is a finding of it
        return [Finding(rule, "", fault_of(error))]


def _case(job: Job) -> Case:
    samples = {key: Path(path) for key, path in job.samples.items()}
    if job.name == OWN:
        return Case(OWN, None, Registry.load(modes=Modes()), samples)
    if job.bare:
        return Case(job.name, None, Registry.load(importlib.import_module(job.module), modes=Modes()), samples)
    registry = Registry.load(modules={job.name: job.module}, modes=Modes())
    return Case(job.name, of_module(job.name, job.module), registry, samples)


def _loads(job: Job) -> Iterator[Finding]:
    """Alone, in a process of its own, it offers what its manifest declares, for this coopkit and for known places."""
    if job.name == OWN:
        return
    if job.bare:
        try:
            Registry.load(importlib.import_module(job.module), modes=Modes()).require_sound()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - this is what is looked for
            yield Finding("loads", "", fault_of(error))
        return
    found = of_module(job.name, job.module)
    manifest = found.manifest
    problem = manifest.incompatible(coopkit_version()) if manifest else ""
    problem = problem or tried(found).problem
    if problem:
        yield Finding("loads", "", problem)
    elif manifest:
        yield from _strangers(found)


def _strangers(found: Found) -> Iterator[Finding]:
    """The owners that the shipped maps do not know."""
    maps = Snapshot.of([*shipped().places, *shipped().successions])
    for owner in found.manifest.owners if found.manifest else ():
        try:
            owner.of(maps)
        except (NotFound, PluginError) as error:
            yield Finding("loads", owner.place, str(error))


def _folders(job: Job) -> list[Path]:
    """The folders of the plugin's code; of coopkit's own, those of what it offers."""
    if job.name == OWN:
        rooms = (importlib.util.find_spec(f"coopkit.{room}") for room in ("metrics", "exporters"))
        return [Path(room.origin).parent for room in rooms if room and room.origin]
    spec = importlib.util.find_spec(job.module.partition(".")[0])
    file = Path(spec.origin) if spec and spec.origin else None
    return [file.parent if file.name == "__init__.py" else file] if file else []
