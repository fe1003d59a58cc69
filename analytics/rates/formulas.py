"""The formulas, as data: what each rate divides by what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import orjson

from analytics.rates.figure import Figure


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula. `title` is French, as shown; the rest says in English what it divides by what."""

    id: str
    version: str
    title: str
    numerator: str
    denominator: str
    source: str
    status: str


@cache
def formulas() -> dict[str, Formula]:
    """Return every formula by its id."""
    rows = orjson.loads(files(__package__).joinpath("formulas.json").read_bytes())["formulas"]
    return {row["id"]: Formula(**row) for row in rows}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every figure of one computation carries: the instant it is true of, and the rules that hold then."""

    as_of: int
    rules_version: str

    def figure(self, formula: str, numerator: int, denominator: int, unit: str, cap: float | None = None) -> Figure:
        """Return a figure of a formula that exists; raises `KeyError`."""
        version = formulas()[formula].version
        return Figure(formula, version, numerator, denominator, unit, self.as_of, self.rules_version, cap)
