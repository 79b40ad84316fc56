"""Keeps the catalogue of the admin page: its sentences are Vietnamese in the source, their English stands in a .po.

python scripts/catalogue.py update           every sentence of the source, and no other; what is translated stays
python scripts/catalogue.py missing          the sentences without English, as TOML to be filled in
python scripts/catalogue.py merge FILE…      takes what was filled in: "msgid" = "English", or ["one", "many"]
"""

from __future__ import annotations

import ast
import fcntl
import json
import os
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from coopkit.admin.catalogue import CATALOGUE

SOURCE: Final = Path(__file__).parents[1] / "src/coopkit/admin"
KEYWORDS: Final = {"t": None, "n": (1, 1)}
"""What takes a sentence: `c.t(text)`, and `c.n(text, number)`, whose text stands for one and for many."""

HEADER: Final = """\
# The English of the admin page. Kept by `make catalogue`: nobody writes here by hand.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
Text: TypeAlias = str | tuple[str, ...] | list[str]


def sentences(source: IO[bytes], keywords: Collection[str], *_: object, **__: object) -> Iterator[tuple[Any, ...]]:
    """A method of Babel's: the sentences of a Python file; unlike Babel's own it finds those within f-strings, too."""
    for node in ast.walk(ast.parse(source.read())):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str(text)), *_]) if name in keywords:
                yield node.lineno, name, text, []


def extracted(source: Path = SOURCE) -> Catalog:
    """Every sentence there is in the source, without any translation."""
    catalog = Catalog(locale="en")
    methods: dict[str, Any] = {".py": sentences, ".html": babel_extract}
    for file in sorted(source.rglob("*")):
        if method := methods.get(file.suffix):
            for _, text, _, context in extract_from_file(method, file, KEYWORDS):
                catalog.add(text, locations=[(file.relative_to(source).as_posix(), 0)], context=context)
    return catalog


def updated(old: Catalog, source: Path = SOURCE) -> Catalog:
    """The sentences of the source, with the English that the old catalogue has for them."""
    catalog = extracted(source)
    for message in catalog:
        if message.id and (before := old.get(_key(message.id))) and before.pluralizable == message.pluralizable:
            message.string = before.string
    return catalog


def missing(catalog: Catalog) -> list[Text]:
    """The sentences without English, as they stand in the catalogue."""
    return [one.id for one in catalog if one.id and not all(_forms(one.string))]


def merge(catalog: Catalog, told: Mapping[str, str | list[str]]) -> list[str]:
    """Put translations into the catalogue; gives what could not be taken, each with why."""
    wrong = []
    for text, english in told.items():
        message = catalog.get(text)
        if message is None:
            wrong.append(f"{text!r}: not in the source")
        elif message.pluralizable != isinstance(english, list) or (message.pluralizable and len(english) != 2):
            wrong.append(f'{text!r}: c.t takes one text, c.n ["one", "many"]')
        else:
            message.string = tuple(english) if isinstance(english, list) else english
    return wrong


def written(catalog: Catalog) -> bytes:
    """The catalogue as it is kept: sorted, the file of each sentence without its line, nothing obsolete."""
    body = BytesIO()
    write_po(body, catalog, width=0, sort_output=True, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return HEADER.encode() + body.getvalue().lstrip(b"\n")


def _key(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def _forms(string: Text | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def _as_toml(text: Text) -> str:
    empty = '""' if isinstance(text, str) else '["", ""]'
    return f"{json.dumps(_key(text), ensure_ascii=False)} = {empty}"


def main(command: str, *files: str) -> int:
    """One command; gives 1 where something could not be taken, or was asked for and is missing."""
    folder = os.open(CATALOGUE.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # until the end of the process: what another is merging must not get lost
    with CATALOGUE.open("rb") as kept:
        catalog = updated(read_po(kept, locale="en"))
    wrong = []
    if command == "merge":
        for file in files:
            wrong += [f"{file}: {one}" for one in merge(catalog, tomllib.loads(Path(file).read_text("utf-8")))]
    if command != "missing":
        fresh = CATALOGUE.with_suffix(".new")
        fresh.write_bytes(written(catalog))
        os.replace(fresh, CATALOGUE)  # noqa: PTH105 - says best what is done
    left = missing(catalog)
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    print(*map(_as_toml, left), sep="\n", end="\n" if left else "")
    return int(bool(wrong or (left and command == "missing")))


if __name__ == "__main__":
    commands = ("update", "missing", "merge")
    sys.exit(main(*sys.argv[1:]) if sys.argv[1:2] and sys.argv[1] in commands else __doc__)
