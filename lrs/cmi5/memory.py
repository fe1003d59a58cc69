"""A registration and the terms of a session as they are kept: JSON, whose keys never meet a database's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from lrs.clock import Micros
from lrs.cmi5.registration import Registration, Session
from lrs.cmi5.terms import Hosted, Terms
from lrs.cmi5.vocabulary import LaunchMode, Verb
from lrs.tenancy import OrganisationId


def write_registration(registration: Registration) -> bytes:
    """Write everything but what a row says of it: its id and organisation."""
    return orjson.dumps(
        {
            "course": registration.course,
            "actor": registration.actor,
            "completed": sorted(registration.completed),
            "passed": sorted(registration.passed),
            "waived": sorted(registration.waived),
            "satisfied": sorted(registration.satisfied),
            "sessions": [_session(session) for session in registration.sessions],
        }
    )


def read_registration(organisation: OrganisationId, name: UUID, text: bytes) -> Registration:
    """Read what `write_registration` wrote."""
    value = orjson.loads(text)
    sets = {part: frozenset(value[part]) for part in ("completed", "passed", "waived", "satisfied")}
    sessions = tuple(
        Session(
            **{
                **each,
                "id": UUID(each["id"]),
                "mode": LaunchMode(each["mode"]),
                "verbs": frozenset(map(Verb, each["verbs"])),
            }
        )
        for each in value["sessions"]
    )
    return Registration(name, organisation, value["course"], value["actor"], **sets, sessions=sessions)


def write_terms(terms: Terms) -> bytes:
    """Write everything but what a row says of it: key and organisation."""
    return orjson.dumps(
        {
            "registration": str(terms.registration),
            "session": str(terms.session),
            "course": terms.course,
            "unit": terms.unit,
            "activity": terms.activity,
            "actor": terms.actor,
            "mode": terms.mode,
            "mastery_score": terms.mastery_score,
            "template": terms.template,
            "is_strict": terms.is_strict,
            "expires": terms.expires,
            "hosted": terms.hosted,
        }
    )


def read_terms(organisation: OrganisationId, key: str, text: bytes) -> Terms:
    """Read what `write_terms` wrote."""
    value = orjson.loads(text)
    return Terms(
        **{
            **value,
            "key": key,
            "organisation": organisation,
            "registration": UUID(value["registration"]),
            "session": UUID(value["session"]),
            "mode": LaunchMode(value["mode"]),
            "expires": Micros(value["expires"]),
            "hosted": Hosted(**value["hosted"]) if value.get("hosted") else None,
        }
    )


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": str(session.id),
        "unit": session.unit,
        "mode": session.mode,
        "launched": session.launched,
        "last": session.last,
        "verbs": sorted(session.verbs),
        "initialized": session.initialized,
        "terminated": session.terminated,
        "ended": session.ended,
        "is_abandoned": session.is_abandoned,
    }
