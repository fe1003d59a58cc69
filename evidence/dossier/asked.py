"""What a dossier is asked about, and a sample that anybody draws again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final

from lrs.errors import InvalidRequest, NotFound, Problem
from training.records import ExitReason, Records
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId, PersonId, SessionId

SAMPLE_MOST: Final = 500
_RULE: Final = b"assidu-sample/1"
_TEXT_MOST: Final = 500


class Scope(StrEnum):
    """What a dossier is about."""

    ENROLMENT = "enrolment"
    LEARNER = "learner"
    SESSION = "training_session"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Extract:
    """The part of an enrolment that is its funder's to read: what it adds up to, and these documents.

    Nothing that names anybody else goes in (sheets of the class), no statement, no record, no journal; half-days only
    where `has_half_days`.
    """

    codes: frozenset[str]
    has_half_days: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for a dossier; `seed`, `size` and the period are a sample's, `extract` is an enrolment's only.

    A sample may be given instead of drawn: `chosen` are its enrolments, and `seed` what it is called.
    """

    scope: Scope
    about_id: str = ""
    purpose: str = ""
    seed: str = ""
    size: int = 0
    first_on: date | None = None
    last_on: date | None = None
    extract: Extract | None = None
    chosen: tuple[EnrolmentId, ...] = ()

    @property
    def name(self) -> str:
        """What the audit trail calls it."""
        kind = {Scope.LEARNER: "person"}.get(self.scope, self.scope.value)
        return f"{kind}:{self.about_id or self.seed}"

    def check(self) -> None:
        """Raise InvalidRequest with everything that is wrong with the question."""
        problems = []
        if not 1 <= len(self.purpose.strip()) <= _TEXT_MOST:
            accepted = f"a text of 1 to {_TEXT_MOST} characters"
            problems.append(Problem("query:purpose", "Why the dossier is asked for is recorded with it.", accepted))
        if self.scope is Scope.SAMPLE and self.chosen:
            if len(self.chosen) > SAMPLE_MOST:
                problems.append(Problem("query:chosen", "These are too many for one dossier.", f"1 to {SAMPLE_MOST}"))
        elif self.scope is Scope.SAMPLE:
            if not 1 <= self.size <= SAMPLE_MOST:
                problems.append(Problem("query:size", "A sample has a size.", f"1 to {SAMPLE_MOST}"))
            if not 1 <= len(self.seed) <= _TEXT_MOST:
                accepted = f"a text of 1 to {_TEXT_MOST} characters, best given by the auditor"
                problems.append(Problem("query:seed", "A sample is drawn by a seed.", accepted))
            if self.first_on is not None and self.last_on is not None and self.last_on < self.first_on:
                problems.append(Problem("query:to", "The period ends before it begins.", "the last day, or none"))
        if problems:
            raise InvalidRequest("The dossier cannot be made.", problems)


@dataclass(frozen=True, slots=True)
class Selection:
    """The enrolments that a question is about, in the order in which they stand in the dossier.

    `population` is how many a sample was drawn from.
    """

    enrolments: tuple[Enrolment, ...]
    population: int | None = None


def select(asked: Asked, records: Records) -> Selection:
    """Return the enrolments that a question is about; raises NotFound for what is not on record, or has none."""
    population = None
    if asked.scope is Scope.ENROLMENT:
        found = records.enrolments.get(EnrolmentId(asked.about_id))
        enrolments: Iterable[Enrolment] = () if found is None else (found,)
    elif asked.scope is Scope.LEARNER:
        enrolments = records.enrolments_of(PersonId(asked.about_id))
    elif asked.scope is Scope.SESSION:
        enrolments = records.enrolments_in(SessionId(asked.about_id))
    elif asked.chosen:
        population = len(records.enrolments)
        enrolments = [records.enrolments[name] for name in dict.fromkeys(asked.chosen) if name in records.enrolments]
    else:
        pool = population_of(asked, records)
        population = len(pool)
        enrolments = draw(pool, records, asked.seed, asked.size)
    ordered = tuple(sorted(enrolments, key=lambda item: _order(item, records)))
    if not ordered:
        message = "There is no enrolment on record for this; nothing was made."
        raise NotFound(message)
    return Selection(ordered, population)


def draw(population: Iterable[Enrolment], records: Records, seed: str, size: int) -> list[Enrolment]:
    """Draw a sample: of each person one enrolment, those of the lowest ranks; the same for the same seed.

    The rule is published (docs/dossiers.md): whoever has the list of enrolments draws the same ones.
    """
    drawn: list[Enrolment] = []
    people: set[PersonId] = set()
    for enrolment in sorted(population, key=lambda item: (_rank(seed, item.id), item.id)):
        person = records.survivor(enrolment.person_id)
        if person not in people and len(drawn) < size:
            people.add(person)
            drawn.append(enrolment)
    return drawn


def population_of(asked: Asked, records: Records) -> list[Enrolment]:
    """Return the enrolments that a sample is drawn from: those whose session meets the period, cancelled ones not."""
    found = []
    for enrolment in records.enrolments.values():
        session = records.sessions.get(enrolment.session_id)
        cancelled = enrolment.exit is not None and enrolment.exit.reason is ExitReason.CANCELLED_BEFORE_ENTRY
        if session is None or cancelled:
            continue
        is_later = asked.last_on is not None and session.starts_on > asked.last_on
        is_earlier = asked.first_on is not None and session.ends_on < asked.first_on
        if not (is_later or is_earlier):
            found.append(enrolment)
    return found


def _rank(seed: str, enrolment_id: str) -> bytes:
    return sha256(_RULE + b"\0" + seed.encode() + b"\0" + enrolment_id.encode()).digest()


def _order(enrolment: Enrolment, records: Records) -> tuple[str, str, str, str, str]:
    session = records.sessions.get(enrolment.session_id)
    person = records.people.get(records.survivor(enrolment.person_id))
    return (
        "" if session is None else session.starts_on.isoformat(),
        enrolment.session_id,
        "" if person is None else person.last_name.casefold(),
        "" if person is None else person.first_name.casefold(),
        enrolment.id,
    )
