"""Drafts beside the journal: seen by their owner, gone with their batch, with a person's erasure, and with time."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from tests.ledgers import CLUB, COOPERATIVE, PERSON, TIME, batch

from coopkit.ledger import Batch, Change, Ledger, StoredDraft

TOKEN, OTHER = "t1", "t2"
MINE = StoredDraft(TOKEN, "an", {"record": "", "typed": {"name": "HTX Rau"}}, TIME)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "so.db"


@pytest.fixture
def ledger(file):
    with Ledger.open(f"sqlite:///{file}") as opened:
        yield opened


def test_a_draft_outlives_the_process(file, ledger):
    """What was kept is read back whole by the next one that opens the ledger."""
    ledger.drafts.add(MINE)
    ledger.close()
    with Ledger.open(f"sqlite:///{file}") as again:
        assert again.drafts.find("an", TOKEN) == MINE
        assert again.verify() == []


def test_a_draft_is_its_owners(ledger):
    """Nobody else finds it, lists it, writes over it or lets it go."""
    ledger.drafts.add(MINE)
    theirs = evolve(MINE, actor="bình", told={"typed": {}})
    assert not ledger.drafts.keep(theirs)
    ledger.drafts.drop("bình", TOKEN)
    assert (ledger.drafts.find("bình", TOKEN), ledger.drafts.of("bình")) == (None, [])
    assert ledger.drafts.of("an") == [MINE]


def test_what_is_gone_does_not_come_back(ledger):
    """A change of a box that arrives after the draft was dropped keeps nothing."""
    ledger.drafts.add(MINE)
    assert ledger.drafts.keep(evolve(MINE, told={"typed": {"name": "HTX Muối"}}))
    ledger.drafts.drop("an", TOKEN)
    assert not ledger.drafts.keep(MINE)
    assert ledger.drafts.of("an") == []


@pytest.mark.parametrize(("later", "left"), [(dt.timedelta(days=30), 2), (dt.timedelta(days=30, seconds=1), 1)])
def test_old_drafts_vanish_when_one_is_written(ledger, later, left):
    """Thirty days after it was last kept; the time is that of the new one."""
    ledger.drafts.add(MINE)
    ledger.drafts.add(evolve(MINE, token=OTHER, time=TIME + later))
    assert len(ledger.drafts.of("an")) == left


def test_the_latest_comes_first(ledger):
    """Whatever the zone its time was told in."""
    hanoi = dt.timezone(dt.timedelta(hours=7))
    ledger.drafts.add(MINE)
    ledger.drafts.add(evolve(MINE, token=OTHER, time=(TIME + dt.timedelta(hours=1)).astimezone(hanoi)))
    assert [one.token for one in ledger.drafts.of("an")] == [OTHER, TOKEN]


def test_the_batch_with_its_token_takes_a_draft_away(ledger):
    """In one transaction: a batch that cannot be written leaves it."""
    ledger.drafts.add(MINE)
    refused = Batch("an", "thử", TIME, changes=(Change(CLUB, base=7),), token=TOKEN)
    with pytest.raises(Exception, match="đã thay đổi"):
        ledger.write(refused)
    assert ledger.drafts.find("an", TOKEN) == MINE
    ledger.write(evolve(refused, changes=(Change(CLUB),)))
    assert ledger.drafts.find("an", TOKEN) is None
    assert len(ledger.batches()) == 1


def test_erasing_a_person_erases_drafts_that_name_them(file, ledger):
    """Whoever wrote them; the number that was typed is nowhere in the file, nor in its log."""
    ledger.write(batch(COOPERATIVE, PERSON))
    typed = {"typed": {"person.phone": "0987654321"}}
    ledger.drafts.add(evolve(MINE, actor="bình", told={**typed, "person": PERSON.id}))
    ledger.drafts.add(evolve(MINE, token=OTHER, told={"record": f"{PERSON.id}2"}))
    ledger.erase(PERSON.id, actor="an", reason="theo yêu cầu", time=TIME)
    assert (len(ledger.drafts.of("bình")), len(ledger.drafts.of("an"))) == (0, 1)
    assert all(b"0987654321" not in one.read_bytes() for one in file.parent.iterdir() if one.is_file())
