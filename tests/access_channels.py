"""The channels of the leak matrix: whatever an actor can be given, each as one text; refusals are part of it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.access_ledgers import BEGAN, DAY, GROUPS, IN_2023

from coopkit.admin import papers
from coopkit.campaign import SCORING
from coopkit.cooperative import Cooperative, CooperativeKind, Membership
from coopkit.disclosure import Purpose, Why
from coopkit.errors import CoopkitError
from coopkit.exporters.workbook import write_workbook
from coopkit.jobs import Jobs
from coopkit.metrics import Evaluation
from coopkit.period import Period
from coopkit.scope import Scope, limited
from coopkit.sheet import register_sheets
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label
from coopkit.workspace import CampaignDesk, Desk, Editing, Filter, Order, Ranking, Scoring, Sealing
from coopkit.workspace.attendance import Attendance
from coopkit.workspace.awarding import Awarding
from coopkit.workspace.boxes import Box, Boxes
from coopkit.workspace.bulk import Bulk
from coopkit.workspace.campaigns import by_scorer, every_campaign, paired, pledges, way
from coopkit.workspace.drafts import Drafts
from coopkit.workspace.event_copy import CopyAsked
from coopkit.workspace.event_list import Asked as EventsAsked
from coopkit.workspace.events import Events
from coopkit.workspace.evidence import EvidenceFiles
from coopkit.workspace.journal import Asked, Trail
from coopkit.workspace.listing import export_units
from coopkit.workspace.nominees import Nominees, honoured, honoured_outside
from coopkit.workspace.opening import Opening
from coopkit.workspace.overview import SHOWN, Overview
from coopkit.workspace.people import People
from coopkit.workspace.reporting import Reporting, Wanted
from coopkit.workspace.score_form import ScoreForms
from coopkit.workspace.score_sheets import ScoreSheets
from coopkit.workspace.unit import took_part, unit_today, yearly

YEAR: Final = Period.parse("2024")
TEXTS: Final = ("KIMXA", "kimgan", "HTX", "0209999000", "v1", "")
UNITS: Final = tuple(of for units in GROUPS.values() for of in units)
METRIC: Final = "fairs.turns"
Asking = Callable[[], Any]


def told(*asks: Asking) -> str:
    """What came of each of these, as text: what was given, or why it was refused."""
    return "\n".join(f"{n}: {_one(ask)}" for n, ask in enumerate(asks))


def _one(ask: Asking) -> str:
    try:
        given = ask()
    except CoopkitError as error:
        return f"{type(error).__name__}: {error}"
    return _unpacked(given) if isinstance(given, bytes) else repr(given)


def _unpacked(data: bytes) -> str:
    """A file as text: of a workbook or paper every part of it."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return "\n".join(f"{name}: {_unpacked(held.read(name))}" for name in held.namelist())


def _rows(snapshot: Snapshot) -> dict[str, Any]:
    return {name: snapshot.tables[name].to_pylist() for name in TABLES if name not in {"place", "succession", "act"}}


def rows(desk: Desk) -> str:
    """The rows of every table, as of today and as of an older map; and the events with their kinds' own fields."""
    return told(
        lambda: _rows(desk.snapshot()),
        lambda: _rows(desk.snapshot(IN_2023)),
        lambda: desk.snapshot().table("event").to_pylist(),
        lambda: desk.snapshot().content_hash,
    )


def counts(desk: Desk) -> str:
    """Every figure of two years: of the whole, and by place, sector and block."""
    periods = YEAR, YEAR.year_before()
    ways = ("", "place:district", "place:commune", "sector", "block", "unit_kind")
    return told(*(lambda by=by: _cells(desk.evaluate(*periods, by=by)) for by in ways), desk.years)


def _cells(evaluation: Evaluation) -> list[str]:
    """The figures; the engine gives groups in no order, and whoever shows them puts them in one."""
    return sorted(map(repr, evaluation.cells.values()))


def charts(desk: Desk) -> str:
    """The cards and what charts draw: over the years, by sector, by place; and what waits for the office."""
    shown = Overview(desk)
    asks: list[Asking] = [lambda: shown.cards(YEAR), lambda: shown.tasks(YEAR)]
    for key in SHOWN:
        asks += [lambda key=key: shown.over_years(key, YEAR), lambda key=key: shown.by_sector(key, YEAR)]
        asks += [lambda key=key: shown.by_place(key, YEAR)]
    return told(*asks)


def search(desk: Desk) -> str:
    """What a search finds, how much and in which order; what a box offers; what may be chosen to narrow a list."""

    def lists() -> Iterator[Any]:
        units = desk.units()
        yield units.areas, dict(units.counts), len(units)
        for text in TEXTS:
            found = units.search(Filter(text))
            yield len(found), found.members, found.pages(1), found[:50]
        for order in Order:
            yield [units.search(Filter(), order, descending=down).ids for down in (False, True)]

    contact = TABLES["contact"]
    return told(
        lambda: list(lists()),
        *(lambda text=text: Boxes(desk).hits(Box(contact.field("cooperative")), text) for text in TEXTS),
        lambda: Boxes(desk).hits(Box(TABLES["participation"].field("event")), ""),
        lambda: Attendance(desk).search("KIM"),
        lambda: [Events(desk).find(EventsAsked(text=text)).page(1) for text in TEXTS],
        desk.waiting,
        lambda: desk.waiting(IN_2023),
    )


def exports(desk: Desk) -> str:
    """The report by every exporter, the list of units, a figure's records, and the papers to print."""
    wanted = Wanted(YEAR)
    opening = Opening(Reporting(desk), wanted, METRIC)
    return told(
        *(lambda key=key: Reporting(desk).file(wanted, key) for key in desk.exporters()),
        lambda: export_units(desk, desk.units().search(), Filter()),
        lambda: [one.csv() for one in (*opening.counted, *opening.left_out)],
        lambda: opening.counted[0].xlsx(("thử",), DAY),
        lambda: papers.report(desk, {"ky": "2024"}, "vi"),
        lambda: papers.board(desk, {"dot": "2024"}, "vi"),
    )


def addresses(desk: Desk) -> str:
    """Pages asked for directly, by the id of a record that may be another's; figures of a group that may be too."""
    asks: list[Asking] = []
    for of in UNITS:
        asks += [
            lambda of=of: desk.unit(of),
            lambda of=of: unit_today(desk, of),
            lambda of=of: yearly(desk, of),
            lambda of=of: took_part(desk, of),
            lambda of=of: papers.record(desk, {"ma": of}, "vi"),
            lambda of=of: Events(desk).event(f"e-{of}"),
            lambda of=of: Events(desk).turns(f"e-{of}"),
            lambda of=of: Attendance(desk).units_of("311", f"e-{of}", members=False),
            lambda of=of: Ranking(CampaignDesk(desk, "p")).opened(of).explanation,
            lambda of=of: Ranking(CampaignDesk(desk, "p")).evidence(of),
        ]
    for code in ("316", "311"):
        opening = Opening(Reporting(desk), Wanted(YEAR, IN_2023), METRIC, "huyen", code)
        asks += [lambda o=opening: o.figure, lambda o=opening: [one.csv() for one in (*o.counted, *o.left_out)]]
    asks += [lambda: desk.records(METRIC, YEAR), lambda: desk.left_out(METRIC, YEAR)]
    asks += [lambda: EvidenceFiles(CampaignDesk(desk, "p")).get("0" * 64)]
    return told(*asks)


def history(desk: Desk) -> str:
    """The journal: its batches, its lines, as a file; the versions of records; and what taking back would do."""
    trail = Trail(desk)
    asks: list[Asking] = [
        trail.find,
        trail.actors,
        trail.csv,
        desk.batches,
        lambda: [trail.find(Asked(record=text)).total for text in (*TEXTS[:5], *UNITS)],
        *(lambda n=n: (trail.batch(n), trail.lines(n)) for n in range(1, 6)),
        *(lambda n=n: trail.taken_back(n) for n in range(2, 6)),
    ]
    for of in UNITS:
        for table, key in (
            ("cooperative", of),
            ("person", f"p-{of}"),
            ("score", f"sc-{of}"),
            ("nomination", f"n-{of}"),
        ):
            asks += [lambda table=table, key=key: trail.versions(table, key), lambda key=key: desk.history(key)]
    asks += [lambda: desk.history("htx kimxa t1"), desk.verify]
    return told(*asks)


def plugins(desk: Desk) -> str:
    """What a plugin is given that asks for everything, personal data too; and its figures."""
    greedy = Scope("tham", (), frozenset(TABLES), personal=True)
    return told(
        lambda: {name: limited(desk.snapshot(), greedy).tables[name].to_pylist() for name in ("cooperative", "person")},
        lambda: _cells(desk.inside.evaluate("coopkit", [YEAR])),
        desk.plugins,
    )


def campaigns(desk: Desk) -> str:
    """Boards, scores, pairs, nominees and honours; the names of sheets and what they hold."""
    at = CampaignDesk(desk, "p")
    stages = [one for one in at.rules.stages if one.kind in SCORING]
    asks: list[Asking] = [
        lambda: every_campaign(desk),
        lambda: way(at),
        at.board,
        lambda: Ranking(at).places(),
        lambda: Ranking(at).workbook(),
        lambda: Ranking(at).stability(runs=5),
        lambda: Scoring(at).turns(),
        lambda: Scoring(at).progress(),
        lambda: [Scoring(at).scored(stage) for stage in stages],
        lambda: [Scoring(at).recorded(stage, of) for stage in stages for of in UNITS],
        lambda: [Scoring(at).pairs(stage) for stage in stages],
        lambda: (by_scorer(at), paired(at), pledges(at)),
        lambda: (Nominees(at).all(), Nominees(at).shares(), Awarding(at).initiatives()),
        lambda: Nominees(at).candidates("flag"),
        lambda: Nominees(at).people(),
        lambda: (honoured(at), honoured_outside(desk)),
        lambda: ScoreSheets(at).zipped(DAY),
        *(lambda of=of: ScoreForms(at).form(of, of) for of in UNITS),
    ]
    return told(*asks)


def seals(desk: Desk) -> str:
    """What was sealed of the whole city: the list, its figures, its records, its files, and why it differs from now."""
    sealing = Sealing(desk)
    return told(
        sealing.listed,
        lambda: sealing.results("chot-2024").facts,
        lambda: sealing.records("chot-2024", METRIC),
        lambda: sealing.file("chot-2024", "csv"),
        lambda: sealing.manifest(sealing.question(YEAR)).tables,
        sealing.faults,
    )


def drafts(desk: Desk) -> str:
    """The drafts of forms, and the work in the background, of somebody else."""
    jobs = Jobs()
    job = jobs.start("nguoi-khac", Label("KIMXA", "KIMXA"), lambda _: "KIMXA")
    jobs.wait(job.id)
    name = desk.actor.name
    return told(
        lambda: Drafts(desk).mine(),
        lambda: Drafts(desk).find("nhap"),
        lambda: Drafts(desk).saved("nhap"),
        lambda: Attendance(desk).staged("nhap"),
        lambda: ScoreForms(CampaignDesk(desk, "p")).draft("nhap"),
        lambda: str(_refusal(lambda: jobs.get(job.id, name))),
        lambda: jobs.of(name),
    )


def _refusal(ask: Asking) -> str:
    try:
        ask()
    except CoopkitError as error:
        return str(error)
    return "given"


def imports(desk: Desk) -> str:
    """What a file is told that names units by their tax codes and names: of here and of elsewhere."""
    made: list[Any] = []
    for of, name, code, place in (
        ("t1", "HTX KIM XA t1", "0209 999 000", "11473@1900-01-01"),
        ("new", "HTX mới của huyện", "0209 999 001", "11824@1900-01-01"),
        ("there", "HTX mới ở huyện khác", "0205555555", "11470@1900-01-01"),
    ):
        made += [Cooperative(of, name, CooperativeKind.COOPERATIVE, code, place=place, founded=BEGAN)]
        made += [Membership(f"m-{of}", of, BEGAN)]

    def look() -> Any:
        whole = desk.workspace.ledger.snapshot()
        ground = {name: whole.tables[name] for name in ("place", "succession", "event_kind")}
        sheets = register_sheets(list(whole.kinds.values()))
        data = write_workbook(Snapshot.of(made).replace(**ground), sheets, info={}, created=BEGAN)
        seen = desk.import_files({"tep.xlsx": data}, dry_run=True)
        pages = [seen.page(None).items, seen.rejected_page().items, seen.doubts_page().items]
        return *pages, seen.problems, [(row.table, row.record_id, row.state, row.before) for row in seen.rows]

    return told(look)


def people(desk: Desk) -> str:
    """Who is looked for by name and phone, and what is held of them: for who may, and then in the journal."""
    why = Why(Purpose.SUBJECT)
    return told(
        *(lambda text=text: People(desk).find(text) for text in ("Vàng Anh Kim t1", "Vàng Anh Kim v1", "0911222333")),
        *(lambda of=of: People(desk).export(f"p-{of}", why).json() for of in UNITS),
        *(lambda of=of: desk.unit(of, why=why) for of in UNITS),
    )


def writes(desk: Desk) -> str:
    """Forms of records of elsewhere, and acts on them: each is refused in the same words, there or not."""
    gone: list[Asking] = []
    for of in GROUPS["outside"]:
        gone += [
            lambda of=of: Editing(desk).form("cooperative", of),
            lambda of=of: Editing(desk).form("membership", f"m-{of}"),
            lambda of=of: Editing(desk).form("contact", f"k-{of}"),
            lambda of=of: Drafts(desk).open("event", f"e-{of}"),
            lambda of=of: Attendance(desk).members_of("a", f"e-{of}"),
            lambda of=of: Events(desk).copied(CopyAsked(f"e-{of}", move=dt.timedelta(7))),
            lambda of=of: Events(desk).going(f"e-{of}"),
            lambda of=of: Events(desk).remove(f"e-{of}", token=f"xoa-{of}", reason="thử", turns=1),
            lambda of=of: Events(desk).remove_part("participation", f"t-{of}", token=f"bo-{of}", reason="thử"),
            lambda of=of: desk.decide(of, "11470", on_map=IN_2023),
            lambda of=of: People(desk).erase(f"p-{of}", "theo yêu cầu"),
            lambda of=of: desk.erase(f"p-{of}", reason="theo yêu cầu"),
        ]
    return told(*gone, lambda: desk.undo(2), lambda: desk.undo(4), lambda: Bulk(desk).open(desk.units().search()).ids)


READING: Final = (rows, counts, charts, search, exports, addresses, history, plugins, campaigns, seals, drafts, imports)
WRITING: Final = (people, writes)
CHANNELS: Final[dict[str, Callable[[Desk], str]]] = {one.__name__: one for one in (*READING, *WRITING)}
"""The channels by name; those of `WRITING` write something: that it was asked, at least."""

OPEN: Final = frozenset({"rows", "plugins", "people"})
"""Where whoever may see personal data is given it unmasked: the library's rows, a plugin that was granted it, and what
was asked for a purpose.
"""
