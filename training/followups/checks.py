"""What may be written about a follow-up: every problem of what somebody gives, before anything is done. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from training.assistance.exchange import Channel
from training.followups.followup import NOTE_MOST, REASON_MOST, Limits
from training.followups.outcomes import load_outcomes

# What a form's own clock may be ahead of ours.
_AHEAD = 300_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A contact that somebody notes. `key` is the act's own: the same again is the same contact.

    `exchange` is the statement of the assistance log, where it is logged there too.
    """

    key: str
    at: Micros
    channel: Channel
    note: str = ""
    exchange: UUID | None = None


def check_contact(noted: Noted, now: Micros) -> None:
    """Raise InvalidRequest with everything that is wrong with a contact."""
    _refuse("This contact cannot be noted.", _contact_problems(noted, now))


def check_reason(reason: str) -> None:
    """Raise InvalidRequest unless a reason says something, and not too much."""
    _refuse("This needs a reason.", _text(reason, "/reason", REASON_MOST, needed=True))


def check_outcome(outcome: str, note: str) -> None:
    """Raise InvalidRequest unless an outcome is one that people choose."""
    _refuse("This cannot be closed so.", _outcome_problems(outcome, note))


def check_override(reason: str, until: date, today: date, limits: Limits) -> None:
    """Raise InvalidRequest unless alerts may be suspended until that day, for that reason."""
    _refuse("Alerts cannot be suspended so.", _override_problems(reason, until, today, limits))


def _refuse(message: str, found: Iterator[Problem]) -> None:
    problems = list(found)
    if problems:
        raise InvalidRequest(message, problems)


def _contact_problems(noted: Noted, now: Micros) -> Iterator[Problem]:
    yield from _text(noted.note, "/note", NOTE_MOST, needed=False)
    if noted.at > now + _AHEAD:
        yield Problem("/at", "This has not happened yet.", "an instant that is over")
    if not noted.key or len(noted.key) > REASON_MOST:
        yield Problem("/key", "The act has no key of its own.", f"1 to {REASON_MOST} characters")


def _outcome_problems(outcome: str, note: str) -> Iterator[Problem]:
    yield from _text(note, "/note", NOTE_MOST, needed=False)
    offered = [item.id for item in load_outcomes().values() if item.is_chosen]
    if outcome not in offered:
        yield Problem("/outcome", "There is no such outcome.", ", ".join(offered))


def _override_problems(reason: str, until: date, today: date, limits: Limits) -> Iterator[Problem]:
    yield from _text(reason, "/reason", REASON_MOST, needed=True)
    last = today + timedelta(days=limits.override_days_most)
    if not today < until <= last:
        yield Problem(
            "/until", "Alerts are suspended to a day to come, and not for ever.", f"until {last} at the latest"
        )


def _text(text: str, pointer: str, most: int, *, needed: bool) -> Iterator[Problem]:
    # A lone half of a surrogate pair is no text: nothing could be written with it.
    is_text = "\0" not in text and text == text.encode(errors="ignore").decode()
    if len(text) > most or not is_text or (needed and not text.strip()):
        yield Problem(pointer, "The text is missing or too long.", f"{1 if needed else 0} to {most} characters")
