"""Snapshots: records and Arrow, tables by name, and the hash of the facts alone."""

from __future__ import annotations

import cProfile
import datetime as dt

import pyarrow as pa
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.strategies import registers

from coopkit.cooperative import Cooperative, CooperativeKind
from coopkit.errors import NotFound
from coopkit.event import Honour
from coopkit.field import Storage
from coopkit.group import Group, GroupKind
from coopkit.record import record_type, to_row
from coopkit.snapshot import RECORD_TYPES, TABLES, Snapshot

CLUB = Group(id="g", kind=GroupKind.CLUB, name="Câu lạc bộ OCOP", founded=dt.date(2023, 5, 1))


@given(registers())
def test_records_come_back_out_of_arrow(register):
    """Records → Arrow → records gives every record back, type by type, in its order."""
    snapshot = Snapshot.of(register)
    for declared in RECORD_TYPES:
        assert snapshot.records(declared.cls) == [item for item in register if type(item) is declared.cls]


@given(registers())
def test_tables_follow_their_declaration(register):
    """Every table has exactly its columns, typed by their storage; no empty cell where none may be."""
    arrow = {Storage.TEXT: "string", Storage.INT: "int64", Storage.DATE: "date32[day]", Storage.FLAG: "bool"}
    tables = Snapshot.of(register).tables
    assert list(tables) == list(TABLES)
    for name, table in tables.items():
        declared = [(column.name, arrow[column.storage]) for column in TABLES[name].columns]
        assert [(field.name, str(field.type)) for field in table.schema] == declared
        table.validate(full=True)
        assert not [f.name for f in table.schema if not f.nullable and table.column(f.name).null_count]


@given(registers().flatmap(lambda register: st.tuples(st.just(register), st.permutations(register))))
def test_the_hash_knows_no_order(both):
    """The same facts in another order, or at another position, are the same facts."""
    register, shuffled = both
    assert Snapshot.of(register).content_hash == Snapshot.of(shuffled, position=7).content_hash


@given(registers(), st.integers(1, 5))
def test_the_hash_knows_no_chunks(register, size):
    """How Arrow happens to split or slice its columns is no fact."""
    snapshot = Snapshot.of(register)
    sliced, chunked = {}, {}
    for name, table in snapshot.tables.items():
        sliced[name] = pa.concat_tables([table.slice(0, 1), table]).combine_chunks().slice(min(1, table.num_rows))
        chunked[name] = pa.Table.from_batches(table.to_batches(max_chunksize=size), schema=table.schema)
    assert snapshot.replace(**sliced).content_hash == snapshot.content_hash
    assert snapshot.replace(**chunked).content_hash == snapshot.content_hash


@given(registers(6), registers(6))
def test_the_hash_tells_registers_apart(one, other):
    """Two registers share a hash only where they hold the same records."""
    assume({(type(item), str(to_row(item))) for item in one} != {(type(item), str(to_row(item))) for item in other})
    assert Snapshot.of(one).content_hash != Snapshot.of(other).content_hash


@given(registers(8), st.data())
def test_the_hash_changes_with_any_cell(register, data):
    """One cell emptied, filled or changed, in any table, is another hash."""
    assume(register)
    item = data.draw(st.sampled_from(register))
    table = Snapshot.of(register).tables[record_type(type(item)).table]
    row = data.draw(st.integers(0, table.num_rows - 1))
    name = data.draw(st.sampled_from(table.column_names))
    cells = table.column(name).to_pylist()
    kind = table.schema.field(name).type
    nothing = {pa.string(): "", pa.int64(): 0, pa.date32(): dt.date(1970, 1, 1), pa.bool_(): False}[kind]
    other = {pa.string(): "\x00", pa.int64(): 1, pa.date32(): dt.date(1969, 1, 1), pa.bool_(): True}[kind]
    changed = data.draw(st.sampled_from([cell for cell in (None, nothing, other) if cell != cells[row]]))
    cells[row] = changed
    swapped = table.set_column(table.column_names.index(name), pa.field(name, kind), pa.array(cells, kind))
    before = Snapshot.of(register)
    assert before.replace(**{record_type(type(item)).table: swapped}).content_hash != before.content_hash


def hashed(**cells: list[str | None]) -> str:
    return Snapshot(0, {"t": pa.table({"id": [str(n) for n in range(2)], **cells})}).content_hash


@pytest.mark.parametrize(
    "other",
    [
        {"a": ["", "xy"], "b": ["", ""]},
        {"a": ["x", "y"], "b": [None, ""]},
        {"a": ["x", "y"], "b": ["", None]},
        {"a": ["xy", ""], "b": ["", ""]},
        {"a": ["x", ""], "b": ["y", ""]},
        {"a": ["y", "x"], "b": ["", ""]},
        {"b": ["x", "y"], "a": ["", ""]},
        {"a": ["x", "y"], "b": ["\x00", ""]},
        {"a": ["x\x1ey", ""], "b": ["", ""]},
    ],
)
def test_the_hash_tells_shifted_cells_apart(other):
    """Letters moved from a cell to its neighbour, and empty against missing, are other facts."""
    told = hashed(a=["x", "y"], b=["", ""])
    assert hashed(**other) != told


def test_the_hash_is_the_same_everywhere():
    """The hash is the same on every machine and with every Arrow: it is written down beside sealed reports."""
    assert hashed(a=["Lượt", None], b=["", "hơn 200"])[:16] == "10426a0987d73a5e"


def test_the_hash_of_many_rows_is_quick():
    """A hundred thousand rows are hashed in bulk, not cell by cell: Arrow and SHA-256 do nearly all of the work."""
    rows = 100_000
    ids = pa.array([f"participation-{number:08}" for number in range(rows)])
    empty = Snapshot.of([]).tables["participation"]
    columns = [ids if n < 3 else pa.nulls(rows, field.type) for n, field in enumerate(empty.schema)]
    snapshot = Snapshot.of([]).replace(participation=pa.table(columns, names=empty.column_names))
    profile = cProfile.Profile()
    profile.enable()
    digest = snapshot.content_hash
    profile.disable()
    assert len(digest) == 64
    assert sum(entry.callcount for entry in profile.getstats()) < 20_000


def test_an_unknown_table_is_named():
    """Asking for a table that is not there says which there are."""
    with pytest.raises(NotFound, match=r"'unions'.*cooperative, council_seat, event"):
        Snapshot.of([]).table("unions")


def test_replacing_leaves_the_rest():
    """A narrowed Snapshot is a new one; the old one stays as it was."""
    before = Snapshot.of([CLUB, Cooperative(id="c", name="HTX An Bình", kind=CooperativeKind.COOPERATIVE)], position=3)
    after = before.replace(group=before.table("group").slice(0, 0))
    assert (after.position, after.table("group").num_rows, before.table("group").num_rows) == (3, 0, 1)
    assert after.records(Cooperative) == before.records(Cooperative)


def test_an_empty_register_has_every_table():
    """Nobody has to ask whether a table is there."""
    assert {table.num_rows for table in Snapshot.of([]).tables.values()} == {0}
    assert Snapshot.of([]).records(Honour) == []
    assert Snapshot.of([]).content_hash != Snapshot.of([evolve(CLUB, founded=None)]).content_hash
