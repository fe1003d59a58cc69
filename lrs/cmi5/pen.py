"""What the platform itself writes: launch data; launched, abandoned, waived, satisfied; and voiding (6.3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from lrs.clock import Micros, to_text
from lrs.cmi5.course import Block, Course, Unit
from lrs.cmi5.registration import Registration, Session
from lrs.cmi5.terms import Terms
from lrs.cmi5.vocabulary import (
    BLOCK,
    BROKEN,
    CMI5,
    COURSE,
    LAUNCH_MODE,
    LAUNCH_PARAMETERS,
    LAUNCH_URL,
    MASTERY_SCORE,
    MOVE_ON,
    MOVE_ON_EXTENSION,
    REASON,
    SESSION_ID,
    VOIDED,
    Verb,
    activity_iri,
    derived_id,
    verb,
)

Json = dict[str, Any]
_PROFILE: Final = "http://adlnet.gov/expapi/activities/profile"


def context_template(registration: Registration, course: Course, unit: Unit, session: UUID) -> Json:
    """Return what content must put into every statement's context (10.2.1).

    The publisher's id of the unit, so that its statements are found whoever launched it, and the course here.
    """
    return {
        "contextActivities": {
            "grouping": [{"id": unit.id}, {"id": activity_iri(registration.organisation, course.id, course.id)}]
        },
        "extensions": {SESSION_ID: str(session)},
    }


def launch_data(terms: Terms, unit: Unit, return_url: str | None) -> Json:
    """Return the document `LMS.LaunchData`, which content reads before anything else (10.2)."""
    document: Json = {
        "contextTemplate": terms.template,
        "launchMode": terms.mode.value,
        "launchMethod": unit.launch_method,
        "moveOn": unit.move_on.value,
    }
    if unit.launch_parameters is not None:
        document["launchParameters"] = unit.launch_parameters
    if terms.mastery_score is not None:
        document["masteryScore"] = terms.mastery_score
    if return_url is not None:
        document["returnURL"] = return_url
    if unit.entitlement_key is not None:
        document["entitlementKey"] = {"courseStructure": unit.entitlement_key}
    return document


def launched(registration: Registration, course: Course, unit: Unit, terms: Terms, now: Micros) -> Json:
    """Return the statement that stands before everything that content sends (9.3.1, 9.6.3)."""
    extensions: Json = {
        LAUNCH_MODE: terms.mode.value,
        LAUNCH_URL: unit.url,
        MOVE_ON_EXTENSION: unit.move_on.value,
    }
    if terms.mastery_score is not None:
        extensions[MASTERY_SCORE] = terms.mastery_score
    if unit.launch_parameters is not None:
        extensions[LAUNCH_PARAMETERS] = unit.launch_parameters
    statement = _statement(
        registration, course, unit, Verb.LAUNCHED, terms.session, derived_id("launched", str(terms.session)), now
    )
    statement["context"]["extensions"] |= extensions
    return statement


def abandoned(registration: Registration, course: Course, unit: Unit, session: Session, now: Micros) -> Json:
    """Return the statement that a session ended without terminated: launched to last statement (9.3.6, 9.5.4.2)."""
    name = derived_id("abandoned", str(session.id))
    statement = _statement(registration, course, unit, Verb.ABANDONED, session.id, name, now)
    statement["result"] = {"duration": duration(max(0, session.last - session.launched))}
    return statement


def waived(registration: Registration, course: Course, unit: Unit, reason: str, now: Micros) -> tuple[UUID, Json]:
    """Return the statement that a unit counts as met, and the session that it alone has (9.3.7)."""
    parts = (str(registration.organisation), str(registration.id), unit.id)
    session = derived_id("waived-session", *parts)
    statement = _statement(registration, course, unit, Verb.WAIVED, session, derived_id("waived", *parts), now)
    statement["result"] = {"success": True, "completion": True, "extensions": {REASON: reason}}
    statement["context"]["contextActivities"]["category"].append(_category(MOVE_ON))
    return session, statement


def satisfied(registration: Registration, course: Course, what: Block | Course, session: UUID, now: Micros) -> Json:
    """Return the statement that all of a block, or of the course, is met (9.3.9); once in a registration."""
    name = derived_id("satisfied", str(registration.organisation), str(registration.id), what.id)
    return _statement(registration, course, what, Verb.SATISFIED, session, name, now)


def voiding(registration: Registration, platform: Json, statement: UUID, broken: Collection[str], now: Micros) -> Json:
    """Return the statement that voids one that was stored though it breaks rules, by their sections (6.3)."""
    return {
        "id": str(derived_id("voiding", str(registration.organisation), str(statement))),
        "actor": platform,
        "verb": {"id": VOIDED, "display": {"fr": "a annulé", "en": "voided"}},
        "object": {"objectType": "StatementRef", "id": str(statement)},
        "context": {"extensions": {BROKEN: sorted(set(broken))}},
        "timestamp": to_text(now),
    }


def outside_session(registration: Registration, occasion: str) -> UUID:
    """Return the session of what is said outside any launch (9.3.9)."""
    return derived_id("outside", str(registration.organisation), str(registration.id), occasion)


def with_satisfied(registration: Registration, what: Block | Course) -> Registration:
    """Return a registration of which it has been said."""
    return replace(registration, satisfied=registration.satisfied | {what.id})


def with_waived(registration: Registration, unit: Unit) -> Registration:
    """Return a registration in which a unit counts as met."""
    return replace(registration, waived=registration.waived | {unit.id})


def activity(registration: Registration, course: Course, what: Unit | Block | Course) -> Json:
    """Return the activity of a unit, a block or the course, as every statement names it."""
    definition: Json = {"name": dict(what.title), "description": dict(what.description)}
    kind = what.activity_type if isinstance(what, Unit) else COURSE if isinstance(what, Course) else BLOCK
    if kind:
        definition["type"] = kind
    return {
        "objectType": "Activity",
        "id": activity_iri(registration.organisation, course.id, what.id),
        "definition": definition,
    }


def duration(micros: int) -> str:
    """Write a span as ISO 8601, to the hundredth of a second and never rounded up.

    >>> duration(754_019_999)
    'PT754.01S'
    """
    whole, hundredths = divmod(micros // 10_000, 100)
    return f"PT{whole}.{hundredths:02}S" if hundredths else f"PT{whole}S"


def _statement(
    registration: Registration, course: Course, what: Unit | Block | Course, named: Verb, session: UUID, name: UUID,
    now: Micros,
) -> Json:  # fmt: skip
    return {
        "id": str(name),
        "actor": registration.actor,
        "verb": verb(named),
        "object": activity(registration, course, what),
        "context": {
            "registration": str(registration.id),
            "contextActivities": {
                "category": [_category(CMI5)],
                "grouping": [{"id": what.id}, {"id": activity_iri(registration.organisation, course.id, course.id)}],
            },
            "extensions": {SESSION_ID: str(session)},
        },
        "timestamp": to_text(now),
    }


def _category(iri: str) -> Json:
    return {"id": iri, "definition": {"type": _PROFILE}}
