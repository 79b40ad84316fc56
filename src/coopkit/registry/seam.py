"""The seam: what a plugin returns is checked once, here; the error names plugin, hook, item and field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
from attrs import evolve, field, frozen

from coopkit.campaign import CriteriaSet
from coopkit.errors import PluginError
from coopkit.event import EventKind
from coopkit.importers import Importer, RecordCheck
from coopkit.metrics import Derived, Metric, Ratio
from coopkit.page import Page
from coopkit.registry.manifest import PluginManifest
from coopkit.report import Exporter
from coopkit.scope import Scope, undeclared
from coopkit.snapshot import TABLES
from coopkit.text import Label

HOOKS: Final[Mapping[str, tuple[type, ...]]] = {
    "coopkit_metrics": (Metric, Ratio, Derived),
    "coopkit_exporters": (Exporter,),
    "coopkit_event_kinds": (EventKind,),
    "coopkit_criteria": (CriteriaSet,),
    "coopkit_importers": (Importer,),
    "coopkit_checks": (RecordCheck,),
    "coopkit_pages": (Page,),
}
"""What each hook gives a list of."""

_FUNCTIONS: Final = ("write", "read", "check", "show", "how")


@frozen
class Seam:
    """Between one plugin and coopkit: its name, its manifest where it has one, and what it may see."""

    plugin: str
    manifest: PluginManifest | None = None
    scope: Scope | None = field(default=None)

    def checked(self, hook: str, offers: Any, owners: Mapping[str, str]) -> list[Any]:
        """What an implementation of a hook offers, whole or not at all, each item bearing plugin and scope.

        `offers` is what it gave, or the exception it raised; `owners` are the keys that are offered already, by whom.
        Raises `PluginError`.
        """
        where = f"plugin {self.plugin!r}, hook {hook!r}"
        if isinstance(offers, BaseException):
            raise PluginError(f"{where}: {type(offers).__name__}: {offers}") from offers
        if not isinstance(offers, Iterable) or isinstance(offers, str | bytes | Mapping):
            raise PluginError(
                f"{where}: phải trả về danh sách, không phải {type(offers).__name__} (must return a list)"
            )
        try:
            listed = list(offers)
            fault = next(self._faults(hook, listed, owners), "")
            stamped = [] if fault else [self._stamped(offer) for offer in listed]
        except (Exception, SystemExit) as error:
            raise PluginError(f"{where}: {type(error).__name__}: {error}") from error
        if fault:
            raise PluginError(f"{where}: {fault}")
        return stamped

    def lacking(self, hook: str) -> str:
        """What is wrong where the plugin has no such hook: that it declared keys of it; "" where it did not."""
        return next((f"plugin {self.plugin!r}, hook {hook!r}: {told}" for told in self._undeclared(hook, [])), "")

    def _faults(self, hook: str, listed: list[Any], owners: Mapping[str, str]) -> Iterator[str]:
        types = HOOKS[hook]
        for number, offer in enumerate(listed, 1):
            if not isinstance(offer, types):
                wanted = " | ".join(each.__name__ for each in types)
                yield f"mục {number} là {type(offer).__name__}, cần {wanted} (item {number} is no {wanted})"
            yield from (f"mục {number}, {told}" for told in _field_faults(offer))
        keys = [offer.key for offer in listed]
        for key in keys:
            if keys.count(key) > 1:
                yield f"{key!r} có hai lần (is offered twice)"
            if key in owners:
                yield f"{key!r} đã có của {owners[key]!r}: chọn khóa khác (it offers that already: choose another)"
        if self.manifest is not None:
            yield from self._undeclared(hook, keys)
        for offer in listed:
            if isinstance(offer, RecordCheck) and self.scope is not None and not self.scope.allows(offer.table):
                yield f"{offer.key!r}: {undeclared(offer.table)}"

    def _undeclared(self, hook: str, keys: list[str]) -> Iterator[str]:
        kind = hook.removeprefix("coopkit_")
        declared = self.manifest.provides.get(kind, ()) if self.manifest else ()
        for key in keys:
            if key not in declared:
                yield f"{key!r} chưa khai trong provides.{kind} (is not declared there)"
        for key in declared:
            if key not in keys:
                yield f"{key!r} đã khai trong provides.{kind} mà không có (is declared, but not offered)"

    def _stamped(self, offer: Any) -> Any:
        marks: dict[str, Any] = {"plugin": self.plugin, "scope": self.scope}
        known = {one.name for one in attrs.fields(type(offer))}
        if isinstance(offer, Metric) and offer.before is not None:
            marks["before"] = self._stamped(offer.before)
        return evolve(offer, **{name: value for name, value in marks.items() if name in known})


def _field_faults(offer: Any) -> Iterator[str]:
    """The fields of an offer that are not what they must be: keys and labels are texts, functions can be called."""
    if not isinstance(offer.key, str) or not offer.key:
        yield f"key: phải là chuỗi, không phải {offer.key!r} (must be a text)"
    if not isinstance(getattr(offer, "label", getattr(offer, "title", None)), Label):
        yield "label: phải là Label(vi, en) (must be a Label)"
    for name in _FUNCTIONS:
        if hasattr(offer, name) and not callable(getattr(offer, name)):
            yield f"{name}: phải là hàm (must be a function)"
    if isinstance(offer, Metric | RecordCheck) and offer.table not in TABLES:
        yield f"table: không có bảng {offer.table!r} (there is no such table)"
    if isinstance(offer, Exporter) and not str(offer.extension).isalnum():
        yield f"extension: {offer.extension!r} phải như 'xlsx' (must be like that)"
