"""Exchanges as statements of the assistance profile. `reading` is the way back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from lrs.organisations import Organisation
from lrs.statements.multipart import Part
from training.assistance import vocabulary
from training.assistance.exchange import Entry, Kind
from training.assistance.vocabulary import ext
from training.attendance.mark import Author
from training.attendance.vocabulary import BASE, SESSION_TYPE
from training.attendance.writing import Json, attachment, author_agent, instant, part_of, person_agent
from training.records.enrolment import Enrolment
from training.records.person import Person
from training.records.session import TrainingSession

TEXT_TYPE: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Course:
    """Whom an exchange is with, and in what. `people` is the trainee under every record that is the same person."""

    organisation: Organisation
    enrolment: Enrolment
    session: TrainingSession
    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Helper:
    """Whoever helps: the account that acts, and the person on record that it is, if any."""

    author: Author
    person: Person | None = None

    @property
    def name(self) -> str:
        """The name that the trainee knows them by."""
        return (self.person.name if self.person is not None else "") or self.author.name

    @property
    def agent(self) -> Json:
        """They as a statement names them: with their name, for the log must say who helped."""
        agent = author_agent(self.author) if self.person is None else person_agent(self.person)
        return {**agent, "name": self.name} if self.name else agent


def exchange_id(slug: str, enrolment_id: str, number: int) -> UUID:
    """Return the id of an enrolment's exchange: they are numbered from 0, and the log takes each number once."""
    return uuid5(NAMESPACE_URL, f"{BASE}organisations/{slug}/enrolments/{enrolment_id}/exchanges/{number}")


def voiding_id(exchange: UUID) -> UUID:
    """Return the id of the statement that voids an exchange."""
    return uuid5(exchange, "voided")


def text_part(text: str) -> Part:
    """Return the text of an exchange as it is stored beside its statement.

    Beside and not within: what is included in a funder's document has no text, and a text can be erased alone.
    """
    return part_of(TEXT_TYPE, text.encode())


def write_exchange(course: Course, number: int, entry: Entry, helper: Helper, at: datetime) -> Json:
    """Return the statement of an exchange that took place at `at`."""
    session = course.session
    is_ours = entry.kind is Kind.POSTPONED
    context: Json = {
        "registration": str(course.enrolment.registration),
        "platform": "Assidu",
        "language": "fr-FR",
        "contextActivities": {"category": [{"id": vocabulary.PROFILE}]},
        "extensions": dict(_extensions(entry, helper)),
    }
    if not is_ours:
        context["instructor"] = helper.agent
    if entry.replies_to is not None:
        context["statement"] = {"objectType": "StatementRef", "id": str(entry.replies_to)}
    statement: Json = {
        "id": str(exchange_id(course.organisation.slug, course.enrolment.id, number)),
        "actor": helper.agent if is_ours else person_agent(*course.people),
        "verb": dict(vocabulary.VERBS[entry.kind]),
        # The session and not the message: names of activities outlive the statements that speak of them.
        "object": {
            "objectType": "Activity",
            "id": f"{BASE}organisations/{course.organisation.slug}/sessions/{session.id}",
            "definition": {"type": SESSION_TYPE, "name": {"fr-FR": course.title}},
        },
        "context": context,
        "timestamp": instant(at),
    }
    if entry.text:
        statement["attachments"] = [attachment(vocabulary.TEXT, "Texte de l’échange", text_part(entry.text))]
    return statement


def write_withdrawal(exchange: UUID, helper: Helper, reason: str, at: datetime) -> Json:
    """Return the statement that voids an exchange that was logged by mistake."""
    return {
        "id": str(voiding_id(exchange)),
        "actor": author_agent(helper.author),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided", "display": {"fr": "a annulé", "en": "voided"}},
        "object": {"objectType": "StatementRef", "id": str(exchange)},
        "context": {
            "contextActivities": {"category": [{"id": vocabulary.PROFILE}]},
            "extensions": {ext("correction-reason"): reason, ext("recorded-by"): helper.author.text},
        },
        "timestamp": instant(at),
    }


def _extensions(entry: Entry, helper: Helper) -> Iterable[tuple[str, Any]]:
    yield ext("recorded-by"), helper.author.text
    yield ext("request"), entry.key
    if entry.kind is not Kind.POSTPONED:
        yield ext("channel"), entry.channel.value
    if entry.subject:
        yield ext("subject"), entry.subject
    if entry.outcome is not None:
        yield ext("outcome"), entry.outcome.value
    if entry.reasons:
        yield ext("reasons"), list(entry.reasons)
    if entry.delivery:
        yield ext("delivery"), entry.delivery
    if entry.until is not None:
        yield ext("until"), entry.until.isoformat()
