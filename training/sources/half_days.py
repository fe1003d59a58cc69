"""Half-days as people write them above a column: « mardi 06/01/2026 matin », « 2026-01-06 AM »."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from training.meetings.formats import folded
from training.meetings.stamps import Stamp, parse_stamp
from training.records.slot import HalfDay

_WORDS: Final[Mapping[str, tuple[HalfDay, bool]]] = {
    "matin": (HalfDay.AM, True),
    "matinee": (HalfDay.AM, True),
    "apres midi": (HalfDay.PM, True),
    "aprem": (HalfDay.PM, True),
    "soir": (HalfDay.EVENING, True),
    "soiree": (HalfDay.EVENING, True),
    "am": (HalfDay.AM, False),
    "morning": (HalfDay.AM, False),
    "pm": (HalfDay.PM, False),
    "afternoon": (HalfDay.PM, False),
    "evening": (HalfDay.EVENING, False),
}
_WORD: Final = re.compile(r"\b(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b")
_DAY: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})(?![0-9])|"
    r"[0-9]{1,2}(?:er)? [^\W\d]+\.? [0-9]{4}"
)


@dataclass(frozen=True, slots=True)
class Half:
    """A half-day as written; which of its numbers is the day is settled for the whole file."""

    stamp: Stamp
    half_day: HalfDay
    is_french: bool


def parse_half(text: str) -> Half | None:
    """Read a half-day; None when it is none.

    >>> parse_half("mardi 06/01/2026 - après-midi").half_day.value
    'PM'
    """
    plain = text.lower()
    day = _DAY.search(plain)
    if day is None:
        return None
    word = _WORD.search(folded(plain.replace(day[0], " ")))
    stamp = parse_stamp(f"{day[0]} 00:00:00")
    if word is None or stamp is None:
        return None
    half_day, is_french = _WORDS[word[1]]
    return Half(Stamp(text, stamp.dates, stamp.time), half_day, is_french)


def parse_word(text: str) -> tuple[HalfDay, bool] | None:
    """Read which half of a day, and whether the word is French; None for another word."""
    return _WORDS.get(folded(text))
