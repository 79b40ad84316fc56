"""A zip looked over before anything of it is unpacked: its directory, and the first bytes of its XML."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
from collections.abc import Iterable
from typing import BinaryIO, Final

from attrs import frozen

from coopkit.errors import BadText

_MEGA: Final = 1_000_000


@frozen
class Caps:
    """The most that a zip may hold: entries, bytes once unpacked, and how many times its size an entry may unpack to.

    A workbook of 100,000 rows has 15 entries and 35 MB unpacked, eight times its size; what repeats itself most in an
    honest one, rows without content, some forty times. Small entries may have any ratio.

    >>> Caps().unpacked
    400000000
    """

    entries: int = 4_000
    unpacked: int = 400 * _MEGA
    ratio: int = 200
    xml: bool = True
    """Whether its XML is looked at, as that of an office file must be."""


_SMALL: Final = _MEGA
_LOCAL: Final = struct.Struct("<4s22xHH")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEAD: Final = 4_096
_PROLOG: Final = re.compile(rb"\s*(?>(?:(?><\?.*?\?>|<!--.*?-->)\s*)*)<[A-Za-z_]", re.DOTALL)
_ENCODING: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_ASCII: Final = re.compile(rb"(?i)utf-?8|utf-?16(?:[lb]e)?|(?:us-)?ascii|iso-8859-\d+|windows-125\d")
"""Encodings in which a tag looks as it does in ASCII, once the zeros of UTF-16 are gone."""


def parts(data: bytes | BinaryIO, caps: Caps | None = None) -> tuple[str, ...]:
    r"""The names of a zip's entries, once all of them may be unpacked. Raises `BadText` for a zip that may not.

    Refused are: more than the caps allow, entries that lie over each other, that have one name, a name that leads out
    of the folder, links, another compression than Office uses, a password, something before the first entry, XML that
    declares a document type (entities), and what is no zip at all.

    >>> held = io.BytesIO()
    >>> with zipfile.ZipFile(held, "w") as archive:
    ...     archive.writestr("xl/workbook.xml", "<workbook/>")
    >>> parts(held.getvalue())
    ('xl/workbook.xml',)
    >>> parts(b"PK\x03\x04")
    Traceback (most recent call last):
        ...
    coopkit.errors.BadText: tệp bị hỏng, không đọc được: ...
    """
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _refuse_large(entries, caps or Caps())
            _refuse_odd(entries)
            _refuse_overlapping(entries, source, archive.start_dir)
            for entry in entries if caps is None or caps.xml else ():
                _refuse_entities(archive, entry)
    except BadText:
        raise
    except Exception as error:  # zipfile fails in many ways: struct.error, zlib.error, BadZipFile, OverflowError...
        raise _broken() from error
    return tuple(entry.filename for entry in entries)


def _refuse_large(entries: list[zipfile.ZipInfo], caps: Caps) -> None:
    """Before anything else, as this costs nothing: whether it is a bomb."""
    unpacked = sum(entry.file_size for entry in entries)
    dense = any(e.file_size > _SMALL and e.file_size > caps.ratio * max(1, e.compress_size) for e in entries)
    if len(entries) > caps.entries or unpacked > caps.unpacked or dense:
        raise BadText(
            ("giải nén ra thì quá lớn, như bom nén", "is far too large once unpacked, as a zip bomb is"),
            ("chép số liệu sang một bảng tính mới rồi gửi lại", "copy the data into a new workbook and send that"),
        )


def _refuse_odd(entries: Iterable[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        if entry.flag_bits & 0x1:
            raise BadText(("có mật khẩu", "has a password"), ("bỏ mật khẩu rồi gửi lại", "remove it and send it again"))
        out = name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0] or _CONTROL.search(name)
        if out or stat.S_ISLNK(entry.external_attr >> 16):
            raise _odd("có phần trỏ ra ngoài tệp", "has a part that points out of it")
        if name.lower() in names:
            raise _odd("có hai phần cùng tên", "has two parts of one name")
        if entry.compress_type not in _METHODS:
            raise _odd("được nén theo cách lạ", "is packed in an unusual way")
        names.add(name.lower())


def _refuse_overlapping(entries: Iterable[zipfile.ZipInfo], source: BinaryIO, end: int) -> None:
    """One stretch of bytes that several entries unpack is how a small zip becomes petabytes."""
    free = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        source.seek(entry.header_offset)
        signature, name, extra = _LOCAL.unpack(source.read(_LOCAL.size))
        if signature != b"PK\x03\x04" or entry.header_offset < free or (not free and entry.header_offset):
            raise _odd("có các phần chồng lên nhau", "has parts that lie over each other")
        free = entry.header_offset + _LOCAL.size + name + extra + entry.compress_size
    if free > end:
        raise _odd("có các phần chồng lên nhau", "has parts that lie over each other")


def _refuse_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """XML of an office file has no document type (ECMA-376 part 2, clause 7.3.2), and entities are declared in one.

    It could only stand before the first element, so the beginning tells; an encoding that hides it is refused as well.
    """
    with archive.open(entry) as part:
        head = part.read(_HEAD).removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if not head.startswith(b"<"):
        return
    encoding = _ENCODING.match(head)
    if (encoding and not _ASCII.fullmatch(encoding[1])) or not _PROLOG.match(head):
        raise BadText(
            ("có khai báo XML mà tệp Office không được có", "has XML declarations that no Office file may have"),
            _SAVED_ANEW,
        )


_SAVED_ANEW: Final = ("mở bằng Excel hoặc Word rồi lưu thành tệp mới", "open it in Excel or Word and save it anew")


def _odd(vi: str, en: str) -> BadText:
    return BadText((vi, en), _SAVED_ANEW)


def _broken() -> BadText:
    return _odd("tệp bị hỏng, không đọc được", "is damaged and cannot be read")
