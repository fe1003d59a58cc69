"""The French texts that are signed. Changing one changes what people sign: it is shown, hashed and kept with each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from training.attendance.mark import Mark
from training.attendance.roll import Roll
from training.records.modality import Modality
from training.records.slot import HalfDay

_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_HALF_DAYS: Final = {HalfDay.AM: "matin", HalfDay.PM: "après-midi", HalfDay.EVENING: "soirée"}
_MODES: Final = {
    Modality.IN_PERSON: "en présentiel",
    Modality.SYNC_REMOTE: "en classe virtuelle",
    Modality.WORKPLACE: "en situation de travail",
}


def trainee_text(roll: Roll, name: str, mark: Mark | None, *, is_late: bool) -> str:
    """Return what a trainee signs; `mark` is what the trainer has noted of them already, lateness for instance."""
    slot = roll.slot
    late, early = (0, 0) if mark is None else (mark.late_seconds, mark.early_seconds)
    starts, ends = slot.starts_at + timedelta(seconds=late), slot.ends_at - timedelta(seconds=early)
    text = (
        f"Je soussigné(e) {name} certifie ma présence à la formation {quoted(roll.title)}"
        f"{_module(roll)}, organisée par {roll.organisation.name}, le {day(slot.held_on)} "
        f"({_HALF_DAYS[slot.half_day]}), de {hour(starts, roll)} à {hour(ends, roll)}, {_MODES[slot.mode]}."
        f"{_people_and_place(roll)}"
    )
    return f"{text} Je signe après la fin de la demi-journée et j’en indique le motif." if is_late else text


def trainer_text(roll: Roll, name: str, present: int, absent: int, missing: int) -> str:
    """Return what a trainer signs under a sheet."""
    slot = roll.slot
    return (
        f"Je soussigné(e) {name} certifie l’exactitude de cette feuille d’émargement\u00a0: formation "
        f"{quoted(roll.title)}{_module(roll)}, {day(slot.held_on)} ({_HALF_DAYS[slot.half_day]}), de "
        f"{hour(slot.starts_at, roll)} à {hour(slot.ends_at, roll)}, {_MODES[slot.mode]}. "
        f"Présences\u00a0: {present}. Absences\u00a0: {absent}. Sans indication\u00a0: {missing}."
    )


def quoted(text: str) -> str:
    """Put a text between French quotation marks."""
    return f"«\u00a0{text}\u00a0»"


def day(on: date) -> str:
    """Write a date as French does.

    >>> day(date(2026, 1, 1))
    'jeudi 1er janvier 2026'
    """
    number = "1er" if on.day == 1 else str(on.day)
    return f"{_DAYS[on.weekday()]} {number} {_MONTHS[on.month - 1]} {on.year}"


def hour(at: datetime, roll: Roll) -> str:
    """Write a time of day as French does, in the session's zone: « 9 h 05 »."""
    local = at.astimezone(ZoneInfo(roll.session.time_zone))
    return f"{local.hour}\u00a0h\u00a0{local.minute:02}"


def half_day(of: HalfDay) -> str:
    """Return the French word for a half-day."""
    return _HALF_DAYS[of]


def _module(roll: Roll) -> str:
    return f", module {quoted(roll.module_title)}" if roll.module_title else ""


def _people_and_place(roll: Roll) -> str:
    names: Sequence[str] = [person.name for person in roll.trainers if person.name]
    trainers = f" Formation animée par {', '.join(names)}." if names else ""
    return f"{trainers} Lieu\u00a0: {roll.place}." if roll.place else trainers
