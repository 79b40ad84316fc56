"""A campaign's definition as data: criteria, stages, ties, grades, awards, targets; one readable file says it all."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, Final, Protocol, TypeVar

from attrs import frozen

from coopkit.campaign.check import faults
from coopkit.campaign.parts import AwardRule, Criterion, Grade, Points, Stage, TargetRule
from coopkit.campaign.points import SCALE, parse_points
from coopkit.errors import BadText, CampaignError, CoopkitError
from coopkit.field import Choice
from coopkit.period import Period
from coopkit.text import Label

_HUNDRED: Final = Points(100 * SCALE)


@frozen(slots=False)
class Definition:
    """All rules of a campaign.

    `maximum` is the most points before bonuses. `ties` say what parts equal totals, in turn: "base" (points before
    bonus), "criterion:KEY", "votes" (of the block meeting). `not_rated` names a rating scheme whose own rule for units
    that are not rated holds here too. `seed` makes draws reproducible.

    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20", "maximum": 10,
    ...     "criteria": [{"key": "1", "name": "Họp", "maximum": "7,5", "step": 0.5}]})
    >>> [(leaf.key, leaf.maximum) for leaf in rules.leaves]
    [('1', 750)]
    """

    name: str
    period: str
    launched: dt.date
    theme: str = ""
    organiser: str = ""
    legal_basis: tuple[str, ...] = ()
    seed: str = ""
    maximum: Points = _HUNDRED
    blocks: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    stages: tuple[Stage, ...] = ()
    ties: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    awards: tuple[AwardRule, ...] = ()
    targets: tuple[TargetRule, ...] = ()
    not_rated: str = ""
    notes: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if found := list(faults(self)):
            raise CampaignError("Thể lệ chưa đúng (the definition is wrong): " + "; ".join(found))

    @staticmethod
    def read(text: str) -> Definition:
        """The definition that a TOML file holds. Raises `CampaignError` that says where the file is wrong."""
        try:
            told = tomllib.loads(text, parse_float=str)
        except tomllib.TOMLDecodeError as error:
            raise CampaignError(f"Tệp thể lệ không đúng TOML (the file is no TOML): {error}") from error
        return Definition.of(told)

    @staticmethod
    def of(declaration: Mapping[str, Any]) -> Definition:
        """The definition of plain data, checked. Raises `CampaignError` that says where it is wrong."""
        from cattrs import ClassValidationError, transform_error

        try:
            made: Definition = _converter().structure(declaration, Definition)
        except ClassValidationError as error:
            if isinstance(error.exceptions[0], CampaignError):  # all could be read; a rule does not hold
                raise error.exceptions[0] from None
            told = "; ".join(transform_error(error, path="thể lệ", format_exception=_told))
            raise CampaignError(f"Thể lệ chưa đúng (the definition is wrong): {told}") from error
        return made

    @property
    def declaration(self) -> Mapping[str, Any]:
        """This definition as plain data."""
        plain: Mapping[str, Any] = _converter().unstructure(self)
        return plain

    @cached_property
    def leaves(self) -> tuple[Criterion, ...]:
        """The criteria that are scored, in order."""
        return tuple(leaf for one in self.criteria for leaf in one.leaves())

    @cached_property
    def span(self) -> Period:
        """The period the campaign runs for."""
        return Period.parse(self.period)

    def leaf(self, key: str) -> Criterion:
        """The criterion of that key. Raises `CampaignError`, naming those there are."""
        return _named("tiêu chí (criterion)", key, self.leaves)

    def stage(self, key: str) -> Stage:
        """The stage of that key. Raises `CampaignError`, naming those there are."""
        return _named("giai đoạn (stage)", key, self.stages)

    def award(self, key: str) -> AwardRule:
        """The award of that key. Raises `CampaignError`, naming those there are."""
        return _named("hình thức (award)", key, self.awards)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_K = TypeVar("_K", bound=_Keyed)


def _named(what: str, key: str, among: tuple[_K, ...]) -> _K:
    found = next((one for one in among if one.key == key), None)
    if found is None:
        raise CampaignError(f"Không có {what} {key!r}: {', '.join(one.key for one in among) or '-'}")
    return found


@cache
def _converter() -> Any:
    from cattrs import Converter

    converter = Converter(omit_if_default=True, forbid_extra_keys=True)
    converter.register_structure_hook(Points, lambda told, _: parse_points(told))
    converter.register_structure_hook(Fraction, _fraction)
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook(Label, _label)
    converter.register_unstructure_hook(Label, lambda one: {"vi": one.vi, "en": one.en})
    converter.register_structure_hook(dt.date, _date)
    converter.register_structure_hook(bool, _flag)
    converter.register_structure_hook(int, _whole)
    converter.register_structure_hook_func(lambda asked: asked == tuple[str, ...], _texts)
    converter.register_unstructure_hook(dt.date, lambda day: day.isoformat())
    converter.register_unstructure_hook(
        Points, lambda told: str(Decimal(told) / SCALE) if told % SCALE else told // SCALE
    )
    return converter


def _told(error: BaseException, type_: type | None) -> str:
    """What is wrong with one value, in words."""
    from cattrs import ForbiddenExtraKeysError
    from cattrs.v import format_exception

    if isinstance(error, CoopkitError):
        return str(error)
    if isinstance(error, ForbiddenExtraKeysError):
        return f"không có mục {', '.join(sorted(error.extra_fields))} (unknown key)"
    if isinstance(error, KeyError):
        return "thiếu mục này (required field missing)"
    if isinstance(type_, type) and issubclass(type_, Choice):
        return f"dùng một trong (use one of): {', '.join(type_)}"
    return f"không đọc được giá trị này ({format_exception(error, type_)})"


def _label(told: Any, _: object) -> Label:
    if isinstance(told, Mapping) and (other := told.keys() - {"vi", "en"}):
        raise _misread(told, f"không có mục {', '.join(sorted(other))}", "has a key besides vi and en")
    return Label(told, told) if isinstance(told, str) else Label(told["vi"], told.get("en", told["vi"]))


def _date(told: Any, _: object) -> dt.date:
    if isinstance(told, dt.datetime):
        raise _misread(told, "không phải là ngày", "is no day")
    return told if isinstance(told, dt.date) else dt.date.fromisoformat(told)


def _flag(told: Any, _: object) -> bool:
    if not isinstance(told, bool):
        raise _misread(told, "không phải là true hay false", "is neither true nor false")
    return told


def _whole(told: Any, _: object) -> int:
    if isinstance(told, bool) or (isinstance(told, float) and not told.is_integer()):
        raise _misread(told, "không phải là số nguyên", "is no whole number")
    return int(told)


def _texts(told: Any, _: object) -> tuple[str, ...]:
    if not isinstance(told, list | tuple):
        raise _misread(told, "không phải là một danh sách", "is no list")
    return tuple(str(one) for one in told)


def _misread(told: object, vi: str, en: str) -> BadText:
    return BadText((f"«{told}» {vi}", f"{told!r} {en}"), ("xem tệp mẫu", "see the template"))


def _fraction(told: Any, _: object) -> Fraction:
    if isinstance(told, list | tuple):
        return Fraction(*told)
    try:
        return Fraction(str(told).replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise BadText(
            (f"«{told}» không phải là số", f"{told!r} is no number"), ("ghi 0,5 hoặc 2/3", "write 2/3")
        ) from error
