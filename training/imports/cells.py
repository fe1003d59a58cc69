"""What stands in a cell, as people and spreadsheets write it in France."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Final, TypeVar

from training.imports.report import LineProblem
from training.imports.table import Row
from training.records.enrolment import ExitReason
from training.records.ids import ID_ACCEPTED, ID_PATTERN
from training.records.modality import Modality
from training.records.slot import HalfDay

C = TypeVar("C", bound=StrEnum)
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?\Z")
_FRENCH: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\Z")
_TIME: Final = re.compile(r"([0-9]{1,2})(?:[:hH]([0-9]{2})?)?(?::00)?\Z")
_HOURS: Final = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,4}))? *h?\Z", re.IGNORECASE)
_CLOCK: Final = re.compile(r"([0-9]{1,5}) *[:hH] *([0-5][0-9])\Z")
_YEARS: Final = range(1900, 2200)

# The words that French files use for ours, folded.
MODALITIES: Final[Mapping[str, Modality]] = {
    "presentiel": Modality.IN_PERSON,
    "classe virtuelle": Modality.SYNC_REMOTE,
    "distanciel synchrone": Modality.SYNC_REMOTE,
    "visioconference": Modality.SYNC_REMOTE,
    "foad": Modality.ASYNC,
    "e-learning": Modality.ASYNC,
    "distanciel asynchrone": Modality.ASYNC,
    "mixte": Modality.BLENDED,
    "afest": Modality.WORKPLACE,
    "situation de travail": Modality.WORKPLACE,
}
HALF_DAYS: Final[Mapping[str, HalfDay]] = {
    "matin": HalfDay.AM,
    "apres-midi": HalfDay.PM,
    "soir": HalfDay.EVENING,
}
EXITS: Final[Mapping[str, ExitReason]] = {
    "terme": ExitReason.COMPLETED,
    "terminee": ExitReason.COMPLETED,
    "abandon": ExitReason.ABANDON,
    "transfert": ExitReason.TRANSFER,
    "interruption": ExitReason.OF_INTERRUPTION,
    "force majeure": ExitReason.FORCE_MAJEURE,
    "reussite anticipee": ExitReason.EARLY_SUCCESS,
    "annulation": ExitReason.CANCELLED_BEFORE_ENTRY,
    "rupture": ExitReason.CONTRACT_TERMINATION,
}
_YES: Final = {"oui": True, "o": True, "yes": True, "true": True, "vrai": True, "1": True, "x": True}
_NO: Final = {"non": False, "n": False, "no": False, "false": False, "faux": False, "0": False}


@dataclass(slots=True)
class Cells:
    """The cells of one row, read one by one; what is wrong gathers in `problems`, and reads as None."""

    row: Row
    problems: list[LineProblem] = field(default_factory=list)

    def text(self, column: str) -> str:
        """Return what stands there, empty when nothing does."""
        return self.row[column]

    def refuse(self, column: str, message: str, accepted: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(LineProblem(self.row.line, column, self.row[column][:200], message, accepted))

    def id(self, column: str, *, required: bool = False) -> str | None:
        """Read a record's id."""
        text = self.row[column]
        if text and ID_PATTERN.match(text):
            return text
        if text or required:
            self.refuse(column, "This is not a record's id." if text else "This cell is empty.", ID_ACCEPTED)
        return None

    def day(self, column: str, *, required: bool = False) -> date | None:
        """Read a date: 2026-01-05 or 05/01/2026."""
        text, accepted = self.row[column], "2026-01-05 or 05/01/2026"
        if iso := _ISO.match(text):
            numbers = [int(part) for part in iso.groups()]
        elif french := _FRENCH.match(text):
            numbers = [int(part) for part in reversed(french.groups())]
        else:
            if text or required:
                self.refuse(column, "This is not a date." if text else "This cell is empty.", accepted)
            return None
        try:
            found = date(*numbers)
        except ValueError:
            self.refuse(column, "There is no such day in the calendar.", accepted)
            return None
        if found.year not in _YEARS:
            self.refuse(column, "This is not a date of our times.", accepted)
            return None
        return found

    def time(self, column: str, *, required: bool = False) -> time | None:
        """Read a time of day: 9:00, 9h00, 9h."""
        text, accepted = self.row[column], "9:00 or 9h00"
        found = _TIME.match(text)
        if found is None:
            if text or required:
                self.refuse(column, "This is not a time of day." if text else "This cell is empty.", accepted)
            return None
        hour, minute = int(found[1]), int(found[2] or 0)
        if hour > 23 or minute > 59:  # noqa: PLR2004 - a clock's
            self.refuse(column, "There is no such time of day.", accepted)
            return None
        return time(hour, minute)

    def seconds(self, column: str, unit_seconds: int = 3600) -> int | None:
        """Read a length of time: 7, 7,5, 7h30 or 7:30 in hours; with `unit_seconds` 60 plain numbers are minutes."""
        text = self.row[column]
        if clock := _CLOCK.match(text):
            return int(clock[1]) * 3600 + int(clock[2]) * 60
        if plain := _HOURS.match(text):
            return round(float(f"{plain[1]}.{plain[2] or 0}") * unit_seconds)
        if text:
            self.refuse(column, "This is not a length of time.", "7, 7,5, 7h30 or 7:30")
        return None

    def flag(self, column: str) -> bool | None:
        """Read yes or no."""
        text = folded(self.row[column])
        if text in _YES or text in _NO:
            return text in _YES
        if text:
            self.refuse(column, "This is neither yes nor no.", "oui or non")
        return None

    def share(self, column: str) -> float | None:
        """Read a score: 0,8 or 80 %."""
        text = self.row[column].replace(",", ".").replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        percent = text.endswith("%")
        try:
            value = float(text.removesuffix("%")) / (100 if percent else 1) if text else None
        except ValueError:
            value = -1.0
        if value is not None and not 0 <= value <= 1:
            self.refuse(column, "This is not a score.", "0,8 or 80 %")
            return None
        return value

    def word(self, column: str, kind: type[C], french: Mapping[str, C]) -> C | None:
        """Read one of our words, or the French one for it."""
        text = self.row[column]
        if not text:
            return None
        for item in kind:
            if item.value.lower() == text.lower():
                return item
        if (found := french.get(folded(text))) is not None:
            return found
        self.refuse(column, "This is none of the words that may stand here.", ", ".join((*kind, *french)))
        return None


def folded(text: str) -> str:
    """Return a text without accents and case.

    >>> folded("Après-midi")
    'apres-midi'
    """
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().strip()
