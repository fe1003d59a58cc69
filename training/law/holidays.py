"""Public holidays, worked out from rules: fixed days, and days counted from Easter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

# Territories that add days to those of the whole country are named after it: FR-ALSACE-MOSELLE.
COUNTRY: Final = "FR"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One public holiday; `title` is French."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class _Rule:
    holiday: Holiday
    effective_from: date
    effective_to: date | None
    fixed: str | None
    easter: int | None

    def falls_on(self, day: date) -> bool:
        if day < self.effective_from or (self.effective_to is not None and day > self.effective_to):
            return False
        if self.fixed is not None:
            return day.isoformat()[5:] == self.fixed
        return day == easter(day.year) + timedelta(days=self.easter or 0)


class Holidays:
    """The public holidays of every territory there is data for."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.source: Mapping[str, Any] = data["source"]
        self._rules: dict[str, Sequence[_Rule]] = {
            territory: [_rule(item) for item in items] for territory, items in data["territories"].items()
        }

    @property
    def territories(self) -> tuple[str, ...]:
        """The names of the territories, sorted."""
        return tuple(sorted(self._rules))

    def find(self, day: date, territory: str = COUNTRY) -> Holiday | None:
        """Return the public holiday that `day` is in `territory`, those of the whole country included."""
        for rule in (*self._rules[COUNTRY], *(self._rules.get(territory, ()) if territory != COUNTRY else ())):
            if rule.falls_on(day):
                return rule.holiday
        return None


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    century, of_century = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leaps - correction + 15) % 30
    quarter, rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * quarter - epact - rest) % 7
    shift = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _rule(item: Mapping[str, Any]) -> _Rule:
    until = item.get("effective_to")
    return _Rule(
        Holiday(item["name"], item["title"]),
        date.fromisoformat(item["effective_from"]),
        None if until is None else date.fromisoformat(until),
        item.get("fixed"),
        item.get("easter"),
    )
