"""A request by which somebody exercises a right over their data, and what happened to it. Nothing here performs I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId

# Letters, not files: a request says what is asked, an answer what was done.
TEXT_MOST: Final = 4_000


class Right(StrEnum):
    """What may be asked (RGPD). The value is what is stored.

    Attributes:
        ACCESS: To know what is kept, and to have a copy (article 15).
        RECTIFICATION: To have what is wrong put right (article 16).
        ERASURE: To have it deleted (article 17), as far as no law asks to keep it.
        RESTRICTION: To have it kept and not used (article 18).
        PORTABILITY: To have it in a form that another system reads (article 20).
        OBJECTION: To have it no longer used for a purpose (article 21).
    """

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


class Purpose(StrEnum):
    """What somebody may object to. The value is what is stored.

    Attributes:
        ANALYTICS: Learning analytics and the improvement of contents.
        SCORING: An estimated chance of giving up, and alerts that follow from it.
    """

    ANALYTICS = "analytics"
    SCORING = "scoring"


class State(StrEnum):
    """Where a request stands.

    Attributes:
        OPEN: Nobody has answered yet.
        ANSWERED: It was answered; the answer says how.
        WITHDRAWN: Whoever asked took it back.
    """

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How a request was answered.

    Attributes:
        GRANTED: What was asked was done.
        PARTLY: A part of it was done; the text says which and why not the rest.
        REFUSED: It was not done; the text says why, and where to complain (article 12 (4)).
    """

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: `purposes` are given for an objection, and for nothing else."""

    right: Right
    text: str = ""
    purposes: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody of the organisation answers; `by` is how they stand in the trail, never a name."""

    outcome: Outcome
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a request: `opened`, `extended`, `answered` or `withdrawn`, by whom, and the words."""

    at: Micros
    what: str
    by: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsRequest:
    """One request as it stands.

    `due_on` is the last day for an answer, the extension counted where there is one; `delay_reference` says which
    text gives that time. `first_due_on` is the day before which an extension must be told.
    """

    id: UUID
    organisation: OrganisationId
    person_id: PersonId
    right: Right
    text: str
    purposes: frozenset[Purpose]
    opened_at: Micros
    first_due_on: date
    due_on: date
    delay_reference: str
    state: State
    is_extended: bool = False
    outcome: Outcome | None = None
    answer: str = ""
    answered_at: Micros | None = None
    events: tuple[Event, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        """Whether an answer is still owed."""
        return self.state is State.OPEN

    def is_overdue(self, today: date) -> bool:
        """Say whether an answer was due before `today` and there is none."""
        return self.is_open and today > self.due_on

    @property
    def stops(self) -> frozenset[Purpose]:
        """For which purposes the data may not be used while this stands.

        An objection counts from the day it is made: until it is answered too (articles 18 (1) (d) and 21 (1)).
        """
        is_standing = self.is_open or (self.state is State.ANSWERED and self.outcome is not Outcome.REFUSED)
        return self.purposes if self.right is Right.OBJECTION and is_standing else frozenset()


def check_asked(asked: Asked) -> None:
    """Raise InvalidRequest with everything that is wrong with a request."""
    problems = list(_text_problems(asked.text, "/text", needed=asked.right is Right.RECTIFICATION))
    if asked.right is Right.OBJECTION and not asked.purposes:
        problems.append(Problem("/purposes", "An objection says to what.", ", ".join(Purpose)))
    if asked.right is not Right.OBJECTION and asked.purposes:
        problems.append(Problem("/purposes", "Only an objection has purposes.", "none"))
    if problems:
        raise InvalidRequest("This request cannot be taken.", problems)


def check_text(text: str, pointer: str) -> None:
    """Raise InvalidRequest unless an answer, or the reason of an extension, says something, and not too much."""
    problems = _text_problems(text, pointer, needed=True)
    if problems:
        raise InvalidRequest("This cannot be sent.", problems)


def _text_problems(text: str, pointer: str, *, needed: bool) -> list[Problem]:
    if len(text) > TEXT_MOST or (needed and not text.strip()):
        least = 1 if needed else 0
        return [Problem(pointer, "The text is missing or too long.", f"{least} to {TEXT_MOST} characters")]
    return []
