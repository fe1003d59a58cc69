"""Where the documents stand that funders ask for of everybody in a training session: read at once, not one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from analytics.facts import Presence, SlotFact
from dashboards.views.lens import Lens
from evidence.completeness import Item, completeness_of, expected_of
from evidence.completeness.expected import course_of, profile_of
from evidence.issuing.document import IssuedDocument
from evidence.store.archive import Archive
from lrs.clock import to_datetime
from training.law import load_law
from training.records.ids import EnrolmentId

_ABSENT = (Presence.ABSENT_JUSTIFIED, Presence.ABSENT_UNJUSTIFIED)


def asked_in(
    lens: Lens, session_id: str, slots: Iterable[SlotFact], documents: Sequence[IssuedDocument]
) -> Mapping[EnrolmentId, tuple[Item, ...]]:
    """Return where each document stands, today, by enrolment within; `slots` and `documents` are the session's."""
    session = lens.session(session_id)
    absences: dict[EnrolmentId, set[date]] = {}
    for fact in slots:
        if fact.presence in _ABSENT:
            absences.setdefault(fact.enrolment_id, set()).add(fact.day)
    issued: dict[EnrolmentId, list[IssuedDocument]] = {}
    for document in documents:
        for name in document.enrolments:
            issued.setdefault(name, []).append(document)
    destroyed = _destroyed(lens, session_id) if documents else frozenset()
    today = to_datetime(lens.now).astimezone(session.zone).date()
    found = {}
    for enrolment in lens.enrolments(session.id):
        course = course_of(enrolment, lens.records, sorted(absences.get(enrolment.id, ())))
        if course is not None:
            profile = profile_of(enrolment, lens.records, course.ended_on)
            expected = expected_of(course, profile, load_law().holidays, today)
            found[enrolment.id] = tuple(completeness_of(expected, issued.get(enrolment.id, []), destroyed, today))
    return found


def _destroyed(lens: Lens, session_id: str) -> frozenset[str]:
    """Return the digests of the session's files that were destroyed in their time."""
    archive = Archive(lens.services.store, lens.services.clock, lens.sources.trail)
    files = archive.about(lens.viewer.organisation, f"training_session:{session_id}")
    return frozenset(file.sha256 for file in files if file.destroyed_at is not None)
