"""What each feature means, from what it follows, and how it is told: `registry.json`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any, Final

import orjson

from analytics.risk.features.lacking import LackReason

_NARROW: Final = "\u202f"


class Unit(StrEnum):
    """What a feature is measured in."""

    DAYS = "days"
    HOURS = "hours"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    """From 0 to 1, told in hundredths."""
    RANK = "rank"
    """From 0 to 1: the share of the session that lies below."""
    POINTS = "points"
    """A difference of shares."""
    LOG = "log"
    """A logarithm, or a difference of two: told without a number."""
    FLAG = "flag"


class Direction(StrEnum):
    """Which way a learner is more at risk, as far as one would say so beforehand."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Family:
    """Some features of one kind. Texts are by language; `remedy` is what would change them, None where nobody can."""

    id: str
    title: Mapping[str, str]
    remedy: str | None


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: what it means by language, its unit, the facts it follows from, and how it is told in French.

    `above` tells a value at or above what is usual in the session, `below` one under it; both may hold `{value}`.
    """

    id: str
    family: str
    meaning: Mapping[str, str]
    unit: Unit
    source: tuple[str, ...]
    direction: Direction
    above: str
    below: str

    def sentence(self, value: float, usual: float | None) -> str:
        r"""Return in French what is the case, with what is usual in the session where that says something.

        >>> load_registry().features["idle_days"].sentence(16.0, 2.0)
        'Aucune activité depuis 16\u202fjours (2\u202fjours en général dans le groupe).'
        """
        template = self.above if usual is None or value >= usual else self.below
        clause = template.format(value=told(self.unit, abs(value) if self.unit is Unit.DAYS else value))
        compares = usual is not None and isfinite(usual) and self.unit in _COMPARED and "{value}" in template
        return f"{clause} ({told(self.unit, usual or 0.0)} en général dans le groupe)." if compares else f"{clause}."


@dataclass(frozen=True, slots=True)
class Registry:
    """Every family and feature, in order; what lacks are called, by language; words that no feature may contain."""

    version: str
    families: Mapping[str, Family]
    features: Mapping[str, Feature]
    lacks: Mapping[LackReason, Mapping[str, str]]
    forbidden: tuple[str, ...]


# Units of which the usual value stands beside the learner's own.
_COMPARED: Final = (Unit.DAYS, Unit.HOURS, Unit.COUNT, Unit.NUMBER, Unit.SHARE)


def told(unit: Unit, value: float) -> str:
    """Return a value in French, with its unit."""
    match unit:
        case Unit.DAYS:
            number = round(value)
            return f"{number}{_NARROW}{'jours' if abs(number) > 1 else 'jour'}"
        case Unit.HOURS:
            return f"{_decimal(value)}{_NARROW}h"
        case Unit.SHARE | Unit.RANK | Unit.POINTS:
            return f"{round(value * 100)}{_NARROW}%"
        case Unit.COUNT:
            return str(round(value))
        case _:
            return _decimal(value)


def _decimal(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


@cache
def load_registry() -> Registry:
    """Return the registry."""
    data = orjson.loads(files(__package__).joinpath("registry.json").read_bytes())
    return Registry(
        version=data["version"],
        families={row["id"]: Family(**row) for row in data["families"]},
        features={row["id"]: _feature(row) for row in data["features"]},
        lacks={LackReason(row["id"]): {"fr": row["fr"], "en": row["en"]} for row in data["lacks"]},
        forbidden=tuple(data["forbidden"]),
    )


def _feature(row: Mapping[str, Any]) -> Feature:
    return Feature(
        id=row["id"],
        family=row["family"],
        meaning=row["meaning"],
        unit=Unit(row["unit"]),
        source=tuple(row["source"]),
        direction=Direction(row["direction"]),
        above=row["phrase"]["above"],
        below=row["phrase"]["below"],
    )
