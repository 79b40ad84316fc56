"""The chain: what verify finds when a ledger was changed behind coopkit's back, and that a person can be erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve
from tests.ledgers import CLUB, COOPERATIVE, PERSON, batch, by_hand, erase, undo

from coopkit.cooperative import Person
from coopkit.errors import LedgerError, NotFound
from coopkit.group import Group, GroupKind
from coopkit.ledger import Change, Ledger, Removal
from coopkit.ledger.journal import GENESIS, Link

SECRETS = (PERSON.name, PERSON.phone or "", PERSON.email or "", "Trần Văn Không Có Thật", "0911111111")
RENAMED = evolve(PERSON, name=SECRETS[3], phone=SECRETS[4])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "so.db"


@pytest.fixture
def ledger(path: Path):
    with Ledger.open(f"sqlite:///{path}") as opened:
        yield opened


# ── What was changed by hand is found ───────────────────────────────────────────────────────────────────────────────

ALTERED, CURRENT = "was altered", "differs from the journal"


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ("UPDATE journal SET after = replace(after, 'OCOP', 'XXXX') WHERE batch = 1 AND line = 1", ALTERED),
        ("UPDATE journal SET before = NULL WHERE batch = 2 AND line = 1", ALTERED),
        ("UPDATE journal SET before = '' WHERE batch = 1 AND line = 2", ALTERED),
        ("UPDATE journal SET origin = 'dòng 8' WHERE batch = 1 AND line = 1", ALTERED),
        ("UPDATE journal SET action = 'update' WHERE batch = 1 AND line = 1", ALTERED),
        ("UPDATE journal SET revision = 9 WHERE batch = 1 AND line = 2", ALTERED),
        ("UPDATE journal SET origin = record, record = origin WHERE batch = 1 AND line = 1", ALTERED),
        ("DELETE FROM journal WHERE batch = 1 AND line = 2", "a journal line is missing"),
        ("DELETE FROM journal WHERE batch = 1 AND line = 3", ALTERED),
        ("UPDATE journal SET line = line + 10 WHERE batch = 1 AND line = 3", "a journal line is missing"),
        ("UPDATE journal SET line = 104 - line; UPDATE journal SET line = line - 100", ALTERED),
        ("INSERT INTO journal VALUES (2, 3, 'group', 'new', 1, 'insert', NULL, '{}', '')", ALTERED),
        ("INSERT INTO journal VALUES (9, 1, 'group', 'new', 1, 'insert', NULL, '{}', '')", "journal lines of no batch"),
        ("UPDATE batch SET actor = 'ai khác' WHERE number = 1", ALTERED),
        ("UPDATE batch SET reason = '' WHERE number = 1", ALTERED),
        ("UPDATE batch SET time = '2020-01-01' WHERE number = 2", ALTERED),
        ("UPDATE batch SET undoes = 1 WHERE number = 2", ALTERED),
        ("UPDATE batch SET source = 'khác.xlsx' WHERE number = 3", ALTERED),
        ("UPDATE batch SET hash = previous WHERE number = 2", "does not follow"),
        ("DELETE FROM batch WHERE number = 2", "a batch is missing from the chain"),
        ("DELETE FROM batch WHERE number = 2; DELETE FROM journal WHERE batch = 2", "does not follow"),
        ("DELETE FROM batch WHERE number = 3", "journal lines of no batch"),
        ("DELETE FROM batch WHERE number = 3; DELETE FROM journal WHERE batch = 3", CURRENT),
        ("UPDATE \"group\" SET name = 'Khác' WHERE id = 'g'", CURRENT),
        ("UPDATE \"group\" SET founded = NULL WHERE id = 'g'", CURRENT),
        ("UPDATE \"group\" SET decision = '' WHERE id = 'g'", CURRENT),
        ("UPDATE cooperative SET charter_capital = charter_capital + 1", CURRENT),
        ("UPDATE \"group\" SET revision = 7 WHERE id = 'g'", CURRENT),
        ("DELETE FROM cooperative WHERE id = 'c'", "the record is gone"),
        ("INSERT INTO \"group\" VALUES ('new', 'club', 'Ma', NULL, NULL, 1)", CURRENT),
        ("UPDATE person SET name = 'Ai Khác'", CURRENT),
        ("UPDATE personal_value SET value = 'Ai Khác' WHERE value LIKE 'Nguyễn%'", "a personal value was altered"),
        ("DELETE FROM personal_value", CURRENT),
    ],
)  # fmt: skip
def test_what_was_changed_by_hand_is_found(path, by, found):
    """Whatever is edited, deleted, swapped or added in the file with another program, verify says where."""
    with Ledger.open(f"sqlite:///{path}") as ledger:
        ledger.write(batch(Change(CLUB, origin="dòng 7"), COOPERATIVE, PERSON))
        ledger.write(batch(Change(evolve(CLUB, name="Câu lạc bộ Làng nghề"), base=1)))
        ledger.write(batch(Change(evolve(CLUB, name="Câu lạc bộ Biển"), base=2)))
        assert ledger.verify() == []
        with by_hand(path) as connection:
            connection.executescript(by)
        assert any(found in fault.what for fault in ledger.verify()), ledger.verify()


def test_a_fault_says_where(ledger, path):
    """The batch and the line, so that a person can look it up."""
    ledger.write(batch(COOPERATIVE), batch(PERSON, CLUB))
    with by_hand(path) as connection:
        connection.execute("UPDATE \"group\" SET name = 'Khác'")
    (fault,) = ledger.verify()
    assert (fault.batch, fault.line) == (2, 2)
    assert "'g'" in fault.what


def test_a_row_added_by_hand_does_not_break_writing(ledger, path):
    """Who meets a row that the journal does not know is told to verify; nothing is written."""
    with by_hand(path) as connection:
        connection.execute("INSERT INTO \"group\" VALUES ('g', 'club', 'Ma', NULL, NULL, 1)")
    with pytest.raises(LedgerError, match="coopkit verify"):
        ledger.write(batch(COOPERATIVE, CLUB))
    assert ledger.batches() == []


def test_a_link_knows_every_cell_of_a_line():
    """Text moved from one column of the journal to the next, or to none, is another link."""
    lines = [
        (1, 1, "group", "g", 1, "insert", None, "{}", ""),
        (1, 1, "group", "g", 1, "insert", "", "{}", ""),
        (1, 1, "group", "g", 1, "insert", "{}", None, ""),
        (1, 1, "group", "g", 1, "insert", "-", "{}", ""),
        (1, 1, "group", "g", 1, "insert", None, "", "{}"),
        (1, 1, "groupg", "", 1, "insert", None, "{}", ""),
        (1, 11, "group", "g", 1, "insert", None, "{}", ""),
        (11, 1, "group", "g", 1, "insert", None, "{}", ""),
    ]
    links = [Link({"previous": GENESIS}) for _ in lines]
    for link, line in zip(links, lines, strict=True):
        link.add([line])
    assert len({link.hash for link in links}) == len(lines)


def test_a_link_does_not_depend_on_how_it_was_fed():
    """Lines taken in one by one or all at once make the same link."""
    lines = [(1, n, "group", "g", 1, "insert", None, "{}", "") for n in range(1, 9)]
    once, bit_by_bit = Link({"previous": GENESIS}), Link({"previous": GENESIS})
    once.add(lines)
    for line in lines:
        bit_by_bit.add([line])
    assert once.hash == bit_by_bit.hash


# ── Personal data ───────────────────────────────────────────────────────────────────────────────────────────────────


def bytes_on_disk(path: Path) -> bytes:
    """Everything the ledger keeps on disk, its write-ahead log and index included."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def test_the_journal_holds_no_personal_value_in_clear(ledger, path):
    """Inserts, updates, removals and undos of a person leave digests in the journal, and nothing else of theirs."""
    ledger.write(batch(PERSON), batch(Change(RENAMED, base=1)), batch(Removal("person", "p", 2)))
    undo(ledger, 3)
    with by_hand(path) as connection:
        journal = connection.execute("SELECT * FROM journal").fetchall()
        headers = connection.execute("SELECT * FROM batch").fetchall()
    assert len(journal) == 4
    assert [secret for secret in SECRETS if secret in str(journal) + str(headers)] == []
    assert set(json.loads(journal[0][7])["name"]) == {"digest"}


def test_the_same_name_of_two_people_is_sealed_differently(ledger, path):
    """Digests are salted by person: who knows one name cannot look for it in the journal of others."""
    ledger.write(batch(PERSON, evolve(PERSON, id="q")))
    with by_hand(path) as connection:
        first, second = (json.loads(row[0]) for row in connection.execute("SELECT after FROM journal"))
    assert first["name"] != second["name"]


def test_an_erased_person_is_nowhere_on_disk(path):
    """After erasing, no byte of the file, its log or its free pages tells the values; the chain still verifies."""
    others = [Person(f"other-{n}", f"Người Khác Số {n}") for n in range(300)]
    with Ledger.open(f"sqlite:///{path}") as ledger:
        ledger.write(batch(*others[:150], PERSON, *others[150:], CLUB), batch(Change(RENAMED, base=1)))
        with Ledger.open(f"sqlite:///{path}") as second:  # keeps the log from being cleared on closing
            assert all(secret.encode() in bytes_on_disk(path) for secret in SECRETS)
            erase(ledger, "p")
            assert [secret for secret in SECRETS if secret.encode() in bytes_on_disk(path)] == []
            assert second.verify() == []
        history = ledger.history("person", "p")
        assert [entry.action for entry in history] == ["insert", "update", "delete"]
        assert history[1].before == history[1].after == {"id": "p", "name": None, "phone": None, "email": None}
        assert ledger.snapshot().table("person").num_rows == 300
        assert ledger.verify() == []
    assert [secret for secret in SECRETS if secret.encode() in bytes_on_disk(path)] == []
    assert "Người Khác Số 7".encode() in bytes_on_disk(path)


def test_a_person_removed_before_can_still_be_erased(ledger, path):
    """Taking the record out of the register is not erasing; erasing works afterwards too, and is written down."""
    ledger.write(batch(PERSON), batch(Removal("person", "p", 1)))
    erase(ledger, "p")
    assert [secret for secret in SECRETS if secret.encode() in bytes_on_disk(path)] == []
    assert (ledger.batches()[-1].reason, ledger.batches()[-1].records) == ("theo yêu cầu", 0)
    assert ledger.verify() == []


def test_only_who_is_there_can_be_erased(ledger):
    """An unknown person, or one erased before, is named."""
    ledger.write(batch(PERSON))
    erase(ledger, "p")
    for person in ("p", "nobody"):
        with pytest.raises(NotFound, match=person):
            erase(ledger, person)


def test_an_erased_id_may_be_used_again(ledger):
    """A person who comes back is kept under a new salt: old and new digests cannot be joined."""
    ledger.write(batch(PERSON))
    erase(ledger, "p")
    ledger.write(batch(PERSON))
    assert ledger.get(Person, "p") == (PERSON, 3)
    old, _, new = ledger.history("person", "p")
    assert old.after is not None
    assert new.after is not None
    assert (old.after["name"], new.after["name"]) == (None, PERSON.name)
    assert ledger.verify() == []


def test_people_are_erased_one_at_a_time(ledger):
    """Erasing one person leaves everybody else readable, also in history."""
    ledger.write(batch(PERSON, evolve(PERSON, id="q"), Group("h", GroupKind.CLUB, PERSON.name)))
    erase(ledger, "p")
    (entry,) = ledger.history("person", "q")
    assert entry.after is not None
    assert entry.after["name"] == PERSON.name
    assert ledger.get(Person, "q")[0].phone == PERSON.phone


def test_a_batch_of_many_people_can_be_undone(ledger):
    """Changes to more people than one query can name are taken back with all their values."""
    people = [Person(f"p{n}", f"Người Thứ {n}", f"09{n:08}", f"nguoi.{n}@example.org") for n in range(12_000)]
    ledger.write(batch(*people), batch(*(Change(evolve(person, phone=None), base=1) for person in people)))
    undo(ledger, 2)
    assert ledger.get(Person, "p11999") == (people[11_999], 3)
    assert ledger.snapshot().table("person").column("phone").null_count == 0
