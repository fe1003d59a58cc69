"""Where an enrolment stands with what its funder asks for: reads what that takes."""

from __future__ import annotations

from analytics.derivation import PersonFacts
from analytics.facts import Presence
from analytics.store.facts import Facts
from evidence.completeness.expected import course_of, expected_of, profile_of
from evidence.completeness.item import Item
from evidence.completeness.judging import completeness_of
from evidence.store.archive import Archive
from evidence.store.issued import IssuedDocuments
from lrs.clock import to_datetime
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.law import load_law
from training.records import Records
from training.records.enrolment import Enrolment

_ABSENT = (Presence.ABSENT_JUSTIFIED, Presence.ABSENT_UNJUSTIFIED)


class Completeness:
    """Says what is present, missing, to be replaced, due and overdue."""

    def __init__(self, services: Services, archive: Archive) -> None:
        self._clock = services.clock
        self._facts = Facts(services.store, services.clock)
        self._documents = IssuedDocuments(services.store)
        self._archive = archive

    def of(
        self, organisation: OrganisationId, records: Records, enrolment: Enrolment, facts: PersonFacts | None = None
    ) -> list[Item]:
        """Return where each document stands that is asked for of an enrolment, today; none without its session.

        `facts` are the person's, where they are known already.
        """
        known = facts or self._facts.person(organisation, enrolment.person_id)
        absent = sorted(
            {slot.day for slot in known.slots if slot.enrolment_id == enrolment.id and slot.presence in _ABSENT}
        )
        course = course_of(enrolment, records, absent)
        if course is None:
            return []
        today = to_datetime(self._clock.now_micros()).astimezone(course.session.zone).date()
        profile = profile_of(enrolment, records, course.ended_on)
        expected = expected_of(course, profile, load_law().holidays, today)
        documents = self._documents.of_enrolment(organisation, enrolment.id)
        files = self._archive.about(organisation, f"enrolment:{enrolment.id}") if documents else []
        destroyed = frozenset(file.sha256 for file in files if file.destroyed_at is not None)
        return completeness_of(expected, documents, destroyed, today)
