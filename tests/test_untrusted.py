"""Work in a child process: limits on what it takes, nothing around it, and one clear error whatever becomes of it."""

from __future__ import annotations

import os
import sys
import time

import pytest
from tests import hostile

from coopkit.errors import BadText
from coopkit.untrusted import Caps, Limits, acting, hidden, parts, run, safe_name, stream

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no process; only patience ends it")


@pytest.fixture
def script(tmp_path):
    """A script that does this in the child."""

    def made(body, before=""):
        file = tmp_path / "work.py"
        file.write_text(f"{before}\ndef work(data, out):\n" + "".join(f"    {line}\n" for line in body.splitlines()))
        return file

    return made


def test_what_it_writes_comes_back(script):
    """All bytes in, all bytes out, more than a pipe holds; or line by line."""
    data = os.urandom(3_000_000)
    assert run(script("out.write(data[::-1])"), data) == data[::-1]
    assert list(stream(script("out.write(data)"), b"a\nb\nc")) == [b"a\n", b"b\n", b"c"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("held = []\nwhile True: held.append(bytearray(50_000_000))", "quá lớn"),
        ("import os; os.abort()", "quá lớn"),
        ("while True: pass", "quá lâu"),
        ("while True: out.write(b'x' * 100_000)", "quá lớn"),
        ("raise SystemExit(3)", "không đọc được"),
        ("1 / 0", "không đọc được"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "không đọc được"),
    ],
)
def test_whatever_becomes_of_it_is_one_error(script, body, told):
    """Out of memory, aborted, endless, talking without end, crashed: a `BadText` that says how to mend it."""
    began = time.monotonic()
    with pytest.raises(BadText, match=told):
        run(script(body), b"x", Limits(memory=500, seconds=2, answer=10))
    assert time.monotonic() - began < 30


def test_one_that_sleeps_is_not_waited_for(script):
    """Patience ends what takes no time of the processor."""
    with pytest.raises(BadText, match="quá lâu"):
        run(script("import time; time.sleep(60)"), b"", Limits(patience=1))


def test_an_answer_that_nobody_wants_ends_the_child(script):
    """Whoever stops listening leaves no process behind."""
    lines = stream(
        script("out.write(str(__import__('os').getpid()).encode() + b'\\n'); out.flush()\nwhile True: pass"), b""
    )
    child = int(next(lines))
    lines.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.parametrize(
    "body",
    [
        "open('/etc/hostname')",
        "open('/tmp/written-by-a-child', 'w')",
        "import socket; socket.socket()",
        "import os; os.pipe()",
    ],
)
def test_it_opens_nothing(script, body):
    """Neither file nor socket, unless the work needs files."""
    with pytest.raises(BadText):
        run(script(body, "import os, socket"), b"")


def test_it_knows_nothing_of_its_surroundings(script, monkeypatch):
    """No variable of the page's process reaches it, no secret in them."""
    monkeypatch.setenv("COOPKIT_LEDGER", "postgresql://secret")
    told = run(script("out.write(repr(sorted(os.environ)).encode())", "import os"), b"")
    assert b"COOPKIT" not in told
    assert set(eval(told)) <= {"LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP"}  # noqa: S307 - our own repr


def test_no_core_is_dumped(script):
    """What lay in its memory is not left on the disk."""
    assert run(
        script("out.write(repr(resource.getrlimit(resource.RLIMIT_CORE)).encode())", "import resource"), b""
    ) == (b"(0, 0)")


# ── Zips ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_honest_workbook_has_its_parts():
    """Its names, in the order of the zip; nothing of it comes from elsewhere."""
    assert "xl/workbook.xml" in parts(hostile.HONEST)
    assert acting(hostile.HONEST, fields=True) == ()


@pytest.mark.parametrize(
    ("caps", "told"),
    [(Caps(entries=3), "quá lớn"), (Caps(unpacked=2_000), "quá lớn"), (Caps(), None), (Caps(ratio=1), None)],
)
def test_caps_are_kept(caps, told):
    """The number of parts, and what they come to; the ratio of small parts does not matter."""
    if told is None:
        assert parts(hostile.HONEST, caps)
    else:
        with pytest.raises(BadText, match=told):
            parts(hostile.HONEST, caps)


def test_a_zip_of_spaces_is_told_without_unpacking_it():
    """Its directory says enough: 500 MB from half a megabyte."""
    bomb = hostile.flat_bomb()
    assert len(bomb) < 1_000_000
    began = time.monotonic()
    with pytest.raises(BadText, match="bom nén"):
        parts(bomb)
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("prolog", ["<?a?>" * 1_000, "<!--a-->" * 500, "<?a" * 1_300, " " * 5_000, "<!--" * 1_000])
def test_a_long_prolog_is_told_at_once(prolog):
    """Instructions and comments without end hide a document type, and must not make the search slow."""
    spoilt = hostile.repacked(hostile.HONEST, {hostile.SHEET: f"<{prolog[1:]}<!DOCTYPE x><a/>"})
    began = time.monotonic()
    with pytest.raises(BadText, match="XML"):
        parts(spoilt)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("told", ["<Relationship " * 70_000, '<Relationship TargetMode="External" ' + " " * 900_000])
def test_relations_are_searched_in_time(told):
    """Tags that never end do not make the search for them slow; a part that is no XML is told."""
    began = time.monotonic()
    assert acting(hostile.repacked(hostile.HONEST, {"xl/_rels/a.rels": told})) == ("XML",)
    assert time.monotonic() - began < 3


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("an-lao.xlsx", "an-lao.xlsx"),
        ("Hải An \u2013 quý I.xlsx", "Hải An \u2013 quý I.xlsx"),
        ("../../../etc/passwd", "passwd"),
        ("..", "tep"),
        ("", "tep"),
        ("C:\\Users\\an\\a.csv", "a.csv"),
        ("a\u202excod.xlsx", "axcod.xlsx"),
        ("a\x00.xlsx", "a.xlsx"),
        ("a\nb\r.csv", "a b.csv"),
        ("." * 300, "." * 120),
    ],
)
def test_a_name_is_no_path(name, safe):
    """What is left is one line, without directions and without what cannot be seen."""
    assert safe_name(name) == safe
    assert not hidden(safe_name(name))
