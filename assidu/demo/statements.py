"""The frame of every demonstration statement: who sends it, under which id, at what instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from random import Random
from typing import Any
from uuid import UUID, uuid5

from assidu.demo.catalogue import Activity
from assidu.demo.people import HOME_PAGE
from assidu.demo.sessions import Enrolment
from assidu.demo.vocabulary import VLE, make_verbs
from lrs.versions import Version

Json = dict[str, Any]


class Sender(StrEnum):
    """The platforms of the organisation, each with its own habits."""

    MOODLE = "moodle"
    CLASSROOM = "classroom"
    AUTHORING = "authoring"
    CMI5 = "cmi5"
    ATTENDANCE = "attendance"


SENDERS = tuple(Sender)

# Packaged content and Moodle's plugin still speak 1.0.3 in 2026; the cmi5 player and the attendance sheet speak 2.0.
VERSIONS = {
    Sender.MOODLE: Version.V1_0_3,
    Sender.CLASSROOM: Version.V1_0_3,
    Sender.AUTHORING: Version.V1_0_3,
    Sender.CMI5: Version.V2_0_0,
    Sender.ATTENDANCE: Version.V2_0_0,
}


@dataclass(frozen=True, slots=True)
class DemoStatement:
    """One statement, and when its sender sends it, which a correction or a retry does late."""

    sender: Sender
    version: Version
    statement: Json
    sent_at: datetime


@dataclass
class Pen:
    """Writes the statements about one enrolment; the ids follow from its registration and their order."""

    enrolment: Enrolment
    organisation: str
    random: Random
    written: int = 0
    verbs: dict[str, Json] = field(default_factory=make_verbs)

    def new_id(self, kind: str) -> UUID:
        """Return an id that the same seed gives again."""
        self.written += 1
        return uuid5(self.enrolment.registration, f"{kind}/{self.written}")

    def write(
        self, sender: Sender, verb: str, at: datetime, target: Json, *, actor: Json | None = None,
        result: Json | None = None, context: Json | None = None, sent_at: datetime | None = None,
    ) -> DemoStatement:  # fmt: skip
        """Return a statement of the learner, unless `actor` says of whom."""
        person = self.enrolment.person
        statement: Json = {
            "id": str(self.new_id("statement")),
            "actor": actor or (person.by_mail if sender is Sender.AUTHORING else person.by_account),
            "verb": self.verbs[verb],
            "object": target,
        }
        if result is not None:
            statement["result"] = result
        if context is not None:
            statement["context"] = context
        statement["timestamp"] = (local_text if sender in _LOCAL_TIMES else utc_text)(at)
        return DemoStatement(sender, VERSIONS[sender], statement, sent_at or at)


# PHP's date('c') and the attendance sheet write Paris time with its offset; players write UTC.
_LOCAL_TIMES = (Sender.MOODLE, Sender.ATTENDANCE)


def local_text(at: datetime) -> str:
    """Write the instant to the second, with its offset."""
    return at.isoformat(timespec="seconds")


def utc_text(at: datetime) -> str:
    """Write the instant in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(seconds: float) -> str:
    """Write a length of time as ISO 8601.

    >>> duration(12600), duration(75.5)
    ('PT3H30M', 'PT1M15.50S')
    """
    minutes, rest = divmod(round(seconds, 2), 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"PT{hours}H" if hours else "PT"
    text += f"{minutes}M" if minutes else ""
    if rest or text == "PT":
        text += f"{rest:.0f}S" if rest == int(rest) else f"{rest:.2f}S"
    return text


def activity(iri: str, kind: str, name: str, **more: Any) -> Json:  # noqa: ANN401 - any JSON member
    """Return an Activity with a French name."""
    return {"id": iri, "definition": {"type": kind, "name": {"fr-FR": name}, **more}}


def programme_iri(enrolment: Enrolment) -> str:
    """Return the id of the programme that the session holds."""
    return f"{HOME_PAGE}/programmes/{enrolment.session.programme.slug}"


def session_activity(enrolment: Enrolment) -> Json:
    """Return the training session, as France's VLE profile types it."""
    session = enrolment.session
    return activity(session.iri, VLE + "registration", session.programme.title)


def module_activity(enrolment: Enrolment, module: int) -> Json:
    """Return one module of the programme, by its id alone as the attendance profile does."""
    return {"id": f"{programme_iri(enrolment)}/modules/{module}"}


def content_iri(enrolment: Enrolment, item: Activity) -> str:
    """Return the id of a packaged content, which is the same in every session that uses it."""
    return f"{programme_iri(enrolment)}/contenus/{item.number}"
