"""Attendance acts as statements of the published profile. `reading` is the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from lrs.statements.multipart import Part
from training.attendance import vocabulary
from training.attendance.mark import Author, Evidence, Imported, Mark
from training.attendance.roll import Roll, identity_of
from training.attendance.statement_ids import module_iri, session_iri, slot_iri, voiding_id
from training.attendance.vocabulary import ext
from training.records.enrolment import Enrolment
from training.records.identity import Identity
from training.records.person import Person

Json = dict[str, Any]


def write_mark(roll: Roll, enrolment: Enrolment, mark: Mark, attachments: Iterable[Json] = ()) -> Json:
    """Return the statement of a mark. `timestamp` is when it was recorded: nothing is ever dated back."""
    present = mark.status.is_present
    statement = _statement(
        roll,
        mark.statement_id,
        trainee_agent(roll, enrolment),
        vocabulary.ATTENDED if present else vocabulary.WAS_ABSENT,
        mark.recorded_at,
        _mark_extensions(roll, mark),
    )
    statement["result"] = {"completion": present, "duration": duration(mark.credited_seconds)}
    statement["context"]["registration"] = str(enrolment.registration)
    described = list(attachments)
    if described:
        statement["attachments"] = described
    return statement


def write_voiding(mark: UUID, by: Author, reason: str, at: datetime) -> Json:
    """Return the statement that voids a mark."""
    return {
        "id": str(voiding_id(mark)),
        "actor": author_agent(by),
        "verb": dict(vocabulary.VOIDED),
        "object": {"objectType": "StatementRef", "id": str(mark)},
        "context": {
            "contextActivities": {"category": [{"id": vocabulary.PROFILE}]},
            "extensions": {ext("correction-reason"): reason, ext("recorded-by"): by.text},
        },
        "timestamp": instant(at),
    }


def write_event(
    roll: Roll,
    statement_id: UUID,
    actor: Json,
    verb: Json,
    at: datetime,
    extensions: Mapping[str, Any],
    attachments: Iterable[Json] = (),
) -> Json:
    """Return the statement of what befell a sheet: opened, closed, countersigned, a signature refused."""
    statement = _statement(roll, statement_id, actor, verb, at, dict(extensions))
    described = list(attachments)
    if described:
        statement["attachments"] = described
    return statement


def trainee_agent(roll: Roll, enrolment: Enrolment) -> Json:
    """Return the trainee as a statement names them: by the identity that records know, without a name."""
    return person_agent(roll.people[enrolment.person_id], roll.person(enrolment))


def person_agent(*same: Person) -> Json:
    """Return a person, known under several records since a merge, as a statement names them."""
    known = next((found for person in same if (found := identity_of(person)) is not None), None)
    identity = known or Identity.account(vocabulary.PEOPLE, same[0].id)
    return {"objectType": "Agent", **identity.to_plain()}


def author_agent(by: Author) -> Json:
    """Return who acts at the desk as a statement names them."""
    return {"objectType": "Agent", "account": {"homePage": vocabulary.AUTHORS, "name": by.text}}


def attachment(usage: str, french: str, part: Part) -> Json:
    """Describe the bytes of an attachment."""
    return {
        "usageType": usage,
        "display": {"fr": french},
        "contentType": part.content_type,
        "length": len(part.content),
        "sha2": part.sha2,
    }


def part_of(content_type: str, content: bytes) -> Part:
    """Return bytes as they are sent beside a statement."""
    return Part(sha256(content).hexdigest(), content_type, content)


def duration(seconds: int) -> str:
    """Write a length of time as ISO 8601.

    >>> duration(12600), duration(61), duration(0)
    ('PT3H30M', 'PT1M1S', 'PT0S')
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{rest}S" if rest else "")
    return "PT" + ("".join(parts) or "0S")


def instant(at: datetime) -> str:
    """Write an instant in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _statement(
    roll: Roll, statement_id: UUID, actor: Json, verb: Json, at: datetime, extensions: dict[str, Any]
) -> Json:
    slot = roll.slot
    around: Json = {
        "grouping": [{"id": session_iri(roll), "definition": {"type": vocabulary.SESSION_TYPE}}],
        "category": [{"id": vocabulary.PROFILE}],
    }
    if slot.module_id is not None:
        around["parent"] = [{"id": module_iri(roll), "definition": {"type": vocabulary.MODULE_TYPE}}]
    extensions[ext("half-day")] = f"{slot.held_on.isoformat()}/{slot.half_day.value}"
    extensions[vocabulary.PLANNED_DURATION] = duration(slot.planned_seconds)
    context: Json = {
        "platform": "Assidu",
        "language": "fr-FR",
        "contextActivities": around,
        "extensions": extensions,
    }
    trainers = roll.trainers
    if trainers:
        context["instructor"] = person_agent(trainers[0])
    return {
        "id": str(statement_id),
        "actor": actor,
        "verb": dict(verb),
        "object": {
            "objectType": "Activity",
            "id": slot_iri(roll.organisation.slug, slot.id),
            "definition": {
                "type": vocabulary.SLOT_TYPES[slot.mode],
                "name": {"fr-FR": f"{roll.title}, {slot.held_on:%d/%m/%Y}"},
            },
        },
        "context": context,
        "timestamp": instant(at),
    }


def _mark_extensions(roll: Roll, mark: Mark) -> dict[str, Any]:
    found: dict[str, Any] = {
        ext("credit-rule"): vocabulary.CREDIT_RULES[roll.slot.mode],
        ext("attendance-status"): mark.status.value,
        ext("recorded-by"): mark.recorded_by,
    }
    if mark.late_seconds or mark.early_seconds:
        found[ext("late-seconds")] = mark.late_seconds
        found[ext("early-seconds")] = mark.early_seconds
    if not mark.status.is_present or mark.is_justified:
        found[ext("absence-justified")] = mark.is_justified
    if mark.reason:
        found[ext("absence-reason")] = mark.reason
    if mark.evidence is not None:
        found[ext("evidence")] = [_evidence(mark.evidence)]
    elif mark.imported is not None:
        found[ext("evidence")] = [_imported(mark.imported)]
    if mark.late_reason is not None:
        found[ext("late-signing-reason")] = mark.late_reason
    if mark.flags:
        found[ext("flags")] = [rule.value for rule in mark.flags]
    if mark.replaces is not None:
        found[ext("correction-of")] = str(mark.replaces)
        found[ext("correction-reason")] = mark.correction_reason
    return found


def _evidence(evidence: Evidence) -> Json:
    written: Json = {
        "type": "e-signature",
        "sha256": evidence.text_sha256,
        "method": evidence.method.value,
        "signed-at": instant(evidence.signed_at),
        "device-class": evidence.device_class.value,
        "network": evidence.network,
        "device": evidence.device,
    }
    if evidence.drawing_sha256 is not None:
        written["drawing-sha256"] = evidence.drawing_sha256
    return written


def _imported(imported: Imported) -> Json:
    written: Json = {
        "type": imported.type.value,
        "sha256": imported.sha256,
        "lines": list(imported.lines),
        "source": imported.source,
    }
    for name, at in (("entered-at", imported.entered_at), ("left-at", imported.left_at)):
        if at is not None:
            written[name] = instant(at)
    if imported.certified_by:
        written["certified-by"] = imported.certified_by
    if imported.scan_sha256:
        written["scan-sha256"] = imported.scan_sha256
    return written
