"""For whom no score may be given, or only a wide one, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from analytics.risk.features.cohort import COMPARED_LEAST, Cohort, Floats, Ints
from analytics.risk.history import EventKind, History
from analytics.time import day_of
from training.records.ids import EnrolmentId


class LackReason(StrEnum):
    """Why a row cannot be trusted, or only so far. Each has its sentence in the registry."""

    SMALL_COHORT = "small_cohort"
    """Fewer learners still enrolled than a comparison needs."""
    NO_HISTORY = "no_history"
    """Nothing at all is known of anybody of the session yet."""
    ENDED = "ended"
    """The session is over."""
    WRONG_CLOCK = "wrong_clock"
    """Statements are dated far from when they were stored: what happened when is not known."""
    FEED_SILENT = "feed_silent"
    """A kind of facts that the session's learners had has stopped for all of them, while others go on."""
    FEED_LATE = "feed_late"
    """Statements arrive days after what they tell of: what is not there yet may be to come."""
    NOT_BEGUN = "not_begun"
    """The session begins later, and nothing was done before."""


class Lack(NamedTuple):
    """Why a row cannot be trusted. `families` are those concerned; none are all of them."""

    reason: LackReason
    families: tuple[str, ...] = ()


_DAY_MICROS: Final = 86_400_000_000
_EPOCH: Final = 719_163
# With fewer than this a comparison holds, and not by much.
_COMPARED_WELL: Final = 8
# A kind of facts has stopped when it has been silent for so many days, and for longer than it ever was by this factor.
_SILENT_LEAST: Final = 10
_SILENT_FACTOR: Final = 2
# It must have been there on this many days, over this many, for its silence to say anything.
_DAYS_LEAST: Final = 4
_SPAN_LEAST: Final = 14
# Statements are late when half of those of the last days came this much after the day they tell of, and none tells
# of the last days.
_LATE_DAYS: Final = 1.5
_MISSING_DAYS: Final = 2
_LATELY: Final = 14
# Which families follow from which kind of facts.
_WORK: Final = ("recency", "rhythm", "effort", "breadth")
_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "work": _WORK,
    "summaries": _WORK,
    "handed_in": ("lateness",),
    "marks": ("results",),
    "half_days": ("attendance",),
}
Lacks = dict[EnrolmentId, Lack]


def judge(cohort: Cohort, histories: Iterable[History]) -> tuple[Lacks, Lacks]:
    """Return for whom no score may be given, and for whom only a wide one. Each has one reason, the weightiest."""
    lacking = {
        history.enrolment_id: Lack(LackReason.ENDED)
        for history in histories
        if day_of(cohort.as_of, history.zone) > history.ends_on
    }
    doubtful: Lacks = {}
    signs = _signs(cohort)
    silent = [_silence(cohort, signs, number) for number in range(len(cohort.members))]
    late = _late(cohort)
    for number, members in enumerate(cohort.members):
        lack = _of_session(cohort, members, signs, number)
        doubt = silent[number] or (Lack(LackReason.FEED_LATE, _WORK) if late[number] else None)
        if doubt is None and len(members) < _COMPARED_WELL:
            doubt = Lack(LackReason.SMALL_COHORT)
        for row in members.tolist():
            name = cohort.histories[row].enrolment_id
            own = lack or _clock(cohort, row, is_most=True)
            if own is not None:
                lacking[name] = own
            elif (found := _clock(cohort, row, is_most=False) or doubt) is not None:
                doubtful[name] = found
    return lacking, doubtful


def _of_session(cohort: Cohort, members: Ints, signs: Mapping[str, tuple[Ints, Ints]], number: int) -> Lack | None:
    if len(members) < COMPARED_LEAST:
        return Lack(LackReason.SMALL_COHORT)
    if any((session == number).any() for session, _ in signs.values()):
        return None
    return Lack(LackReason.NOT_BEGUN if cohort.today[members[0]] < 0 else LackReason.NO_HISTORY)


def _clock(cohort: Cohort, row: int, *, is_most: bool) -> Lack | None:
    """Return that a learner's statements are misdated: most of what was stored lately, or any of it."""
    wrong = cohort.misdated[row] * 2 > cohort.dated[row] if is_most else cohort.misdated[row] > 0
    return Lack(LackReason.WRONG_CLOCK, _WORK) if wrong else None


def _signs(cohort: Cohort) -> dict[str, tuple[Ints, Ints]]:
    """Return for each kind of facts the session and the day of each."""
    work, events, halves = cohort.work, cohort.events, cohort.halves
    handed = np.isin(events.kind, (EventKind.SUBMITTED, EventKind.COMPLETED, EventKind.PASSED, EventKind.FAILED))
    scored = np.isfinite(events.scaled) & (events.kind != EventKind.PROGRESSED)
    said = np.isfinite(halves.is_missed)
    starts = np.array([history.starts_on.toordinal() for history in cohort.histories], np.int64)
    held_on = (halves.ends_at // _DAY_MICROS).astype(np.int64) + _EPOCH - starts[halves.row]
    parts = {
        "work": (work.row[~work.is_summary], work.day[~work.is_summary]),
        "summaries": (work.row[work.is_summary], work.day[work.is_summary]),
        "handed_in": (events.row[handed], events.day[handed]),
        "marks": (events.row[scored], events.day[scored]),
        "half_days": (halves.row[said], held_on[said]),
    }
    return {name: (cohort.session[row], day) for name, (row, day) in parts.items()}


def _silence(cohort: Cohort, signs: Mapping[str, tuple[Ints, Ints]], number: int) -> Lack | None:
    """Return that a kind of facts has stopped for a whole session: all families where nothing else goes on either."""
    today = int(cohort.today[cohort.members[number]].max())
    days = {name: np.unique(day[session == number]) for name, (session, day) in signs.items()}
    stopped = [name for name, found in days.items() if _has_stopped(found, today)]
    if not stopped:
        return None
    others = [found.max() for name, found in days.items() if name not in stopped and len(found)]
    if not others or max(others) < today - _SILENT_LEAST:
        return Lack(LackReason.FEED_SILENT)
    families: Iterator[str] = (family for name in stopped for family in _FAMILIES[name])
    return Lack(LackReason.FEED_SILENT, tuple(dict.fromkeys(families)))


def _has_stopped(days: Ints, today: int) -> bool:
    if len(days) < _DAYS_LEAST or days[-1] - days[0] < _SPAN_LEAST:
        return False
    silent = today - int(days[-1])
    return silent >= _SILENT_LEAST and silent > _SILENT_FACTOR * int(np.diff(days).max())


def _late(cohort: Cohort) -> Sequence[bool]:
    """Say of each session whether its statements come days after what they tell of, and the last days are missing."""
    work = cohort.work
    lately = ~work.is_summary & (work.known > cohort.as_of - _LATELY * _DAY_MICROS)
    starts = np.array([history.starts_on.toordinal() for history in cohort.histories], np.float64)
    row = work.row[lately]
    lag = work.known[lately] / _DAY_MICROS + _EPOCH - starts[row] - (work.day[lately] + 1)
    session = cohort.session[row]
    ago = cohort.today[row] - work.day[lately]
    return [_is_late(lag[session == number], ago[session == number]) for number in range(len(cohort.members))]


def _is_late(lag: Floats, ago: Ints) -> bool:
    return bool(len(lag) and np.median(lag) > _LATE_DAYS and ago.min() > _MISSING_DAYS)
