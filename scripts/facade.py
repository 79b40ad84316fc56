"""Writes src/coopkit/__init__.pyi, the facade as type checkers and editors read it, from the table in __init__.py."""

from pathlib import Path

import coopkit

STUB = Path(__file__).parents[1] / "src/coopkit/__init__.pyi"
HEADING = "# Written by `make facade`; a test holds it to the table in __init__.py.\n"


def stub() -> str:
    """The stub's text for the public names there are now, in the form ruff gives it."""
    names_of: dict[str, list[str]] = {}
    for name, room in coopkit._ROOM_OF.items():  # type: ignore[attr-defined]  # noqa: SLF001
        names_of.setdefault(room, []).append(name)
    imports = [f"from coopkit.{room} import {_listed(names)}\n" for room, names in sorted(names_of.items())]
    public = "".join(f'    "{name}",\n' for name in coopkit.__all__)
    return f"{HEADING}\n{''.join(imports)}\n__all__ = [\n{public}]\n\n__version__: str\n"


def _listed(names: list[str]) -> str:
    """One name as it is, several one a line: constants, classes, then functions."""
    if len(names) == 1:
        return names[0]
    ordered = sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    return "(\n" + "".join(f"    {name},\n" for name in ordered) + ")"


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
