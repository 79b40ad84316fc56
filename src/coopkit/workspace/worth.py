"""`Worth`: the money that goes with an award, and what states it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Self

from attrs import frozen

from coopkit.campaign import AwardRule
from coopkit.emulation import reward
from coopkit.errors import NotFound
from coopkit.event import RecipientKind
from coopkit.regulation import Regulation


@frozen
class Worth:
    """The reward in đồng: coefficient × base salary (NĐ 98/2023/NĐ-CP), with the sources; None where none states it.

    >>> Worth(18_720_000, Fraction(8), 2_340_000, "NĐ 98/2023/NĐ-CP; NĐ 73/2024/NĐ-CP").reward
    18720000
    """

    reward: int | None = None
    coefficient: Fraction | None = None
    salary: int | None = None
    source: str = ""

    @classmethod
    def of(cls, regulation: Regulation, rule: AwardRule, kind: RecipientKind, on: dt.date) -> Self:
        """What an award is worth to a recipient on a day.

        The campaign's own coefficient comes before that of the law in force; an unsplit recipient has none.

        >>> from coopkit.campaign import AwardRule
        >>> from coopkit.event import Award, Giver
        >>> from coopkit.regulation import shipped_regulation
        >>> from coopkit.text import Label
        >>> flag = AwardRule("flag", Award.FLAG, Giver.CITY, Label("Cờ thi đua", "Flag"))
        >>> Worth.of(shipped_regulation(), flag, RecipientKind.COLLECTIVE, dt.date(2024, 12, 15)).reward
        18720000
        """
        law = regulation.award(rule.form.value, rule.giver.value, on) or {}
        own = {RecipientKind.COLLECTIVE: rule.coefficient, RecipientKind.INDIVIDUAL: rule.coefficient_individual}
        coefficient, source = own.get(kind), rule.source
        if coefficient is None and kind is RecipientKind.COLLECTIVE and "coefficient" in law:
            coefficient, source = Fraction(law["coefficient"]), str(law["source"])
        if coefficient is None:
            return cls()
        try:
            salary, paper = regulation.base_salary(on)
        except NotFound:
            return cls(None, coefficient, source=source)
        return cls(reward(coefficient, salary), coefficient, salary, "; ".join(filter(None, (source, paper))))
