"""The keys under which facts are kept: whose they are stands first, so that a person's days lie side by side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from bson.binary import Binary

from analytics.kept.shelf import ActivityPlace
from analytics.store.traces import keys_under, name_key
from lrs.store.database import Document
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, PersonId, SessionId

DAYS: Final = "fact_days"
ACTIVITIES: Final = "fact_activities"
ENROLMENTS: Final = "fact_enrolments"
PEOPLE: Final = "fact_people"
SESSIONS: Final = "fact_sessions"
# How long the keys of each are: a person, a day; an enrolment, an activity; a session.
LENGTHS: Final = {DAYS: 24, ACTIVITIES: 36, ENROLMENTS: 20, PEOPLE: 20}
SESSION_BYTES: Final = 20


def person_key(organisation: OrganisationId, person_id: PersonId) -> bytes:
    """Return the key of a person, and what the keys of their days begin with."""
    return name_key(organisation, "person", person_id)


def person_span(organisation: OrganisationId, person_id: PersonId) -> Document:
    """Return between which keys a person's days are."""
    return keys_under(person_key(organisation, person_id), LENGTHS[DAYS])


def under_enrolments(organisation: OrganisationId, names: Iterable[EnrolmentId]) -> list[Document]:
    """Return what matches the activities of each of these enrolments."""
    keys = [bytes(enrolment_key(organisation, name)) for name in names]
    return [{"_id": keys_under(key, LENGTHS[ACTIVITIES])} for key in keys]


def day_key(organisation: OrganisationId, person_id: PersonId, day: date) -> Binary:
    """Return the key of a person's day; in order of time."""
    return Binary(person_key(organisation, person_id) + day.toordinal().to_bytes(4, "big"))


def enrolment_key(organisation: OrganisationId, enrolment_id: EnrolmentId) -> Binary:
    """Return the key of an enrolment, and what the keys of its activities begin with."""
    return Binary(name_key(organisation, "enrolment", enrolment_id))


def session_key(organisation: OrganisationId, session_id: SessionId) -> Binary:
    """Return the key of a training session."""
    return Binary(name_key(organisation, "session", session_id))


def activity_key(organisation: OrganisationId, place: ActivityPlace) -> Binary:
    """Return the key of an activity of an enrolment."""
    activity = name_key(organisation, "activity", place[1])[4:]
    return Binary(bytes(enrolment_key(organisation, place[0])) + activity)
