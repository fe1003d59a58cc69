"""The thresholds that times are counted by, as a bundle includes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Final

from analytics.rules import RuleBook, Rules
from evidence.bundle.parts import RulesPart
from lrs.errors import InvalidRequest, Problem

_CASTS: Final = {"int": int, "float": float, "bool": bool}
_VALUES: Final = {
    field.name: _CASTS[str(field.type)] for field in fields(Rules) if field.name not in ("version", "effective_on")
}


def write_rules(book: RuleBook, first: date, last: date) -> tuple[RulesPart, ...]:
    """Write the versions that hold on the days from `first` to `last`, both included."""
    begins, ends = book.on(first).effective_on, book.on(last).effective_on
    held = [rules for rules in book.versions if begins <= rules.effective_on <= ends]
    return tuple(
        RulesPart(
            version=rules.version,
            effective_on=rules.effective_on.isoformat(),
            values={name: getattr(rules, name) for name in _VALUES},
        )
        for rules in held
    )


def read_rules(parts: Sequence[RulesPart]) -> RuleBook:
    """Read them as a book; raises InvalidRequest when they are no book."""
    return RuleBook([_rules(part, f"/rules/{at}") for at, part in enumerate(parts)])


def _rules(part: RulesPart, pointer: str) -> Rules:
    try:
        values: dict[str, Any] = {name: cast(part.values[name]) for name, cast in _VALUES.items()}
        return Rules(version=part.version, effective_on=date.fromisoformat(part.effective_on), **values)
    except (KeyError, TypeError, ValueError) as error:
        message = "The rules cannot be read."
        raise InvalidRequest(message, [Problem(pointer, str(error), "every threshold, with a date")]) from error
