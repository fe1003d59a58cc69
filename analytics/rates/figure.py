"""A rate, with all that is needed to say what it means."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """A numerator over a denominator, by a formula that has a name and a version.

    `value` is exact, and None where the denominator is nought: shown « n.c. », never 0 %.

    Attributes:
        formula: The formula's name.
        version: The formula's version.
        numerator: What is divided.
        denominator: What it is divided by.
        unit: What both are counted in: second, activity or enrolment.
        as_of: The instant that it is true of, in microseconds since 1970.
        rules_version: The version of the rules that hold then.
        cap: The most that the value may be; None where there is no such limit.
    """

    formula: str
    version: str
    numerator: int
    denominator: int
    unit: str
    as_of: int
    rules_version: str
    cap: float | None = None

    @property
    def value(self) -> Fraction | None:
        """The rate, capped where its formula says so; None when nothing was due."""
        if self.denominator <= 0:
            return None
        value = Fraction(self.numerator, self.denominator)
        return value if self.cap is None else min(value, Fraction(self.cap))

    @property
    def whole_percent(self) -> int | None:
        """The rate in hundredths, cut to a whole number, as EDOF takes it (compliance 7: floor).

        >>> Figure("realisation_rate", "1", 2, 3, "second", 0, "2026.1").whole_percent
        66
        """
        value = self.value
        return None if value is None else int(value * _HUNDRED // 1)
