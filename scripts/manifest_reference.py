"""Writes docs/plugins/manifest.md, what may stand in a plugin's `coopkit_plugin.toml`, from the classes that read it.

    python scripts/manifest_reference.py

The fields, their types and defaults are those of the classes; the words are here. A field without a word, or a word
without a field, ends the script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from coopkit.registry.manifest import API, FILE, PROVIDES, PluginManifest, Reads, SettingSchema
from coopkit.scope import GROUND, KEPT_BACK, Owner
from coopkit.snapshot import TABLES

PAGE: Final = Path(__file__).parents[1] / "docs/plugins/manifest.md"

PARTS: Final[Mapping[str, tuple[type, str]]] = {
    "At the top": (PluginManifest, ""),
    "`owners`: the places it belongs to": (Owner, "owners."),
    "`[reads]`: what it looks at": (Reads, "reads."),
    "`[settings.KEY]`: what may be set": (SettingSchema, "settings.KEY."),
}
"""The parts of a manifest: the heading of each, its class, and how its fields are named in full."""

WORDS: Final[Mapping[str, str]] = {
    "id": "The plugin's name, and the namespace of its keys. Letters a–z, digits and `_`; not `coopkit`. "
    "The entry point bears the same name.",
    "version": "The plugin's version, as it is shown where its distribution tells none.",
    "api": f"The number of the contract it was written for; this coopkit has {API}.",
    "requires": 'The versions of coopkit it works with, like `"coopkit>=0.1,<1"`.',
    "name": "What it is called on screen.",
    "provides": "The full keys it offers, by kind; each begins with the id and a dot. Declared and offered keys agree "
    "exactly, or the whole hook is left out.",
    "reads": "What it looks at; see below.",
    "owners": "The places it belongs to; none: the whole city.",
    "settings": "What an administrator may set; see below.",
    "description": "One sentence on what it does.",
    "owners.place": "The code of the place.",
    "owners.on": "A day on whose map the code means that place; the last map that knows it, if left out. The place is "
    "followed through later reforms from there.",
    "reads.tables": "The tables of the Snapshot that its metrics, checks and pages look at. A metric reads its own "
    "table and each that its condition, days or measure refer to (`event.start` on a participation: both).",
    "reads.personal": "Whether it asks for personal data (the table `person`). It gets it where an administrator "
    "granted it: `coopkit plugin on … --grant-personal`.",
    "settings.KEY.type": "One of the types below.",
    "settings.KEY.label": "What it is called on screen.",
    "settings.KEY.default": "The value until somebody sets one; of a secret none is needed.",
    "settings.KEY.minimum": "Of an `int`: the least.",
    "settings.KEY.maximum": "Of an `int`: the most.",
    "settings.KEY.options": "Of a `choice`: the values, as texts.",
    "settings.KEY.help": "A sentence for whoever sets it.",
}
"""What each field is, by its full name."""

KINDS: Final[Mapping[str, str]] = {
    "str": "text",
    "int": "whole number",
    "int | None": "whole number",
    "bool": "`true` or `false`",
    "Any": "as `type` says",
    "dt.date | None": "day, like `2023-12-31`",
    "Label": '`{ vi = "…", en = "…" }`, or one text for both',
    "Label | None": '`{ vi = "…", en = "…" }`, or one text for both',
    "Reads": "table",
    "tuple[str, ...]": "list of texts",
    "tuple[Owner, ...]": "list of tables",
    "Mapping[str, tuple[str, ...]]": "table of lists of texts",
    "Mapping[str, SettingSchema]": "table of tables",
}
"""How a value of each type of the classes is written in TOML."""

SETTINGS: Final[Mapping[str, str]] = {
    "int": "a whole number, from `minimum` to `maximum` where these are told",
    "text": "a text",
    "flag": "`true` or `false`",
    "choice": "one of the `options`",
    "secret": "the name of an environment variable, like `MY_TOKEN`; what that holds is never kept by coopkit, and the "
    'plugin reads it with `settings.secret("KEY")`',
}
"""The types of settings."""

SAMPLE: Final = """\
id = "tienlang"
version = "1.0.0"
api = 1
requires = "coopkit>=0.1,<1"
name = { vi = "Tiên Lãng", en = "Tiên Lãng" }
description = { vi = "Lượt hội chợ và biểu của Tiên Lãng", en = "Tiên Lãng's turns at fairs, and its form" }
# Mã 315 trên bản đồ ngày 31/12/2023 (the code on the map of that day).
owners = [{ place = "315", on = 2023-12-31 }]

[reads]
tables = ["participation", "event"]
personal = false

[provides]
metrics = ["tienlang.luot_hoi_cho"]
exporters = ["tienlang.bieu"]

[settings.from_month]
type = "int"
label = { vi = "Đếm từ tháng", en = "Count from the month" }
default = 1
minimum = 1
maximum = 12
help = "Hội chợ trước tháng này không đếm."

[settings.heading]
type = "text"
label = { vi = "Dòng đầu của biểu", en = "The form's first line" }
default = ""

[settings.with_notes]
type = "flag"
label = { vi = "In cả ghi chú", en = "Print the notes too" }
default = true

[settings.paper]
type = "choice"
label = { vi = "Khổ giấy", en = "Paper" }
default = "A4"
options = ["A4", "A3"]

[settings.token]
type = "secret"
label = { vi = "Mã truy cập", en = "Access token" }
default = "TIEN_LANG_TOKEN"
"""

HEAD: Final = f"""\
<!-- Written by scripts/manifest_reference.py; a test holds it to the classes that read the file. -->

# The manifest: `{FILE}`

A plugin says of itself what it is, where it belongs, what it looks at, what it offers and what may be set, in one TOML
file in the folder of its package. coopkit reads it without importing the plugin: so a plugin that is off, broken or too
new can still be listed, and its settings be looked at. How a plugin lives is told in [README.md](README.md).

A key that is not told here is refused, and so is a value of another type. A plugin whose manifest is wrong, or was
written for another coopkit, is not loaded: its state is `INCOMPATIBLE`, with the reason.
"""

ERRORS: Final = """\
## What is wrong is told by its place

```python
from coopkit import PluginError, PluginManifest

try:
    PluginManifest.read('id = "tienlang"\\nversion = 1\\ncolour = "red"', "tienlang")
except PluginError as error:
    print(error)
    assert "1: cần str (must be str) @ coopkit_plugin.toml.version" in str(error)
    assert "không có mục colour (unknown key)" in str(error)
    assert "thiếu mục này (required field missing) @ coopkit_plugin.toml.provides" in str(error)
```
"""


def rendered() -> str:
    """The page's text, from the schema as it is now."""
    names = [f"{prefix}{one.name}" for cls, prefix in PARTS.values() for one in attrs.fields(cls)]
    assert sorted(names) == sorted(WORDS), f"words and fields differ: {set(names) ^ set(WORDS)}"
    assert set(SETTINGS) == set(_types()), "the types of settings differ"
    parts = [HEAD, _sample()]
    for heading, (cls, prefix) in PARTS.items():
        parts.append(f"## {heading}\n\n{_table(_FIELDS, _fields(cls, prefix))}")
    parts += [_setting_types(), _provides(), _tables(), ERRORS]
    return "\n".join(parts)


_FIELDS: Final = ("key", "written as", "default", "what it is")


def _sample() -> str:
    return f"## A whole one\n\n```toml\n{SAMPLE}```\n"


def _types() -> tuple[str, ...]:
    from coopkit.registry.manifest import _TYPES

    return tuple(_TYPES)


def _fields(cls: type, prefix: str) -> Iterator[tuple[str, ...]]:
    for one in attrs.fields(cls):
        yield f"`{one.name}`", KINDS[cls.__annotations__[one.name]], _default(one), WORDS[f"{prefix}{one.name}"]


def _default(one: Any) -> str:
    """A field's default as TOML has it; what must be given has none."""
    if one.default is attrs.NOTHING:
        return "must be given"
    if isinstance(one.default, attrs.Factory) or one.default in (None, (), ""):  # type: ignore[arg-type]
        return "none"
    return f"`{str(one.default).lower()}`"


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("| --- ", "|---").replace("--- |", "---|")


def _setting_types() -> str:
    told = "A value is checked when it is set, and the default when the manifest is read."
    rows = ((f"`{name}`", SETTINGS[name]) for name in _types())
    return f"## The types of settings\n\n{_table(('type', 'a value'), rows)}\n{told}\n"


def _provides() -> str:
    rows = ((f"`{kind}`", f"[`coopkit_{kind}`]({kind.replace('_', '-')}.md)") for kind in PROVIDES)
    return f"## `[provides]`: the kinds\n\n{_table(('kind', 'hook'), rows)}"


def _tables() -> str:
    free = ", ".join(f"`{name}`" for name in TABLES if name in GROUND)
    kept = ", ".join(f"`{name}`" for name in TABLES if name in KEPT_BACK - {"person"})
    told = (
        f"Every plugin may read {free}: the map, whose register it is,\nand the kinds of events. "
        f"`person` is asked for with `personal = true`. No plugin reads {kept}.\nThese may be declared:\n"
    )
    asked = (one for one in TABLES.items() if one[0] not in GROUND | KEPT_BACK)
    rows = ((f"`{name}`", one.label.vi, one.label.en) for name, one in asked)
    return f"## The tables\n\n{told}\n{_table(('table', 'Vietnamese', 'English'), rows)}"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
