"""Makers of hostile files: bombs, lies, broken and disguised workbooks; and honest ones spoilt by a fixed seed."""

from __future__ import annotations

import io
import random
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.papers import HTX, A, B, workbook

ROOT = Path(__file__).parents[1]
HONEST = workbook(Hợp_tác_xã=[HTX, A, B])
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def changed(data: bytes = HONEST, **parts: bytes | str | None) -> bytes:
    """An office file with parts replaced, added, or (None) left out. "__" in a name stands for "/", "_0" for a dot."""
    wanted = {name.replace("__", "/").replace("_0", "."): part for name, part in parts.items()}
    return repacked(data, wanted)


def repacked(data: bytes, wanted: Mapping[str, bytes | str | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *wanted]):
            part = wanted[name] if name in wanted else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


def sheet(body: str, data: bytes = HONEST, head: str = "") -> bytes:
    """The honest workbook with another first sheet."""
    told = f'<?xml version="1.0" encoding="UTF-8"?>{head}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>'
    return repacked(data, {SHEET: f"{told}</worksheet>"})


def cell(ref: str, text: str = "x") -> str:
    row = re.sub("[A-Z]", "", ref)
    return f'<row r="{row}"><c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def flat_bomb(size: int = 500_000_000) -> bytes:
    """A sheet that is 500 MB of spaces once unpacked, half a megabyte before."""
    out = io.BytesIO(HONEST)
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet9.xml", "w") as to,
    ):
        for _ in range(size // 1_000_000):
            to.write(b" " * 1_000_000)
    return out.getvalue()


def nested_bomb(depth: int = 4) -> bytes:
    """Zips in zips in a zip."""
    inner = flat_bomb(5_000_000)
    for level in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"{level}-{copy}.zip", inner)
        inner = out.getvalue()
    return inner


def overlapping(copies: int = 50) -> bytes:
    """One stretch of packed bytes that many entries of the directory claim."""
    body = zlib.compressobj(wbits=-15)
    packed = body.compress(b"0" * 900_000) + body.flush()
    crc, name = zlib.crc32(b"0" * 900_000), b"xl/workbook.xml"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed), 900_000, len(name), 0) + name
    entries = b""
    for copy in range(copies):
        called = name if not copy else f"xl/worksheets/sheet{copy}.xml".encode()
        told = (20, 20, 0, 8, 0, 33, crc, len(packed), 900_000, len(called), 0, 0, 0, 0, 0, 0)
        entries += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *told) + called
    start = len(local) + len(packed)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, copies, copies, len(entries), start, 0)
    return local + packed + entries + end


def lying() -> bytes:
    """A sheet that unpacks to 600 MB, where the zip's directory says 30 MB."""
    out = io.BytesIO()
    body, packed = zlib.compressobj(wbits=-15), bytearray()
    head = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'.encode()
    packed += body.compress(head)
    for _ in range(600):
        packed += body.compress(b"x" * 1_000_000)
    packed += body.flush()
    with zipfile.ZipFile(io.BytesIO(HONEST)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), packed if name == SHEET else old.read(name))
    data = bytearray(out.getvalue())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(SHEET)
        told = struct.pack("<II", entry.compress_size, 30_000_000)
        where = data.index(b"PK\x01\x02" + data[archive.start_dir + 4 : archive.start_dir + 6], archive.start_dir)
        while data[where + 46 : where + 46 + len(SHEET)] != SHEET.encode():
            where = data.index(b"PK\x01\x02", where + 1)
    for offset, at in ((10, where), (8, entry.header_offset)):
        data[at + offset : at + offset + 2] = struct.pack("<H", 8)
        data[at + offset + 10 : at + offset + 18] = told
    return bytes(data)


def with_entry(name: str, mode: int = 0) -> bytes:
    """The honest workbook with one more entry, of this name and Unix mode."""
    out = io.BytesIO(HONEST)
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo("x" * len(name))
        entry.external_attr = mode << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue().replace(b"x" * len(name), name.encode())


def link() -> bytes:
    """The honest workbook with a symbolic link in it."""
    return with_entry("xl/media/a", stat.S_IFLNK | 0o777)


def twice() -> bytes:
    """Two entries of one name: which of them is read, readers disagree about."""
    spare = SHEET.replace("sheet1", "sheet2")
    return repacked(HONEST, {spare: "<worksheet/>"}).replace(spare.encode(), SHEET.encode())


def same_titles() -> bytes:
    """Two sheets of one title."""
    data = workbook(Hợp_tác_xã=[HTX, A], Hợp_tác_xb=[HTX, B])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told = archive.read("xl/workbook.xml").decode()
    return repacked(data, {"xl/workbook.xml": told.replace("Hợp tác xb", "Hợp tác xã")})


def locked() -> bytes:
    """What Excel saves under a password: an OLE file with an encrypted package, its directory alone."""
    names = ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<4I", 0, 1, 1, 0) + struct.pack("<5I", 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries = b""
    for at, name in enumerate(names):
        told = f"{name}\0".encode("utf-16-le")
        kin = (0xFFFFFFFF, 2 if at == 1 else 0xFFFFFFFF, 1 if not at else 0xFFFFFFFF)
        entries += told.ljust(64, b"\0") + struct.pack("<HBB3I", len(told), 5 if not at else 2, 1, *kin) + bytes(36)
        entries += struct.pack("<IQ", 0xFFFFFFFE, 0)
    return head + fat + entries.ljust(512, b"\0")


# ── Mutations ───────────────────────────────────────────────────────────────────────────────────────────────────────


def honest_files() -> dict[str, bytes]:
    """Every workbook of the examples, one as ods, and a table as CSV in three encodings, by name."""
    files = {path.name: path.read_bytes() for path in sorted(ROOT.glob("examples/**/*.xlsx"))}
    lines = "\r\n".join(";".join(row) for row in (HTX, A, B))
    coded = {"utf-8": lines.encode(), "utf-16": lines.encode("utf-16"), "latin": lines.encode("cp1258", "replace")}
    return files | {"a.ods": ods([HTX, A, B])} | {f"{name}.csv": data for name, data in coded.items()}


def ods(rows: list[tuple[str, ...]]) -> bytes:
    """A small table as LibreOffice keeps it."""
    names = ("office", "table", "text")
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>' for one in row
        )
        for row in rows
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    table = f'<table:table table:name="Hợp tác xã">{body}</table:table>'
    content = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        whole = f'<office:document-content{spaces} office:version="1.2">{content}</office:document-content>'
        book.writestr("content.xml", whole)
    return out.getvalue()


def mutations(count: int, seed: int = 2026) -> Iterator[tuple[str, bytes]]:
    """So many spoilt files, each with the name of what it was made of; always the same ones."""
    dice = random.Random(seed)  # noqa: S311 - the moves of a test
    files = list(honest_files().items())
    for number in range(count):
        name, data = files[dice.randrange(len(files))]
        for _ in range(dice.choice((1, 1, 2, 3))):
            data = dice.choice(_MOVES)(dice, data) or data
        yield f"{number}-{name}", data


def _flip(dice: random.Random, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(dice.choice((1, 8, 64))):
        if spoilt:
            spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def _cut(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] if dice.random() < 0.7 else data[:at] + data[min(len(data), at + dice.randrange(1, 400)) :]


def _splice(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice((bytes(64), b"PK\x03\x04", b"<", b'"' * 9, b"\xff\xfe", b";" * 50)) + data[at:]


def _header(dice: random.Random, data: bytes) -> bytes:
    """Another number in a header of the zip: sizes, offsets, methods, counts, flags."""
    spots = [found.start() for found in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)]
    if not spots:
        return _flip(dice, data)
    at, spoilt = dice.choice(spots) + dice.randrange(4, 46), bytearray(data)
    told = struct.pack("<I", dice.choice((0, 1, 8, 99, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, dice.randrange(1 << 32))))
    size = dice.choice((1, 2, 4))
    spoilt[at : at + size] = told[:size]
    return bytes(spoilt)


def _members(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError, struct.error):
        return {}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _swap(dice: random.Random, data: bytes) -> bytes:
    """Two parts of the zip under each other's name, or one left out."""
    parts = _members(data)
    if len(parts) < 2:
        return _cut(dice, data)
    one, other = dice.sample(sorted(parts), 2)
    if dice.random() < 0.5:
        parts[one], parts[other] = parts[other], parts[one]
    else:
        del parts[one]
    return _packed(parts)


_XML: tuple[tuple[bytes, bytes], ...] = (
    (rb"<c ", b"<c t='n' "),
    (rb'r="[A-Z]+\d+"', b'r="XFD1048576"'),
    (rb'r="[A-Z]+\d+"', b'r="AAAAAAAA99999999999"'),
    (rb"<v>[^<]*</v>", b"<v>99999999999</v>"),
    (rb"<v>[^<]*</v>", b"<v>NaN</v>"),
    (rb"<v>[^<]*</v>", b"<v>1e999</v>"),
    (rb't="s"', b't="d"'),
    (rb't="s"', b't="zz"'),
    (rb"</row>", b""),
    (rb"<sheetData>", b"<sheetData><row>" * 50),
    (rb'name="[^"]*"', b'name="\xe2\x80\xae=cmd()"'),
    (rb"<t[^>]*>[^<]*", b"<t>&#0;&bogus;"),
    (rb"<t[^>]*>[^<]*", b"<t>_x0000_\xe2\x80\xaegnod"),
    (rb"(?s)^.*?<(?=\w)", LAUGHS.encode() + b"<"),
    (rb'encoding="[^"]*"', b'encoding="utf-7"'),
    (rb"table:table-row", b"table:table-row table:number-rows-repeated='1048576'"),
    (rb"<table:table-cell", b"<table:table-cell table:number-columns-repeated='999999'"),
    (rb"<dimension [^>]*>", b'<dimension ref="A1:XFD1048576"/>'),
    (rb"Target=\"[^\"]*\"", b'Target="../../../../etc/passwd"'),
    (rb"numFmtId=\"\d+\"", b'numFmtId="14"'),
    (rb"count=\"\d+\"", b'count="4294967295"'),
)


def _xml(dice: random.Random, data: bytes) -> bytes:
    """One place of one XML part otherwise than it was."""
    parts = _members(data)
    written = [name for name, part in parts.items() if part.lstrip().startswith(b"<")]
    if not written:
        return _splice(dice, data)
    name = dice.choice(written)
    pattern, by = dice.choice(_XML)
    found = list(re.finditer(pattern, parts[name]))
    if found:
        one = dice.choice(found)
        parts[name] = parts[name][: one.start()] + by + parts[name][one.end() :]
    else:
        parts[name] = _flip(dice, parts[name])
    return _packed(parts)


_MOVES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flip,
    _cut,
    _splice,
    _header,
    _header,
    _swap,
    _xml,
    _xml,
    _xml,
)
