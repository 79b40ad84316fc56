"""coopkit: a cooperative alliance's register, events, campaigns and reports, where every number opens to its records.

    file ─▶ importer ─▶ records + Problems ─▶ ledger ─▶ Snapshot ─▶ metrics ─▶ report ─▶ exporter ─▶ bytes

The names below are the whole public surface. Each is fetched from its room when first asked for (PEP 562), so that
`import coopkit` costs next to nothing.
"""

__version__ = "0.1.0"

# Public name → the room it lives in. A new name is one line here, in order; `make facade` then writes `__init__.pyi`,
# from which editors and type checkers learn the same names.
_ROOM_OF = {
    "CoopkitError": "errors",
    "Problem": "problem",
}

__all__ = sorted(_ROOM_OF)  # noqa: PLE0605 - type checkers read the list in __init__.pyi


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'coopkit' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"coopkit.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])
