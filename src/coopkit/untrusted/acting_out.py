"""In the child process: what of an office file acts, or fetches something, once it is opened.

A script of its own: it imports the standard library alone. Relations and fields are read as XML and known by their
types: names of parts, prefixes and spellings are the sender's to choose.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401 - names in a zip may need it, and the child opens no file later
import io
import json
import zipfile
from typing import BinaryIO, Final
from xml.parsers import expat

_ACTING: Final = {
    *("activexcontrolbinary", "afchunk", "attachedtemplate", "attachedtoolbars", "connections", "control"),
    *("customui", "extensibility", "externallink", "frame", "oleobject", "package"),
    *("querytable", "subdocument", "vbaproject", "vbaprojectsignature", "wordvbadata", "xlintlmacrosheet"),
    *("xlmacrosheet",),
}
"""The last word of the types of relations to what acts or comes from elsewhere, in small letters."""
_FIELD: Final = ("instrText", "delInstrText")


def work(data: bytes, out: BinaryIO) -> None:
    """Write what was found, as JSON; the first byte says whether fields are looked for, too."""
    out.write(json.dumps(_acting(data[1:], (".rels", ".xml") if data[:1] == b"+" else (".rels",))).encode())


def _acting(data: bytes, endings: tuple[str, ...]) -> list[str]:
    """The kinds of relations that act or fetch; "DDE" for a field that starts a program, "XML" for broken XML."""
    found: list[str] = []
    told: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.casefold().endswith(endings):
                try:
                    _read(archive.read(name), found, told)
                except expat.ExpatError:
                    found.append("XML")
    if "DDE" in "".join("".join(told).upper().split()):
        found.append("DDE")
    return list(dict.fromkeys(found))


def _read(part: bytes, found: list[str], told: list[str]) -> None:
    """One part: its relations, and the texts of its fields. Raises `ExpatError`."""
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        local = tag.rpartition(" ")[2]
        inside = local in _FIELD
        if local == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            away = attributes.get("TargetMode", "").casefold() == "external"
            if kind.casefold() in _ACTING or (away and kind != "hyperlink"):
                found.append(kind or "?")
        elif local == "fldSimple":
            told.extend(value for key, value in attributes.items() if key.rpartition(" ")[2] == "instr")
        elif local == "ddeLink":
            told.append("DDE")

    def end(_: str) -> None:
        nonlocal inside
        inside = False

    def text(letters: str) -> None:
        if inside:
            told.append(letters)

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler = start, end, text
    reader.Parse(part, True)  # noqa: FBT003 - expat's own
