"""The cells of one row, read one by one; what is wrong gathers as problems with line, column and what would do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Final

from training.imports.report import LineProblem
from training.meetings.formats import folded
from training.meetings.stamps import STAMP_ACCEPTED, DateOrder, Stamp, instant_of, parse_stamp
from training.sources.sheet import Row
from training.sources.workbook import Formula

_NOTHING: Final = frozenset(("", "-", "--", "n/a", "n/d", "na", "nd"))
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,10})?\Z")
_MIDNIGHT: Final = " 00:00:00"
# How many words of an administrator's a refusal names.
_NAMED_MOST: Final = 30


@dataclass(slots=True)
class Cells:
    """What reads a row, with the meanings that its source has saved for words."""

    row: Row
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: list[LineProblem] = field(default_factory=list)

    def text(self, column: str, *, required: bool = False) -> str:
        """Return what stands there; a formula is a problem, for what it comes to is not known."""
        value = self.row[column]
        if isinstance(value, Formula):
            self.refuse(column, "This cell holds a formula, and formulas are not worked out.", "its value")
            return ""
        if required and value.lower() in _NOTHING:
            self.refuse(column, "This cell is empty.", "what it is for")
            return ""
        return "" if value.lower() in _NOTHING else value

    def refuse(self, column: str, message: str, accepted: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(LineProblem(self.row.line, column, self.row[column][:200], message, accepted))

    def stamp(self, column: str, *, required: bool = False) -> Stamp | None:
        """Read a date with a time; which of its numbers is the day is settled for the whole file."""
        text = self.text(column, required=required)
        if not text:
            return None
        stamp = parse_stamp(text)
        if stamp is None:
            self.refuse(column, "This is not a date with a time.", STAMP_ACCEPTED)
        return stamp

    def day(self, column: str, order: DateOrder, *, required: bool = False) -> date | None:
        """Read a date without a time."""
        text = self.text(column, required=required)
        return None if not text else self.day_of(column, text, order)

    def day_of(self, column: str, text: str, order: DateOrder) -> date | None:
        """Read a date that stands somewhere in a cell."""
        stamp = parse_stamp(text + _MIDNIGHT) or parse_stamp(text)
        day = None if stamp is None else stamp.on(order)
        if day is None:
            self.refuse(column, "This is not a date.", "as in 05/01/2026 or 2026-01-05")
        return day

    def instant(self, column: str, stamp: Stamp, order: DateOrder, zone: tzinfo) -> datetime | None:
        """Return the instant that a date with a time means."""
        found = instant_of(stamp, order, zone)
        if isinstance(found, str):
            message = LineProblem(self.row.line, column, stamp.text, found, "another time, or a zone beside it")
            self.problems.append(message)
            return None
        return found

    def number(self, column: str, text: str) -> float | None:
        """Read a number as French and English files write them."""
        plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        if _NUMBER.match(plain):
            return float(plain.replace(",", "."))
        self.problems.append(LineProblem(self.row.line, column, text[:200], "This is not a number.", "as in 12,5"))
        return None

    def word(self, column: str, known: Mapping[str, str], text: str | None = None) -> str | None:
        """Return what a word means: as the source has it saved, else as everybody has it; a problem when nobody does.

        `known` is by `word_key`.
        """
        said = self.text(column) if text is None else text
        own = {word_key(word): meaning for word, meaning in self.values.get(column, {}).items()}
        meaning = own.get(word_key(said), known.get(word_key(said)))
        if meaning is None:
            accepted = ", ".join(sorted({*own, *known})[:_NAMED_MOST])
            message = LineProblem(self.row.line, column, said[:200], "Nobody has said what this word means.", accepted)
            self.problems.append(message)
        return meaning


def word_key(text: str) -> str:
    """Return what two spellings of a word have in common; of a sign, the sign.

    >>> word_key(" Présent "), word_key("✓")
    ('present', '✓')
    """
    return folded(text) or text.strip()
