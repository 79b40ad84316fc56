"""The archive: what is kept comes back as it was, once, or says that it was spoilt."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.archive import Archive, Names
from coopkit.errors import ArchiveError, NotFound
from coopkit.snapshot import table_hash

rows = st.lists(
    st.tuples(st.text(max_size=6), st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.text(max_size=5)),
    unique_by=lambda row: row[0],
    max_size=8,
)


def table(cells):
    names, types = ("id", "members", "name"), (pa.string(), pa.int64(), pa.string())
    columns = list(zip(*cells, strict=True)) or [(), (), ()]
    return pa.table({name: pa.array(column, kind) for name, kind, column in zip(names, types, columns, strict=True)})


@given(data=st.binary(max_size=200))
def test_bytes_come_back(tmp_path_factory, data):
    """Bytes come back as they were, and keeping them twice keeps one file."""
    archive = Archive(tmp_path_factory.mktemp("kho"))
    name = archive.put(data)
    assert archive.put(data) == name
    assert (archive.get(name), archive.names()) == (data, [name])


@given(cells=rows, seed=st.randoms())
def test_a_table_is_its_content(tmp_path_factory, cells, seed):
    """A table comes back with its rows in order of id; shuffled, or in other chunks, it is the same one."""
    archive = Archive(tmp_path_factory.mktemp("kho"))
    name = archive.put_table(table(cells))
    shuffled = seed.sample(cells, len(cells))
    halves = pa.concat_tables([table(shuffled[: len(cells) // 2]), table(shuffled[len(cells) // 2 :])])
    assert archive.put_table(halves) == name
    assert archive.get_table(name).to_pylist() == sorted(table(cells).to_pylist(), key=lambda row: row["id"].encode())


def test_another_type_is_another_table():
    """The same values under another type or another column name are another content."""
    whole = pa.table({"id": ["a"], "n": pa.array([1], pa.int64())})
    assert (
        len({table_hash(whole), table_hash(whole.rename_columns(["id", "m"])), table_hash(whole.select(["id"]))}) == 3
    )


def test_metadata_is_not_content():
    """What pyarrow hangs on a schema does not count."""
    whole = pa.table({"id": ["a"]})
    assert table_hash(whole.replace_schema_metadata({"by": "pyarrow"})) == table_hash(whole)


@pytest.mark.parametrize("kind", ["bytes", "table"])
@pytest.mark.parametrize("what", [b"other", b""], ids=["changed", "emptied"])
def test_a_changed_file_is_told(tmp_path, kind, what):
    """A file that was edited by hand is not handed out as what its name says."""
    archive = Archive(tmp_path)
    name = archive.put(b"x") if kind == "bytes" else archive.put_table(table([("a", 1, "An")]))
    [file] = tmp_path.glob("*/*")
    file.write_bytes(what)
    with pytest.raises(ArchiveError, match="đã bị sửa"):
        (archive.get if kind == "bytes" else archive.get_table)(name)


@pytest.mark.parametrize("kind", ["bytes", "table"])
@pytest.mark.parametrize("spoilt", [b"other", b""], ids=["changed", "emptied"])
@pytest.mark.parametrize("how", ["put", "adopt"])
def test_a_spoilt_file_is_mended_by_keeping_it_again(tmp_path, kind, spoilt, how):
    """Keeping the same content once more, itself or out of another archive, puts the file right."""
    here, other = Archive(tmp_path / "kho"), Archive(tmp_path / "nháp")

    def keep(archive):
        return archive.put(b"x") if kind == "bytes" else archive.put_table(table([("a", 1, "An")]))

    name = keep(here)
    [file] = here.folder.glob("*/*")
    file.write_bytes(spoilt)
    assert "đã bị sửa" in here.fault(name, table=kind == "table")
    assert keep(here if how == "put" else other) == name
    here.adopt(other)
    assert here.fault(name, table=kind == "table") == ""
    assert here.names() == [name]


def test_borrowed_pieces_are_as_they_stand(tmp_path):
    """A spoilt piece stays spoilt and a missing one missing, so that its reader can name it."""
    here, other = Archive(tmp_path / "kho"), Archive(tmp_path / "nháp")
    sound, spoilt = other.put(b"x"), other.put(b"y")
    (other.folder / spoilt[:2] / f"{spoilt}.bin").write_bytes(b"z")
    here.borrow(other, [sound, spoilt, "0" * 64])
    assert here.names() == sorted([sound, spoilt])
    assert (here.fault(sound), "đã bị sửa" in here.fault(spoilt)) == ("", True)


def test_an_archive_left_behind_is_named(tmp_path):
    """Where the whole folder is missing, that folder is what to bring along, not one file of it."""
    with pytest.raises(NotFound, match=r"so\.db\.archive.*bring it along"):
        Archive(tmp_path / "so.db.archive").get("0" * 64)


def test_names_keep_nothing():
    """What is compared only is named as the archive would name it."""
    assert Names().put(b"x") == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert Names().put_table(table([("a", 1, "An")])) == table_hash(table([("a", 1, "An")]))


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "ABC"])
def test_what_is_not_there(tmp_path, name):
    """A name that is not kept, or is no name, is NotFound; nothing outside the folder is looked at."""
    with pytest.raises(NotFound):
        Archive(tmp_path).get(name)
