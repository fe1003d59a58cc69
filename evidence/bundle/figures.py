"""The figures of a document: every printed length of time and every rate, with what it is worked out from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec
import orjson

from evidence.bundle.parts import FigurePart
from evidence.content import Content, Rate

_HOUR: Final = 3600
_PLACES: Final = Decimal("0.000001")


def figures_of(content: Content, as_of: str) -> tuple[FigurePart, ...]:
    """Return the figures of a document, in the order in which its content has them.

    `about` is the JSON Pointer of what is printed: `/content/hours/0/credited_seconds`.
    """
    return tuple(_walk(content, "/content", as_of))


def _walk(value: object, pointer: str, as_of: str) -> Iterator[FigurePart]:
    if isinstance(value, Rate):
        yield _figure(value.formula, value.version, value.numerator, value.denominator, value.unit, pointer, as_of)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _member(name, getattr(value, name), f"{pointer}/{name}", as_of)
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _walk(item, f"{pointer}/{at}", as_of)


def _member(name: str, value: Any, pointer: str, as_of: str) -> Iterator[FigurePart]:  # noqa: ANN401 - any printed value
    formula = _formulas().get(name)
    if formula is None:
        yield from _walk(value, pointer, as_of)
    elif isinstance(value, int):
        yield _figure(formula["id"], formula["version"], value, _HOUR, "second", pointer, as_of)


def _figure(
    formula: str, version: str, numerator: int, denominator: int, unit: str, pointer: str, as_of: str
) -> FigurePart:
    return FigurePart(
        formula=formula,
        version=version,
        numerator=numerator,
        denominator=denominator,
        value=None if denominator <= 0 else _decimal(Fraction(numerator, denominator)),
        unit=unit,
        as_of=as_of,
        about=pointer,
    )


def _decimal(value: Fraction) -> str:
    """Write a quotient with six decimals at most."""
    rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES, ROUND_HALF_EVEN)
    return f"{rounded.normalize():f}"


@cache
def _formulas() -> dict[str, dict[str, str]]:
    rows = orjson.loads(files(__package__).joinpath("formulas.json").read_bytes())["formulas"]
    return {row["member"]: row for row in rows}
